//! A vehicle: rays and springs by Rapier's vehicle controller, tyres of our own.
//!
//! What the controller finds is applied as forces, not as it does by impulses: these would let a vehicle at rest fall at 0.06 m/s
//! between two of them. Its tyres are switched off (`friction_slip` 0): they grip twice as well along as across, and how they
//! grip depends on the length of a step. Ours have one friction for both, the brush model's side force (Fiala 1954; Pacejka,
//! Tyre and Vehicle Dynamics, ch. 3), and wheels that can lock.

use super::pedals::{Pedals, Resists};
use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::{Quat, Vec3};
use rapier3d::control::{DynamicRayCastVehicleController, WheelTuning};
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::geometry::InteractionGroups;
use rapier3d::math::Pose;
use rapier3d::pipeline::{PhysicsWorld, QueryFilter};
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motion, Powertrain, Tyre};

/// Density of air, kg/m^3.
const AIR_KGPM3: f32 = 1.2;
/// Below this speed slip angles are those at this speed, m/s: without it a tyre at rest would have none.
const SLOW_MPS: f32 = 3.0;
/// Share of the grip that antilock brakes use along the wheel; what is left of it steers.
const ANTILOCK_SHARE: f32 = 0.95;
/// Share of the grip that a wheel that spins under the engine still has along itself.
const SPINNING_SHARE: f32 = 0.95;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Vehicle {
    body: usize,
    controller: DynamicRayCastVehicleController,
    stiffness: f32,
    damping: f32,
    wheels: Vec<OwnWheel>,
    tyre: Tyre<f32>,
    powertrain: Powertrain<f32>,
    max_steer_rate: f32,
    steer: f32,
    pedals: Pedals,
    /// Force of the engine on the road, and of all tyres along their wheels, N.
    efforts: [f32; 2],
}

/// What is ours of a wheel.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct OwnWheel {
    steers: bool,
    drives: bool,
    radius: f32,
    /// The body that shows it, with its orientation in the vehicle's frame.
    body: Option<(usize, Quat)>,
    /// How far it has rolled, rad, and how fast it rolls, rad/s.
    angle: f32,
    rate: f32,
}

impl Vehicle {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
    ) -> Result<Self, LaneError> {
        let Mechanism::Vehicle {
            body,
            wheels,
            suspension,
            tyre,
            powertrain,
            max_steer_rad,
            max_steer_radps,
            command,
        } = mechanism
        else {
            unreachable!("called for a vehicle");
        };
        let index = names.body("body", body)?;
        let own = &names.world.bodies[index];
        if own.motion != Motion::Dynamic {
            let reason = format!("`{body}` must have motion = \"dynamic\"");
            return Err(LaneError::invalid(names.place("body"), reason));
        }
        let positive = |field: &str, value: f32| {
            let reason = || format!("must be above 0, not {value}");
            (value > 0.0)
                .then_some(value)
                .ok_or_else(|| LaneError::invalid(names.place(field), reason()))
        };
        positive("suspension.travel_m", suspension.travel_m)?;
        positive("suspension.stiffness_npm", suspension.stiffness_npm)?;
        positive("tyre.cornering_per_rad", tyre.cornering_per_rad)?;
        if wheels.is_empty() {
            return Err(LaneError::invalid(
                names.place("wheels"),
                "wants at least one wheel",
            ));
        }
        let mut controller = DynamicRayCastVehicleController::new(bodies[index]);
        controller.index_up_axis = 2;
        controller.index_forward_axis = 0;
        let tuning = WheelTuning {
            max_suspension_travel: suspension.travel_m,
            side_friction_stiffness: 0.0,
            friction_slip: 0.0,
            max_suspension_force: 0.0,
            ..WheelTuning::default()
        };
        let upright = Quat::from_array(own.rotation.quaternion_xyzw()).inverse();
        let mut own_wheels = Vec::new();
        for (name, wheel) in wheels {
            let radius = positive(&format!("wheels.{name}.radius_m"), wheel.radius_m)?;
            let shown = match &wheel.body {
                None => None,
                Some(body) => {
                    let field = format!("wheels.{name}.body");
                    let shown = names.body(&field, body)?;
                    let start = &names.world.bodies[shown];
                    if start.motion != Motion::Kinematic {
                        let reason = format!("`{body}` must have motion = \"kinematic\"");
                        return Err(LaneError::invalid(names.place(&field), reason));
                    }
                    Some((
                        shown,
                        upright * Quat::from_array(start.rotation.quaternion_xyzw()),
                    ))
                }
            };
            // The ray starts at the top of the spring's way, so that no bump is above its start.
            let top = Vec3::from(wheel.position_m) + Vec3::Z * suspension.travel_m;
            controller.add_wheel(top, -Vec3::Z, Vec3::Y, suspension.travel_m, radius, &tuning);
            own_wheels.push(OwnWheel {
                steers: wheel.steers,
                drives: wheel.drives,
                radius,
                body: shown,
                angle: 0.0,
                rate: 0.0,
            });
        }
        Ok(Vehicle {
            body: index,
            controller,
            stiffness: suspension.stiffness_npm,
            damping: suspension.damping_nspm,
            wheels: own_wheels,
            tyre: tyre.clone(),
            powertrain: powertrain.clone(),
            max_steer_rate: *max_steer_radps,
            steer: 0.0,
            pedals: Pedals::new(
                names,
                *command,
                &wheels.values().collect::<Vec<_>>(),
                *max_steer_rad,
            )?,
            efforts: [0.0; 2],
        })
    }
}

