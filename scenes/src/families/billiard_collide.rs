//! `billiard_collide`: strike the cue so that the target ends in the marked pocket, or is the first thing that the cue touches.
//!
//! Balls or pucks on a table with cushions and four corner pockets: momentum passes from one to the next. Some may be thrown in
//! later, over a cushion. Who hit whom stands in the recorded contacts. The expert aims as players do, at the place where the cue must be when it
//! touches (the ghost ball), and tries its ideas on copies of the world before it strikes.

mod entry;
mod expert;
mod layout;
mod table;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use entry::Entry;
use expert::Expert;
use layout::Places;
use std::f32::consts::PI;
use table::{add_table, add_target_mark};
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::{Dist, Law};
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Combine, Material, Mechanism, Observe, Quantity, World};

const POCKET: &str = "strike the white cue so that the red target drops into the marked pocket";
const TOUCH: &str = "strike the white cue so that the red target is the first thing that it touches";
/// The mechanism that tells what the cue touched first, of the target and all else but the table.
const FIRST_TOUCH: &str = "first_touch";
/// Half of the playing field between the cushions, m.
const HALF_FIELD_M: Vec2 = Vec2::new(0.60, 0.40);
/// Width of the square hole in each corner, m.
const POCKET_M: f32 = 0.18;
/// How far the floor of the pockets lies below the table, m.
const DEPTH_M: f32 = 0.13;
const CUSHION_HEIGHT_M: f32 = 0.06;
/// How thick a cushion is, m.
const CUSHION_M: f32 = 0.06;
const POST_RADIUS_M: f32 = 0.03;
const CUE_MASS_KG: f32 = 0.3;
const MAX_IMPULSE_NS: f32 = 0.9;
const MIN_IMPULSE_NS: f32 = 0.12;
/// The cue can be struck below this, m/s.
const REST_SPEED_MPS: f32 = 0.05;
/// Mass ratios below and above those of training, even in the logarithm on either side.
const HELD_OUT_RATIOS: [f64; 10] = [0.1, 0.13, 0.17, 0.23, 0.3, 3.3, 4.3, 5.8, 7.6, 10.0];
/// Friction of a ball's own material: what two balls have between them.
const BALL_FRICTION: f32 = 0.06;

/// The family.
pub struct BilliardCollide;

