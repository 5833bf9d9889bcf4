//! `rover_terrain`: drive or walk a rover over hills, patches that grip differently, rocks and a ditch.

mod expert;
mod ground;
mod legs;
mod play;
mod route;
mod rover;
mod torques;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::faults;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use expert::Expert;
use ground::{Ground, PATCHES, Relief, SOILS, patch_at};
use route::Route;
use rover::{Drive, Rover};
use terrella_sim::glam::{Vec2, Vec3};
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Pattern, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Combine, FaultKind, Mechanism, Observe, Quantity, World};
use torques::Torques;

const TASK: &str = "reach the flag and stay upright";
/// How near to the flag is there, m.
const THERE_M: f32 = 0.5;
/// Where the rover and the flag stand, along x, m.
const START_X_M: f32 = -3.7;
const GOAL_X_M: f32 = 3.7;
/// What keeps room around it, m: half of the rover's width and some more.
const BERTH_M: f32 = 0.48;
/// What may go wrong, in training and held out.
const FAULTS: [&str; 4] = ["none", "weak", "drag", "drift"];
const FAULTS_OOD: [&str; 3] = ["dead", "jammed", "dropout"];
/// Below the lowest ground, m: what falls off the rim stops there.
const BOTTOM_M: f32 = -3.0;

/// The family.
pub struct RoverTerrain;

