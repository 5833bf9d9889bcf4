//! The task of `twin_site`: which loads are where they belong, and what has collided.

use super::elevator;
use super::site::{self, LOAD_HALF_M, ROBOT_RADIUS_M, ROBOTS};
use terrella_sim::glam::Vec3;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;

/// The mechanism that tells which orders have come in: the first of them belongs to the first robot.
pub(super) const BOOK: &str = "orders";

/// How many orders have come in.
pub(super) fn arrived(view: &StepView<'_>) -> usize {
    let book = view.mechanism_index(BOOK).expect("every site's");
    view.mechanism_state(book) as usize
}

/// Rewards metres brought nearer and loads set down; a collision ends it.
#[derive(Clone, Debug)]
pub(super) struct Orders {
    count: usize,
    /// The order whose load goes up, and how far it does, m.
    lifted: Option<usize>,
    rise_m: f32,
    /// What must not be touched, by index: walls, racks, the shutter, robots and loads.
    solid: Vec<usize>,
    left: Option<f32>,
    collided: bool,
}

impl Orders {
    pub(super) fn new(plan: &WorldPlan) -> Orders {
        let bodies = plan.world.bodies.values().enumerate();
        let solid = bodies.filter(|(_, body)| body.collides && body.class != "floor");
        Orders {
            count: plan
                .world
                .bodies
                .keys()
                .filter(|name| name.starts_with("load_"))
                .count(),
            lifted: elevator::order(plan),
            rise_m: elevator::rise_m(plan),
            solid: solid.map(|(index, _)| index).collect(),
            left: None,
            collided: false,
        }
    }

    /// How far up the load of an order still has to go, m.
    fn below_m(&self, view: &StepView<'_>, index: usize) -> f32 {
        if self.lifted != Some(index) {
            return 0.0;
        }
        // While it is carried it is a little higher, which does not count.
        if lift_state(view, index) < 1.0 {
            return self.rise_m;
        }
        let load = view.body_named(&format!("load_{index}"));
        (self.rise_m - (load.position_m.z - site::LOAD_Z_M)).clamp(0.0, self.rise_m)
    }

    /// How far each load, and the robot that is to get it, have to go, m.
    fn left_m(&self, view: &StepView<'_>) -> f32 {
        (0..self.count)
            .map(|index| {
                let flat = |name: &str| view.body_named(&format!("{name}_{index}")).position_m.truncate();
                let (robot, load, place) = (flat("amr"), flat("load"), flat("place"));
                let level = if lift_state(view, index) >= 1.0 {
                    0.0
                } else {
                    robot.distance(load) + load.distance(place)
                };
                level + self.below_m(view, index)
            })
            .sum()
    }

    fn is_collision(&self, view: &StepView<'_>) -> bool {
        (0..ROBOTS).any(|index| {
            let drive = view
                .mechanism_index(&format!("drive_{index}"))
                .expect("every site's");
            let lift = view
                .mechanism_index(&format!("lift_{index}"))
                .expect("every site's");
            let bumps = view.mechanism_state(drive) > 0.5;
            bumps
                || view
                    .held_by(lift)
                    .is_some_and(|load| self.touches(view, load, index))
        })
    }

    /// True where a corner of a carried load is inside of something.
    fn touches(&self, view: &StepView<'_>, load: usize, carrier: usize) -> bool {
        let state = view.body(load);
        let carrier = view.body_index(&format!("amr_{carrier}"));
        let corners = [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)].map(|(x, y)| {
            // At the height of a robot's middle, where its legs are.
            let corner = state.rotation * (Vec3::new(x, y, 0.0) * LOAD_HALF_M);
            (state.position_m + corner).truncate().extend(ROBOT_RADIUS_M)
        });
        self.solid
            .iter()
            .filter(|body| **body != load && Some(**body) != carrier)
            .any(|body| {
                corners
                    .iter()
                    .any(|corner| view.distance_to_body(*body, *corner) <= 0.0)
            })
    }
}

/// Loads that a robot has set down, and a half more while it carries one.
pub(super) fn lift_state(view: &StepView<'_>, index: usize) -> f32 {
    let lift = view
        .mechanism_index(&format!("lift_{index}"))
        .expect("every site's");
    view.mechanism_state(lift)
}

impl Task for Orders {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let left = self.left_m(view);
        let mut reward = self.left.map_or(0.0, |before| before - left);
        self.left = Some(left);
        if !self.collided && self.is_collision(view) {
            self.collided = true;
            reward -= 5.0;
        }
        let delivered = (0..self.count).all(|index| {
            let up =
                self.lifted != Some(index) || (elevator::is_up(view) && self.below_m(view, index) < 0.01);
            up && lift_state(view, index) >= 1.0
        });
        Outcome {
            reward,
            success: delivered && !self.collided,
            terminated: self.collided,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}
