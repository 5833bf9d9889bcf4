//! Who drove well: progress along the way, comfort, collisions, and leaving the lane.

use terrella_sim::glam::{Quat, Vec2, Vec3};
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Part, Shape};
use terrella_spec::world::{Body, Mechanism};

/// The way ends so far before the end of the route's line, m.
pub(super) const OVERRUN_M: f32 = 70.0;
/// The route's line starts so far behind the ego vehicle, m.
pub(super) const RUN_UP_M: f32 = 10.0;
/// Who is farther from the middle of the lane has left it, m.
const LEAVES_M: f32 = 1.3;
/// Who is farther has left the road, m.
const OFF_ROAD_M: f32 = 3.0;
/// What is nearer than this is a collision, m.
const TOUCH_M: f32 = 0.04;
/// What discomfort costs: for each second, and m^2/s^4.
const DISCOMFORT: f32 = 0.001;

/// A rectangle on the ground, half extents in the body's frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    pub(super) index: usize,
    pub(super) half: Vec2,
    pub(super) center: Vec2,
}

/// The outline of a body's parts seen from above.
pub(super) fn outline(index: usize, body: &Body<f32>) -> Option<Outline> {
    let of = |shape: &Shape<f32>| match shape {
        Shape::Box { half_extents_m } => Some(Vec2::new(half_extents_m[0], half_extents_m[1])),
        Shape::Capsule { radius_m, .. } | Shape::Cylinder { radius_m, .. } | Shape::Cone { radius_m, .. } => {
            Some(Vec2::splat(*radius_m))
        }
        _ => None,
    };
    let (mut low, mut high) = (Vec2::INFINITY, Vec2::NEG_INFINITY);
    let whole = [Part::new(body.shape.clone(), [0.0; 3])];
    let parts = match &body.shape {
        Shape::Compound { parts } => parts.as_slice(),
        _ => &whole,
    };
    for part in parts {
        let (half, at) = (
            of(&part.shape)?,
            Vec2::new(part.position_m[0], part.position_m[1]),
        );
        (low, high) = (low.min(at - half), high.max(at + half));
    }
    Some(Outline {
        index,
        half: 0.5 * (high - low),
        center: 0.5 * (low + high),
    })
}

/// Middle, direction of x, and half extents of an outline now.
fn placed(view: &StepView<'_>, outline: &Outline) -> (Vec2, Vec2, Vec2) {
    let state = view.body(outline.index);
    let way = heading(state.rotation);
    let middle = state.position_m.truncate() + way * outline.center.x + way.perp() * outline.center.y;
    (middle, way, outline.half)
}

pub(super) fn heading(rotation: Quat) -> Vec2 {
    (rotation * Vec3::X).truncate().normalize_or(Vec2::X)
}

/// True where two rectangles come nearer than `margin`: no axis of either separates them.
fn touch(one: (Vec2, Vec2, Vec2), other: (Vec2, Vec2, Vec2), margin: f32) -> bool {
    let apart = other.0 - one.0;
    [one.1, one.1.perp(), other.1, other.1.perp()].iter().all(|axis| {
        let reach = |(_, way, half): (Vec2, Vec2, Vec2)| {
            half.x * way.dot(*axis).abs() + half.y * way.perp().dot(*axis).abs()
        };
        apart.dot(*axis).abs() < reach(one) + reach(other) + margin
    })
}

/// The judge of a drive.
#[derive(Clone, Debug)]
pub(super) struct Judge {
    route: usize,
    way_m: f32,
    ego: Outline,
    others: Vec<Outline>,
    before_m: f32,
    velocity: Vec3,
    /// False once it left its lane, touched something or left the road.
    clean: bool,
    over: bool,
    arrived: bool,
}

impl Judge {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        let world = &plan.world;
        let Mechanism::Route { points_m, .. } = &world.mechanisms["route"] else {
            unreachable!("every world of the family has a route");
        };
        let legs = points_m
            .windows(2)
            .map(|pair| (Vec3::from(pair[1]) - Vec3::from(pair[0])).length());
        let bodies = world.bodies.values().enumerate();
        let solid = |(index, body): (usize, &Body<f32>)| {
            let counts = ["car", "pedestrian", "debris", "house", "tree"].contains(&body.class.as_str());
            if counts { outline(index, body) } else { None }
        };
        let ego = world
            .bodies
            .get_index_of("ego")
            .expect("every world has an ego vehicle");
        Judge {
            route: world.mechanisms.get_index_of("route").expect("it was there"),
            way_m: legs.sum::<f32>() - OVERRUN_M,
            ego: outline(ego, &world.bodies[ego]).expect("it is made of boxes"),
            others: bodies
                .filter(|(_, body)| body.class != "ego")
                .filter_map(solid)
                .collect(),
            before_m: RUN_UP_M,
            velocity: Vec3::ZERO,
            clean: true,
            over: false,
            arrived: false,
        }
    }

    fn collides(&self, view: &StepView<'_>) -> bool {
        let ego = placed(view, &self.ego);
        self.others.iter().any(|other| {
            let there = placed(view, other);
            let near = (there.0 - ego.0).length() < ego.2.length() + there.2.length() + TOUCH_M;
            near && touch(ego, there, TOUCH_M)
        })
    }
}

impl Task for Judge {
    fn assess(&mut self, view: &StepView<'_>, action: &[f32]) -> Outcome {
        let route = view.route(self.route).expect("it is a route");
        let velocity = view.body(self.ego.index).linear_velocity_mps;
        let off_road = route.offset_m.abs() > OFF_ROAD_M;
        let ends = off_road || self.collides(view);
        self.clean = self.clean && !ends && (self.arrived || route.offset_m.abs() < LEAVES_M);
        self.arrived = self.arrived || (self.clean && route.distance_m >= self.way_m);
        let mut reward = 0.0;
        if !action.is_empty() && !self.over {
            let accelerates = (velocity - self.velocity).truncate() / view.record_secs();
            let progress = (route.distance_m.min(self.way_m) - self.before_m) / (self.way_m - RUN_UP_M);
            reward = progress - DISCOMFORT * accelerates.length_squared() * view.record_secs();
            reward -= if ends { 1.0 } else { 0.0 };
        }
        self.before_m = route.distance_m.min(self.way_m);
        self.velocity = velocity;
        self.over = self.over || ends;
        Outcome {
            reward,
            success: self.arrived && !self.over,
            terminated: self.over,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rectangles_touch_where_they_do() {
        let at = |x: f32, y: f32, way: Vec2| (Vec2::new(x, y), way, Vec2::new(2.0, 0.9));
        let own = at(0.0, 0.0, Vec2::X);
        for (other, touches) in [
            (at(3.9, 0.0, Vec2::X), true),
            (at(4.1, 0.0, Vec2::X), false),
            (at(0.0, 1.7, Vec2::X), true),
            (at(0.0, 1.9, Vec2::X), false),
            (at(2.8, 0.0, Vec2::Y), true),
            (at(3.0, 0.0, Vec2::Y), false),
            // Corner to corner: the boxes about them overlap, they do not.
            (at(3.6, 2.2, Vec2::new(1.0, -1.0).normalize()), false),
        ] {
            assert_eq!(touch(own, other, 0.0), touches, "{other:?}");
        }
    }
}
