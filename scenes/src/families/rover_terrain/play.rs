//! Play: to one random place after another, over whatever ground leads there.

use super::expert::Expert;
use super::route_to;
use crate::play::Subgoals;
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Half of the ground on which places are drawn, m.
const HALF_M: Vec2 = Vec2::new(4.0, 2.4);
/// It is there where so much of its way is left, m of level ground.
const THERE_M: f32 = 0.5;
/// Longer ways lead over what no wheel comes over, m of level ground.
const FARTHEST_M: f32 = 30.0;
/// Places that are drawn until a way leads to one.
const TRIES: u32 = 10;

/// Places to drive to, and who drives.
#[derive(Clone, Debug)]
pub(super) struct Places(pub(super) Expert);

impl Subgoals for Places {
    const PATIENCE_SECS: f32 = 8.0;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        let at = view.body_named("chassis").position_m.truncate();
        let route = (0..TRIES).find_map(|_| {
            let [x, y] = HALF_M.to_array().map(|half| rng.uniform_f32(-half, half));
            let route = route_to(view.world(), Vec2::new(x, y));
            (2.0 * THERE_M..FARTHEST_M)
                .contains(&route.left_m(at))
                .then_some(route)
        });
        route.map(|route| self.0.follow(route)).is_some()
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        self.0.left_m(view) < THERE_M
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        self.0.act(view, rng, action);
    }
}
