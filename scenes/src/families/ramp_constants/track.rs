//! The track of `ramp_constants`: a slope that bends into a level run, and the law of what rolls or slides on it.

use super::{ROLLING_FRICTION, RUN_M, SLOPE_M, TOP_M, TRACK_FRICTION};
use terrella_sim::glam::Vec2;
use terrella_spec::shape::{Part, Rotation, Shape};

/// Half of the track's width, m.
const HALF_WIDTH_M: f32 = 0.14;
/// Half of its thickness, m.
const HALF_THICK_M: f32 = 0.02;
/// Flat pieces that the bend is made of.
const BEND_PIECES: usize = 10;
/// Step of the law, s, and for how long it looks ahead, in steps.
const STEP_SECS: f32 = 1.0 / 480.0;
const STEPS: usize = 480 * 20;

/// In the plane x, z: the level run begins at x = 0, the slope goes up towards -x.
#[derive(Clone, Copy, Debug)]
pub(super) struct Track {
    pub slope_rad: f32,
    pub bend_m: f32,
}

/// How a body moves on it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Law {
    /// It rolls: inertia as a multiple of mass times radius squared, damping of its rotation in 1/s.
    Rolls { inertia: f32, damping_per_s: f32 },
    /// It slides with this friction.
    Slides { friction: f32 },
}

impl Law {
    /// How far up the slope that begins to spin so fast the other way may go at most, m: first its spin becomes speed, which
    /// friction shares out with its inertia, then that becomes height.
    pub fn climbs_m(self, gravity_mps2: f32, slope_rad: f32, surface_mps: f32) -> f32 {
        let Law::Rolls { inertia, .. } = self else {
            return 0.0;
        };
        let speed = inertia / (1.0 + inertia) * (-surface_mps).max(0.0);
        let (steep, level) = (libm::sinf(slope_rad), libm::cosf(slope_rad));
        let slips = 1.0 / (slip_friction() * level - steep);
        speed * speed / (2.0 * gravity_mps2) * (slips + (1.0 + inertia) / steep)
    }
}

/// Friction between the track and what rolls, while that slips: by the geometric mean.
fn slip_friction() -> f32 {
    (ROLLING_FRICTION * TRACK_FRICTION).sqrt()
}

/// How a body is let go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// How far up the slope, m.
    pub along_m: f32,
    /// Speed down the slope, m/s.
    pub speed_mps: f32,
    /// Speed of its surface about its axis, m/s, where it is let go with a spin; above 0 as it rolls down.
    pub surface_mps: Option<f32>,
}

impl Track {
    /// Upwards along the slope.
    pub fn up(&self) -> Vec2 {
        Vec2::new(-libm::cosf(self.slope_rad), libm::sinf(self.slope_rad))
    }

    /// Out of the slope.
    pub fn out(&self) -> Vec2 {
        Vec2::new(libm::sinf(self.slope_rad), libm::cosf(self.slope_rad))
    }

    /// The surface where the bend has turned by this angle.
    fn bend(&self, angle_rad: f32) -> Vec2 {
        let rise = 1.0 - libm::cosf(angle_rad);
        Vec2::new(-self.bend_m * libm::sinf(angle_rad), TOP_M + self.bend_m * rise)
    }

    /// The surface this far up the slope, counted from the end of the bend.
    pub fn on_slope(&self, along_m: f32) -> Vec2 {
        self.bend(self.slope_rad) + self.up() * along_m
    }

    /// The track as boxes.
    pub fn parts(&self) -> Vec<Part<f32>> {
        let mut points = vec![self.on_slope(SLOPE_M)];
        points.extend((0..=BEND_PIECES).rev().map(|piece| {
            let share = piece as f32 / BEND_PIECES as f32;
            self.bend(self.slope_rad * share)
        }));
        points.push(Vec2::new(RUN_M, TOP_M));
        let piece = |pair: &[Vec2]| {
            let way = pair[1] - pair[0];
            let down = libm::atan2f(-way.y, way.x);
            let under = Vec2::new(-libm::sinf(down), -libm::cosf(down)) * HALF_THICK_M;
            let middle = 0.5 * (pair[0] + pair[1]) + under;
            Part {
                shape: Shape::Box {
                    half_extents_m: [0.5 * way.length(), HALF_WIDTH_M, HALF_THICK_M],
                },
                position_m: [middle.x, 0.0, middle.y],
                rotation: Rotation::RpyDeg([0.0, down.to_degrees(), 0.0]),
                visible: true,
            }
        };
        points.windows(2).map(piece).collect()
    }

    /// Where on the level run a body stops that is let go so, x in m, as if the run went on twice as far; 0 where it stops before, or
    /// goes over the upper end.
    ///
    /// `height_m` is its middle's above the surface. What begins with a spin slips until that is what it rolls with.
    pub fn stops_at(&self, law: Law, gravity_mps2: f32, height_m: f32, start: Start) -> f32 {
        let radius = self.bend_m - height_m;
        // Distance of its middle's way, 0 where the level run begins.
        let mut place = -(radius * self.slope_rad + start.along_m);
        let upper_end = -(radius * self.slope_rad + SLOPE_M);
        let mut speed = start.speed_mps;
        let mut slips_at = start.surface_mps;
        for step in 0..STEPS {
            let angle = (-place / radius).clamp(0.0, self.slope_rad);
            let pull = gravity_mps2 * libm::sinf(angle);
            let in_bend = angle > 0.0 && angle < self.slope_rad;
            let is_late = step > 480;
            match law {
                Law::Rolls {
                    inertia,
                    damping_per_s,
                } => {
                    if let Some(surface) = slips_at {
                        let bend = if in_bend { 1.0 / radius } else { 0.0 };
                        let level = gravity_mps2 * libm::cosf(angle);
                        let grip = slip_friction() * (level + speed * speed * bend);
                        let drive = grip.copysign(surface - speed);
                        let now = surface - (drive / inertia + damping_per_s * surface) * STEP_SECS;
                        speed += (pull + drive) * STEP_SECS;
                        // Once neither is faster it rolls, with what both had about the point below.
                        if (now - speed) * drive <= 0.0 {
                            speed = (speed + inertia * now) / (1.0 + inertia);
                            slips_at = None;
                        } else {
                            slips_at = Some(now);
                        }
                    } else {
                        speed += (pull - inertia * damping_per_s * speed) / (1.0 + inertia) * STEP_SECS;
                        // Where it turns on the slope it is slow, too, but not for long.
                        if is_late && speed.abs() < 1e-3 && pull == 0.0 {
                            break;
                        }
                    }
                }
                Law::Slides { friction } => {
                    let level = gravity_mps2 * libm::cosf(angle);
                    // In the bend it is pressed on, and its feet go further than its middle.
                    let pressed = if in_bend {
                        (level + speed * speed / radius) * (self.bend_m / radius)
                    } else {
                        level
                    };
                    speed += (pull - friction * pressed) * STEP_SECS;
                    if speed <= 0.0 || (is_late && speed < 1e-3) {
                        break;
                    }
                }
            }
            place += speed * STEP_SECS;
            if place > 2.0 * RUN_M || place < upper_end {
                break;
            }
        }
        place.max(0.0)
    }
}
