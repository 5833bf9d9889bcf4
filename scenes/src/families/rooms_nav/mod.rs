//! `rooms_nav`: find the way through a house that nobody has seen before.
//!
//! A robot on two wheels starts in one room and must get to a mark in another. Doorways are open, have a step, stairs or a ramp,
//! leaves that it pushes open, a shutter that rises or a leaf that slides aside before it, or one that a plate on the floor opens;
//! some doors are locked or jam. Boxes can be pushed, people walk about, and some furniture is taken elsewhere while the robot does not
//! see it. Beside the expert, who knows the house, there are an explorer, who goes where it has not been, one
//! who follows walls, and one who tours some places again and again.
//!
//! **Invariant:** the shortest way of every plan needs nothing but doorways that can be passed.

mod changes;
mod doorways;
mod expert;
mod factors;
mod floor_plan;
mod furniture;
mod play;
mod space;
mod wanderers;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::grid::{Grid, Obstacle};
use crate::looks;
use crate::policies::PolicyKind;
use doorways::DoorDraws;
use floor_plan::{FloorPlan, HouseDraws};
use std::sync::Arc;
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Part, Pattern, Rotation, Shape};
use terrella_spec::world::{
    Body, Camera, Lidar, Mechanism, Observe, Odometer, Physics, Preset, Quantity, World,
};

const TASK: &str = "drive to the green mark";
/// The robot's radius, m.
const ROBOT_RADIUS_M: f32 = 0.25;
/// Radius of a person, m.
const PERSON_RADIUS_M: f32 = 0.2;
/// Field of view of the robot's camera, degrees.
const EGO_FOV_DEG: f32 = 80.0;
/// A way that differs more from the wanted length is not what was wanted, m.
const FAR_OFF_M: f32 = 0.8;
/// More records than an episode has.
const EPISODE_STEPS: u32 = 100_000;
/// Within this distance of the goal it has arrived, m.
const GOAL_M: f32 = 0.5;
/// How far the robot, and who acts for it, sees, m.
const SIGHT_M: f32 = 8.0;
/// The word of the factor `drive` with which the robot goes sideways too.
const SIDEWAYS: &str = "holonomic";
/// How fast it does then, m/s.
const ASIDE_MPS: f32 = 0.7;

/// The family.
pub struct RoomsNav;

