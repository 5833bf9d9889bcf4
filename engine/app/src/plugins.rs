//! The plugins that make the app: registries first, then the batch.

use crate::batch::{Batch, BatchPlugin, Progress};
use crate::registries::{Exporters, Families, Policies, Sensors};
use bevy_app::{App, Plugin, PluginGroup, PluginGroupBuilder, Update};
use bevy_ecs::schedule::SingleThreadedExecutor;

/// All that a headless app needs.
pub struct TerrellaPlugins;

impl PluginGroup for TerrellaPlugins {
    fn build(self) -> PluginGroupBuilder {
        PluginGroupBuilder::start::<Self>()
            .add(SchedulePlugin)
            .add(ScenesPlugin)
            .add(SensorsPlugin)
            .add(PoliciesPlugin)
            .add(ExportPlugin)
            .add(BatchPlugin)
    }
}

/// The headless app that makes a batch; [`crate::batch::run_to_end`] runs it. Plugins of others may be added before.
pub fn batch_app((batch, progress): (Batch, Progress)) -> App {
    let mut app = App::new();
    app.add_plugins(TerrellaPlugins)
        .insert_resource(batch)
        .insert_resource(progress);
    app
}

/// One thread for the schedule: the cores belong to the lanes, whatever features another crate switches on.
pub struct SchedulePlugin;

impl Plugin for SchedulePlugin {
    fn build(&self, app: &mut App) {
        app.edit_schedule(Update, |schedule| {
            schedule.set_executor(SingleThreadedExecutor::new());
        });
    }
}

/// The built-in families.
pub struct ScenesPlugin;

impl Plugin for ScenesPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Families>();
    }
}

/// The built-in sensors.
pub struct SensorsPlugin;

impl Plugin for SensorsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Sensors>();
    }
}

/// The built-in policies.
pub struct PoliciesPlugin;

impl Plugin for PoliciesPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Policies>();
    }
}

/// The built-in exporters.
pub struct ExportPlugin;

impl Plugin for ExportPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Exporters>();
    }
}
