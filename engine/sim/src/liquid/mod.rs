//! Liquids: particles that flow, fill what holds them, carry what floats.
//!
//! Each particle is a fixed volume of liquid. Before every physics step a liquid finds the velocities its particles and the
//! bodies it touches will have (`solve.rs`), moves the particles, and gives the bodies what they got; the solver of rigid
//! bodies then moves those.
//!
//! **Invariants:** particles are neither made nor lost. A step depends on the liquid's own state and the bodies' alone, in
//! one fixed order: no randomness, no threads.

mod contacts;
mod four;
mod grid;
mod kernel;
mod links;
mod movers;
mod rest;
mod solve;
mod tension;
mod walls;

use crate::fault::{Fault, LaneError};
use contacts::{Contacts, Setting};
use four::Four;
use glam::{Mat3, Quat, Vec3};
use grid::{Grid, Pairs};
use kernel::Kernel;
use movers::Mover;
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::pipeline::PhysicsWorld;
use rest::{Around, Rest};
use solve::{Nature, Solver};
use terrella_spec::limits::LENGTH_M;
use terrella_spec::liquid::Liquid as Spec;
use terrella_spec::pose::Pose;
use walls::{Wall, Walls};
use xxhash_rust::xxh3::Xxh3;

/// A liquid over this speed means that the world has exploded, m/s.
const SPEED_M_PER_SEC: f32 = 350.0;

/// For how many steps neighbours, and the walls near particles, are looked for once: as many as nothing moves by more than
/// `WAY` spacings in, and one where something moves by more than a whole one. Each step measures them anew: with gradients a
/// step old, deep water stirs itself to 0.2 m/s; with three steps at 2 m/s particles get through walls that are moved.
const STEPS: [u32; 2] = [2, 6];
const WAY: f32 = 0.5;

/// One liquid of a lane.
#[derive(Clone, Debug)]
pub(crate) struct Liquid {
    nature: Nature,
    /// m, in the world's frame.
    pub(crate) positions: Vec<[f32; 3]>,
    /// m/s.
    pub(crate) velocities: Vec<[f32; 3]>,
    /// What the last step found: where the next one begins.
    pressures: Vec<f32>,
    rest: Rest,
}

/// Room for the steps of a record. Nothing in it lasts beyond that, so no fork needs it.
#[derive(Default)]
pub(crate) struct Room {
    /// For how many more steps what is in it holds.
    ahead: u32,
    walls: Walls,
    movers: Vec<Mover>,
    grid: Grid,
    places: [Vec<f32>; 3],
    pairs: Pairs,
    contacts: Contacts,
    solver: Solver,
    /// Which particles in the sorted order are in what is made thick.
    thick: Vec<bool>,
}

impl Liquid {
    /// Fills its boxes.
    pub(crate) fn new(
        name: &str,
        spec: &Spec<f32>,
        physics: &PhysicsWorld,
        bodies: &[RigidBodyHandle],
    ) -> Result<Liquid, LaneError> {
        let place = |field: &str| format!("liquids.{name}.{field}");
        let (least, most) = LENGTH_M;
        let above = |field: &str, value: f32, sound: bool, range: &str| {
            let reason = || format!("must be {range}, not {value}");
            sound
                .then_some(())
                .ok_or_else(|| LaneError::invalid(place(field), reason()))
        };
        let (spacing, density) = (spec.spacing_m, spec.density_kgpm3);
        let in_range = (least..=most).contains(&f64::from(spacing));
        above("spacing_m", spacing, in_range, "above 0, in 1e-6..=1e6 m")?;
        above(
            "density_kgpm3",
            density,
            density > 0.0 && density.is_finite(),
            "above 0",
        )?;
        let viscosity = spec.viscosity_pas;
        let flows = viscosity >= 0.0 && viscosity.is_finite();
        above("viscosity_pas", viscosity, flows, "0 or more")?;
        let tension = spec.surface_tension_npm;
        let pulls = tension >= 0.0 && tension.is_finite();
        above("surface_tension_npm", tension, pulls, "0 or more")?;
        let nature = Nature {
            kernel: Kernel::new(spacing),
            spacing,
            particle_mass: density * spacing * spacing * spacing,
            viscosity: viscosity / density,
            tension: tension / density,
        };
        let (mut around, mut movers) = (Walls::default(), Vec::new());
        walls::collect(physics, bodies, &mut around, &mut movers);
        let positions = fill(spec, &nature.kernel, &around.all);
        if positions.is_empty() {
            return Err(LaneError::invalid(
                place("fill"),
                format!(
                    "its boxes hold no particle: they want sides of {spacing} m or more, outside of bodies"
                ),
            ));
        }
        Ok(Liquid {
            nature,
            velocities: vec![[0.0; 3]; positions.len()],
            pressures: vec![0.0; positions.len()],
            rest: Rest::new(&positions),
            positions,
        })
    }

