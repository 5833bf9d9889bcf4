//! The sensors of several agents: what each of them senses, and the traffic.

use std::sync::Arc;
use terrella_sense::column::{Column, Values};
use terrella_sense::{AgentsObservation, SENSORS, Sensor, SensorSetup};
use terrella_sim::lane::Lane;
use terrella_spec::columns::Extent;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::SeedPath;
use terrella_spec::shape::Shape;
use terrella_spec::world::{
    AGENT, Agent, Body, Mechanism, Observe, Physics, Preset, Quantity, Style, TrafficLane, World,
};

const HZ: u32 = 20;

fn empty() -> World<f32> {
    let mut world = World {
        control_hz: HZ,
        physics: Physics {
            preset: Preset::Fast,
            step_hz: None,
        },
        ..World::default()
    };
    let floor = Body::new("floor", Shape::HalfSpace {}).fixed();
    world.bodies.insert("floor".into(), floor);
    world
}

/// Two balls in the air that forces along x push, each an agent.
fn pair() -> World<f32> {
    let mut world = empty();
    world.gravity_mps2 = [0.0; 3];
    for (name, x) in [("cat", 0.0), ("mouse", 2.0)] {
        let mut ball = Body::new("ball", Shape::Ball { radius_m: 0.1 }).at([x, 0.0, 1.0]);
        ball.material.mass_kg = Some(1.0);
        world.bodies.insert(name.into(), ball);
        let force = Mechanism::Force {
            body: name.into(),
            axes: "x".into(),
            max_force_n: 5.0,
        };
        world.mechanisms.insert(name.into(), force);
        world.agents.insert(name.into(), vec![name.into()]);
    }
    world.agents_observe = vec![
        Observe::axes(AGENT, Quantity::Position, "xz"),
        Observe::axes(AGENT, Quantity::Velocity, "x"),
        Observe::axes("mouse", Quantity::Position, "x").seen_from(AGENT),
    ];
    world
}

/// What a sensor records of a world that is acted on in the same way for some records.
fn recorded(sensor: &mut dyn Sensor, world: World<f32>, action: &[f32], records: usize) -> Vec<Column> {
    let mut columns: Vec<Column> = sensor.columns().into_iter().map(Column::new).collect();
    let plan = WorldPlan {
        world,
        ..WorldPlan::default()
    };
    let mut lane = Lane::new(Arc::new(plan)).expect("a world");
    sensor.read(&lane.view(), &mut columns);
    for _ in 0..records {
        lane.step(action).expect("the world stays sound");
        sensor.read(&lane.view(), &mut columns);
    }
    sensor.finish(&mut columns);
    assert!(columns.iter().all(|column| column.rows() == records + 1));
    columns
}

/// A row of a matrix: its items.
fn items(column: &Column, row: usize) -> Vec<&[f32]> {
    let (Extent::Grid(count, width), Values::Float32(values)) = (&column.spec.extent, &column.values) else {
        panic!("{} is no matrix of floats", column.spec.name)
    };
    values[row * count * width..(row + 1) * count * width]
        .chunks(*width)
        .collect()
}

#[test]
fn each_agent_senses_itself_and_the_others_in_one_order() {
    let mut sensor = AgentsObservation::new(&pair()).expect("its channels exist");
    let columns = recorded(&mut sensor, pair(), &[1.0, 0.0], 20);
    assert_eq!(columns[0].spec.extent, Extent::Grid(2, 4));
    assert_eq!(
        columns[0].spec.names,
        [
            "self.position.x",
            "self.position.z",
            "self.velocity.x",
            "mouse.position_from_self.x"
        ]
    );
    assert_eq!(columns[0].spec.units, ["m", "m", "m/s", "m"]);
    assert_eq!(
        items(&columns[0], 0),
        [[0.0, 1.0, 0.0, 2.0], [2.0, 1.0, 0.0, 0.0]]
    );
    // One second of 1 m/s^2 takes the cat half a metre on, and the mouse nowhere.
    let [cat, mouse] = items(&columns[0], 20)[..] else {
        panic!("two agents");
    };
    for (got, wanted) in cat.iter().zip([0.5, 1.0, 1.0, 1.5]) {
        assert!((got - wanted).abs() < 0.02, "{cat:?}");
    }
    assert_eq!(mouse, [2.0, 1.0, 0.0, 0.0]);
}

#[test]
fn what_agents_cannot_sense_is_told() {
    let told = |world: World<f32>| {
        let error = AgentsObservation::new(&world).err().expect("it is wrong");
        error.to_string()
    };
    let mut lacks = pair();
    lacks.agents_observe[0].of = format!("visor_{AGENT}");
    let text = told(lacks);
    assert!(
        text.contains("agents_observe[0].of") && text.contains("visor_cat"),
        "{text}"
    );
    let mut differs = pair();
    differs.mechanisms["mouse"] = Mechanism::Stop {};
    differs.agents_observe = vec![Observe::new(AGENT, Quantity::State)];
    let text = told(differs);
    assert!(text.contains("`cat`") && text.contains("`mouse`"), "{text}");
    assert!(AgentsObservation::new(&empty()).is_ok_and(|sensor| sensor.columns().is_empty()));
}

