//! Pictures as the bytes that readers open: PNG or PPM, and back.

use crate::error::ExportError;
use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, StringArray, StructArray};
use std::sync::Arc;
use terrella_record::schema::picture_fields;
use terrella_spec::run::ImageFormat;

/// An RGB picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rgb {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Row-major, three bytes a pixel.
    pub bytes: Vec<u8>,
}

/// Encodes raw pictures of one size as the column that LeRobot and `datasets` read: bytes and a name.
pub fn encode_column(
    raw: &BinaryArray,
    [height, width]: [usize; 2],
    format: ImageFormat,
    episode: u64,
) -> Result<StructArray, ExportError> {
    let mut bytes = BinaryBuilder::with_capacity(raw.len(), raw.value_data().len());
    let mut names = Vec::with_capacity(raw.len());
    let extension = match format {
        ImageFormat::Png => "png",
        ImageFormat::Ppm => "ppm",
    };
    let mut buffer = Vec::new();
    for frame in 0..raw.len() {
        let name = format!("episode-{episode:06}-frame-{frame:06}.{extension}");
        buffer.clear();
        encode(raw.value(frame), width as u32, height as u32, format, &mut buffer).map_err(|error| {
            ExportError::Picture {
                name: name.clone(),
                reason: error.to_string(),
            }
        })?;
        bytes.append_value(&buffer);
        names.push(name);
    }
    let columns: Vec<ArrayRef> = vec![Arc::new(bytes.finish()), Arc::new(StringArray::from(names))];
    Ok(StructArray::try_new(picture_fields(), columns, None)?)
}

/// Encodes one picture, appending to `out`.
pub fn encode(
    rgb: &[u8],
    width: u32,
    height: u32,
    format: ImageFormat,
    out: &mut Vec<u8>,
) -> Result<(), png::EncodingError> {
    match format {
        ImageFormat::Png => {
            let mut encoder = png::Encoder::new(out, width, height);
            encoder.set_color(png::ColorType::Rgb);
            encoder.set_depth(png::BitDepth::Eight);
            // Of all settings within the fast level this is the smallest and among the quickest: 40 us and a tenth of the
            // size for 128 x 128. Higher levels take ten times as long and save a tenth more.
            encoder.set_compression(png::Compression::Fast);
            encoder.set_filter(png::Filter::Paeth);
            let mut writer = encoder.write_header()?;
            writer.write_image_data(rgb)?;
            writer.finish()
        }
        ImageFormat::Ppm => {
            out.extend_from_slice(format!("P6\n{width} {height}\n255\n").as_bytes());
            out.extend_from_slice(rgb);
            Ok(())
        }
    }
}

/// Decodes what [`encode`] made.
pub fn decode(name: &str, bytes: &[u8]) -> Result<Rgb, ExportError> {
    let fault = |reason: &str| ExportError::Picture {
        name: name.to_string(),
        reason: reason.to_string(),
    };
    if bytes.starts_with(b"P6\n") {
        return decode_ppm(bytes).ok_or_else(|| fault("is not a PPM picture as written here"));
    }
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
        .read_info()
        .map_err(|e| fault(&e.to_string()))?;
    let size = reader.output_buffer_size().ok_or_else(|| fault("is too large"))?;
    let mut rgb = vec![0; size];
    let info = reader
        .next_frame(&mut rgb)
        .map_err(|error| fault(&error.to_string()))?;
    if (info.color_type, info.bit_depth) != (png::ColorType::Rgb, png::BitDepth::Eight) {
        return Err(fault("is not 8-bit RGB"));
    }
    rgb.truncate(info.buffer_size());
    Ok(Rgb {
        width: info.width,
        height: info.height,
        bytes: rgb,
    })
}

/// Decodes a column of encoded pictures to raw RGB, one binary a row.
pub fn decode_column(column: &StructArray) -> Result<BinaryArray, ExportError> {
    let mut raw = BinaryBuilder::new();
    for row in 0..column.len() {
        raw.append_value(decode_row(column, row)?.bytes);
    }
    Ok(raw.finish())
}

/// Decodes one row of a column of encoded pictures.
pub fn decode_row(column: &StructArray, row: usize) -> Result<Rgb, ExportError> {
    let parts = column
        .column(0)
        .as_binary_opt::<i32>()
        .zip(column.column(1).as_string_opt::<i32>());
    let Some((bytes, names)) = parts else {
        return Err(ExportError::Picture {
            name: format!("row {row}"),
            reason: "is not bytes with a name".into(),
        });
    };
    decode(names.value(row), bytes.value(row))
}

fn decode_ppm(bytes: &[u8]) -> Option<Rgb> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_come_back_as_they_were() {
        let rgb: Vec<u8> = (0..7 * 5 * 3).map(|byte| (byte * 37 % 256) as u8).collect();
        for format in [ImageFormat::Png, ImageFormat::Ppm] {
            let raw = BinaryArray::from_iter_values([&rgb, &rgb]);
            let column = encode_column(&raw, [5, 7], format, 12).unwrap();
            assert_eq!(
                decode_row(&column, 1).unwrap(),
                Rgb {
                    width: 7,
                    height: 5,
                    bytes: rgb.clone()
                }
            );
            assert_eq!(decode_column(&column).unwrap(), raw);
            let name = column.column(1).as_string::<i32>().value(1).to_string();
            assert!(name.starts_with("episode-000012-frame-000001.p"), "{name}");
        }
    }

    #[test]
    fn broken_pictures_are_errors() {
        for bytes in [
            &b"P6\n2 2\n255\nshort"[..],
            b"P6\n",
            b"P6\n99999999999 1\n255\n",
            b"\x89PNG",
            b"",
        ] {
            assert!(decode("broken", bytes).is_err());
        }
    }
}
