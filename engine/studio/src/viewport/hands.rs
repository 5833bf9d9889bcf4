//! What the mouse does in the viewport: it picks, frames, pulls, drops pieces and moves handles.

use super::{Drag, MARK, Viewport};
use crate::change;
use crate::document::Edit;
use crate::pieces::{Piece, Target, put};
use crate::session::Session;
use bevy::math::{Quat, Vec2, Vec3};
use bevy_egui::egui;
use std::time::Instant;
use terrella_app::sim::lane::Tug;
use terrella_app::spec::pose::Pose;
use terrella_app::spec::shape::Shape;

impl Viewport {
    /// Picks, selects by a frame, and pulls bodies while the world goes on.
    pub(super) fn point(&mut self, ui: &mut egui::Ui, response: &egui::Response, session: &mut Session) {
        let (alt, add) = ui.input(|input| {
            (
                input.modifiers.alt,
                input.modifiers.command || input.modifiers.shift,
            )
        });
        if alt {
            return;
        }
        let primary = egui::PointerButton::Primary;
        if response.clicked_by(primary) && !self.handles_busy {
            let body = response
                .interact_pointer_pos()
                .and_then(|at| self.body_at(at, session));
            match body {
                Some(body) => session.select(&change::body_path(&body), add),
                None if !add => session.selection.clear(),
                None => {}
            }
        }
        if response.drag_started_by(primary) && !self.handles_busy {
            self.frame = ui.input(|input| input.pointer.press_origin());
            if session.playing {
                self.grab(session);
            }
        }
        let Some(from) = self.frame else { return };
        let Some(to) = ui.input(|input| input.pointer.interact_pos()) else {
            return;
        };
        if let Some(tug) = &mut session.tug {
            // Pulled in the plane of the picture.
            let depth = (Vec3::from_array(tug.target_m) - self.camera.eye_m()).dot(self.camera.forward());
            let (eye, ray) = self.ray(to);
            let target = eye + ray * (depth / ray.dot(self.camera.forward()));
            tug.target_m = target.to_array();
        } else {
            let stroke = egui::Stroke::new(1.0, MARK);
            let fill = egui::Color32::from_rgba_unmultiplied(255, 170, 60, 24);
            let frame = egui::Rect::from_two_pos(from, to);
            ui.painter()
                .rect(frame, 0.0, fill, stroke, egui::StrokeKind::Inside);
        }
        if response.drag_stopped_by(primary) || !ui.input(|input| input.pointer.primary_down()) {
            if session.tug.take().is_none() {
                self.select_in(egui::Rect::from_two_pos(from, to), add, session);
            }
            self.frame = None;
        }
    }

