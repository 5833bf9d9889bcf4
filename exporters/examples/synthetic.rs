//! Writes a made-up dataset, to open with the real libraries: `synthetic FOLDER [ppm|png|jpeg|qoi] [trajectories|transitions]`.

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::PathBuf;
use terrella_spec::run::{ImageFormat, Rows};

fn main() -> Result<(), terrella_exporters::ExportError> {
    let mut arguments = std::env::args_os().skip(1);
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        eprintln!("usage: synthetic FOLDER [ppm|png|jpeg|qoi] [trajectories|transitions]");
        std::process::exit(2);
    };
    let rest: Vec<_> = arguments.collect();
    let named = |format: &ImageFormat| rest.iter().any(|word| word == format.name());
    let images = ImageFormat::ALL.into_iter().find(named).unwrap_or_default();
    let rows = if rest.iter().any(|word| word == "transitions") {
        Rows::Transitions
    } else {
        Rows::Trajectories
    };
    let finished = common::write(&common::dataset(&folder, true, images, rows))?;
    println!("{finished:?}");
    Ok(())
}
