//! Animations: an episode as a GIF at the speed of the world.
//!
//! All frames share one palette, so that nothing flickers, and hold only what changed, so that files are small.

use super::canvas::{Canvas, LINE_PX, Tone, clip, text_width, visible};
use super::player::Moment;
use crate::error::AppError;
use gif::{Encoder, Frame, Repeat};
use std::collections::BTreeMap;
use terrella_exporters::picture::Rgb;

/// Paper around and between the cameras, pixels.
const EDGE_PX: u32 = 12;
/// How long the last frame stays beyond its time, hundredths of a second.
const REST_CS: u64 = 100;
/// Frames a second that viewers show: fewer than 2 hundredths of a second a frame are taken for 10.
const MAX_HZ: u32 = 50;
/// Pixels from which the palette is made.
const PALETTE_SAMPLES: usize = 1 << 16;

/// How many steps one frame stands for, in a world of so many steps a second.
pub fn stride(steps_hz: u32) -> u32 {
    steps_hz.div_ceil(MAX_HZ).max(1)
}

/// A moment on paper: title and time, the cameras side by side, their names.
pub fn moment_card(title: &str, cameras: &[String], moment: &Moment) -> Rgb {
    let pictures: Vec<Rgb> = moment.pictures.iter().map(visible).collect();
    let width = pictures
        .iter()
        .map(|picture| picture.width + EDGE_PX)
        .sum::<u32>()
        + EDGE_PX;
    let height = pictures.iter().map(|picture| picture.height).max().unwrap_or(0);
    let mut canvas = Canvas::new(width, height + 4 * EDGE_PX + 2 * LINE_PX - EDGE_PX);
    let (time, tone) = moment.caption();
    let inner = width - 2 * EDGE_PX;
    let time_left = inner.saturating_sub(text_width(&time));
    canvas.text(
        EDGE_PX,
        EDGE_PX,
        &clip(title, time_left.saturating_sub(EDGE_PX)),
        Tone::Strong,
    );
    canvas.text(EDGE_PX + time_left, EDGE_PX, &time, tone);
    let top = EDGE_PX + LINE_PX + EDGE_PX / 2;
    let mut left = EDGE_PX;
    for (picture, name) in pictures.iter().zip(cameras) {
        canvas.paste(left, top, picture);
        canvas.text(
            left,
            top + height + EDGE_PX / 2,
            &clip(name, picture.width),
            Tone::Plain,
        );
        left += picture.width + EDGE_PX;
    }
    canvas.into_picture()
}

/// An animation that is being made.
pub struct Animation {
    encoder: Encoder<Vec<u8>>,
    size: [u16; 2],
    palette: Vec<[u8; 3]>,
    /// Palette entries of the colours met so far.
    entries: BTreeMap<[u8; 3], u8>,
    frames_hz: f64,
    frames: u64,
    shown: Vec<u8>,
    /// The frame that is written once it is known whether another one follows.
    waiting: Option<Frame<'static>>,
}

impl Animation {
    /// Starts an animation of so many frames a second. All frames are of the size of the samples, whose colours make the
    /// palette.
    pub fn new(samples: &[Rgb], frames_hz: f64) -> Result<Self, AppError> {
        let (width, height) = samples
            .first()
            .map_or((0, 0), |sample| (sample.width, sample.height));
        let (Ok(width), Ok(height)) = (u16::try_from(width), u16::try_from(height)) else {
            return Err(AppError::run(
                "size",
                format!("{width} x {height} pixels are too many for a GIF"),
            ));
        };
        let palette = palette(samples);
        let mut encoder = Encoder::new(Vec::new(), width, height, palette.as_flattened()).map_err(fault)?;
        encoder.set_repeat(Repeat::Infinite).map_err(fault)?;
        Ok(Animation {
            encoder,
            size: [width, height],
            palette,
            entries: BTreeMap::new(),
            frames_hz,
            frames: 0,
            shown: Vec::new(),
            waiting: None,
        })
    }

    /// Adds a frame.
    pub fn push(&mut self, picture: &Rgb) -> Result<(), AppError> {
        if [u32::from(self.size[0]), u32::from(self.size[1])] != [picture.width, picture.height] {
            return Err(AppError::run(
                "size",
                "all frames of an animation are of one size",
            ));
        }
        let pixels: Vec<u8> = picture
            .bytes
            .as_chunks::<3>()
            .0
            .iter()
            .map(|color| {
                *self
                    .entries
                    .entry(*color)
                    .or_insert_with(|| nearest(&self.palette, *color))
            })
            .collect();
        let frame = self.changed(&pixels);
        self.shown = pixels;
        if let Some(waiting) = self.waiting.replace(frame) {
            self.write(waiting, 0)?;
        }
        Ok(())
    }

    /// The file's bytes.
    pub fn finish(mut self) -> Result<Vec<u8>, AppError> {
        if let Some(waiting) = self.waiting.take() {
            self.write(waiting, REST_CS)?;
        }
        self.encoder.into_inner().map_err(fault)
    }

