//! Pokes the puck, sees how it slides, and reckons from that how fast it must leave.

use super::{AWAY_M, HEAD_M, HEAD_X_M, MAX_FORCE_N, MAX_SPEED_MPS, PUCK_RADIUS_M, REACH_X_M, REST_MPS};
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Speed of the poke, m/s.
const POKE_MPS: f32 = 0.35;
/// How far the puck is poked, m.
const POKE_M: f32 = 0.03;
/// Where the head waits, x in m.
const BACK_X_M: f32 = HEAD_X_M;
/// Where the middle of the puck is when the head is at its end, x in m: there the puck leaves it.
const LEAVES_X_M: f32 = HEAD_X_M + REACH_X_M + HEAD_M[0] + PUCK_RADIUS_M;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Stage {
    /// Stands behind the puck.
    #[default]
    Align,
    /// Pushes it a little.
    Poke { from_m: f32 },
    /// Has let go, and sees how far it slides.
    Watch {
        released: bool,
        from_m: f32,
        speed_mps: f32,
    },
    /// Stands behind it again.
    AlignAgain { mu_g: f32 },
    /// Pushes it so that it leaves as fast as it must.
    Shove { speed_mps: f32 },
    /// Nothing more can be done.
    Done,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Expert(Stage);

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let head = view.body_named("head").position_m;
        let puck = view.body_named("marked");
        let (place, speed) = (puck.position_m, puck.linear_velocity_mps.truncate().length());
        let aside = place.y - head.y;
        let follow = (6.0 * aside).clamp(-1.0, 1.0);
        let to_x = |x: f32| (6.0 * (x - head.x)).clamp(-1.0, 1.0);
        let gap = place.x - PUCK_RADIUS_M - HEAD_M[0] - head.x;
        let [vx, vy] = match self.0 {
            Stage::Align => {
                if aside.abs() < 0.003 && head.x < BACK_X_M + 0.03 {
                    self.0 = Stage::Poke { from_m: place.x };
                }
                [to_x(BACK_X_M), follow]
            }
            Stage::Poke { from_m } => {
                if place.x - from_m > POKE_M {
                    self.0 = Stage::Watch {
                        released: false,
                        from_m: place.x,
                        speed_mps: speed,
                    };
                    [-0.5, 0.0]
                } else if gap > 0.02 {
                    [0.6 * POKE_MPS + 2.0 * gap.min(0.1), follow]
                } else {
                    [POKE_MPS, 0.0]
                }
            }
            Stage::Watch {
                released,
                from_m,
                speed_mps,
            } => {
                if !released {
                    // The first record without the head behind it.
                    self.0 = Stage::Watch {
                        released: true,
                        from_m: place.x,
                        speed_mps: speed,
                    };
                } else if speed < REST_MPS {
                    let slid = (place.x - from_m).max(1e-4);
                    self.0 = Stage::AlignAgain {
                        mu_g: speed_mps * speed_mps / (2.0 * slid),
                    };
                }
                [to_x(BACK_X_M), 0.0]
            }
            Stage::AlignAgain { mu_g } => {
                let ready = aside.abs() < 0.002 && gap > 0.05;
                if ready {
                    let way = (view.body_named("mark").position_m.x - LEAVES_X_M).max(0.0);
                    self.0 = Stage::Shove {
                        speed_mps: (2.0 * mu_g * way).sqrt(),
                    };
                }
                [to_x(BACK_X_M), follow]
            }
            Stage::Shove { speed_mps } => {
                if place.x > AWAY_M {
                    self.0 = Stage::Done;
                }
                // Touches it gently first: a blow would send it ahead of the head.
                if gap > 0.004 {
                    [(4.0 * gap).clamp(0.05, 0.5), follow]
                } else {
                    [speed_mps, 0.0]
                }
            }
            Stage::Done => [to_x(BACK_X_M), 0.0],
        };
        let limit = |v: f32| v.clamp(-MAX_SPEED_MPS, MAX_SPEED_MPS);
        action.copy_from_slice(&[limit(vx), limit(vy), MAX_FORCE_N]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(*self)
    }
}
