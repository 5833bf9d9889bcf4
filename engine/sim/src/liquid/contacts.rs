//! Which particles are near which walls, and what a wall then is to them.

use super::four::Four;
use super::grid::Grid;
use super::kernel::Kernel;
use super::movers::Mover;
use super::walls::{Near, Walls};
use glam::Vec3;

/// Most walls that a particle is told of: the nearest.
const MOST: usize = 8;
/// How often a particle is pushed out of a wall in a step; after the second time out of what nothing moves.
const ROUNDS: usize = 4;
/// By how many times the least distance from a wall a particle at rest may be farther and is still stopped by the sweeps; what
/// is beyond is only looked at after them.
const SLACK: f32 = 1.0;

/// A particle near a wall.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contact {
    /// Unit normal, away from the wall; w is 0.
    pub(super) normal: Four,
    /// Velocity of the wall there, m/s, where nothing pushes it; w is 0.
    pub(super) velocity: Four,
    /// Which share of the wall is there, where nearer ones stand before it.
    weight: f32,
    /// By how much the wall makes the particle denser as it comes nearer, 1/m.
    pub(super) fall: f32,
    /// How fast it may come nearer, m/s.
    pub(super) approach: f32,
    /// Distance, m.
    pub(super) distance: f32,
    /// The body: its index among the movers.
    pub(super) mover: u32,
    /// The same where it can be pushed.
    pub(super) free: Option<u32>,
    /// From the body's centre to the place, m.
    pub(super) arm: Vec3,
    /// The body's mobility along the normal, times a particle's mass.
    pub(super) mobility: f32,
    /// By how much of an impulse between the two they part, at most 1.
    pub(super) yields: f32,
    /// Impulse that keeps it out so far, as a change of velocity, m/s.
    pub(super) hard: f32,
}

/// All contacts, by particle in the sorted order: those of `i` are `ends[i - 1]..ends[i]`.
#[derive(Debug, Default)]
pub(super) struct Contacts {
    pub(super) ends: Vec<u32>,
    /// Where those end that the sweeps have to look at: what may stop a particle within the step, or can be pushed.
    pub(super) closes: Vec<u32>,
    pub(super) all: Vec<Contact>,
    /// Walls near the cell at hand.
    near: Vec<Near>,
    found: Vec<Found>,
}

/// A wall in range.
#[derive(Clone, Copy, Debug)]
struct Found {
    distance: f32,
    normal: Vec3,
    near: Near,
}

/// What contacts are made of.
pub(super) struct Setting<'a> {
    pub(super) kernel: &'a Kernel,
    pub(super) walls: &'a Walls,
    pub(super) movers: &'a [Mover],
    pub(super) particle_mass: f32,
    /// A step, and how long contacts are to last, s.
    pub(super) dt: f32,
    pub(super) secs: f32,
}

impl Contacts {
    /// Finds them, moves particles out of walls, and adds the walls' part to the densities. All in the sorted order.
    pub(super) fn find(
        &mut self,
        setting: &Setting<'_>,
        grid: &Grid,
        places: &mut [Four],
        velocities: &[Four],
        densities: &mut [f32],
    ) {
        let Setting { kernel, walls, .. } = setting;
        self.ends.clear();
        self.closes.clear();
        self.all.clear();
        for (_, run) in grid.runs() {
            let (mut low, mut high) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
            let mut fastest: f32 = 0.0;
            for one in run.clone() {
                let place = places[one].vector();
                low = low.min(place);
                high = high.max(place);
                fastest = fastest.max(velocities[one].dot(velocities[one]));
            }
            let fastest = fastest.sqrt();
            // How far from a wall a particle must know of it: where it is felt, or where it may be before it looks again.
            let range = |speed: f32| {
                let way = kernel.nearest + (fastest + speed) * setting.secs;
                kernel.reach.max(way)
            };
            // Twice as far as it goes now, and a bit: within a step it may become faster.
            let close = |speed: f32| kernel.nearest * (1.0 + SLACK) + 2.0 * (fastest + speed) * setting.secs;
            walls.near([low, high], range, close, &mut self.near);
            if self.near.is_empty() {
                let end = self.all.len() as u32;
                self.ends.extend(run.clone().map(|_| end));
                self.closes.extend(run.map(|_| end));
                continue;
            }
            for one in run {
                let mut place = places[one].vector();
                // Where it is pushed out of one wall it may come into another. Those that nothing moves come last: a particle
                // may be caught in a body that sinks onto it, and never in a floor.
                for round in 0..=ROUNDS {
                    self.gather(walls, place);
                    // Where the nearest is far enough, all are.
                    if self
                        .found
                        .first()
                        .is_none_or(|found| found.distance >= kernel.nearest)
                    {
                        break;
                    }
                    let moves =
                        |near: Near| setting.movers[walls.all[near.wall as usize].mover].free.is_some();
                    let inside = self
                        .found
                        .iter()
                        .find(|found| found.distance < kernel.nearest && (round < 2 || !moves(found.near)));
                    let (Some(found), true) = (inside, round < ROUNDS) else {
                        // Nothing to be pushed out of, or only what moves.
                        break;
                    };
                    // A hair more than needed, so that rounding leaves it out; and never far, so that what one wall of a
                    // wedge does does not push it through the other.
                    let way = kernel.nearest * 1.0001 - found.distance;
                    place += found.normal * way.min(kernel.nearest);
                    places[one] = Four::new(place);
                }
                let first = self.all.len() as u32;
                let mut close = 0;
                if !self.found.is_empty() {
                    let (density, count) = self.keep(setting, place);
                    densities[one] += density;
                    close = count;
                }
                self.closes.push(first + close);
                self.ends.push(self.all.len() as u32);
            }
        }
    }

