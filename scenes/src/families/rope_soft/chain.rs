//! A chain of rigid links, each joined to the next at its end, that is to be laid over a peg.

use super::rigs::{HANDLE_M, Make, pegs, pin};
use crate::looks;
use terrella_sim::glam::Vec3;
use terrella_sim::view::StepView;
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::soft::{Soft, SoftForm};
use terrella_spec::world::{Body, Freedom, Joint, World};

/// The cord between the chain and its load: its length and radius, m, and its mass, kg.
const CORD: [f32; 3] = [0.1, 0.008, 0.02];
/// Straight pieces of the cord.
const CORD_SEGMENTS: u32 = 4;
/// Radius of the load, m.
const LOAD_M: f32 = 0.03;
/// Height at which it lies at the start, m.
const REST_M: f32 = 0.03;
/// Two greys that take turns, so that links are told apart.
const STEEL: [[f32; 3]; 2] = [[0.34, 0.37, 0.42], [0.88, 0.89, 0.91]];
/// The class of a link.
const LINK: &str = "link";

/// A chain on the floor, before a peg that it is to be laid over, and maybe others.
pub(super) fn drape(world: &mut World<f32>, make: &Make) {
    pegs(world, make);
    let [cord_m, cord_radius_m, cord_kg] = CORD;
    let side = make.side;
    // The handle lies a bit before the peg, the chain behind it, and behind that its cord with the load.
    let at = |before_m: f32| [-side * (0.17 + before_m), 0.0, REST_M];
    let links_m = make.length_m - cord_m;
    let pitch = links_m / make.links as f32;
    let tail = HANDLE_M + links_m + cord_radius_m;
    let load = make
        .ball("load", LOAD_M, make.load_kg, looks::PALETTE[3])
        .at(at(tail + cord_m + cord_radius_m + LOAD_M));
    world.bodies.insert("load".into(), load);
    let mass_kg = 3.0 * make.mass_kg / make.links as f32;
    for index in 0..make.links {
        let from_handle = (make.links - index) as f32 - 0.5;
        let body = link(make, index, pitch, mass_kg).at(at(HANDLE_M + from_handle * pitch));
        world.bodies.insert(format!("link_{index}"), body);
    }
    world.bodies.insert("handle".into(), make.handle().at(at(0.0)));
    for index in 0..make.links {
        let (child, anchor_child_m) = if index + 1 < make.links {
            (format!("link_{}", index + 1), [0.0, 0.0, -0.5 * pitch])
        } else {
            ("handle".to_string(), [-side * HANDLE_M, 0.0, 0.0])
        };
        let joint = Joint {
            parent: format!("link_{index}"),
            child: child.clone(),
            anchor_parent_m: [0.0, 0.0, 0.5 * pitch],
            anchor_child_m,
            freedom: Freedom::Ball {},
            motor: None,
            contacts: false,
            reduced: false,
            damping: 0.0,
        };
        world.joints.insert(format!("{child}_on_link_{index}"), joint);
    }
    let form = SoftForm::Rope {
        along_m: vec![at(tail + cord_m), at(tail)],
        segments: CORD_SEGMENTS,
    };
    let cord = Soft {
        radius_m: cord_radius_m,
        mass_kg: cord_kg,
        friction: make.friction,
        damping: 0.5,
        pins: vec![pin(&[0], "load"), pin(&[CORD_SEGMENTS], "link_0")],
        color: make.color,
        ..Soft::new(form)
    };
    world.softs.insert("soft".into(), cord);
}

/// A link: a rod along its z, which points to the handle, with a round end at each joint.
fn link(make: &Make, index: usize, pitch: f32, mass_kg: f32) -> Body<f32> {
    let shape = Shape::Capsule {
        radius_m: make.radius_m,
        half_height_m: (0.5 * pitch - make.radius_m).max(0.002),
    };
    let mut body = Body::new(LINK, shape).painted(Paint::plain(STEEL[index % 2]));
    body.rotation = Rotation::RpyDeg([0.0, 90.0 * make.side, 0.0]);
    body.material.mass_kg = Some(mass_kg);
    body.material.friction = make.friction;
    body.linear_damping = 0.3;
    body.angular_damping = 2.0;
    body
}

/// Places along the middle of all links, m, in the order of the links.
pub(super) fn line(view: &StepView<'_>) -> Vec<Vec3> {
    let bodies = view.world().bodies.values().enumerate();
    let links = bodies.filter_map(|(index, body)| match body.shape {
        Shape::Capsule { half_height_m, .. } if body.class == LINK => Some((index, half_height_m)),
        _ => None,
    });
    let along = |(index, half_m): (usize, f32)| {
        let state = view.body(index);
        let way = state.rotation * Vec3::Z * half_m;
        [-1.0, -0.5, 0.0, 0.5, 1.0].map(|share| state.position_m + way * share)
    };
    links.flat_map(along).collect()
}
