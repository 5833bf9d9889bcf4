//! Who shoves: pokes the puck, feels how hard that was and sees how it slides, and reckons from that how to push it so that it leaves
//! as fast as it must; or does so at once, as if it were a mean puck.

use super::REST_MPS;
use super::board::{AWAY_M, LEAVES_X_M, PUCK_RADIUS_M};
use super::ram::{BACK_M, DELAY_SECS, FORCE_PER_MPS, HEAD_KG, HEAD_M, HEAD_X_M, MAX_FORCE_N, MAX_SPEED_MPS};
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Velocity that a poke begins with, m/s, and how fast the puck is to get.
const POKE_MPS: f32 = 0.4;
const POKED_MPS: f32 = 0.2;
/// How far the puck is poked before the head is told to go back, m.
const POKE_M: f32 = 0.015;
/// How fast the head comes near the puck, m/s.
const CREEP_MPS: f32 = 0.05;
/// A puck slower than this does not count as pushed along, m/s.
const MOVES_MPS: f32 = 0.05;
/// For so many records the head waits for what comes of a command.
const LATE_RECORDS: u32 = 4;
/// Step with which a shove is foreseen, s.
const FORESEEN_SECS: f32 = 0.002;

/// What is believed of the puck.
#[derive(Clone, Copy, Debug)]
struct Belief {
    mass_kg: f32,
    /// Friction times gravity, m/s^2.
    mu_g: f32,
}

/// About the mean of the training ranges.
const MEAN: Belief = Belief {
    mass_kg: 0.45,
    mu_g: 2.0,
};

/// What was felt while the head pushed the puck along.
#[derive(Clone, Copy, Debug, Default)]
struct Felt {
    /// Impulse of the ram that the head did not keep, N s.
    impulse_ns: f32,
    /// Speed that the puck gained, m/s, and time that took, s.
    gained_mps: f32,
    secs: f32,
    /// Speeds of head and puck at the last record.
    before: Option<[f32; 2]>,
}

impl Felt {
    /// Adds what happened since the last record, where the puck moved all the while.
    fn add(&mut self, force_n: f32, speeds: [f32; 2], secs: f32) {
        if let Some(before) = self.before
            && before[1] > MOVES_MPS
            && speeds[1] > MOVES_MPS
        {
            self.impulse_ns += force_n * secs - HEAD_KG * (speeds[0] - before[0]);
            self.gained_mps += speeds[1] - before[1];
            self.secs += secs;
        }
        self.before = Some(speeds);
    }

    /// The mass that goes with it, kg; the impulse went into speed and friction.
    fn mass_kg(&self, mu_g: f32) -> f32 {
        (self.impulse_ns / (self.gained_mps + mu_g * self.secs).max(1e-3)).clamp(0.05, 5.0)
    }
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// Stands behind the puck.
    Align,
    /// Pushes it a little.
    Poke {
        from_m: f32,
        command_mps: f32,
        /// Since the command was changed.
        records: u32,
    },
    /// Goes back, and sees how far the puck slides from where the head left it.
    Watch { left_at: Option<[f32; 2]> },
    /// Stands behind it again, until the bar is gone.
    AlignAgain(Belief),
    /// Comes near, gently.
    Touch { belief: Belief, records: u32 },
    /// Pushes it so that it leaves as fast as it must.
    Shove { command_mps: f32 },
    /// Nothing more can be done.
    Done,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Expert {
    stage: Stage,
    felt: Felt,
}

impl Expert {
    /// One who pokes first.
    pub(super) fn new() -> Self {
        Expert {
            stage: Stage::Align,
            felt: Felt::default(),
        }
    }

