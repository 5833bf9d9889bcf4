//! A picture in a panel that changes all the time.
//!
//! A texture that was just made is drawn a frame or two later; one that is made anew in every frame is never seen. So the old one stays
//! until the new one is there.

use super::theme;
use bevy_egui::egui::{
    self, ColorImage, Context, Response, TextureHandle, TextureId, TextureOptions, Ui, Vec2,
};

/// Frames until a texture that was made can be drawn.
const UNTIL_SEEN: u64 = 3;

/// A picture that changes.
#[derive(Default)]
pub struct Live {
    shown: Option<TextureHandle>,
    next: Option<(TextureHandle, u64)>,
}

impl Live {
    /// The texture to draw now, where there is one.
    pub fn texture(&mut self, ctx: &Context) -> Option<TextureId> {
        let now = ctx.cumulative_frame_nr();
        if self
            .next
            .as_ref()
            .is_some_and(|(_, made)| now >= made + UNTIL_SEEN)
        {
            self.shown = self.next.take().map(|(texture, _)| texture);
        }
        if self.next.is_some() {
            ctx.request_repaint();
        }
        let texture = self
            .shown
            .as_ref()
            .or(self.next.as_ref().map(|(texture, _)| texture));
        texture.map(TextureHandle::id)
    }

    /// True where another picture can be taken: the last one is there.
    pub fn is_free(&self) -> bool {
        self.next.is_none()
    }

    /// Takes another picture.
    pub fn take(&mut self, ctx: &Context, name: &str, image: ColorImage, options: TextureOptions) {
        let texture = ctx.load_texture(name, image, options);
        self.next = Some((texture, ctx.cumulative_frame_nr()));
    }
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
