//! `occluder_permanence`: the contract of every family, the expert's success rate, golden states.

use crate::rates::{Rates, check_rates};
use crate::rollout::{
    chance, check_contract, fixed, golden_digests, plan, plan_with, solved_at, success_rate, word,
};
use std::sync::Arc;
use terrella_scenes::families::family;
use terrella_sim::lane::Lane;
use terrella_spec::factor::FactorValue;
use terrella_spec::shape::Shape;

#[test]
fn contract() {
    check_contract(family("occluder_permanence").expect("registered"));
}

/// Measured of 60: the expert solves all, in and out of distribution; noisy 56, random 4, smooth_random 4, weak 19,
/// failure_seeking 34.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        steps: 180,
        scripted: 0.95,
        held_out: 0.9,
        random: 0.15,
        smooth_random: 0.2,
    };
    check_rates(family("occluder_permanence").expect("registered"), &rates);
}

/// What the head does not look at it does not see. That counted as seen, so that whoever looked elsewhere when the target came
/// out had missed its moment for good.
#[test]
fn looking_away_counts_as_unseen() {
    let set = [
        ("motion", word("rolling")),
        ("event", word("passes")),
        ("occluder", word("screen")),
        ("mover_count", fixed(1.0)),
        ("mover_speed_mps", fixed(1.0)),
        ("occlusion_secs", fixed(1.0)),
        ("post_count", fixed(0.0)),
    ];
    let family = family("occluder_permanence").expect("registered");
    let plan = plan_with(family, 0, false, &set);
    let (mut task, mut expert) = (family.task(&plan), family.expert(&plan).expect("it has one"));
    let mut lane = Lane::new(Arc::new(plan)).expect("a world");
    let mut rng = chance(0);
    let mut action = [0.0; 3];
    let mut solved_secs = None;
    for _ in 0..80 {
        let now = lane.view().time_secs();
        expert.act(&lane.view(), &mut rng, &mut action);
        // It goes behind the screen after 0.9 s and comes out a second later; meanwhile the head looks at the floor.
        if (1.2..2.5).contains(&now) {
            action = [0.0, -1.8, 0.0];
        }
        lane.step(&action).expect("sound");
        if task.assess(&lane.view(), &action).success && solved_secs.is_none() {
            solved_secs = Some(lane.view().time_secs());
        }
    }
    assert!(
        solved_secs.is_some_and(|secs| (2.5..3.2).contains(&secs)),
        "it is seen again at {solved_secs:?} s"
    );
}

/// Looking away from what no screen hides, and back, is no success.
#[test]
fn looking_away_alone_is_no_success() {
    let family = family("occluder_permanence").expect("registered");
    let set = [
        ("motion", word("rolling")),
        ("event", word("passes")),
        ("occluder", word("screen")),
        ("mover_speed_mps", fixed(0.6)),
        ("occlusion_secs", fixed(1.0)),
        ("post_count", fixed(0.0)),
    ];
    let plan = plan_with(family, 1, false, &set);
    let (mut task, mut expert) = (family.task(&plan), family.expert(&plan).expect("it has one"));
    let mut lane = Lane::new(Arc::new(plan)).expect("a world");
    let mut rng = chance(1);
    let mut action = [0.0; 3];
    while lane.view().time_secs() < 1.3 {
        expert.act(&lane.view(), &mut rng, &mut action);
        if lane.view().time_secs() < 0.6 {
            action = [0.0, -1.8, 0.0];
        }
        lane.step(&action).expect("sound");
        assert!(!task.assess(&lane.view(), &action).success);
    }
}

/// Targets come to each of the ends that are drawn for them.
#[test]
fn targets_pass_return_and_stay_as_drawn() {
    let family = family("occluder_permanence").expect("registered");
    for motion in ["rolling", "sliding", "bouncing", "falling", "driven"] {
        for event in ["passes", "returns", "stays"] {
            for episode in 0..3 {
                let set = [
                    ("motion", word(motion)),
                    ("event", word(event)),
                    ("mover_count", fixed(1.0)),
                    ("mover_speed_mps", fixed(0.9)),
                ];
                let plan = plan_with(family, episode, false, &set);
                let mut lane = Lane::new(Arc::new(plan)).expect("a world");
                let x = |lane: &Lane| lane.view().body_named("target").position_m.x;
                let from = x(&lane).signum();
                for _ in 0..180 {
                    lane.step(&[0.0; 3]).expect("sound");
                }
                let end = x(&lane) * from;
                let fits = match event {
                    "passes" => end < -0.4,
                    "returns" => end > 0.4,
                    _ => end.abs() < 0.4,
                };
                assert!(fits, "{motion} {event} {episode}: ends at {end}");
            }
        }
    }
}

