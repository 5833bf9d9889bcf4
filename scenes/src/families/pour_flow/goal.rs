//! What is asked for, and when it is reached.

use crate::drawn;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;

/// How far from the target the cup's content may be, as a share of the target.
const TOLERANCE: f32 = 0.05;
/// Shares of the liquid that may lie on the floor, and be in other cups: none, but for drops that the particles are large for.
const SPILL: f32 = 0.02;
const ELSEWHERE: f32 = 0.03;
/// For so long nothing leaves the jug and next to nothing comes to the cup, s.
const QUIET_SECS: f32 = 0.5;
/// What nothing is, as a share of the liquid (a few particles), and next to nothing, as a share of the target: so little
/// that a cup which still fills, however slowly, is not full.
const STILL: f32 = 0.004;
const TRICKLE: f32 = 0.02;

/// From how much in cups on it can be told what is lost on the way, and how much is taken for kept at the least.
const CAME: f32 = 0.1;
const LEAST_KEPT: f32 = 0.5;

/// Gauges of the cups that are not to be filled.
pub(super) const OTHERS: [&str; 3] = ["other_0", "other_1", "other_2"];

/// What is asked for. It remembers since when all is quiet: else a cup that is overfilled slowly would do for as long as it passes
/// the mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goal {
    /// Share of the liquid that is to be in the cup.
    pub(super) share: f32,
    /// Whether a hole leads to the other cup: what is lost there is nobody's fault.
    loses: bool,
    /// Shares in the jug and in the cup when it became quiet, and how long that is ago, s.
    quiet: ([f32; 2], f32),
}

/// Where the liquid is, as shares of all of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Levels {
    pub(super) jug: f32,
    pub(super) cup: f32,
    /// In cups that are not to be filled.
    pub(super) elsewhere: f32,
    /// On the floor.
    pub(super) spilled: f32,
}

impl Levels {
    pub(super) fn of(view: &StepView<'_>) -> Levels {
        let state =
            |name: &str| view.mechanism_state(view.mechanism_index(name).expect("the family makes it"));
        Levels {
            jug: state("jug"),
            cup: state("cup"),
            elsewhere: OTHERS.map(state).iter().sum(),
            spilled: state("floor"),
        }
    }

    /// Which share of what has come to cups is in the one that is to be filled; 1 until that can be told.
    pub(super) fn kept(&self) -> f32 {
        let came = self.cup + self.elsewhere;
        if came > CAME {
            (self.cup / came).max(LEAST_KEPT)
        } else {
            1.0
        }
    }

    /// What falls, or is in a gutter.
    pub(super) fn under_way(&self) -> f32 {
        (1.0 - self.jug - self.cup - self.elsewhere - self.spilled).max(0.0)
    }
}

pub(super) fn goal(plan: &WorldPlan) -> Goal {
    Goal {
        share: drawn::real(plan, "target_share"),
        loses: drawn::word(plan, "way") == "hole",
        quiet: ([1.0, 0.0], 0.0),
    }
}

impl Task for Goal {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let levels = Levels::of(view);
        let ([jug, cup], secs) = self.quiet;
        let is_quiet = (levels.jug - jug).abs() <= STILL && (levels.cup - cup).abs() <= TRICKLE * self.share;
        self.quiet = if is_quiet {
            ([jug, cup], secs + view.record_secs())
        } else {
            ([levels.jug, levels.cup], 0.0)
        };
        let off = (levels.cup - self.share).abs();
        let elsewhere = if self.loses { 0.0 } else { levels.elsewhere };
        Outcome {
            reward: -off - levels.spilled - elsewhere,
            success: off <= TOLERANCE * self.share
                && levels.spilled <= SPILL
                && elsewhere <= ELSEWHERE
                && self.quiet.1 >= QUIET_SECS,
            terminated: false,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
