//! Rolling without slipping.

use super::case::Case;
use super::worlds::{GRAVITY_MPS2, ball, cuboid, empty, filled, moving, on_slope, slope, with_surface};
use terrella_spec::shape::{Part, Rotation, Shape};
use terrella_spec::world::{Body, Preset, World};

const RADIUS_M: f32 = 0.1;
const SLOPE_DEG: f32 = 15.0;
const ROLL_SECS: f64 = 1.0;
const FRICTION: f32 = 0.6;

/// d = g sin A t^2 / (2 (1 + I / (m r^2))).
fn rolled(what: &'static str, world: World<f32>, inertia_over_mr2: f64, tolerance: f64) -> Case {
    let angle = f64::from(SLOPE_DEG).to_radians();
    let formula = 0.5 * GRAVITY_MPS2 * libm::sin(angle) / (1.0 + inertia_over_mr2) * ROLL_SECS * ROLL_SECS;
    Case {
        what,
        unit: "m",
        world,
        secs: ROLL_SECS,
        formula,
        scale: formula,
        tolerance,
        measure: Box::new(|path| (path.end().position(1) - path.start().position(1)).length()),
    }
}

fn down_the_slope(body: Body<f32>) -> World<f32> {
    filled(
        empty(Preset::Accurate),
        [
            with_surface(slope(SLOPE_DEG), FRICTION, 0.0),
            with_surface(body, FRICTION, 0.0).at(on_slope(SLOPE_DEG, 0.0, 0.0, RADIUS_M)),
        ],
    )
}

/// On its side, its axis along y.
fn lying(mut body: Body<f32>) -> Body<f32> {
    body.rotation = Rotation::RpyDeg([90.0, 0.0, 0.0]);
    body
}

fn cylinder(radius_m: f32, half_height_m: f32) -> Shape<f32> {
    Shape::Cylinder {
        radius_m,
        half_height_m,
    }
}

/// I = 2/5 m r^2.
pub fn ramp_sphere() -> Case {
    let what = "way of a ball down a slope of 15 degrees in 1 s";
    rolled(what, down_the_slope(ball(RADIUS_M)), 0.4, 5e-3)
}

/// I = 1/2 m r^2.
pub fn ramp_disc() -> Case {
    let disc = lying(Body::new("disc", cylinder(RADIUS_M, 0.05)));
    rolled("way of a disc down that slope", down_the_slope(disc), 0.5, 5e-3)
}

/// I = m r^2, as a hoop has.
///
/// A mesh of a hoop has facets, and rolling over facets costs energy in the real world too. This is a spool instead: an
/// axle that rolls on a rail between two larger discs. With an axle as wide as both discs together, its inertia about its
/// axis is m r^2 for discs of radius R = r sqrt(1 + sqrt 2): the solution of r^4 + R^4 = 2 r^2 (r^2 + R^2).
pub fn ramp_hoop() -> Case {
    let half_width = 0.03f32;
    let disc_m = RADIUS_M * (1.0 + std::f32::consts::SQRT_2).sqrt();
    let part = |shape, z| Part::new(shape, [0.0, 0.0, z]);
    let parts = vec![
        part(cylinder(RADIUS_M, half_width), 0.0),
        part(cylinder(disc_m, 0.5 * half_width), 1.5 * half_width),
        part(cylinder(disc_m, 0.5 * half_width), -1.5 * half_width),
    ];
    let spool = lying(Body::new("spool", Shape::Compound { parts }));
    // Narrower than the axle, so that the discs do not rub; its top is the slope.
    let mut rail = cuboid([2.0, 0.8 * half_width, 0.05]).fixed();
    rail.rotation = Rotation::RpyDeg([0.0, SLOPE_DEG, 0.0]);
    let rail = rail.at(on_slope(SLOPE_DEG, 0.0, 0.0, -0.05));
    let world = filled(
        empty(Preset::Accurate),
        [
            with_surface(rail, FRICTION, 0.0),
            with_surface(spool, FRICTION, 0.0).at(on_slope(SLOPE_DEG, 0.0, 0.0, RADIUS_M)),
        ],
    );
    rolled(
        "way of a body with a hoop's inertia down that slope",
        world,
        1.0,
        0.01,
    )
}

/// v = w r.
pub fn rolling_without_slipping() -> Case {
    Case {
        what: "speed over angular velocity times radius of the ball on the slope",
        unit: "",
        world: down_the_slope(ball(RADIUS_M)),
        secs: ROLL_SECS,
        formula: 1.0,
        scale: 1.0,
        tolerance: 5e-3,
        measure: Box::new(|path| {
            let end = path.end();
            end.velocity(1).length() / (end.spin(1).length() * f64::from(RADIUS_M))
        }),
    }
}

/// A ball set sliding ends up rolling at 5/7 of its speed, whatever the friction: its angular momentum about the line of
/// contact stays.
pub fn sliding_becomes_rolling() -> Case {
    let speed = 3.0f32;
    let friction = 0.3;
    let ball = moving(
        with_surface(ball(RADIUS_M), friction, 0.0).at([0.0, 0.0, RADIUS_M]),
        [speed, 0.0, 0.0],
    );
    let formula = f64::from(speed) * 5.0 / 7.0;
    Case {
        what: "speed of a ball that starts sliding at 3 m/s once it rolls",
        unit: "m/s",
        world: filled(
            empty(Preset::Accurate),
            [with_surface(slope(0.0), friction, 0.0), ball],
        ),
        secs: 1.0,
        formula,
        scale: formula,
        tolerance: 5e-3,
        measure: Box::new(|path| path.end().velocity(1).x),
    }
}
