//! A net of vertices over a field's zero: one in each cell that it goes through.

use super::field::Field;
use glam::{Vec3, Vec4};

/// How far a vertex goes towards the mean of its neighbours, round by round: in and out again by a little more, so that drops
/// do not shrink (Taubin, 1995).
const ROUNDS: [f32; 4] = [0.5, -0.53, 0.5, -0.53];

/// Room that is kept between nets.
#[derive(Debug, Default)]
pub(super) struct Net {
    /// A bit for each cell that the surface goes through, in the order of the field's own.
    crossed: Vec<u64>,
    /// Vertices before those of each of these words.
    before: Vec<u32>,
    /// Vertices, and sums of their neighbours; the fourth number counts.
    places: Vec<Vec4>,
    sums: Vec<Vec4>,
}

impl Net {
    /// Writes a field's surface: vertices, and triangles that are counter-clockwise seen from outside.
    pub(super) fn make(&mut self, field: &Field, vertices: &mut Vec<Vec3>, triangles: &mut Vec<[u32; 3]>) {
        self.place(field);
        self.join(field, triangles);
        self.smooth(triangles);
        vertices.extend(self.places.iter().map(|place| place.truncate()));
    }

    /// A vertex in each cell that the surface goes through.
    fn place(&mut self, field: &Field) {
        let (words, [_, height, depth]) = (field.grid.words(), field.grid.size);
        let layer = height * words;
        self.crossed.clear();
        self.crossed.resize(layer * depth, 0);
        self.before.clear();
        self.before.resize(layer * depth, 0);
        self.places.clear();
        let inside = &field.inside;
        for z in 0..depth - 1 {
            for y in 0..height - 1 {
                let row = z * height + y;
                let corners =
                    [0, words, layer, layer + words].map(|step| &inside[row * words + step..][..words]);
                for word in 0..words {
                    let some = |word: usize| corners.iter().fold(0, |bits, corner| bits | corner[word]);
                    let (here, next) = (some(word), if word + 1 < words { some(word + 1) } else { 0 });
                    self.before[row * words + word] = self.places.len() as u32;
                    if here == 0 && next & 1 == 0 {
                        continue;
                    }
                    let every =
                        |word: usize| corners.iter().fold(u64::MAX, |bits, corner| bits & corner[word]);
                    let (full, after) = (every(word), if word + 1 < words { every(word + 1) } else { 0 });
                    let crossed = (here | here >> 1 | next << 63) & !(full & (full >> 1 | after << 63));
                    self.crossed[row * words + word] = crossed;
                    for bit in ones(crossed) {
                        let x = word * 64 + bit;
                        let values = [0, 1, 2, 3, 4, 5, 6, 7].map(|corner: usize| {
                            let row = row + (corner >> 1 & 1) + (corner >> 2) * height;
                            field.value(row, x + (corner & 1))
                        });
                        let place = field.grid.place([x, y, z]) + crossing(&values) * field.grid.cell;
                        self.places.push(place.extend(1.0));
                    }
                }
            }
        }
    }

    /// The vertex of a cell, by its row's first word and its x.
    #[inline]
    fn vertex(&self, row: usize, x: usize) -> u32 {
        let word = row + x / 64;
        let below = self.crossed[word] & ((1 << (x % 64)) - 1);
        self.before[word] + below.count_ones()
    }

    /// Two triangles for each edge of the grid that crosses the surface.
    fn join(&self, field: &Field, triangles: &mut Vec<[u32; 3]>) {
        let (words, [_, height, depth]) = (field.grid.words(), field.grid.size);
        let layer = height * words;
        let inside = &field.inside;
        for z in 1..depth - 1 {
            for y in 1..height - 1 {
                let row = z * layer + y * words;
                for word in 0..words {
                    let at = row + word;
                    let here = inside[at];
                    let next = if word + 1 < words { inside[at + 1] } else { 0 };
                    let crossed = [
                        here ^ (here >> 1 | next << 63),
                        here ^ inside[at + words],
                        here ^ inside[at + layer],
                    ];
                    for bit in ones(crossed[0] | crossed[1] | crossed[2]) {
                        let x = word * 64 + bit;
                        for (axis, crossed) in crossed.iter().enumerate() {
                            if crossed >> bit & 1 == 0 {
                                continue;
                            }
                            // The cells about the edge, counter-clockwise seen against the axis.
                            let [a, b, c, d] = match axis {
                                0 => [(words + layer, 0), (layer, 0), (0, 0), (words, 0)],
                                1 => [(layer, 1), (0, 1), (0, 0), (layer, 0)],
                                _ => [(words, 1), (words, 0), (0, 0), (0, 1)],
                            }
                            .map(|(back, left)| self.vertex(row - back, x - left));
                            if here >> bit & 1 == 1 {
                                triangles.extend([[a, b, c], [a, c, d]]);
                            } else {
                                triangles.extend([[a, c, b], [a, d, c]]);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Moves every vertex towards the mean of those it is joined to, and back.
    fn smooth(&mut self, triangles: &[[u32; 3]]) {
        for share in ROUNDS {
            self.sums.clear();
            self.sums.resize(self.places.len(), Vec4::ZERO);
            for [a, b, c] in triangles
                .iter()
                .map(|corners| corners.map(|corner| corner as usize))
            {
                self.sums[a] += self.places[b];
                self.sums[b] += self.places[c];
                self.sums[c] += self.places[a];
            }
            for (place, sum) in self.places.iter_mut().zip(&self.sums) {
                if sum.w > 0.0 {
                    *place += (*sum / sum.w - *place) * share;
                }
            }
        }
    }
}

/// Which bits are set, from the lowest on.
fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (bits != 0).then(|| bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
        bit
    })
}

/// The mean of where the edges of a cell cross 0, in cells.
#[inline]
fn crossing(values: &[f32; 8]) -> Vec3 {
    let mut sum = Vec4::ZERO;
    for axis in 0..3 {
        let bit = 1 << axis;
        for first in (0..8_usize).filter(|corner| corner & bit == 0) {
            let (a, b) = (values[first], values[first | bit]);
            let mut place = [
                (first & 1) as f32,
                (first >> 1 & 1) as f32,
                (first >> 2) as f32,
                1.0,
            ];
            place[axis] = a / (a - b);
            // No branch: which edges are crossed is hard to foresee.
            let crossed = (a > 0.0) != (b > 0.0);
            sum += if crossed {
                Vec4::from_array(place)
            } else {
                Vec4::ZERO
            };
        }
    }
    sum.truncate() / sum.w
}
