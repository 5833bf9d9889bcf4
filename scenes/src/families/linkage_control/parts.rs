//! The bodies and joints of a linkage, and the same linkage as the expert's model.

use super::model::{Chain, Link, Model, Piece};
use super::winch;
use super::{GRAVITY_MPS2, PIVOT_M, RAIL_M, WITH_CART};
use crate::draw::Draw;
use crate::looks;
use std::f64::consts::FRAC_PI_2;
use terrella_spec::factor::FactorValue;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::world::{Body, FreeAxis, Freedom, Joint, JointAxis, World};

const ROD_HALF_WIDTH_M: f32 = 0.035;
const BALL_RADIUS_M: f32 = 0.09;
/// Links of a chain of two, and crank and rod of a slider-crank, are these shares of `length_m`.
const CHAIN: [f32; 2] = [0.62, 0.62];
const SLIDER_CRANK: [f32; 2] = [0.4, 0.8];

/// What was drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parts {
    pub(super) mechanism: String,
    pub(super) start: String,
    pub(super) start_angle: f32,
    pub(super) length: f32,
    pub(super) rod_mass: f32,
    pub(super) ball_mass: f32,
    pub(super) cart_mass: f32,
    pub(super) hinge_friction: f32,
    pub(super) rail_friction: f32,
    pub(super) motor_strength: f32,
    pub(super) delay_secs: f32,
    pub(super) hoist_speed: f32,
}

impl Parts {
    pub(super) fn draw(draw: &mut Draw<'_>) -> Self {
        let has_damping = draw.word("damping") == "viscous";
        // One axis for all: a cart that is to keep its energy must lose the friction of both joints.
        let mut friction = |name: &str| {
            let drawn = draw.real(name);
            if !has_damping {
                draw.came_to(name, 0.0);
                return 0.0;
            }
            drawn
        };
        let (hinge_friction, rail_friction) =
            (friction("hinge_friction_nms"), friction("rail_friction_nspm"));
        Parts {
            mechanism: draw.word("mechanism"),
            start: draw.word("start"),
            start_angle: draw.real("start_angle_rad"),
            length: draw.real("length_m"),
            rod_mass: draw.real("rod_mass_kg"),
            ball_mass: draw.real("ball_mass_kg"),
            cart_mass: draw.real("cart_mass_kg"),
            hinge_friction,
            rail_friction,
            motor_strength: draw.real("motor_strength"),
            delay_secs: draw.real("delay_secs"),
            hoist_speed: draw.real("hoist_speed_mps"),
        }
    }

    /// From the factors of a plan; nothing where one is missing.
    pub(super) fn read(plan: &WorldPlan) -> Option<Self> {
        let word = |name: &str| match plan.factors.get(name) {
            Some(FactorValue::Word(word)) => Some(word.clone()),
            _ => None,
        };
        let real = |name: &str| match plan.factors.get(name) {
            Some(FactorValue::Real(value)) => Some(*value as f32),
            Some(FactorValue::Count(value)) => Some(*value as f32),
            _ => None,
        };
        Some(Parts {
            mechanism: word("mechanism")?,
            start: word("start")?,
            start_angle: real("start_angle_rad")?,
            length: real("length_m")?,
            rod_mass: real("rod_mass_kg")?,
            ball_mass: real("ball_mass_kg")?,
            cart_mass: real("cart_mass_kg")?,
            hinge_friction: real("hinge_friction_nms")?,
            rail_friction: real("rail_friction_nspm")?,
            motor_strength: real("motor_strength")?,
            delay_secs: real("delay_secs")?,
            hoist_speed: real("hoist_speed_mps")?,
        })
    }

    pub(super) fn has_cart(&self) -> bool {
        WITH_CART.contains(&self.mechanism.as_str())
    }

    /// Physics steps in a record: the joint that closes the loop of a slider-crank adds energy with every step, the less the shorter
    /// the step.
    pub(super) fn steps_a_record(&self) -> u32 {
        if self.is_slider_crank() { 20 } else { 5 }
    }

    /// True where a cart has a load to carry.
    pub(super) fn hangs(&self) -> bool {
        matches!(self.mechanism.as_str(), "crane" | "hoist")
    }

    /// True where the cable is wound.
    pub(super) fn has_hoist(&self) -> bool {
        self.mechanism == "hoist"
    }

    /// True of two links in a row on a fixed hinge.
    fn has_two_links(&self) -> bool {
        matches!(self.mechanism.as_str(), "acrobot" | "pendubot" | "slider_crank")
    }

    fn is_slider_crank(&self) -> bool {
        self.mechanism == "slider_crank"
    }

