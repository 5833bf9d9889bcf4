//! Who keeps the kitchen: a list of skills made from the goal, each done by going over, down, closing, working, letting go.
//!
//! It misses now and then, as hands do: a grasp in five is aimed beside, closes on nothing, and is tried again. A clumsy one
//! misses two in five.

use super::goals::{Goal, share};
use super::parts::{
    BUTTON, BUTTON_TOP_M, CUP, CUP_GRIP_M, CUPBOARD, DRAWER, DRAWER_FLOOR_M, DRAWER_HANDLE, DRAWER_TRAVEL_M,
    Door, Handle, HandleKind, JAR, JAR_HEIGHT_M, LEAN_RAD, LID, LID_LIES_M, LID_REST_M, PLATE, PLATE_TOP_M,
    SPOON, SPOON_HALF_M, SWITCH,
};
use super::{BLOCK, LAMP};
use crate::drawn::{real, word};
use crate::gripper::{Aim, HAND, TIP_M, nearest_turn, yaw_of};
use std::f32::consts::PI;
use terrella_sim::glam::{Quat, Vec3};
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;

/// How high fingertips travel, m.
const SAFE_M: f32 = 0.15;
/// Share of grasps that are aimed beside, that of a clumsy hand, and how far, m.
const MISSES: f64 = 0.2;
const CLUMSY_MISSES: f64 = 0.4;
const MISS_M: f32 = 0.05;
/// From how far beside its foot a lever is pushed, and how high over the table, m.
const FLIP_M: f32 = 0.075;
const FLIP_HIGH_M: f32 = 0.036;
/// How far before a handle closed fingers go down to push it, m.
const PUSH_M: f32 = 0.024;
/// How far closed the fingers go down around a handle: one of them fits behind it.
const AROUND_HANDLE: f32 = 0.5;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Skill {
    Press,
    /// Pushes the switch's lever over: on or off.
    Flip(bool),
    /// Brings the drawer or the cupboard to a share of its way.
    Slide(f32),
    Swing(f32),
    /// Lays a body down at a place in the frame of another, or of the world.
    Carry(&'static str, &'static str, Vec3),
}

