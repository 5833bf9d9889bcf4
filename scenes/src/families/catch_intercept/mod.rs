//! `catch_intercept`: a ball flies in, and a net must be where it comes.
//!
//! A thrower on the left throws a ball at a net that a gantry moves in the plane of the flight. The net obeys after a
//! delay, so whoever catches must know where the ball will be before it is there, also while a screen hides it.

mod flight;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use flight::{Air, Most, Throw};
use std::collections::VecDeque;
use terrella_sim::glam::{Vec2, Vec3, Vec3Swizzles};
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Combine, Material, Mechanism, Observe, Quantity, World};

const TASK: &str = "catch the red ball in the net";
/// Where the ball starts, x in m.
const THROWER_X_M: f32 = -1.3;
/// Where the mouth of the net is at the start, x in m.
const MOUTH_X_M: f32 = 1.0;
/// Half of the net's inner height, m.
const NET_HALF_M: f32 = 0.19;
/// How deep the net is, m.
const NET_DEPTH_M: f32 = 0.30;
/// Thickness of its walls, m.
const WALL_M: f32 = 0.025;
/// Lowest and highest place of the net's middle, m.
const NET_LOW_HIGH_M: [f32; 2] = [0.25, 2.1];
/// The net is at least this far from where the ball will come, m: nothing is caught by standing still.
const AWAY_M: f32 = 0.45;
const MAX_SPEED_MPS: f32 = 3.0;
const MAX_ACCELERATION_MPS2: f32 = 30.0;
/// Where the screen is, y in m, and half of its thickness, m: just beside the net, so that it hides nearly the same part of the
/// flight from all who look past it.
const SCREEN_Y_M: f32 = -0.17;
const SCREEN_HALF_M: f32 = 0.015;

/// The family.
pub struct CatchIntercept;

