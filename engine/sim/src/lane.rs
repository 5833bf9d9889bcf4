//! A lane: one deterministic world with its mechanisms, stepped by actions.

use crate::action::ActionSpace;
use crate::contacts::ContactLog;
use crate::fault::{Fault, LaneError};
use crate::guards::Guards;
use crate::joints::{self, LaneJoint};
use crate::liquid::{Liquid, Room};
use crate::mechanisms::belt::Surfaces;
use crate::mechanisms::{Machine, Measured, Scope, Signal};
use crate::pairs;
use crate::physics::{foresee, integration_parameters};
use crate::pushes::Pushes;
use crate::shapes;
use crate::softs::Soft;
use crate::tears::Tears;
use crate::telemetry::{self, Faults, Reading};
use crate::view::StepView;
use glam::{Quat, Vec3};
use rapier3d::dynamics::{
    CCDSolver, CoefficientCombineRule, RigidBodyBuilder, RigidBodyHandle, RigidBodyType,
};
use rapier3d::geometry::{ColliderBuilder, InteractionGroups};
use rapier3d::math::Pose;
use rapier3d::pipeline::{CollisionPipeline, EventHandler, PhysicsPipeline, PhysicsWorld};
use std::sync::Arc;
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::{Body, Combine, FaultKind, Motion, Preset, World};
use xxhash_rust::xxh3::Xxh3;

/// The name of the fixed world as a joint's parent.
const WORLD: &str = "world";

#[cfg(target_endian = "big")]
compile_error!("states are hashed as little-endian numbers, as they lie in memory");

/// A body's state as it is recorded: position (m), orientation as a unit quaternion x y z w, velocity of the centre of
/// mass (m/s), angular velocity (rad/s); all in the world's frame.
pub type BodyRow = [f32; 13];

/// One deterministic world.
pub struct Lane {
    pub(crate) plan: Arc<WorldPlan>,
    pub(crate) physics: PhysicsWorld,
    /// In the order of the plan's bodies.
    pub(crate) bodies: Vec<RigidBodyHandle>,
    /// Copied out of the solver once a record, for the guard, the digest and the sensors: the solver's bodies are spread
    /// over much memory. **Invariant:** true of this moment, but while a step is under way.
    pub(crate) states: Vec<BodyRow>,
    /// The states of the record before; none at the start. Nothing of the future depends on them.
    pub(crate) before: Vec<BodyRow>,
    guards: Guards,
    pub(crate) joints: Vec<LaneJoint>,
    /// In the order of the plan's liquids.
    pub(crate) liquids: Vec<Liquid>,
    rooms: Vec<Room>,
    /// In the order of the plan's soft bodies. **Invariant:** as with the states of bodies.
    pub(crate) softs: Vec<Soft>,
    pub(crate) machines: Vec<Machine>,
    pub(crate) signals: Vec<Signal>,
    pub(crate) readings: Arc<Vec<Reading>>,
    /// What the mechanisms reported at the last record, as their faults let them: a number for each reading.
    pub(crate) telemetry: Vec<f32>,
    pub(crate) action_space: ActionSpace,
    /// How many inputs each mechanism has.
    input_counts: Vec<usize>,
    /// The clamped action; kept for its room.
    inputs: Vec<f32>,
    pub(crate) step: u32,
    substeps: u32,
    gathers_contacts: bool,
    pub(crate) contacts: ContactLog,
    /// Gathered where somebody wants to know.
    pub(crate) pushes: Option<Pushes>,
    tug: Option<Tug>,
}

/// A spring by which somebody from outside of the world pulls a body: a person in an editor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tug {
    /// The body, by its index; those that forces do not move are not pulled.
    pub body: usize,
    /// Where the spring is fastened, in the body's frame, m.
    pub anchor_m: [f32; 3],
    /// Where it pulls to, in the world's frame, m.
    pub target_m: [f32; 3],
}

/// How fast a body on a tug would swing, rad/s; the spring is as stiff as its mass needs.
const TUG_RADPS: f32 = 12.0;

