//! Where the blocks, the mark, the posts and the pusher of `push_planar` are at the start.

use super::blocks::Outline;
use super::push::Placement;
use super::{HALF_TABLE_M, POST_RADIUS_M, Rule};
use crate::draw::PlanError;
use std::f32::consts::PI;
use terrella_sim::glam::Vec2;
use terrella_spec::seed::Rng;

/// Where everything is at the start.
pub(super) struct Places {
    pub goal: Placement,
    pub blocks: Vec<Placement>,
    pub posts: Vec<Vec2>,
    /// Walls that stand free, and half of the length of each, m.
    pub walls: Vec<(Placement, f32)>,
    pub pusher: Vec2,
}

impl Places {
    pub fn draw(
        rng: &mut Rng,
        outlines: &[Outline],
        post_count: usize,
        wall_count: usize,
        pusher_radius: f32,
        rule: Rule,
    ) -> Result<Self, PlanError> {
        let placement = |rng: &mut Rng, half: f32| Placement {
            position_m: Vec2::new(rng.uniform_f32(-half, half), rng.uniform_f32(-half, half)),
            angle_rad: rng.uniform_f32(-PI, PI),
        };
        // Between a block there and the rim the pusher still has room.
        let inner = (HALF_TABLE_M - outlines[0].reach_m - 2.2 * pusher_radius).clamp(0.12, 0.28);
        let goal = placement(rng, inner);
        // Discs around what has its place; the mark counts, so that nothing stands on it.
        let mut taken = vec![(goal.position_m, 0.8 * outlines[0].reach_m)];
        let mut free = |rng: &mut Rng, half: f32, radius: f32, over_goal: bool| {
            let found = (0..200).map(|_| placement(rng, half)).find(|place| {
                let skipped = usize::from(over_goal);
                taken
                    .iter()
                    .skip(skipped)
                    .all(|(other, size)| other.distance(place.position_m) > size + radius + 0.015)
            });
            let place = found.ok_or_else(|| PlanError::no_fit("the blocks do not fit beside each other"))?;
            taken.push((place.position_m, radius));
            Ok(place)
        };
        let mut blocks = Vec::new();
        for (index, outline) in outlines.iter().enumerate() {
            let half = if index == 0 {
                inner
            } else {
                HALF_TABLE_M - outline.reach_m - 0.01
            };
            blocks.push(free(rng, half, outline.reach_m, index == 0)?);
        }
        let turn = goal.angle_rad - blocks[0].angle_rad;
        let far = goal.position_m.distance(blocks[0].position_m) > 2.0 * rule.distance_m;
        let period = 2.0 * PI / f32::from(outlines[0].symmetry);
        let turned_away = (turn - period * libm::roundf(turn / period)).abs() > 1.5 * rule.angle_rad;
        if !far && !turned_away {
            return Err(PlanError::no_fit("the block lies on its mark already"));
        }
        let mut posts = Vec::new();
        for _ in 0..post_count {
            posts.push(free(rng, 0.40, POST_RADIUS_M, false)?.position_m);
        }
        let mut walls = Vec::new();
        for _ in 0..wall_count {
            let half_m = rng.uniform_f32(0.05, 0.09);
            walls.push((free(rng, 0.36, half_m, false)?, half_m));
        }
        let pusher = free(rng, 0.44, 1.5 * pusher_radius, true)?.position_m;
        Ok(Places {
            goal,
            blocks,
            posts,
            walls,
            pusher,
        })
    }
}
