//! How a chain is started: by a ball that is placed, or by a lever that is pulled, far enough and not too far.

use super::row::{HALF_DEPTH_M, LIP_M, Row};
use crate::looks;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{Body, Freedom, Joint, Mechanism};

/// The mechanism that is pulled, and in worlds with a lever its joint and the tray that it tips.
pub(super) const LEVER: &str = "lever";
/// The ball that lies on the tray.
const LEVER_BALL: &str = "lever_ball";
/// Length of the tray, and half of its thickness, m.
const TRAY_M: f32 = 0.14;
const HALF_THICK_M: f32 = 0.008;
/// How far the lever goes, rad.
const TRAVEL_RAD: f32 = 0.6;
/// How fast it goes at most, rad/s, and by which torque, N m.
const SPEED_RADPS: f32 = 3.0;
const TORQUE_NM: f32 = 4.0;
/// From the start of the chain back to the top of the hump, to the hollow before it, and to the tray, m.
const HUMP_M: f32 = 0.06;
const HOLLOW_M: [f32; 2] = [0.15, 0.19];
const GAP_M: f32 = 0.012;
/// The tray's edge over the hollow, m.
const STEP_M: f32 = 0.006;
/// What comes down behind the hump where the lever is pulled too far, how fast, m/s, and by which force, N: it stops a ball and
/// crushes none.
const GUARD: &str = "guard";
const GUARD_MPS: f32 = 0.8;
const GUARD_N: f32 = 8.0;
/// Half of its width and height, m, how far behind the hump it is, and how far above a ball there, m.
const GUARD_HALF_M: [f32; 2] = [0.01, 0.018];
const GUARD_BEHIND_M: f32 = 0.03;
const GUARD_OVER_M: f32 = 0.008;
/// The button that the knob touches then, and half of its width and height, m.
const BUTTON: &str = "button";
const BUTTON_HALF_M: [f32; 2] = [0.014, 0.03];

/// What starts the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// A ball that is placed over the first element.
    Ball,
    /// A lever, which tips a tray with a ball; nothing can be placed where it would help.
    Lever,
}

impl Start {
    pub fn named(word: &str) -> Start {
        match word {
            "lever" => Start::Lever,
            _ => Start::Ball,
        }
    }

    pub fn of(plan: &WorldPlan) -> Start {
        if plan.world.bodies.contains_key(LEVER) {
            Start::Lever
        } else {
            Start::Ball
        }
    }

    /// What the world's lever does: nothing where there is none.
    pub fn mechanism(self) -> Mechanism<f32> {
        Mechanism::Lever {
            joint: (self == Start::Lever).then(|| LEVER.into()),
            pulled_at: TRAVEL_RAD,
            max_velocity: SPEED_RADPS,
            max_force: TORQUE_NM,
        }
    }
}

/// Builds what lies before the first element, on the left of the cursor. A ball is placed over a slide or the bare shelf. One that
/// is tipped off the tray must come over a hump: a lever that is not pulled far enough lets it lie in the hollow, for good; one that is
/// pulled by more than the share `most_pull` of its way touches a button, and what comes down then stops the ball, for good too.
pub(super) fn entry(row: &mut Row<'_>, start: Start, slide: bool, most_pull: f32) {
    match (start, slide) {
        (Start::Ball, true) => row.board([-0.13, 0.12], [0.0, LIP_M]),
        (Start::Ball, false) => row.board([-0.10, 0.0], [0.0, 0.0]),
        (Start::Lever, true) => tipped(row, 0.11, LIP_M, most_pull),
        (Start::Lever, false) => tipped(row, 0.06, 0.0, most_pull),
    }
}

/// A tray with a ball, a hollow and a hump, from whose top, at a height, it goes down to the first element, to another.
fn tipped(row: &mut Row<'_>, hump_z_m: f32, end_z_m: f32, most_pull: f32) {
    let hollow = hump_z_m - row.about(0.025, 0.2);
    row.board([-HUMP_M, hump_z_m], [0.0, end_z_m]);
    row.board([-HOLLOW_M[0], hollow], [-HUMP_M, hump_z_m]);
    row.board([-HOLLOW_M[1], hollow], [-HOLLOW_M[0], hollow]);
    let (edge, top) = (-HOLLOW_M[1] - GAP_M, hollow + STEP_M);
    let half = 0.5 * TRAY_M;
    let shape = row.boxes(&[
        ([0.0, 0.0], [half, 0.9 * HALF_DEPTH_M, HALF_THICK_M]),
        ([0.006 - half, 0.024], [0.006, 0.9 * HALF_DEPTH_M, 0.016]),
    ]);
    let mut tray = Body::new("tipper", shape)
        .at(row.at(edge - half, top - HALF_THICK_M))
        .painted(Paint::plain(looks::AGENT));
    tray.material = row.material(700.0);
    row.world.bodies.insert(LEVER.into(), tray);
    row.hinge(LEVER, LEVER, edge, top, [0.0, TRAVEL_RAD], 0.002);
    // The handle swings out from under the tray.
    row.spans(edge - TRAY_M - 0.01);
    handle(row, edge, top);
    let radius = row.traits.ball_radius_m;
    row.ball(LEVER_BALL, edge - TRAY_M + 0.014 + radius, top, RED);
    row.placed.push(LEVER_BALL.into());
    button(row, [edge, top], most_pull * TRAVEL_RAD);
    guard(row, hump_z_m);
}

