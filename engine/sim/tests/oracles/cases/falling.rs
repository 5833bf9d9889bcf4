//! Falling: nothing touches, so only the integrator is at work.

use super::case::Case;
use super::worlds::{GRAVITY_MPS2, ball, empty, filled, moving};
use terrella_spec::world::{Preset, World};

const RADIUS_M: f32 = 0.1;
const FALL_SECS: f64 = 2.0;
/// At the start of a throw, ahead and up.
const THROW_MPS: [f32; 3] = [3.0, 0.0, 6.0];

fn thrown(velocity_mps: [f32; 3]) -> World<f32> {
    filled(empty(Preset::Accurate), [moving(ball(RADIUS_M), velocity_mps)])
}

/// z = g t^2 / 2.
pub fn free_fall_distance() -> Case {
    let formula = 0.5 * GRAVITY_MPS2 * FALL_SECS * FALL_SECS;
    Case {
        what: "distance fallen from rest in 2 s",
        unit: "m",
        world: thrown([0.0; 3]),
        secs: FALL_SECS,
        formula,
        scale: formula,
        // A semi-implicit step h falls by g h t / 2 too far; h is 1/960 s here.
        tolerance: 6e-4,
        measure: Box::new(|path| path.start().position(0).z - path.end().position(0).z),
    }
}

/// v = g t.
pub fn free_fall_speed() -> Case {
    Case {
        what: "speed after 2 s of fall from rest",
        unit: "m/s",
        world: thrown([0.0; 3]),
        secs: FALL_SECS,
        formula: GRAVITY_MPS2 * FALL_SECS,
        scale: GRAVITY_MPS2 * FALL_SECS,
        tolerance: 1e-4,
        measure: Box::new(|path| path.end().velocity(0).length()),
    }
}

/// R = 2 vx vz / g.
pub fn projectile_range() -> Case {
    let [ahead, _, up] = THROW_MPS.map(f64::from);
    let formula = 2.0 * ahead * up / GRAVITY_MPS2;
    Case {
        what: "range of a throw at 3 m/s ahead and 6 m/s up",
        unit: "m",
        world: thrown(THROW_MPS),
        secs: 1.5,
        formula,
        scale: formula,
        tolerance: 1.5e-3,
        measure: Box::new(move |path| {
            // It starts on its own height: the first crossing after the start is the landing.
            let landing = path.crossings_secs(false, |frame| frame.position(0).z);
            ahead * landing.first().copied().expect("it comes down again")
        }),
    }
}

/// H = vz^2 / (2 g).
pub fn projectile_height() -> Case {
    let up = f64::from(THROW_MPS[2]);
    let formula = up * up / (2.0 * GRAVITY_MPS2);
    Case {
        what: "height of the same throw",
        unit: "m",
        world: thrown(THROW_MPS),
        secs: 1.5,
        formula,
        scale: formula,
        // A semi-implicit step h rises by g h / v of the height too little.
        tolerance: 2e-3,
        measure: Box::new(|path| {
            let heights = path.frames.iter().map(|frame| frame.position(0).z);
            heights.fold(f64::MIN, f64::max)
        }),
    }
}
