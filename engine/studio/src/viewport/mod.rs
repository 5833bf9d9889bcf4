//! The viewport: the world as the batch draws it, and what hands do in it.
//!
//! It knows egui's rectangles and nothing of Bevy's windows: `window.rs` uploads its picture and puts Bevy's handles over it.

mod beside;
pub mod camera;
pub mod forces;
mod ghost;
mod hands;
mod joints;
mod numbers;
pub mod overlays;
pub mod picture;
pub mod scaling;
mod things;

use crate::commands::Command;
use crate::session::{Session, Tools};
use crate::snapping::Steps;
use beside::{Beside, Now};
use bevy::math::{Mat3, Quat, Vec2, Vec3};
use bevy_egui::egui;
use camera::{OrbitCamera, STEEPEST};
use picture::{Dress, Picture};
use std::collections::BTreeSet;
use std::time::Instant;
use terrella_app::render::{Rig, View};
use terrella_app::spec::camera::Camera;
use terrella_app::spec::shape::Shape;

/// A picture that takes longer than this is drawn with fewer pixels while things move, s.
const SLOW_SECS: f64 = 0.03;
/// Metres a second of flight, for each metre of distance.
const FLIGHT: f32 = 0.8;

/// A camera that is further away from the body that it is on looks at it, m.
const FROM_AFAR_M: f32 = 1.0;

/// How much of what is around a camera, lamp or joint one sees who looks at it, m.
const NEAR_M: f32 = 0.5;

/// The size of pictures of which nobody says any.
const SQUARE: [u32; 2] = [64, 64];

/// Frames and marks of the mouse.
const MARK: egui::Color32 = egui::Color32::from_rgb(255, 170, 60);

/// What a picture was drawn of: it is drawn anew when it differs.
#[derive(Clone, PartialEq)]
struct DrawnOf {
    generation: u64,
    step: usize,
    camera: OrbitCamera,
    size: [u32; 2],
    selection: Vec<String>,
    grid: bool,
    drag: Option<Drag>,
    per_side: u32,
}

/// How far the handles have brought what is selected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drag {
    /// Movement, m.
    pub offset_m: Vec3,
    /// Turn about the origin of what has the handles.
    pub turn: Quat,
    /// Factors along the body's own axes.
    pub scale: Vec3,
}

impl Drag {
    /// How far it brings what is at a place, m: a group turns about what has the handles.
    pub fn moves(&self, pivot_m: Vec3, at_m: Vec3) -> Vec3 {
        pivot_m + self.turn * (at_m - pivot_m) + self.offset_m - at_m
    }

    /// What it has done so far, in words; empty where it has done nothing.
    pub fn told(&self) -> String {
        let number = |value: f32| {
            let rounded = (f64::from(value) * 1e4).round() / 1e4;
            // Not minus nothing.
            (rounded + 0.0).to_string()
        };
        let three = |values: Vec3| values.to_array().map(number).join("  ");
        let mut told = Vec::new();
        if three(self.offset_m) != three(Vec3::ZERO) {
            told.push(format!("moved by {} m", three(self.offset_m)));
        }
        let turn_deg = (self.turn.angle_between(Quat::IDENTITY).to_degrees() * 10.0).round() / 10.0;
        if turn_deg > 0.0 {
            told.push(format!("turned by {turn_deg}°"));
        }
        if three(self.scale) != three(Vec3::ONE) {
            told.push(format!("{} times as large", three(self.scale)));
        }
        told.join(", ")
    }
}

/// The viewport.
#[derive(Default)]
pub struct Viewport {
    /// Where it looks from.
    pub camera: OrbitCamera,
    /// Where it is in the window, points.
    pub rect: Option<egui::Rect>,
    /// The mouse is over it, and nothing else has the mouse.
    pub hovered: bool,
    /// The handles have the mouse.
    pub handles_busy: bool,
    /// Ctrl is held: handles snap where they do not otherwise.
    other_way: bool,
    picture: Option<Picture>,
    prepared: Option<(u64, BTreeSet<String>)>,
    drawn: Option<DrawnOf>,
    /// The size of the last picture.
    size: [u32; 2],
    pixels_per_point: f32,
    last_secs: f64,
    moved: Option<Instant>,
    frame: Option<egui::Pos2>,
    /// It flies until the right mouse button is let go.
    flies: bool,
    /// The mouse pulls a body.
    pulls: bool,
    drag: Option<Drag>,
    /// The handles must be let go.
    let_go: bool,
    /// The world with what is selected as large as the handles make it, and of what it was made.
    preview: Option<(u64, Vec<usize>, Vec3, Picture)>,
    next_camera: usize,
    home_of: Option<u64>,
    beside: Beside,
}

