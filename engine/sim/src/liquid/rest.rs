//! Liquid at rest: it is put to sleep, costs next to nothing, and wakes as soon as anything comes near.
//!
//! What hangs together is looked at every half second. Where no particle has gone far it falls asleep: it stands still until
//! something else of the liquid, a wall that moves or a body that can be pushed comes near its box, or gravity changes. Before
//! that, where it only stirs about a middle that rests, it is made thick: the sweeps leave small eddies in deep water that would
//! never end.
//!
//! **Invariant:** all of it is the liquid's own state, in fixed orders; nothing depends on when anybody looks.

use super::grid::Pairs;
use super::movers::Mover;
use super::walls::{Wall, Walls};
use glam::Vec3;
use xxhash_rust::xxh3::Xxh3;

/// How often it is looked at, s.
const WINDOW_SECS: f32 = 0.5;
/// How far a particle may go in that time and is at rest, in spacings.
const STILL: f32 = 0.2;
/// How far the middle of what only stirs may go in that time, in spacings.
const DRIFT: f32 = 0.03;
/// No particle of what only stirs is faster, as a share of the speed of a fall through half a spacing.
const STIRS: f32 = 0.25;
/// Share of the difference of their velocities that neighbours in what is thick take over from each other in a step.
const THICK: f32 = 0.05;

/// What of a liquid rests.
#[derive(Clone, Debug)]
pub(super) struct Rest {
    /// Steps since it was looked at.
    age: u32,
    /// Where each particle was then, m, and the square of its highest speed since, m^2/s^2.
    anchors: Vec<[f32; 3]>,
    peaks: Vec<f32>,
    /// Particles that are not asleep, in their order.
    pub(super) awake: Vec<u32>,
    pools: Vec<Pool>,
    /// The pool of each particle.
    pool_of: Vec<Option<u32>>,
    /// The walls as they were a step ago, where there are pools, and gravity.
    marks: Vec<Mark>,
    gravity: Vec3,
}

/// What hangs together and rests.
#[derive(Clone, Debug)]
struct Pool {
    members: Vec<u32>,
    /// A box around it, m.
    low: Vec3,
    high: Vec3,
    /// Asleep, or only made thick.
    sleeps: bool,
}

/// A wall of a step ago.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mark {
    pose: [Vec3; 4],
    low: Vec3,
    high: Vec3,
}

/// What the world is like in a step.
pub(super) struct Around<'a> {
    pub(super) walls: &'a Walls,
    pub(super) movers: &'a [Mover],
    pub(super) gravity: Vec3,
    pub(super) spacing: f32,
    /// How near something must come, m.
    pub(super) reach: f32,
    pub(super) dt: f32,
}

impl Rest {
    pub(super) fn new(positions: &[[f32; 3]]) -> Rest {
        Rest {
            age: 0,
            anchors: positions.to_vec(),
            peaks: vec![0.0; positions.len()],
            awake: (0..positions.len() as u32).collect(),
            pools: Vec::new(),
            pool_of: vec![None; positions.len()],
            marks: Vec::new(),
            gravity: Vec3::ZERO,
        }
    }

    pub(super) fn has_pools(&self) -> bool {
        !self.pools.is_empty()
    }

    /// Whether a particle is in what is made thick.
    pub(super) fn is_thick(&self, particle: u32) -> bool {
        self.pool_of[particle as usize].is_some_and(|pool| !self.pools[pool as usize].sleeps)
    }

