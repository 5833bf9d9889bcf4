//! Which particles are near which walls, and what a wall then is to them.

use super::four::Four;
use super::grid::Grid;
use super::kernel::Kernel;
use super::movers::Mover;
use super::walls::Walls;
use glam::Vec3;

/// Most walls that a particle is told of: the nearest.
const MOST: usize = 8;
/// How often a particle is pushed out of a wall in a step; after the second time out of what nothing moves.
const ROUNDS: usize = 4;

/// A particle near a wall.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contact {
    /// Unit normal, away from the wall; w is 0.
    pub(super) normal: Four,
    /// Velocity of the wall there, m/s, where nothing pushes it; w is 0.
    pub(super) velocity: Four,
    /// By how much the wall makes the particle denser as it comes nearer, 1/m.
    pub(super) fall: f32,
    /// How fast it may come nearer, m/s.
    pub(super) approach: f32,
    /// Distance, m.
    pub(super) distance: f32,
    /// The body, where it can be pushed: its index among the movers.
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
    pub(super) all: Vec<Contact>,
    /// Walls near the cell at hand.
    near: Vec<u32>,
    found: Vec<(f32, Vec3, u32)>,
}

/// What contacts are made of.
pub(super) struct Setting<'a> {
    pub(super) kernel: &'a Kernel,
    pub(super) walls: &'a Walls,
    pub(super) movers: &'a [Mover],
    pub(super) particle_mass: f32,
    pub(super) dt: f32,
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
            let range = |speed: f32| range(kernel, fastest + speed, setting.dt);
            walls.near(low, high, range, &mut self.near);
            for one in run {
                if self.near.is_empty() {
                    self.ends.push(self.all.len() as u32);
                    continue;
                }
                let speed = velocities[one].vector().length();
                let mut place = places[one].vector();
                // Where it is pushed out of one wall it may come into another. Those that nothing moves come last: a particle
                // may be caught in a body that sinks onto it, and never in a floor.
                for round in 0..=ROUNDS {
                    self.gather(setting, place, speed);
                    let moves = |wall: &u32| setting.movers[walls.all[*wall as usize].mover].free.is_some();
                    let inside = self.found.iter().find(|(distance, _, wall)| {
                        *distance < kernel.nearest && (round < 2 || !moves(wall))
                    });
                    let (Some((distance, normal, _)), true) = (inside, round < ROUNDS) else {
                        // Nothing to be pushed out of, or only what moves.
                        break;
                    };
                    // A hair more than needed, so that rounding leaves it out; and never far, so that what one wall of a
                    // wedge does does not push it through the other.
                    let way = kernel.nearest * 1.0001 - distance;
                    place += *normal * way.min(kernel.nearest);
                }
                places[one] = Four::new(place);
                densities[one] += kernel.full() * self.keep(setting, place);
                self.ends.push(self.all.len() as u32);
            }
        }
    }

    /// The walls in range of a place, the nearest first.
    fn gather(&mut self, setting: &Setting<'_>, place: Vec3, speed: f32) {
        self.found.clear();
        for index in &self.near {
            let wall = &setting.walls.all[*index as usize];
            let range = range(setting.kernel, speed + wall.speed, setting.dt);
            if let Some((distance, normal)) = wall.distance(place, range) {
                // The nearest first; of equals the earlier.
                self.found.push((distance, normal, *index));
                let mut at = self.found.len() - 1;
                while at > 0 && self.found[at - 1].0 > distance {
                    self.found.swap(at - 1, at);
                    at -= 1;
                }
            }
        }
        self.found.truncate(MOST);
    }

    /// Makes contacts of what was gathered. Gives the share of space around the particle that walls fill.
    fn keep(&mut self, setting: &Setting<'_>, place: Vec3) -> f32 {
        let first = self.all.len();
        let mut open = 1.0;
        let mut shares = [0.0; MOST];
        for (index, (distance, normal, wall)) in self.found.iter().enumerate() {
            // Of walls that face the same way, as the staves of a barrel do, only the nearest is there.
            let weight: f32 = self.found[..index]
                .iter()
                .map(|(_, nearer, _)| 1.0 - nearer.dot(*normal).clamp(0.0, 1.0))
                .product();
            let (share, fall) = setting.kernel.wall_share(*distance);
            shares[index] = (weight * share).min(0.9);
            open *= 1.0 - shares[index];
            let mover = setting.walls.all[*wall as usize].mover;
            let body = &setting.movers[mover];
            let at = place - *normal * *distance;
            let arm = at - body.center;
            let free = body.free.is_some().then_some(mover as u32);
            let velocity = if body.is_still {
                Vec3::ZERO
            } else {
                body.velocity_at(at)
            };
            let mobility = match free {
                None => 0.0,
                Some(_) => setting.particle_mass * body.mobility(arm, *normal),
            };
            self.all.push(Contact {
                normal: Four::new(*normal),
                velocity: Four::new(velocity),
                fall: weight * fall,
                approach: (distance - setting.kernel.nearest).max(0.0) / setting.dt,
                distance: *distance,
                free,
                arm,
                mobility,
                yields: 1.0 / (1.0 + mobility),
                hard: 0.0,
            });
        }
        // Two walls at a corner fill what is beyond both of them once.
        for (contact, share) in self.all[first..].iter_mut().zip(shares) {
            contact.fall *= setting.kernel.full() * open / (1.0 - share);
        }
        1.0 - open
    }
}

/// How far from a wall a particle must know of it: where it is felt, or where it may be within a step.
fn range(kernel: &Kernel, speed: f32, dt: f32) -> f32 {
    kernel.reach.max(kernel.nearest + speed * dt)
}