impl Lane {
    /// Makes the world of a plan.
    pub fn new(plan: Arc<WorldPlan>) -> Result<Lane, LaneError> {
        let world = &plan.world;
        let (step_hz, control_hz) = (world.physics.step_hz(), world.control_hz);
        if control_hz == 0 || !step_hz.is_multiple_of(control_hz) {
            return Err(LaneError::invalid(
                "physics.step_hz",
                format!("{step_hz} physics steps a second must be a multiple of control_hz = {control_hz}"),
            ));
        }
        let mut physics = PhysicsWorld {
            gravity: world.gravity_mps2.into(),
            integration_parameters: integration_parameters(world.physics),
            ..PhysicsWorld::new()
        };
        let has_grains = world.physics.preset == Preset::Granular;
        if has_grains || world.bodies.values().any(|body| body.shape.has_ellipsoid()) {
            let dispatcher = pairs::dispatcher(has_grains);
            physics.narrow_phase.set_query_dispatcher(dispatcher);
        }
        let mut bodies = Vec::with_capacity(world.bodies.len());
        for (index, (name, body)) in world.bodies.iter().enumerate() {
            bodies.push(insert_body(&mut physics, &format!("bodies.{name}"), index, body)?);
        }
        if has_grains {
            foresee(&mut physics);
        }
        let mut joints = Vec::with_capacity(world.joints.len());
        let mut ground = None;
        for (name, joint) in &world.joints {
            let place = format!("joints.{name}");
            let mut find = |end: &str, body: &str| match world.bodies.get_index_of(body) {
                Some(index) => Ok(bodies[index]),
                None if body == WORLD => {
                    Ok(*ground.get_or_insert_with(|| physics.insert_body(RigidBodyBuilder::fixed())))
                }
                None => Err(LaneError::missing(format!("{place}.{end}"), "body", body)),
            };
            let (parent, child) = (find("parent", &joint.parent)?, find("child", &joint.child)?);
            joints.push(joints::insert(&mut physics, &place, joint, parent, child)?);
        }
        let mut liquids = Vec::with_capacity(world.liquids.len());
        let mut rooms = Vec::new();
        for (name, liquid) in &world.liquids {
            liquids.push(Liquid::new(name, liquid, &physics, &bodies)?);
            rooms.push(Room::default());
        }
        let mut softs = Vec::with_capacity(world.softs.len());
        for (name, soft) in &world.softs {
            softs.push(Soft::new(&mut physics, world, &bodies, (name, soft))?);
        }
        let mut machines = Vec::with_capacity(world.mechanisms.len());
        let mut action_space = ActionSpace::default();
        let mut input_counts = Vec::with_capacity(world.mechanisms.len());
        for (name, mechanism) in &world.mechanisms {
            let machine = Machine::new(world, &bodies, &mut physics, name, mechanism)?;
            let channels = machine.channels(name);
            input_counts.push(channels.len());
            action_space.channels.extend(channels);
            machines.push(machine);
        }
        check_faults(world)?;
        let signals = vec![Signal::default(); machines.len()];
        let mut lane = Lane {
            substeps: step_hz / control_hz,
            physics,
            states: Vec::with_capacity(bodies.len()),
            before: Vec::new(),
            guards: Guards::default(),
            bodies,
            joints,
            liquids,
            rooms,
            softs,
            machines,
            signals,
            readings: Arc::new(telemetry::readings(world)),
            telemetry: Vec::new(),
            action_space,
            input_counts,
            inputs: Vec::new(),
            step: 0,
            gathers_contacts: false,
            contacts: ContactLog::default(),
            pushes: None,
            tug: None,
            plan,
        };
        lane.read_states();
        let bodies = 0..lane.bodies.len();
        let masses_kg = bodies.map(|index| lane.view().mass_kg(index)).collect();
        lane.guards = Guards::new(masses_kg, &lane.states);
        Ok(lane)
    }

    /// Gathers the contacts and collisions between records from now on; costs some 5 % of the physics.
    pub fn gather_contacts(&mut self) {
        self.gathers_contacts = true;
    }

    /// Gathers the contacts between records from now on, and what acts on bodies from outside of the solver: for who wants to know
    /// what forces there are.
    pub fn gather_forces(&mut self) {
        self.gathers_contacts = true;
        self.pushes = Some(Pushes::default());
    }

