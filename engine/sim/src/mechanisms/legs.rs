//! The legs of a walker that steers by its sides: a central pattern generator makes the way of each foot, inverse kinematics the
//! angles of its joints, and a motor of limited torque holds each of them.
//!
//! The phases are Kuramoto's oscillators with offsets, the stride and the lift follow their commands with a lag, as in Ijspeert,
//! "Central pattern generators for locomotion control in animals and robots: a review", Neural Networks 21(4), 2008. The
//! kinematics are those of a planar arm with two links (Craig, "Introduction to Robotics", ch. 4).

use super::sides::Sides;
use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::telemetry::Faults;
use glam::Vec3;
use serde::{Deserialize, Serialize};
use std::f32::consts::{PI, TAU};
use terrella_spec::world::{FaultKind, Leg, Mechanism, Motor};

/// Share of a step during which a foot is on the ground. Above a half, all are down for a moment between two swings.
const STANCE: f32 = 0.6;
/// How fast phases that are off come back, 1/s.
const COUPLING_PER_S: f32 = 20.0;
/// Strides and lift follow their commands with this lag, s.
const LAG_SECS: f32 = 0.15;
/// The feet follow the lean of what they carry with this lag, which is longer than a step, s, as far as this share of its height.
const LEAN_SECS: f32 = 0.4;
const MOST_LEAN: f32 = 0.4;
/// Below this share of the largest speed of both sides it stands.
const STANDS: f32 = 0.02;
/// Damping for each unit of stiffness, s.
const DAMPING_SECS: f32 = 0.03;
/// A leg is never stretched further than this share of its length, where its knee would lock.
const STRETCH: f32 = 0.98;
/// Joints that rub take the largest torque of their motor at this speed, rad/s, where they could not rub more.
const RUBS_RADPS: f32 = 5.0;
/// Joints that are jammed are held with so many times their damping.
const JAMMED: f32 = 100.0;

/// A leg with its joints.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Limb {
    hip: usize,
    knee: usize,
    /// 0 left, 1 right.
    side: usize,
    /// Where in the step it is beside the others, rad.
    offset: f32,
    /// 0..TAU: on the ground first, then in the air.
    phase: f32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Legs {
    limbs: Vec<Limb>,
    thigh_m: f32,
    shin_m: f32,
    stand_m: f32,
    lift_m: f32,
    wheel_m: f32,
    max_speed: f32,
    step_hz: [f32; 2],
    stiffness: f32,
    max_torque: f32,
    /// The hip of the leg whose motors faults hit; all where there is none.
    faulty: Option<usize>,
    /// How fast the left and the right side walk, m/s.
    speeds_mps: [f32; 2],
    /// How far ahead of the hips the feet are, as a share of their height: on a slope they stay below.
    lean: f32,
    /// 0 stands .. 1 walks.
    walks: f32,
    effort: f32,
    report: Sides,
}

