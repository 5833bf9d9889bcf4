//! What the dataset's cameras and sensors see at the step that is looked at, made by the batch's own code.

use super::live::Live;
use super::theme;
use crate::play::Play;
use crate::session::Session;
use bevy_egui::egui;
use std::collections::BTreeMap;
use terrella_app::cameras::{Cameras, PICTURES, Wanted};
use terrella_app::render::Renderer;
use terrella_app::render::outputs::scan as scan_of;
use terrella_app::sense::SensorSetup;
use terrella_app::sense::column::{Column, Values};

/// Outputs that can be shown as a picture.
const SHOWN: [&str; 6] = ["rgb", "depth", "segmentation", "classes", "normals", "flow"];
/// Contacts that are listed.
const MOST_CONTACTS: usize = 30;
/// Sizes of pictures, pixels.
const SIZES: [u32; 4] = [64, 96, 128, 224];

/// The previews and of what they were made.
pub struct Previews {
    outputs: Vec<String>,
    size: u32,
    zoom: f32,
    of: Option<(u64, usize, Vec<String>, u32)>,
    live: BTreeMap<String, Live>,
    /// What is shown, in order, with its width and height, pixels.
    order: Vec<(String, [u32; 2])>,
    /// Ranges of the lidars, m, by column.
    scans: Vec<(String, Vec<f32>)>,
    contacts: bool,
    wrong: Option<String>,
}

impl Default for Previews {
    fn default() -> Self {
        Previews {
            outputs: ["rgb", "depth", "segmentation"].map(String::from).to_vec(),
            size: 64,
            zoom: 2.0,
            of: None,
            live: BTreeMap::new(),
            order: Vec::new(),
            scans: Vec::new(),
            contacts: true,
            wrong: None,
        }
    }
}

/// A picture of a column.
pub struct Preview {
    /// The column's name.
    pub name: String,
    /// Width and height, pixels.
    pub size: [u32; 2],
    /// RGB, row by row from the top left.
    pub rgb: Vec<u8>,
}

impl Previews {
    /// Shows them.
    pub fn show(&mut self, ui: &mut egui::Ui, session: &Session) {
        ui.horizontal_wrapped(|ui| {
            for output in SHOWN {
                let mut on = self.outputs.iter().any(|own| own == output);
                let doc = PICTURES
                    .iter()
                    .find(|(name, _)| *name == output)
                    .map_or("", |(_, doc)| doc);
                if ui.checkbox(&mut on, output).on_hover_text(doc).changed() {
                    self.outputs.retain(|own| own != output);
                    if on {
                        self.outputs.push(output.to_string());
                    }
                }
            }
            ui.checkbox(&mut self.contacts, "contacts")
                .on_hover_text("what touches what, and how strongly");
            egui::ComboBox::from_id_salt("preview size")
                .selected_text(format!("{} px", self.size))
                .width(60.0)
                .show_ui(ui, |ui| {
                    for size in SIZES {
                        ui.selectable_value(&mut self.size, size, format!("{size} px"));
                    }
                });
            ui.add(egui::Slider::new(&mut self.zoom, 1.0..=4.0).text("zoom"));
        });
        let Some(play) = session.play() else {
            ui.colored_label(theme::FAINT, "no world yet");
            return;
        };
        let of = (
            session.generation(),
            play.shown(),
            self.outputs.clone(),
            self.size,
        );
        if self.of.as_ref() != Some(&of) && self.live.values().all(Live::is_free) {
            self.of = Some(of);
            self.scans = scans(play);
            self.make(ui.ctx(), session, play);
        }
        if let Some(wrong) = &self.wrong {
            ui.colored_label(theme::WARN, wrong);
        }
        if play.plan().world.cameras.is_empty() {
            ui.colored_label(theme::FAINT, "this world has no camera");
        }
        ui.horizontal_wrapped(|ui| {
            for (name, size) in &self.order {
                let Some(texture) = self.live.get_mut(name).and_then(|live| live.texture(ui.ctx())) else {
                    continue;
                };
                ui.vertical(|ui| {
                    ui.label(egui::RichText::new(name).small().color(theme::FAINT));
                    let size = egui::Vec2::from(size.map(|side| side as f32)) * self.zoom;
                    let options = egui::TextureOptions::NEAREST;
                    ui.add(egui::Image::new((texture, size)).texture_options(options));
                });
            }
        });
        for (name, ranges) in &self.scans {
            scan(ui, name, ranges);
        }
        if self.contacts {
            contacts(ui, play);
        }
    }

