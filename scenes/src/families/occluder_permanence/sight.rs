//! The judge of `occluder_permanence`: what the head can see, and whether it looks there when it can again.

use terrella_sim::glam::Vec3;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::Shape;

/// It counts as hidden after so many records behind a screen.
const HIDDEN_RECORDS: u32 = 8;
/// The moment after it has come out, in records.
const MOMENT_RECORDS: u32 = 5;
/// Cosine of the largest angle between where the head looks and where the target is: 4 degrees.
const LOOKS_AT: f32 = 0.997_564;
/// The head's field of view, degrees.
pub(super) const FIELD_OF_VIEW_DEG: f32 = 34.0;
/// Cosine of half of it.
const IN_PICTURE: f32 = 0.956_305;

/// A plate that hides: the front of a screen or tunnel.
#[derive(Clone, Debug)]
struct Plate {
    body: usize,
    half_width_m: f32,
    half_height_m: f32,
}

#[derive(Clone, Debug)]
pub(super) struct Judge {
    plates: Vec<Plate>,
    /// For how many records it has been behind a screen since it was last seen.
    behind_for: u32,
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
            moment_left: 0,
        }
    }

    /// True where a screen is between the head and the target's middle.
    pub(super) fn is_behind(&self, view: &StepView<'_>) -> bool {
        let from = view.body_named("head").position_m;
        let to = view.body_named("target").position_m;
        self.plates.iter().any(|plate| {
            let screen = view.body(plate.body).position_m;
            let share = (screen.y - from.y) / (to.y - from.y);
            let offset = from + (to - from) * share - screen;
            offset.x.abs() < plate.half_width_m && offset.z.abs() < plate.half_height_m
        })
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
            self.behind_for += u32::from(behind);
            self.moment_left = 0;
        } else {
            self.moment_left = if self.behind_for >= HIDDEN_RECORDS {
                MOMENT_RECORDS
            } else {
                self.moment_left.saturating_sub(1)
            };
            self.behind_for = 0;
        }
        let success = self.moment_left > 0 && cosine > LOOKS_AT;
        Outcome {
            reward: -libm::acosf(cosine.clamp(-1.0, 1.0)),
            success,
            terminated: success,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}
