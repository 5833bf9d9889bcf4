//! Images of a world: levels of halved size, so that what a pixel sees of one is averaged at the price of eight texels.
//!
//! **Invariant:** only operations that are rounded once, as in the kernels: the same bits everywhere.

use crate::error::RenderError;
use terrella_spec::image::{Image, Pixels};
use terrella_spec::world::World;

/// The images of a world, in their order.
#[derive(Debug, Default)]
pub(crate) struct Images(Vec<Levels>);

impl Images {
    pub(crate) fn new(world: &World<f32>) -> Result<Images, RenderError> {
        let levels: Result<Vec<Levels>, RenderError> = world
            .images
            .iter()
            .map(|(name, image)| {
                let wrong = |reason: String| RenderError::BadImage {
                    image: name.clone(),
                    reason,
                };
                match image {
                    Image::File { path } => {
                        Err(wrong(format!("must be read from {path} before it is drawn")))
                    }
                    Image::Pixels(pixels) => pixels.check().map_err(wrong).map(|()| Levels::new(pixels)),
                }
            })
            .collect();
        Ok(Images(levels?))
    }

    pub(crate) fn get(&self, index: u32) -> &Levels {
        &self.0[index as usize]
    }

    /// Writes all images as words, and gives the first one of each: how many levels it has, and of each its width, its height
    /// and the first word of its texels. A texel has ten bits of each channel, red lowest, in quarters of 1/255.
    #[cfg(feature = "gpu")]
    pub(crate) fn words(&self, to: &mut Vec<u32>) -> Vec<u32> {
        let own = self.0.iter().map(|Levels(levels)| {
            let first = to.len();
            to.push(levels.len() as u32);
            to.resize(first + 1 + 3 * levels.len(), 0);
            for (index, level) in levels.iter().enumerate() {
                let size = [level.width, level.height, to.len()].map(|number| number as u32);
                to[first + 1 + 3 * index..][..3].copy_from_slice(&size);
                to.extend(level.texels.iter().map(|texel| {
                    let [red, green, blue] = texel.map(|value| (4.0 * value + 0.5) as u32);
                    red | green << 10 | blue << 20
                }));
            }
            first as u32
        });
        own.collect()
    }
}

/// One image: the whole one, then half as wide and high, and so on down to one texel.
#[derive(Debug)]
pub(crate) struct Levels(Vec<Level>);

#[derive(Debug)]
struct Level {
    width: usize,
    height: usize,
    /// sRGB in 0..255.
    texels: Vec<[f32; 3]>,
}

/// Whether a coordinate beyond the upper or lower edge goes on at the other one, or stays.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    Repeat,
    Clamp,
}

impl Levels {
    fn new(pixels: &Pixels) -> Levels {
        let texels = pixels.rgb.0.chunks_exact(3);
        let mut all = vec![Level {
            width: pixels.width as usize,
            height: pixels.height as usize,
            texels: texels
                .map(|texel| [texel[0], texel[1], texel[2]].map(f32::from))
                .collect(),
        }];
        while let Some(half) = all.last().and_then(Level::half) {
            all.push(half);
        }
        Levels(all)
    }

    /// Width and height, texels.
    pub(crate) fn size(&self) -> [f32; 2] {
        [self.0[0].width as f32, self.0[0].height as f32]
    }

    /// The mean colour about a place: 0..1 from left to right and from the upper edge down. `texels`: how many of the whole
    /// image are between two pixels.
    pub(crate) fn at(&self, place: [f32; 2], texels: f32, edge: Edge) -> [f32; 3] {
        let level = log2(texels.max(1.0)).min((self.0.len() - 1) as f32);
        let first = (level as usize).min(self.0.len() - 1);
        let near = self.0[first].at(place, edge);
        let share = level - first as f32;
        if share <= 0.0 {
            return near;
        }
        let far = self.0[(first + 1).min(self.0.len() - 1)].at(place, edge);
        std::array::from_fn(|channel| near[channel] + (far[channel] - near[channel]) * share)
    }
}

/// The logarithm, bent: right at powers of two and straight between them.
fn log2(value: f32) -> f32 {
    let bits = value.to_bits();
    let exponent = (bits >> 23) as i32 - 127;
    let mantissa = f32::from_bits(bits & 0x007f_ffff | 0x3f80_0000);
    exponent as f32 + (mantissa - 1.0)
}

impl Level {
    /// Half as wide and high: the mean light of two by two texels. None of a single texel.
    fn half(&self) -> Option<Level> {
        if self.width * self.height <= 1 {
            return None;
        }
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let mut texels = Vec::with_capacity(width * height);
        for row in 0..height {
            for column in 0..width {
                let mut sum = [0.0; 3];
                for (down, right) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    let row = (2 * row + down).min(self.height - 1);
                    let column = (2 * column + right).min(self.width - 1);
                    for (sum, part) in sum.iter_mut().zip(self.texels[row * self.width + column]) {
                        *sum += part * part;
                    }
                }
                texels.push(sum.map(|sum| (0.25 * sum).sqrt()));
            }
        }
        Some(Level {
            width,
            height,
            texels,
        })
    }

    /// Between the four texels about a place.
    fn at(&self, place: [f32; 2], edge: Edge) -> [f32; 3] {
        let (left, right, x) = neighbours(place[0], self.width, Edge::Repeat);
        let (above, below, y) = neighbours(place[1], self.height, edge);
        let texel = |column: usize, row: usize| self.texels[row * self.width + column];
        let (a, b, c, d) = (
            texel(left, above),
            texel(right, above),
            texel(left, below),
            texel(right, below),
        );
        std::array::from_fn(|channel| {
            let upper = a[channel] + (b[channel] - a[channel]) * x;
            let lower = c[channel] + (d[channel] - c[channel]) * x;
            upper + (lower - upper) * y
        })
    }
}

