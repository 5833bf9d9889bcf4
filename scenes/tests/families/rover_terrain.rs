//! `rover_terrain`: the contract of every family, the expert's success rate, golden states.

use crate::rates::{Rates, check_rates};
use crate::rollout::{check_contract, golden_digests, plan, plan_with, play, solved_at, word};
use std::collections::BTreeSet;
use std::sync::Arc;
use terrella_scenes::families::family;
use terrella_sim::lane::Lane;
use terrella_spec::dist::Dist;
use terrella_spec::factor::{FactorOverride, FactorValue};

/// As many as in the preset.
const STEPS: u32 = 360;

#[test]
fn contract() {
    check_contract(family("rover_terrain").expect("registered"));
}

/// Measured of all on wheels and on legs: the expert solves 32 of 40 (30 in the 320 steps that there once were), and 28 of 40 (24)
/// out of distribution; random and smooth_random at most two. Before there were legs it solved 35 and 29, in 320 steps.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        steps: STEPS,
        scripted: 0.75,
        held_out: 0.65,
        random: 0.05,
        smooth_random: 0.05,
    };
    check_rates(family("rover_terrain").expect("registered"), &rates);
}

/// How many of these worlds the expert solves where this is set.
fn solves(set: &[(&str, FactorOverride)], episodes: std::ops::Range<u64>, ood: bool) -> usize {
    let family = family("rover_terrain").expect("registered");
    let comes = episodes.filter(|episode| {
        let plan = plan_with(family, *episode, ood, set);
        solved_at(family, plan, "scripted", *episode, STEPS).is_some()
    });
    comes.count()
}

/// Where it does not come on, the expert tries ways to drive in forks and takes the one that leads on. On four wheels or six it
/// solved 90 of 100 worlds in which a motor becomes weak (86 before it tried); of these forty on six, 39.
#[test]
fn with_a_weak_motor_the_expert_finds_ways_that_lead_on() {
    let weak = [("fault", word("weak")), ("drive", word("six_wheels"))];
    let comes = solves(&weak, 40..80, false);
    assert!(comes >= 35, "{comes} of 40");
}

/// Legs have a harder time than wheels where it is steep or slippery, and beside the ditch: 27 of 40 when measured, and 21 in the 320
/// steps that there once were. Of the others some tip at the ditch, some stay on slopes that they slip on, three come a little later.
#[test]
fn legs_come_to_the_flag() {
    let comes = solves(&[("drive", word("legs"))], 40..80, false);
    assert!(comes >= 24, "{comes} of 40");
}

/// Whatever legs are told, no guard ends their worlds: rollouts panic where one does.
#[test]
fn legs_bear_whatever_they_are_told() {
    let family = family("rover_terrain").expect("registered");
    let legs = [("drive", word("legs"))];
    for episode in 0..40 {
        let plan = plan_with(family, episode, episode % 2 == 1, &legs);
        let played = play(family, plan, "random", episode, 120);
        assert!(played.episode_return.is_finite());
    }
}

/// On level rock legs come as far as wheels of the same speed, within a quarter.
#[test]
fn legs_and_wheels_of_one_speed_come_as_far() {
    let family = family("rover_terrain").expect("registered");
    let number = |value: f64| FactorOverride::Dist(Dist::fixed(value));
    let comes_m = |drive: &str| {
        let set = [
            ("drive", word(drive)),
            ("soils", word("rock")),
            ("ditch", word("none")),
            ("rock_count", number(2.0)),
            ("hills_m", number(0.0)),
            ("rough_m", number(0.0)),
            ("slope", number(0.0)),
            ("payload", word("none")),
            ("fault", word("none")),
        ];
        let mut lane = Lane::new(Arc::new(plan_with(family, 3, false, &set))).expect("sound");
        let start = lane.view().body_named("chassis").position_m;
        for _ in 0..60 {
            lane.step(&[4.0, 4.0]).expect("sound");
        }
        lane.view().body_named("chassis").position_m.distance(start)
    };
    let (walked, rolled) = (comes_m("legs"), comes_m("four_wheels"));
    assert!((walked / rolled - 1.0).abs() < 0.25, "{walked} m, {rolled} m");
}

/// The expert holds its speeds by torques, which nobody with legs is told. It solved 26 of 40 worlds so, and 23 of 40 out of
/// distribution; here are eight of each.
#[test]
fn a_run_asks_for_torques() {
    let family = family("rover_terrain").expect("registered");
    let torques = [("action", word("torques"))];
    for episode in 0..8 {
        let plan = plan_with(family, episode, episode % 2 == 1, &torques);
        assert_ne!(plan.factors["drive"], FactorValue::Word("legs".into()));
        let lane = Lane::new(Arc::new(plan)).expect("sound");
        for channel in &lane.view().action_space().channels {
            assert_eq!((channel.unit, channel.low, channel.high), ("N m", -8.0, 8.0));
        }
    }
    let comes = [false, true].map(|ood| solves(&torques, 0..8, ood));
    assert!(comes[0] + comes[1] >= 6, "{comes:?} of 8");
}

