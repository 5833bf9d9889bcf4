//! Who puts things where they belong: takes each by its knob, holds it upright and turned as its hole over it, and leads it
//! down with a little wiggle where it jams.

use super::sections::Section;
use super::things::{KNOB_M, Thing};
use super::{GOAL, HOLE_FLOOR_M, Job, PEG, RIM_M, foot_in_hole, yawed};
use crate::drawn;
use crate::gripper::{Aim, HAND, nearest_turn, yaw_of};
use std::f32::consts::PI;
use terrella_sim::glam::{Quat, Vec3};
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;

/// How high a foot is carried over the rim, m.
const CARRY_M: f32 = 0.03;
/// What it takes for the rim where there is none, m.
const LOW_RIM_M: f32 = 0.02;
/// What jams and did not sink by this in half a second is taken back a little, m.
const SUNK_M: f32 = 0.003;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Reach,
    Lower,
    Close,
    Carry,
    Insert,
    Back,
    Release,
}

#[derive(Clone, Debug)]
pub(super) struct Expert {
    thing: Thing,
    /// Turned by this, it is the same, rad.
    period: f32,
    /// How high over the mark the rim is, with a little more, m.
    rim: f32,
    stage: Stage,
    /// Steps in this stage.
    steps: u32,
    /// Height of the foot half a second ago, m.
    sank_from: f32,
}

impl Expert {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        let section = drawn::word(plan, "section");
        let job = Job::of(plan);
        let depth = RIM_M - HOLE_FLOOR_M;
        Expert {
            thing: job.thing(),
            rim: match job {
                Job::Carry => LOW_RIM_M,
                _ => job.thing().sinks_m(depth) + HOLE_FLOOR_M,
            },
            period: Section::of(section, 1.0).period,
            stage: Stage::Reach,
            steps: 0,
            sank_from: 1.0,
        }
    }

    /// What it handles.
    pub(super) fn thing(&self) -> Thing {
        self.thing
    }

    /// How high over the mark the rim is, with a little more, m.
    pub(super) fn rim(&self) -> f32 {
        self.rim
    }

    /// Begins anew, from wherever hand and thing are.
    pub(super) fn begin(&mut self) {
        self.go(Stage::Reach);
    }

    fn go(&mut self, stage: Stage) {
        self.stage = stage;
        self.steps = 0;
        self.sank_from = 1.0;
    }

    /// Around the knob, the fingertips this high over the shoulders.
    fn at_knob(&self, view: &StepView<'_>, above: f32, speed: f32) -> Aim {
        let (peg, palm) = (view.body_named(PEG), view.body_named(HAND));
        let shoulders = peg.position_m + peg.rotation * (Vec3::Z * self.thing.shoulder_m());
        let now = yaw_of(palm.rotation);
        let turn = nearest_turn(yaw_of(peg.rotation) - now, 0.5 * PI);
        Aim::tips(shoulders + Vec3::Z * above, now + turn, speed)
    }

    /// Brings what is held upright, turned as its hole plus `twist`, its foot to a place in the hole's frame.
    pub(super) fn lead(&self, view: &StepView<'_>, foot: Vec3, twist: f32, speed: f32) -> Aim {
        let (peg, palm, goal) = (view.body_named(PEG), view.body_named(HAND), view.body_named(GOAL));
        let (own, hole) = (yaw_of(peg.rotation), yaw_of(goal.rotation));
        let yaw = own + nearest_turn(hole - own, self.period);
        let turn = yawed(yaw + twist) * peg.rotation.inverse();
        let foot_now = peg.position_m + peg.rotation * (Vec3::NEG_Z * self.thing.foot_m());
        let wanted = goal.position_m + goal.rotation * foot;
        // The foot stays the same point of the hand while that turns.
        let from_foot = turn * (palm.position_m - foot_now);
        Aim {
            place: wanted + from_foot,
            rotation: (turn * palm.rotation).normalize(),
            speed,
        }
    }
}

/// How high a foot is carried over a rim of this height, m.
pub(super) fn over_rim_m(rim: f32) -> f32 {
    rim + CARRY_M
}