impl Family for CatchIntercept {
    fn card(&self) -> Card {
        Card {
            name: "catch_intercept".into(),
            title: "Catch and intercept".into(),
            question: "Where and when does it come, also if a screen hides it on the way?".into(),
            doc: "A ball is thrown from the left, straight through the air or by one bounce on the floor; a net on a \
                  gantry moves in the plane of the flight and must meet it. Speed, spin and how it bends the flight, gravity, drag, bounce and the \
                  delay of the net's commands differ; a screen may hide a part of the flight, nearly the same from both \
                  cameras, and other balls bounce about behind it. A flight takes about a second: `control_hz` makes records finer."
                .into(),
            tasks: vec![TASK.into()],
            success: "The ball is inside the net and no longer moves through it (below 1 m/s against it). Terminates \
                      when it is caught or has passed the net."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::choice(
                "route",
                "Through the air, or by one bounce on the floor.",
                &["air", "bounce"],
                &[],
            ),
            FactorSpec::real(
                "ball_speed_mps",
                "m/s",
                "Speed of the throw.",
                Dist::uniform(3.2, 4.6).ood(4.8, 5.8),
            ),
            FactorSpec::real(
                "ball_radius_m",
                "m",
                "Radius of the ball.",
                Dist::uniform(0.075, 0.10).ood(0.05, 0.065),
            ),
            FactorSpec::real(
                "ball_spin_radps",
                "rad/s",
                "Spin of the ball about the axis across its flight: above 0 it falls faster, and rolls on when it bounces.",
                Dist::uniform(-20.0, 20.0).ood(30.0, 60.0),
            ),
            FactorSpec::real(
                "spin_lift",
                "",
                "How much its spin bends its flight: the share of spin cross velocity that becomes acceleration.",
                Dist::uniform(0.0, 0.03).ood(0.04, 0.06),
            ),
            FactorSpec::real(
                "ball_restitution",
                "",
                "Restitution of the ball on the floor.",
                Dist::uniform(0.6, 0.85).ood(0.9, 0.97),
            )
            .where_is("route", &["bounce"]),
            FactorSpec::real(
                "air_drag_per_s",
                "1/s",
                "Linear damping of every ball.",
                Dist::uniform(0.0, 0.3).ood(0.5, 1.2),
            ),
            FactorSpec::real(
                "gravity_mps2",
                "m/s^2",
                "Gravity.",
                Dist::uniform(5.0, 11.0).ood(2.0, 4.0),
            ),
            FactorSpec::real(
                "latency_secs",
                "s",
                "How long a command takes to reach the net.",
                Dist::uniform(0.0, 0.10).ood(0.14, 0.22),
            ),
            FactorSpec::choice(
                "screen",
                "Whether a screen hides a part of the flight.",
                &["none", "screen"],
                &[],
            ),
            FactorSpec::real(
                "screen_width_m",
                "m",
                "Width of the screen.",
                Dist::uniform(0.4, 0.9).ood(1.1, 1.5),
            )
            .where_is("screen", &["screen"]),
            FactorSpec::count("distractor_count", "Other balls.", 0, 2, Some((3, 4))),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let bounces = u32::from(draw.word("route") == "bounce");
        let speed = draw.real("ball_speed_mps");
        let radius = draw.real("ball_radius_m");
        let spin = draw.real("ball_spin_radps");
        let spin_lift = draw.real("spin_lift");
        let restitution = draw.real("ball_restitution");
        let drag = draw.real("air_drag_per_s");
        let gravity = draw.real("gravity_mps2");
        let latency = draw.real("latency_secs");
        let has_screen = draw.word("screen") == "screen";
        let screen_width = draw.real("screen_width_m");
        let distractors = draw.count("distractor_count");
        let mut layout = draw.rng("layout");
        let mut look = draw.rng("color");

        let air = Air {
            gravity_mps2: gravity,
            drag_per_s: drag,
            restitution,
            friction: 0.5,
            radius_m: radius,
            spin_lift,
        };
        let most = Most {
            secs: 1.5,
            apex_m: 2.35,
            bounces,
        };
        let (throw, height) = (0..300)
            .find_map(|_| {
                let angle = layout.uniform_f32(-1.1, 1.2);
                let throw = Throw {
                    from_m: Vec2::new(THROWER_X_M, layout.uniform_f32(0.6, 1.9)),
                    velocity_mps: Vec2::new(libm::cosf(angle), libm::sinf(angle)) * speed,
                    spin_radps: spin,
                };
                let found = air.crossing(throw, MOUTH_X_M, most)?;
                let fits = found.bounces == bounces
                    && found.apex_m < most.apex_m
                    && found.secs > 0.55
                    // Steeper ones hit the lips of the net.
                    && found.slope.abs() < 1.0
                    && (0.35..2.0).contains(&found.height_m);
                fits.then_some((throw, found.height_m))
            })
            .ok_or_else(|| PlanError::no_fit("no throw of this speed comes to the net"))?;
        let [low, high] = NET_LOW_HIGH_M;
        let net_z = (0..100)
            .map(|_| layout.uniform_f32(low, high))
            .find(|place| (place - height).abs() > AWAY_M)
            .ok_or_else(|| PlanError::no_fit("the net has no place away from the ball's"))?;

        let mut world = World::<f32> {
            gravity_mps2: [0.0, 0.0, -gravity],
            ..World::default()
        };
        // What a ball hits says how much of its own bounce is left: all on the floor, little in the net.
        let keeps = |share: f32| Material {
            friction: air.friction,
            restitution: share,
            restitution_combine: Combine::Multiply,
            ..Material::default()
        };
        let mut floor = looks::floor(0.5);
        floor.material = keeps(1.0);
        world.bodies.insert("floor".into(), floor);
        world.bodies.insert("thrower".into(), thrower(&throw, radius));
        let mut net = net_body().at([MOUTH_X_M, 0.0, net_z]);
        net.material = keeps(0.1);
        world.bodies.insert("net".into(), net);
        let ball_of = |radius: f32, color: [f32; 3]| {
            let mut body = Body::new("ball", Shape::Ball { radius_m: radius }).painted(Paint::checker(
                color,
                color.map(|part| 0.55 * part),
                radius,
            ));
            body.material = keeps(restitution);
            body.linear_damping = drag;
            body.swept = true;
            body
        };
        let mut ball = ball_of(radius, [0.90, 0.16, 0.13]).at([throw.from_m.x, 0.0, throw.from_m.y]);
        ball.linear_velocity_mps = [throw.velocity_mps.x, 0.0, throw.velocity_mps.y];
        ball.angular_velocity_radps = [0.0, spin, 0.0];
        world.bodies.insert("ball".into(), ball);
        let screen_x = layout.uniform_f32(-0.45, 0.30);
        if has_screen {
            let screen = Body::new(
                "screen",
                Shape::Box {
                    half_extents_m: [0.5 * screen_width, SCREEN_HALF_M, 1.25],
                },
            )
            .fixed()
            .at([screen_x, SCREEN_Y_M, 1.25])
            .untouchable()
            .painted(Paint::plain(looks::WALL));
            world.bodies.insert("screen".into(), screen);
        }
        for index in 0..distractors {
            // Each in its own plane behind the flight, so that they meet nothing but the floor.
            let y = 0.45 + 0.28 * index as f32;
            let color = [
                [0.95, 0.77, 0.06],
                [0.20, 0.55, 0.86],
                [0.18, 0.74, 0.42],
                [0.58, 0.35, 0.72],
            ][index];
            let size = look.uniform_f32(0.06, 0.11);
            let side = if look.chance(0.5) { 1.0 } else { -1.0 };
            let mut other =
                ball_of(size, color).at([side * look.uniform_f32(0.2, 1.5), y, look.uniform_f32(0.6, 2.0)]);
            other.linear_velocity_mps = [
                -side * look.uniform_f32(0.5, 2.0),
                0.0,
                look.uniform_f32(-1.0, 1.5),
            ];
            world.bodies.insert(format!("other_{index}"), other);
        }

        world.mechanisms.insert(
            "net".into(),
            Mechanism::Gantry {
                body: "net".into(),
                axes: "xz".into(),
                max_speed_mps: MAX_SPEED_MPS,
                max_acceleration_mps2: MAX_ACCELERATION_MPS2,
                low_m: [MOUTH_X_M - 0.3, 0.0, low],
                high_m: [MOUTH_X_M + 0.2, 0.0, high],
                delay_secs: Some(latency),
            },
        );
        world.mechanisms.insert(
            "lift".into(),
            Mechanism::SpinLift {
                body: "ball".into(),
                share: spin_lift,
            },
        );
        world.observe = vec![
            Observe::axes("net", Quantity::Position, "xz"),
            Observe::axes("net", Quantity::Velocity, "xz"),
            Observe::axes("thrower", Quantity::Position, "xz"),
        ];
        world.cameras.insert(
            "front".into(),
            Camera::looking([0.0, -4.8, 1.2], [0.0, 0.0, 1.14], 38.0),
        );
        let eye = Camera {
            mount: Some("net".into()),
            // From aside, because nothing can stand between a net and what flies into it.
            ..Camera::looking([-0.35, -2.0, 0.25], [-0.8, 0.0, 0.05], 80.0)
        };
        world.cameras.insert("net".into(), eye);
        Ok((world, TASK.into()))
    }

    fn task(&self, _: &WorldPlan) -> Box<dyn Task> {
        Box::new(Catch)
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        let Mechanism::Gantry { delay_secs, .. } = &plan.world.mechanisms["net"] else {
            unreachable!("the net hangs on a gantry");
        };
        let steps = (delay_secs.unwrap_or(0.0) * plan.world.control_hz as f32).round() as usize;
        Some(Box::new(Expert {
            height_m: None,
            on_their_way: VecDeque::from(vec![0.0; steps]),
        }))
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/catch_intercept.toml")
    }
}

/// A barrel that points along the throw, with its mouth behind the ball.
fn thrower(throw: &Throw, radius: f32) -> Body<f32> {
    let way = throw.velocity_mps.normalize_or(Vec2::X);
    let middle = throw.from_m - way * (radius + 0.13);
    let mut body = Body::new(
        "thrower",
        Shape::Box {
            half_extents_m: [0.12, 0.09, 0.07],
        },
    )
    .fixed()
    .at([middle.x, 0.0, middle.y])
    .untouchable()
    .painted(Paint::plain(looks::AGENT));
    body.rotation = Rotation::RpyDeg([0.0, -libm::atan2f(way.y, way.x).to_degrees(), 0.0]);
    body
}

/// Back, bottom and top of the net. The origin is in the middle of its mouth, which opens towards -x.
fn net_body() -> Body<f32> {
    let plate =
        |half_extents_m: [f32; 3], position_m: [f32; 3]| Part::new(Shape::Box { half_extents_m }, position_m);
    let (half, thick, width) = (NET_HALF_M, 0.5 * WALL_M, 0.14);
    let middle = 0.5 * NET_DEPTH_M;
    let parts = vec![
        plate([thick, width, half + WALL_M], [NET_DEPTH_M + thick, 0.0, 0.0]),
        plate([middle, width, thick], [middle, 0.0, half + thick]),
        plate([middle, width, thick], [middle, 0.0, -half - thick]),
    ];
    Body::new("net", Shape::Compound { parts })
        .kinematic()
        .painted(Paint::plain(looks::GOAL))
}

#[derive(Clone, Copy, Debug)]
struct Catch;

impl Task for Catch {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let (ball, net) = (view.body_named("ball"), view.body_named("net"));
        let offset = ball.position_m - net.position_m;
        let inside = (0.0..NET_DEPTH_M).contains(&offset.x) && offset.z.abs() < NET_HALF_M;
        let against = (ball.linear_velocity_mps - net.linear_velocity_mps).length();
        let success = inside && against < 1.0;
        let passed = ball.position_m.x > MOUTH_X_M + NET_DEPTH_M + 0.3;
        Outcome {
            reward: if success {
                0.0
            } else {
                -(offset - Vec3::X * (0.5 * NET_DEPTH_M)).length()
            },
            success,
            terminated: success || passed,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}

/// Knows from the laws of the flight where the ball comes, and goes there; what it has told the net already counts.
#[derive(Clone, Debug)]
struct Expert {
    /// Where the ball crosses the line of the net's mouth, once it is known.
    height_m: Option<f32>,
    /// Upward speeds that the net has not been told yet, the oldest first, m/s.
    on_their_way: VecDeque<f32>,
}

/// Where the ball will cross the net's line, or where it is if it will not.
fn foresee(view: &StepView<'_>) -> f32 {
    let (spec, ball) = (&view.world().bodies["ball"], view.body_named("ball"));
    let Shape::Ball { radius_m } = spec.shape else {
        unreachable!("the ball is a ball");
    };
    let Mechanism::SpinLift { share, .. } = view.world().mechanisms["lift"] else {
        unreachable!("every ball has it");
    };
    let air = Air {
        gravity_mps2: -view.world().gravity_mps2[2],
        drag_per_s: spec.linear_damping,
        restitution: spec.material.restitution,
        friction: spec.material.friction,
        radius_m,
        spin_lift: share,
    };
    let throw = Throw {
        from_m: ball.position_m.xz(),
        velocity_mps: ball.linear_velocity_mps.xz(),
        spin_radps: ball.angular_velocity_radps.y,
    };
    let most = Most {
        secs: 3.0,
        apex_m: f32::INFINITY,
        bounces: u32::MAX,
    };
    air.crossing(throw, MOUTH_X_M, most)
        .map_or(ball.position_m.z, |crossing| crossing.height_m)
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let height = *self.height_m.get_or_insert_with(|| foresee(view));
        let net = view.body_named("net").position_m;
        let sure: f32 = self.on_their_way.iter().sum::<f32>() * view.record_secs();
        let [low, high] = NET_LOW_HIGH_M;
        // Most of the way by the next record, and no more where records are coarse.
        let wanted = 0.7 / view.record_secs() * (height.clamp(low, high) - net.z - sure);
        let speed = wanted.clamp(-MAX_SPEED_MPS, MAX_SPEED_MPS);
        self.on_their_way.push_back(speed);
        self.on_their_way.pop_front();
        action.copy_from_slice(&[4.0 * (MOUTH_X_M - net.x), speed]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
