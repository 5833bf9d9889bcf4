//! The kitchen's furniture: a drawer, a cupboard, a jar with a lid, a button and a switch with their lamps, a plate, a cup, a spoon.

use crate::looks;
use terrella_sim::glam::{Quat, Vec3};
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Freedom, Joint, Motor, World};

pub(super) const DRAWER: &str = "drawer";
pub(super) const CUPBOARD: &str = "cupboard";
pub(super) const JAR: &str = "jar";
pub(super) const LID: &str = "lid";
pub(super) const BUTTON: &str = "button_cap";
pub(super) const PLATE: &str = "plate";
pub(super) const SWITCH: &str = "switch";
/// The lamp that the switch turns on and off.
pub(super) const LIGHT: &str = "light";
pub(super) const CUP: &str = "cup";
pub(super) const SPOON: &str = "spoon";

/// Where the fronts of drawer and cupboard are when closed, as a rule, and how far the units go back from there, m.
const FRONT_Y_M: f32 = 0.12;
const UNIT_DEPTH_M: f32 = 0.17;
const UNIT_HALF_WIDTH_M: f32 = 0.092;
const UNIT_HEIGHT_M: f32 = 0.108;
/// The middle of fronts, m.
const FRONT_Z_M: f32 = 0.05;
const FRONT_HALF: [f32; 3] = [0.078, 0.006, 0.044];
/// How far the drawer goes, m, and how far doors turn, rad.
pub(super) const DRAWER_TRAVEL_M: f32 = 0.125;
const DOOR_TRAVEL_RAD: f32 = 1.4;
const FLAP_TRAVEL_RAD: f32 = 0.8;
/// The room in the drawer, in its frame, m.
pub(super) const DRAWER_INSIDE: (Vec3, Vec3) =
    (Vec3::new(-0.068, 0.004, -0.04), Vec3::new(0.068, 0.148, 0.005));
pub(super) const DRAWER_FLOOR_M: f32 = -0.032;
/// Half width of the jar inside, m, its height, and where its lid's origin rests over its foot.
pub(super) const JAR_INNER_M: f32 = 0.04;
pub(super) const JAR_HEIGHT_M: f32 = 0.065;
pub(super) const LID_REST_M: f32 = JAR_HEIGHT_M + 0.004;
/// Where a lid's origin is when it lies on the table, m.
pub(super) const LID_LIES_M: f32 = 0.012;
pub(super) const PLATE_HALF_M: f32 = 0.045;
pub(super) const PLATE_TOP_M: f32 = 0.006;
/// The top of the button, m.
pub(super) const BUTTON_TOP_M: f32 = 0.024;
/// How far a lamp rises when it is lit, m.
pub(super) const LAMP_RISE_M: f32 = 0.028;
/// How far to the left (off) and to the right (on) the switch's lever leans, rad.
pub(super) const LEAN_RAD: f32 = 0.5;
/// Half width of the cup without its handle, m, and where it is gripped over its foot.
const CUP_HALF_M: f32 = 0.027;
pub(super) const CUP_GRIP_M: f32 = 0.022;

/// Half of the spoon's thickness, and how far from where it is gripped it reaches to each side along its x, m.
pub(super) const SPOON_HALF_M: f32 = 0.007;
pub(super) const SPOON_REACH_M: f32 = 0.056;

/// What a handle is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HandleKind {
    /// A level bar on two arms.
    Bar,
    /// An upright post on an arm.
    Knob,
    /// A ball on an arm.
    Ball,
}

impl HandleKind {
    pub fn named(word: &str) -> HandleKind {
        match word {
            "bar" => HandleKind::Bar,
            "ball" => HandleKind::Ball,
            _ => HandleKind::Knob,
        }
    }
}

/// A handle on a front, in the front's frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handle {
    pub kind: HandleKind,
    pub standoff: f32,
}

