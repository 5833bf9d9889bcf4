//! What the dataset's cameras and sensors see at the step that is looked at, made by the batch's own code.

use super::live::Live;
use super::theme;
use crate::play::Play;
use crate::previews::{Preview, Scan, pictures, scans, short};
use crate::session::Session;
use bevy_egui::egui;
use std::collections::BTreeMap;
use terrella_app::cameras::PICTURES;

/// Outputs that can be shown as a picture.
const SHOWN: [&str; 6] = ["rgb", "depth", "segmentation", "classes", "normals", "flow"];
/// Contacts that are listed.
const MOST_CONTACTS: usize = 30;
/// Sizes of pictures beside that of the run, pixels.
const SIZES: [u32; 4] = [64, 96, 128, 224];

/// The previews and of what they were made.
pub struct Previews {
    outputs: Vec<String>,
    /// Width and height, pixels; the run's when absent.
    size: Option<u32>,
    zoom: f32,
    of: Option<(u64, usize, Vec<String>, Option<u32>)>,
    live: BTreeMap<String, Live>,
    /// What is shown, in order, with its width and height, pixels.
    order: Vec<(String, [u32; 2])>,
    scans: Vec<Scan>,
    contacts: bool,
    wrong: Option<String>,
}

impl Default for Previews {
    fn default() -> Self {
        Previews {
            outputs: ["rgb", "depth", "segmentation"].map(String::from).to_vec(),
            size: None,
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
            let told =
                |size: Option<u32>| size.map_or("as recorded".to_string(), |size| format!("{size} px"));
            egui::ComboBox::from_id_salt("preview size")
                .selected_text(told(self.size))
                .width(60.0)
                .show_ui(ui, |ui| {
                    for size in [None].into_iter().chain(SIZES.map(Some)) {
                        ui.selectable_value(&mut self.size, size, told(size));
                    }
                });
            ui.label("zoom");
            ui.add(egui::DragValue::new(&mut self.zoom).range(1.0..=4.0).speed(0.02));
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
                let size = egui::Vec2::from(size.map(|side| side as f32)) * self.zoom;
                let font = egui::TextStyle::Small.resolve(ui.style());
                let told = ui
                    .painter()
                    .layout_no_wrap(name.clone(), font, theme::FAINT)
                    .size();
                let all = egui::vec2(size.x.max(told.x), size.y + told.y + 4.0);
                // Told how large it will be, it goes to the next line where there is no room.
                let down = egui::Layout::top_down(egui::Align::Min);
                ui.allocate_ui_with_layout(all, down, |ui| {
                    let name = egui::RichText::new(name).small().color(theme::FAINT);
                    ui.label(name);
                    let options = egui::TextureOptions::NEAREST;
                    ui.add(egui::Image::new((texture, size)).texture_options(options));
                });
            }
        });
        for scan in &self.scans {
            beams(ui, scan);
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
        if let Some(run) = session.run_spec() {
            match pictures(play, run, &outputs, self.size) {
                Ok(drawn) => previews.extend(drawn),
                Err(wrong) => self.wrong = Some(wrong),
            }
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

/// What touches what at the step that is looked at, the strongest first.
fn contacts(ui: &mut egui::Ui, play: &Play) {
    let world = &play.plan().world;
    let name = |body: usize| world.bodies.get_index(body).map_or("", |(name, _)| name);
    let mut touching: Vec<_> = play.now().contacts.iter().collect();
    touching.sort_by(|one, other| other.impulse_ns.total_cmp(&one.impulse_ns));
    let title = if play.has_contacts() {
        format!("contacts ({})", touching.len())
    } else {
        "contacts were not recorded".to_string()
    };
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

/// A lidar's beams from above: ahead is to the right.
fn beams(ui: &mut egui::Ui, scan: &Scan) {
    ui.label(egui::RichText::new(&scan.name).small().color(theme::FAINT));
    let (rect, _) = ui.allocate_exact_size(egui::vec2(130.0, 130.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, 2.0, ui.visuals().extreme_bg_color);
    let far = scan.ranges_m.iter().copied().fold(0.1, f32::max);
    for (beam, range) in scan.ranges_m.iter().enumerate() {
        let angle = scan.angle_rad(beam);
        let away = egui::vec2(angle.cos(), -angle.sin()) * (range / far * 62.0);
        ui.painter().line_segment(
            [rect.center(), rect.center() + away],
            egui::Stroke::new(1.0, theme::ACCENT.gamma_multiply(0.4)),
        );
        ui.painter().circle_filled(rect.center() + away, 1.5, theme::WARN);
    }
}
