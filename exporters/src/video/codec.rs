//! H.264 by OpenH264: pictures to coded frames, and coded frames to pictures.
//!
//! **Invariant:** the decoder gets no frame that its stream's parameters do not allow for: see [`Parameters::size`].

use super::Parameters;
use arrow::array::BinaryArray;

/// The coded frames of an episode: of each the pieces that make it up, with their lengths before them, as MP4 files hold it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frames {
    pub(crate) parameters: Parameters,
    pub(crate) samples: BinaryArray,
}

/// Kinds of pieces.
const SLICE: u8 = 1;
const KEY_SLICE: u8 = 5;

/// The kind of a piece.
fn kind(piece: &[u8]) -> u8 {
    piece.first().map_or(0, |byte| byte & 31)
}

/// True for a frame that needs no other one.
pub(super) fn is_key(sample: &[u8]) -> bool {
    sample.get(4..).is_some_and(|piece| kind(piece) == KEY_SLICE)
}

/// The pieces of a coded frame; none where it is no frame of pictures alone.
fn pieces(sample: &[u8]) -> Option<Vec<&[u8]>> {
    let mut rest = sample;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let (piece, behind) = behind.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        if ![SLICE, KEY_SLICE].contains(&kind(piece)) {
            return None;
        }
        pieces.push(piece);
        rest = behind;
    }
    (!pieces.is_empty()).then_some(pieces)
}

#[cfg(feature = "video")]
mod coder;
#[cfg(feature = "video")]
pub(crate) use coder::{Decoder, encode};

#[cfg(not(feature = "video"))]
mod absent {
    use super::{Frames, Parameters};
    use crate::picture::Rgb;
    use crate::video::UNAVAILABLE;
    use arrow::array::BinaryArray;

    /// There is no encoder in this program.
    pub(crate) fn encode(_: &BinaryArray, _: [usize; 2], _: u32) -> Result<Frames, String> {
        Err(UNAVAILABLE.into())
    }

    /// There is no decoder in this program.
    pub(crate) enum Decoder {}

    impl Decoder {
        pub(crate) fn new(_: &Parameters, _: [usize; 2]) -> Result<Self, String> {
            Err(UNAVAILABLE.into())
        }

        pub(crate) fn decode(&mut self, _: &[u8]) -> Result<Rgb, String> {
            match *self {}
        }
    }
}
#[cfg(not(feature = "video"))]
pub(crate) use absent::{Decoder, encode};
