//! A hand-written scene: a world in which any number may be a distribution, and a task.

use crate::check;
use crate::dist::Dist;
use crate::limits::Limits;
use crate::world::{Number, World};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A scene file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SceneSpec {
    /// Version of this format.
    #[serde(default = "format")]
    pub format: u32,
    /// Its name.
    pub name: String,
    /// What it shows, in a sentence or two.
    #[serde(default)]
    pub doc: String,
    /// The task in words: the string a policy is told.
    #[serde(default = "task")]
    pub task: String,
    /// Transitions in an episode.
    #[serde(default = "steps")]
    pub steps: u32,
    /// What counts as success; nothing when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal<Dist>>,
    /// The world.
    pub world: World<Dist>,
}

impl SceneSpec {
    /// Says what is wrong in a drawn world that somebody else wrote down: checked as the scene in which nothing varies.
    pub fn check_drawn(world: World<Dist>) -> Result<(), String> {
        let scene = SceneSpec {
            format: format(),
            name: "drawn".into(),
            doc: String::new(),
            task: task(),
            steps: steps(),
            goal: None,
            world,
        };
        let wrong = check::scene(&scene, &Limits::of_stored_runs());
        match wrong.0.first() {
            None => Ok(()),
            Some((path, message, _)) => Err(format!("{path}: {message}")),
        }
    }
}

/// Success: a body's origin is inside a box of the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Goal<N> {
    /// The body.
    pub body: String,
    /// Centre of the box, m.
    pub center_m: [N; 3],
    /// Half of its edges, m.
    pub half_extents_m: [N; 3],
    /// True: the body must have come to rest there (below 0.05 m/s).
    #[serde(default)]
    pub at_rest: bool,
}

fn format() -> u32 {
    crate::run::FORMAT
}
fn task() -> String {
    "watch the world".to_string()
}
fn steps() -> u32 {
    100
}
