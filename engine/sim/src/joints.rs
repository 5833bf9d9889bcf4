//! Joints: made in the solver, read back as position and velocity.

use crate::fault::LaneError;
use glam::{Quat, Vec3};
use rapier3d::dynamics::{
    FixedJointBuilder, GenericJoint, GenericJointBuilder, ImpulseJointHandle, JointAxesMask, JointAxis,
    MotorModel, MultibodyJointHandle, RigidBodyHandle, RopeJointBuilder, SphericalJointBuilder,
    SpringJointBuilder,
};
use rapier3d::math::Pose;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{FreeAxis, Freedom, Joint, Motor};

/// Which solver holds a joint.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Handle {
    Impulse(ImpulseJointHandle),
    Reduced(MultibodyJointHandle),
}

/// A joint of a lane. Plain values: copied with every fork.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LaneJoint {
    pub(crate) handle: Handle,
    pub(crate) parent: RigidBodyHandle,
    pub(crate) child: RigidBodyHandle,
    /// The joint's frame in each body: its x is the axis of a hinge or slider.
    parent_frame: Pose,
    child_frame: Pose,
    /// The free axis of a hinge or slider.
    pub(crate) axis: Option<JointAxis>,
}

/// Makes a joint between two bodies of the world.
pub(crate) fn insert(
    world: &mut PhysicsWorld,
    place: &str,
    joint: &Joint<f32>,
    parent: RigidBodyHandle,
    child: RigidBodyHandle,
) -> Result<LaneJoint, LaneError> {
    let (axis, free_axis) = match &joint.freedom {
        Freedom::Hinge { axis, .. } => (unit(place, axis)?, Some(JointAxis::AngX)),
        Freedom::Slider { axis, .. } => (unit(place, axis)?, Some(JointAxis::LinX)),
        _ => (Vec3::X, None),
    };
    let turn = GenericJoint::complete_ang_frame(axis);
    let frame = |anchor: [f32; 3]| Pose {
        translation: anchor.into(),
        rotation: turn,
        ..Pose::IDENTITY
    };
    let (parent_frame, mut child_frame) = (frame(joint.anchor_parent_m), frame(joint.anchor_child_m));
    if matches!(joint.freedom, Freedom::Weld {}) {
        // A weld keeps the bodies as they are turned to each other now.
        let (first, second) = (world.bodies[parent].rotation(), world.bodies[child].rotation());
        child_frame.rotation = second.inverse() * *first * parent_frame.rotation;
    }
    let data = generic(place, joint, parent_frame, child_frame)?;
    let handle = if joint.reduced {
        Handle::Reduced(insert_reduced(world, place, joint, data, parent, child)?)
    } else {
        Handle::Impulse(world.insert_impulse_joint(parent, child, data))
    };
    Ok(LaneJoint {
        handle,
        parent,
        child,
        parent_frame,
        child_frame,
        axis: free_axis,
    })
}

/// Makes a joint in reduced coordinates. The solver would start it at position and velocity zero: both are taken from
/// how the two bodies stand and move.
fn insert_reduced(
    world: &mut PhysicsWorld,
    place: &str,
    joint: &Joint<f32>,
    data: GenericJoint,
    parent: RigidBodyHandle,
    child: RigidBodyHandle,
) -> Result<MultibodyJointHandle, LaneError> {
    if matches!(
        joint.freedom,
        Freedom::Rope { .. } | Freedom::Spring { .. } | Freedom::Generic { .. }
    ) {
        return Err(LaneError::invalid(
            format!("{place}.reduced"),
            "ropes, springs and generic joints cannot be reduced joints",
        ));
    }
    let handle = world.insert_multibody_joint(parent, child, data).ok_or_else(|| {
        LaneError::invalid(
            place,
            "reduced joints form trees: this one closes a loop or has a second parent",
        )
    })?;
    let (first, second) = (&world.bodies[parent], &world.bodies[child]);
    let parent_frame = *first.position() * data.local_frame1;
    let child_frame = *second.position() * data.local_frame2;
    let to_joint = parent_frame.rotation.inverse();
    let turned = (to_joint * child_frame.rotation).to_scaled_axis();
    let moved = to_joint * (child_frame.translation - parent_frame.translation);
    let spin = to_joint * (second.angvel() - first.angvel());
    let point = child_frame.translation;
    let speed = to_joint * (second.velocity_at_point(point) - first.velocity_at_point(point));
    let (position, velocity): (Vec<f32>, Vec<f32>) = match joint.freedom {
        Freedom::Hinge { .. } => (vec![turned.x], vec![spin.x]),
        Freedom::Slider { .. } => (vec![moved.x], vec![speed.x]),
        Freedom::Ball {} => (turned.to_array().into(), spin.to_array().into()),
        _ => (Vec::new(), Vec::new()),
    };
    if let Some((multibody, index)) = world.multibody_joints.get_mut(handle)
        && let Some(link) = multibody.link_mut(index)
    {
        link.joint.apply_displacement(&position);
        let first_freedom = link.assembly_id();
        for (offset, value) in velocity.iter().enumerate() {
            multibody.generalized_velocity_mut()[first_freedom + offset] = *value;
            // The solver's own default damps every angle, which stops a free pendulum.
            multibody.damping_mut()[first_freedom + offset] = joint.damping;
        }
    }
    Ok(handle)
}

