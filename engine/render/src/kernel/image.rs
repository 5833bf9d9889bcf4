//! Images on bodies and in the sky: looked up pixel by pixel.
//!
//! A body's image is laid over its faces along the two of its own axes that the face's normal is least along; how much of it a
//! pixel sees follows from where the rays of the pixels to the right and below meet the tangent plane.

use super::Scene;
use super::tile::{Cell, Tile, blocks};
use crate::images::{Edge, Levels, panorama as place_of};
use crate::lanes::Lanes;
use crate::parts::bytes;
use crate::plan::{Cover, Panorama, Rect, SHADED, SKY};
use crate::rays::RaySource;
use crate::surface::Surface;
use glam::Vec3;

/// Rays that meet a plane at less than this sine count as meeting it at this.
const GRAZING: f32 = 1e-4;

/// Gives the cells of covered parts the colours of their images.
#[inline(always)]
pub(super) fn covers<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    scene: &Scene<'_>,
    cells: &mut [Cell<L>],
) {
    for cover in &scene.plan.covers {
        if !tile.holds(&cover.label.rect) {
            continue;
        }
        let surface = &scene.parts[cover.part as usize].surface;
        let image = scene.images.get(cover.image);
        let tag = l.splat_i(cover.label.tag as i32);
        let one = l.splat(1.0);
        blocks!(l, tile, cover.label.rect, cells, |x, y, cell| {
            let mut bits = l.bits(l.same(cell.tag, tag));
            if bits != 0 {
                let mut rays = [[0.0_f32; 16]; 3];
                l.store(x, &mut rays[0]);
                l.store(y, &mut rays[1]);
                l.store(l.div(one, cell.w), &mut rays[2]);
                let (mut faces, mut colors) = ([0_u32; 16], [0_u32; 16]);
                l.store_i(cell.face, &mut faces);
                l.store_i(cell.color, &mut colors);
                while bits != 0 {
                    let pixel = bits.trailing_zeros() as usize % 16;
                    bits &= bits - 1;
                    let ray = Vec3::new(rays[0][pixel], rays[1][pixel], 1.0);
                    let spot = (ray, rays[2][pixel], faces[pixel]);
                    colors[pixel] = covered(cover, surface, image, spot, scene.lens.step);
                }
                cell.color = l.load_i(&colors);
            }
        });
    }
}

/// The colour of a spot: its ray, how far along it, and on which face.
fn covered(
    cover: &Cover,
    surface: &Surface,
    image: &Levels,
    (ray, z, face): (Vec3, f32, u32),
    step: [f32; 2],
) -> u32 {
    let point = ray * z;
    let normal = surface.normal(point, face);
    let [width, height] = image.size();
    let axes = cover.axis.map(Vec3::from_array);
    let across = axes.map(|axis| axis.dot(normal).abs());
    let (first, second) = if across[2] >= across[0] && across[2] >= across[1] {
        (0, 1)
    } else if across[0] >= across[1] {
        (1, 2)
    } else {
        (0, 2)
    };
    let place = |point: Vec3| match surface.texture(point, face) {
        Some([u, v]) => [u, 1.0 - v],
        None => {
            let along = |axis: usize| axes[axis].dot(point) + cover.origin[axis];
            [along(first), -along(second) * (width / height)]
        }
    };
    // Where the neighbours' rays meet the tangent plane.
    let height_of_plane = normal.dot(point);
    let meet = |other: Vec3| other * (height_of_plane / normal.dot(other).min(-GRAZING));
    let here = place(point);
    let mut texels = 0.0_f32;
    for other in [ray + Vec3::X * step[0], ray + Vec3::Y * step[1]] {
        let there = place(meet(other));
        let apart = ((there[0] - here[0]) * width)
            .abs()
            .max(((there[1] - here[1]) * height).abs());
        texels = texels.max(apart);
    }
    bytes(image.at(here, texels, Edge::Repeat))
}

/// Gives the sky the colours of its image.
#[inline(always)]
pub(super) fn panorama<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    scene: &Scene<'_>,
    cells: &mut [Cell<L>],
) {
    let panorama = &scene.plan.panorama;
    if panorama.on == 0 {
        return;
    }
    let image = scene.images.get(panorama.image);
    let (mask, sky) = (l.splat_i(!SHADED as i32), l.splat_i(SKY as i32));
    blocks!(l, tile, Rect::EVERYWHERE, cells, |x, y, cell| {
        let mut bits = l.bits(l.same(l.and(cell.tag, mask), sky));
        if bits != 0 {
            let mut rays = [[0.0_f32; 16]; 2];
            l.store(x, &mut rays[0]);
            l.store(y, &mut rays[1]);
            let mut colors = [0_u32; 16];
            l.store_i(cell.color, &mut colors);
            while bits != 0 {
                let pixel = bits.trailing_zeros() as usize % 16;
                bits &= bits - 1;
                let ray = Vec3::new(rays[0][pixel], rays[1][pixel], 1.0);
                colors[pixel] = seen(panorama, image, ray);
            }
            cell.color = l.load_i(&colors);
        }
    });
}

fn seen(panorama: &Panorama, image: &Levels, ray: Vec3) -> u32 {
    let direction = panorama.axis.map(|axis| Vec3::from_array(axis).dot(ray));
    bytes(image.at(place_of(direction), panorama.texels, Edge::Clamp))
}
