//! What may be seen of a lane: a borrow, for sensors, tasks and policies. It cannot change anything.

use crate::action::ActionSpace;
use crate::contacts::touches;
pub use crate::contacts::{Collision, Contact};
use crate::lane::{BodyRow, Lane, pose_of};
pub use crate::mechanisms::Wear;
pub use crate::mechanisms::{Ahead, Driving, ImuSample, RouteState, Since};
use crate::telemetry::Reading;
use glam::{Quat, Vec3};
use terrella_spec::pose::Pose;
use terrella_spec::world::World;

/// A body's state, in the world's frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BodyState {
    /// Position of its origin, m.
    pub position_m: Vec3,
    /// Orientation.
    pub rotation: Quat,
    /// Velocity of its centre of mass, m/s.
    pub linear_velocity_mps: Vec3,
    /// Angular velocity, rad/s.
    pub angular_velocity_radps: Vec3,
}

/// A lane at one moment.
#[derive(Clone, Copy)]
pub struct StepView<'a> {
    lane: &'a Lane,
}

impl<'a> StepView<'a> {
    pub(crate) fn new(lane: &'a Lane) -> Self {
        StepView { lane }
    }

    /// The world as it was planned.
    pub fn world(&self) -> &'a World<f32> {
        &self.lane.plan.world
    }

    /// Records made so far.
    pub fn step(&self) -> u32 {
        self.lane.step
    }

    /// Time since the start, s.
    pub fn time_secs(&self) -> f32 {
        self.lane.step as f32 / self.world().control_hz as f32
    }

    /// Time between two records, s.
    pub fn record_secs(&self) -> f32 {
        1.0 / self.world().control_hz as f32
    }

    /// The action's channels.
    pub fn action_space(&self) -> &'a ActionSpace {
        &self.lane.action_space
    }

    /// How many bodies there are.
    pub fn body_count(&self) -> usize {
        self.lane.bodies.len()
    }

    /// The index of the body called `name`.
    pub fn body_index(&self, name: &str) -> Option<usize> {
        self.world().bodies.get_index_of(name)
    }

    /// A body's state. Panics on an index that no body has.
    pub fn body(&self, index: usize) -> BodyState {
        state_of(&self.lane.states[index])
    }

    /// A body's state at the record before, or now where there is none before.
    pub fn body_before(&self, index: usize) -> BodyState {
        let before = self.lane.before.get(index);
        before.map_or_else(|| self.body(index), state_of)
    }

    /// The states of all bodies, in order, as they are recorded.
    pub fn body_rows(&self) -> &'a [BodyRow] {
        &self.lane.states
    }

    /// The state of the body called `name`. Panics where there is none, which is a mistake in a family.
    pub fn body_named(&self, name: &str) -> BodyState {
        let index = self
            .body_index(name)
            .unwrap_or_else(|| panic!("there is no body called `{name}`"));
        self.body(index)
    }

    /// A body's mass, kg; 0 for what forces do not move.
    pub fn mass_kg(&self, index: usize) -> f32 {
        let body = &self.lane.physics.bodies[self.lane.bodies[index]];
        if body.is_dynamic() { body.mass() } else { 0.0 }
    }

    /// Where a body's centre of mass is, in its own frame, m; nothing of what forces do not move.
    pub fn center_of_mass_m(&self, index: usize) -> Option<Vec3> {
        let body = &self.lane.physics.bodies[self.lane.bodies[index]];
        body.is_dynamic().then(|| body.local_center_of_mass())
    }

    /// What an accelerometer at a body's centre of mass reads: the mean, since the last record, of its acceleration less
    /// gravity, in the body's own frame, m/s^2.
    pub fn specific_force(&self, index: usize) -> Vec3 {
        let (before, now) = (self.body_before(index), self.body(index));
        let per_sec = self.world().control_hz as f32;
        let acceleration = (now.linear_velocity_mps - before.linear_velocity_mps) * per_sec;
        now.rotation.inverse() * (acceleration - Vec3::from_array(self.world().gravity_mps2))
    }

    /// How hard a body is touched: the sum of the normal forces at all its contacts in the last physics step, N.
    pub fn touch_n(&self, index: usize) -> f32 {
        let physics = &self.lane.physics;
        let touches = touches(physics, self.lane.bodies[index]);
        let impulse_ns: f32 = touches.iter().map(|(_, impulse)| impulse).sum();
        impulse_ns / physics.integration_parameters.dt
    }

    /// Poses of all bodies, in order.
    pub fn poses(&self, into: &mut Vec<Pose>) {
        into.clear();
        into.extend(self.lane.states.iter().map(pose_of));
    }

    /// The index of the joint called `name`.
    pub fn joint_index(&self, name: &str) -> Option<usize> {
        self.world().joints.get_index_of(name)
    }

    /// How many joints there are.
    pub fn joint_count(&self) -> usize {
        self.lane.joints.len()
    }

    /// Position of a hinge (rad, in (-pi, pi]) or slider (m); 0 for other joints.
    pub fn joint_position(&self, index: usize) -> f32 {
        self.lane.joints[index].position(&self.lane.physics)
    }

    /// Velocity of a hinge (rad/s) or slider (m/s); 0 for other joints.
    pub fn joint_velocity(&self, index: usize) -> f32 {
        self.lane.joints[index].velocity(&self.lane.physics)
    }

    /// The index of the liquid called `name`.
    pub fn liquid_index(&self, name: &str) -> Option<usize> {
        self.world().liquids.get_index_of(name)
    }

    /// How many liquids there are.
    pub fn liquid_count(&self) -> usize {
        self.lane.liquids.len()
    }

    /// What is made of points, as it is drawn: positions of the particles of all liquids and then of the vertices of all soft
    /// bodies, in order, m, in the world's frame. Of a soft body that can tear, in place of its vertices, those of its corners.
    pub fn points(&self, into: &mut Vec<Vec<[f32; 3]>>) {
        into.resize_with(self.liquid_count() + self.soft_count(), Vec::new);
        let (liquids, softs) = into.split_at_mut(self.liquid_count());
        for (own, liquid) in liquids.iter_mut().zip(&self.lane.liquids) {
            own.clone_from(&liquid.positions);
        }
        for (own, soft) in softs.iter_mut().zip(&self.lane.softs) {
            own.clear();
            own.extend(soft.drawn());
        }
    }

    /// The index of the soft body called `name`.
    pub fn soft_index(&self, name: &str) -> Option<usize> {
        self.world().softs.get_index_of(name)
    }

    /// How many soft bodies there are.
    pub fn soft_count(&self) -> usize {
        self.lane.softs.len()
    }

    /// Which vertices of a soft body that can tear are joined: two for each segment of a rope or net, three for each triangle of another's
    /// surface. Nothing where it cannot tear.
    pub fn soft_corners(&self, index: usize) -> &'a [u32] {
        &self.lane.softs[index].corners
    }

    /// In how many pieces a soft body is.
    pub fn soft_pieces(&self, index: usize) -> usize {
        self.lane.softs[index].pieces.len()
    }

    /// Positions of a soft body's vertices, m, in the world's frame. Where it was torn through a vertex there are two from then on,
    /// the new one behind all others.
    pub fn soft_positions(&self, index: usize) -> &'a [[f32; 3]] {
        &self.lane.softs[index].positions
    }

    /// Velocities of a soft body's vertices, m/s.
    pub fn soft_velocities(&self, index: usize) -> &'a [[f32; 3]] {
        &self.lane.softs[index].velocities
    }

    /// Positions of a liquid's particles, m, in the world's frame. A particle keeps its place in the list.
    pub fn liquid_positions(&self, index: usize) -> &'a [[f32; 3]] {
        &self.lane.liquids[index].positions
    }

    /// Velocities of a liquid's particles, m/s.
    pub fn liquid_velocities(&self, index: usize) -> &'a [[f32; 3]] {
        &self.lane.liquids[index].velocities
    }

    /// Volume of each particle of a liquid, m^3.
    pub fn liquid_particle_volume_m3(&self, index: usize) -> f32 {
        self.lane.liquids[index].particle_volume()
    }

    /// How many particles of a liquid are in a box that lies in the frame of a pose.
    pub fn liquid_particles_in(
        &self,
        index: usize,
        frame: &Pose,
        low_m: [f32; 3],
        high_m: [f32; 3],
    ) -> usize {
        self.lane.liquids[index].inside(frame, low_m, high_m).count()
    }

    /// The index of the mechanism called `name`.
    pub fn mechanism_index(&self, name: &str) -> Option<usize> {
        self.world().mechanisms.get_index_of(name)
    }

    /// What a mechanism shows of its state (see its channels in [`crate::observe`]).
    pub fn mechanism_state(&self, index: usize) -> f32 {
        self.lane.machines[index].shown()
    }

    /// Where a `diff_drive` believes to be by its wheels, in the frame of its start: x and y, m, and heading, rad. Zeros of
    /// other mechanisms.
    pub fn odometry(&self, mechanism: usize) -> [f32; 3] {
        self.lane.machines[mechanism].odometry()
    }

    /// The body that a grip or lifter holds.
    /// What the mechanisms reported at the last record, as their faults let them: a number for each of
    /// [`crate::telemetry::readings`], in its unit.
    pub fn telemetry(&self) -> &'a [f32] {
        &self.lane.telemetry
    }

    /// What telemetry there is, in the order of [`StepView::telemetry`].
    pub fn readings(&self) -> &'a [Reading] {
        &self.lane.readings
    }

    /// Present severity of a fault, 0..1, by its index among the world's faults.
    pub fn fault_severity(&self, index: usize) -> f32 {
        self.world().faults[index].severity_at(self.time_secs())
    }

    /// How far a mechanism has worn, where it wears.
    pub fn wear(&self, mechanism: usize) -> Option<Wear> {
        self.lane.machines[mechanism].wear()
    }

    /// The body that a grip holds.
    pub fn held_by(&self, mechanism: usize) -> Option<usize> {
        self.lane.machines[mechanism].held()
    }

    /// What a route tells of its body; nothing where the mechanism is no route.
    pub fn route(&self, mechanism: usize) -> Option<RouteState> {
        self.lane.machines[mechanism].route()
    }

    /// The thrust of each rotor, N, that makes this thrust of all, N, and this angular acceleration of their body, which turns so fast now,
    /// rad/s^2 and rad/s in its own frame, as far as they can: yaw is given up first. Nothing where the mechanism is no rotors.
    pub fn rotor_thrusts(
        &self,
        mechanism: usize,
        thrust_n: f32,
        spin_up_radps2: Vec3,
        rates_radps: Vec3,
    ) -> Option<[f32; 4]> {
        self.lane.machines[mechanism].rotor_thrusts(thrust_n, spin_up_radps2, rates_radps)
    }

    /// What an inertial measuring unit read since the record before, a sample for each physics step, the oldest first; nothing where
    /// the mechanism is none.
    pub fn imu_samples(&self, mechanism: usize) -> Vec<ImuSample> {
        self.lane.machines[mechanism].imu_samples()
    }

    /// What a satellite receiver tells: position, m, and velocity, m/s, in the world's frame. Zeros where it hears nothing, and of
    /// other mechanisms.
    pub fn fix(&self, mechanism: usize) -> [f32; 6] {
        self.lane.machines[mechanism].fix()
    }

    /// How long a platformer still stands after a blow, s; 0 of one that can act, and of other mechanisms.
    pub fn stunned_secs(&self, mechanism: usize) -> f32 {
        self.lane.machines[mechanism].stunned_secs()
    }

    /// What the agents of traffic see and did since the last record, in their order; nobody where the mechanism is no traffic.
    pub fn drivings(&self, mechanism: usize) -> Vec<Driving> {
        let Lane {
            machines,
            physics,
            bodies,
            signals,
            ..
        } = self.lane;
        machines[mechanism].drivings(physics, bodies, signals)
    }

    /// The contacts since the last record, sorted by bodies. Empty unless the lane gathers them.
    pub fn contacts(&self) -> &'a [Contact] {
        &self.lane.contacts.contacts
    }

    /// The pairs of bodies that have begun to push each other since the last record, by time. A pair that has come together counts once
    /// until it has been apart. Empty unless the lane gathers contacts.
    pub fn collisions(&self) -> &'a [Collision] {
        &self.lane.contacts.collisions
    }

    /// The mean force since the last record on each body from outside of the solver, by mechanisms, liquids and hands, N. Weight, contacts,
    /// soft bodies and joints are not in it. Empty unless the lane gathers forces.
    pub fn pushes_n(&self) -> Vec<Vec3> {
        let per_sec = self.world().control_hz as f32;
        let pushes = self.lane.pushes.iter();
        let impulses = pushes.flat_map(|pushes| &pushes.impulses_ns);
        impulses.map(|impulse| *impulse * per_sec).collect()
    }

    /// Pairs of bodies that are joined now beside the joints of the world, as a grip joins them; none is the fixed world.
    pub fn other_links(&self) -> Vec<[Option<usize>; 2]> {
        crate::pushes::other_links(&self.lane.physics, &self.lane.bodies, &self.lane.joints)
    }

    /// True where a soft body touches a body.
    pub fn touches_soft(&self, index: usize) -> bool {
        crate::pushes::touches_soft(&self.lane.physics, self.lane.bodies[index])
    }

    /// Distance from a point to the surface of a body, m; 0 inside it.
    pub fn distance_to_body(&self, index: usize, point_m: Vec3) -> f32 {
        crate::lane::distance_to(&self.lane.physics, self.lane.bodies[index], point_m)
    }

    /// How far a body can be lowered, without being turned, until it touches another one, m; 0 where it touches one already. None:
    /// there is nothing below.
    pub fn fall_m(&self, index: usize) -> Option<f32> {
        crate::fall::fall_m(&self.lane.physics, self.lane.bodies[index])
    }

    /// A hash of the whole state that the future depends on.
    pub fn digest(&self) -> u64 {
        self.lane.digest()
    }

    /// A copy of the lane that goes its own way from here: bit for bit the same until acted on otherwise.
    pub fn fork(&self) -> Lane {
        self.lane.fork()
    }
}

fn state_of(row: &BodyRow) -> BodyState {
    let [px, py, pz, qx, qy, qz, qw, vx, vy, vz, wx, wy, wz] = *row;
    BodyState {
        position_m: Vec3::new(px, py, pz),
        rotation: Quat::from_xyzw(qx, qy, qz, qw),
        linear_velocity_mps: Vec3::new(vx, vy, vz),
        angular_velocity_radps: Vec3::new(wx, wy, wz),
    }
}
