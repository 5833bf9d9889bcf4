//! What a run may ask for in all of its worlds: other actions, other cameras.

use crate::rollout::{plan_with, play, word};
use std::sync::Arc;
use terrella_scenes::FAMILIES;
use terrella_scenes::draw::override_factors;
use terrella_sim::lane::Lane;
use terrella_spec::factor::{FactorKind, FactorOverride, FactorValue};
use terrella_spec::plan::WorldPlan;

/// Each changes what all worlds of a run have in common, so nobody draws it and it stands alone; the family's expert and chance act with it.
#[test]
fn what_a_run_asks_for_is_in_all_of_its_worlds_and_in_no_others() {
    let mut asked = 0;
    for family in FAMILIES {
        let name = family.card().name;
        for factor in family.factors() {
            let FactorKind::Choice { options, .. } = &factor.kind else {
                continue;
            };
            for wanted in &factor.on_request {
                asked += 1;
                let place = format!("{name}.{}", factor.name);
                let drawn = plan_with(*family, 0, false, &[]);
                let requested = plan_with(*family, 0, false, &[(&factor.name, word(wanted))]);
                assert_ne!(
                    drawn.factors[&factor.name],
                    FactorValue::Word(wanted.clone()),
                    "{place}"
                );
                assert_eq!(
                    requested.factors[&factor.name],
                    FactorValue::Word(wanted.clone()),
                    "{place}"
                );
                let shape = |plan: &Arc<WorldPlan>| {
                    let lane = Lane::new(plan.clone()).expect("a sound world");
                    let channels = lane.view().action_space().channels.clone();
                    let cameras: Vec<String> = plan.world.cameras.keys().cloned().collect();
                    (format!("{channels:?}"), cameras)
                };
                let [before, after] = [&drawn, &requested].map(|plan| shape(&Arc::new(plan.clone())));
                assert_ne!(before, after, "{place} changes neither action nor cameras");
                for policy in ["scripted", "noisy", "weak", "failure_seeking", "random"] {
                    let plan = requested.clone();
                    assert!(
                        !play(*family, plan, policy, 0, 40).solved_at_start,
                        "{place}: {policy}"
                    );
                }
                let both = [&options[0], wanted].map(String::clone).to_vec();
                let set = [(factor.name.clone(), FactorOverride::Words(both))]
                    .into_iter()
                    .collect();
                assert!(
                    override_factors(family.factors(), &set).is_err(),
                    "{place} stands alone"
                );
            }
        }
    }
    assert!(asked > 0, "no family has anything that a run may ask for");
}