impl Handle {
    /// Where it is gripped, on a front whose handle is at this x and z, m; fingertips end there.
    pub fn grip(&self, x: f32, z: f32) -> Vec3 {
        let below = match self.kind {
            HandleKind::Bar => -0.012,
            HandleKind::Knob | HandleKind::Ball => 0.006,
        };
        Vec3::new(x, -FRONT_HALF[1] - self.standoff, z + below)
    }

    fn parts(&self, x: f32, z: f32) -> Vec<Part<f32>> {
        let y = -FRONT_HALF[1] - 0.5 * self.standoff;
        let far = -FRONT_HALF[1] - self.standoff;
        let arm = |x: f32, z: f32| block([0.004, 0.5 * self.standoff, 0.004], [x, y, z]);
        match self.kind {
            HandleKind::Bar => vec![
                block([0.034, 0.007, 0.007], [x, far, z]),
                arm(x - 0.03, z),
                arm(x + 0.03, z),
            ],
            // Fingers close above the arm.
            HandleKind::Knob => vec![
                block([0.008, 0.008, 0.018], [x, far, z + 0.006]),
                arm(x, z - 0.008),
            ],
            HandleKind::Ball => vec![
                Part::new(Shape::Ball { radius_m: 0.013 }, [x, far, z + 0.004]),
                arm(x, z - 0.008),
            ],
        }
    }
}

/// How the cupboard opens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Door {
    /// About an upright hinge on the side of -x or +x.
    Side(f32),
    /// About a level hinge at its foot.
    Flap,
}

impl Door {
    pub fn named(word: &str) -> Door {
        match word {
            "hinge_left" => Door::Side(-1.0),
            "hinge_right" => Door::Side(1.0),
            _ => Door::Flap,
        }
    }

    /// The axis about which it opens with positive angles, its hinge in the door's frame, and its largest angle.
    pub fn hinge(self) -> (Vec3, Vec3, f32) {
        match self {
            Door::Side(side) => (Vec3::Z * side, Vec3::X * (side * FRONT_HALF[0]), DOOR_TRAVEL_RAD),
            Door::Flap => (Vec3::X, Vec3::NEG_Z * FRONT_HALF[2], FLAP_TRAVEL_RAD),
        }
    }

    /// The x and z of its handle.
    pub fn handle(self) -> (f32, f32) {
        match self {
            Door::Side(side) => (-side * 0.04, 0.012),
            Door::Flap => (0.0, 0.026),
        }
    }
}

/// The x and z of the drawer's handle.
pub(super) const DRAWER_HANDLE: (f32, f32) = (0.0, 0.012);

fn block(half_extents_m: [f32; 3], at: [f32; 3]) -> Part<f32> {
    Part::new(Shape::Box { half_extents_m }, at)
}

fn compound(class: &str, parts: Vec<Part<f32>>, color: [f32; 3]) -> Body<f32> {
    Body::new(class, Shape::Compound { parts }).painted(Paint::plain(color))
}

/// The case of a drawer or cupboard, its front at x and y.
fn unit(world: &mut World<f32>, name: &str, [x, front_y]: [f32; 2], color: [f32; 3]) {
    let (half, depth, up) = (UNIT_HALF_WIDTH_M, 0.5 * UNIT_DEPTH_M, 0.5 * UNIT_HEIGHT_M);
    let parts = vec![
        block([0.005, depth, up], [-half + 0.005, 0.0, up]),
        block([0.005, depth, up], [half - 0.005, 0.0, up]),
        block([half, 0.004, up], [0.0, depth - 0.004, up]),
        block([half, depth, 0.004], [0.0, 0.0, UNIT_HEIGHT_M - 0.004]),
    ];
    let at = [x, front_y + depth, 0.0];
    let body = compound("furniture", parts, color).fixed().at(at);
    world.bodies.insert(name.into(), body);
}

/// Dry friction of a joint: a stiff brake of limited strength.
fn friction(most: f32, damping: f32) -> Option<Motor<f32>> {
    Some(Motor {
        target_position: 0.0,
        target_velocity: 0.0,
        stiffness: 0.0,
        damping: damping * most,
        max_force: most,
    })
}

