//! What the mouse does in the viewport: it picks, frames, pulls, drops pieces and moves handles.

use super::scaling::scaled;
use super::things::{self, Thing};
use super::{Drag, MARK, Viewport};
use crate::change;
use crate::document::Edit;
use crate::pieces::{Assembly, Piece, Target, put, put_assembly};
use crate::session::{Leaving, Session, Tool};
use bevy::math::{Quat, Vec2, Vec3};
use bevy_egui::egui;
use std::time::Instant;
use terrella_app::sim::lane::Tug;
use terrella_app::spec::document::{Step, steps};
use terrella_app::spec::pose::Pose;
use terrella_app::spec::shape::Shape;

/// How near to an icon a click means it, points.
const ICON_POINTS: f32 = 10.0;

/// Nothing is put on ground that is further away, m.
const FAR_M: f32 = 50.0;

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
            let found = response
                .interact_pointer_pos()
                .and_then(|at| self.icon_at(at, session).or_else(|| self.thing_at(at, session)));
            match found {
                Some(path) => session.select(&path, add),
                None if !add => session.selection.clear(),
                None => {}
            }
        }
        if response.drag_started_by(primary) && !self.handles_busy {
            self.frame = ui.input(|input| input.pointer.press_origin());
            self.pulls = session.playing && self.grab(session);
        }
        if self.pulls && session.tug.is_none() {
            // What was pulled is of another world.
            self.pulls = false;
            self.frame = None;
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
            self.pulls = false;
            self.frame = None;
        }
    }

    /// Selects what has the name of the thing that is clicked in the episode beside it.
    pub(super) fn point_beside(&mut self, ui: &egui::Ui, response: &egui::Response, session: &mut Session) {
        let (alt, add) = ui.input(|input| {
            let modifiers = input.modifiers;
            (modifiers.alt, modifiers.command || modifiers.shift)
        });
        if alt || !response.clicked_by(egui::PointerButton::Primary) {
            return;
        }
        let at = response.interact_pointer_pos();
        match at.and_then(|at| self.beside.thing_at(at, response.rect)) {
            Some(path) => session.select(&path, add),
            None if !add => session.selection.clear(),
            None => {}
        }
    }

    /// Where the handles have brought the particles of liquids and the vertices of soft bodies; nothing where they hold none.
    pub(super) fn dragged_points(&self, session: &Session) -> Option<Vec<Vec<[f32; 3]>>> {
        let (drag, play) = (self.drag.as_ref()?, session.play()?);
        let pivot_m = Vec3::from_array(self.handled(session).ok()?.position_m);
        let mut all = None;
        for path in session
            .selection
            .iter()
            .filter(|path| !session.locked.contains(*path))
        {
            let way = steps(path);
            let [Step::Key(_), Step::Key(kind), Step::Key(name)] = &way[..] else {
                continue;
            };
            let (Some(index), Some(thing)) = (
                things::points_of(&play.plan().world, kind, name),
                things::at(play, path),
            ) else {
                continue;
            };
            let by = drag.moves(pivot_m, thing.at_m);
            let all: &mut Vec<Vec<[f32; 3]>> = all.get_or_insert_with(|| play.now().points.clone());
            for point in &mut all[index] {
                *point = (Vec3::from_array(*point) + by).to_array();
            }
        }
        all
    }

    /// Takes what is dragged here from the library: pieces, and scenes and families to begin with.
    pub(super) fn take(&self, ui: &egui::Ui, response: &egui::Response, session: &mut Session) {
        let Some(at) = ui.input(|input| input.pointer.latest_pos()) else {
            return;
        };
        let say = |text: String| {
            let font = egui::FontId::proportional(13.0);
            let place = at + egui::vec2(14.0, 6.0);
            ui.painter().circle_stroke(at, 5.0, egui::Stroke::new(1.5, MARK));
            ui.painter().text(place, egui::Align2::LEFT_TOP, text, font, MARK);
        };
        // A release takes whatever is dragged, of its type or not: it is asked for only where it is of that type.
        if let Some(piece) = response.dnd_hover_payload::<&'static Piece>() {
            let target = Target {
                body: self.body_at(at, session),
                surface: self.surface_at(at).or_else(|| self.in_the_open(at)),
            };
            let on = target
                .body
                .as_ref()
                .map_or(String::new(), |body| format!(" on {body}"));
            say(format!("{}{on}", piece.name));
            if response.dnd_release_payload::<&'static Piece>().is_some() {
                put(session, &piece, &target);
            }
        } else if let Some(assembly) = response.dnd_hover_payload::<&'static Assembly>() {
            say(assembly.name.to_string());
            if response.dnd_release_payload::<&'static Assembly>().is_some() {
                let target = Target {
                    body: None,
                    surface: self.surface_at(at).or_else(|| self.in_the_open(at)),
                };
                put_assembly(session, &assembly, &target);
            }
        } else if let Some(what) = response.dnd_hover_payload::<Leaving>() {
            say(match &*what {
                Leaving::Open(path) => format!("opens {}", path.display()),
                Leaving::Scene { name, .. } => format!("opens {name}"),
                Leaving::New | Leaving::AsScene | Leaving::Close => String::new(),
            });
            if response.dnd_release_payload::<Leaving>().is_some() {
                session.leave_for((*what).clone());
            }
        }
    }

    /// Takes hold of the body under the mouse. True where there is one.
    fn grab(&self, session: &mut Session) -> bool {
        let Some(from) = self.frame else { return false };
        let (Some(body), Some(point)) = (self.body_at(from, session), self.point_at(from)) else {
            return false;
        };
        let Some(play) = session.play().filter(|play| play.is_live()) else {
            return false;
        };
        let Some(index) = play.plan().world.bodies.get_index_of(&body) else {
            return false;
        };
        let pose = play.now().poses[index];
        let turn = Quat::from_array(pose.rotation_xyzw);
        let anchor = turn.inverse() * (point - Vec3::from_array(pose.position_m));
        session.tug = Some(Tug {
            body: index,
            anchor_m: anchor.to_array(),
            target_m: point.to_array(),
        });
        true
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

    /// The place in the document of the body, liquid or soft body that is seen somewhere, where it is not locked.
    fn thing_at(&self, at: egui::Pos2, session: &Session) -> Option<String> {
        let [x, y] = self.pixel(at)?;
        let picture = self.picture.as_ref()?;
        let path = picture.path(picture.thing_at(x, y)?)?;
        (!session.locked.contains(&path)).then_some(path)
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

    /// Where something is put that is let go before the sky: on the ground before the eye, or else as far away as what is looked at.
    fn in_the_open(&self, at: egui::Pos2) -> Option<([f32; 3], [f32; 3])> {
        self.rect?;
        let (eye, ray) = self.ray(at);
        let far_m = if ray.z * eye.z < 0.0 {
            -eye.z / ray.z
        } else {
            FAR_M
        };
        let far_m = if far_m < FAR_M {
            far_m
        } else {
            self.camera.distance_m
        };
        Some(((eye + ray * far_m).to_array(), Vec3::Z.to_array()))
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
        for thing in picture.things_in(low, high) {
            let Some(path) = picture.path(thing) else { continue };
            // A floor is everywhere: nobody means it who draws a frame.
            let body = picture.world().bodies.get_index(thing);
            let floor = body.is_some_and(|(_, body)| matches!(body.shape, Shape::HalfSpace {}));
            if !floor && !session.locked.contains(&path) && !session.selection.contains(&path) {
                session.selection.push(path);
            }
        }
    }

    /// What is shown at a place of the window beside bodies: the icon of a camera, lamp or joint.
    fn icon_at(&self, at: egui::Pos2, session: &Session) -> Option<String> {
        let rect = self.rect?;
        let size = Vec2::new(rect.width(), rect.height());
        let own = at - rect.min;
        let near = |thing: &Thing| {
            let (seen, _) = self.camera.project(thing.at_m, size)?;
            Some(seen.distance(Vec2::new(own.x, own.y))).filter(|far| *far < ICON_POINTS)
        };
        let icons = self.icons(session);
        let icons = icons.iter().filter(|thing| !session.locked.contains(&thing.path));
        let (thing, _) = icons
            .filter_map(|thing| Some((thing, near(thing)?)))
            .min_by(|(_, one), (_, other)| one.total_cmp(other))?;
        Some(thing.path.clone())
    }

    /// The name of what the icon under the mouse is of, for whoever wants to know before a click.
    pub(super) fn icon_named(&self, at: egui::Pos2, session: &Session) -> Option<String> {
        let path = self.icon_at(at, session)?;
        Some(path.trim_start_matches("world.").to_string())
    }

    /// The things whose icons are shown: those of the overlays that are on, and what is selected. While a scene is edited, cameras, lidars
    /// and lamps as well, and the joints of what is selected, which would be in the way where they all were.
    pub(super) fn icons(&self, session: &Session) -> Vec<Thing> {
        let Some(play) = session.play() else {
            return Vec::new();
        };
        let mut icons = things::all(play);
        let edits = session.tools.icons && session.project.is_scene && !session.playing;
        let selected = session.selected_bodies();
        icons.retain(|thing| {
            let shown = if thing.path.starts_with("world.joints.") {
                session.tools.joints || edits && thing.is_of(&selected)
            } else {
                session.tools.frusta || edits
            };
            (shown || session.selection.contains(&thing.path)) && !session.hidden.contains(&thing.path)
        });
        icons
    }

    /// Where the handles are: at the last thing that is selected, at the start of an episode of a scene. Else why there are none; empty
    /// where nobody would look for them.
    pub fn handled(&self, session: &Session) -> Result<Pose, String> {
        let (Some(play), Some(path)) = (session.play(), session.selection.last()) else {
            return Err(String::new());
        };
        let tool = session.tools.tool;
        let body = change::body_of(path).and_then(|name| play.plan().world.bodies.get_full(&name));
        let thing = things::at(play, path);
        if body.is_none() && thing.is_none() || !session.is_current() {
            return Err(String::new());
        }
        if session.playing {
            return Err(String::new());
        }
        if !session.project.is_scene {
            return Err("Ctrl+E: a scene of this world, with handles".into());
        }
        if play.shown() != 0 {
            return Err("handles are at the start of an episode: Home".into());
        }
        if session.locked.contains(path) {
            return Err("it is locked".into());
        }
        if let Some((index, _, body)) = body {
            if tool == Tool::Scale && scaled(&body.shape, Vec3::ONE).is_none() {
                return Err("its shape has no lengths to scale".into());
            }
            return Ok(play.now().poses[index]);
        }
        let Some(thing) = thing else {
            return Err(String::new());
        };
        match tool {
            Tool::Scale => Err("only bodies have a size".into()),
            Tool::Rotate if !thing.turns() => Err("it is moved by handles, not turned".into()),
            _ => Ok(Pose {
                position_m: thing.at_m.to_array(),
                rotation_xyzw: thing.frame().to_array(),
            }),
        }
    }

    /// The handles have brought what has them so far.
    pub fn drag(&mut self, drag: Drag) {
        self.drag = Some(drag);
        self.moved = Some(Instant::now());
    }

    /// True while the handles are held.
    pub fn is_dragged(&self) -> bool {
        self.drag.is_some()
    }

    /// What the handles did so far is forgotten, and they are let go.
    pub fn cancel_drag(&mut self) {
        self.let_go |= self.drag.take().is_some();
        self.moved = Some(Instant::now());
    }

    /// True once where the handles must be let go.
    pub fn takes_back(&mut self) -> bool {
        std::mem::take(&mut self.let_go)
    }

    /// Where a body comes by what the handles did: a group turns about the one that has them.
    pub(super) fn dragged(drag: &Drag, pivot_m: Vec3, pose: &Pose) -> Pose {
        let from_pivot = Vec3::from_array(pose.position_m) - pivot_m;
        Pose {
            position_m: (pivot_m + drag.turn * from_pivot + drag.offset_m).to_array(),
            rotation_xyzw: (drag.turn * Quat::from_array(pose.rotation_xyzw)).to_array(),
        }
    }

    /// The lamps that the handles hold, and where they have brought them, in the frames of what they are mounted on, m.
    pub(super) fn dragged_lamps(&self, session: &Session) -> Vec<(String, Vec3)> {
        let (Some(drag), Some(play), Ok(handles)) = (&self.drag, session.play(), self.handled(session))
        else {
            return Vec::new();
        };
        let pivot_m = Vec3::from_array(handles.position_m);
        let free = session.selection.iter();
        let free = free.filter(|path| !session.locked.contains(*path));
        let carried = carried(session);
        let things = free.filter_map(|path| things::at(play, path));
        things
            .filter(|thing| !thing.rides(&carried))
            .filter_map(|thing| thing.lamp(&play.plan().world, drag.moves(pivot_m, thing.at_m)))
            .collect()
    }

    /// The handles were let go: what they did becomes one edit.
    pub fn drop_drag(&mut self, session: &mut Session) {
        let Some(drag) = self.drag.take() else { return };
        let Ok(handles) = self.handled(session) else {
            return;
        };
        let pivot_m = Vec3::from_array(handles.position_m);
        let values = session.values().clone();
        let Some(play) = session.play() else { return };
        let world = &play.plan().world;
        let carried = carried(session);
        let (mut edits, mut cannot): (Vec<Edit>, Vec<String>) = Default::default();
        for path in session
            .selection
            .iter()
            .filter(|path| !session.locked.contains(*path))
        {
            let body = change::body_of(path).and_then(|name| world.bodies.get_full(&name));
            if let Some((index, name, body)) = body {
                let start = play.now().poses[index];
                let end = Viewport::dragged(&drag, pivot_m, &start);
                let offset = Vec3::from_array(end.position_m) - Vec3::from_array(start.position_m);
                edits.extend(change::move_by(&values, name, offset.to_array()));
                if drag.turn.angle_between(Quat::IDENTITY) > 1e-4 {
                    edits.extend(change::turn(&values, name, &body.rotation, end.rotation_xyzw));
                    cannot.extend(change::cannot_turn(&values, name));
                }
                edits.extend(change::scale_by(&values, name, drag.scale.to_array()));
                if drag.scale != Vec3::ONE {
                    cannot.extend(change::cannot_scale(&values, name));
                }
            } else if let Some(thing) = things::at(play, path) {
                edits.extend(thing.edits(&values, drag.moves(pivot_m, thing.at_m), drag.turn, &carried));
            }
        }
        session.edit("move with handles", None, &edits);
        for why in cannot {
            session.say(why);
        }
    }
}

/// The bodies that the handles carry.
fn carried(session: &Session) -> Vec<String> {
    let mut bodies = session.selected_bodies();
    bodies.retain(|body| !session.is_locked(body));
    bodies
}
