//! Lamps, a sun that is a disc, highlights, clouds and fog of a view.

use super::{Maker, Vertex, drawable, fields, hide, shade};
use crate::light::{Lighting, Source};
use crate::parts::{Coat, Part};
use crate::plan::{Cover, Dress, Label, Noise, Panorama, Plan, TURN};
use crate::rays::Lens;
use crate::rigid::Rigid;
use glam::Vec3;
use terrella_spec::shape::Pattern;
use terrella_spec::world::Shadows;

/// True where a world's pictures want any of it.
pub(crate) fn dressed(coats: &[Coat], lighting: &Lighting) -> bool {
    let painted = |coat: &Coat| {
        coat.gloss.strength > 0.0 || coat.pattern == Pattern::Noise || coat.smooth || coat.image.is_some()
    };
    let soft = lighting.sunny() && matches!(lighting.shadows, Shadows::Soft { .. });
    coats.iter().any(painted)
        || soft
        || lighting.panorama.is_some()
        || !lighting.lamps.is_empty()
        || lighting.fog_squared > 0.0
}

/// Adds what a view wants of it.
pub(super) fn dress(
    (parts, coats, bodies): (&[Part], &[Coat], &[Rigid]),
    lighting: &Lighting,
    camera_from_world: &Rigid,
    lens: &Lens,
    corners: &mut Vec<Vertex>,
    plan: &mut Plan,
) {
    let glossy = coats.iter().any(|coat| coat.gloss.strength > 0.0);
    let mut cast = |towards: Vec3| {
        let shade = shade(parts, towards);
        let mut plan = Plan::default();
        let mut maker = Maker {
            plan: &mut plan,
            lens,
            shade: Some(&shade),
            sun: towards,
            corners,
        };
        for (index, part) in (0..).zip(parts).filter(|(_, part)| drawable(part)) {
            maker.add::<false>(index, part, &coats[part.body], &bodies[part.body]);
        }
        plan
    };
    for towards in lighting.soft_sun() {
        plan.casts.push(cast(camera_from_world.rotation * towards));
    }
    let sun_casts = plan.casts.len() as u32;
    for lamp in &lighting.lamps {
        let at = match lamp.source {
            Source::Directional(towards, shadows) => {
                let towards = camera_from_world.rotation * towards;
                if shadows {
                    plan.casts.push(cast(towards));
                }
                towards
            }
            Source::Point(at, mount, shadows) => {
                let at = mount.map_or(camera_from_world, |body| &bodies[body]).point(at);
                if shadows {
                    plan.casts.push(hide::plan(parts, lens, at));
                }
                at
            }
            Source::Head => Vec3::ZERO,
        };
        plan.lamps.push(lamp.plan(at));
    }
    if glossy {
        plan.glosses.extend(coats.iter().map(|coat| coat.gloss));
    }
    if let Some((image, width, turn)) = lighting.panorama {
        plan.panorama = Panorama {
            on: 1,
            image,
            axis: turn.map(|row| (camera_from_world.rotation * Vec3::from_array(row)).to_array()),
            texels: lens.step[0].max(lens.step[1]) * width * (0.5 * std::f32::consts::FRAC_1_PI),
        };
    }
    let smooth = coats.iter().any(|coat| coat.smooth);
    let lit = glossy || smooth || !plan.lamps.is_empty();
    plan.dress = Dress {
        on: 1,
        normals: u32::from(lit),
        sun: (camera_from_world.rotation * lighting.sun_direction).to_array(),
        sun_casts,
        fog_squared: lighting.fog_squared,
    };
}

/// An image on a part.
pub(super) fn cover(part: u32, label: Label, image: u32, coat: &Coat, body: &Rigid) -> Cover {
    let (axes, origin) = fields(coat, body);
    // From periods of two fields to fields.
    Cover {
        label,
        part,
        image,
        axis: axes.map(|axis| (axis * 2.0).to_array()),
        origin: origin.map(|part| part * 2.0),
    }
}

/// Clouds on a part.
pub(super) fn noise(part: u32, label: Label, coat: &Coat, body: &Rigid) -> Noise {
    let (axes, origin) = fields(coat, body);
    // From periods of two fields to fields, and turned: so no face lies along the lattice.
    let origin = Vec3::from_array(origin);
    let turned = |row: [f32; 3]| (axes[0] * row[0] + axes[1] * row[1] + axes[2] * row[2]) * 2.0;
    Noise {
        label,
        part,
        axis: TURN.map(|row| turned(row).to_array()),
        origin: TURN.map(|row| Vec3::from_array(row).dot(origin) * 2.0),
        mean: coat.mean,
        half: coat.half,
    }
}
