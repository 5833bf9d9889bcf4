//! A world that is ready to be drawn, and the drawing of a picture band by band.

use crate::bent::{self, RayTables};
use crate::color::SrgbTable;
use crate::error::RenderError;
use crate::frame::{Frame, Outputs};
use crate::grid::{Grid, Rect};
use crate::light::Lighting;
use crate::prepare::{self, LinearPaint, Part};
use crate::rigid::Rigid;
use crate::samples::{HitRow, SKY, Samples, SunRow};
use crate::seen::Seen;
use crate::shade::{self, CameraLight};
use crate::shapes::Surface;
use crate::view::{Intrinsics, View};
use glam::Vec3;
use std::ops::Range;
use terrella_spec::pose::Pose;
use terrella_spec::world::World;

/// Samples that are worked on at once: their buffers stay in the processor's cache.
const BAND_SAMPLES: usize = 8192;

/// Draws one world. Built once; poses change with each picture.
#[derive(Debug)]
pub struct Renderer {
    parts: Vec<Part>,
    paints: Vec<LinearPaint>,
    lighting: Lighting,
    per_side: u32,
    srgb: SrgbTable,
    samples: Samples,
    placed: Vec<Placed>,
    grids: Vec<(Intrinsics, Grid)>,
    pub(crate) rays: RayTables,
}

/// Where a part is in a picture.
#[derive(Clone, Debug, Default)]
struct Placed {
    /// Corners of its bounding box, and of the same box moved as far as its shadow reaches.
    corners: Vec<Vec3>,
    /// How many of them are its own.
    own: usize,
    throws_shadow: bool,
    rect: Option<Rect>,
    shadow_rect: Option<Rect>,
}

impl Renderer {
    /// Prepares the shapes of a world. Colours are averaged over 2 x 2 samples for each pixel.
    pub fn new(world: &World<f32>) -> Result<Renderer, RenderError> {
        let parts = prepare::parts(world)?;
        Ok(Renderer {
            placed: vec![Placed::default(); parts.len()],
            parts,
            paints: world
                .bodies
                .values()
                .map(|body| LinearPaint::new(&body.paint))
                .collect(),
            lighting: Lighting::new(&world.light),
            per_side: 2,
            srgb: SrgbTable::new(),
            samples: Samples::default(),
            grids: Vec::new(),
            rays: RayTables::default(),
        })
    }

    /// The same with colours averaged over `per_side` x `per_side` samples for each pixel, 1 to 4. Depth and ids
    /// are always of the pixel's centre.
    pub fn supersampled(self, per_side: u32) -> Renderer {
        Renderer {
            per_side: per_side.clamp(1, 4),
            ..self
        }
    }

    /// Draws a picture. `poses` are those of the world's bodies, in their order; the frame is resized.
    ///
    /// # Panics
    /// When there are not as many poses as bodies.
    pub fn render(&mut self, view: &View, poses: &[Pose], outputs: Outputs, frame: &mut Frame) {
        assert_eq!(poses.len(), self.paints.len(), "one pose for each body");
        let Intrinsics { width, height, .. } = view.intrinsics;
        frame.resize(width, height, outputs);
        if width == 0 || height == 0 {
            return;
        }
        if !view.intrinsics.lens.is_pinhole() {
            return bent::render(self, view, poses, outputs, frame);
        }
        let camera_from_world = view.camera_from_world();
        let bodies: Vec<Rigid> = poses
            .iter()
            .map(|pose| camera_from_world.after(&Rigid::of_pose(pose)))
            .collect();
        let sun = camera_from_world.rotation * self.lighting.sun_direction;
        self.place(&bodies, sun, outputs.rgb && self.lighting.sun > 0.0);
        let up = camera_from_world.rotation.z_axis;
        let exact = Outputs {
            rgb: false,
            ..outputs
        };
        if outputs.rgb && self.per_side > 1 {
            self.draw(
                &view.intrinsics,
                self.per_side,
                Outputs::RGB,
                (&bodies, sun, up),
                frame,
            );
            if exact.depth || exact.ids {
                self.draw(&view.intrinsics, 1, exact, (&bodies, sun, up), frame);
            }
        } else {
            self.draw(&view.intrinsics, 1, outputs, (&bodies, sun, up), frame);
        }
    }