/// What was fast and fell behind something narrow came down on top of the wall, which threw it back over the occluder.
#[test]
fn what_falls_does_not_fall_onto_the_wall() {
    let family = family("occluder_permanence").expect("registered");
    for event in ["returns", "stays"] {
        for episode in 0..40 {
            let set = [
                ("motion", word("falling")),
                ("event", word(event)),
                ("mover_speed_mps", fixed(1.2)),
                ("mover_count", fixed(1.0)),
            ];
            let plan = plan_with(family, episode, false, &set);
            let speed = plan.world.bodies["target"].linear_velocity_mps[0].abs();
            let mut lane = Lane::new(Arc::new(plan)).expect("a world");
            for _ in 0..60 {
                lane.step(&[0.0; 3]).expect("sound");
                let now = lane.view().body_named("target").linear_velocity_mps;
                assert!(now.x.abs() < speed + 0.2, "{event} {episode}: {now} m/s");
            }
        }
    }
}

/// True where the front of what can be opened is between the head and the target's middle. It stands upright.
fn is_hidden(lane: &Lane, half_m: [f32; 3]) -> bool {
    let view = lane.view();
    let (from, to) = (
        view.body_named("head").position_m,
        view.body_named("target").position_m,
    );
    let plate = view.body_named("screen").position_m;
    let off = from.lerp(to, (plate.y - from.y) / (to.y - from.y)) - plate;
    off.x.abs() < half_m[0] && off.z.abs() < half_m[2]
}

fn half_extents(shape: &Shape<f32>) -> [f32; 3] {
    match shape {
        Shape::Compound { parts } => half_extents(&parts[0].shape),
        Shape::Box { half_extents_m } => *half_extents_m,
        other => panic!("{other:?}"),
    }
}

/// The time that is recorded was not what was drawn: a screen's width was cut to what there was room for.
#[test]
fn targets_are_hidden_for_as_long_as_was_drawn() {
    let family = family("occluder_permanence").expect("registered");
    let mut cases = 0;
    for motion in ["rolling", "sliding", "bouncing", "falling", "driven"] {
        for event in ["passes", "returns"] {
            for occluder in ["screen", "lid", "drawbridge"] {
                for secs in [1.0, 2.5, 4.5] {
                    let set = [
                        ("motion", word(motion)),
                        ("event", word(event)),
                        ("occluder", word(occluder)),
                        ("occlusion_secs", fixed(secs)),
                        ("mover_count", fixed(1.0)),
                    ];
                    let plan = plan_with(family, cases, false, &set);
                    let half_m = half_extents(&plan.world.bodies["screen"].shape);
                    let FactorValue::Real(told) = plan.factors["occlusion_secs"] else {
                        panic!("it is a number")
                    };
                    let mut lane = Lane::new(Arc::new(plan)).expect("a world");
                    let mut hidden = 0.0;
                    for _ in 0..240 {
                        lane.step(&[0.0; 3]).expect("sound");
                        hidden += if is_hidden(&lane, half_m) { 0.05 } else { 0.0 };
                    }
                    let case =
                        format!("{motion} {event} {occluder}: drawn {secs}, told {told}, was {hidden}");
                    assert!(secs < 2.0 || (told - secs).abs() < 0.01, "{case}");
                    // Balls are thrown back before they have come to roll, or after.
                    let within = if event == "passes" { 0.2 } else { 0.3 + 0.25 * told };
                    assert!((hidden - told).abs() < within, "{case}");
                    cases += 1;
                }
            }
        }
    }
}