impl Family for RoomsNav {
    fn card(&self) -> Card {
        Card {
            name: "rooms_nav".into(),
            title: "Through unknown rooms".into(),
            question: "What will I see from there, and how do I get there?".into(),
            doc: "A robot on two driven wheels drives through a house of 2 to 8 rooms (up to 20 out of distribution) to a \
                  mark in another room. With `factors.drive = \"holonomic\"` it goes sideways too, and the action is (vx, vy, omega) in its \
                  own frame instead of (v, omega). Doorways are open, have a step, stairs or a ramp, leaves that the robot pushes open, \
                  a shutter that rises or a leaf that slides aside while the robot is on the dark mat before it, or one that rises \
                  for good once the robot was on a plate of its colour, of which one lies in each of the two rooms, in some houses \
                  a second later; red doors are locked, and some that look as if they swung are jammed. Furniture \
                  stays, but for as many pieces as `change_count` says: once the robot has seen such a piece, and then has not for 2 s, it \
                  is taken elsewhere in its room, and stands still whenever the robot sees it; `rearranger` in the sensor `telemetry` tells \
                  when, which body (its number in `body_names`), and how many changes the robot has not seen yet. Checkered boxes can be pushed, people walk their rounds and stop before the robot. The agent \
                  has noisy odometry, a bumper, the goal in its own frame, a lidar of 128 beams and a camera; the camera \
                  `goal` shows, in one picture of the start, what the robot's would see at the mark. `robot.step` tells how \
                  the robot truly went since the last record, in its own frame: the action (dx, dy, dyaw) that models of \
                  navigation learn from. For SPL, `drive.way` in the sensor `telemetry` is how far it has gone, m, and the factor `shortest_path_m` the length of \
                  the shortest way at the start, on a grid of 0.1 m, pulled straight, without the ways to plates: an episode that is \
                  solved after `way` counts shortest_path_m / max(shortest_path_m, way), another one 0."
                .into(),
            tasks: vec![TASK.into()],
            success: "The robot's centre is within 0.5 m of the mark's. Never terminates.".into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        factors::all()
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let layout = draw.word("layout");
        let mut rooms = draw.count("room_count");
        if layout == "pinwheel" && rooms < floor_plan::PINWHEEL_ROOMS {
            rooms = floor_plan::PINWHEEL_ROOMS;
            draw.count_came_to("room_count", rooms);
        }
        // Walls meet on a grid of 0.1 m.
        let door_width_m = 0.1 * libm::roundf(10.0 * draw.real("door_width_m"));
        draw.came_to("door_width_m", door_width_m);
        let house = HouseDraws {
            layout: &layout,
            rooms,
            room_area_m2: draw.real("room_area_m2"),
            door_width_m,
            loop_share: draw.real("loop_share"),
        };
        let mut rng = draw.rng("house");
        let plan = floor_plan::house(&house, &mut rng)?;
        let doors = DoorDraws {
            mass_kg: draw.real("door_mass_kg"),
            friction_nm: draw.real("hinge_friction_nm"),
            closer_nmprad: draw.real("closer_nmprad"),
        };
        let locked_share = draw.real("locked_share");
        let jammed_share = draw.real("jammed_share");
        let kinds = draw.words("doorway_kind", plan.doorways.len());
        let spare: Vec<usize> = (0..kinds.len())
            .filter(|index| !plan.doorways[*index].needed)
            .collect();
        let mut kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        let shut = floor_plan::some_of(&spare, locked_share, &mut rng);
        for index in &shut {
            kinds[*index] = "locked";
        }
        for index in floor_plan::some_of(&shut, jammed_share, &mut draw.rng("jammed")) {
            kinds[index] = "jammed";
        }
        for (kind, door) in kinds.iter_mut().zip(&plan.doorways) {
            if *kind == "sliding" && !doorways::can_slide(&plan, door) {
                *kind = "shutter";
            }
        }
        draw.words_came_to("doorway_kind", &kinds);
        if shut.len() < 2 {
            draw.changes_nothing("jammed_share");
        }
        // Of one, the nearest whole number is the same within and without the ranges of training.
        if spare.len() < 2 {
            draw.changes_nothing("loop_share");
            draw.changes_nothing("locked_share");
        }

        let mut world = World::<f32> {
            physics: Physics {
                preset: Preset::Fast,
                step_hz: None,
            },
            ..World::default()
        };
        furniture::add_floors(
            &mut world,
            &plan,
            draw.real("floor_field_m"),
            &mut draw.rng("floors"),
        );
        world.bodies.insert("robot".into(), robot());
        world.bodies.insert("goal".into(), goal());
        world.mechanisms.insert("drive".into(), drive(draw));
        doorways::add_walls(&mut world, &plan, doorways::wall_color(draw.real("wall_tone")));
        for (index, (door, kind)) in plan.doorways.iter().zip(&kinds).enumerate() {
            doorways::add(&mut world, index, door, kind, &doors);
        }
        let set = draw.word("furniture_set");
        let mut layout_rng = draw.rng("furniture");
        let clutter = draw.real("clutter");
        if furniture::add_furniture(&mut world, &plan, &set, clutter, &mut layout_rng) == 0 {
            draw.changes_nothing("furniture_set");
            draw.changes_nothing("clutter");
        }

        let mut grid = space::grid(&world);
        let mut plate_rng = draw.rng("plates");
        for door in kinds.iter().copied().enumerate() {
            if doorways::PLATED.contains(&door.1) {
                doorways::add_plates(&mut world, door, &plan, &grid, &mut plate_rng)?;
            }
        }
        let room_of = |place: Vec2| plan.rooms.iter().position(|room| room.contains(place));
        let wanted = draw.real("shortest_path_m");
        let mut errand_rng = draw.rng("errand");
        let clear_of_doors = |place: Vec2| {
            let far = plan.doorways.iter().all(|door| door.at.distance(place) > 1.1);
            if far { room_of(place) } else { None }
        };
        let (start, goal, length) = space::errand(
            &grid,
            ROBOT_RADIUS_M + 0.05,
            wanted,
            clear_of_doors,
            &mut errand_rng,
        )?;
        draw.came_to("shortest_path_m", length);
        if (length - wanted).abs() > FAR_OFF_M {
            draw.changes_nothing("shortest_path_m");
        }
        world.bodies["goal"].position_m = [goal.x, goal.y, 0.006];
        let robot = &mut world.bodies["robot"];
        robot.position_m = [start.x, start.y, ROBOT_RADIUS_M + 0.01];
        robot.rotation = Rotation::RpyDeg([0.0, 0.0, errand_rng.uniform_f32(-180.0, 180.0)]);

        let height = draw.real("camera_height_m");
        let ends = [start, goal];
        add_boxes(&mut world, draw, &plan, &mut grid, ends)?;
        changes::add(&mut world, draw, &plan, &mut grid, ends, eye_m(height));
        add_people(&mut world, draw, &plan, &kinds, grid, ends)?;
        world.observe = vec![
            Observe::new("drive", Quantity::Odometry),
            Observe::axes("goal", Quantity::Position, "xy").seen_from("robot"),
            Observe::new("drive", Quantity::State),
            Observe::new("robot", Quantity::Step),
        ];
        let sun = draw.real("sun_deg").to_radians();
        world.light.sun_direction = [0.6 * libm::cosf(sun), 0.6 * libm::sinf(sun), 1.0];
        world.light.sun_share = draw.real("sun_share");
        add_sensors(&mut world, &plan, height);
        let yaw = draw
            .rng("goal_view")
            .uniform_f32(-std::f32::consts::PI, std::f32::consts::PI);
        world
            .cameras
            .insert("goal".into(), goal_camera(goal, yaw, height));
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Errand::new(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(expert::Expert::new(plan)))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        wanderers::POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/rooms_nav.toml")
    }
}

/// A disc whose front and back differ in colour. A ball that nobody sees is what touches floors and walls.
fn robot() -> Body<f32> {
    let mut ball = Part::new(
        Shape::Ball {
            radius_m: ROBOT_RADIUS_M,
        },
        [0.0; 3],
    );
    ball.visible = false;
    let disc = Shape::Cylinder {
        radius_m: ROBOT_RADIUS_M,
        half_height_m: 0.11,
    };
    let parts = vec![ball, Part::new(disc, [0.0, 0.0, -0.12])];
    let paint = Paint {
        pattern: Pattern::Stripes,
        ..Paint::checker([0.95, 0.40, 0.10], looks::AGENT, 10.0)
    };
    Body::new("robot", Shape::Compound { parts })
        .kinematic()
        .painted(paint)
}

fn goal() -> Body<f32> {
    let shape = Shape::Cylinder {
        radius_m: GOAL_M,
        half_height_m: 0.004,
    };
    Body::new("goal", shape)
        .fixed()
        .untouchable()
        .painted(Paint::plain([0.10, 0.72, 0.25]))
}

fn drive(draw: &mut Draw<'_>) -> Mechanism<f32> {
    let aside = draw.word("drive") == SIDEWAYS;
    let noise = draw.real("odometry_noise_rad");
    Mechanism::DiffDrive {
        body: "robot".into(),
        max_speed_mps: 1.0,
        max_lateral_mps: if aside { ASIDE_MPS } else { 0.0 },
        max_yaw_radps: 2.0,
        max_acceleration_mps2: 2.0,
        max_acceleration_radps2: 8.0,
        mass_kg: None,
        push_force_n: 80.0,
        climb_m: 0.05,
        reach_m: 0.3,
        slip: draw.real("slip"),
        veer_radpm: 0.0,
        stiction_mps: 0.0,
        track_m: 0.4,
        delay_secs: None,
        odometer: Odometer {
            scale_error: draw.real("odometry_scale_error"),
            bias_radpm: 0.0,
            noise_m: noise,
            noise_rad: noise,
            seed: draw.real("odometry_seed"),
        },
    }
}

/// Speeds ahead (m/s), to the left (m/s) and of turning (rad/s) as the action of a robot that may not go sideways.
fn tell(action: &mut [f32], speeds: [f32; 3]) {
    let [ahead, left, yaw] = speeds;
    match action {
        [v, omega] => (*v, *omega) = (ahead, yaw),
        _ => action.copy_from_slice(&[ahead, left, yaw]),
    }
}

fn add_boxes(
    world: &mut World<f32>,
    draw: &mut Draw<'_>,
    plan: &FloorPlan,
    grid: &mut Grid,
    ends: [Vec2; 2],
) -> Result<(), PlanError> {
    let masses = {
        let count = draw.count("box_count");
        draw.reals("box_mass_kg", count)
    };
    let mut rng = draw.rng("boxes");
    let colors = looks::colors(&mut draw.rng("box_colors"), masses.len());
    for (index, (mass, color)) in masses.into_iter().zip(colors).enumerate() {
        let half = rng.uniform_f32(0.17, 0.22);
        let fits = |place: Vec2| {
            let doors = plan.doorways.iter().all(|door| door.at.distance(place) > 1.2);
            doors && ends.iter().all(|end| end.distance(place) > 0.9)
        };
        // Where it leaves a way past it, if there is such a place.
        let place = [2.0 * ROBOT_RADIUS_M + 0.05, 0.05]
            .into_iter()
            .find_map(|room| furniture::free_place(grid, 1.42 * half + room, &mut rng, fits));
        let place = place.ok_or_else(|| PlanError::no_fit("the boxes do not fit into the rooms"))?;
        let yaw = rng.uniform_f32(0.0, 90.0);
        world.bodies.insert(
            format!("box_{index}"),
            furniture::loose_box(place, half, mass, color, yaw),
        );
        grid.put(&Obstacle::Disc(place, 1.42 * half));
    }
    Ok(())
}

/// People, and the rounds that they walk: through open doorways only.
fn add_people(
    world: &mut World<f32>,
    draw: &mut Draw<'_>,
    plan: &FloorPlan,
    kinds: &[&str],
    mut grid: Grid,
    ends: [Vec2; 2],
) -> Result<(), PlanError> {
    let speeds = {
        let count = draw.count("stroller_count");
        draw.reals("stroller_speed_mps", count)
    };
    let mut rng = draw.rng("people");
    for (door, _) in plan
        .doorways
        .iter()
        .zip(kinds)
        .filter(|(_, kind)| **kind != "open")
    {
        // Out of the way of what swings there.
        grid.put(&Obstacle::Disc(door.at, door.width_m));
    }
    for (index, speed) in speeds.into_iter().enumerate() {
        // Nobody stands at the goal or at the start: the robot would wait for ever.
        let fits = |place: Vec2| ends.iter().all(|end| end.distance(place) > 1.4);
        let round = space::round(&grid, PERSON_RADIUS_M + 0.1, &mut rng, fits);
        let (start, waypoints_m) = round.ok_or_else(|| PlanError::no_fit("nobody can walk about here"))?;
        let name = format!("person_{index}");
        let shape = Shape::Capsule {
            radius_m: PERSON_RADIUS_M,
            half_height_m: 0.6,
        };
        let paint = Paint {
            pattern: Pattern::Stripes,
            ..Paint::checker([0.92, 0.25, 0.55], [0.96, 0.80, 0.66], 10.0)
        };
        let person = Body::new("person", shape)
            .kinematic()
            .at([start.x, start.y, PERSON_RADIUS_M + 0.6 + 0.02])
            .painted(paint);
        world.bodies.insert(name.clone(), person);
        grid.put(&Obstacle::Disc(start, PERSON_RADIUS_M));
        world.mechanisms.insert(
            format!("walk_{index}"),
            Mechanism::Stroller {
                body: name,
                waypoints_m,
                speed_mps: speed,
                pause_secs: rng.uniform_f32(0.3, 2.0),
                stop_m: 0.5,
                patience_secs: 3.0,
            },
        );
    }
    Ok(())
}

/// What the robot's camera would see from the goal, turned by this yaw: one picture, taken at the start.
fn goal_camera(goal: Vec2, yaw: f32, height: f32) -> Camera<f32> {
    let way = Vec2::new(libm::cosf(yaw), libm::sinf(yaw));
    let at = |ahead: f32, height: f32| (goal + way * ahead).extend(height).to_array();
    Camera {
        every: EPISODE_STEPS,
        outputs: Some(vec!["rgb".into()]),
        ..Camera::looking(at(0.1, height), at(1.1, height - 0.1), EGO_FOV_DEG)
    }
}

/// Height of the robot's camera over its origin, m.
fn eye_m(camera_height_m: f32) -> f32 {
    camera_height_m - ROBOT_RADIUS_M - 0.01
}

fn add_sensors(world: &mut World<f32>, plan: &FloorPlan, camera_height_m: f32) {
    let height = eye_m(camera_height_m);
    let ego = Camera {
        mount: Some("robot".into()),
        ..Camera::looking([0.1, 0.0, height], [1.1, 0.0, height - 0.1], EGO_FOV_DEG)
    };
    let side = plan.half.max_element() + 0.15;
    let high = 4.0 * side;
    let top = Camera {
        up: [0.0, 1.0, 0.0],
        ..Camera::looking(
            [0.0, 0.0, high],
            [0.0; 3],
            2.0 * libm::atanf(side / (high - 0.7)).to_degrees(),
        )
    };
    world.cameras.insert("ego".into(), ego);
    world.cameras.insert("top".into(), top);
    let lidar = Lidar {
        mount: Some("robot".into()),
        position_m: [0.0, 0.0, 0.03],
        beams: 128,
        range_m: 8.0,
        ..Lidar::default()
    };
    world.lidars.insert("scan".into(), lidar);
}

/// Rewards every metre by which the way to the goal becomes shorter.
#[derive(Clone)]
struct Errand {
    grid: Arc<Grid>,
    /// Length of the way from each cell to the goal, m.
    lengths: Arc<Vec<f32>>,
    goal: Vec2,
    last: Option<f32>,
}

impl Errand {
    fn new(plan: &WorldPlan) -> Errand {
        let grid = space::grid(&plan.world);
        let [x, y, _] = plan.world.bodies["goal"].position_m;
        let goal = Vec2::new(x, y);
        let ways = grid.ways(goal, ROBOT_RADIUS_M, 1);
        let lengths = (0..grid.len())
            .map(|cell| {
                if ways.reach(cell) {
                    ways.cost_m(cell)
                } else {
                    f32::INFINITY
                }
            })
            .collect();
        Errand {
            lengths: Arc::new(lengths),
            grid: Arc::new(grid),
            goal,
            last: None,
        }
    }

    /// Length of the way that is left, m: over the best of the cells about a place.
    fn left_m(&self, here: Vec2) -> Option<f32> {
        let around = [-0.2, -0.1, 0.0, 0.1, 0.2_f32];
        let cells = around
            .into_iter()
            .flat_map(|x| around.map(|y| self.grid.cell(here + Vec2::new(x, y))));
        let least = cells
            .map(|cell| self.lengths[cell] + self.grid.center(cell).distance(here))
            .fold(f32::INFINITY, f32::min);
        least.is_finite().then_some(least)
    }
}

impl Task for Errand {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let here = view.body_named("robot").position_m.truncate();
        let left = self.left_m(here).or(self.last);
        let reward = match (self.last, left) {
            (Some(last), Some(left)) => last - left,
            _ => 0.0,
        };
        self.last = left;
        Outcome {
            reward,
            success: here.distance(self.goal) < GOAL_M,
            terminated: false,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}
