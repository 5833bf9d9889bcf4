//! `twin_site`: a small warehouse and its digital twin.
//!
//! Robots on two wheels drive under loads among racks, lift them, and bring them through a shutter to their places. The
//! factor `twin` says whether the world is the ideal one or the "real" one, in which wheels slip and veer, small commands
//! do nothing, commands come late, odometry is biased and the elevator is slow: the factors `real.*`.
//!
//! **Invariant:** with one seed, both twins are equal but for the parameters of the drives, their wear and the elevator's speed.

mod elevator;
mod expert;
mod fleet;
mod orders;
mod play;
mod site;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use orders::{Orders, lift_state};
use site::ROBOTS;
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::{Camera, Mechanism, Motion, Observe, Physics, Preset, Quantity, World};

const TASK: &str = "bring each load to the place of its colour, without a collision";
/// How near a robot must stand to the middle of a load or of its place, m.
const WITHIN_M: f32 = 0.12;

/// The family.
pub struct TwinSite;

impl Family for TwinSite {
    fn card(&self) -> Card {
        Card {
            name: "twin_site".into(),
            title: "A warehouse and its twin".into(),
            question: "How does the real site differ from its model, and what would the same commands do there?".into(),
            doc: "Three robots on two wheels in a small warehouse, of which one to three are in service and as many at most have an \
                  order; dark ones are out of service and stand in their bays, whatever they are told. Orders come in one after another, that of the \
                  first robot first: `orders` in the observation tells how many there are, and in the sensor `telemetry` how many are delivered, \
                  how many that is an hour, and how long they took. Each with an order drives \
                  through the shutter into the storage hall, under the load of its colour, stands until that is \
                  lifted, brings it to the place of its colour, and stands until it is set down. One of the three \
                  places is an elevator: what is set down there belongs on the upper level, and goes up once the robot \
                  is out from under it and `elevator.call` is at 0.5 or more. Loads weigh, and a robot that carries one is slower to start, to stop and to \
                  turn. The factor `twin` \
                  picks the ideal site or the `real` one: the same site, with slipping and veering wheels, friction in \
                  the drive, late commands, weaker motors, biased odometry, a slower elevator, and wheels that wear, so that they slip \
                  more and more, until somebody maintains them: the factors `real.*`, which the ideal \
                  twin draws too and does not use. With `healthy_twins` and `factors.twin = \"real\"` each episode on the real site is \
                  followed by its twin: the ideal site from the same seed, under the very same actions. Record the sensors \
                  `telemetry` (what drives, lifters and elevator report) and `faults` (the wear)."
                .into(),
            tasks: vec![TASK.into()],
            success: "Every load stands at its place, that of the elevator on the upper level, and nothing has collided. Terminates at the first collision: a robot \
                      that runs into something, or a carried load that does."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        factors()
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let real = draw.word("twin") == "real";
        let drive = fleet::drive(draw, real);
        let wear = fleet::wear(draw, real);
        let robots = draw.count("robot_count");
        let orders = draw.count("order_count").min(robots);
        draw.count_came_to("order_count", orders);
        let racks = draw.count("rack_count");
        let door_x = draw.real("door_x_m");
        let elevator_x = match draw.word("elevator_at").as_str() {
            "west" => site::PLACES_X_M[0],
            "middle" => site::PLACES_X_M[1],
            _ => site::PLACES_X_M[2],
        };
        let rise_m = draw.real("elevator_rise_m");
        let loss = draw.real("real.elevator_loss");
        let elevator_mps = draw.real("elevator_speed_mps") * if real { 1.0 - loss } else { 1.0 };
        let mut rng = draw.rng("site");
        let (bays, places) = (site::bays(&mut rng), site::places(elevator_x, &mut rng));

        let mut world = World::<f32> {
            physics: Physics {
                preset: Preset::Fast,
                step_hz: None,
            },
            ..World::default()
        };
        world
            .bodies
            .insert("floor".into(), looks::floor(draw.real("floor_field_m")));
        for (index, bay) in bays.into_iter().enumerate() {
            let name = format!("amr_{index}");
            let yaw = rng.uniform_f32(-180.0, 180.0);
            let serves = index < robots;
            world
                .bodies
                .insert(name.clone(), site::robot(index, bay, yaw, serves));
            world.mechanisms.insert(
                format!("drive_{index}"),
                fleet::of_robot(&drive, index, name, serves),
            );
            if serves {
                let wear = fleet::wear_of(&wear, index);
                world.faults.insert(format!("wear_{index}"), wear);
            }
        }
        let drives: Vec<String> = (0..ROBOTS).map(|index| format!("drive_{index}")).collect();
        site::add_halls(&mut world, door_x, &drives);
        let layout = draw.word("rack_layout");
        let aisles = site::add_racks(&mut world, racks, &layout, &mut draw.rng("racks"));
        let masses = draw.reals("load_mass_kg", orders);
        let slots = site::slots(&aisles, orders, &mut rng)?;
        for (index, place) in places.into_iter().enumerate() {
            let mut loads = Vec::new();
            if let Some(slot) = slots.get(index) {
                let name = format!("load_{index}");
                world
                    .bodies
                    .insert(name.clone(), site::load(index, *slot, masses[index]));
                world
                    .bodies
                    .insert(format!("place_{index}"), site::place(index, place));
                loads.push(name);
            }
            let places_m = loads.iter().map(|_| place.to_array()).collect();
            world.mechanisms.insert(
                format!("lift_{index}"),
                Mechanism::Lifter {
                    body: format!("amr_{index}"),
                    loads,
                    places_m,
                    within_m: WITHIN_M,
                    lift_m: 0.05,
                },
            );
        }
        let gaps = draw.reals("order_gap_secs", orders - 1);
        let mut arrives = 0.0;
        let mut arrive_secs = vec![arrives];
        for gap in gaps {
            arrives += gap;
            arrive_secs.push(arrives);
        }
        let lifters = (0..orders).map(|index| format!("lift_{index}")).collect();
        let book = Mechanism::Orders { lifters, arrive_secs };
        world.mechanisms.insert(orders::BOOK.into(), book);
        let robots = (0..ROBOTS).map(|index| format!("amr_{index}")).collect();
        elevator::add(&mut world, elevator_x, rise_m, elevator_mps, robots);
        for index in 0..ROBOTS {
            let drive = format!("drive_{index}");
            world.observe.push(Observe::new(&drive, Quantity::Odometry));
            world.observe.push(Observe::new(&drive, Quantity::Feedback));
            world.observe.push(Observe::new(&drive, Quantity::State));
            world
                .observe
                .push(Observe::new(&format!("lift_{index}"), Quantity::State));
        }
        world.observe.push(Observe::new(elevator::NAME, Quantity::State));
        world.observe.push(Observe::new(orders::BOOK, Quantity::State));
        let sun = draw.real("sun_deg").to_radians();
        world.light.sun_direction = [0.5 * libm::cosf(sun), 0.5 * libm::sinf(sun), 1.0];
        let top = Camera {
            up: [0.0, 1.0, 0.0],
            ..Camera::looking([0.0, 0.0, 16.0], [0.0; 3], 30.5)
        };
        world.cameras.insert("top".into(), top);
        let gate = Camera::looking([3.7, -3.4, 4.6], [-0.3, 0.3, 0.0], 62.0);
        world.cameras.insert("gate".into(), gate);
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Orders::new(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(expert::Dispatcher::new(plan)))
    }

    fn healthy_twin(&self, plan: WorldPlan) -> WorldPlan {
        fleet::ideal(plan)
    }

    fn twin_intervention(&self) -> &'static str {
        "ideal twin: the site without its deviations `real.*`"
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/twin_site.toml")
    }
}

