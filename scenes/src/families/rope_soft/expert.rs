//! The expert of `rope_soft`: takes the handle, goes along a way of places, and lets go.

use super::rigs::HANDLE_M;
use super::{CURTAIN, DRAPE, HAND_MPS, JELLY, PULL, TEAR, width};
use terrella_sim::glam::Vec3;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::Shape;
use terrella_spec::soft::SoftForm;

/// How near a place counts as reached, m.
const NEAR_M: f32 = 0.03;

#[derive(Clone, Debug)]
pub(super) struct Expert {
    /// Where the handle is carried; of a pull only the goal.
    way: Vec<Vec3>,
    /// The next of those places.
    next: usize,
    /// The rope that pulls: its length, m.
    pulls: Option<f32>,
    /// It drags a jelly.
    drags: bool,
    done: bool,
}

impl Expert {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        let world = &plan.world;
        let at = |name: &str| Vec3::from(world.bodies[name].position_m);
        let (handle, goal) = (at("handle"), at("goal"));
        let soft = &world.softs["soft"];
        // Towards the side that the handle is not on.
        let side = if handle.x > goal.x { -1.0 } else { 1.0 };
        let place = |x: f32, z: f32| Vec3::new(x, 0.0, z);
        let radius = match &world.bodies["goal"].shape {
            Shape::Ball { radius_m } | Shape::Cylinder { radius_m, .. } => *radius_m,
            _ => 0.0,
        };
        let mut pulls = None;
        let way = match plan.task.as_str() {
            DRAPE => {
                let over = goal.z + radius + HANDLE_M + 0.06;
                vec![
                    place(handle.x, over),
                    place(side * (radius + 0.12), over),
                    place(side * (radius + 0.12), 0.06),
                ]
            }
            PULL => {
                if let SoftForm::Rope { along_m, .. } = &soft.form {
                    pulls = Some(Vec3::from(along_m[0]).distance(Vec3::from(along_m[1])));
                }
                vec![goal]
            }
            JELLY => vec![goal],
            // Down and past the mark until nothing holds it back, then onto it.
            TEAR => vec![
                goal + Vec3::new(0.0, -0.25, 0.12),
                goal + Vec3::new(0.0, 0.0, 0.06),
            ],
            CURTAIN => {
                let fixed = -handle.x.signum();
                let near = handle + Vec3::new(fixed * 0.75 * width(soft), -0.08, 0.02);
                vec![handle + Vec3::new(fixed * 0.1, -0.08, 0.02), near]
            }
            _ => {
                let over = 2.0 * radius + HANDLE_M + 0.1;
                let half = 0.5 * width(soft);
                vec![
                    place(handle.x, over),
                    place(0.0, over + 0.03),
                    place(side * (half + 0.01), 0.5 * over),
                    place(side * (half + 0.03), 0.06),
                ]
            }
        };
        Expert {
            way,
            next: 0,
            pulls,
            drags: plan.task == JELLY,
            done: false,
        }
    }

    /// Where the hand goes that holds the handle; nothing when it is time to let go.
    fn carried_to(&mut self, view: &StepView<'_>, hand: Vec3) -> Option<Vec3> {
        if self.drags {
            let left = (self.way[0] - view.body_named("load").position_m).truncate();
            // Level, and slower the nearer it comes, for a jelly swings.
            return (left.length() > 0.02).then(|| hand + (0.4 * left).extend(0.0));
        }
        if let Some(length) = self.pulls {
            let load = view.body_named("load").position_m;
            let left = (self.way[0] - load).truncate();
            if left.length() < 0.03 {
                return None;
            }
            // Ahead of the box by the rope and a bit more, so that it comes as far as the mark.
            let ahead = left.normalize_or_zero();
            let reach = length + HANDLE_M + 0.1 + left.length().min(0.1);
            let target = load.truncate() + ahead * reach;
            return Some(target.extend(0.06));
        }
        while self.next < self.way.len() && hand.distance(self.way[self.next]) < NEAR_M {
            self.next += 1;
        }
        self.way.get(self.next).copied()
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let hand = view.body_named("hand").position_m;
        let handle = view.body_named("handle").position_m;
        let grip = view.mechanism_index("grip").expect("it is there");
        let holds = view.held_by(grip).is_some();
        let target = if self.done {
            // Up and away, so that it is seen to have let go.
            Some(hand + Vec3::new(0.0, 0.0, 0.1))
        } else if holds {
            let target = self.carried_to(view, hand);
            self.done = target.is_none();
            target
        } else if (hand - handle).truncate().length() > 0.02 && hand.z < handle.z + 0.06 {
            // From above.
            Some(Vec3::new(hand.x, hand.y, handle.z + 0.1))
        } else if (hand - handle).truncate().length() > 0.012 {
            Some(handle + Vec3::new(0.0, 0.0, 0.1))
        } else {
            Some(handle)
        };
        let way = target.map_or(Vec3::ZERO, |target| target - hand);
        let most = if holds { 0.45 } else { HAND_MPS };
        let speed = (way * 6.0).clamp_length_max(most);
        let wants = !self.done && (holds || hand.distance(handle) < HANDLE_M + 0.015);
        action.copy_from_slice(&[speed.x, speed.y, speed.z, if wants { 1.0 } else { 0.0 }]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
