//! The judge of `occluder_permanence`: what the head can see, and whether it looks there when it can again.

use terrella_sim::glam::Vec3;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::Shape;

/// It counts as hidden after so many records behind what can be opened.
const HIDDEN_RECORDS: u32 = 3;
/// Who looks at it for so many records on end while it is hidden points at it.
const POINTS_RECORDS: u32 = 20;
/// The moment after it has come out, in records.
const MOMENT_RECORDS: u32 = 5;
/// Cosine of the largest angle between where the head looks and where the target is: 4 degrees.
const LOOKS_AT: f32 = 0.997_564;
/// The head's field of view, degrees.
pub(super) const FIELD_OF_VIEW_DEG: f32 = 34.0;
/// Cosine of half of it.
const IN_PICTURE: f32 = 0.956_305;

/// A plate that hides: the front of an occluder.
#[derive(Clone, Debug)]
struct Plate {
    body: usize,
    half_width_m: f32,
    half_height_m: f32,
}

#[derive(Clone, Debug)]
pub(super) struct Judge {
    /// What can be opened, then the narrow screens.
    plates: Vec<Plate>,
    /// For how many records it has been behind what can be opened since it was last seen.
    behind_for: u32,
    /// For how many records on end the head has looked at it behind a screen.
    points_for: u32,
    /// Records of the moment that are left.
    moment_left: u32,
}

impl Judge {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        let bodies = plan.world.bodies.iter().enumerate();
        let plates = bodies.filter_map(|(index, (_, body))| {
            let front = match &body.shape {
                // The front stands at the body's origin.
                Shape::Compound { parts } => &parts[0].shape,
                shape => shape,
            };
            match front {
                Shape::Box { half_extents_m } if body.class == "screen" => Some(Plate {
                    body: index,
                    half_width_m: half_extents_m[0],
                    half_height_m: half_extents_m[2],
                }),
                _ => None,
            }
        });
        Judge {
            plates: plates.collect(),
            behind_for: 0,
            points_for: 0,
            moment_left: 0,
        }
    }

    /// True where a screen, or the floor, is between the head and the target's middle.
    pub(super) fn is_behind(&self, view: &StepView<'_>) -> bool {
        let is_below = view.body_named("target").position_m.z < 0.0;
        is_below || self.plates.iter().any(|plate| plate.hides(view))
    }
}

impl Plate {
    fn hides(&self, view: &StepView<'_>) -> bool {
        let plate = view.body(self.body);
        // In the plate's frame, whose y goes through it.
        let local =
            |name: &str| plate.rotation.inverse() * (view.body_named(name).position_m - plate.position_m);
        let (from, to) = (local("head"), local("target"));
        let share = from.y / (from.y - to.y);
        let at = from.lerp(to, share);
        (0.0..1.0).contains(&share) && at.x.abs() < self.half_width_m && at.z.abs() < self.half_height_m
    }
}

impl Task for Judge {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let head = view.body_named("head");
        let way = view.body_named("target").position_m - head.position_m;
        let cosine = (head.rotation * Vec3::X).dot(way.normalize_or(Vec3::Y));
        let behind = self.is_behind(view);
        // Who looks elsewhere does not see it either.
        if behind || cosine < IN_PICTURE {
            self.behind_for += u32::from(self.plates[0].hides(view));
            self.moment_left = 0;
        } else {
            self.moment_left = if self.behind_for >= HIDDEN_RECORDS {
                MOMENT_RECORDS
            } else {
                self.moment_left.saturating_sub(1)
            };
            self.behind_for = 0;
        }
        let looks_at = cosine > LOOKS_AT;
        self.points_for = if behind && looks_at {
            self.points_for + 1
        } else {
            0
        };
        let sees_again = self.moment_left > 0 && looks_at;
        Outcome {
            reward: -libm::acosf(cosine.clamp(-1.0, 1.0)),
            success: sees_again || self.points_for >= POINTS_RECORDS,
            terminated: sees_again,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}
