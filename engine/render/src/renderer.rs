//! A world that is ready to be drawn.

use crate::error::RenderError;
use crate::frame::{Frame, Outputs};
use crate::images::Images;
use crate::kernel::{Draw, Drawer, FAR_W, Scene, Target};
#[cfg(target_arch = "x86_64")]
use crate::lanes::{Avx2, Avx512};
use crate::lanes::{InstructionSet, Scalar};
use crate::light::Lighting;
use crate::liquid::Surfacer;
use crate::parts::{self, Coat, Part};
use crate::plan::{Plan, SKY};
use crate::points::{self, Maker};
use crate::rays::Lens;
use crate::rigid::Rigid;
use crate::seen::{SKY_PART, Seen};
use crate::setup::{self, Setting, Wanted};
use crate::trail::Trail;
use crate::view::{Intrinsics, View};
use glam::Vec3;
use terrella_spec::pose::Pose;
use terrella_spec::world::World;

/// Lenses that are kept.
const LENSES: usize = 8;

/// Draws one world. Built once; poses change with each picture.
#[derive(Debug)]
pub struct Renderer {
    parts: Vec<Part>,
    coats: Vec<Coat>,
    /// The first part of each body.
    first_parts: Vec<u32>,
    lighting: Lighting,
    /// How liquids and soft bodies get their surfaces. Their parts are the last ones.
    makers: Vec<Maker>,
    /// How the points of each of those can be followed, as they are now.
    trails: Vec<Trail>,
    surfacer: Surfacer,
    images: Images,
    /// There is more than sun, sky and plain paint.
    dressed: bool,
    per_side: u32,
    set: InstructionSet,
    drawer: Box<dyn Draw>,
    lenses: Vec<(Intrinsics, u32, Lens)>,
    plan: Plan,
    bodies: Vec<Rigid>,
    corners: Vec<setup::Vertex>,
}

impl Renderer {
    /// Prepares the shapes of a world. Colours are averaged over 2 x 2 samples in pixels at edges.
    pub fn new(world: &World<f32>) -> Result<Renderer, RenderError> {
        let parts = parts::parts(world)?;
        let mut first_parts = vec![0; world.bodies.len() + points::count(world)];
        for (index, part) in parts.iter().enumerate().rev() {
            first_parts[part.body] = index as u32;
        }
        let set = InstructionSet::best();
        let coats: Result<Vec<Coat>, RenderError> = world
            .bodies
            .values()
            .map(|body| Coat::new(world, &body.paint))
            .collect();
        let mut coats = coats?;
        coats.extend(points::coats(world));
        let lighting = Lighting::new(world)?;
        Ok(Renderer {
            dressed: setup::dressed(&coats, &lighting),
            parts,
            coats,
            first_parts,
            lighting,
            makers: Maker::all(world),
            trails: vec![Trail::default(); points::count(world)],
            surfacer: Surfacer::default(),
            images: Images::new(world)?,
            per_side: 2,
            set,
            drawer: drawer(set),
            lenses: Vec::new(),
            plan: Plan::default(),
            bodies: Vec::new(),
            corners: Vec::new(),
        })
    }

    /// The same with colours averaged over `per_side` x `per_side` samples, 1 to 4, in each pixel whose centre sees
    /// another part, face or shadow than the centre of a pixel next to it; all others have their centre's colour.
    /// What is thinner than a pixel is smooth only where some centre sees it. Depth and ids are always of the
    /// pixel's centre.
    pub fn supersampled(mut self, per_side: u32) -> Renderer {
        self.set_supersampling(per_side);
        self
    }

    /// As [`Renderer::supersampled`], from the next picture on.
    pub fn set_supersampling(&mut self, per_side: u32) {
        self.per_side = per_side.clamp(1, 4);
    }

    /// Takes the light and the lamps of another world, which is the same but for those: for one that moves them.
    pub fn set_lights(&mut self, world: &World<f32>) -> Result<(), RenderError> {
        self.lighting = Lighting::new(world)?;
        self.dressed = setup::dressed(&self.coats, &self.lighting);
        Ok(())
    }

