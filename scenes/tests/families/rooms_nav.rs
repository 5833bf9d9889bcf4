//! `rooms_nav`: the contract of every family, the expert's success rate, golden states.

use crate::rates::{Rates, check_rates};
use crate::rollout::{chance, check_contract, fixed, golden_digests, plan, plan_with, play, solved_at, word};
use std::sync::Arc;
use terrella_scenes::families::family;
use terrella_scenes::policies::PolicyKind;
use terrella_sim::glam::{Vec2, Vec3};
use terrella_sim::lane::Lane;
use terrella_sim::observe::Observer;
use terrella_spec::factor::FactorValue;
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::PolicySpec;
use terrella_spec::seed::SeedPath;
use terrella_spec::shape::Shape;
use terrella_spec::world::{Freedom, Mechanism, Motion};

#[test]
fn contract() {
    check_contract(family("rooms_nav").expect("registered"));
}

/// Measured when minted: scripted 40 of 40, and 38 of 40 out of distribution; 40 of 40 with a robot that goes sideways, and 39 of 40 in
/// houses of six rooms with swinging doors everywhere, of one leaf or of two.
#[test]
fn success_rates() {
    let rates = Rates {
        steps: 500,
        scripted: 0.9,
        held_out: 0.875,
        random: 0.05,
        smooth_random: 0.1,
    };
    check_rates(family("rooms_nav").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("rooms_nav").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["b1007ddeed9e5c48", "64f1b004dbcb8191", "6ce421a92b12a613"]
    );
}

/// Masses of boxes that there are not, springs of doors that there are not, ways that came out as short as others: they were told
/// as drawn out of distribution.
#[test]
fn what_changes_nothing_is_not_out_of_distribution() {
    let family = family("rooms_nav").expect("registered");
    let mut seen = std::collections::BTreeSet::new();
    for episode in 0..300 {
        let plan = plan(family, episode, true);
        let count = |name: &str| match plan.factors[name] {
            FactorValue::Count(count) => count,
            _ => panic!("{name} is a count"),
        };
        let has = |kinds: &[&str]| match &plan.factors["doorway_kind"] {
            FactorValue::Words(words) => words.iter().any(|word| kinds.contains(&word.as_str())),
            _ => panic!("kinds of doorways are words"),
        };
        assert_eq!(plan.ood.len(), 1, "episode {episode}");
        let name = plan.ood[0].as_str();
        let matters = match name {
            "box_mass_kg" => count("box_count") > 0,
            "stroller_speed_mps" => count("stroller_count") > 0,
            "hinge_friction_nm" => has(&["swing", "double"]),
            "closer_nmprad" => has(&["saloon", "spring"]),
            "locked_share" => has(&["locked", "jammed"]),
            "jammed_share" => has(&["jammed"]),
            "furniture_set" => plan.world.bodies.values().any(|body| body.class == "furniture"),
            "shortest_path_m" => matches!(plan.factors[name], FactorValue::Real(length) if length > 9.0),
            _ => true,
        };
        assert!(matters, "episode {episode}: {name}");
        seen.insert(name.to_string());
    }
    assert!(seen.len() > 15, "all axes have their turn: {seen:?}");
}

/// Drives as the expert does until the task is solved, at most so many records, and tells whether it was.
fn drive(plan: WorldPlan, episode: u64, records: u32, mut after: impl FnMut(&Lane)) -> bool {
    let family = family("rooms_nav").expect("registered");
    let mut policy = family.expert(&plan).expect("an expert");
    let mut task = family.task(&plan);
    let mut lane = Lane::new(Arc::new(plan)).expect("a sound world");
    let seed = SeedPath {
        run: 0,
        episode,
        attempt: 0,
    };
    let (mut rng, mut action) = (seed.stream("policy"), vec![0.0; lane.view().action_space().len()]);
    (0..records).any(|_| {
        policy.act(&lane.view(), &mut rng, &mut action);
        lane.step(&action).expect("sound");
        after(&lane);
        task.assess(&lane.view(), &action).success
    })
}

