//! Play: random subgoals one after another, each pursued until it is reached or has taken too long.
//!
//! Nobody rewards it. A family says which subgoals there are and how its expert's skills pursue one; the order is chance, of the
//! policy's own stream.

use crate::policies::{MakePolicy, PolicyKind};
use terrella_sim::glam::Vec3;
use terrella_sim::policies::{Noisy, Policy};
use terrella_sim::view::StepView;
use terrella_spec::run::PolicySpec;
use terrella_spec::seed::Rng;

/// What there is to play with in a family, and the subgoal that is pursued now.
pub(crate) trait Subgoals: Clone + Send + 'static {
    /// After so long a subgoal that is not reached is left for another, s.
    const PATIENCE_SECS: f32;

    /// Draws another subgoal. False where none is found: the present one is pursued on.
    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool;

    /// True where the present one is reached; asked once a step.
    fn is_reached(&mut self, view: &StepView<'_>) -> bool;

    /// Acts towards the present one.
    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]);
}

/// Who plays.
#[derive(Clone, Debug)]
struct Play<S> {
    subgoals: S,
    /// For how many steps the present subgoal has been pursued; many where there is none yet.
    steps: u32,
}

/// Somebody who plays, disturbed as `noisy` is.
pub(crate) fn with_noise(subgoals: impl Subgoals, spec: &PolicySpec) -> Option<Box<dyn Policy>> {
    let play = Play {
        subgoals,
        steps: u32::MAX,
    };
    Some(Box::new(Noisy::new(Box::new(play), spec.epsilon)))
}

/// A place anywhere in a box, m.
pub(crate) fn place_in(low: Vec3, high: Vec3, rng: &mut Rng) -> Vec3 {
    Vec3::from_array([0, 1, 2].map(|axis| rng.uniform_f32(low[axis], high[axis])))
}

/// How a family lists it.
pub(crate) const fn kind(doc: &'static str, make: MakePolicy) -> PolicyKind {
    PolicyKind {
        name: "play",
        doc,
        needs_expert: true,
        make,
    }
}

impl<S: Subgoals> Policy for Play<S> {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        self.steps = self.steps.saturating_add(1);
        let patience = (S::PATIENCE_SECS * view.world().control_hz as f32) as u32;
        if (self.subgoals.is_reached(view) || self.steps > patience) && self.subgoals.draw(view, rng) {
            self.steps = 0;
        }
        self.subgoals.pursue(view, rng, action);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
