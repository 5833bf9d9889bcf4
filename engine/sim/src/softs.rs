//! Soft bodies: how ropes, nets, cloth and jelly are handed to the solver, and read back.

use crate::fault::{Fault, LaneError};
use crate::tears::{Piece, torn};
use glam::Vec3;
use rapier3d::dynamics::{
    RigidBodyHandle, SoftBodyBuilder, SoftBodyCellModel, SoftBodyMaterial, SoftBodyTearEvent,
    SpringCoefficients,
};
use rapier3d::geometry::ColliderBuilder;
use rapier3d::pipeline::PhysicsWorld;
use terrella_spec::soft::{Soft as Spec, SoftForm};
use terrella_spec::world::World;
use xxhash_rust::xxh3::Xxh3;

/// What the colliders of soft bodies have in place of the index of a body.
pub(crate) const SOFT: u32 = u32::MAX;

/// A vertex over this speed means that the world has exploded; the solver itself caps at 400 m/s.
const SPEED_M_PER_SEC: f32 = 350.0;

/// A tear gets no further than by so many edges in a step, those aside that are strained twice as much as they bear: what is
/// strained alike all over is not in shreds at once.
const TEARS_A_STEP: u32 = 1;

/// A soft body of a lane.
#[derive(Clone, Debug)]
pub(crate) struct Soft {
    /// One, until it is torn apart.
    pub(crate) pieces: Vec<Piece>,
    /// Copied out of the solver once a record, as bodies are. Where a tear passes through a vertex there are two from then on,
    /// the new one behind all others.
    pub(crate) positions: Vec<[f32; 3]>,
    pub(crate) velocities: Vec<[f32; 3]>,
    /// What can tear says what is still joined: the vertices of each segment of a rope or net, of each triangle of another's surface.
    pub(crate) corners: Vec<u32>,
    is_wire: bool,
    pub(crate) can_tear: bool,
}