/// The plan of an episode with this in every doorway that must be passed.
fn with_doors(episode: u64, kind: &str) -> WorldPlan {
    let family = family("rooms_nav").expect("registered");
    plan_with(family, episode, false, &[("doorway_kind", word(kind))])
}

/// Stairs lead up to every doorway and down again; at their sides they are too high.
#[test]
fn stairs_are_climbed() {
    let mut highest: f32 = 0.0;
    for episode in 0..6 {
        let plan = with_doors(episode, "stairs");
        assert!(plan.world.bodies.values().any(|body| body.class == "stairs"));
        let start = plan.world.bodies["robot"].position_m[2];
        let solved = drive(plan, episode, 600, |lane| {
            highest = highest.max(lane.view().body_named("robot").position_m.z - start);
        });
        assert!(solved, "episode {episode}");
    }
    assert!((0.09..0.13).contains(&highest), "it climbed {highest} m");
}

/// A door with plates stays shut until the robot was on one of them, a delayed one a second longer, and is open from then on; the
/// expert goes there first.
#[test]
fn plates_open_doors() {
    for (kind, delay_secs) in [("plate", 0.0), ("delayed", 1.0)] {
        let (mut solved, mut pressed) = (0, 0);
        for episode in 0..6 {
            let plan = with_doors(episode, kind);
            let plates: Vec<(String, Vec<Vec2>)> = plan
                .world
                .bodies
                .iter()
                .filter(|(name, _)| name.starts_with("plate_"))
                .map(|(name, body)| match &body.shape {
                    Shape::Compound { parts } => {
                        let at = parts.iter().map(|part| Vec3::from(part.position_m).truncate());
                        (name.clone(), at.collect())
                    }
                    other => panic!("{name} is {other:?}"),
                })
                .collect();
            // When the robot came so near to a plate that it could be on it, and which are open.
            let mut near = vec![None; plates.len()];
            let mut open = vec![false; plates.len()];
            solved += u32::from(drive(plan, episode, 700, |lane| {
                let view = lane.view();
                let here = view.body_named("robot").position_m.truncate();
                for (index, (plate, places)) in plates.iter().enumerate() {
                    let mechanism = view.mechanism_index(plate).expect("it is there");
                    let door = plate.replace("plate", "door");
                    let door = view.joint_index(&door).expect("its door");
                    open[index] = view.mechanism_state(mechanism) > 0.5;
                    let shut = view.joint_position(door) < 0.02;
                    assert!(shut || open[index], "{kind} {episode}: {plate}");
                    if near[index].is_none() && places.iter().any(|place| place.distance(here) < 0.7) {
                        near[index] = Some(view.time_secs());
                    }
                    let since = near[index].map_or(0.0, |at| view.time_secs() - at);
                    assert!(
                        !open[index] || since >= delay_secs - 0.11,
                        "{kind} {episode}: {plate} after {since} s"
                    );
                }
            }));
            pressed += open.iter().filter(|open| **open).count();
        }
        assert!(
            solved >= 5 && pressed >= 6,
            "{kind}: {solved} of 6 solved, {pressed} plates pressed"
        );
    }
}

