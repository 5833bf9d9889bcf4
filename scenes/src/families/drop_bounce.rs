//! `drop_bounce`: objects fall when you drop them.
//!
//! A gripper carries one object above a tray; others fall at their own times. Letting go over the tray is success,
//! if the object comes to rest in it.

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use terrella_sim::glam::Vec3;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Material, Mechanism, Observe, Quantity, World};

const TASK: &str = "drop the held object into the tray";
/// Inner half width of the tray, m.
const TRAY_HALF_M: f32 = 0.35;
const TRAY_WALL_M: f32 = 0.10;
/// The gripper's half height, m.
const HAND_HALF_M: f32 = 0.05;

/// The family.
pub struct DropBounce;

impl Family for DropBounce {
    fn card(&self) -> Card {
        Card {
            name: "drop_bounce".into(),
            title: "Drop and bounce".into(),
            question: "When and where does it land, and which one rebounds higher?".into(),
            doc: "A gripper on a gantry holds an object above the floor; up to seven others fall beside it. Gravity, \
                  density, restitution, friction, size, shape and spin differ. The gripper moves and lets go."
                .into(),
            tasks: vec![TASK.into()],
            success: "The object that was held rests (below 0.1 m/s) inside the tray. Never terminates.".into(),
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
                Dist::uniform(0.08, 0.16).ood(0.17, 0.22),
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
                "Friction of each object.",
                Dist::uniform(0.2, 1.2),
            )
            .for_each(),
            FactorSpec::real(
                "object_spin_radps",
                "rad/s",
                "Initial spin of each falling object about a random axis.",
                Dist::uniform(0.0, 6.0).ood(8.0, 15.0),
            )
            .for_each(),
            FactorSpec::real(
                "gravity_mps2",
                "m/s^2",
                "Strength of gravity.",
                Dist::uniform(7.0, 12.0).ood(1.6, 5.0),
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
                "Height of the held object's centre at the start.",
                Dist::uniform(0.7, 1.3).ood(1.4, 1.7),
            ),
            FactorSpec::choice(
                "ground",
                "What lies around the tray.",
                &["flat", "slope"],
                &["steps"],
            ),
            FactorSpec::real(
                "air_drag_per_s",
                "1/s",
                "Linear damping of every object.",
                Dist::fixed(0.0).ood(0.5, 1.5),
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
        let spins = draw.reals("object_spin_radps", count);
        let gravity = draw.real("gravity_mps2");
        let tilt = draw.real("gravity_tilt_deg").to_radians();
        let height = draw.real("drop_height_m");
        let ground = draw.word("ground");
        let drag = draw.real("air_drag_per_s");
        let mut layout = draw.rng("layout");

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

        let start = [
            layout.uniform_f32(0.4, 0.8) * if tray[0] > 0.0 { -1.0 } else { 1.0 },
            layout.uniform_f32(-0.4, 0.4),
        ];
        let hand_z = height + sizes[0] * 1.6 + HAND_HALF_M;
        let hand = Body::new(
            "gripper",
            Shape::Box {
                half_extents_m: [0.09, 0.09, HAND_HALF_M],
            },
        )
        .kinematic()
        .at([start[0], start[1], hand_z])
        .painted(Paint::plain(looks::AGENT))
        .untouchable();
        world.bodies.insert("hand".into(), hand);

        let colors = looks::colors(&mut draw.rng("color"), count);
        let mut placed: Vec<(Vec3, f32)> = Vec::new();
        for index in 0..count {
            let size = sizes[index];
            let radius = size * 1.75;
            let position = if index == 0 {
                Vec3::new(start[0], start[1], height)
            } else {
                free_place(&mut layout, &placed, radius)
                    .ok_or_else(|| PlanError::no_fit("the falling objects do not fit beside each other"))?
            };
            placed.push((position, radius));
            let mut body = Body::new(&shapes[index], object_shape(&shapes[index], size, &mut layout))
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
                body.angular_velocity_radps = (axis * spins[index]).to_array();
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
                low_m: [-0.9, -0.7, 0.4],
                high_m: [0.9, 0.7, 2.4],
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
            },
        );
        world.observe = vec![
            Observe::new("hand", Quantity::Position),
            Observe::new("hand", Quantity::Velocity),
            Observe::new("grip", Quantity::State),
            Observe::axes("tray", Quantity::Position, "xy"),
        ];
        world.cameras.insert(
            "side".into(),
            Camera::looking([0.0, -2.9, 1.35], [0.0, 0.0, 0.62], 42.0),
        );
        world.cameras.insert(
            "top".into(),
            Camera::looking([0.0, -0.6, 3.2], [0.0, 0.0, 0.1], 40.0),
        );
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        let tray = plan.world.bodies["tray"].position_m;
        Box::new(Drop {
            tray: [tray[0], tray[1]],
        })
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        let tray = plan.world.bodies["tray"].position_m;
        Some(Box::new(Expert {
            tray: [tray[0], tray[1]],
            released: false,
        }))
    }

