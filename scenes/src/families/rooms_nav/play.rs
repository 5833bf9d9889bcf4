//! Play: to one random place after another, in whatever room, and never twice the same round.

use super::expert::Expert;
use super::wanderers::{THERE_M, any_place};
use crate::play::Subgoals;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Shortest and longest way to a place, m.
const AWAY_M: [f32; 2] = [1.0, 9.0];

/// Places to drive to, and who drives.
#[derive(Clone, Debug)]
pub(super) struct Places(pub(super) Expert);

impl Subgoals for Places {
    const PATIENCE_SECS: f32 = 15.0;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        let here = view.body_named("robot").position_m.truncate();
        let place = any_place(self.0.free_space(), here, AWAY_M, rng);
        place.map(|place| self.0.drive_to(place)).is_some()
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        view.body_named("robot")
            .position_m
            .truncate()
            .distance(self.0.goal())
            < THERE_M
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        self.0.act(view, rng, action);
    }
}
