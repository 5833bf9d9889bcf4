//! An expert that has one thing wrong: episodes that nearly succeed.

use super::Policy;
use crate::view::StepView;
use terrella_spec::seed::Rng;

/// Shortest and longest delay of one who is late, s.
const DELAY_SECS: [f64; 2] = [0.2, 0.8];
/// Latest start of what goes wrong, s.
const LATEST_SECS: f64 = 2.0;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wrong {
    /// A channel of the action acts the other way.
    Mirrored(usize),
    /// A channel keeps the value it had.
    Stuck(usize),
    /// Every command is late by so many steps.
    Late(usize),
    /// Every command is this many times as far from the middle of its range.
    Scaled(f32),
}

/// The expert with one thing wrong for the whole episode, from a moment in its first two seconds on: a channel that acts
/// the other way or is stuck, commands that come late, are too small or too large. What it knows of the world stays right,
/// so it fails where a beginner would: nearby.
pub struct FailureSeeking {
    expert: Box<dyn Policy>,
    /// With the step from which on it is so.
    wrong: Option<(Wrong, usize)>,
    /// All that the expert wanted.
    wanted: Vec<Vec<f32>>,
}

impl FailureSeeking {
    /// Gives `expert` something wrong.
    pub fn new(expert: Box<dyn Policy>) -> Self {
        FailureSeeking {
            expert,
            wrong: None,
            wanted: Vec::new(),
        }
    }
}

fn draw(view: &StepView<'_>, rng: &mut Rng) -> (Wrong, usize) {
    let hz = f64::from(view.world().control_hz);
    let channels = view.action_space().len();
    let wrong = match rng.below(5) {
        0 => Wrong::Mirrored(rng.below(channels)),
        1 => Wrong::Stuck(rng.below(channels)),
        2 => Wrong::Late(((rng.uniform(DELAY_SECS[0], DELAY_SECS[1]) * hz) as usize).max(1)),
        3 => Wrong::Scaled(rng.uniform_f32(0.2, 0.6)),
        _ => Wrong::Scaled(rng.uniform_f32(1.5, 3.0)),
    };
    (wrong, (rng.uniform(0.0, LATEST_SECS) * hz) as usize)
}

impl Policy for FailureSeeking {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        self.expert.act(view, rng, action);
        if action.is_empty() {
            return;
        }
        let (wrong, from) = *self.wrong.get_or_insert_with(|| draw(view, rng));
        self.wanted.push(action.to_vec());
        let step = self.wanted.len() - 1;
        if step < from {
            return;
        }
        let channels = &view.action_space().channels;
        match wrong {
            Wrong::Mirrored(index) => {
                action[index] = channels[index].low + channels[index].high - action[index];
            }
            Wrong::Stuck(index) => action[index] = self.wanted[from][index],
            Wrong::Late(steps) => action.copy_from_slice(&self.wanted[step.saturating_sub(steps)]),
            Wrong::Scaled(factor) => {
                for (value, channel) in action.iter_mut().zip(channels) {
                    let middle = 0.5 * (channel.low + channel.high);
                    *value = middle + factor * (*value - middle);
                }
            }
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(FailureSeeking {
            expert: self.expert.boxed_clone(),
            wrong: self.wrong,
            wanted: self.wanted.clone(),
        })
    }
}
