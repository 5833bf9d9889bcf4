//! Where things are in a drawn world: the two rooms, the doorway between them, and which way all of it is turned.
//!
//! Everything is laid out in one frame, the layout's: the doorway's plane is y = 0, the start room lies at y < 0 and
//! the goal room at y > 0. A quarter turn then maps the layout to the world.

use super::kinds::DoorKind;
use crate::doors::LEAF_GAP_M;
use crate::drawn;
use terrella_sim::glam::Vec2;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Rotation, Shape};
use terrella_spec::world::World;

/// The sides on which the goal room can lie.
pub(super) const SIDES: [&str; 4] = ["north", "west", "south", "east"];
/// Depth of the goal room, m.
pub(super) const GOAL_DEPTH_M: f32 = 1.7;
/// From the first door of an airlock to the second, m.
const AIRLOCK_DEPTH_M: f32 = 1.5;

/// Quarter turns from the layout's frame to the world's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Turn(u8);

impl Turn {
    /// The turn that brings the goal room to this side.
    pub(super) fn to_side(side: &str) -> Turn {
        Turn(SIDES.iter().position(|known| *known == side).unwrap_or(0) as u8)
    }

    /// A vector of the layout in the world. Exact.
    pub(super) fn world_from_layout(self, v: Vec2) -> Vec2 {
        match self.0 {
            0 => v,
            1 => Vec2::new(-v.y, v.x),
            2 => -v,
            _ => Vec2::new(v.y, -v.x),
        }
    }

    /// A vector of the world in the layout. Exact.
    pub(super) fn layout_from_world(self, v: Vec2) -> Vec2 {
        Turn((4 - self.0) % 4).world_from_layout(v)
    }

    /// Turns every body of a world that was laid out. All of them are upright.
    pub(super) fn apply(self, world: &mut World<f32>) {
        for body in world
            .bodies
            .values_mut()
            .filter(|body| body.shape != Shape::HalfSpace {})
        {
            let [x, y, z] = body.position_m;
            let turned = self.world_from_layout(Vec2::new(x, y));
            body.position_m = [turned.x, turned.y, z];
            if let Rotation::RpyDeg(degrees) = &mut body.rotation {
                degrees[2] += 90.0 * f32::from(self.0);
            }
        }
    }
}

/// The doorway of a drawn world.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) turn: Turn,
    pub(super) kind: DoorKind,
    /// Middle of the doorway along x, m.
    pub(super) door_x_m: f32,
    /// Width of the doorway, m.
    pub(super) width_m: f32,
    /// Where the hinge is, or to where it slides: -1 at smaller x, 1 at larger x.
    pub(super) hinge_side: f32,
}

impl Layout {
    /// Reads the layout back from a plan of the family.
    pub(super) fn of(plan: &WorldPlan) -> Layout {
        let word = |name: &str| drawn::word(plan, name);
        let turn = Turn::to_side(word("goal_side"));
        let edge = |name: &str, way: f32| {
            let body = &plan.world.bodies[name];
            let half = match &body.shape {
                Shape::Box { half_extents_m } => half_extents_m[0],
                other => unreachable!("walls are boxes, not {other:?}"),
            };
            turn.layout_from_world(Vec2::new(body.position_m[0], body.position_m[1]))
                .x
                + way * half
        };
        let (low, high) = (edge("wall_low", 1.0), edge("wall_high", -1.0));
        Layout {
            turn,
            kind: DoorKind::of(word("door_kind")),
            door_x_m: 0.5 * (low + high),
            width_m: high - low,
            hinge_side: side_sign(word("hinge_side")),
        }
    }

    /// Where the axis of a single hinged leaf is, m.
    pub(super) fn hinge(&self) -> Vec2 {
        Vec2::new(
            self.door_x_m + self.hinge_side * (0.5 * self.width_m - LEAF_GAP_M),
            0.0,
        )
    }

    /// Width of a single hinged leaf, m.
    pub(super) fn leaf_width_m(&self) -> f32 {
        self.width_m - 2.0 * LEAF_GAP_M
    }

    /// Where the goal room begins along y, m.
    pub(super) fn goal_y_m(&self) -> f32 {
        if self.kind.airlock { AIRLOCK_DEPTH_M } else { 0.0 }
    }

    /// Where the goal room ends along y, m.
    pub(super) fn end_y_m(&self) -> f32 {
        self.goal_y_m() + GOAL_DEPTH_M
    }

    /// How far the door moves from closed to fully open, rad or m.
    pub(super) fn travel(&self) -> f32 {
        self.kind.travel(self.width_m)
    }
}

/// -1 for the hinge at smaller x, which is at the left of somebody who faces the door.
pub(super) fn side_sign(word: &str) -> f32 {
    if word == "left" { -1.0 } else { 1.0 }
}
