//! What a liquid does and how fast it is done: `cargo run --release -p terrella-sim --example liquid_cases`.
//!
//! Each case is run three times, which is the same to the bit; of each record the shortest time counts, so that other work on
//! the machine does not.

use std::sync::Arc;
use std::time::Instant;
use terrella_sim::lane::Lane;
use terrella_spec::liquid::{Fill, Liquid};
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Part, Shape};
use terrella_spec::world::{Body, World};

fn part(half_extents_m: [f32; 3], position_m: [f32; 3]) -> Part<f32> {
    Part::new(Shape::Box { half_extents_m }, position_m)
}

/// An open tank with inner half widths and height, m, its floor at z = 0.
fn tank(half: [f32; 2], height: f32) -> Body<f32> {
    let thick = 0.01;
    let [x, y] = half;
    let middle = 0.5 * height;
    let parts = vec![
        part([x + 2.0 * thick, y + 2.0 * thick, thick], [0.0, 0.0, -thick]),
        part([thick, y + 2.0 * thick, middle], [x + thick, 0.0, middle]),
        part([thick, y + 2.0 * thick, middle], [-x - thick, 0.0, middle]),
        part([x, thick, middle], [0.0, y + thick, middle]),
        part([x, thick, middle], [0.0, -y - thick, middle]),
    ];
    Body::new("tank", Shape::Compound { parts }).fixed()
}

fn main() {
    for (name, half, fill, steps) in [
        (
            "settled",
            [0.09, 0.075],
            [[-0.09, -0.075, 0.0], [0.09, 0.075, 0.12]],
            160,
        ),
        (
            "dam",
            [0.30, 0.06],
            [[-0.30, -0.06, 0.0], [-0.12, 0.06, 0.15]],
            60,
        ),
        (
            "large",
            [0.15, 0.15],
            [[-0.15, -0.15, 0.0], [0.15, 0.15, 0.15]],
            20,
        ),
    ] {
        let mut world = World::<f32>::default();
        world.bodies.insert("tank".into(), tank(half, 0.3));
        let [low_m, high_m] = fill;
        let liquid = Liquid {
            fill: vec![Fill { low_m, high_m }],
            spacing_m: 0.015,
            ..Liquid::default()
        };
        world.liquids.insert("water".into(), liquid);
        let plan = WorldPlan {
            world,
            ..WorldPlan::default()
        };
        let plan = Arc::new(plan);
        let make = || Lane::new(plan.clone()).expect("the world is sound");
        let mut lane = make();
        let count = lane.view().liquid_positions(0).len();
        println!("{name}: {count} particles");
        let mut others = [make(), make()];
        let mut spent = 0.0;
        for step in 0..steps {
            let mut best = f64::INFINITY;
            for lane in others.iter_mut().chain([&mut lane]) {
                let start = Instant::now();
                lane.step(&[]).expect("the world stays sound");
                best = best.min(start.elapsed().as_secs_f64());
            }
            spent += best;
            if step % 10 == 9 {
                let view = lane.view();
                let (p, v) = (view.liquid_positions(0), view.liquid_velocities(0));
                let n = count as f32;
                let mean = p.iter().map(|p| p[2]).sum::<f32>() / n;
                let top = p.iter().map(|p| p[2]).fold(0.0, f32::max);
                let front = p.iter().map(|p| p[0]).fold(-1.0, f32::max);
                let square = |v: &[f32; 3]| v.iter().map(|v| v * v).sum::<f32>();
                let rms = (v.iter().map(square).sum::<f32>() / n).sqrt();
                let most = v.iter().map(square).fold(0.0, f32::max).sqrt();
                let outside = p
                    .iter()
                    .filter(|p| p[2] < 0.0 || p[0].abs() > half[0] || p[1].abs() > half[1])
                    .count();
                println!(
                    "  {:.2} s: mean height {mean:.4}, top {top:.4}, front {front:.3}, rms {rms:.4}, fastest {most:.3} m/s, \
                     outside {outside}, {:.0} records/s",
                    (step + 1) as f32 / 20.0,
                    10.0 / spent
                );
                spent = 0.0;
            }
        }
    }
}
