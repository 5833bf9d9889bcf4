//! The bodies of a flight: drone, gates, marks, poles, payload.

use crate::looks;
use terrella_sim::glam::Vec3;
use terrella_spec::shape::{Paint, Part, Pattern, Rotation, Shape};
use terrella_spec::world::{Body, Freedom, Joint, World};

/// Half of the thickness of a gate's frame, m.
pub(super) const FRAME_M: f32 = 0.05;
/// The colour of the gate or waypoint that is next.
const NEXT: [f32; 3] = [1.0, 0.55, 0.05];
const GATE: [f32; 3] = [0.20, 0.45, 0.85];

fn plate(half_extents_m: [f32; 3], position_m: [f32; 3], yaw_deg: f32) -> Part<f32> {
    let mut part = Part::new(Shape::Box { half_extents_m }, position_m);
    part.rotation = Rotation::RpyDeg([0.0, 0.0, yaw_deg]);
    part
}

/// A hub, two crossed arms, and a thin disc for each rotor.
pub(super) fn drone(mass_kg: f32, arm_m: f32, hub_half_m: f32, rotor_radius_m: f32) -> Body<f32> {
    let mut parts = vec![
        plate([1.3 * hub_half_m, hub_half_m, 0.025], [0.0; 3], 0.0),
        plate([arm_m, 0.012, 0.010], [0.0, 0.0, 0.010], 45.0),
        plate([arm_m, 0.012, 0.010], [0.0, 0.0, 0.010], -45.0),
    ];
    let aside = arm_m * std::f32::consts::FRAC_1_SQRT_2;
    for [x, y] in [[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]] {
        let disc = Shape::Cylinder {
            radius_m: rotor_radius_m,
            half_height_m: 0.006,
        };
        parts.push(Part::new(disc, [x * aside, y * aside, ROTOR_HEIGHT_M]));
    }
    let mut body = Body::new("drone", Shape::Compound { parts }).painted(Paint {
        // Front and back in two colours.
        pattern: Pattern::Stripes,
        ..Paint::checker([0.95, 0.95, 0.95], [0.85, 0.10, 0.15], 10.0)
    });
    body.material.mass_kg = Some(mass_kg);
    body.material.restitution = 0.2;
    body
}

/// Height of the rotors over the drone's origin, m.
pub(super) const ROTOR_HEIGHT_M: f32 = 0.03;

/// A square frame about the origin, seen along x, of this inner half width.
fn frame(half_m: f32, thick_m: f32, deep_m: f32) -> Shape<f32> {
    let (middle, outer) = (half_m + thick_m, half_m + 2.0 * thick_m);
    let parts = vec![
        plate([deep_m, outer, thick_m], [0.0, 0.0, middle], 0.0),
        plate([deep_m, outer, thick_m], [0.0, 0.0, -middle], 0.0),
        plate([deep_m, thick_m, half_m], [0.0, middle, 0.0], 0.0),
        plate([deep_m, thick_m, half_m], [0.0, -middle, 0.0], 0.0),
    ];
    Shape::Compound { parts }
}

fn along(direction: Vec3) -> Rotation<f32> {
    Rotation::RpyDeg([0.0, 0.0, libm::atan2f(direction.y, direction.x).to_degrees()])
}

/// A gate that is flown through in this direction.
pub(super) fn gate(half_m: f32, at: Vec3, direction: Vec3) -> Body<f32> {
    let mut body = Body::new("gate", frame(half_m, FRAME_M, FRAME_M))
        .fixed()
        .at(at.to_array())
        .painted(Paint::plain(GATE));
    body.rotation = along(direction);
    body
}

/// The mark of the gate that is next: a bright frame around it.
pub(super) fn gate_mark(half_m: f32) -> Body<f32> {
    Body::new("mark", frame(half_m - 0.02, FRAME_M + 0.03, FRAME_M + 0.03))
        .kinematic()
        .untouchable()
        .painted(Paint::plain(NEXT))
}

/// A waypoint, as a small ball that is only seen.
pub(super) fn waypoint(at: Vec3, direction: Vec3) -> Body<f32> {
    let mut body = Body::new("waypoint", Shape::Ball { radius_m: 0.05 })
        .fixed()
        .untouchable()
        .at(at.to_array())
        .painted(Paint::plain(GATE));
    body.rotation = along(direction);
    body
}

/// The mark of a waypoint: a ring around it in which the drone is to stay.
pub(super) fn waypoint_mark(radius_m: f32) -> Body<f32> {
    let parts = (0..8)
        .map(|index| {
            let angle = std::f32::consts::FRAC_PI_4 * index as f32;
            let place = [0.0, radius_m * libm::cosf(angle), radius_m * libm::sinf(angle)];
            Part::new(Shape::Ball { radius_m: 0.08 }, place)
        })
        .collect();
    Body::new("mark", Shape::Compound { parts })
        .kinematic()
        .untouchable()
        .painted(Paint::plain(NEXT))
}

