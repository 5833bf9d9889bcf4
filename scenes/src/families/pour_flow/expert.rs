//! Who pours: holds the lip over the place, tilts as the level in the jug tells, and turns back in time.

use super::Goal;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
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

#[derive(Clone, Debug)]
pub(super) struct Expert {
    pub(super) goal: Goal,
    /// Where it lets the liquid fall: x, and the height of the lip, m.
    pub(super) over: [f32; 2],
    /// The jug's share at the last record, and the smoothed flow out of it, 1/s.
    pub(super) last: Option<(f32, f32)>,
    pub(super) pours: bool,
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let state =
            |name: &str| view.mechanism_state(view.mechanism_index(name).expect("the family makes it"));
        let lip = view.body_named("jug").position_m;
        let (tilt, jug, cup, spilled) = (state("hand"), state("jug"), state("cup"), state("floor"));
        let off = [self.over[0] - LEAD_M - lip.x, self.over[1] - lip.z];
        action[0] = 3.0 * off[0];
        action[1] = 3.0 * off[1];
        let flow = match self.last {
            None => 0.0,
            Some((before, flow)) => flow + 0.3 * ((before - jug) / view.record_secs() - flow),
        };
        self.last = Some((jug, flow));
        // What has left the jug will be in the cup.
        let under_way = (1.0 - jug - cup - spilled).max(0.0);
        let missing = self.goal.share - cup - under_way;
        if off.iter().any(|part| part.abs() > 0.02) && !self.pours {
            action[2] = 0.0;
            return;
        }
        // What still leaves the jug while it turns back.
        let late = 0.012 + 0.12 * flow;
        if self.pours {
            self.pours = missing > late;
        } else {
            // Once more, where too little came.
            self.pours = missing > 0.035 || (missing > late && tilt > 0.1 && flow > 0.02);
        }
        action[2] = if self.pours {
            let wanted = (FLOW_PER_SHARE * missing).clamp(FLOW_PER_S[0], FLOW_PER_S[1]);
            // Fast, as long as nothing can flow yet.
            let most = if tilt < FREE_TILT_RAD { 1.0 } else { 0.45 };
            ((TILT_PER_FLOW + f32::from(u8::from(tilt < FREE_TILT_RAD)) * 10.0) * (wanted - flow))
                .clamp(-0.6, most)
        } else {
            (-4.0 * tilt).clamp(-1.5, 0.0)
        };
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