    /// Lets go of the pools that something came near to. True where neighbours and walls have to be looked for again.
    pub(super) fn wake(
        &mut self,
        around: &Around<'_>,
        positions: &[[f32; 3]],
        velocities: &[[f32; 3]],
    ) -> bool {
        if self.pools.is_empty() {
            return false;
        }
        let walls = &around.walls.all;
        let other = walls.len() != self.marks.len() || around.gravity != self.gravity;
        let mut moved = Vec::new();
        for (wall, mark) in walls.iter().zip(&self.marks) {
            let now = Mark::new(wall);
            if now != *mark || !around.movers[wall.mover].is_still {
                let grown = Vec3::splat(around.reach.max(around.reach + wall.speed * around.dt));
                moved.push([now.low.min(mark.low) - grown, now.high.max(mark.high) + grown]);
            }
        }
        let limit = around.stirs();
        let mut left: Vec<bool> = Vec::with_capacity(self.pools.len());
        for pool in &self.pools {
            let fast = |particle: &u32| Vec3::from(velocities[*particle as usize]).length_squared() > limit;
            left.push(
                other
                    || moved.iter().any(|[low, high]| pool.meets(*low, *high))
                    || (!pool.sleeps && pool.members.iter().any(fast)),
            );
        }
        let reach = Vec3::splat(around.reach);
        let (mut low, mut high) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
        for pool in &self.pools {
            low = low.min(pool.low - reach);
            high = high.max(pool.high + reach);
        }
        for particle in &self.awake {
            let place = Vec3::from(positions[*particle as usize]);
            if place.cmpge(low).all() && place.cmple(high).all() {
                for (index, (pool, left)) in self.pools.iter().zip(&mut left).enumerate() {
                    let own = self.pool_of[*particle as usize] == Some(index as u32);
                    *left |= !own && pool.meets(place - reach, place + reach);
                }
            }
        }
        self.mark(around);
        if !left.contains(&true) {
            return false;
        }
        // With other walls what was found at the old ones holds no more.
        let mut woke = other;
        for (pool, _) in self
            .pools
            .iter()
            .zip(&left)
            .filter(|(pool, left)| pool.sleeps && **left)
        {
            woke = true;
            for member in &pool.members {
                let member = *member as usize;
                self.anchors[member] = positions[member];
                // Not asleep again before a whole window.
                self.peaks[member] = f32::INFINITY;
            }
        }
        let mut left = left.into_iter();
        self.pools.retain(|_| !left.next().expect("one for each pool"));
        self.sort_out();
        woke
    }

    /// Ends a step. True where some of it fell asleep: its velocities are zero now. `order` has the particles that the pairs
    /// are of.
    pub(super) fn end_step(
        &mut self,
        around: &Around<'_>,
        order: &[u32],
        pairs: &Pairs,
        positions: &[[f32; 3]],
        velocities: &mut [[f32; 3]],
    ) -> bool {
        for particle in &self.awake {
            let square = Vec3::from(velocities[*particle as usize]).length_squared();
            let peak = &mut self.peaks[*particle as usize];
            if square > *peak {
                *peak = square;
            }
        }
        self.age += 1;
        if (self.age as f32) * around.dt < WINDOW_SECS {
            return false;
        }
        self.age = 0;
        self.pools.retain(|pool| pool.sleeps);
        let slept = self.pools.len();
        for pool in clusters(order, pairs) {
            self.pools.extend(self.look_at(around, pool, positions));
        }
        for particle in &self.awake {
            self.anchors[*particle as usize] = positions[*particle as usize];
            self.peaks[*particle as usize] = 0.0;
        }
        let mut sleeps = false;
        for pool in self.pools[slept..].iter().filter(|pool| pool.sleeps) {
            sleeps = true;
            for member in &pool.members {
                velocities[*member as usize] = [0.0; 3];
            }
        }
        self.mark(around);
        self.sort_out();
        sleeps
    }

    /// Makes a pool of what hangs together, if it rests.
    fn look_at(&self, around: &Around<'_>, members: Vec<u32>, positions: &[[f32; 3]]) -> Option<Pool> {
        let (mut low, mut high) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
        let (mut way, mut farthest, mut peak) = (Vec3::ZERO, 0.0, 0.0);
        for member in &members {
            let member = *member as usize;
            let place = Vec3::from(positions[member]);
            low = low.min(place);
            high = high.max(place);
            let gone = place - Vec3::from(self.anchors[member]);
            way += gone;
            farthest = f32::max(farthest, gone.length_squared());
            peak = f32::max(peak, self.peaks[member]);
        }
        way /= members.len() as f32;
        let square = |share: f32| (share * around.spacing) * (share * around.spacing);
        let stirs = peak < around.stirs() && way.length_squared() < square(DRIFT);
        let pool = Pool {
            members,
            low,
            high,
            sleeps: farthest < square(STILL),
        };
        let reach = Vec3::splat(around.reach);
        let mut moving = around
            .walls
            .all
            .iter()
            .filter(|wall| !around.movers[wall.mover].is_still);
        let disturbed = moving.any(|wall| pool.meets(wall.low - reach, wall.high + reach));
        (stirs && !disturbed).then_some(pool)
    }

