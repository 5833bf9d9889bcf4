//! A platformer: an agent of a game that runs, falls, jumps, rides on lifts, pushes what is loose and throws what it carries.

use super::{Act, Names, Scope, Signal, letter, waiting};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::{Quat, Vec3};
use rapier3d::control::{
    CharacterAutostep, CharacterCollision, CharacterLength, KinematicCharacterController,
};
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::geometry::{InteractionGroups, Ray};
use rapier3d::math::Pose;
use rapier3d::pipeline::{PhysicsWorld, QueryFilter};
use serde::{Deserialize, Serialize};
use std::f32::consts::{PI, TAU};
use terrella_spec::world::{Mechanism, Motion};

/// What it meets with a steeper normal than this is ground or ceiling, not a wall.
const WALL_NORMAL_Z: f32 = 0.7;
/// A push yields over the last of this share of the largest speed.
const YIELD_SHARE: f32 = 0.25;
/// What it throws goes this much upwards, as a share of its speed.
const THROW_LIFT: f32 = 0.15;
/// Slower blows than this do not stun, m/s.
const STUNNING_MPS: f32 = 1.0;
/// How fast a head turns, rad/s: about is half a second.
const TURN_RADPS: f32 = 2.0 * PI;
/// Gap that the character controller leaves, m.
const GAP_M: f32 = 0.01;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Platformer {
    body: usize,
    axes: Vec<usize>,
    max_speed: f32,
    jump: f32,
    push_force: f32,
    throws: Vec<usize>,
    throw_speed: f32,
    stunned_by: Vec<usize>,
    stun_secs: f32,
    thrown: usize,
    /// Upward speed, m/s.
    rise: f32,
    grounded: bool,
    /// True while `throw` is up.
    wanted: bool,
    uses: bool,
    facing: Vec3,
    stunned_for: f32,
    head: Option<Head>,
}

/// What shows where it faces.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Head {
    body: usize,
    /// From the platformer's origin to the head's while it faces along x, m.
    offset: Vec3,
    yaw: f32,
}

impl Head {
    /// Turns towards a direction, as far as it can in a step; gives its pose over a place.
    fn turn(&mut self, facing: Vec3, place: Vec3, dt: f32) -> Pose {
        let missing = libm::atan2f(facing.y, facing.x) - self.yaw;
        // The shorter way round.
        let missing = missing - TAU * ((missing + PI) / TAU).floor();
        let most = TURN_RADPS * dt;
        self.yaw += missing.clamp(-most, most);
        self.yaw -= TAU * ((self.yaw + PI) / TAU).floor();
        let rotation = Quat::from_rotation_z(self.yaw);
        Pose {
            translation: place + rotation * self.offset,
            rotation,
            ..Pose::IDENTITY
        }
    }
}

