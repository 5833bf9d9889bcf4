//! Amodal masks: which pixels a body, liquid or soft body would cover if it were alone, and how much of that is seen.

use super::Look;
use crate::error::RenderError;
use crate::renderer::Renderer;
use crate::seen::Seen;
use terrella_spec::shape::Paint;
use terrella_spec::world::World;

/// Columns x0..x1 and rows y0..y1 of pixels; all 0 where there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PixelBox {
    /// First column.
    pub x0: u32,
    /// First row.
    pub y0: u32,
    /// One past the last column.
    pub x1: u32,
    /// One past the last row.
    pub y1: u32,
}

impl PixelBox {
    fn add(&mut self, column: u32, row: u32) {
        if self.x1 == 0 {
            (self.x0, self.y0) = (column, row);
        }
        self.x0 = self.x0.min(column);
        self.y0 = self.y0.min(row);
        self.x1 = self.x1.max(column + 1);
        self.y1 = self.y1.max(row + 1);
    }
}

/// What of a body, liquid or soft body is in a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mask {
    /// The pixels it would cover alone: runs (first, length) of pixel numbers `row * width + column`, in order.
    pub runs: Vec<(u32, u32)>,
    /// How many those are.
    pub amodal_pixels: u32,
    /// How many of them show it.
    pub visible_pixels: u32,
    /// The smallest box around the pixels that show it.
    pub visible_box: PixelBox,
    /// The smallest box around the pixels it would cover alone, within the picture.
    pub amodal_box: PixelBox,
}

impl Mask {
    /// Share of its pixels that show it; 0 where it has none.
    pub fn visible_fraction(&self) -> f32 {
        if self.amodal_pixels == 0 {
            return 0.0;
        }
        self.visible_pixels as f32 / self.amodal_pixels as f32
    }
}

/// Draws every body, liquid and soft body alone.
#[derive(Debug)]
pub struct Alone {
    /// One for each, in the order of their ids: bodies, liquids, soft bodies.
    renderers: Vec<Renderer>,
    seen: Seen,
    masks: Vec<Mask>,
}

impl Alone {
    /// Prepares what is in a world.
    pub fn new(world: &World<f32>) -> Result<Alone, RenderError> {
        let bodies = world.bodies.iter().map(|(name, body)| {
            let mut own = World::default();
            // Only where it is seen is asked: without paint it needs no images of the world.
            let paint = Paint {
                visible: body.paint.visible,
                ..Paint::default()
            };
            own.bodies.insert(name.clone(), body.clone().painted(paint));
            own
        });
        let liquids = world.liquids.iter().map(|(name, liquid)| {
            let mut own = World::default();
            own.liquids.insert(name.clone(), liquid.clone());
            own
        });
        let softs = world.softs.iter().map(|(name, soft)| {
            let mut own = World::default();
            own.softs.insert(name.clone(), soft.clone());
            own
        });
        let renderers = bodies
            .chain(liquids)
            .chain(softs)
            .map(|own| Renderer::new(&own))
            .collect::<Result<Vec<Renderer>, RenderError>>()?;
        Ok(Alone {
            masks: vec![Mask::default(); renderers.len()],
            renderers,
            seen: Seen::default(),
        })
    }

    /// The masks of all bodies, in their order, and then of all liquids and soft bodies. `renderer` draws the whole world, and knows the
    /// points of these as they were in this look.
    pub fn masks(&mut self, renderer: &Renderer, look: &Look) -> &[Mask] {
        let bodies = look.poses().len();
        for (thing, own) in self.renderers.iter_mut().enumerate() {
            if let Some(points) = thing.checked_sub(bodies) {
                own.take_surface(renderer, points);
            }
            // What is made of points is where the world is.
            let pose = look.poses().get(thing..=thing).unwrap_or_default();
            own.look(look.view(), pose, &mut self.seen);
            let mask = &mut self.masks[thing];
            *mask = Mask {
                runs: std::mem::take(&mut mask.runs),
                ..Mask::default()
            };
            mask.runs.clear();
            let width = self.seen.width;
            for pixel in (0..self.seen.pixels()).filter(|pixel| !self.seen.is_sky(*pixel)) {
                let pixel = pixel as u32;
                match mask.runs.last_mut() {
                    Some((first, length)) if *first + *length == pixel => *length += 1,
                    _ => mask.runs.push((pixel, 1)),
                }
                mask.amodal_pixels += 1;
                mask.amodal_box.add(pixel % width, pixel / width);
            }
        }
        let seen = look.seen();
        for pixel in (0..seen.pixels()).filter(|pixel| !seen.is_sky(*pixel)) {
            let mask = &mut self.masks[renderer.body_of(seen.part[pixel])];
            let pixel = pixel as u32;
            mask.visible_pixels += 1;
            mask.visible_box.add(pixel % seen.width, pixel / seen.width);
        }
        &self.masks
    }
}
