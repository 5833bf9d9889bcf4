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
/// Half of a cloth's thickness, m.
const CLOTH_M: f32 = 0.01;
/// Radius of a peg, and half of its length, m.
const PEG_M: [f32; 2] = [0.045, 0.14];
/// Rings of a curtain.
const RINGS: u32 = 5;
/// Cubes of a jelly along each axis.
const CUBES: [u32; 3] = [4, 4, 2];
/// Skin around a jelly, m.
const SKIN_M: f32 = 0.008;
/// Height of the rail that a curtain hangs from, m.
const RAIL_M: f32 = 0.62;

/// What the kinds have in common.
pub(super) struct Make {
    /// Towards which side it goes: 1 or -1 along x.
    pub(super) side: f32,
    pub(super) length_m: f32,
    pub(super) radius_m: f32,
    pub(super) segments: u32,
    /// Links of a chain.
    pub(super) links: usize,
    /// Turns of a rope about its post.
    pub(super) turns: f32,
    /// How wide a loose knot is, m.
    pub(super) knot_m: f32,
    pub(super) pegs: usize,
    pub(super) cloth_m: f32,
    /// Squares along each side of a cloth.
    pub(super) squares: u32,
    /// Side of a net, and meshes along each side.
    pub(super) net_m: f32,
    pub(super) meshes: u32,
    pub(super) jelly_m: f32,
    pub(super) young_pa: f32,
    pub(super) stretch_hz: f32,
    pub(super) mass_kg: f32,
    pub(super) bend_hz: f32,
    pub(super) friction: f32,
    pub(super) tear_strain: f32,
    pub(super) load_kg: f32,
    pub(super) height_m: f32,
    /// Where the goal of a box lies, from the box: m along x and y.
    pub(super) way_m: [f32; 2],
    /// In which direction that is, rad; in which a rope that is wound leads away from its post.
    pub(super) direction_rad: f32,
    /// Direction in which the rope lies from the box, rad.
    pub(super) lies_rad: f32,
    pub(super) color: [f32; 3],
}

impl Make {
    pub(super) fn soft(&self, form: SoftForm<f32>, radius_m: f32, pins: Vec<Pin>) -> Soft<f32> {
        Soft {
            radius_m,
            mass_kg: self.mass_kg,
            stretch_hz: self.stretch_hz,
            bend_hz: self.bend_hz,
            friction: self.friction,
            damping: 0.5,
            pins,
            color: self.color,
            ..Soft::new(form)
        }
    }

    pub(super) fn ball(&self, class: &str, radius_m: f32, mass_kg: f32, color: [f32; 3]) -> Body<f32> {
        let mut body = Body::new(class, Shape::Ball { radius_m }).painted(Paint::plain(color));
        body.material.mass_kg = Some(mass_kg);
        body.material.friction = self.friction;
        body.linear_damping = 0.3;
        body.angular_damping = 4.0;
        body
    }

    pub(super) fn handle(&self) -> Body<f32> {
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
            segments: self.segments,
        };
        let pins = vec![pin(&[0], "load"), pin(&[self.segments], "handle")];
        // Of a short rope, pieces that are not beside each other would touch as it lies there.
        let touches_itself = 2.0 * self.length_m > 2.2 * self.radius_m * self.segments as f32;
        let soft = Soft {
            touches_itself,
            ..self.soft(form, self.radius_m, pins)
        };
        world.softs.insert("soft".into(), soft);
    }
}

