//! `ramp_constants`: let it go on the slope where it will roll or slide to a stop in the bin.
//!
//! Gravity, friction, slope and inertia decide how far it goes: a flywheel comes later than a ball, a block stops by
//! friction, and begins to slide from rest only where the slope is steeper than its static friction. A hand on a rail along
//! the slope holds the body; the action is where it lets go, and how fast it moves then.
//! In some worlds it lets a rival go with it, on a lane of its own: the same to look at, the same mass, another inertia; in some
//! it lets go with a spin.

mod expert;
mod kinds;
mod rival;
mod track;

use crate::draw::{Draw, PlanError};
use crate::drawn;
use crate::family::{Card, Family};
use crate::looks;
use expert::Expert;
use kinds::Kind;
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Freedom, Joint, Material, Mechanism, Observe, Quantity, World};
use track::{Law, Start, Track};

const TASK: &str = "let it go on the slope so that it stops in the green bin";
/// Height of the level run above the floor, m.
const TOP_M: f32 = 0.18;
/// Length of the level run, m.
const RUN_M: f32 = 1.25;
/// Length of the straight slope, m.
const SLOPE_M: f32 = 1.15;
/// How far up the slope the hand can be, m.
const REACH_M: [f32; 2] = [0.03, 1.0];
/// Half of the bin's length, m.
const BIN_HALF_M: f32 = 0.10;
const HAND_SPEED_MPS: f32 = 0.8;
/// The speed with which a block is let go that would stay where it is at rest, m/s, and the way on which it gets that, m.
const PUSH_MPS: f32 = 0.35;
const PUSH_WAY_M: f32 = 0.08;
/// Below this speed a block has its static friction, m/s: what lands half a millimetre lower comes to rest.
const STICKS_MPS: f32 = 0.1;
/// Friction of the track's own material.
const TRACK_FRICTION: f32 = 0.5;
/// Friction of the material of what rolls, which does not slip.
const ROLLING_FRICTION: f32 = 1.5;
/// The kinds that roll.
const ROLLING: &[&str] = &["ball", "flywheel", "disc", "hoop", "cored_ball"];
/// The ways to spin.
const SPINS: &[&str] = &["top", "back"];
/// The hand's half height, m.
const HAND_HALF_M: f32 = 0.03;

/// The family.
pub struct RampConstants;

