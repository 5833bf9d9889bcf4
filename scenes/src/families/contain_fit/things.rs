//! What the hand handles: pegs, open boxes with a ball in them, lids. All have the same square knob on top.

use super::sections::{Section, thin_wall};
use super::wall::Wall;
use terrella_sim::glam::{Vec2, Vec3};
use terrella_spec::shape::{Part, Shape};

/// Half width and height of the knob, m.
pub const KNOB_M: [f32; 2] = [0.009, 0.032];
/// Half of a peg's height without its knob, m, and of a box's with its handle.
const PEG_HALF_M: f32 = 0.035;
/// Half the height of what of a lid goes into its box, and the thickness of what lies on the rim, m.
const PLUG_HALF_M: f32 = 0.006;
const COVER_M: f32 = 0.006;
/// How far a lid reaches over the hole's edge wherever the plug is in it, m.
const OVERLAP_M: f32 = 0.003;
/// How much is taken off lower edges, m.
const CHAMFER_M: f32 = 0.002;
/// Thickness of an open box's walls and floor, and where its walls end, from its origin, m.
const WALL_M: f32 = 0.003;
const FLOOR_M: f32 = 0.004;
const WALL_TOP_M: f32 = 0.005;
/// Half of the thickness of a handle's posts, half its width, and the height of its bar, m.
const POST_HALF_M: f32 = 0.0025;
const HANDLE_HALF_M: f32 = 0.005;
const BAR_M: f32 = 0.006;
/// Radius of the largest ball in a box, m, and the share of the room that it takes where that is narrow.
const BALL_M: f32 = 0.011;
const BALL_SHARE: f32 = 0.85;

/// A kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    Peg,
    OpenBox,
    Lid,
}

impl Thing {
    /// From its origin down to its foot, m.
    pub fn foot_m(self) -> f32 {
        match self {
            Thing::Peg | Thing::OpenBox => PEG_HALF_M,
            Thing::Lid => PLUG_HALF_M,
        }
    }

    /// From its origin up to where its knob starts, m.
    pub fn shoulder_m(self) -> f32 {
        match self {
            Thing::Peg | Thing::OpenBox => PEG_HALF_M,
            Thing::Lid => PLUG_HALF_M + COVER_M,
        }
    }

    /// How deep its foot is below a rim when it is where it belongs, in a hole of this depth, m.
    pub fn sinks_m(self, depth: f32) -> f32 {
        match self {
            Thing::Peg | Thing::OpenBox => depth,
            Thing::Lid => 2.0 * PLUG_HALF_M,
        }
    }

    /// What kind of body it is.
    pub fn class(self) -> &'static str {
        match self {
            Thing::Peg => "peg",
            Thing::OpenBox => "box",
            Thing::Lid => "lid",
        }
    }

    /// Its parts about its origin, thin walls as `wall` says. `room` is what its hole is wider on each side, m.
    pub fn parts(self, section: &Section, room: f32, wall: Wall) -> Vec<Part<f32>> {
        let (low, high) = (-self.foot_m(), self.shoulder_m());
        let mut parts = match self {
            Thing::Peg => section.chamfered(low, high, CHAMFER_M),
            Thing::OpenBox => open_box(section, wall),
            Thing::Lid => {
                let mut parts = section.chamfered(low, PLUG_HALF_M, CHAMFER_M);
                parts.extend(section.slab(2.0 * room + OVERLAP_M, PLUG_HALF_M, high));
                parts
            }
        };
        let [half_width, height] = KNOB_M;
        let half_extents_m = [half_width, half_width, 0.5 * height];
        parts.push(Part::new(
            Shape::Box { half_extents_m },
            [0.0, 0.0, high + 0.5 * height],
        ));
        parts
    }
}

