//! `ramp_constants`: the contract of every family, the expert's success rate, golden states.

use crate::rates::{Rates, check_rates};
use crate::rollout::{check_contract, fixed, golden_digests, plan_with, solved_at, word};
use std::sync::Arc;
use terrella_scenes::families::family;
use terrella_sim::glam::{Vec2, Vec3Swizzles};
use terrella_sim::lane::Lane;
use terrella_spec::factor::{FactorOverride, FactorValue};
use terrella_spec::shape::Shape;

#[test]
fn contract() {
    check_contract(family("ramp_constants").expect("registered"));
}

/// Measured: the expert solves 40 of 40, and 39 of 40 out of distribution; random 6 of 40, smooth_random 4 of 40.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        steps: 160,
        scripted: 0.9,
        held_out: 0.85,
        random: 0.15,
        smooth_random: 0.25,
    };
    check_rates(family("ramp_constants").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("ramp_constants").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["b58b4bde2ae01a61", "15010f1829766bdf", "3dc590b1a1cbcf48"]
    );
}

/// A block that its static friction holds on the slope stays where it is let go at rest; who pushes it gets it into the bin.
#[test]
fn a_block_that_stays_where_it_is_let_go_is_pushed() {
    let family = family("ramp_constants").expect("registered");
    let set = [("object_kind", word("block")), ("static_friction", fixed(0.6))];
    let mut solved = 0;
    for episode in 0..8 {
        let plan = plan_with(family, episode, false, &set);
        solved += u32::from(solved_at(family, plan.clone(), "scripted", episode, 200).is_some());
        let mut lane = Lane::new(Arc::new(plan)).expect("a world");
        let start = lane.view().body_named("object").position_m;
        for _ in 0..60 {
            lane.step(&[0.0, 0.0]).expect("no fault");
        }
        let gone = lane.view().body_named("object").position_m.distance(start);
        assert!(gone < 0.01, "episode {episode}: it went {gone} m");
    }
    assert!(solved >= 7, "{solved} of 8 came into the bin");
}

/// What is released at rest with this kind, no rolling resistance, and a rival, which may have so many cores: the world, how many
/// times as long as the rival's way to the level run the object's takes, and who was first.
fn race(kind: &str, rival: &str, cores: i64) -> (Lane, f32, f32) {
    let set = [
        ("object_kind", word(kind)),
        ("object_size_m", fixed(0.1)),
        ("rival", word(rival)),
        ("rival_cores", fixed(cores as f64)),
    ];
    let mut plan = plan_with(family("ramp_constants").expect("registered"), 0, false, &set);
    for name in ["object", "rival"] {
        plan.world.bodies[name].angular_damping = 0.0;
    }
    let mut lane = Lane::new(Arc::new(plan)).expect("a world");
    // Held for a while: it must not sag.
    for _ in 0..10 {
        lane.step(&[0.0, 1.0]).expect("no fault");
    }
    let held = lane.view().time_secs();
    for _ in 0..100 {
        lane.step(&[0.0, 0.0]).expect("no fault");
    }
    let view = lane.view();
    let told = |name: &str| {
        let index = view.readings().iter().position(|reading| reading.name == name);
        view.telemetry()[index.expect("the finish reports it")]
    };
    let (first, first_secs, second_secs) = (
        told("finish.first"),
        told("finish.first_secs") - held,
        told("finish.second_secs") - held,
    );
    assert!(
        first_secs > 0.3 && second_secs >= first_secs,
        "{kind}: {first_secs} s, {second_secs} s"
    );
    let ratio = if first == 1.0 {
        first_secs / second_secs
    } else {
        second_secs / first_secs
    };
    (lane, ratio, first)
}

