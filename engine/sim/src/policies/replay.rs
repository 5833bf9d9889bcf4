//! Recorded actions, played again.

use super::Policy;
use crate::view::StepView;
use std::sync::Arc;
use terrella_spec::seed::Rng;

/// Plays recorded actions by step; the last is repeated, and an empty record is rest.
#[derive(Clone, Debug)]
pub struct Replay {
    actions: Arc<Vec<Vec<f32>>>,
}

impl Replay {
    /// Plays `actions`, one row of channels for each step.
    pub fn new(actions: Arc<Vec<Vec<f32>>>) -> Self {
        Replay { actions }
    }
}

impl Policy for Replay {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        action.fill(0.0);
        let row = self.actions.get(view.step() as usize).or(self.actions.last());
        for (value, recorded) in action.iter_mut().zip(row.into_iter().flatten()) {
            *value = *recorded;
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
