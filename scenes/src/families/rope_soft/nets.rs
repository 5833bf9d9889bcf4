//! A net that lies over a ball, which it is to be drawn off.

use super::rigs::{HANDLE_M, Make, ball, pin};
use crate::looks;
use terrella_spec::soft::SoftForm;
use terrella_spec::world::World;

/// Radius of a cord of a net, m.
const CORD_M: f32 = 0.009;
/// Straight pieces of each cord.
const PIECES: u32 = 2;

/// The knots and cords of a net.
#[derive(Default)]
struct Knots {
    at_m: Vec<[f32; 3]>,
    cords: Vec<[u32; 2]>,
}

impl Knots {
    /// A square of meshes about a place, level. Knots: along y fastest.
    fn square([x, y, z]: [f32; 3], side_m: f32, meshes: u32) -> Knots {
        let mut knots = Knots::default();
        let vertex = |i: u32, j: u32| i * (meshes + 1) + j;
        let off = |step: u32| side_m * (step as f32 / meshes as f32 - 0.5);
        for i in 0..=meshes {
            for j in 0..=meshes {
                knots.at_m.push([x + off(i), y + off(j), z]);
                knots
                    .cords
                    .extend((i < meshes).then(|| [vertex(i, j), vertex(i + 1, j)]));
                knots
                    .cords
                    .extend((j < meshes).then(|| [vertex(i, j), vertex(i, j + 1)]));
            }
        }
        knots
    }

    fn form(self) -> SoftForm<f32> {
        SoftForm::Net {
            knots_m: self.at_m,
            cords: self.cords,
            segments: PIECES,
        }
    }
}

/// A net above a ball, onto which it falls. A handle is at the middle of one edge, a knob at that of the other.
pub(super) fn uncover(world: &mut World<f32>, make: &Make) {
    let radius_m = ball(world, make);
    let (side, meshes) = (make.side, make.meshes);
    let z = 2.0 * radius_m + CORD_M + 0.01;
    let knots = Knots::square([0.0, 0.0, z], make.net_m, meshes);
    let middle = meshes / 2;
    let edges = [middle, meshes * (meshes + 1) + middle];
    let [load_at, handle_at] = if side > 0.0 { edges } else { [edges[1], edges[0]] };
    let y = knots.at_m[middle as usize][1];
    let away = |sign: f32, body_m: f32| [sign * side * (0.5 * make.net_m + CORD_M + body_m), y, z];
    world
        .bodies
        .insert("handle".into(), make.handle().at(away(1.0, HANDLE_M)));
    let load = make
        .ball("load", 0.02, 0.05, looks::PALETTE[3])
        .at(away(-1.0, 0.02));
    world.bodies.insert("load".into(), load);
    let pins = vec![pin(&[load_at], "load"), pin(&[handle_at], "handle")];
    let soft = make.soft(knots.form(), CORD_M, pins);
    world.softs.insert("soft".into(), soft);
}
