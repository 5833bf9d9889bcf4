//! Traffic: agents keep their distance, change lanes, give way, obey, and stop where they run into somebody. And routes.

use super::*;
use glam::Vec3;
use terrella_sim::observe::Observer;
use terrella_spec::world::{Agent, GiveWay, Observe, Order, Physics, Preset, Quantity, Style, TrafficLane};

/// Half of a car's length, m.
const HALF_M: f32 = 2.2;

fn straight(from: [f32; 2], to: [f32; 2]) -> TrafficLane<f32> {
    TrafficLane {
        points_m: vec![[from[0], from[1], 0.0], [to[0], to[1], 0.0]],
        closed: false,
        beside: Vec::new(),
        gives_way: Vec::new(),
        stops: Vec::new(),
    }
}

fn car() -> Body<f32> {
    let half_extents_m = [HALF_M, 0.9, 0.5];
    Body::new("car", Shape::Box { half_extents_m })
}

fn driver(lane: &str, speed_mps: f32, wants_mps: f32, style: Style) -> Agent<f32> {
    Agent {
        lane: lane.into(),
        speed_mps,
        wants_mps,
        style,
        changes_lanes: false,
        orders: Vec::new(),
    }
}

/// A floor, at the speed of the fast preset.
pub(super) fn ground() -> World<f32> {
    let mut world = World {
        control_hz: HZ,
        physics: Physics {
            preset: Preset::Fast,
            step_hz: None,
        },
        ..World::default()
    };
    world
        .bodies
        .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}).fixed());
    world
}

/// Two lanes along +x, `right` at y = 0 and `left` at y = 3.5, and one along +y that crosses them at x = 100. A body called
/// `ego` far away that all see.
fn town() -> World<f32> {
    let mut world = ground();
    let mut ego = car().at([-900.0, 50.0, 0.51]);
    ego.material.mass_kg = Some(1200.0);
    world.bodies.insert("ego".into(), ego);
    let mut right = straight([0.0, 0.0], [600.0, 0.0]);
    right.beside = vec!["left".into()];
    let mut cross = straight([100.0, -80.0], [100.0, 200.0]);
    cross.gives_way = vec![GiveWay {
        line_m: 74.0,
        to: "right".into(),
        meets_m: 100.0,
        gap_secs: 4.0,
    }];
    let lanes = [
        ("right", right),
        ("left", straight([0.0, 3.5], [600.0, 3.5])),
        ("cross", cross),
    ];
    let traffic = Mechanism::Traffic {
        lanes: lanes
            .into_iter()
            .map(|(name, lane)| (name.to_string(), lane))
            .collect(),
        agents: Default::default(),
        sees: vec!["ego".into()],
        slots: None,
    };
    world.mechanisms.insert("traffic".into(), traffic);
    world
}

fn add(world: &mut World<f32>, name: &str, at: [f32; 2], agent: Agent<f32>) {
    let body = car().kinematic().at([at[0], at[1], 0.6]);
    world.bodies.insert(name.into(), body);
    let Some(Mechanism::Traffic { agents, .. }) = world.mechanisms.get_mut("traffic") else {
        unreachable!("it is traffic");
    };
    agents.insert(name.into(), agent);
}

fn drive(lane: &mut Lane, secs: f32) {
    for _ in 0..(secs * HZ as f32).round() as u32 {
        lane.step(&[]).expect("the world stays sound");
    }
}

fn place(lane: &Lane, name: &str) -> Vec3 {
    lane.view().body_named(name).position_m
}

fn speed(lane: &Lane, name: &str) -> f32 {
    lane.view().body_named(name).linear_velocity_mps.length()
}

/// The model's equilibrium: it follows at (s0 + v T) / sqrt(1 - (v / v0)^4).
#[test]
fn an_agent_follows_a_slower_one_at_the_models_distance() {
    let mut world = town();
    add(
        &mut world,
        "slow",
        [60.0, 0.0],
        driver("right", 8.0, 8.0, Style::Normal),
    );
    add(
        &mut world,
        "fast",
        [10.0, 0.0],
        driver("right", 14.0, 14.0, Style::Normal),
    );
    let mut lane = lane(world);
    drive(&mut lane, 40.0);
    let gap = place(&lane, "slow").x - place(&lane, "fast").x - 2.0 * HALF_M;
    let share = 8.0_f32 / 14.0;
    near(gap, (2.0 + 1.5 * 8.0) / (1.0 - share.powi(4)).sqrt(), 0.5);
    near(speed(&lane, "fast"), 8.0, 0.1);
    near(place(&lane, "fast").y, 0.0, 1e-3);
}

