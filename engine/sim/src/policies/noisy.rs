//! An expert that now and then acts at random.

use super::{Policy, Random, Tried};
use crate::view::StepView;
use terrella_spec::seed::Rng;

/// With probability epsilon at every step it starts a burst of a fifth of a second of random actions; otherwise the
/// expert acts, with a jitter of 5 % of each range.
pub struct Noisy {
    expert: Box<dyn Policy>,
    random: Random,
    epsilon: f64,
    burst_until: u32,
}

impl Noisy {
    /// Disturbs `expert`. The share of disturbed steps is `epsilon`.
    pub fn new(expert: Box<dyn Policy>, epsilon: f64) -> Self {
        Noisy {
            expert,
            random: Random::default(),
            epsilon,
            burst_until: 0,
        }
    }
}

impl Policy for Noisy {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let burst = (view.world().control_hz / 5).max(1);
        // A share of e in bursts of k steps starts with e / (e + k (1 - e)) at every free step.
        let start =
            self.epsilon / (self.epsilon + f64::from(burst) * (1.0 - self.epsilon)).max(f64::MIN_POSITIVE);
        if view.step() >= self.burst_until && rng.chance(start) {
            self.burst_until = view.step() + burst;
        }
        // The expert sees every step, so that its memory stays true.
        self.expert.act(view, rng, action);
        if view.step() < self.burst_until {
            self.random.act(view, rng, action);
            return;
        }
        for (value, channel) in action.iter_mut().zip(&view.action_space().channels) {
            *value += 0.025 * (channel.high - channel.low) * rng.normal() as f32;
        }
    }

    fn tried(&self) -> &[Tried] {
        self.expert.tried()
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(Noisy {
            expert: self.expert.boxed_clone(),
            random: self.random.clone(),
            epsilon: self.epsilon,
            burst_until: self.burst_until,
        })
    }
}
