//! A picture in a panel that changes all the time.
//!
//! A texture that was just made is drawn a frame or two later; one that is made anew in every frame is never seen. So the old one stays
//! until the new one is there. Several can be on their way, each of which is seen as many frames after it was made.

use super::theme;
use bevy_egui::egui::{
    self, ColorImage, Context, Response, TextureHandle, TextureId, TextureOptions, Ui, Vec2,
};
use std::collections::VecDeque;

/// Frames until a texture that was made can be drawn.
const UNTIL_SEEN: u64 = 3;

/// A picture that changes.
#[derive(Default)]
pub struct Live {
    shown: Option<TextureHandle>,
    /// Those that are made and not seen yet, with the frames in which they were.
    coming: VecDeque<(TextureHandle, u64)>,
}

impl Live {
    /// The texture to draw now, where there is one.
    pub fn texture(&mut self, ctx: &Context) -> Option<TextureId> {
        let now = ctx.cumulative_frame_nr();
        while self.coming.front().is_some_and(|(_, made)| is_seen(*made, now)) {
            self.shown = self.coming.pop_front().map(|(texture, _)| texture);
        }
        if !self.coming.is_empty() {
            ctx.request_repaint();
        }
        let texture = self
            .shown
            .as_ref()
            .or(self.coming.front().map(|(texture, _)| texture));
        texture.map(TextureHandle::id)
    }

    /// True where another picture can be taken: the last one is there.
    pub fn is_free(&self) -> bool {
        self.coming.is_empty()
    }

    /// True where one more can be on its way.
    pub fn has_room(&self) -> bool {
        self.coming.len() as u64 <= UNTIL_SEEN
    }

    /// How many will still be on their way so many frames from now.
    pub fn coming_in(&self, ctx: &Context, frames: u64) -> usize {
        let then = ctx.cumulative_frame_nr() + frames;
        let coming = self.coming.iter();
        coming.filter(|(_, made)| !is_seen(*made, then)).count()
    }

    /// Takes another picture.
    pub fn take(&mut self, ctx: &Context, name: &str, image: ColorImage, options: TextureOptions) {
        let texture = ctx.load_texture(name, image, options);
        self.coming.push_back((texture, ctx.cumulative_frame_nr()));
    }
}

/// True where a texture that was made in one frame can be drawn in another.
fn is_seen(made: u64, frame: u64) -> bool {
    frame >= made + UNTIL_SEEN
}

/// A picture that is clicked.
pub fn clickable(ui: &mut Ui, texture: TextureId, size: Vec2) -> Response {
    let image = egui::Image::new((texture, size)).sense(egui::Sense::click());
    let response = ui.add(image);
    if response.hovered() {
        let stroke = egui::Stroke::new(2.0, theme::ACCENT);
        ui.painter()
            .rect_stroke(response.rect, 2.0, stroke, egui::StrokeKind::Inside);
    }
    response
}