    fn write(&mut self, mut frame: Frame<'static>, rest_cs: u64) -> Result<(), AppError> {
        // Rounded in sum, not each: a long animation keeps time.
        let time_cs = |frames: u64| (100.0 * frames as f64 / self.frames_hz).round() as u64;
        let delay = time_cs(self.frames + 1) - time_cs(self.frames) + rest_cs;
        frame.delay = delay.min(u64::from(u16::MAX)) as u16;
        self.frames += 1;
        self.encoder.write_frame(&frame).map_err(fault)
    }

    /// The smallest rectangle that holds what differs from the frame before.
    fn changed(&self, pixels: &[u8]) -> Frame<'static> {
        let width = usize::from(self.size[0]).max(1);
        let (mut left, mut right, mut top, mut bottom) = (width, 0, usize::MAX, 0);
        for (at, pixel) in pixels.iter().enumerate() {
            if self.shown.get(at) != Some(pixel) {
                let (x, y) = (at % width, at / width);
                (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
            }
        }
        if top == usize::MAX {
            // Nothing: one pixel, since a frame has at least one.
            (left, right, top, bottom) = (0, 0, 0, 0);
        }
        let part: Vec<u8> = (top..=bottom)
            .flat_map(|y| pixels[y * width + left..=y * width + right].iter().copied())
            .collect();
        Frame {
            left: left as u16,
            top: top as u16,
            ..Frame::from_indexed_pixels((right + 1 - left) as u16, (bottom + 1 - top) as u16, part, None)
        }
    }
}

fn fault(error: gif::EncodingError) -> AppError {
    AppError::run("animation", error.to_string())
}

/// At most 256 colours for pictures like the samples.
fn palette(samples: &[Rgb]) -> Vec<[u8; 3]> {
    let pixels = || samples.iter().flat_map(|sample| sample.bytes.as_chunks::<3>().0);
    let count = pixels().count();
    // Odd, so that it does not fall into step with the rows.
    let every = (count / PALETTE_SAMPLES) | 1;
    let mut chosen: Vec<[u8; 3]> = pixels().step_by(every).copied().collect();
    const WIDTH: usize = 256;
    let height = (chosen.len() / WIDTH).clamp(1, usize::from(u16::MAX));
    chosen.resize(WIDTH * height, chosen.last().copied().unwrap_or_default());
    let frame = Frame::from_rgb_speed(WIDTH as u16, height as u16, chosen.as_flattened(), 3);
    frame.palette.unwrap_or_default().as_chunks::<3>().0.to_vec()
}

/// The palette's entry that is nearest to a colour; the first of equals.
fn nearest(palette: &[[u8; 3]], color: [u8; 3]) -> u8 {
    let distance = |entry: &[u8; 3]| -> i32 {
        entry
            .iter()
            .zip(color)
            .map(|(one, other)| (i32::from(*one) - i32::from(other)).pow(2))
            .sum()
    };
    palette
        .iter()
        .enumerate()
        .min_by_key(|(_, entry)| distance(entry))
        .map_or(0, |(index, _)| index as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(shift: usize) -> Rgb {
        let bytes =
            (0..60 * 40).flat_map(|at| [(at % 60 * 4) as u8, (at / 60 * 6) as u8, (at * 7 + shift) as u8]);
        Rgb {
            width: 60,
            height: 40,
            bytes: bytes.collect(),
        }
    }

    fn made(hz: f64) -> Vec<u8> {
        let frames: Vec<Rgb> = (0..30).map(|frame| gradient(frame / 2 * 9)).collect();
        let mut animation = Animation::new(&frames, hz).unwrap();
        frames.iter().for_each(|frame| animation.push(frame).unwrap());
        animation.finish().unwrap()
    }

    #[test]
    fn it_keeps_the_time_of_the_world() {
        let bytes = made(30.0);
        let mut reader = gif::DecodeOptions::new().read_info(&bytes[..]).unwrap();
        let mut delays = Vec::new();
        while let Some(frame) = reader.read_next_frame().unwrap() {
            delays.push(u64::from(frame.delay));
        }
        assert_eq!(delays.len(), 30);
        assert_eq!(delays.iter().sum::<u64>(), 100 + REST_CS);
    }

    #[test]
    fn the_same_frames_make_the_same_file() {
        assert_eq!(made(20.0), made(20.0));
    }

    #[test]
    fn few_colours_come_out_as_they_are() {
        let colors = [[250u8, 250, 248], [200, 30, 20], [10, 90, 160]];
        let picture = Rgb {
            width: 30,
            height: 20,
            bytes: (0..600).flat_map(|at| colors[at % 3]).collect(),
        };
        let palette = palette(std::slice::from_ref(&picture));
        for color in colors {
            assert_eq!(palette[usize::from(nearest(&palette, color))], color);
        }
    }
}
