//! The judge of `drop_bounce`.

use super::objects::bounding_radius;
use super::{TRAY_BOTTOM_M, TRAY_HALF_M};
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;

/// It rests where its centre and its surface, as it turns, are slower than this, m/s ...
const REST_MPS: f32 = 0.1;
/// ... for so long, s: at the top of a bounce it is slow for a moment only.
const REST_SECS: f32 = 0.3;

/// The held object comes to rest in the tray.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drop {
    tray: [f32; 2],
    /// Its centre is no higher than this where it stands on the tray's bottom, however it lies, m.
    highest_m: f32,
    /// From its origin to its farthest point, m.
    reach_m: f32,
    /// For how many records it has been resting in the tray.
    resting: u32,
}

impl Drop {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        let tray = plan.world.bodies["tray"].position_m;
        let reach_m = bounding_radius(&plan.world.bodies["object_0"].shape);
        Drop {
            tray: [tray[0], tray[1]],
            highest_m: TRAY_BOTTOM_M + reach_m + 0.01,
            reach_m,
            resting: 0,
        }
    }
}

impl Task for Drop {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let object = view.body_named("object_0");
        let offset = [
            object.position_m.x - self.tray[0],
            object.position_m.y - self.tray[1],
        ];
        let distance = (offset[0] * offset[0] + offset[1] * offset[1]).sqrt();
        let inside = offset.iter().all(|part| part.abs() < TRAY_HALF_M);
        let grip = view.mechanism_index("grip").expect("the family makes a grip");
        let free = view.held_by(grip).is_none();
        let still = object.linear_velocity_mps.length() < REST_MPS
            && object.angular_velocity_radps.length() * self.reach_m < REST_MPS
            && object.position_m.z < self.highest_m;
        let rests = inside && free && still;
        self.resting = if rests { self.resting + 1 } else { 0 };
        Outcome {
            reward: -distance,
            // The first record of a rest is no time yet.
            success: self.resting as f32 > REST_SECS / view.record_secs(),
            terminated: false,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