    /// Finds what every pixel sees. `poses` are those of the world's bodies, in their order; `seen` is resized.
    ///
    /// # Panics
    /// When there are not as many poses as bodies.
    pub fn look(&mut self, view: &View, poses: &[Pose], seen: &mut Seen) {
        assert_eq!(poses.len(), self.paints.len(), "one pose for each body");
        let Intrinsics { width, height, .. } = view.intrinsics;
        seen.resize(width, height);
        if width == 0 || height == 0 {
            return;
        }
        if !view.intrinsics.lens.is_pinhole() {
            return bent::look(self, view, poses, seen);
        }
        let camera_from_world = view.camera_from_world();
        let bodies: Vec<Rigid> = poses
            .iter()
            .map(|pose| camera_from_world.after(&Rigid::of_pose(pose)))
            .collect();
        self.place(&bodies, Vec3::Z, false);
        let grid = self.take_grid(&view.intrinsics, 1);
        for (part, placed) in self.parts.iter_mut().zip(&mut self.placed) {
            part.surface.begin(&grid);
            placed.rect = part.surface.rect(&grid, &placed.corners[..placed.own]);
        }
        self.samples.clear(seen.pixels(), false);
        self.cover(&grid, 0..grid.height);
        seen.w.copy_from_slice(&self.samples.w[..seen.part.len()]);
        seen.part.copy_from_slice(&self.samples.part);
        for (pixel, face) in seen.face.iter_mut().enumerate() {
            // Of sky, the buffer holds what an earlier picture left there.
            *face = if seen.part[pixel] == SKY {
                0
            } else {
                self.samples.face[pixel]
            };
        }
        self.grids.push((view.intrinsics, grid));
    }

    /// The body that a part belongs to.
    pub(crate) fn body_of(&self, part: u32) -> usize {
        self.parts[part as usize].body
    }

    /// The outward unit normal of a part at a point of its face; both in the frame of the camera that looked last.
    pub(crate) fn normal(&self, part: u32, point: Vec3, face: u32) -> Vec3 {
        let mut normal = [[0.0]; 3];
        let [x, y, z] = &mut normal;
        let point = point.to_array().map(|axis| [axis]);
        self.parts[part as usize]
            .surface
            .normals([&point[0], &point[1], &point[2]], &[face], [x, y, z]);
        Vec3::from_array(normal.map(|axis| axis[0]))
    }

    /// Puts all parts into the camera's frame and finds how far their shadows reach.
    fn place(&mut self, bodies: &[Rigid], sun: Vec3, shadows: bool) {
        for (part, placed) in self.parts.iter_mut().zip(&mut self.placed) {
            let camera_from_part = bodies[part.body].after(&part.body_from_part);
            part.surface.place(&camera_from_part, sun);
            placed.corners.clear();
            if let Some((middle, half)) = part.bounds {
                placed.corners.extend((0..8).map(|corner| {
                    let side = |axis: usize| if corner >> axis & 1 == 1 { 1.0 } else { -1.0 };
                    camera_from_part.point(middle + half * Vec3::new(side(0), side(1), side(2)))
                }));
            }
            placed.own = placed.corners.len();
        }
        if !shadows {
            return;
        }
        // The lowest point of all shapes with bounds, measured towards the sun.
        let lowest = self
            .placed
            .iter()
            .flat_map(|placed| &placed.corners)
            .fold(f32::INFINITY, |lowest, corner| lowest.min(corner.dot(sun)));
        for index in 0..self.parts.len() {
            let placed = &self.placed[index];
            if placed.own == 0 {
                self.placed[index].throws_shadow = true;
                continue;
            }
            let center = (placed.corners[0] + placed.corners[7]) * 0.5;
            let radius = (placed.corners[7] - center).length();
            // What is below a floor is not seen: there the shadow ends.
            let reach = self
                .parts
                .iter()
                .filter_map(|part| match &part.surface {
                    Surface::HalfSpace(floor) => floor.sink(center, radius),
                    _ => None,
                })
                .reduce(f32::min)
                .unwrap_or(center.dot(sun) + radius - lowest);
            let placed = &mut self.placed[index];
            placed.throws_shadow = reach > 0.0;
            if placed.throws_shadow {
                let shift = sun * -reach;
                for corner in 0..8 {
                    placed.corners.push(placed.corners[corner] + shift);
                }
            }
        }
    }

