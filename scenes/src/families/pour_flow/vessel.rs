//! Vessels with flat walls: the parts of a jug or cup, and the liquid in it.

use std::f32::consts::PI;
use terrella_spec::liquid::Fill;
use terrella_spec::shape::{Part, Rotation, Shape};

/// Half of a wall's thickness, m.
pub(super) const HALF_WALL_M: f32 = 0.006;

/// A prism with as many walls as its shape has, open above. Two walls face +x and -x, or two edges.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vessel {
    pub(super) walls: usize,
    /// From the axis to the inside of each wall, m.
    pub(super) apothem: f32,
    /// Depth inside, m.
    pub(super) depth: f32,
    /// Whether edges face +x and -x, and not walls.
    edges_face_x: bool,
}

impl Vessel {
    pub(super) fn new(shape: &str, apothem: f32, depth: f32) -> Vessel {
        let walls = match shape {
            "square" => 4,
            "hexagon" => 6,
            "octagon" => 8,
            other => unreachable!("`{other}` is not among the options of jug_shape and cup_shape"),
        };
        Vessel {
            walls,
            apothem,
            depth,
            edges_face_x: false,
        }
    }

    /// The same, with an edge to pour over: what comes over a wall is as wide as the wall.
    pub(super) fn over_an_edge(self) -> Vessel {
        Vessel {
            edges_face_x: true,
            ..self
        }
    }

    /// From the axis to its edges inside, m.
    fn circumradius(&self) -> f32 {
        self.apothem / libm::cosf(PI / self.walls as f32)
    }

    /// How far it reaches inside along x and y, m.
    pub(super) fn half_extents(&self) -> [f32; 2] {
        let edge = |wall: usize| self.angle(wall) + PI / self.walls as f32;
        let most = |part: fn(f32) -> f32| {
            let parts = (0..self.walls).map(|wall| part(edge(wall)).abs());
            self.circumradius() * parts.fold(0.0, f32::max)
        };
        [most(libm::cosf), most(libm::sinf)]
    }

    /// Area inside, m^2.
    pub(super) fn area(&self) -> f32 {
        let walls = self.walls as f32;
        walls * self.apothem * self.apothem * libm::tanf(PI / walls)
    }

    fn angle(&self, wall: usize) -> f32 {
        let turned = if self.edges_face_x { 0.5 } else { 0.0 };
        2.0 * PI * (wall as f32 + turned) / self.walls as f32
    }

    /// Its parts about a frame whose origin is at `origin` of a frame at the middle of its floor. Those that stand in front,
    /// towards -y, come second: they are to be felt and not seen.
    pub(super) fn parts(&self, origin: [f32; 3]) -> (Vec<Part<f32>>, Vec<Part<f32>>) {
        let at = |x: f32, y: f32, z: f32| [x - origin[0], y - origin[1], z - origin[2]];
        let outer = self.apothem + 2.0 * HALF_WALL_M;
        // Long enough to close the corners.
        let half_length = outer * libm::tanf(PI / self.walls as f32);
        // A plank of the floor from each wall to the opposite one; of a square one is enough.
        let planks = if self.walls == 4 { 1 } else { self.walls / 2 };
        let plank = |plank: usize| Part {
            shape: Shape::Box {
                half_extents_m: [outer, half_length, HALF_WALL_M],
            },
            position_m: at(0.0, 0.0, -HALF_WALL_M),
            rotation: Rotation::RpyDeg([0.0, 0.0, self.angle(plank).to_degrees()]),
            visible: true,
        };
        let (mut seen, mut unseen) = ((0..planks).map(plank).collect::<Vec<_>>(), Vec::new());
        for wall in 0..self.walls {
            let angle = self.angle(wall);
            let (sine, cosine) = (libm::sinf(angle), libm::cosf(angle));
            let out = self.apothem + HALF_WALL_M;
            let part = Part {
                shape: Shape::Box {
                    half_extents_m: [HALF_WALL_M, half_length, 0.5 * self.depth + HALF_WALL_M],
                },
                // Down to the underside of the floor.
                position_m: at(out * cosine, out * sine, 0.5 * self.depth - HALF_WALL_M),
                rotation: Rotation::RpyDeg([0.0, 0.0, angle.to_degrees()]),
                visible: true,
            };
            if sine < -0.1 { &mut unseen } else { &mut seen }.push(part);
        }
        (seen, unseen)
    }

    /// Boxes that fill it up to a height, with particles so far apart, where its floor's middle is at `base`.
    pub(super) fn fill(&self, base: [f32; 3], height: f32, spacing: f32) -> Vec<Fill<f32>> {
        let rows = (2.0 * self.half_extents()[1] / spacing) as usize;
        let top = base[2] + spacing * (height / spacing).round().max(1.0);
        let row = |row: usize| {
            let low = spacing * (row as f32 - 0.5 * rows as f32);
            let farther = low.abs().max((low + spacing).abs());
            let half = (0..self.walls).map(|wall| {
                let (sine, cosine) = (libm::sinf(self.angle(wall)), libm::cosf(self.angle(wall)));
                if cosine > 0.1 {
                    (self.apothem - farther * sine.abs()) / cosine
                } else {
                    f32::INFINITY
                }
            });
            let half = half.fold(f32::INFINITY, f32::min);
            Fill {
                low_m: [base[0] - half, base[1] + low, base[2]],
                high_m: [base[0] + half, base[1] + low + spacing, top],
            }
        };
        (0..rows)
            .map(row)
            .filter(|fill| fill.counts(spacing).iter().all(|count| *count > 0))
            .collect()
    }
}
