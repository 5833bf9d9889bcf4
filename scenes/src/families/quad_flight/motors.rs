//! How the expert turns the drone by the thrusts of its rotors, which it commands once a record.
//!
//! About each axis the drone is a double integrator behind the lag of its motors. What is commanded stays for a record, in which the
//! lag is far from over: feedback of angle and rate alone would swing up. So it knows what its motors still give, and the
//! regulator is that of the three together. What turns the drone besides (wind, a payload, a weak rotor) it learns from its gyroscope.

use crate::regulator;
use terrella_sim::glam::Vec3;

/// Costs of a rate and of a commanded acceleration, over that of an angle of a radian, as the values that cost as much.
const RATE_RADPS: f64 = 8.0;
const SPIN_UP_RADPS2: f64 = 100.0;
/// Over so long it learns what turns it besides, s, and bounds of that, rad/s^2.
const ASIDE_SECS: f32 = 0.2;
const MOST_ASIDE_RADPS2: f32 = 40.0;
/// More it does not ask for, rad/s^2: about z, the torque of propellers gives little.
const MOST_RADPS2: Vec3 = Vec3::new(100.0, 100.0, 3.0);

#[derive(Clone, Debug)]
pub(super) struct Motors {
    lag_secs: f32,
    record_secs: f32,
    /// Of the angle, 1/s^2, of the rate, 1/s, and of what the motors still give.
    gains: [f32; 3],
    /// Angular accelerations: what it asked for last, and what the motors gave of that at the last record, rad/s^2.
    asked: Vec3,
    given: Vec3,
    /// What turns the drone besides, rad/s^2.
    aside: Vec3,
    /// Rates at the last record, rad/s.
    rates: Option<Vec3>,
}

impl Motors {
    pub(super) fn new(lag_secs: f32, record_secs: f32) -> Self {
        let (lag, secs) = (f64::from(lag_secs.max(1e-4)), f64::from(record_secs));
        let kept = libm::exp(-secs / lag);
        // What an acceleration that fades with the lag adds to the rate, s, and to the angle, s^2.
        let rate = lag * (1.0 - kept);
        let angle = lag * (secs - rate);
        let a = [[1.0, secs, angle], [0.0, 1.0, rate], [0.0, 0.0, kept]];
        let b = [0.5 * secs * secs - angle, secs - rate, 1.0 - kept];
        let weights = [1.0, 1.0 / (RATE_RADPS * RATE_RADPS), 0.0];
        let gains = regulator::gains(&a, &b, &weights, 1.0 / (SPIN_UP_RADPS2 * SPIN_UP_RADPS2));
        Motors {
            lag_secs: lag as f32,
            record_secs,
            gains: gains.map(|gain| gain as f32),
            asked: Vec3::ZERO,
            given: Vec3::ZERO,
            aside: Vec3::ZERO,
            rates: None,
        }
    }

    /// The angular acceleration to ask for where the attitude is off by this rotation vector, rad, and turns so fast, rad/s; all in
    /// the drone's frame.
    pub(super) fn spin_up(&mut self, off: Vec3, rates: Vec3) -> Vec3 {
        let kept = libm::expf(-self.record_secs / self.lag_secs);
        let fading = self.given - self.asked;
        if let Some(before) = self.rates {
            let turned = self.asked * self.record_secs + fading * (self.lag_secs * (1.0 - kept));
            let missed = (rates - before - turned) / self.record_secs;
            let near = (self.record_secs / ASIDE_SECS).min(1.0);
            self.aside += near * (missed - self.aside);
            self.aside = self.aside.clamp_length_max(MOST_ASIDE_RADPS2);
            // Yaw is given up where it costs thrust.
            self.aside.z = 0.0;
        }
        self.rates = Some(rates);
        self.given = self.asked + kept * fading;
        let [angle, rate, still] = self.gains;
        let wanted = -(angle * off + rate * rates + still * (self.given + self.aside)) - self.aside;
        self.asked = wanted.clamp(-MOST_RADPS2, MOST_RADPS2);
        self.asked
    }
}
