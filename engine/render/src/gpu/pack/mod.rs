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

mod words;

use super::GpuError;
use crate::kernel::Scene;
use crate::parts::Part;
use crate::plan::{BrickShadow, CapsuleShadow, Dress, Gloss, Lamp, Light, OPPOSITE, Plan};
use crate::surface::{Mesh, Surface};
use words::{RECORD, Words};

/// Words of a view's head.
pub(super) const HEAD: usize = 42;
/// Lamps that throw shadows: a pixel has a bit for each.
const MOST_CASTERS: usize = 32;

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
    use crate::plan::{Floor, Pattern, Tube};

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