fn joint(
    parent: &str,
    child: &str,
    anchors: [Vec3; 2],
    freedom: Freedom<f32>,
    motor: Option<Motor<f32>>,
) -> Joint<f32> {
    Joint {
        parent: parent.into(),
        child: child.into(),
        anchor_parent_m: anchors[0].to_array(),
        anchor_child_m: anchors[1].to_array(),
        freedom,
        motor,
        contacts: false,
        reduced: false,
        damping: 0.0,
    }
}

/// A drawer at x, open by a share of its way.
pub(super) fn add_drawer(world: &mut World<f32>, x: f32, open: f32, handle: Handle, draws: &Draws) {
    let front_y = FRONT_Y_M + draws.drawer_back_m;
    unit(world, "drawer_unit", [x, front_y], draws.colors[0]);
    let (hx, hz) = DRAWER_HANDLE;
    let mut parts = vec![
        block(FRONT_HALF, [0.0; 3]),
        block([0.072, 0.072, 0.004], [0.0, 0.078, DRAWER_FLOOR_M - 0.004]),
        block([0.004, 0.072, 0.022], [-0.072, 0.078, -0.014]),
        block([0.004, 0.072, 0.022], [0.072, 0.078, -0.014]),
        block([0.072, 0.004, 0.022], [0.0, 0.154, -0.014]),
    ];
    parts.extend(handle.parts(hx, hz));
    let closed = Vec3::new(x, front_y - FRONT_HALF[1] - 0.001, FRONT_Z_M);
    let mut drawer = compound("drawer", parts, draws.colors[1]);
    drawer.position_m = (closed - Vec3::Y * (open * DRAWER_TRAVEL_M)).to_array();
    drawer.material.mass_kg = Some(draws.mass_kg);
    world.bodies.insert(DRAWER.into(), drawer);
    let case = Vec3::from(world.bodies["drawer_unit"].position_m);
    let slides = Freedom::Slider {
        axis: [0.0, -1.0, 0.0],
        limits_m: Some([0.0, DRAWER_TRAVEL_M]),
    };
    let brake = friction(draws.drawer_friction_n, 200.0);
    world.joints.insert(
        DRAWER.into(),
        joint("drawer_unit", DRAWER, [closed - case, Vec3::ZERO], slides, brake),
    );
}

/// A cupboard at x, its door open by a share of its way.
pub(super) fn add_cupboard(
    world: &mut World<f32>,
    x: f32,
    open: f32,
    door: Door,
    handle: Handle,
    draws: &Draws,
) {
    unit(world, "cupboard_unit", [x, FRONT_Y_M], draws.colors[0]);
    let (hx, hz) = door.handle();
    let mut parts = vec![block(FRONT_HALF, [0.0; 3])];
    parts.extend(handle.parts(hx, hz));
    let (axis, anchor, travel) = door.hinge();
    let closed = Vec3::new(x, FRONT_Y_M - FRONT_HALF[1] - 0.001, FRONT_Z_M);
    let turn = Quat::from_axis_angle(axis, open * travel);
    let mut body = compound("door", parts, draws.colors[2]);
    body.position_m = (closed + anchor - turn * anchor).to_array();
    body.rotation = Rotation::Xyzw(turn.to_array());
    body.material.mass_kg = Some(draws.mass_kg);
    world.bodies.insert(CUPBOARD.into(), body);
    let case = Vec3::from(world.bodies["cupboard_unit"].position_m);
    let hinge = Freedom::Hinge {
        axis: axis.to_array(),
        limits_rad: Some([0.0, travel]),
    };
    let brake = friction(draws.hinge_friction_nm, 20.0);
    world.joints.insert(
        CUPBOARD.into(),
        joint(
            "cupboard_unit",
            CUPBOARD,
            [closed + anchor - case, anchor],
            hinge,
            brake,
        ),
    );
}

