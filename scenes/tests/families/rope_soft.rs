//! `rope_soft`: the contract of every family, the expert's success rate, golden states.

use crate::rollout::{
    chance, check_contract, fixed, golden_digests, plan, plan_with, solved_at, success_rate, watch, word,
};
use std::ops::Range;
use std::sync::Arc;
use terrella_scenes::families::family;
use terrella_sim::glam::Vec3;
use terrella_sim::lane::Lane;
use terrella_spec::factor::{FactorOverride, FactorValue};
use terrella_spec::soft::SoftForm;

#[test]
fn contract() {
    check_contract(family("rope_soft").expect("registered"));
}

/// Measured when there were neither chains nor nets nor posts, whose rates stand below: the expert solves 38 of 40 episodes (two jellies are
/// missed), and 31 of 40 out of distribution: it misses four curtains (three that bend stiffly, one that is elastic), three jellies, an elastic
/// rope, a rough one. Here the first of them, for they take their time.
#[test]
fn expert_success_rate() {
    let family = family("rope_soft").expect("registered");
    let scripted = success_rate(family, "scripted", 21, 160);
    let random = success_rate(family, "random", 10, 160);
    assert!(scripted >= 0.85, "scripted solves {scripted}");
    assert!(random <= 0.2, "random solves {random}");
    let held_out = (0..14).filter(|episode| {
        let plan = plan(family, *episode, true);
        solved_at(family, plan, "scripted", *episode, 160).is_some()
    });
    let held_out = held_out.count();
    assert!(
        held_out >= 8,
        "scripted solves {held_out} of 14 out of distribution"
    );
}

/// The rope that pulls a box was 0.4 times as long as the factor said.
#[test]
fn ropes_are_as_long_as_their_factor_says() {
    let family = family("rope_soft").expect("registered");
    for (kind, length) in [("drape", "rope_length_m"), ("pull", "tow_length_m")] {
        for episode in 0..6 {
            let set = [("kind", FactorOverride::Word(kind.into()))];
            let plan = plan_with(family, episode, episode % 2 == 1, &set);
            let SoftForm::Rope { along_m, segments } = &plan.world.softs["soft"].form else {
                panic!("{kind} has a rope");
            };
            let [one, other] = [along_m[0], along_m[1]];
            let squares = (0..3).map(|axis| (one[axis] - other[axis]) * (one[axis] - other[axis]));
            let FactorValue::Real(told) = plan.factors[length] else {
                panic!("a length is a number");
            };
            assert!((f64::from(squares.sum::<f32>().sqrt()) - told).abs() < 1e-4);
            assert_eq!(
                plan.factors["rope_segments"],
                FactorValue::Count(i64::from(*segments))
            );
        }
    }
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("rope_soft").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["332dc90d5fda3e0a", "8092ec78684db00b", "1ce45adc53ebaf13"]
    );
}

/// Measured: the expert tears 20 of 20 sheets off. In one of those out of distribution two pieces tore in one step, which was an
/// index out of bounds.
#[test]
fn a_sheet_is_torn_off_and_one_that_is_too_strong_is_not() {
    let family = family("rope_soft").expect("registered");
    let as_expected = |strain: Option<f64>, mut episodes: Range<u64>, ood: bool| {
        let mut set = vec![("kind", word("tear"))];
        set.extend(strain.map(|strain| ("tear_strain", fixed(strain))));
        episodes.all(|episode| {
            let plan = plan_with(family, episode, ood, &set);
            solved_at(family, plan, "scripted", episode, 160).is_some() == strain.is_none()
        })
    };
    assert!(as_expected(None, 0..6, false));
    assert!(as_expected(None, 15..20, true));
    assert!(as_expected(Some(3.0), 0..2, false));
}

/// Links come no further apart than 4 mm, whoever pulls: a chain is as long as it was, and lies over the peg in the end.
#[test]
fn a_chain_stays_together() {
    let family = family("rope_soft").expect("registered");
    for (episode, ood) in [(0, false), (1, true)] {
        let plan = plan_with(family, episode, ood, &[("kind", word("chain"))]);
        let FactorValue::Count(links) = plan.factors["chain_links"] else {
            panic!("links are counted");
        };
        let world = plan.world.clone();
        assert_eq!(world.joints.len() as i64, links, "the last one holds the handle");
        let mut expert = family.expert(&plan).expect("it has one");
        let mut lane = Lane::new(Arc::new(plan)).expect("the world is sound");
        let mut rng = chance(episode);
        let mut action = [0.0; 4];
        let mut apart = 0.0_f32;
        for _ in 0..160 {
            expert.act(&lane.view(), &mut rng, &mut action);
            lane.step(&action).expect("it stays sound");
            for joint in world.joints.values() {
                let [one, other] = [
                    (&joint.parent, joint.anchor_parent_m),
                    (&joint.child, joint.anchor_child_m),
                ]
                .map(|(body, anchor)| {
                    let body = lane.view().body_named(body);
                    body.position_m + body.rotation * Vec3::from(anchor)
                });
                apart = apart.max(one.distance(other));
            }
        }
        eprintln!("links are {apart} m apart");
        assert!(apart < 0.004, "links are {apart} m apart");
    }
}

