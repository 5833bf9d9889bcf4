//! Pictures for people: contact sheets, film strips and animations of worlds, with labels.
//!
//! What a dataset holds are the bare pictures of the cameras; here they are put side by side on paper. The command
//! and the studio use the same ones.
//!
//! **Invariant:** a sheet is a function of the pictures and words on it: the same ones make the same file.

mod animation;
mod canvas;
mod file;
mod film;
mod player;
mod sheet;
mod show;
pub mod stored;
mod worlds;

pub use animation::{Animation, moment_card, stride};
pub use canvas::{Canvas, LINE_PX, Tone, text_width, wrap};
pub use file::{Kind, kind_of, png, write};
pub use film::{Film, Strip, film_strip};
pub use player::{Broken, Moment, Player};
pub use sheet::{Header, Tile, contact_sheet};
pub use show::{AnimationFile, Show};
pub use terrella_exporters::picture::Rgb;
pub use worlds::{SeenWorld, world_sheet};
