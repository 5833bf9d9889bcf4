//! The expert: knows the best way from everywhere, and steers after a point of it that is ahead.

use super::route::Route;
use super::rover::{HALF_TRACK_M, MAX_SPEED_RADPS, WHEEL_M};
use terrella_sim::glam::Vec2;
use terrella_sim::observe::heading;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// How far ahead the point is, m.
const AHEAD_M: f32 = 0.7;
const SPEED_MPS: f32 = 0.95;
/// Wheels that slip sideways turn it less than their speeds say.
const SLIPPING: f32 = 1.7;
/// Slower than this for so long, it backs off for so long.
const STUCK_MPS: f32 = 0.12;
const STUCK_SECS: f32 = 1.0;
const BACK_SECS: f32 = 0.8;

#[derive(Clone, Debug)]
pub(super) struct Expert {
    pub(super) route: Route,
    stuck_secs: f32,
    back_secs: f32,
}

impl Expert {
    pub(super) fn new(route: Route) -> Self {
        Expert {
            route,
            stuck_secs: 0.0,
            back_secs: 0.0,
        }
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let chassis = view.body_named("chassis");
        let dt_secs = view.record_secs();
        let at = chassis.position_m.truncate();
        let target = self.route.ahead(at, AHEAD_M) - at;
        let (sine, cosine) = heading(chassis.rotation);
        let local = Vec2::new(
            cosine * target.x + sine * target.y,
            cosine * target.y - sine * target.x,
        );
        let off = libm::atan2f(local.y, local.x);
        let slow = chassis.linear_velocity_mps.length() < STUCK_MPS && off.abs() < 0.8;
        self.stuck_secs = if slow { self.stuck_secs + dt_secs } else { 0.0 };
        if self.stuck_secs > STUCK_SECS {
            self.back_secs = BACK_SECS;
            self.stuck_secs = 0.0;
        }
        let (mut speed, mut turn) = (SPEED_MPS * (1.0 - 1.2 * off.abs()).max(0.0), 2.4 * off);
        if self.back_secs > 0.0 {
            self.back_secs -= dt_secs;
            (speed, turn) = (-SPEED_MPS, 0.0);
        }
        let aside = (turn * HALF_TRACK_M * SLIPPING).clamp(-0.7, 0.7);
        let most = MAX_SPEED_RADPS;
        action.copy_from_slice(&[
            ((speed - aside) / WHEEL_M).clamp(-most, most),
            ((speed + aside) / WHEEL_M).clamp(-most, most),
        ]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