    /// Goes on by one physics step, before the bodies do. `left` tells how many there are to the end of the record, this one
    /// included, and `first` whether it is the first of the record.
    pub(crate) fn step(
        &mut self,
        physics: &mut PhysicsWorld,
        bodies: &[RigidBodyHandle],
        room: &mut Room,
        [substep, substeps]: [u32; 2],
    ) {
        let dt = physics.integration_parameters.dt;
        let falls = Four::new(physics.gravity * dt);
        if substep == 0 {
            room.ahead = 0;
        }
        if room.ahead == 0 || self.rest.has_pools() {
            walls::collect(physics, bodies, &mut room.walls, &mut room.movers);
            let around = self.around(&room.walls, &room.movers, physics);
            if self.rest.wake(&around, &self.positions, &self.velocities) {
                room.ahead = 0;
            }
        } else {
            for mover in &mut room.movers {
                *mover = Mover::new(physics, mover.handle);
            }
        }
        if self.rest.awake.is_empty() {
            return;
        }
        if room.ahead == 0 {
            room.ahead = self.steps(room, dt).min(substeps - substep);
            self.look(room, falls, dt, room.ahead as f32 * dt);
        } else {
            self.go_on(room, falls, dt);
        }
        room.ahead -= 1;
        room.thick.clear();
        if self.rest.has_pools() {
            let thick = room.grid.order.iter().map(|at| self.rest.is_thick(*at));
            room.thick.extend(thick);
            rest::thicken(&room.thick, &room.pairs, &mut room.solver.velocities);
        }
        let Room {
            movers,
            grid,
            contacts,
            solver,
            ..
        } = room;
        if self.nature.tension > 0.0 {
            let Solver {
                tension, velocities, ..
            } = solver;
            tension.pull(velocities);
        }
        solver.solve(contacts, movers, self.nature.particle_mass, dt);
        let moved = solver.places.iter_mut().zip(&solver.velocities);
        for ((at, (place, velocity)), pressure) in grid.order.iter().zip(moved).zip(&solver.pressures) {
            let at = *at as usize;
            *place += *velocity * dt;
            self.positions[at] = place.vector().to_array();
            self.velocities[at] = velocity.vector().to_array();
            self.pressures[at] = *pressure;
        }
        for mover in movers.iter() {
            mover.apply(physics);
        }
        let Room {
            walls,
            movers,
            grid,
            pairs,
            ..
        } = &*room;
        let around = self.around(walls, movers, physics);
        let (positions, velocities) = (&self.positions, &mut self.velocities);
        if self
            .rest
            .end_step(&around, &grid.order, pairs, positions, velocities)
        {
            room.ahead = 0;
        }
    }

    fn around<'a>(&self, walls: &'a Walls, movers: &'a [Mover], physics: &PhysicsWorld) -> Around<'a> {
        Around {
            walls,
            movers,
            gravity: physics.gravity,
            spacing: self.nature.spacing,
            reach: self.nature.kernel.reach,
            dt: physics.integration_parameters.dt,
        }
    }

    /// For how many steps neighbours and walls stay what they are.
    fn steps(&self, room: &Room, dt: f32) -> u32 {
        let squares = self
            .velocities
            .iter()
            .map(|velocity| Vec3::from(*velocity).length_squared());
        let own = squares.fold(0.0, |most: f32, square| if square > most { square } else { most });
        let walls = room.walls.all.iter().map(|wall| wall.speed).fold(0.0, f32::max);
        let way = (own.sqrt() + walls) * dt / self.nature.spacing;
        if way > 1.0 {
            1
        } else {
            ((WAY / way) as u32).clamp(STEPS[0], STEPS[1])
        }
    }

    /// Measures what was found when it last looked.
    fn go_on(&self, room: &mut Room, falls: Four, dt: f32) {
        let Room {
            movers,
            pairs,
            contacts,
            solver,
            ..
        } = room;
        let kernel = &self.nature.kernel;
        let count = solver.places.len();
        solver.densities.fill(0.0);
        let velocities = &mut solver.velocities[..count];
        contacts.go_on(kernel, movers, velocities, &mut solver.densities, dt);
        for velocity in velocities {
            *velocity += falls;
        }
        solver
            .links
            .measure(kernel, pairs, &solver.places, &mut solver.densities);
    }