/// Without resistance the way takes times in proportion to sqrt(1 + inertia / (mass x radius^2)): 0.4 for an even ball, 0.22 for one
/// with 12 cores; 0.838 and 0.311 for flywheels; 0.5 and 0.224 for discs, 1 and 0.321 for hoops.
#[test]
fn of_two_that_look_the_same_the_one_with_less_inertia_comes_first() {
    for (kind, cores, ratio) in [
        ("ball", 12, (1.4f32 / 1.22).sqrt()),
        ("flywheel", 12, (1.838f32 / 1.311).sqrt()),
        ("disc", 12, (1.5f32 / 1.224).sqrt()),
        ("hoop", 12, (2.0f32 / 1.321).sqrt()),
        ("ball", 0, 1.0),
        ("flywheel", 0, 1.0),
        ("disc", 0, 1.0),
        ("hoop", 0, 1.0),
        // A cored ball has 12 itself, so the even one comes after it.
        ("cored_ball", 0, (1.22f32 / 1.4).sqrt()),
    ] {
        let (lane, found, first) = race(kind, "beside", cores);
        let close = (found - ratio).abs() < 0.01;
        assert!(close, "{kind} with {cores} cores: {found}, not {ratio}");
        if ratio != 1.0 {
            assert_eq!(first, if ratio > 1.0 { 2.0 } else { 1.0 }, "{kind} {cores}");
        }
        let view = lane.view();
        let bodies = &view.world().bodies;
        assert_eq!(bodies["object"].paint, bodies["rival"].paint);
        assert_eq!(
            visible(&bodies["object"].shape, kind),
            visible(&bodies["rival"].shape, kind)
        );
        let mass = |name: &str| view.mass_kg(view.body_index(name).expect("there"));
        let (own, rivals) = (mass("object"), mass("rival"));
        assert!((own - rivals).abs() < 1e-3 * own, "{own} kg, {rivals} kg");
    }
}

/// A disc of inertia 0.5 comes before a hoop of inertia 1 that is as heavy and rolls on the same radius.
#[test]
fn a_disc_comes_before_a_hoop() {
    for (kind, ratio, winner) in [
        ("hoop", (2.0f32 / 1.5).sqrt(), 2.0),
        ("disc", (1.5f32 / 2.0).sqrt(), 1.0),
    ] {
        let (lane, found, first) = race(kind, "other_wheel", 0);
        assert!((found - ratio).abs() < 0.01, "{kind}: {found}, not {ratio}");
        assert_eq!(first, winner, "{kind}");
        let view = lane.view();
        let [own, other] =
            ["object", "rival"].map(|name| view.mass_kg(view.body_index(name).expect("there")));
        assert!((own - other).abs() < 1e-3 * own, "{own} kg, {other} kg");
    }
}

/// Measured: 30 of 30 with discs and 29 of 30 with hoops.
#[test]
fn the_expert_stops_discs_and_hoops_in_the_bin() {
    let family = family("ramp_constants").expect("registered");
    for kind in ["disc", "hoop"] {
        let solves = |episode: &u64| {
            let plan = plan_with(family, *episode, false, &[("object_kind", word(kind))]);
            solved_at(family, plan, "scripted", *episode, 200).is_some()
        };
        let solved = (0..12).filter(solves).count();
        println!("{kind}: {solved} of 12");
        assert!(solved >= 10, "{kind}: {solved} of 12");
    }
}

/// Records a second in worlds that are measured.
const FINE_HZ: u32 = 120;

/// A world of what rolls without resistance, held still as high as the hand goes, with such a spin when it is let go.
fn held(kind: &str, spin: &str) -> Lane {
    let set = [
        ("object_kind", word(kind)),
        ("rival", word("none")),
        ("spin", word(spin)),
        ("spin_radps", fixed(10.0)),
    ];
    let mut plan = plan_with(family("ramp_constants").expect("registered"), 0, false, &set);
    plan.world.bodies["object"].angular_damping = 0.0;
    plan.world.control_hz = FINE_HZ;
    let mut lane = Lane::new(Arc::new(plan)).expect("a world");
    for _ in 0..4 * FINE_HZ {
        let left_m = 0.6 - lane.view().body_named("object").position_m.z;
        lane.step(&[(5.0 * left_m).clamp(-0.8, 0.8), 1.0])
            .expect("no fault");
    }
    lane.step(&[0.0, 1.0]).expect("no fault");
    lane
}