impl Vehicle {
    /// The engine's largest force at a speed, N.
    fn most_engine(&self, speed: f32) -> f32 {
        let Powertrain {
            max_force_n,
            max_power_w,
            ..
        } = self.powertrain;
        max_force_n.min(max_power_w / speed.max(0.1))
    }

    /// What a force along the vehicle meets, and what there is to give it.
    fn resists(&self, physics: &PhysicsWorld, handle: RigidBodyHandle) -> Resists {
        let body = &physics.bodies[handle];
        let (velocity, ahead) = (body.linvel(), body.rotation() * Vec3::X);
        let gravity = physics.gravity;
        Resists {
            mass: body.mass(),
            along: velocity.dot(ahead),
            slope: -gravity.dot(ahead),
            rolling: self.tyre.rolling_resistance * gravity.length(),
            drag: self.drag(velocity).dot(ahead),
            most_engine: self.most_engine(velocity.length()),
            most_brake: self.powertrain.max_brake_n,
        }
    }

    /// The air's force, N.
    fn drag(&self, velocity: Vec3) -> Vec3 {
        -0.5 * AIR_KGPM3 * self.powertrain.drag_area_m2 * velocity.length() * velocity
    }

    /// Casts the rays and finds the forces of the springs.
    fn ride(&mut self, physics: &mut PhysicsWorld, handle: RigidBodyHandle, dt: f32) {
        let mass = physics.bodies[handle].mass();
        for (wheel, own) in self.controller.wheels_mut().iter_mut().zip(&self.wheels) {
            wheel.steering = if own.steers { self.steer } else { 0.0 };
            // The controller takes them as shares of the body's mass.
            wheel.suspension_stiffness = self.stiffness / mass;
            wheel.damping_compression = self.damping / mass;
            wheel.damping_relaxation = self.damping / mass;
        }
        // What touches nothing is in no group: one drives through it.
        let filter = QueryFilter::default()
            .groups(InteractionGroups::all())
            .exclude_rigid_body(handle)
            .exclude_sensors();
        let queries = physics.broad_phase.as_query_pipeline_mut(
            physics.narrow_phase.query_dispatcher(),
            &mut physics.bodies,
            &mut physics.colliders,
            filter,
        );
        self.controller.update_vehicle(dt, queries);
    }

    /// The forces of the ground on all wheels, each with the point where it acts. Notes how fast each wheel rolls.
    fn grip(
        &mut self,
        physics: &PhysicsWorld,
        handle: RigidBodyHandle,
        dt: f32,
        pedals: [f32; 2],
    ) -> Vec<(Vec3, Vec3)> {
        let body = &physics.bodies[handle];
        let [throttle, brake] = pedals;
        let loads = self
            .controller
            .wheels()
            .iter()
            .map(|wheel| wheel.wheel_suspension_force);
        let load_sum: f32 = loads.sum();
        let driven = self.wheels.iter().filter(|wheel| wheel.drives).count().max(1) as f32;
        let engine = throttle * self.most_engine(body.linvel().length()) / driven;
        let braking = brake * self.powertrain.max_brake_n / self.wheels.len() as f32;
        self.efforts = [engine * driven, 0.0];
        let mut forces = Vec::with_capacity(self.wheels.len());
        for (wheel, own) in self.controller.wheels().iter().zip(&mut self.wheels) {
            let (info, load) = (wheel.raycast_info(), wheel.wheel_suspension_force);
            let Some(ground) = info.ground_object.map(|handle| &physics.colliders[handle]) else {
                continue;
            };
            if load <= 0.0 {
                continue;
            }
            let (point, normal) = (info.contact_point_ws, info.contact_normal_ws);
            let ahead = wheel.axle().cross(normal).normalize_or_zero();
            let left = normal.cross(ahead);
            let below = ground
                .parent()
                .map(|parent| physics.bodies[parent].velocity_at_point(point));
            let slides = body.velocity_at_point(point) - below.unwrap_or_default();
            let contact = Contact {
                along: slides.dot(ahead),
                across: slides.dot(left),
                load,
                limit: self.tyre.grip * ground.friction() * load,
                to_stop: body.mass() * (load / load_sum) / dt,
            };
            let drive = if own.drives { engine } else { 0.0 };
            let resist = braking + self.tyre.rolling_resistance * load;
            let force = contact.force(&self.tyre, self.powertrain.antilock, drive, resist);
            own.rate = if force.locked {
                0.0
            } else {
                contact.along / own.radius
            };
            self.efforts[1] += force.along;
            forces.push((normal * load + ahead * force.along + left * force.across, point));
        }
        forces
    }

