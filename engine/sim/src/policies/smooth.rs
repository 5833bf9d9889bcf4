//! Smooth random actions: an Ornstein-Uhlenbeck process in each channel.

use super::Policy;
use crate::view::StepView;
use terrella_spec::seed::Rng;

/// How long the process remembers, s.
const MEMORY_SECS: f32 = 0.5;

/// An Ornstein-Uhlenbeck process about the middle of each channel's range, with a standard deviation of half the
/// range's half width (Uhlenbeck and Ornstein, 1930; exact discretisation).
#[derive(Clone, Debug, Default)]
pub struct SmoothRandom {
    /// In units of half the range.
    state: Vec<f32>,
}

impl Policy for SmoothRandom {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let keep = libm::expf(-view.record_secs() / MEMORY_SECS);
        let spread = 0.5 * (1.0 - keep * keep).sqrt();
        if self.state.len() != action.len() {
            self.state = (0..action.len()).map(|_| 0.5 * rng.normal() as f32).collect();
        }
        for ((value, state), channel) in action
            .iter_mut()
            .zip(&mut self.state)
            .zip(&view.action_space().channels)
        {
            *state = keep * *state + spread * rng.normal() as f32;
            *value = 0.5 * (channel.low + channel.high)
                + 0.5 * (channel.high - channel.low) * state.clamp(-1.0, 1.0);
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
