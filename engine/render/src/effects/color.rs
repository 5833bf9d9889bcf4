//! Colours: sRGB in worlds and pictures, linear light in between.
//!
//! **Invariant:** conversions are tables or `libm`, so the same bits come out everywhere.

use glam::Vec3;
use std::sync::LazyLock;

const ENTRIES: usize = 4096;

/// Linear light of an sRGB colour in 0..1.
pub(crate) fn linear(srgb: [f32; 3]) -> Vec3 {
    Vec3::from_array(srgb.map(|value| {
        let value = value.clamp(0.0, 1.0);
        if value <= 0.04045 {
            value / 12.92
        } else {
            libm::powf((value + 0.055) / 1.055, 2.4)
        }
    }))
}

/// The linear light of every byte.
pub(super) static LIGHT_OF_BYTE: LazyLock<[f32; 256]> =
    LazyLock::new(|| std::array::from_fn(|byte| linear([byte as f32 / 255.0; 3]).x));

/// From linear light in 0..1 to an sRGB byte.
pub(super) static SRGB: LazyLock<SrgbTable> = LazyLock::new(SrgbTable::new);

pub(super) struct SrgbTable {
    bytes: [u8; ENTRIES],
}

impl SrgbTable {
    fn new() -> SrgbTable {
        let mut bytes = [0_u8; ENTRIES];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let light = index as f32 / (ENTRIES - 1) as f32;
            let value = if light <= 0.003_130_8 {
                12.92 * light
            } else {
                1.055 * libm::powf(light, 1.0 / 2.4) - 0.055
            };
            *byte = (value * 255.0 + 0.5) as u8;
        }
        SrgbTable { bytes }
    }

    /// The byte nearest to this light; lights out of 0..1 are cut.
    #[inline(always)]
    pub(crate) fn byte(&self, light: f32) -> u8 {
        /// A float of this size has no bits below 1: adding it rounds, and leaves the integer in the lowest bits.
        const ROUNDER: f32 = 8_388_608.0;
        // What is not a number is dark.
        let within = if light > 0.0 { light.min(1.0) } else { 0.0 };
        let scaled = within * (ENTRIES - 1) as f32;
        self.bytes[(scaled + ROUNDER).to_bits() as usize % ENTRIES]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_linear_light() {
        let table = SrgbTable::new();
        for byte in 0..=255_u8 {
            let light = linear([f32::from(byte) / 255.0; 3]);
            assert_eq!(table.byte(light.x), byte);
        }
    }

    #[test]
    fn lights_out_of_range_are_clamped() {
        let table = SrgbTable::new();
        assert_eq!(
            (table.byte(-1.0), table.byte(7.0), table.byte(f32::NAN)),
            (0, 255, 0)
        );
    }
}
