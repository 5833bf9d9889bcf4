//! What a decoder must know before the first frame, and the little of it that is looked at here.
//!
//! **Invariant:** what passes [`Parameters::size`] asks a decoder for no more memory than a few pictures of that size.

/// The sequence and picture parameter sets of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters {
    pub(crate) sequence: Vec<u8>,
    pub(crate) picture: Vec<u8>,
}

/// A sequence parameter set of this kind.
const SEQUENCE: u8 = 7;
/// The baseline profile, which knows 8-bit 4:2:0 only.
const BASELINE: u64 = 66;
/// Pictures that a decoder keeps to look back at: ours keeps one.
const MOST_REFERENCES: u64 = 4;

impl Parameters {
    /// Width and height of the coded blocks, which cover the pictures; none for a stream that is not like ours.
    pub(crate) fn size(&self) -> Option<[u64; 2]> {
        let (&kind, coded) = self.sequence.split_first()?;
        let mut bits = Bits::new(coded);
        if kind & 31 != SEQUENCE || bits.take(8)? != BASELINE {
            return None;
        }
        // Constraints and level.
        bits.take(16)?;
        // Its number; bits of a frame's number.
        bits.number()?;
        bits.number()?;
        match bits.number()? {
            0 => drop(bits.number()?),
            2 => {}
            _ => return None,
        }
        if bits.number()? > MOST_REFERENCES {
            return None;
        }
        // May frames be missing?
        bits.take(1)?;
        let (columns, rows) = (bits.number()? + 1, bits.number()? + 1);
        let progressive = bits.take(1)? == 1;
        progressive.then_some([columns * 16, rows * 16])
    }
}

/// The bits of a parameter set, without the bytes that keep start codes out of it.
struct Bits {
    bytes: Vec<u8>,
    at: usize,
}

impl Bits {
    fn new(coded: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(coded.len());
        let mut zeros = 0;
        for byte in coded {
            if zeros >= 2 && *byte == 3 {
                zeros = 0;
                continue;
            }
            zeros = if *byte == 0 { zeros + 1 } else { 0 };
            bytes.push(*byte);
        }
        Bits { bytes, at: 0 }
    }

    fn take(&mut self, count: usize) -> Option<u64> {
        let mut value = 0;
        for _ in 0..count {
            let byte = *self.bytes.get(self.at / 8)?;
            value = value << 1 | u64::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    /// A number of Exp-Golomb code, up to 32 bits.
    fn number(&mut self) -> Option<u64> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1 << zeros) - 1 + self.take(zeros)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_their_escapes_dropped() {
        // 1, 010, 011, 00100: 0, 1, 2, 3.
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0000]);
        assert_eq!([(); 4].map(|()| bits.number().unwrap()), [0, 1, 2, 3]);
        assert_eq!(Bits::new(&[0, 0, 3, 1]).bytes, [0, 0, 1]);
        assert_eq!(Bits::new(&[0; 9]).number(), None);
    }

    #[test]
    fn what_is_no_stream_of_ours_has_no_size() {
        for sequence in [
            &[][..],
            &[0x67],
            &[0x67, 66, 0, 10],
            &[0x68, 66, 0, 10, 0xff],
            &[0x67, 100, 0, 10, 0xff, 0xff],
        ] {
            let parameters = Parameters {
                sequence: sequence.to_vec(),
                picture: Vec::new(),
            };
            assert_eq!(parameters.size(), None, "{sequence:?}");
        }
    }
}
