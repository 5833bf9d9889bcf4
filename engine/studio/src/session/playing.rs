//! How the world goes on by itself, and how fast.

use super::Session;
use std::time::{Duration, Instant};

/// The least and the greatest speed that is a number; the next one is as fast as it goes.
const SPEEDS: [f64; 2] = [1.0 / 16.0, 64.0];
/// How long the world may be played in a frame.
const SLICE: Duration = Duration::from_millis(40);

impl Session {
    /// Lets the world go on for so long, as fast as it is to.
    pub(super) fn go_on(&mut self, secs: f64) {
        let Some(play) = &mut self.play else { return };
        let begun = Instant::now();
        let record = 1.0 / f64::from(play.plan().world.control_hz);
        let is_told = self.speed.is_finite();
        let mut due_secs = if is_told {
            self.due_secs + secs * self.speed
        } else {
            f64::INFINITY
        };
        self.due_secs = 0.0;
        while due_secs >= record {
            // A slow machine plays slowly; it does not try to catch up.
            if begun.elapsed() > SLICE {
                return;
            }
            due_secs -= record;
            if !play.step(self.hand.as_deref(), self.tug) {
                if self.looping && !play.is_live() && play.failed().is_none() {
                    play.show(0);
                    continue;
                }
                self.playing = false;
                if let Some(reason) = play.stopped() {
                    self.say(reason);
                }
                return;
            }
        }
        self.due_secs = due_secs;
    }

    /// The speed in words.
    pub fn speed_told(&self) -> String {
        if self.speed.is_finite() {
            format!("{} x", self.speed)
        } else {
            "at most".into()
        }
    }

    /// Half as fast.
    pub(super) fn slow_down(&mut self) {
        self.speed = (self.speed / 2.0).clamp(SPEEDS[0], SPEEDS[1]);
    }

    /// Twice as fast; beyond the greatest speed as fast as it goes.
    pub(super) fn speed_up(&mut self) {
        self.speed = if self.speed < SPEEDS[1] {
            self.speed * 2.0
        } else {
            f64::INFINITY
        };
    }

    /// What was recorded and has ended begins anew.
    pub(super) fn play_or_pause(&mut self) {
        self.playing ^= true;
        if let Some(play) = &mut self.play
            && self.playing
            && !play.is_live()
            && play.shown() == play.last()
        {
            play.show(0);
        }
    }
}
