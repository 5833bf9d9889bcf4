//! What hangs and lies in `rope_soft`, kind by kind. In each there is a `handle` at one end of what is soft, which the hand can
//! hold, a `load` at the other, and a `goal`.

use crate::looks;
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::soft::{Pin, Soft, SoftForm};
use terrella_spec::world::{Body, Freedom, Joint, World};

/// Radius of the handle, m.
pub(super) const HANDLE_M: f32 = 0.028;
/// Half of the side of the box that is pulled, m.
pub(super) const BOX_HALF_M: f32 = 0.055;
/// Segments of a rope.
const SEGMENTS: u32 = 24;
/// Squares along each side of a cloth.
const SQUARES: u32 = 10;
/// Half of a cloth's thickness, m.
const CLOTH_M: f32 = 0.01;
/// Height of the rail that a curtain hangs from, m.
const RAIL_M: f32 = 0.62;

/// What the kinds have in common.
pub(super) struct Make {
    /// Towards which side it goes: 1 or -1 along x.
    pub(super) side: f32,
    pub(super) length_m: f32,
    pub(super) radius_m: f32,
    pub(super) cloth_m: f32,
    pub(super) mass_kg: f32,
    pub(super) bend_hz: f32,
    pub(super) friction: f32,
    pub(super) load_kg: f32,
    pub(super) height_m: f32,
    /// Where the goal of a box lies, from the box: m along x and y.
    pub(super) way_m: [f32; 2],
    /// Direction in which the rope lies from the box, rad.
    pub(super) lies_rad: f32,
    pub(super) color: [f32; 3],
}

impl Make {
    fn soft(&self, form: SoftForm<f32>, radius_m: f32, pins: Vec<Pin>) -> Soft<f32> {
        Soft {
            radius_m,
            mass_kg: self.mass_kg,
            bend_hz: self.bend_hz,
            friction: self.friction,
            damping: 0.5,
            pins,
            color: self.color,
            ..Soft::new(form)
        }
    }

    fn ball(&self, class: &str, radius_m: f32, mass_kg: f32, color: [f32; 3]) -> Body<f32> {
        let mut body = Body::new(class, Shape::Ball { radius_m }).painted(Paint::plain(color));
        body.material.mass_kg = Some(mass_kg);
        body.material.friction = self.friction;
        body.linear_damping = 0.3;
        body.angular_damping = 4.0;
        body
    }

    fn handle(&self) -> Body<f32> {
        self.ball("handle", HANDLE_M, 0.08, looks::PALETTE[0])
    }

    /// A rope with a handle at its end, so that the first vertex is at `from` and `ahead` is the direction of the line.
    fn rope(&self, world: &mut World<f32>, from: [f32; 3], ahead: [f32; 2]) {
        let along = |far: f32| [from[0] + far * ahead[0], from[1] + far * ahead[1], from[2]];
        let reach = self.length_m + HANDLE_M + self.radius_m;
        world
            .bodies
            .insert("handle".into(), self.handle().at(along(reach)));
        let form = SoftForm::Rope {
            along_m: vec![from, along(self.length_m)],
            segments: SEGMENTS,
        };
        let pins = vec![pin(&[0], "load"), pin(&[SEGMENTS], "handle")];
        let soft = self.soft(form, self.radius_m, pins);
        world.softs.insert("soft".into(), soft);
    }
}

fn pin(vertices: &[u32], to: &str) -> Pin {
    Pin {
        vertices: vertices.to_vec(),
        to: to.into(),
    }
}

fn block(class: &str, half_extents_m: [f32; 3], at: [f32; 3]) -> Body<f32> {
    Body::new(class, Shape::Box { half_extents_m })
        .fixed()
        .at(at)
        .painted(Paint::plain(looks::WALL))
}

/// A rope on the floor, before a peg that sticks out of a post.
pub(super) fn drape(world: &mut World<f32>, make: &Make) {
    let (side, height) = (make.side, make.height_m);
    let radius_m = 0.045;
    let half_height_m = 0.14;
    let mut peg = Body::new(
        "peg",
        Shape::Cylinder {
            radius_m,
            half_height_m,
        },
    )
    .fixed()
    .at([0.0, 0.0, height])
    .painted(Paint::plain(looks::GOAL));
    peg.rotation = Rotation::RpyDeg([90.0, 0.0, 0.0]);
    peg.material.friction = make.friction;
    world.bodies.insert("goal".into(), peg);
    let half = 0.5 * (height + 0.09);
    let post = block("post", [0.05, 0.03, half], [0.0, half_height_m + 0.03, half]);
    world.bodies.insert("post".into(), post);
    // The handle lies a bit before the peg, the rope behind it.
    let rest = 0.03;
    let first = -side * (0.2 + make.length_m);
    let load = make.ball("load", 0.03, make.load_kg, looks::PALETTE[3]).at([
        first - side * (0.03 + make.radius_m),
        0.0,
        rest,
    ]);
    world.bodies.insert("load".into(), load);
    make.rope(world, [first, 0.0, rest], [side, 0.0]);
}