/// Everybody stops behind what stands: every style, without touching it.
#[test]
fn agents_of_every_style_stop_behind_the_ego_vehicle() {
    for style in [Style::Normal, Style::Aggressive, Style::Distracted] {
        let mut world = town();
        world.bodies["ego"].position_m = [120.0, 0.3, 0.51];
        add(&mut world, "one", [10.0, 0.0], driver("right", 13.0, 13.0, style));
        let mut lane = lane(world);
        let mut least = f32::INFINITY;
        for _ in 0..30 * HZ {
            drive(&mut lane, 0.05);
            least = least.min(place(&lane, "ego").x - place(&lane, "one").x - 2.0 * HALF_M);
        }
        assert!((0.3..4.0).contains(&least), "{style:?} comes within {least} m");
        assert!(speed(&lane, "one") < 0.05, "{style:?} stands");
        near(state(&lane, "traffic"), 0.0, 0.0);
    }
}

/// It overtakes a slow one by the lane beside, if there is room; whoever may not, does not.
#[test]
fn an_agent_changes_lanes_around_a_slow_one_when_there_is_room() {
    let arrives = |changes_lanes: bool, crowded: bool| {
        let mut world = town();
        add(
            &mut world,
            "slow",
            [60.0, 0.0],
            driver("right", 4.0, 4.0, Style::Normal),
        );
        let mut fast = driver("right", 12.0, 12.0, Style::Normal);
        fast.changes_lanes = changes_lanes;
        add(&mut world, "fast", [10.0, 0.0], fast);
        if crowded {
            for index in 0..12 {
                let name = format!("crowd{index}");
                let at = [10.0 * index as f32 - 30.0, 3.5];
                add(
                    &mut world,
                    &name,
                    at,
                    driver("left", 12.0, 12.0, Style::Aggressive),
                );
            }
        }
        let mut lane = lane(world);
        drive(&mut lane, 9.0);
        (
            place(&lane, "fast").y,
            place(&lane, "fast").x > place(&lane, "slow").x,
        )
    };
    let (y, passed) = arrives(true, false);
    near(y, 3.5, 0.2);
    assert!(passed);
    assert!(!arrives(false, false).1);
    near(arrives(true, true).0, 0.0, 1e-3);
}

/// Ordered, it cuts in front of the ego vehicle although that is there, and brakes as hard as told.
#[test]
fn an_agent_cuts_in_and_brakes_when_it_is_ordered_to() {
    let mut world = town();
    world.bodies["ego"].position_m = [10.0, 0.0, 0.51];
    world.bodies["ego"].linear_velocity_mps = [10.0, 0.0, 0.0];
    world.bodies["floor"].material.friction = 0.0;
    let mut cutter = driver("left", 14.0, 14.0, Style::Aggressive);
    cutter.orders = vec![
        Order {
            ahead_m: Some(7.0),
            lane: Some("right".into()),
            ..Order::default()
        },
        Order {
            after_secs: Some(6.5),
            wants_mps: Some(0.0),
            brakes_mps2: Some(6.0),
            ..Order::default()
        },
    ];
    add(&mut world, "cutter", [0.0, 3.5], cutter);
    let mut lane = lane(world);
    drive(&mut lane, 3.0);
    near(place(&lane, "cutter").y, 3.5, 1e-3);
    drive(&mut lane, 3.5);
    assert!(
        place(&lane, "cutter").y < 1.0,
        "it cuts in at {}",
        place(&lane, "cutter").y
    );
    let before = speed(&lane, "cutter");
    drive(&mut lane, 1.0);
    near(before - speed(&lane, "cutter"), 6.0, 0.5);
    drive(&mut lane, 3.0);
    near(speed(&lane, "cutter"), 0.0, 1e-3);
}

/// It waits at its line while somebody comes on the lane with priority, the ego vehicle or another agent, and goes then.
#[test]
fn an_agent_gives_way_and_goes_when_the_way_is_free() {
    let crosses = |ego_comes: bool, agent_comes: bool| {
        let mut world = town();
        world.bodies["floor"].material.friction = 0.0;
        if ego_comes {
            world.bodies["ego"].position_m = [40.0, 0.0, 0.51];
            world.bodies["ego"].linear_velocity_mps = [10.0, 0.0, 0.0];
        }
        if agent_comes {
            add(
                &mut world,
                "main",
                [40.0, 0.0],
                driver("right", 10.0, 10.0, Style::Normal),
            );
        }
        add(
            &mut world,
            "side",
            [100.0, -50.0],
            driver("cross", 8.0, 8.0, Style::Normal),
        );
        let mut lane = lane(world);
        drive(&mut lane, 6.0);
        let early = place(&lane, "side").y;
        drive(&mut lane, 10.0);
        near(state(&lane, "traffic"), 0.0, 0.0);
        (early, place(&lane, "side").y)
    };
    let (early, late) = crosses(false, false);
    assert!(early > -6.0 && late > 0.0, "nobody comes: {early}, {late}");
    for (ego, agent) in [(true, false), (false, true)] {
        let (early, late) = crosses(ego, agent);
        assert!(early < -6.0 - HALF_M + 0.1, "it waits before its line: {early}");
        assert!(late > 0.0, "it goes then: {late}");
    }
}

