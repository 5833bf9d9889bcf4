//! Velocities for which no particle gets denser than full, and none goes through a wall.
//!
//! Each particle has one constraint: its density a step from now, linear in the velocities, is at most 1. Where it would be
//! more, a pressure pushes the particle, its neighbours and the bodies at its walls apart. Pressures only push, are found by
//! sweeps over the particles (projected Gauss and Seidel, as rigid contacts are), and begin where the last step left them.
//! As with rigid contacts a sweep never adds kinetic energy.

use super::contacts::{Contact, Contacts};
use super::four::Four;
use super::grid::Pairs;
use super::kernel::Kernel;
use super::links::Links;
use super::movers::Mover;
use super::tension::Tension;
use terrella_spec::liquid::LEAST_VISCOSITY_MPS;

/// Sweeps over all particles in a step, to and fro.
const SWEEPS: usize = 2;
/// Share of a density above full that a step takes away: all of it would make splashes of rounding.
const CORRECTION: f32 = 0.25;
/// Share of the last step's pressures that the next one begins with.
const WARM: f32 = 0.95;
/// What a liquid is like, for the solver.
#[derive(Clone, Debug)]
pub(super) struct Nature {
    pub(super) kernel: Kernel,
    /// m.
    pub(super) spacing: f32,
    /// kg.
    pub(super) particle_mass: f32,
    /// Kinematic viscosity, m^2/s.
    pub(super) viscosity: f32,
    /// Surface tension over density, m^3/s^2.
    pub(super) tension: f32,
}

/// A particle's constraint.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// Sum of the gradients, those of walls included, 1/m; w is 0.
    sum: Four,
    /// By how much its density may grow in a second, 1/s, what walls that nothing pushes do included.
    room: f32,
    /// What a growth of 1 changes its pressure by; 0 for a particle alone.
    easy: f32,
    /// Impulse on it for each 1/m of gradient, as a change of velocity: m^2/s.
    pressure: f32,
    /// Its links.
    links: [u32; 2],
    /// Where its contacts begin, where those end that the sweeps look at, and where all do.
    walls: [u32; 3],
    /// Whether one of them is at a body that can be pushed.
    pushes: bool,
}

/// Room for one step, in the sorted order; nothing in it lasts. One more place and velocity than particles: what pads the
/// links.
#[derive(Debug, Default)]
pub(super) struct Solver {
    /// m, w is 0.
    pub(super) places: Vec<Four>,
    /// m/s, w is 0.
    pub(super) velocities: Vec<Four>,
    /// 1 is full.
    pub(super) densities: Vec<f32>,
    /// Impulse on a particle for each 1/m of gradient, as a change of velocity: m^2/s.
    pub(super) pressures: Vec<f32>,
    pub(super) links: Links,
    pub(super) tension: Tension,
    rows: Vec<Row>,
}

impl Solver {
    /// Links neighbours, and lets them, and what is at walls, slow each other down for `secs`.
    pub(super) fn prepare(
        &mut self,
        nature: &Nature,
        pairs: &Pairs,
        contacts: &Contacts,
        movers: &mut [Mover],
        secs: f32,
    ) {
        let viscosity = nature.viscosity.max(LEAST_VISCOSITY_MPS * nature.spacing);
        self.links.tie(pairs);
        self.links
            .measure(&nature.kernel, pairs, &self.places, &mut self.densities);
        self.links.drag(viscosity * secs, pairs, &mut self.velocities);
        let mut at = 0;
        for (one, end) in contacts.ends.iter().enumerate() {
            for contact in &contacts.all[at..*end as usize] {
                // Couette flow between the particle and the wall.
                if contact.distance < nature.spacing {
                    let rate = viscosity * secs / (contact.distance * nature.spacing);
                    let slip = self.velocities[one] - wall_velocity(contact, movers);
                    let slip = slip - contact.normal * slip.dot(contact.normal);
                    let change = slip * (rate / (1.0 + rate));
                    self.velocities[one] -= change;
                    push(contact, movers, change * nature.particle_mass);
                }
            }
            at = *end as usize;
        }
    }

    /// Finds pressures and the velocities that go with them, `dt` seconds on.
    pub(super) fn solve(
        &mut self,
        contacts: &mut Contacts,
        movers: &mut [Mover],
        particle_mass: f32,
        dt: f32,
    ) {
        self.begin(contacts, movers, particle_mass, dt);
        let Solver {
            rows,
            velocities,
            links,
            ..
        } = self;
        for sweep in 0..SWEEPS {
            // Twice in full, so that both ways are compiled without a call for each particle.
            if sweep % 2 == 0 {
                for (one, row) in rows.iter_mut().enumerate() {
                    relax(one, row, velocities, links, contacts, movers, particle_mass);
                }
            } else {
                for (one, row) in rows.iter_mut().enumerate().rev() {
                    relax(one, row, velocities, links, contacts, movers, particle_mass);
                }
            }
        }
        // Walls have the last word, and of those the ones that nothing moves: what one does may be undone by another at a
        // corner, hence twice.
        for (row, velocity) in self.rows.iter().zip(&mut self.velocities) {
            let own = &mut contacts.all[row.walls[0] as usize..row.walls[2] as usize];
            for contact in own.iter_mut() {
                keep_out(contact, velocity, movers, particle_mass);
            }
            if own.len() > 1 {
                for contact in own.iter_mut().filter(|contact| contact.free.is_none()) {
                    keep_out(contact, velocity, movers, particle_mass);
                }
            }
        }
        for (row, pressure) in self.rows.iter().zip(&mut self.pressures) {
            *pressure = row.pressure;
        }
    }

