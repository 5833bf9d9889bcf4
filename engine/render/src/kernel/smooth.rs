//! Smooth edges: more samples, in pixels that differ from a neighbour.
//!
//! A pixel is smoothed where its centre sees another part, another face or another shadow than the centre to its
//! right, left, above or below. Every straight edge through a pixel parts its centre from one of these, so all edges
//! of things wider than a pixel are smooth; of thinner things only what some centre sees. Bytes are averaged as
//! squares, which is linear light by a gamma of 2.

use super::Place;
use super::tile::{Blocks, SIDE, STRIPS};
use crate::lanes::Lanes;
use crate::rays::Lens;

/// Values left of the picture, so that rows start at whole blocks.
const LEFT: usize = 4;

/// What the centres see, and sums of samples.
pub(super) struct Smoother<L: Lanes> {
    width: usize,
    height: usize,
    stride: usize,
    /// A number for part, face and shadow of each pixel, with a border of a row above and below and a column aside.
    keys: Vec<u32>,
    /// Sums of squared bytes for each block of a tile, and its pixels that are smoothed.
    sums: Vec<[L::F; 3]>,
    edges: Vec<u32>,
}

impl<L: Lanes> Default for Smoother<L> {
    fn default() -> Self {
        Smoother {
            width: 0,
            height: 0,
            stride: 0,
            keys: Vec::new(),
            sums: Vec::new(),
            edges: Vec::new(),
        }
    }
}

impl<L: Lanes> Smoother<L> {
    /// Makes room for a picture.
    #[inline(always)]
    pub(super) fn begin(&mut self, width: usize, height: usize) {
        self.width = width;
        self.height = height;
        self.stride = LEFT + width.next_multiple_of(4) + 4;
        self.keys
            .resize(self.stride * (height.next_multiple_of(4) + 2), 0);
    }

    #[inline(always)]
    fn index(&self, (column, row): (usize, usize)) -> usize {
        (row + 1) * self.stride + LEFT + column
    }

    /// Remembers what a block of pixels sees.
    #[inline(always)]
    pub(super) fn note(&mut self, l: L, at: (usize, usize), tag: L::I, face: L::I) {
        let key = l.add_i(tag, l.mul_i(face, l.splat_i(0x9e37_79b1_u32 as i32)));
        let first = self.index(at);
        l.put_u32(key, &mut self.keys[first..], self.stride);
    }

    /// Makes the border like the picture's rim: there are no edges.
    #[inline(always)]
    pub(super) fn close(&mut self) {
        for row in 0..self.height {
            let first = self.index((0, row));
            self.keys[first - 1] = self.keys[first];
            self.keys[first + self.width] = self.keys[first + self.width - 1];
        }
        let stride = self.stride;
        self.keys.copy_within(stride..2 * stride, 0);
        let last = self.height * stride;
        self.keys.copy_within(last..last + stride, last + stride);
    }

    /// Finds the blocks of a tile with pixels to smooth, and clears their sums. False: there are none.
    #[inline(always)]
    pub(super) fn edges(&mut self, l: L, place: &Place, blocks: &mut Blocks) -> bool {
        let zero = l.splat(0.0);
        if self.sums.is_empty() {
            self.sums.resize(STRIPS * SIDE / L::ROWS, [zero; 3]);
            self.edges.resize(STRIPS * SIDE / L::ROWS, 0);
        }
        let mut any = false;
        let all = (1_u64 << L::COUNT) as u32 - 1;
        for (block_row, found) in blocks.iter_mut().enumerate().take(place.rows.div_ceil(L::ROWS)) {
            let row = place.row + block_row * L::ROWS;
            let mut bits = 0;
            for strip in 0..place.strips {
                let first = self.index((place.column + strip * 4, row));
                let (keys, stride) = (&self.keys[..], self.stride);
                let key = l.load_rows(&keys[first..], stride);
                let aside = l.both(
                    l.same(key, l.load_rows(&keys[first - 1..], stride)),
                    l.same(key, l.load_rows(&keys[first + 1..], stride)),
                );
                let above = l.both(
                    l.same(key, l.load_rows(&keys[first - stride..], stride)),
                    l.same(key, l.load_rows(&keys[first + stride..], stride)),
                );
                let edge = !l.bits(l.both(aside, above)) & all;
                if edge != 0 {
                    bits |= 1 << strip;
                    self.edges[block_row * STRIPS + strip] = edge;
                    self.sums[block_row * STRIPS + strip] = [zero; 3];
                }
            }
            *found = bits;
            any |= bits != 0;
        }
        any
    }

    /// Adds a sample of a block.
    #[inline(always)]
    pub(super) fn add(&mut self, l: L, block: usize, color: L::I) {
        let byte = l.splat_i(255);
        let channels = [
            l.and(color, byte),
            l.and(l.down::<8>(color), byte),
            l.and(l.down::<16>(color), byte),
        ];
        let sums = &mut self.sums[block];
        for channel in 0..3 {
            let value = l.to_float(channels[channel]);
            sums[channel] = l.fma(value, value, sums[channel]);
        }
    }

    /// Writes the means of samples.
    #[inline(always)]
    pub(super) fn finish(
        &mut self,
        l: L,
        lens: &Lens,
        place: &Place,
        blocks: &Blocks,
        count: f32,
        rgb: &mut [u8],
    ) {
        let scale = l.splat(1.0 / count);
        for (block_row, found) in blocks.iter().enumerate().take(place.rows.div_ceil(L::ROWS)) {
            let row = place.row + block_row * L::ROWS;
            let mut bits = *found;
            while bits != 0 {
                let strip = bits.trailing_zeros() as usize % STRIPS;
                bits &= bits - 1;
                let block = block_row * STRIPS + strip;
                let sums = &self.sums[block];
                let mean = [
                    l.sqrt(l.mul(sums[0], scale)),
                    l.sqrt(l.mul(sums[1], scale)),
                    l.sqrt(l.mul(sums[2], scale)),
                ];
                let mut colors = [0_u32; 16];
                l.store_i(super::paint::pack(l, mean), &mut colors);
                let column = place.column + strip * 4;
                let mut edges = self.edges[block];
                while edges != 0 {
                    let at = edges.trailing_zeros() as usize % 16;
                    edges &= edges - 1;
                    let (column, row) = (column + at % 4, row + at / 4);
                    if column < lens.width && row < lens.height {
                        let first = (row * lens.width + column) * 3;
                        rgb[first..first + 3].copy_from_slice(&colors[at].to_le_bytes()[..3]);
                    }
                }
            }
        }
    }
}
