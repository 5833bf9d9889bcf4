//! What has a place in the world and is no body: cameras, lidars, lamps, the anchors of joints, liquids and soft bodies. Where it is, and the edits that bring
//! it elsewhere.

use crate::change;
use crate::document::Edit;
use crate::play::Play;
use bevy::math::{Quat, Vec3};
use serde_json::Value as Json;
use terrella_app::render::carrier;
use terrella_app::spec::document::{Step, steps};
use terrella_app::spec::pose::Pose;
use terrella_app::spec::soft::SoftForm;
use terrella_app::spec::world::{Freedom, Lamp, World};

/// A place that a thing of the world has.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// The thing in the document: `world.cameras.main`.
    pub path: String,
    /// Where it is, m.
    pub at_m: Vec3,
    /// Its numbers: the fields that move with it.
    fields: Vec<Place>,
    /// What a camera looks at, from where it is, in the frame of its position, m.
    looks_m: Option<Vec3>,
}

/// A field that says where a thing is.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    field: String,
    /// The body in whose frame it is told; the world's where there is none of that name.
    of: String,
    /// The rotation of that frame.
    frame: Quat,
}

impl Thing {
    /// True where it can be turned.
    pub fn turns(&self) -> bool {
        self.looks_m.is_some()
    }

    /// The rotation of the frame in which its place is told.
    pub fn frame(&self) -> Quat {
        self.fields.first().map_or(Quat::IDENTITY, |place| place.frame)
    }

    /// The name of the lamp that it is, and where that is once it has moved so far, m: in the frame of what it is mounted on. Nothing for
    /// other things.
    pub fn lamp(&self, world: &World<f32>, offset_m: Vec3) -> Option<(String, Vec3)> {
        let way = steps(&self.path);
        let [Step::Key(_), Step::Key(kind), Step::Key(name)] = &way[..] else {
            return None;
        };
        let Some(Lamp::Point { position_m, .. }) = world.lights.get(name).filter(|_| kind == "lights") else {
            return None;
        };
        let own = self.frame().inverse() * offset_m;
        Some((name.clone(), Vec3::from_array(*position_m) + own))
    }

    /// True for a joint of one of these bodies, and for what rides on one.
    pub fn is_of(&self, bodies: &[String]) -> bool {
        self.fields.iter().any(|place| bodies.contains(&place.of))
    }

    /// True for what rides on one of these bodies: it moves and turns with that one.
    pub fn rides(&self, carried: &[String]) -> bool {
        self.fields
            .first()
            .is_some_and(|place| carried.contains(&place.of))
    }

    /// Edits that move it, m, and turn it, while these bodies are moved as well: what is told in their frames stays.
    pub fn edits(&self, values: &Json, offset_m: Vec3, turn: Quat, carried: &[String]) -> Vec<Edit> {
        let mut edits = Vec::new();
        for Place { field, frame, .. } in self.fields.iter().filter(|place| !carried.contains(&place.of)) {
            let own = frame.inverse() * offset_m;
            edits.extend(change::shift_by(
                values,
                format!("{}.{field}", self.path),
                own.to_array(),
            ));
        }
        let turned = turn.angle_between(Quat::IDENTITY) > 1e-4 && !self.rides(carried);
        if let Some(looks) = self.looks_m.filter(|_| turned) {
            let frame = self.frame();
            let turned = frame.inverse() * (turn * (frame * looks));
            // It keeps looking that way from where it is then.
            let by = turned - looks + frame.inverse() * offset_m;
            edits.extend(change::shift_by(
                values,
                format!("{}.look_at_m", self.path),
                by.to_array(),
            ));
        }
        edits
    }
}

/// The cameras, lidars, lamps and joints of a world at the step that is looked at.
pub fn all(play: &Play) -> Vec<Thing> {
    let world = &play.plan().world;
    let kinds: [(&str, Vec<&String>); 4] = [
        ("cameras", world.cameras.keys().collect()),
        ("lidars", world.lidars.keys().collect()),
        ("lights", world.lights.keys().collect()),
        ("joints", world.joints.keys().collect()),
    ];
    let paths = kinds
        .iter()
        .flat_map(|(kind, names)| names.iter().map(|name| change::place(kind, name)));
    paths.filter_map(|path| at(play, &path)).collect()
}