impl Skill {
    /// The body that it moves.
    pub(super) fn thing(self) -> &'static str {
        match self {
            Skill::Press => BUTTON,
            Skill::Flip(_) => SWITCH,
            Skill::Slide(_) => DRAWER,
            Skill::Swing(_) => CUPBOARD,
            Skill::Carry(body, ..) => body,
        }
    }

    /// What brings about a goal where nothing is in the way.
    pub(super) fn of(plan: &WorldPlan, goal: Goal) -> Skill {
        let half = real(plan, "block_half_m");
        match goal {
            Goal::DrawerOpen => Skill::Slide(1.0),
            Goal::DrawerClosed => Skill::Slide(-0.05),
            Goal::CupboardOpen => Skill::Swing(1.0),
            Goal::CupboardClosed => Skill::Swing(-0.05),
            Goal::LampOn => Skill::Press,
            Goal::SwitchOn => Skill::Flip(true),
            Goal::SwitchOff => Skill::Flip(false),
            Goal::BlockInDrawer => {
                let inside = Vec3::new(0.0, 0.045, DRAWER_FLOOR_M + half + 0.006);
                Skill::Carry(BLOCK, DRAWER, inside)
            }
            Goal::BlockInJar => Skill::Carry(BLOCK, JAR, Vec3::Z * (JAR_HEIGHT_M + half + 0.004)),
            Goal::BlockOnPlate => Skill::Carry(BLOCK, PLATE, Vec3::Z * (0.5 * PLATE_TOP_M + half + 0.003)),
            Goal::CupOnPlate => Skill::Carry(CUP, PLATE, Vec3::Z * (0.5 * PLATE_TOP_M + 0.003)),
            Goal::SpoonInDrawer => Skill::Carry(
                SPOON,
                DRAWER,
                Vec3::new(0.0, 0.045, DRAWER_FLOOR_M + SPOON_HALF_M + 0.006),
            ),
            Goal::SpoonOnPlate => {
                Skill::Carry(SPOON, PLATE, Vec3::Z * (0.5 * PLATE_TOP_M + SPOON_HALF_M + 0.003))
            }
            Goal::JarOpen => Skill::Carry(LID, "", spot_for_lid(plan)),
            Goal::JarClosed => Skill::Carry(LID, JAR, Vec3::Z * (LID_REST_M + 0.003)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Over,
    Down,
    Close,
    Work,
    Open,
    Up,
}

#[derive(Clone, Debug)]
pub(super) struct Expert {
    skills: Vec<Skill>,
    next: usize,
    stage: Stage,
    steps: u32,
    /// Share of its grasps that are aimed beside.
    misses: f64,
    /// How far beside this grasp is aimed, m, along the palm's x.
    beside: f32,
    /// How far closed the fingers stay after they have let go, until they are up: what they held is still between them.
    release: Option<f32>,
    handle: Handle,
    door: Door,
    block_half: f32,
    /// Whether it turns its hand.
    turns: bool,
}

impl Expert {
    pub(super) fn new(plan: &WorldPlan, goal: Goal) -> Self {
        let own = Skill::of(plan, goal);
        let take_off = Skill::of(plan, Goal::JarOpen);
        let start = word(plan, "drawer_start");
        let key = match word(plan, "drawer_lock") {
            "switch" => Skill::Flip(true),
            _ => Skill::Press,
        };
        let unlock = (start == "locked").then_some(key);
        let first = match goal {
            Goal::DrawerOpen => vec![unlock],
            Goal::BlockInDrawer | Goal::SpoonInDrawer => {
                vec![unlock, (start != "open").then_some(Skill::Slide(1.0))]
            }
            Goal::CupboardOpen => vec![(word(plan, "cupboard_start") == "locked").then_some(Skill::Press)],
            Goal::BlockInJar => vec![(word(plan, "lid_start") == "on").then_some(take_off)],
            _ => Vec::new(),
        };
        let skills = first.into_iter().flatten().chain([own]).collect();
        Expert {
            skills,
            next: 0,
            stage: Stage::Over,
            steps: 0,
            misses: MISSES,
            beside: 0.0,
            release: None,
            handle: Handle {
                kind: HandleKind::named(word(plan, "handle_kind")),
                standoff: real(plan, "handle_standoff_m"),
            },
            door: Door::named(word(plan, "cupboard_kind")),
            block_half: real(plan, "block_half_m"),
            turns: word(plan, "action") != "xyz",
        }
    }

    /// Nobody has asked for anything yet.
    pub(super) fn idle(plan: &WorldPlan) -> Self {
        let expert = Expert::new(plan, Goal::LampOn);
        Expert {
            skills: Vec::new(),
            ..expert
        }
    }

    /// True where all is done that was asked, and the hand is up again.
    pub(super) fn is_idle(&self) -> bool {
        self.next >= self.skills.len()
    }

    /// Asks for one thing more, after what it holds is let go.
    pub(super) fn ask(&mut self, skill: Skill) {
        self.skills = vec![skill];
        self.next = 0;
        self.go(Stage::Open);
    }

    /// The same, who misses more often.
    pub(super) fn clumsy(self) -> Self {
        Expert {
            misses: CLUMSY_MISSES,
            ..self
        }
    }

    fn go(&mut self, stage: Stage) {
        self.stage = stage;
        self.steps = 0;
    }

    /// Where the fingertips go to grip, m, the palm's yaw, and how far the fingers are closed on the way.
    fn grip(&self, view: &StepView<'_>, skill: Skill) -> (Vec3, f32, f32) {
        let now = yaw_of(view.body_named(HAND).rotation);
        let front = |body: &str, (x, z): (f32, f32)| {
            let front = view.body_named(body);
            front.position_m + front.rotation * self.handle.grip(x, z)
        };
        match skill {
            Skill::Press => {
                let at = view.body_named(BUTTON).position_m;
                (at.with_z(BUTTON_TOP_M - 0.004), now, 1.0)
            }
            Skill::Flip(on) => {
                let lever = view.body_named(SWITCH).position_m;
                let from = if on { -FLIP_M } else { FLIP_M };
                let tips = Vec3::new(lever.x + from, lever.y, FLIP_HIGH_M);
                (tips, now + nearest_turn(-now, 0.5 * PI), 1.0)
            }
            Skill::Slide(_) => (front(DRAWER, DRAWER_HANDLE), 0.0, AROUND_HANDLE),
            Skill::Swing(_) => {
                let turned = match self.door {
                    Door::Side(_) => yaw_of(view.body_named(CUPBOARD).rotation),
                    Door::Flap => 0.0,
                };
                let at = front(CUPBOARD, self.door.handle());
                if self.pushes(skill) {
                    let door = view.body_named(CUPBOARD);
                    (at - door.rotation * Vec3::Y * PUSH_M, 0.0, 1.0)
                } else {
                    (at, turned, AROUND_HANDLE)
                }
            }
            Skill::Carry(body, ..) => {
                let thing = view.body_named(body);
                // A lid by its knob, a cup beside its handle, a spoon across, a block below its middle.
                let (lift, period) = match body {
                    LID => (0.008, 0.5 * PI),
                    CUP => (CUP_GRIP_M, PI),
                    SPOON => (0.0, PI),
                    _ => (-0.3 * self.block_half, 0.5 * PI),
                };
                let yaw = now + nearest_turn(yaw_of(thing.rotation) - now, period);
                let tips = thing.position_m + Vec3::Z * lift;
                (tips.with_z(tips.z.max(0.006)), yaw, 0.0)
            }
        }
    }

    /// True where it touches without gripping: a door is shut by a hand that does not turn as a button is pressed.
    fn pushes(&self, skill: Skill) -> bool {
        match skill {
            Skill::Press | Skill::Flip(_) => true,
            Skill::Swing(to) => !self.turns && to < 0.5,
            Skill::Slide(_) | Skill::Carry(..) => false,
        }
    }

    /// The body that this skill holds.
    fn holds(&self, view: &StepView<'_>, skill: Skill) -> bool {
        if self.pushes(skill) {
            return true;
        }
        let hand = view.mechanism_index(HAND).expect("the family makes a hand");
        view.held_by(hand).is_some() && view.held_by(hand) == view.body_index(skill.thing())
    }

    /// How the held thing is led, and whether it is where it is to be.
    fn work(&self, view: &StepView<'_>, skill: Skill) -> (Aim, bool) {
        let palm = view.body_named(HAND);
        match skill {
            Skill::Press => {
                let lamp = view.mechanism_index(LAMP).expect("the family makes it");
                let (tips, yaw, _) = self.grip(view, skill);
                (Aim::tips(tips, yaw, 0.1), view.mechanism_state(lamp) > 0.5)
            }
            Skill::Flip(on) => {
                let (tips, yaw, _) = self.grip(view, skill);
                let lever = view.body_named(SWITCH).position_m;
                // To a little past the middle, whence the spring goes on.
                let past = if on { 0.02 } else { -0.02 };
                let joint = view.joint_index(SWITCH).expect("the family makes it");
                let lean = view.joint_position(joint) * if on { 1.0 } else { -1.0 };
                let place = tips.with_x(lever.x + past);
                (Aim::tips(place, yaw, 0.15), lean > 0.6 * LEAN_RAD)
            }
            Skill::Slide(to) => {
                let at = share(view, DRAWER);
                let way = ((to - at) * DRAWER_TRAVEL_M).clamp(-0.06, 0.06);
                let aim = Aim {
                    place: palm.position_m - Vec3::Y * way,
                    rotation: Quat::IDENTITY,
                    speed: 0.2,
                };
                (aim, if to > 0.5 { at > 0.93 } else { at < 0.02 })
            }
            Skill::Swing(_) if self.pushes(skill) => {
                let (tips, yaw, _) = self.grip(view, skill);
                let inwards = view.body_named(CUPBOARD).rotation * Vec3::Y;
                let aim = Aim::tips(tips + inwards * (2.0 * PUSH_M), yaw, 0.2);
                (aim, share(view, CUPBOARD) < 0.02)
            }
            Skill::Swing(to) => {
                let at = share(view, CUPBOARD);
                let (axis, anchor, travel) = self.door.hinge();
                let door = view.body_named(CUPBOARD);
                let hinge = door.position_m + door.rotation * anchor;
                let turn = Quat::from_axis_angle(axis, ((to - at) * travel).clamp(-0.3, 0.3));
                let aim = Aim {
                    place: hinge + turn * (palm.position_m - hinge),
                    rotation: (turn * palm.rotation).normalize(),
                    speed: 0.2,
                };
                (aim, if to > 0.5 { at > 0.9 } else { at < 0.02 })
            }
            Skill::Carry(body, frame, place) => {
                let thing = view.body_named(body);
                let goal = match frame {
                    "" => place,
                    frame => view.body_named(frame).position_m + place,
                };
                let way = goal - thing.position_m;
                let aside = way.truncate().length();
                // Up, across, down.
                let high = SAFE_M + 0.01 - thing.position_m.z;
                let way = if aside > 0.012 && high > 0.03 {
                    Vec3::Z * (high + 0.03)
                } else if aside > 0.006 {
                    way.with_z(high)
                } else {
                    way
                };
                let now = yaw_of(palm.rotation);
                // A spoon is laid as the drawer is wide.
                let yaw = if body == SPOON {
                    now + nearest_turn(-yaw_of(thing.rotation), PI)
                } else {
                    now
                };
                let aim = Aim {
                    place: palm.position_m + way,
                    rotation: Quat::from_rotation_z(yaw),
                    speed: if aside > 0.03 { 0.35 } else { 0.15 },
                };
                (aim, aside < 0.008 && (goal - thing.position_m).z.abs() < 0.005)
            }
        }
    }
}

/// Where a lid is laid beside the jar: where it lies if it is off, else where nothing else is.
fn spot_for_lid(plan: &WorldPlan) -> Vec3 {
    let taken: Vec<Vec3> = plan
        .world
        .bodies
        .iter()
        .filter(|(_, body)| {
            matches!(
                body.class.as_str(),
                "block" | "plate" | "button" | "clutter" | "cup" | "spoon"
            )
        })
        .map(|(_, body)| Vec3::from(body.position_m).with_z(0.0))
        .collect();
    let room = |spot: &Vec3| {
        let nearest = taken.iter().map(|other| other.distance(*spot));
        nearest.fold(f32::INFINITY, f32::min)
    };
    let spots = (0..11).flat_map(|x| (0..4).map(move |y| (x, y)));
    spots
        .map(|(x, y)| Vec3::new(-0.25 + 0.05 * x as f32, -0.25 + 0.05 * y as f32, 0.0))
        .max_by(|one, other| room(one).total_cmp(&room(other)))
        .expect("there are spots")
        .with_z(LID_LIES_M + 0.003)
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let palm = view.body_named(HAND);
        self.steps += 1;
        let Some(skill) = self.skills.get(self.next).copied() else {
            Aim::tips(palm.position_m.with_z(SAFE_M), yaw_of(palm.rotation), 0.1).act(view, 0.0, action);
            return;
        };
        let (mut tips, mut yaw, near) = self.grip(view, skill);
        if !self.turns {
            yaw = 0.0;
        }
        tips += Quat::from_rotation_z(yaw) * (Vec3::X * self.beside);
        match self.stage {
            Stage::Over => {
                if self.steps == 1 {
                    self.release = None;
                    let misses = !self.pushes(skill) && rng.chance(self.misses);
                    self.beside = if misses { MISS_M } else { 0.0 };
                }
                let high = tips.with_z(SAFE_M);
                let far = (high - palm.position_m).truncate().length() > 0.02;
                let low = palm.position_m.z - TIP_M < SAFE_M - 0.03;
                let place = if far && low {
                    (palm.position_m - Vec3::Z * TIP_M).with_z(SAFE_M + 0.02)
                } else {
                    high
                };
                let aim = Aim::tips(place, yaw, 0.4);
                let (way, turn) = aim.error(view);
                if !(far && low) && way.length() < 0.008 && turn.length() < 0.06 {
                    self.go(Stage::Down);
                }
                aim.act(view, near, action);
            }
            Stage::Down => {
                let aim = Aim::tips(tips, yaw, 0.2);
                if skill == Skill::Press {
                    self.go(Stage::Work);
                } else if aim.error(view).0.length() < 0.005 || self.steps > 40 {
                    self.go(Stage::Close);
                }
                aim.act(view, near, action);
            }
            Stage::Close => {
                if self.holds(view, skill) {
                    self.go(Stage::Work);
                } else if self.steps > 16 {
                    self.go(Stage::Open);
                }
                Aim::tips(tips, yaw, 0.05).act(view, 1.0, action);
            }
            Stage::Work => {
                let (aim, done) = self.work(view, skill);
                if done || self.steps > 120 || !self.holds(view, skill) {
                    self.next += usize::from(done);
                    self.go(Stage::Open);
                }
                aim.act(view, 1.0, action);
            }
            Stage::Open => {
                action.fill(0.0);
                // The next thing's grip may be too narrow to let this one go.
                let hand = view.mechanism_index(HAND).expect("the family makes a hand");
                if let Some(held) = view.held_by(hand) {
                    let is = |body: &str| view.body_index(body) == Some(held);
                    let handle = is(DRAWER) || is(CUPBOARD);
                    self.release = Some(if handle { AROUND_HANDLE } else { 0.0 });
                }
                action[action.len() - 1] = self.release.unwrap_or(near).max(0.05);
                if self.steps > 6 {
                    self.go(Stage::Up);
                }
            }
            Stage::Up => {
                let up = (palm.position_m - Vec3::Z * TIP_M).with_z(SAFE_M + 0.02);
                let aim = Aim::tips(up, yaw_of(palm.rotation), 0.4);
                let grip = self.release.unwrap_or(near.min(AROUND_HANDLE));
                aim.act(view, grip, action);
                if palm.position_m.z - TIP_M > SAFE_M - 0.03 || self.steps > 40 {
                    self.go(Stage::Over);
                }
            }
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
