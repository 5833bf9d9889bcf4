//! What is wrong in the faults of a scene.

use super::Wrong;
use crate::dist::Dist;
use crate::world::World;

pub(super) fn faults(wrong: &mut Wrong, world: &World<Dist>) {
    for (name, fault) in &world.faults {
        let place = |field: &str| format!("world.faults.{name}.{field}");
        let mut at_least_0 = |dist: &Dist, field: &str| {
            wrong.require(dist.bounds().0 >= 0.0, place(field), "must be 0 or more");
        };
        at_least_0(&fault.onset_secs, "onset_secs");
        at_least_0(&fault.ramp_secs, "ramp_secs");
        let shares = [
            ("severity", Some(&fault.severity)),
            ("fails_at", fault.fails_at.as_ref()),
        ];
        for (field, share) in shares {
            let inside = share.is_none_or(|dist| {
                let (low, high) = dist.bounds();
                low >= 0.0 && high <= 1.0
            });
            wrong.require(inside, place(field), "must be in 0..=1");
        }
    }
}