    fn mark(&mut self, around: &Around<'_>) {
        self.gravity = around.gravity;
        self.marks.clear();
        self.marks.extend(around.walls.all.iter().map(Mark::new));
    }

    /// Finds who is in which pool, and who is awake.
    fn sort_out(&mut self) {
        self.pool_of.fill(None);
        for (index, pool) in self.pools.iter().enumerate() {
            for member in &pool.members {
                self.pool_of[*member as usize] = Some(index as u32);
            }
        }
        self.awake.clear();
        let pools = self.pool_of.iter().enumerate();
        let awake = pools.filter(|(_, pool)| pool.is_none_or(|pool| !self.pools[pool as usize].sleeps));
        self.awake.extend(awake.map(|(particle, _)| particle as u32));
    }

    pub(super) fn digest(&self, hasher: &mut Xxh3) {
        hasher.update(&self.age.to_le_bytes());
        hasher.update(bytemuck::cast_slice(&self.anchors));
        hasher.update(bytemuck::cast_slice(&self.peaks));
        for pool in &self.pools {
            hasher.update(&[u8::from(pool.sleeps)]);
            hasher.update(bytemuck::cast_slice(&pool.members));
        }
    }
}

impl Around<'_> {
    /// Square of a speed that what only stirs stays below, m^2/s^2.
    fn stirs(&self) -> f32 {
        STIRS * STIRS * self.gravity.length() * self.spacing
    }
}

impl Pool {
    fn meets(&self, low: Vec3, high: Vec3) -> bool {
        self.low.cmple(high).all() && self.high.cmpge(low).all()
    }
}

impl Mark {
    fn new(wall: &Wall) -> Mark {
        Mark {
            pose: wall.pose(),
            low: wall.low,
            high: wall.high,
        }
    }
}

/// What hangs together by pairs of neighbours: particles in their order, clusters in that of their first in the sorted order.
fn clusters(order: &[u32], pairs: &Pairs) -> Vec<Vec<u32>> {
    let mut roots: Vec<u32> = (0..order.len() as u32).collect();
    let mut at = 0;
    for (one, end) in pairs.ends.iter().enumerate() {
        for other in &pairs.others[at..*end as usize] {
            let (a, b) = (root(&mut roots, one as u32), root(&mut roots, *other));
            roots[a.max(b) as usize] = a.min(b);
        }
        at = *end as usize;
    }
    // A root comes before what hangs on it.
    let mut places = vec![0; order.len()];
    let mut all: Vec<Vec<u32>> = Vec::new();
    for one in 0..order.len() {
        let root = root(&mut roots, one as u32) as usize;
        if root == one {
            places[one] = all.len();
            all.push(Vec::new());
        }
        all[places[root]].push(order[one]);
    }
    for members in &mut all {
        members.sort_unstable();
    }
    all
}

fn root(roots: &mut [u32], mut one: u32) -> u32 {
    while roots[one as usize] != one {
        // Half of the way is made shorter for the next.
        roots[one as usize] = roots[roots[one as usize] as usize];
        one = roots[one as usize];
    }
    one
}

/// Lets neighbours in what is thick take over each other's velocities.
pub(super) fn thicken(thick: &[bool], pairs: &Pairs, velocities: &mut [super::four::Four]) {
    let mut at = 0;
    for (one, end) in pairs.ends.iter().enumerate() {
        let own = at..*end as usize;
        at = own.end;
        if thick[one] {
            for other in &pairs.others[own] {
                let change = (velocities[*other as usize] - velocities[one]) * THICK;
                velocities[one] += change;
                velocities[*other as usize] -= change;
            }
        }
    }
}