#[test]
fn an_agent_that_runs_into_somebody_stops() {
    let mut world = town();
    world.bodies["ego"].position_m = [30.0, 0.0, 0.51];
    // It looks up only after it is there.
    add(
        &mut world,
        "blind",
        [24.5, 0.0],
        driver("right", 10.0, 10.0, Style::Distracted),
    );
    let Some(Mechanism::Traffic { agents, .. }) = world.mechanisms.get_mut("traffic") else {
        unreachable!("it is traffic");
    };
    agents["blind"].orders = vec![Order {
        wants_mps: Some(10.0),
        ..Order::default()
    }];
    let mut lane = lane(world);
    drive(&mut lane, 6.0);
    near(state(&lane, "traffic"), 1.0, 0.0);
    near(speed(&lane, "blind"), 0.0, 1e-3);
}

/// On a closed lane they go round for ever, and the one behind the seam sees the one before it.
#[test]
fn a_ring_has_no_end() {
    let mut world = town();
    let corner = |index: u16| {
        let angle = f32::from(index) * std::f32::consts::TAU / 48.0;
        [40.0 * libm::cosf(angle), 40.0 * libm::sinf(angle), 0.0]
    };
    let ring = TrafficLane {
        points_m: (0..48).map(corner).collect(),
        closed: true,
        beside: Vec::new(),
        gives_way: Vec::new(),
        stops: Vec::new(),
    };
    let Some(Mechanism::Traffic { lanes, .. }) = world.mechanisms.get_mut("traffic") else {
        unreachable!("it is traffic");
    };
    lanes.insert("ring".into(), ring);
    add(
        &mut world,
        "slow",
        [40.0, 1.0],
        driver("ring", 5.0, 5.0, Style::Normal),
    );
    add(
        &mut world,
        "fast",
        [38.0, -12.5],
        driver("ring", 9.0, 9.0, Style::Normal),
    );
    let mut lane = lane(world);
    for _ in 0..120 {
        drive(&mut lane, 0.5);
        let [slow, fast] = ["slow", "fast"].map(|name| place(&lane, name).truncate());
        assert!((slow.length() - 40.0).abs() < 0.2, "it leaves the ring: {slow}");
        assert!((slow - fast).length() > 2.0 * HALF_M, "{slow} {fast}");
    }
    near(speed(&lane, "fast"), 5.0, 0.1);
}

#[test]
fn a_fork_of_traffic_goes_on_bit_for_bit() {
    let mut world = town();
    for index in 0..8 {
        let style = [Style::Normal, Style::Aggressive, Style::Distracted][index % 3];
        let (name, x) = (["left", "right"][index % 2], 12.0 * index as f32);
        let mut agent = driver(name, 8.0, 8.0 + index as f32, style);
        agent.changes_lanes = index % 2 == 1;
        let y = if name == "left" { 3.5 } else { 0.0 };
        add(&mut world, &format!("agent{index}"), [x, y], agent);
    }
    let mut lane = lane(world);
    drive(&mut lane, 4.0);
    let mut fork = lane.fork();
    for step in 0..200 {
        drive(&mut lane, 0.05);
        drive(&mut fork, 0.05);
        assert_eq!(lane.digest(), fork.digest(), "step {step}");
    }
}

