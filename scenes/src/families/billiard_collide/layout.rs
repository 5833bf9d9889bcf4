//! Where the cue, the target, the others and the posts of `billiard_collide` are at the start.

use super::{HALF_FIELD_M, POCKET_M, POST_RADIUS_M, direction, pockets};
use crate::draw::PlanError;
use terrella_sim::glam::Vec2;
use terrella_spec::seed::Rng;

/// Where everything is at the start.
pub(super) struct Places {
    /// The marked pocket.
    pub pocket: Vec2,
    /// Cue, target, others.
    pub bodies: Vec<Vec2>,
    pub posts: Vec<Vec2>,
}

impl Places {
    /// The cue sees the target, and the target the pocket, under the wanted angle.
    pub fn draw(
        rng: &mut Rng,
        count: usize,
        post_count: usize,
        radius: f32,
        cut_rad: f32,
    ) -> Result<Self, PlanError> {
        let pocket = pockets()[rng.below(4)];
        let margin = radius + 0.015;
        // Off the cushions, and off the pockets' squares.
        let on_table = |place: Vec2| {
            let room = HALF_FIELD_M - Vec2::splat(margin) - place.abs();
            let from_hole = HALF_FIELD_M - Vec2::splat(POCKET_M + margin) - place.abs();
            room.min_element() > 0.0 && from_hole.max_element() > 0.0
        };
        let anywhere = |rng: &mut Rng| {
            Vec2::new(
                rng.uniform_f32(-HALF_FIELD_M.x, HALF_FIELD_M.x),
                rng.uniform_f32(-HALF_FIELD_M.y, HALF_FIELD_M.y),
            )
        };
        let no_fit = || PlanError::no_fit("no shot with this cut fits on the table");
        let pair = (0..200).find_map(|_| {
            let target = anywhere(rng);
            let way = (pocket - target).normalize_or_zero();
            let ghost = target - way * (2.0 * radius);
            let turn = if rng.chance(0.5) { cut_rad } else { -cut_rad };
            let cue = ghost - direction(turn).rotate(way) * rng.uniform_f32(0.12, 0.5);
            // Into a corner pocket only what comes well off both cushions.
            let open = way.abs().min_element() > 0.30;
            let far = target.distance(pocket) > 0.25;
            (open && far && on_table(target) && on_table(cue) && on_table(ghost))
                .then_some((cue, target, ghost))
        });
        let (cue, target, ghost) = pair.ok_or_else(no_fit)?;
        let mut bodies = vec![cue, target];
        let mut posts = Vec::new();
        let mut taken = vec![(cue, radius), (target, radius)];
        for index in 0..count - 2 + post_count {
            let is_post = index >= count - 2;
            let size = if is_post { POST_RADIUS_M } else { radius };
            let place = (0..200).map(|_| anywhere(rng)).find(|place| {
                // The straight shot stays open, at least until something rolls into it.
                let clear = |from: Vec2, to: Vec2| {
                    let along = (to - from).normalize_or_zero();
                    let foot = from + along * (*place - from).dot(along).clamp(0.0, from.distance(to));
                    foot.distance(*place) > radius + size + 0.02
                };
                on_table(*place)
                    && taken
                        .iter()
                        .all(|(other, other_size)| other.distance(*place) > other_size + size + 0.02)
                    && clear(cue, ghost)
                    && clear(target, pocket)
            });
            let place = place.ok_or_else(|| PlanError::no_fit("the bodies do not fit beside the shot"))?;
            taken.push((place, size));
            if is_post {
                posts.push(place)
            } else {
                bodies.push(place)
            }
        }
        Ok(Places {
            pocket,
            bodies,
            posts,
        })
    }
}
