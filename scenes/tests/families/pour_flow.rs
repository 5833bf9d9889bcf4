//! `pour_flow`: the contract of every family, the expert's success rate, golden states.

use crate::rollout::{check_contract, golden_digests, plan_with, success_rate};
use std::sync::Arc;
use terrella_scenes::families::family;
use terrella_scenes::policies::POLICIES;
use terrella_sim::lane::Lane;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorOverride;
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::PolicySpec;
use terrella_spec::seed::SeedPath;

#[test]
fn contract() {
    check_contract(family("pour_flow").expect("registered"));
}

/// Measured: scripted 40 of 40, 36 of 40 out of distribution (two of the four have four outlets, and take longer), random 0.
#[test]
fn expert_success_rate() {
    let family = family("pour_flow").expect("registered");
    let scripted = success_rate(family, "scripted", 40, 260);
    let random = success_rate(family, "random", 10, 260);
    println!("scripted {scripted}, random {random}");
    assert!(scripted >= 0.9, "scripted solves {scripted}");
    assert!(random <= 0.1, "random solves {random}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("pour_flow").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["de3c44d0b0d028a2", "07f79715297e5db2", "f80082c8af6888f3"]
    );
}

/// Plays the expert with its actions changed. Gives what the cup holds after each step, and whether the task was ever solved.
fn meddled(plan: WorldPlan, episode: u64, steps: u32, meddle: impl Fn(u32, &mut [f32])) -> (Vec<f32>, bool) {
    let family = family("pour_flow").expect("registered");
    let scripted = POLICIES
        .iter()
        .find(|kind| kind.name == "scripted")
        .expect("built in");
    let mut policy = (scripted.make)(family, &plan, &PolicySpec::new("scripted", 1.0)).expect("an expert");
    let mut task = family.task(&plan);
    let mut lane = Lane::new(Arc::new(plan)).expect("a sound world");
    let seed = SeedPath {
        run: 0,
        episode,
        attempt: 0,
    };
    let (mut rng, mut action) = (seed.stream("policy"), [0.0; 6]);
    let (mut levels, mut solved) = (Vec::new(), false);
    for step in 0..steps {
        policy.act(&lane.view(), &mut rng, &mut action);
        meddle(step, &mut action);
        lane.step(&action).expect("sound");
        solved |= task.assess(&lane.view(), &action).success;
        let cup = lane.view().mechanism_index("cup").expect("a gauge");
        levels.push(lane.view().mechanism_state(cup));
    }
    (levels, solved)
}

/// A cup that is overfilled slowly passes its mark and was taken for well filled.
#[test]
fn a_cup_that_still_fills_is_not_full() {
    let family = family("pour_flow").expect("registered");
    for episode in 0..3 {
        let set = [
            ("way", FactorOverride::Word("direct".into())),
            ("target_share", FactorOverride::Dist(Dist::fixed(0.4))),
        ];
        let plan = plan_with(family, episode, false, &set);
        let (levels, solved) = meddled(plan, episode, 240, |step, action| {
            if step > 20 {
                action[2] = 0.15;
            }
        });
        assert!(
            levels.iter().any(|level| (level - 0.4).abs() < 0.02),
            "it passes the mark"
        );
        assert!(
            levels.last().is_some_and(|level| *level > 0.5),
            "it is overfilled"
        );
        assert!(!solved, "episode {episode} was taken for solved");
    }
}

/// Where the liquid goes is what is open.
#[test]
fn an_open_outlet_takes_what_a_closed_one_lets_pass() {
    let family = family("pour_flow").expect("registered");
    let set = [
        ("way", FactorOverride::Word("outlets".into())),
        ("outlet_count", FactorOverride::Dist(Dist::fixed(2.0))),
        ("goal_outlet", FactorOverride::Dist(Dist::fixed(1.0))),
        ("viscosity_pas", FactorOverride::Dist(Dist::fixed(0.03))),
    ];
    let level = |slides: f32| {
        let plan = plan_with(family, 0, false, &set);
        let (levels, _) = meddled(plan, 0, 140, |_, action| action[3] = slides);
        levels.last().copied().expect("there were steps")
    };
    let (open, closed) = (level(0.4), level(-0.4));
    assert!(open > 0.25, "{open} of it came through the open outlet");
    assert!(closed < 0.1, "{closed} of it came through the closed one");
}
