//! What salva3d's IISPH makes of the dam break and the connected vessels of `engine/sim/tests/liquids.rs`, for
//! `engine/PHYSICS.md`: `cargo run --release` in this folder.
//!
//! The same spacing, lattice, step and measures. Walls are two layers of particles, the first half a spacing behind the surface.

use salva3d::LiquidWorld;
use salva3d::math::{Real, Vector};
use salva3d::object::interaction_groups::InteractionGroups;
use salva3d::object::{Boundary, Fluid, FluidHandle};
use salva3d::solver::{ArtificialViscosity, IISPHSolver};
use std::time::Instant;

/// Between particles, m.
const SPACING: Real = 0.015;
const STEPS_PER_SEC: u32 = 240;
const GRAVITY: Real = 9.81;
/// As much as keeps it from splashing apart.
const VISCOSITY: Real = 0.1;

struct Case {
    world: LiquidWorld,
    fluid: FluidHandle,
}

impl Case {
    /// A box of liquid among walls: boxes of particles too.
    fn new(low: [Real; 3], high: [Real; 3], walls: &[[[Real; 3]; 2]]) -> Case {
        let solver: IISPHSolver = IISPHSolver::new();
        let mut world = LiquidWorld::new(solver, 0.5 * SPACING, 2.0, 1.0);
        let mut fluid = Fluid::new(
            lattice(low, high),
            0.5 * SPACING,
            1000.0,
            InteractionGroups::all(),
        );
        // Of its own accord it takes four fifths of that, and the liquid shrinks.
        fluid.volumes.fill(SPACING * SPACING * SPACING);
        fluid
            .nonpressure_forces
            .push(Box::new(ArtificialViscosity::new(VISCOSITY, 0.0)));
        let fluid = world.add_fluid(fluid);
        for [low, high] in walls {
            world.add_boundary(Boundary::new(lattice(*low, *high), InteractionGroups::all()));
        }
        Case { world, fluid }
    }

    fn step(&mut self) {
        self.world
            .step(1.0 / STEPS_PER_SEC as Real, &Vector::new(0.0, 0.0, -GRAVITY));
    }

    fn positions(&self) -> &[Vector<Real>] {
        &self
            .world
            .fluids()
            .get(self.fluid)
            .expect("it is there")
            .positions
    }
}

/// A lattice that fills a box.
fn lattice(low: [Real; 3], high: [Real; 3]) -> Vec<Vector<Real>> {
    let counts: [usize; 3] = std::array::from_fn(|axis| ((high[axis] - low[axis]) / SPACING + 0.5) as usize);
    let at = |axis: usize, index: usize| low[axis] + SPACING * (index as Real + 0.5);
    let mut all = Vec::new();
    for z in 0..counts[2] {
        for y in 0..counts[1] {
            all.extend((0..counts[0]).map(|x| Vector::new(at(0, x), at(1, y), at(2, z))));
        }
    }
    all
}

/// An open tank with inner half widths and a height, the middle of its floor at the origin: the walls' boxes.
fn tank([x, y]: [Real; 2], height: Real) -> Vec<[[Real; 3]; 2]> {
    let s = 2.0 * SPACING;
    vec![
        [[-x - s, -y - s, -s], [x + s, y + s, 0.0]],
        [[x, -y - s, 0.0], [x + s, y + s, height]],
        [[-x - s, -y - s, 0.0], [-x, y + s, height]],
        [[-x, y, 0.0], [x, y + s, height]],
        [[-x, -y - s, 0.0], [x, -y, height]],
    ]
}

fn dam() {
    let side = 0.135;
    let walls = tank([0.45, 0.045], 0.405);
    let mut case = Case::new([-0.45, -0.045, 0.0], [-0.45 + side, 0.045, 2.0 * side], &walls);
    let root = (2.0 * GRAVITY / side).sqrt();
    let mut next = 1.25;
    println!("dam break, {} particles", case.positions().len());
    for step in 1..=STEPS_PER_SEC * 2 / 5 {
        case.step();
        // The foremost one in a hundred: a front is no single drop.
        let mut along: Vec<Real> = case.positions().iter().map(|place| place.x + 0.45).collect();
        along.sort_by(Real::total_cmp);
        let front = (along[along.len() * 99 / 100] + 0.5 * SPACING) / side;
        while front >= next {
            let time = step as Real / STEPS_PER_SEC as Real * root;
            println!("  front at {next:.2} after {time:.2}");
            next += 0.25;
        }
    }
}

fn vessels() {
    let mut walls = tank([0.15, 0.06], 0.3);
    // A wall in the middle that leaves a gap of 4 cm at the floor: two layers.
    walls.push([[-0.015, -0.06, 0.045], [0.015, 0.06, 0.3]]);
    let mut case = Case::new([-0.15, -0.06, 0.0], [-0.015, 0.06, 0.18], &walls);
    println!("connected vessels, {} particles", case.positions().len());
    // It loses some through the walls.
    let inside = |place: &&Vector<Real>| place.x.abs() < 0.15 && place.y.abs() < 0.06 && place.z > 0.0;
    let start = Instant::now();
    for step in 1..=STEPS_PER_SEC * 6 {
        case.step();
        if step.is_multiple_of(STEPS_PER_SEC) {
            let level = |side: Real| {
                let own = case.positions().iter().filter(|place| side * place.x > 0.01);
                let own: Vec<Real> = own.filter(inside).map(|place| place.z).collect();
                2.0 * own.iter().sum::<Real>() / own.len() as Real
            };
            println!(
                "  {} s: levels {:.4} m, {:.4} m",
                step / STEPS_PER_SEC,
                level(-1.0),
                level(1.0)
            );
        }
    }
    println!(
        "  {} of {} particles are inside; {:.1} records/s of 12 steps",
        case.positions().iter().filter(inside).count(),
        case.positions().len(),
        120.0 / start.elapsed().as_secs_f64()
    );
}

fn main() {
    dam();
    vessels();
}