    fn draw(
        &mut self,
        intrinsics: &Intrinsics,
        per_side: u32,
        outputs: Outputs,
        (bodies, sun, up): (&[Rigid], Vec3, Vec3),
        frame: &mut Frame,
    ) {
        let grid = self.take_grid(intrinsics, per_side);
        let light = CameraLight {
            lighting: self.lighting,
            sun,
            up,
            step: grid.step,
        };
        let shadows = outputs.rgb && self.lighting.sun > 0.0;
        for (part, placed) in self.parts.iter_mut().zip(&mut self.placed) {
            part.surface.begin(&grid);
            placed.rect = part.surface.rect(&grid, &placed.corners[..placed.own]);
            placed.shadow_rect = if shadows && placed.throws_shadow {
                part.surface.rect(&grid, &placed.corners)
            } else {
                None
            };
        }
        let band = (BAND_SAMPLES / grid.width / grid.per_side).max(1) * grid.per_side;
        for first in (0..grid.height).step_by(band) {
            let rows = first..(first + band).min(grid.height);
            self.samples.clear(rows.len() * grid.width, outputs.rgb);
            self.cover(&grid, rows.clone());
            self.write_exact(&grid, rows.clone(), outputs, frame);
            if outputs.rgb {
                self.paint(&grid, rows.clone(), bodies, &light);
                self.shade(&grid, rows.clone());
                self.write_rgb(&grid, rows, frame);
            }
        }
        self.grids.push((*intrinsics, grid));
    }

    /// The grid of these intrinsics; a few of those used before are kept.
    fn take_grid(&mut self, intrinsics: &Intrinsics, per_side: u32) -> Grid {
        let known = self
            .grids
            .iter()
            .position(|(of, grid)| of == intrinsics && grid.per_side == per_side as usize);
        match known {
            Some(index) => self.grids.remove(index).1,
            None => {
                if self.grids.len() >= 8 {
                    self.grids.remove(0);
                }
                Grid::new(intrinsics, per_side as usize)
            }
        }
    }

    /// Finds what each ray meets.
    fn cover(&mut self, grid: &Grid, rows: Range<usize>) {
        let samples = &mut self.samples;
        for (own, (part, placed)) in self.parts.iter().zip(&self.placed).enumerate() {
            let Some(rect) = placed.rect else { continue };
            for row in rect.y0.max(rows.start)..rect.y1.min(rows.end) {
                let start = (row - rows.start) * grid.width;
                let range = start + rect.x0..start + rect.x1;
                part.surface.cover(&mut HitRow {
                    index: row,
                    first: rect.x0,
                    y: grid.ys[row],
                    xs: &grid.xs[rect.x0..rect.x1],
                    own: own as u32,
                    w: &mut samples.w[range.clone()],
                    part: &mut samples.part[range.clone()],
                    face: &mut samples.face[range],
                });
            }
        }
    }

    fn write_exact(&self, grid: &Grid, rows: Range<usize>, outputs: Outputs, frame: &mut Frame) {
        let range = rows.start * grid.width..rows.end * grid.width;
        if outputs.depth {
            for (index, depth) in frame.depth_m[range.clone()].iter_mut().enumerate() {
                *depth = if self.samples.part[index] == SKY {
                    0.0
                } else {
                    1.0 / self.samples.w[index]
                };
            }
        }
        if outputs.ids {
            for (id, part) in frame.ids[range].iter_mut().zip(&self.samples.part) {
                *id = if *part == SKY {
                    0
                } else {
                    self.parts[*part as usize].body as u16 + 1
                };
            }
        }
    }