impl Platformer {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &mut PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::Platformer {
            body,
            axes,
            max_speed_mps,
            jump_mps,
            push_force_n,
            throws,
            throw_mps,
            stunned_by,
            stun_secs,
            head,
        } = mechanism
        else {
            unreachable!("called for a platformer");
        };
        let index = names.body("body", body)?;
        if names.world.bodies[index].motion != Motion::Kinematic {
            return Err(LaneError::invalid(
                names.place("body"),
                format!("`{body}` must have motion = \"kinematic\""),
            ));
        }
        let axes = names.axes(axes)?;
        if axes.contains(&2) {
            return Err(LaneError::invalid(
                names.place("axes"),
                "wants x, y or xy: along z it jumps",
            ));
        }
        let head = match head {
            None => None,
            Some(name) => {
                let body = names.kinematic_body("head", name)?;
                let [own, head] = [index, body].map(|body| Vec3::from(names.world.bodies[body].position_m));
                Some(Head {
                    body,
                    offset: head - own,
                    yaw: 0.0,
                })
            }
        };
        Ok(Platformer {
            body: index,
            axes,
            max_speed: *max_speed_mps,
            jump: *jump_mps,
            push_force: *push_force_n,
            throws: waiting::hold(names, "throws", throws, bodies, physics)?,
            throw_speed: *throw_mps,
            stunned_by: stunned_by
                .iter()
                .map(|name| names.body("stunned_by", name))
                .collect::<Result<_, _>>()?,
            stun_secs: *stun_secs,
            thrown: 0,
            rise: 0.0,
            grounded: false,
            wanted: false,
            uses: false,
            facing: Vec3::X,
            stunned_for: 0.0,
            head,
        })
    }

    /// How long it still stands after a blow, s.
    pub(super) fn stunned_secs(&self) -> f32 {
        self.stunned_for
    }

    /// True when one of the bodies that stun it strikes it now.
    fn is_struck(&self, scope: &Scope<'_>) -> bool {
        let own = scope.physics.bodies[scope.bodies[self.body]].colliders()[0];
        self.stunned_by.iter().any(|index| {
            let body = &scope.physics.bodies[scope.bodies[*index]];
            body.linvel().length() >= STUNNING_MPS
                && body.colliders().iter().any(|other| {
                    let pair = scope.physics.contact_pair(own, *other);
                    pair.is_some_and(|pair| pair.has_any_active_contact())
                })
        })
    }

    /// How far what it stands on goes in this step.
    fn carried(&self, physics: &PhysicsWorld, filter: QueryFilter<'_>, own: RigidBodyHandle) -> Vec3 {
        let body = &physics.bodies[own];
        let below = body.colliders()[0];
        let half_height = 0.5 * physics.colliders[below].compute_aabb().extents().z;
        let ray = Ray::new(body.translation(), Vec3::NEG_Z);
        let queries = physics.query_pipeline_with_filter(filter);
        let ground = queries.cast_ray(&ray, half_height + 5.0 * GAP_M, true);
        let ground = ground.and_then(|(collider, _)| physics.colliders[collider].parent());
        ground
            .map(|handle| &physics.bodies[handle])
            .map_or(Vec3::ZERO, |ground| {
                if ground.is_kinematic() {
                    ground.next_position().translation - ground.translation()
                } else {
                    Vec3::ZERO
                }
            })
    }

    /// Pushes what it runs into with a share of its force that falls to 0 as the pushed thing becomes as fast as itself.
    fn push(&self, physics: &mut PhysicsWorld, meeting: &CharacterCollision, velocity: Vec3) {
        let into = -meeting.hit.normal1;
        let Some(target) = physics.colliders[meeting.handle].parent() else {
            return;
        };
        let target = &mut physics.bodies[target];
        if !target.is_dynamic() || into.z.abs() >= WALL_NORMAL_Z {
            return;
        }
        let way = Vec3::new(into.x, into.y, 0.0).normalize_or_zero();
        let missing = (velocity.dot(way) - target.linvel().dot(way)) / (YIELD_SHARE * self.max_speed);
        // Through the middle: a game's crates slide and do not tip.
        target.add_force(way * (self.push_force * missing.clamp(0.0, 1.0)), true);
    }

    /// Throws the next of its bodies when `throw` rises.
    fn throw(&mut self, scope: &mut Scope<'_>, wants: bool) {
        if wants && !self.wanted && self.thrown < self.throws.len() {
            let own = &scope.physics.bodies[scope.bodies[self.body]];
            let extents = scope.physics.colliders[own.colliders()[0]]
                .compute_aabb()
                .extents();
            let body = scope.bodies[self.throws[self.thrown]];
            let collider = &scope.physics.colliders[scope.physics.bodies[body].colliders()[0]];
            // Beside it, free of it.
            let apart = 0.5 * (extents.x.max(extents.y) + collider.compute_aabb().extents().max_element());
            let place = own.translation() + self.facing * (apart + 3.0 * GAP_M);
            let velocity = (self.facing + Vec3::Z * THROW_LIFT) * self.throw_speed;
            waiting::release(scope.physics, body, place, velocity);
            self.thrown += 1;
        }
        self.wanted = wants;
    }
}

