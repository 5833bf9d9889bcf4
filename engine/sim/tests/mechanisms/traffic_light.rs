//! Traffic lights: their stages, the lamps that show them, and how agents stop at lines.

use super::traffic::ground;
use super::*;
use terrella_spec::world::{Agent, LightHead, StopLine, Style, TrafficLane};

/// Half of a car's length, m.
const HALF_M: f32 = 2.0;
/// Where the line is, along a lane that begins at the origin, m.
const LINE_M: f32 = 60.0;

/// One lane along +x with a line; its light has a period of 20 s, amber of 3 s, and 1 s in which both stages are red.
fn street(offset_secs: f32, light: bool) -> World<f32> {
    let mut world = ground();
    let lamp = |z: f32| {
        let shape = Shape::Box {
            half_extents_m: [0.05, 0.3, 0.3],
        };
        let mut lamp = Body::new("lamp", shape)
            .kinematic()
            .untouchable()
            .at([70.0, -4.0, z]);
        lamp.rotation = Rotation::RpyDeg([0.0, 0.0, 180.0]);
        lamp
    };
    for (name, z) in [("green", 2.0), ("amber", 3.0), ("red", 4.0)] {
        world.bodies.insert(name.into(), lamp(z));
    }
    let head = LightHead {
        stage: 0,
        green: "green".into(),
        amber: "amber".into(),
        red: "red".into(),
    };
    world.mechanisms.insert(
        "light".into(),
        Mechanism::TrafficLight {
            period_secs: 20.0,
            offset_secs,
            amber_secs: 3.0,
            clear_secs: 1.0,
            lit_m: 0.2,
            heads: vec![head],
        },
    );
    let stop = StopLine {
        line_m: LINE_M,
        light: light.then(|| "light".into()),
        stage: 0,
    };
    let lane = TrafficLane {
        points_m: vec![[0.0; 3], [300.0, 0.0, 0.0]],
        closed: false,
        beside: Vec::new(),
        gives_way: Vec::new(),
        stops: vec![stop],
    };
    world.mechanisms.insert(
        "traffic".into(),
        Mechanism::Traffic {
            lanes: [("lane".to_string(), lane)].into_iter().collect(),
            agents: Default::default(),
            sees: Vec::new(),
            slots: None,
        },
    );
    world
}

fn add(world: &mut World<f32>, x: f32, speed_mps: f32, style: Style) {
    let shape = Shape::Box {
        half_extents_m: [HALF_M, 0.9, 0.5],
    };
    let body = Body::new("car", shape).kinematic().at([x, 0.0, 0.6]);
    world.bodies.insert("car".into(), body);
    let agent = Agent {
        lane: "lane".into(),
        speed_mps,
        wants_mps: speed_mps,
        style,
        changes_lanes: false,
        orders: Vec::new(),
    };
    let Some(Mechanism::Traffic { agents, .. }) = world.mechanisms.get_mut("traffic") else {
        unreachable!("it is traffic");
    };
    agents.insert("car".into(), agent);
}

/// Drives so long; returns where the car's front is at the end of each record.
fn fronts(world: World<f32>, secs: f32) -> Vec<f32> {
    let mut lane = lane(world);
    let records = (secs * HZ as f32).round() as u32;
    (0..records)
        .map(|_| {
            lane.step(&[]).expect("the world stays sound");
            lane.view().body_named("car").position_m.x + HALF_M
        })
        .collect()
}