impl Family for RampConstants {
    fn card(&self) -> Card {
        Card {
            name: "ramp_constants".into(),
            title: "Ramp and constants".into(),
            question: "How far does it go, and which gravity, friction and inertia does that tell?".into(),
            doc: "A slope bends into a level run that ends in the open. A hand on a rail along the slope holds a ball, \
                  flywheel, disc, hoop or block, moves it up or down and lets it go, at rest or with a push. Gravity, slope, \
                  static and kinetic friction of blocks, rolling resistance (damping of the rotation), size and \
                  density differ; out of distribution some balls have a heavy core that cannot be seen. Beside what rolls \
                  there may be a rival on a lane of its own that is let go with it, as heavy, with another inertia: the same to \
                  look at, or a hoop beside a disc. What rolls alone may be let go with a spin, as it rolls down or against \
                  that: it slips until it rolls. The mechanism `finish` tells, in its telemetry, who came to the level run \
                  first, and when both did."
                .into(),
            tasks: vec![TASK.into()],
            success: "The body is free and at rest (below 0.03 m/s) in the bin. Terminates when it has fallen off the \
                      track."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::choice(
                "object_kind",
                "What is let go. A `disc` has solid wheels and an inertia of half its mass times the square of the radius on which it \
                 rolls, a `hoop` rings and all of that; a `cored_ball` looks as a ball does.",
                &["ball", "flywheel", "block", "disc", "hoop"],
                &["cored_ball"],
            ),
            FactorSpec::real(
                "object_size_m",
                "m",
                "Radius, or half the length of a block; wheels are a tenth larger.",
                Dist::uniform(0.08, 0.11).ood(0.06, 0.075),
            ),
            FactorSpec::real(
                "object_density_kgpm3",
                "kg/m^3",
                "Density, of which the way does not depend.",
                Dist::log_uniform(200.0, 1500.0),
            ),
            FactorSpec::real(
                "slope_deg",
                "degrees",
                "Angle of the slope.",
                Dist::uniform(14.0, 26.0).ood(28.0, 36.0),
            ),
            FactorSpec::real(
                "gravity_mps2",
                "m/s^2",
                "Gravity.",
                Dist::uniform(4.0, 12.0).ood(14.0, 20.0),
            ),
            FactorSpec::real(
                "block_friction",
                "",
                "Kinetic friction between a block and the track.",
                Dist::uniform(0.07, 0.16).ood(0.18, 0.26),
            )
            .where_is("object_kind", &["block"]),
            FactorSpec::real(
                "static_friction",
                "",
                "Static friction between a block and the track; where that is more than the tangent of the slope, it must be \
                 let go with a push. At least the kinetic one; it acts below 0.1 m/s.",
                Dist::uniform(0.16, 0.5).ood(0.6, 0.9),
            )
            .where_is("object_kind", &["block"]),
            FactorSpec::real(
                "rolling_damping_per_s",
                "1/s",
                "Damping of the rotation of what rolls.",
                Dist::uniform(2.5, 5.0).ood(1.6, 2.2),
            )
            .where_is("object_kind", ROLLING),
            FactorSpec::real(
                "bend_radius_m",
                "m",
                "Radius of the bend between slope and level run.",
                Dist::uniform(0.3, 0.45).ood(0.6, 0.9),
            ),
            FactorSpec::choice(
                "rival",
                "Whether something that weighs the same is let go with it, on a lane beside: what looks the same, or, beside a disc \
                 or hoop, the other of these two.",
                &["none", "beside", "other_wheel"],
                &[],
            )
            .where_is("object_kind", ROLLING),
            FactorSpec::count(
                "rival_cores",
                "How many hidden cores the rival has near its axis: the more, the less inertia. With 0 its mass lies as that \
                 of its kind, and they come in together; a cored ball has 12.",
                0,
                12,
                Some((16, 24)),
            )
            .where_is("object_kind", ROLLING)
            .where_is("rival", &["beside"]),
            FactorSpec::choice(
                "spin",
                "Whether it is let go with a spin about its rolling axis: none, as it rolls down (`top`), or the other way (`back`), \
                 so that it goes up at first.",
                &["none", "none", "top", "back"],
                &[],
            )
            .where_is("object_kind", ROLLING)
            .where_is("rival", &["none"]),
            FactorSpec::real(
                "spin_radps",
                "rad/s",
                "How fast it spins when it is let go, in either sense; it is held without.",
                Dist::uniform(6.0, 14.0).ood(16.0, 22.0),
            )
            .where_is("spin", SPINS),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let kind = Kind::of(&draw.word("object_kind"));
        let size = draw.real("object_size_m");
        let density = draw.real("object_density_kgpm3");
        let slope_deg = draw.real("slope_deg");
        let gravity = draw.real("gravity_mps2");
        let friction = draw.real("block_friction");
        let at_rest = draw.real("static_friction").max(friction);
        draw.came_to("static_friction", at_rest);
        let damping = draw.real("rolling_damping_per_s");
        let bend = draw.real("bend_radius_m");
        let word = draw.word("rival");
        let cores = draw.count("rival_cores");
        let rival = match (word.as_str(), kind) {
            ("none", _) | (_, Kind::Block) => None,
            ("other_wheel", Kind::Disc) => Some((Kind::Hoop, 0)),
            ("other_wheel", Kind::Hoop) => Some((Kind::Disc, 0)),
            _ => Some((kind, cores)),
        };
        let came_to = match rival {
            None => "none",
            Some((other, _)) if other != kind => "other_wheel",
            Some(_) => "beside",
        };
        draw.word_came_to("rival", came_to);
        let (spin, spin_radps) = (draw.word("spin"), draw.real("spin_radps"));
        let spin_radps = if kind == Kind::Block || rival.is_some() {
            draw.word_came_to("spin", "none");
            0.0
        } else {
            signed_spin(&spin, spin_radps)
        };
        let mut layout = draw.rng("layout");
        let mut look = draw.rng("color");

        let track = Track {
            slope_rad: slope_deg.to_radians(),
            bend_m: bend,
        };
        let (law, height) = (kind.law(size, friction, damping), kind.height_m(size));
        let push = push_for(kind, at_rest, track.slope_rad);
        let surface_mps = (spin_radps != 0.0).then_some(spin_radps * height);
        let stops = |along_m: f32| {
            let start = Start {
                along_m,
                speed_mps: push,
                surface_mps,
            };
            track.stops_at(law, gravity, height, start)
        };
        let [low, high] = REACH_M;
        // A bin that can be reached, with something to spare for what the law leaves out and for the way of a push, and a start
        // from which it is missed.
        let highest = if push > 0.0 { 0.6 } else { 0.8 } * high;
        let highest = highest.min(highest_m(law, gravity, &track, surface_mps));
        let (nearest, furthest) = (stops(low).max(0.3), stops(highest).min(RUN_M - BIN_HALF_M - 0.03));
        if nearest + 0.15 > furthest {
            return Err(PlanError::no_fit("no bin is in reach of what rolls or slides so"));
        }
        let bin = layout.uniform_f32(nearest, furthest);
        let start = (0..60)
            .map(|_| layout.uniform_f32(low, high))
            .find(|along| (stops(*along) - bin).abs() > BIN_HALF_M + 0.06)
            .ok_or_else(|| PlanError::no_fit("the bin is met from everywhere"))?;

        let mut world = World::<f32> {
            gravity_mps2: [0.0, 0.0, -gravity],
            ..World::default()
        };
        world.bodies.insert("floor".into(), looks::floor(0.25));
        let mut body = Body::new("track", Shape::Compound { parts: track.parts() })
            .fixed()
            .painted(Paint::plain(looks::WALL));
        body.material = Material {
            friction: TRACK_FRICTION,
            ..Material::default()
        };
        world.bodies.insert("track".into(), body);
        world.bodies.insert("bin".into(), bin_body(bin));

        // A block has the drawn ones; what rolls has one, and does not slip.
        let [kinetic_friction, static_friction] = match law {
            Law::Slides { friction } => [friction, at_rest].map(of_material),
            Law::Rolls { .. } => [ROLLING_FRICTION; 2],
        };
        let middle = track.on_slope(start) + track.out() * (height + 0.0005);
        let color = looks::colors(&mut look, 3)
            .into_iter()
            .find(|color| *color != looks::PALETTE[2] && *color != looks::PALETTE[6])
            .expect("two of the palette are green");
        let mut object = Body::new(
            if kind == Kind::CoredBall { "ball" } else { "object" },
            kind.shape(size),
        )
        .at([middle.x, 0.0, middle.y])
        .painted(Paint::checker(color, color.map(|part| 0.5 * part), size));
        object.rotation = Rotation::RpyDeg([0.0, slope_deg, 0.0]);
        object.material = Material {
            density_kgpm3: density,
            friction: kinetic_friction,
            ..Material::default()
        };
        if matches!(law, Law::Rolls { .. }) {
            object.angular_damping = damping;
        }
        world.bodies.insert("object".into(), object);
        if let Some(rival) = rival {
            rival::add(&mut world, kind, size, rival);
        }

        // Above all of it: wheels are higher than their rollers.
        let hand_at = middle + track.out() * (1.1 * size + HAND_HALF_M + 0.01);
        // Its frame stays parallel to the world's, as the rail wants it: only its box is turned.
        let block = Part {
            shape: Shape::Box {
                half_extents_m: [0.05, 0.06, HAND_HALF_M],
            },
            position_m: [0.0; 3],
            rotation: Rotation::RpyDeg([0.0, slope_deg, 0.0]),
            visible: true,
        };
        let mut parts = vec![block];
        if rival.is_some() {
            parts.extend(rival::arm(&parts[0]));
        }
        let mut hand = Body::new("gripper", Shape::Compound { parts })
            .at([hand_at.x, 0.0, hand_at.y])
            .untouchable()
            .painted(Paint::plain(looks::AGENT));
        hand.gravity_scale = 0.0;
        hand.material.mass_kg = Some(3.0);
        // On its rail, whatever it has at its side.
        hand.material.center_of_mass_m = rival.map(|_| [0.0; 3]);
        world.bodies.insert("hand".into(), hand);
        world.joints.insert("rail".into(), rail(&track, start, hand_at));
        world.mechanisms.insert(
            "slide".into(),
            Mechanism::Servo {
                joint: "rail".into(),
                max_velocity: HAND_SPEED_MPS,
                max_force: 400.0,
            },
        );
        world.mechanisms.insert(
            "grip".into(),
            Mechanism::Grip {
                body: "hand".into(),
                point_m: [-HAND_HALF_M * track.out().x, 0.0, -HAND_HALF_M * track.out().y],
                reach_m: 0.10,
                holds: vec!["object".into()],
                holding: Some("object".into()),
                aim: None,
                // In the hand's frame, which stays parallel to the world's.
                spin_radps: (spin_radps != 0.0).then_some([0.0, spin_radps, 0.0]),
            },
        );
        rival::add_race(&mut world, rival.is_some());
        world.mechanisms.insert(
            "stiction".into(),
            Mechanism::Stiction {
                body: "object".into(),
                static_friction,
                below_mps: STICKS_MPS,
            },
        );
        world.observe = vec![
            Observe::axes("hand", Quantity::Position, "xz"),
            Observe::new("rail", Quantity::JointVelocity),
            Observe::new("grip", Quantity::State),
            Observe::axes("bin", Quantity::Position, "x"),
        ];
        world.cameras.insert(
            "side".into(),
            Camera::looking([-0.05, -3.15, 1.5], [-0.05, 0.0, 0.3], 43.0),
        );
        world.cameras.insert(
            "end".into(),
            Camera::looking([1.75, -1.25, 1.1], [0.05, 0.0, 0.25], 50.0),
        );
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Stop {
            bin: plan.world.bodies["bin"].position_m[0],
        })
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Expert::new(plan)))
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/ramp_constants.toml")
    }
}

