//! Play: the handle is taken, carried to one random place after another, let go and taken again.

use super::HAND_MPS;
use super::expert::{Expert, NEAR_M};
use crate::play::{Subgoals, place_in};
use terrella_sim::glam::Vec3;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// The box in which places are drawn, m.
const LOW_M: Vec3 = Vec3::new(-0.8, -0.6, 0.05);
const HIGH_M: Vec3 = Vec3::new(0.8, 0.6, 0.7);
/// How probable it is that it lets go at a place.
const LETS_GO: f64 = 0.3;
/// Slowest speed with the handle, as a share of the largest.
const SLOWEST: f32 = 0.3;

/// Places to carry the handle to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pulls {
    place: Vec3,
    speed_mps: f32,
    /// It goes there with nothing in its hand.
    free: bool,
}

impl Subgoals for Pulls {
    // What is fixed or heavy does not come along everywhere.
    const PATIENCE_SECS: f32 = 2.5;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        let grip = view.mechanism_index("grip").expect("it is there");
        *self = Pulls {
            place: place_in(LOW_M, HIGH_M, rng),
            speed_mps: rng.uniform_f32(SLOWEST, 1.0) * HAND_MPS,
            free: view.held_by(grip).is_some() && rng.chance(LETS_GO),
        };
        true
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        view.body_named("hand").position_m.distance(self.place) < NEAR_M
    }

    fn pursue(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let grip = view.mechanism_index("grip").expect("it is there");
        let hand = view.body_named("hand").position_m;
        let holds = view.held_by(grip).is_some();
        let to_place = holds || self.free;
        let place = if to_place {
            self.place
        } else {
            Expert::to_handle(view)
        };
        let speed = if to_place { self.speed_mps } else { HAND_MPS };
        let velocity = ((place - hand) * 6.0).clamp_length_max(speed);
        action[..3].copy_from_slice(&velocity.to_array());
        action[3] = f32::from(u8::from(!self.free && (holds || Expert::is_at_handle(view))));
    }
}