/// Distance, offset, heading and gap along a bent line.
#[test]
fn a_route_tells_where_its_body_is_and_what_is_ahead() {
    let mut world = town();
    let mut ego = car().at([10.0, 1.0, 0.51]).kinematic();
    ego.rotation = Rotation::RpyDeg([0.0, 0.0, 30.0]);
    world.bodies["ego"] = ego;
    let block = car().fixed().at([30.0, 9.0, 0.51]);
    world.bodies.insert("block".into(), block);
    let route = Mechanism::Route {
        body: "ego".into(),
        points_m: vec![[0.0, 0.0, 0.0], [30.0, 0.0, 0.0], [30.0, 50.0, 0.0]],
        sees: vec!["block".into()],
        half_width_m: 1.2,
        range_m: 60.0,
    };
    world.mechanisms.insert("route".into(), route);
    world.observe = vec![
        Observe::new("route", Quantity::Route),
        Observe::new("ego", Quantity::Speed),
    ];
    let observer = Observer::new(&world).expect("its channels exist");
    let names: Vec<&str> = observer
        .channels()
        .iter()
        .map(|channel| channel.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "route.route.distance",
            "route.route.offset",
            "route.route.heading",
            "route.route.gap",
            "route.route.grade",
            "ego.speed"
        ]
    );
    let mut row = Vec::new();
    observer.read(&lane(world.clone()).view(), &mut row);
    let wanted = [
        10.0,
        1.0,
        30.0_f32.to_radians(),
        20.0 + 9.0 - 0.9 - HALF_M,
        0.0,
        0.0,
    ];
    for (got, want) in row.iter().zip(wanted) {
        near(*got, want, 0.02);
    }
    world.bodies["block"].position_m = [34.0, 9.0, 0.51];
    let mut row = Vec::new();
    observer.read(&lane(world).view(), &mut row);
    // Its corner is 1.8 m from the line.
    near(row[3], 60.0, 0.0);
}

/// Along a line that climbs one in ten a car is a tenth of its way higher and points uphill, and somebody on foot is upright.
#[test]
fn on_a_lane_that_climbs_cars_pitch_and_people_stay_upright() {
    let mut world = town();
    let Some(Mechanism::Traffic { lanes, .. }) = world.mechanisms.get_mut("traffic") else {
        unreachable!("it is traffic");
    };
    let mut hill = straight([0.0, 0.0], [100.0, 0.0]);
    hill.points_m[1][2] = 10.0;
    lanes.insert("hill".into(), hill);
    let grade = 0.1_f32;
    for (index, style) in [Style::Normal, Style::Walking].into_iter().enumerate() {
        let x = 20.0 + 30.0 * index as f32;
        let name = ["car", "walker"][index];
        add(&mut world, name, [x, 0.0], driver("hill", 2.0, 2.0, style));
        world.bodies[name].position_m[2] = grade * x + 0.6;
    }
    let route = Mechanism::Route {
        body: "car".into(),
        points_m: vec![[0.0, 0.0, 0.0], [100.0, 0.0, 10.0]],
        sees: Vec::new(),
        half_width_m: 1.2,
        range_m: 60.0,
    };
    world.mechanisms.insert("route".into(), route);
    let mut lane = lane(world);
    drive(&mut lane, 3.0);
    for name in ["car", "walker"] {
        let at = place(&lane, name);
        near(at.z, grade * at.x + 0.6, 0.01);
        let ahead = lane.view().body_named(name).rotation * Vec3::X;
        near(ahead.z / ahead.x, if name == "car" { grade } else { 0.0 }, 0.001);
    }
    let index = lane.view().world().mechanisms.get_index_of("route");
    let route = lane.view().route(index.expect("it was put there"));
    let route = route.expect("it is a route");
    near(route.grade, grade, 1e-4);
    near(
        route.distance_m,
        place(&lane, "car").x * (1.0 + grade * grade).sqrt(),
        0.02,
    );
}

/// It waits on the kerb until it is told to go, crosses, and stops at the end of its lane.
#[test]
fn somebody_on_foot_crosses_and_stops_on_the_other_side() {
    let mut world = town();
    let Some(Mechanism::Traffic { lanes, .. }) = world.mechanisms.get_mut("traffic") else {
        unreachable!("it is traffic");
    };
    lanes.insert("crossing".into(), straight([50.0, -6.0], [50.0, 8.0]));
    let mut walker = driver("crossing", 0.0, 0.0, Style::Walking);
    walker.orders = vec![Order {
        after_secs: Some(2.0),
        wants_mps: Some(1.5),
        ..Order::default()
    }];
    add(&mut world, "walker", [50.0, -6.0], walker);
    let shape = Shape::Capsule {
        radius_m: 0.25,
        half_height_m: 0.6,
    };
    world.bodies["walker"].shape = shape;
    let mut lane = lane(world);
    drive(&mut lane, 2.0);
    near(place(&lane, "walker").y, -6.0, 0.01);
    drive(&mut lane, 5.0);
    near(place(&lane, "walker").y, 0.5, 1.0);
    drive(&mut lane, 30.0);
    near(place(&lane, "walker").y, 8.0, 0.3);
    near(speed(&lane, "walker"), 0.0, 0.01);
}