/// A real factor of the world.
fn real(lane: &Lane, name: &str) -> f32 {
    let FactorValue::Real(value) = lane.plan().factors[name] else {
        panic!("{name} is real");
    };
    value as f32
}

/// Whether it slips or rolls: what it has about the point below grows by gravity alone, so v (1 + k) = k r w + g sin(slope) t.
#[test]
fn a_spin_becomes_speed_by_the_law() {
    for (kind, inertia, share) in [("ball", 0.4, 1.0), ("disc", 0.5, 0.65), ("hoop", 1.0, 0.65)] {
        for (spin, sense) in [("top", 1.0), ("none", 0.0), ("back", -1.0)] {
            let mut lane = held(kind, spin);
            let spins = lane.view().body_named("object").angular_velocity_radps;
            assert!(spins.length() < 0.01, "it is held without spin, {spins}");
            for _ in 0..2 * FINE_HZ / 5 {
                lane.step(&[0.0, 0.0]).expect("no fault");
            }
            let down = Vec2::from_angle(-real(&lane, "slope_deg").to_radians());
            let radius_m = share * real(&lane, "object_size_m");
            let pull = real(&lane, "gravity_mps2") * -down.y;
            let wanted = (sense * inertia * radius_m * 10.0 + pull * 0.4) / (1.0 + inertia);
            let object = lane.view().body_named("object");
            let found = object.linear_velocity_mps.xz().dot(down);
            println!("{kind} {spin}: {found}, by the law {wanted}");
            assert!(
                (found - wanted).abs() < 0.02,
                "{kind} {spin}: {found}, not {wanted}"
            );
            let surface = object.angular_velocity_radps.y * radius_m;
            assert!((surface - found).abs() < 0.02, "{kind} {spin}: it rolls by now");
        }
    }
}

/// Measured: 20 of 20 with each.
#[test]
fn the_expert_reckons_with_spins() {
    let family = family("ramp_constants").expect("registered");
    let rolling: Vec<String> = ["ball", "flywheel", "disc", "hoop"].map(String::from).into();
    for spin in ["top", "back"] {
        let set = [
            ("object_kind", FactorOverride::Words(rolling.clone())),
            ("rival", word("none")),
            ("spin", word(spin)),
        ];
        let solves = |episode: &u64| {
            let plan = plan_with(family, *episode, false, &set);
            solved_at(family, plan, "scripted", *episode, 200).is_some()
        };
        let solved = (0..10).filter(solves).count();
        println!("{spin}: {solved} of 10");
        assert!(solved >= 9, "{spin}: {solved} of 10");
    }
}

/// A block slides, and who has a rival is let go as it is: neither spins, and the factor says so.
#[test]
fn what_slides_and_what_races_begins_without_spin() {
    for (kind, rival) in [("block", "none"), ("ball", "beside")] {
        let set = [
            ("object_kind", word(kind)),
            ("rival", word(rival)),
            ("spin", word("top")),
        ];
        let plan = plan_with(family("ramp_constants").expect("registered"), 0, false, &set);
        assert_eq!(plan.factors["spin"], FactorValue::Word("none".into()), "{kind}");
    }
}

/// What is seen of a body: of a ball its outside.
fn visible(shape: &Shape<f32>, kind: &str) -> Vec<Shape<f32>> {
    match shape {
        Shape::Compound { parts } => {
            let seen = parts.iter().filter(|part| part.visible);
            let count = if kind.ends_with("ball") { 1 } else { usize::MAX };
            seen.take(count).map(|part| part.shape.clone()).collect()
        }
        whole => vec![whole.clone()],
    }
}

/// A block slides: nothing rolls beside it, and the factor says so.
#[test]
fn a_block_has_no_rival() {
    let set = [("object_kind", word("block")), ("rival", word("beside"))];
    let plan = plan_with(family("ramp_constants").expect("registered"), 0, false, &set);
    assert!(!plan.world.bodies.contains_key("rival"));
    assert_eq!(plan.factors["rival"], FactorValue::Word("none".into()));
}