/// The shortest times came out at 0.4 s: no screen was so narrow.
#[test]
fn what_is_fast_is_hidden_for_a_fifth_of_a_second() {
    let family = family("occluder_permanence").expect("registered");
    for (motion, episode) in [("rolling", 0), ("sliding", 1)] {
        let set = [
            ("motion", word(motion)),
            ("event", word("passes")),
            ("occluder", word("screen")),
            ("occlusion_secs", fixed(0.2)),
            ("mover_count", fixed(1.0)),
            ("mover_size_m", fixed(0.09)),
            ("post_count", fixed(0.0)),
        ];
        let plan = plan_with(family, episode, false, &set);
        let FactorValue::Real(told) = plan.factors["occlusion_secs"] else {
            panic!("it is a number")
        };
        assert!((told - 0.2).abs() < 0.01, "{motion}: told {told}");
        let solved = solved_at(family, plan, "scripted", episode, 180);
        assert!(solved.is_some(), "{motion}: it is seen again");
    }
}

/// Behind what hides it falls into the trap and stays there; who points at it there is right. Measured: 16 of 16.
#[test]
fn a_trapdoor_takes_the_target_out_of_sight_for_good() {
    let family = family("occluder_permanence").expect("registered");
    let mut solved = 0;
    for motion in ["rolling", "sliding", "bouncing", "falling"] {
        for (occluder, episode) in [("screen", 0), ("screen", 1), ("tunnel", 2), ("drawbridge", 3)] {
            let set = [
                ("motion", word(motion)),
                ("event", word("trapdoor")),
                ("occluder", word(occluder)),
            ];
            let plan = plan_with(family, episode, false, &set);
            let half_m = half_extents(&plan.world.bodies["screen"].shape);
            let solved_in = solved_at(family, plan.clone(), "scripted", episode, 180);
            solved += u32::from(solved_in.is_some());
            let mut lane = Lane::new(Arc::new(plan)).expect("a world");
            let (mut was_hidden, mut fell) = (false, false);
            for _ in 0..180 {
                lane.step(&[0.0; 3]).expect("sound");
                let hidden = is_hidden(&lane, half_m);
                let at = lane.view().body_named("target").position_m;
                fell |= at.z < 0.0;
                assert!(
                    fell || hidden || !was_hidden,
                    "{motion} {occluder}: it comes out at {at}"
                );
                was_hidden |= hidden;
            }
            let at = lane.view().body_named("target").position_m;
            let inside = at.x.abs() < half_m[0] && (-0.5..-0.2).contains(&at.z);
            assert!(was_hidden && inside, "{motion} {occluder}: it ends at {at}");
        }
    }
    println!("{solved} of 16");
    assert!(solved >= 15, "{solved} of 16");
}

/// What it pushes out takes some of its speed, and it is hidden for as long as is told all the same. Both are hidden when they meet.
#[test]
fn what_is_in_its_way_is_pushed_out_before_it() {
    let family = family("occluder_permanence").expect("registered");
    for (motion, occluder, episode) in [
        ("rolling", "screen", 0),
        ("rolling", "tunnel", 1),
        ("sliding", "screen", 2),
        ("sliding", "drawbridge", 3),
    ] {
        for secs in [0.9, 2.5] {
            let set = [
                ("motion", word(motion)),
                ("event", word("passes")),
                ("occluder", word(occluder)),
                ("occlusion_secs", fixed(secs)),
                ("number", word("more")),
            ];
            let plan = plan_with(family, episode, false, &set);
            let half_m = half_extents(&plan.world.bodies["screen"].shape);
            let FactorValue::Real(told) = plan.factors["occlusion_secs"] else {
                panic!("it is a number")
            };
            let case = format!("{motion} {occluder}, {secs} s");
            let mut lane = Lane::new(Arc::new(plan)).expect("a world");
            let from = lane.view().body_named("target").position_m.x.signum();
            let (mut hidden, mut met, mut first_out) = (0.0, None, None);
            for _ in 0..240 {
                lane.step(&[0.0; 3]).expect("sound");
                hidden += if is_hidden(&lane, half_m) { 0.05 } else { 0.0 };
                let (target, waiting) = (
                    lane.view().body_named("target"),
                    lane.view().body_named("waiting"),
                );
                if waiting.linear_velocity_mps.x.abs() > 0.1 {
                    met.get_or_insert(target.position_m.x.abs() < half_m[0] && is_hidden(&lane, half_m));
                }
                let out = |x: f32| x * from < -1.2 * half_m[0];
                if out(target.position_m.x) || out(waiting.position_m.x) {
                    first_out.get_or_insert(out(waiting.position_m.x));
                }
            }
            assert_eq!((met, first_out), (Some(true), Some(true)), "{case}");
            assert!((hidden - told).abs() < 0.2, "{case}: told {told}, was {hidden}");
        }
    }
}

