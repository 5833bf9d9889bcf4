//! An expert that has one thing wrong: episodes that nearly succeed.

use super::{Policy, Tried};
use crate::view::StepView;
use terrella_spec::seed::Rng;

/// Shortest and longest delay of one who is late, s.
const DELAY_SECS: [f64; 2] = [0.2, 0.8];
/// Latest start of what goes wrong, s; in half of the episodes it is so from the first command on.
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

/// The expert with one thing wrong to the end of the episode, from its first command or a later moment in its first two
/// seconds on: a channel that acts the other way or is stuck, commands that come late, are too small or too large. What it
/// knows of the world stays right, so it fails where a beginner would: nearby. A channel that the expert leaves alone is
/// never the one.
pub struct FailureSeeking {
    expert: Box<dyn Policy>,
    /// The step from which on something may be wrong.
    earliest: Option<usize>,
    /// What is wrong, and the step from which on it is so.
    wrong: Option<(Wrong, usize)>,
    /// All that the expert wanted, with rest before it.
    wanted: Vec<Vec<f32>>,
}

impl FailureSeeking {
    /// Gives `expert` something wrong.
    pub fn new(expert: Box<dyn Policy>) -> Self {
        FailureSeeking {
            expert,
            earliest: None,
            wrong: None,
            wanted: Vec::new(),
        }
    }

    /// The channels in which the expert has ever wanted something else than rest.
    fn used(&self) -> Vec<usize> {
        let rest = &self.wanted[0];
        let used = |index: &usize| self.wanted.iter().any(|wanted| wanted[*index] != rest[*index]);
        (0..rest.len()).filter(used).collect()
    }
}

fn draw(view: &StepView<'_>, rng: &mut Rng, used: &[usize]) -> Wrong {
    let hz = f64::from(view.world().control_hz);
    match rng.below(5) {
        0 => Wrong::Mirrored(used[rng.below(used.len())]),
        1 => Wrong::Stuck(used[rng.below(used.len())]),
        2 => Wrong::Late(((rng.uniform(DELAY_SECS[0], DELAY_SECS[1]) * hz) as usize).max(1)),
        3 => Wrong::Scaled(rng.uniform_f32(0.2, 0.6)),
        _ => Wrong::Scaled(rng.uniform_f32(1.5, 3.0)),
    }
}

fn draw_earliest(view: &StepView<'_>, rng: &mut Rng) -> usize {
    let hz = f64::from(view.world().control_hz);
    let later = rng.chance(0.5);
    let secs = rng.uniform(0.0, LATEST_SECS);
    if later { (secs * hz) as usize } else { 0 }
}

impl Policy for FailureSeeking {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let channels = &view.action_space().channels;
        if self.wanted.is_empty() {
            let rest = channels
                .iter()
                .map(|channel| 0f32.clamp(channel.low, channel.high));
            self.wanted.push(rest.collect());
        }
        self.expert.act(view, rng, action);
        self.wanted.push(action.to_vec());
        let now = self.wanted.len() - 1;
        let earliest = *self.earliest.get_or_insert_with(|| draw_earliest(view, rng));
        if self.wrong.is_none() && now > earliest {
            let used = self.used();
            if !used.is_empty() {
                self.wrong = Some((draw(view, rng, &used), now));
            }
        }
        let Some((wrong, from)) = self.wrong else {
            return;
        };
        match wrong {
            Wrong::Mirrored(index) => {
                action[index] = channels[index].low + channels[index].high - action[index];
            }
            // At the value before the command that is the first to be lost.
            Wrong::Stuck(index) => action[index] = self.wanted[from - 1][index],
            Wrong::Late(steps) => action.copy_from_slice(&self.wanted[now.saturating_sub(steps)]),
            Wrong::Scaled(factor) => {
                for (value, channel) in action.iter_mut().zip(channels) {
                    let middle = 0.5 * (channel.low + channel.high);
                    *value = middle + factor * (*value - middle);
                }
            }
        }
    }

    fn tried(&self) -> &[Tried] {
        self.expert.tried()
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(FailureSeeking {
            expert: self.expert.boxed_clone(),
            earliest: self.earliest,
            wrong: self.wrong,
            wanted: self.wanted.clone(),
        })
    }
}
