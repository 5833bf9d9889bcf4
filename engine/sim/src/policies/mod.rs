//! Policies: who chooses the actions. One file each for those that know nothing of the world they act in.

mod failing;
mod noisy;
mod random;
mod replay;
mod smooth;
mod weak;

pub use failing::FailureSeeking;
pub use noisy::Noisy;
pub use random::Random;
pub use replay::Replay;
pub use smooth::SmoothRandom;
pub use weak::Weak;

use crate::view::StepView;
use terrella_spec::seed::Rng;

/// Chooses actions. It may remember what it saw; its randomness is a parameter.
pub trait Policy: Send {
    /// Writes the action for the present state, one number for each channel. They are clamped afterwards.
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]);

    /// What it has tried on copies of the world so far, in order: what came of the last one is mostly what it then plays. Nothing where
    /// it does not search, or does not keep what it tries.
    fn tried(&self) -> &[Tried] {
        &[]
    }

    /// A copy with its memory, for a fork.
    fn boxed_clone(&self) -> Box<dyn Policy>;
}

/// A trial on a copy of the world: one action, taken at every step from the start.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The action, one number for each channel.
    pub action: Vec<f32>,
    /// Whether it worked.
    pub success: bool,
}