    /// The same with another instruction set: the pictures are the same. One that this processor lacks is passed over.
    #[doc(hidden)]
    pub fn with_instruction_set(self, set: InstructionSet) -> Renderer {
        let set = if set.available() { set } else { self.set };
        Renderer {
            set,
            drawer: drawer(set),
            ..self
        }
    }

    /// The instruction set it draws with: the best one of this processor. Pictures do not depend on it.
    pub fn instruction_set(&self) -> InstructionSet {
        self.set
    }

    /// Says where the particles of the world's liquids are and then the vertices of its soft bodies, in their order, m. Until
    /// then there are none, and those that are not told of stay as they were. Ids and parts of liquids and soft bodies
    /// follow those of the bodies.
    pub fn set_points(&mut self, positions: &[Vec<[f32; 3]>]) {
        let first = self.parts.len() - self.makers.len();
        let parts = self.parts[first..].iter_mut().zip(&mut self.trails);
        for (((part, trail), maker), positions) in parts.zip(&self.makers).zip(positions) {
            maker.reshape(part, &mut self.surfacer, positions, trail);
        }
    }

    /// Gives the one liquid or soft body of this world the surface that one of another world has now.
    pub(crate) fn take_surface(&mut self, other: &Renderer, index: usize) {
        let first = other.parts.len() - other.makers.len();
        let theirs = &other.parts[first + index];
        let own = self.parts.last_mut().expect("it is in this world");
        own.surface.clone_from(&theirs.surface);
        own.bounds = theirs.bounds;
    }

    /// How the points of each liquid and soft body can be followed, as they are now.
    pub(crate) fn trails(&self) -> &[Trail] {
        &self.trails
    }

    /// Draws a picture. `poses` are those of the world's bodies, in their order; the frame is resized.
    ///
    /// # Panics
    /// When there are not as many poses as bodies.
    pub fn render(&mut self, view: &View, poses: &[Pose], outputs: Outputs, frame: &mut Frame) {
        let Intrinsics { width, height, .. } = view.intrinsics;
        frame.resize(width, height, outputs);
        let target = Target {
            rgb: &mut frame.rgb,
            depth: &mut frame.depth_m,
            ids: &mut frame.ids,
            ..Target::default()
        };
        for pixel in self.draw(view, poses, outputs.rgb, target) {
            let pixel = *pixel as usize;
            if outputs.rgb {
                frame.rgb[pixel * 3..][..3].fill(0);
            }
            if outputs.depth {
                frame.depth_m[pixel] = 0.0;
            }
            if outputs.ids {
                frame.ids[pixel] = 0;
            }
        }
    }

    /// Finds what every pixel's centre sees. `poses` are those of the world's bodies, in their order; `seen` is resized.
    ///
    /// # Panics
    /// When there are not as many poses as bodies.
    pub fn look(&mut self, view: &View, poses: &[Pose], seen: &mut Seen) {
        seen.resize(view.intrinsics.width, view.intrinsics.height);
        let target = Target {
            w: &mut seen.w,
            tags: &mut seen.part,
            faces: &mut seen.face,
            ..Target::default()
        };
        for pixel in self.draw(view, poses, false, target) {
            let pixel = *pixel as usize;
            (seen.w[pixel], seen.part[pixel], seen.face[pixel]) = (FAR_W, SKY, 0);
        }
        for part in &mut seen.part {
            *part = match *part {
                SKY => SKY_PART,
                tag => self.first_parts[(tag & 0xffff) as usize - 1] + (tag >> 16),
            };
        }
    }

    /// How many liquids and soft bodies there are.
    pub(crate) fn made_of_points(&self) -> usize {
        self.makers.len()
    }

    /// The body that a part belongs to; liquids and soft bodies count as bodies after the last one.
    pub(crate) fn body_of(&self, part: u32) -> usize {
        self.parts[part as usize].body
    }

    /// The outward unit normal of a part at a point of its face; both in the frame of the camera that looked last.
    pub(crate) fn normal(&self, part: u32, point: Vec3, face: u32) -> Vec3 {
        self.parts[part as usize].surface.normal(point, face)
    }

