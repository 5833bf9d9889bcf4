//! Somebody who gets to where things are and does not know what to do there.

use super::{Policy, SmoothRandom, Tried};
use crate::view::StepView;
use terrella_spec::seed::Rng;

/// Shortest and longest spell of the expert, s.
const EXPERT_SECS: [f64; 2] = [0.2, 0.8];
/// The same of random actions.
const RANDOM_SECS: [f64; 2] = [0.6, 2.4];

/// By turns an expert, for 0.2 to 0.8 s, and smooth random actions, for 0.6 to 2.4 s: random interaction near what
/// matters, which random actions alone rarely reach, and which an expert leaves as soon as it is done.
pub struct Weak {
    expert: Box<dyn Policy>,
    random: SmoothRandom,
    /// Nothing before the first spell.
    expert_acts: Option<bool>,
    until_step: u32,
}

impl Weak {
    /// Disturbs `expert`.
    pub fn new(expert: Box<dyn Policy>) -> Self {
        Weak {
            expert,
            random: SmoothRandom::default(),
            expert_acts: None,
            until_step: 0,
        }
    }
}

impl Policy for Weak {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        if view.step() >= self.until_step {
            // Either has the first spell: in some worlds the first command decides all.
            let expert = (self.expert_acts).map_or_else(|| rng.chance(0.5), |before| !before);
            self.expert_acts = Some(expert);
            let [low, high] = if expert { EXPERT_SECS } else { RANDOM_SECS };
            let spell = rng.uniform(low, high) * f64::from(view.world().control_hz);
            self.until_step = view.step() + (spell as u32).max(1);
        }
        // Both see every step, so that their memories stay true.
        let mut random = action.to_vec();
        self.random.act(view, rng, &mut random);
        self.expert.act(view, rng, action);
        if self.expert_acts == Some(false) {
            action.copy_from_slice(&random);
        }
    }

    fn tried(&self) -> &[Tried] {
        self.expert.tried()
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(Weak {
            expert: self.expert.boxed_clone(),
            random: self.random.clone(),
            ..*self
        })
    }
}
