//! `push_planar`: push a flat block onto its mark with a stick.
//!
//! A pusher moves over a table among one to four flat blocks; a painted outline shows where the first one belongs
//! and how it should lie. A superset of Push-T: twelve shapes, hidden masses and centres of mass, friction, posts, walls,
//! slippery and sticky patches.
//!
//! **Invariant:** actions are Push-T's relative ones, in metres: steps of the pusher's target ten times a second, seen from
//! where the pusher is. With `compat` `swm_pusht` they are those that stable-worldmodel's Push-T takes itself: of its table of
//! 512 pixels, whose y goes down, the target is `position + 100 * action` for an action in [-1, 1]^2, kept for 0.1 s, and the pusher
//! goes there by `acceleration = 100 * (target - position) - 20 * velocity`.

mod blocks;
mod expert;
mod layout;
mod play;
mod push;
mod route;
mod table;

use crate::draw::{Draw, PlanError};
use crate::drawn;
use crate::family::{Card, Family};
use crate::looks;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use blocks::{HELD_OUT_SHAPES, Outline, SHAPES};
use expert::{Expert, Scene};
use layout::Places;
use push::{Placement, turned};
use std::f32::consts::PI;
use table::{Patch, add_table};
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::{FactorSpec, FactorValue};
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Material, Mechanism, Observe, Quantity, World};

const TASK: &str = "push the block onto its mark";
const STRICT_TASK: &str = "push the block exactly onto its mark";
/// Half of the table's width between the rims, m.
const HALF_TABLE_M: f32 = 0.5;
const HALF_BLOCK_M: f32 = 0.014;
const POST_RADIUS_M: f32 = 0.03;
const WALL_HALF_M: f32 = 0.01;
/// Largest step of the pusher's target along an axis, m: 100 of 512 pixels of the table, which Push-T's relative actions
/// call 1.
const MAX_STEP_M: f32 = 100.0 / 512.0 * 2.0 * HALF_TABLE_M;
/// How the pusher follows its target, 1/s: Push-T's gains are the square of this, 100, and twice this, 20.
const RATE_PER_S: f32 = 10.0;
/// The word for Push-T's own actions, and the step that 1 of each stands for there, m: its y goes down in the top picture.
const SWM_PUSHT: &str = "swm_pusht";
const SWM_PUSHT_M: Vec2 = Vec2::new(MAX_STEP_M, -MAX_STEP_M);
const MAX_SPEED_MPS: f32 = 1.0;
/// Friction of the blocks' own material. The other materials are chosen so that each pair has the drawn friction.
const BLOCK_FRICTION: f32 = 0.3;

/// The family.
pub struct PushPlanar;

/// How near is near enough.
#[derive(Clone, Copy, Debug)]
struct Rule {
    distance_m: f32,
    angle_rad: f32,
}

impl Rule {
    fn of(task: &str) -> Self {
        let pixel_m = 2.0 * HALF_TABLE_M / 512.0;
        if task == STRICT_TASK {
            Rule {
                distance_m: 8.0 * pixel_m,
                angle_rad: PI / 18.0,
            }
        } else {
            Rule {
                distance_m: 20.0 * pixel_m,
                angle_rad: PI / 9.0,
            }
        }
    }
}

