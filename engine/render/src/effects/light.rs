//! sRGB and linear light.
//!
//! **Invariant:** conversions are tables or `libm`, so the same bits come out everywhere.

const ENTRIES: usize = 4096;

/// Linear light of an sRGB byte.
pub(super) fn linear(byte: u8) -> f32 {
    let value = f32::from(byte) / 255.0;
    if value <= 0.04045 {
        value / 12.92
    } else {
        libm::powf((value + 0.055) / 1.055, 2.4)
    }
}

/// From linear light in 0..1 to an sRGB byte.
#[derive(Debug)]
pub(super) struct SrgbTable {
    bytes: Box<[u8; ENTRIES]>,
}

impl SrgbTable {
    pub(super) fn new() -> SrgbTable {
        let mut bytes = Box::new([0_u8; ENTRIES]);
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
    pub(super) fn byte(&self, light: f32) -> u8 {
        /// A float of this size has no bits below 1: adding it rounds, and leaves the integer in the lowest bits.
        const ROUNDER: f32 = 8_388_608.0;
        // What is no number is dark.
        let light = if light > 0.0 { light } else { 0.0 };
        let scaled = light.min(1.0) * (ENTRIES - 1) as f32;
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
            assert_eq!(table.byte(linear(byte)), byte);
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
