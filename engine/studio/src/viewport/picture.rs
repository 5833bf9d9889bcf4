//! The viewport's picture: the batch's own renderer, with what is selected outlined and a grid on the ground.

use super::camera::OrbitCamera;
use super::things::points_of;
use crate::change;
use crate::play::Moment;
use bevy::math::{Vec2, Vec3};
use bevy_egui::egui;
use std::collections::BTreeSet;
use terrella_app::render::{Frame, Outputs, RenderError, Renderer};
use terrella_app::spec::document::{Step, steps};
use terrella_app::spec::pose::Pose;
use terrella_app::spec::world::{Lamp, World};

/// The colour of what is selected.
const SELECTED: [u8; 3] = [255, 150, 30];
/// The colours of the grid, and of the lines through the origin along x and y.
const GRID: [u8; 3] = [70, 75, 82];
const AXES: [[u8; 3]; 2] = [[200, 60, 70], [70, 160, 80]];

/// The grid ends so many lines away, and not before so many metres.
const GRID_LINES: f32 = 60.0;

/// Where a pixel is as wide on the ground as this share of the way from line to line, or wider, there are no lines.
const GRID_CLOSEST: f32 = 0.25;

/// Draws a world for the viewport.
pub struct Picture {
    renderer: Renderer,
    world: World<f32>,
    /// Of the liquids and then the soft bodies: which ones are left out.
    unseen: Vec<bool>,
    /// The lamps that are not where the world has them.
    moved: Vec<(String, Vec3)>,
    frame: Frame,
    rgba: Vec<u8>,
}

/// What is drawn over the world.
#[derive(Clone, Debug, Default)]
pub struct Dress {
    /// Things that are outlined, by their index: bodies, then liquids, then soft bodies.
    pub selected: Vec<usize>,
    /// A grid on z = 0, where nothing hides it.
    pub grid: bool,
    /// Samples along each side of a pixel.
    pub per_side: u32,
}

impl Picture {
    /// Prepares a world. What is at these places of the document is left out.
    pub fn new(world: &World<f32>, hidden: &BTreeSet<String>) -> Result<Picture, RenderError> {
        let mut world = world.clone();
        let shown = |kind: &str, name: &str| !hidden.contains(&change::place(kind, name));
        for (name, body) in &mut world.bodies {
            body.paint.visible &= shown("bodies", name);
        }
        world.lights.retain(|name, _| shown("lights", name));
        let liquids = world.liquids.keys().map(|name| !shown("liquids", name));
        let softs = world.softs.keys().map(|name| !shown("softs", name));
        Ok(Picture {
            renderer: Renderer::new(&world)?,
            unseen: liquids.chain(softs).collect(),
            world,
            moved: Vec::new(),
            frame: Frame::default(),
            rgba: Vec::new(),
        })
    }

    /// The world that is drawn.
    pub fn world(&self) -> &World<f32> {
        &self.world
    }

    /// Draws lamps elsewhere from the next picture on: `moved` says where, in the frame of what they are mounted on, m. All others are where
    /// the world has them.
    pub fn move_lamps(&mut self, moved: Vec<(String, Vec3)>) -> Result<(), RenderError> {
        if self.moved == moved {
            return Ok(());
        }
        let mut world = self.world.clone();
        for (name, to) in &moved {
            if let Some(Lamp::Point { position_m, .. }) = world.lights.get_mut(name) {
                *position_m = to.to_array();
            }
        }
        self.renderer.set_lights(&world)?;
        self.moved = moved;
        Ok(())
    }

    /// Draws a picture: RGBA, row by row from the top left.
    pub fn draw(
        &mut self,
        camera: &OrbitCamera,
        [width, height]: [u32; 2],
        (poses, points): (&[Pose], &[Vec<[f32; 3]>]),
        dress: &Dress,
    ) -> &[u8] {
        self.renderer.set_supersampling(dress.per_side);
        if self.unseen.contains(&true) {
            let seen = |(points, unseen): (&Vec<_>, &bool)| if *unseen { Vec::new() } else { points.clone() };
            let seen: Vec<_> = points.iter().zip(&self.unseen).map(seen).collect();
            self.renderer.set_points(&seen);
        } else {
            self.renderer.set_points(points);
        }
        let view = camera.view(width, height);
        self.renderer.render(&view, poses, Outputs::ALL, &mut self.frame);
        self.rgba.clear();
        self.rgba.extend(
            self.frame
                .rgb
                .chunks_exact(3)
                .flat_map(|color| [color[0], color[1], color[2], 255]),
        );
        if dress.grid {
            self.grid(camera);
        }
        if !dress.selected.is_empty() {
            self.outline(&dress.selected);
        }
        &self.rgba
    }

