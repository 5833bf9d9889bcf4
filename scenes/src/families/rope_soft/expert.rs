//! The expert of `rope_soft`: takes the handle, goes along a way of places, and lets go.

use super::knot::{knotted_at_first_m, knotted_now_m};
use super::rigs::HANDLE_M;
use super::wound::{nearest_m, winding};
use super::{CHAIN, CURTAIN, DRAPE, HAND_MPS, JELLY, KNOT, PULL, TEAR, UNCOVER, UNWIND, vertices, width};
use terrella_sim::glam::{Vec2, Vec3};
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::Shape;
use terrella_spec::soft::SoftForm;

/// How near a place counts as reached, m.
pub(super) const NEAR_M: f32 = 0.03;
/// How far from a post the hand goes round it, how high, and how far away from it it draws the rope in the end, m.
const ROUND_M: [f32; 3] = [0.17, 0.09, 0.85];
/// How far ahead of itself on that circle it aims, rad.
const AHEAD_RAD: f32 = 0.8;
/// How far past its mark it pulls a rope with a knot, m, and to which share of its length the knot: a bit of that comes back.
const PAST_M: f32 = 0.35;
const TIGHTER: f32 = 0.5;
/// Fewer turns are none.
const UNWOUND_TURNS: f32 = 0.1;

#[derive(Clone, Debug)]
pub(super) struct Expert {
    /// Where the handle is carried; of a pull only the goal.
    way: Vec<Vec3>,
    /// The next of those places.
    next: usize,
    /// The rope that pulls: its length, m.
    pulls: Option<f32>,
    /// It drags a jelly.
    drags: bool,
    /// It draws a knot tight, to be so long, m.
    tightens: Option<f32>,
    /// It unwinds a rope from a post; true: it is unwound.
    unwinds: Option<bool>,
    /// Where the goal is.
    goal: Vec3,
    done: bool,
}

