//! Views as words: runs of records that `cast.wgsl` draws.
//!
//! A record is `[group, words, x0, x1, y0, y1, tag, color, ...]` and then the numbers of its kind, f32 as their bits.
//! Records of a kind are a run; runs stand in the order in which they are drawn: shapes, patterns, shadows. A group holds
//! records of which none reaches outside of its rectangle.
//!
//! **Invariant:** every field of a plan is named here: one that the kernel does not know cannot be passed over.

use super::GpuError;
use crate::kernel::Scene;
use crate::parts::Part;
use crate::plan::{
    Ball, BallShadow, BrickShadow, CapsuleShadow, ConeShadow, CylinderShadow, Floor, HullShadow, Label,
    Light, MeshShadow, OPPOSITE, Pattern, Plan, Rect, Side, Square, Triangle, Tube, Wave,
};
use crate::surface::Solid;
use glam::Vec3;

/// First word of a record, and of a group of records.
const RECORD: u32 = 0;
const GROUP: u32 = 1;

/// Words of a view's head.
pub(super) const HEAD: usize = 36;
/// Triangles in a group.
const GROUPED: usize = 32;
/// Further along an axis than any shape reaches, m.
const UNBOUNDED: f32 = 1e30;
/// Squared sines below this count as a ray along a cone's axis.
const ALONG_AXIS: f32 = 1e-12;

/// Refuses what the kernel does not know. **The one place for it**: whoever adds to a plan adds to the kernel, or
/// refuses here.
pub(super) fn supported(plan: &Plan) -> Result<(), GpuError> {
    let refused = |feature| Err(GpuError::Unsupported { feature });
    if plan.dress.on != 0 {
        return refused("soft shadows, lamps, highlights, noise, images or fog");
    }
    if !plan.ellipsoids.is_empty() {
        return refused("ellipsoids");
    }
    if plan.floors.iter().any(|floor| floor.waves > 2) {
        return refused("a floor's pattern that is neither stripes nor a checker");
    }
    if plan.patterns.iter().any(|pattern| pattern.axes > 3) {
        return refused("a pattern of more than three axes");
    }
    let mut tubes = plan.cylinders.iter().chain(&plan.cones);
    if tubes.any(|tube| tube.mode > OPPOSITE) {
        return refused("a cylinder or cone seen in an unknown way");
    }
    Ok(())
}

/// Writes words.
pub(super) struct Words<'a>(pub(super) &'a mut Vec<u32>);