impl Family for BilliardCollide {
    fn card(&self) -> Card {
        Card {
            name: "billiard_collide".into(),
            title: "Billiard collisions".into(),
            question: "What is the next collision, and would these two meet if that one were absent?".into(),
            doc: "A table of 1.2 m by 0.8 m with cushions and four corner pockets. The action is an impulse on the \
                  cue, which takes it only while it is at rest. Balls or pucks differ in mass, bounce, friction and \
                  number; some roll from the start, some are thrown in over a cushion later, and posts may stand in the way. \
                  Colours tell the mass, or (out of distribution) mislead."
                .into(),
            tasks: vec![POCKET.into(), TOUCH.into()],
            success: "The target lies in the marked pocket; or it is the first thing that the cue has touched, cushions \
                      and posts included. Terminates when target or cue have dropped into any pocket, and, where touch is the goal, \
                      when the cue has touched anything."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::choice("body_shape", "What is played with.", &["ball", "puck"], &[]),
            FactorSpec::count(
                "body_count",
                "Balls or pucks, cue and target included.",
                2,
                6,
                Some((7, 10)),
            ),
            FactorSpec::real(
                "body_radius_m",
                "m",
                "Radius of all of them.",
                Dist::uniform(0.05, 0.07).ood(0.07, 0.08),
            ),
            FactorSpec::real(
                "mass_ratio",
                "",
                "Mass of each but the cue, as a multiple of the cue's; held out is both what is lighter and what is heavier.",
                Dist {
                    law: Law::LogUniform(0.4, 2.5),
                    ood: Some(Law::Choice(HELD_OUT_RATIOS.to_vec())),
                },
            )
            .for_each(),
            FactorSpec::real(
                "body_restitution",
                "",
                "Restitution between two of them.",
                Dist::uniform(0.75, 0.97).ood(0.3, 0.7),
            ),
            FactorSpec::real(
                "cushion_restitution",
                "",
                "Restitution at cushions and posts.",
                Dist::uniform(0.55, 0.85).ood(0.2, 0.5),
            ),
            FactorSpec::real(
                "table_friction",
                "",
                "Sliding friction on the table.",
                Dist::uniform(0.04, 0.12).ood(0.12, 0.25),
            ),
            FactorSpec::real(
                "rolling_damping_per_s",
                "1/s",
                "Damping of a ball's rotation: rolling resistance.",
                Dist::uniform(1.5, 3.5).ood(4.0, 6.0),
            )
            .where_is("body_shape", &["ball"]),
            FactorSpec::real(
                "start_speed_mps",
                "m/s",
                "Speed at the start of each that is neither cue nor target, in a random direction.",
                Dist::uniform(0.0, 0.3).ood(0.5, 1.0),
            )
            .for_each()
            .where_at_least("body_count", 3),
            FactorSpec::count("post_count", "Fixed posts on the table.", 0, 1, Some((2, 3))),
            FactorSpec::real(
                "cut_angle_deg",
                "degrees",
                "Angle at the target between the cue's way and the target's way to the pocket.",
                Dist::uniform(0.0, 40.0).ood(40.0, 60.0),
            ),
            FactorSpec::choice(
                "mass_colors",
                "Whether dark means heavy, or nothing.",
                &["by_mass"],
                &["shuffled"],
            )
            .where_at_least("body_count", 3),
            FactorSpec::real(
                "camera_tilt_deg",
                "degrees",
                "Angle of the top camera against the vertical.",
                Dist::uniform(0.0, 4.0).ood(8.0, 18.0),
            ),
            FactorSpec::choice(
                "goal",
                "What the target is struck for: the marked pocket, or to be what the cue touches first.",
                &["pocket", "touch"],
                &[],
            ),
            FactorSpec::count(
                "entry_count",
                "Balls or pucks more, which wait beside the table and are thrown in over a cushion.",
                0,
                1,
                Some((2, 3)),
            ),
            FactorSpec::real(
                "entry_secs",
                "s",
                "When each of them is thrown in.",
                Dist::uniform(0.4, 3.0).ood(3.0, 5.0),
            )
            .for_each()
            .where_at_least("entry_count", 1),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let is_ball = draw.word("body_shape") == "ball";
        let count = draw.count("body_count");
        let radius = draw.real("body_radius_m");
        let entry_count = draw.count("entry_count");
        let ratios = draw.reals("mass_ratio", count - 1 + entry_count);
        let body_bounce = draw.real("body_restitution");
        let cushion_bounce = draw.real("cushion_restitution");
        let friction = draw.real("table_friction");
        let damping = draw.real("rolling_damping_per_s");
        let speeds = draw.reals("start_speed_mps", count - 2);
        let post_count = draw.count("post_count");
        let cut = draw.real("cut_angle_deg").to_radians();
        let by_mass = draw.word("mass_colors") == "by_mass";
        let tilt = draw.real("camera_tilt_deg").to_radians();
        let has_pocket = draw.word("goal") == "pocket";
        let entry_secs = draw.reals("entry_secs", entry_count);
        let mut layout = draw.rng("layout");
        let mut look = draw.rng("color");
        let places = Places::draw(&mut layout, count, post_count, radius, cut)?;

        let mut world = World::<f32>::default();
        // Both kinds of friction and bounce combine by the geometric mean, so that a pair of bodies has the drawn
        // value, and a body on the table or at a cushion has its own; nothing bounces on the table.
        let against_bodies = |wanted: f32, own: f32| wanted * wanted / own;
        let table = Material {
            friction: against_bodies(friction, BALL_FRICTION),
            restitution: 0.0,
            restitution_combine: Combine::GeometricMean,
            ..Material::default()
        };
        let cushion = Material {
            friction: against_bodies(0.1, BALL_FRICTION),
            restitution: against_bodies(cushion_bounce, body_bounce),
            ..table.clone()
        };
        add_table(&mut world, &table, &cushion, has_pocket.then_some(places.pocket));
        if !has_pocket {
            add_target_mark(&mut world, places.bodies[1], radius);
        }
        for (index, post) in places.posts.iter().enumerate() {
            let half_height_m = 0.5 * CUSHION_HEIGHT_M;
            let mut body = Body::new(
                "post",
                Shape::Cylinder {
                    radius_m: POST_RADIUS_M,
                    half_height_m,
                },
            )
            .fixed()
            .at([post.x, post.y, half_height_m])
            .painted(Paint::plain(looks::WALL));
            body.material = cushion.clone();
            world.bodies.insert(format!("post_{index}"), body);
        }

        let mut shades: Vec<f32> = ratios.iter().map(|ratio| shade(*ratio)).collect();
        if !by_mass {
            // Sattolo's: none keeps its own.
            for index in (1..shades.len()).rev() {
                shades.swap(index, look.below(index));
            }
        }
        let entries = Entry::draw(&mut draw.rng("entry"), entry_count, radius)?;
        let half_height_m = 0.5 * radius;
        let (shape, rest_z) = if is_ball {
            (Shape::Ball { radius_m: radius }, radius)
        } else {
            let shape = Shape::Cylinder {
                radius_m: radius,
                half_height_m,
            };
            (shape, half_height_m)
        };
        let waiting = entries.iter().map(|entry| (entry.place, entry.bottom_m()));
        let all = places.bodies.iter().map(|place| (*place, 0.0)).chain(waiting);
        for (index, (place, bottom_m)) in all.enumerate() {
            let (name, color) = match index {
                0 => ("cue".to_string(), [0.97, 0.97, 0.95]),
                1 => ("target".to_string(), [0.88, 0.16, 0.14]),
                _ if index < count => (format!("other_{}", index - 2), [0.98, 0.80, 0.15]),
                _ => (Entry::name(index - count), [0.98, 0.80, 0.15]),
            };
            let second = if index == 0 { 0.75 } else { shades[index - 1] };
            let mut body = Body::new(if is_ball { "ball" } else { "puck" }, shape.clone())
                .at([place.x, place.y, bottom_m + rest_z + 0.0003])
                .painted(Paint::checker(color, color.map(|part| second * part), radius));
            body.rotation = Rotation::RpyDeg([0.0, 0.0, look.uniform_f32(-180.0, 180.0)]);
            // A puck does not roll.
            body.angular_damping = if is_ball { damping } else { 0.0 };
            // Small and fast: swept, so that none passes through another.
            body.swept = true;
            body.material = Material {
                mass_kg: Some(if index == 0 {
                    CUE_MASS_KG
                } else {
                    CUE_MASS_KG * ratios[index - 1]
                }),
                friction: BALL_FRICTION,
                restitution: body_bounce,
                restitution_combine: Combine::GeometricMean,
                ..Material::default()
            };
            if index >= count {
                body.linear_velocity_mps = entries[index - count].velocity_mps.to_array();
            } else if index >= 2 {
                let velocity = direction(layout.uniform_f32(-PI, PI)) * speeds[index - 2];
                body.linear_velocity_mps = velocity.extend(0.0).to_array();
                if is_ball {
                    body.angular_velocity_radps = [-velocity.y / radius, velocity.x / radius, 0.0];
                }
            }
            world.bodies.insert(name, body);
        }
        entry::add(&mut world, &entries, &entry_secs, radius);

        world.mechanisms.insert(
            "cue".into(),
            Mechanism::Strike {
                body: "cue".into(),
                axes: "xy".into(),
                max_impulse_ns: MAX_IMPULSE_NS,
                min_impulse_ns: MIN_IMPULSE_NS,
                rest_speed_mps: REST_SPEED_MPS,
            },
        );
        if !has_pocket {
            let mut by = vec!["target".to_string(), "cushion".into()];
            let moves = |name: &str| {
                ["other", "post", "entry"]
                    .iter()
                    .any(|start| name.starts_with(start))
            };
            by.extend(world.bodies.keys().filter(|name| moves(name)).cloned());
            let touch = Mechanism::FirstTouch {
                body: "cue".into(),
                by,
            };
            world.mechanisms.insert(FIRST_TOUCH.into(), touch);
        }
        world.observe = vec![
            Observe::axes("cue", Quantity::Position, "xy"),
            Observe::axes("cue", Quantity::Velocity, "xy"),
            Observe::axes("target", Quantity::Position, "xyz"),
            Observe::axes("target", Quantity::Velocity, "xy"),
            Observe::axes("mark", Quantity::Position, "xy"),
            Observe::new("cue", Quantity::State),
        ];
        let top = [0.0, -1.55 * libm::sinf(tilt), 1.55 * libm::cosf(tilt)];
        let top = Camera {
            up: [0.0, 1.0, 0.0],
            ..Camera::looking(top, [0.0; 3], 48.0)
        };
        world.cameras.insert("top".into(), top);
        world.cameras.insert(
            "front".into(),
            Camera::looking([0.0, -1.10, 1.15], [0.0, -0.03, 0.0], 46.0),
        );
        // Steep, so that it lights the pockets.
        world.light.sun_direction = [0.12, -0.16, 1.0];
        Ok((world, if has_pocket { POCKET } else { TOUCH }.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        if plan.task == TOUCH {
            return Box::new(Touch);
        }
        Box::new(Sink { pocket: pocket(plan) })
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        let pocket = (plan.task == POCKET).then(|| pocket(plan));
        Some(Box::new(Expert::new(pocket, radius(plan))))
    }

    fn preset(&self) -> &str {
        include_str!("../../presets/billiard_collide.toml")
    }
}

fn direction(angle_rad: f32) -> Vec2 {
    Vec2::new(libm::cosf(angle_rad), libm::sinf(angle_rad))
}

/// How bright a body's second colour is: dark is heavy.
fn shade(ratio: f32) -> f32 {
    (0.65 - 0.28 * libm::log10f(ratio) / libm::log10f(3.0)).clamp(0.1, 1.0)
}

/// Middle of the marked pocket.
fn pocket(plan: &WorldPlan) -> Vec2 {
    let place = plan.world.bodies["mark"].position_m;
    Vec2::new(place[0], place[1])
}

/// Radius of the balls or pucks, m.
fn radius(plan: &WorldPlan) -> f32 {
    match plan.world.bodies["cue"].shape {
        Shape::Ball { radius_m } | Shape::Cylinder { radius_m, .. } => radius_m,
        _ => unreachable!("the cue is a ball or a puck"),
    }
}

/// The middles of the four pockets, m.
fn pockets() -> [Vec2; 4] {
    let corner = HALF_FIELD_M - Vec2::splat(0.5 * POCKET_M);
    [
        corner,
        Vec2::new(-corner.x, corner.y),
        -corner,
        Vec2::new(corner.x, -corner.y),
    ]
}

/// True where a body has dropped below the table.
fn has_dropped(height_m: f32) -> bool {
    height_m < -0.02
}

/// The target drops into the marked pocket.
#[derive(Clone, Copy, Debug)]
struct Sink {
    pocket: Vec2,
}

impl Task for Sink {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let (cue, target) = (
            view.body_named("cue").position_m,
            view.body_named("target").position_m,
        );
        let distance = target.truncate().distance(self.pocket);
        let dropped = has_dropped(target.z);
        let success = dropped && distance < POCKET_M;
        let reward = if success { 0.0 } else { -distance };
        Outcome {
            reward,
            success,
            terminated: dropped || has_dropped(cue.z),
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}

/// Which body the cue has touched first.
#[derive(Clone, Copy, Debug, PartialEq)]
enum First {
    Nothing,
    Target,
    Another,
}

impl First {
    fn of(view: &StepView<'_>) -> Self {
        let touch = view
            .mechanism_index(FIRST_TOUCH)
            .expect("where touch is the goal, the family makes a first touch");
        match view.mechanism_state(touch) {
            0.0 => First::Nothing,
            1.0 => First::Target,
            _ => First::Another,
        }
    }
}

/// The cue touches the target before anything else.
#[derive(Clone, Copy, Debug)]
struct Touch;

impl Task for Touch {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let (cue, target) = (
            view.body_named("cue").position_m,
            view.body_named("target").position_m,
        );
        let first = First::of(view);
        let success = first == First::Target;
        let dropped = has_dropped(cue.z) || has_dropped(target.z);
        Outcome {
            reward: if success { 0.0 } else { -cue.distance(target) },
            success,
            terminated: dropped || first != First::Nothing,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
