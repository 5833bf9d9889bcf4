//! Paper to put pictures and words on.

use noto_sans_mono_bitmap::{FontWeight, RasterHeight, RasterizedChar, get_raster, get_raster_width};
use terrella_exporters::picture::Rgb;

/// Height of a line of text, pixels.
pub const LINE_PX: u32 = 16;
/// Height of a title, pixels.
pub(super) const TITLE_PX: u32 = 20;
/// Free paper around everything, pixels.
pub(super) const MARGIN_PX: u32 = 20;

const PAPER: [u8; 3] = [250, 250, 248];

/// What a word means, shown by its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Titles and what is to be read first.
    Strong,
    /// Everything else.
    #[default]
    Plain,
    /// Solved.
    Good,
    /// Out of distribution, or at an end.
    Marked,
}

impl Tone {
    fn rgb(self) -> [u8; 3] {
        match self {
            Tone::Strong => [28, 30, 34],
            Tone::Plain => [92, 96, 104],
            Tone::Good => [14, 122, 66],
            Tone::Marked => [184, 74, 0],
        }
    }
}

/// Width of a line of text, pixels.
pub fn text_width(text: &str) -> u32 {
    (text.chars().count() * get_raster_width(FontWeight::Regular, RasterHeight::Size16)) as u32
}

pub(super) fn title_width(text: &str) -> u32 {
    (text.chars().count() * get_raster_width(FontWeight::Bold, RasterHeight::Size20)) as u32
}