    /// What was planned.
    pub fn plan(&self) -> &Arc<WorldPlan> {
        &self.plan
    }

    /// What may be seen.
    pub fn view(&self) -> StepView<'_> {
        StepView::new(self)
    }

    /// Goes on by one record with this action (clamped to its ranges; as long as the action space).
    pub fn step(&mut self, action: &[f32]) -> Result<(), Fault> {
        assert_eq!(
            action.len(),
            self.action_space.len(),
            "an action has one number for each channel"
        );
        for (value, channel) in action.iter().zip(&self.action_space.channels) {
            if !value.is_finite() {
                return Err(Fault::BadAction {
                    channel: channel.name.clone(),
                });
            }
        }
        self.contacts.clear();
        if let Some(pushes) = &mut self.pushes {
            pushes.clear(self.bodies.len());
        }
        for substep in 0..self.substeps {
            if let Some(pushes) = &mut self.pushes {
                pushes.begin(&self.physics, &self.bodies);
            }
            self.act(action, substep);
            self.pull();
            self.flow(substep);
            if let Some(pushes) = &mut self.pushes {
                pushes.add(&self.physics, &self.bodies);
            }
            self.step_physics();
            if self.gathers_contacts {
                let done = self.step * self.substeps + substep + 1;
                self.contacts.gather(&self.physics, done, self.pushes.is_some());
            }
            self.guard_quarantine()?;
        }
        self.step += 1;
        self.read_states();
        let name = |index| body_name(&self.plan, index);
        self.guards.look(&self.states, name)?;
        self.guards.look_at_contacts(self.step, &self.physics, name)?;
        for (liquid, name) in self.liquids.iter().zip(self.plan.world.liquids.keys()) {
            liquid.guard(|| name.clone())?;
        }
        for (soft, name) in self.softs.iter().zip(self.plan.world.softs.keys()) {
            soft.guard(|| name.clone())?;
        }
        Ok(())
    }

    /// Somebody from outside pulls a body in the records to come, until told otherwise. No dataset is made with it: what happens
    /// is no function of the actions any more.
    pub fn tug(&mut self, tug: Option<Tug>) {
        self.tug = tug;
    }

    /// Lets the tug pull: a critically damped spring.
    fn pull(&mut self) {
        let Some(tug) = self.tug else { return };
        let dt_secs = self.physics.integration_parameters.dt;
        let Some(handle) = self.bodies.get(tug.body) else {
            return;
        };
        let body = &mut self.physics.bodies[*handle];
        if !body.is_dynamic() {
            return;
        }
        let anchor = body.translation() + body.rotation() * Vec3::from_array(tug.anchor_m);
        let away = Vec3::from_array(tug.target_m) - anchor;
        let force = body.mass() * TUG_RADPS * (TUG_RADPS * away - 2.0 * body.velocity_at_point(anchor));
        body.apply_impulse_at_point(force * dt_secs, anchor, true);
    }

    /// Lets the liquids go on by one physics step.
    fn flow(&mut self, substep: u32) {
        for (liquid, room) in self.liquids.iter_mut().zip(&mut self.rooms) {
            let when = [substep, self.substeps];
            liquid.step(&mut self.physics, &self.bodies, room, when);
        }
    }

    fn read_states(&mut self) {
        let bodies = &self.physics.bodies;
        std::mem::swap(&mut self.before, &mut self.states);
        self.states.clear();
        self.states.extend(self.bodies.iter().map(|handle| {
            let body = &bodies[*handle];
            let (p, q, v, w) = (body.translation(), body.rotation(), body.linvel(), body.angvel());
            [p.x, p.y, p.z, q.x, q.y, q.z, q.w, v.x, v.y, v.z, w.x, w.y, w.z]
        }));
        for soft in &mut self.softs {
            soft.read(&self.physics);
        }
        let seen = Measured {
            physics: &self.physics,
            bodies: &self.bodies,
            states: &self.states,
            joints: &self.joints,
            liquids: &self.liquids,
            record_secs: 1.0 / self.plan.world.control_hz as f32,
        };
        for machine in &mut self.machines {
            machine.measure(&seen);
        }
        self.read_telemetry();
    }

    /// Takes down what the mechanisms report.
    fn read_telemetry(&mut self) {
        if self.readings.is_empty() {
            return;
        }
        let values = self.machines.iter().flat_map(Machine::telemetry);
        if self.plan.world.faults.is_empty() {
            self.telemetry.clear();
            self.telemetry.extend(values);
            return;
        }
        let last = std::mem::take(&mut self.telemetry);
        let all: Vec<f32> = values.collect();
        for (index, (reading, value)) in self.readings.iter().zip(all).enumerate() {
            self.telemetry.push(if reading.role == telemetry::Role::Feedback {
                let faults = self.faults(reading.mechanism, self.view().time_secs());
                let chance = telemetry::chance(self.step, index);
                faults.report(value, reading.span, last.get(index).copied(), chance)
            } else {
                value
            });
        }
    }

    /// The faults of a mechanism at a time.
    fn faults(&self, mechanism: usize, secs: f32) -> Faults {
        let world = &self.plan.world;
        if world.faults.is_empty() {
            return Faults::default();
        }
        let name = world.mechanisms.get_index(mechanism).expect("a mechanism").0;
        Faults::of(name, world.faults.values(), secs)
    }

    /// Lets the solver go on by one physics step.
    fn step_physics(&mut self) {
        let surface = |machine: &Machine| machine.surface(&self.physics, &self.bodies);
        let surfaces = Surfaces(self.machines.iter().filter_map(surface).collect());
        let tears = Tears::default();
        let can_tear = self.softs.iter().any(|soft| soft.can_tear);
        let events: &dyn EventHandler = if can_tear { &tears } else { &() };
        if surfaces.0.is_empty() {
            self.physics.step_with_events(&(), events);
        } else {
            self.physics.step_with_events(&surfaces, events);
        }
        let events = tears.events();
        for soft in &mut self.softs {
            soft.tear(&self.physics, &events);
        }
    }

    /// Lets every mechanism act on the next physics step.
    fn act(&mut self, action: &[f32], substep: u32) {
        if self.machines.is_empty() {
            return;
        }
        for handle in &self.bodies {
            let body = &mut self.physics.bodies[*handle];
            if body.is_dynamic() && (body.user_force() != Vec3::ZERO || body.user_torque() != Vec3::ZERO) {
                body.reset_forces(false);
                body.reset_torques(false);
            }
        }
        self.inputs.clear();
        self.inputs.extend_from_slice(action);
        self.action_space.clamp(&mut self.inputs);
        let steps = f64::from(self.step) * f64::from(self.substeps) + f64::from(substep);
        let secs = (steps / f64::from(self.plan.world.physics.step_hz())) as f32;
        let mut first = 0;
        for index in 0..self.machines.len() {
            let faults = self.faults(index, secs);
            let count = self.input_counts[index];
            let inputs = &self.inputs[first..first + count];
            first += count;
            let mut scope = Scope {
                faults,
                physics: &mut self.physics,
                bodies: &self.bodies,
                joints: &self.joints,
                signals: &self.signals,
            };
            self.signals[index] = self.machines[index].act(&mut scope, inputs);
        }
    }

    /// Goes on by one record with the solver alone: no action, no mechanisms, no guards. What recording is measured
    /// against; not a way to make data.
    pub fn step_bare(&mut self) {
        for substep in 0..self.substeps {
            self.flow(substep);
            self.step_physics();
        }
    }

    fn guard_quarantine(&self) -> Result<(), Fault> {
        let quarantine = self.physics.quarantine();
        if quarantine.is_empty() {
            return Ok(());
        }
        let softs = self.softs.iter().zip(self.plan.world.softs.keys());
        for (soft, name) in softs {
            let bad = quarantine.soft_bodies();
            if soft.pieces.iter().any(|piece| bad.contains(&piece.handle)) {
                return Err(Fault::Quarantined { body: name.clone() });
            }
        }
        let name = quarantine
            .bodies()
            .first()
            .and_then(|bad| self.bodies.iter().position(|handle| handle == bad));
        Err(Fault::Quarantined {
            body: name.map_or("?".to_string(), |index| body_name(&self.plan, index)),
        })
    }

    /// A hash of the state: poses and velocities of all bodies, the mechanisms, the liquids, and the soft bodies.
    pub fn digest(&self) -> u64 {
        let mut hasher = Xxh3::new();
        hasher.update(bytemuck::cast_slice(&self.states));
        for machine in &self.machines {
            for number in machine.memory().into_iter().chain(machine.waiting()) {
                hasher.update(&number.to_le_bytes());
            }
        }
        for liquid in &self.liquids {
            liquid.digest(&mut hasher);
        }
        // A report that is held is memory too.
        let held = |fault: &terrella_spec::world::Fault<f32>| fault.kind == FaultKind::Dropout;
        if self.plan.world.faults.values().any(held) {
            hasher.update(bytemuck::cast_slice(&self.telemetry));
        }
        for soft in &self.softs {
            soft.digest(&mut hasher);
        }
        hasher.digest()
    }

    /// A copy that goes its own way: bit for bit the same until acted on otherwise.
    pub fn fork(&self) -> Lane {
        let world = &self.physics;
        Lane {
            plan: self.plan.clone(),
            physics: PhysicsWorld {
                gravity: world.gravity,
                integration_parameters: world.integration_parameters,
                // Fresh: a pipeline remembers buffers of its own world's joints.
                physics_pipeline: PhysicsPipeline::new(),
                collision_pipeline: CollisionPipeline::new(),
                islands: world.islands.clone(),
                broad_phase: world.broad_phase.clone(),
                narrow_phase: world.narrow_phase.clone(),
                bodies: world.bodies.clone(),
                colliders: world.colliders.clone(),
                impulse_joints: world.impulse_joints.clone(),
                multibody_joints: world.multibody_joints.clone(),
                soft_bodies: world.soft_bodies.clone(),
                ccd_solver: CCDSolver::new(),
            },
            bodies: self.bodies.clone(),
            states: self.states.clone(),
            before: self.before.clone(),
            guards: self.guards.clone(),
            joints: self.joints.clone(),
            liquids: self.liquids.clone(),
            rooms: self.liquids.iter().map(|_| Room::default()).collect(),
            softs: self.softs.clone(),
            machines: self.machines.clone(),
            signals: self.signals.clone(),
            readings: self.readings.clone(),
            telemetry: self.telemetry.clone(),
            action_space: self.action_space.clone(),
            input_counts: self.input_counts.clone(),
            inputs: Vec::new(),
            tug: self.tug,
            step: self.step,
            substeps: self.substeps,
            gathers_contacts: self.gathers_contacts,
            contacts: self.contacts.clone(),
            pushes: self.pushes.clone(),
        }
    }
}

