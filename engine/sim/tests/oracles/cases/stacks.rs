//! Stacks and balance: what stands, stands where geometry puts it.

use super::case::Case;
use super::worlds::{cuboid, empty, filled, slope, weighing};
use terrella_spec::world::{Preset, World};

/// A tower of cubes that touch, with these edges and masses (kg) from below.
fn tower(side_m: f32, masses_kg: &[f32]) -> World<f32> {
    let cubes = masses_kg.iter().enumerate().map(|(level, mass)| {
        let z = side_m * (level as f32 + 0.5);
        weighing(cuboid([0.5 * side_m; 3]), *mass).at([0.0, 0.0, z])
    });
    let mut world = filled(empty(Preset::Accurate), [slope(0.0)].into_iter().chain(cubes));
    world.control_hz = 20;
    world
}

/// The height of the topmost cube's middle.
fn height(what: &'static str, side_m: f32, masses_kg: &[f32], tolerance: f64) -> Case {
    let top = masses_kg.len();
    let formula = f64::from(side_m) * (top as f64 - 0.5);
    Case {
        what,
        unit: "m",
        world: tower(side_m, masses_kg),
        secs: 30.0,
        formula,
        scale: formula,
        tolerance,
        measure: Box::new(move |path| path.end().position(top).z),
    }
}

/// The sum of the heights below.
pub fn stack_of_ten_height() -> Case {
    let what = "height of the topmost of ten cubes of 10 cm after 30 s";
    height(what, 0.1, &[1.0; 10], 0.035)
}

/// The sum of the heights below, with small cubes.
pub fn stack_of_five_small_height() -> Case {
    let what = "height of the topmost of five cubes of 5 cm after 30 s";
    height(what, 0.05, &[0.125; 5], 0.035)
}

/// A stack does not walk.
pub fn stack_of_ten_drift() -> Case {
    let side = 0.1f32;
    Case {
        what: "way aside of the topmost of ten cubes of 10 cm in 30 s",
        unit: "m",
        world: tower(side, &[1.0; 10]),
        secs: 30.0,
        formula: 0.0,
        scale: f64::from(side),
        tolerance: 0.01,
        measure: Box::new(|path| {
            let moved = path.end().position(10) - path.start().position(10);
            moved.truncate().length()
        }),
    }
}

/// A light cube bears a heavy one.
pub fn heavy_on_light() -> Case {
    let what = "height of 100 kg on 1 kg, cubes of 20 cm, after 30 s";
    height(what, 0.2, &[1.0, 100.0], 0.02)
}

/// The same at a ratio that scenes should keep away from.
pub fn very_heavy_on_light() -> Case {
    height("height of 1000 kg on 1 kg, the same", 0.2, &[1.0, 1000.0], 0.1)
}

/// A block falls over an edge when its centre of mass is beyond it. Here are blocks whose centres are 1 mm apart.
pub fn overhang_limit() -> Case {
    let half_m = 0.2f32;
    let count = 20;
    // From 9.5 mm this side of the edge to 9.5 mm beyond it.
    let beyond_m = move |index: usize| 1e-3 * (index as f64 - 0.5 * (count - 1) as f64);
    let pairs = (0..count).flat_map(|index| {
        let y = 0.5 * index as f32;
        [
            cuboid([0.5, 0.1, 0.25]).at([-0.5, y, 0.25]).fixed(),
            cuboid([half_m, 0.1, 0.05]).at([beyond_m(index) as f32, y, 0.55]),
        ]
    });
    Case {
        what: "how far a block's centre may lie beyond an edge before it falls",
        unit: "m",
        world: filled(empty(Preset::Accurate), pairs),
        secs: 4.0,
        formula: 0.0,
        scale: f64::from(half_m),
        // 2 mm.
        tolerance: 0.01,
        measure: Box::new(move |path| {
            let fell = |index: usize| path.end().position(2 * index + 1).z < 0.5;
            let first = (0..count).find(|index| fell(*index)).unwrap_or(count);
            beyond_m(first) - 0.5e-3
        }),
    }
}
