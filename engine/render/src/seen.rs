//! What each pixel's centre sees, before it becomes a picture: the ground of outputs that are made afterwards.

use glam::Vec3;

/// Part of a pixel that sees the sky.
pub(crate) const SKY_PART: u32 = u32::MAX;

/// What is seen, row by row from the top left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Inverse depth, 1 / z, 1/m; of the sky 1e-6.
    pub w: Vec<f32>,
    /// Index of the visible shape, in the order of bodies and of each body's parts; `u32::MAX` for sky.
    pub part: Vec<u32>,
    /// Which of the part's faces it is; 0 for sky.
    pub face: Vec<u32>,
}

impl Seen {
    /// How many pixels there are.
    pub fn pixels(&self) -> usize {
        self.part.len()
    }

    /// True where the pixel shows no body.
    pub fn is_sky(&self, pixel: usize) -> bool {
        self.part[pixel] == SKY_PART
    }

    /// The point of the camera's frame that a pixel with this ray shows, m; None for sky.
    pub(crate) fn point(&self, pixel: usize, [x, y]: [f32; 2]) -> Option<Vec3> {
        if self.is_sky(pixel) {
            return None;
        }
        let z = 1.0 / self.w[pixel];
        Some(Vec3::new(x * z, y * z, z))
    }
}
