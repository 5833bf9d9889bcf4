//! Views as words: runs of records that `cast.wgsl` draws.
//!
//! A record is `[group, words, x0, x1, y0, y1, tag, color, ...]` and then the numbers of its kind, f32 as their bits.
//! Records of a kind are a run; runs stand in the order in which they are drawn: shapes, patterns, clouds, shadows. A group
//! holds records of which none reaches outside of its rectangle.
//!
//! A view's head: where the runs of shapes, patterns and clouds begin and end (10 words); where the lists of runs of shadows
//! are, how many of them are casts, which come before the plan's own, and how many of these are the sun's (3); the lens (3);
//! light and sky (14); what dresses it (12).
//!
//! **Invariant:** every field of a plan is named here: one that the kernel does not know cannot be passed over.

use super::GpuError;
use crate::kernel::Scene;
use crate::parts::Part;
use crate::plan::{
    Ball, BallShadow, BrickShadow, CapsuleShadow, ConeShadow, CylinderShadow, Dress, Floor, Gloss,
    HullShadow, Label, Lamp, Light, MeshShadow, Noise, OPPOSITE, Pattern, Plan, Rect, Side, Square, Triangle,
    Tube, Wave,
};
use crate::surface::{Mesh, Solid, Surface};
use glam::Vec3;

/// First word of a record, and of a group of records.
const RECORD: u32 = 0;
const GROUP: u32 = 1;

/// Words of a view's head.
pub(super) const HEAD: usize = 42;
/// Kinds of surfaces: with one normal for each face, around an axis, of triangles.
const FLAT: u32 = 0;
const ROUND: u32 = 1;
const MESH: u32 = 2;
/// Lamps that throw shadows: a pixel has a bit for each.
const MOST_CASTERS: usize = 32;
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
    if !plan.ellipsoids.is_empty() {
        return refused("ellipsoids");
    }
    if !plan.covers.is_empty() || plan.panorama.on > 0 {
        return refused("images");
    }
    if plan.casts.iter().any(|cast| !cast.hiders.is_empty()) {
        return refused("shadows of lamps that are points");
    }
    let casters = plan.lamps.iter().filter(|lamp| lamp.casts > 0);
    if casters.count() > MOST_CASTERS {
        return refused("shadows of more than 32 lamps");
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

/// Where the rays of a lens are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LensWords {
    /// First word of its rays: those of the pixels' centres, and then of each sample.
    pub(super) first: u32,
    /// It has rays of its own for each pixel.
    pub(super) is_table: bool,
    pub(super) samples: u32,
}

/// Where the triangles of a mesh are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct MeshWords {
    /// First words of the nodes and the triangles of its tree.
    tree: [u32; 2],
    /// First word of its triangles in their own order, for normals: three corners, and, where it is drawn as if it were
    /// bent, three normals.
    facets: Option<u32>,
    is_bent: bool,
}

impl MeshWords {
    /// Writes a mesh; none where it has no triangle.
    pub(super) fn write(mesh: &Mesh, facets: bool, to: &mut Vec<u32>) -> Option<MeshWords> {
        let tree = mesh.tree.words(to)?;
        let is_bent = !mesh.normals.is_empty();
        let first = to.len() as u32;
        for triangle in mesh.triangles.iter().filter(|_| facets) {
            let vectors = [&mesh.vertices, &mesh.normals];
            for own in &vectors[..1 + usize::from(is_bent)] {
                for index in triangle {
                    Words(to).vector(own[*index as usize]);
                }
            }
        }
        Some(MeshWords {
            tree,
            facets: facets.then_some(first),
            is_bent,
        })
    }
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