/// A box that a rope is tied to, and a place where it belongs.
pub(super) fn pull(world: &mut World<f32>, make: &Make) {
    let start = [-0.4 * make.way_m[0], -0.4 * make.way_m[1]];
    let disc = Shape::Cylinder {
        radius_m: 0.09,
        half_height_m: 0.004,
    };
    let goal = Body::new("mark", disc)
        .fixed()
        .untouchable()
        .at([start[0] + make.way_m[0], start[1] + make.way_m[1], 0.004])
        .painted(Paint::plain(looks::GOAL));
    world.bodies.insert("goal".into(), goal);
    let shape = Shape::Box {
        half_extents_m: [BOX_HALF_M; 3],
    };
    let mut load = Body::new("load", shape)
        .at([start[0], start[1], BOX_HALF_M])
        .painted(Paint::plain(looks::PALETTE[3]));
    load.rotation = Rotation::RpyDeg([0.0, 0.0, make.lies_rad.to_degrees()]);
    load.material.mass_kg = Some(make.load_kg);
    load.material.friction = make.friction;
    world.bodies.insert("load".into(), load);
    let ahead = [libm::cosf(make.lies_rad), libm::sinf(make.lies_rad)];
    let far = BOX_HALF_M + make.radius_m;
    let from = [start[0] + far * ahead[0], start[1] + far * ahead[1], 0.03];
    make.rope(world, from, ahead);
}

/// A cloth on the floor, beside a ball that it is to be drawn over.
pub(super) fn cover(world: &mut World<f32>, make: &Make) {
    let (side, length) = (make.side, make.cloth_m);
    let radius_m = 0.25 * make.height_m;
    let mut goal = Body::new("goal", Shape::Ball { radius_m })
        .fixed()
        .at([0.0, 0.0, radius_m])
        .painted(Paint::plain(looks::GOAL));
    goal.material.friction = make.friction;
    world.bodies.insert("goal".into(), goal);
    // Its leading edge lies before the ball.
    let edge = -side * (radius_m + 0.1);
    let tail = edge - side * length;
    let form = SoftForm::Cloth {
        corner_m: [tail, -0.5 * length, 0.03],
        along_m: [side * length, 0.0, 0.0],
        across_m: [0.0, length, 0.0],
        segments: [SQUARES; 2],
    };
    let middle = SQUARES / 2;
    let pins = vec![
        pin(&[middle], "load"),
        pin(&[SQUARES * (SQUARES + 1) + middle], "handle"),
    ];
    world.softs.insert("soft".into(), make.soft(form, CLOTH_M, pins));
    let off = |radius: f32| side * (radius + CLOTH_M);
    let handle = make.handle().at([edge + off(HANDLE_M), 0.0, 0.03]);
    world.bodies.insert("handle".into(), handle);
    let load = make
        .ball("load", 0.02, 0.05, looks::PALETTE[3])
        .at([tail - off(0.02), 0.0, 0.03]);
    world.bodies.insert("load".into(), load);
}

/// A curtain on a rail, held at one side, in front of something.
pub(super) fn curtain(world: &mut World<f32>, make: &Make) {
    // It is drawn towards `side`, where it is fixed.
    let (side, length) = (make.side, 1.25 * make.cloth_m);
    let drop = 0.42;
    let goal = Body::new("goal", Shape::Ball { radius_m: 0.1 })
        .fixed()
        .at([-0.25 * side * length, 0.3, 0.1])
        .painted(Paint::plain(looks::GOAL));
    world.bodies.insert("goal".into(), goal);
    let rail = [0.5 * length + 0.1, 0.008, 0.008];
    world.bodies.insert(
        "rail".into(),
        block("rail", rail, [0.0, 0.0, RAIL_M + 0.02]).untouchable(),
    );
    for (name, x) in [("left", -rail[0]), ("right", rail[0])] {
        let half = 0.5 * (RAIL_M + 0.03);
        let post = block("post", [0.015, 0.015, half], [x, 0.03, half]).untouchable();
        world.bodies.insert(format!("{name}_post"), post);
    }
    let form = SoftForm::Cloth {
        corner_m: [0.5 * side * length, 0.0, RAIL_M - 0.02],
        along_m: [-side * length, 0.0, 0.0],
        across_m: [0.0, 0.0, -drop],
        segments: [SQUARES; 2],
    };
    let top = |column: u32| column * (SQUARES + 1);
    let mut pins = vec![pin(&[top(0)], "world")];
    for ring in 1..=5 {
        let column = 2 * ring;
        // The leading ring is the load: it tells how far the curtain is open.
        let name = if ring == 5 {
            "load".to_string()
        } else {
            format!("ring_{ring}")
        };
        let x = 0.5 * side * length - side * length * column as f32 / SQUARES as f32;
        let body = make
            .ball("ring", 0.016, 0.03, looks::PALETTE[3])
            .at([x, 0.0, RAIL_M])
            .untouchable();
        world.bodies.insert(name.clone(), body);
        let joint = Joint {
            parent: "world".into(),
            child: name.clone(),
            anchor_parent_m: [x, 0.0, RAIL_M],
            anchor_child_m: [0.0; 3],
            freedom: Freedom::Slider {
                axis: [1.0, 0.0, 0.0],
                limits_m: None,
            },
            motor: None,
            contacts: false,
            reduced: false,
            damping: 0.0,
        };
        world.joints.insert(format!("{name}_on_rail"), joint);
        pins.push(pin(&[top(column)], &name));
    }
    let middle = SQUARES / 2;
    pins.push(pin(&[top(SQUARES) + middle], "handle"));
    world.softs.insert("soft".into(), make.soft(form, CLOTH_M, pins));
    let x = -side * (0.5 * length + HANDLE_M + CLOTH_M);
    let handle = make.handle().at([x, 0.0, RAIL_M - 0.02 - 0.5 * drop]);
    world.bodies.insert("handle".into(), handle);
}
