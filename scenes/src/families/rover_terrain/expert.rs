//! The expert: knows the best way from everywhere, and steers after a point of it that is ahead. Where it does not come on, as
//! with a weak motor on a slope, it tries other ways to drive in forks of the world and takes the one that leads on.

use super::route::Route;
use super::rover::{HALF_TRACK_M, MAX_SPEED_RADPS, WHEEL_M};
use super::torques::Torques;
use terrella_sim::glam::{Vec2, Vec3};
use terrella_sim::observe::heading;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// How far ahead the point is, m, and its speed, m/s: on wheels and on legs.
const AHEAD_M: [f32; 2] = [0.7, 0.5];
const SPEED_MPS: [f32; 2] = [0.95, 1.15];
/// Wheels and feet that slip sideways turn it less than their speeds say.
const SLIPPING: f32 = 1.7;
/// It comes on where its way gets shorter by so much within so long.
const COMES_M: f32 = 0.15;
const COMES_SECS: f32 = 1.5;
/// Nearer to the flag than this it has nowhere to come, m: an episode may go on when it is there.
const NEAR_M: f32 = 0.7;
/// What it tries then: speeds of the left and of the right side, as shares of the largest, for so long.
const TRIES: [[f32; 2]; 8] = [
    [-0.8, -0.8],
    [-0.8, -0.3],
    [-0.3, -0.8],
    [-0.8, 0.8],
    [0.8, -0.8],
    [1.0, 1.0],
    [1.0, 0.4],
    [0.4, 1.0],
];
const TRY_SECS: f32 = 1.2;
/// It drives on for so long before it looks how far it came, s.
const THEN_SECS: f32 = 1.0;
/// Leaning further than this counts as lost.
const LEANS: f32 = 0.75;

#[derive(Clone, Debug)]
pub(super) struct Expert {
    pub(super) route: Route,
    walks: bool,
    /// How it holds speeds, where it is told torques.
    torques: Option<Torques>,
    /// The shortest way that was left, m, and for how long.
    shortest_m: f32,
    since_secs: f32,
    /// What it tries, and for how much longer, s.
    tries: Option<([f32; 2], f32)>,
}

impl Expert {
    pub(super) fn new(route: Route, walks: bool, torques: Option<Torques>) -> Self {
        Expert {
            route,
            walks,
            torques,
            shortest_m: f32::INFINITY,
            since_secs: 0.0,
            tries: None,
        }
    }

    /// Speeds of the left and of the right side that lead along the way, rad/s.
    fn along(&self, view: &StepView<'_>) -> [f32; 2] {
        let chassis = view.body_named("chassis");
        let at = chassis.position_m.truncate();
        let target = self.route.ahead(at, AHEAD_M[usize::from(self.walks)]) - at;
        let (sine, cosine) = heading(chassis.rotation);
        let local = Vec2::new(
            cosine * target.x + sine * target.y,
            cosine * target.y - sine * target.x,
        );
        let off = libm::atan2f(local.y, local.x);
        let fastest = SPEED_MPS[usize::from(self.walks)];
        let (speed, turn) = (fastest * (1.0 - 1.2 * off.abs()).max(0.0), 2.4 * off);
        let aside = (turn * HALF_TRACK_M * SLIPPING).clamp(-0.7, 0.7);
        let most = MAX_SPEED_RADPS;
        [(speed - aside) / WHEEL_M, (speed + aside) / WHEEL_M].map(|speed| speed.clamp(-most, most))
    }

    /// From now on it follows this route.
    pub(super) fn follow(&mut self, route: Route) {
        self.route = route;
        (self.shortest_m, self.since_secs, self.tries) = (f32::INFINITY, 0.0, None);
    }

    /// What is left of its way, m of level ground.
    pub(super) fn left_m(&self, view: &StepView<'_>) -> f32 {
        self.route
            .left_m(view.body_named("chassis").position_m.truncate())
    }

    /// The way to drive for a moment that leaves the least of its way, if any leaves it on its wheels.
    fn best_try(&self, view: &StepView<'_>) -> Option<[f32; 2]> {
        let steps = |secs: f32| (secs / view.record_secs()).round() as u32;
        let mut best = (f32::INFINITY, None);
        for shares in TRIES {
            let way = shares.map(|share| share * MAX_SPEED_RADPS);
            let mut torques = self.torques.clone();
            let mut lane = view.fork();
            let stays = (0..steps(TRY_SECS) + steps(THEN_SECS)).all(|step| {
                let speeds = if step < steps(TRY_SECS) {
                    way
                } else {
                    self.along(&lane.view())
                };
                let action = held(&mut torques, &lane.view(), speeds);
                let sound = lane.step(&action).is_ok();
                sound && (lane.view().body_named("chassis").rotation * Vec3::Z).z > LEANS
            });
            let left = self.left_m(&lane.view());
            if stays && left < best.0 {
                best = (left, Some(way));
            }
        }
        best.1
    }

    /// Speeds of the left and of the right side, rad/s: along the way, or of what it tries.
    fn speeds(&mut self, view: &StepView<'_>) -> [f32; 2] {
        let dt_secs = view.record_secs();
        let left = self.left_m(view);
        if left < self.shortest_m - COMES_M || left < NEAR_M {
            (self.shortest_m, self.since_secs) = (left, 0.0);
        } else {
            self.since_secs += dt_secs;
        }
        if self.tries.is_none() && self.since_secs > COMES_SECS {
            self.tries = self.best_try(view).map(|way| (way, TRY_SECS));
            self.since_secs = 0.0;
        }
        if let Some((way, secs)) = self.tries {
            self.tries = (secs > 1.5 * dt_secs).then_some((way, secs - dt_secs));
            // From there on it is to come on.
            (self.shortest_m, self.since_secs) = (left, 0.0);
            return way;
        }
        self.along(view)
    }
}

/// What is to be told for both sides to have these speeds, rad/s.
fn held(torques: &mut Option<Torques>, view: &StepView<'_>, speeds: [f32; 2]) -> [f32; 2] {
    match torques {
        Some(torques) => torques.holding(view, speeds),
        None => speeds,
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let speeds = self.speeds(view);
        action.copy_from_slice(&held(&mut self.torques, view, speeds));
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
