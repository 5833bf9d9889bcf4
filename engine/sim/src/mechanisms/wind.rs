//! Wind: one velocity of the air for the whole world, and the drag by which it takes bodies along.
//!
//! Gusts are sums of sines whose powers follow the spectrum of Dryden's model of turbulence (MIL-HDBK-1797, longitudinal
//! form for all axes): `S(w) = gust^2 (2 secs / pi) / (1 + (secs w)^2)`. Sines with drawn phases, and not filtered noise, make
//! the air a function of time alone, so that forks, replays and other steps a second meet the same wind.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

/// Density of air at sea level and 15 degrees, kg/m^3.
const AIR_KGPM3: f32 = 1.225;
/// Sines for each axis.
const SINES: usize = 12;
/// Smallest and largest frequency times the gusts' time, rad: 95 % of the spectrum's power lies in between.
const BAND_RAD: [f32; 2] = [0.05, 30.0];
/// Gusts along z against those along x and y.
const VERTICAL: f32 = 0.5;

/// One part of the gusts along an axis.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Sine {
    amplitude_mps: f32,
    frequency_radps: f32,
    phase_rad: f32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Wind {
    /// Bodies and their drag areas, m^2.
    bodies: Vec<(usize, f32)>,
    mean: Vec3,
    sines: [Vec<Sine>; 3],
    /// Physics steps made: whole numbers do not drift.
    steps: u32,
    air: Vec3,
}

impl Wind {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Wind {
            drag_area_m2,
            mean_mps,
            gust_mps,
            gust_secs,
            gust_seed,
        } = mechanism
        else {
            unreachable!("called for a wind")
        };
        let bodies = drag_area_m2
            .iter()
            .map(|(name, area)| Ok((names.body("drag_area_m2", name)?, *area)))
            .collect::<Result<Vec<_>, LaneError>>()?;
        names.above_zero("gust_secs", *gust_secs)?;
        for (field, value) in [("gust_mps", gust_mps)]
            .into_iter()
            .chain(drag_area_m2.values().map(|area| ("drag_area_m2", area)))
        {
            names.zero_or_more(field, *value)?;
        }
        let gusts = |axis: u64, share: f32| sines(share * gust_mps, *gust_secs, *gust_seed, axis);
        let mut wind = Wind {
            bodies,
            mean: Vec3::from_array(*mean_mps),
            sines: [gusts(0, 1.0), gusts(1, 1.0), gusts(2, VERTICAL)],
            steps: 0,
            air: Vec3::ZERO,
        };
        wind.air = wind.velocity(0.0);
        Ok(wind)
    }

    /// Velocity of the air at a time, m/s.
    fn velocity(&self, secs: f32) -> Vec3 {
        let gust = |axis: usize| -> f32 {
            let sines = self.sines[axis].iter();
            sines
                .map(|sine| sine.amplitude_mps * libm::sinf(sine.frequency_radps * secs + sine.phase_rad))
                .sum()
        };
        self.mean + Vec3::new(gust(0), gust(1), gust(2))
    }
}

/// Sines whose powers follow the spectrum and together make the variance `gust_mps` squared.
fn sines(gust_mps: f32, gust_secs: f32, seed: f32, axis: u64) -> Vec<Sine> {
    let [low, high] = BAND_RAD;
    let ratio = libm::powf(high / low, 1.0 / SINES as f32);
    let mut bits = mix(u64::from(seed.to_bits()) ^ (axis << 40));
    let mut draw = || {
        bits = mix(bits);
        (bits >> 40) as f32 / (1u64 << 24) as f32
    };
    let mut power = 0.0;
    let mut sines: Vec<Sine> = (0..SINES)
        .map(|index| {
            // Somewhere within its share of the band, so that the sum never repeats itself.
            let at = low * libm::powf(ratio, index as f32 + draw());
            let share = at * (ratio - 1.0) / (1.0 + at * at);
            power += share;
            Sine {
                amplitude_mps: (2.0 * share).sqrt(),
                frequency_radps: at / gust_secs,
                phase_rad: 2.0 * std::f32::consts::PI * draw(),
            }
        })
        .collect();
    for sine in &mut sines {
        sine.amplitude_mps *= gust_mps / power.sqrt();
    }
    sines
}

/// A step of SplitMix64 (Steele, Lea and Flood, 2014).
fn mix(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

impl Act for Wind {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        self.air = self.velocity(self.steps as f32 * scope.dt_secs());
        self.steps += 1;
        for (index, area) in &self.bodies {
            let body = &mut scope.physics.bodies[scope.bodies[*index]];
            if body.is_dynamic() {
                let against = self.air - body.linvel();
                body.add_force(0.5 * AIR_KGPM3 * area * against.length() * against, true);
            }
        }
        Signal {
            air_mps: self.air,
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        self.air.length()
    }

    fn memory(&self) -> [f32; 3] {
        [self.steps as f32, 0.0, 0.0]
    }
}
