//! A floating hand with two fingers, led by velocity.
//!
//! Its palm is a dynamic body on a spring and damper towards a target that the command moves, both limited in force: pressed
//! into something it leans against it and gives way, which is what lets a peg find its hole. The target never runs further
//! ahead than the spring's full force, so a hand that was held back does not leap. The fingers are two sliders with motors;
//! each is driven to where their mean is told to be, so that what is between them is held in the middle. They feel what they
//! touch by contact alone.
//!
//! Friction holds what they squeeze, but the solver's friction lets a cube of 4 cm, squeezed with 20 N, creep through the
//! fingers by 1.5 to 5 mm/s, and hardly resists turning about a small patch. `hold_limit_n` adds a weld, which breaks when it
//! is pulled.

use super::gantry::pressed;
use super::weld::weld;
use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::contacts::touches;
use crate::fault::LaneError;
use crate::joints::{self, LaneJoint};
use glam::{Quat, Vec3};
use rapier3d::dynamics::{ImpulseJointHandle, RigidBodyHandle};
use rapier3d::math::Pose;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Freedom, Joint, Mechanism, Motion, Motor};

/// How far behind its target the palm is when all force is spent, m, and all torque, rad.
const LEAD_M: f32 = 0.02;
const LEAD_RAD: f32 = 0.1;
/// The same for the fingers, m.
const FINGER_LEAD_M: f32 = 0.004;
/// The palm's springs swing no faster than this share of the step rate, or they would shake.
const SPRING_SHARE: f32 = 0.3;
/// Time in which the fingers close all the way, s.
const CLOSING_SECS: f32 = 0.35;
/// Share of the fingers' force from which on they squeeze.
const SQUEEZE: f32 = 0.6;
/// How long both fingers squeeze before a weld helps them, s.
const CATCH_SECS: f32 = 0.05;
/// How long nothing is welded after a slip, s.
const SLIP_SECS: f32 = 0.3;
/// How much further open than where they caught the fingers are told to be to let go, m each.
const RELEASE_M: f32 = 0.002;
/// Contacts that are deeper mean that it presses what lies between it and something that does not give way, m. The solver's
/// contacts are springs that are as stiff as what they push is heavy: the hand's force would press it into what is light.
const YIELD_DEPTH_M: f32 = 0.006;
/// How near its fingertips' middle comes to what they press, m.
const PRESS_M: f32 = 0.008;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Hand {
    palm: usize,
    fingers: [usize; 2],
    sliders: [LaneJoint; 2],
    tip: Vec3,
    travel: f32,
    grip_force: f32,
    hold_limit: Option<f32>,
    most: [f32; 2],
    max_force: f32,
    max_torque: f32,
    max_tilt: f32,
    low: Vec3,
    high: Vec3,
    /// Where its own z pointed at the start.
    upright: Vec3,
    /// Where the palm is led to.
    target: Vec3,
    turned: Quat,
    /// The attitude that it comes back to, where no command turns it.
    kept: Option<Quat>,
    /// How far the fingers are led to be closed, m, and how far they are, as a share.
    closing: f32,
    closed: f32,
    /// Time for which a body has been squeezed, s.
    squeezed: Option<(usize, f32)>,
    held: Option<Held>,
    /// Time until it may hold again, s.
    slipping: f32,
}

/// What is welded to the palm.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Held {
    body: usize,
    weld: ImpulseJointHandle,
    /// How far the fingers were closed when they caught it, m.
    at: f32,
}