/// The friction of a block's material that makes this one with the track's, by the geometric mean.
fn of_material(friction: f32) -> f32 {
    friction * friction / TRACK_FRICTION
}

/// The speed down the slope with which it must be let go, m/s: 0 where it begins by itself.
fn push_for(kind: Kind, static_friction: f32, slope_rad: f32) -> f32 {
    let sticks = kind == Kind::Block && static_friction > 0.95 * libm::tanf(slope_rad);
    if sticks { PUSH_MPS } else { 0.0 }
}

/// Spin about y, rad/s: above 0 as it rolls down.
fn signed_spin(word: &str, radps: f32) -> f32 {
    match word {
        "top" => radps,
        "back" => -radps,
        _ => 0.0,
    }
}

/// How far up the slope it may be let go so that it does not go over the upper end, m, whatever its spin makes of it.
fn highest_m(law: Law, gravity_mps2: f32, track: &Track, surface_mps: Option<f32>) -> f32 {
    let climbs = law.climbs_m(gravity_mps2, track.slope_rad, surface_mps.unwrap_or(0.0));
    (SLOPE_M - climbs - 0.06).min(REACH_M[1])
}

/// The track of a drawn world.
fn track_of(plan: &WorldPlan) -> Track {
    Track {
        slope_rad: drawn::real(plan, "slope_deg").to_radians(),
        bend_m: drawn::real(plan, "bend_radius_m"),
    }
}

