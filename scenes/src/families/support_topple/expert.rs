//! Who takes towers apart, and builds them: from above what bears nothing, from the front what a beam hides, from the side to topple.
//! Where the marked block stands or falls elsewhere, it is fetched out of the ruins.

use super::{Goal, HAND_HALF_M, Judge, MARKED, PLATE_HALF_HEIGHT_M, PLUNGER_WAY_M};
use std::f32::consts::FRAC_PI_2;
use terrella_sim::glam::{Mat3, Vec3};
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::Shape;

/// What the hand does at a waypoint before it goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    GoOn,
    Catch,
    /// Catches what is before the cup, not below.
    CatchAhead,
    LetGo,
    /// Brings the plunger out as far as this, m.
    Poke(f32),
}

/// A place to go to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Waypoint {
    place: Vec3,
    speed: f32,
    then: Then,
}

/// How long a push, and what follows, is watched in a fork, s.
const FORESIGHT_SECS: u32 = 9;

/// The expert: a list of waypoints made from the plan. Where there are several, it tries them in forks of the world
/// before it moves, and takes the first that works, or the one that ends best.
#[derive(Clone, Debug)]
pub(super) struct Expert {
    ways: Vec<Vec<Waypoint>>,
    judge: Judge,
    way: Vec<Waypoint>,
    next: usize,
    /// True while it is to fetch the marked block after its way, where that has not brought it to its place.
    fetches: bool,
    holds: bool,
    /// Steps that it has waited for a catch or a release.
    waited: u32,
}

impl Expert {
    pub(super) fn new(plan: &WorldPlan, judge: Judge) -> Self {
        let ways = match judge.goal {
            Goal::Topple => pushes(plan),
            Goal::Remove | Goal::Build => vec![carry(plan)],
        };
        let way = ways[0].clone();
        Expert {
            ways,
            way,
            next: 0,
            fetches: judge.goal == Goal::Topple,
            judge,
            holds: false,
            waited: 0,
        }
    }

    /// Drops what it was to do, goes up to `over` and then along a way, with nothing in its hand.
    pub(super) fn go(&mut self, way: Vec<Waypoint>, over: Vec3) {
        (self.ways, self.fetches, self.holds) = (Vec::new(), false, false);
        self.way = vec![to(over, 0.5)];
        self.way.extend(way);
        (self.next, self.waited) = (0, 0);
    }

    /// True at the end of its way.
    pub(super) fn is_idle(&self) -> bool {
        self.next == self.way.len()
    }

    /// Keeps the first way that reaches the goal in a fork; the one that ends best where none does.
    fn choose(&mut self, view: &StepView<'_>, rng: &Rng) {
        let mut best = f32::NEG_INFINITY;
        for way in std::mem::take(&mut self.ways) {
            let mut trial = Expert {
                way: way.clone(),
                ..self.clone()
            };
            let (mut judge, mut lane, mut rng) = (self.judge.clone(), view.fork(), rng.clone());
            let mut action = vec![0.0; view.action_space().len()];
            let mut reward = f32::NEG_INFINITY;
            for _ in 0..FORESIGHT_SECS * view.world().control_hz {
                trial.act(&lane.view(), &mut rng, &mut action);
                if lane.step(&action).is_err() {
                    break;
                }
                let outcome = judge.assess(&lane.view(), &action);
                if outcome.success {
                    self.way = way;
                    return;
                }
                reward = outcome.reward;
            }
            if reward > best {
                (best, self.way) = (reward, way);
            }
        }
    }
}

/// Position and half extents of a body that is a box.
fn box_of(plan: &WorldPlan, name: &str) -> (Vec3, Vec3) {
    let body = &plan.world.bodies[name];
    match &body.shape {
        Shape::Box { half_extents_m } => (body.position_m.into(), (*half_extents_m).into()),
        _ => unreachable!("blocks and plates are boxes"),
    }
}

/// Every block but the marked one.
fn others(plan: &WorldPlan) -> Vec<(Vec3, Vec3)> {
    let is_other = |name: &&String| name.starts_with("block_");
    plan.world
        .bodies
        .keys()
        .filter(is_other)
        .map(|name| box_of(plan, name))
        .collect()
}

fn to(place: Vec3, speed: f32) -> Waypoint {
    Waypoint {
        place,
        speed,
        then: Then::GoOn,
    }
}

