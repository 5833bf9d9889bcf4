//! The expert of `billiard_collide`: ghost-ball aim, or straight at the target where to touch it is all, refined by playing strikes on
//! copies of the world.

use super::{
    First, HALF_FIELD_M, MAX_IMPULSE_NS, MIN_IMPULSE_NS, POCKET_M, REST_SPEED_MPS, direction, has_dropped,
};
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// How many strikes are tried before each strike.
const TRIALS: usize = 24;
/// How far ahead a trial looks, in records.
const AHEAD: u32 = 60;

#[derive(Clone, Copy, Debug)]
pub(super) struct Expert {
    /// The marked pocket; none where to touch the target is all.
    pocket: Option<Vec2>,
    radius_m: f32,
}

/// What a strike led to; smaller is better.
type Score = f32;

impl Expert {
    pub fn new(pocket: Option<Vec2>, radius_m: f32) -> Self {
        Expert { pocket, radius_m }
    }

    /// Directions worth trying, best guess first: straight at the ghost ball, or by one cushion.
    fn aims(&self, cue: Vec2, target: Vec2) -> Vec<Vec2> {
        let Some(pocket) = self.pocket else {
            return vec![(target - cue).normalize_or(Vec2::X)];
        };
        let ghost = target - (pocket - target).normalize_or_zero() * (2.0 * self.radius_m);
        let wall = HALF_FIELD_M - Vec2::splat(self.radius_m);
        let mirrored = [
            Vec2::new(2.0 * wall.x - ghost.x, ghost.y),
            Vec2::new(-2.0 * wall.x - ghost.x, ghost.y),
            Vec2::new(ghost.x, 2.0 * wall.y - ghost.y),
            Vec2::new(ghost.x, -2.0 * wall.y - ghost.y),
        ];
        let mut aims = vec![(ghost - cue).normalize_or(Vec2::X)];
        // Where the straight way meets the target on its far side, a cushion may still bring the cue there.
        if (ghost - cue).dot(target - ghost) <= 0.0 {
            aims.extend(mirrored.iter().map(|image| (*image - cue).normalize_or(Vec2::X)));
        }
        aims
    }

    /// Plays a strike on a copy of the world.
    fn trial(&self, view: &StepView<'_>, impulse: Vec2) -> Score {
        match self.pocket {
            Some(pocket) => self.trial_for(pocket, view, impulse),
            None => touch_trial(view, impulse),
        }
    }

    fn trial_for(&self, pocket: Vec2, view: &StepView<'_>, impulse: Vec2) -> Score {
        let mut lane = view.fork();
        let before = view.body_named("target").position_m.truncate().distance(pocket);
        let mut action = impulse.to_array().to_vec();
        let mut nearest = before;
        for step in 0..AHEAD {
            if lane.step(&action).is_err() {
                return f32::INFINITY;
            }
            action.fill(0.0);
            let view = lane.view();
            let (cue, target) = (view.body_named("cue"), view.body_named("target"));
            let distance = target.position_m.truncate().distance(pocket);
            nearest = nearest.min(distance);
            if has_dropped(target.position_m.z) {
                return if distance < POCKET_M { -1.0 } else { 10.0 };
            }
            if has_dropped(cue.position_m.z) {
                // Nothing can be struck afterwards; the target may still roll in.
                if target.linear_velocity_mps.length() < REST_SPEED_MPS {
                    return 5.0 + distance;
                }
                continue;
            }
            let rest = [cue, target]
                .iter()
                .all(|body| body.linear_velocity_mps.length() < REST_SPEED_MPS);
            if rest && step > 3 {
                break;
            }
        }
        let view = lane.view();
        let end = view.body_named("target").position_m.truncate().distance(pocket);
        let lost = if has_dropped(view.body_named("cue").position_m.z) {
            5.0
        } else {
            0.0
        };
        // A near miss tells the next guess more than where it rolled afterwards.
        nearest + 0.2 * end + lost
    }

    fn strike(&self, view: &StepView<'_>, rng: &mut Rng) -> Vec2 {
        let cue = view.body_named("cue").position_m.truncate();
        let target = view.body_named("target").position_m.truncate();
        let aims = self.aims(cue, target);
        let speeds = [0.65, 0.45, 0.9, 0.3];
        let mut best = (f32::INFINITY, Vec2::ZERO);
        for index in 0..TRIALS {
            let guess = if index < 2 * aims.len() && best.0 > 0.5 || best.1 == Vec2::ZERO {
                aims[index % aims.len()] * (speeds[index / aims.len() % 4] * MAX_IMPULSE_NS)
            } else {
                // Around the best so far, narrower with every trial.
                let width = 0.12 * (1.0 - index as f32 / TRIALS as f32) + 0.01;
                let turned = direction(width * rng.normal() as f32).rotate(best.1);
                turned * (1.0 + 0.25 * rng.normal() as f32)
            };
            let impulse = guess.clamp_length(1.05 * MIN_IMPULSE_NS, MAX_IMPULSE_NS);
            let score = self.trial(view, impulse);
            if score < best.0 {
                best = (score, impulse);
            }
            if score < 0.0 {
                break;
            }
        }
        best.1
    }
}

/// A strike whose cue is to touch the target before anything else, on a copy of the world.
fn touch_trial(view: &StepView<'_>, impulse: Vec2) -> Score {
    let mut lane = view.fork();
    let mut action = impulse.to_array().to_vec();
    let mut nearest = f32::INFINITY;
    for step in 0..AHEAD {
        if lane.step(&action).is_err() {
            return f32::INFINITY;
        }
        action.fill(0.0);
        let view = lane.view();
        let (cue, target) = (view.body_named("cue"), view.body_named("target"));
        nearest = nearest.min(cue.position_m.distance(target.position_m));
        match First::of(&view) {
            First::Target => return -1.0,
            First::Another => return 5.0 + nearest,
            First::Nothing => {}
        }
        if step > 3 && cue.linear_velocity_mps.length() < REST_SPEED_MPS {
            break;
        }
    }
    nearest
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        action.fill(0.0);
        let (cue, target) = (view.body_named("cue"), view.body_named("target"));
        let touched = self.pocket.is_none() && First::of(view) != First::Nothing;
        let over = touched || has_dropped(cue.position_m.z) || has_dropped(target.position_m.z);
        let rolling = cue.linear_velocity_mps.length() >= REST_SPEED_MPS
            || target.linear_velocity_mps.length() >= 2.0 * REST_SPEED_MPS;
        if !over && !rolling {
            action.copy_from_slice(&self.strike(view, rng).to_array());
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(*self)
    }
}