impl Legs {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Legs {
            left,
            right,
            thigh_m,
            shin_m,
            stand_m,
            lift_m,
            wheel_m,
            max_speed_radps,
            step_hz,
            stiffness_nmprad,
            max_torque_nm,
            faulty,
        } = mechanism
        else {
            unreachable!("called for legs")
        };
        for (field, value) in [
            ("thigh_m", thigh_m),
            ("shin_m", shin_m),
            ("stand_m", stand_m),
            ("wheel_m", wheel_m),
            ("max_speed_radps", max_speed_radps),
            ("step_hz", &step_hz[0]),
            ("step_hz", &step_hz[1]),
            ("stiffness_nmprad", stiffness_nmprad),
            ("max_torque_nm", max_torque_nm),
        ] {
            names.above_zero(field, *value)?;
        }
        names.zero_or_more("lift_m", *lift_m)?;
        if *stand_m > STRETCH * (thigh_m + shin_m) || lift_m >= stand_m {
            let reason = "wants more than `lift_m`, and no more than 0.98 of the leg's length";
            return Err(LaneError::invalid(names.place("stand_m"), reason));
        }
        let mut limbs = Vec::new();
        for (side, (field, legs)) in [("left", left), ("right", right)].into_iter().enumerate() {
            for (place, leg) in legs.iter().enumerate() {
                let offset = PI * ((side + place) % 2) as f32;
                limbs.push(limb(names, field, leg, side, offset)?);
            }
        }
        let faulty = faulty
            .as_ref()
            .map(|name| names.joint("faulty", name))
            .transpose()?;
        if faulty.is_some_and(|joint| !limbs.iter().any(|limb| limb.hip == joint)) {
            let reason = "wants the hip of one of its own legs";
            return Err(LaneError::invalid(names.place("faulty"), reason));
        }
        let hips = |side: usize| -> Vec<usize> {
            let own = limbs.iter().filter(|limb| limb.side == side);
            own.map(|limb| limb.hip).collect()
        };
        Ok(Legs {
            report: Sides::new(&hips(0), &hips(1)),
            limbs,
            thigh_m: *thigh_m,
            shin_m: *shin_m,
            stand_m: *stand_m,
            lift_m: *lift_m,
            wheel_m: *wheel_m,
            max_speed: *max_speed_radps,
            step_hz: *step_hz,
            stiffness: *stiffness_nmprad,
            max_torque: *max_torque_nm,
            faulty,
            speeds_mps: [0.0; 2],
            lean: 0.0,
            walks: 0.0,
            effort: 0.0,
        })
    }

    /// Steps a second of a leg of this side, were it alone.
    fn rate_hz(&self, side: usize) -> f32 {
        let share = (self.speeds_mps[side].abs() / (self.wheel_m * self.max_speed)).min(1.0);
        self.step_hz[0] + share * (self.step_hz[1] - self.step_hz[0])
    }

    /// Goes on by one step in time.
    fn advance(&mut self, inputs: &[f32], dt_secs: f32) {
        let follow = (dt_secs / LAG_SECS).min(1.0);
        for (speed, input) in self.speeds_mps.iter_mut().zip(inputs) {
            *speed += follow * (input * self.wheel_m - *speed);
        }
        let asked = inputs.iter().any(|input| input.abs() > STANDS * self.max_speed);
        self.walks += follow * (f32::from(asked) - self.walks);
        let count = self.limbs.len() as f32;
        let lead = |limb: &Limb| limb.phase - limb.offset;
        let leads: Vec<f32> = self.limbs.iter().map(lead).collect();
        for (index, own) in leads.iter().enumerate() {
            let pull: f32 = leads.iter().map(|other| libm::sinf(other - own)).sum();
            let rate = TAU * self.walks * self.rate_hz(self.limbs[index].side);
            let limb = &mut self.limbs[index];
            limb.phase += dt_secs * (rate + COUPLING_PER_S * pull / count);
            limb.phase = wrapped(limb.phase);
        }
    }

    /// Keeps the feet below what they carry where it leans.
    fn lean(&mut self, scope: &Scope<'_>) {
        let Some(limb) = self.limbs.first() else { return };
        let carried = &scope.physics.bodies[scope.joints[limb.hip].parent];
        let down = carried.rotation().inverse() * -Vec3::Z;
        let lean = (down.x / f32::max(-down.z, 0.5)).clamp(-MOST_LEAN, MOST_LEAN);
        self.lean += (scope.dt_secs() / LEAN_SECS).min(1.0) * (lean - self.lean);
    }

    /// Where the foot of a leg is to be in the frame of its hip: ahead and up, m. `step_hz`: what all legs come to together.
    fn foot(&self, limb: &Limb, step_hz: f32) -> [f32; 2] {
        let stride_m = self.speeds_mps[limb.side] * STANCE / step_hz;
        let middle_m = self.lean * self.stand_m;
        let share = limb.phase / TAU;
        if share < STANCE {
            return [middle_m + stride_m * (0.5 - share / STANCE), -self.stand_m];
        }
        let swing = PI * (share - STANCE) / (1.0 - STANCE);
        let lift_m = self.walks * self.lift_m * libm::sinf(swing);
        [
            middle_m - 0.5 * stride_m * libm::cosf(swing),
            lift_m - self.stand_m,
        ]
    }

    /// The angles of hip and knee that bring the foot there, as far as the leg reaches. The knee is behind.
    fn angles(&self, [ahead, up]: [f32; 2]) -> [f32; 2] {
        let (thigh, shin) = (self.thigh_m, self.shin_m);
        let reach = (ahead * ahead + up * up)
            .sqrt()
            .clamp((thigh - shin).abs(), STRETCH * (thigh + shin));
        let cosine = (reach * reach - thigh * thigh - shin * shin) / (2.0 * thigh * shin);
        let bend = libm::acosf(cosine.clamp(-1.0, 1.0));
        let beside = libm::atan2f(shin * libm::sinf(bend), thigh + shin * libm::cosf(bend));
        [libm::atan2f(-ahead, -up) + beside, -bend]
    }

    /// The motor of a joint that is to be there, with the faults that it has.
    fn motor(&self, target: f32, faults: &Faults) -> Motor<f32> {
        let mut motor = Motor {
            target_position: target,
            target_velocity: 0.0,
            stiffness: self.stiffness,
            damping: DAMPING_SECS * self.stiffness,
            max_force: faults.strength() * self.max_torque,
        };
        motor.damping += faults.severity(FaultKind::Drag) * self.max_torque / RUBS_RADPS;
        if faults.has(FaultKind::Jam) {
            motor.stiffness = 0.0;
            motor.damping *= JAMMED;
            motor.max_force = self.max_torque;
        }
        motor
    }
}

