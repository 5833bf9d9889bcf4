//! What every pixel of a picture sees: what all outputs but colour are made from.

use glam::Vec3;

/// Part of a pixel that sees the sky.
pub(crate) const SKY_PART: u32 = u32::MAX;

/// What the ray through each pixel's centre meets, row by row from the top left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Inverse depth along the optical axis, 1/m; next to nothing for sky.
    pub w: Vec<f32>,
    /// Which part of the world, `u32::MAX` for sky.
    pub part: Vec<u32>,
    /// Which of the part's faces.
    pub face: Vec<u32>,
}

impl Seen {
    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        let pixels = width as usize * height as usize;
        self.width = width;
        self.height = height;
        self.w.resize(pixels, 0.0);
        self.part.resize(pixels, 0);
        self.face.resize(pixels, 0);
    }

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
