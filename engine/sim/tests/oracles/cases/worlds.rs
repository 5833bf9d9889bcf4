//! The bodies and worlds that the cases are made of, and the integrals that their formulas need.

use terrella_spec::shape::{Rotation, Shape};
use terrella_spec::world::{Body, Combine, Physics, Preset, World};

/// Gravity of all cases that have any, m/s^2.
pub const GRAVITY_MPS2: f64 = 9.81;

/// An empty world that is recorded as often as it is stepped.
pub fn empty(preset: Preset) -> World<f32> {
    World {
        control_hz: 240,
        physics: Physics {
            preset,
            step_hz: None,
        },
        ..World::default()
    }
}

/// The same without gravity.
pub fn weightless(preset: Preset) -> World<f32> {
    World {
        gravity_mps2: [0.0; 3],
        ..empty(preset)
    }
}

/// A world of these bodies, named by their place.
pub fn filled(mut world: World<f32>, bodies: impl IntoIterator<Item = Body<f32>>) -> World<f32> {
    for body in bodies {
        let name = format!("body_{}", world.bodies.len());
        world.bodies.insert(name, body);
    }
    world
}

/// A body with its coefficients of friction and restitution, which hold for any pair that has them alike.
pub fn with_surface(mut body: Body<f32>, friction: f32, restitution: f32) -> Body<f32> {
    body.material.friction = friction;
    body.material.restitution = restitution;
    body.material.restitution_combine = Combine::Max;
    body
}

/// A body of this mass.
pub fn weighing(mut body: Body<f32>, mass_kg: f32) -> Body<f32> {
    body.material.mass_kg = Some(mass_kg);
    body
}

/// A body with this velocity.
pub fn moving(mut body: Body<f32>, linear_velocity_mps: [f32; 3]) -> Body<f32> {
    body.linear_velocity_mps = linear_velocity_mps;
    body
}

/// The endless floor z = 0, tilted about Y so that +x goes down.
pub fn slope(angle_deg: f32) -> Body<f32> {
    let mut body = Body::new("slope", Shape::HalfSpace {}).fixed();
    body.rotation = Rotation::RpyDeg([0.0, angle_deg, 0.0]);
    body
}

/// A ball.
pub fn ball(radius_m: f32) -> Body<f32> {
    Body::new("ball", Shape::Ball { radius_m })
}

/// A box.
pub fn cuboid(half_extents_m: [f32; 3]) -> Body<f32> {
    Body::new("box", Shape::Box { half_extents_m })
}

/// A point `along` a slope of this angle and `lift` above it, m.
pub fn on_slope(angle_deg: f32, along: f32, y: f32, lift: f32) -> [f32; 3] {
    let angle = angle_deg.to_radians();
    let (sine, cosine) = (libm::sinf(angle), libm::cosf(angle));
    [along * cosine + lift * sine, y, lift * cosine - along * sine]
}

/// The complete elliptic integral of the first kind, by the modulus k: pi / (2 agm(1, sqrt(1 - k^2))) (Gauss).
pub fn elliptic_k(modulus: f64) -> f64 {
    let (mut a, mut b) = (1.0f64, (1.0 - modulus * modulus).sqrt());
    while (a - b).abs() > 1e-14 * a {
        (a, b) = (0.5 * (a + b), (a * b).sqrt());
    }
    std::f64::consts::FRAC_PI_2 / a
}
