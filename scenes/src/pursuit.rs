//! Pure pursuit: how a robot on two wheels follows a way, and one that goes sideways too.

use terrella_sim::glam::{Quat, Vec2, Vec3};

/// It steers for a point this far ahead on its way, m.
const AHEAD_M: f32 = 0.4;
/// It turns on the spot where its way leads off by more than this, rad.
const SPOT_RAD: f32 = 0.8;
/// It slows down towards the end of its way, m/s for each metre left.
const SLOW_PER_S: f32 = 1.5;

/// Where a robot is and which way it faces.
#[derive(Clone, Copy, Debug)]
pub struct Robot {
    /// Its place, m.
    pub here: Vec2,
    /// A unit vector.
    pub heading: Vec2,
}

impl Robot {
    /// A robot that faces along its body's own x.
    pub fn new(position_m: Vec3, rotation: Quat) -> Self {
        Robot {
            here: position_m.truncate(),
            heading: (rotation * Vec3::X).truncate().normalize_or(Vec2::X),
        }
    }

    /// How far it must turn to the left to face a point, rad.
    pub fn off(&self, point: Vec2) -> f32 {
        let way = point - self.here;
        libm::atan2f(self.heading.perp_dot(way), self.heading.dot(way))
    }
}

/// The point of a way that a robot steers for: as far ahead as it looks, from the nearest place of the way on.
fn carrot(here: Vec2, from: Vec2, path: &[Vec2]) -> (Vec2, f32) {
    let corners: Vec<Vec2> = std::iter::once(from).chain(path.iter().copied()).collect();
    let nearest = |index: usize| {
        let (one, two) = (corners[index], corners[index + 1]);
        let along = two - one;
        let share = ((here - one).dot(along) / along.length_squared().max(1e-9)).clamp(0.0, 1.0);
        one + along * share
    };
    let mut best = (f32::INFINITY, 0, from);
    for index in 0..path.len() {
        let point = nearest(index);
        let distance = here.distance(point);
        if distance < best.0 - 1e-4 {
            best = (distance, index, point);
        }
    }
    let (_, index, mut at) = best;
    let (mut left, mut point, mut found) = (AHEAD_M, at, false);
    let mut way = 0.0;
    for corner in &corners[index + 1..] {
        let step = at.distance(*corner);
        if !found && step >= left {
            point = at + (*corner - at) * (left / step.max(1e-9));
            found = true;
        }
        if !found {
            (left, point) = (left - step, *corner);
        }
        way += step;
        at = *corner;
    }
    (point, way)
}

/// Speed and turning (m/s, rad/s) with which a robot follows a way that starts at `from`, no faster than `speed_mps` and
/// `yaw_radps`. It stops at its end.
pub fn follow(robot: Robot, from: Vec2, path: &[Vec2], speed_mps: f32, yaw_radps: f32) -> [f32; 2] {
    if path.is_empty() {
        return [0.0; 2];
    }
    let (point, left) = carrot(robot.here, from, path);
    let off = robot.off(point);
    if off.abs() > SPOT_RAD {
        return [0.0, (2.5 * off).clamp(-yaw_radps, yaw_radps)];
    }
    let distance = robot.here.distance(point).max(0.1);
    let speed = speed_mps.min(SLOW_PER_S * left) * (1.0 - 0.6 * off.abs() / SPOT_RAD);
    // The arc that leads to the point, with some more where it is slow.
    let turn = 2.0 * speed * libm::sinf(off) / distance + 1.0 * off;
    [speed, turn.clamp(-yaw_radps, yaw_radps)]
}

/// Speed ahead, speed to the left and turning (m/s, m/s, rad/s) with which a robot that goes sideways too, at most at `aside_mps`,
/// follows a way: straight for where it leads, and turning to face that meanwhile. It stops at its end.
pub fn glide(
    robot: Robot,
    from: Vec2,
    path: &[Vec2],
    speed_mps: f32,
    aside_mps: f32,
    yaw_radps: f32,
) -> [f32; 3] {
    if path.is_empty() {
        return [0.0; 3];
    }
    let (point, left) = carrot(robot.here, from, path);
    let off = robot.off(point);
    let (sine, cosine) = (libm::sinf(off), libm::cosf(off));
    let most = aside_mps / sine.abs().max(1e-3);
    let speed = speed_mps.min(SLOW_PER_S * left).min(most);
    let turn = (2.5 * off).clamp(-yaw_radps, yaw_radps);
    [speed * cosine, speed * sine, turn]
}
