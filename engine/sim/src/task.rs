//! Tasks: what is rewarded, what counts as success, when a world has come to an end.

use crate::view::StepView;

/// What a task says of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Reward of the transition that led here.
    pub reward: f32,
    /// True while the task is solved.
    pub success: bool,
    /// True from the step on at which the world reached a terminal state. The world goes on all the same.
    pub terminated: bool,
}

/// A task. It may remember what it saw.
pub trait Task: Send {
    /// Judges the state after a step. `action` led there; it is empty for the first state of an episode.
    fn assess(&mut self, view: &StepView<'_>, action: &[f32]) -> Outcome;

    /// What each of the world's agents is rewarded for the step that was judged last, in the order of the world's `agents`.
    /// None: each gets the outcome's reward.
    fn agent_rewards(&self) -> &[f32] {
        &[]
    }

    /// A copy with its memory, for a fork.
    fn boxed_clone(&self) -> Box<dyn Task>;
}

/// No task: no reward, never solved.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watch;

impl Task for Watch {
    fn assess(&mut self, _: &StepView<'_>, _: &[f32]) -> Outcome {
        Outcome::default()
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
