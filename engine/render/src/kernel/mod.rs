//! The kernel: a pure function of a plan and rays, in tiles of 64 x 64 pixels and blocks of lanes.
//!
//! A block that no shape and no shadow can reach is floor or sky: it is coloured at once. In the others all shapes
//! whose rectangles touch them are drawn into cells of inverse depth, then shadows are marked, then light is made. In views with lamps, fog and the like
//! all blocks are of the latter kind (`dress`).
//!
//! **Invariant:** every value of a pixel is made by the same operations in the same order, whatever the width of
//! lanes and whichever blocks are left out: leaving out is only for blocks in which nothing would change.

mod cover;
mod dress;
mod hide;
mod image;
mod noise;
mod paint;
mod pattern;
mod shadow;
mod smooth;
mod tile;

use crate::images::Images;
use crate::lanes::{Kernel, Lanes};
use crate::parts::Part;
use crate::plan::{Plan, Rect, SHADED, SKY};
use crate::rays::{Lens, RaySource, Rays};
use smooth::Smoother;
use std::fmt;
use tile::{Blocks, Cell, SIDE, STRIPS, Tile, blocks, span};

/// Inverse depth of the sky, 1/m: what is further away than this is not seen.
pub(crate) const FAR_W: f32 = 1e-6;

/// What is drawn.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) parts: &'a [Part],
    /// The first part of each body.
    pub(crate) first_parts: &'a [u32],
    pub(crate) images: &'a Images,
    pub(crate) lens: &'a Lens,
}

/// Where pictures go, row by row; what is empty is not wanted.
#[derive(Default)]
pub(crate) struct Target<'a> {
    /// sRGB bytes.
    pub(crate) rgb: &'a mut [u8],
    /// Depth, m; 0 for sky.
    pub(crate) depth: &'a mut [f32],
    /// Bodies plus one; 0 for sky.
    pub(crate) ids: &'a mut [u16],
    /// Inverse depth; of the sky [`FAR_W`].
    pub(crate) w: &'a mut [f32],
    /// Tags without the bit of shadows.
    pub(crate) tags: &'a mut [u32],
    pub(crate) faces: &'a mut [u32],
}

/// Draws with one instruction set.
pub(crate) trait Draw: Send + Sync {
    /// Draws a picture. Colours are averaged over the lens' samples where a pixel differs from a neighbour.
    fn draw(&mut self, scene: &Scene<'_>, target: Target<'_>);
}

impl fmt::Debug for dyn Draw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Draw")
    }
}

/// The cells of a tile, and what smoothing needs.
pub(crate) struct Drawer<L: Lanes> {
    lanes: L,
    cells: Vec<Cell<L>>,
    /// Shares of light that arrive, where shadows are soft or of lamps.
    lit: Vec<L::F>,
    smoother: Smoother<L>,
}

impl<L: Lanes> Drawer<L> {
    pub(crate) fn new(lanes: L) -> Drawer<L> {
        Drawer {
            lanes,
            cells: Vec::new(),
            lit: Vec::new(),
            smoother: Smoother::default(),
        }
    }
}

impl<L: Lanes> Draw for Drawer<L> {
    fn draw(&mut self, scene: &Scene<'_>, target: Target<'_>) {
        let lanes = self.lanes;
        lanes.run(Picture {
            drawer: self,
            scene,
            target,
        });
    }
}

struct Picture<'a, 'b, L: Lanes> {
    drawer: &'a mut Drawer<L>,
    scene: &'a Scene<'b>,
    target: Target<'a>,
}

impl<L: Lanes> Kernel<L> for Picture<'_, '_, L> {
    #[inline(always)]
    fn run(self, l: L) {
        let Picture {
            drawer,
            scene,
            mut target,
        } = self;
        if drawer.cells.is_empty() {
            let zero = l.splat(0.0);
            let none = l.splat_i(0);
            drawer.cells = vec![
                Cell {
                    w: zero,
                    tag: none,
                    a: zero,
                    b: zero,
                    color: none,
                    face: none,
                };
                STRIPS * SIDE / L::ROWS
            ];
        }
        if scene.plan.dress.on > 0 {
            let lit = dress::groups(scene.plan) * dress::blocks::<L>();
            drawer.lit.resize(lit, l.splat(0.0));
        }
        let smooth = !target.rgb.is_empty() && !scene.lens.samples.is_empty();
        if smooth {
            drawer.smoother.begin(scene.lens.width, scene.lens.height);
        }
        centers(l, drawer, scene, &mut target, smooth);
        if smooth {
            drawer.smoother.close();
            samples(l, drawer, scene, &mut target);
        }
    }
}

