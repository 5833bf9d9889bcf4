//! The bodies and joints of a linkage, and the same linkage as the expert's model.

use super::model::{Chain, Link, Model};
use super::{GRAVITY_MPS2, PIVOT_M, RAIL_M, WITH_CART};
use crate::draw::Draw;
use crate::looks;
use terrella_spec::factor::FactorValue;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::world::{Body, Freedom, Joint, World};

const ROD_HALF_WIDTH_M: f32 = 0.035;
const BALL_RADIUS_M: f32 = 0.09;
/// A link of a chain of two is this share of `length_m`.
const SHARE_OF_TWO: f32 = 0.62;

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
        })
    }

    pub(super) fn has_cart(&self) -> bool {
        WITH_CART.contains(&self.mechanism.as_str())
    }

    fn has_two_links(&self) -> bool {
        matches!(self.mechanism.as_str(), "acrobot" | "pendubot")
    }

    pub(super) fn starts_up(&self) -> bool {
        self.mechanism != "crane" && self.start == "upright"
    }

    /// Length of one rod, m.
    fn rod_length(&self) -> f32 {
        if self.has_two_links() {
            SHARE_OF_TWO * self.length
        } else {
            self.length
        }
    }

    pub(super) fn model(&self) -> Model {
        let gravity = f64::from(GRAVITY_MPS2);
        let length = self.rod_length();
        let last = Link::new(
            length,
            ROD_HALF_WIDTH_M,
            self.rod_mass,
            self.ball_mass,
            BALL_RADIUS_M,
        );
        let hinge = f64::from(self.hinge_friction);
        let (chain, weight, friction) = if self.has_cart() {
            let cart_mass = f64::from(self.cart_mass);
            let weight = 2.0 * (cart_mass + last.mass) * gravity;
            (
                Chain::Cart {
                    cart_mass,
                    link: last,
                },
                weight,
                [f64::from(self.rail_friction), hinge],
            )
        } else if self.has_two_links() {
            let first = Link::new(
                length,
                ROD_HALF_WIDTH_M,
                self.rod_mass,
                self.ball_mass,
                BALL_RADIUS_M,
            );
            let carried = last.mass * gravity * first.length;
            let weight = first.weight_moment(gravity) + carried + last.weight_moment(gravity);
            (Chain::TwoLinks(first, last), weight, [hinge, hinge])
        } else {
            (Chain::Arm(last), last.weight_moment(gravity), [hinge, hinge])
        };
        let input = usize::from(self.mechanism == "acrobot");
        Model {
            chain,
            gravity,
            friction,
            input,
            limit: f64::from(self.motor_strength) * weight,
        }
    }
}

/// A pendulum or a chain of two links on a stand.
pub(super) fn add_arm(world: &mut World<f32>, parts: &Parts, angle: f32, color: [f32; 3]) {
    let length = parts.rod_length();
    let post = Shape::Box {
        half_extents_m: [0.04, 0.03, 0.5 * PIVOT_M],
    };
    let stand = scenery("stand", post, looks::WALL).at([0.0, 0.12, 0.5 * PIVOT_M]);
    world.bodies.insert("stand".into(), stand);
    let reach = if parts.has_two_links() {
        2.0 * length
    } else {
        length
    };
    world
        .bodies
        .insert("mark".into(), mark([0.0, 0.25, PIVOT_M + reach]));
    let pivot = [0.0, PIVOT_M];
    world
        .bodies
        .insert("base".into(), rod(parts, pivot, angle, color));
    let elbow = end_of(pivot, length, angle);
    let (mut last, mut place) = ("base", elbow);
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
    if parts.has_two_links() {
        let motor = ball(parts, elbow, angle, looks::AGENT);
        world.bodies.insert("elbow".into(), motor);
        world
            .joints
            .insert("elbow_mount".into(), weld(parts, "base", "elbow"));
        world
            .bodies
            .insert("link".into(), rod(parts, elbow, angle, looks::PALETTE[1]));
        let joint = Joint {
            anchor_parent_m: [0.0, 0.0, -0.5 * length],
            ..hinge("base", "link", length, parts.hinge_friction)
        };
        world.joints.insert(names[1].into(), joint);
        (last, place) = ("link", end_of(elbow, length, angle));
    }
    add_ball(world, parts, last, place, angle);
}

/// A cart on a rail with a pole or a hanging load.
pub(super) fn add_cart(world: &mut World<f32>, parts: &Parts, angle: f32, color: [f32; 3], layout: &mut Rng) {
    let length = parts.rod_length();
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
    let (start, goal, goal_z) = if parts.mechanism == "crane" {
        let start = layout.uniform_f32(0.35, 0.9) * if layout.chance(0.5) { 1.0 } else { -1.0 };
        (
            start,
            -start.signum() * layout.uniform_f32(0.1, 0.9),
            PIVOT_M - length,
        )
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
        .insert("link".into(), rod(parts, pivot, angle, color));
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
    add_ball(world, parts, "link", end_of(pivot, length, angle), angle);
}

fn add_ball(world: &mut World<f32>, parts: &Parts, rod: &str, place: [f32; 2], angle: f32) {
    world
        .bodies
        .insert("tip".into(), ball(parts, place, angle, looks::PALETTE[0]));
    world.joints.insert("tip_mount".into(), weld(parts, rod, "tip"));
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

/// Holds a body at the far end of a rod.
fn weld(parts: &Parts, rod: &str, body: &str) -> Joint<f32> {
    Joint {
        anchor_parent_m: [0.0, 0.0, -0.5 * parts.rod_length()],
        ..reduced(rod, body, 0.0)
    }
}

fn scenery(class: &str, shape: Shape<f32>, color: [f32; 3]) -> Body<f32> {
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
fn rod(parts: &Parts, from: [f32; 2], angle: f32, color: [f32; 3]) -> Body<f32> {
    let length = parts.rod_length();
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

fn reduced(parent: &str, child: &str, damping: f32) -> Joint<f32> {
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
