//! Play: the block is pushed to one random place after another, whatever mark lies on the table.

use super::HALF_TABLE_M;
use super::expert::Expert;
use super::push::Placement;
use crate::play::Subgoals;
use std::f32::consts::PI;
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Places that are drawn until one is free.
const TRIES: u32 = 30;

/// Places for the block, with the hand of an expert, who drops its own goal at once.
#[derive(Clone, Debug)]
pub(super) struct Places(pub(super) Expert);

impl Subgoals for Places {
    const PATIENCE_SECS: f32 = 8.0;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        let Places(hand) = self;
        let blocks = hand.placements(view);
        let half = 0.75 * HALF_TABLE_M;
        let goal = (0..TRIES)
            .map(|_| Placement {
                position_m: Vec2::new(rng.uniform_f32(-half, half), rng.uniform_f32(-half, half)),
                angle_rad: rng.uniform_f32(-PI, PI),
            })
            .find(|goal| hand.overlap(&blocks, *goal) == 0.0);
        goal.map(|goal| hand.aim_at(goal)).is_some()
    }

    fn is_reached(&mut self, _: &StepView<'_>) -> bool {
        self.0.is_done()
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        self.0.act(view, rng, action);
    }
}
