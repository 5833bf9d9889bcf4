//! A tile of the picture while it is drawn: cells of a block each, and loops over them.

use crate::lanes::Lanes;
use crate::plan::{self, Rect};

/// Pixels along a side of a tile.
pub(super) const SIDE: usize = 64;
/// Strips of 4 columns in it.
pub(super) const STRIPS: usize = SIDE / 4;

/// Which blocks of a tile: a bit for each strip, for each row of blocks.
pub(super) type Blocks = [u32; SIDE];

/// What is known of a block.
#[derive(Clone, Copy)]
pub(super) struct Cell<L: Lanes> {
    /// Inverse depth, 1/m.
    pub(super) w: L::F,
    /// Which part: see [`plan::Label`]; the highest bit: in a shadow.
    pub(super) tag: L::I,
    /// The normal's part along the sun is `a z + b`.
    pub(super) a: L::F,
    pub(super) b: L::F,
    /// sRGB bytes.
    pub(super) color: L::I,
    /// Which of the part's faces.
    pub(super) face: L::I,
}

/// Where a tile is and what of it is drawn.
pub(super) struct Tile<'a, R> {
    pub(super) rays: R,
    /// Its first pixel.
    pub(super) column: usize,
    pub(super) row: usize,
    /// Strips and pixel rows that are in the picture.
    pub(super) strips: usize,
    pub(super) rows: usize,
    /// Blocks that shapes may draw in.
    pub(super) active: &'a Blocks,
    /// Faces are wanted.
    pub(super) faces: bool,
}

/// Rows of blocks, and the bits of strips.
pub(super) struct Span {
    pub(super) first: usize,
    pub(super) end: usize,
    pub(super) bits: u32,
}

/// The blocks of a tile at (column, row) that a rectangle of pixels touches.
#[inline(always)]
pub(super) fn span(
    rect: &Rect,
    (column, row): (usize, usize),
    (strips, rows): (usize, usize),
    block_rows: usize,
) -> Span {
    let x0 = (rect.x0 - column as i32).max(0);
    let x1 = (rect.x1 - column as i32).min(strips as i32 * 4);
    let y0 = (rect.y0 - row as i32).max(0);
    let y1 = (rect.y1 - row as i32).min(rows as i32);
    if x0 >= x1 || y0 >= y1 {
        return Span {
            first: 0,
            end: 0,
            bits: 0,
        };
    }
    let (x0, x1) = (x0 as u32 / 4, (x1 as u32).div_ceil(4));
    Span {
        first: y0 as usize / block_rows,
        end: (y1 as usize).div_ceil(block_rows),
        bits: (1_u32 << x1).wrapping_sub(1 << x0),
    }
}

impl<R> Tile<'_, R> {
    #[inline(always)]
    pub(super) fn span<L: Lanes>(&self, _: L, rect: &Rect) -> Span {
        span(rect, (self.column, self.row), (self.strips, self.rows), L::ROWS)
    }

    /// True where the rectangle may reach into the tile.
    #[inline(always)]
    pub(super) fn holds(&self, rect: &Rect) -> bool {
        rect.x0 < (self.column + SIDE) as i32
            && rect.x1 > self.column as i32
            && rect.y0 < (self.row + SIDE) as i32
            && rect.y1 > self.row as i32
    }
}

/// Loops over the active blocks of a tile that a rectangle touches, with the rays and the cell of each.
macro_rules! blocks {
    ($l:ident, $tile:ident, $rect:expr, $cells:ident, |$x:ident, $y:ident, $cell:ident| $body:block) => {
        let span = $tile.span($l, &$rect);
        for block_row in span.first..span.end {
            let mut bits = $tile.active[block_row] & span.bits;
            if bits == 0 {
                continue;
            }
            let row = $tile.row + block_row * L::ROWS;
            let first_strip = $tile.column / 4;
            let row_y = $tile.rays.y($l, first_strip, row);
            let line = &mut $cells[block_row * crate::kernel::tile::STRIPS..][..crate::kernel::tile::STRIPS];
            while bits != 0 {
                let strip = bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let $x = $tile.rays.x($l, first_strip + strip, row);
                let $y = if R::PER_PIXEL {
                    $tile.rays.y($l, first_strip + strip, row)
                } else {
                    row_y
                };
                let $cell = &mut line[strip % crate::kernel::tile::STRIPS];
                $body
            }
        }
    };
}
pub(super) use blocks;

/// A linear function of the ray.
#[derive(Clone, Copy)]
pub(super) struct Line<L: Lanes> {
    x: L::F,
    y: L::F,
    one: L::F,
}

impl<L: Lanes> Line<L> {
    #[inline(always)]
    pub(super) fn new(l: L, line: &plan::Line) -> Line<L> {
        Line {
            x: l.splat(line[0]),
            y: l.splat(line[1]),
            one: l.splat(line[2]),
        }
    }

    /// The inner sum is the same in a whole row of blocks of a pinhole.
    #[inline(always)]
    pub(super) fn at(&self, l: L, x: L::F, y: L::F) -> L::F {
        l.fma(self.x, x, l.fma(self.y, y, self.one))
    }
}

/// A linear function of the ray and the inverse depth.
#[derive(Clone, Copy)]
pub(super) struct Line4<L: Lanes> {
    line: Line<L>,
    w: L::F,
}

impl<L: Lanes> Line4<L> {
    #[inline(always)]
    pub(super) fn new(l: L, line: &plan::Line4) -> Line4<L> {
        Line4 {
            line: Line::new(l, &[line[0], line[1], line[2]]),
            w: l.splat(line[3]),
        }
    }

    #[inline(always)]
    pub(super) fn at(&self, l: L, x: L::F, y: L::F, w: L::F) -> L::F {
        l.fma(self.w, w, self.line.at(l, x, y))
    }
}