    /// The shapes, in the order in which a plan names them.
    #[cfg(feature = "gpu")]
    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The images, in the order in which a plan names them.
    #[cfg(feature = "gpu")]
    pub(crate) fn images(&self) -> &Images {
        &self.images
    }

    /// Samples along each side of a pixel at an edge.
    #[cfg(feature = "gpu")]
    pub(crate) fn per_side(&self) -> u32 {
        self.per_side
    }

    /// There is more than sun, sky and plain paint.
    #[cfg(feature = "gpu")]
    pub(crate) fn is_dressed(&self) -> bool {
        self.dressed
    }

    /// What is to be drawn for a view; `color`: with shadows and patterns.
    ///
    /// # Panics
    /// When there are not as many poses as bodies.
    #[cfg(feature = "gpu")]
    pub(crate) fn scene(&mut self, view: &View, poses: &[Pose], color: bool) -> Scene<'_> {
        self.prepare(view, poses, color).1
    }

    /// Draws, and tells which pixels the lens has no ray for: whatever was drawn there is nothing.
    fn draw(&mut self, view: &View, poses: &[Pose], color: bool, target: Target<'_>) -> &[u32] {
        if view.intrinsics.width == 0 || view.intrinsics.height == 0 {
            return &[];
        }
        let (drawer, scene) = self.prepare(view, poses, color);
        drawer.draw(&scene, target);
        scene.lens.blind()
    }

    fn prepare(&mut self, view: &View, poses: &[Pose], color: bool) -> (&mut dyn Draw, Scene<'_>) {
        let bodies = self.coats.len() - self.makers.len();
        assert_eq!(poses.len(), bodies, "one pose for each body");
        let lens = lens(
            &mut self.lenses,
            &view.intrinsics,
            if color { self.per_side } else { 1 },
        );
        setup::plan(
            Setting {
                parts: &mut self.parts,
                coats: &self.coats,
                lighting: &self.lighting,
                dressed: self.dressed,
            },
            &view.camera_from_world(),
            poses,
            lens,
            Wanted { color },
            (&mut self.bodies, &mut self.corners),
            &mut self.plan,
        );
        let scene = Scene {
            plan: &self.plan,
            parts: &self.parts,
            first_parts: &self.first_parts,
            images: &self.images,
            lens,
        };
        (&mut *self.drawer, scene)
    }
}

/// The lens of these intrinsics; a few of those used before are kept.
fn lens<'a>(
    lenses: &'a mut Vec<(Intrinsics, u32, Lens)>,
    intrinsics: &Intrinsics,
    per_side: u32,
) -> &'a Lens {
    let known = lenses
        .iter()
        .position(|(of, side, _)| of == intrinsics && *side == per_side);
    let index = match known {
        Some(index) => index,
        None => {
            if lenses.len() >= LENSES {
                lenses.remove(0);
            }
            let lens = Lens::new(intrinsics, per_side as usize);
            lenses.push((*intrinsics, per_side, lens));
            lenses.len() - 1
        }
    };
    &lenses[index].2
}

