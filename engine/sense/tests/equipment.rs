//! The sensors of equipment: what it reports, and what is wrong with it.

use std::sync::Arc;
use terrella_sense::column::{Column, Values};
use terrella_sense::{SENSORS, SensorSetup};
use terrella_sim::lane::Lane;
use terrella_spec::columns::Extent;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::SeedPath;
use terrella_spec::shape::Shape;
use terrella_spec::world::{Body, Fault, FaultKind, Mechanism, World};

/// A belt that slips from 1 s on, worse and worse until 3 s, and a stop.
fn line() -> World<f32> {
    let mut world = World::default();
    let bed = Shape::Box {
        half_extents_m: [1.0, 0.2, 0.1],
    };
    world.bodies.insert("bed".into(), Body::new("belt", bed).fixed());
    let belt = Mechanism::Belt {
        body: "bed".into(),
        direction: [1.0, 0.0, 0.0],
        max_speed_mps: 1.0,
        max_force_n: 50.0,
        moving_mass_kg: 5.0,
        drag_n: 2.0,
        load_drag: 0.0,
        stopped_by: None,
    };
    world.mechanisms.insert("belt".into(), belt);
    world.mechanisms.insert("stop".into(), Mechanism::Stop {});
    let fault = |severity: f32, fails_at| Fault {
        mechanism: "belt".into(),
        kind: FaultKind::Slip,
        onset_secs: 1.0,
        ramp_secs: 2.0,
        severity,
        fails_at,
        mended_secs: None,
    };
    world.faults.insert("slip".into(), fault(0.8, Some(0.4)));
    world.faults.insert("twin".into(), fault(0.0, Some(0.4)));
    world
}

fn sensed(sensor: &str, records: usize) -> Vec<Column> {
    sensed_in(line(), sensor, records, &[0.5, 0.0])
}

fn sensed_in(world: World<f32>, sensor: &str, records: usize, action: &[f32]) -> Vec<Column> {
    let kind = SENSORS.iter().find(|kind| kind.name == sensor).expect("a sensor");
    let seed = SeedPath {
        run: 0,
        episode: 0,
        attempt: 0,
    };
    let setup = SensorSetup {
        world: &world,
        cameras: &[],
        image_size: [64, 64],
        seed,
    };
    let mut sensor = (kind.make)(&setup).expect("it suits the world");
    let mut columns: Vec<Column> = sensor.columns().into_iter().map(Column::new).collect();
    let mut lane = Lane::new(Arc::new(WorldPlan {
        world: world.clone(),
        ..WorldPlan::default()
    }))
    .expect("a world");
    sensor.read(&lane.view(), &mut columns);
    for _ in 0..records {
        lane.step(action).expect("the world stays sound");
        sensor.read(&lane.view(), &mut columns);
    }
    columns
}

fn row(column: &Column, index: usize) -> Vec<f32> {
    let Values::Float32(values) = &column.values else {
        panic!("{} holds no floats", column.spec.name)
    };
    let width = values.len() / column.rows();
    values[index * width..(index + 1) * width].to_vec()
}

#[test]
fn telemetry_has_a_column_for_each_role_with_named_elements() {
    let columns = sensed("telemetry", 40);
    let names: Vec<&str> = columns.iter().map(|column| column.spec.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "telemetry.setpoint",
            "telemetry.effort",
            "telemetry.feedback",
            "telemetry.context"
        ]
    );
    assert_eq!(columns[0].spec.extent, Extent::Fixed(2));
    assert_eq!(columns[0].spec.names, ["belt.speed", "stop.pressed"]);
    assert_eq!(columns[0].spec.units, ["m/s", ""]);
    assert_eq!(columns[1].spec.names, ["belt.force"]);
    assert_eq!(columns[1].spec.extent, Extent::Scalar);
    assert!(columns.iter().all(|column| column.rows() == 41));
    assert_eq!(row(&columns[0], 40), [0.5, 0.0]);
    assert_eq!(row(&columns[2], 0), [0.0]);
    let speed = row(&columns[2], 40)[0];
    assert!((speed - 0.496).abs() < 1e-3, "{speed}");
    let force = row(&columns[1], 40)[0];
    assert!((force - 2.0).abs() < 0.01, "{force}");
    assert_eq!(columns[3].spec.names, ["belt.stalled"]);
    assert_eq!(row(&columns[3], 40), [0.0]);
}

#[test]
fn faults_are_told_with_severity_onset_and_remaining_life() {
    let columns = sensed("faults", 60);
    assert_eq!(columns[0].spec.name, "faults");
    assert_eq!(row(&columns[0], 0), [0.0, 1.0, 2.0, 0.0, -1.0, -1.0]);
    assert_eq!(row(&columns[0], 10)[..3], [0.0, 0.5, 1.5]);
    // Half of the ramp is half of the severity, at which the belt fails.
    assert_eq!(row(&columns[0], 40)[..3], [0.4, 0.0, 0.0]);
    assert_eq!(row(&columns[0], 60)[..3], [0.8, 0.0, 0.0]);
    assert_eq!(columns[1].spec.name, "wear");
    assert_eq!(
        (columns[1].rows(), columns[1].len()),
        (61, 0),
        "nothing here wears"
    );
}

/// Of a ball that is thrown up: at every row the samples since the row before, at the first as many of a ball at rest.
#[test]
fn an_imu_has_a_column_of_samples() {
    let mut world = World::<f32>::default();
    let mut ball = Body::new("ball", Shape::Ball { radius_m: 0.1 });
    ball.linear_velocity_mps = [0.0, 0.0, 5.0];
    world.bodies.insert("ball".into(), ball);
    let imu = Mechanism::Imu {
        body: "ball".into(),
        position_m: [0.0; 3],
        accelerometer_noise_mps2: 0.0,
        accelerometer_bias_mps2: [0.0, 1.0, 0.0],
        gyro_noise_radps: 0.0,
        gyro_bias_radps: [0.0; 3],
        seed: 0.0,
    };
    world.mechanisms.insert("imu".into(), imu);
    let columns = sensed_in(world, "imu", 2, &[]);
    let [column] = &columns[..] else {
        panic!("one unit, one column")
    };
    assert_eq!(column.spec.name, "imu.samples");
    assert_eq!(
        (column.spec.extent.clone(), column.rows()),
        (Extent::Grid(12, 6), 3)
    );
    let Values::Float32(values) = &column.values else {
        panic!("samples are floats")
    };
    let (first, later) = values.split_at(72);
    assert!(
        first
            .chunks(6)
            .all(|sample| sample == [0.0, 1.0, 9.81, 0.0, 0.0, 0.0])
    );
    for sample in later.chunks(6) {
        assert!(
            (sample[1] - 1.0).abs() < 1e-3 && sample[2].abs() < 1e-3,
            "{sample:?}"
        );
    }
}