/// Calls a function with the rays as they are.
macro_rules! with_rays {
    ($rays:expr, |$name:ident| $body:expr) => {
        match $rays {
            Rays::Pinhole($name) => $body,
            Rays::Table($name) => $body,
        }
    };
}

#[inline(always)]
fn centers<L: Lanes>(l: L, drawer: &mut Drawer<L>, scene: &Scene<'_>, target: &mut Target<'_>, smooth: bool) {
    let (width, height) = (scene.lens.width, scene.lens.height);
    let whole = [u32::MAX; SIDE];
    for row in (0..height).step_by(SIDE) {
        for column in (0..width).step_by(SIDE) {
            with_rays!(&scene.lens.centers, |rays| {
                let place = Place {
                    column,
                    row,
                    strips: (width - column).min(SIDE).div_ceil(4),
                    rows: (height - row).min(SIDE),
                };
                if target.rgb.is_empty() {
                    exact(l, drawer, scene, rays, place, target);
                } else {
                    let mut touched = [0; SIDE];
                    if scene.plan.dress.on > 0 {
                        touched = whole;
                    } else {
                        touch::<L>(scene.plan, &place, &whole, &mut touched);
                    }
                    color(l, drawer, scene, rays, place, &touched, smooth, target);
                }
            });
        }
    }
}

/// A tile's first pixel and how much of it is in the picture.
#[derive(Clone, Copy)]
struct Place {
    column: usize,
    row: usize,
    strips: usize,
    rows: usize,
}

/// Marks the blocks of `within` that a shape or a shadow may touch.
#[inline(always)]
fn touch<L: Lanes>(plan: &Plan, place: &Place, within: &Blocks, touched: &mut Blocks) {
    let mut add = |rect: &Rect| {
        let span = span(
            rect,
            (place.column, place.row),
            (place.strips, place.rows),
            L::ROWS,
        );
        for row in span.first..span.end {
            touched[row] |= span.bits & within[row];
        }
    };
    plan.balls.iter().for_each(|shape| add(&shape.label.rect));
    plan.ellipsoids.iter().for_each(|shape| add(&shape.label.rect));
    plan.cylinders.iter().for_each(|shape| add(&shape.label.rect));
    plan.cones.iter().for_each(|shape| add(&shape.label.rect));
    plan.bricks.iter().for_each(|shape| add(&shape.label.rect));
    plan.hulls.iter().for_each(|shape| add(&shape.label.rect));
    plan.triangles.iter().for_each(|shape| add(&shape.label.rect));
    plan.floors
        .iter()
        .skip(1)
        .for_each(|shape| add(&shape.label.rect));
    plan.ball_shadows.iter().for_each(|shape| add(&shape.label.rect));
    plan.capsule_shadows
        .iter()
        .for_each(|shape| add(&shape.ball.label.rect));
    plan.brick_shadows.iter().for_each(|shape| add(&shape.label.rect));
    plan.hull_shadows.iter().for_each(|shape| add(&shape.label.rect));
    plan.cylinder_shadows
        .iter()
        .for_each(|shape| add(&shape.label.rect));
    plan.cone_shadows.iter().for_each(|shape| add(&shape.label.rect));
    plan.mesh_shadows.iter().for_each(|shape| add(&shape.label.rect));
    plan.night_shadows.iter().for_each(|label| add(&label.rect));
}

/// Floor and sky in the cells of the tile's active blocks.
#[inline(always)]
fn clear<L: Lanes, R: RaySource>(l: L, tile: &Tile<'_, R>, plan: &Plan, cells: &mut [Cell<L>]) {
    let far = l.splat(FAR_W);
    let zero = l.splat(0.0);
    let sky = l.splat_i(SKY as i32);
    let mut floor = None;
    if let Some(first) = plan.floors.first() {
        floor = Some(paint::Floor::new(l, first));
    }
    blocks!(l, tile, Rect::EVERYWHERE, cells, |x, y, cell| {
        cell.a = zero;
        cell.face = sky;
        cell.color = sky;
        match &floor {
            Some(floor) => {
                let w = floor.w.at(l, x, y);
                let seen = l.gt(w, far);
                cell.w = l.select(seen, w, far);
                cell.tag = l.select_i(seen, floor.tag, sky);
                cell.b = floor.sun;
            }
            None => {
                cell.w = far;
                cell.tag = sky;
                cell.b = zero;
            }
        }
    });
}

