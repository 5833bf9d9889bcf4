//! `granular_hopper`: the contract of every family, the expert's success rate, golden states.

mod rollout;

use rollout::{check_contract, golden_digests, plan, play, success_rate};
use terrella_scenes::families::family;

const STEPS: u32 = 120;

#[test]
fn contract() {
    check_contract(family("granular_hopper").expect("registered"));
}

/// Measured when minted: the expert solves 8 of 8, and 3 of 4 out of distribution; random 0 of 4, smooth_random 0 of 4. Few, because
/// an episode is seconds.
#[test]
fn expert_success_rate() {
    let family = family("granular_hopper").expect("registered");
    let scripted = success_rate(family, "scripted", 8, STEPS);
    let random = success_rate(family, "random", 4, STEPS);
    let smooth = success_rate(family, "smooth_random", 4, STEPS);
    // Those of few grains: the others cost as much as all else together.
    let few = |episode: &u64| {
        let count = &plan(family, *episode, true).factors["grain_count"];
        !matches!(count, terrella_spec::factor::FactorValue::Count(count) if *count > 400)
    };
    let held_out = (0..20).filter(few).take(4).filter(|episode| {
        let plan = plan(family, *episode, true);
        play(family, plan, "scripted", *episode, STEPS)
            .solved_at
            .is_some()
    });
    let held_out = held_out.count();
    assert!(scripted >= 0.8, "scripted solves {scripted}");
    assert!(
        held_out >= 3,
        "scripted solves {held_out} of 4 out of distribution"
    );
    assert!(random <= 0.2, "random solves {random}");
    assert!(smooth <= 0.2, "smooth_random solves {smooth}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("granular_hopper").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["1c3cc8de083b6d99", "d740bd69c0480b60", "6b066425a1b280f8"]
    );
}
