//! Those who drop things into the tray of `drop_bounce`: one who aims, and one whose hand opens at the wrong moment.
//!
//! Both see the true state and know where a thing that is let go now comes down: gravity may be tilted, and air may brake.

use super::TRAY_BOTTOM_M;
use super::objects::extent_z;
use crate::drawn;
use terrella_sim::glam::{Vec2, Vec3};
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::Shape;

/// It lets go where the object will come down within this of the tray's middle, m.
const AIM_M: f32 = 0.05;
/// What is no ball leaps aside: it is dropped so low that it leaps no higher than this, m.
const LEAP_M: f32 = 0.12;
/// While its leaps are higher than the tray's wall, what still moves aside may go so far, m.
const DRIFT_M: f32 = 0.12;
/// Leaps below this stay in the tray, m.
const LOW_M: f32 = 0.08;
/// Largest speed aside at which it lets go, m/s.
const MOVING_MPS: f32 = 0.15;
/// The hand of one whose moment is wrong opens so much too early or too late, s.
const MISTIMED_SECS: f32 = 0.4;
/// Who is late goes on at this speed, m/s.
const LATE_MPS: f32 = 0.6;

/// Carries the object over the tray at the drawn height, or as low as its bounce wants, and lets go where it will come down
/// in the middle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expert {
    tray: Vec2,
    /// Underside of the object above the tray's bottom when it is let go, m.
    height_m: f32,
    /// From the object's origin down to its underside, m.
    down_m: f32,
    max_drift_mps: f32,
    drag_per_s: f32,
    released: bool,
}

/// What it finds.
struct Aim {
    /// From where it would come down, let go now, to the tray's middle, m.
    error: Vec2,
    /// The way that is left to where it would come down there from rest, m.
    way: Vec2,
    /// How fast it moves aside, m/s.
    speed_mps: f32,
    /// How much higher the hand should be, m.
    up_m: f32,
}

impl Expert {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        let world = &plan.world;
        let tray = world.bodies["tray"].position_m;
        let object = &world.bodies["object_0"];
        let wanted = drawn::real(plan, "drop_height_m");
        let bounce = object.material.restitution;
        let height_m = match object.shape {
            Shape::Ball { .. } => wanted,
            _ => wanted.min((LEAP_M / (bounce * bounce).max(1e-3)).max(0.2)),
        };
        let gravity = Vec3::from(world.gravity_mps2).length();
        let leaping = leaping_secs(height_m, bounce, gravity);
        // What slides without friction goes on and on.
        let slides = (object.material.friction * 4.0).clamp(0.1, 1.0);
        Expert {
            tray: Vec2::new(tray[0], tray[1]),
            height_m,
            down_m: extent_z(&object.shape)[0],
            max_drift_mps: slides * (DRIFT_M / leaping.max(0.05)).clamp(0.04, MOVING_MPS),
            drag_per_s: object.linear_damping,
            released: false,
        }
    }

    fn aim(&self, view: &StepView<'_>) -> Aim {
        let object = view.body_named("object_0");
        let gravity = Vec3::from(view.world().gravity_mps2);
        let floor = self.down_m + TRAY_BOTTOM_M;
        let lands = |velocity: Vec3| landing(object.position_m, velocity, gravity, self.drag_per_s, floor);
        Aim {
            error: self.tray - lands(object.linear_velocity_mps),
            way: self.tray - lands(Vec3::ZERO),
            speed_mps: object.linear_velocity_mps.truncate().length(),
            up_m: self.height_m + floor - object.position_m.z,
        }
    }

    /// Carries on: the command that brings the object to where it is to be let go.
    fn carry(&self, aim: &Aim, action: &mut [f32]) {
        let up = if aim.way.length() < 0.3 {
            (3.0 * aim.up_m).clamp(-0.8, 0.8)
        } else {
            0.0
        };
        let aside = aim.way * 4.0;
        action.copy_from_slice(&[aside.x.clamp(-1.0, 1.0), aside.y.clamp(-1.0, 1.0), up, 1.0]);
    }

    fn is_ready(&self, aim: &Aim) -> bool {
        aim.error.abs().max_element() < AIM_M && aim.speed_mps < self.max_drift_mps && aim.up_m.abs() < 0.04
    }
}

/// For how long a thing that is dropped from this height leaps higher than the tray's wall, s.
fn leaping_secs(height_m: f32, bounce: f32, gravity_mps2: f32) -> f32 {
    let (mut apex, mut secs) = (height_m * bounce * bounce, 0.0);
    while apex > LOW_M {
        secs += 2.0 * (2.0 * apex / gravity_mps2).sqrt();
        // Air and the floor take a little besides.
        apex *= (bounce * bounce).min(0.95);
    }
    secs
}

/// Where a thing that moves so now crosses a height in its fall, m.
fn landing(place: Vec3, velocity: Vec3, gravity: Vec3, drag_per_s: f32, height_m: f32) -> Vec2 {
    const STEP_SECS: f32 = 0.005;
    let (mut place, mut velocity) = (place, velocity);
    // Ten seconds are more than any fall takes.
    for _ in 0..2000 {
        if place.z <= height_m {
            break;
        }
        velocity = (velocity + gravity * STEP_SECS) / (1.0 + drag_per_s * STEP_SECS);
        place += velocity * STEP_SECS;
    }
    place.truncate()
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        if !self.released {
            let aim = self.aim(view);
            self.released = self.is_ready(&aim);
            self.carry(&aim, action);
        }
        if self.released {
            action.copy_from_slice(&[0.0, 0.0, 0.3, 0.0]);
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(*self)
    }
}

/// The expert whose hand opens too early or too late: near misses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mistimed {
    expert: Expert,
    /// By how much it is late, s; below 0 it is early. Drawn at the first step.
    late_secs: Option<f32>,
    /// Where it was going.
    way: Vec2,
    /// When it should have let go, s.
    due_secs: Option<f32>,
    released: bool,
}

impl Mistimed {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        Mistimed {
            expert: Expert::new(plan),
            late_secs: None,
            way: Vec2::ZERO,
            due_secs: None,
            released: false,
        }
    }
}

impl Policy for Mistimed {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let late = *self
            .late_secs
            .get_or_insert_with(|| rng.uniform_f32(-MISTIMED_SECS, MISTIMED_SECS));
        let aim = self.expert.aim(view);
        let now = view.time_secs();
        if aim.way.length() > 2.0 * AIM_M {
            self.way = aim.way.normalize_or_zero();
        }
        let left_secs = aim.way.length() / aim.speed_mps.max(0.3);
        if self.due_secs.is_none() && self.expert.is_ready(&aim) {
            self.due_secs = Some(now);
        }
        self.released |=
            (late < 0.0 && left_secs < -late) || self.due_secs.is_some_and(|due| now >= due + late);
        self.expert.carry(&aim, action);
        if self.released {
            action.copy_from_slice(&[0.0, 0.0, 0.3, 0.0]);
        } else if self.due_secs.is_some() {
            let velocity = self.way * LATE_MPS;
            action.copy_from_slice(&[velocity.x, velocity.y, 0.0, 1.0]);
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(*self)
    }
}