/// On six wheels, with each fault that a motor or the encoders can have. Measured: of ten worlds with each it solved all that have a
/// weak motor, a bearing that rubs, or encoders that err; 9 with a dead motor, 7 with a jammed one.
#[test]
fn the_expert_drives_on_with_every_fault() {
    let comes = ["drag", "drift", "dead", "jammed", "dropout"].map(|fault| {
        let set = [("fault", word(fault)), ("drive", word("six_wheels"))];
        (fault, solves(&set, 0..3, false))
    });
    let all: usize = comes.iter().map(|(_, count)| count).sum();
    assert!(all >= 11, "{comes:?} of 3 each");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("rover_terrain").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["1850e139e0a5130f", "592512af1839b39d", "9108b27194a71717"]
    );
}

/// On level sand a rover slides sideways where gravity leans by more than the friction of sand. Once it took the root of that, because
/// the wheels' own rule won over the ground's.
#[test]
fn the_ground_grips_as_it_says() {
    let family = family("rover_terrain").expect("registered");
    let number = |value: f64| FactorOverride::Dist(Dist::fixed(value));
    // On firmer ground it tips before it slides.
    for soil in ["sand", "ice"] {
        let slid_m = |steeper: f32| {
            let set = [
                ("soils", word(soil)),
                ("friction", number(1.0)),
                ("ditch", word("none")),
                ("hills_m", number(0.0)),
                ("rough_m", number(0.0)),
                ("slope", number(0.0)),
                ("payload", word("none")),
                ("fault", word("none")),
            ];
            let mut plan = plan_with(family, 0, false, &set);
            let friction = plan.world.bodies["patch_0_0"].material.friction;
            let angle = libm::atanf(steeper * friction);
            plan.world.gravity_mps2 = [0.0, 9.81 * libm::sinf(angle), -9.81 * libm::cosf(angle)];
            let mut lane = Lane::new(Arc::new(plan)).expect("sound");
            let place = |lane: &Lane| lane.view().body_named("chassis").position_m.y;
            for _ in 0..10 {
                lane.step(&[0.0, 0.0]).expect("sound");
            }
            let start = place(&lane);
            for _ in 0..10 {
                lane.step(&[0.0, 0.0]).expect("sound");
            }
            place(&lane) - start
        };
        let (less, more) = (slid_m(0.85), slid_m(1.15));
        assert!(less < 0.02, "{soil}: slid {less} m");
        assert!(more > 0.06, "{soil}: slid {more} m");
    }
}

/// The episode table once told how many rocks were wanted, not how many lie there.
#[test]
fn rocks_are_as_many_as_the_factor_says() {
    let family = family("rover_terrain").expect("registered");
    for episode in 0..40 {
        let plan = plan_with(family, episode, episode % 2 == 0, &[]);
        let bodies = plan.world.bodies.values();
        let rocks = bodies.filter(|body| body.class == "boulder").count();
        assert_eq!(plan.factors["rock_count"], FactorValue::Count(rocks as i64));
    }
}

/// Shuffled looks once were a fixed swap, by which a look still told the friction.
#[test]
fn shuffled_looks_tell_nothing_of_the_friction() {
    let family = family("rover_terrain").expect("registered");
    let mut seen = BTreeSet::new();
    for episode in 0..30 {
        let plan = plan_with(
            family,
            episode,
            false,
            &[("looks", FactorOverride::Word("shuffled".into()))],
        );
        for body in plan
            .world
            .bodies
            .iter()
            .filter(|(name, _)| name.starts_with("patch_"))
        {
            let look = body.1.paint.color.map(f32::to_bits);
            seen.insert((body.1.class.clone(), look));
        }
    }
    assert_eq!(seen.len(), 16, "each soil has every look");
}

/// Springs and motors hold: a rover that nobody drives settles and stays. When minted all 20 did.
#[test]
fn a_rover_that_nobody_drives_stays_where_it_is() {
    let family = family("rover_terrain").expect("registered");
    let mut slid = 0;
    for episode in 0..20 {
        let mut lane = Lane::new(Arc::new(plan(family, episode, false))).expect("sound");
        let place = |lane: &Lane| lane.view().body_named("chassis").position_m;
        let mut at = place(&lane);
        for second in 0..6 {
            for _ in 0..20 {
                lane.step(&[0.0, 0.0]).expect("sound");
            }
            if second == 1 {
                at = place(&lane);
            }
        }
        slid += u32::from(place(&lane).distance(at) > 0.2);
    }
    assert!(slid <= 2, "{slid} of 20 went off by themselves");
}