    /// A picture of a moment with nothing drawn over it, for a panel.
    pub fn image(
        &mut self,
        camera: &OrbitCamera,
        size: [u32; 2],
        moment: &Moment,
        per_side: u32,
    ) -> egui::ColorImage {
        let dress = Dress {
            per_side,
            ..Dress::default()
        };
        self.dressed(camera, size, moment, &dress)
    }

    /// The same, with what is selected outlined and a grid.
    pub fn dressed(
        &mut self,
        camera: &OrbitCamera,
        size: [u32; 2],
        moment: &Moment,
        dress: &Dress,
    ) -> egui::ColorImage {
        let rgba = self.draw(camera, size, (&moment.poses, &moment.points), dress);
        egui::ColorImage::from_rgba_unmultiplied(size.map(|side| side as usize), rgba)
    }

    /// The colours of the last picture, RGB, with nothing drawn over them.
    pub fn colors(&self) -> &[u8] {
        &self.frame.rgb
    }

    /// The place in the document of a thing that is drawn. Liquids and then soft bodies follow the bodies.
    pub fn path(&self, thing: usize) -> Option<String> {
        let World {
            bodies,
            liquids,
            softs,
            ..
        } = &self.world;
        let liquid = thing.wrapping_sub(bodies.len());
        let soft = liquid.wrapping_sub(liquids.len());
        let body = bodies
            .get_index(thing)
            .map(|(name, _)| change::place("bodies", name));
        let liquid = liquids
            .get_index(liquid)
            .map(|(name, _)| change::place("liquids", name));
        let soft = softs
            .get_index(soft)
            .map(|(name, _)| change::place("softs", name));
        body.or(liquid).or(soft)
    }

    /// The thing that is drawn of a place in the document.
    pub fn index_of(&self, path: &str) -> Option<usize> {
        let way = steps(path);
        let [Step::Key(_), Step::Key(kind), Step::Key(name)] = &way[..] else {
            return None;
        };
        if kind == "bodies" {
            return self.world.bodies.get_index_of(name);
        }
        let of_points = points_of(&self.world, kind, name)?;
        Some(self.world.bodies.len() + of_points)
    }

    /// The body that is seen at a pixel of the last picture.
    pub fn body_at(&self, x: u32, y: u32) -> Option<usize> {
        self.thing_at(x, y)
            .filter(|thing| *thing < self.world.bodies.len())
    }

    /// The body, liquid or soft body that is seen at a pixel of the last picture.
    pub fn thing_at(&self, x: u32, y: u32) -> Option<usize> {
        let Frame {
            width, height, ids, ..
        } = &self.frame;
        if x >= *width || y >= *height {
            return None;
        }
        let id = *ids.get((y * width + x) as usize)? as usize;
        id.checked_sub(1)
    }

    /// The things that are seen in a rectangle of the last picture, in order.
    pub fn things_in(&self, low: [u32; 2], high: [u32; 2]) -> Vec<usize> {
        let mut seen = vec![false; self.world.bodies.len() + self.unseen.len()];
        for y in low[1]..=high[1] {
            for x in low[0]..=high[0] {
                if let Some(thing) = self.thing_at(x, y) {
                    seen[thing] = true;
                }
            }
        }
        (0..seen.len()).filter(|thing| seen[*thing]).collect()
    }

    /// Where the surface at a pixel of the last picture is, m.
    pub fn point_at(&self, camera: &OrbitCamera, x: u32, y: u32) -> Option<Vec3> {
        let Frame {
            width,
            height,
            depth_m,
            ..
        } = &self.frame;
        let depth = *depth_m.get((y * width + x) as usize)?;
        if x >= *width || depth <= 0.0 {
            return None;
        }
        let at = Vec2::new(x as f32 + 0.5, y as f32 + 0.5);
        let (eye, direction) = camera.ray(at, Vec2::new(*width as f32, *height as f32));
        Some(eye + direction * (depth / direction.dot(camera.forward())))
    }

