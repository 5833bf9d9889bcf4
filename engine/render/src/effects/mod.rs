//! What a camera's sensor does to its pictures, after they are drawn.
//!
//! **Invariant:** everything random is a hash of a key, the record's number and the pixel: no state, no order, so the same
//! bits on every machine and whichever records were drawn before.

mod color;
mod noise;
mod optics;
mod shutter;

pub use shutter::{rolling_shutter, shutter_rows};

use crate::frame::Frame;
use color::{LIGHT_OF_BYTE, SRGB};
use noise::{Noise, Stream};
use terrella_spec::camera::Effects;

/// The sensor of one camera in one episode.
#[derive(Debug)]
pub struct Sensor {
    effects: Effects<f32>,
    noise: Noise,
    light: Vec<f32>,
    spare: Vec<f32>,
}

impl Sensor {
    /// A sensor with these effects; `key` is the seed of all that is random.
    pub fn new(effects: &Effects<f32>, key: u64) -> Sensor {
        Sensor {
            effects: effects.clone(),
            noise: Noise::new(key),
            light: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// The effects.
    pub fn effects(&self) -> &Effects<f32> {
        &self.effects
    }

    /// True when the picture of this record is lost.
    pub fn drops(&self, record: u32) -> bool {
        let chance = self.effects.drop_chance.unwrap_or(0.0);
        self.noise.unit(Stream::Drop, record, 0) < chance
    }

    /// Changes the colours and the depth of a frame as the sensor would see them.
    pub fn expose(&mut self, record: u32, frame: &mut Frame) {
        if !frame.rgb.is_empty() {
            self.optics(record, frame);
            if let Some(strength) = self.effects.noise {
                self.read_noise(record, strength, &mut frame.rgb);
            }
        }
        if let Some(at_one_metre) = self.effects.depth_noise_m {
            for (pixel, depth) in frame.depth_m.iter_mut().enumerate() {
                let normal = self.noise.normal(Stream::Depth, record, pixel);
                let noisy = *depth + at_one_metre * *depth * *depth * normal;
                // Sky stays sky, and nothing is behind the camera.
                *depth = if noisy > 0.0 { noisy } else { *depth };
            }
        }
    }

    /// The effects that act on linear light.
    fn optics(&mut self, record: u32, frame: &mut Frame) {
        let effects = &self.effects;
        let idle = effects.blur_px.is_none()
            && effects.vignette.is_none()
            && effects.exposure_ev.is_none()
            && effects.white_balance.is_none()
            && effects.shot_noise.is_none();
        if idle {
            return;
        }
        let (width, height) = (frame.width as usize, frame.height as usize);
        let (light_of_byte, srgb) = (&*LIGHT_OF_BYTE, &*SRGB);
        let light = &mut self.light;
        light.clear();
        light.extend(frame.rgb.iter().map(|byte| light_of_byte[*byte as usize]));
        if let Some(deviation) = effects.blur_px {
            optics::blur(light, &mut self.spare, width, height, deviation);
        }
        if let Some(loss) = effects.vignette {
            optics::vignette(light, width, height, loss);
        }
        let exposure = libm::exp2f(effects.exposure_ev.unwrap_or(0.0));
        let balance = effects
            .white_balance
            .unwrap_or([1.0; 3])
            .map(|gain| gain * exposure);
        for pixel in light.chunks_exact_mut(3) {
            for (channel, value) in pixel.iter_mut().enumerate() {
                *value *= balance[channel];
            }
        }
        if let Some(strength) = effects.shot_noise {
            for (index, value) in light.iter_mut().enumerate() {
                let deviation = strength * value.sqrt();
                *value += deviation * self.noise.normal(Stream::Shot, record, index);
            }
        }
        for (byte, light) in frame.rgb.iter_mut().zip(light) {
            *byte = srgb.byte(*light);
        }
    }

    fn read_noise(&self, record: u32, strength: f32, rgb: &mut [u8]) {
        for (index, byte) in rgb.iter_mut().enumerate() {
            let normal = self.noise.normal(Stream::Read, record, index);
            let noisy = f32::from(*byte) + 255.0 * strength * normal;
            *byte = (noisy + 0.5).clamp(0.0, 255.0) as u8;
        }
    }
}

#[cfg(test)]
mod tests;
