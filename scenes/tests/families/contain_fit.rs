//! `contain_fit`: the contract of every family, the expert's success rate, golden states.

use crate::rates::{Rates, check_rates};
use crate::rollout::{check_contract, golden_digests, plan, plan_with, play, solved_at, word};
use std::sync::Arc;
use terrella_scenes::families::family;
use terrella_scenes::policies::POLICIES;
use terrella_sim::lane::Lane;
use terrella_spec::factor::FactorValue;
use terrella_spec::run::PolicySpec;
use terrella_spec::seed::SeedPath;

#[test]
fn contract() {
    check_contract(family("contain_fit").expect("registered"));
}

/// Measured when minted: of 40 worlds the expert solves at least 36, and 35 out of distribution; random and smooth_random at most one.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        steps: 240,
        scripted: 0.9,
        held_out: 0.875,
        random: 0.03,
        smooth_random: 0.03,
    };
    check_rates(family("contain_fit").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("contain_fit").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["016663efbf98e781", "adff520dc02396a1", "e7d26d1aba671fd3"]
    );
}

/// In this episode a fingertip turns into the rim of a box, by less than the guard allows. The solver said 10 mm, and the world
/// was given up.
#[test]
fn a_fingertip_that_turns_into_a_rim_is_not_inside_of_it() {
    let family = family("contain_fit").expect("registered");
    play(family, plan(family, 144, false), "random", 144, 240);
}

/// Each of the tasks is one that the expert solves.
#[test]
fn every_task_is_solved() {
    let family = family("contain_fit").expect("registered");
    for goal in ["insert", "nest", "cover", "carry"] {
        let solved = (0..6).filter(|episode| {
            let plan = plan_with(family, *episode, false, &[("goal", word(goal))]);
            solved_at(family, plan, "scripted", *episode, 240).is_some()
        });
        let solved = solved.count();
        assert!(solved >= 4, "{goal}: {solved} of 6");
    }
}

/// What is in a box goes where the box goes.
#[test]
fn the_ball_moves_with_its_box() {
    let family = family("contain_fit").expect("registered");
    let scripted = POLICIES
        .iter()
        .find(|kind| kind.name == "scripted")
        .expect("built in");
    for episode in 0..6 {
        let plan = plan_with(family, episode, false, &[("goal", word("carry"))]);
        let mut policy =
            (scripted.make)(family, &plan, &PolicySpec::new("scripted", 1.0)).expect("an expert");
        let mut lane = Lane::new(Arc::new(plan)).expect("a sound world");
        let seed = SeedPath {
            run: 0,
            episode,
            attempt: 0,
        };
        let (mut rng, mut action) = (seed.stream("policy"), [0.0; 7]);
        let place = |lane: &Lane, body: &str| lane.view().body_named(body).position_m;
        let (from, ball_from) = (place(&lane, "peg"), place(&lane, "ball"));
        for _ in 0..240 {
            policy.act(&lane.view(), &mut rng, &mut action);
            lane.step(&action).expect("sound");
        }
        let (way, ball_way) = (place(&lane, "peg") - from, place(&lane, "ball") - ball_from);
        assert!(way.truncate().length() > 0.05, "episode {episode}: the box stays");
        let off = (way - ball_way).truncate().length();
        assert!(off < 0.03, "episode {episode}: the ball is {off} m elsewhere");
    }
}

/// How aslant a peg is in the hand was told as drawn out of distribution where it stood on the table.
#[test]
fn what_is_not_in_the_hand_is_not_aslant_in_it() {
    let family = family("contain_fit").expect("registered");
    let mut tilted = 0;
    for episode in 0..120 {
        let plan = plan(family, episode, true);
        if plan.ood.iter().any(|name| name == "start_tilt_deg") {
            tilted += 1;
            assert_eq!(plan.factors["start"], FactorValue::Word("in_hand".into()));
        }
    }
    assert!(tilted > 0, "the axis has its turn");
}
