//! Play: blocks are taken and set down elsewhere, on the table or on others, and pushed, whatever was asked.

use super::expert::{Expert, PUSHES, push, reach, take};
use super::{HAND_HALF_M, MARKED};
use crate::play::Subgoals;
use terrella_sim::glam::Vec3;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Share of pushes among what it does.
const PUSHED: f64 = 0.15;
/// How often it takes the marked block where it can: another one that moves ends most episodes.
const MARKED_ONE: f64 = 0.75;
/// The part of the table on which blocks are set down, half along x and y, m.
const HALF_TABLE_M: [f32; 2] = [0.4, 0.3];
/// Over all blocks by this, nothing is in its way, m.
const OVER_M: f32 = 0.1;

/// Things to do with blocks, and who does them.
#[derive(Clone, Debug)]
pub(super) struct Moves(pub(super) Expert);

/// True where a block reaches over another, or over a place of its own size, seen from above.
fn overlap((at, half): (Vec3, Vec3), (other, size): (Vec3, Vec3)) -> bool {
    (at - other)
        .truncate()
        .abs()
        .cmplt((half + size).truncate())
        .all()
}

impl Subgoals for Moves {
    const PATIENCE_SECS: f32 = 7.0;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        let names = view
            .world()
            .bodies
            .iter()
            .filter(|(_, body)| body.class == "block");
        let names: Vec<&String> = names.map(|(name, _)| name).collect();
        let blocks: Vec<(Vec3, Vec3)> = names.iter().map(|name| reach(view, name)).collect();
        let hand = view.body_named("hand").position_m;
        let highest = blocks
            .iter()
            .fold(0.0, |top: f32, (at, half)| top.max(at.z + half.z));
        let over = hand.with_z(highest + HAND_HALF_M + OVER_M);
        if rng.chance(PUSHED) {
            let side = if rng.chance(0.5) { 1.0 } else { -1.0 };
            let by = PUSHES[rng.below(PUSHES.len())];
            self.0
                .go(push(&blocks, rng.below(blocks.len()), side, over, by), over);
            return true;
        }
        // Those that nothing lies on.
        let free = (0..blocks.len()).filter(|index| {
            let (at, _) = blocks[*index];
            !blocks
                .iter()
                .any(|other| other.0.z > at.z + 0.01 && overlap(blocks[*index], *other))
        });
        let free: Vec<usize> = free.collect();
        let marked = free.iter().find(|index| names[**index] == MARKED);
        let index = match marked {
            Some(index) if rng.chance(MARKED_ONE) => *index,
            _ => free[rng.below(free.len())],
        };
        let (_, half) = blocks[index];
        let [x, y] = HALF_TABLE_M.map(|most| rng.uniform_f32(-most, most));
        let place = Vec3::new(x, y, 0.0);
        // On what lies there.
        let below = blocks
            .iter()
            .enumerate()
            .filter(|(other, block)| *other != index && overlap((place, half), **block));
        let top = below.fold(0.0, |top: f32, (_, (at, half))| top.max(at.z + half.z));
        self.0
            .go(take(view, names[index], place.with_z(top + half.z + 0.004)), over);
        true
    }

    fn is_reached(&mut self, _: &StepView<'_>) -> bool {
        self.0.is_idle()
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        self.0.act(view, rng, action);
    }
}