/// Brings the marked block to the plate.
fn carry(plan: &WorldPlan) -> Vec<Waypoint> {
    let (place, half) = box_of(plan, MARKED);
    let (plate, _) = box_of(plan, "plate");
    let others = others(plan);
    let top = others
        .iter()
        .fold(place.z + half.z, |top, (at, size)| top.max(at.z + size.z));
    let safe = top + half.z + HAND_HALF_M + 0.06;
    let hand = Vec3::from(plan.world.bodies["hand"].position_m);
    let is_covered = others.iter().any(|(at, size)| {
        at.z > place.z + half.z
            && (at.x - place.x).abs() < size.x + half.x
            && (at.y - place.y).abs() < size.y + half.y
    });
    let clearance = HAND_HALF_M + 0.004;
    if !is_covered {
        let grip = place + Vec3::Z * (half.z + clearance);
        let lay = plate + Vec3::Z * (2.0 * half.z + clearance - PLATE_HALF_HEIGHT_M + 0.004);
        return vec![
            to(hand.with_z(safe), 0.5),
            to(grip.with_z(safe), 0.5),
            to(grip + Vec3::Z * 0.04, 0.3),
            Waypoint {
                place: grip,
                speed: 0.08,
                then: Then::Catch,
            },
            to(grip + Vec3::Z * 0.03, 0.08),
            to(grip.with_z(safe), 0.3),
            to(lay.with_z(safe), 0.4),
            to(lay + Vec3::Z * 0.05, 0.4),
            to(lay + Vec3::Z * 0.02, 0.1),
            Waypoint {
                place: lay,
                speed: 0.06,
                then: Then::LetGo,
            },
            to(lay.with_z(safe), 0.3),
        ];
    }
    // Out of its row to the front, then up and over.
    let front = Vec3::new(
        place.x,
        place.y - half.y - clearance,
        place.z.max(HAND_HALF_M + 0.01),
    );
    let before = front - Vec3::Y * 0.06;
    let out = front - Vec3::Y * (2.0 * half.y + 0.06);
    let lift = Vec3::Z * 0.04;
    let lay = Vec3::new(plate.x, plate.y - half.y - clearance, front.z + 0.006);
    vec![
        to(before.with_z(hand.z), 0.5),
        to(before, 0.5),
        Waypoint {
            place: front,
            speed: 0.08,
            then: Then::CatchAhead,
        },
        to(out, 0.12),
        to(out + lift, 0.2),
        to(lay.with_y(out.y) + lift, 0.4),
        to(lay + lift, 0.3),
        Waypoint {
            place: lay,
            speed: 0.1,
            then: Then::LetGo,
        },
        to(lay - Vec3::Y * 0.1, 0.3),
    ]
}

/// Where a block is, and how far it reaches from there along each axis, m.
pub(super) fn reach(view: &StepView<'_>, name: &str) -> (Vec3, Vec3) {
    let Shape::Box { half_extents_m } = view.world().bodies[name].shape else {
        unreachable!("blocks are boxes")
    };
    let (body, half) = (view.body_named(name), Vec3::from(half_extents_m));
    let turned = Mat3::from_quat(body.rotation);
    let far = [0, 1, 2].map(|axis| turned.row(axis).abs().dot(half));
    (body.position_m, far.into())
}

/// Takes the marked block from where it is now to the plate.
fn fetch(view: &StepView<'_>) -> Vec<Waypoint> {
    let (_, half) = reach(view, MARKED);
    take(
        view,
        MARKED,
        view.body_named("plate").position_m.with_z(half.z + 0.004),
    )
}

/// Takes a block from where it is now to another place, m.
pub(super) fn take(view: &StepView<'_>, name: &str, to_place: Vec3) -> Vec<Waypoint> {
    let (place, half) = reach(view, name);
    let blocks = view.world().bodies.iter();
    let blocks = blocks.filter(|(_, body)| body.class == "block");
    let blocks = blocks.map(|(name, _)| reach(view, name));
    let top = blocks.fold(place.z + half.z, |top, (at, size)| top.max(at.z + size.z));
    let safe = top + 2.0 * half.z + HAND_HALF_M + 0.06;
    let above = Vec3::Z * (half.z + HAND_HALF_M + 0.004);
    let (grip, lay) = (place + above, to_place + above);
    let hand = view.body_named("hand").position_m;
    vec![
        to(hand.with_z(safe), 0.5),
        to(grip.with_z(safe), 0.5),
        to(grip + Vec3::Z * 0.03, 0.5),
        Waypoint {
            place: grip,
            speed: 0.08,
            then: Then::Catch,
        },
        to(grip.with_z(safe), 0.4),
        to(lay.with_z(safe), 0.5),
        to(lay + Vec3::Z * 0.03, 0.4),
        Waypoint {
            place: lay,
            speed: 0.06,
            then: Then::LetGo,
        },
        to(lay + Vec3::Z * 0.05, 0.3),
    ]
}