fn limb(names: &Names<'_>, field: &str, leg: &Leg, side: usize, offset: f32) -> Result<Limb, LaneError> {
    Ok(Limb {
        hip: names.hinge(field, &leg.hip)?,
        knee: names.hinge(field, &leg.knee)?,
        side,
        offset,
        phase: offset,
    })
}

/// An angle near 0..TAU, in it.
fn wrapped(angle: f32) -> f32 {
    if angle >= TAU {
        angle - TAU
    } else if angle < 0.0 {
        angle + TAU
    } else {
        angle
    }
}

impl Act for Legs {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        let side = |input| ActionChannel::symmetric(name, input, "rad/s", self.max_speed);
        vec![side("left"), side("right")]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        self.report.told = [inputs[0], inputs[1]];
        self.advance(inputs, scope.dt_secs());
        self.lean(scope);
        let count = self.limbs.len() as f32;
        let rates = self.limbs.iter().map(|limb| self.rate_hz(limb.side));
        let step_hz = rates.sum::<f32>() / f32::max(count, 1.0);
        let mut efforts = 0.0;
        let sound = Faults::default();
        for limb in &self.limbs {
            let hit = self.faulty.is_none_or(|hip| hip == limb.hip);
            let faults = if hit { &scope.faults } else { &sound };
            let strength = faults.strength();
            let targets = self.angles(self.foot(limb, step_hz));
            for (index, target) in [limb.hip, limb.knee].into_iter().zip(targets) {
                let motor = self.motor(target, faults);
                let joint = &scope.joints[index];
                let torque = motor.stiffness * (target - joint.position(scope.physics))
                    - motor.damping * joint.velocity(scope.physics);
                efforts += (torque.abs() / self.max_torque).min(strength);
                joint.drive(scope.physics, &motor);
            }
        }
        self.effort = efforts / f32::max(2.0 * count, 1.0);
        Signal::default()
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        self.report.measure(seen);
    }

    fn telemetry(&self) -> Vec<f32> {
        self.report.telemetry(self.effort)
    }

    fn shown(&self) -> f32 {
        self.effort
    }

    fn waiting(&self) -> Vec<f32> {
        let phases = self.limbs.iter().map(|limb| limb.phase);
        phases
            .chain(self.speeds_mps)
            .chain([self.walks, self.lean])
            .collect()
    }
}
