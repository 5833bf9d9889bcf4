//! What an expert tried on copies of the world before it acted stands in the episode table.

use serde_json::Value;
use terrella_app::RunKit;
use terrella_app::episode::{self, Attempts};
use terrella_app::registries::Registries;
use terrella_app::spec::run::{PolicySpec, RunSpec, WorldSource};

/// The parameters of a policy in the first episodes of `chain_reaction`.
fn parameters(policy: &str) -> Vec<Value> {
    let mut spec = RunSpec::new(WorldSource::Family("chain_reaction".into()));
    (spec.episodes, spec.steps, spec.seed) = (2, Some(2), 3);
    spec.sensors = vec!["bodies".into()];
    spec.policies = vec![PolicySpec::new(policy, 1.0)];
    let folder = tempfile::tempdir().expect("a folder");
    let kit = RunKit::resolve(spec, None, folder.path().into(), &Registries::default());
    let kit = kit.expect("it resolves");
    (0..2)
        .map(|number| {
            let made = episode::record(&kit, number, &Attempts::default(), &mut Vec::new());
            let text = made.expect("an episode").meta.policy_parameters;
            serde_json::from_str(&text).expect("JSON")
        })
        .collect()
}

#[test]
fn all_attempts_of_a_search_are_recorded() {
    for (policy, wanted) in [("scripted", true), ("noisy", true), ("tries", false)] {
        // A search ends with the first that is wanted, or where it gives up.
        let mut found = 0;
        for parameters in parameters(policy) {
            let tried = parameters["tried"].as_array().expect("a list");
            let (last, before) = tried.split_last().expect("it has tried");
            found += usize::from(last["success"] == wanted);
            assert!(before.iter().all(|one| one["success"] == !wanted), "{policy}");
            for one in tried {
                assert_eq!(one["action"].as_array().map(Vec::len), Some(5), "{policy}: {one}");
            }
        }
        assert!(found > 0, "{policy} finds nothing");
    }
    for parameters in parameters("random") {
        assert_eq!(
            parameters.get("tried"),
            None,
            "who does not search has nothing to tell"
        );
    }
}
