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
        let text = serde_json::to_vec(self).expect("a plan is plain data");
        blake3::hash(&text).to_hex().to_string()
    }
}
