//! From world, poses and view to the plain numbers that kernels draw.

mod bounds;
mod dress;
mod flat;
mod hide;
mod round;
mod shadow;

use crate::light::Lighting;
use crate::parts::{Coat, Part};
use crate::plan::{Floor, Label, Pattern, Plan, Rect, Wave};
use crate::rays::{Bounds, Lens};
use crate::rigid::Rigid;
use crate::surface::{Solid, Surface};
use bounds::Corners;
pub(crate) use dress::dressed;
pub(crate) use flat::Vertex;
use glam::Vec3;
use shadow::Shade;
use terrella_spec::pose::Pose;
use terrella_spec::shape::Pattern as Kind;
use terrella_spec::world::Shadows;

/// How deep below the surface patterns are looked up, in fields.
const DEPTH_IN_FIELDS: f32 = 0.01;
/// What is further away than this is skipped, m: so no sum overflows.
const FARTHEST_M: f32 = 1e9;

/// A world that is to be drawn.
pub(crate) struct Setting<'a> {
    pub(crate) parts: &'a mut [Part],
    pub(crate) coats: &'a [Coat],
    pub(crate) lighting: &'a Lighting,
    /// See [`dressed`].
    pub(crate) dressed: bool,
}

/// What is asked of a plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Shadows and patterns.
    pub(crate) color: bool,
}

/// Makes a plan of a view. Room for `bodies` and `corners` is kept between calls.
pub(crate) fn plan(
    setting: Setting<'_>,
    camera_from_world: &Rigid,
    poses: &[Pose],
    lens: &Lens,
    wanted: Wanted,
    (bodies, corners): (&mut Vec<Rigid>, &mut Vec<Vertex>),
    plan: &mut Plan,
) {
    plan.clear();
    let Setting {
        parts,
        coats,
        lighting,
        dressed,
    } = setting;
    let sun = camera_from_world.rotation * lighting.sun_direction;
    plan.light = lighting.plan(camera_from_world.rotation.z_axis);
    bodies.clear();
    bodies.extend(
        poses
            .iter()
            .map(|pose| camera_from_world.after(&Rigid::of_pose(pose))),
    );
    // Liquids and soft bodies come after the bodies, and are where the world is.
    bodies.resize(coats.len(), *camera_from_world);
    for part in parts.iter_mut() {
        let body = &bodies[part.body];
        part.surface.place = match &part.body_from_part {
            Some(inner) => body.after(inner),
            None => *body,
        };
    }
    let shadows = wanted.color && lighting.sunny() && lighting.shadows == Shadows::Hard;
    let shade = shadows.then(|| shade(parts, sun));
    let mut maker = Maker {
        plan,
        lens,
        shade: shade.as_ref(),
        sun,
        corners,
    };
    for (index, part) in (0..).zip(parts.iter()) {
        if !drawable(part) {
            continue;
        }
        let coat = &coats[part.body];
        let body = &bodies[part.body];
        let rect = maker.add::<true>(index, part, coat, body);
        let painted = coat.pattern != Kind::Plain || coat.image.is_some();
        if let (true, Some(rect)) = (wanted.color && painted, rect) {
            let label = maker.label(part, coat, rect);
            if let Some(image) = coat.image {
                maker
                    .plan
                    .covers
                    .push(dress::cover(index, label, image, coat, body));
            } else if coat.pattern == Kind::Noise {
                maker.plan.noises.push(dress::noise(index, label, coat, body));
            } else if part.bounds.is_some() {
                maker.plan.patterns.push(pattern(index, label, coat, body));
            }
        }
    }
    if wanted.color && dressed {
        dress::dress(
            (parts, coats, bodies),
            lighting,
            camera_from_world,
            lens,
            corners,
            plan,
        );
    }
}

/// True but for parts that are too far away; not a number counts as far away.
#[inline]
fn drawable(part: &Part) -> bool {
    let place = &part.surface.place;
    place.translation.abs().max_element() < FARTHEST_M && place.rotation.is_finite()
}

