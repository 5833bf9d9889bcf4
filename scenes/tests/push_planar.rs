//! `push_planar`: the contract of every family, the expert's success rate, golden states.

mod rollout;

use rollout::{check_contract, golden_digests, plan, success_rate};
use std::sync::Arc;
use terrella_scenes::families::family;
use terrella_sim::lane::Lane;
use terrella_spec::factor::FactorValue;

#[test]
fn contract() {
    check_contract(family("push_planar").expect("registered"));
}

/// The mass of a block is the drawn one, wherever its centre of mass is.
#[test]
fn blocks_weigh_what_was_drawn() {
    let plan = plan(family("push_planar").expect("registered"), 0, false);
    let Some(FactorValue::Reals(masses)) = plan.factors.get("block_mass_kg") else {
        panic!("masses are drawn")
    };
    let drawn = masses[0] as f32;
    let lane = Lane::new(Arc::new(plan)).expect("a world");
    let index = lane.view().body_index("block_0").expect("a block");
    assert!((lane.view().mass_kg(index) - drawn).abs() < 1e-4 * drawn);
}

/// Measured when minted: the expert solves 199 of 200, noisy 39 of 40, random none of 40.
#[test]
fn expert_success_rate() {
    let family = family("push_planar").expect("registered");
    let scripted = success_rate(family, "scripted", 30, 150);
    let random = success_rate(family, "random", 30, 150);
    assert!(scripted >= 0.9, "scripted solves {scripted}");
    assert!(random <= 0.1, "random solves {random}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("push_planar").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["7b0e6ff43a801df1", "7635582c0624b67f", "4085eacace06221f"]
    );
}
