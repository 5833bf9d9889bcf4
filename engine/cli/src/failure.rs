//! What a command says when it fails, and its exit code.

use crate::complain;
use std::process::ExitCode;
use terrella_app::AppError;

/// Prints the error and gives the exit code that it means.
pub fn report(error: &anyhow::Error) -> ExitCode {
    let app = error.downcast_ref::<AppError>();
    match app {
        // Diagnostics name their file themselves.
        Some(AppError::Diagnostics(diagnostics)) => complain(&diagnostics.to_string()),
        // It says its cause itself.
        Some(app) => complain(&format!("error: {app}")),
        None => complain(&format!("error: {error:#}")),
    }
    // Where a file system refuses what the command itself does, it is disk trouble too.
    let other = if error.chain().any(|cause| cause.is::<std::io::Error>()) {
        74
    } else {
        1
    };
    ExitCode::from(app.map_or(other, AppError::exit_code))
}