/// True where the camera is not in the part's bounding box.
#[inline]
fn sees_outside(part: &Part) -> bool {
    let place = &part.surface.place;
    let eye = -(place.rotation.transpose() * place.translation);
    part.bounds
        .is_some_and(|(middle, half)| (eye - middle).abs().cmpgt(half).any())
}

/// Where shadows from this direction end.
#[inline]
fn shade(parts: &[Part], sun: Vec3) -> Shade {
    let mut shade = Shade::new(sun);
    for part in parts.iter().filter(|part| part.bounds.is_none()) {
        let place = &part.surface.place;
        let normal = place.rotation.z_axis;
        shade.add_floor(normal, -normal.dot(place.translation));
    }
    if shade.floors.is_empty() {
        shade.lowest = lowest(parts, sun);
    }
    shade
}

/// How far along the sun's direction the lowest shape is.
fn lowest(parts: &[Part], sun: Vec3) -> f32 {
    parts
        .iter()
        .filter_map(|part| {
            let (middle, half) = part.bounds?;
            let low = part.surface.place.point(middle).dot(sun) - half.length();
            low.is_finite().then_some(low)
        })
        .fold(f32::INFINITY, f32::min)
}

struct Maker<'a> {
    plan: &'a mut Plan,
    lens: &'a Lens,
    /// None: no shadows.
    shade: Option<&'a Shade>,
    sun: Vec3,
    corners: &'a mut Vec<Vertex>,
}