    pub(super) fn starts_up(&self) -> bool {
        !self.hangs() && self.start == "upright"
    }

    /// Lengths of the first and the second rod, m.
    fn rod_lengths(&self) -> [f32; 2] {
        let shares = match self.mechanism.as_str() {
            "acrobot" | "pendubot" => CHAIN,
            "slider_crank" => SLIDER_CRANK,
            "hoist" => [winch::ROD, 0.0],
            _ => [1.0, 0.0],
        };
        shares.map(|share| share * self.length)
    }

    /// A rod of this length with a ball of this mass at its end.
    fn link(&self, length: f32, ball_mass: f32) -> Link {
        Link::new(length, ROD_HALF_WIDTH_M, self.rod_mass, ball_mass, BALL_RADIUS_M)
    }

    fn chain(&self) -> Chain {
        let [near, far] = self.rod_lengths();
        let ball = self.ball_mass;
        if self.has_hoist() {
            self.chain_with_cable(winch::middle(self.length))
        } else if self.has_cart() {
            Chain::Cart {
                cart_mass: f64::from(self.cart_mass),
                link: self.link(near, ball),
            }
        } else if self.is_slider_crank() {
            Chain::SliderCrank(self.link(near, 0.0), self.link(far, ball))
        } else if self.has_two_links() {
            Chain::TwoLinks(self.link(near, ball), self.link(far, ball))
        } else {
            Chain::Arm(self.link(near, ball))
        }
    }

    /// A cart with a load on so much cable, m.
    pub(super) fn chain_with_cable(&self, cable: f32) -> Chain {
        let [cable, half, ball, radius] = [
            cable,
            winch::rod_length(self.length),
            self.ball_mass,
            BALL_RADIUS_M,
        ]
        .map(f64::from);
        let rod = |half_width: f32, begins: f64| {
            Piece::rod(half, f64::from(half_width), f64::from(self.rod_mass), begins)
        };
        let pieces = [
            rod(ROD_HALF_WIDTH_M, 0.0),
            rod(winch::CABLE_HALF_WIDTH_M, cable - half),
            Piece::ball(ball, radius, cable),
        ];
        Chain::Cart {
            cart_mass: f64::from(self.cart_mass),
            link: Link::of(&pieces, cable),
        }
    }

    pub(super) fn model(&self) -> Model {
        let hinge = f64::from(self.hinge_friction);
        let mut model = Model {
            chain: self.chain(),
            gravity: f64::from(GRAVITY_MPS2),
            friction: [hinge, hinge],
            input: usize::from(self.mechanism == "acrobot"),
            limit: 0.0,
        };
        let weight = match &model.chain {
            Chain::Cart { cart_mass, link } => {
                model.friction[0] = f64::from(self.rail_friction);
                2.0 * (cart_mass + link.mass) * model.gravity
            }
            Chain::TwoLinks(first, last) => {
                let carried = last.mass * model.gravity * first.length;
                first.weight_moment(model.gravity) + carried + last.weight_moment(model.gravity)
            }
            // At rest with the first link level, what acts is the weight alone.
            Chain::Arm(_) | Chain::SliderCrank(..) => model.terms(&[FRAC_PI_2, 0.0, 0.0, 0.0]).1[0],
        };
        model.limit = f64::from(self.motor_strength) * weight;
        model
    }
}

/// A pendulum, a chain of two links or a slider-crank on a stand.
pub(super) fn add_arm(world: &mut World<f32>, parts: &Parts, angle: f32, color: [f32; 3]) {
    let [length, second] = parts.rod_lengths();
    let post = Shape::Box {
        half_extents_m: [0.04, 0.03, 0.5 * PIVOT_M],
    };
    let stand = scenery("stand", post, looks::WALL).at([0.0, 0.12, 0.5 * PIVOT_M]);
    world.bodies.insert("stand".into(), stand);
    // A slider is highest where the crank is up and its rod hangs from there.
    let reach = if parts.is_slider_crank() {
        length - second
    } else {
        length + second
    };
    world
        .bodies
        .insert("mark".into(), mark([0.0, 0.25, PIVOT_M + reach]));
    let pivot = [0.0, PIVOT_M];
    world
        .bodies
        .insert("base".into(), rod(parts, length, pivot, angle, color));
    let elbow = end_of(pivot, length, angle);
    let names = if parts.mechanism == "acrobot" {
        ["free", "driven"]
    } else {
        ["driven", "free"]
    };
    let shoulder = Joint {
        anchor_parent_m: [0.0, 0.0, PIVOT_M],
        ..hinge("world", "base", length, parts.hinge_friction)
    };
    world.joints.insert(names[0].into(), shoulder);
    if !parts.has_two_links() {
        add_ball(world, parts, "base", length, elbow, angle);
        return;
    }
    let second_angle = if parts.is_slider_crank() {
        add_guide(world, length + second);
        libm::asinf(-length * libm::sinf(angle) / second)
    } else {
        let motor = ball(parts, elbow, angle, looks::AGENT);
        world.bodies.insert("elbow".into(), motor);
        world
            .joints
            .insert("elbow_mount".into(), weld("base", "elbow", length));
        angle
    };
    world.bodies.insert(
        "link".into(),
        rod(parts, second, elbow, second_angle, looks::PALETTE[1]),
    );
    let joint = Joint {
        anchor_parent_m: [0.0, 0.0, -0.5 * length],
        ..hinge("base", "link", second, parts.hinge_friction)
    };
    world.joints.insert(names[1].into(), joint);
    let place = end_of(elbow, second, second_angle);
    add_ball(world, parts, "link", second, place, second_angle);
    if parts.is_slider_crank() {
        world.joints.insert("guide".into(), guide());
    }
}

