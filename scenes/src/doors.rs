//! Walls and the leaves of doors, as the families with rooms share them.

use terrella_spec::shape::{Paint, Shape};
use terrella_spec::world::{Body, Freedom, Joint, Motor};

/// Half the thickness of every wall, m.
pub const WALL_HALF_M: f32 = 0.05;
/// Height of every wall, m. There is no ceiling.
pub const WALL_HEIGHT_M: f32 = 1.4;
/// Gap between a hinged leaf and the wall, m.
pub const LEAF_GAP_M: f32 = 0.02;
/// Half the thickness of a leaf, m.
pub const LEAF_HALF_M: f32 = 0.03;
/// Height of a leaf, m.
pub const LEAF_HEIGHT_M: f32 = 1.34;
/// Gap below a leaf, m.
const LEAF_BOTTOM_M: f32 = 0.01;

/// A fixed wall between two corners of the floor.
pub fn wall(low: [f32; 2], high: [f32; 2]) -> Body<f32> {
    let half = |axis: usize| 0.5 * (high[axis] - low[axis]);
    let middle = |axis: usize| 0.5 * (high[axis] + low[axis]);
    let shape = Shape::Box {
        half_extents_m: [half(0), half(1), 0.5 * WALL_HEIGHT_M],
    };
    Body::new("wall", shape)
        .fixed()
        .at([middle(0), middle(1), 0.5 * WALL_HEIGHT_M])
}

/// Height of the middle of a leaf that stands on the floor, m.
pub fn leaf_middle_m() -> f32 {
    LEAF_BOTTOM_M + 0.5 * LEAF_HEIGHT_M
}

/// A leaf of these half extents along x and y.
pub fn leaf_body(half_m: [f32; 2], mass_kg: f32, color: [f32; 3]) -> Body<f32> {
    let shape = Shape::Box {
        half_extents_m: [half_m[0], half_m[1], 0.5 * LEAF_HEIGHT_M],
    };
    let mut leaf = Body::new("door", shape).painted(Paint::plain(color));
    leaf.material.mass_kg = Some(mass_kg);
    leaf.material.friction = 0.2;
    leaf
}

/// Dry friction of a hinge: a stiff brake of limited torque.
pub fn hinge_friction(friction_nm: f32) -> Motor<f32> {
    Motor {
        target_position: 0.0,
        target_velocity: 0.0,
        stiffness: 0.0,
        damping: 40.0 * friction_nm,
        max_force: friction_nm,
    }
}

/// A spring that closes a leaf of this mass and width.
pub fn closer(stiffness_nmprad: f32, damping_ratio: f32, mass_kg: f32, width_m: f32) -> Motor<f32> {
    // Moment of inertia about the hinge.
    let inertia = mass_kg * width_m * width_m / 3.0;
    Motor {
        target_position: 0.0,
        target_velocity: 0.0,
        stiffness: stiffness_nmprad,
        damping: 2.0 * damping_ratio * (stiffness_nmprad * inertia).sqrt(),
        max_force: 100.0,
    }
}

/// A leaf's joint without a motor, the leaf's own anchor at its origin.
pub fn leaf_joint(parent: &str, child: &str, anchor_parent_m: [f32; 3], freedom: Freedom<f32>) -> Joint<f32> {
    Joint {
        parent: parent.into(),
        child: child.into(),
        anchor_parent_m,
        anchor_child_m: [0.0; 3],
        freedom,
        motor: None,
        contacts: false,
        reduced: false,
        damping: 0.0,
    }
}
