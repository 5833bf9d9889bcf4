//! `occluder_permanence`: look at it when it comes out from behind the screen.
//!
//! A target rolls, slides, bounces, falls or drives behind a screen or through a tunnel. It passes, or comes back because
//! something behind the screen throws it back, or stays there. A head with a camera turns; the screen can be lifted. Whoever
//! looks where the target comes into sight again knew all the while where it was.

mod bodies;
mod expert;
mod sight;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use crate::policies::PolicyKind;
use bodies::{cart, head_body, mover, screen, tunnel};
use expert::{Expert, LooksAway};
use sight::{FIELD_OF_VIEW_DEG, Judge};
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Rotation, Shape};
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
/// How far a narrow screen moves to and fro, m.
const POST_TRAVEL_M: f32 = 0.2;
/// The head, before the screen, sees this much more than its width hidden in the target's plane.
const WIDER: f32 = HEAD_M[1] / (HEAD_M[1] - SCREEN_Y_M);
/// Where movers start, to either side, m.
const START_X_M: f32 = 1.45;
/// What drives out of the picture drives on to there, m.
const AWAY_M: f32 = 8.0;
const RED: [f32; 3] = [0.90, 0.16, 0.13];

/// The family.
pub struct OccluderPermanence;

impl Family for OccluderPermanence {
    fn card(&self) -> Card {
        Card {
            name: "occluder_permanence".into(),
            title: "Occluders and permanence".into(),
            question: "When and where does it come out, and where is it now that nobody sees it?".into(),
            doc: "A red target rolls, slides, bounces, falls or drives behind a screen or through a tunnel, where it \
                  passes, is thrown back by a wall that cannot be seen, or is stopped by one. Others move behind it. \
                  The action turns a head with a camera (yaw and pitch) and lifts or lowers the screen. Speed, size, \
                  how long it is hidden, number of movers and of further screens differ; out of distribution all \
                  movers are red, a second one meets the target behind the screen, or further screens move. The \
                  policy `looks_away` turns the head away for a while."
                .into(),
            tasks: vec![TASK.into()],
            success: "Within 0.25 s after the target's middle has come into the head's sight again, having been behind a \
                      screen for at least 0.4 s meanwhile, the head looks at it within 4 degrees. What is outside of \
                      the head's picture is out of its sight, too. Terminates with success."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::choice(
                "motion",
                "How the target moves.",
                &["rolling", "sliding", "bouncing", "falling", "driven"],
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
                "Speed at the start of each; half of it where the target falls.",
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
            FactorSpec::choice(
                "occluder",
                "What can be lifted: a screen, or a tunnel, which hides from above and from behind as well.",
                &["screen", "tunnel"],
                &[],
            ),
            FactorSpec::real(
                "occlusion_secs",
                "s",
                "For how long the screen hides what passes behind it with the target's speed, seen by the head.",
                Dist::uniform(0.8, 1.4).ood(1.6, 2.4),
            ),
            FactorSpec::count("post_count", "Narrow screens beside it.", 0, 1, Some((2, 2))),
            FactorSpec::real(
                "exit_gap_m",
                "m",
                "Gap between the screen and a narrow one.",
                Dist::uniform(0.12, 0.22).ood(0.04, 0.10),
            )
            .where_at_least("post_count", 1),
            FactorSpec::choice(
                "post_motion",
                "Whether the narrow screens move to and fro.",
                &["stays"],
                &["moves"],
            )
            .where_at_least("post_count", 1),
            FactorSpec::choice(
                "planes",
                "Whether each mover has a plane of its own, or one meets the target behind the screen.",
                &["own"],
                &["shared"],
            )
            .where_at_least("mover_count", 2),
            FactorSpec::choice(
                "colors",
                "Whether the others have colours of their own.",
                &["distinct"],
                &["identical"],
            )
            .where_at_least("mover_count", 2),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let motion = draw.word("motion");
        let event = draw.word("event");
        let count = draw.count("mover_count");
        let speeds = draw.reals("mover_speed_mps", count);
        let sizes = draw.reals("mover_size_m", count);
        let is_tunnel = draw.word("occluder") == "tunnel";
        let hidden_secs = draw.real("occlusion_secs");
        let posts = draw.count("post_count");
        let exit_gap = draw.real("exit_gap_m");
        let posts_move = draw.word("post_motion") == "moves";
        let shared = draw.word("planes") == "shared";
        let identical = draw.word("colors") == "identical";
        let mut layout = draw.rng("layout");
        let mut look = draw.rng("color");

        let falls = motion == "falling";
        let speed = speeds[0] * if falls { 0.5 } else { 1.0 };
        let width = (hidden_secs * speed / WIDER).clamp(0.6, 1.6);
        draw.came_to("occlusion_secs", width * WIDER / speed);

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
            let meets = index == 1 && shared;
            let side = match index {
                0 => from,
                1 if shared => -from,
                _ if look.chance(0.5) => -1.0,
                _ => 1.0,
            };
            // Each in a plane of its own, so that they meet nothing but what the event wants.
            let y = if meets { 0.0 } else { 0.36 * index as f32 };
            let x = match index {
                0 if falls => side * 0.38 * width,
                0 => side * START_X_M,
                // It gets to the middle when the target does.
                1 if shared => side * (START_X_M * speeds[1] / speeds[0]).clamp(0.9, 2.0 * START_X_M),
                _ => side * look.uniform_f32(0.7, 1.5),
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
            let velocity = -side * if index == 0 { speed } else { speeds[index] };
            let body = if kind == "driven" {
                cart(sizes[index], [x, y], velocity, color)
            } else {
                mover(kind, sizes[index], [x, y], velocity, height, color)
            };
            let name = if index == 0 {
                "target".to_string()
            } else {
                format!("other_{}", index - 1)
            };
            world.bodies.insert(name, body);
        }
        if motion == "driven" {
            let behind = [layout.uniform_f32(-0.15, 0.15) * width, 0.0];
            let waypoints_m = match event.as_str() {
                "passes" => vec![[-from * AWAY_M, 0.0]],
                "returns" => vec![behind, [from * AWAY_M, 0.0]],
                _ => vec![behind],
            };
            world.mechanisms.insert(
                "motor".into(),
                Mechanism::Stroller {
                    body: "target".into(),
                    waypoints_m,
                    speed_mps: speed,
                    pause_secs: 0.3,
                    stop_m: 0.01,
                    patience_secs: 100.0,
                },
            );
        } else if event != "passes" {
            let size = sizes[0];
            // Late enough that the target is wholly hidden when it gets there.
            let far = (0.5 * width - size - 0.1).max(0.0);
            let face = layout.uniform_f32(-0.5 * far, far) * -from;
            // Nothing falls over it; the screen hides all of it.
            let (thick, half_height) = (0.02, if falls { 0.46 } else { 0.35 });
            let mut wall = Body::new(
                "wall",
                Shape::Box {
                    half_extents_m: [thick, 0.15, half_height],
                },
            )
            .fixed()
            .at([face - from * thick, 0.0, half_height])
            .painted(Paint::plain([0.45, 0.28, 0.16]));
            wall.material = Material {
                friction: 0.0,
                ..keeps(if event == "returns" { 1.0 } else { 0.0 })
            };
            world.bodies.insert("wall".into(), wall);
        }
        let occluder = if is_tunnel {
            tunnel(width, !falls)
        } else {
            screen(width, 0.0)
        };
        world.bodies.insert("screen".into(), occluder.kinematic());
        let first = if layout.chance(0.5) { 1.0 } else { -1.0 };
        for index in 0..posts {
            let side = if index == 0 { first } else { -first };
            let x = side * (0.5 * width + exit_gap + 0.5 * POST_WIDTH_M);
            let post = screen(POST_WIDTH_M, x);
            let name = format!("post_{index}");
            if posts_move {
                let lift = Mechanism::Lift {
                    body: name.clone(),
                    to_m: [x + side * POST_TRAVEL_M, post.position_m[1], post.position_m[2]],
                    speed_mps: layout.uniform_f32(0.1, 0.3),
                    pause_secs: 0.2,
                    stays: false,
                };
                world.mechanisms.insert(name.clone(), lift);
            }
            let post = if posts_move {
                post.kinematic()
            } else {
                post.fixed()
            };
            world.bodies.insert(name, post);
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
                pitch_limits_rad: [-0.45, 0.6],
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
            ..Camera::looking([0.2, 0.0, 0.0], [1.0, 0.0, 0.0], FIELD_OF_VIEW_DEG)
        };
        world.cameras.insert("head".into(), eye);
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Judge::new(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Expert::new(plan)))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        &[PolicyKind {
            name: "looks_away",
            doc: "The expert, who in the first two seconds turns its head away for 0.5 to 2.5 s, and back to where the target is by then.",
            needs_expert: true,
            make: |_, plan, _| Some(Box::new(LooksAway::new(plan))),
        }]
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/occluder_permanence.toml")
    }
}
