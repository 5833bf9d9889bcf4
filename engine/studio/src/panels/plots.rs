//! Any channel over time.

use super::theme;
use crate::play::{Moment, Play};
use crate::session::Session;
use bevy_egui::egui;
use egui_plot::{Legend, Line, Plot, PlotPoints, VLine};
use std::collections::BTreeSet;

/// Which channels are drawn.
#[derive(Default)]
pub struct Plots {
    chosen: BTreeSet<String>,
}

/// A channel: its name, and how it is read of a moment.
type Channel = (String, Box<dyn Fn(&Moment) -> f64>);

/// All channels of a world.
fn channels(play: &Play) -> Vec<Channel> {
    let mut all: Vec<Channel> = vec![(
        "reward".into(),
        Box::new(|moment| f64::from(moment.outcome.reward)),
    )];
    for (index, channel) in play.action_space().channels.iter().enumerate() {
        let read = move |moment: &Moment| {
            moment
                .action
                .get(index)
                .map_or(f64::NAN, |value| f64::from(*value))
        };
        all.push((format!("action {}", channel.name), Box::new(read)));
    }
    for (index, (name, unit)) in play.observation_channels().iter().enumerate() {
        let read = move |moment: &Moment| {
            moment
                .observation
                .get(index)
                .map_or(f64::NAN, |value| f64::from(*value))
        };
        all.push((format!("observation {name} {unit}"), Box::new(read)));
    }
    for (index, name) in play.plan().world.bodies.keys().enumerate() {
        for (axis, letter) in ["x", "y", "z"].into_iter().enumerate() {
            let read = move |moment: &Moment| f64::from(moment.poses[index].position_m[axis]);
            all.push((format!("{name} {letter} m"), Box::new(read)));
        }
    }
    all.push(("contacts".into(), Box::new(|moment| moment.contacts.len() as f64)));
    all
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
            ui.menu_button("Channels", |ui| {
                egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                    for (name, _) in &all {
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
            });
            if ui.button("Clear").clicked() {
                self.chosen.clear();
            }
            if self.chosen.is_empty() {
                ui.colored_label(theme::FAINT, "the reward; choose channels to see others");
            }
        });
        let hz = f64::from(play.plan().world.control_hz);
        let drawn = all
            .iter()
            .filter(|(name, _)| self.chosen.contains(name) || self.chosen.is_empty() && name == "reward");
        let lines: Vec<Line<'_>> = drawn
            .map(|(name, read)| {
                let points = play.moments().iter().enumerate();
                let points: Vec<[f64; 2]> = points
                    .map(|(step, moment)| [step as f64 / hz, read(moment)])
                    .collect();
                Line::new(name.clone(), PlotPoints::from(points))
            })
            .collect();
        let now = play.shown() as f64 / hz;
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
}