impl Viewport {
    /// Looks after mouse and keys in its part of the window.
    pub fn show(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        let whole = ui.available_rect_before_wrap();
        let parts = Beside::parts(whole, session);
        let rect = parts.map_or(whole, |parts| parts.own);
        self.rect = Some(rect);
        self.pixels_per_point = ui.ctx().pixels_per_point();
        ui.allocate_rect(whole, egui::Sense::hover());
        let sense = egui::Sense::click_and_drag();
        let response = ui.interact(rect, ui.id().with("world"), sense);
        let mut all = response.clone();
        if let Some(parts) = parts {
            let other = ui.interact(parts.other, ui.id().with("other"), sense);
            self.point_beside(ui, &other, session);
            let difference = ui.interact(parts.difference, ui.id().with("difference"), sense);
            all = all.union(other).union(difference);
        }
        self.hovered = all.contains_pointer();
        self.other_way = ui.input(|input| input.modifiers.command);
        if self.home_of.is_none() && session.world().is_some() {
            self.home(session);
        }
        self.look(ui, &all, rect.height());
        self.point(ui, &response, session);
        self.take(ui, &response, session);
        self.notes(ui, rect, session);
        self.name_icon(ui, &response, session);
        let (size, per_side) = self.pixels(rect, session);
        let now = Now {
            camera: &self.camera,
            size,
            per_side,
        };
        self.beside.show(ui, parts, &now, session);
    }

    /// Orbits, pans, zooms and flies. Who flies looks around: what is at the target is nothing to go round then.
    fn look(&mut self, ui: &egui::Ui, response: &egui::Response, height: f32) {
        let before = self.camera;
        let moved = response.drag_delta();
        let moved = Vec2::new(moved.x, moved.y);
        let (shift, alt) = ui.input(|input| (input.modifiers.shift, input.modifiers.alt));
        let by = |button| response.dragged_by(button);
        let secondary = by(egui::PointerButton::Secondary) || alt && by(egui::PointerButton::Primary);
        let (keys, secs) = ui.input(|input| {
            let axis =
                |more, less| f32::from(input.key_down(more) as u8) - f32::from(input.key_down(less) as u8);
            let keys = [
                axis(egui::Key::D, egui::Key::A),
                axis(egui::Key::W, egui::Key::S),
                axis(egui::Key::E, egui::Key::Q),
            ];
            (keys, input.stable_dt.min(0.1))
        });
        self.flies = by(egui::PointerButton::Secondary) && (self.flies || keys != [0.0; 3]);
        if by(egui::PointerButton::Middle) || secondary && shift {
            self.camera.pan(moved, height);
        } else if self.flies {
            self.camera.look_around(moved);
        } else if secondary {
            self.camera.orbit(moved);
        }
        if self.hovered {
            let wheel = ui.input(|input| input.smooth_scroll_delta.y);
            if wheel != 0.0 {
                self.camera.zoom(wheel / 50.0);
            }
        }
        if self.flies {
            let metres = FLIGHT * self.camera.distance_m * secs;
            self.camera.fly(keys.map(|key| key * metres));
        }
        if before != self.camera {
            self.moved = Some(Instant::now());
            ui.ctx().request_repaint();
        }
    }