    /// One who takes the puck for a mean one.
    pub(super) fn hasty() -> Self {
        Expert {
            stage: Stage::AlignAgain(MEAN),
            felt: Felt::default(),
        }
    }
}

/// Speed at which a puck must leave to stop so far on, m/s.
fn leaving_mps(belief: &Belief, way_m: f32) -> f32 {
    (2.0 * belief.mu_g * way_m.max(0.0)).sqrt()
}

/// The velocity to command so that a puck that is at rest, so far from where it leaves the head, leaves as fast as it must.
fn command_mps(belief: &Belief, left_m: f32, wanted: f32) -> f32 {
    let (mut low, mut high) = (0.0, MAX_SPEED_MPS);
    for _ in 0..14 {
        let middle = 0.5 * (low + high);
        if foreseen_mps(belief, left_m, middle) < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// How fast it will leave.
fn foreseen_mps(belief: &Belief, left_m: f32, command: f32) -> f32 {
    let (mut speed, mut left) = (0.0f32, left_m);
    for _ in 0..1000 {
        let force = (FORCE_PER_MPS * (command - speed)).min(MAX_FORCE_N);
        let gain = (force - belief.mass_kg * belief.mu_g) / (belief.mass_kg + HEAD_KG);
        speed += gain * FORESEEN_SECS;
        left -= speed * FORESEEN_SECS;
        if left <= 0.0 || speed <= 0.0 {
            break;
        }
    }
    speed.max(0.0)
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let (head, puck) = (view.body_named("head"), view.body_named("marked"));
        let (at, place) = (head.position_m, puck.position_m);
        let speed = puck.linear_velocity_mps.truncate().length();
        let rests = puck.linear_velocity_mps.length() < REST_MPS;
        let aside = place.y - at.y;
        // Slow enough for commands that come late.
        let follow = (2.5 * aside).clamp(-1.0, 1.0);
        let to_x = |x: f32| (2.5 * (x - at.x)).clamp(-1.0, 1.0);
        let gap = place.x - PUCK_RADIUS_M - HEAD_M[0] - at.x;
        let bar = view.mechanism_index("bar").expect("the family makes it");
        // What lies on a tilted board is not pushed.
        let board = view.mechanism_index("board");
        let is_flat = board.is_none_or(|board| view.mechanism_state(board) >= 1.0);
        let feel = |felt: &mut Felt| {
            let found = (view.readings().iter()).position(|reading| reading.name == "ram.fx");
            let force = view.telemetry()[found.expect("the ram reports it")];
            let speeds = [head.linear_velocity_mps.x, puck.linear_velocity_mps.x];
            felt.add(force, speeds, view.record_secs());
        };
        // While pucks change places the head keeps out of their way.
        let swap = view.mechanism_index("swap");
        let is_swapped = swap.is_none_or(|swap| view.mechanism_state(swap) >= 1.0);
        let still = head.linear_velocity_mps.length() < 0.02;
        let [vx, vy] = match self.stage {
            Stage::Align | Stage::AlignAgain(_) if !is_swapped => {
                let lane = view.body_named("mark").position_m.y;
                [to_x(HEAD_X_M - BACK_M), (2.5 * (lane - at.y)).clamp(-1.0, 1.0)]
            }
            Stage::Align => {
                if rests && still && is_flat && aside.abs() < 0.003 && gap > 0.02 {
                    self.stage = Stage::Poke {
                        from_m: place.x,
                        command_mps: POKE_MPS,
                        records: 0,
                    };
                }
                [
                    to_x(HEAD_X_M.max(place.x - PUCK_RADIUS_M - HEAD_M[0] - 0.04)),
                    follow,
                ]
            }
            Stage::Poke {
                from_m,
                command_mps,
                records,
            } => {
                feel(&mut self.felt);
                if place.x - from_m > POKE_M {
                    self.stage = Stage::Watch { left_at: None };
                    [-0.5, 0.0]
                } else {
                    // Harder, until it moves.
                    let harder = speed < POKED_MPS && gap < 0.004 && records >= LATE_RECORDS;
                    let command_mps = command_mps + if harder { 0.2 } else { 0.0 };
                    self.stage = Stage::Poke {
                        from_m,
                        command_mps,
                        records: if harder { 0 } else { records + 1 },
                    };
                    [command_mps, 0.0]
                }
            }
            Stage::Watch { left_at: None } => {
                feel(&mut self.felt);
                // The first record without the head behind it.
                if gap > 0.004 {
                    self.stage = Stage::Watch {
                        left_at: Some([place.x, speed]),
                    };
                }
                [-0.5, 0.0]
            }
            Stage::Watch {
                left_at: Some([from_m, speed_mps]),
            } => {
                if speed < REST_MPS {
                    let slid = (place.x - from_m).max(1e-4);
                    let mu_g = (speed_mps * speed_mps / (2.0 * slid)).clamp(0.2, 10.0);
                    self.stage = Stage::AlignAgain(Belief {
                        mass_kg: self.felt.mass_kg(mu_g),
                        mu_g,
                    });
                }
                [to_x(HEAD_X_M), 0.0]
            }
            Stage::AlignAgain(belief) => {
                let is_open = view.mechanism_state(bar) >= 1.0;
                if rests && still && is_open && is_flat && aside.abs() < 0.002 && gap > 0.015 {
                    self.stage = Stage::Touch { belief, records: 0 };
                }
                [
                    to_x((place.x - PUCK_RADIUS_M - HEAD_M[0] - 0.03).max(HEAD_X_M)),
                    follow,
                ]
            }
            // A blow would send it ahead of the head.
            Stage::Touch { belief, records } => {
                // Where the head is when the next command reaches it.
                let touches = gap < 0.004 + CREEP_MPS * DELAY_SECS;
                self.stage = if touches || records > 40 {
                    let way = view.body_named("mark").position_m.x - LEAVES_X_M;
                    let wanted = leaving_mps(&belief, way);
                    Stage::Shove {
                        command_mps: command_mps(&belief, LEAVES_X_M - place.x, wanted),
                    }
                } else {
                    Stage::Touch {
                        belief,
                        records: records + 1,
                    }
                };
                [CREEP_MPS, 0.0]
            }
            Stage::Shove { command_mps } => {
                if place.x > AWAY_M {
                    self.stage = Stage::Done;
                }
                [command_mps, 0.0]
            }
            Stage::Done => [to_x(HEAD_X_M), 0.0],
        };
        let limit = |v: f32| v.clamp(-MAX_SPEED_MPS, MAX_SPEED_MPS);
        action.copy_from_slice(&[limit(vx), limit(vy), MAX_FORCE_N]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(*self)
    }
}