pub(super) fn pin(vertices: &[u32], to: &str) -> Pin {
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

/// A peg that sticks out of a post.
fn peg(world: &mut World<f32>, name: &str, make: &Make, (x, z): (f32, f32), color: [f32; 3]) {
    let [radius_m, half_height_m] = PEG_M;
    let shape = Shape::Cylinder {
        radius_m,
        half_height_m,
    };
    let mut peg = Body::new("peg", shape)
        .fixed()
        .at([x, 0.0, z])
        .painted(Paint::plain(color));
    peg.rotation = Rotation::RpyDeg([90.0, 0.0, 0.0]);
    peg.material.friction = make.friction;
    world.bodies.insert(name.into(), peg);
    let half = 0.5 * (z + 0.09);
    let post = block("post", [0.05, 0.03, half], [x, half_height_m + 0.03, half]);
    world.bodies.insert(format!("{name}_post"), post);
}

/// The peg that something is to be laid over, and maybe others.
pub(super) fn pegs(world: &mut World<f32>, make: &Make) {
    let (side, height) = (make.side, make.height_m);
    peg(world, "goal", make, (0.0, height), looks::GOAL);
    let others = [("peg_behind", 0.38), ("peg_before", -0.36)];
    for (name, x) in others.into_iter().take(make.pegs.saturating_sub(1)) {
        peg(world, name, make, (side * x, 0.6 * height), looks::PALETTE[7]);
    }
}

/// A rope on the floor, before a peg that it is to be laid over.
pub(super) fn drape(world: &mut World<f32>, make: &Make) {
    pegs(world, make);
    let side = make.side;
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

/// A place where something belongs.
fn mark(world: &mut World<f32>, [x, y]: [f32; 2]) {
    let disc = Shape::Cylinder {
        radius_m: 0.09,
        half_height_m: 0.004,
    };
    let goal = Body::new("mark", disc)
        .fixed()
        .untouchable()
        .at([x, y, 0.004])
        .painted(Paint::plain(looks::GOAL));
    world.bodies.insert("goal".into(), goal);
}

/// A place where something belongs, and where that is at the start.
fn start(world: &mut World<f32>, make: &Make) -> [f32; 2] {
    let start = [-0.4 * make.way_m[0], -0.4 * make.way_m[1]];
    mark(world, [start[0] + make.way_m[0], start[1] + make.way_m[1]]);
    start
}

/// A box that a rope is tied to, and a place where it belongs.
pub(super) fn pull(world: &mut World<f32>, make: &Make) {
    let start = start(world, make);
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

/// A ball that is to be covered or uncovered; its radius, m.
pub(super) fn ball(world: &mut World<f32>, make: &Make) -> f32 {
    let radius_m = 0.25 * make.height_m;
    let mut goal = Body::new("goal", Shape::Ball { radius_m })
        .fixed()
        .at([0.0, 0.0, radius_m])
        .painted(Paint::plain(looks::GOAL));
    goal.material.friction = make.friction;
    world.bodies.insert("goal".into(), goal);
    radius_m
}

/// A cloth on the floor, beside a ball that it is to be drawn over.
pub(super) fn cover(world: &mut World<f32>, make: &Make) {
    let (side, length) = (make.side, make.cloth_m);
    let radius_m = ball(world, make);
    // Its leading edge lies before the ball.
    let edge = -side * (radius_m + 0.1);
    let tail = edge - side * length;
    let form = SoftForm::Cloth {
        corner_m: [tail, -0.5 * length, 0.03],
        along_m: [side * length, 0.0, 0.0],
        across_m: [0.0, length, 0.0],
        segments: [make.squares; 2],
    };
    let middle = make.squares / 2;
    let pins = vec![
        pin(&[middle], "load"),
        pin(&[make.squares * (make.squares + 1) + middle], "handle"),
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

/// A rail so high that what hangs from it is below `RAIL_M`, on two posts, half as long as said, m.
fn rail(world: &mut World<f32>, half_m: f32) {
    let rail = [half_m, 0.008, 0.008];
    world.bodies.insert(
        "rail".into(),
        block("rail", rail, [0.0, 0.0, RAIL_M + 0.02]).untouchable(),
    );
    for (name, x) in [("left", -half_m), ("right", half_m)] {
        let half = 0.5 * (RAIL_M + 0.03);
        let post = block("post", [0.015, 0.015, half], [x, 0.03, half]).untouchable();
        world.bodies.insert(format!("{name}_post"), post);
    }
}

/// A sheet that hangs from a rail, with a handle below, and a place on the floor before it.
pub(super) fn sheet(world: &mut World<f32>, make: &Make) {
    let [width, drop] = [0.66 * make.cloth_m, 0.3];
    mark(world, [0.25 * make.side, -0.32]);
    rail(world, 0.5 * width + 0.06);
    let top = RAIL_M - 0.02;
    let form = SoftForm::Cloth {
        corner_m: [-0.5 * width, 0.0, top],
        along_m: [width, 0.0, 0.0],
        across_m: [0.0, 0.0, -drop],
        segments: [make.squares; 2],
    };
    let column = |column: u32| column * (make.squares + 1);
    let hung: Vec<u32> = (0..=make.squares).map(column).collect();
    let middle = make.squares / 2;
    // The handle holds the middle of the lower edge; a knob at a corner tells how it hangs.
    let below = [middle - 1, middle, middle + 1].map(|at| column(at) + make.squares);
    let pins = vec![
        pin(&hung, "world"),
        pin(&below, "handle"),
        pin(&[column(0) + make.squares], "load"),
    ];
    let soft = Soft {
        tear_strain: make.tear_strain,
        ..make.soft(form, CLOTH_M, pins)
    };
    world.softs.insert("soft".into(), soft);
    let under = top - drop - CLOTH_M;
    let handle = make.handle().at([0.0, 0.0, under - HANDLE_M]);
    world.bodies.insert("handle".into(), handle);
    let load = make
        .ball("load", 0.016, 0.02, looks::PALETTE[3])
        .at([-0.5 * width, 0.0, under - 0.016]);
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
    rail(world, 0.5 * length + 0.1);
    let form = SoftForm::Cloth {
        corner_m: [0.5 * side * length, 0.0, RAIL_M - 0.02],
        along_m: [-side * length, 0.0, 0.0],
        across_m: [0.0, 0.0, -drop],
        segments: [make.squares; 2],
    };
    let top = |column: u32| column * (make.squares + 1);
    let mut pins = vec![pin(&[top(0)], "world")];
    for ring in 1..=RINGS {
        let column = ring * make.squares / RINGS;
        // The leading ring is the load: it tells how far the curtain is open.
        let name = if ring == RINGS {
            "load".to_string()
        } else {
            format!("ring_{ring}")
        };
        let x = 0.5 * side * length - side * length * column as f32 / make.squares as f32;
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
    let middle = make.squares / 2;
    pins.push(pin(&[top(make.squares) + middle], "handle"));
    world.softs.insert("soft".into(), make.soft(form, CLOTH_M, pins));
    let x = -side * (0.5 * length + HANDLE_M + CLOTH_M);
    let handle = make.handle().at([x, 0.0, RAIL_M - 0.02 - 0.5 * drop]);
    world.bodies.insert("handle".into(), handle);
}

/// A block of jelly with a handle at its side and a knob on top, and a place where it belongs.
pub(super) fn jelly(world: &mut World<f32>, make: &Make) {
    let start = start(world, make);
    let half = [0.5 * make.jelly_m, 0.5 * make.jelly_m, 0.3 * make.jelly_m];
    let center = [start[0], start[1], half[2] + SKIN_M + 0.002];
    let form = SoftForm::Jelly {
        center_m: center,
        half_extents_m: half,
        segments: CUBES,
        young_pa: make.young_pa,
    };
    let vertex = |at: [u32; 3]| (at[0] * (CUBES[1] + 1) + at[1]) * (CUBES[2] + 1) + at[2];
    // The handle holds a cross in the middle of a face, the knob the middle of the top.
    let face = if make.side > 0.0 { CUBES[0] } else { 0 };
    let (y, z) = (CUBES[1] / 2, CUBES[2] / 2);
    let cross = [[y, z], [y - 1, z], [y + 1, z], [y, z - 1], [y, z + 1]];
    let pins = vec![
        pin(&cross.map(|[y, z]| vertex([face, y, z])), "handle"),
        pin(&[vertex([CUBES[0] / 2, y, CUBES[2]])], "load"),
    ];
    let soft = Soft {
        mass_kg: 3.0 * make.mass_kg,
        ..make.soft(form, SKIN_M, pins)
    };
    world.softs.insert("soft".into(), soft);
    let aside = make.side * (half[0] + SKIN_M + HANDLE_M);
    let handle = make.handle().at([center[0] + aside, center[1], center[2]]);
    world.bodies.insert("handle".into(), handle);
    let top = center[2] + half[2] + SKIN_M + 0.02;
    let load = make.ball("load", 0.02, 0.03, looks::PALETTE[3]);
    let load = load.at([center[0], center[1], top]).untouchable();
    world.bodies.insert("load".into(), load);
}
