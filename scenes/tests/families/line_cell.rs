//! `line_cell`: the contract of every family, rates, golden states, and what its faults must be.

use crate::rates::{Rates, check_rates};
use crate::rollout::{chance, check_contract, fixed, golden_digests, plan_with, solved_at, word};
use std::sync::Arc;
use terrella_scenes::draw::draw_plan;
use terrella_scenes::families::family;
use terrella_scenes::policies::POLICIES;
use terrella_sim::glam::Vec3;
use terrella_sim::lane::Lane;
use terrella_sim::telemetry::{Reading, Role};
use terrella_spec::dist::Dist;
use terrella_spec::factor::{FactorOverride, FactorValue};
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::{OodSpec, PolicySpec};
use terrella_spec::seed::SeedPath;
use terrella_spec::shape::Shape;

#[test]
fn contract() {
    check_contract(family("line_cell").expect("registered"));
}

/// Measured when minted: scripted 32 of 40 and, where nothing goes wrong, 40 of 40; 34 of 40 out of distribution; random 2 of 40. The
/// expert cannot sort what a fault keeps from it, and stops a line that stalls for good.
#[test]
fn rates_of_success() {
    let rates = Rates {
        steps: 400,
        scripted: 0.6,
        held_out: 0.5,
        random: 0.05,
        smooth_random: 0.1,
    };
    check_rates(family("line_cell").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("line_cell").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["5e1c9942478b8e62", "934bd6df63ee2c05", "31de7bc965391b3f"]
    );
}

/// The plan of an episode with a fault of this severity from 3 s on.
fn with(episode: u64, kind: &str, severity: f64) -> WorldPlan {
    let family = family("line_cell").expect("registered");
    let set = [
        ("fault_kind", FactorOverride::Word(kind.into())),
        ("fault_severity", FactorOverride::Dist(Dist::fixed(severity))),
        ("fault_onset_secs", FactorOverride::Dist(Dist::fixed(3.0))),
        ("fault_belt", FactorOverride::Dist(Dist::fixed(0.0))),
    ];
    plan_with(family, episode, false, &set)
}

/// Any belt that a cell has can be the one with the fault, and the factor tells which.
#[test]
fn belts_have_faults_wherever_they_are() {
    let family = family("line_cell").expect("registered");
    let number = |value: u32| FactorOverride::Dist(Dist::fixed(f64::from(value)));
    for (belts, drawn, expected, name) in [
        (3, 0, 0, "sorter"),
        (3, 2, 2, "infeed_2"),
        (2, 3, 1, "infeed"),
        (1, 3, 0, "sorter"),
    ] {
        let set = [
            ("fault_kind", FactorOverride::Word("belt_slip".into())),
            ("belt_count", number(belts)),
            ("fault_belt", number(drawn)),
        ];
        let plan = plan_with(family, 0, false, &set);
        assert_eq!(plan.world.faults["fault"].mechanism, name);
        assert_eq!(plan.factors["fault_belt"], FactorValue::Count(expected));
    }
}

/// A second fault is held out: it comes on top of a first one, out of distribution alone.
#[test]
fn two_faults_at_once_are_held_out() {
    let family = family("line_cell").expect("registered");
    let axis = OodSpec::Factors(vec!["second_fault_kind".into()]);
    let factors = family.factors();
    let mut combined = 0;
    for episode in 0..40 {
        let seed = SeedPath {
            run: 0,
            episode,
            attempt: 0,
        };
        let faults = |ood| draw_plan(family, &factors, ood, seed).map(|plan| plan.world.faults.len());
        assert!(faults(None).expect("it fits") <= 1);
        if let Ok(count) = faults(Some(&axis)) {
            combined += 1;
            assert_eq!(count, 2);
        }
    }
    assert!(combined > 15, "{combined} of 40");
}

/// Plays 400 records: for how many the stop was pressed, and how many in which a drive stalled with the line on.
fn stopped_and_strained(plan: WorldPlan, policy: &str, episode: u64) -> (u32, u32) {
    let family = family("line_cell").expect("registered");
    let kind = (POLICIES.iter().chain(family.own_policies())).find(|kind| kind.name == policy);
    let spec = PolicySpec::new(policy, 1.0);
    let mut policy = (kind.expect("a policy").make)(family, &plan, &spec).expect("it suits");
    let mut lane = Lane::new(Arc::new(plan)).expect("a world");
    let mut rng = chance(episode);
    let mut action = vec![0.0; lane.view().action_space().len()];
    let stop = lane
        .view()
        .action_space()
        .index("stop.pressed")
        .expect("it has one");
    let (mut stopped, mut strained) = (0, 0);
    for _ in 0..400 {
        policy.act(&lane.view(), &mut rng, &mut action);
        lane.step(&action).expect("the world stays sound");
        let view = lane.view();
        let mut readings = view.readings().iter().zip(view.telemetry());
        stopped += u32::from(action[stop] >= 0.5);
        strained +=
            u32::from(readings.any(|(reading, value)| reading.name.ends_with(".stalled") && *value > 0.5));
    }
    (stopped, strained)
}