impl Family for RoverTerrain {
    fn card(&self) -> Card {
        Card {
            name: "rover_terrain".into(),
            title: "Rover on rough ground".into(),
            question: "Will it slip, tip or get stuck here, seen before it is touched?".into(),
            doc: "A rover with four or six driven wheels on sprung rockers, or on four legs that a pattern generator moves, \
                  steered by the speeds of its sides or (`action = \"torques\"`) by the torques of its motors, is to reach a flag nine metres of hilly ground away. Hills, roughness, slope, rocks, a ditch with a bridge, \
                  and patches of rock, soil, sand and ice differ, and so do mass, payload, springs and motors. \
                  One motor may become weak, its bearing may rub, held out it dies or jams; the encoders may tell too high speeds, held \
                  out old ones. The sensor `faults` says when and how badly."
                .into(),
            tasks: vec![TASK.into()],
            success: "The rover's middle is within 0.5 m of the flag, and it stands on its wheels or legs. Terminates then, \
                      and when it has turned over or fallen off the ground."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        let real = FactorSpec::real;
        let uniform = Dist::uniform;
        let mut factors = vec![
            FactorSpec::choice(
                "action",
                "What the action is, for the left and for the right side. `speeds`: of the wheels, -9 to 9 rad/s, which a motor in each \
                 holds; legs walk as fast as such wheels roll. `torques`: of the motor in each wheel, -8 to 8 N m, which it gives as far as \
                 it can, until the wheel turns at 9 rad/s; no rover has legs then.",
                &["speeds"],
                &[],
            )
            .on_request(&["torques"]),
            FactorSpec::choice(
                "drive",
                "What the rover goes on.",
                &["four_wheels", "six_wheels", "legs"],
                &[],
            ),
            real(
                "hills_m",
                "m",
                "Height of the hills.",
                uniform(0.1, 0.5).ood(0.6, 0.8),
            ),
            real(
                "rough_m",
                "m",
                "Height of what is as small as a wheel.",
                uniform(0.0, 0.03).ood(0.04, 0.06),
            ),
            real(
                "slope",
                "",
                "Rise of the whole ground over its length.",
                uniform(-0.10, 0.10).ood(0.14, 0.2),
            ),
            FactorSpec::choice(
                "ditch",
                "Whether a ditch with a bridge lies across.",
                &["none", "ditch"],
                &[],
            ),
            real(
                "ditch_m",
                "m",
                "Width of the ditch.",
                uniform(0.3, 0.6).ood(0.8, 1.2),
            )
            .where_is("ditch", &["ditch"]),
            FactorSpec::count(
                "rock_count",
                "Rocks, as far as there is room for them.",
                2,
                8,
                Some((10, 14)),
            ),
            real(
                "rock_m",
                "m",
                "Size of the largest rocks: half of their width.",
                uniform(0.18, 0.32).ood(0.36, 0.45),
            )
            .where_at_least("rock_count", 1),
            FactorSpec::choice(
                "soils",
                "What the patches of the ground are made of.",
                &["rock", "soil", "sand", "ice"],
                &[],
            )
            .for_each(),
            FactorSpec::choice(
                "looks",
                "Whether the patches look like what they are; `shuffled`: each looks like any soil, whatever it is.",
                &["true"],
                &["shuffled"],
            ),
            real(
                "friction",
                "",
                "Factor on the friction of all patches.",
                uniform(0.8, 1.1).ood(0.55, 0.7),
            ),
            real(
                "mass_kg",
                "kg",
                "Mass of the chassis.",
                uniform(5.0, 9.0).ood(10.0, 13.0),
            ),
            FactorSpec::choice("payload", "Whether it carries a crate.", &["none", "crate"], &[]),
            real(
                "payload_kg",
                "kg",
                "Mass of the crate.",
                uniform(1.0, 4.0).ood(5.0, 7.0),
            )
            .where_is("payload", &["crate"]),
            real(
                "payload_height_m",
                "m",
                "Height of the crate.",
                uniform(0.12, 0.3).ood(0.36, 0.5),
            )
            .where_is("payload", &["crate"]),
            real(
                "spring_nmprad",
                "N m/rad",
                "Stiffness of the spring of each rocker; a quarter of that of each joint of a leg.",
                uniform(60.0, 160.0).ood(25.0, 45.0),
            ),
            real(
                "torque_nm",
                "N m",
                "Largest torque of each motor; those of legs have gears of 10 to 1.",
                uniform(4.0, 8.0).ood(2.5, 3.5),
            ),
        ];
        let faulty = [&FAULTS[1..], &FAULTS_OOD].concat();
        factors.extend([
            FactorSpec::choice(
                "fault",
                "What goes wrong with one wheel's motor, or with those of one leg: it becomes `weak`, its bearing rubs (`drag`), it is \
                 `dead` or `jammed`; or with the encoders of all: they tell too high speeds (`drift`), or their last ones again \
                 (`dropout`).",
                &FAULTS,
                &FAULTS_OOD,
            ),
            real(
                "fault_onset_secs",
                "s",
                "When that begins.",
                uniform(1.0, 6.0).ood(0.0, 0.8),
            )
            .where_is("fault", &faulty),
            real("fault_ramp_secs", "s", "How long it grows.", uniform(0.0, 3.0)).where_is("fault", &faulty),
            real(
                "fault_severity",
                "",
                "Where it ends: the share of the motor's torque that is lost or that the bearing takes, the speeds that are told too high \
                 by a quarter of the largest, or the share of the records that tell an old one. All of it where it is dead or jammed.",
                uniform(0.3, 0.85).ood(0.9, 1.0),
            )
            .where_is("fault", &["weak", "drag", "drift", "dropout"]),
        ]);
        factors
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let by_torques = draw.word("action") == "torques";
        let drive = match draw.word("drive").as_str() {
            "four_wheels" => Drive::FourWheels,
            "six_wheels" => Drive::SixWheels,
            _ if by_torques => return Err(PlanError::no_fit("legs have no wheels to be told torques")),
            _ => Drive::Legs,
        };
        let has_ditch = draw.word("ditch") == "ditch";
        let ditch_m = draw.real("ditch_m");
        let relief = Relief {
            hills_m: draw.real("hills_m"),
            rough_m: draw.real("rough_m"),
            slope: draw.real("slope"),
            ditch_m: if has_ditch { ditch_m } else { 0.0 },
        };
        let has_payload = draw.word("payload") == "crate";
        let payload_kg = draw.real("payload_kg");
        let rover = Rover {
            drive,
            mass_kg: draw.real("mass_kg"),
            payload_kg: if has_payload { payload_kg } else { 0.0 },
            payload_height_m: draw.real("payload_height_m"),
            spring_nmprad: draw.real("spring_nmprad"),
            torque_nm: draw.real("torque_nm"),
            by_torques,
        };
        let friction = draw.real("friction");
        let soils = draw.words("soils", PATCHES[0] * PATCHES[1]);
        let shuffled = draw.word("looks") == "shuffled";
        let (rock_count, rock_m) = (draw.count("rock_count"), draw.real("rock_m"));
        let (mut layout, mut shuffle) = (draw.rng("layout"), draw.rng("looks"));

        let ground = Ground::new(relief, &mut draw.rng("ground"));
        let start = Vec2::new(START_X_M, layout.uniform_f32(-2.0, 2.0));
        let goal = Vec2::new(GOAL_X_M, layout.uniform_f32(-2.0, 2.0));
        let mut world = World::<f32>::default();
        let bottom = Body::new("abyss", Shape::HalfSpace {})
            .fixed()
            .at([0.0, 0.0, BOTTOM_M])
            .painted(Paint::plain([0.30, 0.33, 0.38]));
        world.bodies.insert("abyss".into(), bottom);
        for row in 0..PATCHES[1] {
            for column in 0..PATCHES[0] {
                let word = &soils[row * PATCHES[0] + column];
                let soil = SOILS.iter().position(|soil| soil.name == word);
                let soil = soil.expect("a word of the factor");
                let any = shuffle.below(SOILS.len());
                let look = &SOILS[if shuffled { any } else { soil }];
                let patch = ground.patch(column, row, &SOILS[soil], look, friction);
                world.bodies.insert(format!("patch_{column}_{row}"), patch);
            }
        }
        let put = add_rocks(
            &mut world,
            &ground,
            rock_count,
            rock_m,
            &mut layout,
            [start, goal],
        );
        draw.count_came_to("rock_count", put);
        world.bodies.insert("flag".into(), flag(goal, &ground));
        if known_route(&world).left_m(start) > 40.0 {
            return Err(PlanError::no_fit("no way leads to the flag"));
        }
        let faulty = ["fl", "fr", "rl", "rr"][layout.below(4)];
        rover.add(&mut world, start.extend(highest(&ground, start) + 0.02));
        add_fault(&mut world, faulty, draw);

        world.observe = vec![
            Observe::new("chassis", Quantity::Accelerometer),
            Observe::new("chassis", Quantity::Gyro),
            Observe::new("chassis", Quantity::Rotation),
            Observe::new("chassis", Quantity::Position),
            Observe::new("chassis", Quantity::Velocity),
            Observe::new("drive", Quantity::Feedback),
            Observe::new("drive", Quantity::State),
            Observe::axes("flag", Quantity::Position, "xy"),
        ];
        // What the eyes on its mast see, and how it stands in what they see.
        let mast = Camera {
            mount: Some("chassis".into()),
            ..Camera::looking(rover::EYES_M, [1.3, 0.0, -0.25], 75.0)
        };
        world.cameras.insert("mast".into(), mast);
        let chase = Camera {
            mount: Some("chassis".into()),
            ..Camera::looking([-1.5, 0.0, 1.0], [0.9, 0.0, 0.0], 62.0)
        };
        world.cameras.insert("chase".into(), chase);
        world.cameras.insert(
            "top".into(),
            Camera::looking([0.0, -5.5, 8.5], [0.0, -0.25, 0.0], 47.0),
        );
        Ok((world, TASK.into()))
    }

    fn task(&self, _: &WorldPlan) -> Box<dyn Task> {
        Box::new(Reach { before_m: None })
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(driver(plan)))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/rover_terrain.toml")
    }
}

