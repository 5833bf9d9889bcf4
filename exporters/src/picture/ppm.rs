//! PPM: the pixels as they are, behind a line of text. What compresses them is the page of many frames around them.

use super::Rgb;

pub(super) fn encode(rgb: &[u8], width: u32, height: u32, out: &mut Vec<u8>) -> Result<(), String> {
    out.extend(head(width, height));
    out.extend_from_slice(rgb);
    Ok(())
}

/// The line of text.
pub(super) fn head(width: u32, height: u32) -> Vec<u8> {
    format!("P6\n{width} {height}\n255\n").into_bytes()
}

pub(super) fn decode(bytes: &[u8]) -> Result<Rgb, String> {
    parse(bytes).ok_or_else(|| "is not a PPM picture as written here".into())
}

fn parse(bytes: &[u8]) -> Option<Rgb> {
    let mut lines = bytes.splitn(4, |byte| *byte == b'\n').skip(1);
    let size = std::str::from_utf8(lines.next()?).ok()?;
    let (width, height) = size.split_once(' ')?;
    let (width, height) = (width.parse().ok()?, height.parse().ok()?);
    let depth = lines.next()?;
    let pixels = lines.next()?;
    let whole = u64::from(width) * u64::from(height) * 3 == pixels.len() as u64;
    (depth == b"255" && whole).then(|| Rgb {
        width,
        height,
        bytes: pixels.to_vec(),
    })
}