/// Two bars between which the slider goes up and down, as far as `reach` below the pivot.
fn add_guide(world: &mut World<f32>, reach: f32) {
    let half_height = 0.5 * reach;
    for (name, side) in [("guide_left", -1.0), ("guide_right", 1.0)] {
        let bar = Shape::Box {
            half_extents_m: [0.012, 0.03, half_height],
        };
        let x = side * (BALL_RADIUS_M + 0.012);
        let bar = scenery("guide", bar, looks::WALL).at([x, 0.0, PIVOT_M - 1.1 * reach + half_height]);
        world.bodies.insert(name.into(), bar);
    }
}

/// Keeps the slider below the pivot: nothing but its way along x is taken from it.
fn guide() -> Joint<f32> {
    use JointAxis::{Rx, Ry, Rz, Y, Z};
    let free = |axis: JointAxis| FreeAxis {
        axis,
        limits: None,
        motor: None,
    };
    Joint {
        freedom: Freedom::Generic {
            free: [Y, Z, Rx, Ry, Rz].map(free).to_vec(),
        },
        reduced: false,
        ..reduced("world", "tip", 0.0)
    }
}

/// A cart on a rail with a pole or a hanging load.
pub(super) fn add_cart(world: &mut World<f32>, parts: &Parts, angle: f32, color: [f32; 3], layout: &mut Rng) {
    let [length, _] = parts.rod_lengths();
    let beam = Shape::Box {
        half_extents_m: [RAIL_M + 0.2, 0.02, 0.02],
    };
    world.bodies.insert(
        "rail".into(),
        scenery("rail", beam, looks::WALL).at([0.0, 0.1, PIVOT_M]),
    );
    for (name, x) in [("post_left", -RAIL_M - 0.15), ("post_right", RAIL_M + 0.15)] {
        let post = Shape::Box {
            half_extents_m: [0.03, 0.03, 0.5 * PIVOT_M],
        };
        world.bodies.insert(
            name.into(),
            scenery("stand", post, looks::WALL).at([x, 0.15, 0.5 * PIVOT_M]),
        );
    }
    let mut cables = [length; 2];
    let (start, goal, goal_z) = if parts.hangs() {
        let start = layout.uniform_f32(0.35, 0.9) * if layout.chance(0.5) { 1.0 } else { -1.0 };
        let goal = -start.signum() * layout.uniform_f32(0.1, 0.9);
        if parts.has_hoist() {
            cables = winch::draw_cables(parts.length, layout);
        }
        (start, goal, PIVOT_M - cables[1])
    } else {
        (
            layout.uniform_f32(-0.3, 0.3),
            layout.uniform_f32(-0.4, 0.4),
            PIVOT_M + length,
        )
    };
    world.bodies.insert("mark".into(), mark([goal, 0.25, goal_z]));
    let mut cart = Body::new(
        "cart",
        Shape::Box {
            half_extents_m: [0.14, 0.06, 0.07],
        },
    )
    .at([start, 0.0, PIVOT_M])
    .painted(Paint::plain(looks::AGENT))
    .untouchable();
    cart.material.mass_kg = Some(parts.cart_mass);
    world.bodies.insert("base".into(), cart);
    let pivot = [start, PIVOT_M];
    world
        .bodies
        .insert("link".into(), rod(parts, length, pivot, angle, color));
    let rail = Joint {
        anchor_parent_m: [0.0, 0.0, PIVOT_M],
        freedom: Freedom::Slider {
            axis: [1.0, 0.0, 0.0],
            limits_m: Some([-RAIL_M, RAIL_M]),
        },
        ..reduced("world", "base", parts.rail_friction)
    };
    world.joints.insert("driven".into(), rail);
    world
        .joints
        .insert("free".into(), hinge("base", "link", length, parts.hinge_friction));
    let place = end_of(pivot, cables[0], angle);
    if parts.has_hoist() {
        let middle = end_of(pivot, cables[0] - 0.5 * length, angle);
        winch::add_cable(world, parts, middle, turned(angle));
        add_ball(world, parts, "cable", length, place, angle);
    } else {
        add_ball(world, parts, "link", length, place, angle);
    }
}

