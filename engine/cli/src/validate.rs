//! `terrella validate`: says what is wrong in a scene or run file, by making worlds of it.

use crate::job::{JobArgs, UntrustedArgs};
use clap::Args as ClapArgs;
use std::path::PathBuf;
use std::process::ExitCode;
use terrella_app::AppError;
use terrella_app::registries::Registries;

/// Check scene and run files
#[derive(ClapArgs, Debug)]
#[command(after_help = "Example:\n  terrella validate scenes/*.toml")]
pub struct Args {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    untrusted: UntrustedArgs,
}

/// Runs the command. One bad file does not hide the others.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let registries = Registries::default();
    let mut bad = 0;
    for file in args.files {
        let name = file.display().to_string();
        match JobArgs::of(file, args.untrusted.clone()).resolve(PathBuf::new(), &registries) {
            Ok(kit) => {
                let factors = kit.dataset.factors.len();
                println!(
                    "{name}: ok ({}, {factors} factors, {} action channels)",
                    kit.dataset.name,
                    kit.action_space.len()
                );
            }
            Err(error) => {
                bad += 1;
                match error {
                    AppError::Diagnostics(diagnostics) => eprintln!("{diagnostics}"),
                    other => eprintln!("{name}: {other}"),
                }
            }
        }
    }
    Ok(if bad == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}