    /// What stands in the corners of the viewport.
    fn notes(&self, ui: &egui::Ui, rect: egui::Rect, session: &Session) {
        let painter = ui.painter().with_clip_rect(rect);
        let write = |at, align, text, color| caption(&painter, at, align, text, color);
        let pale = egui::Color32::from_rgb(232, 236, 240);
        let Some(play) = session.play() else {
            let text = "no world yet: see Problems".to_string();
            write(rect.center(), egui::Align2::CENTER_CENTER, text, pale);
            return;
        };
        let hz = play.plan().world.control_hz;
        let step = self.step(session).unwrap_or(play.shown());
        let mut line = format!("{:.2} s   step {step}", step as f64 / f64::from(hz));
        let outcome = play.moments()[step].outcome;
        if outcome.success {
            line += "   solved";
        } else if outcome.terminated {
            line += "   over";
        }
        if play.is_by_hand() {
            line += "   by hand";
        }
        let spacing_m = self.camera.grid_m();
        if session.tools.grid && spacing_m != 1.0 {
            line += &format!("   grid {spacing_m} m");
        }
        let mut place = rect.left_top() + egui::vec2(10.0, 8.0);
        write(place, egui::Align2::LEFT_TOP, line, pale);
        for (name, color) in forces::legend(play, &session.tools) {
            place.y += 20.0;
            let [red, green, blue] = color.map(|part| (255.0 * part) as u8);
            let color = egui::Color32::from_rgb(red, green, blue);
            write(place, egui::Align2::LEFT_TOP, name, color);
        }
        if !session.is_current() {
            let text = "the text is wrong: this is the last good world".to_string();
            let at = rect.right_top() + egui::vec2(-10.0, 8.0);
            write(
                at,
                egui::Align2::RIGHT_TOP,
                text,
                egui::Color32::from_rgb(255, 190, 90),
            );
        }
        let hint = match (&self.drag, self.handled(session)) {
            (Some(drag), Ok(_)) => drag.told(),
            (None, Ok(_)) => String::new(),
            (_, Err(hint)) => hint,
        };
        if !hint.is_empty() {
            let at = rect.center_top() + egui::vec2(0.0, 32.0);
            write(at, egui::Align2::CENTER_TOP, hint, pale);
        }
        let task = play.plan().task.clone();
        write(
            rect.left_bottom() + egui::vec2(10.0, -8.0),
            egui::Align2::LEFT_BOTTOM,
            task,
            pale,
        );
        let ood = &play.plan().ood;
        if !ood.is_empty() {
            let text = format!("out of distribution: {}", ood.join(", "));
            let at = rect.right_bottom() + egui::vec2(-10.0, -8.0);
            write(
                at,
                egui::Align2::RIGHT_BOTTOM,
                text,
                egui::Color32::from_rgb(255, 150, 200),
            );
        }
    }

    /// Says what the icon under the mouse is of.
    fn name_icon(&self, ui: &egui::Ui, response: &egui::Response, session: &Session) {
        let Some(at) = response.hover_pos().filter(|_| response.contains_pointer()) else {
            return;
        };
        if let Some(name) = self.icon_named(at, session) {
            let painter = ui.painter().with_clip_rect(response.rect);
            let place = at + egui::vec2(14.0, -6.0);
            caption(&painter, place, egui::Align2::LEFT_BOTTOM, name, MARK);
        }
    }

    /// The steps by which the handles go now; nothing where they go freely.
    pub fn steps(&self, session: &Session) -> Option<Steps> {
        session.tools.snapping.steps(self.other_way)
    }

    /// Does what a command wants of the viewport.
    pub fn command(&mut self, command: Command, session: &Session) {
        use std::f32::consts::{FRAC_PI_2, PI};
        let mut turn = |yaw: f32, pitch: f32| (self.camera.yaw_rad, self.camera.pitch_rad) = (yaw, pitch);
        match command {
            Command::ViewFront => turn(0.0, 0.0),
            Command::ViewBack => turn(PI, 0.0),
            Command::ViewRight => turn(FRAC_PI_2, 0.0),
            Command::ViewLeft => turn(-FRAC_PI_2, 0.0),
            Command::ViewTop => turn(0.0, STEEPEST),
            Command::ViewBelow => turn(0.0, -STEEPEST),
            Command::ViewHome => self.home(session),
            Command::Focus => self.focus(session),
            Command::ViewCamera => self.through_camera(session),
            _ => {}
        }
        self.moved = Some(Instant::now());
    }

    /// Where the world's first camera is; it was put there to see what matters.
    fn home(&mut self, session: &Session) {
        self.home_of = Some(session.generation());
        self.next_camera = 0;
        self.camera = OrbitCamera::default();
        self.focus_on(session, &[]);
        let cameras = session.world().map(|world| &world.cameras);
        // One that rides on a body sees little of the rest, unless it follows from afar.
        let sees = |camera: &Camera<f32>| {
            camera.mount.is_none() || Vec3::from_array(camera.position_m).length() > FROM_AFAR_M
        };
        let still = cameras.and_then(|cameras| cameras.values().position(sees));
        let Some(still) = still else { return };
        let overview = self.camera;
        self.next_camera = still;
        self.through_camera(session);
        if self.camera.pitch_rad > 1.2 {
            // From straight above one cannot see how things stand.
            self.camera = OrbitCamera {
                pitch_rad: 0.9,
                yaw_rad: self.camera.yaw_rad,
                ..overview
            };
        }
    }

