//! The ego vehicle, other cars, and people: their bodies, and the vehicle that the ego body is.

use super::Drawn;
use super::land::{Land, ROAD_Z_M};
use crate::looks;
use terrella_sim::glam::Vec2;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Mechanism, Powertrain, Suspension, Tyre, VehicleCommand, Wheel, World};

/// Half of the ego vehicle's length and width, m.
pub(super) const EGO_HALF_M: [f32; 2] = [2.0, 0.85];
/// Half of another car's, m.
pub(super) const CAR_HALF_M: [f32; 2] = [2.1, 0.88];
/// Half of a van's, m.
pub(super) const VAN_HALF_M: [f32; 2] = [2.8, 1.0];
/// Half of the width of somebody on foot, m.
pub(super) const WALKER_HALF_M: f32 = 0.25;
/// From front to rear axle of the ego vehicle, m.
pub(super) const WHEELBASE_M: f32 = 2.6;
/// Mass without load, kg.
pub(super) const MASS_KG: f32 = 1200.0;
pub(super) const MAX_STEER_RAD: f32 = 0.55;
/// Largest force of the engine, N, and of the brakes.
pub(super) const ENGINE_N: f32 = 5500.0;
pub(super) const BRAKE_N: f32 = 15_000.0;
/// What can be asked for where the action is curvature and acceleration: as much as the empty car has in it.
const ACCELERATION_MPS2: f32 = 4.0;
const BRAKING_MPS2: f32 = 10.0;
/// Where a ride stops to be comfortable, over half a second.
const WINDOW_SECS: f32 = 0.5;
const COMFORT_ACCELERATION_MPS2: f32 = 2.5;
const COMFORT_BRAKING_MPS2: f32 = 3.5;
const COMFORT_LATERAL_MPS2: f32 = 3.0;
const COMFORT_JERK_MPS3: f32 = 6.0;
const RADIUS_M: f32 = 0.32;
/// Centre of a wheel below the body's origin with the spring at rest length, m.
const WHEEL_BELOW_M: f32 = 0.25;
/// Height of the body's origin over the road, m, about: load and springs let it down by some centimetres.
pub(super) const ORIGIN_M: f32 = 0.5;
/// Height of the empty car's centre of mass over its origin, m.
const CENTER_M: f32 = -0.05;

