//! Guards: signs that a world is no longer physics, looked for after every record.
//!
//! **Invariants:** a guard is a function of the world's states alone. What a guard refuses is far outside of what any
//! sound world does, so that no guard shapes the data.

use crate::fault::Fault;
use crate::lane::BodyRow;
use crate::softs::SOFT;
use glam::Vec3;
use rapier3d::geometry::{Collider, TypedShape};
use rapier3d::parry::query::contact;
use rapier3d::pipeline::PhysicsWorld;

/// A body over this speed means that the world has exploded; the solver itself caps at 400 m/s.
const SPEED_M_PER_SEC: f32 = 350.0;

/// A body that spins faster means the same.
const SPIN_RAD_PER_SEC: f32 = 5000.0;

/// Kinetic energy does not grow within a record by more than what takes all mass from rest to this speed.
const GAIN_M_PER_SEC: f32 = 25.0;

/// Every so many records the contacts are looked through: bodies that are inside of each other stay there for a while.
const OVERLAP_PERIOD: u32 = 8;

/// Half of the thickness of a grain, m: it moves by its own thickness within a step, so that a grain which falls on others is
/// deeper in them for a moment than what is larger ever is.
const GRAIN_M: f32 = 0.0175;

/// How much deeper grains may be in each other.
const GRAIN_SHARE: f32 = 1.5;

/// Depths below this are not worth a look at the shapes, m.
const SHALLOW_M: f32 = 0.01;

/// What the guards remember from record to record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guards {
    /// Masses of the bodies, kg; 0 for what forces do not move.
    masses_kg: Vec<f32>,
    /// Translational kinetic energy at the last record, J.
    energy_j: f32,
    /// Pairs of bodies that were too deep in each other when contacts were last looked at.
    deep: Vec<[u128; 2]>,
}

impl Guards {
    pub(crate) fn new(masses_kg: Vec<f32>, states: &[BodyRow]) -> Self {
        let mut guards = Guards {
            masses_kg,
            energy_j: 0.0,
            deep: Vec::new(),
        };
        guards.energy_j = guards.energy(states);
        guards
    }

    fn energy(&self, states: &[BodyRow]) -> f32 {
        let bodies = self.masses_kg.iter().zip(states);
        bodies
            .map(|(mass, row)| 0.5 * mass * speed(row) * speed(row))
            .sum()
    }

    /// Looks at the state after a record. Bodies are named by their index.
    pub(crate) fn look(&mut self, states: &[BodyRow], name: impl Fn(usize) -> String) -> Result<(), Fault> {
        for (index, row) in states.iter().enumerate() {
            if !row.iter().all(|number| number.is_finite()) {
                return Err(Fault::NonFinite { body: name(index) });
            }
            let spin_radps = Vec3::new(row[10], row[11], row[12]).length();
            if speed(row) > SPEED_M_PER_SEC {
                return Err(Fault::TooFast {
                    body: name(index),
                    speed_mps: speed(row),
                    limit_mps: SPEED_M_PER_SEC,
                });
            }
            if spin_radps > SPIN_RAD_PER_SEC {
                return Err(Fault::SpinsTooFast {
                    body: name(index),
                    spin_radps,
                    limit_radps: SPIN_RAD_PER_SEC,
                });
            }
        }
        let energy_j = self.energy(states);
        let gain_j = energy_j - self.energy_j;
        let mass_kg: f32 = self.masses_kg.iter().sum();
        let limit_j = 0.5 * mass_kg * GAIN_M_PER_SEC * GAIN_M_PER_SEC;
        self.energy_j = energy_j;
        if gain_j > limit_j {
            return Err(Fault::EnergyFromNowhere { gain_j, limit_j });
        }
        Ok(())
    }

    /// Looks, every few records, for bodies that are inside of each other, twice in a row: what has just fallen is too deep for
    /// a step or two, until the solver has pushed it out.
    pub(crate) fn look_at_contacts(
        &mut self,
        step: u32,
        world: &PhysicsWorld,
        name: impl Fn(usize) -> String,
    ) -> Result<(), Fault> {
        if !step.is_multiple_of(OVERLAP_PERIOD) {
            return Ok(());
        }
        let before = std::mem::take(&mut self.deep);
        for pair in world.contact_pairs() {
            let points = pair
                .solver_manifolds()
                .iter()
                .flat_map(|manifold| &manifold.points);
            let depth_m = points.map(|point| -point.dist).fold(0.0, f32::max);
            if depth_m < SHALLOW_M {
                continue;
            }
            let pair = [pair.collider1, pair.collider2].map(|handle| &world.colliders[handle]);
            // Cloth has no inside that a body could be in.
            if pair.iter().any(|collider| collider.user_data == u128::from(SOFT)) {
                continue;
            }
            let limit_m = limit_m(pair.map(thickness_m));
            if depth_m <= limit_m {
                continue;
            }
            let depth_m = depth_m.min(measured_depth_m(pair).unwrap_or(depth_m));
            if depth_m <= limit_m {
                continue;
            }
            let bodies = pair.map(|collider| collider.user_data);
            self.deep.push(bodies);
            if before.contains(&bodies) {
                let [one, other] = bodies.map(|body| name(body as usize));
                return Err(Fault::Inside {
                    one,
                    other,
                    depth_m,
                    limit_m,
                });
            }
        }
        Ok(())
    }
}