/// A jar with its foot at a place, and its lid at another.
pub(super) fn add_jar(world: &mut World<f32>, at: Vec3, lid_at: Vec3, draws: &Draws) {
    let (inner, wall, up) = (JAR_INNER_M, 0.0025, 0.5 * JAR_HEIGHT_M);
    let outer = inner + 2.0 * wall;
    let parts = vec![
        block([outer, wall, up], [0.0, inner + wall, up]),
        block([outer, wall, up], [0.0, -inner - wall, up]),
        block([wall, outer, up], [inner + wall, 0.0, up]),
        block([wall, outer, up], [-inner - wall, 0.0, up]),
        block([outer, outer, 0.002], [0.0, 0.0, 0.002]),
    ];
    let jar = compound("jar", parts, [0.55, 0.76, 0.84])
        .fixed()
        .at(at.to_array());
    world.bodies.insert(JAR.into(), jar);
    let parts = vec![
        block([outer + 0.002, outer + 0.002, 0.004], [0.0; 3]),
        // What keeps it on the rim.
        block([inner - 0.004, inner - 0.004, 0.004], [0.0, 0.0, -0.008]),
        block([0.009, 0.009, 0.016], [0.0, 0.0, 0.02]),
    ];
    let mut lid = compound("lid", parts, draws.colors[3]).at(lid_at.to_array());
    lid.material.mass_kg = Some(0.12);
    world.bodies.insert(LID.into(), lid);
}

/// A button on the table and the lamp behind it.
pub(super) fn add_button(world: &mut World<f32>, at: Vec3) {
    let cylinder = |radius_m: f32, half_height_m: f32| Shape::Cylinder {
        radius_m,
        half_height_m,
    };
    let cap = Body::new("button", cylinder(0.017, 0.5 * BUTTON_TOP_M))
        .fixed()
        .at((at + Vec3::Z * (0.5 * BUTTON_TOP_M)).to_array())
        .painted(Paint::plain(looks::PALETTE[0]));
    world.bodies.insert(BUTTON.into(), cap);
    add_lamp(world, "lamp", at + Vec3::Y * 0.05, false, [1.0, 0.92, 0.25]);
}

/// A lamp in a socket on the table, out of which it comes up while it is lit, on a slider of its name.
fn add_lamp(world: &mut World<f32>, name: &str, at: Vec3, lit: bool, color: [f32; 3]) {
    let socket = at + Vec3::Z * 0.016;
    let case = Shape::Cylinder {
        radius_m: 0.02,
        half_height_m: 0.016,
    };
    let case = Body::new("socket", case)
        .fixed()
        .at(socket.to_array())
        .painted(Paint::plain([0.25, 0.26, 0.28]));
    world.bodies.insert(format!("{name}_socket"), case);
    let rise = if lit { LAMP_RISE_M } else { 0.0 };
    let mut lamp = Body::new("lamp", Shape::Ball { radius_m: 0.014 })
        .at((socket + Vec3::Z * rise).to_array())
        .painted(Paint::plain(color))
        .untouchable();
    lamp.material.mass_kg = Some(0.05);
    world.bodies.insert(name.into(), lamp);
    let up = Freedom::Slider {
        axis: [0.0, 0.0, 1.0],
        limits_m: Some([0.0, 0.03]),
    };
    let slides = joint("world", name, [socket, Vec3::ZERO], up, None);
    world.joints.insert(name.into(), slides);
}

/// A switch on the table, whose lever leans to the left while it is off and to the right while it is on, and the lamp behind it.
pub(super) fn add_switch(world: &mut World<f32>, at: Vec3, on: bool) {
    let base = Body::new(
        "switch",
        Shape::Box {
            half_extents_m: [0.03, 0.02, 0.009],
        },
    )
    .fixed()
    .at((at + Vec3::Z * 0.009).to_array())
    .painted(Paint::plain([0.93, 0.93, 0.95]));
    world.bodies.insert("switch_base".into(), base);
    let parts = vec![
        // It does not touch the base when it leans.
        block([0.005, 0.006, 0.021], [0.0, 0.0, 0.029]),
        block([0.009, 0.012, 0.01], [0.0, 0.0, 0.05]),
    ];
    let pivot = Vec3::Z * 0.018;
    let lean = Quat::from_rotation_y(if on { LEAN_RAD } else { -LEAN_RAD });
    let mut lever = compound("switch", parts, [0.85, 0.16, 0.55]).at((at + pivot).to_array());
    lever.rotation = Rotation::Xyzw(lean.to_array());
    lever.material.mass_kg = Some(0.03);
    world.bodies.insert(SWITCH.into(), lever);
    let hinge = Freedom::Hinge {
        axis: [0.0, 1.0, 0.0],
        limits_rad: Some([-LEAN_RAD - 0.05, LEAN_RAD + 0.05]),
    };
    let anchors = [at + pivot, Vec3::ZERO];
    world
        .joints
        .insert(SWITCH.into(), joint("world", SWITCH, anchors, hinge, None));
    add_lamp(world, LIGHT, at + Vec3::Y * 0.06, on, [0.35, 1.0, 0.6]);
}

