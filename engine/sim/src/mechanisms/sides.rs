//! What a vehicle that steers by its sides reports: what it was told, and how fast the first and the last hinge of each side turn.

use super::Measured;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Sides {
    /// The first and the last hinge of the left side, and those of the right one.
    ends: [Option<usize>; 4],
    /// The inputs of the left and of the right side.
    pub(super) told: [f32; 2],
    speeds: [f32; 4],
}

impl Sides {
    pub(super) fn new(left: &[usize], right: &[usize]) -> Self {
        let ends = [left.first(), left.last(), right.first(), right.last()];
        Sides {
            ends: ends.map(|end| end.copied()),
            told: [0.0; 2],
            speeds: [0.0; 4],
        }
    }

    pub(super) fn measure(&mut self, seen: &Measured<'_>) {
        let speed = |joint: usize| seen.joints[joint].velocity(seen.physics);
        self.speeds = self.ends.map(|end| end.map_or(0.0, speed));
    }

    /// In the order of its readings; `effort` is what its motors do of what they can.
    pub(super) fn telemetry(&self, effort: f32) -> Vec<f32> {
        self.told.into_iter().chain([effort]).chain(self.speeds).collect()
    }
}
