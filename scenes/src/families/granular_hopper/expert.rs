//! The expert of `granular_hopper`.

use super::{BIN_SPEED_MPS, GATE_SPEED_MPS, Judge, OUTLET_Z_M, SHAKE_M, TOLERANCE};
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Moves the bin below the outlet, opens the gate, narrows it as the wanted mass comes near, closes it a little before, and
/// shakes where nothing flows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expert {
    judge: Judge,
    /// The share that was out at the last step.
    before: f32,
    /// For how many steps nothing has come out although the gate is open.
    still_for: u32,
    /// For how many steps it goes on shaking.
    shakes_for: u32,
    /// It has decided that enough is out.
    closing: bool,
}

impl Expert {
    pub(super) fn new(judge: Judge) -> Self {
        Expert {
            judge,
            before: 0.0,
            still_for: 0,
            shakes_for: 0,
            closing: false,
        }
    }

    /// What is in the bin or falls towards it, as a share of all: all that is below the gate.
    fn share_out(&self, view: &StepView<'_>) -> f32 {
        let (mut out, mut all) = (0.0, 0.0);
        let grains = (0..view.body_count()).filter(|index| view.mass_kg(*index) > 0.0);
        for index in grains {
            let mass = view.mass_kg(index);
            all += mass;
            if view.body(index).position_m.z < OUTLET_Z_M - 0.03 {
                out += mass;
            }
        }
        out / all
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let out = self.share_out(view);
        let rate = (out - self.before).max(0.0);
        self.before = out;
        let missing = self.judge.wanted_share - out;
        let opening = self.judge.opening_m(view);
        let diameter = 2.0 * self.judge.radius_m;
        // What comes out while the gate closes.
        let records = opening / GATE_SPEED_MPS / view.record_secs();
        let under_way = rate * (0.5 * records + 1.0);
        self.closing = missing < under_way || (self.closing && missing < 0.6 * TOLERANCE);
        let aside = view.body_named("bin").position_m.x;
        let wanted = match missing {
            _ if self.closing || aside.abs() > 0.08 => -0.04,
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
        let bin = (-5.0 * aside).clamp(-BIN_SPEED_MPS, BIN_SPEED_MPS);
        action.copy_from_slice(&[gate, if shakes { SHAKE_M } else { 0.0 }, bin]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(*self)
    }
}