/// Where the foot goes while it is brought over a rim of this height: up first, then across, then down.
fn way_over(foot: Vec3, rim: f32) -> Vec3 {
    let high = over_rim_m(rim);
    let aside = foot.truncate().length();
    if foot.z < high - 0.015 && aside > 0.01 {
        foot.with_z(high + 0.01)
    } else if aside > 0.004 {
        Vec3::Z * high
    } else {
        Vec3::Z * (rim - 0.004)
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let hand = view.mechanism_index(HAND).expect("the family makes a hand");
        let holds = view.held_by(hand).is_some() && view.held_by(hand) == view.body_index(PEG);
        let foot = foot_in_hole(view, self.thing);
        self.steps += 1;
        match self.stage {
            Stage::Reach if holds => self.go(Stage::Carry),
            Stage::Carry | Stage::Insert | Stage::Back if !holds => self.go(Stage::Reach),
            _ => {}
        }
        match self.stage {
            Stage::Reach => {
                let aim = self.at_knob(view, KNOB_M[1] + 0.03, 0.35);
                let (way, turn) = aim.error(view);
                if way.length() < 0.012 && turn.length() < 0.06 {
                    self.go(Stage::Lower);
                }
                aim.act(view, 0.0, action);
            }
            Stage::Lower => {
                let aim = self.at_knob(view, 0.004, 0.12);
                if aim.error(view).0.length() < 0.004 || self.steps > 40 {
                    self.go(Stage::Close);
                }
                aim.act(view, 0.0, action);
            }
            Stage::Close => {
                if holds {
                    self.go(Stage::Carry);
                } else if self.steps > 25 {
                    self.go(Stage::Reach);
                }
                self.at_knob(view, 0.004, 0.05).act(view, 1.0, action);
            }
            Stage::Carry => {
                let speed = if foot.truncate().length() > 0.03 {
                    0.35
                } else {
                    0.12
                };
                let aim = self.lead(view, way_over(foot, self.rim), 0.0, speed);
                let (_, turn) = aim.error(view);
                if foot.truncate().length() < 0.0015 && turn.length() < 0.02 && foot.z < self.rim + CARRY_M {
                    self.go(Stage::Insert);
                }
                aim.act(view, 1.0, action);
            }
            Stage::Insert => {
                // Round and round, wider where it jams; turning a little to and fro.
                let jammed = (self.steps as f32 / 20.0).min(3.0);
                let phase = 1.3 * self.steps as f32;
                let wiggle = 0.0004 * jammed;
                let aside = Vec3::new(libm::cosf(phase), libm::sinf(phase), 0.0) * wiggle;
                let twist = 0.01 * jammed * libm::sinf(0.7 * phase);
                let deeper = Vec3::Z * (foot.z - 0.03);
                let aim = self.lead(view, aside + deeper, twist, 0.12);
                if foot.z < 0.003 {
                    self.go(Stage::Release);
                } else if self.steps.is_multiple_of(view.world().control_hz / 2) {
                    if self.sank_from - foot.z < SUNK_M {
                        self.go(Stage::Back);
                    }
                    self.sank_from = foot.z;
                }
                aim.act(view, 1.0, action);
            }
            Stage::Back => {
                let aim = self.lead(view, Vec3::Z * (foot.z + 0.02), 0.0, 0.1);
                if self.steps > 6 {
                    self.go(if foot.z > self.rim - 0.012 {
                        Stage::Carry
                    } else {
                        Stage::Insert
                    });
                }
                aim.act(view, 1.0, action);
            }
            Stage::Release => {
                let palm = view.body_named(HAND);
                let rise = if self.steps > 8 { 0.05 } else { 0.0 };
                let aim = Aim {
                    place: palm.position_m + Vec3::Z * rise,
                    rotation: Quat::from_rotation_z(yaw_of(palm.rotation)),
                    speed: 0.15,
                };
                if self.steps > 8 {
                    aim.act(view, 0.0, action);
                } else {
                    action.fill(0.0);
                }
                if self.steps > 40 && foot.z > super::DEPTH_M {
                    self.go(Stage::Reach);
                }
                if palm.position_m.z > 0.3 {
                    action[..6].fill(0.0);
                }
            }
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
