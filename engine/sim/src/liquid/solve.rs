//! Velocities for which no particle gets denser than full, and none goes through a wall.
//!
//! Each particle has one constraint: its density a step from now, linear in the velocities, is at most 1. Where it would be
//! more, a pressure pushes the particle, its neighbours and the bodies at its walls apart. Pressures only push, are found by
//! sweeps over the particles (projected Gauss and Seidel, as rigid contacts are), and begin where the last step left them.
//! As with rigid contacts a sweep never adds kinetic energy.

use super::contacts::{Contact, Contacts};
use super::grid::Pairs;
use super::kernel::Kernel;
use super::movers::Mover;
use glam::Vec4;

/// Sweeps over all particles in a step, to and fro.
const SWEEPS: usize = 2;
/// Share of a density above full that a step takes away: all of it would make splashes of rounding.
const CORRECTION: f32 = 0.25;
/// Share of the last step's pressures that the next one begins with.
const WARM: f32 = 0.95;
/// Kinematic viscosity that a liquid has at least, over its spacing, m/s: what keeps the particles of water in step.
const LEAST_VISCOSITY: f32 = 0.002;

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
}

/// Room for one step, in the sorted order; nothing in it lasts.
#[derive(Debug, Default)]
pub(super) struct Solver {
    /// m, w is 0.
    pub(super) places: Vec<Vec4>,
    /// m/s, w is 0.
    pub(super) velocities: Vec<Vec4>,
    /// 1 is full.
    pub(super) densities: Vec<f32>,
    /// Impulse on a particle for each 1/m of gradient, as a change of velocity: m^2/s.
    pub(super) pressures: Vec<f32>,
    /// Steepness of each pair, in the order of pairs.
    steep: Vec<f32>,
    /// Where the neighbours of each particle begin, and the end.
    starts: Vec<u32>,
    neighbors: Vec<u32>,
    /// Gradient of the particle's density along its own place, 1/m, w is 0; for each neighbour.
    gradients: Vec<Vec4>,
    /// Sums of the gradients, those of walls included.
    sums: Vec<Vec4>,
    /// What a pressure of 1 changes its own constraint by.
    diagonals: Vec<f32>,
}

impl Solver {
    /// Densities, gradients and diagonals. The walls' densities are there already.
    pub(super) fn prepare(&mut self, kernel: &Kernel, pairs: &Pairs, contacts: &Contacts) {
        let count = self.places.len();
        let found = pairs.ends.last().map_or(0, |end| *end as usize);
        let mut shares = std::mem::take(&mut self.diagonals);
        shares.clear();
        shares.resize(found, 0.0);
        self.steep.resize(found, 0.0);
        for ((square, share), steep) in pairs.squares[..found]
            .iter()
            .zip(&mut shares)
            .zip(&mut self.steep)
        {
            (*share, *steep) = kernel.pair(*square);
        }
        self.starts.clear();
        self.starts.resize(count + 1, 0);
        let mut at = 0;
        for (one, end) in pairs.ends.iter().enumerate() {
            let own = at..*end as usize;
            at = own.end;
            let mut density = kernel.own;
            self.starts[one + 1] += own.len() as u32;
            for (other, share) in pairs.others[own.clone()].iter().zip(&shares[own]) {
                density += share;
                self.densities[*other as usize] += share;
                self.starts[*other as usize + 1] += 1;
            }
            self.densities[one] += density;
        }
        for index in 0..count {
            self.starts[index + 1] += self.starts[index];
        }
        self.diagonals = shares;
        self.spread(count, found, pairs);
        self.sum_up(count, contacts);
    }