    fn through_camera(&mut self, session: &Session) {
        let Some(play) = session.play() else { return };
        let cameras = &play.plan().world.cameras;
        if cameras.is_empty() {
            return;
        }
        let (_, camera) = cameras
            .get_index(self.next_camera % cameras.len())
            .expect("it is one of them");
        self.next_camera += 1;
        let poses = &play.now().poses;
        let pose = |body: &Option<String>| poses.get(play.plan().world.bodies.get_index_of(body.as_ref()?)?);
        let rig = Rig {
            mount: pose(&camera.mount),
            track: pose(&camera.track),
            seconds: play.shown() as f64 / f64::from(play.plan().world.control_hz),
        };
        let view = View::on(camera, &rig, 64, 64);
        let k = view.intrinsics;
        let fov_deg = 2.0 * (0.5 * k.height as f32 / k.fy).atan().to_degrees();
        self.camera
            .stand_at(&view.world_from_camera, fov_deg.clamp(10.0, 100.0));
    }

    fn focus(&mut self, session: &Session) {
        let selected = session.selected_bodies();
        let path = session.selection.last();
        let thing = path.and_then(|path| things::at(session.play()?, path));
        match thing {
            Some(thing) if selected.is_empty() => self.camera.focus(thing.at_m, NEAR_M),
            _ => self.focus_on(session, &selected),
        }
    }

    /// Brings bodies into the middle; all but endless ones where none are named.
    fn focus_on(&mut self, session: &Session, names: &[String]) {
        let Some(play) = session.play() else { return };
        let mut low = Vec3::INFINITY;
        let mut high = Vec3::NEG_INFINITY;
        for ((name, body), pose) in play.plan().world.bodies.iter().zip(&play.now().poses) {
            let wanted = if names.is_empty() {
                body.paint.visible
            } else {
                names.contains(name)
            };
            let Some(reach) = reach_m(&body.shape, Quat::from_array(pose.rotation_xyzw)).filter(|_| wanted)
            else {
                continue;
            };
            let middle = Vec3::from_array(pose.position_m);
            low = low.min(middle - reach);
            high = high.max(middle + reach);
        }
        if low.x <= high.x {
            self.camera
                .focus((low + high) / 2.0, ((high - low).length() / 2.0).min(30.0));
        }
    }

    /// Draws the picture where it has changed: its size and RGBA.
    pub fn draw(&mut self, session: &mut Session) -> Option<([u32; 2], &[u8])> {
        let rect = self.rect?;
        let generation = session.generation();
        let prepared = self.prepared.as_ref();
        if prepared.is_none_or(|(of, hidden)| *of != generation || *hidden != session.hidden) {
            let world = session.world()?;
            match Picture::new(world, &session.hidden) {
                Ok(picture) => self.picture = Some(picture),
                Err(error) => {
                    let text = error.to_string();
                    session.trouble(&text);
                }
            }
            self.drawn = None;
            self.prepared = Some((generation, session.hidden.clone()));
        }
        let coarse = self.is_coarse(session);
        let (size, per_side) = self.pixels(rect, session);
        let play = session.play()?;
        let step = self.step(session)?;
        let of = DrawnOf {
            generation,
            step,
            camera: self.camera,
            size,
            selection: session.selection.clone(),
            grid: session.tools.grid,
            drag: self.drag,
            per_side,
        };
        if self.drawn.as_ref() == Some(&of) {
            return None;
        }
        self.drawn = Some(of);
        let pivot_m = self.handled(session).ok();
        let pivot_m = pivot_m.map(|handles| Vec3::from_array(handles.position_m));
        let lamps = self.dragged_lamps(session);
        let points = self.dragged_points(session);
        let mut picture = self.picture.as_mut()?;
        // The world was drawn with these lamps before, so it can be drawn with them.
        let _ = picture.move_lamps(lamps);
        let now = &play.moments()[step];
        let mut poses = now.poses.clone();
        if poses.len() != picture.world().bodies.len() {
            return None;
        }
        let selected: Vec<usize> = session
            .selection
            .iter()
            .filter_map(|path| picture.index_of(path))
            .collect();
        if let Some(drag) = &self.drag {
            let bodies = &picture.world().bodies;
            let free = selected.iter().copied().filter(|body| {
                let name = bodies.get_index(*body).map(|(name, _)| name);
                name.is_some_and(|name| !session.is_locked(name))
            });
            let free: Vec<usize> = free.collect();
            for body in &free {
                let pivot_m = pivot_m.unwrap_or(Vec3::from_array(poses[*body].position_m));
                poses[*body] = Viewport::dragged(drag, pivot_m, &poses[*body]);
            }
            if drag.scale != Vec3::ONE
                && let Some(larger) = scaled_picture(
                    &mut self.preview,
                    (generation, free, drag.scale),
                    picture,
                    &session.hidden,
                )
            {
                picture = larger;
            }
        } else {
            self.preview = None;
        }
        let dress = Dress {
            selected,
            grid: session.tools.grid,
            per_side,
        };
        let begun = Instant::now();
        let points = points.as_ref().unwrap_or(&now.points);
        let rgba = picture.draw(&self.camera, size, (&poses, points), &dress);
        let secs = begun.elapsed().as_secs_f64();
        // Measured at full size, so that it does not go to and fro.
        self.last_secs = if coarse { 4.0 * secs } else { secs };
        self.size = size;
        Some((size, rgba))
    }