    /// Looks for neighbours and walls, and lets them slow particles down for `secs`.
    fn look(&self, room: &mut Room, falls: Four, dt: f32, secs: f32) {
        let Room {
            walls,
            movers,
            grid,
            places,
            pairs,
            contacts,
            solver,
            ..
        } = room;
        let Nature {
            kernel,
            particle_mass,
            ..
        } = &self.nature;
        grid.sort(&self.positions, &self.rest.awake, kernel.reach);
        let order = &grid.order;
        let full = |from: &[[f32; 3]], at: u32| Four::new(from[at as usize].into());
        solver.places.clear();
        solver
            .places
            .extend(order.iter().map(|at| full(&self.positions, *at)));
        solver.velocities.clear();
        solver
            .velocities
            .extend(order.iter().map(|at| full(&self.velocities, *at) + falls));
        solver.velocities.push(Four::default());
        solver.pressures.clear();
        solver
            .pressures
            .extend(order.iter().map(|at| self.pressures[*at as usize]));
        solver.pressures.push(0.0);
        solver.densities.clear();
        solver.densities.resize(order.len(), 0.0);
        let setting = Setting {
            kernel,
            walls,
            movers,
            particle_mass: *particle_mass,
            dt,
            secs,
        };
        contacts.find(
            &setting,
            grid,
            &mut solver.places,
            &solver.velocities,
            &mut solver.densities,
        );
        for (axis, along) in places.iter_mut().enumerate() {
            along.clear();
            along.extend(solver.places.iter().map(|place| place.vector()[axis]));
            along.extend([f32::INFINITY; grid::LANES]);
        }
        grid.pairs(places, kernel.reach, pairs);
        solver.prepare(&self.nature, pairs, contacts, movers, secs);
        if self.nature.tension > 0.0 {
            let spacing = self.nature.spacing;
            solver
                .tension
                .find(self.nature.tension, spacing, &solver.places, dt);
        }
    }

    /// Looks for what is no liquid any more.
    pub(crate) fn guard(&self, name: impl Fn() -> String) -> Result<(), Fault> {
        let numbers = self.positions.iter().chain(&self.velocities).flatten();
        // A sum with one number that is not finite is not finite.
        let sum: f32 = numbers.map(|number| number * 0.0).sum();
        if sum != 0.0 {
            return Err(Fault::LiquidNonFinite { liquid: name() });
        }
        let fastest = self
            .velocities
            .iter()
            .map(|velocity| Vec3::from(*velocity).length_squared());
        let speed_mps = fastest.fold(0.0, f32::max).sqrt();
        if speed_mps > SPEED_M_PER_SEC {
            return Err(Fault::LiquidTooFast {
                liquid: name(),
                speed_mps,
                limit_mps: SPEED_M_PER_SEC,
            });
        }
        Ok(())
    }

    pub(crate) fn digest(&self, hasher: &mut Xxh3) {
        hasher.update(bytemuck::cast_slice(&self.positions));
        hasher.update(bytemuck::cast_slice(&self.velocities));
        hasher.update(bytemuck::cast_slice(&self.pressures));
        self.rest.digest(hasher);
    }

    /// Where the particles are that are in a box which lies in the frame of a pose, m, in the world's frame.
    pub(crate) fn inside(
        &self,
        frame: &Pose,
        low_m: [f32; 3],
        high_m: [f32; 3],
    ) -> impl Iterator<Item = &[f32; 3]> {
        let origin = Vec3::from(frame.position_m);
        let back = Mat3::from_quat(Quat::from_array(frame.rotation_xyzw)).transpose();
        let (low, high) = (Vec3::from(low_m), Vec3::from(high_m));
        self.positions.iter().filter(move |position| {
            let own = back * (Vec3::from(**position) - origin);
            own.cmpge(low).all() && own.cmple(high).all()
        })
    }

    /// Between particles at rest, m.
    pub(crate) fn spacing_m(&self) -> f32 {
        self.nature.spacing
    }

    /// Volume of one particle, m^3.
    pub(crate) fn particle_volume(&self) -> f32 {
        self.nature.spacing * self.nature.spacing * self.nature.spacing
    }
}

/// A lattice in each box, where no wall and no earlier box is.
fn fill(spec: &Spec<f32>, kernel: &Kernel, walls: &[Wall]) -> Vec<[f32; 3]> {
    let mut positions = Vec::new();
    for (index, fill) in spec.fill.iter().enumerate() {
        let counts = fill.counts(spec.spacing_m);
        // In the middle of its box.
        let first: [f32; 3] = std::array::from_fn(|axis| {
            let middle = 0.5 * (fill.low_m[axis] + fill.high_m[axis]);
            middle - 0.5 * spec.spacing_m * (counts[axis] as f32 - 1.0)
        });
        for z in 0..counts[2] {
            for y in 0..counts[1] {
                for x in 0..counts[0] {
                    let at = [x, y, z];
                    let place: [f32; 3] =
                        std::array::from_fn(|axis| first[axis] + spec.spacing_m * at[axis] as f32);
                    let filled = spec.fill[..index].iter().any(|earlier| {
                        (0..3).all(|axis| (earlier.low_m[axis]..=earlier.high_m[axis]).contains(&place[axis]))
                    });
                    let near = |wall: &Wall| wall.distance(place.into(), kernel.nearest).is_some();
                    if !filled && !walls.iter().any(near) {
                        positions.push(place);
                    }
                }
            }
        }
    }
    positions
}
