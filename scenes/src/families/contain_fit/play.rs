//! Play: the thing is carried to one random pose after another, over the table and the holes, let go there or not, and put into its hole
//! and taken out again.

use super::expert::{Expert, over_rim_m};
use super::{DEPTH_M, GOAL, PEG, foot_in_hole};
use crate::gripper::HAND;
use crate::play::{Subgoals, place_in};
use terrella_sim::glam::Vec3;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Share of the subgoals that are its hole, and of poses at which it lets go.
const HOLES: f64 = 0.35;
const LETS_GO: f64 = 0.4;
/// The box in which the thing's foot is brought to, m, and how far it is turned, rad.
const LOW_M: Vec3 = Vec3::new(-0.22, -0.2, 0.03);
const HIGH_M: Vec3 = Vec3::new(0.22, 0.2, 0.16);
const TURNED_RAD: f32 = 1.5;
/// What it lets go is so high over the table, m.
const LAID_M: f32 = 0.008;
/// It is there where it is this near, m, and waits so many steps for what it lets go.
const THERE_M: f32 = 0.012;
const OPENS: u32 = 8;
/// How fast it carries, m/s.
const CARRIES_MPS: f32 = 0.3;

#[derive(Clone, Copy, Debug)]
struct Pose {
    /// Where the foot is to be in the frame of its hole, m, and how far it is turned from the hole, rad.
    foot: Vec3,
    turned_rad: f32,
    lets_go: bool,
    /// For how many steps it has been there.
    steps: u32,
}

/// Poses and the hole, and whose hand brings it there.
#[derive(Clone, Debug)]
pub(super) struct Poses {
    hand: Expert,
    /// None: the hole.
    pose: Option<Pose>,
}

impl Poses {
    pub(super) fn new(hand: Expert) -> Self {
        Poses { hand, pose: None }
    }
}

fn holds(view: &StepView<'_>) -> bool {
    let held = view.held_by(view.mechanism_index(HAND).expect("the family makes a hand"));
    held.is_some() && held == view.body_index(PEG)
}

impl Subgoals for Poses {
    const PATIENCE_SECS: f32 = 6.0;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        let goal = view.body_named(GOAL);
        let is_in = foot_in_hole(view, self.hand.thing()).length() < 2.0 * DEPTH_M;
        self.pose = (is_in || !rng.chance(HOLES)).then(|| {
            let lets_go = rng.chance(LETS_GO);
            let mut place = place_in(LOW_M, HIGH_M, rng);
            if lets_go {
                place.z = LAID_M;
            }
            Pose {
                foot: goal.rotation.inverse() * (place - goal.position_m),
                turned_rad: rng.uniform_f32(-TURNED_RAD, TURNED_RAD),
                lets_go,
                steps: 0,
            }
        });
        self.hand.begin();
        true
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        let foot = foot_in_hole(view, self.hand.thing());
        let holds = holds(view);
        match &mut self.pose {
            None => foot.length() < DEPTH_M && !holds,
            Some(pose) => {
                let is_there = foot.distance(pose.foot) < THERE_M || pose.steps > 0;
                pose.steps += u32::from(is_there);
                pose.steps > OPENS
            }
        }
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let opens = |pose: &Pose| pose.lets_go && pose.steps > 0;
        match self.pose {
            Some(pose) if opens(&pose) => action.fill(0.0),
            Some(pose) if holds(view) => {
                let foot = foot_in_hole(view, self.hand.thing());
                let aside = (pose.foot - foot).truncate().length();
                let high = over_rim_m(self.hand.rim()).max(pose.foot.z);
                // Up first, then across, then down.
                let to = if aside < THERE_M {
                    pose.foot
                } else if foot.z < high - 0.015 {
                    foot.with_z(high + 0.01)
                } else {
                    pose.foot.with_z(high)
                };
                let turned = if foot.z < high - 0.015 && aside > THERE_M {
                    0.0
                } else {
                    pose.turned_rad
                };
                self.hand
                    .lead(view, to, turned, CARRIES_MPS)
                    .act(view, 1.0, action);
            }
            _ => self.hand.act(view, rng, action),
        }
    }
}
