//! The progress bar: a plugin that watches the batch.

use bevy_app::{App, Plugin, Update};
use bevy_ecs::prelude::*;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use terrella_app::batch::{BatchSet, Progress};

/// Draws the batch's progress on standard error; nothing where that is no terminal.
pub struct ProgressPlugin;

#[derive(Resource)]
struct Bar(ProgressBar);

impl Plugin for ProgressPlugin {
    fn build(&self, app: &mut App) {
        let bar = ProgressBar::no_length();
        let style = ProgressStyle::with_template(
            "{elapsed_precise} [{bar:32}] {pos}/{len} episodes  {msg}  {per_sec}  ETA {eta}",
        );
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        app.insert_resource(Bar(bar))
            .add_systems(Update, draw.in_set(BatchSet::Report));
    }
}

fn draw(bar: Res<Bar>, progress: Res<Progress>) {
    let bar = &bar.0;
    if bar.length().is_none() {
        bar.set_length(progress.episodes);
        // What was there from the start says nothing about the rate.
        bar.set_position(progress.episodes_resumed);
        bar.reset_eta();
    }
    bar.set_position(progress.episodes_resumed + progress.episodes_made);
    bar.set_message(format!(
        "{}/{} shards  {}",
        progress.shards_done,
        progress.shards,
        HumanBytes(progress.bytes)
    ));
    if progress.shards_done == progress.shards {
        bar.finish_and_clear();
    }
}