impl Soft {
    /// Puts the soft body called `name` into the world of the solver.
    pub(crate) fn new(
        physics: &mut PhysicsWorld,
        world: &World<f32>,
        bodies: &[RigidBodyHandle],
        (name, spec): (&str, &Spec<f32>),
    ) -> Result<Self, LaneError> {
        let place = |field: &str| format!("softs.{name}.{field}");
        let segments = spec.form.segments().iter();
        if segments.clone().any(|count| *count == 0) {
            return Err(LaneError::invalid(place("form"), "`segments` must be 1 or more"));
        }
        if !(spec.radius_m > 0.0 && spec.mass_kg > 0.0) {
            return Err(LaneError::invalid(
                format!("softs.{name}"),
                "`radius_m` and `mass_kg` must be above 0",
            ));
        }
        let vertices = spec.form.vertices();
        let builder = match &spec.form {
            SoftForm::Rope { along_m, segments } => {
                let points = rope(along_m, *segments).ok_or_else(|| {
                    LaneError::invalid(place("form.rope.along_m"), "wants points that are apart")
                })?;
                wire(points, &spec.form)
            }
            SoftForm::Net {
                knots_m,
                cords,
                segments,
            } => {
                let points = net(knots_m, cords, *segments).map_err(|cord| {
                    LaneError::invalid(
                        place(&format!("form.net.cords[{cord}]")),
                        "wants two knots that are apart",
                    )
                })?;
                wire(points, &spec.form)
            }
            SoftForm::Cloth {
                corner_m,
                along_m,
                across_m,
                segments: [along, across],
            } => {
                let step = |edge: &[f32; 3], count: u32| Vec3::from(*edge) / count as f32;
                SoftBodyBuilder::cloth(
                    Vec3::from(*corner_m),
                    step(along_m, *along),
                    step(across_m, *across),
                    *along as usize + 1,
                    *across as usize + 1,
                )
            }
            SoftForm::Jelly {
                center_m,
                half_extents_m,
                segments,
                ..
            } => {
                let [x, y, z] = segments.map(|count| count as usize + 1);
                let (center, half) = (Vec3::from(*center_m), Vec3::from(*half_extents_m));
                // Springs would add a stiffness of their own, which a finer grid changes.
                SoftBodyBuilder::cuboid(center, half, x, y, z).cell_model(SoftBodyCellModel::Corotational)
            }
        };
        let mut material = SoftBodyMaterial::uniform(SpringCoefficients::new(spec.stretch_hz, 1.0));
        material.bend_softness = SpringCoefficients::new(spec.bend_hz, 1.0);
        if let SoftForm::Jelly { young_pa, .. } = spec.form {
            material.young_modulus = young_pa;
        }
        let can_tear = spec.tear_strain > 0.0;
        material.tear_strain = can_tear.then_some(spec.tear_strain);
        material.max_tears_per_step = TEARS_A_STEP;
        let surface = ColliderBuilder::ball(spec.radius_m)
            .density(0.0)
            .friction(spec.friction)
            .user_data(u128::from(SOFT));
        let (mut pinned, mut attached) = (Vec::new(), Vec::new());
        for (index, pin) in spec.pins.iter().enumerate() {
            if let Some(vertex) = pin.vertices.iter().find(|vertex| **vertex as usize >= vertices) {
                return Err(LaneError::invalid(
                    place(&format!("pins[{index}].vertices")),
                    format!("there is no vertex {vertex}; there are {vertices}"),
                ));
            }
            match world.bodies.get_index_of(&pin.to) {
                Some(body) => attached.extend(pin.vertices.iter().map(|vertex| (*vertex, bodies[body]))),
                None if pin.to == "world" => pinned.extend(pin.vertices.iter().copied()),
                None => {
                    return Err(LaneError::missing(
                        place(&format!("pins[{index}].to")),
                        "body",
                        &pin.to,
                    ));
                }
            }
        }
        let mut builder = builder
            .mass(spec.mass_kg)
            .material(material)
            .particle_radius(spec.radius_m)
            .surface_collider(surface)
            .pinned_particles(pinned)
            .linear_damping(spec.damping)
            .self_contacts(spec.touches_itself)
            .can_sleep(false);
        if spec.bend_hz <= 0.0 {
            builder = builder.bend_edges(Vec::new());
        }
        let handle = physics.insert_soft_body(builder);
        let PhysicsWorld {
            bodies: all,
            soft_bodies,
            ..
        } = physics;
        let body = soft_bodies.get_mut(handle).expect("it was just inserted");
        for (vertex, holder) in attached {
            body.attach_particle(vertex as usize, holder, all);
        }
        let mut soft = Soft {
            pieces: vec![Piece::whole(handle, vertices)],
            positions: vec![[0.0; 3]; vertices],
            velocities: vec![[0.0; 3]; vertices],
            corners: Vec::new(),
            is_wire: matches!(spec.form, SoftForm::Rope { .. } | SoftForm::Net { .. }),
            can_tear,
        };
        soft.read(physics);
        soft.join(physics);
        Ok(soft)
    }

    /// Copies the state out of the solver.
    pub(crate) fn read(&mut self, physics: &PhysicsWorld) {
        for piece in &self.pieces {
            let body = &physics.soft_bodies[piece.handle];
            let states = body.particle_positions().zip(body.particle_velocities());
            for (vertex, (position, velocity)) in piece.vertices.iter().zip(states) {
                self.positions[*vertex as usize] = position.to_array();
                self.velocities[*vertex as usize] = velocity.to_array();
            }
        }
    }

    /// Takes down which vertices are joined.
    fn join(&mut self, physics: &PhysicsWorld) {
        self.corners.clear();
        if self.can_tear {
            for piece in &self.pieces {
                piece.corners(physics, self.is_wire, &mut self.corners);
            }
        }
    }

    /// Follows those of a step's tears that are its own.
    pub(crate) fn tear(&mut self, physics: &PhysicsWorld, events: &[SoftBodyTearEvent]) {
        let before = self.positions.len();
        for event in events {
            let vertices = self.positions.len() + torn(&mut self.pieces, self.positions.len(), event);
            self.positions.resize(vertices, [0.0; 3]);
            self.velocities.resize(vertices, [0.0; 3]);
        }
        // Of all tears at once: the solver is through with them, and so may several pieces be.
        if self.positions.len() > before {
            self.join(physics);
        }
    }

