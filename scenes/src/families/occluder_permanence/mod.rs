//! `occluder_permanence`: look at it when it comes out from behind the screen.
//!
//! A target rolls, slides or bounces behind a screen. It passes, or comes back because something behind the screen
//! throws it back, or stays there. A head with a camera turns; the screen can be lifted. Whoever looks where the target
//! comes into sight again knew all the while where it was.

mod sight;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use sight::Judge;
use terrella_sim::glam::Vec3;
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Combine, Material, Mechanism, Observe, Quantity, World};

const TASK: &str = "look at the red target when it comes out from behind the screen";
/// Where the head turns, m.
const HEAD_M: [f32; 3] = [0.0, -1.9, 0.5];
const HEAD_SPEED_RADPS: f32 = 1.8;
const LIFT_SPEED_MPS: f32 = 0.8;
/// The screens stand in this plane, the target moves in y = 0, m.
const SCREEN_Y_M: f32 = -0.28;
const SCREEN_HEIGHT_M: f32 = 0.95;
const POST_WIDTH_M: f32 = 0.2;
/// Where movers start, to either side, m.
const START_X_M: f32 = 1.45;
const RED: [f32; 3] = [0.90, 0.16, 0.13];

/// The family.
pub struct OccluderPermanence;

impl Family for OccluderPermanence {
    fn card(&self) -> Card {
        Card {
            name: "occluder_permanence".into(),
            title: "Occluders and permanence".into(),
            question: "When and where does it come out, and where is it now that nobody sees it?".into(),
            doc: "A red target rolls, slides or bounces behind a screen, where it passes, is thrown back by a wall that \
                  cannot be seen, or is stopped by one. Others move behind it. The action turns a head with a camera \
                  (yaw and pitch) and lifts or lowers the screen. Speed, size, width of the screen, number of movers and \
                  of further screens differ; out of distribution all movers are red."
                .into(),
            tasks: vec![TASK.into()],
            success: "Within 0.25 s after the target's middle has come into the head's sight again, having been hidden \
                      for at least 0.4 s, the head looks at it within 4 degrees. Terminates with success."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::choice(
                "motion",
                "How the target moves.",
                &["rolling", "sliding", "bouncing"],
                &[],
            ),
            FactorSpec::choice(
                "event",
                "What becomes of it behind the screen.",
                &["passes", "returns", "stays"],
                &[],
            ),
            FactorSpec::count(
                "mover_count",
                "Things that move, the target included.",
                1,
                3,
                Some((4, 5)),
            ),
            FactorSpec::real(
                "mover_speed_mps",
                "m/s",
                "Speed at the start of each.",
                Dist::uniform(0.6, 1.2).ood(1.35, 1.8),
            )
            .for_each(),
            FactorSpec::real(
                "mover_size_m",
                "m",
                "Radius, or half of the edge of what slides.",
                Dist::uniform(0.09, 0.13).ood(0.06, 0.08),
            )
            .for_each(),
            FactorSpec::real(
                "screen_width_m",
                "m",
                "Width of the screen that can be lifted.",
                Dist::uniform(0.7, 1.1).ood(1.25, 1.6),
            ),
            FactorSpec::count("post_count", "Narrow screens beside it.", 0, 1, Some((2, 2))),
            FactorSpec::choice(
                "colors",
                "Whether the others have colours of their own.",
                &["distinct"],
                &["identical"],
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let motion = draw.word("motion");
        let event = draw.word("event");
        let count = draw.count("mover_count");
        let speeds = draw.reals("mover_speed_mps", count);
        let sizes = draw.reals("mover_size_m", count);
        let width = draw.real("screen_width_m");
        let posts = draw.count("post_count");
        let identical = draw.word("colors") == "identical";
        let mut layout = draw.rng("layout");
        let mut look = draw.rng("color");

        let mut world = World::<f32>::default();
        // What a mover hits says how much of its bounce is left: all on the floor, nothing at a stop.
        let keeps = |share: f32| Material {
            restitution: share,
            restitution_combine: Combine::Multiply,
            ..Material::default()
        };
        let mut floor = looks::floor(0.4);
        floor.material = keeps(1.0);
        world.bodies.insert("floor".into(), floor);
        let from = if layout.chance(0.5) { -1.0 } else { 1.0 };
        for index in 0..count {
            let kind = match (index, look.below(2)) {
                (0, _) => motion.as_str(),
                (_, 0) => "rolling",
                _ => "sliding",
            };
            let side = match index {
                0 => from,
                _ if look.chance(0.5) => -1.0,
                _ => 1.0,
            };
            // Each in a plane of its own, so that they meet nothing but what the event wants.
            let y = 0.36 * index as f32;
            let x = if index == 0 {
                side * START_X_M
            } else {
                side * look.uniform_f32(0.7, 1.5)
            };
            let color = if index == 0 || identical {
                RED
            } else {
                [
                    [0.20, 0.55, 0.86],
                    [0.95, 0.77, 0.06],
                    [0.58, 0.35, 0.72],
                    [0.93, 0.94, 0.95],
                ][index - 1]
            };
            let height = layout.uniform_f32(0.35, 0.6);
            let body = mover(kind, sizes[index], [x, y], -side * speeds[index], height, color);
            let name = if index == 0 {
                "target".to_string()
            } else {
                format!("other_{}", index - 1)
            };
            world.bodies.insert(name, body);
        }
        if event != "passes" {
            let size = sizes[0];
            // Late enough that the target is wholly hidden when it gets there.
            let far = (0.5 * width - size - 0.1).max(0.0);
            let face = layout.uniform_f32(-0.5 * far, far) * -from;
            let thick = 0.02;
            let mut wall = Body::new(
                "wall",
                Shape::Box {
                    half_extents_m: [thick, 0.15, 0.35],
                },
            )
            .fixed()
            .at([face - from * thick, 0.0, 0.35])
            .painted(Paint::plain([0.45, 0.28, 0.16]));
            wall.material = Material {
                friction: 0.0,
                ..keeps(if event == "returns" { 1.0 } else { 0.0 })
            };
            world.bodies.insert("wall".into(), wall);
        }
        world
            .bodies
            .insert("screen".into(), screen(width, 0.0).kinematic());
        let first = if layout.chance(0.5) { 1.0 } else { -1.0 };
        for index in 0..posts {
            let side = if index == 0 { first } else { -first };
            let x = side * (0.5 * width + layout.uniform_f32(0.22, 0.32));
            world
                .bodies
                .insert(format!("post_{index}"), screen(POST_WIDTH_M, x).fixed());
        }
        let mut head = head_body();
        head.rotation = Rotation::RpyDeg([0.0, 0.0, 90.0]);
        world.bodies.insert("head".into(), head);

        world.mechanisms.insert(
            "head".into(),
            Mechanism::Turret {
                body: "head".into(),
                max_speed_radps: HEAD_SPEED_RADPS,
                max_acceleration_radps2: 15.0,
                yaw_limits_rad: [-0.9, 0.9],
                pitch_limits_rad: [-0.45, 0.35],
            },
        );
        let rest = 0.5 * SCREEN_HEIGHT_M;
        world.mechanisms.insert(
            "lift".into(),
            Mechanism::Gantry {
                body: "screen".into(),
                axes: "z".into(),
                max_speed_mps: LIFT_SPEED_MPS,
                max_acceleration_mps2: 4.0,
                low_m: [0.0, SCREEN_Y_M, rest],
                high_m: [0.0, SCREEN_Y_M, rest + 0.9],
                delay_secs: None,
            },
        );
        world.observe = vec![
            Observe::new("head", Quantity::Rotation),
            Observe::axes("head", Quantity::Spin, "xyz"),
            Observe::axes("screen", Quantity::Position, "z"),
        ];
        world.cameras.insert(
            "front".into(),
            Camera::looking([0.0, -3.7, 1.45], [0.0, -0.3, 0.42], 46.0),
        );
        let eye = Camera {
            mount: Some("head".into()),
            ..Camera::looking([0.2, 0.0, 0.0], [1.0, 0.0, 0.0], 34.0)
        };
        world.cameras.insert("head".into(), eye);
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Judge::new(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        let radius_m = match plan.world.bodies["target"].shape {
            Shape::Ball { radius_m } => radius_m,
            Shape::Box { half_extents_m } => half_extents_m[2],
            _ => unreachable!("the target is a ball or a block"),
        };
        let judge = Judge::new(plan);
        Some(Box::new(Expert { judge, radius_m }))
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/occluder_permanence.toml")
    }
}

/// Something that rolls, slides or bounces along x.
fn mover(kind: &str, size: f32, at: [f32; 2], speed: f32, height: f32, color: [f32; 3]) -> Body<f32> {
    let slides = kind == "sliding";
    let shape = if slides {
        Shape::Box {
            half_extents_m: [size; 3],
        }
    } else {
        Shape::Ball { radius_m: size }
    };
    let rest = size + 0.00005;
    let z = if kind == "bouncing" { rest + height } else { rest };
    let mut body = Body::new(if slides { "block" } else { "ball" }, shape)
        .at([at[0], at[1], z])
        .painted(Paint::checker(color, color.map(|part| 0.55 * part), size));
    body.linear_velocity_mps = [speed, 0.0, 0.0];
    if !slides {
        body.angular_velocity_radps = [0.0, speed / size, 0.0];
    }
    body.material = Material {
        // What slides slides on, as far as the picture goes.
        friction: if slides { 0.0 } else { 0.5 },
        restitution: if kind == "bouncing" { 0.85 } else { 0.9 },
        restitution_combine: Combine::Multiply,
        ..Material::default()
    };
    body
}

/// A screen that stands on the floor and touches nothing.
fn screen(width: f32, x: f32) -> Body<f32> {
    let half = 0.5 * SCREEN_HEIGHT_M;
    Body::new(
        "screen",
        Shape::Box {
            half_extents_m: [0.5 * width, 0.015, half],
        },
    )
    .at([x, SCREEN_Y_M, half])
    .untouchable()
    .painted(Paint::plain([0.30, 0.48, 0.46]))
}

/// A dark box with a bright nose that shows where it looks.
fn head_body() -> Body<f32> {
    let part = |half_extents_m: [f32; 3], x: f32| Part::new(Shape::Box { half_extents_m }, [x, 0.0, 0.0]);
    let parts = vec![part([0.08, 0.07, 0.06], 0.0), part([0.09, 0.03, 0.03], 0.1)];
    Body::new("head", Shape::Compound { parts })
        .kinematic()
        .at(HEAD_M)
        .untouchable()
        .painted(Paint::plain(looks::AGENT))
}

/// Follows the target wherever it is, and lifts the screen where it has come to a stop behind it.
#[derive(Clone, Debug)]
struct Expert {
    judge: Judge,
    radius_m: f32,
}

/// How fast errors of the direction are taken back, 1/s.
const GAIN_PER_S: f32 = 9.0;

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let (target, head) = (view.body_named("target"), view.body_named("head"));
        // Where it will be when the head has caught up; what bounces does not go through the floor.
        let ahead = 1.0 / GAIN_PER_S + 0.5 * view.record_secs();
        let mut place = target.position_m + target.linear_velocity_mps * ahead;
        place.z = place.z.max(self.radius_m);
        let way = (place - head.position_m).normalize_or(Vec3::Y);
        let looks = head.rotation * Vec3::X;
        let yaw = |way: Vec3| libm::atan2f(-way.x, way.y);
        let pitch = |way: Vec3| libm::asinf(way.z.clamp(-1.0, 1.0));
        let turn = |error: f32| (GAIN_PER_S * error).clamp(-HEAD_SPEED_RADPS, HEAD_SPEED_RADPS);
        let stays = target.linear_velocity_mps.truncate().length() < 0.05;
        let looks_there = way.dot(looks) > 0.9995;
        let lifts = stays && (looks_there || !self.judge.is_hidden(view));
        action.copy_from_slice(&[
            turn(yaw(way) - yaw(looks)),
            turn(pitch(way) - pitch(looks)),
            if lifts { LIFT_SPEED_MPS } else { 0.0 },
        ]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
