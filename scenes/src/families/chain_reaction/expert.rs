//! The expert of `chain_reaction`: it tries placements, or pulls, on copies of the world and takes the first that works; or, who is
//! to fail, the first that does not. What it tried is kept.

use super::start::Start;
use super::{HIGH_M, LOW_M, touches};
use terrella_sim::policies::{Policy, Tried};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;

/// How many placements or pulls are tried at most.
const TRIALS: usize = 30;
/// How long a trial lasts at most, in records.
const AHEAD: u32 = 150;
/// When a trial is looked at for whether anything still moves, in records.
const LOOK_AFTER: u32 = 30;
/// So many records in touch are taken for success.
const ENOUGH: u32 = 12;
/// A world in which nothing is faster has come to rest, m/s.
const REST_MPS: f32 = 0.01;

/// Between which pulls are tried where they are to work: no ball comes over a hump with less, and no button is further away.
const PULLS: [f32; 2] = [0.4, 0.86];

#[derive(Clone, Debug)]
pub(super) struct Expert {
    start: Start,
    /// Where the chain starts, m.
    start_x_m: f32,
    /// Whether it plays what works or what fails.
    succeeds: bool,
    /// All that it has tried, in order.
    tried: Vec<Tried>,
}

impl Expert {
    pub fn new(plan: &WorldPlan) -> Self {
        Expert {
            start: Start::of(plan),
            start_x_m: plan.world.bodies["start"].position_m[0],
            succeeds: true,
            tried: Vec::new(),
        }
    }

    /// One that plays what it would have tried and dropped.
    pub fn failing(plan: &WorldPlan) -> Self {
        Expert {
            succeeds: false,
            ..Expert::new(plan)
        }
    }

    /// A pull worth trying, or a placement.
    fn guess(&self, trial: usize, rng: &mut Rng) -> [f32; 5] {
        if self.start == Start::Lever {
            let [least, most] = if self.succeeds { PULLS } else { [0.0, 1.0] };
            return [0.0, LOW_M[2], 0.0, 0.0, rng.uniform_f32(least, most)];
        }
        let pick = rng.uniform_f32(0.0, 1.0);
        // Every other one close to the first element: where there is no slide, it must be struck itself.
        let (low, high) = if trial.is_multiple_of(2) {
            (-0.14, 0.02)
        } else {
            (-0.05, 0.05)
        };
        // Where all near it works, who is to fail looks further away.
        let wide = if self.succeeds {
            1.0
        } else {
            1.0 + 0.2 * trial as f32
        };
        let x = self.start_x_m + wide * rng.uniform_f32(low, high);
        let z = rng.uniform_f32(LOW_M[2], HIGH_M[2]);
        [x.clamp(LOW_M[0], HIGH_M[0]), z, pick, 1.0, 0.0]
    }

    /// Takes an action again and again on a copy of the world: true when the green ball comes to stay at the blue tray.
    fn works(view: &StepView<'_>, action: &[f32; 5]) -> bool {
        let mut lane = view.fork();
        let mut held = 0;
        for step in 0..AHEAD {
            if lane.step(action).is_err() {
                return false;
            }
            let view = lane.view();
            held = if touches(&view) { held + 1 } else { 0 };
            if held >= ENOUGH {
                return true;
            }
            let rests = || {
                view.body_rows()
                    .iter()
                    .all(|row| row[7..10].iter().all(|part| part.abs() < REST_MPS))
            };
            if step >= LOOK_AFTER && step.is_multiple_of(5) && held == 0 && rests() {
                return false;
            }
        }
        false
    }

    /// Tries until one does what it is to do, or as often as it may.
    fn search(&mut self, view: &StepView<'_>, rng: &mut Rng) {
        for trial in 0..TRIALS {
            let action = self.guess(trial, rng);
            let success = Self::works(view, &action);
            self.tried.push(Tried {
                action: action.to_vec(),
                success,
            });
            if success == self.succeeds {
                break;
            }
        }
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        // One search at the start, then nothing but its result.
        if self.tried.is_empty() {
            self.search(view, rng);
        }
        let last = self.tried.last().expect("just searched");
        action.copy_from_slice(&last.action);
    }

    fn tried(&self) -> &[Tried] {
        &self.tried
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
