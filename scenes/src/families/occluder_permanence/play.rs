//! Play: the head looks at one mover or screen after another for a while, and what hides is opened now and then.

use super::expert::look_at;
use crate::play::Subgoals;
use terrella_sim::glam::Vec3;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// How probable it is that what hides is open.
const LIFTS: f64 = 0.4;
/// It looks at a thing within this, rad, for so long, s.
const THERE_RAD: f32 = 0.06;
const LOOKS_SECS: [f32; 2] = [0.2, 1.0];

/// Things to look at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Looks {
    body: usize,
    lifts: bool,
    left_secs: f32,
}

impl Subgoals for Looks {
    const PATIENCE_SECS: f32 = 2.0;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        let names = view.world().bodies.keys().enumerate();
        let things = ["target", "other_", "screen", "post_"];
        let things = names.filter(|(_, name)| things.iter().any(|thing| name.starts_with(thing)));
        let others: Vec<usize> = things
            .map(|(index, _)| index)
            .filter(|index| *index != self.body)
            .collect();
        *self = Looks {
            body: others[rng.below(others.len())],
            lifts: rng.chance(LIFTS),
            left_secs: rng.uniform_f32(LOOKS_SECS[0], LOOKS_SECS[1]),
        };
        true
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        let head = view.body_named("head");
        let way = view.body(self.body).position_m - head.position_m;
        if way.angle_between(head.rotation * Vec3::X) < THERE_RAD {
            self.left_secs -= view.record_secs();
        }
        self.left_secs < 0.0
    }

    fn pursue(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let body = view.body(self.body);
        let [yaw, pitch] = look_at(view, body.position_m);
        action.copy_from_slice(&[yaw, pitch, f32::from(u8::from(self.lifts))]);
    }
}