impl Words<'_> {
    fn all(&mut self, values: &[f32]) {
        self.0.extend(values.iter().map(|value| value.to_bits()));
    }

    fn one(&mut self, value: f32) {
        self.0.push(value.to_bits());
    }

    fn vector(&mut self, value: Vec3) {
        self.all(&value.to_array());
    }

    fn lines<const N: usize>(&mut self, lines: &[[f32; N]]) {
        lines.iter().for_each(|line| self.all(line));
    }

    fn square(&mut self, square: &Square) {
        let Square {
            at,
            uu,
            uv,
            vv,
            u,
            v,
            one,
        } = *square;
        self.all(&[at[0], at[1], uu, uv, vv, u, v, one]);
    }

    /// A record with what the closure writes.
    fn record(&mut self, group: u32, label: &Label, write: impl FnOnce(&mut Words<'_>)) {
        let Label { rect, tag, color } = *label;
        let Rect { x0, x1, y0, y1 } = rect;
        let first = self.0.len();
        self.0
            .extend([group, 0, x0 as u32, x1 as u32, y0 as u32, y1 as u32, tag, color]);
        write(self);
        self.0[first + 1] = (self.0.len() - first) as u32;
    }

    fn floor(&mut self, floor: &Floor) {
        let Floor {
            label,
            w,
            sun,
            waves,
            wave,
            mean,
            half,
        } = floor;
        self.record(RECORD, label, |to| {
            to.all(w);
            to.one(*sun);
            to.0.push(*waves);
            for Wave {
                at,
                at_one,
                by_y,
                by_x,
            } in wave
            {
                to.all(at);
                to.one(*at_one);
                to.all(by_y);
                to.all(by_x);
            }
            to.all(mean);
            to.all(half);
        });
    }

    /// Boxes too: a hull of six planes.
    fn hull(&mut self, label: &Label, fronts: &[Side], backs: &[Side]) {
        self.record(RECORD, label, |to| {
            to.0.extend([fronts.len() as u32, backs.len() as u32]);
            for Side { w, face, sun } in fronts.iter().chain(backs) {
                to.all(w);
                to.0.push(*face);
                to.one(*sun);
            }
        });
    }

    fn ball(&mut self, ball: &Ball) {
        let Ball {
            label,
            middle,
            square,
            sun,
            sun_one,
        } = ball;
        self.record(RECORD, label, |to| {
            to.all(middle);
            to.square(square);
            to.all(sun);
            to.one(*sun_one);
        });
    }

    fn tube(&mut self, tube: &Tube) {
        let Tube {
            label,
            mode,
            middle,
            square,
            front,
            front_face,
            front_sun,
            backs,
            sun,
            sun_by,
            sun_one,
        } = tube;
        self.record(RECORD, label, |to| {
            to.0.push(*mode);
            to.all(middle);
            to.square(square);
            to.all(front);
            to.0.push(*front_face);
            to.one(*front_sun);
            to.lines(backs);
            to.all(sun);
            to.all(sun_by);
            to.one(*sun_one);
        });
    }

    fn triangles(&mut self, triangles: &[Triangle]) {
        for group in triangles.chunks(GROUPED) {
            let label = Label {
                rect: union(group.iter().map(|triangle| triangle.label.rect)),
                ..Label::default()
            };
            self.record(GROUP, &label, |to| {
                for Triangle {
                    label,
                    edges,
                    w,
                    face,
                    sun,
                } in group
                {
                    to.record(RECORD, label, |to| {
                        to.lines(edges);
                        to.all(w);
                        to.0.push(*face);
                        to.one(*sun);
                    });
                }
            });
        }
    }

    fn pattern(&mut self, pattern: &Pattern, parts: &[Part]) {
        let Pattern {
            label,
            part,
            axes,
            axis,
            origin,
            inset_m,
            mean,
            half,
        } = pattern;
        let surface = &parts[*part as usize].surface;
        let rotation = &surface.place.rotation;
        // How far the axis of a round shape reaches, how steep its side is, and which faces are flat.
        let (round, faces) = match &surface.solid {
            Solid::Ball { .. } => (Some((0.0, 0.0)), 0..0),
            Solid::Capsule { half_height, .. } => (Some((*half_height, 0.0)), 0..0),
            Solid::Cylinder { .. } => (Some((UNBOUNDED, 0.0)), 1..3),
            Solid::Cone { radius, half_height } => (Some((UNBOUNDED, radius / (2.0 * half_height))), 1..2),
            // `supported` has refused it.
            Solid::Ellipsoid { .. } => (None, 0..0),
            Solid::Box { .. } => (None, 0..6),
            Solid::HalfSpace => (None, 0..1),
            Solid::Hull { planes } => (None, 0..planes.len() as u32),
            Solid::Mesh(mesh) => (None, 0..mesh.triangles.len() as u32),
        };
        self.record(RECORD, label, |to| {
            to.0.push(*axes);
            to.lines(axis);
            to.all(origin);
            to.one(*inset_m);
            to.all(mean);
            to.all(half);
            to.0.push(u32::from(round.is_some()));
            let (reach, slope) = round.unwrap_or_default();
            to.vector(surface.place.translation);
            to.vector(rotation.z_axis);
            to.all(&[reach, slope]);
            for face in faces {
                to.vector(surface.normal(Vec3::ZERO, face));
            }
        });
    }

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

    fn mesh_shadow(&mut self, shadow: &MeshShadow, trees: &[Option<[u32; 2]>]) {
        let MeshShadow {
            label,
            part,
            point,
            sun,
        } = shadow;
        let Some(tree) = trees[*part as usize] else { return };
        self.record(RECORD, label, |to| {
            to.0.extend(tree);
            to.lines(point);
            to.all(sun);
            to.vector(crate::bvh::inverse(Vec3::from_array(*sun)));
        });
    }
}

fn union(rects: impl Iterator<Item = Rect>) -> Rect {
    rects
        .reduce(|a, b| Rect {
            x0: a.x0.min(b.x0),
            x1: a.x1.max(b.x1),
            y0: a.y0.min(b.y0),
            y1: a.y1.max(b.y1),
        })
        .unwrap_or_default()
}

