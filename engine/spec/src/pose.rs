//! A rigid pose.

use serde::{Deserialize, Serialize};

/// Where a body is: maps its own frame to the world's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pose {
    /// Its origin in the world, m.
    pub position_m: [f32; 3],
    /// Its orientation, a unit quaternion x, y, z, w.
    pub rotation_xyzw: [f32; 4],
}

impl Pose {
    /// The world's own frame.
    pub const IDENTITY: Pose = Pose {
        position_m: [0.0; 3],
        rotation_xyzw: [0.0, 0.0, 0.0, 1.0],
    };
}