/// The place of the thing at a path, where it has one and is no body.
pub fn at(play: &Play, path: &str) -> Option<Thing> {
    let way = steps(path);
    let [Step::Key(_), Step::Key(kind), Step::Key(name)] = &way[..] else {
        return None;
    };
    let world = &play.plan().world;
    let poses = &play.now().poses;
    let frame = |body: &str| frame_of(world, poses, body);
    let mounted = |mount: &Option<String>| mount.as_deref().map_or(Some((Vec3::ZERO, Quat::IDENTITY)), frame);
    let place = |field: &str, of: &str, frame: Quat| Place {
        field: field.into(),
        of: of.into(),
        frame,
    };
    let on = |mount: &Option<String>| mount.clone().unwrap_or_default();
    let thing = |(origin, turn): (Vec3, Quat), place: [f32; 3], fields: Vec<Place>, looks_m| Thing {
        path: path.to_string(),
        at_m: origin + turn * Vec3::from_array(place),
        fields,
        looks_m,
    };
    match kind.as_str() {
        "cameras" => {
            let camera = world.cameras.get(name)?;
            let mount = (camera.mount.as_ref()).and_then(|body| poses.get(world.bodies.get_index_of(body)?));
            let own = match mount {
                Some(mount) => origin_and_turn(&carrier(camera, mount)),
                None => mounted(&camera.mount)?,
            };
            let looks = Vec3::from_array(camera.look_at_m) - Vec3::from_array(camera.position_m);
            let fields = vec![place("position_m", &on(&camera.mount), own.1)];
            // What it keeps looking at says how it is turned.
            Some(thing(
                own,
                camera.position_m,
                fields,
                camera.track.is_none().then_some(looks),
            ))
        }
        "lidars" => {
            let lidar = world.lidars.get(name)?;
            let own = mounted(&lidar.mount)?;
            Some(thing(
                own,
                lidar.position_m,
                vec![place("position_m", &on(&lidar.mount), own.1)],
                None,
            ))
        }
        "lights" => {
            let Lamp::Point {
                position_m, mount, ..
            } = world.lights.get(name)?
            else {
                return None;
            };
            let own = mounted(mount)?;
            Some(thing(
                own,
                *position_m,
                vec![place("point.position_m", &on(mount), own.1)],
                None,
            ))
        }
        "joints" => {
            let joint = world.joints.get(name)?;
            let (parent, child) = (frame(&joint.parent)?, frame(&joint.child)?);
            let mut fields = vec![place("anchor_parent_m", &joint.parent, parent.1)];
            // The ends of a rope or spring are apart from each other.
            if !matches!(joint.freedom, Freedom::Rope { .. } | Freedom::Spring { .. }) {
                fields.push(place("anchor_child_m", &joint.child, child.1));
            }
            Some(thing(parent, joint.anchor_parent_m, fields, None))
        }
        "liquids" | "softs" => {
            let points = play.now().points.get(points_of(world, kind, name)?)?;
            if points.is_empty() {
                return None;
            }
            let sum: Vec3 = points.iter().map(|point| Vec3::from_array(*point)).sum();
            let middle = sum / points.len() as f32;
            let own = (Vec3::ZERO, Quat::IDENTITY);
            let fields = start_fields(world, kind, name);
            let fields = fields.iter().map(|field| place(field, "", own.1)).collect();
            Some(thing(own, middle.to_array(), fields, None))
        }
        _ => None,
    }
}

/// The place of a liquid or soft body among the points of a moment: the liquids come first.
pub fn points_of(world: &World<f32>, kind: &str, name: &str) -> Option<usize> {
    match kind {
        "liquids" => world.liquids.get_index_of(name),
        "softs" => Some(world.liquids.len() + world.softs.get_index_of(name)?),
        _ => None,
    }
}

/// The fields that say where a liquid or soft body starts: corners of boxes, points of ropes.
fn start_fields(world: &World<f32>, kind: &str, name: &str) -> Vec<String> {
    if kind == "liquids" {
        let boxes = world.liquids.get(name).map_or(0, |liquid| liquid.fill.len());
        let corners = |index: usize| ["low_m", "high_m"].map(|corner| format!("fill[{index}].{corner}"));
        return (0..boxes).flat_map(corners).collect();
    }
    match world.softs.get(name).map(|soft| &soft.form) {
        Some(SoftForm::Rope { along_m, .. }) => (0..along_m.len())
            .map(|index| format!("form.rope.along_m[{index}]"))
            .collect(),
        Some(SoftForm::Net { knots_m, .. }) => (0..knots_m.len())
            .map(|index| format!("form.net.knots_m[{index}]"))
            .collect(),
        Some(SoftForm::Cloth { .. }) => vec!["form.cloth.corner_m".into()],
        Some(SoftForm::Jelly { .. }) => vec!["form.jelly.center_m".into()],
        None => Vec::new(),
    }
}

/// The frame of a body; that of the world where none is called so.
fn frame_of(world: &World<f32>, poses: &[Pose], body: &str) -> Option<(Vec3, Quat)> {
    let Some(index) = world.bodies.get_index_of(body) else {
        return Some((Vec3::ZERO, Quat::IDENTITY));
    };
    poses.get(index).map(origin_and_turn)
}

fn origin_and_turn(pose: &Pose) -> (Vec3, Quat) {
    (
        Vec3::from_array(pose.position_m),
        Quat::from_array(pose.rotation_xyzw),
    )
}
