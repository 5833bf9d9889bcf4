//! How a chain is started: by a ball that is placed, or by a lever that is pulled.

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
/// is tipped off the tray must come over a hump: a lever that is not pulled far enough lets it lie in the hollow, for good.
pub(super) fn entry(row: &mut Row<'_>, start: Start, slide: bool) {
    match (start, slide) {
        (Start::Ball, true) => row.board([-0.13, 0.12], [0.0, LIP_M]),
        (Start::Ball, false) => row.board([-0.10, 0.0], [0.0, 0.0]),
        (Start::Lever, true) => tipped(row, 0.11, LIP_M),
        (Start::Lever, false) => tipped(row, 0.06, 0.0),
    }
}

/// A tray with a ball, a hollow and a hump, from whose top, at a height, it goes down to the first element, to another.
fn tipped(row: &mut Row<'_>, hump_z_m: f32, end_z_m: f32) {
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
}

/// Of what sets off a chain.
const RED: [f32; 3] = [0.90, 0.20, 0.16];
/// Length of the handle and radius of its knob, m.
const HANDLE_M: f32 = 0.13;
const KNOB_M: f32 = 0.022;

/// The handle hangs before the pane from the tray's hinge, and goes to the left when it is pulled.
fn handle(row: &mut Row<'_>, u_m: f32, z_m: f32) {
    let rod = Shape::Box {
        half_extents_m: [0.008, 0.006, 0.5 * HANDLE_M],
    };
    let parts = vec![
        Part::new(rod, [0.0; 3]),
        Part::new(Shape::Ball { radius_m: KNOB_M }, [0.0, 0.0, -0.5 * HANDLE_M]),
    ];
    let mut place = row.at(u_m, z_m - 0.5 * HANDLE_M);
    place[1] = -HALF_DEPTH_M - 0.06;
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