    /// Gives each sample its colour and its light, as if nothing threw shadows.
    fn paint(&mut self, grid: &Grid, rows: Range<usize>, bodies: &[Rigid], light: &CameraLight) {
        for row in rows.clone() {
            let start = (row - rows.start) * grid.width;
            let y = grid.ys[row];
            let mut first = 0;
            while first < grid.width {
                let part = self.samples.part[start + first];
                let run = self.samples.part[start + first..start + grid.width]
                    .iter()
                    .position(|other| *other != part)
                    .unwrap_or(grid.width - first);
                let range = start + first..start + first + run;
                let xs = &grid.xs[first..first + run];
                if part == SKY {
                    shade::sky(&mut self.samples, range, xs, y, light);
                } else {
                    let part = &self.parts[part as usize];
                    let what = (&part.surface, &self.paints[part.body], &bodies[part.body]);
                    shade::surface(&mut self.samples, range, xs, y, what, light);
                }
                first += run;
            }
        }
    }

    /// Takes the sun from samples in a shadow.
    fn shade(&mut self, grid: &Grid, rows: Range<usize>) {
        let samples = &mut self.samples;
        for (own, (part, placed)) in self.parts.iter().zip(&self.placed).enumerate() {
            let Some(rect) = placed.shadow_rect else { continue };
            for row in rect.y0.max(rows.start)..rect.y1.min(rows.end) {
                let start = (row - rows.start) * grid.width;
                let range = start + rect.x0..start + rect.x1;
                part.surface.shade(&mut SunRow {
                    own: own as u32,
                    x: &samples.x[range.clone()],
                    y: &samples.y[range.clone()],
                    z: &samples.z[range.clone()],
                    part: &samples.part[range.clone()],
                    sun: &mut samples.sun[range],
                });
            }
        }
    }

    /// Averages the samples of each pixel and writes sRGB.
    fn write_rgb(&mut self, grid: &Grid, rows: Range<usize>, frame: &mut Frame) {
        let samples = &mut self.samples;
        let (sun, horizon) = (self.lighting.sun, self.lighting.horizon);
        let count = rows.len() * grid.width;
        let (ambient, lit, haze) = (
            &samples.ambient[..count],
            &samples.sun[..count],
            &samples.haze[..count],
        );
        shade::shine(&mut samples.red[..count], ambient, lit, haze, (sun, horizon.x));
        shade::shine(&mut samples.green[..count], ambient, lit, haze, (sun, horizon.y));
        shade::shine(&mut samples.blue[..count], ambient, lit, haze, (sun, horizon.z));
        let side = grid.per_side;
        let width = grid.width / side;
        for pixel_row in rows.start / side..rows.end / side {
            let start = (pixel_row * side - rows.start) * grid.width;
            let range = start..start + side * grid.width;
            for buffer in [&mut samples.red, &mut samples.green, &mut samples.blue] {
                average(&mut buffer[range.clone()], grid.width, side);
            }
            let out = &mut frame.rgb[pixel_row * width * 3..(pixel_row + 1) * width * 3];
            let red = &samples.red[start..start + width];
            let green = &samples.green[start..start + width];
            let blue = &samples.blue[start..start + width];
            for (((pixel, red), green), blue) in out.chunks_exact_mut(3).zip(red).zip(green).zip(blue) {
                pixel[0] = self.srgb.byte(*red);
                pixel[1] = self.srgb.byte(*green);
                pixel[2] = self.srgb.byte(*blue);
            }
        }
    }
}

/// Averages squares of `side` x `side` in `side` rows of `width`, into the beginning of the first row.
fn average(rows: &mut [f32], width: usize, side: usize) {
    if side == 1 {
        return;
    }
    let (first, others) = rows.split_at_mut(width);
    for other in others.chunks_exact(width) {
        for (sum, value) in first.iter_mut().zip(other) {
            *sum += value;
        }
    }
    let scale = 1.0 / (side * side) as f32;
    for pixel in 0..width / side {
        let sum: f32 = first[pixel * side..(pixel + 1) * side].iter().sum();
        first[pixel] = sum * scale;
    }
}
