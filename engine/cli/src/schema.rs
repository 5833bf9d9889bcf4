//! `terrella schema`: the JSON Schema of scene and run files, for editors.

use clap::{Args as ClapArgs, ValueEnum};
use std::process::ExitCode;
use terrella_app::spec::schema;

/// Print the JSON Schema of a file format
#[derive(ClapArgs, Debug)]
#[command(after_help = "Example:\n  terrella schema scene > scene.schema.json")]
pub struct Args {
    /// The format
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Scene files
    Scene,
    /// Run files
    Run,
}

/// Runs the command.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let text = match args.format {
        Format::Scene => schema::scene(),
        Format::Run => schema::run(),
    };
    crate::print(&text)?;
    Ok(ExitCode::SUCCESS)
}
