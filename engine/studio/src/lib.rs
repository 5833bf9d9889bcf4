//! Terrella Studio: edit a scene, play it, see what the model will see.
//!
//! `session/` is the whole state without a window: the document (`document.rs`), the world that is played (`play.rs`), what is selected.
//! Panels (`panels/`) read it and change it through edits and commands (`commands.rs`); the viewport (`viewport/`) shows the batch's own
//! pixels, with handles and overlays by Bevy on top. `window.rs` puts them into a Bevy app.
//!
//! **Invariants:** the document's text is the one source of truth; playing never changes it; every edit can be undone.

#![expect(
    clippy::disallowed_methods,
    reason = "what a window shows is no data, and what a hand does is not the same on two machines anyway"
)]

pub mod balance;
pub mod change;
pub mod commands;
pub mod compare;
pub mod document;
pub mod gauges;
pub mod generate;
mod grow;
pub mod panels;
pub mod pieces;
mod placing;
pub mod play;
pub mod previews;
pub mod project;
pub mod script;
pub mod session;
pub mod snapping;
pub mod takes;
pub mod tape;
pub mod viewport;
pub mod window;