/// The expert presses the stop when a belt jams, and never else; people at the controls do all sorts of things.
#[test]
fn the_expert_stops_a_line_that_jams_and_operators_may_not() {
    let (mut stop, mut leave) = (0, 0);
    for episode in 0..24 {
        let jam = || with(episode, "belt_jam", 1.0);
        let (stopped, strained) = stopped_and_strained(jam(), "scripted", episode);
        assert!(stopped > 100 && strained <= 2, "{episode}: {stopped} {strained}");
        let (healthy, strained) = stopped_and_strained(with(episode, "belt_jam", 0.0), "scripted", episode);
        assert_eq!((healthy, strained), (0, 0), "{episode}");
        let (stopped, strained) = stopped_and_strained(jam(), "operator", episode);
        stop += u32::from(stopped > 150);
        leave += u32::from(strained > 150);
    }
    assert!(stop > 2 && leave > 6, "{stop} and {leave} of 24");
}

/// A parcel on a belt that stands slides where the ground is steeper than the friction that was drawn. It once took the root of half
/// of that, because the parcels' own rule won over the belts'.
#[test]
fn friction_between_belts_and_parcels_is_what_was_drawn() {
    let family = family("line_cell").expect("registered");
    let number = |value: f64| FactorOverride::Dist(Dist::fixed(value));
    for (belt, parcel) in [(0.9, 1.0), (0.8, 0.7), (0.4, 0.9)] {
        let slid_m = |steeper: f64| {
            let set = [
                ("fault_kind", FactorOverride::Word("none".into())),
                ("belt_count", number(1.0)),
                ("belt_friction", number(belt)),
                ("parcel_friction", number(parcel)),
            ];
            let mut plan = plan_with(family, 2, false, &set);
            let angle = libm::atan(steeper * belt * parcel);
            plan.world.gravity_mps2 =
                [9.81 * libm::sin(angle), 0.0, -9.81 * libm::cos(angle)].map(|part| part as f32);
            let mut lane = Lane::new(Arc::new(plan)).expect("a world");
            let action = vec![0.0; lane.view().action_space().len()];
            let place = |lane: &Lane| lane.view().body_named("parcel_0").position_m.x;
            let start = place(&lane);
            for _ in 0..10 {
                lane.step(&action).expect("the world stays sound");
            }
            place(&lane) - start
        };
        let (less, more) = (slid_m(0.93), slid_m(1.1));
        assert!(less < 0.01, "{belt} {parcel}: slid {less} m");
        assert!(more > 0.03, "{belt} {parcel}: slid {more} m");
    }
}

/// What is stuck or jams is so or not: once its severity was drawn below 0.5 too, where it does nothing.
#[test]
fn no_fault_has_a_label_and_no_effect() {
    let family = family("line_cell").expect("registered");
    let (mut whole, mut graded) = (0, 0);
    for episode in 0..60 {
        let plan = plan_with(family, episode, false, &[]);
        for fault in plan.world.faults.values() {
            if fault.kind.is_all_or_nothing() {
                whole += 1;
                assert_eq!(fault.severity, 1.0, "{fault:?}");
                assert_eq!(plan.factors["fault_severity"], FactorValue::Real(1.0));
            } else {
                graded += 1;
                assert!(fault.severity < 1.0, "{fault:?}");
            }
        }
    }
    assert!(whole > 5 && graded > 10, "{whole} {graded}");
}

/// The plan of a healthy episode with so many belts.
fn with_belts(episode: u64, count: u32) -> WorldPlan {
    let family = family("line_cell").expect("registered");
    let set = [
        ("fault_kind", FactorOverride::Word("none".into())),
        ("belt_count", FactorOverride::Dist(Dist::fixed(f64::from(count)))),
    ];
    plan_with(family, episode, false, &set)
}