/// Measured of 60, with `more` and `fewer` alike: the expert solves all, looks_away 52 and 53, watches none.
#[test]
fn numbers_that_change_do_not_mislead_who_knows_where_the_target_is() {
    let family = family("occluder_permanence").expect("registered");
    for number in ["more", "fewer"] {
        let set = [("number", word(number))];
        let solves = |policy: &str, episodes: u64| {
            let solved = (0..episodes).filter(|episode| {
                let plan = plan_with(family, *episode, false, &set);
                solved_at(family, plan, policy, *episode, 180).is_some()
            });
            solved.count()
        };
        let counts = ["scripted", "looks_away", "watches"].map(|policy| solves(policy, 40));
        println!("{number}: {counts:?} of 40");
        assert!(
            counts[0] >= 38 && counts[1] >= 28 && counts[2] == 0,
            "{number}: {counts:?}"
        );
    }
}

/// What had come to a stop crept back at 1 cm/s, and came out of narrow occluders after all.
#[test]
fn what_is_stopped_does_not_creep_back() {
    let family = family("occluder_permanence").expect("registered");
    for (episode, motion) in ["rolling", "sliding", "bouncing", "falling"].iter().enumerate() {
        let set = [
            ("motion", word(motion)),
            ("event", word("stays")),
            ("mover_count", fixed(2.0)),
            ("mover_speed_mps", fixed(0.9)),
            ("occluder", word("screen")),
            ("number", word("fewer")),
        ];
        let plan = plan_with(family, episode as u64, false, &set);
        let mut lane = Lane::new(Arc::new(plan)).expect("a world");
        let after = |lane: &mut Lane, secs: f32| {
            while lane.view().time_secs() < secs {
                lane.step(&[0.0; 3]).expect("sound");
            }
            ["target", "other_0"].map(|name| lane.view().body_named(name).position_m.x)
        };
        let (soon, late) = (after(&mut lane, 6.0), after(&mut lane, 16.0));
        for (soon, late) in soon.iter().zip(late) {
            assert!((late - soon).abs() < 0.01, "{motion}: from {soon} m to {late} m");
        }
    }
}

/// Whoever follows it for a second while it is hidden points at it, and goes on until it is seen again.
#[test]
fn pointing_at_it_while_it_is_hidden_counts() {
    let family = family("occluder_permanence").expect("registered");
    let set = [
        ("motion", word("rolling")),
        ("event", word("stays")),
        ("occluder", word("screen")),
        ("mover_count", fixed(1.0)),
        ("occlusion_secs", fixed(1.0)),
        ("post_count", fixed(0.0)),
    ];
    let plan = plan_with(family, 2, false, &set);
    let half_m = half_extents(&plan.world.bodies["screen"].shape);
    let (mut task, mut expert) = (family.task(&plan), family.expert(&plan).expect("it has one"));
    let mut lane = Lane::new(Arc::new(plan)).expect("a world");
    let mut rng = chance(2);
    let mut action = [0.0; 3];
    let (mut hidden, mut solved) = (0, 0);
    for _ in 0..180 {
        expert.act(&lane.view(), &mut rng, &mut action);
        action[2] = 0.0;
        lane.step(&action).expect("sound");
        let outcome = task.assess(&lane.view(), &action);
        hidden += u32::from(is_hidden(&lane, half_m));
        assert!(!outcome.terminated && (!outcome.success || hidden >= 20));
        solved += u32::from(outcome.success);
    }
    assert!(solved > 20, "{solved} of {hidden} records");
}

/// Each kind of occluder opens while `lift` is pressed, and is closed again afterwards.
#[test]
fn occluders_open_while_lift_is_pressed() {
    let family = family("occluder_permanence").expect("registered");
    for (occluder, open_m) in [
        ("screen", 0.9),
        ("tunnel", 0.9),
        ("lid", 0.9),
        ("drawbridge", -0.4),
    ] {
        let plan = plan_with(family, 0, false, &[("occluder", word(occluder))]);
        let mut lane = Lane::new(Arc::new(plan)).expect("a world");
        let mut height_after = |lift: f32| {
            for _ in 0..80 {
                lane.step(&[0.0, 0.0, lift]).expect("sound");
            }
            lane.view().body_named("screen").position_m.z
        };
        let (closed, open, again) = (height_after(0.0), height_after(1.0), height_after(0.0));
        assert!((closed - 0.475).abs() < 0.01, "{occluder} is closed at {closed}");
        assert!(
            (open - closed - open_m).abs() < 0.05,
            "{occluder} is open at {open}"
        );
        assert!(
            (again - closed).abs() < 0.01,
            "{occluder} is closed again at {again}"
        );
    }
}

