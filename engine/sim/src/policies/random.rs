//! Uniformly random actions, held for a while.

use super::Policy;
use crate::view::StepView;
use terrella_spec::seed::Rng;

/// Draws every channel uniformly from its range and keeps it for a tenth of a second.
#[derive(Clone, Debug, Default)]
pub struct Random {
    kept: Vec<f32>,
    until_step: u32,
}

impl Policy for Random {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        if view.step() >= self.until_step || self.kept.len() != action.len() {
            self.until_step = view.step() + (view.world().control_hz / 10).max(1);
            self.kept.clear();
            let channels = &view.action_space().channels;
            self.kept.extend(
                channels
                    .iter()
                    .map(|channel| rng.uniform_f32(channel.low, channel.high)),
            );
        }
        action.copy_from_slice(&self.kept);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
