//! The episode beside the one that is shown: as large as that one, from the same place and at the same step; what differs between the two
//! pictures; and how far their things are apart, in numbers.

use super::camera::OrbitCamera;
use super::picture::{Dress, Picture};
use super::{caption, numbers};
use crate::compare;
use crate::panels::Live;
use crate::session::Session;
use bevy_egui::egui;
use std::collections::{BTreeSet, VecDeque};

/// Between two parts, points.
const GAP: f32 = 2.0;
/// A viewport that is this many times as wide as it is high has its parts in a row.
const WIDE: f32 = 2.6;
/// What is of the other episode is told in this colour.
pub(super) const OTHER: egui::Color32 = egui::Color32::from_rgb(255, 130, 215);
/// Behind pictures that are not there yet.
const GROUND: egui::Color32 = egui::Color32::from_rgb(22, 24, 28);

/// Where the parts are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Parts {
    /// The world that is shown.
    pub own: egui::Rect,
    /// The one beside it.
    pub other: egui::Rect,
    /// What differs between the two pictures.
    pub difference: egui::Rect,
    /// How far things are apart.
    pub numbers: egui::Rect,
}

impl Parts {
    /// Four equal parts of the viewport: two over two, or all in a row where it is wide.
    pub fn of(whole: egui::Rect) -> Parts {
        let [columns, rows] = if whole.width() > WIDE * whole.height() {
            [4, 1]
        } else {
            [2, 2]
        };
        let size = egui::vec2(
            (whole.width() - GAP * (columns - 1) as f32) / columns as f32,
            (whole.height() - GAP * (rows - 1) as f32) / rows as f32,
        );
        let part = |index: usize| {
            let place = egui::vec2((index % columns) as f32, (index / columns) as f32);
            let corner = whole.min + place * (size + egui::vec2(GAP, GAP));
            egui::Rect::from_min_size(corner, size)
        };
        Parts {
            own: part(0),
            other: part(1),
            difference: part(2),
            numbers: part(3),
        }
    }
}

/// Of what pictures are drawn: anew when it differs.
#[derive(Clone, PartialEq)]
struct DrawnOf {
    step: usize,
    camera: OrbitCamera,
    size: [u32; 2],
    selection: Vec<String>,
    grid: bool,
    per_side: u32,
}

/// How the viewport draws now.
pub(super) struct Now<'a> {
    /// From where.
    pub camera: &'a OrbitCamera,
    /// Pixels of a part.
    pub size: [u32; 2],
    /// Samples along each side of a pixel.
    pub per_side: u32,
}

/// The other picture and the difference.
#[derive(Default)]
pub struct Beside {
    /// The episode, the world beside which it is, and what is hidden: of what the pictures were prepared.
    of: Option<(u64, u64, BTreeSet<String>)>,
    /// Of the world that is shown and of the other one.
    pictures: Option<[Picture; 2]>,
    drawn: Option<DrawnOf>,
    live: [Live; 2],
    /// The steps that the pictures are of which are on their way, before them the one that is seen.
    steps: VecDeque<usize>,
    /// The step of the pictures that are seen, and that of those in the next frame.
    seen: Option<[usize; 2]>,
    /// The share of the pixels that differ.
    share: f32,
}

impl Beside {
    /// Where the parts are, where an episode is beside the one that is shown.
    pub(super) fn parts(whole: egui::Rect, session: &Session) -> Option<Parts> {
        (session.beside.is_some() && session.play().is_some() && session.other().is_some())
            .then(|| Parts::of(whole))
    }

    /// Shows the other episode, the difference and the numbers.
    pub(super) fn show(
        &mut self,
        ui: &mut egui::Ui,
        parts: Option<Parts>,
        now: &Now<'_>,
        session: &mut Session,
    ) {
        let (Some(parts), Some(episode)) = (parts, session.beside) else {
            *self = Beside::default();
            return;
        };
        self.prepare(episode, session);
        self.draw(ui, now, session);
        let Some(play) = session.play() else { return };
        let own = format!("A  episode {}", session.episode);
        let mut other = format!("B  episode {episode}");
        let over = session.other().is_some_and(|other| play.shown() > other.last());
        if over {
            other += "   at its end";
        }
        let difference = format!("difference: {:.1} % of the pixels", 100.0 * self.share);
        let whole = egui::Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
        let parts_of = [(parts.other, other, OTHER), (parts.difference, difference, OTHER)];
        for (live, (part, text, color)) in self.live.iter_mut().zip(parts_of) {
            let painter = ui.painter().with_clip_rect(part);
            painter.rect_filled(part, 0.0, GROUND);
            if let Some(texture) = live.texture(ui.ctx()) {
                painter.image(texture, part, whole, egui::Color32::WHITE);
            }
            let at = part.right_top() + egui::vec2(-10.0, 8.0);
            caption(&painter, at, egui::Align2::RIGHT_TOP, text, color);
        }
        self.seen = self.steps_seen(ui.ctx());
        let painter = ui.painter().with_clip_rect(parts.own);
        let at = parts.own.right_top() + egui::vec2(-10.0, 8.0);
        caption(&painter, at, egui::Align2::RIGHT_TOP, own, egui::Color32::WHITE);
        numbers::show(ui, parts.numbers, session);
        // What lies between the parts is no hole.
        let [middle, stroke] = [parts.own.max, egui::pos2(GAP, GAP)];
        let all = parts
            .own
            .union(parts.other)
            .union(parts.difference)
            .union(parts.numbers);
        let painter = ui.painter().with_clip_rect(all);
        let down = egui::Rect::from_min_max(
            egui::pos2(middle.x, all.top()),
            egui::pos2(middle.x + stroke.x, all.bottom()),
        );
        let across = egui::Rect::from_min_max(
            egui::pos2(all.left(), middle.y),
            egui::pos2(all.right(), middle.y + stroke.y),
        );
        for line in [down, across] {
            painter.rect_filled(line, 0.0, GROUND);
        }
    }

