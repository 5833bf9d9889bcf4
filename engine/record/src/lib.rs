//! Columns of one episode as Arrow batches, with statistics and the episode table.
//!
//! A pure function of what the sensors filled: the same episode always becomes the same batches, numbers and rows.
//!
//! **Must not import:** Bevy, Rapier, wgpu, Parquet, clock, environment, file system.

pub mod batch;
pub mod columns;
pub mod episode;
pub mod error;
pub mod numbers;
pub mod schema;
pub mod stats;
pub mod table;
mod transitions;

pub use error::RecordError;