impl Hand {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &mut PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::Hand {
            body,
            fingers,
            tip_m,
            travel_m,
            grip_force_n,
            hold_limit_n,
            holding,
            max_speed_mps,
            max_turn_radps,
            max_force_n,
            max_torque_nm,
            max_tilt_rad,
            keeps_attitude,
            low_m,
            high_m,
        } = mechanism
        else {
            unreachable!("called for a hand");
        };
        let dynamic = |field: &str, name: &str| {
            let index = names.body(field, name)?;
            if names.world.bodies[index].motion == Motion::Dynamic {
                return Ok(index);
            }
            let reason = format!("`{name}` must have motion = \"dynamic\"");
            Err(LaneError::invalid(names.place(field), reason))
        };
        for (field, value) in [
            ("travel_m", travel_m),
            ("grip_force_n", grip_force_n),
            ("max_force_n", max_force_n),
            ("max_torque_nm", max_torque_nm),
        ] {
            if value.is_nan() || *value <= 0.0 {
                return Err(LaneError::invalid(names.place(field), "must be above 0"));
            }
        }
        let palm = dynamic("body", body)?;
        let fingers = [
            dynamic("fingers[0]", &fingers[0])?,
            dynamic("fingers[1]", &fingers[1])?,
        ];
        let pose = *physics.bodies[bodies[palm]].position();
        let mut slider = |finger: usize, side: f32| {
            let own = *physics.bodies[bodies[finger]].position();
            let place = pose.inverse() * own.translation;
            if place.y * side <= *travel_m || pose.rotation.dot(own.rotation).abs() < 0.9999 {
                return Err(LaneError::invalid(
                    names.place("fingers"),
                    "the first stands on the side of the palm's +y, the second on the other, each further out than \
                     travel_m and turned as the palm",
                ));
            }
            let joint = Joint {
                parent: String::new(),
                child: String::new(),
                anchor_parent_m: place.to_array(),
                anchor_child_m: [0.0; 3],
                freedom: Freedom::Slider {
                    axis: [0.0, -side, 0.0],
                    limits_m: Some([0.0, *travel_m]),
                },
                motor: None,
                contacts: false,
                reduced: false,
                damping: 0.0,
            };
            joints::insert(
                physics,
                &names.place("fingers"),
                &joint,
                bodies[palm],
                bodies[finger],
            )
        };
        let sliders = [slider(fingers[0], 1.0)?, slider(fingers[1], -1.0)?];
        let mut hand = Hand {
            palm,
            fingers,
            sliders,
            tip: (*tip_m).into(),
            travel: *travel_m,
            grip_force: *grip_force_n,
            hold_limit: *hold_limit_n,
            most: [*max_speed_mps, *max_turn_radps],
            max_force: *max_force_n,
            max_torque: *max_torque_nm,
            max_tilt: *max_tilt_rad,
            low: (*low_m).into(),
            high: (*high_m).into(),
            upright: pose.rotation * Vec3::Z,
            target: pose.translation,
            turned: pose.rotation,
            kept: keeps_attitude.then_some(pose.rotation),
            closing: 0.0,
            closed: 0.0,
            squeezed: None,
            held: None,
            slipping: 0.0,
        };
        if let Some(name) = holding {
            let target = dynamic("holding", name)?;
            if hand.hold_limit.is_none() {
                let reason = "what is held from the start is welded: give a hold_limit_n";
                return Err(LaneError::invalid(names.place("holding"), reason));
            }
            hand.weld(physics, bodies, target, 0.5 * hand.travel + RELEASE_M);
        }
        Ok(hand)
    }

    /// Welds a body to the palm as the two stand now, with the fingers closed by so much.
    fn weld(&mut self, physics: &mut PhysicsWorld, bodies: &[RigidBodyHandle], body: usize, at: f32) {
        let weld = weld(physics, bodies[self.palm], bodies[body]);
        self.held = Some(Held { body, weld, at });
    }

    /// Moves the target as commanded, in the box, within the tilt, and not further than its springs reach.
    fn lead(&mut self, dt: f32, pose: &Pose, velocity: Vec3, turning: Vec3) {
        let start = self.target;
        // A start outside the box is left alone until the command leads back in.
        let (low, high) = (self.low.min(start), self.high.max(start));
        let ahead = (start + velocity * dt).clamp(low, high);
        self.target = pose.translation + (ahead - pose.translation).clamp_length_max(LEAD_M);
        let turned = (Quat::from_scaled_axis(turning * dt) * self.turned).normalize();
        let tilt = |rotation: Quat| angle(rotation * Vec3::Z, self.upright);
        if tilt(turned) <= self.max_tilt.max(tilt(self.turned)) {
            self.turned = turned;
        }
        let error = turn_of(self.turned * pose.rotation.inverse());
        let kept = error.clamp_length_max(LEAD_RAD);
        if kept != error {
            self.turned = (Quat::from_scaled_axis(kept) * pose.rotation).normalize();
        }
    }

    /// Pulls the palm towards its target, and bears the hand's weight.
    fn pull(&self, scope: &mut Scope<'_>, velocity: Vec3, turning: Vec3) {
        let dt = scope.dt_secs();
        let gravity = scope.physics.gravity;
        let palm = scope.bodies[self.palm];
        let own = [self.palm, self.fingers[0], self.fingers[1]].map(|index| scope.bodies[index]);
        let held = self.held.map(|held| scope.bodies[held.body]);
        let (mut mass, mut center) = (0.0, Vec3::ZERO);
        for handle in &own {
            let body = &scope.physics.bodies[*handle];
            mass += body.mass();
            center += body.center_of_mass() * body.mass();
        }
        center /= mass;
        let mut inertia = 0.0;
        for handle in &own {
            let body = &scope.physics.bodies[*handle];
            let principal = body
                .mass_properties()
                .local_mprops
                .principal_inertia()
                .max_element();
            inertia += principal + body.mass() * body.center_of_mass().distance_squared(center);
        }
        let held_mass = held.map_or(0.0, |handle| scope.physics.bodies[handle].mass());
        let body = &scope.physics.bodies[palm];
        let (pose, speed, spin) = (*body.position(), body.linvel(), body.angvel());
        let rate = SPRING_SHARE / dt;
        let stiffness = (self.max_force / LEAD_M).min(mass * rate * rate);
        let damping = 2.0 * (stiffness * (mass + held_mass.min(mass))).sqrt();
        let pull = (self.target - pose.translation) * stiffness + (velocity - speed) * damping;
        let force = pull.clamp_length_max(self.max_force);
        let stiffness = (self.max_torque / LEAD_RAD).min(inertia * rate * rate);
        let damping = 2.0 * (stiffness * inertia).sqrt();
        let error = turn_of(self.turned * pose.rotation.inverse());
        let torque = (error * stiffness + (turning - spin) * damping).clamp_length_max(self.max_torque);
        for handle in own {
            let body = &mut scope.physics.bodies[handle];
            let weight = gravity * (body.mass() * body.gravity_scale());
            body.add_force(-weight, true);
        }
        let body = &mut scope.physics.bodies[palm];
        body.add_force_at_point(force, center, true);
        body.add_torque(torque, true);
    }

    /// Drives the fingers; tells how far they are closed, m.
    fn close(&mut self, scope: &mut Scope<'_>, command: f32) -> f32 {
        let most = self.travel / CLOSING_SECS;
        let [one, other] = self.sliders.map(|slider| slider.position(scope.physics));
        let mean = 0.5 * (one + other);
        let step = most * scope.dt_secs();
        let wanted = self.closing + (command * self.travel - self.closing).clamp(-step, step);
        self.closing = wanted.clamp(mean - FINGER_LEAD_M, mean + FINGER_LEAD_M);
        let stiffness = self.grip_force / FINGER_LEAD_M;
        let motor = Motor {
            target_position: self.closing,
            target_velocity: 0.0,
            stiffness,
            damping: 0.02 * stiffness,
            // The finger that is further ahead pushes less, the other more.
            max_force: 2.0 * self.grip_force,
        };
        for slider in &self.sliders {
            slider.drive(scope.physics, &motor);
        }
        self.closed = (mean / self.travel).clamp(0.0, 1.0);
        mean
    }

    /// The body that both fingers squeeze with nearly all their force.
    fn squeezes(&self, scope: &Scope<'_>) -> Option<usize> {
        let least = SQUEEZE * self.grip_force * scope.dt_secs();
        let [first, second] = self
            .fingers
            .map(|finger| touches(scope.physics, scope.bodies[finger]));
        let strong = |touches: &[(usize, f32)], body: usize| {
            touches
                .iter()
                .any(|(other, impulse)| *other == body && *impulse >= least)
        };
        first
            .iter()
            .map(|(body, _)| *body)
            .find(|body| strong(&first, *body) && strong(&second, *body))
            .filter(|body| scope.physics.bodies[scope.bodies[*body]].is_dynamic())
    }

    /// Welds what is squeezed, and breaks the weld when it is pulled or the fingers open.
    fn hold(&mut self, scope: &mut Scope<'_>, command: f32, mean: f32) {
        let Some(limit) = self.hold_limit else { return };
        let dt = scope.dt_secs();
        self.slipping = (self.slipping - dt).max(0.0);
        if let Some(held) = self.held {
            let pull = scope.physics.impulse_joints.get(held.weld).map_or(0.0, |weld| {
                let [x, y, z] = [weld.impulses[0], weld.impulses[1], weld.impulses[2]];
                Vec3::new(x, y, z).length() / dt
            });
            let opens = command * self.travel < held.at - RELEASE_M;
            if pull > limit || opens {
                scope.physics.remove_impulse_joint(held.weld);
                self.held = None;
                self.squeezed = None;
                self.slipping = if opens { 0.0 } else { SLIP_SECS };
            }
            return;
        }
        let squeezed = self.squeezes(scope);
        self.squeezed = match (squeezed, self.squeezed) {
            (Some(body), Some((before, secs))) if before == body => Some((body, secs + dt)),
            (Some(body), _) => Some((body, dt)),
            (None, _) => None,
        };
        if let Some((body, secs)) = self.squeezed
            && secs >= CATCH_SECS
            && self.slipping == 0.0
        {
            self.weld(scope.physics, scope.bodies, body, mean);
        }
    }
}

