//! `oracle_mpc`: the planner that knows the true simulation, in worlds that are cheap to copy.

use crate::rollout::{plan_with, play};
use terrella_scenes::Family;
use terrella_scenes::families::family;
use terrella_spec::factor::FactorOverride;

/// Mean return of a policy over some episodes.
fn mean_return(family: &dyn Family, set: &[(&str, FactorOverride)], policy: &str, steps: u32) -> f64 {
    let episodes = 3;
    let returns = (0..episodes).map(|episode| {
        let plan = plan_with(family, episode, false, set);
        play(family, plan, policy, episode, steps).episode_return
    });
    returns.sum::<f64>() / episodes as f64
}

#[test]
fn it_plans_better_than_chance() {
    let pendulum = [
        ("mechanism", FactorOverride::Word("pendulum".into())),
        ("start", FactorOverride::Word("hanging".into())),
    ];
    type Case<'a> = (&'a str, &'a [(&'a str, FactorOverride)], u32);
    let cases: [Case<'_>; 2] = [("linkage_control", &pendulum, 100), ("catch_intercept", &[], 30)];
    for (name, set, steps) in cases {
        let family = family(name).expect("registered");
        let [chance, planned] =
            ["random", "oracle_mpc"].map(|policy| mean_return(family, set, policy, steps));
        assert!(planned > chance, "{name}: {planned}, chance {chance}");
    }
}

/// Its numbers come from the stream that it is given, and from nowhere else.
#[test]
fn it_is_a_function_of_its_seed() {
    let family = family("catch_intercept").expect("registered");
    let digest = || play(family, plan_with(family, 1, false, &[]), "oracle_mpc", 1, 8).digest;
    assert_eq!(digest(), digest());
}
