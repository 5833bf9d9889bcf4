//! One world, every value drawn and every factor named: what a lane is made from.

use crate::factor::FactorValue;
use crate::world::World;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A drawn world with the story of its drawing. Plain, hashable, serialisable.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WorldPlan {
    /// The world.
    pub world: World<f32>,
    /// The task in words: the string a policy is told.
    pub task: String,
    /// Every factor's value, in the order of the family's declaration.
    pub factors: IndexMap<String, FactorValue>,
    /// The factors that were drawn out of distribution.
    pub ood: Vec<String>,
}

impl WorldPlan {
    /// A hash over everything: equal plans make equal episodes.
    pub fn digest(&self) -> String {
        self.world_and_digest().1
    }

    /// The world as JSON, and [`WorldPlan::digest`]: to write the world down is most of the cost of either.
    pub fn world_and_digest(&self) -> (String, String) {
        let world = serde_json::to_string(&self.world).expect("a world is plain data");
        let story = (&self.task, &self.factors, &self.ood);
        let story = serde_json::to_vec(&story).expect("a plan is plain data");
        let mut hasher = blake3::Hasher::new();
        hasher.update(world.as_bytes()).update(&story);
        (world, hasher.finalize().to_hex().to_string())
    }
}