impl Maker<'_> {
    #[inline]
    fn label(&self, part: &Part, coat: &Coat, rect: Rect) -> Label {
        Label {
            rect,
            tag: part.tag,
            color: coat.color,
        }
    }

    /// Adds a part and its shadow; gives the pixels in which it may be seen. Without `SHAPES` only the shadow.
    fn add<const SHAPES: bool>(
        &mut self,
        index: u32,
        part: &Part,
        coat: &Coat,
        body: &Rigid,
    ) -> Option<Rect> {
        let Surface { solid, place } = &part.surface;
        let label = self.label(part, coat, Rect::default());
        let (center, axis) = (place.translation, place.rotation.z_axis);
        match solid {
            Solid::Ball { radius } => {
                if let Some(shade) = self.shade
                    && let Some(rect) = self.rect(shade.of_ball(center, *radius))
                {
                    let shadow = shade.ball(Label { rect, ..label }, center, *radius);
                    self.plan.ball_shadows.push(shadow);
                }
                let rect = self.seen::<SHAPES>(bounds::of_ball(center, *radius))?;
                let ball = round::ball(Label { rect, ..label }, center, *radius, self.sun)?;
                self.plan.balls.push(ball);
                Some(rect)
            }
            Solid::Ellipsoid { radii } => {
                let (corners, own) = self.cornered(part);
                if let Some(shade) = self.shade
                    && let Some(rect) = self.rect(shade.of_corners(&corners, own))
                {
                    let shadow = shade.ellipsoid(Label { rect, ..label }, place, *radii);
                    self.plan.ball_shadows.push(shadow);
                }
                let rect = self.seen::<SHAPES>(own)?;
                let ellipsoid = round::ellipsoid(Label { rect, ..label }, place, *radii, self.sun)?;
                self.plan.ellipsoids.push(ellipsoid);
                Some(rect)
            }
            Solid::Box { half } => {
                let (corners, own) = self.cornered(part);
                if let Some(shade) = self.shade
                    && let Some(rect) = self.rect(shade.of_corners(&corners, own))
                {
                    let shadow = shade.brick(Label { rect, ..label }, center, &place.rotation, *half);
                    self.plan.brick_shadows.push(shadow);
                }
                let rect = self.seen::<SHAPES>(own)?;
                let brick = flat::brick(Label { rect, ..label }, center, &place.rotation, *half, self.sun)?;
                self.plan.bricks.push(brick);
                Some(rect)
            }
            Solid::Capsule { radius, half_height } => {
                self.capsule::<SHAPES>(label, (center, axis), (*radius, *half_height))
            }
            Solid::Cylinder { radius, half_height } => {
                let size = (*radius, *half_height);
                let (corners, own) = self.cornered(part);
                if let Some(shade) = self.shade
                    && let Some(rect) = self.rect(shade.of_corners(&corners, own))
                {
                    let shadow = shade.cylinder(Label { rect, ..label }, place, size);
                    self.plan.cylinder_shadows.push(shadow);
                }
                let rect = self.seen::<SHAPES>(own)?;
                let tube = round::cylinder(Label { rect, ..label }, (center, axis), size, self.sun)?;
                self.plan.cylinders.push(tube);
                Some(rect)
            }
            Solid::Cone { radius, half_height } => {
                let size = (radius / (2.0 * half_height), 2.0 * half_height);
                let apex = center + axis * *half_height;
                let (corners, own) = self.cornered(part);
                if let Some(shade) = self.shade
                    && let Some(rect) = self.rect(shade.of_corners(&corners, own))
                {
                    let shadow = shade.cone(Label { rect, ..label }, place, apex, size);
                    self.plan.cone_shadows.push(shadow);
                }
                let rect = self.seen::<SHAPES>(own)?;
                let tube = round::cone(Label { rect, ..label }, (apex, axis), size, self.sun)?;
                self.plan.cones.push(tube);
                Some(rect)
            }
            Solid::HalfSpace => {
                let rect = self.lens.full();
                let label = Label { rect, ..label };
                if self.shade.is_some() && axis.dot(self.sun) < 0.0 {
                    self.plan.night_shadows.push(label);
                }
                let height = -axis.dot(center);
                if height <= 0.0 || !SHAPES {
                    return None;
                }
                let floor = floor(label, coat, (axis, height), self.sun, body, self.lens.step);
                self.plan.floors.push(floor);
                Some(rect)
            }
            Solid::Hull { planes } => {
                let (corners, own) = self.cornered(part);
                if let Some(shade) = self.shade
                    && let Some(rect) = self.rect(shade.of_corners(&corners, own))
                {
                    let label = Label { rect, ..label };
                    let shadow = shade.hull(label, place, planes, &mut self.plan.crossings);
                    self.plan.hull_shadows.push(shadow);
                }
                let rect = self.seen::<SHAPES>(own)?;
                let label = Label { rect, ..label };
                let sides = &mut self.plan.sides;
                let hull = flat::hull(label, center, &place.rotation, planes, self.sun, sides)?;
                self.plan.hulls.push(hull);
                Some(rect)
            }
            Solid::Mesh(mesh) => {
                let (corners, own) = self.cornered(part);
                if let Some(shade) = self.shade
                    && let Some(rect) = self.rect(shade.of_corners(&corners, own))
                {
                    let shadow = shade.mesh(Label { rect, ..label }, index, place);
                    self.plan.mesh_shadows.push(shadow);
                }
                let rect = self.seen::<SHAPES>(own)?;
                self.corners.clear();
                self.corners.extend(
                    mesh.vertices
                        .iter()
                        .map(|vertex| Vertex::new(place.point(*vertex))),
                );
                let lens = self.lens;
                let seen = |(middle, half)| {
                    let bounds = Corners::around(place, middle, half).bounds();
                    bounds.is_some_and(|bounds| lens.rect(&bounds).is_some())
                };
                let mesh = (mesh, mesh.closed && sees_outside(part));
                let triangles = &mut self.plan.triangles;
                flat::triangles(label, mesh, self.corners, self.sun, lens, seen, triangles);
                Some(rect)
            }
        }
    }

    /// A capsule is a cylinder and two balls. Its flat caps are inside of the balls.
    fn capsule<const SHAPES: bool>(
        &mut self,
        label: Label,
        (center, axis): (Vec3, Vec3),
        (radius, half_height): (f32, f32),
    ) -> Option<Rect> {
        let ends = [center + axis * half_height, center - axis * half_height];
        if let Some(shade) = self.shade {
            let bounds = bounds::hull(&ends.map(|end| shade.of_ball(end, radius)));
            if let Some(rect) = self.rect(bounds) {
                let size = (radius, half_height);
                let shadow = shade.capsule(Label { rect, ..label }, center, axis, size);
                self.plan.capsule_shadows.push(shadow);
            }
        }
        let nearest = axis * (-center.dot(axis)).clamp(-half_height, half_height);
        if (center + nearest).length_squared() <= radius * radius {
            return None;
        }
        let own = ends.map(|end| bounds::of_ball(end, radius));
        let rect = self.seen::<SHAPES>(bounds::hull(&own))?;
        for (end, bounds) in ends.into_iter().zip(own) {
            if let Some(rect) = self.rect(bounds)
                && let Some(ball) = round::ball(Label { rect, ..label }, end, radius, self.sun)
            {
                self.plan.balls.push(ball);
            }
        }
        let label = Label { rect, ..label };
        if let Some(tube) = round::cylinder(label, (center, axis), (radius, half_height), self.sun) {
            self.plan.cylinders.push(crate::plan::Tube {
                front_face: 0,
                ..tube
            });
        }
        Some(rect)
    }

    /// The pixels of a shape that is drawn itself.
    #[inline]
    fn seen<const SHAPES: bool>(&self, bounds: Option<Bounds>) -> Option<Rect> {
        if !SHAPES {
            return None;
        }
        self.rect(bounds)
    }

    #[inline]
    fn rect(&self, bounds: Option<Bounds>) -> Option<Rect> {
        self.lens.rect(&bounds?)
    }

    /// The corners of a part's bounding box, and between which rays they are.
    #[inline]
    fn cornered(&self, part: &Part) -> (Corners, Option<Bounds>) {
        let (middle, half) = part.bounds.unwrap_or((Vec3::ZERO, Vec3::ZERO));
        let corners = Corners::around(&part.surface.place, middle, half);
        (corners, corners.bounds())
    }
}

