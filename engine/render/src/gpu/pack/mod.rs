//! Views as words: runs of records that `cast.wgsl` draws.
//!
//! A record is `[group, words, x0, x1, y0, y1, tag, color, ...]` and then the numbers of its kind, f32 as their bits.
//! Records of a kind are a run; runs stand in the order in which they are drawn: shapes, patterns, clouds, shadows. A group
//! holds records of which none reaches outside of its rectangle.
//!
//! A view's head: where the runs of shapes, patterns, clouds and images begin and end (12 words); where the lists of runs of
//! shadows are, how many of them are casts, which come before the plan's own, and how many of these are the sun's (3); the
//! lens (3); light and sky (14); what dresses it (10); the sky's image (11).
//!
//! **Invariant:** every field of a plan is named here: one that the kernel does not know cannot be passed over.

mod lasting;
mod shadows;
mod words;

pub(super) use lasting::{MeshWords, WorldWords};

use super::GpuError;
use crate::kernel::Scene;
use crate::parts::Part;
use crate::plan::{Dress, Gloss, HIDES_AS_MESH, Lamp, Light, OPPOSITE, Panorama, Plan};
use crate::surface::Surface;
use lasting::Facets;
use shadows::shadows;
use words::Words;

/// Words of a view's head.
pub(super) const HEAD: usize = 53;
/// Lamps that throw shadows: a pixel has a bit for each.
const MOST_CASTERS: usize = 32;

/// Refuses what the kernel does not know. **The one place for it**: whoever adds to a plan adds to the kernel, or
/// refuses here.
pub(super) fn supported(plan: &Plan) -> Result<(), GpuError> {
    let refused = |feature| Err(GpuError::Unsupported { feature });
    let casters = plan.lamps.iter().filter(|lamp| lamp.casts > 0);
    if casters.count() > MOST_CASTERS {
        return refused("shadows of more than 32 lamps");
    }
    let mut hiders = plan.casts.iter().flat_map(|cast| &cast.hiders);
    if hiders.any(|hider| hider.kind > HIDES_AS_MESH) {
        return refused("a shape that hides a lamp in an unknown way");
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

/// The shapes that a plan names.
struct Parts<'a> {
    parts: &'a [Part],
    first_parts: &'a [u32],
    meshes: &'a [Option<MeshWords>],
    /// First words of the world's images.
    images: &'a [u32],
}

impl Parts<'_> {
    fn surface(&self, part: u32) -> &Surface {
        &self.parts[part as usize].surface
    }

    fn mesh(&self, part: u32) -> Option<MeshWords> {
        self.meshes[part as usize]
    }
}

/// Writes a plan's shapes, patterns, clouds and images, and to the head where the first run begins and where each ends.
fn shapes(plan: &Plan, parts: &Parts<'_>, words: &mut Vec<u32>, heads: &mut Vec<u32>) {
    let Plan {
        light: _,
        // See `dress`.
        dress: _,
        panorama: _,
        lamps: _,
        glosses: _,
        noises,
        covers,
        floors,
        balls,
        ellipsoids,
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
        let mut colored = noises.iter().map(|noise| noise.label.tag);
        let mut covered = covers.iter().map(|cover| cover.label.tag);
        let own = floor.label.tag;
        to.floor(
            floor,
            colored.any(|tag| tag == own) || covered.any(|tag| tag == own),
        );
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
    for ellipsoid in ellipsoids {
        to.ellipsoid(ellipsoid);
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
    for cover in covers {
        to.cover(cover, parts);
    }
    heads.push(to.0.len() as u32);
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

/// Writes the sky's image to the head.
fn panorama(plan: &Plan, parts: &Parts<'_>, heads: &mut Vec<u32>) {
    let Panorama {
        on,
        image,
        axis,
        texels,
    } = plan.panorama;
    heads.push(if on > 0 {
        parts.images[image as usize]
    } else {
        u32::MAX
    });
    Words(heads).one(texels);
    Words(heads).lines(&axis);
}

/// Writes a view: its records, and its head, which says where these and its rays are, and has light and sky.
pub(super) fn view(
    scene: &Scene<'_>,
    world: &WorldWords,
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
        meshes: &world.meshes,
        images: &world.images,
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
    panorama(plan, &parts, heads);
    debug_assert_eq!(heads.len(), first + HEAD);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::WITHIN;
    use crate::plan::{Floor, Hider, Pattern, Tube};

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
            casts: vec![Plan {
                hiders: vec![Hider {
                    kind: HIDES_AS_MESH,
                    ..Hider::default()
                }],
                ..Plan::default()
            }],
            cones: vec![Tube {
                mode: WITHIN,
                ..Tube::default()
            }],
            ..Plan::default()
        };
        assert!(supported(&known).is_ok());
        let mut unknown = vec![known.clone(); 5];
        unknown[0].floors[0].waves = 3;
        unknown[1].patterns[0].axes = 4;
        unknown[2].cones[0].mode = OPPOSITE + 1;
        let caster = Lamp {
            casts: 1,
            ..Lamp::default()
        };
        unknown[3].lamps = vec![caster; MOST_CASTERS + 1];
        let hider = Hider {
            kind: HIDES_AS_MESH + 1,
            ..Hider::default()
        };
        unknown[4].casts[0].hiders = vec![hider];
        for plan in unknown {
            assert!(matches!(supported(&plan), Err(GpuError::Unsupported { .. })));
        }
    }
}
