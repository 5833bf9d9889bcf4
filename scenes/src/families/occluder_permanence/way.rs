//! How the target goes behind its occluder: how wide this is and how fast it goes, so that it is hidden for as long as was drawn.
//!
//! Lengths are those of the target's plane, where the head sees more hidden than the occluder is wide. They count from the
//! middle, in halves of what is hidden.

use super::bodies::restitution;
use super::number::keeps_pushing;
use super::occluder::{OVER_IT_M, Occluder, SHUT_SECS};
use super::{HEAD_M, SCREEN_Y_M, START_X_M, trap};

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
pub(super) const MARGIN_M: f32 = 0.05;
/// The same of what only passes: a screen that is narrow enough for the shortest times.
const NARROW_MARGIN_M: f32 = 0.03;
/// Height of the wall that nothing bounces or falls over, m.
pub(super) const HIGH_WALL_M: f32 = 0.88;
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
    /// Where what it pushes out stands, in halves beyond the middle: a block of its size.
    pub(super) pushes_at: Option<f32>,
    /// Half of the width that others want to be hidden, m.
    pub(super) others_want_m: f32,
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

    /// When it gets hidden, s.
    pub(super) fn hidden_after_secs(&self, fit: &Fit) -> f32 {
        let (halves, late_m, falls_secs) = self.enters();
        if self.falls() {
            return falls_secs;
        }
        (START_X_M - (halves * fit.half_m - late_m)) / fit.speed_mps
    }

    /// True where what falls is lower than the wall that stops it when it gets there.
    pub(super) fn falls_before_wall(&self, fit: &Fit) -> bool {
        let after_secs = (FALLS_FROM * fit.width_m() + self.turns_at * fit.half_m) / fit.speed_mps;
        self.size_m + self.drop_m - 0.5 * 9.81 * after_secs * after_secs < HIGH_WALL_M
    }

    /// From where it gets hidden to where it is seen again: in halves that take as long as the first, less so many metres.
    fn hidden_way(&self) -> (f32, f32) {
        let (enters, late_m, _) = self.enters();
        if let Some(at) = self.pushes_at {
            // It is slower from where its front meets what it pushes.
            let slower = 1.0 / keeps_pushing(self.motion);
            let meets_early_m = 2.0 * self.size_m;
            return (
                enters + at + (1.0 - at) * slower,
                late_m - meets_early_m * (slower - 1.0),
            );
        }
        let leaves = match self.event {
            "returns" => self.turns_at + (1.0 + self.turns_at) / self.keeps(),
            _ => 1.0,
        };
        (enters + leaves, late_m)
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

    /// The narrowest half that hides all of it, what stops it or is pushed by it, and others.
    fn least_half_m(&self) -> f32 {
        let pushes_m = self.pushes_at.map_or(0.0, |at| {
            let waits = (self.size_m + MARGIN_M) / (1.0 / WIDER - at);
            // Both are hidden when they meet.
            waits.max((3.0 * self.size_m + MARGIN_M) / (1.0 / WIDER + at))
        });
        self.hides_it_m().max(pushes_m).max(WIDER * self.others_want_m)
    }

    fn hides_it_m(&self) -> f32 {
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
        let (halves, late_m) = self.hidden_way();
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