    /// Puts the bodies that show wheels where these will be after the step.
    fn show(&mut self, scope: &mut Scope<'_>, handle: RigidBodyHandle, dt: f32) {
        let body = &scope.physics.bodies[handle];
        let now = *body.position();
        let next = Pose {
            translation: now.translation + body.velocity_at_point(now.translation) * dt,
            rotation: (Quat::from_scaled_axis(body.angvel() * dt) * now.rotation).normalize(),
            ..now
        };
        for (wheel, own) in self.controller.wheels().iter().zip(&self.wheels) {
            let Some((shown, start)) = own.body else { continue };
            let center = now.rotation.inverse() * (wheel.center() - now.translation);
            let turned = Quat::from_rotation_z(wheel.steering) * Quat::from_rotation_y(own.angle) * start;
            let pose = Pose {
                translation: next.translation + next.rotation * center,
                rotation: (next.rotation * turned).normalize(),
                ..now
            };
            scope.physics.bodies[scope.bodies[shown]].set_next_kinematic_position(pose);
        }
    }
}

/// A tyre where it meets the ground: how fast it slides along and across its wheel (m/s), the load on it and the most that
/// friction gives (N), and the force that stops its share of the vehicle within a step, for each m/s.
struct Contact {
    along: f32,
    across: f32,
    load: f32,
    limit: f32,
    to_stop: f32,
}

/// A tyre's force along and across its wheel, N.
struct Force {
    along: f32,
    across: f32,
    locked: bool,
}

impl Contact {
    fn force(&self, tyre: &Tyre<f32>, antilock: bool, drive: f32, resist: f32) -> Force {
        let resist = if antilock {
            resist.min(ANTILOCK_SHARE * self.limit)
        } else {
            resist
        };
        if resist - drive >= self.limit {
            // A locked wheel slides, whatever way it points.
            let speed = (self.along * self.along + self.across * self.across).sqrt();
            let share = -self.limit.min(self.to_stop * speed) / speed.max(1e-6);
            return Force {
                along: share * self.along,
                across: share * self.across,
                locked: true,
            };
        }
        let slowing = -(self.to_stop * self.along).clamp(-resist, resist);
        let most = SPINNING_SHARE * self.limit;
        let along = (drive + slowing).clamp(-self.limit, if drive > most { most } else { self.limit });
        let left = (self.limit * self.limit - along * along).max(0.0).sqrt();
        let slip = self.across / self.along.abs().max(SLOW_MPS);
        let across = side_force(tyre.cornering_per_rad * self.load * slip.abs(), left);
        Force {
            along,
            across: -across.min(self.to_stop * self.across.abs()).copysign(self.across),
            locked: false,
        }
    }
}

/// Side force of the brush model: as `linear` while that is small, `limit` from three times that on.
fn side_force(linear: f32, limit: f32) -> f32 {
    if linear >= 3.0 * limit {
        return limit;
    }
    let part = linear / limit;
    linear * (1.0 - part / 3.0 + part * part / 27.0)
}

impl Act for Vehicle {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        self.pedals.channels(name)
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        let handle = scope.bodies[self.body];
        let resists = self.resists(scope.physics, handle);
        let [steer, throttle, brake] = self.pedals.take(inputs, &resists);
        let most = self.max_steer_rate * dt;
        self.steer += (steer - self.steer).clamp(-most, most);
        self.ride(scope.physics, handle, dt);
        let forces = self.grip(scope.physics, handle, dt, [throttle, brake]);
        let body = &mut scope.physics.bodies[handle];
        let velocity = body.linvel();
        body.add_force(self.drag(velocity), true);
        for (force, point) in forces {
            body.add_force_at_point(force, point, true);
        }
        for wheel in &mut self.wheels {
            wheel.angle = (wheel.angle + wheel.rate * dt) % std::f32::consts::TAU;
        }
        self.show(scope, handle, dt);
        Signal::default()
    }

    /// As its bus has them: pedals and wheel, forces, and what the sensors of its wheels tell.
    fn telemetry(&self) -> Vec<f32> {
        let rolls = self.wheels.iter().map(|wheel| wheel.rate * wheel.radius);
        let speed = rolls.sum::<f32>() / self.wheels.len() as f32;
        let mut all = [self.pedals.told(), &self.efforts, &[self.steer, speed]].concat();
        all.extend(self.wheels.iter().map(|wheel| wheel.rate));
        all
    }

    fn shown(&self) -> f32 {
        self.steer
    }

    fn waiting(&self) -> Vec<f32> {
        self.wheels
            .iter()
            .flat_map(|wheel| [wheel.angle, wheel.rate])
            .collect()
    }
}
