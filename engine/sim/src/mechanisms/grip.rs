//! A grip holds a body by a weld: suction, a magnet, a hand.
//!
//! It takes what is nearest to its point, or, where it aims, what its ray meets first.

use super::weld::weld;
use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::lane::distance_to;
use glam::{Quat, Vec3};
use rapier3d::dynamics::{ImpulseJointHandle, RigidBodyHandle};
use rapier3d::geometry::{Collider, ColliderHandle, InteractionGroups, Ray};
use rapier3d::math::Pose;
use rapier3d::pipeline::{PhysicsWorld, QueryFilter};
use serde::{Deserialize, Serialize};
use terrella_spec::world::{GripAim, Mechanism, Motion};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grip {
    holder: usize,
    point: Vec3,
    reach: f32,
    candidates: Vec<usize>,
    held: Option<(usize, ImpulseJointHandle)>,
    aim: Option<Aim>,
    /// What is let go begins with this spin, in the holder's frame.
    spin: Option<Vec3>,
}

/// Where the ray goes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Aim {
    axis: Vec3,
    limits: [f32; 2],
    max_speed: f32,
    nozzle: usize,
    /// From the grip's point to the nozzle's origin in the holder's frame while the angle is 0, m.
    offset: Vec3,
    angle: f32,
}

impl Aim {
    fn new(names: &Names<'_>, aim: &GripAim<f32>, holder: usize, point: Vec3) -> Result<Self, LaneError> {
        let axis = match aim.about.as_str() {
            "x" => Vec3::X,
            "y" => Vec3::Y,
            other => {
                let reason = format!("wants x or y, not `{other}`");
                return Err(LaneError::invalid(names.place("aim.about"), reason));
            }
        };
        if !(aim.limits_rad[0] <= 0.0 && aim.limits_rad[1] >= 0.0) {
            let reason = "wants a smallest angle up to 0 and a largest from 0: it starts at 0";
            return Err(LaneError::invalid(names.place("aim.limits_rad"), reason));
        }
        let nozzle = names.kinematic_body("aim.nozzle", &aim.nozzle)?;
        let bodies = &names.world.bodies;
        let turned = Quat::from_array(bodies[holder].rotation.quaternion_xyzw());
        let [own, far] = [holder, nozzle].map(|body| Vec3::from(bodies[body].position_m));
        Ok(Aim {
            axis,
            limits: aim.limits_rad,
            max_speed: aim.max_speed_radps,
            nozzle,
            offset: turned.inverse() * (far - own) - point,
            angle: 0.0,
        })
    }

    fn turn(&self) -> Quat {
        Quat::from_axis_angle(self.axis, self.angle)
    }

    /// Turns towards an angle, as far as it can in a step.
    fn go(&mut self, wanted: f32, dt: f32) {
        let most = self.max_speed * dt;
        let [low, high] = self.limits;
        self.angle = (self.angle + (wanted - self.angle).clamp(-most, most)).clamp(low, high);
    }

    /// The nozzle's pose on a holder.
    fn nozzle_at(&self, holder: Pose, point: Vec3) -> Pose {
        let turn = self.turn();
        Pose {
            translation: holder * (point + turn * self.offset),
            rotation: holder.rotation * turn,
            ..Pose::IDENTITY
        }
    }
}