    /// Makes the constraints, and begins with the last step's pressures.
    fn begin(&mut self, contacts: &Contacts, movers: &mut [Mover], particle_mass: f32, dt: f32) {
        self.rows.clear();
        for pressure in &mut self.pressures {
            *pressure *= WARM;
        }
        let per_dt = 1.0 / dt;
        let mut at = 0;
        for (one, (end, close)) in contacts.ends.iter().zip(&contacts.closes).enumerate() {
            let links = self.links.range(one);
            let (mut sum, mut squares, mut pushed) =
                ([Four::default(); 2], [Four::default(); 2], [Four::default(); 2]);
            for (gradients, others) in self.links.of(links) {
                for (index, (gradient, other)) in gradients.iter().zip(others).enumerate() {
                    sum[index % 2] += *gradient;
                    squares[index % 2] += *gradient * *gradient;
                    pushed[index % 2] += *gradient * self.pressures[*other as usize];
                }
            }
            let (mut sum, squares, pushed) =
                (sum[0] + sum[1], squares[0] + squares[1], pushed[0] + pushed[1]);
            let mut diagonal = squares.sum();
            let room = (1.0 - self.densities[one]) * per_dt;
            let mut room = if room < 0.0 { CORRECTION * room } else { room };
            let pressure = self.pressures[one];
            let mut pushes = false;
            for contact in &contacts.all[at..*end as usize] {
                sum -= contact.normal * contact.fall;
                diagonal += contact.fall * contact.fall * contact.mobility;
                if contact.free.is_some() {
                    pushes = true;
                    let impulse = contact.normal * (-contact.fall * pressure * particle_mass);
                    push(contact, movers, impulse);
                } else {
                    room -= contact.fall * contact.normal.dot(contact.velocity);
                }
            }
            diagonal += sum.dot(sum);
            self.velocities[one] -= sum * pressure + pushed;
            self.rows.push(Row {
                sum,
                room,
                easy: if diagonal > 0.0 { 1.0 / diagonal } else { 0.0 },
                pressure,
                links,
                walls: [at as u32, *close, *end],
                pushes,
            });
            at = *end as usize;
        }
    }
}

/// Solves the constraint of one particle, and keeps it out of its walls.
#[inline(always)]
fn relax(
    one: usize,
    row: &mut Row,
    velocities: &mut [Four],
    links: &Links,
    contacts: &mut Contacts,
    movers: &mut [Mover],
    particle_mass: f32,
) {
    let [first, end, _] = row.walls;
    let walls = &mut contacts.all[first as usize..end as usize];
    let mut velocity = velocities[one];
    let mut nears = [Four::default(); 2];
    for (gradients, others) in links.of(row.links) {
        for (index, (gradient, other)) in gradients.iter().zip(others).enumerate() {
            nears[index % 2] += *gradient * velocities[*other as usize];
        }
    }
    let grows = row.sum * velocity - (nears[0] + nears[1]);
    let mut grows = grows.sum();
    if row.pushes {
        for contact in walls.iter().filter(|contact| contact.free.is_some()) {
            grows += contact.fall * contact.normal.dot(wall_velocity(contact, movers));
        }
    }
    let before = row.pressure;
    let pressure = (before + (grows - row.room) * row.easy).max(0.0);
    let change = pressure - before;
    if change != 0.0 {
        row.pressure = pressure;
        velocity -= row.sum * change;
        for (gradients, others) in links.of(row.links) {
            for (gradient, other) in gradients.iter().zip(others) {
                velocities[*other as usize] += *gradient * change;
            }
        }
        if row.pushes {
            for contact in walls.iter() {
                let impulse = contact.normal * (-contact.fall * change * particle_mass);
                push(contact, movers, impulse);
            }
        }
    }
    for contact in walls {
        keep_out(contact, &mut velocity, movers, particle_mass);
    }
    velocities[one] = velocity;
}

#[inline]
fn wall_velocity(contact: &Contact, movers: &[Mover]) -> Four {
    match contact.free {
        None => contact.velocity,
        Some(index) => movers[index as usize].velocity_at(contact.arm),
    }
}

/// Gives an impulse to the body of a wall.
#[inline]
fn push(contact: &Contact, movers: &mut [Mover], impulse: Four) {
    if let Some(index) = contact.free {
        movers[index as usize].push(contact.arm, impulse.vector());
    }
}

/// Keeps a particle from coming nearer to a wall than it may.
#[inline(always)]
fn keep_out(contact: &mut Contact, velocity: &mut Four, movers: &mut [Mover], particle_mass: f32) {
    let leaves = contact.normal.dot(*velocity - wall_velocity(contact, movers));
    let wanted = contact.hard + (-contact.approach - leaves) * contact.yields;
    let change = wanted.max(0.0) - contact.hard;
    // Where nothing is to be done this does nothing: no branch to guess wrong.
    contact.hard += change;
    *velocity += contact.normal * change;
    if contact.free.is_some() && change != 0.0 {
        push(contact, movers, contact.normal * (-change * particle_mass));
    }
}
