//! Play: one puck after another in reach is poked or shoved, in its middle or beside it, so hard and so far as chance has it.

use super::board::{LEAVES_X_M, PUCK_RADIUS_M, puck_name};
use super::ram::{HEAD_M, HEAD_X_M, MAX_FORCE_N, MAX_SPEED_MPS, REACH_X_M, REACH_Y_M};
use crate::play::Subgoals;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Slowest and fastest push, m/s, shortest and longest one, m, and the least force, as a share of the largest.
const SPEEDS_MPS: [f32; 2] = [0.2, 2.5];
const WAYS_M: [f32; 2] = [0.03, 0.5];
const WEAKEST: f32 = 0.3;
/// How far beside a puck's middle it pushes, m.
const BESIDE_M: f32 = 0.05;
/// It stands behind a puck within this, m, along its way and aside.
const BEHIND_M: f32 = 0.04;
const ASIDE_M: f32 = 0.01;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Align,
    /// From where the head began, x in m.
    Push(f32),
    Back,
    Done,
}

/// Pushes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pushes {
    /// The puck; none is in reach otherwise, and the head moves to this y, m.
    puck: Option<usize>,
    beside_m: f32,
    speed_mps: f32,
    way_m: f32,
    force_n: f32,
    stage: Stage,
}

impl Pushes {
    pub(super) fn new() -> Self {
        Pushes {
            puck: None,
            beside_m: 0.0,
            speed_mps: 0.0,
            way_m: 0.0,
            force_n: MAX_FORCE_N,
            stage: Stage::Done,
        }
    }
}

impl Subgoals for Pushes {
    const PATIENCE_SECS: f32 = 4.0;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        let pucks = (0..).map_while(|index| view.body_index(&puck_name(index)));
        let near = pucks.filter(|puck| {
            let at = view.body(*puck).position_m;
            (HEAD_X_M..LEAVES_X_M).contains(&at.x) && at.y.abs() < REACH_Y_M
        });
        let near: Vec<usize> = near.collect();
        let (lane, beside) = (
            rng.uniform_f32(-REACH_Y_M, REACH_Y_M),
            rng.uniform_f32(-BESIDE_M, BESIDE_M),
        );
        self.puck = (!near.is_empty()).then(|| near[rng.below(near.len())]);
        *self = Pushes {
            puck: self.puck,
            beside_m: if self.puck.is_some() { beside } else { lane },
            speed_mps: rng.uniform_f32(SPEEDS_MPS[0], SPEEDS_MPS[1]),
            way_m: rng.uniform_f32(WAYS_M[0], WAYS_M[1]),
            force_n: rng.uniform_f32(WEAKEST, 1.0) * MAX_FORCE_N,
            stage: Stage::Align,
        };
        true
    }

    fn is_reached(&mut self, _: &StepView<'_>) -> bool {
        self.stage == Stage::Done
    }

    fn pursue(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let head = view.body_named("head").position_m;
        let to_x = |x: f32| (2.5 * (x - head.x)).clamp(-1.0, 1.0);
        let place = self.puck.map(|puck| view.body(puck).position_m);
        let lane = place.map_or(0.0, |place| place.y) + self.beside_m;
        let behind = place.map_or(HEAD_X_M, |place| {
            place.x - PUCK_RADIUS_M - HEAD_M[0] - 0.5 * BEHIND_M
        });
        let aside = lane.clamp(-REACH_Y_M, REACH_Y_M) - head.y;
        let [vx, vy] = match self.stage {
            Stage::Align => {
                let is_behind = head.x > behind - BEHIND_M;
                if aside.abs() < ASIDE_M && is_behind {
                    self.stage = Stage::Push(head.x);
                }
                // Aside while it is back.
                let x = if aside.abs() < 3.0 * ASIDE_M {
                    behind
                } else {
                    behind.min(HEAD_X_M)
                };
                [to_x(x), (2.5 * aside).clamp(-1.0, 1.0)]
            }
            Stage::Push(from) => {
                if head.x > from + self.way_m || head.x > HEAD_X_M + REACH_X_M - 0.01 {
                    self.stage = Stage::Back;
                }
                [self.speed_mps.min(MAX_SPEED_MPS), 0.0]
            }
            Stage::Back | Stage::Done => {
                if head.x < HEAD_X_M + 0.03 {
                    self.stage = Stage::Done;
                }
                [to_x(HEAD_X_M), 0.0]
            }
        };
        action.copy_from_slice(&[vx, vy, self.force_n]);
    }
}
