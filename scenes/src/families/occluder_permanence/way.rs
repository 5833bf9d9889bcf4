//! How the target goes behind its occluder: how wide this is and how fast it goes, so that it is hidden for as long as was drawn.
//!
//! Lengths are those of the target's plane, where the head sees more hidden than the occluder is wide. They count from the
//! middle, in halves of what is hidden.

use super::bodies::restitution;
use super::occluder::{OVER_IT_M, Occluder, SHUT_SECS};
use super::{HEAD_M, SCREEN_Y_M, trap};

/// The head, before the occluder, sees this much more than its width hidden in the target's plane.
pub(super) const WIDER: f32 = HEAD_M[1] / (HEAD_M[1] - SCREEN_Y_M);
/// The widest occluder, m.
const MOST_WIDTH_M: f32 = 1.6;
/// What falls starts so far before the middle, in widths of the occluder.
pub(super) const FALLS_FROM: f32 = 0.38;
/// The speeds of training episodes, m/s.
pub(super) const SPEEDS_MPS: [f32; 2] = [0.3, 1.2];
/// What drives stands so long where it turns back, s, and turns for so long.
pub(super) const STANDS_SECS: f32 = 0.3;
const TURNS_SECS: f32 = 0.65;
/// Gap between the target, or what stops it, and the edge of what hides it, m.
const MARGIN_M: f32 = 0.05;
/// The same of what only passes: a screen that is narrow enough for the shortest times.
const NARROW_MARGIN_M: f32 = 0.03;
/// Thickness of what stops it, m.
pub(super) const WALL_M: f32 = 0.04;

/// What is known of the target before its occluder is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goes<'a> {
    pub(super) motion: &'a str,
    pub(super) event: &'a str,
    pub(super) occluder: Occluder,
    pub(super) size_m: f32,
    /// How far above the floor it starts, m.
    pub(super) drop_m: f32,
    /// Where it turns or comes to a stop, in halves beyond the middle.
    pub(super) turns_at: f32,
}

/// What was found: half of what is hidden, the speed, and for how long the target is hidden.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    pub(super) half_m: f32,
    pub(super) speed_mps: f32,
    pub(super) secs: f32,
}

impl Fit {
    /// Width of the occluder, m.
    pub(super) fn width_m(&self) -> f32 {
        2.0 * self.half_m / WIDER
    }
}

impl Goes<'_> {
    fn falls(&self) -> bool {
        self.motion == "falling"
    }

    /// Where it gets hidden: so many halves before the middle, less so many metres, less what it goes in so many seconds.
    fn enters(&self) -> (f32, f32, f32) {
        let from = 2.0 * FALLS_FROM / WIDER;
        match (self.falls(), self.occluder == Occluder::Lid) {
            (true, true) => (from, 0.0, SHUT_SECS),
            (true, false) => {
                let above_m = self.size_m + self.drop_m - OVER_IT_M;
                (from, 0.0, (above_m.max(0.0) / (0.5 * 9.81)).sqrt())
            }
            // All of it is below the lid.
            (false, true) => (1.0 / WIDER, self.size_m + MARGIN_M, 0.0),
            (false, false) => (1.0, 0.0, 0.0),
        }
    }

    /// Where a lid hides it, m before the middle.
    pub(super) fn enters_m(&self, half_m: f32) -> f32 {
        let (halves, late_m, _) = self.enters();
        halves * half_m - late_m
    }

    /// From where it gets hidden to where it is seen again, in halves that take as long as the first.
    fn halves(&self) -> f32 {
        let leaves = match self.event {
            "returns" => self.turns_at + (1.0 + self.turns_at) / self.keeps(),
            _ => 1.0,
        };
        self.enters().0 + leaves
    }

    /// The share of its speed that it goes back with.
    fn keeps(&self) -> f32 {
        match self.motion {
            "driven" => 1.0,
            "sliding" => restitution(self.motion),
            // A ball that is thrown back spins the wrong way at first, until it rolls again.
            _ => (5.0 * restitution(self.motion) - 2.0) / 7.0,
        }
    }

    /// For how much longer it is hidden than it moves, s.
    fn extra_secs(&self) -> f32 {
        let stands = self.motion == "driven" && self.event == "returns";
        (if stands { STANDS_SECS + TURNS_SECS } else { 0.0 }) - self.enters().2
    }

    /// The narrowest half that hides all of it, and what stops it.
    fn least_half_m(&self) -> f32 {
        let size = self.size_m + MARGIN_M;
        match (self.event, self.occluder) {
            ("passes", Occluder::Lid) => WIDER * size,
            ("passes", _) => self.size_m + NARROW_MARGIN_M,
            ("trapdoor", _) => {
                (size - self.size_m + trap::length_m(self.size_m)) / (1.0 / WIDER - self.turns_at.abs())
            }
            // Beyond what it is stopped by, too, and for everybody who looks from further away than the head.
            _ => (size + WALL_M) / (1.0 / WIDER - self.turns_at.abs()),
        }
    }

    /// An occluder and a speed with which it is hidden for `secs`. The speed follows where no occluder is as wide or narrow as it
    /// would have to be; where it may not either, the time does.
    pub(super) fn fit(&self, secs: f32, speed_mps: f32) -> Fit {
        let least = self.least_half_m();
        let most = least.max(0.5 * MOST_WIDTH_M * WIDER);
        let (halves, late_m) = (self.halves(), self.enters().1);
        let moves_secs = (secs - self.extra_secs()).max(0.05);
        let speed_for = |half_m: f32| (halves * half_m - late_m) / moves_secs;
        // What falls has half of the speed that is drawn.
        let unit = if self.falls() { 0.5 } else { 1.0 };
        let [slowest, fastest] = SPEEDS_MPS.map(|speed| unit * speed);
        let drawn = unit * speed_mps;
        let speed =
            (drawn.clamp(speed_for(least), speed_for(most))).clamp(slowest.min(drawn), fastest.max(drawn));
        let half_m = ((moves_secs * speed + late_m) / halves).clamp(least, most);
        Fit {
            half_m,
            speed_mps: speed,
            secs: (halves * half_m - late_m) / speed + self.extra_secs(),
        }
    }
}
