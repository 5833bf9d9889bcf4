//! QOI: lossless like PNG, and quicker where the decoder is compiled; Pillow's is not.

use super::{Rgb, is_sane};
use qoi::{Channels, decode_header, decode_to_vec, encode_to_vec};

pub(super) fn encode(rgb: &[u8], width: u32, height: u32, out: &mut Vec<u8>) -> Result<(), String> {
    out.extend(encode_to_vec(rgb, width, height).map_err(|error| error.to_string())?);
    Ok(())
}

pub(super) fn decode(bytes: &[u8]) -> Result<Rgb, String> {
    let header = decode_header(bytes).map_err(|error| error.to_string())?;
    if !is_sane(header.width.into(), header.height.into()) || header.channels != Channels::Rgb {
        return Err("is too large, or not RGB".into());
    }
    let (header, bytes) = decode_to_vec(bytes).map_err(|error| error.to_string())?;
    Ok(Rgb {
        width: header.width,
        height: header.height,
        bytes,
    })
}
