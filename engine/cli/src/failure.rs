//! What a command says when it fails, and its exit code.

use std::process::ExitCode;
use terrella_app::AppError;

/// Prints the error and gives the exit code that it means.
pub fn report(error: &anyhow::Error) -> ExitCode {
    let app = error.downcast_ref::<AppError>();
    match app {
        // Diagnostics name their file themselves.
        Some(AppError::Diagnostics(diagnostics)) => eprintln!("{diagnostics}"),
        // It says its cause itself.
        Some(app) => eprintln!("error: {app}"),
        None => eprintln!("error: {error:#}"),
    }
    ExitCode::from(app.map_or(1, AppError::exit_code))
}
