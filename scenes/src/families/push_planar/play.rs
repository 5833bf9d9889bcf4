//! Play: the block is pushed to one random place after another, whatever mark lies on the table.

use super::HALF_TABLE_M;
use super::expert::Expert;
use super::push::Placement;
use std::f32::consts::PI;
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Steps after which a place that is not reached is left for another.
const PATIENCE: u32 = 80;
/// Places that are drawn until one is free.
const TRIES: u32 = 30;

#[derive(Clone, Debug)]
pub(super) struct Play {
    hand: Expert,
    /// Steps since the present place was drawn.
    steps: u32,
}

impl Play {
    /// Plays with the hand of an expert, who drops its own goal at once.
    pub(super) fn new(hand: Expert) -> Self {
        Play {
            hand,
            steps: PATIENCE,
        }
    }
}

impl Policy for Play {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        self.steps += 1;
        if self.hand.is_done() || self.steps > PATIENCE {
            let blocks = self.hand.placements(view);
            let half = 0.75 * HALF_TABLE_M;
            let goal = (0..TRIES)
                .map(|_| Placement {
                    position_m: Vec2::new(rng.uniform_f32(-half, half), rng.uniform_f32(-half, half)),
                    angle_rad: rng.uniform_f32(-PI, PI),
                })
                .find(|goal| self.hand.overlap(&blocks, *goal) == 0.0);
            if let Some(goal) = goal {
                self.hand.aim_at(goal);
                self.steps = 0;
            }
        }
        self.hand.act(view, rng, action);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
