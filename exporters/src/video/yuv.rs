//! RGB to the planes that H.264 codes, and back: BT.601, limited range, colour for squares of 2 x 2 pixels.
//!
//! BT.601, and not BT.709: it is what ffmpeg takes where a reader does not look at the flags, which say the same.
//!
//! **Invariant:** integers only, each rounded once: the same planes on every machine.

/// The planes of a picture: luma, then blue and red chroma of half the width and height.
pub(super) struct Planes {
    pub(super) width: usize,
    pub(super) height: usize,
    bytes: Vec<u8>,
}

impl Planes {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Planes {
            width,
            height,
            bytes: vec![0; width * height * 3 / 2],
        }
    }

    /// Luma, blue chroma, red chroma.
    pub(super) fn planes(&self) -> [&[u8]; 3] {
        let pixels = self.width * self.height;
        let (luma, chroma) = self.bytes.split_at(pixels);
        let (blue, red) = chroma.split_at(pixels / 4);
        [luma, blue, red]
    }

    /// Takes a picture of this size, row-major.
    pub(super) fn fill(&mut self, rgb: &[u8]) {
        let (width, pixels) = (self.width, self.width * self.height);
        let (luma, chroma) = self.bytes.split_at_mut(pixels);
        let (blue, red) = chroma.split_at_mut(pixels / 4);
        for (pixel, luma) in rgb.chunks_exact(3).zip(luma.iter_mut()) {
            let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(i32::from);
            *luma = (((16829 * r + 33039 * g + 6416 * b + (1 << 15)) >> 16) + 16) as u8;
        }
        let squares = blue.iter_mut().zip(red).enumerate();
        for (square, (blue, red)) in squares {
            let (row, column) = (square / (width / 2) * 2, square % (width / 2) * 2);
            let mut sum = [0; 3];
            for row in [row, row + 1] {
                let first = (row * width + column) * 3;
                let pair = &rgb[first..first + 6];
                for channel in 0..3 {
                    sum[channel] += i32::from(pair[channel]) + i32::from(pair[channel + 3]);
                }
            }
            // The mean of four: two bits more to round away.
            let [r, g, b] = sum;
            *blue = (((-9714 * r - 19071 * g + 28785 * b + (1 << 17)) >> 18) + 128) as u8;
            *red = (((28785 * r - 24104 * g - 4681 * b + (1 << 17)) >> 18) + 128) as u8;
        }
    }
}

/// The picture of three planes, each with so many bytes from one row to the next.
#[cfg_attr(
    not(any(test, feature = "video")),
    expect(dead_code, reason = "only a decoder has planes")
)]
pub(super) fn rgb(planes: [&[u8]; 3], strides: [usize; 3], width: usize, height: usize) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(width * height * 3);
    let channel = |value: i32| ((value + (1 << 15)) >> 16).clamp(0, 255) as u8;
    for row in 0..height {
        let line = |plane: usize, row: usize| &planes[plane][row * strides[plane]..];
        let (luma, blue, red) = (line(0, row), line(1, row / 2), line(2, row / 2));
        for column in 0..width {
            let y = (i32::from(luma[column]) - 16) * 76309;
            let [cb, cr] = [blue, red].map(|plane| i32::from(plane[column / 2]) - 128);
            rgb.extend([
                channel(y + 104597 * cr),
                channel(y - 25675 * cb - 53279 * cr),
                channel(y + 132201 * cb),
            ]);
        }
    }
    rgb
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(rgb_in: &[u8], width: usize, height: usize) -> Vec<u8> {
        let mut planes = Planes::new(width, height);
        planes.fill(rgb_in);
        rgb(planes.planes(), [width, width / 2, width / 2], width, height)
    }

    #[test]
    fn even_colours_come_back_within_two_levels() {
        for color in (0..=255u8).step_by(15).flat_map(|r| {
            (0..=255u8)
                .step_by(15)
                .flat_map(move |g| (0..=255u8).step_by(15).map(move |b| [r, g, b]))
        }) {
            let seen = there_and_back(&color.repeat(4), 2, 2);
            for (is, was) in seen.iter().zip(color.repeat(4)) {
                assert!(is.abs_diff(was) <= 2, "{color:?} became {seen:?}");
            }
        }
    }

    #[test]
    fn black_white_and_grey_are_those_of_limited_range() {
        for (level, luma) in [(0, 16), (255, 235), (128, 126)] {
            let mut planes = Planes::new(2, 2);
            planes.fill(&[level; 12]);
            assert_eq!(planes.planes(), [&[luma; 4][..], &[128], &[128]]);
        }
    }

    #[test]
    fn colour_is_kept_for_squares_only() {
        // Red and blue side by side become one colour; their lightness stays apart.
        let seen = there_and_back(&[255, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255], 2, 2);
        assert!((seen[0] - seen[3]).abs_diff(seen[2] - seen[5]) <= 1, "{seen:?}");
        assert!(seen[0] < 230 && seen[5] < 230, "{seen:?}");
    }
}