    fn make(&mut self, ctx: &egui::Context, session: &Session, play: &Play) {
        self.order.clear();
        self.wrong = None;
        let mut outputs = self.outputs.clone();
        let mut previews = match stored(session, play, &outputs) {
            Ok(previews) => previews,
            Err(wrong) => {
                self.wrong = Some(wrong);
                Vec::new()
            }
        };
        if !previews.is_empty() {
            outputs.retain(|output| output != "rgb");
        }
        match pictures(play, &outputs, self.size) {
            Ok(drawn) => previews.extend(drawn),
            Err(wrong) => self.wrong = Some(wrong),
        }
        for preview in previews {
            let size = preview.size.map(|side| side as usize);
            let image = egui::ColorImage::from_rgb(size, &preview.rgb);
            let live = self.live.entry(preview.name.clone()).or_default();
            live.take(ctx, &preview.name, image, egui::TextureOptions::NEAREST);
            self.order.push((preview.name, preview.size));
        }
        // One that is not shown would wait for ever.
        let order = &self.order;
        self.live
            .retain(|name, _| order.iter().any(|(shown, _)| shown == name));
    }
}

/// The pictures that a dataset has of the step that is looked at, as they are stored: with what a lossy format made of them.
fn stored(session: &Session, play: &Play, outputs: &[String]) -> Result<Vec<Preview>, String> {
    let dataset = session.dataset.as_ref();
    let Some(dataset) = dataset.filter(|_| outputs.iter().any(|output| output == "rgb")) else {
        return Ok(Vec::new());
    };
    let pictures = dataset.pictures(session.episode, play.shown());
    let pictures = pictures.map_err(|error| error.to_string())?.into_iter();
    Ok(pictures
        .map(|(column, picture)| Preview {
            name: format!("{} (stored)", short(&column)),
            size: [picture.width, picture.height],
            rgb: picture.bytes,
        })
        .collect())
}

/// A column's name without what all of them begin with.
fn short(column: &str) -> &str {
    column.trim_start_matches("observation.images.")
}

/// The columns that a run with these sensors would record of the cameras at the step that is looked at, as pictures.
pub fn pictures(play: &Play, outputs: &[String], size: u32) -> Result<Vec<Preview>, String> {
    let world = &play.plan().world;
    let names: Vec<String> = world.cameras.keys().cloned().collect();
    let setup = SensorSetup {
        world,
        cameras: &names,
        image_size: [size, size],
        seed: play.seed(),
    };
    let mut cameras =
        Cameras::new(&setup, Wanted::of(outputs), 2, None).map_err(|error| error.to_string())?;
    let mut columns: Vec<Column> = cameras.columns().into_iter().map(Column::new).collect();
    let shown = play.shown();
    // Flow wants the picture before, and the one behind where there is one.
    let first = shown.saturating_sub(1);
    let flows = outputs.iter().any(|output| output == "flow");
    let last = (shown + usize::from(flows)).min(play.moments().len() - 1);
    for step in first..=last {
        let moment = &play.moments()[step];
        cameras.read_at(
            step as u32,
            world.control_hz,
            (&moment.poses, &moment.points),
            &mut columns,
        );
    }
    Ok(columns
        .iter()
        .filter_map(|column| preview(column, shown - first, size))
        .collect())
}

/// A row's picture of a column; none where there is none yet, as of the flow to a step that was not made.
fn preview(column: &Column, row: usize, size: u32) -> Option<Preview> {
    let pixels = (size * size) as usize;
    let of_row = |numbers: usize| row * pixels * numbers..(row + 1) * pixels * numbers;
    let name = short(&column.spec.name).to_string();
    let rgb = match &column.values {
        Values::Rgb(bytes) => bytes.get(of_row(3))?.to_vec(),
        Values::Raster16(numbers) if name.starts_with("depth") => grey(numbers.get(of_row(1))?),
        Values::Raster16(numbers) => ids(numbers.get(of_row(1))?),
        Values::RasterI8(numbers) => {
            let row = numbers.get(of_row(3))?;
            row.iter().map(|part| (i16::from(*part) + 128) as u8).collect()
        }
        Values::RasterF32(numbers) if name.starts_with("flow.") => arrows(numbers.get(of_row(2))?),
        _ => return None,
    };
    Some(Preview {
        name,
        size: [size, size],
        rgb,
    })
}