/// The two texels that a place, in 0..1 and beyond, lies between, and how far it is from the first.
fn neighbours(place: f32, count: usize, edge: Edge) -> (usize, usize, f32) {
    let last = count - 1;
    // Not a number counts as 0, and so does what is too far away for its fraction to be known.
    let place = if place.abs() < 1e9 { place } else { 0.0 };
    if edge == Edge::Clamp {
        let at = (place * count as f32 - 0.5).clamp(0.0, last as f32);
        let first = (at as usize).min(last);
        return (first, (first + 1).min(last), at - first as f32);
    }
    let at = (place - place.floor()) * count as f32 - 0.5;
    let at = if at < 0.0 { at + count as f32 } else { at };
    let first = (at as usize).min(last);
    let second = if first == last { 0 } else { first + 1 };
    (first, second, at - first as f32)
}

/// Where a panorama shows a direction (x, y, z), z up: its middle is at +x, its left half towards +y, its upper edge
/// overhead.
pub(crate) fn panorama([x, y, z]: [f32; 3]) -> [f32; 2] {
    let level = (x * x + y * y).sqrt();
    [0.5 - turns(y, x), 0.5 - 2.0 * turns(z, level)]
}

/// The angle of a vector, in turns from -0.5 to 0.5, to a hundred-thousandth of a turn.
fn turns(y: f32, x: f32) -> f32 {
    let (wide, high) = (x.abs(), y.abs());
    let most = wide.max(high);
    if most <= 0.0 {
        return 0.0;
    }
    let t = wide.min(high) / most;
    let square = t * t;
    // A polynomial through the arc tangent on 0..1, over 2 pi.
    let mut sum = -0.011_721_2;
    for factor in [
        0.052_653_32,
        -0.116_432_87,
        0.193_543_46,
        -0.332_623_47,
        0.999_977_26,
    ] {
        sum = sum * square + factor;
    }
    let turn = t * sum * (0.5 * std::f32::consts::FRAC_1_PI);
    let turn = if high > wide { 0.25 - turn } else { turn };
    let turn = if x < 0.0 { 0.5 - turn } else { turn };
    if y < 0.0 { -turn } else { turn }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use terrella_spec::image::Bytes;

    fn levels(width: u32, height: u32, texel: impl Fn(u32, u32) -> [u8; 3]) -> Levels {
        let rgb: Vec<u8> = (0..height)
            .flat_map(|row| (0..width).map(move |column| (column, row)))
            .flat_map(|(column, row)| texel(column, row))
            .collect();
        Levels::new(&Pixels {
            width,
            height,
            rgb: Bytes(Arc::from(rgb)),
        })
    }

    #[test]
    fn a_place_in_the_middle_of_a_texel_has_its_colour() {
        let image = levels(5, 3, |column, row| [10 * column as u8, 20 * row as u8, 7]);
        for (column, row) in [(0, 0), (4, 2), (2, 1)] {
            let place = [(column as f32 + 0.5) / 5.0, (row as f32 + 0.5) / 3.0];
            let color = image.at(place, 1.0, Edge::Repeat);
            let truth = [10.0 * column as f32, 20.0 * row as f32, 7.0];
            assert!(
                color.iter().zip(truth).all(|(a, b)| (a - b).abs() < 1e-3),
                "{color:?}"
            );
            let beyond = image.at([place[0] - 3.0, place[1] + 2.0], 1.0, Edge::Repeat);
            assert!(
                color.iter().zip(beyond).all(|(a, b)| (a - b).abs() < 1e-2),
                "{beyond:?}"
            );
        }
    }

    #[test]
    fn seen_from_afar_an_image_is_its_mean_light() {
        let image = levels(64, 64, |column, row| {
            [if (column + row) % 2 == 0 { 255 } else { 0 }; 3]
        });
        let mean = image.at([0.3, 0.7], 1e6, Edge::Repeat);
        assert!((mean[0] - 255.0 * 0.5_f32.sqrt()).abs() < 0.01, "{mean:?}");
    }

    #[test]
    fn not_a_number_and_far_away_places_have_some_colour() {
        let image = levels(4, 4, |_, _| [9; 3]);
        for place in [f32::NAN, f32::INFINITY, -1e30, 1e12] {
            for edge in [Edge::Repeat, Edge::Clamp] {
                assert_eq!(image.at([place, place], f32::NAN, edge), [9.0; 3]);
            }
        }
    }

    #[test]
    fn a_panorama_shows_each_direction_at_its_angles() {
        for step in 0..64 {
            for rise in -7..=7 {
                let (azimuth, elevation) = (0.1 * step as f32 - 3.1, 0.2 * rise as f32);
                let level = libm::cosf(elevation);
                let direction = [
                    level * libm::cosf(azimuth),
                    level * libm::sinf(azimuth),
                    libm::sinf(elevation),
                ];
                let [u, v] = panorama(direction.map(|part| part * 3.7));
                let turn = 0.5 - azimuth / std::f32::consts::TAU;
                assert!(
                    (u - turn).abs() < 2e-5 || (u - turn).abs() > 0.9999,
                    "{azimuth}: {u}"
                );
                assert!(
                    (v - 0.5 + elevation / std::f32::consts::PI).abs() < 4e-5,
                    "{elevation}: {v}"
                );
            }
        }
    }
}
