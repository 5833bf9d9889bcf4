//! Who drove well: progress along the way, comfort, collisions, leaving the lane, and lines that are passed at red or without a halt.

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
/// What it costs to pass a line at red, or at a stop sign without a halt.
const RUNS: f32 = 0.5;
/// Who was slower than this within so much of a stop sign's line has halted, m/s and m.
const HALTS_MPS: f32 = 0.3;
const HALTS_WITHIN_M: f32 = 4.0;
/// For so long a ride may be uncomfortable altogether, s: who has to brake hard for somebody may, who drives so may not.
const UNCOMFORTABLE_SECS: f32 = 3.0;
/// The colours of a light as its mechanism shows them.
pub(super) const AMBER: f32 = 1.0;
pub(super) const RED: f32 = 2.0;

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

/// A line on the way at which one stops.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) point: Vec2,
    pub(super) way: Vec2,
    /// The mechanism of its light; none: a stop sign.
    pub(super) light: Option<usize>,
}

/// The lines on the way, in order.
pub(super) fn lines(plan: &WorldPlan) -> Vec<Line> {
    let mechanisms = &plan.world.mechanisms;
    let Mechanism::Traffic { lanes, .. } = &mechanisms["traffic"] else {
        unreachable!("every world of the family has traffic");
    };
    let lane = &lanes["route"];
    let stops = lane.stops.iter().map(|stop| {
        let (point, way) = on_lane(&lane.points_m, stop.line_m);
        let light = stop.light.as_ref();
        Line {
            point,
            way,
            light: light.map(|light| {
                mechanisms
                    .get_index_of(light)
                    .expect("lanes name lights that are there")
            }),
        }
    });
    stops.collect()
}

/// The place so far along a lane that climbs, seen from above, and the direction there.
pub(super) fn on_lane(points_m: &[[f32; 3]], along_m: f32) -> (Vec2, Vec2) {
    let mut left = along_m;
    let mut end = (Vec2::ZERO, Vec2::X);
    for leg in points_m.windows(2) {
        let (from, to) = (Vec3::from(leg[0]), Vec3::from(leg[1]));
        let length = (to - from).length();
        let way = (to - from).truncate().normalize_or(Vec2::X);
        end = (from.lerp(to, left / length).truncate(), way);
        if left <= length {
            break;
        }
        left -= length;
    }
    end
}

/// The judge of a drive.
#[derive(Clone, Debug)]
pub(super) struct Judge {
    route: usize,
    comfort: usize,
    way_m: f32,
    ego: Outline,
    others: Vec<Outline>,
    /// Those that are ahead, and the least speed near the next one, m/s.
    lines: Vec<Line>,
    slowest_mps: f32,
    before_m: f32,
    velocity: Vec3,
    /// False once it left its lane, touched something, passed a line that it must not, left the road, or was uncomfortable for too
    /// long.
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
            comfort: (world.mechanisms.get_index_of("comfort")).expect("every world of the family has one"),
            way_m: legs.sum::<f32>() - OVERRUN_M,
            ego: outline(ego, &world.bodies[ego]).expect("it is made of boxes"),
            others: bodies
                .filter(|(_, body)| body.class != "ego")
                .filter_map(solid)
                .collect(),
            lines: lines(plan),
            slowest_mps: f32::INFINITY,
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

impl Judge {
    /// True where it passes the next line now and must not.
    fn runs(&mut self, view: &StepView<'_>) -> bool {
        let (middle, front, half) = placed(view, &self.ego);
        let Some(line) = self.lines.first().copied() else {
            return false;
        };
        let ahead = line.way.dot(middle + front * half.x - line.point);
        if (-HALTS_WITHIN_M..0.0).contains(&ahead) {
            let speed = view.body(self.ego.index).linear_velocity_mps.truncate().length();
            self.slowest_mps = self.slowest_mps.min(speed);
        }
        // Lines of other roads lie far to the side.
        if ahead < 0.0 || line.way.perp_dot(middle - line.point).abs() > 4.0 * half.x {
            return false;
        }
        self.lines.remove(0);
        let slowest = std::mem::replace(&mut self.slowest_mps, f32::INFINITY);
        match line.light {
            Some(light) => view.mechanism_state(light) == RED,
            None => slowest > HALTS_MPS,
        }
    }
}

impl Task for Judge {
    fn assess(&mut self, view: &StepView<'_>, action: &[f32]) -> Outcome {
        let route = view.route(self.route).expect("it is a route");
        let velocity = view.body(self.ego.index).linear_velocity_mps;
        let off_road = route.offset_m.abs() > OFF_ROAD_M;
        let ends = off_road || self.collides(view);
        let runs = self.runs(view);
        let keeps =
            route.offset_m.abs() < LEAVES_M && view.mechanism_state(self.comfort) <= UNCOMFORTABLE_SECS;
        self.clean = self.clean && !ends && !runs && (self.arrived || keeps);
        self.arrived = self.arrived || (self.clean && route.distance_m >= self.way_m);
        let mut reward = 0.0;
        if !action.is_empty() && !self.over {
            let accelerates = (velocity - self.velocity).truncate() / view.record_secs();
            let progress = (route.distance_m.min(self.way_m) - self.before_m) / (self.way_m - RUN_UP_M);
            reward = progress - DISCOMFORT * accelerates.length_squared() * view.record_secs();
            reward -= if ends { 1.0 } else { 0.0 };
            reward -= if runs { RUNS } else { 0.0 };
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