/// Writes a block at pixel (column, row) of a picture with so many values for each pixel: what of it is in the picture.
macro_rules! put {
    ($l:ident, $lens:expr, $at:expr, $to:expr, $each:literal, $value:expr, $method:ident) => {{
        let (lens, (column, row)): (&Lens, (usize, usize)) = ($lens, $at);
        let first = (row * lens.width + column) * $each;
        let stride = lens.width * $each;
        if column + 4 <= lens.width && row + L::ROWS <= lens.height {
            $l.$method($value, &mut $to[first..], stride);
        } else {
            let mut block = [Default::default(); 48];
            $l.$method($value, &mut block, 4 * $each);
            let count = (lens.width - column).min(4) * $each;
            for line in 0..(lens.height - row).min(L::ROWS) {
                let start = first + line * stride;
                $to[start..start + count].copy_from_slice(&block[line * 4 * $each..][..count]);
            }
        }
    }};
}

/// Depth, ids and faces without colours.
#[inline(always)]
fn exact<L: Lanes, R: RaySource>(
    l: L,
    drawer: &mut Drawer<L>,
    scene: &Scene<'_>,
    rays: R,
    place: Place,
    target: &mut Target<'_>,
) {
    let whole = [u32::MAX; SIDE];
    let tile = Tile {
        rays,
        column: place.column,
        row: place.row,
        strips: place.strips,
        rows: place.rows,
        active: &whole,
        faces: !target.faces.is_empty(),
    };
    let cells = &mut drawer.cells[..];
    clear(l, &tile, scene.plan, cells);
    cover::cover::<L, R, false>(l, &tile, scene.plan, cells);
    let one = l.splat(1.0);
    for block_row in 0..place.rows.div_ceil(L::ROWS) {
        let row = place.row + block_row * L::ROWS;
        for strip in 0..place.strips {
            let cell = &cells[block_row * STRIPS + strip];
            let at = (place.column + strip * 4, row);
            let z = l.div(one, cell.w);
            put_exact(l, scene.lens, target, at, (cell.w, z), cell.tag);
            if !target.faces.is_empty() {
                put!(l, scene.lens, at, target.faces, 1, cell.face, put_u32);
            }
        }
    }
}

/// Depth, ids, inverse depth and tags of a block.
#[inline(always)]
fn put_exact<L: Lanes>(
    l: L,
    lens: &Lens,
    target: &mut Target<'_>,
    at: (usize, usize),
    (w, z): (L::F, L::F),
    tag: L::I,
) {
    let tag = l.and(tag, l.splat_i(!SHADED as i32));
    if !target.depth.is_empty() {
        let sky = l.same(tag, l.splat_i(SKY as i32));
        let depth = l.select(sky, l.splat(0.0), z);
        put!(l, lens, at, target.depth, 1, depth, put_f32);
    }
    if !target.ids.is_empty() {
        put!(l, lens, at, target.ids, 1, tag, put_u16);
    }
    if !target.w.is_empty() {
        put!(l, lens, at, target.w, 1, w, put_f32);
        put!(l, lens, at, target.tags, 1, tag, put_u32);
    }
}

/// Fills the cells of a tile's touched blocks: what is there, its shadows and patterns, and what dresses it. `faces` asks for
/// faces where colours do not need them.
#[inline(always)]
fn fill<L: Lanes, R: RaySource>(
    l: L,
    drawer: &mut Drawer<L>,
    scene: &Scene<'_>,
    rays: R,
    place: &Place,
    touched: &Blocks,
    faces: bool,
) {
    let dressed = scene.plan.dress.on > 0;
    let tile = Tile {
        rays,
        column: place.column,
        row: place.row,
        strips: place.strips,
        rows: place.rows,
        active: touched,
        faces: faces || !scene.plan.patterns.is_empty() || dressed,
    };
    let cells = &mut drawer.cells[..];
    l.run(Cells {
        tile: &tile,
        scene,
        cells: &mut *cells,
    });
    if dressed {
        l.run(Dressed {
            tile: &tile,
            scene,
            cells,
            lit: &mut drawer.lit,
        });
    }
}

