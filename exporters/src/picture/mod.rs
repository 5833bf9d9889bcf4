//! Pictures as the bytes that readers open, and back: one file for each format.
//!
//! **Invariant:** the bytes of a picture are a function of its pixels, on every machine.

mod jpeg;
mod png;
mod ppm;
mod qoi;

use crate::error::ExportError;
use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, RecordBatch, StringArray, StructArray,
};
use arrow::buffer::{Buffer, OffsetBuffer};
use arrow::datatypes::{Field, Schema};
use std::sync::Arc;
use terrella_record::schema::picture_fields;
use terrella_spec::run::ImageFormat;

/// A picture that claims more pixels is not decoded: 48 MiB.
const MOST_PIXELS: u64 = 1 << 24;

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

/// Room for the line of text before raw pixels. Other formats seldom take more than the pixels do.
const AROUND_PIXELS: usize = 64;

/// Encodes raw pictures of one size as the column that LeRobot and `datasets` read: bytes and a name. `first` is the frame
/// of its episode that the first one is.
pub fn encode_column(
    raw: &BinaryArray,
    [height, width]: [usize; 2],
    format: ImageFormat,
    episode: u64,
    first: usize,
) -> Result<StructArray, ExportError> {
    // One behind the other, as the column holds them: each is copied once.
    let mut bytes = Vec::with_capacity(raw.len() * (height * width * 3 + AROUND_PIXELS));
    let mut lengths = Vec::with_capacity(raw.len());
    for frame in 0..raw.len() {
        let before = bytes.len();
        encode(raw.value(frame), width as u32, height as u32, format, &mut bytes).map_err(|reason| {
            ExportError::Picture {
                name: file_name(episode, first + frame, format),
                reason,
            }
        })?;
        lengths.push(bytes.len() - before);
    }
    let bytes = BinaryArray::try_new(OffsetBuffer::from_lengths(lengths), Buffer::from_vec(bytes), None)?;
    named(&bytes, format, episode, first)
}

/// The column of pictures whose bytes these are, with their names.
pub fn named(
    bytes: &BinaryArray,
    format: ImageFormat,
    episode: u64,
    first: usize,
) -> Result<StructArray, ExportError> {
    let names = (0..bytes.len()).map(|frame| file_name(episode, first + frame, format));
    let names = StringArray::from_iter_values(names);
    let columns: Vec<ArrayRef> = vec![Arc::new(bytes.clone()), Arc::new(names)];
    Ok(StructArray::try_new(picture_fields(), columns, None)?)
}

fn file_name(episode: u64, frame: usize, format: ImageFormat) -> String {
    format!("episode-{episode:06}-frame-{frame:06}.{}", format.name())
}

/// What a file of raw pixels has before them, where the format is such a file.
pub fn head_of_raw([height, width]: [usize; 2], format: ImageFormat) -> Option<Vec<u8>> {
    (format == ImageFormat::Ppm).then(|| ppm::head(width as u32, height as u32))
}

/// Encodes one picture, appending to `out`; or says why it cannot.
pub fn encode(
    rgb: &[u8],
    width: u32,
    height: u32,
    format: ImageFormat,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    match format {
        ImageFormat::Png => png::encode(rgb, width, height, out),
        ImageFormat::Ppm => ppm::encode(rgb, width, height, out),
        ImageFormat::Jpeg => jpeg::encode(rgb, width, height, out),
        ImageFormat::Qoi => qoi::encode(rgb, width, height, out),
        ImageFormat::Mp4 => Err("is a frame of a video, which is encoded with those before it".into()),
    }
}

/// Decodes what [`encode`] made; which format it is the bytes tell.
pub fn decode(name: &str, bytes: &[u8]) -> Result<Rgb, ExportError> {
    let decoded = match bytes {
        [b'P', b'6', ..] => ppm::decode(bytes),
        [0xFF, 0xD8, ..] => jpeg::decode(bytes),
        [b'q', b'o', b'i', b'f', ..] => qoi::decode(bytes),
        _ => png::decode(bytes),
    };
    decoded.map_err(|reason| ExportError::Picture {
        name: name.to_string(),
        reason,
    })
}

/// True for a size that is worth taking memory for.
fn is_sane(width: u64, height: u64) -> bool {
    width.saturating_mul(height) <= MOST_PIXELS
}

/// A batch with its encoded pictures as what they are worth: their pixels, or, where the format keeps only something near
/// them, their bytes. This is what is compared and hashed.
pub fn values(batch: &RecordBatch, format: ImageFormat) -> Result<RecordBatch, ExportError> {
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let column: ArrayRef = match column.as_struct_opt() {
            Some(pictures) if format.is_lossless() => Arc::new(decode_column(pictures)?),
            Some(pictures) => Arc::new(parts(pictures, 0)?.0.clone()),
            None => column.clone(),
        };
        fields.push(Field::new(field.name(), column.data_type().clone(), true));
        columns.push(column);
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
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
    let (bytes, names) = parts(column, row)?;
    decode(names.value(row), bytes.value(row))
}