fn unit(place: &str, axis: &[f32; 3]) -> Result<Vec3, LaneError> {
    Vec3::from_array(*axis)
        .try_normalize()
        .ok_or_else(|| LaneError::invalid(format!("{place}.axis"), "an axis must not be the zero vector"))
}

fn generic(place: &str, joint: &Joint<f32>, parent: Pose, child: Pose) -> Result<GenericJoint, LaneError> {
    let locked = |axes: JointAxesMask| {
        GenericJointBuilder::new(axes)
            .local_frame1(parent)
            .local_frame2(child)
    };
    let mut data = match &joint.freedom {
        Freedom::Weld {} => FixedJointBuilder::new()
            .local_frame1(parent)
            .local_frame2(child)
            .build()
            .into(),
        Freedom::Hinge { limits_rad, .. } => {
            let mut builder = locked(JointAxesMask::LOCKED_REVOLUTE_AXES);
            if let Some(limits) = limits_rad {
                builder = builder.limits(JointAxis::AngX, ordered(place, limits)?);
            }
            builder.build()
        }
        Freedom::Slider { limits_m, .. } => {
            let mut builder = locked(JointAxesMask::LOCKED_PRISMATIC_AXES);
            if let Some(limits) = limits_m {
                builder = builder.limits(JointAxis::LinX, ordered(place, limits)?);
            }
            builder.build()
        }
        Freedom::Ball {} => SphericalJointBuilder::new()
            .local_anchor1(parent.translation)
            .local_anchor2(child.translation)
            .build()
            .into(),
        Freedom::Rope { length_m } => RopeJointBuilder::new(*length_m)
            .local_anchor1(parent.translation)
            .local_anchor2(child.translation)
            .build()
            .into(),
        Freedom::Spring {
            rest_length_m,
            stiffness_npm,
            damping_nspm,
        } => SpringJointBuilder::new(*rest_length_m, *stiffness_npm, *damping_nspm)
            .local_anchor1(parent.translation)
            .local_anchor2(child.translation)
            .build()
            .into(),
        Freedom::Generic { free } => free_axes(place, free, locked)?,
    };
    data.set_contacts_enabled(joint.contacts);
    match (&joint.motor, &joint.freedom) {
        (None, _) => {}
        (Some(motor), Freedom::Hinge { .. }) => set_motor(&mut data, JointAxis::AngX, motor),
        (Some(motor), Freedom::Slider { .. }) => set_motor(&mut data, JointAxis::LinX, motor),
        (Some(_), _) => {
            return Err(LaneError::invalid(
                format!("{place}.motor"),
                "only hinges and sliders have one motor; a generic joint has one for each free axis",
            ));
        }
    }
    Ok(data)
}

/// A joint with any set of free axes.
fn free_axes(
    place: &str,
    free: &[FreeAxis<f32>],
    locked: impl Fn(JointAxesMask) -> GenericJointBuilder,
) -> Result<GenericJoint, LaneError> {
    let axes: Vec<JointAxis> = free.iter().map(|free| solver_axis(free.axis)).collect();
    let mut mask = JointAxesMask::all();
    for (index, axis) in axes.iter().enumerate() {
        if axes[..index].contains(axis) {
            return Err(LaneError::invalid(
                format!("{place}.free[{index}].axis"),
                "an axis is free once",
            ));
        }
        mask.remove((*axis).into());
    }
    let mut data = locked(mask).build();
    for (free, axis) in free.iter().zip(axes) {
        if let Some(limits) = &free.limits {
            data.set_limits(axis, ordered(place, limits)?);
        }
        if let Some(motor) = &free.motor {
            set_motor(&mut data, axis, motor);
        }
    }
    Ok(data)
}

fn solver_axis(axis: terrella_spec::world::JointAxis) -> JointAxis {
    use terrella_spec::world::JointAxis as Ours;
    match axis {
        Ours::X => JointAxis::LinX,
        Ours::Y => JointAxis::LinY,
        Ours::Z => JointAxis::LinZ,
        Ours::Rx => JointAxis::AngX,
        Ours::Ry => JointAxis::AngY,
        Ours::Rz => JointAxis::AngZ,
    }
}

fn ordered(place: &str, limits: &[f32; 2]) -> Result<[f32; 2], LaneError> {
    if limits[0] <= limits[1] {
        Ok(*limits)
    } else {
        Err(LaneError::invalid(
            format!("{place}.limits"),
            format!("wants low <= high, not {limits:?}"),
        ))
    }
}