    /// Writes each pair's gradient to both of its particles.
    fn spread(&mut self, count: usize, found: usize, pairs: &Pairs) {
        self.neighbors.resize(2 * found, 0);
        self.gradients.resize(2 * found, Vec4::ZERO);
        let mut at = found;
        // From the last to the first, as a counting sort: the starts come to stand where they belong.
        for one in (0..count).rev() {
            let from = if one == 0 { 0 } else { pairs.ends[one - 1] as usize };
            let place = self.places[one];
            for pair in (from..at).rev() {
                let other = pairs.others[pair] as usize;
                let gradient = (self.places[other] - place) * self.steep[pair];
                let end = &mut self.starts[one + 1];
                *end -= 1;
                self.neighbors[*end as usize] = other as u32;
                self.gradients[*end as usize] = gradient;
                let end = &mut self.starts[other + 1];
                *end -= 1;
                self.neighbors[*end as usize] = one as u32;
                self.gradients[*end as usize] = -gradient;
            }
            at = from;
        }
        self.starts.remove(0);
        self.starts.push(2 * found as u32);
    }

    fn sum_up(&mut self, count: usize, contacts: &Contacts) {
        self.sums.clear();
        self.diagonals.clear();
        let mut at = 0;
        for one in 0..count {
            let own = self.starts[one] as usize..self.starts[one + 1] as usize;
            let (mut sum, mut squares) = (Vec4::ZERO, Vec4::ZERO);
            for gradient in &self.gradients[own] {
                sum += *gradient;
                squares += *gradient * *gradient;
            }
            let mut diagonal = squares.x + squares.y + squares.z;
            let end = contacts.ends[one] as usize;
            for contact in &contacts.all[at..end] {
                sum -= contact.normal * contact.fall;
                diagonal += contact.fall * contact.fall * contact.mobility;
            }
            at = end;
            diagonal += sum.length_squared();
            self.sums.push(sum);
            self.diagonals.push(diagonal);
        }
    }

