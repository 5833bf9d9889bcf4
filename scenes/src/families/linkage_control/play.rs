//! Play: one random place of the cart and cable after another, and the last link up or down, in any order.

use super::RAIL_M;
use super::expert::Expert;
use crate::play::Subgoals;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// The part of the rail on which places are drawn.
const SHARE: f32 = 0.75;
/// How probable it is that what stands is to hang next, and what hangs to stand.
const TURNS: f64 = 0.75;
/// For so long it holds what it has come to, s.
const HOLDS_SECS: f32 = 0.5;

/// Goals, and who brings them about.
#[derive(Clone, Debug)]
pub(super) struct Goals {
    expert: Expert,
    up: bool,
    held_secs: f32,
}

impl Goals {
    pub(super) fn new(expert: Expert) -> Self {
        Goals {
            expert,
            up: false,
            held_secs: 0.0,
        }
    }
}

impl Subgoals for Goals {
    const PATIENCE_SECS: f32 = 4.0;

    fn draw(&mut self, _: &StepView<'_>, rng: &mut Rng) -> bool {
        let place = rng.uniform_f32(-SHARE, SHARE) * RAIL_M;
        self.up ^= rng.chance(TURNS);
        self.expert.aim_at(f64::from(place), self.up, rng.unit());
        self.held_secs = 0.0;
        true
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        self.held_secs = if self.expert.is_there(view) {
            self.held_secs + view.record_secs()
        } else {
            0.0
        };
        self.held_secs > HOLDS_SECS
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        self.expert.act(view, rng, action);
    }
}