/// Leaves that slide go aside, level, for who comes, and out of the way; two leaves without springs are pushed open and stay so.
#[test]
fn leaves_slide_and_swing_in_pairs() {
    let (mut slid, mut swung, mut solved) = (0, 0, 0);
    for episode in 0..6 {
        let plan = with_doors(episode, "sliding");
        let width = match plan.factors["door_width_m"] {
            FactorValue::Real(width) => width as f32,
            _ => panic!("a width is a number"),
        };
        let sliders: Vec<String> = (plan.world.joints.iter())
            .filter(|(_, joint)| match joint.freedom {
                Freedom::Slider { axis, .. } => axis[2] == 0.0,
                _ => false,
            })
            .map(|(name, _)| name.clone())
            .collect();
        let mut widest = vec![0.0_f32; sliders.len()];
        solved += u32::from(drive(plan, episode, 600, |lane| {
            let view = lane.view();
            for (name, widest) in sliders.iter().zip(&mut widest) {
                let joint = view.joint_index(name).expect("it is there");
                *widest = widest.max(view.joint_position(joint));
                let height = view.body_named(name).position_m.z;
                assert!((height - 0.68).abs() < 0.02, "{episode}: {name} is at {height} m");
            }
        }));
        slid += widest.iter().filter(|by| **by > width - 0.15).count();
        let plan = with_doors(episode, "double");
        let leaves: Vec<String> = plan.world.joints.keys().cloned().collect();
        let mut open = vec![0.0_f32; leaves.len()];
        solved += u32::from(drive(plan, episode, 600, |lane| {
            let view = lane.view();
            for (name, open) in leaves.iter().zip(&mut open) {
                *open = view.joint_position(view.joint_index(name).expect("it is there"));
            }
        }));
        swung += open.iter().filter(|angle| angle.abs() > 0.7).count();
    }
    assert!(solved >= 10, "{solved} of 12 solved");
    assert!(slid >= 3 && swung >= 6, "{slid} slid, {swung} swung");
}

/// Leaves that stay where they are pushed go so far past square that the robot gets by: in these houses with such a door everywhere it
/// walled itself in behind one.
#[test]
fn who_pushed_a_door_wide_open_gets_by_it() {
    let family = family("rooms_nav").expect("registered");
    let set = [("room_count", fixed(6.0)), ("doorway_kind", word("swing"))];
    for episode in [1, 2, 4, 6, 8, 11] {
        let plan = plan_with(family, episode, false, &set);
        assert!(plan.world.joints.len() >= 4, "{episode}: doors everywhere");
        assert!(drive(plan, episode, 500, |_| {}), "episode {episode}");
    }
}

/// Where a run asks for it, the robot goes sideways too: three numbers are its action, and whoever acts uses them.
#[test]
fn a_robot_that_goes_sideways_finds_the_mark() {
    let family = family("rooms_nav").expect("registered");
    let (mut solved, mut aside) = (0, 0.0_f32);
    for episode in 0..8 {
        let plan = plan_with(family, episode, false, &[("drive", word("holonomic"))]);
        let observer = Observer::new(&plan.world).expect("its channels exist");
        let left = observer
            .channels()
            .iter()
            .position(|channel| channel.name == "robot.step.y");
        let (left, mut row) = (left.expect("observed"), Vec::new());
        let lane = Lane::new(Arc::new(plan.clone())).expect("a sound world");
        let channels = &lane.view().action_space().channels;
        let names: Vec<&str> = channels.iter().map(|channel| channel.name.as_str()).collect();
        assert_eq!(names, ["drive.vx", "drive.vy", "drive.omega"]);
        solved += u32::from(drive(plan, episode, 500, |lane| {
            row.clear();
            observer.read(&lane.view(), &mut row);
            aside = aside.max(row[left].abs());
        }));
    }
    assert!(solved >= 7, "{solved} of 8 solved");
    assert!(aside > 0.02, "it went aside by {aside} m at most in a record");
    for policy in ["wall_hugger", "tour", "noisy"] {
        let plan = plan_with(family, 0, false, &[("drive", word("holonomic"))]);
        assert!(play(family, plan, policy, 0, 60).episode_return.is_finite());
    }
}

