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

    /// A copy with its memory, for a fork.
    fn boxed_clone(&self) -> Box<dyn Policy>;
}