    /// Lets neighbours, and what is at walls, slow each other down. Each pair is solved implicitly, so that no viscosity is
    /// too much for a step.
    pub(super) fn drag(
        &mut self,
        nature: &Nature,
        pairs: &Pairs,
        contacts: &Contacts,
        movers: &mut [Mover],
        dt: f32,
    ) {
        let viscosity = nature.viscosity.max(LEAST_VISCOSITY * nature.spacing);
        // The gradient of the kernel over distance makes the Laplacian (Morris 1997); `own` is the kernel's value at 0 over
        // what is full, a volume of one particle.
        let factor = 2.0 * viscosity * dt;
        for steep in &mut self.steep {
            let rate = factor * *steep;
            *steep = rate / (1.0 + 2.0 * rate);
        }
        let mut at = 0;
        for (one, end) in pairs.ends.iter().enumerate() {
            let mut velocity = self.velocities[one];
            let own = at..*end as usize;
            at = own.end;
            for (other, share) in pairs.others[own.clone()].iter().zip(&self.steep[own]) {
                let other = &mut self.velocities[*other as usize];
                let change = (*other - velocity) * *share;
                velocity += change;
                *other -= change;
            }
            self.velocities[one] = velocity;
        }
        let mut at = 0;
        for (one, end) in contacts.ends.iter().enumerate() {
            for contact in &contacts.all[at..*end as usize] {
                // Couette flow between the particle and the wall.
                if contact.distance < nature.spacing {
                    let rate = viscosity * dt / (contact.distance * nature.spacing);
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

    /// Finds pressures and the velocities that go with them.
    pub(super) fn solve(
        &mut self,
        contacts: &mut Contacts,
        movers: &mut [Mover],
        particle_mass: f32,
        dt: f32,
    ) {
        let count = self.places.len();
        for one in 0..count {
            let pressure = WARM * self.pressures[one];
            self.pressures[one] = 0.0;
            if pressure > 0.0 {
                let walls = walls_of(contacts, one);
                self.push_apart(one, pressure, &contacts.all[walls], movers, particle_mass);
            }
        }
        for sweep in 0..SWEEPS {
            for index in 0..count {
                let one = if sweep % 2 == 0 { index } else { count - 1 - index };
                let walls = walls_of(contacts, one);
                let change = self.excess(one, &contacts.all[walls.clone()], movers, dt);
                if change != 0.0 {
                    self.push_apart(one, change, &contacts.all[walls.clone()], movers, particle_mass);
                }
                let velocity = &mut self.velocities[one];
                for contact in &mut contacts.all[walls] {
                    keep_out(contact, velocity, movers, particle_mass);
                }
            }
        }
        // Walls have the last word, and of those the ones that nothing moves: what one does may be undone by another at a
        // corner, hence twice.
        for one in 0..count {
            let walls = walls_of(contacts, one);
            for contact in &mut contacts.all[walls.clone()] {
                keep_out(contact, &mut self.velocities[one], movers, particle_mass);
            }
            for contact in contacts.all[walls]
                .iter_mut()
                .filter(|contact| contact.free.is_none())
            {
                keep_out(contact, &mut self.velocities[one], movers, particle_mass);
            }
        }
    }

    /// By how much a particle's pressure is to change.
    #[inline]
    fn excess(&self, one: usize, walls: &[Contact], movers: &[Mover], dt: f32) -> f32 {
        let velocity = self.velocities[one];
        let own = self.starts[one] as usize..self.starts[one + 1] as usize;
        let mut grows = Vec4::ZERO;
        for (gradient, other) in self.gradients[own.clone()].iter().zip(&self.neighbors[own]) {
            grows += *gradient * (velocity - self.velocities[*other as usize]);
        }
        let mut grows = grows.x + grows.y + grows.z;
        for contact in walls {
            grows -= contact.fall * contact.normal.dot(velocity - wall_velocity(contact, movers));
        }
        let room = (1.0 - self.densities[one]) / dt;
        let room = if room < 0.0 { CORRECTION * room } else { room };
        let pressure = self.pressures[one];
        let diagonal = self.diagonals[one];
        if diagonal <= 0.0 {
            return 0.0;
        }
        (pressure + (grows - room) / diagonal).max(0.0) - pressure
    }

    /// Changes a particle's pressure.
    #[inline]
    fn push_apart(
        &mut self,
        one: usize,
        change: f32,
        walls: &[Contact],
        movers: &mut [Mover],
        particle_mass: f32,
    ) {
        self.pressures[one] += change;
        self.velocities[one] -= self.sums[one] * change;
        let own = self.starts[one] as usize..self.starts[one + 1] as usize;
        for (gradient, other) in self.gradients[own.clone()].iter().zip(&self.neighbors[own]) {
            self.velocities[*other as usize] += *gradient * change;
        }
        for contact in walls {
            push(
                contact,
                movers,
                contact.normal * (-contact.fall * change * particle_mass),
            );
        }
    }
}

/// Where the contacts of a particle are.
fn walls_of(contacts: &Contacts, one: usize) -> std::ops::Range<usize> {
    let start = if one == 0 { 0 } else { contacts.ends[one - 1] };
    start as usize..contacts.ends[one] as usize
}

#[inline]
fn wall_velocity(contact: &Contact, movers: &[Mover]) -> Vec4 {
    match contact.free {
        None => contact.velocity,
        Some(index) => {
            let mover = &movers[index as usize];
            (mover.linear + mover.angular.cross(contact.arm)).extend(0.0)
        }
    }
}

/// Gives an impulse to the body of a wall.
#[inline]
fn push(contact: &Contact, movers: &mut [Mover], impulse: Vec4) {
    if let Some(index) = contact.free {
        movers[index as usize].push(contact.arm, impulse.truncate());
    }
}

/// Keeps a particle from coming nearer to a wall than it may.
#[inline(always)]
fn keep_out(contact: &mut Contact, velocity: &mut Vec4, movers: &mut [Mover], particle_mass: f32) {
    let leaves = contact.normal.dot(*velocity - wall_velocity(contact, movers));
    if contact.hard == 0.0 && leaves >= -contact.approach {
        return;
    }
    let wanted = contact.hard + (-contact.approach - leaves) / (1.0 + contact.mobility);
    let change = wanted.max(0.0) - contact.hard;
    if change != 0.0 {
        contact.hard += change;
        *velocity += contact.normal * change;
        push(contact, movers, contact.normal * (-change * particle_mass));
    }
}