/// What hangs under the drone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payload {
    Ball,
    Box,
}

/// Radius of a ball, and half of the width and height of a box, m.
const BALL_M: f32 = 0.06;
const BOX_M: [f32; 2] = [0.08, 0.08];

impl Payload {
    pub(super) fn of(word: &str) -> Option<Self> {
        match word {
            "ball" => Some(Payload::Ball),
            "box" => Some(Payload::Box),
            _ => None,
        }
    }

    fn shape(self) -> Shape<f32> {
        let [wide, high] = BOX_M;
        match self {
            Payload::Ball => Shape::Ball { radius_m: BALL_M },
            Payload::Box => Shape::Box {
                half_extents_m: [wide, wide, high],
            },
        }
    }

    /// Drag coefficient times area: 0.5 of a ball, 1.05 of a cube.
    pub(super) fn drag_area_m2(self) -> f32 {
        let [wide, high] = BOX_M;
        match self {
            Payload::Ball => 0.5 * std::f32::consts::PI * BALL_M * BALL_M,
            Payload::Box => 1.05 * 4.0 * wide * high,
        }
    }
}

/// How many pieces show the rope, their radius, m, and their mass, kg.
const PIECES: usize = 6;
const PIECE_RADIUS_M: f32 = 0.006;
const PIECE_KG: f32 = 0.0005;
/// Length of all pieces, and of them with what ties them, over the rope's. They are slack where the rope is taut, so that it alone
/// bears the payload.
const PIECES_SHARE: f32 = 0.9;
const SLACK: f32 = 1.03;
/// Damping of a piece, 1/s, and its colour.
const PIECE_DAMPING_PER_S: f32 = 1.0;
const ROPE: [f32; 3] = [0.93, 0.88, 0.72];
/// How far below the drone the payload hangs at the start, over the length of the rope.
const HANGS: f32 = 0.99;

/// A payload of this mass that hangs on a rope of this length under the drone.
pub(super) fn add_payload(
    world: &mut World<f32>,
    payload: Payload,
    (mass_kg, tether_m): (f32, f32),
    under: Vec3,
) {
    let mut body = Body::new("payload", payload.shape())
        .at([under.x, under.y, under.z - HANGS * tether_m])
        .painted(Paint::plain(looks::PALETTE[1]));
    body.material.mass_kg = Some(mass_kg);
    world.bodies.insert("payload".into(), body);
    let tether = tie(["drone", "payload"], [0.0; 2], tether_m);
    world.joints.insert("tether".into(), tether);
    add_pieces(world, tether_m, under);
}

/// What is seen of the rope: light pieces from the drone down to the payload that touch nothing.
fn add_pieces(world: &mut World<f32>, tether_m: f32, under: Vec3) {
    let pitch_m = tether_m / PIECES as f32;
    let half_m = 0.5 * PIECES_SHARE * pitch_m;
    let gap_m = (SLACK - PIECES_SHARE) * pitch_m;
    let shape = Shape::Capsule {
        radius_m: PIECE_RADIUS_M,
        half_height_m: half_m - PIECE_RADIUS_M,
    };
    let mut above = ("drone".to_string(), 0.0);
    for index in 0..PIECES {
        let down_m = HANGS * pitch_m * (index as f32 + 0.5);
        let mut piece = Body::new("rope", shape.clone())
            .untouchable()
            .at([under.x, under.y, under.z - down_m])
            .painted(Paint::plain(ROPE));
        piece.material.mass_kg = Some(PIECE_KG);
        piece.linear_damping = PIECE_DAMPING_PER_S;
        piece.angular_damping = PIECE_DAMPING_PER_S;
        let name = format!("rope_{index}");
        world.bodies.insert(name.clone(), piece);
        let (from, end) = above;
        let length_m = if index == 0 { 0.5 * gap_m } else { gap_m };
        let joint = tie([from.as_str(), name.as_str()], [end, half_m], length_m);
        world.joints.insert(name.clone(), joint);
        above = (name, -half_m);
    }
    let (from, end) = above;
    let last = tie([from.as_str(), "payload"], [end, 0.0], 0.5 * gap_m);
    world.joints.insert("rope_end".into(), last);
}

/// A rope between two bodies, from so high over the origin of each, m.
fn tie(bodies: [&str; 2], heights_m: [f32; 2], length_m: f32) -> Joint<f32> {
    let [parent, child] = bodies.map(str::to_string);
    let [anchor_parent_m, anchor_child_m] = heights_m.map(|height| [0.0, 0.0, height]);
    Joint {
        parent,
        child,
        anchor_parent_m,
        anchor_child_m,
        freedom: Freedom::Rope { length_m },
        motor: None,
        contacts: false,
        reduced: false,
        damping: 0.0,
    }
}