    /// `clouded`: its colours are those of a cloud.
    fn floor(&mut self, floor: &Floor, clouded: bool) {
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
            to.0.push(u32::from(clouded));
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

    /// What normals of a part are made of.
    fn surface(&mut self, surface: &Surface, mesh: Option<MeshWords>) {
        let place = &surface.place;
        let rotation = &place.rotation;
        if let Some(MeshWords {
            facets: Some(facets),
            is_bent,
            ..
        }) = mesh
        {
            self.0.extend([MESH, facets, u32::from(is_bent)]);
            self.vector(place.translation);
            for axis in [rotation.x_axis, rotation.y_axis, rotation.z_axis] {
                self.vector(axis);
            }
            return;
        }
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
        self.0.push(if round.is_some() { ROUND } else { FLAT });
        let (reach, slope) = round.unwrap_or_default();
        self.vector(place.translation);
        self.vector(rotation.z_axis);
        self.all(&[reach, slope]);
        for face in faces {
            self.vector(surface.normal(Vec3::ZERO, face));
        }
    }

    fn pattern(&mut self, pattern: &Pattern, parts: &Parts<'_>) {
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
        self.record(RECORD, label, |to| {
            to.0.push(*axes);
            to.lines(axis);
            to.all(origin);
            to.one(*inset_m);
            to.all(mean);
            to.all(half);
            to.surface(parts.surface(*part), parts.mesh(*part));
        });
    }

    fn noise(&mut self, noise: &Noise, parts: &Parts<'_>) {
        let Noise {
            label,
            part,
            axis,
            origin,
            mean,
            half,
        } = noise;
        self.record(RECORD, label, |to| {
            to.lines(axis);
            to.all(origin);
            to.all(mean);
            to.all(half);
            to.surface(parts.surface(*part), parts.mesh(*part));
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

    fn mesh_shadow(&mut self, shadow: &MeshShadow, parts: &Parts<'_>) {
        let MeshShadow {
            label,
            part,
            point,
            sun,
        } = shadow;
        let Some(mesh) = parts.mesh(*part) else { return };
        self.record(RECORD, label, |to| {
            to.0.extend(mesh.tree);
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

/// The shapes that a plan names.
struct Parts<'a> {
    parts: &'a [Part],
    first_parts: &'a [u32],
    meshes: &'a [Option<MeshWords>],
}

impl Parts<'_> {
    fn surface(&self, part: u32) -> &Surface {
        &self.parts[part as usize].surface
    }

    fn mesh(&self, part: u32) -> Option<MeshWords> {
        self.meshes[part as usize]
    }
}

/// Writes a plan's shapes, patterns and clouds, and to the head where the first run begins and where each ends.
fn shapes(plan: &Plan, parts: &Parts<'_>, words: &mut Vec<u32>, heads: &mut Vec<u32>) {
    let Plan {
        light: _,
        // See `dress`.
        dress: _,
        covers: _,
        panorama: _,
        ellipsoids: _,
        lamps: _,
        glosses: _,
        noises,
        floors,
        balls,
        cylinders,
        cones,
        bricks,
        hulls,
        sides,
        triangles,
        patterns,
        // See `shadows`.
        casts: _,
        ball_shadows: _,
        capsule_shadows: _,
        brick_shadows: _,
        hull_shadows: _,
        crossings: _,
        cylinder_shadows: _,
        cone_shadows: _,
        mesh_shadows: _,
        night_shadows: _,
        hiders: _,
        hider_planes: _,
    } = plan;
    let mut to = Words(words);
    heads.push(to.0.len() as u32);
    for floor in floors {
        let clouded = noises.iter().any(|noise| noise.label.tag == floor.label.tag);
        to.floor(floor, clouded);
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
    for noise in noises {
        to.noise(noise, parts);
    }
    heads.push(to.0.len() as u32);
}

/// Runs of shadows.
const SHADOW_RUNS: usize = 8;

/// Writes a plan's shadows; gives where the first run begins and where each ends.
fn shadows(plan: &Plan, parts: &Parts<'_>, words: &mut Vec<u32>) -> [u32; SHADOW_RUNS + 1] {
    let mut to = Words(words);
    let mut ends = [to.0.len() as u32; SHADOW_RUNS + 1];
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
    for shadow in &plan.mesh_shadows {
        to.mesh_shadow(shadow, parts);
    }
    ends[7] = to.0.len() as u32;
    for label in &plan.night_shadows {
        to.record(RECORD, label, |_| {});
    }
    ends[8] = to.0.len() as u32;
    ends
}

/// Writes lamps, highlights and what normals are made of, and to the head where they are.
fn dress(plan: &Plan, parts: &Parts<'_>, words: &mut Vec<u32>, heads: &mut Vec<u32>) {
    let Dress {
        on,
        normals,
        sun,
        sun_casts: _,
        fog_squared,
    } = plan.dress;
    heads.extend([on, normals]);
    Words(heads).all(&sun);
    Words(heads).one(fog_squared);
    let mut to = Words(words);
    heads.extend([to.0.len() as u32, plan.lamps.len() as u32]);
    for Lamp {
        kind,
        at,
        light,
        casts,
    } in &plan.lamps
    {
        to.0.push(*kind);
        to.all(at);
        to.all(light);
        to.0.push(*casts);
    }
    heads.push(if plan.glosses.is_empty() {
        u32::MAX
    } else {
        to.0.len() as u32
    });
    for Gloss { strength, power } in &plan.glosses {
        to.one(*strength);
        to.0.push(*power);
    }
    heads.push(to.0.len() as u32);
    if normals == 0 {
        return;
    }
    // For each body where its first part is in the table, for each part where its surface is.
    let table = (to.0.len() + parts.first_parts.len()) as u32;
    to.0.extend(parts.first_parts.iter().map(|first| table + first));
    to.0.resize(to.0.len() + parts.parts.len(), 0);
    for (index, part) in parts.parts.iter().enumerate() {
        to.0[table as usize + index] = to.0.len() as u32;
        to.surface(&part.surface, parts.meshes[index]);
    }
}

/// Writes a view: its records, and its head, which says where these and its rays are, and has light and sky.
pub(super) fn view(
    scene: &Scene<'_>,
    meshes: &[Option<MeshWords>],
    lens: LensWords,
    (words, heads): (&mut Vec<u32>, &mut Vec<u32>),
) {
    let plan = scene.plan;
    let Light {
        ambient,
        turned,
        sun,
        up,
        horizon,
        rise,
    } = plan.light;
    let first = heads.len();
    let parts = Parts {
        parts: scene.parts,
        first_parts: scene.first_parts,
        meshes,
    };
    shapes(plan, &parts, words, heads);
    let all = plan.casts.iter().chain([plan]);
    let runs: Vec<_> = all.map(|plan| shadows(plan, &parts, words)).collect();
    heads.extend([words.len() as u32, plan.casts.len() as u32, plan.dress.sun_casts]);
    words.extend(runs.as_flattened());
    heads.extend([lens.first, u32::from(lens.is_table), lens.samples]);
    let mut to = Words(heads);
    to.all(&[ambient, turned, sun]);
    to.all(&up);
    to.all(&horizon);
    to.all(&rise);
    to.all(&scene.lens.step.map(|step| 0.5 * step));
    dress(plan, &parts, words, heads);
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
        let caster = Lamp {
            casts: 1,
            ..Lamp::default()
        };
        unknown[3].lamps = vec![caster; MOST_CASTERS + 1];
        for plan in unknown {
            assert!(matches!(supported(&plan), Err(GpuError::Unsupported { .. })));
        }
    }
}