/// The bytes and the names of a column of encoded pictures.
fn parts(column: &StructArray, row: usize) -> Result<(&BinaryArray, &StringArray), ExportError> {
    let both = (column.columns().first().zip(column.columns().get(1)))
        .and_then(|(bytes, names)| bytes.as_binary_opt::<i32>().zip(names.as_string_opt::<i32>()));
    both.ok_or_else(|| ExportError::Picture {
        name: format!("row {row}"),
        reason: "is not bytes with a name".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formats in which each picture stands alone.
    const ALONE: [ImageFormat; 4] = [
        ImageFormat::Ppm,
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Qoi,
    ];

    #[test]
    fn a_frame_of_a_video_is_no_picture_alone() {
        let refused = encode(&picture(16, 16), 16, 16, ImageFormat::Mp4, &mut Vec::new());
        assert!(refused.unwrap_err().contains("is a frame of a video"));
        let others = ImageFormat::ALL.into_iter().filter(|format| !format.is_video());
        assert!(others.eq(ALONE));
    }

    /// A smooth picture with an edge.
    fn picture(width: usize, height: usize) -> Vec<u8> {
        let pixel = |x: usize, y: usize| [(x * 8) as u8, (y * 8) as u8, if x > y { 200 } else { 40 }];
        (0..width * height)
            .flat_map(|at| pixel(at % width, at / width))
            .collect()
    }

    #[test]
    fn lossless_pictures_come_back_as_they_were() {
        let rgb: Vec<u8> = (0..7 * 5 * 3).map(|byte| (byte * 37 % 256) as u8).collect();
        for format in ALONE {
            let raw = BinaryArray::from_iter_values([&rgb, &rgb]);
            let column = encode_column(&raw, [5, 7], format, 12, 0).unwrap();
            let seen = decode_row(&column, 1).unwrap();
            assert_eq!((seen.width, seen.height, seen.bytes.len()), (7, 5, rgb.len()));
            assert_eq!(seen.bytes == rgb, format.is_lossless(), "{format:?}");
            let name = column.column(1).as_string::<i32>().value(1).to_string();
            assert_eq!(name, format!("episode-000012-frame-000001.{}", format.name()));
        }
    }

    #[test]
    fn jpeg_pixels_are_near_and_keep_their_colours() {
        let (width, height) = (30, 22);
        let rgb = picture(width, height);
        let mut bytes = Vec::new();
        encode(&rgb, width as u32, height as u32, ImageFormat::Jpeg, &mut bytes).unwrap();
        let seen = decode("picture", &bytes).unwrap().bytes;
        let square = |(a, b): (&u8, &u8)| (f64::from(*a) - f64::from(*b)).powi(2);
        let error = rgb.iter().zip(&seen).map(square).sum::<f64>() / rgb.len() as f64;
        // 40 dB. With colour at half the resolution the blue edge alone makes it ten times as much.
        assert!(error < 6.5, "mean squared error {error}");
    }

    #[test]
    fn values_are_pixels_or_where_they_are_lost_bytes() {
        let rgb = picture(6, 4);
        let raw = BinaryArray::from_iter_values([&rgb]);
        for format in ALONE {
            let column = encode_column(&raw, [4, 6], format, 0, 0).unwrap();
            let encoded = column.column(0).as_binary::<i32>().clone();
            let batch = RecordBatch::try_from_iter([("camera", Arc::new(column) as ArrayRef)]).unwrap();
            let values = values(&batch, format).unwrap();
            let expected = if format == ImageFormat::Jpeg {
                &encoded
            } else {
                &raw
            };
            assert_eq!(values.column(0).as_binary::<i32>(), expected, "{format:?}");
        }
    }

    #[test]
    fn broken_pictures_are_errors() {
        let mut huge = Vec::new();
        encode(&picture(2, 2), 2, 2, ImageFormat::Qoi, &mut huge).unwrap();
        // 65536 x 65536, in a hundred bytes.
        huge[4..12].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        let mut jpeg = Vec::new();
        encode(&picture(32, 32), 32, 32, ImageFormat::Jpeg, &mut jpeg).unwrap();
        for bytes in [
            &b"P6\n2 2\n255\nshort"[..],
            b"P6\n",
            b"P6\n99999999999 1\n255\n",
            b"\x89PNG",
            b"qoif",
            b"\xFF\xD8\xFF",
            b"",
            &huge,
            &jpeg[..jpeg.len() / 4],
        ] {
            assert!(decode("broken", bytes).is_err(), "{bytes:?}");
        }
    }
}