pub(crate) fn pose_of(row: &BodyRow) -> terrella_spec::pose::Pose {
    terrella_spec::pose::Pose {
        position_m: [row[0], row[1], row[2]],
        rotation_xyzw: [row[3], row[4], row[5], row[6]],
    }
}

/// Checks that every fault has a mechanism that can have it.
fn check_faults(world: &World<f32>) -> Result<(), LaneError> {
    for (name, fault) in &world.faults {
        let Some(mechanism) = world.mechanisms.get(&fault.mechanism) else {
            let place = format!("faults.{name}.mechanism");
            return Err(LaneError::missing(place, "mechanism", &fault.mechanism));
        };
        let kinds = mechanism.fault_kinds();
        if !kinds.contains(&fault.kind) {
            let known: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
            let (kind, of) = (fault.kind.name(), &fault.mechanism);
            let reason = if known.is_empty() {
                format!("`{of}` is a mechanism that has no faults")
            } else {
                format!("`{of}` cannot be {kind}; it can have: {}", known.join(", "))
            };
            return Err(LaneError::invalid(format!("faults.{name}.kind"), reason));
        }
    }
    Ok(())
}

fn body_name(plan: &WorldPlan, index: usize) -> String {
    let body = plan.world.bodies.get_index(index);
    body.map_or("?", |(name, _)| name).to_string()
}