/// Pushes against each block but the lowest, over to the plate's side; what topples half of the tower comes first.
fn pushes(plan: &WorldPlan) -> Vec<Vec<Waypoint>> {
    let (plate, _) = box_of(plan, "plate");
    let mut blocks = others(plan);
    blocks.push(box_of(plan, MARKED));
    blocks.sort_by(|one, other| one.0.z.total_cmp(&other.0.z));
    let half_way = blocks.len() / 2;
    let mut heights: Vec<usize> = (1..blocks.len()).collect();
    heights.sort_by_key(|index| index.abs_diff(half_way));
    let hand = Vec3::from(plan.world.bodies["hand"].position_m);
    heights
        .iter()
        .flat_map(|index| PUSHES.map(|by| push(&blocks, *index, plate.x.signum(), hand, by)))
        .collect()
}

/// What it pushes with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Push {
    /// The plunger, from right beside the block.
    Plunger,
    /// Its body, at this speed, m/s.
    Body(f32),
    /// Its body, against the upper end: what is tall tips over and does not slide.
    Top,
}

/// The ways to push, in the order in which they are tried.
pub(super) const PUSHES: [Push; 4] = [Push::Plunger, Push::Body(0.5), Push::Body(0.25), Push::Top];

/// A push against one block, `side` along x.
pub(super) fn push(blocks: &[(Vec3, Vec3)], index: usize, side: f32, hand: Vec3, by: Push) -> Vec<Waypoint> {
    let (place, half) = blocks[index];
    let behind = blocks
        .iter()
        .filter(|(at, size)| (at.z - place.z).abs() < size.z + HAND_HALF_M)
        .fold(f32::INFINITY, |behind, (at, size)| {
            behind.min(side * at.x - size.x)
        });
    let up = match by {
        Push::Top => half.z - 0.5 * HAND_HALF_M,
        _ => 0.0,
    };
    let start = Vec3::new(
        side * (behind - HAND_HALF_M - 0.03),
        place.y,
        (place.z + up).max(HAND_HALF_M + 0.01),
    );
    let aside = Vec3::new(side * (behind - 0.15), hand.y, hand.z);
    let end = start + Vec3::X * side * (2.0 * half.x.min(0.06) + 0.16);
    let mut way = vec![
        to(aside, 0.5),
        to(aside.with_y(place.y), 0.5),
        to(start.with_x(aside.x), 0.5),
        to(start, 0.5),
    ];
    match by {
        Push::Plunger => {
            let beside = start + Vec3::X * (side * 0.024);
            let poke = Waypoint {
                place: beside,
                speed: 0.1,
                then: Then::Poke(side * PLUNGER_WAY_M),
            };
            way.extend([poke, to(beside.with_x(aside.x), 0.5)]);
        }
        Push::Body(speed) => way.extend([to(end, speed), to(end.with_x(aside.x), 0.5)]),
        Push::Top => way.extend([to(end, 0.35), to(end.with_x(aside.x), 0.5)]),
    }
    way
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        if self.ways.len() > 1 {
            self.choose(view, rng);
        }
        let hand = view.body_named("hand").position_m;
        let grip = view.mechanism_index("grip").expect("the family makes a grip");
        if self.next == self.way.len() && self.fetches {
            self.fetches = false;
            if !self.judge.clone().assess(view, &[]).success {
                self.way.extend(fetch(view));
            }
        }
        let Some(goal) = self.way.get(self.next).copied() else {
            action.fill(0.0);
            return;
        };
        let error = goal.place - hand;
        if error.length() < 0.006 {
            self.waited += 1;
            let done = match goal.then {
                Then::GoOn => true,
                Then::Catch | Then::CatchAhead => {
                    self.holds = true;
                    view.held_by(grip).is_some() || self.waited > 10
                }
                Then::LetGo => {
                    // It lets go of what hangs still.
                    self.holds &= self.waited < 4;
                    self.waited > 6
                }
                Then::Poke(_) => self.waited > 12,
            };
            if done {
                self.next += 1;
                self.waited = 0;
            }
        }
        let velocity = (error * 6.0).clamp_length_max(goal.speed);
        action[..3].copy_from_slice(&velocity.to_array());
        action[3] = if self.holds { 1.0 } else { 0.0 };
        action[4] = if goal.then == Then::CatchAhead {
            FRAC_PI_2
        } else {
            0.0
        };
        action[5] = match goal.then {
            Then::Poke(way) if self.waited > 0 => way,
            _ => 0.0,
        };
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
