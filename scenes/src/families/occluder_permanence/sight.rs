//! The judge of `occluder_permanence`: what the head can see, and whether it looks there when it can again.

use terrella_sim::glam::Vec3;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::Shape;

/// It counts as hidden after so many records without sight.
const HIDDEN_RECORDS: u32 = 8;
/// The moment after it has come out, in records.
const MOMENT_RECORDS: u32 = 5;
/// Cosine of the largest angle between where the head looks and where the target is: 4 degrees.
const LOOKS_AT: f32 = 0.997_564;

#[derive(Clone, Debug)]
pub(super) struct Judge {
    /// The screens: index of the body, half width and half height, m.
    screens: Vec<(usize, f32, f32)>,
    /// For how many records it has been hidden.
    hidden_for: u32,
    /// Records of the moment that are left.
    moment_left: u32,
}

impl Judge {
    pub fn new(plan: &WorldPlan) -> Self {
        let bodies = plan.world.bodies.iter().enumerate();
        let screens = bodies.filter_map(|(index, (_, body))| match body.shape {
            Shape::Box { half_extents_m } if body.class == "screen" => {
                Some((index, half_extents_m[0], half_extents_m[2]))
            }
            _ => None,
        });
        Judge {
            screens: screens.collect(),
            hidden_for: 0,
            moment_left: 0,
        }
    }

    /// True where a screen is between the head and the target's middle.
    pub fn is_hidden(&self, view: &StepView<'_>) -> bool {
        let from = view.body_named("head").position_m;
        let to = view.body_named("target").position_m;
        self.screens.iter().any(|(index, half_width, half_height)| {
            let screen = view.body(*index).position_m;
            let share = (screen.y - from.y) / (to.y - from.y);
            let offset = from + (to - from) * share - screen;
            offset.x.abs() < *half_width && offset.z.abs() < *half_height
        })
    }
}

impl Task for Judge {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let head = view.body_named("head");
        let way = view.body_named("target").position_m - head.position_m;
        let cosine = (head.rotation * Vec3::X).dot(way.normalize_or(Vec3::Y));
        if self.is_hidden(view) {
            self.hidden_for += 1;
            self.moment_left = 0;
        } else {
            self.moment_left = if self.hidden_for >= HIDDEN_RECORDS {
                MOMENT_RECORDS
            } else {
                self.moment_left.saturating_sub(1)
            };
            self.hidden_for = 0;
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