/// Colours, and with them the rest.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "the inside of one loop")]
fn color<L: Lanes, R: RaySource>(
    l: L,
    drawer: &mut Drawer<L>,
    scene: &Scene<'_>,
    rays: R,
    place: Place,
    touched: &Blocks,
    smooth: bool,
    target: &mut Target<'_>,
) {
    let plan = scene.plan;
    fill(l, drawer, scene, rays, &place, touched, smooth);
    let cells = &drawer.cells[..];
    let mut painter = Painter::new(l, plan);
    let exact = !(target.depth.is_empty() && target.ids.is_empty());
    for block_row in 0..place.rows.div_ceil(L::ROWS) {
        let row = place.row + block_row * L::ROWS;
        let first_strip = place.column / 4;
        let row_y = rays.y(l, first_strip, row);
        let line = &cells[block_row * STRIPS..][..STRIPS];
        for (strip, cell) in line.iter().enumerate().take(place.strips) {
            let x = rays.x(l, first_strip + strip, row);
            let y = if R::PER_PIXEL {
                rays.y(l, first_strip + strip, row)
            } else {
                row_y
            };
            let at = (place.column + strip * 4, row);
            let here = if touched[block_row] >> strip & 1 == 1 {
                painter.cell(l, plan, cell, (x, y))
            } else {
                painter.open(l, (x, y))
            };
            put!(l, scene.lens, at, target.rgb, 3, here.color, put_rgb);
            if exact {
                put_exact(l, scene.lens, target, at, (here.w, here.z), here.tag);
            }
            if smooth {
                drawer.smoother.note(l, at, here.tag, here.face);
            }
        }
    }
}

/// Shapes, patterns and shadows in the tile's active blocks.
struct Cells<'a, 'b, L: Lanes, R> {
    tile: &'a Tile<'a, R>,
    scene: &'a Scene<'b>,
    cells: &'a mut [Cell<L>],
}

impl<L: Lanes, R: RaySource> Kernel<L> for Cells<'_, '_, L, R> {
    #[inline(always)]
    fn run(self, l: L) {
        let Cells { tile, scene, cells } = self;
        let plan = scene.plan;
        clear(l, tile, plan, cells);
        cover::cover::<L, R, true>(l, tile, plan, cells);
        if !plan.patterns.is_empty() {
            pattern::patterns(l, tile, (plan, scene.parts), scene.lens.step, cells);
        }
        if plan.dress.on == 0 {
            shadow::shade(l, tile, (plan, scene.parts), true, cells);
        }
    }
}

/// All that colours of such views are made of, in the tile's active blocks.
struct Dressed<'a, 'b, L: Lanes, R> {
    tile: &'a Tile<'a, R>,
    scene: &'a Scene<'b>,
    cells: &'a mut [Cell<L>],
    lit: &'a mut [L::F],
}

impl<L: Lanes, R: RaySource> Kernel<L> for Dressed<'_, '_, L, R> {
    #[inline(always)]
    fn run(self, l: L) {
        let Dressed {
            tile,
            scene,
            cells,
            lit,
        } = self;
        noise::noises(l, tile, (scene.plan, scene.parts), scene.lens.step, cells);
        image::covers(l, tile, scene, cells);
        dress::arrive(l, tile, scene, cells, lit);
        dress::hard(l, tile, scene, cells);
        dress::dress(l, tile, scene, cells, lit);
        image::panorama(l, tile, scene, cells);
    }
}

/// What a block is like.
struct Painted<L: Lanes> {
    color: L::I,
    w: L::F,
    z: L::F,
    tag: L::I,
    face: L::I,
}

/// Colours blocks.
struct Painter<L: Lanes> {
    /// Colours of cells are done.
    dressed: bool,
    light: paint::Light<L>,
    /// The first floor and the factor of its light where nothing shades it.
    floor: Option<(paint::Floor<L>, L::F)>,
    far: L::F,
    one: L::F,
    none: L::I,
}

