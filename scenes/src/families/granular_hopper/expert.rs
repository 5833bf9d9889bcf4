//! The expert of `granular_hopper`.

use super::silo::SIDE_M;
use super::{
    GATE_SPEED_MPS, Judge, OUTLET_Z_M, SCOOP_LIFT_M, SCOOP_SPEED_MPS, SCOOP_X_M, SCOOP_Z_M, SHAKE_M,
    TILT_RADPS, TOLERANCE, tilt_rad,
};
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Of what is too much, tipping begins above this share of the tolerance, and ends below that.
const TOO_MUCH: f32 = 0.8;
const ENOUGH: f32 = 0.5;
/// It stands low enough below the outlet this far above the ground: there may be grains below it, m.
const LOW_M: f32 = 0.045;
/// So many records after the last grain fell it looks how much there is.
const SETTLED: u32 = 8;
/// How fast it tips while no grain slides out, rad/s, and how far it tips at once.
const TIPS_RADPS: f32 = 0.4;
const STEEP_RAD: f32 = 0.6;
/// What slides out in a record goes on sliding for so many, while it tips back.
const SLIDES: f32 = 4.0;

/// Moves the scoop below the outlet, opens the gate, narrows it as the wanted mass comes near, closes it a little before, and
/// shakes where nothing flows. Where too much has come out, it lifts the scoop beside the hopper and tips it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expert {
    judge: Judge,
    /// The share that was out at the last step, and that was in the scoop.
    before: f32,
    inside_before: f32,
    /// For how many steps the gate has been closed and nothing has moved.
    settled_for: u32,
    /// For how many steps nothing has come out although the gate is open.
    still_for: u32,
    /// For how many steps it goes on shaking.
    shakes_for: u32,
    /// It has decided that enough is out.
    closing: bool,
    /// It tips some of it out.
    tips: bool,
}

/// The speed that brings something as far as is missing, up to the largest.
pub(super) fn to(missing: f32, most: f32) -> f32 {
    (5.0 * missing).clamp(-most, most)
}

impl Expert {
    pub(super) fn new(judge: Judge) -> Self {
        Expert {
            judge,
            before: 0.0,
            inside_before: 0.0,
            settled_for: 0,
            still_for: 0,
            shakes_for: 0,
            closing: false,
            tips: false,
        }
    }

    /// What falls from the gate towards the scoop, as a share of all.
    fn share_falling(view: &StepView<'_>) -> f32 {
        let top = view.body_named("scoop").position_m.z + SIDE_M + 0.04;
        let (mut falls, mut all) = (0.0, 0.0);
        let grains = (0..view.body_count()).filter(|index| view.mass_kg(*index) > 0.0);
        for index in grains {
            let mass = view.mass_kg(index);
            all += mass;
            if (top..OUTLET_Z_M - 0.03).contains(&view.body(index).position_m.z) {
                falls += mass;
            }
        }
        falls / all
    }

    /// Velocities of the scoop along x and z, and of its tilt, that tip what is too much out of it, on the side where it stands.
    fn tip(view: &StepView<'_>, missing: f32, slides: f32) -> [f32; 3] {
        let (scoop, tilt) = (view.body_named("scoop").position_m, tilt_rad(view));
        let side = if scoop.x < 0.0 { -1.0 } else { 1.0 };
        let (aside, up) = (side * SCOOP_X_M - scoop.x, SCOOP_Z_M + SCOOP_LIFT_M - scoop.z);
        let vx = to(aside, SCOOP_SPEED_MPS);
        if aside.abs() > 0.04 {
            // It does not rise under the hopper.
            return [vx, 0.0, to(-tilt, TILT_RADPS)];
        }
        let vz = to(up, SCOOP_SPEED_MPS);
        let turn = if up > 0.03 || missing + SLIDES * slides > -ENOUGH * TOLERANCE {
            to(-tilt, TILT_RADPS)
        } else if side * tilt < STEEP_RAD {
            side * TILT_RADPS
        } else if slides > 0.0 {
            0.0
        } else {
            side * TIPS_RADPS
        };
        [vx, vz, turn]
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let (inside, falls) = (self.judge.share_in(view), Self::share_falling(view));
        let out = inside + falls;
        let rate = (out - self.before).max(0.0);
        let slides = (self.inside_before - inside).max(0.0);
        self.inside_before = inside;
        let settled = (out - self.before).abs() < 1e-4 && self.judge.is_closed(view);
        self.settled_for = if settled { self.settled_for + 1 } else { 0 };
        self.before = out;
        let missing = self.judge.wanted_share - out;
        let opening = self.judge.opening_m(view);
        let diameter = 2.0 * self.judge.radius_m;
        // What comes out while the gate closes.
        let records = opening / GATE_SPEED_MPS / view.record_secs();
        let under_way = rate * (0.5 * records + 1.0);
        self.closing = missing < under_way || (self.closing && missing < 0.6 * TOLERANCE);
        let scoop = view.body_named("scoop").position_m;
        let is_level = tilt_rad(view).abs() < 0.02;
        let too_much = self.settled_for > SETTLED && missing < -TOO_MUCH * TOLERANCE;
        let still = missing < -ENOUGH * TOLERANCE || !is_level;
        self.tips = too_much || (self.tips && still);
        let is_below = scoop.x.abs() < 0.08 && scoop.z < SCOOP_Z_M + LOW_M && is_level;
        let wanted = match missing {
            _ if self.closing || self.tips || !is_below => -0.04,
            missing if missing > 0.2 => self.judge.outlet_m,
            _ => self.judge.outlet_m.min(2.9 * diameter),
        };
        let waits = rate > 0.0 || self.judge.is_closed(view);
        self.still_for = if waits { 0 } else { self.still_for + 1 };
        let gate = (8.0 * (wanted - opening)).clamp(-GATE_SPEED_MPS, GATE_SPEED_MPS);
        // An arch that has come down is often followed by another.
        self.shakes_for = if self.still_for > 2 {
            10
        } else {
            self.shakes_for.saturating_sub(1)
        };
        let shakes = self.shakes_for > 0 && !self.closing;
        let enough = missing.abs() < TOO_MUCH * TOLERANCE;
        let [vx, vz, turn] = match self.tips {
            true => Self::tip(view, missing, slides),
            // Where it has what is wanted, it may stay where it is.
            false if enough && is_level => [0.0; 3],
            false => {
                let down = to(SCOOP_Z_M - scoop.z, SCOOP_SPEED_MPS);
                let is_down = scoop.z < SCOOP_Z_M + LOW_M;
                let back = if is_down {
                    to(-scoop.x, SCOOP_SPEED_MPS)
                } else {
                    0.0
                };
                [back, down, to(-tilt_rad(view), TILT_RADPS)]
            }
        };
        action.copy_from_slice(&[gate, if shakes { SHAKE_M } else { 0.0 }, vx, vz, turn]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(*self)
    }
}