fn insert_body(
    physics: &mut PhysicsWorld,
    place: &str,
    index: usize,
    body: &Body<f32>,
) -> Result<RigidBodyHandle, LaneError> {
    let kind = match body.motion {
        Motion::Dynamic => RigidBodyType::Dynamic,
        Motion::Fixed => RigidBodyType::Fixed,
        Motion::Kinematic => RigidBodyType::KinematicPositionBased,
    };
    let pose = Pose {
        translation: body.position_m.into(),
        rotation: Quat::from_array(body.rotation.quaternion_xyzw()),
        ..Pose::IDENTITY
    };
    let mut builder = RigidBodyBuilder::new(kind)
        .pose(pose)
        .user_data(index as u128)
        .linear_damping(body.linear_damping)
        .angular_damping(body.angular_damping)
        .gravity_scale(body.gravity_scale)
        // A body that falls asleep stops 1 cm early: what is recorded never sleeps.
        .can_sleep(false)
        .allow_fast_rotation(true)
        .ccd_enabled(body.swept);
    if body.motion == Motion::Dynamic {
        builder = builder
            .linvel(body.linear_velocity_mps.into())
            .angvel(body.angular_velocity_radps.into());
    }
    let handle = physics.insert_body(builder);
    let parts = shapes::colliders(&format!("{place}.shape"), &body.shape)?;
    let volumes: Vec<f32> = parts
        .iter()
        .map(|(_, shape)| shape.mass_properties(1.0).mass())
        .collect();
    let total: f32 = volumes.iter().sum();
    let material = &body.material;
    for ((local, shape), volume) in parts.into_iter().zip(volumes) {
        let mut collider = ColliderBuilder::new(shape)
            .position(local)
            .user_data(index as u128)
            .friction(material.friction)
            .friction_combine_rule(rule(material.friction_combine))
            .restitution(material.restitution)
            .restitution_combine_rule(rule(material.restitution_combine));
        if body.motion == Motion::Dynamic {
            collider = match material.mass_kg {
                None => collider.density(material.density_kgpm3),
                Some(mass) if total > 0.0 => collider.mass(mass * (volume / total)),
                Some(_) => {
                    return Err(LaneError::invalid(
                        format!("{place}.shape"),
                        "a dynamic body wants a shape with a volume: a closed mesh, no height field or half space",
                    ));
                }
            };
        }
        if !body.collides {
            collider = collider.collision_groups(InteractionGroups::none());
        }
        physics.insert_collider(collider, Some(handle));
    }
    if body.motion == Motion::Dynamic && !(total > 0.0 && total.is_finite()) {
        return Err(LaneError::invalid(
            format!("{place}.shape"),
            "a dynamic body wants a shape with a volume: a closed mesh, no height field or half space",
        ));
    }
    if let (Motion::Dynamic, Some(center)) = (body.motion, material.center_of_mass_m) {
        move_center_of_mass(physics, handle, center.into());
    }
    Ok(handle)
}