    /// Its places, as it is drawn: of its vertices, of what can tear of its corners.
    pub(crate) fn drawn(&self) -> impl Iterator<Item = [f32; 3]> + '_ {
        let corners = self.corners.iter().map(|vertex| self.positions[*vertex as usize]);
        let whole = if self.can_tear { 0 } else { self.positions.len() };
        self.positions[..whole].iter().copied().chain(corners)
    }

    /// Looks at the state after a record.
    pub(crate) fn guard(&self, name: impl Fn() -> String) -> Result<(), Fault> {
        let numbers = self.positions.iter().chain(&self.velocities).flatten();
        if !numbers.copied().all(f32::is_finite) {
            return Err(Fault::SoftNonFinite { soft: name() });
        }
        let speeds = self
            .velocities
            .iter()
            .map(|velocity| Vec3::from(*velocity).length());
        let speed_mps = speeds.fold(0.0, f32::max);
        if speed_mps > SPEED_M_PER_SEC {
            return Err(Fault::SoftTooFast {
                soft: name(),
                speed_mps,
                limit_mps: SPEED_M_PER_SEC,
            });
        }
        Ok(())
    }

    pub(crate) fn digest(&self, hasher: &mut Xxh3) {
        hasher.update(bytemuck::cast_slice(&self.positions));
        hasher.update(bytemuck::cast_slice(&self.velocities));
        hasher.update(bytemuck::cast_slice(&self.corners));
    }
}

/// The vertices of a rope along a line through these points, cut into pieces of equal length; nothing where they are not apart.
fn rope(points: &[[f32; 3]], segments: u32) -> Option<Vec<Vec3>> {
    let corners: Vec<Vec3> = points.iter().map(|point| Vec3::from(*point)).collect();
    let lengths: Vec<f32> = corners.windows(2).map(|ends| ends[0].distance(ends[1])).collect();
    let whole: f32 = lengths.iter().sum();
    if !(whole > 0.0 && lengths.iter().all(|length| *length > 0.0)) {
        return None;
    }
    let place = |vertex: u32| {
        let mut left = whole * vertex as f32 / segments as f32;
        for (ends, length) in corners.windows(2).zip(&lengths) {
            if left <= *length {
                return ends[0].lerp(ends[1], left / length);
            }
            left -= length;
        }
        corners[corners.len() - 1]
    };
    Some((0..=segments).map(place).collect())
}

/// The vertices of a net: its knots, and then those within each cord. Where it fails it tells the first cord whose knots are not two, or not
/// apart.
fn net(knots: &[[f32; 3]], cords: &[[u32; 2]], segments: u32) -> Result<Vec<Vec3>, usize> {
    let mut points: Vec<Vec3> = knots.iter().map(|knot| Vec3::from(*knot)).collect();
    for (index, cord) in cords.iter().enumerate() {
        let [from, to] = cord.map(|knot| knots.get(knot as usize).map(|knot| Vec3::from(*knot)));
        let (Some(from), Some(to)) = (from, to) else {
            return Err(index);
        };
        if from.distance(to) <= 0.0 {
            return Err(index);
        }
        points.extend((1..segments).map(|at| from.lerp(to, at as f32 / segments as f32)));
    }
    Ok(points)
}

/// What is made of lines: each piece of a line is an edge that touches, and each two pieces in a row may resist bending.
fn wire(points: Vec<Vec3>, form: &SoftForm<f32>) -> SoftBodyBuilder {
    let (mut edges, mut bends) = (Vec::new(), Vec::new());
    for line in form.lines() {
        edges.extend(line.windows(2).map(|ends| [ends[0], ends[1]]));
        bends.extend(line.windows(3).map(|ends| [ends[0], ends[2]]));
    }
    SoftBodyBuilder::new(points)
        .wire(edges.clone())
        .edges(edges)
        .bend_edges(bends)
}