impl Act for Platformer {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        let mut channels: Vec<ActionChannel> = self
            .axes
            .iter()
            .map(|axis| {
                ActionChannel::symmetric(name, &format!("move_{}", letter(*axis)), "m/s", self.max_speed)
            })
            .collect();
        channels.push(ActionChannel::new(name, "jump", "", 0.0, 1.0));
        channels.push(ActionChannel::new(name, "use", "", 0.0, 1.0));
        if !self.throws.is_empty() {
            channels.push(ActionChannel::new(name, "throw", "", 0.0, 1.0));
        }
        channels
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        let handle = scope.bodies[self.body];
        self.stunned_for = (self.stunned_for - dt).max(0.0);
        if self.is_struck(scope) {
            self.stunned_for = self.stun_secs;
        }
        let free = self.stunned_for == 0.0;
        let wish = |index: usize| if free { inputs[index] } else { 0.0 };
        let mut velocity = Vec3::ZERO;
        for (index, axis) in self.axes.iter().enumerate() {
            velocity[*axis] = wish(index);
        }
        // Diagonals are no faster.
        velocity = velocity.clamp_length_max(self.max_speed);
        if velocity.length() > 0.05 * self.max_speed {
            self.facing = velocity.normalize();
        }
        let after = self.axes.len();
        self.uses = wish(after + 1) >= 0.5;
        if !self.throws.is_empty() {
            let wants = wish(after + 2) >= 0.5;
            self.throw(scope, wants);
        }

        self.rise += scope.physics.gravity.z * dt;
        if self.grounded && wish(after) >= 0.5 {
            self.rise = self.jump;
        }
        // What touches nothing is in no group and must not stop it either.
        let filter = QueryFilter::default()
            .groups(InteractionGroups::all())
            .exclude_rigid_body(handle)
            .exclude_sensors();
        let rises = self.rise > 0.0;
        let carried = if self.grounded && !rises {
            self.carried(scope.physics, filter, handle)
        } else {
            Vec3::ZERO
        };
        let controller = KinematicCharacterController {
            up: Vec3::Z,
            offset: CharacterLength::Absolute(GAP_M),
            slide: true,
            autostep: Some(CharacterAutostep {
                max_height: CharacterLength::Absolute(0.1),
                min_width: CharacterLength::Absolute(0.1),
                include_dynamic_bodies: false,
            }),
            snap_to_ground: (!rises).then_some(CharacterLength::Absolute(0.05)),
            ..Default::default()
        };
        let pose = *scope.physics.bodies[handle].position();
        let collider = scope.physics.bodies[handle].colliders()[0];
        let shape = scope.physics.colliders[collider].shared_shape().clone();
        let wanted = (velocity + Vec3::Z * self.rise) * dt;
        let queries = scope.physics.query_pipeline_with_filter(filter);
        let mut met: Vec<CharacterCollision> = Vec::new();
        let moved = controller.move_shape(dt, &queries, &*shape, &pose, wanted, |hit| met.push(hit));
        let stopped = moved.translation.z < 0.5 * wanted.z;
        self.grounded = moved.grounded && !rises;
        if self.grounded || (rises && stopped) {
            self.rise = 0.0;
        }
        let next = pose.translation + moved.translation + carried;
        scope.physics.bodies[handle].set_next_kinematic_translation(next);
        if let Some(head) = &mut self.head {
            let pose = head.turn(self.facing, next, dt);
            scope.physics.bodies[scope.bodies[head.body]].set_next_kinematic_position(pose);
        }
        for (index, meeting) in met.iter().enumerate() {
            // Sliding meets the same thing several times within one step.
            let known = met[..index]
                .iter()
                .any(|earlier| earlier.handle == meeting.handle);
            if !known {
                self.push(scope.physics, meeting, velocity);
            }
        }
        Signal {
            active: self.uses,
            reach: None,
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        (self.throws.len() - self.thrown) as f32
    }

    fn memory(&self) -> [f32; 3] {
        [self.shown(), self.rise, self.stunned_for]
    }

    fn waiting(&self) -> Vec<f32> {
        let flag = |on: bool| if on { 1.0 } else { 0.0 };
        let mut all = vec![
            flag(self.grounded),
            flag(self.wanted),
            flag(self.uses),
            self.facing.x,
            self.facing.y,
        ];
        all.extend(self.head.map(|head| head.yaw));
        all
    }
}