/// The policies of this family.
static POLICIES: &[PolicyKind] = &[crate::play::kind(
    "Chains random subgoals: drives to one random place after another.",
    |_, plan, spec| with_noise(play::Places(driver(plan)), spec),
)];

/// Who drives to the flag.
fn driver(plan: &WorldPlan) -> Expert {
    let walks = matches!(plan.world.mechanisms["drive"], Mechanism::Legs { .. });
    Expert::new(known_route(&plan.world), walks, Torques::of(plan))
}

/// What goes wrong with one wheel's motor, with those of one leg, or with the encoders, in some worlds.
fn add_fault(world: &mut World<f32>, which: &str, draw: &mut Draw<'_>) {
    let word = draw.word("fault");
    let (name, kind) = match word.as_str() {
        "weak" | "dead" => ("motor", Some(FaultKind::Weak)),
        "drag" => ("motor", Some(FaultKind::Drag)),
        "jammed" => ("motor", Some(FaultKind::Jam)),
        "drift" => ("encoders", Some(FaultKind::Drift)),
        "dropout" => ("encoders", Some(FaultKind::Dropout)),
        _ => ("", None),
    };
    if let Some(mut fault) = faults::drawn(draw, kind.map(|kind| ("drive", kind))) {
        if word == "dead" && fault.severity > 0.0 {
            fault.severity = 1.0;
            draw.came_to("fault_severity", 1.0);
        }
        let (Mechanism::Wheels { faulty, .. } | Mechanism::Legs { faulty, .. }) =
            &mut world.mechanisms["drive"]
        else {
            unreachable!("a rover has wheels or legs")
        };
        *faulty = Some(which.into());
        world.faults.insert(name.into(), fault);
    }
}

/// The best ways to the flag, as somebody knows them who knows the whole world.
fn known_route(world: &World<f32>) -> Route {
    let [x, y, _] = world.bodies["flag"].position_m;
    route_to(world, Vec2::new(x, y))
}