/// At the start a rope goes round its post by as many turns as its factor says, and by up to half a turn more on the ways to its ends.
#[test]
fn a_rope_is_wound_as_often_as_its_factor_says() {
    let family = family("rope_soft").expect("registered");
    let mut senses = [0, 0];
    for episode in 0..8 {
        let set = [("kind", word("unwind"))];
        let plan = plan_with(family, episode, episode % 2 == 1, &set);
        let SoftForm::Rope { along_m, .. } = &plan.world.softs["soft"].form else {
            panic!("it is a rope");
        };
        let cross = |[one, other]: [[f32; 3]; 2]| one[0] * other[1] - one[1] * other[0];
        let dot = |[one, other]: [[f32; 3]; 2]| one[0] * other[0] + one[1] * other[1];
        let turned = along_m.windows(2).map(|ends| [ends[0], ends[1]]);
        let turned: f32 = turned.map(|ends| libm::atan2f(cross(ends), dot(ends))).sum();
        let FactorValue::Real(turns) = plan.factors["turns"] else {
            panic!("turns are a number");
        };
        let more = f64::from(turned.abs()) / std::f64::consts::TAU - turns;
        assert!((0.2..0.5).contains(&more), "{more} turns more than {turns}");
        senses[usize::from(turned > 0.0)] += 1;
    }
    assert!(senses[0] > 0 && senses[1] > 0, "to both sides");
}

/// Measured of 12 worlds of each, and of 12 out of distribution: 12 and 12 chains are laid over their peg, 12 and 12 nets drawn off their
/// ball, 10 and 11 ropes freed from their post; chance did none of 6 and 6. Here the first of them.
#[test]
fn chains_are_laid_nets_drawn_off_and_ropes_unwound() {
    let family = family("rope_soft").expect("registered");
    for (kind, least) in [("chain", 5), ("uncover", 5), ("unwind", 5)] {
        let solves = |policy: &str, ood: bool| {
            let solved = (0..3).filter(|episode| {
                let plan = plan_with(family, *episode, ood, &[("kind", word(kind))]);
                solved_at(family, plan, policy, *episode, 160).is_some()
            });
            solved.count()
        };
        let [scripted, random] =
            ["scripted", "random"].map(|policy| solves(policy, false) + solves(policy, true));
        assert!(scripted >= least, "{kind}: scripted solves {scripted} of 6");
        assert_eq!(random, 0, "{kind}: chance solves some");
    }
}

/// Measured: the expert draws 23 of 24 knots tight, and 21 of 24 out of distribution; chance none of 24.
#[test]
fn knots_are_drawn_tight() {
    let family = family("rope_soft").expect("registered");
    for ood in [false, true] {
        let solved = (0..8).filter(|episode| {
            let plan = plan_with(family, *episode, ood, &[("kind", word("knot"))]);
            solved_at(family, plan, "scripted", *episode, 160).is_some()
        });
        let solved = solved.count();
        assert!(solved >= 6, "{solved} of 8 where out of distribution is {ood}");
    }
}

/// How much a line winds about itself: Gauss's integral over all pairs of its pieces, each at its middle.
fn writhe(line: &[Vec3]) -> f32 {
    let pieces = || {
        line.windows(2)
            .map(|ends| (0.5 * (ends[0] + ends[1]), ends[1] - ends[0]))
    };
    let mut sum = 0.0;
    for (index, (one, along)) in pieces().enumerate() {
        for (other, across) in pieces().skip(index + 1) {
            let way = one - other;
            sum += way.dot(along.cross(across)) / way.length().powi(3);
        }
    }
    sum / std::f32::consts::TAU
}

/// Strands do not go through each other, whoever pulls: the writhe of three crossings stays, and would be 2 less.
#[test]
fn a_knot_stays_a_knot() {
    let family = family("rope_soft").expect("registered");
    for policy in ["scripted", "play", "smooth_random"] {
        for episode in 0..4 {
            let plan = plan_with(family, episode, episode % 2 == 1, &[("kind", word("knot"))]);
            let mut least = f32::INFINITY;
            watch(family, plan, policy, episode, 160, |view| {
                let line = view.soft_positions(0).iter().map(|point| Vec3::from(*point));
                least = least.min(writhe(&line.collect::<Vec<_>>()).abs());
            });
            println!("{policy} {episode}: {least}");
            assert!(least > 2.0, "{policy} {episode}: a writhe of {least}");
        }
    }
}
