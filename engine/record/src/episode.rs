//! One recorded episode: its columns, and what the episode table says of it.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use terrella_spec::factor::FactorValue;

pub use terrella_sense::column::{Column, Values};

/// What the episode table says of an episode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpisodeMeta {
    /// Number in the dataset.
    pub episode: u64,
    /// Name of its split.
    pub split: String,
    /// The task in words.
    pub task: String,
    /// Fingerprint of its seed path; 63 bits.
    pub seed: i64,
    /// How many worlds of this episode failed before this one.
    pub attempt: u32,
    /// Who acted.
    pub policy: String,
    /// Its parameters, as JSON; in `tried` what it tried on copies of the world before it acted, each an action and whether it worked.
    pub policy_parameters: String,
    /// Every factor's value.
    pub factors: IndexMap<String, FactorValue>,
    /// The factors that were drawn out of distribution.
    pub ood: Vec<String>,
    /// Names of the bodies, in the order of every per-body list.
    pub body_names: Vec<String>,
    /// Classes of the bodies, in the same order.
    pub body_classes: Vec<String>,
    /// Masses of the bodies, kg, in the same order; 0 for what does not move by forces.
    pub body_masses_kg: Vec<f32>,
    /// Cameras, as JSON: name to width, height, fx, fy, cx, cy and, where it stands still, camera_from_world; its lens,
    /// every how many records it takes a picture, and class_names, where there is something to say.
    pub cameras: String,
    /// The drawn world, as JSON: a scene file's content.
    pub world: String,
    /// Hash of the plan.
    pub plan_digest: String,
    /// Hash of all actions.
    pub action_digest: String,
    /// Hash of all state digests.
    pub state_digest: String,
    /// Sum of the rewards.
    pub episode_return: f64,
    /// True when the task was solved at any step.
    pub success: bool,
    /// The step after which it was solved first, -1 for never.
    pub success_step: i64,
    /// True when the world reached a terminal state.
    pub terminated: bool,
    /// Where it left its parent; none for an episode that was drawn.
    pub branch: Option<Branch>,
}

/// Where a branch left its parent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// The parent's number in the dataset.
    pub parent: u64,
    /// The step of the parent from which it goes on.
    pub step: u64,
    /// What was changed there, in words or JSON.
    pub intervention: String,
    /// When telemetry first tells the two apart, s; none where it never does.
    #[serde(default)]
    pub detectable_secs: Option<f64>,
}

/// One recorded episode.
#[derive(Clone, Debug, PartialEq)]
pub struct Episode {
    /// What the episode table says of it.
    pub meta: EpisodeMeta,
    /// Its columns, of both tables, T + 1 rows each. The bookkeeping columns are not among them.
    pub columns: Vec<Column>,
}

impl Episode {
    /// Bytes of the values of its columns.
    pub fn bytes(&self) -> u64 {
        self.columns.iter().map(Column::bytes).sum()
    }
}