/// Periods of two fields for each metre along a body's axes, and at the camera.
fn fields(coat: &Coat, body: &Rigid) -> ([Vec3; 3], [f32; 3]) {
    let rotation = &body.rotation;
    let axes = [rotation.x_axis, rotation.y_axis, rotation.z_axis].map(|axis| axis * (0.5 / coat.size_m));
    (axes, axes.map(|axis| -axis.dot(body.translation)))
}

fn pattern(part: u32, label: Label, coat: &Coat, body: &Rigid) -> Pattern {
    let (axes, origin) = fields(coat, body);
    Pattern {
        label,
        part,
        axes: if coat.pattern == Kind::Checker { 3 } else { 1 },
        axis: axes.map(|axis| axis.to_array()),
        origin,
        inset_m: coat.size_m * DEPTH_IN_FIELDS,
        mean: coat.mean,
        half: coat.half,
    }
}

fn floor(
    label: Label,
    coat: &Coat,
    (normal, height): (Vec3, f32),
    sun: Vec3,
    body: &Rigid,
    step: [f32; 2],
) -> Floor {
    let w = normal * (-1.0 / height);
    let mut floor = Floor {
        label,
        w: w.to_array(),
        sun: normal.dot(sun),
        waves: match coat.pattern {
            Kind::Plain | Kind::Noise => 0,
            Kind::Stripes => 1,
            Kind::Checker => 2,
        },
        mean: coat.mean,
        half: coat.half,
        ..Floor::default()
    };
    if floor.waves == 0 {
        return floor;
    }
    let (axes, origin) = fields(coat, body);
    let inset = coat.size_m * DEPTH_IN_FIELDS;
    for (wave, (along, origin)) in floor.wave.iter_mut().zip(axes.into_iter().zip(origin)) {
        // The derivatives of (along . d) / (w . d) by the ray's x and y are these over the square of w . d.
        let turn = along.x * w.y - along.y * w.x;
        let (half_x, half_y) = (0.5 * step[0], 0.5 * step[1]);
        *wave = Wave {
            at: along.to_array(),
            at_one: origin - along.dot(normal) * inset,
            by_y: [turn * half_x, (along.x * w.z - along.z * w.x) * half_x],
            by_x: [-turn * half_y, (along.y * w.z - along.z * w.y) * half_y],
        };
    }
    floor
}
