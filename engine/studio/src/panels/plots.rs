//! Any channel over time.

use super::columns::Columns;
use super::theme;
use crate::change::rpy_deg;
use crate::gauges;
use crate::play::{Moment, Play};
use crate::session::Session;
use bevy_egui::egui;
use bevy_egui::egui::containers::menu::{MenuButton, MenuConfig};
use egui_plot::{Legend, Line, LineStyle, Plot, PlotPoints, VLine};
use std::collections::BTreeSet;

/// Points of a line.
const MOST_POINTS: usize = 2000;

/// Which channels are drawn.
#[derive(Default)]
pub struct Plots {
    chosen: BTreeSet<String>,
    /// Those that were recorded.
    columns: Columns,
    filter: String,
}

/// A channel: its name, and how it is read of the moments, at one of them.
type Channel = (String, Box<dyn Fn(&[Moment], usize) -> f64>);

/// A channel that is read of each moment alone.
fn channel(name: String, read: impl Fn(&Moment) -> f64 + 'static) -> Channel {
    (
        name,
        Box::new(move |moments: &[Moment], step: usize| read(&moments[step])),
    )
}

/// One of a list of numbers; no number where it is shorter.
fn item(list: &[f32], index: usize) -> f64 {
    list.get(index).map_or(f64::NAN, |value| f64::from(*value))
}

/// A name with its unit.
fn with_unit(name: &str, unit: &str) -> String {
    format!("{name} {unit}").trim_end().to_string()
}

/// All channels of a world.
fn channels(play: &Play) -> Vec<Channel> {
    let mut all = vec![channel("reward".into(), |moment| {
        f64::from(moment.outcome.reward)
    })];
    for (index, own) in play.action_space().channels.iter().enumerate() {
        let name = format!("action {}", own.name);
        all.push(channel(name, move |moment| item(&moment.action, index)));
    }
    for (index, (name, unit)) in play.observation_channels().iter().enumerate() {
        let name = with_unit(&format!("observation {name}"), unit);
        all.push(channel(name, move |moment| item(&moment.observation, index)));
    }
    let world = &play.plan().world;
    for (index, (name, unit)) in gauges::channels(world).into_iter().enumerate() {
        let name = with_unit(&name, unit);
        all.push(channel(name, move |moment| item(&moment.gauges, index)));
    }
    let hz = f64::from(world.control_hz);
    for (body, name) in world.bodies.keys().enumerate() {
        for (axis, letter) in ["x", "y", "z"].into_iter().enumerate() {
            all.push(channel(format!("{name} {letter} m"), move |moment| {
                f64::from(moment.poses[body].position_m[axis])
            }));
        }
        for (axis, angle) in ["roll", "pitch", "yaw"].into_iter().enumerate() {
            all.push(channel(format!("{name} {angle} °"), move |moment| {
                rpy_deg(moment.poses[body].rotation_xyzw)[axis]
            }));
        }
        // Of what is recorded only poses are known: the mean speed since the step before.
        let speed = move |moments: &[Moment], step: usize| match step.checked_sub(1) {
            Some(before) => {
                let [from, to] = [before, step].map(|step| moments[step].poses[body].position_m);
                let way = (0..3).map(|axis| f64::from(to[axis] - from[axis]).powi(2));
                way.sum::<f64>().sqrt() * hz
            }
            None => f64::NAN,
        };
        all.push((format!("{name} speed m/s"), Box::new(speed)));
    }
    if play.has_contacts() {
        all.push(channel("contacts".into(), |moment| moment.contacts.len() as f64));
    }
    all
}

/// A channel over the seconds of an episode, where it has numbers.
fn points(play: &Play, (_, read): &Channel) -> Vec<[f64; 2]> {
    let hz = f64::from(play.plan().world.control_hz);
    let steps = 0..play.moments().len();
    let all = steps
        .map(|step| [step as f64 / hz, read(play.moments(), step)])
        .filter(|[_, value]| value.is_finite());
    thinned(all.collect())
}