/// Near is light.
fn grey(depth_mm: &[u16]) -> Vec<u8> {
    let seen = |depth: &&u16| **depth > 0 && **depth < u16::MAX;
    let near = depth_mm.iter().filter(seen).min().copied().unwrap_or(1).max(1);
    let tone = |depth: u16| match depth {
        0 => 30,
        _ => 40 + (215.0 * f32::from(near) / f32::from(depth.max(1))) as u8,
    };
    depth_mm.iter().flat_map(|depth| [tone(*depth); 3]).collect()
}

/// A colour for each number, neighbours far apart.
fn ids(ids: &[u16]) -> Vec<u8> {
    ids.iter()
        .flat_map(|id| match *id {
            0 => [20, 22, 26],
            id => {
                let hue = f32::from(id) * 0.618_034 % 1.0;
                let color = egui::ecolor::Hsva::new(hue, 0.62, 0.95, 1.0);
                color.to_srgb()
            }
        })
        .collect()
}

/// Flow: where to is the hue, how far the strength.
fn arrows(flow_px: &[f32]) -> Vec<u8> {
    let far = flow_px
        .chunks_exact(2)
        .map(|flow| flow[0].hypot(flow[1]))
        .fold(0.5, f32::max);
    flow_px
        .chunks_exact(2)
        .flat_map(|flow| {
            let hue = flow[1].atan2(flow[0]) / std::f32::consts::TAU;
            let strength = (flow[0].hypot(flow[1]) / far).sqrt();
            egui::ecolor::Hsva::new(hue.rem_euclid(1.0), strength, 0.95, 1.0).to_srgb()
        })
        .collect()
}

/// What the lidars of a world see at the step that is looked at, whether it is played or was recorded.
fn scans(play: &Play) -> Vec<(String, Vec<f32>)> {
    let world = &play.plan().world;
    if world.lidars.is_empty() {
        return Vec::new();
    }
    let Ok(mut renderer) = Renderer::new(world) else {
        return Vec::new();
    };
    let now = play.now();
    renderer.set_points(&now.points);
    let lidars = world.lidars.iter();
    lidars
        .map(|(name, lidar)| {
            let mount = lidar.mount.as_ref();
            let mount = mount.and_then(|body| now.poses.get(world.bodies.get_index_of(body)?));
            let mut ranges = Vec::new();
            scan_of(&mut renderer, lidar, mount, &now.poses, &mut ranges);
            (format!("lidar.{name}"), ranges)
        })
        .collect()
}

/// What touches what at the step that is looked at, the strongest first.
fn contacts(ui: &mut egui::Ui, play: &Play) {
    let world = &play.plan().world;
    let name = |body: usize| world.bodies.get_index(body).map_or("", |(name, _)| name);
    let mut touching: Vec<_> = play.now().contacts.iter().collect();
    touching.sort_by(|one, other| other.impulse_ns.total_cmp(&one.impulse_ns));
    let title = format!("contacts ({})", touching.len());
    ui.label(egui::RichText::new(title).small().color(theme::FAINT));
    egui::Grid::new("contacts").striped(true).show(ui, |ui| {
        for contact in touching.iter().take(MOST_CONTACTS) {
            ui.label(format!(
                "{} - {}",
                name(contact.a as usize),
                name(contact.b as usize)
            ));
            // What is recorded is the impulse of a record's time.
            ui.label(format!("{:.2} N", contact.impulse_ns * world.control_hz as f32));
            let [x, y, z] = contact.point_m;
            ui.colored_label(theme::FAINT, format!("{x:.2} {y:.2} {z:.2} m"));
            ui.end_row();
        }
    });
}

/// A lidar's beams from above.
fn scan(ui: &mut egui::Ui, name: &str, ranges: &[f32]) {
    ui.label(egui::RichText::new(name).small().color(theme::FAINT));
    let (rect, _) = ui.allocate_exact_size(egui::vec2(130.0, 130.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, 2.0, ui.visuals().extreme_bg_color);
    let far = ranges.iter().copied().fold(0.1, f32::max);
    for (beam, range) in ranges.iter().enumerate() {
        let angle = beam as f32 / ranges.len() as f32 * std::f32::consts::TAU;
        let away = egui::vec2(angle.cos(), -angle.sin()) * (range / far * 62.0);
        ui.painter().line_segment(
            [rect.center(), rect.center() + away],
            egui::Stroke::new(1.0, theme::ACCENT.gamma_multiply(0.4)),
        );
        ui.painter().circle_filled(rect.center() + away, 1.5, theme::WARN);
    }
}
