//! The episode beside the one that is shown: a smaller picture of it, from the same place, at the same step.

use super::camera::OrbitCamera;
use super::caption;
use super::picture::Picture;
use crate::panels::Live;
use crate::session::Session;
use bevy_egui::egui;
use std::collections::BTreeSet;

/// How large it is, as a share of the viewport's sides.
const SHARE: f32 = 0.38;

/// The smaller picture.
#[derive(Default)]
pub struct Beside {
    /// The episode and the world that it was prepared of.
    of: Option<(u64, u64)>,
    picture: Option<Picture>,
    drawn: Option<(usize, OrbitCamera, [u32; 2])>,
    live: Live,
}

impl Beside {
    /// Shows it in the upper right corner, where an episode was put beside the other one.
    pub fn show(&mut self, ui: &egui::Ui, rect: egui::Rect, camera: &OrbitCamera, session: &Session) {
        let (Some(episode), Some(play), Some(other)) = (session.beside, session.play(), session.other())
        else {
            *self = Beside::default();
            return;
        };
        let of = (episode, session.generation());
        if self.of != Some(of) {
            // One that cannot be drawn is not shown; the difference is drawn all the same.
            self.picture = Picture::new(&other.plan().world, &BTreeSet::new()).ok();
            self.of = Some(of);
            self.drawn = None;
        }
        let Some(picture) = &mut self.picture else { return };
        let size = rect.size() * SHARE;
        let pixels =
            [size.x, size.y].map(|side| (side * ui.ctx().pixels_per_point()).round().max(1.0) as u32);
        let step = play.shown().min(other.moments().len() - 1);
        let wanted = (step, *camera, pixels);
        if self.drawn != Some(wanted) && self.live.is_free() {
            let then = &other.moments()[step];
            let image = picture.image(camera, pixels, then, 1);
            self.live
                .take(ui.ctx(), "beside", image, egui::TextureOptions::LINEAR);
            self.drawn = Some(wanted);
        }
        let Some(texture) = self.live.texture(ui.ctx()) else {
            return;
        };
        let corner = rect.right_top() + egui::vec2(-size.x - 8.0, 32.0);
        let place = egui::Rect::from_min_size(corner, size);
        let painter = ui.painter().with_clip_rect(rect);
        let whole = egui::Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
        painter.image(texture, place, whole, egui::Color32::WHITE);
        let color = egui::Color32::from_rgb(255, 90, 205);
        painter.rect_stroke(
            place,
            2.0,
            egui::Stroke::new(1.5, color),
            egui::StrokeKind::Outside,
        );
        let at = place.min + egui::vec2(8.0, 5.0);
        caption(
            &painter,
            at,
            egui::Align2::LEFT_TOP,
            format!("episode {episode}"),
            color,
        );
    }
}