/// Breaks text at spaces into lines of at most `width_px`; a word that is longer gets a line of its own.
pub fn wrap(text: &str, width_px: u32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if text_width(line) + text_width(" ") + text_width(word) <= width_px => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// As much of a line as fits; two dots stand for the rest.
pub(super) fn clip(text: &str, width_px: u32) -> String {
    if text_width(text) <= width_px {
        return text.to_string();
    }
    let room = (width_px / text_width("x")) as usize;
    let start: String = text.chars().take(room.saturating_sub(2)).collect();
    format!("{}..", start.trim_end())
}

/// Paper to put pictures and words on. What reaches over its edge is cut off.
#[derive(Clone, Debug)]
pub struct Canvas {
    picture: Rgb,
}

impl Canvas {
    /// Empty paper of this size, pixels.
    pub fn new(width: u32, height: u32) -> Self {
        let bytes = PAPER.repeat(width as usize * height as usize);
        Canvas {
            picture: Rgb { width, height, bytes },
        }
    }

    /// Puts a picture with its upper left corner at a pixel.
    pub fn paste(&mut self, left: u32, top: u32, picture: &Rgb) {
        let columns = picture.width.min(self.picture.width.saturating_sub(left)) as usize;
        let rows = picture.height.min(self.picture.height.saturating_sub(top));
        for row in 0..rows {
            let from = (row * picture.width) as usize * 3;
            let to = self.at(left, top + row);
            self.picture.bytes[to..to + columns * 3]
                .copy_from_slice(&picture.bytes[from..from + columns * 3]);
        }
    }

    /// Writes a line of text with its upper left corner at a pixel.
    pub fn text(&mut self, left: u32, top: u32, text: &str, tone: Tone) {
        let weight = if tone == Tone::Plain {
            FontWeight::Regular
        } else {
            FontWeight::Bold
        };
        self.letters(left, top, text, tone, weight, RasterHeight::Size16);
    }

    /// Writes a title with its upper left corner at a pixel.
    pub fn title(&mut self, left: u32, top: u32, text: &str) {
        self.letters(
            left,
            top,
            text,
            Tone::Strong,
            FontWeight::Bold,
            RasterHeight::Size20,
        );
    }

    /// The finished picture.
    pub fn into_picture(self) -> Rgb {
        self.picture
    }

    fn letters(
        &mut self,
        left: u32,
        top: u32,
        text: &str,
        tone: Tone,
        weight: FontWeight,
        height: RasterHeight,
    ) {
        let advance = get_raster_width(weight, height) as u32;
        for (index, letter) in text.chars().enumerate() {
            // The font has the Latin letters; others show that there is something.
            let raster = get_raster(letter, weight, height).or_else(|| get_raster('?', weight, height));
            if let Some(raster) = raster {
                self.letter(left + index as u32 * advance, top, &raster, tone.rgb());
            }
        }
    }

    fn letter(&mut self, left: u32, top: u32, raster: &RasterizedChar, ink: [u8; 3]) {
        for (y, row) in raster.rows().enumerate() {
            for (x, cover) in row.iter().enumerate() {
                let (x, y) = (left + x as u32, top + y as u32);
                if *cover == 0 || x >= self.picture.width || y >= self.picture.height {
                    continue;
                }
                let at = self.at(x, y);
                for (channel, ink) in self.picture.bytes[at..at + 3].iter_mut().zip(ink) {
                    let [under, over, cover] = [*channel, ink, *cover].map(u32::from);
                    *channel = ((under * (255 - cover) + over * cover + 127) / 255) as u8;
                }
            }
        }
    }

    fn at(&self, x: u32, y: u32) -> usize {
        (y as usize * self.picture.width as usize + x as usize) * 3
    }
}

/// A picture so large that it can be seen: small ones are enlarged by a whole number, their pixels stay squares.
pub(super) fn visible(picture: &Rgb) -> Rgb {
    const SIDE_PX: u32 = 128;
    let factor = (SIDE_PX / picture.width.max(picture.height).max(1)).max(1) as usize;
    let row_bytes = picture.width as usize * 3;
    let mut bytes = Vec::with_capacity(picture.bytes.len() * factor * factor);
    for row in picture.bytes.chunks_exact(row_bytes.max(1)) {
        let wide: Vec<u8> = row
            .chunks_exact(3)
            .flat_map(|pixel| pixel.repeat(factor))
            .collect();
        (0..factor).for_each(|_| bytes.extend_from_slice(&wide));
    }
    Rgb {
        width: picture.width * factor as u32,
        height: picture.height * factor as u32,
        bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_drawn_where_they_are_put() {
        let mut canvas = Canvas::new(100, 40);
        canvas.text(10, 10, "Terrella", Tone::Strong);
        // Over the edge, and letters that the font lacks: no panic.
        canvas.text(95, 30, "off the \u{4e16} paper", Tone::Marked);
        let picture = canvas.into_picture();
        let dark = |x: u32, y: u32| picture.bytes[((y * 100 + x) * 3) as usize] < 128;
        let count = |from: u32, to: u32| {
            (0..40)
                .flat_map(|y| (from..to).map(move |x| (x, y)))
                .filter(|(x, y)| dark(*x, *y))
                .count()
        };
        assert_eq!(count(0, 10), 0);
        assert!(count(10, 10 + text_width("Terrella")) > 50);
    }

    #[test]
    fn text_fits_its_room() {
        assert_eq!(wrap("one two three", text_width("one two")), ["one two", "three"]);
        assert_eq!(clip("abcdefgh", text_width("abcde")), "abc..");
        assert_eq!(clip("abc", text_width("abc")), "abc");
    }

    #[test]
    fn small_pictures_are_enlarged_in_squares() {
        let small = Rgb {
            width: 64,
            height: 48,
            bytes: (0..64 * 48 * 3).map(|byte| byte as u8).collect(),
        };
        let large = visible(&small);
        assert_eq!((large.width, large.height), (128, 96));
        let pixel = |picture: &Rgb, x: u32, y: u32| {
            let at = ((y * picture.width + x) * 3) as usize;
            picture.bytes[at..at + 3].to_vec()
        };
        assert_eq!(pixel(&large, 127, 95), pixel(&small, 63, 47));
        assert_eq!(pixel(&large, 20, 31), pixel(&small, 10, 15));
    }
}