    fn preset(&self) -> &str {
        include_str!("../../presets/drop_bounce.toml")
    }
}

fn tray_body(center: [f32; 2]) -> Body<f32> {
    let (half, wall, thick) = (TRAY_HALF_M, TRAY_WALL_M, 0.02);
    let side = |x: f32, y: f32, half_x: f32, half_y: f32| {
        Part::new(
            Shape::Box {
                half_extents_m: [half_x, half_y, 0.5 * wall],
            },
            [x, y, 0.5 * wall],
        )
    };
    let parts = vec![
        side(half + thick, 0.0, thick, half + 2.0 * thick),
        side(-half - thick, 0.0, thick, half + 2.0 * thick),
        side(0.0, half + thick, half, thick),
        side(0.0, -half - thick, half, thick),
        Part::new(
            Shape::Box {
                half_extents_m: [half, half, 0.005],
            },
            [0.0, 0.0, 0.005],
        ),
    ];
    Body::new("tray", Shape::Compound { parts })
        .fixed()
        .at([center[0], center[1], 0.0])
        .painted(Paint::plain(looks::GOAL))
}

/// A ramp or stairs behind the tray.
fn add_ground(world: &mut World<f32>, ground: &str, tray: [f32; 2], layout: &mut Rng) {
    let side = if tray[0] > 0.0 { -1.0 } else { 1.0 };
    match ground {
        "slope" => {
            let angle = layout.uniform_f32(8.0, 20.0) * side;
            let mut slope = Body::new(
                "slope",
                Shape::Box {
                    half_extents_m: [0.6, 0.8, 0.04],
                },
            )
            .fixed()
            .at([side * 1.3, 0.0, 0.15])
            .painted(Paint::plain(looks::WALL));
            slope.rotation = Rotation::RpyDeg([0.0, -angle, 0.0]);
            world.bodies.insert("slope".into(), slope);
        }
        "steps" => {
            for step in 0..3u8 {
                let rise = 0.08 * f32::from(step + 1);
                let body = Body::new(
                    "step",
                    Shape::Box {
                        half_extents_m: [0.15, 0.8, 0.5 * rise],
                    },
                )
                .fixed()
                .at([side * (0.9 + 0.3 * f32::from(step)), 0.0, 0.5 * rise])
                .painted(Paint::plain(looks::WALL));
                world.bodies.insert(format!("step_{step}"), body);
            }
        }
        _ => {}
    }
}