    /// Takes pieces that are dragged here from the library.
    pub(super) fn take(&self, ui: &egui::Ui, response: &egui::Response, session: &mut Session) {
        let Some(at) = ui.input(|input| input.pointer.latest_pos()) else {
            return;
        };
        let target = || Target {
            body: self.body_at(at, session),
            surface: self.surface_at(at),
        };
        if let Some(piece) = response.dnd_hover_payload::<&'static Piece>() {
            let on = target().body.map_or(String::new(), |body| format!(" on {body}"));
            let font = egui::FontId::proportional(13.0);
            let place = at + egui::vec2(14.0, 6.0);
            let text = format!("{}{on}", piece.name);
            ui.painter().circle_stroke(at, 5.0, egui::Stroke::new(1.5, MARK));
            ui.painter().text(place, egui::Align2::LEFT_TOP, text, font, MARK);
        }
        if let Some(piece) = response.dnd_release_payload::<&'static Piece>() {
            let target = target();
            put(session, &piece, &target);
        }
    }

    fn grab(&self, session: &mut Session) {
        let Some(from) = self.frame else { return };
        let (Some(body), Some(point)) = (self.body_at(from, session), self.point_at(from)) else {
            return;
        };
        let Some(play) = session.play() else { return };
        let Some(index) = play.plan().world.bodies.get_index_of(&body) else {
            return;
        };
        let pose = play.now().poses[index];
        let turn = Quat::from_array(pose.rotation_xyzw);
        let anchor = turn.inverse() * (point - Vec3::from_array(pose.position_m));
        session.tug = Some(Tug {
            body: index,
            anchor_m: anchor.to_array(),
            target_m: point.to_array(),
        });
    }

    fn pixel(&self, at: egui::Pos2) -> Option<[u32; 2]> {
        let rect = self.rect?;
        let share = (at - rect.min) / rect.size();
        let [width, height] = self.size;
        let inside = (0.0..1.0).contains(&share.x) && (0.0..1.0).contains(&share.y);
        inside.then_some([(share.x * width as f32) as u32, (share.y * height as f32) as u32])
    }

    fn ray(&self, at: egui::Pos2) -> (Vec3, Vec3) {
        let rect = self.rect.unwrap_or(egui::Rect::ZERO);
        let own = at - rect.min;
        self.camera
            .ray(Vec2::new(own.x, own.y), Vec2::new(rect.width(), rect.height()))
    }

    fn body_at(&self, at: egui::Pos2, session: &Session) -> Option<String> {
        let [x, y] = self.pixel(at)?;
        let picture = self.picture.as_ref()?;
        let (name, _) = picture.world().bodies.get_index(picture.body_at(x, y)?)?;
        (!session.is_locked(name)).then(|| name.clone())
    }

    fn point_at(&self, at: egui::Pos2) -> Option<Vec3> {
        let [x, y] = self.pixel(at)?;
        self.picture.as_ref()?.point_at(&self.camera, x, y)
    }

    fn surface_at(&self, at: egui::Pos2) -> Option<([f32; 3], [f32; 3])> {
        let [x, y] = self.pixel(at)?;
        let (point, normal) = self.picture.as_ref()?.surface_at(&self.camera, x, y)?;
        Some((point.to_array(), normal.to_array()))
    }

    fn select_in(&self, frame: egui::Rect, add: bool, session: &mut Session) {
        let (Some(rect), Some(picture)) = (self.rect, self.picture.as_ref()) else {
            return;
        };
        let inside = frame.intersect(rect.shrink(1.0));
        if !inside.is_positive() {
            return;
        }
        let (Some(low), Some(high)) = (self.pixel(inside.min), self.pixel(inside.max)) else {
            return;
        };
        if !add {
            session.selection.clear();
        }
        for body in picture.bodies_in(low, high) {
            let Some((name, own)) = picture.world().bodies.get_index(body) else {
                continue;
            };
            let path = change::body_path(name);
            // A floor is everywhere: nobody means it who draws a frame.
            let floor = matches!(own.shape, Shape::HalfSpace {});
            if !floor && !session.locked.contains(&path) && !session.selection.contains(&path) {
                session.selection.push(path);
            }
        }
    }

    /// The body that has the handles and its pose: the last one that is selected, at the start of an episode of a scene.
    pub fn handled(&self, session: &Session) -> Option<(String, Pose)> {
        let play = session.play()?;
        if !session.project.is_scene || play.shown() != 0 || session.playing || !session.is_current() {
            return None;
        }
        let name = change::body_of(session.selection.last()?)?;
        let index = play.plan().world.bodies.get_index_of(&name)?;
        (!session.is_locked(&name)).then(|| (name, play.now().poses[index]))
    }

    /// The handles have brought the body that has them so far.
    pub fn drag(&mut self, drag: Drag) {
        self.drag = Some(drag);
        self.moved = Some(Instant::now());
    }

    /// The handles were let go: what they did becomes one edit.
    pub fn drop_drag(&mut self, session: &mut Session) {
        let Some(drag) = self.drag.take() else { return };
        let bodies: Vec<String> = session
            .selected_bodies()
            .into_iter()
            .filter(|body| !session.is_locked(body))
            .collect();
        let values = session.values().clone();
        let starts = session.world().map(|world| {
            (
                world.bodies.keys().cloned().collect::<Vec<_>>(),
                world.start_poses(),
            )
        });
        let Some((names, starts)) = starts else { return };
        let mut edits: Vec<Edit> = Vec::new();
        for body in &bodies {
            edits.extend(change::move_by(&values, body, drag.offset_m.to_array()));
            let start = names
                .iter()
                .position(|name| name == body)
                .map(|index| starts[index]);
            if let Some(start) = start.filter(|_| drag.turn.angle_between(Quat::IDENTITY) > 1e-4) {
                let turned = drag.turn * Quat::from_array(start.rotation_xyzw);
                edits.extend(change::turn_to(&values, body, turned.to_array()));
            }
            edits.extend(change::scale_by(&values, body, drag.scale.to_array()));
        }
        session.edit("move with handles", None, &edits);
    }
}
