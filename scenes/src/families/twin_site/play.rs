//! Play: robots with an order drive to random places, all at once, take their loads and carry them about, and somebody calls the elevator.

use super::expert::{Dispatcher, flat};
use super::lift_state;
use crate::play::Subgoals;
use terrella_sim::glam::Vec2;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// How probable it is that a robot without its load takes it, that one with it brings it to its place, and that the elevator is called.
const TAKES: f64 = 0.4;
const BRINGS: f64 = 0.3;
const CALLS: f64 = 0.4;
/// It is there within this, m.
const THERE_M: f32 = 0.15;

/// What a robot is about.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Errand {
    Stay,
    Take,
    Drive(Vec2),
}

/// Errands of all robots, and who drives them.
#[derive(Clone, Debug)]
pub(super) struct Errands {
    dispatcher: Dispatcher,
    errands: Vec<Errand>,
    calls: bool,
}

impl Errands {
    pub(super) fn new(dispatcher: Dispatcher) -> Self {
        Errands {
            errands: vec![Errand::Stay; dispatcher.orders()],
            dispatcher,
            calls: false,
        }
    }
}

fn carries(view: &StepView<'_>, index: usize) -> bool {
    lift_state(view, index) == 0.5
}

impl Subgoals for Errands {
    const PATIENCE_SECS: f32 = 12.0;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        for index in 0..self.errands.len() {
            let (carries, delivered) = (carries(view, index), lift_state(view, index) >= 1.0);
            // Who is under its load goes on with that.
            if self.errands[index] == Errand::Take && self.dispatcher.is_under(index) && !carries {
                continue;
            }
            self.errands[index] = if !carries && !delivered && rng.chance(TAKES) {
                self.dispatcher.take(index);
                Errand::Take
            } else if carries && rng.chance(BRINGS) {
                Errand::Drive(flat(view, "place", index))
            } else {
                let place = self.dispatcher.any_place(view, index, carries, rng);
                place.map_or(Errand::Stay, Errand::Drive)
            };
        }
        self.calls = rng.chance(CALLS);
        true
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        self.errands
            .iter()
            .enumerate()
            .all(|(index, errand)| match errand {
                Errand::Stay => true,
                Errand::Take => carries(view, index),
                Errand::Drive(place) => flat(view, "amr", index).distance(*place) < THERE_M,
            })
    }

    fn pursue(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        action.fill(0.0);
        for (index, errand) in self.errands.iter().enumerate() {
            let dt_secs = view.record_secs();
            let told = match errand {
                Errand::Take if !carries(view, index) => self.dispatcher.drive(view, index, dt_secs),
                Errand::Drive(place) => self
                    .dispatcher
                    .drive_to(view, index, *place, carries(view, index)),
                _ => [0.0; 2],
            };
            action[2 * index..2 * index + 2].copy_from_slice(&told);
        }
        let call = view.action_space().index("elevator.call");
        action[call.expect("every site's")] = f32::from(u8::from(self.calls));
    }
}
