//! What a world, a scene and a run are: plain values, parsed from TOML.
//!
//! Errors in a user's file name line, field and remedy. Everything here is a value: no clock, environment, file
//! system or global state, so each stage after this one can be tested alone and replayed from disk.
//!
//! **Must not import:** Bevy, Rapier, Arrow, wgpu, Rayon.

pub mod asset;
pub mod camera;
mod check;
pub mod columns;
pub mod diagnostic;
pub mod dist;
pub mod document;
mod drive_train;
mod edit;
pub mod factor;
pub mod fault;
pub mod image;
pub mod light;
pub mod limits;
pub mod liquid;
pub mod mechanism;
pub mod mesh;
mod odometer;
pub mod plan;
pub mod pose;
pub mod road;
pub mod run;
mod scan;
pub mod scene;
pub mod schema;
pub mod seed;
pub mod shape;
pub mod shards;
pub mod soft;
pub mod world;
pub mod write;
