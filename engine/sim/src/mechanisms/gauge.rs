//! A gauge tells which share of a liquid is in a box of a body's frame, and how high it stands there: how full a cup is.

use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::lane::pose_of;
use glam::{Quat, Vec3};
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

/// Width of the columns whose highest particles are the surface, in spacings: narrower ones may have none of the top layer.
const COLUMN: f32 = 2.0;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Gauge {
    liquid: usize,
    body: usize,
    low_m: [f32; 3],
    high_m: [f32; 3],
    floor_m: [f32; 3],
    share: f32,
    /// How far above the floor the surface is, m; 0 where there is no liquid.
    level_m: f32,
}

impl Gauge {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Gauge {
            liquid,
            body,
            low_m,
            high_m,
            floor_m,
        } = mechanism
        else {
            unreachable!("called for a gauge");
        };
        let index = names.world.liquids.get_index_of(liquid);
        Ok(Gauge {
            liquid: index.ok_or_else(|| LaneError::missing(names.place("liquid"), "liquid", liquid))?,
            body: names.body("body", body)?,
            low_m: *low_m,
            high_m: *high_m,
            floor_m: *floor_m,
            share: 0.0,
            level_m: 0.0,
        })
    }
}

impl Act for Gauge {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, _: &mut Scope<'_>, _: &[f32]) -> Signal {
        Signal::default()
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        let liquid = &seen.liquids[self.liquid];
        let frame = pose_of(&seen.states[self.body]);
        let inside: Vec<[f32; 3]> = liquid.inside(&frame, self.low_m, self.high_m).copied().collect();
        self.share = inside.len() as f32 / liquid.positions.len() as f32;
        let floor = Quat::from_array(frame.rotation_xyzw) * Vec3::from(self.floor_m);
        let floor = floor.z + frame.position_m[2];
        self.level_m = surface(&inside, liquid.spacing_m()).map_or(0.0, |surface| surface - floor);
    }

    fn telemetry(&self) -> Vec<f32> {
        vec![self.level_m]
    }

    fn shown(&self) -> f32 {
        self.share
    }
}

/// How high the surface of particles is that are so far apart, m: none of no particles.
fn surface(particles: &[[f32; 3]], spacing_m: f32) -> Option<f32> {
    let per_column = 1.0 / (COLUMN * spacing_m);
    let column = |along: f32| libm::floorf(along * per_column) as i32;
    let mut columns: Vec<(i32, i32, f32)> = (particles.iter())
        .map(|[x, y, z]| (column(*x), column(*y), *z))
        .collect();
    columns.sort_unstable_by(|one, other| {
        (one.0, one.1)
            .cmp(&(other.0, other.1))
            .then(one.2.total_cmp(&other.2))
    });
    let of_one = |one: &(i32, i32, f32), next: &(i32, i32, f32)| (one.0, one.1) == (next.0, next.1);
    let tops = columns.chunk_by(of_one).filter_map(|column| column.last());
    let mut tops: Vec<f32> = tops.map(|(_, _, z)| *z).collect();
    if tops.is_empty() {
        return None;
    }
    let middle = tops.len() / 2;
    let (_, top, _) = tops.select_nth_unstable_by(middle, f32::total_cmp);
    // A particle lies in the middle of its layer.
    Some(*top + 0.5 * spacing_m)
}
