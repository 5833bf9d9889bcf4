//! What can be asked in the kitchen, and when it is done.

use super::parts::{
    BUTTON, CUP, CUPBOARD, DRAWER, DRAWER_INSIDE, DRAWER_TRAVEL_M, JAR, JAR_HEIGHT_M, JAR_INNER_M, LEAN_RAD,
    LID, LID_REST_M, PLATE, PLATE_HALF_M, PLATE_TOP_M, SPOON, SWITCH,
};
use super::{BLOCK, LAMP};
use crate::gripper::HAND;
use terrella_sim::glam::Vec3;
use terrella_sim::view::StepView;

/// A predicate that is to become true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    DrawerOpen,
    DrawerClosed,
    CupboardOpen,
    CupboardClosed,
    LampOn,
    SwitchOn,
    SwitchOff,
    BlockInDrawer,
    BlockInJar,
    BlockOnPlate,
    CupOnPlate,
    SpoonInDrawer,
    SpoonOnPlate,
    JarOpen,
    JarClosed,
}

/// Every goal with its word and its task.
pub(super) const GOALS: [(Goal, &str, &str); 15] = [
    (Goal::DrawerOpen, "drawer_open", "open the drawer"),
    (Goal::DrawerClosed, "drawer_closed", "close the drawer"),
    (Goal::CupboardOpen, "cupboard_open", "open the cupboard"),
    (Goal::CupboardClosed, "cupboard_closed", "close the cupboard"),
    (Goal::LampOn, "lamp_on", "press the button"),
    (Goal::SwitchOn, "switch_on", "switch the light on"),
    (Goal::SwitchOff, "switch_off", "switch the light off"),
    (
        Goal::BlockInDrawer,
        "block_in_drawer",
        "put the block into the drawer",
    ),
    (Goal::BlockInJar, "block_in_jar", "put the block into the jar"),
    (Goal::BlockOnPlate, "block_on_plate", "put the block on the plate"),
    (Goal::CupOnPlate, "cup_on_plate", "put the cup on the plate"),
    (
        Goal::SpoonInDrawer,
        "spoon_in_drawer",
        "put the spoon into the drawer",
    ),
    (Goal::SpoonOnPlate, "spoon_on_plate", "put the spoon on the plate"),
    (Goal::JarOpen, "jar_open", "take the lid off the jar"),
    (Goal::JarClosed, "jar_closed", "put the lid on the jar"),
];

/// Share of its way at which a drawer or door is open.
pub(super) const OPEN: f32 = 0.8;
/// Share of its way within which it is closed.
pub(super) const CLOSED: f32 = 0.04;
/// What moves more slowly rests, m/s.
const REST_MPS: f32 = 0.04;
/// From the jar's middle, an open jar's lid is further away, m.
const OFF_M: f32 = 0.09;

impl Goal {
    pub fn named(word: &str) -> Goal {
        let found = GOALS.iter().find(|(_, name, _)| *name == word);
        found.expect("the factor's words are the goals'").0
    }

    pub fn of_task(task: &str) -> Goal {
        let found = GOALS.iter().find(|(.., text)| *text == task);
        found.expect("the tasks are the goals'").0
    }

