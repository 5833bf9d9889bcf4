//! Others who run the machine: in duty cycles, or too hard. They look at nothing that it reports.

use super::{MAX_LOAD_NM, MAX_SPEED_RADPS, Target};
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Shortest and longest time at work and at rest, s.
const WORK_SECS: [f32; 2] = [1.0, 4.0];
const REST_SECS: [f32; 2] = [0.4, 2.5];
/// Smallest and largest load at work, as shares of the one asked for.
const DUTY: [f32; 2] = [0.5, 1.2];
/// Who works too hard keeps at it for so long before the next jump, s, with such shares of the speed and load asked for.
const HARD_SECS: [f32; 2] = [0.4, 2.0];
const HARD_SPEED: [f32; 2] = [0.9, 1.5];
const HARD_LOAD: [f32; 2] = [1.0, 2.2];

/// A command that is held for a while.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    speed: f32,
    load: f32,
    left_secs: f32,
}

impl Held {
    /// Writes the command for this record.
    fn give(&mut self, view: &StepView<'_>, action: &mut [f32]) {
        self.left_secs -= view.record_secs();
        action.copy_from_slice(&[self.speed, self.load]);
    }

    fn is_over(&self) -> bool {
        self.left_secs <= 0.0
    }
}

fn between(rng: &mut Rng, [low, high]: [f32; 2]) -> f32 {
    rng.uniform_f32(low, high)
}

/// Works and rests by turns.
#[derive(Clone, Debug)]
pub(super) struct DutyCycles {
    target: Target,
    held: Held,
    works: bool,
}

impl DutyCycles {
    pub(super) fn new(target: Target) -> DutyCycles {
        DutyCycles {
            target,
            held: Held::default(),
            works: false,
        }
    }
}

impl Policy for DutyCycles {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        if self.held.is_over() {
            self.works = !self.works;
            self.held = if self.works {
                Held {
                    speed: self.target.speed,
                    load: (self.target.load * between(rng, DUTY)).min(MAX_LOAD_NM),
                    left_secs: between(rng, WORK_SECS),
                }
            } else {
                // Half of the rests are idle running.
                Held {
                    speed: if rng.chance(0.5) { self.target.speed } else { 0.0 },
                    load: 0.0,
                    left_secs: between(rng, REST_SECS),
                }
            };
        }
        self.held.give(view, action);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

/// Asks for more than the task, in jumps.
#[derive(Clone, Debug)]
pub(super) struct Aggressive {
    target: Target,
    held: Held,
}

impl Aggressive {
    pub(super) fn new(target: Target) -> Aggressive {
        Aggressive {
            target,
            held: Held::default(),
        }
    }
}

impl Policy for Aggressive {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        if self.held.is_over() {
            self.held = Held {
                speed: (self.target.speed * between(rng, HARD_SPEED)).min(MAX_SPEED_RADPS),
                load: (self.target.load * between(rng, HARD_LOAD)).min(MAX_LOAD_NM),
                left_secs: between(rng, HARD_SECS),
            };
        }
        self.held.give(view, action);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
