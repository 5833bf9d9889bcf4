//! Those who look in `occluder_permanence`: one who follows the target wherever it is, one who looks away meanwhile, and one who
//! does nothing.

use super::HEAD_SPEED_RADPS;
use super::sight::Judge;
use terrella_sim::glam::Vec3;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::Shape;

/// How fast errors of the direction are taken back, 1/s.
const GAIN_PER_S: f32 = 9.0;
/// What stands for longer than this has come to a stop, s: what drives stands for a shorter time before it comes back.
const STOPPED_SECS: f32 = 1.2;
/// Who looks away begins to within this time, s, and does so for a time between these, s.
const AWAY_FROM_SECS: f32 = 2.0;
const AWAY_SECS: [f32; 2] = [0.5, 2.5];
/// How far it turns away, rad: the target is out of its picture then.
const AWAY_RAD: f32 = 0.85;

/// Follows the target wherever it is, and opens what hides it where it has come to a stop.
#[derive(Clone, Debug)]
pub(super) struct Expert {
    judge: Judge,
    radius_m: f32,
    /// Since when the target stands, s.
    stands_since: Option<f32>,
}

impl Expert {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        let radius_m = match plan.world.bodies["target"].shape {
            Shape::Ball { radius_m } => radius_m,
            Shape::Box { half_extents_m } => half_extents_m[2],
            _ => unreachable!("the target is a ball or a block"),
        };
        let judge = Judge::new(plan);
        Expert {
            judge,
            radius_m,
            stands_since: None,
        }
    }
}

fn yaw(way: Vec3) -> f32 {
    libm::atan2f(-way.x, way.y)
}

fn turn(error: f32) -> f32 {
    (GAIN_PER_S * error).clamp(-HEAD_SPEED_RADPS, HEAD_SPEED_RADPS)
}

/// Speeds of the head, yaw and pitch, that turn it to a place, rad/s.
pub(super) fn look_at(view: &StepView<'_>, place: Vec3) -> [f32; 2] {
    let head = view.body_named("head");
    let (way, looks) = (
        (place - head.position_m).normalize_or(Vec3::Y),
        head.rotation * Vec3::X,
    );
    let pitch = |way: Vec3| libm::asinf(way.z.clamp(-1.0, 1.0));
    [turn(yaw(way) - yaw(looks)), turn(pitch(way) - pitch(looks))]
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let (target, head) = (view.body_named("target"), view.body_named("head"));
        // Where it will be when the head has caught up; what bounces does not go through the floor.
        let ahead = 1.0 / GAIN_PER_S + 0.5 * view.record_secs();
        let mut place = target.position_m + target.linear_velocity_mps * ahead;
        if target.position_m.z > 0.5 * self.radius_m {
            place.z = place.z.max(self.radius_m);
        }
        let way = (place - head.position_m).normalize_or(Vec3::Y);
        let looks = head.rotation * Vec3::X;
        let now = view.time_secs();
        let stands = target.linear_velocity_mps.truncate().length() < 0.05;
        self.stands_since = stands.then(|| self.stands_since.unwrap_or(now));
        let stays = self.stands_since.is_some_and(|since| now > since + STOPPED_SECS);
        let looks_there = way.dot(looks) > 0.9995;
        let lifts = stays && (looks_there || !self.judge.is_behind(view));
        let [yaw, pitch] = look_at(view, place);
        action.copy_from_slice(&[yaw, pitch, if lifts { 1.0 } else { 0.0 }]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

/// The expert who looks away for a while and then back to where the target is by then.
#[derive(Clone, Debug)]
pub(super) struct LooksAway {
    expert: Expert,
    /// From when until when it looks away, s, and whether to the left. Drawn at the first step.
    drawn: Option<(f32, f32, bool)>,
}

impl LooksAway {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        LooksAway {
            expert: Expert::new(plan),
            drawn: None,
        }
    }
}

impl Policy for LooksAway {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let (from, until, left) = *self.drawn.get_or_insert_with(|| {
            let from = rng.uniform_f32(0.0, AWAY_FROM_SECS);
            let until = from + rng.uniform_f32(AWAY_SECS[0], AWAY_SECS[1]);
            (from, until, rng.chance(0.5))
        });
        self.expert.act(view, rng, action);
        let now = view.time_secs();
        if now >= from && now < until {
            let looks = view.body_named("head").rotation * Vec3::X;
            let away = if left { AWAY_RAD } else { -AWAY_RAD };
            action.copy_from_slice(&[turn(away - yaw(looks)), 0.0, 0.0]);
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

/// Leaves everything as it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watches;

impl Policy for Watches {
    fn act(&mut self, _: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        action.fill(0.0);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(*self)
    }
}