/// A lid comes down over a target that was seen below it, unless it is held up.
#[test]
fn a_lid_comes_down_over_the_target() {
    let family = family("occluder_permanence").expect("registered");
    for motion in ["rolling", "falling", "driven"] {
        for lift in [0.0, 1.0] {
            let set = [
                ("motion", word(motion)),
                ("occluder", word("lid")),
                ("mover_count", fixed(1.0)),
                ("post_count", fixed(0.0)),
            ];
            let plan = plan_with(family, 1, false, &set);
            let half_m = half_extents(&plan.world.bodies["screen"].shape);
            let mut lane = Lane::new(Arc::new(plan)).expect("a world");
            let (mut below, mut hidden) = (0, 0);
            for _ in 0..100 {
                lane.step(&[0.0, 0.0, lift]).expect("sound");
                let inside = lane.view().body_named("target").position_m.x.abs() < half_m[0];
                let now = is_hidden(&lane, half_m);
                below += u32::from(inside && !now && hidden == 0);
                hidden += u32::from(now);
            }
            assert!(
                below >= 3,
                "{motion} {lift}: it is seen below for {below} records"
            );
            assert_eq!(
                hidden > 0,
                lift == 0.0,
                "{motion} {lift}: hidden for {hidden} records"
            );
        }
    }
}

/// Who only watches turns nothing and opens nothing, and so never looks at it in time.
#[test]
fn who_watches_does_not_act() {
    let family = family("occluder_permanence").expect("registered");
    assert_eq!(success_rate(family, "watches", 20, 180), 0.0);
}

/// Where planes are shared, a second mover meets the target behind the screen.
#[test]
fn movers_in_one_plane_meet_behind_the_screen() {
    let family = family("occluder_permanence").expect("registered");
    for episode in 0..5 {
        let set = [
            ("motion", word("rolling")),
            ("event", word("passes")),
            ("occluder", word("screen")),
            ("mover_count", fixed(2.0)),
            ("planes", word("shared")),
        ];
        let plan = plan_with(family, episode, false, &set);
        let Some(FactorValue::Real(hidden_secs)) = plan.factors.get("occlusion_secs") else {
            panic!("it is drawn")
        };
        let half_m = 0.5 * *hidden_secs as f32 * plan.world.bodies["target"].linear_velocity_mps[0].abs();
        let mut lane = Lane::new(Arc::new(plan)).expect("a world");
        let mut met = None;
        for _ in 0..180 {
            let target = lane.view().body_named("target");
            lane.step(&[0.0; 3]).expect("sound");
            let after = lane.view().body_named("target");
            let change = after.linear_velocity_mps - target.linear_velocity_mps;
            if change.length() > 0.2 && met.is_none() {
                met = Some(after.position_m.x);
            }
        }
        assert!(met.is_some_and(|x| x.abs() < half_m), "{met:?} of {half_m}");
    }
}

/// A factor of a second mover or of a narrow screen was held out where there was none.
#[test]
fn no_axis_out_of_distribution_is_inert() {
    for episode in 0..60 {
        let plan = plan(family("occluder_permanence").expect("registered"), episode, true);
        let needed = match plan.ood[0].as_str() {
            "colors" | "planes" => "other_0",
            "exit_gap_m" | "post_motion" => "post_0",
            _ => continue,
        };
        assert!(plan.world.bodies.contains_key(needed), "{:?}", plan.ood);
    }
}

/// Measured: 54 of 60.
#[test]
fn who_looks_away_for_a_while_often_sees_it_come_out_all_the_same() {
    let family = family("occluder_permanence").expect("registered");
    let rate = success_rate(family, "looks_away", 60, 180);
    assert!(rate >= 0.75, "{rate}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("occluder_permanence").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["aa6d6b5d1d2b68b9", "9485bdeec00cc2f6", "3730495b10e6e366"]
    );
}
