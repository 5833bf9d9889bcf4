//! How many come out of those who went in: all, unless somebody waits behind what hides, or one who goes in stops there.
//!
//! Nothing appears or vanishes: what comes out was there from the start, where neither camera sees it, and what does not come out
//! is there still. Who opens what hides sees either.

use super::AWAY_M;
use super::bodies::{cart, hold, mover, restitution, wall};
use super::way::{MARGIN_M, WALL_M};
use terrella_spec::seed::Rng;
use terrella_spec::world::{Body, Mechanism, World};

/// What stands in the target's way has this share of its mass, so that both go on.
const MASS_SHARE: f32 = 0.5;
/// A ball's share of the volume of the block around it.
const BALL_SHARE: f32 = std::f32::consts::PI / 6.0;
/// How high the wall is that stops somebody, m: less than what is hidden from above.
const STOP_HEIGHT_M: f32 = 0.4;
/// Who drives out starts while the target is hidden, at a share of that time between these. No more than so many seconds of it count.
const STARTS: [f32; 2] = [0.1, 0.9];
const STARTS_WITHIN_SECS: f32 = 2.0;

/// Who comes out, measured by who went in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Same,
    More,
    Fewer,
}

impl Number {
    pub(super) fn of(word: &str) -> Number {
        match word {
            "same" => Number::Same,
            "more" => Number::More,
            "fewer" => Number::Fewer,
            other => unreachable!("`{other}` is not among the options of number"),
        }
    }
}

/// The share of its speed with which a target goes on that has pushed out what stood in its way.
pub(super) fn keeps_pushing(motion: &str) -> f32 {
    let bounce = restitution(motion) * restitution("sliding");
    let after = (1.0 - MASS_SHARE * bounce) / (1.0 + MASS_SHARE);
    match motion {
        "sliding" => after,
        // A ball spins as fast as before, until it rolls again.
        _ => (5.0 * after + 2.0) / 7.0,
    }
}

/// Half of the width that hides what waits in a plane of its own or is stopped there, together with what stops it, m.
pub(super) fn least_m(size_m: f32) -> f32 {
    size_m + WALL_M + MARGIN_M
}

/// The middle of what is hidden so, somewhere behind what is so wide, m.
fn place(width_m: f32, size_m: f32, rng: &mut Rng) -> f32 {
    (0.5 * width_m - least_m(size_m)).max(0.0) * rng.uniform_f32(-1.0, 1.0)
}

/// A light block in the way of a target of its size, around `x`.
pub(super) fn in_its_way(motion: &str, size_m: f32, x: f32, color: [f32; 3]) -> Body<f32> {
    let mut body = mover("sliding", size_m, [x, 0.0], 0.0, 0.0, color);
    let of_target = if motion == "sliding" { 1.0 } else { BALL_SHARE };
    body.material.density_kgpm3 *= MASS_SHARE * of_target;
    body
}

/// A wall that stops a mover of this size for good, behind what is so wide.
pub(super) fn add_stop(world: &mut World<f32>, width_m: f32, mover: &str, size_m: f32, rng: &mut Rng) {
    let [from_x, y, _] = world.bodies[mover].position_m;
    let from = from_x.signum();
    let x = place(width_m, size_m, rng);
    let mut stop = wall(x - from * size_m, -from, STOP_HEIGHT_M, false);
    stop.position_m[1] = y;
    world.bodies.insert("stop".into(), stop);
    hold(world, mover, "stop");
}

/// A cart that waits in the plane `y` behind what is so wide, and drives out some time between `from_secs` and `secs` later.
pub(super) struct Waits {
    pub(super) size_m: f32,
    pub(super) y: f32,
    pub(super) speed_mps: f32,
    pub(super) color: [f32; 3],
    /// When the target gets hidden, and for how long, s.
    pub(super) hidden_after_secs: f32,
    pub(super) hidden_secs: f32,
}

impl Waits {
    pub(super) fn add(&self, world: &mut World<f32>, width_m: f32, rng: &mut Rng) {
        let x = place(width_m, self.size_m, rng);
        let way = if rng.chance(0.5) { 1.0 } else { -1.0 };
        let share = rng.uniform_f32(STARTS[0], STARTS[1]);
        let body = cart(self.size_m, [x, self.y], way, self.color);
        world.bodies.insert("waiting".into(), body);
        let starts = Mechanism::Stroller {
            body: "waiting".into(),
            // It pauses where it goes first: where it stands.
            waypoints_m: vec![[x, self.y], [way * AWAY_M, self.y]],
            speed_mps: self.speed_mps,
            pause_secs: self.hidden_after_secs + share * self.hidden_secs.min(STARTS_WITHIN_SECS),
            stop_m: 0.01,
            patience_secs: 100.0,
        };
        world.mechanisms.insert("starts".into(), starts);
    }
}