/// A fast car behind a slow one on a lane along x, and what stands on it at `ego_m`.
fn road(ego_m: f32, slots: Option<u32>) -> World<f32> {
    let mut world = empty();
    let car = || {
        Body::new(
            "car",
            Shape::Box {
                half_extents_m: [2.2, 0.9, 0.5],
            },
        )
    };
    let mut ego = car().at([ego_m, 0.0, 0.51]);
    ego.material.mass_kg = Some(1200.0);
    world.bodies.insert("ego".into(), ego);
    let lane = TrafficLane {
        points_m: vec![[0.0, 0.0, 0.0], [900.0, 0.0, 0.0]],
        closed: false,
        beside: Vec::new(),
        gives_way: Vec::new(),
        stops: Vec::new(),
    };
    let agent = |speed_mps: f32, wants_mps: f32, style| Agent {
        lane: "right".into(),
        speed_mps,
        wants_mps,
        style,
        changes_lanes: false,
        orders: Vec::new(),
    };
    let agents = [
        ("slow", 60.0, agent(6.0, 6.0, Style::Distracted)),
        ("fast", 10.0, agent(14.0, 14.0, Style::Normal)),
    ];
    for (name, x, _) in &agents {
        world
            .bodies
            .insert((*name).into(), car().kinematic().at([*x, 0.0, 0.6]));
    }
    let traffic = Mechanism::Traffic {
        lanes: [("right".to_string(), lane)].into_iter().collect(),
        agents: agents
            .into_iter()
            .map(|(name, _, agent)| (name.to_string(), agent))
            .collect(),
        sees: vec!["ego".into()],
        slots,
    };
    world.mechanisms.insert("traffic".into(), traffic);
    world
}

fn traffic_of(world: World<f32>, records: usize) -> Vec<Column> {
    let kind = SENSORS.iter().find(|kind| kind.name == "traffic");
    let seed = SeedPath {
        run: 0,
        episode: 0,
        attempt: 0,
    };
    let mut sensor = (kind.expect("a sensor").make)(&SensorSetup {
        world: &world,
        cameras: &[],
        image_size: [64, 64],
        seed,
    })
    .expect("it suits the world");
    recorded(&mut *sensor, world, &[], records)
}

/// The number of an element in a row of a grid.
fn number(column: &Column, row: usize, slot: usize, name: &str) -> f32 {
    let at = column.spec.names.iter().position(|known| known == name);
    items(column, row)[slot][at.expect("an element")]
}

/// The commanded acceleration is what the speed changes by, the reward is the way, and the leader is the slow car.
#[test]
fn traffic_records_what_drivers_see_and_command() {
    let records = 400;
    let columns = traffic_of(road(-500.0, Some(3)), records);
    let [observation, action, reward] = &columns[..] else {
        panic!("three columns");
    };
    assert_eq!(observation.spec.extent, Extent::Grid(3, 21));
    assert_eq!(action.spec.extent, Extent::Grid(3, 3));
    assert_eq!(reward.spec.extent, Extent::Fixed(3));
    let Values::Float32(rewards) = &reward.values else {
        panic!("rewards are floats");
    };
    let mut hardest = 0.0_f32;
    for row in 0..records {
        let now = |name: &str| number(observation, row, 1, name);
        let next = |name: &str| number(observation, row + 1, 1, name);
        let commanded = number(action, row, 1, "acceleration");
        let gained = next("vx") - now("vx");
        assert!(
            (gained - commanded / HZ as f32).abs() < 1e-4,
            "row {row}: {gained} m/s by {commanded} m/s^2"
        );
        assert!((rewards[row * 3 + 1] - (next("px") - now("px"))).abs() < 1e-3);
        assert_eq!([now("exists"), now("follows")], [1.0, 1.0]);
        let apart = number(observation, row, 0, "px") - now("px") - 4.4;
        assert!((now("leader_gap") - apart).abs() < 1e-3, "{apart}");
        assert_eq!(now("leader_speed"), number(observation, row, 0, "vx"));
        hardest = hardest.min(commanded);
    }
    // It comes near, brakes, and follows.
    assert!(hardest < -1.0, "{hardest} m/s^2");
    assert!((number(observation, records, 1, "vx") - 6.0).abs() < 0.3);
    // The third slot is empty, and nobody acts in the last row.
    assert!((0..=records).all(|row| items(observation, row)[2].iter().all(|number| *number == 0.0)));
    assert!(
        items(action, records)
            .concat()
            .iter()
            .all(|number| *number == 0.0)
    );
    assert_eq!(rewards[records * 3..], [0.0; 3]);
}

#[test]
fn who_runs_into_the_ego_vehicle_pays_for_it_once() {
    // Nobody could stop so near.
    let columns = traffic_of(road(65.0, None), 60);
    let (observation, Values::Float32(rewards)) = (&columns[0], &columns[2].values) else {
        panic!("rewards are floats");
    };
    let crashed = |row: usize| number(observation, row, 0, "crashed") == 1.0;
    let at = (0..60).find(|row| crashed(row + 1)).expect("it runs into it");
    let slow = |row: usize| rewards[row * 2];
    assert!(slow(at) < -9.0, "{}", slow(at));
    assert!((0..60).filter(|row| *row != at).all(|row| slow(row) >= 0.0));
    assert!(crashed(60) && number(observation, 60, 0, "vx") == 0.0);
}

#[test]
fn worlds_without_traffic_have_no_columns_of_it() {
    assert!(traffic_of(empty(), 2).is_empty());
}
