//! Friction: Coulomb's law, static and kinetic.

use super::case::Case;
use super::worlds::{GRAVITY_MPS2, cuboid, empty, filled, moving, on_slope, slope, with_surface};
use terrella_spec::shape::Rotation;
use terrella_spec::world::{Body, Preset};

/// Half extents of the sliding block, m: flat, so that it does not tip.
const BLOCK_M: [f32; 3] = [0.2, 0.2, 0.05];

fn tilted(mut body: Body<f32>, angle_deg: f32) -> Body<f32> {
    body.rotation = Rotation::RpyDeg([0.0, angle_deg, 0.0]);
    body
}

/// d = v^2 / (2 mu g).
fn stopping(heading_deg: f32) -> Case {
    let (friction, speed) = (0.3f32, 4.0f32);
    let heading = heading_deg.to_radians();
    let velocity = [speed * libm::cosf(heading), speed * libm::sinf(heading), 0.0];
    let block = with_surface(cuboid(BLOCK_M), friction, 0.0).at([0.0, 0.0, BLOCK_M[2]]);
    let formula = f64::from(speed * speed) / (2.0 * f64::from(friction) * GRAVITY_MPS2);
    Case {
        what: "way of a block at 4 m/s until friction 0.3 stops it",
        unit: "m",
        world: filled(
            empty(Preset::Accurate),
            [with_surface(slope(0.0), friction, 0.0), moving(block, velocity)],
        ),
        secs: 2.0,
        formula,
        scale: formula,
        tolerance: 5e-3,
        measure: Box::new(|path| (path.end().position(1) - path.start().position(1)).length()),
    }
}

/// See [`stopping`].
pub fn stopping_distance() -> Case {
    stopping(0.0)
}

/// See [`stopping`]: friction has no preferred direction.
pub fn stopping_distance_aslant() -> Case {
    stopping(30.0)
}

/// a = g (sin A - mu cos A); d = a t^2 / 2.
pub fn sliding_down_a_slope() -> Case {
    let (friction, angle_deg, secs) = (0.3f32, 35.0f32, 1.0f64);
    let angle = f64::from(angle_deg).to_radians();
    let acceleration = GRAVITY_MPS2 * (libm::sin(angle) - f64::from(friction) * libm::cos(angle));
    let formula = 0.5 * acceleration * secs * secs;
    let block = with_surface(tilted(cuboid(BLOCK_M), angle_deg), friction, 0.0);
    Case {
        what: "way down a slope of 35 degrees with friction 0.3 in 1 s",
        unit: "m",
        world: filled(
            empty(Preset::Accurate),
            [
                with_surface(slope(angle_deg), friction, 0.0),
                block.at(on_slope(angle_deg, 0.0, 0.0, BLOCK_M[2])),
            ],
        ),
        secs,
        formula,
        scale: formula,
        tolerance: 5e-3,
        measure: Box::new(|path| (path.end().position(1) - path.start().position(1)).length()),
    }
}

/// A block slides where the slope is steeper than atan mu. Here are blocks on slopes 0.1 degrees apart.
pub fn critical_incline() -> Case {
    let friction = 0.5f32;
    let critical_deg = libm::atan(f64::from(friction)).to_degrees();
    let half_width_m = 0.1;
    let count = 20;
    // From 0.95 degrees below to 0.95 above.
    let angle_deg = move |index: usize| critical_deg + 0.1 * (index as f64 - 0.5 * (count - 1) as f64);
    let pairs = (0..count).flat_map(|index| {
        let (angle, y) = (angle_deg(index) as f32, 0.3 * index as f32);
        let ramp = cuboid([2.0, half_width_m, 0.05]);
        let block = cuboid([half_width_m, half_width_m, 0.025]);
        [
            with_surface(tilted(ramp, angle), friction, 0.0)
                .at(on_slope(angle, 0.0, y, -0.05))
                .fixed(),
            with_surface(tilted(block, angle), friction, 0.0).at(on_slope(angle, 0.0, y, 0.025)),
        ]
    });
    Case {
        what: "angle from which a block slides, friction 0.5",
        unit: "deg",
        world: filled(empty(Preset::Accurate), pairs),
        secs: 3.0,
        formula: critical_deg,
        scale: critical_deg,
        // 0.2 degrees.
        tolerance: 7.5e-3,
        measure: Box::new(move |path| {
            // 0.05 degrees above the threshold a block goes 43 mm in 3 s.
            let moved = |index: usize| {
                (path.end().position(2 * index + 1) - path.start().position(2 * index + 1)).length() > 0.02
            };
            let first = (0..count).find(|index| moved(*index)).unwrap_or(count);
            angle_deg(first) - 0.05
        }),
    }
}
