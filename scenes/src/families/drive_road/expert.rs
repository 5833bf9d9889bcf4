//! The expert: steers by pure pursuit, keeps its distance by the intelligent driver model, slows down before bends, waits
//! where others have the right of way, at red lights and at stop signs, and lets pass whoever would be where it is going to be.
//!
//! Pure pursuit: Coulter, Implementation of the pure pursuit path tracking algorithm, CMU-RI-TR-92-01 (1992).

use super::cars::{BRAKE_N, EGO_HALF_M, ENGINE_N, MAX_STEER_RAD, WHEELBASE_M};
use super::judge::{AMBER, Line, OVERRUN_M, Outline, RED, heading, lines, on_lane, outline};
use super::lights::AMBER_SECS;
use super::path::Path;
use crate::drawn;
use terrella_sim::glam::{Vec2, Vec3};
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::world::{Mechanism, Motion};

const HEADWAY_SECS: f32 = 1.2;
const GAP_M: f32 = 3.0;
const ACCELERATION: f32 = 2.4;
/// It looks so far ahead for who crosses its way, s, in steps of so much.
const FORESIGHT_SECS: f32 = 4.0;
const STEP_SECS: f32 = 0.2;
/// Room that it leaves beside and before who crosses, m.
const ROOM_M: [f32; 2] = [0.7, 1.5];

#[derive(Clone, Debug)]
pub(super) struct Expert {
    path: Path,
    route: usize,
    ego: usize,
    end_m: f32,
    limit_mps: f32,
    /// Braking that the road allows, and across it in bends, m/s^2.
    grip: f32,
    /// Where the way gets steeper or flatter, and its grade from there on.
    grades: Vec<(f32, f32)>,
    /// Slippery parts of the way: from, to, and the braking that they allow.
    patches: Vec<(f32, f32, f32)>,
    /// Who moves about.
    others: Vec<Outline>,
    /// Where it gives way.
    crossings: Vec<Crossing>,
    /// Lines at which it stops, and where they are along the way, m. Those of stop signs are taken out after the halt.
    lines: Vec<(Line, f32)>,
    debris: Vec<Outline>,
    /// It says curvature and acceleration, not steering angle and pedals.
    by_curvature: bool,
}

/// A lane with the right of way: where it waits for those on it, and where it meets them along their lane, m.
#[derive(Clone, Debug)]
struct Crossing {
    line_m: f32,
    lane: Path,
    /// The end of the lane is its start.
    closed: bool,
    meets_m: f32,
    gap_secs: f32,
}

impl Crossing {
    /// How far who is at a place along the lane has to go to where it meets the way, m: below 0 behind that.
    fn left_m(&self, along: f32) -> f32 {
        let left = self.meets_m - along;
        let round = self.lane.length();
        if self.closed {
            (left + 0.5 * round).rem_euclid(round) - 0.5 * round
        } else {
            left
        }
    }
}

/// What it would like to do, m/s^2.
fn follow(speed: f32, wants: f32, braking: f32, gap: f32, ahead_speed: f32) -> f32 {
    let share = speed / wants.max(0.5);
    let free = if speed <= wants {
        ACCELERATION * (1.0 - share * share * share * share)
    } else {
        (1.5 * (wants - speed)).max(-braking)
    };
    let closing = speed * (speed - ahead_speed) / (2.0 * (ACCELERATION * braking).sqrt());
    let desired = GAP_M + (speed * HEADWAY_SECS + closing).max(0.0);
    let near = desired / gap.max(0.1);
    free - ACCELERATION * near * near
}