impl Family for PushPlanar {
    fn card(&self) -> Card {
        Card {
            name: "push_planar".into(),
            title: "Planar pushing".into(),
            question: "Where will the block lie in a second, and where is its centre of mass?".into(),
            doc: "A pusher moves over a table of 1 m at 10 Hz. One block has a mark on the table, of its own shape; \
                  others are in the way. Shape, size, mass, centre of mass and friction of the blocks differ, and so \
                  do the pusher, posts, walls, and patches of other friction. The action is a step of the pusher's \
                  target, m, seen from where the pusher is: Push-T's relative action, whose 1 is 100/512 of the \
                  table's width, the largest step. A run that sets the factor `compat` to `swm_pusht` has that action itself, as \
                  the Push-T of stable-worldmodel takes it: two numbers in [-1, 1], x to the right and y down in the picture \
                  `top`; target = position + 100 px x action on a table of 512 px, ten times a second, and acceleration = \
                  100/s^2 x (target - position) - 20/s x velocity between. Here that is solved exactly and not by steps of 0.01 s, and \
                  the target stays where the pusher has room."
                .into(),
            tasks: vec![TASK.into(), STRICT_TASK.into()],
            success: "The block is within 20/512 of the table's width and pi/9 of its mark (strict: 8/512 and \
                      pi/18); turns that the shape's symmetry hides count as none. Never terminates."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::count(
                "block_count",
                "Blocks, the one to push included.",
                1,
                3,
                Some((4, 4)),
            ),
            FactorSpec::choice("block_shape", "Shape of each block.", &SHAPES, &HELD_OUT_SHAPES).for_each(),
            FactorSpec::real(
                "block_size_m",
                "m",
                "Width of the block to push.",
                Dist::uniform(0.26, 0.33).ood(0.33, 0.38),
            ),
            FactorSpec::real(
                "other_size_m",
                "m",
                "Width of each other block.",
                Dist::uniform(0.18, 0.25).ood(0.25, 0.29),
            )
            .for_each()
            .where_at_least("block_count", 2),
            FactorSpec::real(
                "block_mass_kg",
                "kg",
                "Mass of each block.",
                Dist::log_uniform(0.05, 2.0).ood(2.0, 5.0),
            )
            .for_each(),
            FactorSpec::real(
                "center_of_mass_offset",
                "",
                "Distance of each block's centre of mass from its centroid in widths, towards a random side; less where the \
                 block would tip over its feet.",
                Dist::uniform(0.0, 0.08).ood(0.12, 0.20),
            )
            .for_each(),
            FactorSpec::real(
                "table_friction",
                "",
                "Friction between the blocks and the table.",
                Dist::log_uniform(0.15, 1.0).ood(0.05, 0.15),
            ),
            FactorSpec::real(
                "pusher_friction",
                "",
                "Friction between the blocks and the pusher.",
                Dist::uniform(0.1, 0.6).ood(0.6, 1.0),
            ),
            FactorSpec::choice("pusher_shape", "Shape of the pusher.", &["round"], &["square"]),
            FactorSpec::real(
                "pusher_radius_m",
                "m",
                "Radius, or half width, of the pusher.",
                Dist::uniform(0.03, 0.045).ood(0.045, 0.06),
            ),
            FactorSpec::count("post_count", "Posts that stand on the table.", 0, 1, Some((2, 3))),
            FactorSpec::count(
                "wall_count",
                "Short walls that stand on the table.",
                0,
                1,
                Some((2, 2)),
            ),
            FactorSpec::choice(
                "patch",
                "A patch of other friction.",
                &["none"],
                &["slippery", "sticky"],
            ),
            FactorSpec::real(
                "slippery_friction_ratio",
                "",
                "Friction on a slippery patch as a share of the table's.",
                Dist::log_uniform(0.1, 0.5),
            )
            .where_is("patch", &["slippery"]),
            FactorSpec::real(
                "sticky_friction_ratio",
                "",
                "Friction on a sticky patch, as a multiple of the table's.",
                Dist::uniform(1.5, 3.0),
            )
            .where_is("patch", &["sticky"]),
            FactorSpec::choice("rule", "How exact the block must lie.", &["usual"], &["strict"]),
            FactorSpec::choice(
                "table_look",
                "Pattern of the table.",
                &["plain", "checker"],
                &["stripes"],
            ),
            FactorSpec::choice(
                "compat",
                "Whose actions these are: steps in metres; or `swm_pusht`: shares of 100 of 512 pixels, -1 to 1, y down.",
                &["none"],
                &[],
            )
            .on_request(&[SWM_PUSHT]),
            FactorSpec::real(
                "camera_tilt_deg",
                "degrees",
                "Angle of the top camera against the vertical.",
                Dist::uniform(0.0, 4.0).ood(8.0, 18.0),
            ),
            FactorSpec::real(
                "sun_azimuth_deg",
                "degrees",
                "Where the sunlight comes from.",
                Dist::uniform(-60.0, 60.0).ood(60.0, 300.0),
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let count = draw.count("block_count");
        let shapes = draw.words("block_shape", count);
        let mut sizes = vec![draw.real("block_size_m")];
        sizes.extend(draw.reals("other_size_m", count - 1));
        let masses = draw.reals("block_mass_kg", count);
        let mut offsets = draw.reals("center_of_mass_offset", count);
        let table_friction = draw.real("table_friction");
        let pusher_friction = draw.real("pusher_friction");
        let pusher_shape = draw.word("pusher_shape");
        let pusher_radius = draw.real("pusher_radius_m");
        let post_count = draw.count("post_count");
        let wall_count = draw.count("wall_count");
        let patch = draw.word("patch");
        let slippery = draw.real("slippery_friction_ratio");
        let sticky = draw.real("sticky_friction_ratio");
        let task = if draw.word("rule") == "strict" {
            STRICT_TASK
        } else {
            TASK
        };
        let table_look = draw.word("table_look");
        let unit_m = action_unit_m(&draw.word("compat"));
        let tilt = draw.real("camera_tilt_deg").to_radians();
        let sun = draw.real("sun_azimuth_deg").to_radians();
        let mut layout = draw.rng("layout");
        let mut look = draw.rng("color");

        let outlines: Vec<Outline> = shapes
            .iter()
            .zip(&sizes)
            .map(|(word, size)| Outline::new(word, *size))
            .collect();
        let places = Places::draw(
            &mut layout,
            &outlines,
            post_count,
            wall_count,
            pusher_radius,
            Rule::of(task),
        )?;

        let mut world = World::<f32> {
            control_hz: 10,
            ..World::default()
        };
        let patch = match patch.as_str() {
            "none" => None,
            word => {
                let is_sticky = word == "sticky";
                let ratio = if is_sticky { sticky } else { slippery };
                Some(Patch::draw(ratio * table_friction, is_sticky, &mut layout))
            }
        };
        add_table(&mut world, &table_look, table_friction, patch, &mut look);
        for (index, post) in places.posts.iter().enumerate() {
            let shape = Shape::Cylinder {
                radius_m: POST_RADIUS_M,
                half_height_m: 0.03,
            };
            let body = Body::new("post", shape).fixed().at([post.x, post.y, 0.03]);
            world
                .bodies
                .insert(format!("post_{index}"), body.painted(Paint::plain(looks::WALL)));
        }
        for (index, (place, half_m)) in places.walls.iter().enumerate() {
            let shape = Shape::Box {
                half_extents_m: [*half_m, WALL_HALF_M, 0.03],
            };
            let mut body = Body::new("wall", shape)
                .fixed()
                .at(place.position_m.extend(0.03).to_array());
            body.rotation = yaw(place.angle_rad);
            world.bodies.insert(
                format!("wall_{index}"),
                body.painted(Paint::plain([0.60, 0.52, 0.44])),
            );
        }
        // A grey or white block would have no tint of its own.
        let mut colors = looks::colors(&mut look, count + 1);
        colors.sort_by_key(|color| !is_vivid(*color));
        // A light tint of the block's own colour: so a picture tells which block belongs there.
        let mut goal = Body::new("goal", outlines[0].solid(0.001))
            .fixed()
            .at(places.goal.position_m.extend(0.001).to_array())
            .painted(Paint::plain(colors[0].map(|part| 0.45 * part + 0.55)))
            .untouchable();
        goal.rotation = yaw(places.goal.angle_rad);
        world.bodies.insert("goal".into(), goal);

        let mut is_shortened = false;
        for (index, place) in places.blocks.iter().enumerate() {
            let mut body = Body::new(&shapes[index], outlines[index].solid_on_feet(HALF_BLOCK_M))
                .at(place.position_m.extend(HALF_BLOCK_M + 0.0005).to_array())
                .painted(Paint::plain(colors[index]));
            body.rotation = yaw(place.angle_rad);
            let drawn = turned(
                Vec2::X * (offsets[index] * sizes[index]),
                layout.uniform_f32(-PI, PI),
            );
            let aside = outlines[index].supported(drawn);
            if aside != drawn {
                offsets[index] = aside.length() / sizes[index];
                is_shortened = true;
            }
            body.material = Material {
                mass_kg: Some(masses[index]),
                center_of_mass_m: Some(aside.extend(0.0).to_array()),
                friction: BLOCK_FRICTION,
                ..Material::default()
            };
            world.bodies.insert(block_name(index), body);
        }
        if is_shortened {
            draw.reals_came_to("center_of_mass_offset", &offsets);
        }

        let shape = if pusher_shape == "square" {
            Shape::Box {
                half_extents_m: [pusher_radius, pusher_radius, 0.03],
            }
        } else {
            Shape::Cylinder {
                radius_m: pusher_radius,
                half_height_m: 0.03,
            }
        };
        let mut pusher = Body::new("pusher", shape)
            .kinematic()
            .at(places.pusher.extend(0.035).to_array())
            .painted(Paint::plain(looks::AGENT));
        pusher.material.friction = against_blocks(pusher_friction);
        world.bodies.insert("pusher".into(), pusher);

        let reach = HALF_TABLE_M - 1.1 * pusher_radius;
        world.mechanisms.insert(
            "pusher".into(),
            Mechanism::Carriage {
                body: "pusher".into(),
                axes: "xy".into(),
                max_step_m: MAX_STEP_M,
                unit_m: unit_m.map(|unit| unit.extend(MAX_STEP_M).to_array()),
                rate_per_s: RATE_PER_S,
                max_speed_mps: MAX_SPEED_MPS,
                low_m: [-reach, -reach, 0.0],
                high_m: [reach, reach, 0.1],
            },
        );
        world.observe = vec![
            Observe::axes("pusher", Quantity::Position, "xy"),
            Observe::axes("pusher", Quantity::Velocity, "xy"),
            Observe::axes("block_0", Quantity::Position, "xy"),
            Observe::new("block_0", Quantity::Heading),
            Observe::axes("goal", Quantity::Position, "xy"),
            Observe::new("goal", Quantity::Heading),
        ];
        let top = [0.0, -1.4 * libm::sinf(tilt), 1.4 * libm::cosf(tilt)];
        let top = Camera {
            up: [0.0, 1.0, 0.0],
            ..Camera::looking(top, [0.0; 3], 41.5)
        };
        world.cameras.insert("top".into(), top);
        world.cameras.insert(
            "front".into(),
            Camera::looking([0.0, -1.02, 0.86], [0.0, -0.06, 0.0], 45.0),
        );
        world.light.sun_direction = [0.7 * libm::sinf(sun), -0.7 * libm::cosf(sun), 1.0];
        Ok((world, task.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Align { scene: scene(plan) })
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Expert::new(scene(plan))))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../presets/push_planar.toml")
    }
}

/// The policy of this family.
static POLICIES: &[PolicyKind] = &[crate::play::kind(
    "Chains random subgoals: pushes the block to one free place after another, whatever the mark says.",
    |_, plan, spec| with_noise(play::Places(Expert::new(scene(plan))), spec),
)];

fn block_name(index: usize) -> String {
    format!("block_{index}")
}

/// The step that 1 of each input stands for, m; none where inputs are metres.
fn action_unit_m(compat: &str) -> Option<Vec2> {
    (compat == SWM_PUSHT).then_some(SWM_PUSHT_M)
}

/// True of a colour that is told from white when it is made lighter.
fn is_vivid(color: [f32; 3]) -> bool {
    let most = color.iter().copied().fold(0.0, f32::max);
    color.iter().any(|part| most - part > 0.3)
}

fn yaw(angle_rad: f32) -> Rotation<f32> {
    Rotation::RpyDeg([0.0, 0.0, angle_rad.to_degrees()])
}

/// The friction of a material that gives `wanted` against a block: friction combines by the geometric mean.
fn against_blocks(wanted: f32) -> f32 {
    wanted * wanted / BLOCK_FRICTION
}

/// What the drawn factors and bodies say, for task and expert.
fn scene(plan: &WorldPlan) -> Scene {
    let (Some(FactorValue::Words(shapes)), Some(FactorValue::Reals(other_sizes))) =
        (plan.factors.get("block_shape"), plan.factors.get("other_size_m"))
    else {
        unreachable!("the family draws shapes and sizes");
    };
    let real = |name: &str| drawn::real(plan, name);
    let is_square = drawn::word(plan, "pusher_shape") == "square";
    let placement = |body: &Body<f32>| {
        let [_, _, sine, cosine] = body.rotation.quaternion_xyzw();
        Placement {
            position_m: Vec2::new(body.position_m[0], body.position_m[1]),
            angle_rad: 2.0 * libm::atan2f(sine, cosine),
        }
    };
    let of_class = |class: &'static str| plan.world.bodies.values().filter(move |body| body.class == class);
    Scene {
        outlines: shapes
            .iter()
            .zip(std::iter::once(real("block_size_m")).chain(other_sizes.iter().map(|size| *size as f32)))
            .map(|(word, size)| Outline::new(word, size))
            .collect(),
        posts: of_class("post").map(|body| placement(body).position_m).collect(),
        post_radius_m: POST_RADIUS_M,
        walls: of_class("wall")
            .map(|body| {
                let Shape::Box { half_extents_m } = body.shape else {
                    unreachable!("walls are boxes")
                };
                let half_m = Vec2::new(half_extents_m[0], half_extents_m[1]);
                (placement(body), Outline::rectangle(half_m))
            })
            .collect(),
        // Between the half width and the half diagonal of a square one.
        pusher_radius_m: real("pusher_radius_m") * if is_square { 1.25 } else { 1.0 },
        pusher_friction: real("pusher_friction"),
        goal: placement(&plan.world.bodies["goal"]),
        rule: Rule::of(&plan.task),
        action_unit_m: action_unit_m(drawn::word(plan, "compat")),
    }
}

/// The block lies on its mark.
#[derive(Clone, Debug)]
struct Align {
    scene: Scene,
}

impl Task for Align {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let block = self.scene.placements(view)[0];
        let distance = block.position_m.distance(self.scene.goal.position_m);
        let turn = self.scene.turn_left(block.angle_rad).abs();
        let success = distance < self.scene.rule.distance_m && turn < self.scene.rule.angle_rad;
        Outcome {
            reward: -distance - 0.1 * turn,
            success,
            terminated: false,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}
