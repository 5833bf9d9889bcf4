//! Play: the scoop is filled or emptied to one random mass after another, and between that the gate stands open, the hopper shakes and
//! the scoop hangs somewhere, tipped or not.

use super::expert::{Expert, to};
use super::{
    GATE_SPEED_MPS, Judge, SCOOP_LIFT_M, SCOOP_SPEED_MPS, SCOOP_X_M, SCOOP_Z_M, SHAKE_M, TILT_RADPS,
    TOLERANCE, tilt_rad,
};
use crate::play::Subgoals;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Share of the subgoals that are a mass, the largest one, as a share of all grains, and how probable it is that it shakes otherwise.
const FILLS: f64 = 0.5;
const MOST: f32 = 0.6;
const SHAKES: f64 = 0.3;
/// How far it tips the scoop beside the hopper, rad, and for how long it stays so, s.
const TIPPED_RAD: f32 = 1.2;
const STAYS_SECS: [f32; 2] = [0.8, 2.5];
/// Below the outlet the scoop stands so far aside at the most, m; farther out than this it may rise, and what is lower than this
/// is down, m.
const BELOW_M: f32 = 0.12;
const CLEAR_M: f32 = 0.4;
const LOW_M: f32 = 0.02;

/// How things stand for a while.
#[derive(Clone, Copy, Debug)]
struct Pose {
    opening_m: f32,
    shakes: bool,
    x: f32,
    z: f32,
    tilt_rad: f32,
    left_secs: f32,
}

/// Masses and poses, and who fills.
#[derive(Clone, Copy, Debug)]
pub(super) struct Games {
    expert: Expert,
    judge: Judge,
    pose: Option<Pose>,
}

impl Games {
    pub(super) fn new(judge: Judge) -> Self {
        Games {
            expert: Expert::new(judge),
            judge,
            pose: None,
        }
    }
}

impl Subgoals for Games {
    const PATIENCE_SECS: f32 = 5.0;

    fn draw(&mut self, _: &StepView<'_>, rng: &mut Rng) -> bool {
        if rng.chance(FILLS) {
            self.pose = None;
            self.judge.wanted_share = rng.uniform_f32(0.0, MOST);
            self.expert = Expert::new(self.judge);
            return true;
        }
        let aside = rng.uniform_f32(-1.0, 1.0);
        let lifted = rng.chance(0.5);
        let tipped = rng.uniform_f32(-TIPPED_RAD, TIPPED_RAD);
        self.pose = Some(Pose {
            opening_m: rng.uniform_f32(-0.3, 1.0) * self.judge.outlet_m,
            shakes: rng.chance(SHAKES),
            x: if lifted {
                SCOOP_X_M * aside.signum()
            } else {
                BELOW_M * aside
            },
            z: SCOOP_Z_M + if lifted { aside.abs() * SCOOP_LIFT_M } else { 0.0 },
            tilt_rad: if lifted { tipped } else { 0.0 },
            left_secs: rng.uniform_f32(STAYS_SECS[0], STAYS_SECS[1]),
        });
        true
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        match &mut self.pose {
            Some(pose) => {
                pose.left_secs -= view.record_secs();
                pose.left_secs < 0.0
            }
            None => {
                let missing = self.judge.wanted_share - self.judge.share_in(view);
                missing.abs() < TOLERANCE && self.judge.is_closed(view)
            }
        }
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let Some(pose) = self.pose else {
            self.expert.act(view, rng, action);
            return;
        };
        let scoop = view.body_named("scoop").position_m;
        let missing = pose.opening_m - self.judge.opening_m(view);
        let gate = (8.0 * missing).clamp(-GATE_SPEED_MPS, GATE_SPEED_MPS);
        // It goes aside while it is down, and up and tipped when it is there.
        let (aside, out) = (pose.x - scoop.x, scoop.x.abs() > CLEAR_M);
        let is_down = scoop.z < SCOOP_Z_M + LOW_M;
        let stays = out && aside.abs() < 0.05;
        let z = if stays { pose.z } else { SCOOP_Z_M };
        let tilt = if stays { pose.tilt_rad } else { 0.0 };
        let is_level = tilt_rad(view).abs() < 0.1;
        let vx = if stays || (is_down && is_level) {
            to(aside, SCOOP_SPEED_MPS)
        } else {
            0.0
        };
        let vz = if stays || is_level {
            to(z - scoop.z, SCOOP_SPEED_MPS)
        } else {
            0.0
        };
        let turn = to(tilt - tilt_rad(view), TILT_RADPS);
        action.copy_from_slice(&[gate, if pose.shakes { SHAKE_M } else { 0.0 }, vx, vz, turn]);
    }
}
