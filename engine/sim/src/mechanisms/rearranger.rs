//! Somebody who rearranges a house behind its watcher's back: what the watcher has seen, and sees no more, is taken elsewhere.
//!
//! Bodies go the whole way, level and straight, and where each is is told at every record: nothing jumps. What comes into sight
//! stands at once, so the watcher never sees a change happen, but only that it has happened.

use super::{Act, Names, Scope, Signal, upright};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::{Vec2, Vec3};
use rapier3d::geometry::Ray;
use rapier3d::parry::bounding_volume::BoundingVolume;
use rapier3d::parry::query::ShapeCastOptions;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

/// A body is looked for at the height of the eye and near its top, over its middle and over four places about that, this share of the
/// way to its corners.
const CORNER_SHARE: f32 = 0.9;
/// How far below its top that is, m.
const BELOW_TOP_M: f32 = 0.05;
/// So far over the floor that it stands on a body is moved, in thought, to find what is in its way, m.
const OVER_FLOOR_M: f32 = 0.02;
/// A body is there within this distance of its place, m.
const THERE_M: f32 = 1e-3;
/// It looks this far ahead of what it moves, m.
const AHEAD_M: f32 = 0.1;

/// A body to be moved, and what is known of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Item {
    body: usize,
    place: [f32; 2],
    /// The watcher has seen it where it stood at the start.
    known: bool,
    /// For how long the watcher has not seen it, s.
    unseen: f32,
    moved: bool,
    /// The watcher has seen it since it was moved.
    noticed: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rearranger {
    watcher: usize,
    eye: f32,
    sight: f32,
    items: Vec<Item>,
    unseen_secs: f32,
    speed: f32,
    /// False before the first physics step, when nothing can be looked for yet: everything would seem to be in sight.
    looks: bool,
    /// The body that it moved last.
    last: Option<usize>,
    moving: bool,
}

impl Rearranger {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Rearranger {
            watcher,
            eye_m,
            sight_m,
            bodies,
            places_m,
            unseen_secs,
            speed_mps,
        } = mechanism
        else {
            unreachable!("called for a rearranger");
        };
        names.one_for_each("places_m", places_m.len(), "place", bodies.len(), "bodies")?;
        names.zero_or_more("unseen_secs", *unseen_secs)?;
        names.above_zero("sight_m", *sight_m)?;
        names.above_zero("speed_mps", *speed_mps)?;
        let item = |(name, place): (&String, &[f32; 2])| {
            Ok(Item {
                body: names.kinematic_body("bodies", name)?,
                place: *place,
                known: false,
                unseen: 0.0,
                moved: false,
                noticed: false,
            })
        };
        let items = bodies.iter().zip(places_m).map(item);
        Ok(Rearranger {
            watcher: names.body("watcher", watcher)?,
            eye: *eye_m,
            sight: *sight_m,
            items: items.collect::<Result<_, LaneError>>()?,
            unseen_secs: *unseen_secs,
            speed: *speed_mps,
            looks: false,
            last: None,
            moving: false,
        })
    }

    /// True where the watcher sees some of a body: something of it is near enough, and nothing else is before it.
    fn sees(&self, scope: &Scope<'_>, body: usize) -> bool {
        let handle = scope.bodies[body];
        let watcher = scope.bodies[self.watcher];
        let eye = scope.physics.bodies[watcher].translation() + Vec3::Z * self.eye;
        let colliders = scope.physics.bodies[handle].colliders().iter();
        let boxes = colliders.map(|collider| scope.physics.colliders[*collider].compute_aabb());
        let Some(around) = boxes.reduce(|one, other| one.merged(&other)) else {
            return false;
        };
        let middle = 0.5 * (around.mins + around.maxs);
        let half = 0.5 * CORNER_SHARE * (around.maxs - around.mins);
        let top = (around.maxs.z - BELOW_TOP_M).max(around.mins.z);
        let queries = scope.physics.query_pipeline_with_filter(upright::others(watcher));
        let places = [(0.0, 0.0), (-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)];
        let heights = [eye.z.min(top), top];
        let mut points = heights.into_iter().flat_map(|height| {
            places.map(|(x, y)| Vec3::new(middle.x + x * half.x, middle.y + y * half.y, height))
        });
        points.any(|point| {
            if point.distance(eye) > self.sight {
                return false;
            }
            let hit = queries.cast_ray(&Ray::new(eye, point - eye), 1.0, true);
            hit.is_none_or(|(collider, _)| scope.physics.colliders[collider].parent() == Some(handle))
        })
    }

    /// Moves a body on its way for a step of `dt`; false where it is there, or something is in its way.
    fn take(&self, scope: &mut Scope<'_>, item: &Item, dt: f32) -> bool {
        let handle = scope.bodies[item.body];
        let here = scope.physics.bodies[handle].translation();
        let left = Vec2::from(item.place) - here.truncate();
        let distance = left.length();
        if distance < THERE_M {
            return false;
        }
        let way = (left / distance).extend(0.0);
        let queries = scope.physics.query_pipeline_with_filter(upright::others(handle));
        let options = ShapeCastOptions {
            max_time_of_impact: AHEAD_M.min(distance),
            stop_at_penetration: false,
            ..ShapeCastOptions::default()
        };
        let is_stopped = scope.physics.bodies[handle].colliders().iter().any(|collider| {
            let collider = &scope.physics.colliders[*collider];
            let mut pose = *collider.position();
            pose.translation.z += OVER_FLOOR_M;
            queries
                .cast_shape(&pose, way, collider.shape(), options)
                .is_some()
        });
        if is_stopped {
            return false;
        }
        let next = here + way * (self.speed * dt).min(distance);
        scope.physics.bodies[handle].set_next_kinematic_translation(next);
        true
    }

    fn moved(&self) -> usize {
        self.items.iter().filter(|item| item.moved).count()
    }

    fn unnoticed(&self) -> usize {
        self.items
            .iter()
            .filter(|item| item.moved && !item.noticed)
            .count()
    }
}

impl Act for Rearranger {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        self.moving = false;
        if !std::mem::replace(&mut self.looks, true) {
            return Signal::default();
        }
        for index in 0..self.items.len() {
            let mut item = self.items[index].clone();
            if self.sees(scope, item.body) {
                item.known = true;
                item.noticed |= item.moved;
                item.unseen = 0.0;
            } else {
                item.unseen += dt;
            }
            let may = item.known && item.unseen > self.unseen_secs;
            if may && self.take(scope, &item, dt) {
                (item.moved, item.noticed) = (true, false);
                self.last = Some(item.body);
                self.moving = true;
            }
            self.items[index] = item;
        }
        Signal {
            active: self.moving,
            ..Signal::default()
        }
    }

    fn telemetry(&self) -> Vec<f32> {
        let last = self.last.map_or(-1.0, |body| body as f32);
        let moving = f32::from(u8::from(self.moving));
        vec![self.shown(), moving, last, self.unnoticed() as f32]
    }

    fn shown(&self) -> f32 {
        self.moved() as f32
    }

    fn waiting(&self) -> Vec<f32> {
        let flag = |value: bool| f32::from(u8::from(value));
        let of = |item: &Item| {
            [
                item.unseen,
                flag(item.known),
                flag(item.moved),
                flag(item.noticed),
            ]
        };
        self.items.iter().flat_map(of).collect()
    }
}