impl Grip {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &mut PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::Grip {
            body,
            point_m,
            reach_m,
            holds,
            holding,
            aim,
            spin_radps,
        } = mechanism
        else {
            unreachable!("called for a grip");
        };
        let holder = names.body("body", body)?;
        let candidates = if holds.is_empty() {
            let dynamic = |(index, (_, body)): (usize, (&String, &terrella_spec::world::Body<f32>))| {
                (body.motion == Motion::Dynamic && index != holder).then_some(index)
            };
            names
                .world
                .bodies
                .iter()
                .enumerate()
                .filter_map(dynamic)
                .collect()
        } else {
            holds
                .iter()
                .map(|name| names.body("holds", name))
                .collect::<Result<Vec<_>, _>>()?
        };
        let point = Vec3::from(*point_m);
        let aim = aim.as_ref().map(|aim| Aim::new(names, aim, holder, point));
        let mut grip = Grip {
            holder,
            point,
            aim: aim.transpose()?,
            reach: *reach_m,
            candidates,
            held: None,
            spin: spin_radps.map(Vec3::from),
        };
        if let Some(name) = holding {
            let target = names.body("holding", name)?;
            grip.weld(physics, bodies, target);
        }
        Ok(grip)
    }

    /// Welds a body to the holder as the two stand now.
    fn weld(&mut self, physics: &mut PhysicsWorld, bodies: &[RigidBodyHandle], target: usize) {
        self.held = Some((target, weld(physics, bodies[self.holder], bodies[target])));
    }

    /// Lets go of what hangs on this weld, with its spin where it gives one.
    fn let_go(&mut self, scope: &mut Scope<'_>, target: usize, joint: ImpulseJointHandle) {
        scope.physics.remove_impulse_joint(joint);
        self.held = None;
        if let Some(spin) = self.spin {
            let holder = *scope.physics.bodies[scope.bodies[self.holder]].rotation();
            scope.physics.bodies[scope.bodies[target]].set_angvel(holder * spin, true);
        }
    }

    /// The body that is nearest to the grip's point, where it is in reach.
    fn nearest(&self, scope: &Scope<'_>, point: Vec3) -> Option<usize> {
        let far = |index: &usize| distance_to(scope.physics, scope.bodies[*index], point);
        let nearest = self.candidates.iter().map(|index| (far(index), *index));
        nearest
            .filter(|(distance, _)| *distance <= self.reach)
            .min_by(|one, other| one.0.total_cmp(&other.0))
            .map(|(_, index)| index)
    }

    /// The body that the ray meets first, where it is in reach and can be held. What is joined to the holder is not in its way.
    fn aimed_at(&self, scope: &Scope<'_>, aim: &Aim, holder: Pose, point: Vec3) -> Option<usize> {
        let physics = &*scope.physics;
        let own = scope.bodies[self.holder];
        let joined = |body: RigidBodyHandle| {
            let mut joints = physics.impulse_joints.attached_joints(own);
            body == own || joints.any(|(one, other, ..)| one == body || other == body)
        };
        let in_the_way =
            |_: ColliderHandle, collider: &Collider| collider.parent().is_none_or(|body| !joined(body));
        let filter = QueryFilter::default()
            .groups(InteractionGroups::all())
            .exclude_sensors()
            .predicate(&in_the_way);
        let ray = Ray::new(point, holder.rotation * aim.turn() * Vec3::NEG_Z);
        let queries = physics.query_pipeline_with_filter(filter);
        let (collider, _) = queries.cast_ray(&ray, self.reach, true)?;
        let body = physics.colliders[collider].parent()?;
        let index = self.candidates.iter().find(|index| scope.bodies[**index] == body);
        index.copied()
    }
}

impl Act for Grip {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        let mut channels = vec![ActionChannel::new(name, "hold", "", 0.0, 1.0)];
        if let Some(aim) = &self.aim {
            channels.push(ActionChannel::new(
                name,
                "aim",
                "rad",
                aim.limits[0],
                aim.limits[1],
            ));
        }
        channels
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let wants = inputs[0] >= 0.5;
        if let (Some(aim), None) = (&mut self.aim, self.held) {
            aim.go(inputs[1], scope.dt_secs());
        }
        match self.held {
            Some((target, joint)) if !wants => self.let_go(scope, target, joint),
            None if wants => {
                let holder = *scope.physics.bodies[scope.bodies[self.holder]].position();
                let point = holder * self.point;
                let target = match &self.aim {
                    Some(aim) => self.aimed_at(scope, aim, holder, point),
                    None => self.nearest(scope, point),
                };
                if let Some(target) = target {
                    self.weld(scope.physics, scope.bodies, target);
                }
            }
            _ => {}
        }
        if let Some(aim) = &self.aim {
            let holder = *scope.physics.bodies[scope.bodies[self.holder]].next_position();
            let pose = aim.nozzle_at(holder, self.point);
            scope.physics.bodies[scope.bodies[aim.nozzle]].set_next_kinematic_position(pose);
        }
        Signal {
            active: self.held.is_some(),
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        if self.held.is_some() { 1.0 } else { 0.0 }
    }

    fn memory(&self) -> [f32; 3] {
        let angle = self.aim.map_or(0.0, |aim| aim.angle);
        [self.held.map_or(-1.0, |(target, _)| target as f32), angle, 0.0]
    }

    fn held(&self) -> Option<usize> {
        self.held.map(|(target, _)| target)
    }
}