/// Furniture that the robot has seen is taken elsewhere while it does not see it, and whoever makes a tour finds it there.
#[test]
fn a_tour_finds_furniture_elsewhere() {
    let family = family("rooms_nav").expect("registered");
    let (mut moved, mut noticed) = (0, 0);
    for episode in 0..8 {
        let plan = plan_with(family, episode, false, &[("change_count", fixed(2.0))]);
        let (bodies, places) = match &plan.world.mechanisms["rearranger"] {
            Mechanism::Rearranger { bodies, places_m, .. } => (bodies.clone(), places_m.clone()),
            other => panic!("{other:?}"),
        };
        let count = bodies.len() as i64;
        assert_eq!(plan.factors["change_count"], FactorValue::Count(count));
        let readings = terrella_sim::telemetry::readings(&plan.world);
        let index = |what: &str| {
            let name = format!("rearranger.{what}");
            let found = readings.iter().position(|reading| reading.name == name);
            found.expect("it is reported")
        };
        let [changes, unnoticed] = ["moved", "unnoticed"].map(index);
        let starts: Vec<Vec3> = bodies
            .iter()
            .map(|name| plan.world.bodies[name].position_m.into())
            .collect();
        let mut policy = (own("tour").make)(family, &plan, &PolicySpec::new("tour", 1.0)).expect("it suits");
        let mut lane = Lane::new(Arc::new(plan)).expect("a sound world");
        let (mut rng, mut action) = (chance(episode), [0.0; 2]);
        for _ in 0..900 {
            policy.act(&lane.view(), &mut rng, &mut action);
            lane.step(&action).expect("sound");
        }
        let view = lane.view();
        let elsewhere =
            |(name, start): (&String, &Vec3)| view.body_named(name).position_m.distance(*start) > 0.01;
        let number = bodies.iter().zip(&starts).filter(|both| elsewhere(*both)).count();
        assert_eq!(
            view.telemetry()[changes],
            number as f32,
            "{episode}: as many are told"
        );
        for ((name, start), place) in bodies.iter().zip(&starts).zip(&places) {
            let whole = Vec2::from(*place).distance(start.truncate());
            let gone = view.body_named(name).position_m.distance(*start);
            assert!(
                whole >= 0.79 && gone < whole + 0.01,
                "{episode}: {gone} m of {whole} m"
            );
        }
        moved += number;
        noticed += number - view.telemetry()[unnoticed] as usize;
    }
    assert!(
        moved >= 3 && noticed >= 1,
        "{moved} were moved, {noticed} noticed"
    );
}

/// Doors that are jammed look as those that swing, and stand where nobody needs to pass.
#[test]
fn jammed_doors_look_as_if_they_swung_and_are_not_needed() {
    let family = family("rooms_nav").expect("registered");
    let set = [
        ("locked_share", fixed(1.0)),
        ("jammed_share", fixed(1.0)),
        ("loop_share", fixed(0.6)),
        ("room_count", fixed(6.0)),
        ("doorway_kind", word("swing")),
    ];
    let (mut jammed, mut solved) = (0, 0);
    for episode in 0..6 {
        let plan = plan_with(family, episode, false, &set);
        let FactorValue::Words(kinds) = &plan.factors["doorway_kind"] else {
            panic!("kinds of doorways are words")
        };
        let doors: Vec<_> = plan
            .world
            .bodies
            .values()
            .filter(|body| body.class == "door")
            .collect();
        let swings = doors
            .iter()
            .find(|body| body.motion == Motion::Dynamic)
            .expect("it is needed");
        let shut: Vec<_> = doors.iter().filter(|body| body.motion == Motion::Fixed).collect();
        assert_eq!(shut.len(), kinds.iter().filter(|kind| *kind == "jammed").count());
        assert!(kinds.iter().all(|kind| kind != "locked"));
        assert!(shut.iter().all(|body| body.paint == swings.paint));
        jammed += shut.len();
        let mut open = set.clone();
        open[4].1 = word("open");
        let plan = plan_with(family, episode, false, &open);
        assert!(plan.world.bodies.values().any(|body| body.class == "door"));
        solved += u32::from(drive(plan, episode, 700, |_| {}));
    }
    assert!(
        jammed >= 6 && solved >= 5,
        "{jammed} jammed, {solved} of 6 solved"
    );
}

