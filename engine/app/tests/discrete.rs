//! Discrete actions: beside the action stands which of them each agent takes, and the dataset says what that means.

mod made;

use serde_json::Value;
use std::path::Path;
use terrella_app::RunKit;
use terrella_app::record::episode::Episode;
use terrella_app::registries::Registries;
use terrella_app::sense::column::Values;
use terrella_app::spec::run::{PolicySpec, RunSpec, WorldSource};

const COLUMN: &str = "agents.discrete_action";
const STEPS: u32 = 150;

fn kit(family: &str, policy: &str, root: &Path) -> RunKit {
    let mut spec = RunSpec::new(WorldSource::Family(family.into()));
    (spec.episodes, spec.steps, spec.seed) = (3, Some(STEPS), 5);
    spec.sensors = vec!["bodies".into()];
    spec.policies = vec![PolicySpec::new(policy, 1.0)];
    RunKit::resolve(spec, None, root.into(), &Registries::default()).expect("it resolves")
}

fn column<'a>(episode: &'a Episode, name: &str) -> &'a Values {
    let column = episode.columns.iter().find(|column| column.spec.name == name);
    &column.expect("it is recorded").values
}

fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list").iter();
    list.map(|text| text.as_str().expect("a text")).collect()
}

/// The places of an agent's numbers in the action, and their values in each of the discrete actions that a dataset lists for it.
fn listed(info: &Value, agent: &str) -> (Vec<usize>, Vec<Vec<f32>>) {
    let [action, discrete] = ["action", COLUMN].map(|name| &info["features"][name]);
    let channels = texts(&action["names"]);
    let place = |name: &&str| {
        let place = channels.iter().position(|channel| channel == name);
        place.expect("a channel of the action")
    };
    let places = texts(&action["agents"][agent]).iter().map(place).collect();
    let actions = discrete["agents"][agent].as_array().expect("a list");
    let values = actions.iter().map(|action| {
        let values = action["values"].as_array().expect("a list").iter();
        values
            .map(|value| value.as_f64().expect("a number") as f32)
            .collect()
    });
    (places, values.collect())
}

/// How many actions of each agent are recorded as none of those that the dataset lists; all are recorded as what they are.
fn none_of_them(policy: &str) -> Vec<usize> {
    let folder = tempfile::tempdir().expect("a folder");
    let kit = kit("game_arena", policy, folder.path());
    made::make(&kit, |_| {});
    let info = std::fs::read(folder.path().join("meta/info.json")).expect("info.json");
    let info: Value = serde_json::from_slice(&info).expect("JSON");
    let agents = texts(&info["features"][COLUMN]["names"]);
    assert_eq!(agents, ["player", "chaser", "blocker", "collector"]);
    let lists: Vec<_> = agents.iter().map(|agent| listed(&info, agent)).collect();
    let mut none = vec![0; agents.len()];
    for number in 0..3 {
        let episode = made::record(&kit, number);
        let (Values::Float32(actions), Values::Int64(taken)) =
            (column(&episode, "action"), column(&episode, COLUMN))
        else {
            panic!("an action is of floats, and its number is whole");
        };
        let rows = STEPS as usize + 1;
        assert_eq!(taken.len(), rows * agents.len());
        let (taken, end) = taken.split_at((rows - 1) * agents.len());
        assert_eq!(end, [-1; 4], "nobody acts in the last row");
        let actions = actions.chunks(actions.len() / rows);
        for (action, taken) in actions.zip(taken.chunks(agents.len())) {
            for ((index, taken), (places, values)) in taken.iter().enumerate().zip(&lists) {
                let own: Vec<f32> = places.iter().map(|place| action[*place]).collect();
                let is = values.iter().position(|values| *values == own);
                assert_eq!(*taken, is.map_or(-1, |is| is as i64), "{policy}: {own:?}");
                none[index] += usize::from(is.is_none());
            }
        }
    }
    none
}

#[test]
fn each_agents_discrete_action_is_recorded() {
    for policy in ["discrete", "discrete_random"] {
        assert_eq!(none_of_them(policy), [0; 4], "{policy}");
    }
    // The expert goes at all speeds, and so does chance.
    assert!(none_of_them("scripted")[0] > 50);
    assert_eq!(none_of_them("random"), [3 * STEPS as usize; 4]);
}

#[test]
fn families_without_discrete_actions_have_no_such_column() {
    let kit = kit("drop_bounce", "random", Path::new("nowhere"));
    let episode = made::record(&kit, 0);
    assert!(episode.columns.iter().all(|column| column.spec.name != COLUMN));
}
