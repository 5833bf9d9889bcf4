//! JPEG with full colour resolution: halved colour smears the edges of things a few pixels wide.

use super::{Rgb, is_sane};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

const QUALITY: u8 = 95;

pub(super) fn encode(rgb: &[u8], width: u32, height: u32, out: &mut Vec<u8>) -> Result<(), String> {
    let [wide, high] = [width, height].map(u16::try_from);
    let (Ok(wide), Ok(high)) = (wide, high) else {
        return Err("is larger than a JPEG can be".into());
    };
    let mut encoder = Encoder::new(out, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    encoder
        .encode(rgb, wide, high, ColorType::Rgb)
        .map_err(|error| error.to_string())
}

pub(super) fn decode(bytes: &[u8]) -> Result<Rgb, String> {
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| error.to_string())?;
    let info = decoder.info().ok_or("has no header")?;
    if !is_sane(info.width.into(), info.height.into()) {
        return Err("is too large".into());
    }
    let bytes = decoder.decode().map_err(|error| error.to_string())?;
    Ok(Rgb {
        width: info.width.into(),
        height: info.height.into(),
        bytes,
    })
}