/// The ego vehicle: a body with four wheels, at a place on a road.
pub(super) fn add_ego(
    world: &mut World<f32>,
    drawn: &Drawn,
    land: &Land,
    (place, way): (Vec2, Vec2),
    speed_mps: f32,
) {
    let mass = MASS_KG + drawn.load_kg;
    let sag = mass * 9.81 / (4.0 * drawn.stiffness_npm);
    let height = land.road_m(place) + ROAD_Z_M + RADIUS_M + WHEEL_BELOW_M - sag;
    let grade = land.grade(place, way);
    let parts = vec![
        Part::new(
            Shape::Box {
                half_extents_m: [EGO_HALF_M[0], EGO_HALF_M[1], 0.25],
            },
            [0.0; 3],
        ),
        Part::new(
            Shape::Box {
                half_extents_m: [1.0, 0.74, 0.26],
            },
            [-0.35, 0.0, 0.5],
        ),
    ];
    let mut ego = Body::new("ego", Shape::Compound { parts })
        .at([place.x, place.y, height])
        .painted(Paint::plain(looks::PALETTE[0]));
    ego.rotation = facing(way, grade);
    ego.material.mass_kg = Some(mass);
    ego.material.center_of_mass_m = Some([0.0, 0.0, CENTER_M + drawn.center_raise_m]);
    ego.linear_velocity_mps = [way.x * speed_mps, way.y * speed_mps, grade * speed_mps];
    world.bodies.insert("ego".into(), ego);
    let left = way.perp();
    let corners = [
        ("front_left", 1.0, 1.0),
        ("front_right", 1.0, -1.0),
        ("rear_left", -1.0, 1.0),
        ("rear_right", -1.0, -1.0),
    ];
    let mut wheels = Vec::new();
    for (name, ahead, aside) in corners {
        let (x, y) = (ahead * 0.5 * WHEELBASE_M, aside * 0.74);
        let at = place + way * x + left * y;
        let shape = Shape::Cylinder {
            radius_m: RADIUS_M,
            half_height_m: 0.11,
        };
        let mut body = Body::new("wheel", shape)
            .kinematic()
            .untouchable()
            .at([at.x, at.y, height - WHEEL_BELOW_M + sag + grade * x])
            .painted(Paint::plain([0.08, 0.08, 0.09]));
        let Rotation::RpyDeg([_, pitch, yaw]) = facing(way, grade) else {
            unreachable!("it is of degrees");
        };
        body.rotation = Rotation::RpyDeg([90.0, pitch, yaw]);
        world.bodies.insert(format!("wheel_{name}"), body);
        let front = ahead > 0.0;
        let wheel = Wheel {
            position_m: [x, y, -WHEEL_BELOW_M],
            radius_m: RADIUS_M,
            steers: front,
            drives: front == drawn.front_drive,
            body: Some(format!("wheel_{name}")),
        };
        wheels.push((name.to_string(), wheel));
    }
    world.mechanisms.insert(
        "car".into(),
        Mechanism::Vehicle {
            body: "ego".into(),
            wheels: wheels.into_iter().collect(),
            suspension: Suspension {
                stiffness_npm: drawn.stiffness_npm,
                damping_nspm: 3_600.0,
                travel_m: 0.25,
            },
            tyre: Tyre {
                cornering_per_rad: drawn.cornering_per_rad,
                ..Tyre::default()
            },
            powertrain: Powertrain {
                max_force_n: ENGINE_N,
                max_power_w: 80_000.0,
                max_brake_n: BRAKE_N,
                antilock: drawn.antilock,
                drag_area_m2: 0.7,
            },
            max_steer_rad: MAX_STEER_RAD,
            max_steer_radps: 1.2,
            command: if drawn.by_curvature {
                VehicleCommand::Curvature {
                    max_acceleration_mps2: ACCELERATION_MPS2,
                    max_braking_mps2: BRAKING_MPS2,
                }
            } else {
                VehicleCommand::pedals()
            },
        },
    );
    world.mechanisms.insert(
        "comfort".into(),
        Mechanism::Comfort {
            body: "ego".into(),
            window_secs: WINDOW_SECS,
            max_acceleration_mps2: COMFORT_ACCELERATION_MPS2,
            max_braking_mps2: COMFORT_BRAKING_MPS2,
            max_lateral_mps2: COMFORT_LATERAL_MPS2,
            max_jerk_mps3: COMFORT_JERK_MPS3,
        },
    );
}

/// A car or van at a place on the road, facing along `way`.
pub(super) fn other(van: bool, color: [f32; 3], land: &Land, (place, way): (Vec2, Vec2)) -> Body<f32> {
    let [length, width] = if van { VAN_HALF_M } else { CAR_HALF_M };
    let part = |half_extents_m: [f32; 3], at: [f32; 3]| Part::new(Shape::Box { half_extents_m }, at);
    let parts = if van {
        vec![
            part([0.7 * length, width, 0.95], [-0.3 * length, 0.0, 0.55]),
            part([0.3 * length, width, 0.6], [0.7 * length, 0.0, 0.2]),
        ]
    } else {
        vec![
            part([length, width, 0.3], [0.0; 3]),
            part([1.1, width - 0.12, 0.28], [-0.3, 0.0, 0.55]),
        ]
    };
    let mut body = Body::new("car", Shape::Compound { parts })
        .kinematic()
        .at([place.x, place.y, land.road_m(place) + 0.62])
        .painted(Paint::plain(color));
    body.rotation = facing(way, land.grade(place, way));
    body
}

/// Somebody on foot, on the road or beside it.
pub(super) fn walker(color: [f32; 3], land: &Land, (place, way): (Vec2, Vec2)) -> Body<f32> {
    let shape = Shape::Capsule {
        radius_m: WALKER_HALF_M,
        half_height_m: 0.62,
    };
    let mut body = Body::new("pedestrian", shape)
        .kinematic()
        .at([place.x, place.y, land.ground_m(place) + 0.87])
        .painted(Paint::plain(color));
    body.rotation = facing(way, 0.0);
    body
}

/// Turned along a way that climbs by `grade`.
pub(super) fn facing(way: Vec2, grade: f32) -> Rotation<f32> {
    let [pitch, yaw] = [-libm::atanf(grade), libm::atan2f(way.y, way.x)];
    Rotation::RpyDeg([0.0, pitch.to_degrees(), yaw.to_degrees()])
}
