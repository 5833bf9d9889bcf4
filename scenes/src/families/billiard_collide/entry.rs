//! What enters the table of `billiard_collide` later: it waits on a stand beside the table and is thrown in over the cushion.

use super::{CUSHION_HEIGHT_M, CUSHION_M, DEPTH_M, HALF_FIELD_M, POCKET_M};
use crate::draw::PlanError;
use crate::looks;
use terrella_sim::glam::{Vec2, Vec3};
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Shape};
use terrella_spec::world::{Body, Mechanism, World};

/// How far above the cushions the stands are, m.
const ABOVE_M: f32 = 0.02;
/// Between a stand's body and the outside of the cushion, m.
const GAP_M: f32 = 0.02;
/// Speed across the cushion, m/s.
const ACROSS_MPS: [f32; 2] = [0.8, 1.3];
/// Speed along the cushion at most, as a share of that across.
const ALONG: f32 = 0.5;
/// How much faster than it must it is thrown up, m/s.
const SPARE_MPS: f32 = 0.1;
const GRAVITY_MPS2: f32 = 9.81;

/// Where something waits, and how it is thrown.
pub(super) struct Entry {
    pub place: Vec2,
    pub velocity_mps: Vec3,
}

impl Entry {
    /// The name of the body that enters.
    pub fn name(index: usize) -> String {
        format!("entry_{index}")
    }

    /// So many, at the long sides, where cameras see them wait.
    pub fn draw(rng: &mut Rng, count: usize, radius_m: f32) -> Result<Vec<Self>, PlanError> {
        let mut entries: Vec<Entry> = Vec::with_capacity(count);
        let y = HALF_FIELD_M.y + CUSHION_M + GAP_M + radius_m;
        // Where it comes down it is clear of the pockets.
        let furthest = HALF_FIELD_M.x - POCKET_M - radius_m;
        for _ in 0..count {
            let anywhere = |rng: &mut Rng| {
                let side = if rng.chance(0.5) { 1.0 } else { -1.0 };
                Vec2::new(rng.uniform_f32(-furthest, furthest), side * y)
            };
            let apart = |place: &Vec2| {
                entries
                    .iter()
                    .all(|entry| entry.place.distance(*place) > 2.2 * radius_m)
            };
            let place = (0..100).map(|_| anywhere(rng)).find(apart);
            let place = place.ok_or_else(|| PlanError::no_fit("no room for another stand"))?;
            let across = rng.uniform_f32(ACROSS_MPS[0], ACROSS_MPS[1]);
            // It is as high as at the start when its rear is past the cushion.
            let over_secs = (GAP_M + CUSHION_M + 2.0 * radius_m) / across;
            // Towards the middle, so that it stays on the table.
            let along = -place.x.signum() * rng.uniform_f32(0.0, ALONG) * across;
            entries.push(Entry {
                place,
                velocity_mps: Vec3::new(
                    along,
                    -place.y.signum() * across,
                    0.5 * GRAVITY_MPS2 * over_secs + SPARE_MPS,
                ),
            });
        }
        Ok(entries)
    }

    /// Height of what it stands on, m.
    pub fn bottom_m(&self) -> f32 {
        CUSHION_HEIGHT_M + ABOVE_M
    }
}

/// The stands, and what lets go at these times, s.
pub(super) fn add(world: &mut World<f32>, entries: &[Entry], at_secs: &[f32], radius_m: f32) {
    if entries.is_empty() {
        return;
    }
    for (index, entry) in entries.iter().enumerate() {
        let half_height = 0.5 * (entry.bottom_m() + DEPTH_M);
        let half_extents_m = [0.7 * radius_m, 0.7 * radius_m, half_height];
        let stand = Body::new("stand", Shape::Box { half_extents_m })
            .fixed()
            .at([entry.place.x, entry.place.y, half_height - DEPTH_M])
            .painted(Paint::plain(looks::WALL));
        world.bodies.insert(format!("stand_{index}"), stand);
    }
    let release = Mechanism::Release {
        bodies: (0..entries.len()).map(Entry::name).collect(),
        at_secs: at_secs.to_vec(),
    };
    world.mechanisms.insert("entry".into(), release);
}
