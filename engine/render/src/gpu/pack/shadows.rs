//! Records of what hides the sun and lamps, one kind after the other: what `cast.wgsl` and `cast/hide.wgsl` read.

use super::words::{RECORD, Words};
use super::{MeshWords, Parts};
use crate::plan::{
    BallShadow, BrickShadow, CapsuleShadow, ConeShadow, CylinderShadow, HIDES_AS_FLOOR, HIDES_AS_MESH, Hider,
    HullShadow, Label, Line4, MeshShadow, Plan,
};

/// Squared sines below this count as a ray along a cone's axis.
const ALONG_AXIS: f32 = 1e-12;
/// Runs of shadows.
const RUNS: usize = 9;

/// Writes a plan's shadows; gives where the first run begins and where each ends.
pub(super) fn shadows(plan: &Plan, parts: &Parts<'_>, words: &mut Vec<u32>) -> [u32; RUNS + 1] {
    let mut to = Words(words);
    let mut ends = [to.0.len() as u32; RUNS + 1];
    for BrickShadow { label, middle, half } in &plan.brick_shadows {
        to.record(RECORD, label, |to| {
            to.lines(middle);
            to.all(half);
        });
    }
    ends[1] = to.0.len() as u32;
    for shadow in &plan.ball_shadows {
        to.ball_shadow(shadow, &[]);
    }
    ends[2] = to.0.len() as u32;
    for CapsuleShadow { ball, reach, tilt } in &plan.capsule_shadows {
        to.ball_shadow(ball, &[*reach, *tilt]);
    }
    ends[3] = to.0.len() as u32;
    for shadow in &plan.cylinder_shadows {
        to.cylinder_shadow(shadow);
    }
    ends[4] = to.0.len() as u32;
    for shadow in &plan.hull_shadows {
        to.hull_shadow(shadow, &plan.crossings);
    }
    ends[5] = to.0.len() as u32;
    for shadow in &plan.cone_shadows {
        to.cone_shadow(shadow);
    }
    ends[6] = to.0.len() as u32;
    for MeshShadow {
        label,
        part,
        point,
        sun,
    } in &plan.mesh_shadows
    {
        if let Some(mesh) = parts.mesh(*part) {
            to.mesh_shadow(label, mesh, point, *sun, false);
        }
    }
    let (meshes, others): (Vec<_>, Vec<_>) =
        plan.hiders.iter().partition(|hider| hider.kind == HIDES_AS_MESH);
    for hider in meshes {
        to.mesh_hider(hider, parts);
    }
    ends[7] = to.0.len() as u32;
    for label in &plan.night_shadows {
        to.record(RECORD, label, |_| {});
    }
    ends[8] = to.0.len() as u32;
    for hider in others {
        to.hider(hider, &plan.hider_planes);
    }
    ends[9] = to.0.len() as u32;
    ends
}

impl Words<'_> {
    fn ball_shadow(&mut self, shadow: &BallShadow, rest: &[f32]) {
        let BallShadow {
            label,
            across,
            aside,
            along,
            radius_squared,
        } = shadow;
        self.record(RECORD, label, |to| {
            to.lines(&[*across, *aside, *along]);
            to.one(*radius_squared);
            to.all(rest);
        });
    }

    fn hull_shadow(&mut self, shadow: &HullShadow, crossings: &[[f32; 4]]) {
        let HullShadow {
            label,
            first,
            entries,
            exits,
        } = *shadow;
        self.record(RECORD, &label, |to| {
            to.0.extend([entries, exits]);
            to.lines(&crossings[first as usize..][..(entries + exits) as usize]);
        });
    }

    fn cylinder_shadow(&mut self, shadow: &CylinderShadow) {
        let CylinderShadow {
            label,
            toward,
            cross,
            middle,
            limit,
            inverse,
            half,
        } = *shadow;
        self.record(RECORD, &label, |to| {
            to.lines(&[toward, cross, middle]);
            to.all(&[limit, inverse, half]);
        });
    }

    fn cone_shadow(&mut self, shadow: &ConeShadow) {
        let ConeShadow {
            label,
            point,
            sun,
            slope,
            height,
        } = *shadow;
        let [x, y, z] = sun;
        let squared = slope * slope;
        // Nudged off 0, where one of two crossings is endlessly far away.
        let off_zero = |value: f32, below: bool| {
            if below {
                value.min(-ALONG_AXIS)
            } else {
                value.max(ALONG_AXIS)
            }
        };
        let steepness = x * x + y * y - squared * (z * z);
        let a = off_zero(steepness, steepness < 0.0);
        let along = off_zero(z, z < 0.0);
        self.record(RECORD, &label, |to| {
            to.lines(&point);
            to.all(&sun);
            to.all(&[squared, height, a, 1.0 / a, 1.0 / along]);
        });
    }

    /// A ray from `point` towards the sun, or to a lamp.
    fn mesh_shadow(
        &mut self,
        label: &Label,
        mesh: MeshWords,
        point: &[Line4; 3],
        to: [f32; 3],
        is_lamp: bool,
    ) {
        self.record(RECORD, label, |words| {
            words.0.extend(mesh.tree);
            words.lines(point);
            words.all(&to);
            words.0.push(u32::from(is_lamp));
        });
    }

    /// Of a mesh only: in the run of such shadows.
    fn mesh_hider(&mut self, hider: &Hider, parts: &Parts<'_>) {
        if let Some(mesh) = parts.mesh(hider.part) {
            let line = |[x, y, z]: [f32; 3], at: f32| [x, y, z, at];
            let point = std::array::from_fn(|axis| line(hider.axis[axis], hider.origin[axis]));
            self.mesh_shadow(&hider.label, mesh, &point, hider.lamp, true);
        }
    }

    /// Of all else.
    fn hider(&mut self, hider: &Hider, planes: &[[f32; 4]]) {
        let Hider {
            label,
            kind,
            part: _,
            axis,
            origin,
            lamp,
            size,
            first,
            count,
        } = hider;
        // A floor hides what is above from lamps below.
        if *kind == HIDES_AS_FLOOR && lamp[2] >= 0.0 {
            return;
        }
        self.record(RECORD, label, |to| {
            to.0.push(*kind);
            to.lines(axis);
            to.all(origin);
            to.all(lamp);
            to.all(size);
            to.0.push(*count);
            to.lines(&planes[*first as usize..][..*count as usize]);
        });
    }
}
