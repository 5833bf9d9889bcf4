//! A person at the controls: the cell runs as its controller says until a drive stalls; then the person does something about it,
//! after a moment, and not always the right thing.

use super::belts::{BELTS, MAX_SPEED_MPS};
use super::cell::{ASIDE_RAD, STROKE_M};
use super::plc::{Plc, stalls};
use super::turntable::TURNTABLE;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Shortest and longest time until the person answers a stall, s.
const ANSWERS_SECS: [f32; 2] = [0.2, 3.0];
/// Share of persons who stop the line for a while though nothing is wrong, when at the latest, and for how long at most, s.
const NERVOUS: f64 = 0.3;
const NERVOUS_UNTIL_SECS: f32 = 8.0;
const PAUSE_SECS: f32 = 3.0;
/// Who tries again and again presses and releases the stop in turns of this, s.
const TRY_SECS: f32 = 1.5;

/// What a person does when a drive stalls.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    /// Right: presses the stop.
    Stop,
    /// Right where only a belt is weak or rubs: lets all belts run at half of their speeds.
    Slower,
    /// Wrong: does nothing.
    Wait,
    /// Wrong: sets all belts to their largest speed.
    Faster,
    /// Wrong: stops and starts by turns.
    Retry,
    /// Wrong: pushes and diverts whatever comes.
    Clear,
}

/// The person.
#[derive(Clone, Debug)]
pub(super) struct Operator {
    plc: Plc,
    /// What this person is like: the answer to a stall, how long that takes, s, and when the line is stopped for nothing, s.
    habits: Option<(Answer, f32, [f32; 2])>,
    /// When the first stall was seen, s.
    stalled_at: Option<f32>,
}

impl Operator {
    pub(super) fn new(plc: Plc) -> Operator {
        Operator {
            plc,
            habits: None,
            stalled_at: None,
        }
    }
}

fn habits(rng: &mut Rng) -> (Answer, f32, [f32; 2]) {
    let answers = [
        Answer::Stop,
        Answer::Slower,
        Answer::Wait,
        Answer::Faster,
        Answer::Retry,
        Answer::Clear,
    ];
    let answer = answers[rng.below(answers.len())];
    let after = rng.uniform_f32(ANSWERS_SECS[0], ANSWERS_SECS[1]);
    let nervous = rng.chance(NERVOUS);
    let from = rng.uniform_f32(0.5, NERVOUS_UNTIL_SECS);
    let to = from + rng.uniform_f32(0.3, PAUSE_SECS);
    (answer, after, if nervous { [from, to] } else { [0.0; 2] })
}

impl Policy for Operator {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let (answer, after, [from, to]) = *self.habits.get_or_insert_with(|| habits(rng));
        self.plc.act(view, rng, action);
        let now = view.time_secs();
        let channel = |name: &str| view.action_space().index(name).expect("the cell has this input");
        let stop = channel("stop.pressed");
        // The controller's own stop is not heard: the person decides.
        action[stop] = f32::from((from..to).contains(&now));
        if self.stalled_at.is_none() && stalls(view) {
            self.stalled_at = Some(now);
        }
        let Some(since) = self
            .stalled_at
            .map(|at| now - at - after)
            .filter(|since| *since >= 0.0)
        else {
            return;
        };
        match answer {
            Answer::Stop => action[stop] = 1.0,
            Answer::Slower => {
                for name in BELTS.into_iter().chain([TURNTABLE]) {
                    action[channel(&format!("{name}.speed"))] *= 0.5;
                }
            }
            Answer::Wait => {}
            Answer::Faster => self.plc.set_belts(view, MAX_SPEED_MPS, action),
            Answer::Retry => action[stop] = f32::from(((since / TRY_SECS) as u32).is_multiple_of(2)),
            Answer::Clear => {
                let out = ((since / TRY_SECS) as u32).is_multiple_of(2);
                action[channel("pusher.position")] = if out { STROKE_M } else { 0.0 };
                action[channel("diverter.position")] = if out { ASIDE_RAD } else { 0.0 };
            }
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