    /// The step that is seen: the one that is looked at, or, beside another episode, the one whose picture is there of that one.
    pub fn step(&self, session: &Session) -> Option<usize> {
        let play = session.play()?;
        let step = self.beside.next_step().unwrap_or(play.shown());
        Some(step.min(play.moments().len() - 1))
    }

    /// The step of the episode beside it whose picture is seen; nothing where none is.
    pub fn step_beside(&self) -> Option<usize> {
        self.beside.step()
    }

    /// True while things move.
    fn is_busy(&self, session: &Session) -> bool {
        let moved = self.moved;
        session.playing || moved.is_some_and(|moved| moved.elapsed().as_secs_f64() < 0.25)
    }

    /// True while things move on a machine that is slow.
    fn is_coarse(&self, session: &Session) -> bool {
        self.is_busy(session) && self.last_secs > SLOW_SECS
    }

    /// How many pixels a picture has now in a part of the window, and samples along each side of a pixel.
    fn pixels(&self, rect: egui::Rect, session: &Session) -> ([u32; 2], u32) {
        let scale = self.pixels_per_point * if self.is_coarse(session) { 0.5 } else { 1.0 };
        let side = |points: f32| (points * scale).round().clamp(1.0, 8192.0) as u32;
        let per_side = if self.is_busy(session) { 1 } else { 2 };
        ([side(rect.width()), side(rect.height())], per_side)
    }

    /// True where the last picture was a hasty one: a better one should follow.
    pub fn wants_another(&self) -> bool {
        self.moved
            .is_some_and(|moved| moved.elapsed().as_secs_f64() < 0.4)
    }

    /// The lines over the picture.
    pub fn lines(&self, session: &Session, tools: &Tools) -> Vec<overlays::Line> {
        let Some(play) = session.play() else {
            return Vec::new();
        };
        let size = session.run_spec().map_or(SQUARE, |run| run.image_size);
        let Some(step) = self.step(session) else {
            return Vec::new();
        };
        let mut lines = overlays::lines((play, step), tools, &session.hidden, size);
        self.icon_lines(session, &mut lines);
        ghost::lines(session, &mut lines);
        if let Some(tug) = &session.tug
            && let Some(pose) = play.moments()[step].poses.get(tug.body)
        {
            let from = Vec3::from_array(pose.position_m)
                + Quat::from_array(pose.rotation_xyzw) * Vec3::from_array(tug.anchor_m);
            lines.push(overlays::Line {
                from,
                to: Vec3::from_array(tug.target_m),
                color: [1.0, 0.6, 0.1],
            });
        }
        lines
    }