/// Each belt carries what lies on it at the speed that it alone is told; the drives of those that a cell lacks move nothing.
#[test]
fn every_belt_has_a_speed_of_its_own_and_missing_ones_stand() {
    let told = [
        ("infeed_3", 0.10),
        ("infeed_2", 0.16),
        ("infeed", 0.28),
        ("sorter", 0.4),
    ];
    for count in 1..=4 {
        let plan = with_belts(1, count);
        let beds: Vec<(&str, f32, [f32; 2])> = told
            .into_iter()
            .filter_map(|(name, speed)| {
                let bed = plan.world.bodies.get(name)?;
                let Shape::Box { half_extents_m } = bed.shape else {
                    panic!("a belt is a box")
                };
                let [x, ..] = bed.position_m;
                Some((name, speed, [x - half_extents_m[0], x + half_extents_m[0]]))
            })
            .collect();
        assert_eq!(beds.len() as u32, count);
        let mut lane = Lane::new(Arc::new(plan)).expect("a world");
        let mut action = vec![0.0; lane.view().action_space().len()];
        for (name, speed) in told {
            let channel = format!("{name}.speed");
            action[lane.view().action_space().index(&channel).expect("everywhere")] = speed;
        }
        // How often a parcel was seen that lay on each belt alone.
        let mut seen = [0; 4];
        for record in 0..180 {
            lane.step(&action).expect("the world stays sound");
            let view = lane.view();
            for (index, (name, speed)) in told.into_iter().enumerate() {
                let own = |reading: &Reading| {
                    reading.role == Role::Feedback && reading.name == format!("{name}.speed")
                };
                let reading = view.readings().iter().position(own).expect("everywhere");
                let runs = beds.iter().any(|(bed, ..)| *bed == name);
                let expected = if runs { speed } else { 0.0 };
                let found = view.telemetry()[reading];
                assert!(
                    record < 20 || (found - expected).abs() < 0.02,
                    "{count} belts: {name} reports {found} m/s"
                );
                let Some((.., [from, to])) = beds.iter().find(|(bed, ..)| *bed == name) else {
                    continue;
                };
                for parcel in 0..2 {
                    let state = view.body_named(&format!("parcel_{parcel}"));
                    let alone = state.position_m.x - 0.12 > *from && state.position_m.x + 0.12 < *to;
                    if record >= 20 && alone {
                        let moves = state.linear_velocity_mps.x;
                        assert!(
                            (moves - speed).abs() < 0.03,
                            "{count} belts: on {name} at {moves} m/s"
                        );
                        seen[index] += 1;
                    }
                }
            }
        }
        let runs = seen.iter().filter(|times| **times > 0).count() as u32;
        assert_eq!(runs, count, "every belt carried something: {seen:?}");
    }
}

/// The plan of a healthy episode with a turntable.
fn with_turntable(episode: u64) -> WorldPlan {
    let family = family("line_cell").expect("registered");
    let set = [("fault_kind", word("none")), ("line_layout", word("turntable"))];
    plan_with(family, episode, false, &set)
}

/// The number that a mechanism reports of this role under this name.
fn reported(lane: &Lane, role: Role, name: &str) -> f32 {
    let view = lane.view();
    let own = |reading: &Reading| reading.role == role && reading.name == name;
    let index = view.readings().iter().position(own);
    view.telemetry()[index.unwrap_or_else(|| panic!("nothing reports {name}"))]
}

/// Measured when minted: the expert sorts 37 of 40.
#[test]
fn cells_with_a_turntable_are_sorted() {
    let family = family("line_cell").expect("registered");
    let sorted = (0..40).filter(|episode| {
        let plan = with_turntable(*episode);
        assert!(plan.world.bodies.contains_key("infeed"), "a belt leads to it");
        solved_at(family, plan, "scripted", *episode, 500).is_some()
    });
    let sorted = sorted.count();
    assert!(sorted >= 35, "{sorted} of 40");
}

/// A turntable reports the speed of its rim, and turns by as much as that says; parcels leave it along the last belt.
#[test]
fn a_turntable_turns_as_it_reports() {
    let mut lane = Lane::new(Arc::new(with_turntable(0))).expect("a world");
    let mut action = vec![0.0; lane.view().action_space().len()];
    for (name, speed) in [("infeed", 0.22), ("turntable", 0.4), ("sorter", 0.4)] {
        let channel = format!("{name}.speed");
        action[lane.view().action_space().index(&channel).expect("everywhere")] = speed;
    }
    let heading = |lane: &Lane| {
        let ahead = lane.view().body_named("turntable").rotation * Vec3::X;
        libm::atan2f(ahead.y, ahead.x)
    };
    for _ in 0..40 {
        lane.step(&action).expect("the world stays sound");
    }
    let before = heading(&lane);
    for _ in 0..20 {
        lane.step(&action).expect("the world stays sound");
    }
    let secs = 20.0 * lane.view().record_secs();
    let turned = heading(&lane) - before;
    let rim = reported(&lane, Role::Feedback, "turntable.speed");
    assert!((0.35..0.4).contains(&rim), "its rim reports {rim} m/s");
    let expected = rim / 0.46 * secs;
    assert!(
        (turned - expected).abs() < 0.02,
        "it turned by {turned} rad, not {expected}"
    );
    let [first, second] = [0, 1].map(|index| {
        let parcel = lane.view().body_named(&format!("parcel_{index}"));
        parcel.linear_velocity_mps
    });
    assert!(
        second.y < -0.15 && second.x.abs() < 0.1,
        "one still comes along -y: {second}"
    );
    assert!(first.x > 0.15, "the other is on its way along x: {first}");
}