impl Expert {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        let world = &plan.world;
        let at = |name: &str| Vec3::from(world.bodies[name].position_m);
        let (handle, goal) = (at("handle"), at("goal"));
        let soft = &world.softs["soft"];
        // Towards the side that the handle is not on.
        let side = if handle.x > goal.x { -1.0 } else { 1.0 };
        let place = |x: f32, z: f32| Vec3::new(x, 0.0, z);
        let radius = match &world.bodies["goal"].shape {
            Shape::Ball { radius_m } | Shape::Cylinder { radius_m, .. } => *radius_m,
            _ => 0.0,
        };
        let (mut pulls, mut tightens) = (None, None);
        let way = match plan.task.as_str() {
            DRAPE | CHAIN => {
                let over = goal.z + radius + HANDLE_M + 0.06;
                vec![
                    place(handle.x, over),
                    place(side * (radius + 0.12), over),
                    place(side * (radius + 0.12), 0.06),
                ]
            }
            PULL => {
                if let SoftForm::Rope { along_m, .. } = &soft.form {
                    pulls = Some(Vec3::from(along_m[0]).distance(Vec3::from(along_m[1])));
                }
                vec![goal]
            }
            JELLY => vec![goal],
            // Up and away to the side that the handle hangs on.
            UNCOVER => vec![
                place(-side * (radius + 0.22), 2.0 * radius + 0.08),
                place(-side * 0.74, 0.12),
            ],
            UNWIND => Vec::new(),
            // On past the mark, for the rope gives.
            KNOT => {
                tightens = Some(TIGHTER * knotted_at_first_m(soft));
                let onwards = (goal - at("load")).with_z(0.0).normalize_or_zero();
                vec![(goal + onwards * PAST_M).with_z(0.05)]
            }
            // Down and past the mark until nothing holds it back, then onto it.
            TEAR => vec![
                goal + Vec3::new(0.0, -0.25, 0.12),
                goal + Vec3::new(0.0, 0.0, 0.06),
            ],
            CURTAIN => {
                let fixed = -handle.x.signum();
                let near = handle + Vec3::new(fixed * 0.75 * width(soft), -0.08, 0.02);
                vec![handle + Vec3::new(fixed * 0.1, -0.08, 0.02), near]
            }
            _ => {
                let over = 2.0 * radius + HANDLE_M + 0.1;
                let half = 0.5 * width(soft);
                vec![
                    place(handle.x, over),
                    place(0.0, over + 0.03),
                    place(side * (half + 0.01), 0.5 * over),
                    place(side * (half + 0.03), 0.06),
                ]
            }
        };
        Expert {
            way,
            next: 0,
            pulls,
            drags: plan.task == JELLY,
            tightens,
            unwinds: (plan.task == UNWIND).then_some(false),
            goal,
            done: false,
        }
    }

    /// Where a hand goes that is to take the handle, from above.
    pub(super) fn to_handle(view: &StepView<'_>) -> Vec3 {
        let [hand, handle] = ["hand", "handle"].map(|body| view.body_named(body).position_m);
        let aside = (hand - handle).truncate().length();
        if aside > 0.02 && hand.z < handle.z + 0.06 {
            Vec3::new(hand.x, hand.y, handle.z + 0.1)
        } else if aside > 0.012 {
            handle + Vec3::new(0.0, 0.0, 0.1)
        } else {
            handle
        }
    }

    /// True where the hand is near enough to take the handle.
    pub(super) fn is_at_handle(view: &StepView<'_>) -> bool {
        let [hand, handle] = ["hand", "handle"].map(|body| view.body_named(body).position_m);
        hand.distance(handle) < HANDLE_M + 0.015
    }

    /// Where the hand goes that holds the handle; nothing when it is time to let go.
    fn carried_to(&mut self, view: &StepView<'_>, hand: Vec3) -> Option<Vec3> {
        if self.drags {
            let left = (self.way[0] - view.body_named("load").position_m).truncate();
            // Level, and slower the nearer it comes, for a jelly swings.
            return (left.length() > 0.02).then(|| hand + (0.4 * left).extend(0.0));
        }
        if let Some(unwound) = self.unwinds {
            return self.around(view, hand, unwound);
        }
        if let Some(tight_m) = self.tightens {
            return (knotted_now_m(view, &vertices(view)) > tight_m).then_some(self.way[0]);
        }
        if let Some(length) = self.pulls {
            let load = view.body_named("load").position_m;
            let left = (self.way[0] - load).truncate();
            if left.length() < 0.03 {
                return None;
            }
            // Ahead of the box by the rope and a bit more, so that it comes as far as the mark.
            let ahead = left.normalize_or_zero();
            let reach = length + HANDLE_M + 0.1 + left.length().min(0.1);
            let target = load.truncate() + ahead * reach;
            return Some(target.extend(0.06));
        }
        while self.next < self.way.len() && hand.distance(self.way[self.next]) < NEAR_M {
            self.next += 1;
        }
        self.way.get(self.next).copied()
    }

    /// Round the post until the rope is wound about it no more, and then away from it past the load.
    fn around(&mut self, view: &StepView<'_>, hand: Vec3, unwound: bool) -> Option<Vec3> {
        let line = vertices(view);
        let wound = winding(&line, self.goal);
        self.unwinds = Some(unwound || wound.abs() < UNWOUND_TURNS);
        let out = |point: Vec3| (point - self.goal).truncate().normalize_or(Vec2::X);
        let [round_m, over_m, away_m] = ROUND_M;
        let (way, far_m) = if unwound {
            if nearest_m(line.iter().copied(), self.goal) > 0.16 {
                return None;
            }
            (out(view.body_named("load").position_m), away_m)
        } else {
            let angle = -wound.signum() * AHEAD_RAD;
            let ahead = Vec2::new(libm::cosf(angle), libm::sinf(angle));
            (ahead.rotate(out(hand)), round_m)
        };
        let target = self.goal.truncate() + way * far_m;
        Some(target.extend(over_m))
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let hand = view.body_named("hand").position_m;
        let grip = view.mechanism_index("grip").expect("it is there");
        let holds = view.held_by(grip).is_some();
        let target = if self.done {
            // Up and away, so that it is seen to have let go.
            Some(hand + Vec3::new(0.0, 0.0, 0.1))
        } else if holds {
            let target = self.carried_to(view, hand);
            self.done = target.is_none();
            target
        } else {
            Some(Self::to_handle(view))
        };
        let way = target.map_or(Vec3::ZERO, |target| target - hand);
        let most = match (holds, self.unwinds) {
            (true, None) => 0.45,
            _ => HAND_MPS,
        };
        let speed = (way * 6.0).clamp_length_max(most);
        let wants = !self.done && (holds || Self::is_at_handle(view));
        action.copy_from_slice(&[speed.x, speed.y, speed.z, if wants { 1.0 } else { 0.0 }]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