    pub fn task(self) -> &'static str {
        let found = GOALS.iter().find(|(goal, ..)| *goal == self);
        found.expect("every goal is listed").2
    }

    /// Whether it is reached, and how much is left, 0..1 or m.
    pub fn assess(self, view: &StepView<'_>) -> (bool, f32) {
        match self {
            Goal::DrawerOpen => opened(share(view, DRAWER)),
            Goal::DrawerClosed => closed(share(view, DRAWER)),
            Goal::CupboardOpen => opened(share(view, CUPBOARD)),
            Goal::CupboardClosed => closed(share(view, CUPBOARD)),
            Goal::LampOn => {
                let lamp = view.mechanism_index(LAMP).expect("the family makes it");
                let tip = view.body_named(HAND).position_m - Vec3::Z * crate::gripper::TIP_M;
                let way = view.body_named(BUTTON).position_m.distance(tip);
                (view.mechanism_state(lamp) > 0.5, way)
            }
            Goal::SwitchOn => leans(view, LEAN_RAD),
            Goal::SwitchOff => leans(view, -LEAN_RAD),
            Goal::BlockInDrawer => in_drawer(view, BLOCK),
            Goal::SpoonInDrawer => in_drawer(view, SPOON),
            Goal::BlockInJar => {
                let local = view.body_named(BLOCK).position_m - view.body_named(JAR).position_m;
                let inside =
                    local.truncate().abs().max_element() < JAR_INNER_M && local.z < JAR_HEIGHT_M - 0.01;
                (inside && lies(view, BLOCK), local.length())
            }
            Goal::BlockOnPlate => on_plate(view, BLOCK),
            Goal::SpoonOnPlate => on_plate(view, SPOON),
            Goal::CupOnPlate => {
                let cup = view.body_named(CUP);
                let local = cup.position_m - view.body_named(PLATE).position_m;
                let on = local.truncate().abs().max_element() < PLATE_HALF_M - 0.01
                    && (local.z - 0.5 * PLATE_TOP_M).abs() < 0.006;
                (
                    on && (cup.rotation * Vec3::Z).z > 0.98 && lies(view, CUP),
                    local.length(),
                )
            }
            Goal::JarOpen => {
                let local = view.body_named(LID).position_m - view.body_named(JAR).position_m;
                let way = local.truncate().length();
                let off = way > OFF_M && local.z < 0.04;
                (off && lies(view, LID), (OFF_M - way).max(0.0))
            }
            Goal::JarClosed => {
                let lid = view.body_named(LID);
                let local = lid.position_m - view.body_named(JAR).position_m;
                let on = local.truncate().length() < 0.012 && (local.z - LID_REST_M).abs() < 0.004;
                let way = local.distance(Vec3::Z * LID_REST_M);
                (on && (lid.rotation * Vec3::Z).z > 0.98 && lies(view, LID), way)
            }
        }
    }
}

/// How far a drawer or door is open, as a share of its way.
pub(super) fn share(view: &StepView<'_>, joint: &str) -> f32 {
    let index = view.joint_index(joint).expect("the family makes it");
    let way = match &view.world().joints[index].freedom {
        terrella_spec::world::Freedom::Hinge {
            limits_rad: Some([_, high]),
            ..
        } => *high,
        _ => DRAWER_TRAVEL_M,
    };
    view.joint_position(index) / way
}

/// Whether a body lies in the drawer, and how far its origin is from the middle of it, m.
fn in_drawer(view: &StepView<'_>, body: &str) -> (bool, f32) {
    let drawer = view.body_named(DRAWER);
    let local = drawer.rotation.inverse() * (view.body_named(body).position_m - drawer.position_m);
    let (low, high) = DRAWER_INSIDE;
    let inside = local.cmpge(low).all() && local.cmple(high).all();
    (inside && lies(view, body), local.distance(0.5 * (low + high)))
}

/// Whether a body lies on the plate, and how far its origin is from the plate's, m.
fn on_plate(view: &StepView<'_>, body: &str) -> (bool, f32) {
    let local = view.body_named(body).position_m - view.body_named(PLATE).position_m;
    let on = local.truncate().abs().max_element() < PLATE_HALF_M && local.z < 0.05;
    (on && lies(view, body), local.length())
}

fn opened(share: f32) -> (bool, f32) {
    (share >= OPEN, (1.0 - share / OPEN).max(0.0))
}

fn closed(share: f32) -> (bool, f32) {
    (share <= CLOSED, (share - CLOSED).max(0.0))
}

/// Whether the switch's lever leans as it rests there, and how far it has to go, rad.
fn leans(view: &StepView<'_>, rest_rad: f32) -> (bool, f32) {
    let joint = view.joint_index(SWITCH).expect("the family makes it");
    let way = (view.joint_position(joint) - rest_rad).abs();
    (way < 0.2 * LEAN_RAD, way)
}

/// It rests and no hand holds it.
fn lies(view: &StepView<'_>, body: &str) -> bool {
    let hand = view.mechanism_index(HAND).expect("the family makes a hand");
    let held = view.held_by(hand).is_some() && view.held_by(hand) == view.body_index(body);
    !held && view.body_named(body).linear_velocity_mps.length() < REST_MPS
}