fn speed(row: &BodyRow) -> f32 {
    Vec3::new(row[7], row[8], row[9]).length()
}

/// How deep two shapes are in each other as they stand, m. The solver's points are those of the step's start, moved along: where a
/// corner that turns fast meets an edge, they may be deeper than the shapes are.
fn measured_depth_m([one, other]: [&Collider; 2]) -> Option<f32> {
    let found = contact(one.position(), one.shape(), other.position(), other.shape(), 0.0);
    found
        .ok()
        .map(|contact| contact.map_or(0.0, |contact| -contact.dist))
}

/// How deep two shapes may be in each other, m: to the middle of the thicker one. A kinematic hand that presses a body
/// against a wall goes deeper than the thinner one at times; where one is only a surface, the other alone counts.
fn limit_m(thicknesses_m: [Option<f32>; 2]) -> f32 {
    let known = thicknesses_m.into_iter().flatten();
    let thicker = known.reduce(f32::max).unwrap_or(f32::INFINITY);
    if thicker <= GRAIN_M {
        thicker * GRAIN_SHARE
    } else {
        thicker
    }
}

/// Half of a shape's smallest extent, m; none for a surface, which has no inside.
fn thickness_m(collider: &Collider) -> Option<f32> {
    match collider.shape().as_typed_shape() {
        TypedShape::TriMesh(_) | TypedShape::HeightField(_) | TypedShape::HalfSpace(_) => None,
        _ => Some(collider.shape().compute_local_aabb().half_extents().min_element()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(velocity_mps: [f32; 3], spin_radps: [f32; 3]) -> BodyRow {
        let mut row = [0.0; 13];
        row[7..10].copy_from_slice(&velocity_mps);
        row[10..].copy_from_slice(&spin_radps);
        row
    }

    fn look(guards: &mut Guards, states: &[BodyRow]) -> Result<(), Fault> {
        guards.look(states, |index| format!("body {index}"))
    }

    #[test]
    fn every_number_that_is_not_finite_is_found() {
        for index in 0..13 {
            for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                let sound = row([1.0; 3], [1.0; 3]);
                let mut broken = sound;
                broken[index] = bad;
                let mut guards = Guards::new(vec![1.0; 2], &[sound; 2]);
                let fault = look(&mut guards, &[sound, broken]);
                assert_eq!(
                    fault,
                    Err(Fault::NonFinite {
                        body: "body 1".into()
                    }),
                    "number {index}"
                );
            }
        }
    }

    #[test]
    fn too_fast_and_too_quick_a_spin_are_found() {
        let rest = row([0.0; 3], [0.0; 3]);
        for (states, found) in [
            (row([0.0, 349.0, 0.0], [0.0; 3]), false),
            (row([0.0, 351.0, 0.0], [0.0; 3]), true),
            (row([0.0; 3], [0.0, 0.0, 4990.0]), false),
            (row([0.0; 3], [0.0, 0.0, 5010.0]), true),
        ] {
            // Without mass there is no energy to guard.
            let mut guards = Guards::new(vec![0.0], &[rest]);
            assert_eq!(look(&mut guards, &[states]).is_err(), found, "{states:?}");
        }
    }

    #[test]
    fn grains_may_be_deeper_in_each_other_than_what_is_larger() {
        assert_eq!(limit_m([Some(0.02), Some(0.1)]), 0.1);
        assert_eq!(limit_m([Some(0.01), None]), 0.015);
        assert_eq!(limit_m([Some(0.01), Some(0.02)]), 0.02);
        assert_eq!(limit_m([None, None]), f32::INFINITY);
    }

    #[test]
    fn energy_from_nowhere_is_found_and_a_hard_blow_is_not() {
        let fast = |speed_mps| row([speed_mps, 0.0, 0.0], [0.0; 3]);
        let mut guards = Guards::new(vec![2.0, 6.0], &[fast(0.0), fast(0.0)]);
        assert_eq!(look(&mut guards, &[fast(20.0), fast(20.0)]), Ok(()));
        // Another 20 m/s are three times the energy of the first.
        let fault = look(&mut guards, &[fast(40.0), fast(40.0)]);
        assert!(matches!(fault, Err(Fault::EnergyFromNowhere { .. })), "{fault:?}");
        // What is lost is no fault, and what is there is measured anew.
        assert_eq!(look(&mut guards, &[fast(0.0), fast(1.0)]), Ok(()));
        assert_eq!(look(&mut guards, &[fast(49.0), fast(1.0)]), Ok(()));
    }
}
