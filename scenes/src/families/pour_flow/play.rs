//! Play: the jug pours up to one random level after another, or is set back and held somewhere, upright.

use super::expert::Expert;
use super::goal::Levels;
use super::gutter::{GATES, slide};
use crate::play::Subgoals;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::world::Mechanism;

/// Share of the subgoals that are a level while something is left in the jug: so much more than in the cup, as a share of all liquid.
const POURS: f64 = 0.6;
const MORE: [f32; 2] = [0.05, 0.3];
/// With less in it the jug is empty, as a share of all liquid.
const EMPTY: f32 = 0.03;
/// A level is reached within this, as a share of all liquid, and a place within this, m; upright is this, rad.
const NEAR: f32 = 0.02;
const THERE_M: f32 = 0.03;
const UPRIGHT_RAD: f32 = 0.05;

/// Levels and places, and who pours.
#[derive(Clone, Debug)]
pub(super) struct Levelling {
    hand: Expert,
    /// Where the lip can be: x and z, m.
    low: [f32; 2],
    high: [f32; 2],
    /// The place that the jug is set back to, and which gates stand open then.
    place: Option<([f32; 2], [bool; 3])>,
    share: f32,
}

impl Levelling {
    pub(super) fn new(plan: &WorldPlan, hand: Expert) -> Self {
        let Mechanism::Tilter { low_m, high_m, .. } = plan.world.mechanisms["hand"] else {
            unreachable!("the hand is a tilter")
        };
        Levelling {
            hand,
            low: low_m,
            high: high_m,
            place: None,
            share: 0.0,
        }
    }
}

fn tilt_rad(view: &StepView<'_>) -> f32 {
    view.mechanism_state(view.mechanism_index("hand").expect("the family makes it"))
}

/// From the lip to a place, along x and z, m.
fn off(view: &StepView<'_>, [x, z]: [f32; 2]) -> [f32; 2] {
    let lip = view.body_named("jug").position_m;
    [x - lip.x, z - lip.z]
}

impl Subgoals for Levelling {
    const PATIENCE_SECS: f32 = 5.0;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        let levels = Levels::of(view);
        // It pours from where it stands upright: what is still tipped is set back first.
        let pours = rng.chance(POURS) && tilt_rad(view) < UPRIGHT_RAD && levels.jug > EMPTY;
        self.place = (!pours).then(|| {
            let [x, z] = [0, 1].map(|axis| rng.uniform_f32(self.low[axis], self.high[axis]));
            ([x, z], GATES.map(|_| rng.chance(0.5)))
        });
        if pours {
            self.share = levels.cup + levels.under_way() + rng.uniform_f32(MORE[0], MORE[1]);
            self.hand.ask(self.share);
        }
        true
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        if tilt_rad(view) > UPRIGHT_RAD {
            return false;
        }
        match self.place {
            Some((place, _)) => off(view, place).iter().all(|part| part.abs() < THERE_M),
            None => Levels::of(view).cup > self.share - NEAR,
        }
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let Some((place, open)) = self.place else {
            self.hand.act(view, rng, action);
            return;
        };
        let tilt = tilt_rad(view);
        let [x, z] = off(view, place);
        // Upright first: else it spills all the way.
        let goes = if tilt < UPRIGHT_RAD { 3.0 } else { 0.0 };
        action[..3].copy_from_slice(&[goes * x, goes * z, (-4.0 * tilt).clamp(-1.5, 0.0)]);
        for ((name, opens), action) in GATES.into_iter().zip(open).zip(&mut action[3..]) {
            *action = slide(view.body_named(name).position_m.y, opens);
        }
    }
}