fn object_shape(word: &str, size: f32, layout: &mut Rng) -> Shape<f32> {
    match word {
        "ball" => Shape::Ball { radius_m: size },
        "box" => Shape::Box {
            half_extents_m: [size, 0.9 * size, 0.8 * size],
        },
        "cylinder" => Shape::Cylinder {
            radius_m: 0.9 * size,
            half_height_m: size,
        },
        "capsule" => Shape::Capsule {
            radius_m: 0.7 * size,
            half_height_m: 0.6 * size,
        },
        "cone" => Shape::Cone {
            radius_m: size,
            half_height_m: size,
        },
        "hull" => Shape::Hull {
            points_m: (0..14)
                .map(|_| (random_direction(layout) * size * 1.1).to_array())
                .collect(),
        },
        "compound" => {
            let bar = |half_extents_m: [f32; 3], position_m: [f32; 3]| {
                Part::new(Shape::Box { half_extents_m }, position_m)
            };
            let (long, thin) = (size, 0.4 * size);
            Shape::Compound {
                parts: vec![
                    bar([long, thin, thin], [0.0, 0.0, 0.0]),
                    bar([thin, thin, long - thin], [long - thin, 0.0, long]),
                ],
            }
        }
        other => unreachable!("`{other}` is not among the options of object_shape"),
    }
}

fn random_direction(rng: &mut Rng) -> Vec3 {
    let z = rng.uniform_f32(-1.0, 1.0);
    let angle = rng.uniform_f32(0.0, 2.0 * std::f32::consts::PI);
    let flat = (1.0 - z * z).max(0.0).sqrt();
    Vec3::new(flat * libm::cosf(angle), flat * libm::sinf(angle), z)
}

/// A place in the air where a ball of this radius touches none of those placed.
fn free_place(rng: &mut Rng, placed: &[(Vec3, f32)], radius: f32) -> Option<Vec3> {
    (0..100).find_map(|_| {
        let place = Vec3::new(
            rng.uniform_f32(-0.85, 0.85),
            rng.uniform_f32(-0.6, 0.6),
            rng.uniform_f32(0.4, 1.6),
        );
        // A hand's breadth apart, so that nothing starts in touch.
        placed
            .iter()
            .all(|(other, size)| place.distance(*other) > radius + size + 0.05)
            .then_some(place)
    })
}

#[derive(Clone, Copy, Debug)]
struct Drop {
    tray: [f32; 2],
}

impl Task for Drop {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let object = view.body_named("object_0");
        let offset = [
            object.position_m.x - self.tray[0],
            object.position_m.y - self.tray[1],
        ];
        let distance = (offset[0] * offset[0] + offset[1] * offset[1]).sqrt();
        let inside = offset.iter().all(|part| part.abs() < TRAY_HALF_M);
        let grip = view.mechanism_index("grip").expect("the family makes a grip");
        let free = view.held_by(grip).is_none();
        let rests = object.linear_velocity_mps.length() < 0.1 && object.position_m.z < 0.5;
        Outcome {
            reward: -distance,
            success: inside && free && rests,
            terminated: false,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}

/// Carries the object over the tray, waits until it hangs still, lowers it and lets go.
#[derive(Clone, Copy, Debug)]
struct Expert {
    tray: [f32; 2],
    released: bool,
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let object = view.body_named("object_0");
        let hand = view.body_named("hand").position_m;
        let gravity = view.world().gravity_mps2;
        // Where it will land: tilted gravity carries it aside while it falls.
        let fall = (object.position_m.z - 0.1).max(0.0);
        let aside = [gravity[0] / -gravity[2] * fall, gravity[1] / -gravity[2] * fall];
        let error = [
            self.tray[0] - aside[0] - object.position_m.x,
            self.tray[1] - aside[1] - object.position_m.y,
        ];
        let speed = object.linear_velocity_mps.truncate().length();
        let low_enough = hand.z - 0.45 < 0.15;
        self.released |= error.iter().all(|part| part.abs() < 0.05) && speed < 0.1 && low_enough;
        if self.released {
            action.copy_from_slice(&[0.0, 0.0, 0.3, 0.0]);
            return;
        }
        let near = error.iter().all(|part| part.abs() < 0.15);
        let down = if near {
            (3.0 * (0.45 - hand.z)).clamp(-0.8, 0.8)
        } else {
            0.0
        };
        action.copy_from_slice(&[
            (4.0 * error[0]).clamp(-1.0, 1.0),
            (4.0 * error[1]).clamp(-1.0, 1.0),
            down,
            1.0,
        ]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(*self)
    }
}
