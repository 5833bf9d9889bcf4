//! Who lets go in `ramp_constants`: reckons where, by the law, and mends that by trials on copies of the world.

use super::kinds::Kind;
use super::track::{Law, Start, Track};
use super::{HAND_SPEED_MPS, PUSH_WAY_M, REACH_M, RUN_M, TOP_M, highest_m, push_for, signed_spin, track_of};
use crate::drawn;
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;

/// How often a place is tried on a copy and mended.
const TRIALS: usize = 6;
/// How long a trial may take, in records.
const AHEAD: usize = 260;
/// What is slow for so many records on end does not turn but rests.
const RESTS_RECORDS: usize = 3;

/// Works out where to let go, tries that on copies of the world, goes there, waits until it hangs still, and lets go. What would
/// stay where it is it pushes first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expert {
    track: Track,
    law: Law,
    gravity_mps2: f32,
    /// Height of the body's middle above what it is on, m.
    height_m: f32,
    /// Middle of the bin, x in m.
    bin: f32,
    /// Where the hand starts, as a way up the slope, m.
    start_m: f32,
    /// The speed down the slope with which it lets go, m/s.
    push_mps: f32,
    /// The speed of its surface when it is let go with a spin, m/s.
    surface_mps: Option<f32>,
    /// It has come to where the push begins.
    pushes: bool,
    /// Where to let go, as a position of the rail, once it has been tried.
    target_m: Option<f32>,
    released: bool,
}

impl Expert {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        let real = |name: &str| drawn::real(plan, name);
        let kind = Kind::of(drawn::word(plan, "object_kind"));
        let track = track_of(plan);
        let place = plan.world.bodies["object"].position_m;
        let from_bend = Vec2::new(place[0], place[2]) - track.on_slope(0.0);
        let height_m = kind.height_m(real("object_size_m"));
        let spin_radps = signed_spin(drawn::word(plan, "spin"), real("spin_radps"));
        Expert {
            track,
            law: kind.law(
                real("object_size_m"),
                real("block_friction"),
                real("rolling_damping_per_s"),
            ),
            gravity_mps2: real("gravity_mps2"),
            height_m,
            bin: plan.world.bodies["bin"].position_m[0],
            start_m: from_bend.dot(track.up()),
            push_mps: push_for(kind, real("static_friction"), track.slope_rad),
            surface_mps: (spin_radps != 0.0).then_some(spin_radps * height_m),
            pushes: false,
            target_m: None,
            released: false,
        }
    }

    /// The position of the rail from where it stops at this place, by the law of its motion.
    fn place_for(&self, stop: f32) -> f32 {
        let mut low = REACH_M[0];
        let mut high = highest_m(self.law, self.gravity_mps2, &self.track, self.surface_mps);
        for _ in 0..20 {
            let middle = 0.5 * (low + high);
            let start = Start {
                along_m: middle,
                speed_mps: self.push_mps,
                surface_mps: self.surface_mps,
            };
            let reached = (self.track).stops_at(self.law, self.gravity_mps2, self.height_m, start);
            if reached < stop {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high) - self.start_m
    }

    /// Where it stops on a copy of the world when it is let go at this position of the rail.
    fn trial(&self, view: &StepView<'_>, target_m: f32) -> f32 {
        let mut hand = Expert {
            target_m: Some(target_m),
            ..*self
        };
        let mut lane = view.fork();
        let mut action = [0.0; 2];
        let mut slow_for = 0;
        for _ in 0..AHEAD {
            hand.command(&lane.view(), target_m, &mut action);
            if lane.step(&action).is_err() {
                break;
            }
            let object = lane.view().body_named("object");
            let is_slow = object.linear_velocity_mps.length() < 0.01;
            slow_for = if hand.released && is_slow { slow_for + 1 } else { 0 };
            let has_fallen = object.position_m.z < TOP_M;
            if hand.released && (has_fallen || slow_for >= RESTS_RECORDS) {
                break;
            }
        }
        lane.view().body_named("object").position_m.x
    }

    /// The law does not know how feet and rollers take the pieces of the bend: the copy does.
    fn tried(&self, view: &StepView<'_>) -> f32 {
        let mut aim = self.bin;
        let mut best = (f32::INFINITY, 0.0);
        for _ in 0..TRIALS {
            let target = self.place_for(aim);
            let error = self.bin - self.trial(view, target);
            if error.abs() < best.0 {
                best = (error.abs(), target);
            }
            if error.abs() < 0.03 {
                break;
            }
            aim = (aim + 0.8 * error).clamp(0.05, 2.0 * RUN_M - 0.01);
        }
        best.1
    }

    fn command(&mut self, view: &StepView<'_>, target_m: f32, action: &mut [f32]) {
        let rail = view.joint_index("rail").expect("the family makes a rail");
        let place = view.joint_position(rail);
        let way = if self.push_mps > 0.0 { PUSH_WAY_M } else { 0.0 };
        let error = (target_m + way).min(REACH_M[1] - self.start_m) - place;
        let is_there = error.abs() < 0.004 && view.joint_velocity(rail).abs() < 0.01;
        if self.push_mps > 0.0 {
            self.released |= self.pushes && place <= target_m;
            self.pushes |= is_there;
        } else {
            self.released |= is_there;
        }
        let speed = if self.pushes {
            -self.push_mps
        } else {
            (5.0 * error).clamp(-HAND_SPEED_MPS, HAND_SPEED_MPS)
        };
        action.copy_from_slice(&if self.released { [0.0, 0.0] } else { [speed, 1.0] });
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let target = self.target_m.unwrap_or_else(|| self.tried(view));
        self.target_m = Some(target);
        self.command(view, target, action);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(*self)
    }
}