/// Either eye can be stuck: then it no longer counts.
#[test]
fn an_eye_that_is_stuck_counts_nothing() {
    let family = family("line_cell").expect("registered");
    for (kind, stuck, other) in [
        ("eye_in_stuck", "eye_in.count", "eye_diverter.count"),
        ("eye_diverter_stuck", "eye_diverter.count", "eye_in.count"),
    ] {
        let set = [
            ("fault_kind", word(kind)),
            ("fault_onset_secs", fixed(0.0)),
            ("fault_ramp_secs", fixed(0.0)),
            ("belt_count", fixed(2.0)),
        ];
        let plan = plan_with(family, 1, false, &set);
        let mut policy = family.expert(&plan).expect("it has one");
        let mut lane = Lane::new(Arc::new(plan)).expect("a world");
        let mut rng = chance(1);
        let mut action = vec![0.0; lane.view().action_space().len()];
        for _ in 0..200 {
            policy.act(&lane.view(), &mut rng, &mut action);
            lane.step(&action).expect("the world stays sound");
        }
        let count = |name: &str| reported(&lane, Role::Context, name);
        assert_eq!(count(stuck), 0.0, "{kind}");
        assert!(count(other) >= 1.0, "{kind}");
    }
}

/// The scales report what lies in the bins, as the rest of the cell reports what it does.
#[test]
fn scales_report_the_mass_of_what_was_sorted() {
    let family = family("line_cell").expect("registered");
    let plan = with_belts(0, 2);
    let parcels = plan.world.bodies.values().filter(|body| body.class == "parcel");
    let all: f32 = parcels.filter_map(|body| body.material.mass_kg).sum();
    let mut policy = family.expert(&plan).expect("it has one");
    let mut lane = Lane::new(Arc::new(plan)).expect("a world");
    let mut rng = chance(0);
    let mut action = vec![0.0; lane.view().action_space().len()];
    let weighed = |lane: &Lane| -> f32 {
        let scales = ["scale_end.mass", "scale_diverter.mass", "scale_pusher.mass"];
        scales
            .map(|name| reported(lane, Role::Feedback, name))
            .iter()
            .sum()
    };
    assert_eq!(weighed(&lane), 0.0);
    for _ in 0..400 {
        policy.act(&lane.view(), &mut rng, &mut action);
        lane.step(&action).expect("the world stays sound");
    }
    let found = weighed(&lane);
    assert!((found - all).abs() < 1e-3, "{found} kg of {all} kg");
}

/// A fault's factors move no other draw: with a severity of 0 the same seed is the healthy twin.
#[test]
fn the_same_seed_without_its_fault_is_the_healthy_twin_up_to_the_onset() {
    let family = family("line_cell").expect("registered");
    let kinds = [
        "belt_slip",
        "motor_weak",
        "roller_drag",
        "encoder_drift",
        "encoder_dropout",
        "diverter_stuck",
        "pusher_stuck",
        "belt_jam",
        "belt_misaligned",
    ];
    for (episode, kind) in kinds.into_iter().enumerate() {
        let episode = episode as u64;
        let (healthy, faulty) = (with(episode, kind, 0.0), with(episode, kind, 0.9));
        let mut one = healthy.world.clone();
        one.faults.clone_from(&faulty.world.faults);
        assert_eq!(one, faulty.world, "{kind}: only the fault differs");
        let expert = POLICIES
            .iter()
            .find(|kind| kind.name == "scripted")
            .expect("built in");
        let spec = PolicySpec::new("scripted", 1.0);
        let mut policy = (expert.make)(family, &healthy, &spec).expect("an expert");
        let mut lanes = [healthy, faulty].map(|plan| Lane::new(Arc::new(plan)).expect("a world"));
        let mut rng = chance(episode);
        let mut action = vec![0.0; lanes[0].view().action_space().len()];
        let mut differed = false;
        for record in 0..400 {
            // What the healthy one does, both do.
            policy.act(&lanes[0].view(), &mut rng, &mut action);
            for lane in &mut lanes {
                lane.step(&action).expect("the world stays sound");
            }
            let [one, other] = lanes.each_ref().map(Lane::view);
            let same = one.body_rows() == other.body_rows() && one.telemetry() == other.telemetry();
            assert!(same || record >= 59, "{kind}: differs at record {record}");
            differed |= !same;
        }
        // What is stuck where it should be anyway does no harm.
        assert!(differed || kind.ends_with("stuck"), "{kind} is seen");
    }
}