/// The best way to a place from everywhere.
fn route_to(world: &World<f32>, goal: Vec2) -> Route {
    let flat = |body: &Body<f32>| Vec2::new(body.position_m[0], body.position_m[1]);
    let rocks: Vec<_> = world
        .bodies
        .values()
        .filter(|body| body.class == "boulder")
        .map(|body| {
            let Shape::Ellipsoid { radii_m: [x, y, _] } = body.shape else {
                unreachable!("rocks are ellipsoids")
            };
            (flat(body), x.max(y) + BERTH_M)
        })
        .collect();
    // Legs swing out.
    let walks = matches!(world.mechanisms.get("drive"), Some(Mechanism::Legs { .. }));
    let reach_m = if walks { 0.45 } else { 0.3 };
    Route::new(&Ground::of(world), goal, &rocks, reach_m, |at| {
        let [column, row] = patch_at(at);
        world.bodies[&format!("patch_{column}_{row}")].material.friction
    })
}

/// The highest ground that a rover at this place stands on, m.
fn highest(ground: &Ground, at: Vec2) -> f32 {
    let steps = -4..=4;
    steps
        .clone()
        .flat_map(|x| steps.clone().map(move |y| Vec2::new(x as f32, y as f32)))
        .map(|offset| ground.height_m(at + 0.11 * offset))
        .fold(f32::NEG_INFINITY, f32::max)
}

/// Rocks that lie half in the ground, away from these places; tells how many there was room for.
fn add_rocks(
    world: &mut World<f32>,
    ground: &Ground,
    count: usize,
    largest_m: f32,
    rng: &mut Rng,
    away_from: [Vec2; 2],
) -> usize {
    let mut put: Vec<Vec2> = Vec::new();
    for _ in 0..20 * count {
        if put.len() == count {
            break;
        }
        let at = Vec2::new(rng.uniform_f32(-4.2, 4.2), rng.uniform_f32(-2.9, 2.9));
        let near = |other: &Vec2, room: f32| other.distance(at) < room;
        if away_from.iter().any(|place| near(place, 1.1)) || put.iter().any(|rock| near(rock, 0.9)) {
            continue;
        }
        let size = largest_m * rng.uniform_f32(0.6, 1.0);
        let radii_m = [
            size,
            size * rng.uniform_f32(0.7, 1.0),
            size * rng.uniform_f32(0.7, 1.0),
        ];
        let height = ground.height_m(at) + 0.3 * radii_m[2];
        let mut rock = Body::new("boulder", Shape::Ellipsoid { radii_m })
            .fixed()
            .at([at.x, at.y, height])
            .painted(Paint {
                pattern: Pattern::Noise,
                pattern_size_m: 0.3,
                ..Paint::checker([0.36, 0.30, 0.30], [0.22, 0.18, 0.20], 0.3)
            });
        rock.rotation = Rotation::RpyDeg([0.0, 0.0, rng.uniform_f32(-180.0, 180.0)]);
        rock.material.friction = 0.8;
        rock.material.friction_combine = Combine::Multiply;
        world.bodies.insert(format!("rock_{}", put.len()), rock);
        put.push(at);
    }
    put.len()
}

/// A pole with a ball on top, and a disc about its foot: only seen.
fn flag(at: Vec2, ground: &Ground) -> Body<f32> {
    let cylinder = |radius_m: f32, half_height_m: f32| Shape::Cylinder {
        radius_m,
        half_height_m,
    };
    let parts = vec![
        Part::new(cylinder(0.03, 0.5), [0.0, 0.0, 0.5]),
        Part::new(Shape::Ball { radius_m: 0.16 }, [0.0, 0.0, 1.05]),
        Part::new(cylinder(0.4, 0.02), [0.0, 0.0, 0.05]),
    ];
    Body::new("flag", Shape::Compound { parts })
        .fixed()
        .untouchable()
        .at([at.x, at.y, ground.height_m(at)])
        .painted(Paint::plain([0.95, 0.15, 0.55]))
}

#[derive(Clone, Copy, Debug)]
struct Reach {
    /// How far the flag was at the last record, m.
    before_m: Option<f32>,
}

impl Task for Reach {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let chassis = view.body_named("chassis");
        let flag = view.body_named("flag").position_m;
        let away = flag.truncate().distance(chassis.position_m.truncate());
        let gained = self.before_m.map_or(0.0, |before| before - away);
        self.before_m = Some(away);
        let upright = (chassis.rotation * Vec3::Z).z;
        let success = away < THERE_M && upright > 0.5;
        let lost = upright < 0.1 || chassis.position_m.z < flag.z - 1.8;
        Outcome {
            reward: gained,
            success,
            terminated: success || lost,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