/// The hand's rail. Positions count from where the hand starts.
fn rail(track: &Track, start: f32, hand_at: Vec2) -> Joint<f32> {
    let up = track.up();
    Joint {
        parent: "track".into(),
        child: "hand".into(),
        anchor_parent_m: [hand_at.x, 0.0, hand_at.y],
        anchor_child_m: [0.0; 3],
        freedom: Freedom::Slider {
            axis: [up.x, 0.0, up.y],
            limits_m: Some([REACH_M[0] - start, REACH_M[1] - start]),
        },
        motor: None,
        contacts: false,
        reduced: false,
        damping: 0.0,
    }
}

/// A mark on the run between two low flags at its far side, which nothing touches.
fn bin_body(x: f32) -> Body<f32> {
    let block =
        |half_extents_m: [f32; 3], position_m: [f32; 3]| Part::new(Shape::Box { half_extents_m }, position_m);
    let parts = vec![
        block([BIN_HALF_M, 0.145, 0.022], [0.0, 0.0, -0.0195]),
        block([0.012, 0.012, 0.21], [-BIN_HALF_M, 0.24, 0.03]),
        block([0.012, 0.012, 0.21], [BIN_HALF_M, 0.24, 0.03]),
    ];
    Body::new("bin", Shape::Compound { parts })
        .fixed()
        .at([x, 0.0, TOP_M])
        .untouchable()
        .painted(Paint::plain(looks::GOAL))
}

#[derive(Clone, Copy, Debug)]
struct Stop {
    bin: f32,
}

impl Task for Stop {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let object = view.body_named("object");
        let distance = (object.position_m.x - self.bin).abs();
        let grip = view.mechanism_index("grip").expect("the family makes a grip");
        let on_run = object.position_m.z > TOP_M && object.position_m.y.abs() < 0.2;
        let rests = object.linear_velocity_mps.length() < 0.03;
        let success = distance < BIN_HALF_M && on_run && rests && view.held_by(grip).is_none();
        Outcome {
            reward: -distance,
            success,
            terminated: object.position_m.z < TOP_M - 0.03,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