fn set_motor(data: &mut GenericJoint, axis: JointAxis, motor: &Motor<f32>) {
    data.set_motor_model(axis, MotorModel::ForceBased);
    data.set_motor(
        axis,
        motor.target_position,
        motor.target_velocity,
        motor.stiffness,
        motor.damping,
    );
    data.set_motor_max_force(axis, motor.max_force);
}

impl LaneJoint {
    /// Position along its degree of freedom, rad in (-pi, pi] or m; 0 for joints with none or several.
    pub(crate) fn position(&self, world: &PhysicsWorld) -> f32 {
        let parent = *world.bodies[self.parent].position() * self.parent_frame;
        let child = *world.bodies[self.child].position() * self.child_frame;
        match self.axis {
            Some(JointAxis::AngX) => {
                let relative: Quat = parent.rotation.inverse() * child.rotation;
                let angle = 2.0 * libm::atan2f(relative.x, relative.w);
                if angle > std::f32::consts::PI {
                    angle - 2.0 * std::f32::consts::PI
                } else if angle <= -std::f32::consts::PI {
                    angle + 2.0 * std::f32::consts::PI
                } else {
                    angle
                }
            }
            Some(_) => (child.translation - parent.translation).dot(parent.rotation * Vec3::X),
            None => 0.0,
        }
    }

    /// Velocity along its degree of freedom, rad/s or m/s; 0 for joints with none or several.
    pub(crate) fn velocity(&self, world: &PhysicsWorld) -> f32 {
        let (parent, child) = (&world.bodies[self.parent], &world.bodies[self.child]);
        let axis = self.axis_in_world(world);
        match self.axis {
            Some(JointAxis::AngX) => (child.angvel() - parent.angvel()).dot(axis),
            Some(_) => {
                let point = (*child.position() * self.child_frame).translation;
                (child.velocity_at_point(point) - parent.velocity_at_point(point)).dot(axis)
            }
            None => 0.0,
        }
    }

    /// Velocity along a slider as the solver has it. That of the bodies of a reduced joint, and so [`LaneJoint::velocity`], lacks what
    /// the last of the solver's iterations added.
    pub(crate) fn solver_velocity(&self, world: &PhysicsWorld) -> f32 {
        let Handle::Reduced(handle) = self.handle else {
            return self.velocity(world);
        };
        let found = world.multibody_joints.get(handle);
        let velocity = found.and_then(|(multibody, index)| {
            let link = multibody.link(index)?;
            multibody.joint_velocity(link).as_slice().first().copied()
        });
        velocity.unwrap_or_else(|| self.velocity(world))
    }

    /// The axis of a hinge or slider in the world's frame.
    pub(crate) fn axis_in_world(&self, world: &PhysicsWorld) -> Vec3 {
        world.bodies[self.parent].position().rotation * (self.parent_frame.rotation * Vec3::X)
    }

    /// The direction of the child that lies beside the axis of a hinge, at this angle about it, in the world's frame.
    pub(crate) fn beside_axis(&self, world: &PhysicsWorld, angle: f32) -> Vec3 {
        let turn = *world.bodies[self.child].rotation() * self.child_frame.rotation;
        turn * Vec3::new(0.0, libm::cosf(angle), libm::sinf(angle))
    }

    /// Pushes along its degree of freedom with a torque or force, N m or N, and back on the parent. The solver keeps
    /// the push until the body's forces are reset.
    pub(crate) fn push(&self, world: &mut PhysicsWorld, effort: f32) {
        let push = self.axis_in_world(world) * effort;
        match self.axis {
            Some(JointAxis::AngX) => {
                world.bodies[self.child].add_torque(push, true);
                world.bodies[self.parent].add_torque(-push, true);
            }
            Some(_) => {
                // At the child's centre of mass, so that a cart is pushed and not turned; back at the same point, so
                // that the pair turns nothing either.
                let point = world.bodies[self.child].center_of_mass();
                world.bodies[self.child].add_force(push, true);
                world.bodies[self.parent].add_force_at_point(-push, point, true);
            }
            None => {}
        }
    }

    /// Changes the motor: velocity-held towards a position or at a velocity.
    pub(crate) fn drive(&self, world: &mut PhysicsWorld, motor: &Motor<f32>) {
        let Some(axis) = self.axis else { return };
        match self.handle {
            Handle::Impulse(handle) => {
                if let Some(joint) = world.impulse_joints.get_mut(handle, true) {
                    set_motor(&mut joint.data, axis, motor);
                }
            }
            Handle::Reduced(handle) => {
                if let Some((multibody, link)) = world.multibody_joints.get_mut(handle)
                    && let Some(link) = multibody.link_mut(link)
                {
                    set_motor(&mut link.joint.data, axis, motor);
                }
            }
        }
    }
}