/// Puts a body's centre of mass elsewhere: the body then carries the mass, and its colliders none.
fn move_center_of_mass(physics: &mut PhysicsWorld, handle: RigidBodyHandle, center: Vec3) {
    let body = &mut physics.bodies[handle];
    body.recompute_mass_properties_from_colliders(&physics.colliders);
    let mut moved = body.mass_properties().local_mprops;
    moved.local_com = center;
    for collider in body.colliders().to_vec() {
        physics.colliders[collider].set_density(0.0);
    }
    let body = &mut physics.bodies[handle];
    body.set_additional_mass_properties(moved, true);
    body.recompute_mass_properties_from_colliders(&physics.colliders);
}

fn rule(combine: Combine) -> CoefficientCombineRule {
    match combine {
        Combine::GeometricMean => CoefficientCombineRule::GeometricMean,
        Combine::Max => CoefficientCombineRule::Max,
        Combine::Min => CoefficientCombineRule::Min,
        Combine::Average => CoefficientCombineRule::Average,
        Combine::Multiply => CoefficientCombineRule::Multiply,
    }
}

/// Distance from a point to a body's surface, m; 0 inside.
pub(crate) fn distance_to(physics: &PhysicsWorld, body: RigidBodyHandle, point: Vec3) -> f32 {
    physics.bodies[body]
        .colliders()
        .iter()
        .map(|handle| {
            let collider = &physics.colliders[*handle];
            collider
                .shape()
                .distance_to_point(collider.position(), point, true)
        })
        .fold(f32::INFINITY, f32::min)
}