impl Act for Hand {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        let [speed, turn] = self.most;
        let mut channels: Vec<ActionChannel> = ["dx", "dy", "dz"]
            .iter()
            .map(|input| ActionChannel::symmetric(name, input, "m/s", speed))
            .collect();
        if self.kept.is_none() {
            for input in ["droll", "dpitch", "dyaw"] {
                channels.push(ActionChannel::symmetric(name, input, "rad/s", turn));
            }
        }
        channels.push(ActionChannel::new(name, "gripper", "", 0.0, 1.0));
        channels
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        let velocity = Vec3::from_slice(&inputs[..3]);
        let (turning, grip) = match self.kept {
            Some(kept) => {
                let back = turn_of(kept * self.turned.inverse()) / dt;
                (back.clamp_length_max(self.most[1]), inputs[3])
            }
            None => (Vec3::from_slice(&inputs[3..6]), inputs[6]),
        };
        let pose = *scope.physics.bodies[scope.bodies[self.palm]].position();
        let before = (self.target, self.turned);
        self.lead(dt, &pose, velocity, turning);
        for press in pressed(scope.physics, scope.bodies[self.palm], YIELD_DEPTH_M) {
            let ahead = (self.target - pose.translation).dot(press.direction);
            self.target -= press.direction * ahead.max(0.0);
        }
        // What the target really does, so that a hand at the edge of its box rests there.
        let moves = (self.target - before.0) / dt;
        let turns = turn_of(self.turned * before.1.inverse()) / dt;
        let [speed, turn] = self.most;
        self.pull(
            scope,
            moves.clamp(-Vec3::splat(speed), Vec3::splat(speed)),
            turns.clamp(-Vec3::splat(turn), Vec3::splat(turn)),
        );
        let mean = self.close(scope, grip);
        self.hold(scope, grip, mean);
        Signal {
            active: true,
            reach: Some((pose * self.tip, PRESS_M)),
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        self.closed
    }

    fn memory(&self) -> [f32; 3] {
        let held = self.held.map_or(-1.0, |held| held.body as f32);
        [self.closed, self.closing, held]
    }

    fn waiting(&self) -> Vec<f32> {
        let (body, secs) = self
            .squeezed
            .map_or((-1.0, 0.0), |(body, secs)| (body as f32, secs));
        let mut numbers = self.target.to_array().to_vec();
        numbers.extend(self.turned.to_array());
        numbers.extend([body, secs, self.slipping, self.held.map_or(0.0, |held| held.at)]);
        numbers
    }

    fn held(&self) -> Option<usize> {
        self.held.map(|held| held.body)
    }
}

/// Angle between two unit vectors, rad.
fn angle(one: Vec3, other: Vec3) -> f32 {
    libm::atan2f(one.cross(other).length(), one.dot(other))
}

/// A rotation as its axis times its angle, by the shorter of the two ways round.
fn turn_of(rotation: Quat) -> Vec3 {
    (if rotation.w < 0.0 { -rotation } else { rotation }).to_scaled_axis()
}