    /// Where the surface at a pixel of the last picture is, m, and its unit normal, as far as the neighbouring pixels tell.
    pub fn surface_at(&self, camera: &OrbitCamera, x: u32, y: u32) -> Option<(Vec3, Vec3)> {
        let point = self.point_at(camera, x, y)?;
        // Of two neighbours the one that is nearer is on the same surface.
        let along = |[dx, dy]: [u32; 2]| {
            let before = (x >= dx && y >= dy)
                .then(|| self.point_at(camera, x - dx, y - dy))
                .flatten();
            let after = self.point_at(camera, x + dx, y + dy);
            let steps = [
                before.map(|other| point - other),
                after.map(|other| other - point),
            ];
            let steps = steps.into_iter().flatten();
            steps.min_by(|one, other| one.length().total_cmp(&other.length()))
        };
        let normal = along([0, 1])?.cross(along([1, 0])?).normalize_or(Vec3::Z);
        Some((point, normal))
    }

    fn outline(&mut self, selected: &[usize]) {
        let Frame {
            width, height, ids, ..
        } = &self.frame;
        let (width, height) = (*width as usize, *height as usize);
        let chosen = |id: u16| selected.contains(&(id as usize).wrapping_sub(1));
        for y in 0..height {
            for x in 0..width {
                let own = chosen(ids[y * width + x]);
                let other = |dx: usize, dy: usize| {
                    let (x, y) = (x + dx, y + dy);
                    x < width && y < height && chosen(ids[y * width + x]) != own
                };
                if other(1, 0) || other(0, 1) || other(2, 0) || other(0, 2) {
                    self.rgba[(y * width + x) * 4..][..3].copy_from_slice(&SELECTED);
                }
            }
        }
    }

    /// Lines on the ground, as wide as a pixel, which fade in the distance.
    fn grid(&mut self, camera: &OrbitCamera) {
        let Frame {
            width,
            height,
            depth_m,
            ..
        } = &self.frame;
        let size = Vec2::new(*width as f32, *height as f32);
        let eye = camera.eye_m();
        let spacing = camera.grid_m();
        let most_depth = GRID_LINES * spacing.max(1.0);
        // Rays of unit depth along the optical axis.
        let unit = |x: f32, y: f32| {
            let ray = camera.ray(Vec2::new(x, y), size).1;
            ray / ray.dot(camera.forward())
        };
        let first = unit(0.5, 0.5);
        let (across, down) = (unit(1.5, 0.5) - first, unit(0.5, 1.5) - first);
        for y in 0..*height {
            for x in 0..*width {
                let ray = first + across * x as f32 + down * y as f32;
                if ray.z * eye.z >= 0.0 {
                    continue;
                }
                let depth = -eye.z / ray.z;
                let pixel = (y * width + x) as usize;
                let seen = depth_m[pixel];
                if seen > 0.0 && seen < depth * 0.998 || depth > most_depth {
                    continue;
                }
                let point = eye + ray * depth;
                // How far apart neighbouring pixels are on the ground.
                let next = |step: Vec3| {
                    let ray = ray + step;
                    (eye + ray * (-eye.z / ray.z) - point).truncate().abs()
                };
                let spread = next(across).max(next(down)) * 0.75;
                let cells = point.truncate() / spacing;
                let near = (cells - cells.round()).abs() * spacing;
                let on = [near.x < spread.x, near.y < spread.y];
                // Fainter where they are closer together, up to where nobody can tell them apart.
                let strength = 0.5 * (1.0 - spread.max_element() / (GRID_CLOSEST * spacing));
                if !on[0] && !on[1] || strength <= 0.0 {
                    continue;
                }
                let mut color = GRID;
                if on[1] && point.y.abs() < 0.5 * spacing {
                    color = AXES[0];
                } else if on[0] && point.x.abs() < 0.5 * spacing {
                    color = AXES[1];
                }
                let own = &mut self.rgba[pixel * 4..][..3];
                for (own, line) in own.iter_mut().zip(color) {
                    *own = (f32::from(*own) + (f32::from(line) - f32::from(*own)) * strength) as u8;
                }
            }
        }
    }
}