/// Of 20 s each stage has 10: 6 green, 3 amber, 1 in which both are red. The lamp that is lit stands 0.2 m forward, and it
/// alone, from the start on.
#[test]
fn stages_take_turns_and_one_lamp_is_lit() {
    let mut lane = lane(street(0.0, true));
    let mut seen = [Vec::new(), Vec::new()];
    for step in 0..=20 * HZ {
        let view = lane.view();
        let reports = view.telemetry().to_vec();
        assert_eq!(view.readings()[1].name, "light.changes_in");
        for (color, lamp) in ["green", "amber", "red"].into_iter().enumerate() {
            let lit = if reports[0] == color as f32 { 0.2 } else { 0.0 };
            near(view.body_named(lamp).position_m.x, 70.0 - lit, 1e-5);
            near(view.body_named(lamp).linear_velocity_mps.length(), 0.0, 0.0);
        }
        if step % HZ == HZ / 2 {
            for (stage, seen) in seen.iter_mut().enumerate() {
                seen.push(reports[2 * stage]);
            }
            let second = (step / HZ) as f32;
            let changes_in = match step / HZ {
                0..6 => 5.5 - second,
                6..9 => 8.5 - second,
                _ => 19.5 - second,
            };
            near(reports[1], changes_in, 1e-3);
        }
        lane.step(&[]).expect("the world stays sound");
    }
    let half = |color: [f32; 3]| {
        let runs = color.into_iter().zip([6, 3, 1]);
        runs.flat_map(|(color, secs)| vec![color; secs])
            .collect::<Vec<f32>>()
    };
    let [own, cross] = seen;
    assert_eq!(own, [half([0.0, 1.0, 2.0]), half([2.0; 3])].concat());
    assert_eq!(cross, [half([2.0; 3]), half([0.0, 1.0, 2.0])].concat());
}

#[test]
fn an_agent_waits_at_red_and_goes_at_green() {
    // Red for 10 s.
    let mut world = street(10.0, true);
    add(&mut world, 0.0, 10.0, Style::Normal);
    let fronts = fronts(world, 16.0);
    let at = |secs: f32| fronts[(secs * HZ as f32) as usize];
    assert!(
        (LINE_M - 2.0..LINE_M).contains(&at(9.9)),
        "it waits at {}",
        at(9.9)
    );
    assert!(at(15.9) > LINE_M + 10.0, "it goes to {}", at(15.9));
}

/// At 10 m/s one that is 20 m before the line stops at amber (2.5 m/s^2), one at 12 m goes on (4.2 m/s^2).
#[test]
fn at_amber_an_agent_stops_where_it_can() {
    for (before_m, stops) in [(20.0, true), (12.0, false)] {
        let mut world = street(6.0, true);
        add(&mut world, LINE_M - HALF_M - before_m, 10.0, Style::Normal);
        let last = fronts(world, 8.0).pop().expect("it drove");
        assert_eq!(
            last < LINE_M,
            stops,
            "from {before_m} m before it it gets to {last}"
        );
    }
}

/// Red is half a second old when it gets to the line: who drives aggressively goes on, a normal driver has stopped.
#[test]
fn who_drives_aggressively_runs_a_fresh_red() {
    for (style, runs) in [(Style::Normal, false), (Style::Aggressive, true)] {
        let mut world = street(6.0, true);
        add(&mut world, LINE_M - HALF_M - 35.0, 10.0, style);
        let last = fronts(world, 8.0).pop().expect("it drove");
        assert_eq!(last > LINE_M, runs, "{style:?} gets to {last}");
    }
}

/// At a stop sign everybody comes to a halt, once, and goes on.
#[test]
fn at_a_stop_sign_everybody_halts_and_goes_on() {
    for style in [Style::Normal, Style::Aggressive] {
        let mut world = street(0.0, false);
        add(&mut world, 0.0, 10.0, style);
        let fronts = fronts(world, 20.0);
        let near_line = fronts
            .windows(2)
            .filter(|pair| pair[0] > LINE_M - 2.0 && pair[0] < LINE_M);
        let slowest = near_line.map(|pair| (pair[1] - pair[0]) * HZ as f32);
        let slowest = slowest.fold(f32::INFINITY, f32::min);
        assert!(slowest < 0.2, "{style:?} passes at {slowest} m/s");
        let last = fronts[fronts.len() - 1];
        assert!(last > LINE_M + 20.0, "{style:?} gets to {last}");
    }
}

#[test]
fn a_traffic_light_has_time_for_amber() {
    let mut world = street(0.0, true);
    let Some(Mechanism::TrafficLight { period_secs, .. }) = world.mechanisms.get_mut("light") else {
        unreachable!("it is a light");
    };
    *period_secs = 8.0;
    let error = refused(world);
    assert!(error.contains("mechanisms.light.period_secs"), "{error}");
}
