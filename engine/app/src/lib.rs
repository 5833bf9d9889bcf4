//! The headless Bevy app: registries, plugins and the schedule that makes datasets.
//!
//! The programs are this app with other plugins on top. Families, sensors, policies and exporters are registries, so
//! somebody else's plugin adds to them as ours do (see `examples/plugin.rs`).
//!
//! **Invariants:** lanes are data in a worker's hands, not entities; a shard is made by one worker and is a function
//! of the resolved run and its number alone.
//!
//! **Must not import:** bevy_render, winit, egui.

mod agents;
mod assets;
mod attempts;
mod base_columns;
pub mod batch;
pub mod bench;
pub mod bench_families;
pub mod bench_frames;
pub mod bench_grains;
mod budget;
pub mod cameras;
mod clock;
pub mod command;
pub mod drawing;
pub mod episode;
pub mod error;
pub mod folder;
pub mod kit;
mod lane_sensors;
mod lidars;
pub mod making;
mod mixed;
pub mod pictures;
pub mod plugins;
pub mod quiet;
pub mod recorded;
pub mod registries;
pub mod repair;
pub mod report;
pub mod rollout;
mod shard;
pub mod shell;
pub mod source;
mod twins;
pub mod verify;

pub use error::AppError;
pub use kit::RunKit;
pub use plugins::{TerrellaPlugins, batch_app};

// The programs on top know this crate alone.
pub use terrella_exporters as exporters;
pub use terrella_record as record;
pub use terrella_render as render;
pub use terrella_scenes as scenes;
pub use terrella_sense as sense;
pub use terrella_sim as sim;
pub use terrella_spec as spec;