/// Of what sets off a chain.
const RED: [f32; 3] = [0.90, 0.20, 0.16];
/// Length of the handle and radius of its knob, m.
const HANDLE_M: f32 = 0.13;
const KNOB_M: f32 = 0.022;

/// How far before the middle of the case the handle is, m.
const HANDLE_Y_M: f32 = HALF_DEPTH_M + 0.06;

/// The handle hangs before the pane from the tray's hinge, and goes to the left when it is pulled. Its origin is the knob's middle.
fn handle(row: &mut Row<'_>, u_m: f32, z_m: f32) {
    let rod = Shape::Box {
        half_extents_m: [0.008, 0.006, 0.5 * HANDLE_M],
    };
    let parts = vec![
        Part::new(rod, [0.0, 0.0, 0.5 * HANDLE_M]),
        Part::new(Shape::Ball { radius_m: KNOB_M }, [0.0; 3]),
    ];
    let mut place = row.at(u_m, z_m - HANDLE_M);
    place[1] = -HANDLE_Y_M;
    let mut body = Body::new("handle", Shape::Compound { parts })
        .at(place)
        .untouchable()
        .painted(Paint::plain(RED));
    body.material.mass_kg = Some(0.02);
    row.world.bodies.insert("handle".into(), body);
    let tray = row.world.bodies[LEVER].position_m;
    let joint = Joint {
        parent: LEVER.into(),
        child: "handle".into(),
        anchor_parent_m: std::array::from_fn(|axis| place[axis] - tray[axis]),
        anchor_child_m: [0.0; 3],
        freedom: Freedom::Weld {},
        motor: None,
        contacts: false,
        reduced: true,
        damping: 0.0,
    };
    row.world.joints.insert("handle".into(), joint);
}

/// The button stands where the knob touches it when the tray has turned so far about its hinge. It looks like plates and gates: what
/// is touched and what then moves have one colour.
fn button(row: &mut Row<'_>, [hinge_u_m, hinge_z_m]: [f32; 2], turned_rad: f32) {
    let (sine, cosine) = (libm::sinf(turned_rad), libm::cosf(turned_rad));
    let [half_u, half_z] = BUTTON_HALF_M;
    let mut place = row.at(
        hinge_u_m - HANDLE_M * sine - KNOB_M - half_u,
        hinge_z_m - HANDLE_M * cosine,
    );
    place[1] = -HANDLE_Y_M;
    let shape = Shape::Box {
        half_extents_m: [half_u, 0.02, half_z],
    };
    let body = Body::new("plate", shape)
        .fixed()
        .at(place)
        .untouchable()
        .painted(Paint::plain(looks::PALETTE[8]));
    row.world.bodies.insert(BUTTON.into(), body);
    let trigger = Mechanism::Trigger {
        body: BUTTON.into(),
        by: vec!["handle".into()],
        within_m: KNOB_M,
        min_speed_mps: 0.0,
        needs: Vec::new(),
        goes_to_m: None,
    };
    row.world.mechanisms.insert(BUTTON.into(), trigger);
}

/// A bar that hangs just above a ball that has come over the hump, and comes down behind the hump when the button was touched: what
/// rolls up to it rolls back into the hollow.
fn guard(row: &mut Row<'_>, hump_z_m: f32) {
    let radius = row.traits.ball_radius_m;
    let [half_u, half_z] = GUARD_HALF_M;
    let shape = Shape::Box {
        half_extents_m: [half_u, 0.9 * HALF_DEPTH_M, half_z],
    };
    let up = hump_z_m + 2.0 * radius + GUARD_OVER_M + half_z;
    let bar = Body::new("gate", shape)
        .at(row.at(GUARD_BEHIND_M - HUMP_M, up))
        .painted(Paint::plain(looks::PALETTE[8]));
    row.world.bodies.insert(GUARD.into(), bar);
    // Its lower edge comes to half of a ball's radius over the hump: below the ball's middle.
    let down = 1.5 * radius + GUARD_OVER_M;
    row.slider(GUARD, GUARD, [0.0, 0.0, 1.0], [-down, 0.0]);
    row.world.mechanisms.insert(
        GUARD.into(),
        Mechanism::Opener {
            joint: GUARD.into(),
            button: BUTTON.into(),
            closed_at: 0.0,
            open_at: -down,
            max_velocity: GUARD_MPS,
            max_force: GUARD_N,
        },
    );
}
