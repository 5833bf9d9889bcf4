//! Levels: what stands where, as a function of the level's number alone.

use terrella_spec::seed::{Rng, SeedPath};

/// Something on the way. Places are along x, m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Obstacle {
    /// A gap in the ground over lava.
    Pit { from: f32, to: f32 },
    /// Spikes on the ground.
    Spikes { from: f32, to: f32 },
    /// A block to jump onto.
    Step { from: f32, to: f32 },
    /// A wall too high to jump, with a lift before it.
    Lift { lift: f32, from: f32, to: f32 },
    /// A wall that breaks when something is thrown at it.
    Block { from: f32, to: f32 },
    /// A loose crate.
    Crate { from: f32, to: f32 },
}

/// Height of what can be jumped onto, m.
pub(super) const STEP_M: f32 = 0.45;
/// Height of what cannot, from the ground or from a crate, m: in the weakest gravity one jumps 1.1 m, and a platformer takes
/// steps of 0.1 m.
pub(super) const WALL_M: f32 = 1.4;
/// From what one can stand on to a wall that breaks is farther by this, m: too far to jump over it.
const RUN_UP_M: f32 = 1.1;

impl Obstacle {
    /// Where it begins and ends.
    pub fn span(&self) -> [f32; 2] {
        match *self {
            Obstacle::Pit { from, to }
            | Obstacle::Spikes { from, to }
            | Obstacle::Step { from, to }
            | Obstacle::Block { from, to }
            | Obstacle::Crate { from, to } => [from, to],
            Obstacle::Lift { lift, to, .. } => [lift - HALF_LIFT_M, to],
        }
    }
}

/// Half of the width of a lift, m.
pub(super) const HALF_LIFT_M: f32 = 0.4;
/// Half of the width of the ledge of the key, m.
pub(super) const HALF_LEDGE_M: f32 = 0.35;
/// Height of the ledge of the key, m.
pub(super) const LEDGE_M: f32 = 0.62;

/// A level.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Level {
    /// From left to right.
    pub obstacles: Vec<Obstacle>,
    /// Middles of the flat stretches between them, which are some 1.3 m long; the first is after the first obstacle.
    pub flats: Vec<f32>,
    /// Where coins hang over the ground.
    pub coins: Vec<f32>,
    /// Middle of the ledge on which the key lies, or one more coin.
    pub ledge: f32,
    pub door: f32,
    pub goal: f32,
    /// Where the ground ends.
    pub width: f32,
}

/// Where the player starts, m.
pub(super) const PLAYER_M: f32 = 1.9;
/// Where the chaser starts, m.
pub(super) const CHASER_M: f32 = 0.35;

impl Level {
    pub fn new(number: u64) -> Self {
        let seed = SeedPath {
            run: 0,
            episode: number,
            attempt: 0,
        };
        let mut rng: Rng = seed.stream("game_arena level");
        let count = 2 + rng.below(2);
        let mut kinds: Vec<usize> = (0..6).collect();
        let (mut obstacles, mut flats) = (Vec::new(), Vec::new());
        let mut x = 3.0;
        for _ in 0..count {
            let kind = kinds.swap_remove(rng.below(kinds.len()));
            let is_high = |last: &Obstacle| matches!(last, Obstacle::Step { .. } | Obstacle::Lift { .. });
            let farther = kind == 4 && obstacles.last().is_some_and(is_high);
            let from = x + rng.uniform_f32(0.0, 0.2) + if farther { RUN_UP_M } else { 0.0 };
            let wide = |rng: &mut Rng, low: f32, high: f32| from + rng.uniform_f32(low, high);
            let obstacle = match kind {
                0 => Obstacle::Pit {
                    from,
                    to: wide(&mut rng, 0.7, 1.0),
                },
                1 => Obstacle::Spikes {
                    from,
                    to: wide(&mut rng, 0.35, 0.6),
                },
                2 => Obstacle::Step {
                    from,
                    to: wide(&mut rng, 0.6, 0.9),
                },
                3 => Obstacle::Lift {
                    lift: from + HALF_LIFT_M,
                    from: from + 2.0 * HALF_LIFT_M + 0.02,
                    to: from + 2.0 * HALF_LIFT_M + rng.uniform_f32(0.5, 0.8),
                },
                4 => Obstacle::Block {
                    from,
                    to: from + 0.25,
                },
                _ => Obstacle::Crate {
                    from,
                    to: from + 0.36,
                },
            };
            let [_, end] = obstacle.span();
            flats.push(end + 0.75);
            x = end + 1.5;
            obstacles.push(obstacle);
        }
        // The ledge hangs over a flat of its own before the door.
        let ledge = x + 0.55;
        let door = ledge + 1.6 + rng.uniform_f32(0.0, 0.2);
        let coins = flats
            .iter()
            .copied()
            .chain([2.5])
            .map(|flat| flat + rng.uniform_f32(-0.15, 0.15))
            .collect();
        Level {
            obstacles,
            flats,
            coins,
            ledge,
            door,
            goal: door + 0.8,
            width: door + 1.3,
        }
    }
}