impl Expert {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        let world = &plan.world;
        let Mechanism::Route { points_m, .. } = &world.mechanisms["route"] else {
            unreachable!("every world of the family has a route");
        };
        let flat = |points: &[[f32; 3]]| {
            let corners: Vec<Vec2> = points.iter().map(|point| Vec3::from(*point).truncate()).collect();
            Path::through(&corners)
        };
        let path = flat(points_m);
        let legs = points_m
            .windows(2)
            .map(|pair| Vec3::from(pair[1]) - Vec3::from(pair[0]));
        let mut from = 0.0;
        let grades = legs.map(|leg| {
            let run = leg.truncate().length();
            from += run;
            (from - run, leg.z / run)
        });
        let real = |name: &str| drawn::real(plan, name);
        let mut patches = Vec::new();
        for body in world.bodies.values().filter(|body| body.class == "patch") {
            let terrella_spec::shape::Shape::Mesh { vertices_m, .. } = &body.shape else {
                continue;
            };
            let places = vertices_m
                .iter()
                .map(|corner| path.nearest(Vec3::from(*corner).truncate()).0);
            let (low, high) = places.fold((f32::INFINITY, 0.0_f32), |(low, high), at| {
                (low.min(at), high.max(at))
            });
            patches.push((low, high, 9.81 * body.material.friction));
        }
        let named = |class: &[&str]| {
            let bodies = world.bodies.values().enumerate();
            bodies
                .filter(|(_, body)| class.contains(&body.class.as_str()) && body.motion != Motion::Fixed)
                .filter_map(|(index, body)| outline(index, body))
                .collect()
        };
        let Mechanism::Traffic { lanes, .. } = &world.mechanisms["traffic"] else {
            unreachable!("every world of the family has traffic");
        };
        let crossings = lanes["route"].gives_way.iter().map(|way| {
            let lane = &lanes[way.to.as_str()];
            let mut points_m = lane.points_m.clone();
            if lane.closed {
                points_m.push(points_m[0]);
            }
            Crossing {
                line_m: path.nearest(on_lane(&lanes["route"].points_m, way.line_m).0).0,
                lane: flat(&points_m),
                closed: lane.closed,
                meets_m: way.meets_m,
                gap_secs: way.gap_secs,
            }
        });
        let lines = lines(plan).into_iter();
        Expert {
            crossings: crossings.collect(),
            lines: lines.map(|line| (line, path.nearest(line.point).0)).collect(),
            route: world.mechanisms.get_index_of("route").expect("it was there"),
            ego: world.bodies.get_index_of("ego").expect("every world has one"),
            end_m: path.length() - OVERRUN_M,
            limit_mps: real("speed_limit_mps"),
            grip: 9.81 * world.bodies["road"].material.friction,
            grades: grades.collect(),
            patches,
            others: named(&["car", "pedestrian"]),
            debris: named(&["debris"]),
            by_curvature: match &world.mechanisms["car"] {
                Mechanism::Vehicle { command, .. } => !command.is_pedals(),
                _ => unreachable!("every world of the family has a car"),
            },
            path,
        }
    }

    /// Braking that the steepest descent between here and so far ahead leaves of a grip, m/s^2.
    fn left_downhill(&self, grip: f32, from: f32, to: f32) -> f32 {
        let first = self
            .grades
            .partition_point(|(place, _)| *place <= from)
            .saturating_sub(1);
        let near = self.grades[first..].iter().take_while(|(place, _)| *place < to);
        let steepest = near.map(|(_, grade)| *grade).fold(0.0, f32::min);
        (grip + 9.81 * steepest).max(0.3 * grip)
    }

    /// Grip between here and so far ahead.
    fn grip_ahead(&self, from: f32, to: f32) -> f32 {
        let near = self
            .patches
            .iter()
            .filter(|(low, high, _)| *low < to && *high > from - 3.0);
        near.map(|(_, _, grip)| *grip).fold(self.grip, f32::min)
    }

    /// The speed that the bends ahead allow.
    fn speed_for_bends(&self, here: f32) -> f32 {
        let mut most = self.limit_mps;
        for step in 0..25 {
            let ahead = 2.0 * step as f32;
            let grip = self.grip_ahead(here + ahead, here + ahead);
            let bend = self.path.curvature(here + ahead).abs().max(1e-4);
            let there = ((0.45 * grip).min(2.6) / bend).sqrt();
            let left = self.left_downhill(self.grip_ahead(here, here + ahead), here, here + ahead);
            let braking = (0.35 * left).min(2.0);
            most = most.min((there * there + 2.0 * braking * ahead).sqrt());
        }
        most
    }

    /// How far it is to where somebody crosses its way, going on with a constant acceleration: none where nobody does.
    fn conflict(&self, view: &StepView<'_>, here: f32, speed: f32, acceleration: f32) -> Option<f32> {
        let ego = view.body(self.ego).position_m.truncate();
        let mut nearest = None::<f32>;
        for other in &self.others {
            let state = view.body(other.index);
            let velocity = state.linear_velocity_mps.truncate();
            let place = state.position_m.truncate();
            let (way, turn) = (heading(state.rotation), state.angular_velocity_radps.z);
            if (place - ego).length() > 60.0 || velocity.length() < 0.2 {
                continue;
            }
            let (along, aside) = self.path.nearest(place);
            if aside < 1.6 && self.path.at(along).1.dot(way) > 0.8 {
                // In the lane already: that is for keeping the distance.
                continue;
            }
            let mut secs = STEP_SECS;
            while secs <= FORESIGHT_SECS {
                let gone = speed * secs + 0.5 * acceleration * secs * secs;
                let own = here + gone.max(0.0);
                let (middle, ahead) = self.path.at(own);
                let turned = Vec2::new(libm::cosf(turn * secs), libm::sinf(turn * secs));
                // Round the same curve as now.
                let half = Vec2::new(libm::cosf(0.5 * turn * secs), libm::sinf(0.5 * turn * secs));
                let there = place + half.rotate(velocity) * secs - middle;
                let faces = turned.rotate(way);
                let cross = faces.perp_dot(ahead).abs();
                let same = faces.dot(ahead).abs();
                let wide = EGO_HALF_M[1] + other.half.x * cross + other.half.y * same + ROOM_M[0];
                let long = EGO_HALF_M[0] + other.half.x * same + other.half.y * cross + ROOM_M[1];
                let beside = ahead.perp_dot(there).abs();
                if beside < wide && ahead.dot(there).abs() < long {
                    let gap = gone + ahead.dot(there) - long;
                    nearest = Some(nearest.map_or(gap, |nearest| nearest.min(gap)));
                    break;
                }
                secs += STEP_SECS;
            }
        }
        nearest
    }

    /// How far it is to a line at which it has to wait: none where nobody comes, or where it has passed it.
    fn waits(&self, view: &StepView<'_>, here: f32, speed: f32) -> Option<f32> {
        let mut nearest = None::<f32>;
        for crossing in &self.crossings {
            let left = crossing.line_m - EGO_HALF_M[0] - here;
            // Who cannot stop before the line any more goes on.
            let can_stop = left > -1.0 && speed * speed < 1.4 * self.grip * left.max(0.1);
            if !can_stop || left > 30.0 {
                continue;
            }
            let passes_secs = left.max(0.0) / speed.max(3.0) + crossing.gap_secs;
            let comes = self.others.iter().any(|other| {
                let state = view.body(other.index);
                let (along, aside) = crossing.lane.nearest(state.position_m.truncate());
                let pace = state
                    .linear_velocity_mps
                    .truncate()
                    .dot(crossing.lane.at(along).1);
                let distance = crossing.left_m(along) - other.half.x;
                let soon = distance < pace * passes_secs;
                aside < 2.0 && pace > 0.3 && distance > -4.0 * other.half.x && soon
            });
            if comes {
                nearest = Some(nearest.map_or(left, |nearest| nearest.min(left)));
            }
        }
        nearest
    }

    /// How far it is to the nearest line at which it stops now, and the speed that the lights ahead allow.
    ///
    /// A light that is green may turn amber at any moment: from there on it must be able to stop, or to pass before red.
    fn stops(&mut self, view: &StepView<'_>, here: f32, speed: f32) -> (Option<f32>, f32) {
        let front = here + EGO_HALF_M[0];
        // It has halted at a stop sign.
        self.lines.retain(|(line, along)| {
            let left = along - front;
            line.light.is_some() || speed > 0.2 || !(-1.0..1.5).contains(&left)
        });
        let (mut nearest, mut most) = (None::<f32>, f32::INFINITY);
        for (line, along) in &self.lines {
            let left = along - front;
            if !(-1.0..60.0).contains(&left) {
                continue;
            }
            let grip = self.left_downhill(self.grip_ahead(here, *along), here, *along);
            let braking = (0.5 * grip).min(3.0);
            let needs = speed * speed / (2.0 * left.max(0.1));
            let stops = match line.light.map(|light| view.mechanism_state(light)) {
                None => true,
                Some(color) if color == RED => needs < 0.9 * grip,
                Some(color) if color == AMBER => needs < braking,
                Some(_) => {
                    // What it can brake from while it is amber, with a little in hand; from farther away, that much faster.
                    let there = 2.0 * braking * (AMBER_SECS - 0.6);
                    let reach = there * there / (2.0 * braking);
                    let away = (left - reach).max(0.0);
                    most = most.min((there * there + 2.0 * 0.5 * braking * away).sqrt());
                    false
                }
            };
            if stops {
                nearest = Some(nearest.map_or(left, |nearest| nearest.min(left)));
            }
        }
        (nearest, most)
    }

    /// Offset from the middle of the lane that goes round what lies at its edge, to the left, m.
    fn evasion(&self, view: &StepView<'_>, here: f32) -> f32 {
        let mut offset = 0.0;
        for thing in &self.debris {
            let place = view.body(thing.index).position_m.truncate();
            let (along, _) = self.path.nearest(place);
            if !(here - 4.0..here + 14.0).contains(&along) {
                continue;
            }
            let (foot, way) = self.path.at(along);
            let aside = way.perp_dot(place - foot);
            let missing = EGO_HALF_M[1] + thing.half.length() + 0.35 - aside.abs();
            if missing > 0.0 {
                offset = -missing.min(0.6).copysign(aside);
            }
        }
        offset
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let route = view.route(self.route).expect("it is a route");
        let ego = view.body(self.ego);
        let front = heading(ego.rotation);
        let speed = ego.linear_velocity_mps.truncate().dot(front).max(0.0);
        let here = self.path.nearest(ego.position_m.truncate()).0;

        let rear = ego.position_m.truncate() - front * (0.5 * WHEELBASE_M);
        let reach = 3.5 + 0.4 * speed;
        let (target, way) = self.path.at(here + reach);
        let to = target + way.perp() * self.evasion(view, here) - rear;
        let curve = 2.0 * front.perp_dot(to) / to.length_squared().max(1.0);

        let stop = speed * speed / (2.0 * 2.0) + 15.0;
        let grip = self.left_downhill(self.grip_ahead(here, here + stop), here, here + stop);
        let braking = (0.4 * grip).min(2.5);
        let mut wants = self.speed_for_bends(here);
        if grip < 3.0 {
            wants = wants.min(7.0);
        }
        let (stops, most) = self.stops(view, here, speed);
        wants = wants.min(most);
        let ahead = route
            .ahead
            .map(|index| view.body(index).linear_velocity_mps.truncate());
        let ahead_speed = ahead.map_or(0.0, |velocity| {
            velocity.dot(self.path.at(here + route.gap_m).1).max(0.0)
        });
        let mut acceleration = match route.ahead {
            Some(_) => follow(speed, wants, braking, route.gap_m, ahead_speed),
            None => follow(speed, wants, braking, 1e6, 0.0),
        };
        let end = self.end_m + 25.0 - here;
        acceleration = acceleration.min(follow(speed, wants, braking, end, 0.0));
        let waits = self.waits(view, here, speed);
        if let Some(left) = waits.into_iter().chain(stops).reduce(f32::min) {
            acceleration = acceleration.min(follow(speed, wants, braking, left + GAP_M - 0.5, 0.0));
        }
        // Who crosses is let pass: brake when they would meet, and do not go faster into it.
        if let Some(gap) = self.conflict(view, here, speed, 0.0) {
            acceleration = acceleration
                .min(follow(speed, wants, braking, gap, 0.0))
                .min(-0.5);
        } else if self.conflict(view, here, speed, 1.5).is_some() {
            acceleration = acceleration.min(if speed < 1.0 { -0.5 } else { 0.0 });
        }

        if self.by_curvature {
            action.copy_from_slice(&[curve, acceleration]);
            return;
        }
        let mass = view.mass_kg(self.ego);
        // The slope takes its part, or gives it.
        let force = mass * (acceleration + 9.81 * route.grade);
        action[0] = libm::atanf(WHEELBASE_M * curve).clamp(-MAX_STEER_RAD, MAX_STEER_RAD);
        action[1] = (force / ENGINE_N).clamp(0.0, 1.0);
        action[2] = (-force / BRAKE_N).clamp(0.0, 1.0);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
