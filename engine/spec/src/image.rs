//! Images that bodies and the sky are painted with.

use crate::limits::IMAGE_PIXELS;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// An image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Image {
    /// From a file. It becomes `pixels` when the scene is read, so that a run needs no other files: every episode's record
    /// holds its world, images and all, so small ones are better.
    File {
        /// The file, a PNG, JPEG, QOI or PPM, seen from the scene file's folder and inside of it.
        path: String,
    },
    /// Its pixels.
    Pixels(Pixels),
}

/// The pixels of an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pixels {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// sRGB, three bytes a pixel, row by row from the top, in base64 (RFC 4648).
    pub rgb: Bytes,
}

impl Pixels {
    /// Says what is wrong with its size.
    pub fn check(&self) -> Result<(), String> {
        let pixels = u64::from(self.width) * u64::from(self.height);
        if pixels == 0 || pixels > IMAGE_PIXELS {
            return Err(format!(
                "has {} x {} pixels; there must be 1 to {IMAGE_PIXELS}",
                self.width, self.height
            ));
        }
        if self.rgb.0.len() as u64 != 3 * pixels {
            return Err(format!(
                "has {} bytes; {} x {} pixels take {}",
                self.rgb.0.len(),
                self.width,
                self.height,
                3 * pixels
            ));
        }
        Ok(())
    }
}

/// Bytes, written as base64. Copies share them.
#[derive(Clone, PartialEq)]
pub struct Bytes(pub Arc<[u8]>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text).map_err(serde::de::Error::custom)?;
        Ok(Bytes(bytes.into()))
    }
}

impl JsonSchema for Bytes {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Bytes".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "contentEncoding": "base64" })
    }
}

/// Which of `count` choices a number of 0..1 picks.
pub fn picked(pick: f32, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(((pick.clamp(0.0, 1.0) * count as f32) as usize).min(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_written_and_read_as_base64() {
        let pixels = Pixels {
            width: 2,
            height: 1,
            rgb: Bytes(Arc::from([1, 2, 3, 253, 254, 255])),
        };
        let text = serde_json::to_string(&pixels).unwrap();
        assert_eq!(text, r#"{"width":2,"height":1,"rgb":"AQID/f7/"}"#);
        assert_eq!(serde_json::from_str::<Pixels>(&text).unwrap(), pixels);
        assert_eq!(pixels.check(), Ok(()));
        let wrong = Pixels { width: 3, ..pixels };
        assert!(wrong.check().unwrap_err().contains("9"));
    }

    #[test]
    fn a_pick_takes_each_of_the_choices() {
        assert_eq!(picked(0.5, 0), None);
        for (pick, choice) in [(0.0, 0), (0.32, 0), (0.34, 1), (0.99, 2), (1.0, 2), (7.0, 2)] {
            assert_eq!(picked(pick, 3), Some(choice));
        }
    }
}