fn drawer(set: InstructionSet) -> Box<dyn Draw> {
    match set {
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx512 if let Some(lanes) = Avx512::detect() => Box::new(Drawer::new(lanes)),
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx2 if let Some(lanes) = Avx2::detect() => Box::new(Drawer::new(lanes)),
        #[cfg(target_arch = "aarch64")]
        InstructionSet::Neon => Box::new(Drawer::new(crate::lanes::Neon)),
        _ => Box::new(Drawer::new(Scalar)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::Solid;
    use terrella_spec::camera::Lens as CameraLens;
    use terrella_spec::shape::{Paint, Part as SpecPart, Shape};
    use terrella_spec::world::{Body, Camera, Liquid};

    /// A checkered floor, a striped table of two parts, a ball, and a body that is not visible.
    fn world() -> World<f32> {
        let mut world = World::default();
        let mut add = |name: &str, shape, at, paint| {
            let body = Body::new(name, shape).at(at).painted(paint);
            world.bodies.insert(name.to_string(), body);
        };
        let checker = Paint::checker([0.9; 3], [0.2; 3], 0.5);
        add("floor", Shape::HalfSpace {}, [0.0; 3], checker.clone());
        let hidden = Paint {
            visible: false,
            ..Paint::default()
        };
        add("hidden", Shape::Ball { radius_m: 0.5 }, [0.0, -1.0, 0.5], hidden);
        let part = |half_extents_m, position_m| SpecPart::new(Shape::Box { half_extents_m }, position_m);
        let parts = vec![
            part([0.6, 0.4, 0.05], [0.0, 0.0, 0.5]),
            part([0.1, 0.1, 0.25], [0.0, 0.0, 0.25]),
        ];
        add("table", Shape::Compound { parts }, [0.5, 0.0, 0.0], checker);
        add(
            "ball",
            Shape::Ball { radius_m: 0.4 },
            [-0.6, 0.0, 0.4],
            Paint::plain([0.8, 0.3, 0.2]),
        );
        world
    }

    fn view(width: u32, height: u32) -> View {
        let camera = Camera::looking([0.3, -3.5, 1.6], [0.0, 0.0, 0.3], 50.0);
        View::of(&camera, None, width, height)
    }

    #[test]
    fn what_is_seen_agrees_with_the_picture() {
        let world = world();
        let view = view(61, 47);
        let mut renderer = Renderer::new(&world).unwrap();
        let (mut seen, mut frame) = (Seen::default(), Frame::default());
        renderer.look(&view, &world.start_poses(), &mut seen);
        renderer.render(&view, &world.start_poses(), Outputs::ALL, &mut frame);
        assert_eq!((seen.width, seen.height), (61, 47));
        let mut met = [0; 4];
        for (index, id) in frame.ids.iter().enumerate() {
            if *id == 0 {
                assert_eq!((seen.part[index], seen.face[index]), (SKY_PART, 0));
                continue;
            }
            let part = &renderer.parts[seen.part[index] as usize];
            assert_eq!(part.body + 1, usize::from(*id));
            assert_eq!(1.0 / seen.w[index], frame.depth_m[index]);
            met[seen.part[index] as usize] += 1;
            let (x, y) = (index % 61, index / 61);
            let lens = view.intrinsics;
            let z = frame.depth_m[index];
            let point = Vec3::new(
                (x as f32 - lens.cx) / lens.fx * z,
                (y as f32 - lens.cy) / lens.fy * z,
                z,
            );
            let normal = part.surface.normal(point, seen.face[index]);
            assert!((normal.length() - 1.0).abs() < 1e-5 && normal.dot(point) < 0.0);
        }
        assert!(met.iter().all(|count| *count > 10), "{met:?}");
    }

    #[test]
    fn a_table_of_a_pinholes_rays_gives_the_pinholes_picture() {
        let world = world();
        for (width, height, per_side) in [(64, 64, 1), (61, 47, 2), (130, 70, 1)] {
            let view = view(width, height);
            let draw = |table: bool, set: InstructionSet| {
                let mut renderer = Renderer::new(&world)
                    .unwrap()
                    .supersampled(per_side)
                    .with_instruction_set(set);
                if table {
                    let lens = Lens::pinhole(&view.intrinsics, per_side as usize).tabulated();
                    renderer.lenses.push((view.intrinsics, per_side, lens));
                }
                let mut frame = Frame::default();
                renderer.render(&view, &world.start_poses(), Outputs::ALL, &mut frame);
                frame
            };
            for set in InstructionSet::ALL.into_iter().filter(|set| set.available()) {
                assert!(draw(true, set) == draw(false, set), "{}", set.name());
            }
        }
    }

    #[test]
    fn runs_that_are_left_out_have_no_triangle_that_is_seen() {
        let columns = 70;
        let height = |index: u32| {
            let (x, y) = ((index % columns) as f32, (index / columns) as f32);
            libm::sinf(0.4 * x) * libm::cosf(0.3 * y) + 0.02 * x
        };
        let hills = Shape::HeightField {
            size_m: [40.0, 50.0],
            columns,
            heights_m: (0..columns * 90).map(height).collect(),
        };
        let mut world = World::default();
        world
            .bodies
            .insert("hills".into(), Body::new("hills", hills).fixed());
        let mut fisheye = Camera::looking([-8.0, 2.0, 1.5], [5.0, 4.0, 0.0], 120.0);
        fisheye.lens = CameraLens::Fisheye {
            k1: 0.02,
            k2: 0.0,
            k3: 0.0,
            k4: 0.0,
        };
        for camera in [
            Camera::looking([0.0, 0.0, 2.5], [3.0, 9.0, 0.5], 60.0),
            Camera::looking([0.0, 0.0, -1.5], [-6.0, 2.0, 1.0], 90.0),
            Camera::looking([10.0, -22.0, 1.0], [0.0, 0.0, 0.0], 40.0),
            fisheye,
        ] {
            let view = View::of(&camera, None, 64, 48);
            let draw = |in_runs: bool| {
                let mut renderer = Renderer::new(&world).unwrap();
                let Solid::Mesh(mesh) = &mut renderer.parts[0].surface.solid else {
                    panic!("a height field is a mesh");
                };
                if !in_runs {
                    mesh.runs.clear();
                }
                let mut frame = Frame::default();
                renderer.render(&view, &world.start_poses(), Outputs::ALL, &mut frame);
                (frame, renderer.plan.triangles)
            };
            let ((some, few), (all, many)) = (draw(true), draw(false));
            assert!(some == all);
            let faces = |triangles: &[crate::plan::Triangle]| -> Vec<u32> {
                triangles.iter().map(|triangle| triangle.face).collect()
            };
            assert!(many.len() > 100 && faces(&few) == faces(&many));
        }
    }

    #[test]
    fn far_sides_of_a_liquid_are_left_out_where_nobody_sees_them() {
        let mut world = World::default();
        world
            .bodies
            .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}));
        world.liquids.insert("water".into(), Liquid::default());
        let lattice = |at: u32| [at % 9, at / 9 % 9, at / 81].map(|at| at as f32 * 0.015);
        let mut particles: Vec<[f32; 3]> = (0..810).map(lattice).collect();
        particles.extend([[0.3, -0.2, 0.3], [0.31, 0.1, 0.2], [0.2, 0.2, 0.4]]);
        let looking = |from, at| View::of(&Camera::looking(from, at, 50.0), None, 64, 64);
        let draw = |view: &View, closed: bool| {
            let mut renderer = Renderer::new(&world).unwrap();
            renderer.set_points(std::slice::from_ref(&particles));
            let last = renderer.parts.last_mut().unwrap();
            let Solid::Mesh(mesh) = &mut last.surface.solid else {
                panic!("a liquid is a mesh");
            };
            assert!(std::mem::replace(&mut mesh.closed, closed));
            let mut frame = Frame::default();
            renderer.render(view, &world.start_poses(), Outputs::ALL, &mut frame);
            (frame, renderer.plan.triangles.len())
        };
        for (from, inside) in [
            ([0.2, -0.25, 0.25], false),
            ([0.06, 0.05, 0.5], false),
            // Among the drops, and in the pool, from where its top is seen from below.
            ([0.2, -0.1, 0.25], true),
            ([0.06, 0.06, 0.02], true),
        ] {
            let view = looking(from, [0.061, 0.059, 0.05]);
            let ((some, few), (all, many)) = (draw(&view, true), draw(&view, false));
            let liquid = all.ids.iter().filter(|id| **id == 2).count();
            assert!(liquid > 200, "from {from:?}");
            // At its rim a triangle that is turned away may be nearer by rounding.
            let ids = some.ids.iter().zip(&all.ids);
            let ids = ids.filter(|(some, all)| some != all).count();
            let deeper = some.depth_m.iter().zip(&all.depth_m);
            let deeper = deeper.filter(|(some, all)| (*some - *all).abs() > 1e-3).count();
            let colors = some.rgb.chunks(3).zip(all.rgb.chunks(3));
            let colors = colors.filter(|(some, all)| some != all).count();
            println!("from {from:?}: of {liquid} pixels {ids} ids, {deeper} depths, {colors} colours");
            assert!(ids == 0 && deeper == 0 && colors <= liquid / 100);
            assert!(
                if inside { few == many } else { few * 3 < many * 2 },
                "{few} of {many}"
            );
        }
    }
}
