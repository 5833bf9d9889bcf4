//! `drive_road`: the contract of every family, the expert's success rate, golden states.

mod rates;
mod rollout;

use rates::{Rates, check_rates};
use rollout::{check_contract, golden_digests};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("drive_road").expect("registered"));
}

#[test]
fn probe() {
    let family = family("drive_road").expect("registered");
    for ood in [false, true] {
        let mut solved = 0;
        for episode in 0..40 {
            let plan = rollout::plan(family, episode, ood);
            let told = format!("{:?} {:?}", plan.factors, plan.ood);
            let played = rollout::play(family, plan, "scripted", episode, 500);
            solved += usize::from(played.solved_at.is_some());
            println!(
                "{episode} {ood} {:?} return {:.2}",
                played.solved_at, played.episode_return
            );
            if played.solved_at.is_none() {
                println!("   {told}");
            }
        }
        println!("ood {ood}: {solved} of 40");
    }
}

#[test]
fn expert_success_rate() {
    let rates = Rates {
        episodes: 40,
        steps: 500,
        scripted: 0.8,
        held_out: 30,
        random: 0.05,
        smooth_random: 0.05,
    };
    check_rates(family("drive_road").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("drive_road").expect("registered");
    assert_eq!(golden_digests(family), ["", "", ""]);
}