/// Floor, walls, and a handle over the middle.
fn open_box(section: &Section, wall: Wall) -> Vec<Part<f32>> {
    let inner = section.grown(-WALL_M);
    let mut parts = section.chamfered(-PEG_HALF_M, FLOOR_M - PEG_HALF_M, CHAMFER_M);
    for (low, high, visible) in wall.layers(FLOOR_M - PEG_HALF_M, WALL_TOP_M) {
        let pieces = thin_wall(&inner, &section.corners, low, high).into_iter();
        parts.extend(pieces.map(|piece| Part { visible, ..piece }));
    }
    let ends = [-1.0, 1.0].map(|side| side * (ray(&inner, Vec2::X * side) - POST_HALF_M));
    for x in ends {
        // Down to below the walls' edge, which holds it.
        let low = WALL_TOP_M - 0.01;
        let half_extents_m = [POST_HALF_M, HANDLE_HALF_M - 0.001, 0.5 * (PEG_HALF_M - low)];
        parts.push(Part::new(
            Shape::Box { half_extents_m },
            [x, 0.0, 0.5 * (PEG_HALF_M + low)],
        ));
    }
    let [from, to] = ends;
    let half_extents_m = [0.5 * (to - from) + POST_HALF_M, HANDLE_HALF_M, 0.5 * BAR_M];
    parts.push(Part::new(
        Shape::Box { half_extents_m },
        [0.5 * (from + to), 0.0, PEG_HALF_M - 0.5 * BAR_M],
    ));
    parts
}

/// How far an outline is from the origin in this direction, m.
fn ray(outline: &[Vec2], way: Vec2) -> f32 {
    let crossing = |index: usize| {
        let (a, b) = (outline[index], outline[(index + 1) % outline.len()]);
        let edge = b - a;
        let across = way.perp_dot(edge);
        let along = a.perp_dot(way) / across;
        let far = a.perp_dot(edge) / across;
        (across.abs() > 1e-9 && (-1e-4..=1.0001).contains(&along) && far > 0.0).then_some(far)
    };
    (0..outline.len())
        .filter_map(crossing)
        .fold(f32::INFINITY, f32::min)
}

/// Radius of a ball that lies within this section, grown by `grown` on every side, m.
pub fn ball_radius_m(section: &Section, grown: f32) -> f32 {
    BALL_M.min(BALL_SHARE * room_m(&section.grown(grown)))
}

/// From the origin to the nearest edge's line, m.
fn room_m(outline: &[Vec2]) -> f32 {
    let distance = |index: usize| {
        let (a, b) = (outline[index], outline[(index + 1) % outline.len()]);
        a.perp_dot(b) / a.distance(b)
    };
    (0..outline.len()).map(distance).fold(f32::INFINITY, f32::min)
}

/// Where the middle of a ball of this radius is that lies in an open box, from the box's origin upwards, m.
pub fn ball_height_m(radius: f32) -> f32 {
    FLOOR_M - PEG_HALF_M + radius + 0.0005
}

/// What an open box is narrower inside than outside, on each side, m.
pub const BOX_WALL_M: f32 = WALL_M;

/// True where a ball's middle at this place, in the frame of an open box whose section fits into a circle of this radius, is
/// inside.
pub fn is_inside(ball: Vec3, radius: f32) -> bool {
    // The corners of some sections are a little further than the circle.
    ball.truncate().length() < 1.2 * radius && (-PEG_HALF_M..WALL_TOP_M + 0.005).contains(&ball.z)
}

#[cfg(test)]
mod tests {
    use super::super::sections::{HELD_OUT, SHAPES};
    use super::*;

    #[test]
    fn a_handle_stays_within_its_box() {
        for name in SHAPES.into_iter().chain(HELD_OUT) {
            let section = Section::of(name, 0.03);
            for side in [-1.0, 1.0] {
                let wall = ray(&section.corners, Vec2::X * side);
                assert!((0.005..0.04).contains(&wall), "{name}: {wall} m");
                let inner = ray(&section.grown(-WALL_M), Vec2::X * side);
                assert!(
                    inner < wall && wall - inner < 2.1 * WALL_M,
                    "{name}: {inner} of {wall} m"
                );
            }
            let ball = ball_radius_m(&section, -WALL_M);
            assert!((0.004..=BALL_M).contains(&ball), "{name}: a ball of {ball} m");
        }
    }
}