/// The policy of this family.
static POLICIES: &[PolicyKind] = &[crate::play::kind(
    "Chains random subgoals: robots drive to random places, take their loads and carry them about, and the elevator is called at random.",
    |_, plan, spec| with_noise(play::Errands::new(expert::Dispatcher::new(plan)), spec),
)];

fn factors() -> Vec<FactorSpec> {
    let real = FactorSpec::real;
    vec![
        FactorSpec::choice(
            "twin",
            "Which twin: the ideal one, or the one with the perturbations `real.*`.",
            &["ideal", "real"],
            &[],
        ),
        FactorSpec::count(
            "robot_count",
            "Robots in service; the others stand in their bays.",
            1,
            3,
            None,
        ),
        FactorSpec::count(
            "order_count",
            "Robots with an order, and so loads; no more than are in service.",
            1,
            3,
            None,
        ),
        real(
            "order_gap_secs",
            "s",
            "Time between an order and the next one; the first is there at the start.",
            Dist::uniform(0.0, 10.0).ood(12.0, 16.0),
        )
        .for_each()
        .where_at_least("order_count", 2),
        FactorSpec::count("rack_count", "Racks in the storage hall.", 2, 3, Some((4, 4))),
        FactorSpec::choice(
            "rack_layout",
            "How the racks stand: with aisles of one width, with aisles of several, or every second one shorter; with an aisle across all \
             of them out of distribution.",
            &site::LAYOUTS,
            &site::LAYOUTS_OOD,
        ),
        real(
            "load_mass_kg",
            "kg",
            "Mass of each load, which nobody sees: a robot of 60 kg that carries it speeds up and slows down the more slowly, in proportion.",
            Dist::log_uniform(5.0, 40.0).ood(60.0, 90.0),
        )
        .for_each(),
        real(
            "door_x_m",
            "m",
            "Where the door is along its wall.",
            Dist::uniform(-1.6, 1.6),
        ),
        FactorSpec::choice(
            "elevator_at",
            "Which of the three places is the elevator.",
            &["west", "middle", "east"],
            &[],
        ),
        real(
            "elevator_rise_m",
            "m",
            "How high the upper level is.",
            Dist::uniform(0.9, 1.3).ood(1.4, 1.7),
        ),
        real(
            "elevator_speed_mps",
            "m/s",
            "Speed of the elevator.",
            Dist::uniform(0.2, 0.4).ood(0.12, 0.17),
        ),
        real(
            "real.slip",
            "",
            "Share of the wheels' motion that is lost.",
            Dist::uniform(0.0, 0.12).ood(0.16, 0.25),
        )
        .where_is("twin", &["real"]),
        real(
            "real.veer_radpm",
            "rad/m",
            "How far a robot turns to the left for each metre driven.",
            Dist::uniform(-0.08, 0.08).ood(0.10, 0.16),
        )
        .where_is("twin", &["real"]),
        real(
            "real.stiction_mps",
            "m/s",
            "Friction of the drive: wheels told to roll more slowly stand.",
            Dist::uniform(0.0, 0.05).ood(0.06, 0.08),
        )
        .where_is("twin", &["real"]),
        real(
            "real.delay_secs",
            "s",
            "How late commands come.",
            Dist::uniform(0.0, 0.2).ood(0.25, 0.35),
        )
        .where_is("twin", &["real"]),
        real(
            "real.motor_loss",
            "",
            "Share of the acceleration that is missing.",
            Dist::uniform(0.0, 0.4).ood(0.5, 0.6),
        )
        .where_is("twin", &["real"]),
        real(
            "real.odometry_scale_error",
            "",
            "Error of the odometry's distances, as a share.",
            Dist::uniform(-0.05, 0.05).ood(0.08, 0.12),
        )
        .where_is("twin", &["real"]),
        real(
            "real.odometry_bias_radpm",
            "rad/m",
            "Bias of the odometry's heading for each metre driven.",
            Dist::uniform(-0.03, 0.03).ood(0.05, 0.08),
        )
        .where_is("twin", &["real"]),
        real(
            "real.odometry_noise",
            "",
            "Random error of the odometry after a metre, m and rad.",
            Dist::uniform(0.0, 0.02).ood(0.03, 0.05),
        )
        .where_is("twin", &["real"]),
        real(
            "real.elevator_loss",
            "",
            "Share of the elevator's speed that is missing.",
            Dist::uniform(0.0, 0.3).ood(0.4, 0.5),
        )
        .where_is("twin", &["real"]),
        real(
            "real.wear",
            "",
            "Share of the wheels' motion that is lost on top of `real.slip` when they are worn.",
            Dist::uniform(0.0, 0.15).ood(0.2, 0.3),
        )
        .where_is("twin", &["real"]),
        real(
            "real.wear_secs",
            "s",
            "How long they take to wear, from new.",
            Dist::uniform(30.0, 80.0).ood(12.0, 24.0),
        )
        .where_is("twin", &["real"]),
        FactorSpec::choice(
            "real.maintenance",
            "Whether the wheels are maintained: from then on they are as new.",
            &["none", "wheels"],
            &[],
        )
        .where_is("twin", &["real"]),
        real(
            "real.maintenance_secs",
            "s",
            "When they are maintained.",
            Dist::uniform(25.0, 60.0).ood(10.0, 20.0),
        )
        .where_is("twin", &["real"])
        .where_is("real.maintenance", &["wheels"]),
        real(
            "odometry_seed",
            "",
            "Which random errors the odometry makes.",
            Dist::uniform(0.0, 1.0),
        ),
        real(
            "floor_field_m",
            "m",
            "Width of a field of the floor.",
            Dist::uniform(0.5, 1.5),
        ),
        real(
            "sun_deg",
            "deg",
            "Where the light comes from.",
            Dist::uniform(0.0, 360.0),
        ),
    ]
}

/// Free space of the site: what stands there for good.
fn grid(plan: &WorldPlan) -> crate::grid::Grid {
    use crate::grid::{Grid, Obstacle};
    let mut grid = Grid::new(-site::HALF, site::HALF);
    let bodies = plan.world.bodies.values();
    for body in bodies.filter(|body| body.motion == Motion::Fixed && body.collides) {
        let half = match (&body.shape, body.class.as_str()) {
            (
                terrella_spec::shape::Shape::Box {
                    half_extents_m: [x, y, _],
                },
                _,
            ) => Vec2::new(*x, *y),
            (_, "rack") => site::rack_half(body),
            _ => continue,
        };
        let at = Vec2::new(body.position_m[0], body.position_m[1]);
        grid.put(&Obstacle::about(at, half));
    }
    grid
}
