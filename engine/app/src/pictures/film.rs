//! Film strips: moments of one episode from left to right, a row for each camera.

use super::canvas::{Canvas, LINE_PX, MARGIN_PX, Tone, clip, text_width, visible};
use super::player::Moment;
use super::sheet::{CAPTION_GAP_PX, Header};
use terrella_exporters::picture::Rgb;

/// Paper between frames, pixels.
const GAP_PX: u32 = 6;

/// The film of one camera.
#[derive(Clone, Debug)]
pub struct Strip {
    /// The camera.
    pub name: String,
    /// Its frames, in order.
    pub frames: Vec<Rgb>,
}

/// Moments of one episode as all cameras see them.
#[derive(Clone, Debug)]
pub struct Film {
    /// What stands above each frame.
    pub captions: Vec<(String, Tone)>,
    /// A strip for each camera.
    pub strips: Vec<Strip>,
}

impl Film {
    /// A film without frames.
    pub fn new(cameras: &[String]) -> Self {
        let strips = cameras
            .iter()
            .map(|name| Strip {
                name: name.clone(),
                frames: Vec::new(),
            })
            .collect();
        Film {
            captions: Vec::new(),
            strips,
        }
    }

    /// Adds a moment.
    pub fn push(&mut self, moment: Moment) {
        self.captions.push(moment.caption());
        for (strip, picture) in self.strips.iter_mut().zip(moment.pictures) {
            strip.frames.push(picture);
        }
    }

    /// The steps that a film of so many frames shows, the first and the last among them.
    pub fn steps(last_step: u32, frames: u32) -> Vec<u32> {
        let frames = frames.clamp(1, last_step.saturating_add(1));
        let step = |frame: u32| u64::from(frame) * u64::from(last_step) / u64::from((frames - 1).max(1));
        (0..frames).map(|frame| step(frame) as u32).collect()
    }
}

/// The film on paper.
pub fn film_strip(header: &Header, film: &Film) -> Rgb {
    let strips: Vec<Vec<Rgb>> = film
        .strips
        .iter()
        .map(|strip| strip.frames.iter().map(visible).collect())
        .collect();
    let frames = || strips.iter().flatten();
    let width = frames().map(|frame| frame.width).max().unwrap_or(0);
    let names = film
        .strips
        .iter()
        .map(|strip| text_width(&strip.name))
        .max()
        .unwrap_or(0);
    let names_width = if names == 0 { 0 } else { names + 2 * GAP_PX };
    let count = film.captions.len() as u32;
    let inner = (names_width + (count * (width + GAP_PX)).saturating_sub(GAP_PX)).max(header.width());
    let captions_top = MARGIN_PX + header.height(inner);
    let strips_top = captions_top + LINE_PX + CAPTION_GAP_PX;
    let heights: Vec<u32> = strips
        .iter()
        .map(|strip| strip.iter().map(|frame| frame.height).max().unwrap_or(0))
        .collect();
    let below: u32 = heights
        .iter()
        .map(|height| height + GAP_PX)
        .sum::<u32>()
        .saturating_sub(GAP_PX);
    let mut canvas = Canvas::new(inner + 2 * MARGIN_PX, strips_top + below + MARGIN_PX);
    header.draw(&mut canvas, inner);
    let left_of = |column: usize| MARGIN_PX + names_width + column as u32 * (width + GAP_PX);
    for (column, (caption, tone)) in film.captions.iter().enumerate() {
        canvas.text(left_of(column), captions_top, &clip(caption, width), *tone);
    }
    let mut top = strips_top;
    for ((strip, frames), height) in film.strips.iter().zip(&strips).zip(&heights) {
        canvas.text(
            MARGIN_PX,
            top + (height / 2).saturating_sub(LINE_PX / 2),
            &strip.name,
            Tone::Plain,
        );
        for (column, frame) in frames.iter().enumerate() {
            canvas.paste(left_of(column), top, frame);
        }
        top += height + GAP_PX;
    }
    canvas.into_picture()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_has_both_ends() {
        assert_eq!(Film::steps(100, 5), [0, 25, 50, 75, 100]);
        assert_eq!(Film::steps(2, 8), [0, 1, 2]);
        assert_eq!(Film::steps(10, 1), [0]);
    }
}
