//! `drop_bounce`: objects fall when you drop them.
//!
//! A gripper carries one object above a tray; others hang in the air and fall at their own times. Letting go where the object
//! comes down in the tray is success, if it comes to rest there.

mod expert;
mod ground;
mod objects;
mod play;
mod task;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use expert::{Expert, Mistimed};
use ground::{add_ground, add_screen, tray_body};
use objects::{extent_z, free_place, object_shape, random_direction};
use task::Drop;
use terrella_sim::glam::Vec3;
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_spec::dist::{Dist, Law};
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Material, Mechanism, Observe, Quantity, World};

const TASK: &str = "drop the held object into the tray";
/// Inner half width of the tray, m.
const TRAY_HALF_M: f32 = 0.35;
const TRAY_WALL_M: f32 = 0.10;
/// The tray's bottom above the floor, m.
const TRAY_BOTTOM_M: f32 = 0.01;
/// The gripper's half height, m.
const HAND_HALF_M: f32 = 0.05;
/// Gap between the gripper and the top of what it holds, m.
const HOLD_GAP_M: f32 = 0.01;

/// The family.
pub struct DropBounce;

impl Family for DropBounce {
    fn card(&self) -> Card {
        Card {
            name: "drop_bounce".into(),
            title: "Drop and bounce".into(),
            question: "When and where does it land, and which one rebounds higher?".into(),
            doc: "A gripper on a gantry holds an object above the floor; up to seven others hang beside it and fall at \
                  times of their own. Gravity, drop height, density, restitution, friction, size, shape, spin and the \
                  air's drag differ. The gripper moves and lets go. Out of distribution a board may hide the tray from \
                  the side camera. The policy `mistimed` opens the hand too early or too late."
                .into(),
            tasks: vec![TASK.into()],
            success: "The object that was held rests inside the tray, on its bottom and not on another object: its \
                      centre and its surface, as it turns, are slower than 0.1 m/s for 0.3 s. The reward of every \
                      step is minus the object's horizontal distance from the tray's middle, m. Never terminates."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::count(
                "object_count",
                "Objects, the held one included.",
                1,
                6,
                Some((7, 8)),
            ),
            FactorSpec::choice(
                "object_shape",
                "Shape of each object.",
                &["ball", "box", "cylinder", "capsule"],
                &["cone", "hull", "compound"],
            )
            .for_each(),
            FactorSpec::real(
                "object_size_m",
                "m",
                "Half of each object's width.",
                Dist::log_uniform(0.04, 0.16).ood(0.17, 0.20),
            )
            .for_each(),
            FactorSpec::real(
                "object_density_kgpm3",
                "kg/m^3",
                "Density of each object.",
                Dist::log_uniform(100.0, 3000.0).ood(3000.0, 8000.0),
            )
            .for_each(),
            FactorSpec::real(
                "object_restitution",
                "",
                "Restitution of each object against the floor.",
                Dist::uniform(0.0, 0.75).ood(0.8, 0.95),
            )
            .for_each(),
            FactorSpec::real(
                "object_friction",
                "",
                "Friction of each object; against the floor the geometric mean of this and 0.5 counts.",
                Dist::uniform(0.0, 1.2),
            )
            .for_each(),
            FactorSpec::real(
                "object_spin_radps",
                "rad/s",
                "Initial spin of each object that is not held, about a random axis.",
                Dist::uniform(0.0, 6.0).ood(8.0, 15.0),
            )
            .for_each()
            .where_at_least("object_count", 2),
            FactorSpec::real(
                "fall_secs",
                "s",
                "When each object that is not held begins to fall.",
                Dist::uniform(0.0, 2.5).ood(3.0, 4.0),
            )
            .for_each()
            .where_at_least("object_count", 2),
            FactorSpec::real(
                "gravity_mps2",
                "m/s^2",
                "Strength of gravity. Out of distribution weaker or stronger, from the Moon's on.",
                Dist {
                    law: Law::Uniform(7.0, 12.0),
                    ood: Some(Law::Choice(vec![1.62, 2.5, 3.71, 5.0, 14.0, 16.0, 18.0, 20.0])),
                },
            ),
            FactorSpec::real(
                "gravity_tilt_deg",
                "degrees",
                "Angle of gravity against the vertical, towards a random side.",
                Dist::fixed(0.0).ood(3.0, 12.0),
            ),
            FactorSpec::real(
                "drop_height_m",
                "m",
                "Height of the held object's underside above the tray's bottom at the start. The expert lets go there, \
                 or lower where the object would leap out.",
                Dist::uniform(0.2, 1.6).ood(1.8, 3.0),
            ),
            FactorSpec::choice(
                "ground",
                "What lies around the tray: nothing, a ramp, steps, or a net in a frame.",
                &["flat", "slope"],
                &["steps", "net"],
            ),
            FactorSpec::choice(
                "screen",
                "A board that hides the tray from the side camera.",
                &["none"],
                &["before_tray"],
            ),
            FactorSpec::real(
                "air_drag_per_s",
                "1/s",
                "Linear damping of every object.",
                Dist {
                    law: Law::Choice(vec![0.0, 0.0, 0.0, 0.3]),
                    ood: Some(Law::Uniform(0.5, 1.5)),
                },
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let count = draw.count("object_count");
        let shapes = draw.words("object_shape", count);
        let sizes = draw.reals("object_size_m", count);
        let densities = draw.reals("object_density_kgpm3", count);
        let restitutions = draw.reals("object_restitution", count);
        let frictions = draw.reals("object_friction", count);
        let spins = draw.reals("object_spin_radps", count - 1);
        let falls = draw.reals("fall_secs", count - 1);
        let gravity = draw.real("gravity_mps2");
        let tilt = draw.real("gravity_tilt_deg").to_radians();
        let height = draw.real("drop_height_m");
        let ground = draw.word("ground");
        let screened = draw.word("screen") != "none";
        let drag = draw.real("air_drag_per_s");
        let mut layout = draw.rng("layout");
        let mut forms = draw.rng("forms");

        let mut world = World::<f32>::default();
        let side = layout.uniform_f32(0.0, 2.0 * std::f32::consts::PI);
        world.gravity_mps2 = [
            gravity * libm::sinf(tilt) * libm::cosf(side),
            gravity * libm::sinf(tilt) * libm::sinf(side),
            -gravity * libm::cosf(tilt),
        ];
        world.bodies.insert("floor".into(), looks::floor(0.5));
        let tray = [layout.uniform_f32(-0.45, 0.45), layout.uniform_f32(-0.25, 0.25)];
        world.bodies.insert("tray".into(), tray_body(tray));
        add_ground(&mut world, &ground, tray, &mut layout);
        if screened {
            add_screen(&mut world, tray);
        }

        // On the tray's side of a screen.
        let aside = layout.uniform_f32(-0.4, 0.4);
        let start = [
            layout.uniform_f32(0.4, 0.8) * if tray[0] > 0.0 { -1.0 } else { 1.0 },
            if screened { tray[1] + aside.abs() } else { aside },
        ];
        let held = object_shape(&shapes[0], sizes[0], &mut forms);
        let [down, up] = extent_z(&held);
        let object_z = TRAY_BOTTOM_M + height + down;
        // From the object's origin up to the gripper's.
        let above = up + HOLD_GAP_M + HAND_HALF_M;
        let hand = Body::new(
            "gripper",
            Shape::Box {
                half_extents_m: [0.09, 0.09, HAND_HALF_M],
            },
        )
        .kinematic()
        .at([start[0], start[1], object_z + above])
        .painted(Paint::plain(looks::AGENT))
        .untouchable();
        world.bodies.insert("hand".into(), hand);

        let top = object_z + above + HAND_HALF_M;
        let colors = looks::colors(&mut draw.rng("color"), count);
        let mut placed: Vec<(Vec3, f32)> = Vec::new();
        for index in 0..count {
            let size = sizes[index];
            let radius = size * 1.75;
            let (shape, position) = if index == 0 {
                (held.clone(), Vec3::new(start[0], start[1], object_z))
            } else {
                let place = free_place(&mut layout, &placed, radius, top.max(1.6))
                    .ok_or_else(|| PlanError::no_fit("the falling objects do not fit beside each other"))?;
                (object_shape(&shapes[index], size, &mut forms), place)
            };
            placed.push((position, radius));
            let mut body = Body::new(&shapes[index], shape)
                .at(position.to_array())
                .painted(Paint::checker(
                    colors[index],
                    colors[index].map(|part| 0.72 * part),
                    size,
                ));
            body.material = Material {
                density_kgpm3: densities[index],
                restitution: restitutions[index],
                friction: frictions[index],
                ..Material::default()
            };
            body.linear_damping = drag;
            // Rolling resistance: a ball on a plane would roll for ever.
            body.angular_damping = 0.8;
            if index > 0 {
                let axis = random_direction(&mut layout);
                body.angular_velocity_radps = (axis * spins[index - 1]).to_array();
                body.rotation = Rotation::RpyDeg(std::array::from_fn(|_| layout.uniform_f32(-180.0, 180.0)));
            }
            world.bodies.insert(format!("object_{index}"), body);
        }

        world.mechanisms.insert(
            "hand".into(),
            Mechanism::Gantry {
                body: "hand".into(),
                axes: "xyz".into(),
                max_speed_mps: 1.0,
                max_acceleration_mps2: 8.0,
                // What it holds stays above the tray's walls.
                low_m: [-0.9, -0.7, TRAY_WALL_M + 0.04 + down + above],
                high_m: [0.9, 0.7, top.max(1.7) + 0.3],
                delay_secs: None,
            },
        );
        world.mechanisms.insert(
            "grip".into(),
            Mechanism::Grip {
                body: "hand".into(),
                point_m: [0.0, 0.0, -HAND_HALF_M],
                reach_m: 0.06,
                holds: Vec::new(),
                holding: Some("object_0".into()),
                aim: None,
                spin_radps: None,
            },
        );
        world.mechanisms.insert(
            "others".into(),
            Mechanism::Release {
                bodies: (1..count).map(|index| format!("object_{index}")).collect(),
                at_secs: falls,
            },
        );
        world.observe = vec![
            Observe::new("hand", Quantity::Position),
            Observe::new("hand", Quantity::Velocity),
            Observe::new("grip", Quantity::State),
            Observe::axes("tray", Quantity::Position, "xy"),
        ];
        add_cameras(&mut world, top);
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Drop::new(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Expert::new(plan)))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../presets/drop_bounce.toml")
    }
}

/// The policies of this family.
static POLICIES: &[PolicyKind] = &[
    PolicyKind {
        name: "mistimed",
        doc: "The expert whose hand opens up to 0.4 s too early or too late, moving: near misses.",
        needs_expert: true,
        make: |_, plan, _| Some(Box::new(Mistimed::new(plan))),
    },
    crate::play::kind(
        "Chains random subgoals: carries what it holds to one random place after another, and at some time lets go, at rest \
                 or in passing.",
        |_, plan, spec| with_noise(play::Places::new(plan), spec),
    ),
];

/// Both cameras see from the floor to the hand, however high it starts.
fn add_cameras(world: &mut World<f32>, top_m: f32) {
    let middle = 0.62f32.max(0.5 * top_m);
    let away = 2.9f32.max(2.6 * (0.5 * top_m + 0.1));
    world.cameras.insert(
        "side".into(),
        Camera::looking([0.0, -away, middle + 0.73], [0.0, 0.0, middle], 42.0),
    );
    let above = 3.2f32.max(top_m + 1.6);
    let half_view = libm::atanf(1.2 / above);
    world.cameras.insert(
        "top".into(),
        Camera::looking([0.0, -0.6, above], [0.0, 0.0, 0.1], 2.0 * half_view.to_degrees()),
    );
}