    /// Icons of cameras, lidars, lamps and joints, where the handles have brought them.
    fn icon_lines(&self, session: &Session, lines: &mut Vec<overlays::Line>) {
        let handles = self.handled(session).ok();
        for thing in self.icons(session) {
            let mut at = thing.at_m;
            let selected = session.selection.contains(&thing.path);
            if let (Some(drag), Some(handles), true) = (&self.drag, &handles, selected) {
                at += drag.moves(Vec3::from_array(handles.position_m), at);
            }
            let is_of = |kind: &str| thing.path.starts_with(&format!("world.{kind}."));
            let color = match selected {
                true => [1.0, 0.67, 0.24],
                false if is_of("joints") => [0.9, 0.75, 0.4],
                false if is_of("lights") => [1.0, 1.0, 0.6],
                false => [0.45, 0.7, 1.0],
            };
            // As large from any distance.
            let size_m = 0.012 * (at - self.camera.eye_m()).dot(self.camera.forward()).max(0.05);
            let (right, up) = (self.camera.right() * size_m, self.camera.up() * size_m);
            let corners = [right, up, -right, -up];
            for index in 0..4 {
                lines.push(overlays::Line {
                    from: at + corners[index],
                    to: at + corners[(index + 1) % 4],
                    color,
                });
            }
        }
    }
}

/// The picture of the world with bodies made larger, prepared again where the factors have changed.
fn scaled_picture<'a>(
    preview: &'a mut Option<(u64, Vec<usize>, Vec3, Picture)>,
    (generation, bodies, factors): (u64, Vec<usize>, Vec3),
    picture: &Picture,
    hidden: &BTreeSet<String>,
) -> Option<&'a mut Picture> {
    let is_it = |(of, own, scale, _): &(u64, Vec<usize>, Vec3, Picture)| {
        *of == generation && *own == bodies && *scale == factors
    };
    if !preview.as_ref().is_some_and(is_it) {
        let mut world = picture.world().clone();
        for body in &bodies {
            let Some((_, body)) = world.bodies.get_index_mut(*body) else {
                continue;
            };
            if let Some(shape) = scaling::scaled(&body.shape, factors) {
                body.shape = shape;
            }
        }
        // What cannot be drawn so is seen as it was.
        let larger = Picture::new(&world, hidden).ok()?;
        *preview = Some((generation, bodies, factors, larger));
    }
    preview.as_mut().map(|(.., picture)| picture)
}

/// A line of text on a shade, so that it is read over any world.
fn caption(painter: &egui::Painter, at: egui::Pos2, align: egui::Align2, text: String, color: egui::Color32) {
    let font = egui::FontId::proportional(12.5);
    let text = painter.layout(text, font, color, painter.clip_rect().width() - 20.0);
    let place = align.anchor_size(at, text.size());
    let shade = egui::Color32::from_black_alpha(215);
    painter.rect_filled(place.expand2(egui::vec2(5.0, 2.0)), 3.0, shade);
    painter.galley(place.min, text, color);
}

/// How far a turned shape reaches from its origin along the world's axes, m, or a little less far; nothing where it has no end.
pub fn reach_m(shape: &Shape<f32>, turn: Quat) -> Option<Vec3> {
    let of_box = |half: Vec3| {
        let axes = Mat3::from_quat(turn);
        axes.x_axis.abs() * half.x + axes.y_axis.abs() * half.y + axes.z_axis.abs() * half.z
    };
    let farthest = |points: &[[f32; 3]]| {
        let reach = points.iter().map(|point| (turn * Vec3::from_array(*point)).abs());
        reach.fold(Vec3::ZERO, Vec3::max)
    };
    Some(match shape {
        Shape::Ball { radius_m } => Vec3::splat(*radius_m),
        Shape::Ellipsoid { radii_m } => of_box(Vec3::from_array(*radii_m)),
        Shape::Box { half_extents_m } => of_box(Vec3::from_array(*half_extents_m)),
        Shape::Capsule {
            radius_m,
            half_height_m,
        } => of_box(Vec3::new(*radius_m, *radius_m, radius_m + half_height_m)),
        Shape::Cylinder {
            radius_m,
            half_height_m,
        }
        | Shape::Cone {
            radius_m,
            half_height_m,
        } => of_box(Vec3::new(*radius_m, *radius_m, *half_height_m)),
        Shape::Hull { points_m } => farthest(points_m),
        Shape::Mesh { vertices_m, .. } => farthest(vertices_m),
        Shape::HeightField { size_m, .. } => of_box(Vec3::new(size_m[0] / 2.0, size_m[1] / 2.0, 0.0)),
        Shape::Compound { parts } => parts
            .iter()
            .filter_map(|part| {
                let own = turn * Quat::from_array(part.rotation.quaternion_xyzw());
                Some(reach_m(&part.shape, own)? + (turn * Vec3::from_array(part.position_m)).abs())
            })
            .fold(Vec3::ZERO, Vec3::max),
        Shape::HalfSpace {} | Shape::MeshFile { .. } => return None,
    })
}