/// The ball at the end of a rod of this length.
fn add_ball(world: &mut World<f32>, parts: &Parts, rod: &str, length: f32, place: [f32; 2], angle: f32) {
    world
        .bodies
        .insert("tip".into(), ball(parts, place, angle, looks::PALETTE[0]));
    world.joints.insert("tip_mount".into(), weld(rod, "tip", length));
}

fn ball(parts: &Parts, place: [f32; 2], angle: f32, color: [f32; 3]) -> Body<f32> {
    let mut ball = Body::new(
        "ball",
        Shape::Ball {
            radius_m: BALL_RADIUS_M,
        },
    )
    .at([place[0], 0.0, place[1]])
    .painted(Paint::plain(color))
    .untouchable();
    ball.rotation = turned(angle);
    ball.material.mass_kg = Some(parts.ball_mass);
    ball
}

/// Holds a body at the far end of a rod of this length.
fn weld(rod: &str, body: &str, length: f32) -> Joint<f32> {
    Joint {
        anchor_parent_m: [0.0, 0.0, -0.5 * length],
        ..reduced(rod, body, 0.0)
    }
}

pub(super) fn scenery(class: &str, shape: Shape<f32>, color: [f32; 3]) -> Body<f32> {
    Body::new(class, shape)
        .fixed()
        .painted(Paint::plain(color))
        .untouchable()
}

/// A disc behind the plane of the linkage.
fn mark(place: [f32; 3]) -> Body<f32> {
    let mut disc = scenery(
        "mark",
        Shape::Cylinder {
            radius_m: 0.16,
            half_height_m: 0.01,
        },
        looks::GOAL,
    )
    .at(place);
    disc.rotation = Rotation::RpyDeg([90.0, 0.0, 0.0]);
    disc
}

/// A rod that starts at `from` (x, z) and points `angle` from straight down.
fn rod(parts: &Parts, length: f32, from: [f32; 2], angle: f32, color: [f32; 3]) -> Body<f32> {
    let [x, z] = end_of(from, 0.5 * length, angle);
    let half_extents_m = [ROD_HALF_WIDTH_M, ROD_HALF_WIDTH_M, 0.5 * length];
    let mut rod = Body::new("rod", Shape::Box { half_extents_m })
        .at([x, 0.0, z])
        .painted(Paint::plain(color))
        .untouchable();
    rod.rotation = turned(angle);
    rod.material.mass_kg = Some(parts.rod_mass);
    rod
}

/// The place (x, z) `length` from `from` at `angle` from straight down.
fn end_of(from: [f32; 2], length: f32, angle: f32) -> [f32; 2] {
    [
        from[0] + length * libm::sinf(angle),
        from[1] - length * libm::cosf(angle),
    ]
}

/// The rotation that swings what hangs towards +x by `angle`.
fn turned(angle: f32) -> Rotation<f32> {
    Rotation::Xyzw([0.0, -libm::sinf(0.5 * angle), 0.0, libm::cosf(0.5 * angle)])
}

pub(super) fn reduced(parent: &str, child: &str, damping: f32) -> Joint<f32> {
    Joint {
        parent: parent.into(),
        child: child.into(),
        anchor_parent_m: [0.0; 3],
        anchor_child_m: [0.0; 3],
        freedom: Freedom::Weld {},
        motor: None,
        contacts: false,
        reduced: true,
        damping,
    }
}

/// A hinge at the upper end of a rod; its angle is 0 where the rod is in line with its parent and grows towards +x.
fn hinge(parent: &str, child: &str, length: f32, friction: f32) -> Joint<f32> {
    Joint {
        anchor_child_m: [0.0, 0.0, 0.5 * length],
        freedom: Freedom::Hinge {
            axis: [0.0, -1.0, 0.0],
            limits_rad: None,
        },
        ..reduced(parent, child, friction)
    }
}