    fn prepare(&mut self, episode: u64, session: &Session) {
        let is_it = |(own, generation, hidden): &(u64, u64, BTreeSet<String>)| {
            *own == episode && *generation == session.generation() && *hidden == session.hidden
        };
        if self.of.as_ref().is_some_and(is_it) {
            return;
        }
        // One that cannot be drawn is not shown; the difference is told in numbers all the same.
        let picture = |world| Picture::new(world, &session.hidden).ok();
        let worlds = session.world().zip(session.other());
        self.pictures = worlds.and_then(|(own, other)| Some([picture(own)?, picture(&other.plan().world)?]));
        self.of = Some((episode, session.generation(), session.hidden.clone()));
        self.drawn = None;
        self.live = Default::default();
        self.steps.clear();
        self.seen = None;
    }

    /// The step of the pictures that are seen now and of those in the next frame. Those that were seen before are forgotten.
    fn steps_seen(&mut self, ctx: &egui::Context) -> Option<[usize; 2]> {
        let live = &self.live[0];
        while self.steps.len() > live.coming_in(ctx, 0) + 1 {
            self.steps.pop_front();
        }
        let next = self.steps.len().saturating_sub(1 + live.coming_in(ctx, 1));
        Some([*self.steps.front()?, *self.steps.get(next)?])
    }

    /// The step of the other episode whose picture is seen; nothing where none is.
    pub(super) fn step(&self) -> Option<usize> {
        Some(self.seen?[0])
    }

    /// The step of the other episode whose picture will be seen in the next frame: the one beside which this one's is to be of.
    pub(super) fn next_step(&self) -> Option<usize> {
        Some(self.seen?[1])
    }

    /// Draws both worlds anew where anything has changed; both at once, so that what differs is no matter of time.
    fn draw(&mut self, ui: &egui::Ui, now: &Now<'_>, session: &Session) {
        let (Some(play), Some(there)) = (session.play(), session.other_moment()) else {
            return;
        };
        let Some([own, other]) = &mut self.pictures else {
            return;
        };
        let wanted = DrawnOf {
            step: play.shown(),
            camera: *now.camera,
            size: now.size,
            selection: session.selection.clone(),
            grid: session.tools.grid,
            per_side: now.per_side,
        };
        if self.drawn.as_ref() == Some(&wanted) {
            return;
        }
        if !self.live.iter().all(Live::has_room) {
            ui.ctx().request_repaint();
            return;
        }
        let selected = session.selection.iter();
        let selected = selected.filter_map(|path| other.index_of(path));
        let dress = Dress {
            selected: selected.collect(),
            grid: session.tools.grid,
            per_side: now.per_side,
        };
        own.image(now.camera, now.size, play.now(), now.per_side);
        let image = other.dressed(now.camera, now.size, there, &dress);
        let (rgba, share) = compare::difference(own.colors(), other.colors());
        let difference = egui::ColorImage::from_rgba_unmultiplied(now.size.map(|side| side as usize), &rgba);
        self.share = share;
        let images = [("beside", image), ("difference", difference)];
        for (live, (name, image)) in self.live.iter_mut().zip(images) {
            live.take(ui.ctx(), name, image, egui::TextureOptions::LINEAR);
        }
        self.steps.push_back(wanted.step);
        self.drawn = Some(wanted);
    }

    /// The place in the document of what is seen of the other episode at a place of its part.
    pub(super) fn thing_at(&self, at: egui::Pos2, part: egui::Rect) -> Option<String> {
        let [_, other] = self.pictures.as_ref()?;
        let [width, height] = self.drawn.as_ref()?.size;
        let share = (at - part.min) / part.size();
        if !(0.0..1.0).contains(&share.x) || !(0.0..1.0).contains(&share.y) {
            return None;
        }
        let thing = other.thing_at((share.x * width as f32) as u32, (share.y * height as f32) as u32)?;
        other.path(thing)
    }
}
