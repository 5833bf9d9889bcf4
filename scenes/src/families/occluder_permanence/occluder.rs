//! What hides the target, and how it opens while `lift` is pressed.

use super::way::WIDER;
use super::{HEAD_M, SCREEN_HEIGHT_M, SCREEN_Y_M};
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{Body, Freedom, Joint, Mechanism, World};

const HALF_THICKNESS_M: f32 = 0.015;
/// From a tunnel's front to its back, m.
const TUNNEL_DEPTH_M: f32 = 0.48;
/// How far what rises does, m, and how far a drawbridge turns, rad.
const RISE_M: f32 = 0.9;
const LOWERED_RAD: f32 = 1.5;
/// After so long a lid that comes down hides what is below it, s.
pub(super) const SHUT_SECS: f32 = 0.5;
/// What the head sees over the top of it in the target's plane is higher than this, m.
pub(super) const OVER_IT_M: f32 = HEAD_M[2] + (SCREEN_HEIGHT_M - HEAD_M[2]) * WIDER;

/// A kind of occluder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Occluder {
    /// A plate that rises.
    Screen,
    /// A screen with a wall behind the target's way, and a roof unless the target falls into it.
    Tunnel,
    /// A tunnel that hangs in the air and comes down over the target.
    Lid,
    /// A plate on a hinge at its lower edge, which goes down towards the head.
    Drawbridge,
}

impl Occluder {
    pub(super) fn of(word: &str) -> Occluder {
        match word {
            "screen" => Occluder::Screen,
            "tunnel" => Occluder::Tunnel,
            "lid" => Occluder::Lid,
            "drawbridge" => Occluder::Drawbridge,
            other => unreachable!("`{other}` is not among the options of occluder"),
        }
    }

    /// Puts it into the world as `screen`, with the mechanism `lift`. A lid begins to come down after `lid_secs`.
    pub(super) fn add(self, world: &mut World<f32>, width: f32, roofed: bool, lid_secs: f32) {
        let half_m = 0.5 * SCREEN_HEIGHT_M;
        let is_lid = self == Occluder::Lid;
        let mut body = match self {
            Occluder::Screen | Occluder::Drawbridge => screen(width, 0.0),
            Occluder::Tunnel | Occluder::Lid => tunnel(width, roofed),
        };
        // A motor bears it.
        body.gravity_scale = 0.0;
        body.material.mass_kg = Some(4.0);
        let (freedom, anchor_z, open_at, max_velocity) = match self {
            Occluder::Drawbridge => {
                let freedom = Freedom::Hinge {
                    axis: [1.0, 0.0, 0.0],
                    limits_rad: Some([0.0, LOWERED_RAD]),
                };
                (freedom, -half_m, LOWERED_RAD, 1.6)
            }
            _ => {
                let freedom = Freedom::Slider {
                    axis: [0.0, 0.0, 1.0],
                    limits_m: Some([0.0, RISE_M]),
                };
                (freedom, 0.0, RISE_M, if is_lid { 2.5 } else { 0.8 })
            }
        };
        let joint = Joint {
            parent: "world".into(),
            child: "screen".into(),
            anchor_parent_m: [0.0, SCREEN_Y_M, half_m + anchor_z],
            anchor_child_m: [0.0, 0.0, anchor_z],
            freedom,
            motor: None,
            contacts: false,
            reduced: false,
            damping: 0.0,
        };
        if is_lid {
            body.position_m[2] += RISE_M;
        }
        world.bodies.insert("screen".into(), body);
        world.joints.insert("screen".into(), joint);
        world.mechanisms.insert("lift".into(), Mechanism::Stop {});
        let opens = Mechanism::Relay {
            of: vec!["lift".into()],
            from_start_secs: if is_lid { lid_secs } else { 0.0 },
        };
        world.mechanisms.insert("opens".into(), opens);
        let opener = Mechanism::Opener {
            joint: "screen".into(),
            button: "opens".into(),
            closed_at: 0.0,
            open_at,
            max_velocity,
            max_force: 300.0,
        };
        world.mechanisms.insert("opener".into(), opener);
    }
}

/// A screen that stands on the floor and touches nothing.
pub(super) fn screen(width: f32, x: f32) -> Body<f32> {
    let shape = Shape::Box {
        half_extents_m: [0.5 * width, HALF_THICKNESS_M, 0.5 * SCREEN_HEIGHT_M],
    };
    standing(shape, x)
}

/// Its first part is the front.
fn tunnel(width: f32, roofed: bool) -> Body<f32> {
    let plate =
        |half_extents_m: [f32; 3], y: f32, z: f32| Part::new(Shape::Box { half_extents_m }, [0.0, y, z]);
    let (half, thin, high) = (0.5 * width, HALF_THICKNESS_M, 0.5 * SCREEN_HEIGHT_M);
    let mut parts = vec![
        plate([half, thin, high], 0.0, 0.0),
        plate([half, thin, high], TUNNEL_DEPTH_M, 0.0),
    ];
    if roofed {
        let y = 0.5 * TUNNEL_DEPTH_M;
        parts.push(plate([half, y + thin, thin], y, high - thin));
    }
    standing(Shape::Compound { parts }, 0.0)
}

fn standing(shape: Shape<f32>, x: f32) -> Body<f32> {
    Body::new("screen", shape)
        .at([x, SCREEN_Y_M, 0.5 * SCREEN_HEIGHT_M])
        .untouchable()
        .painted(Paint::plain([0.30, 0.48, 0.46]))
}
