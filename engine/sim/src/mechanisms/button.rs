//! A button is active for a while after it was pressed.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::lane::distance_to;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Button {
    body: usize,
    pressed_by: Vec<usize>,
    hold_secs: f32,
    delay_secs: f32,
    /// Time since the last press; negative: never pressed.
    since_press_secs: f32,
}

impl Button {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Button {
            body,
            pressed_by,
            hold_secs,
            delay_secs,
        } = mechanism
        else {
            unreachable!("called for a button");
        };
        Ok(Button {
            body: names.body("body", body)?,
            pressed_by: pressed_by
                .iter()
                .map(|name| names.mechanism("pressed_by", name))
                .collect::<Result<_, _>>()?,
            hold_secs: *hold_secs,
            delay_secs: *delay_secs,
            since_press_secs: -1.0,
        })
    }

    fn active(&self) -> bool {
        self.since_press_secs >= self.delay_secs && self.since_press_secs < self.delay_secs + self.hold_secs
    }
}

impl Act for Button {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        if self.since_press_secs >= 0.0 {
            self.since_press_secs += scope.dt_secs();
        }
        let body = scope.bodies[self.body];
        let pressed = self.pressed_by.iter().any(|walker| {
            let signal = scope.signals[*walker];
            signal.active
                && signal
                    .reach
                    .is_some_and(|(point, reach)| distance_to(scope.physics, body, point) <= reach)
        });
        // Holding it down does not put off what it does.
        let waiting = self.since_press_secs >= 0.0 && self.since_press_secs < self.delay_secs;
        if pressed && !waiting {
            self.since_press_secs = if self.active() { self.delay_secs } else { 0.0 };
        }
        Signal {
            active: self.active(),
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        if self.active() { 1.0 } else { 0.0 }
    }

    fn memory(&self) -> [f32; 3] {
        [self.shown(), self.since_press_secs, 0.0]
    }
}