/// The steps that are observed, one after another, lead from the start to where the robot is; their sum, which is reported as its way, is
/// at least the shortest way.
#[test]
fn steps_lead_from_the_start_to_where_the_robot_is() {
    let family = family("rooms_nav").expect("registered");
    for episode in 0..4 {
        let plan = plan(family, episode, false);
        let observer = Observer::new(&plan.world).expect("its channels exist");
        let channels = observer.channels();
        let first = channels
            .iter()
            .position(|channel| channel.name == "robot.step.x")
            .expect("observed");
        assert_eq!(channels[first + 2].unit, "rad");
        let FactorValue::Real(shortest) = plan.factors["shortest_path_m"] else {
            panic!("a length is a number")
        };
        let lane = Lane::new(Arc::new(plan.clone())).expect("a sound world");
        let (mut at, mut way, mut row) = (Vec2::ZERO, 0.0, Vec::new());
        observer.read(&lane.view(), &mut row);
        assert_eq!(row[first..first + 3], [0.0; 3]);
        let start = lane.view().body_named("robot");
        let ahead = start.rotation * Vec3::X;
        let (mut yaw, mut here) = (libm::atan2f(ahead.y, ahead.x), Vec2::ZERO);
        let readings = terrella_sim::telemetry::readings(&plan.world);
        let reported = readings.iter().position(|reading| reading.name == "drive.way");
        let (reported, mut told) = (reported.expect("it is reported"), 0.0);
        let solved = drive(plan, episode, 600, |lane| {
            told = lane.view().telemetry()[reported];
            row.clear();
            observer.read(&lane.view(), &mut row);
            let step = Vec2::new(row[first], row[first + 1]);
            at += Vec2::new(libm::cosf(yaw), libm::sinf(yaw)).rotate(step);
            yaw += row[first + 2];
            way += step.length();
            here = (lane.view().body_named("robot").position_m - start.position_m).truncate();
        });
        assert!(at.distance(here) < 0.01, "{episode}: at {at}, not {here}");
        assert!(
            (way..1.01 * way + 0.1).contains(&told),
            "{episode}: {told} m are reported of {way} m"
        );
        assert!(
            !solved || f64::from(way) > shortest - 0.7,
            "{episode}: {way} m of {shortest} m"
        );
    }
}

/// A policy of this family by its name.
fn own(name: &str) -> &'static PolicyKind {
    let family = family("rooms_nav").expect("registered");
    let mut own = family.own_policies().iter();
    own.find(|kind| kind.name == name).expect("the family has it")
}

/// An explorer finds most marks without knowing the way, in more time than the expert; who keeps to the wall finds some by chance.
#[test]
fn who_does_not_know_the_way_finds_it_now_and_then() {
    let family = family("rooms_nav").expect("registered");
    let found = |policy: &str| {
        let at = |episode: u64| solved_at(family, plan(family, episode, false), policy, episode, 500);
        (0..12).filter_map(at).count()
    };
    let (explorer, hugger) = (found("explorer"), found("wall_hugger"));
    assert!(explorer >= 5, "the explorer finds {explorer} of 12");
    assert!(hugger <= explorer, "who keeps to the wall finds {hugger} of 12");
}

/// A tour comes back to where it began, after it was away.
#[test]
fn a_tour_sees_its_start_again() {
    let family = family("rooms_nav").expect("registered");
    let mut back = 0;
    for episode in 0..6 {
        let plan = plan(family, episode, false);
        let mut policy = (own("tour").make)(family, &plan, &PolicySpec::new("tour", 1.0)).expect("it suits");
        let mut lane = Lane::new(Arc::new(plan)).expect("a sound world");
        let seed = SeedPath {
            run: 0,
            episode,
            attempt: 0,
        };
        let (mut rng, mut action) = (seed.stream("policy"), [0.0; 2]);
        let start = lane.view().body_named("robot").position_m;
        let (mut away, mut returned) = (false, false);
        for _ in 0..900 {
            policy.act(&lane.view(), &mut rng, &mut action);
            lane.step(&action).expect("sound");
            let far = lane.view().body_named("robot").position_m.distance(start);
            away |= far > 1.5;
            returned |= away && far < 0.5;
        }
        back += u32::from(returned);
    }
    assert!(back >= 4, "{back} of 6 tours came back");
}