/// A cup that stands upright at a place, its handle at its +x.
pub(super) fn add_cup(world: &mut World<f32>, at: Vec3, yaw_deg: f32, mass_kg: f32, color: [f32; 3]) {
    let (outer, wall, up) = (CUP_HALF_M, 0.0025, 0.028);
    let parts = vec![
        block([outer, wall, up], [0.0, outer - wall, up]),
        block([outer, wall, up], [0.0, wall - outer, up]),
        block([wall, outer, up], [outer - wall, 0.0, up]),
        block([wall, outer, up], [wall - outer, 0.0, up]),
        block([outer, outer, 0.003], [0.0, 0.0, 0.003]),
        block([0.007, 0.004, 0.003], [outer + 0.007, 0.0, 0.012]),
        block([0.007, 0.004, 0.003], [outer + 0.007, 0.0, 0.044]),
        block([0.003, 0.004, 0.013], [outer + 0.011, 0.0, 0.028]),
    ];
    let mut cup = compound("cup", parts, color).at(at.to_array());
    cup.rotation = Rotation::RpyDeg([0.0, 0.0, yaw_deg]);
    cup.material.mass_kg = Some(mass_kg);
    world.bodies.insert(CUP.into(), cup);
}

/// A wooden spoon that lies at a place, its bowl at its +x. Its origin is in the middle of its length.
pub(super) fn add_spoon(world: &mut World<f32>, at: Vec3, yaw_deg: f32, mass_kg: f32) {
    let bowl = Shape::Cylinder {
        radius_m: 0.016,
        half_height_m: SPOON_HALF_M,
    };
    let parts = vec![
        block([0.036, 0.006, SPOON_HALF_M], [0.036 - SPOON_REACH_M, 0.0, 0.0]),
        Part::new(bowl, [SPOON_REACH_M - 0.016, 0.0, 0.0]),
        block([0.015, 0.006, SPOON_HALF_M], [0.02, 0.0, 0.0]),
    ];
    let mut spoon = compound("spoon", parts, [0.80, 0.55, 0.24]).at(at.to_array());
    spoon.rotation = Rotation::RpyDeg([0.0, 0.0, yaw_deg]);
    spoon.material.mass_kg = Some(mass_kg);
    world.bodies.insert(SPOON.into(), spoon);
}

pub(super) fn add_plate(world: &mut World<f32>, at: Vec3) {
    let half_extents_m = [PLATE_HALF_M, PLATE_HALF_M, 0.5 * PLATE_TOP_M];
    let plate = Body::new("plate", Shape::Box { half_extents_m })
        .fixed()
        .at((at + Vec3::Z * (0.5 * PLATE_TOP_M)).to_array())
        .painted(Paint::plain(looks::GOAL));
    world.bodies.insert(PLATE.into(), plate);
}

/// What is drawn of furniture besides its place.
#[derive(Clone, Debug)]
pub(super) struct Draws {
    /// Of the drawer and of the door.
    pub mass_kg: f32,
    pub drawer_friction_n: f32,
    pub hinge_friction_nm: f32,
    /// How far the drawer stands behind the cupboard, m.
    pub drawer_back_m: f32,
    /// Of cases, drawer, door and lid.
    pub colors: [[f32; 3]; 4],
}