/// As many points of a long line as can be seen: of each part of it the least and the greatest value, in their order.
fn thinned(all: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    if all.len() <= MOST_POINTS {
        return all;
    }
    let mut few = Vec::with_capacity(MOST_POINTS);
    for part in all.chunks(all.len().div_ceil(MOST_POINTS / 2)) {
        let by_value = |one: &&[f64; 2], other: &&[f64; 2]| one[1].total_cmp(&other[1]);
        let ends = [part.iter().min_by(by_value), part.iter().max_by(by_value)];
        let mut ends: Vec<[f64; 2]> = ends.into_iter().flatten().copied().collect();
        ends.sort_by(|one, other| one[0].total_cmp(&other[0]));
        few.extend(ends);
    }
    few
}

impl Plots {
    /// Shows the plot and the list of channels.
    pub fn show(&mut self, ui: &mut egui::Ui, session: &Session) {
        let Some(play) = session.play() else {
            ui.colored_label(theme::FAINT, "no world yet");
            return;
        };
        let all = channels(play);
        ui.horizontal(|ui| {
            // Letters are typed and several channels chosen in it: it stays open until somebody clicks elsewhere.
            let config = MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
            MenuButton::new("Channels")
                .config(config)
                .ui(ui, |ui| self.list(ui, &all, session));
            if ui.button("Clear").clicked() {
                self.chosen.clear();
                self.columns.clear();
            }
            if self.is_empty() {
                ui.colored_label(theme::FAINT, "the reward; choose channels to see others");
            }
        });
        let recorded = self.columns.lines(session);
        let is_drawn = |name: &String| self.chosen.contains(name) || self.is_empty() && name == "reward";
        let mut lines = Vec::new();
        for drawn in recorded {
            let line = Line::new(drawn.name, PlotPoints::from(drawn.points));
            lines.push(if drawn.beside {
                line.style(LineStyle::dashed_loose())
            } else {
                line
            });
        }
        for channel in all.iter().filter(|(name, _)| is_drawn(name)) {
            let points = points(play, channel);
            lines.push(Line::new(channel.0.clone(), PlotPoints::from(points)));
        }
        if let (Some(other), Some(episode)) = (session.other(), session.beside) {
            for channel in channels(other).iter().filter(|(name, _)| is_drawn(name)) {
                let points = points(other, channel);
                let name = format!("{}, episode {episode}", channel.0);
                let line = Line::new(name, PlotPoints::from(points));
                lines.push(line.style(LineStyle::dashed_loose()));
            }
        }
        let now = play.shown() as f64 / f64::from(play.plan().world.control_hz);
        Plot::new("channels")
            .legend(Legend::default())
            .allow_scroll(false)
            .x_axis_label("s")
            .show(ui, |plot| {
                for line in lines {
                    plot.line(line);
                }
                plot.vline(VLine::new("now", now).color(egui::Color32::WHITE).width(1.0));
            });
    }

    /// True where nothing was chosen.
    fn is_empty(&self) -> bool {
        self.chosen.is_empty() && self.columns.is_empty()
    }

    /// The channels, to be chosen.
    fn list(&mut self, ui: &mut egui::Ui, all: &[Channel], session: &Session) {
        ui.set_min_width(260.0);
        ui.add(egui::TextEdit::singleline(&mut self.filter).hint_text("search"));
        let wanted = self.filter.to_lowercase();
        egui::ScrollArea::vertical().max_height(240.0).show(ui, |ui| {
            for (name, _) in all
                .iter()
                .filter(|(name, _)| name.to_lowercase().contains(&wanted))
            {
                let mut on = self.chosen.contains(name);
                if ui.checkbox(&mut on, name).changed() {
                    if on {
                        self.chosen.insert(name.clone());
                    } else {
                        self.chosen.remove(name);
                    }
                }
            }
        });
        self.columns.list(ui, session, &wanted);
    }
}
