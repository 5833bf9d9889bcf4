//! Who pours: holds the lip over the place, tilts as the level in the jug tells, and turns back in time.

use super::goal::{Levels, goal};
use super::gutter::{GATES, slide};
use crate::drawn;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::factor::FactorValue;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;

/// Shares of the liquid a second that it lets flow at the most, and at the end.
const FLOW_PER_S: [f32; 2] = [0.07, 0.25];
/// Flow it wants for each share that is still to go, 1/s.
const FLOW_PER_SHARE: f32 = 1.0;
/// Tilting speed for each share a second that the flow is from the wanted, rad.
const TILT_PER_FLOW: f32 = 3.0;
/// Below this tilt no jug overflows, rad.
const FREE_TILT_RAD: f32 = 0.25;
/// How far the lip is kept from where the liquid is to land, m: it leaves the lip with some speed.
const LEAD_M: f32 = 0.05;

/// It pours once more where so much of the target is missing.
const AGAIN: f32 = 0.03;
/// What stays behind dams is taken for lost when the cup's share has not risen for so long, s, by so much.
const WAIT_SECS: f32 = 0.5;
const RISEN: f32 = 0.004;
/// How far the jug is turned back to wait, rad.
const HOLD_RAD: f32 = 0.25;
/// The jug is closed when less flows out of it, 1/s.
const CLOSED_PER_S: f32 = 0.01;

#[derive(Clone, Debug)]
pub(super) struct Expert {
    /// Share that is to be in the cup.
    share: f32,
    /// Where it lets the liquid fall: x, and the height of the lip, m.
    over: [f32; 2],
    /// The outlet to the cup, where there is a gutter.
    outlet: Option<usize>,
    /// The jug's share at the last record, and the smoothed flow out of it, 1/s.
    last: Option<(f32, f32)>,
    pours: bool,
    /// The cup's share when it rose last, and how long ago that was, s.
    risen: (f32, f32),
    /// What is under way and stays there.
    stays: f32,
    /// Where the jug is turned back to until it is known how much came, rad.
    held_rad: f32,
}

impl Expert {
    /// Who pours at this x, the lip at this height, m.
    pub(super) fn new(plan: &WorldPlan, over: [f32; 2]) -> Expert {
        let several = drawn::word(plan, "way") == "outlets";
        Expert {
            share: goal(plan).share,
            over,
            outlet: match plan.factors["goal_outlet"] {
                FactorValue::Count(outlet) if several => Some(outlet.max(0) as usize),
                _ => None,
            },
            last: None,
            pours: false,
            risen: (0.0, 0.0),
            stays: 0.0,
            held_rad: 0.0,
        }
    }

    /// From now on this share of the liquid is to be in the cup.
    pub(super) fn ask(&mut self, share: f32) {
        (self.share, self.pours, self.held_rad) = (share, false, 0.0);
    }

    /// Opens the way to the cup, and closes what is above.
    fn slide(&self, view: &StepView<'_>, action: &mut [f32]) {
        for (gate, (name, action)) in GATES.into_iter().zip(action).enumerate() {
            let outlet = gate + 1;
            let y = view.body_named(name).position_m.y;
            *action = match self.outlet {
                Some(own) if outlet >= own => slide(y, outlet == own),
                _ => 0.0,
            };
        }
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let state =
            |name: &str| view.mechanism_state(view.mechanism_index(name).expect("the family makes it"));
        let lip = view.body_named("jug").position_m;
        let (tilt, levels) = (state("hand"), Levels::of(view));
        let off = [self.over[0] - LEAD_M - lip.x, self.over[1] - lip.z];
        action[0] = 3.0 * off[0];
        action[1] = 3.0 * off[1];
        self.slide(view, &mut action[3..]);
        let flow = match self.last {
            None => 0.0,
            Some((before, flow)) => flow + 0.3 * ((before - levels.jug) / view.record_secs() - flow),
        };
        self.last = Some((levels.jug, flow));
        if levels.cup > self.risen.0 + RISEN || flow > CLOSED_PER_S || self.pours {
            self.risen = (levels.cup, 0.0);
        } else {
            self.risen.1 += view.record_secs();
        }
        if self.risen.1 > WAIT_SECS {
            self.stays = levels.under_way();
        }
        // What has left the jug will be in the cup, but for what stays on the way, or is lost as some was before.
        let missing = (self.share - levels.cup) / levels.kept() - (levels.under_way() - self.stays).max(0.0);
        if off.iter().any(|part| part.abs() > 0.02) && !self.pours {
            action[2] = 0.0;
            return;
        }
        // What still leaves the jug while it turns back.
        let late = 0.012 + 0.12 * flow;
        if self.pours {
            self.pours = missing > late;
            self.held_rad = (tilt - HOLD_RAD).max(0.0);
        } else if self.risen.1 > WAIT_SECS || tilt == 0.0 {
            // Once more, where too little came.
            self.pours = missing > AGAIN * self.share;
            self.held_rad = 0.0;
        }
        action[2] = if self.pours {
            let wanted = (FLOW_PER_SHARE * missing).clamp(FLOW_PER_S[0], FLOW_PER_S[1]);
            // Fast, as long as nothing can flow yet.
            let most = if tilt < FREE_TILT_RAD { 1.0 } else { 0.45 };
            ((TILT_PER_FLOW + f32::from(u8::from(tilt < FREE_TILT_RAD)) * 10.0) * (wanted - flow))
                .clamp(-0.6, most)
        } else {
            (4.0 * (self.held_rad - tilt)).clamp(-1.5, 0.0)
        };
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