/// Writes a view's records, and to its head where the first run begins and where each ends. `trees` has the first words
/// of nodes and triangles of the parts that are meshes.
fn records(
    plan: &Plan,
    parts: &[Part],
    trees: &[Option<[u32; 2]>],
    words: &mut Vec<u32>,
    heads: &mut Vec<u32>,
) {
    let Plan {
        light: _,
        // Refused before.
        dress: _,
        covers: _,
        panorama: _,
        ellipsoids: _,
        lamps: _,
        glosses: _,
        noises: _,
        casts: _,
        floors,
        balls,
        cylinders,
        cones,
        bricks,
        hulls,
        sides,
        triangles,
        patterns,
        ball_shadows,
        capsule_shadows,
        brick_shadows,
        hull_shadows,
        crossings,
        cylinder_shadows,
        cone_shadows,
        mesh_shadows,
        night_shadows,
        hiders: _,
        hider_planes: _,
    } = plan;
    let mut to = Words(words);
    heads.push(to.0.len() as u32);
    for floor in floors {
        to.floor(floor);
    }
    heads.push(to.0.len() as u32);
    for brick in bricks {
        let (fronts, backs) = brick.sides.split_at(brick.fronts as usize);
        to.hull(&brick.label, fronts, backs);
    }
    heads.push(to.0.len() as u32);
    for ball in balls {
        to.ball(ball);
    }
    heads.push(to.0.len() as u32);
    for tube in cylinders {
        to.tube(tube);
    }
    heads.push(to.0.len() as u32);
    for tube in cones {
        to.tube(tube);
    }
    heads.push(to.0.len() as u32);
    for hull in hulls {
        let own = &sides[hull.first as usize..][..(hull.fronts + hull.backs) as usize];
        let (fronts, backs) = own.split_at(hull.fronts as usize);
        to.hull(&hull.label, fronts, backs);
    }
    heads.push(to.0.len() as u32);
    to.triangles(triangles);
    heads.push(to.0.len() as u32);
    for pattern in patterns {
        to.pattern(pattern, parts);
    }
    heads.push(to.0.len() as u32);
    for BrickShadow { label, middle, half } in brick_shadows {
        to.record(RECORD, label, |to| {
            to.lines(middle);
            to.all(half);
        });
    }
    heads.push(to.0.len() as u32);
    for shadow in ball_shadows {
        to.ball_shadow(shadow, &[]);
    }
    heads.push(to.0.len() as u32);
    for CapsuleShadow { ball, reach, tilt } in capsule_shadows {
        to.ball_shadow(ball, &[*reach, *tilt]);
    }
    heads.push(to.0.len() as u32);
    for shadow in cylinder_shadows {
        to.cylinder_shadow(shadow);
    }
    heads.push(to.0.len() as u32);
    for shadow in hull_shadows {
        to.hull_shadow(shadow, crossings);
    }
    heads.push(to.0.len() as u32);
    for shadow in cone_shadows {
        to.cone_shadow(shadow);
    }
    heads.push(to.0.len() as u32);
    for shadow in mesh_shadows {
        to.mesh_shadow(shadow, trees);
    }
    heads.push(to.0.len() as u32);
    for label in night_shadows {
        to.record(RECORD, label, |_| {});
    }
    heads.push(to.0.len() as u32);
}

/// Writes a view: its records, and its head, which says where these and its rays are, and has light and sky.
pub(super) fn view(
    scene: &Scene<'_>,
    trees: &[Option<[u32; 2]>],
    lens: [u32; 2],
    (words, heads): (&mut Vec<u32>, &mut Vec<u32>),
) {
    let Light {
        ambient,
        turned,
        sun,
        up,
        horizon,
        rise,
    } = scene.plan.light;
    let first = heads.len();
    records(scene.plan, scene.parts, trees, words, heads);
    heads.extend(lens);
    let mut to = Words(heads);
    to.all(&[ambient, turned, sun]);
    to.all(&up);
    to.all(&horizon);
    to.all(&rise);
    to.all(&scene.lens.step.map(|step| 0.5 * step));
    heads.resize(first + HEAD, 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::WITHIN;

    #[test]
    fn what_the_kernel_does_not_know_is_refused() {
        let known = Plan {
            floors: vec![Floor {
                waves: 2,
                ..Floor::default()
            }],
            patterns: vec![Pattern {
                axes: 3,
                ..Pattern::default()
            }],
            cones: vec![Tube {
                mode: WITHIN,
                ..Tube::default()
            }],
            ..Plan::default()
        };
        assert!(supported(&known).is_ok());
        let mut unknown = [known.clone(), known.clone(), known.clone(), known];
        unknown[0].floors[0].waves = 3;
        unknown[1].patterns[0].axes = 4;
        unknown[2].cones[0].mode = OPPOSITE + 1;
        unknown[3].dress.on = 1;
        for plan in unknown {
            assert!(matches!(supported(&plan), Err(GpuError::Unsupported { .. })));
        }
    }
}