impl<L: Lanes> Painter<L> {
    #[inline(always)]
    fn new(l: L, plan: &Plan) -> Painter<L> {
        let light = paint::Light::new(l, &plan.light);
        let none = l.splat_i(0);
        let floor = match plan.floors.first() {
            Some(floor) => {
                let floor = paint::Floor::new(l, floor);
                Some((floor, light.factor(l, floor.sun, l.negative(none))))
            }
            None => None,
        };
        Painter {
            dressed: plan.dress.on > 0,
            light,
            floor,
            far: l.splat(FAR_W),
            one: l.splat(1.0),
            none,
        }
    }

    #[inline(always)]
    fn cell(&mut self, l: L, plan: &Plan, cell: &Cell<L>, ray: (L::F, L::F)) -> Painted<L> {
        let z = l.div(self.one, cell.w);
        let color = if self.dressed {
            cell.color
        } else {
            paint::cell(l, &self.light, &plan.floors, cell, ray, z)
        };
        Painted {
            color,
            w: cell.w,
            z,
            tag: cell.tag,
            face: cell.face,
        }
    }

    #[inline(always)]
    fn open(&mut self, l: L, (x, y): (L::F, L::F)) -> Painted<L> {
        let Some((floor, factor)) = &self.floor else {
            let nothing = l.gt(self.far, self.far);
            return Painted {
                color: paint::open(l, &self.light, None, (x, y), (self.far, self.far), nothing),
                w: self.far,
                z: l.div(self.one, self.far),
                tag: self.none,
                face: self.none,
            };
        };
        let plane = floor.w.at(l, x, y);
        let seen = l.gt(plane, self.far);
        let w = l.select(seen, plane, self.far);
        let z = l.div(self.one, w);
        Painted {
            color: paint::open(l, &self.light, Some((floor, *factor)), (x, y), (w, z), seen),
            w,
            z,
            tag: l.select_i(seen, floor.tag, self.none),
            face: self.none,
        }
    }
}

/// Averages colours over samples, in pixels at edges.
#[inline(always)]
fn samples<L: Lanes>(l: L, drawer: &mut Drawer<L>, scene: &Scene<'_>, target: &mut Target<'_>) {
    let (width, height) = (scene.lens.width, scene.lens.height);
    for row in (0..height).step_by(SIDE) {
        for column in (0..width).step_by(SIDE) {
            let place = Place {
                column,
                row,
                strips: (width - column).min(SIDE).div_ceil(4),
                rows: (height - row).min(SIDE),
            };
            let mut edges = [0; SIDE];
            if !drawer.smoother.edges(l, &place, &mut edges) {
                continue;
            }
            let mut touched = [0; SIDE];
            if scene.plan.dress.on > 0 {
                touched = edges;
            } else {
                touch::<L>(scene.plan, &place, &edges, &mut touched);
            }
            for rays in &scene.lens.samples {
                with_rays!(rays, |rays| sample(
                    l, drawer, scene, rays, place, &touched, &edges
                ));
            }
            let count = scene.lens.samples.len() as f32;
            drawer
                .smoother
                .finish(l, scene.lens, &place, &edges, count, target.rgb);
        }
    }
}

#[inline(always)]
fn sample<L: Lanes, R: RaySource>(
    l: L,
    drawer: &mut Drawer<L>,
    scene: &Scene<'_>,
    rays: R,
    place: Place,
    touched: &Blocks,
    edges: &Blocks,
) {
    let plan = scene.plan;
    fill(l, drawer, scene, rays, &place, touched, false);
    let cells = &drawer.cells[..];
    let mut painter = Painter::new(l, plan);
    for block_row in 0..place.rows.div_ceil(L::ROWS) {
        let row = place.row + block_row * L::ROWS;
        let mut bits = edges[block_row];
        while bits != 0 {
            let strip = bits.trailing_zeros() as usize % STRIPS;
            bits &= bits - 1;
            let ray = (
                rays.x(l, place.column / 4 + strip, row),
                rays.y(l, place.column / 4 + strip, row),
            );
            let here = if touched[block_row] >> strip & 1 == 1 {
                painter.cell(l, plan, &cells[block_row * STRIPS + strip], ray)
            } else {
                painter.open(l, ray)
            };
            drawer.smoother.add(l, block_row * STRIPS + strip, here.color);
        }
    }
}