    /// The walls in range of a place, the nearest first.
    #[inline]
    fn gather(&mut self, walls: &Walls, place: Vec3) {
        self.found.clear();
        for near in &self.near {
            if let Some((distance, normal)) = walls.all[near.wall as usize].distance(place, near.range) {
                // The nearest first; of equals the earlier.
                self.found.push(Found {
                    distance,
                    normal,
                    near: *near,
                });
                let mut at = self.found.len() - 1;
                while at > 0 && self.found[at - 1].distance > distance {
                    self.found.swap(at - 1, at);
                    at -= 1;
                }
            }
        }
        self.found.truncate(MOST);
    }

    /// Makes contacts of what was gathered. Gives the density that walls give the particle, and how many of the contacts the
    /// sweeps have to look at.
    fn keep(&mut self, setting: &Setting<'_>, place: Vec3) -> (f32, u32) {
        let first = self.all.len();
        let per_dt = 1.0 / setting.dt;
        let mut close = 0;
        for (
            index,
            Found {
                distance,
                normal,
                near,
            },
        ) in self.found.iter().enumerate()
        {
            // Of walls that face the same way, as the staves of a barrel do, only the nearest is there.
            let weight: f32 = self.found[..index]
                .iter()
                .map(|nearer| 1.0 - nearer.normal.dot(*normal).clamp(0.0, 1.0))
                .product();
            let mover = setting.walls.all[near.wall as usize].mover;
            let body = &setting.movers[mover];
            let at = place - *normal * *distance;
            let arm = at - body.center;
            let free = body.free.is_some().then_some(mover as u32);
            if *distance < near.close || free.is_some() {
                close = index as u32 + 1;
            }
            let mobility = match free {
                None => 0.0,
                Some(_) => setting.particle_mass * body.mobility(arm, *normal),
            };
            self.all.push(Contact {
                normal: Four::new(*normal),
                velocity: body.velocity_at(arm),
                weight,
                fall: 0.0,
                approach: approach(*distance, setting.kernel, per_dt),
                distance: *distance,
                mover: mover as u32,
                free,
                arm,
                mobility,
                yields: if free.is_some() {
                    1.0 / (1.0 + mobility)
                } else {
                    1.0
                },
                hard: 0.0,
            });
        }
        (fill(&mut self.all[first..], setting.kernel), close)
    }

    /// Goes on with the same walls: particles, at these velocities, and walls have moved for `dt` seconds. Adds the walls' part
    /// to the densities.
    pub(super) fn go_on(
        &mut self,
        kernel: &Kernel,
        movers: &[Mover],
        velocities: &[Four],
        densities: &mut [f32],
        dt: f32,
    ) {
        let per_dt = 1.0 / dt;
        let mut at = 0;
        for ((end, velocity), density) in self.ends.iter().zip(velocities).zip(densities) {
            let own = &mut self.all[at..*end as usize];
            at = *end as usize;
            if own.is_empty() {
                continue;
            }
            for contact in &mut *own {
                contact.velocity = movers[contact.mover as usize].velocity_at(contact.arm);
                contact.distance += contact.normal.dot(*velocity - contact.velocity) * dt;
                contact.approach = approach(contact.distance, kernel, per_dt);
                contact.hard = 0.0;
            }
            *density += fill(own, kernel);
        }
    }
}

/// Density that walls give a particle near them; finds how that falls with its distance from each.
#[inline]
fn fill(contacts: &mut [Contact], kernel: &Kernel) -> f32 {
    let mut open = 1.0;
    let mut shares = [0.0; MOST];
    for (contact, own) in contacts.iter_mut().zip(&mut shares) {
        let (share, fall) = kernel.wall_share(contact.distance);
        contact.fall = contact.weight * fall * kernel.full();
        *own = (contact.weight * share).min(0.9);
        open *= 1.0 - *own;
    }
    if contacts.len() > 1 {
        // Two walls at a corner fill what is beyond both of them once.
        for (contact, share) in contacts.iter_mut().zip(shares) {
            contact.fall *= open / (1.0 - share);
        }
    }
    kernel.full() * (1.0 - open)
}

/// How fast a particle may come nearer to a wall, m/s.
#[inline]
fn approach(distance: f32, kernel: &Kernel, per_dt: f32) -> f32 {
    (distance - kernel.nearest).max(0.0) * per_dt
}
