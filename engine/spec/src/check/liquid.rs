//! What is wrong in the liquids of a scene: ranges, and how many particles they are.

use super::Wrong;
use crate::dist::Dist;
use crate::limits::{LENGTH_M, Limits, raise};
use crate::liquid::Liquid;
use crate::world::World;

pub(super) fn liquids(wrong: &mut Wrong, world: &World<Dist>, limits: &Limits) {
    let mut all = 0.0;
    for (name, liquid) in &world.liquids {
        all += self::liquid(wrong, name, liquid);
    }
    if all > limits.liquid_particles as f64 {
        let message = format!(
            "the liquids are up to {all:.0} particles; the limit is {}: make `spacing_m` larger",
            limits.liquid_particles
        );
        wrong
            .0
            .push(("world.liquids".into(), message, raise("liquid_particles")));
    }
}

/// Checks one, and says how many particles it is at the most.
fn liquid(wrong: &mut Wrong, name: &str, liquid: &Liquid<Dist>) -> f64 {
    let place = |field: &str| format!("world.liquids.{name}.{field}");
    let (least, most) = LENGTH_M;
    let (spacing, widest) = liquid.spacing_m.bounds();
    let spaced = spacing >= least && widest <= most;
    wrong.require(
        spaced,
        place("spacing_m"),
        format!("must be above 0, in {least:e}..={most:e} m"),
    );
    wrong.require(
        liquid.density_kgpm3.bounds().0 > 0.0,
        place("density_kgpm3"),
        "must be above 0",
    );
    wrong.require(
        liquid.viscosity_pas.bounds().0 >= 0.0,
        place("viscosity_pas"),
        "must be 0 or more",
    );
    wrong.require(
        liquid.surface_tension_npm.bounds().0 >= 0.0,
        place("surface_tension_npm"),
        "must be 0 or more",
    );
    for part in &liquid.color {
        let (low, high) = part.bounds();
        wrong.require(low >= 0.0 && high <= 1.0, place("color"), "must be in 0..=1");
    }
    wrong.require(
        !liquid.fill.is_empty(),
        place("fill"),
        "wants at least one box { low_m, high_m }",
    );
    let mut particles = 0.0;
    for (index, fill) in liquid.fill.iter().enumerate() {
        // The largest box that can be drawn.
        let sides = [0, 1, 2].map(|axis| fill.high_m[axis].bounds().1 - fill.low_m[axis].bounds().0);
        wrong.require(
            sides.iter().all(|side| *side > 0.0),
            place(&format!("fill[{index}]")),
            "`high_m` must lie above `low_m` along every axis",
        );
        if spaced {
            particles += sides
                .map(|side| (side / spacing).max(0.0))
                .iter()
                .product::<f64>();
        }
    }
    particles
}
