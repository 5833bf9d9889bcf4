//! What can end a run, and with which exit code.

use std::path::PathBuf;
use terrella_exporters::ExportError;
use terrella_scenes::draw::PlanError;
use terrella_sim::fault::LaneError;
use terrella_spec::diagnostic::Diagnostics;
use thiserror::Error;

/// What can end a run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AppError {
    /// A file is wrong.
    #[error("{0}")]
    Diagnostics(#[from] Diagnostics),
    /// The run asks for what there is not.
    #[error("{field}: {reason}")]
    Run {
        /// The field of the run.
        field: String,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A world cannot be made from the plan.
    #[error("world.{0}")]
    Lane(#[from] LaneError),
    /// A world cannot be drawn as a picture.
    #[error("{0}")]
    Render(#[from] terrella_render::RenderError),
    /// A shard cannot be written.
    #[error("{0}")]
    Export(#[from] ExportError),
    /// The folder holds something else.
    #[error("{} {reason}", path.display())]
    OtherContent {
        /// The folder.
        path: PathBuf,
        /// What it holds, and what to do.
        reason: String,
    },
    /// A dataset's files are not what its manifest says.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The dataset's folder.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Another process works in the folder.
    #[error("{} is being written by process {holder}; wait for it, or use another folder", path.display())]
    Busy {
        /// The folder.
        path: PathBuf,
        /// Its process id, or `?`.
        holder: String,
    },
    /// An episode failed at every attempt.
    #[error("episode {episode} failed {attempts} times, last: {reason}")]
    Hopeless {
        /// The episode.
        episode: u64,
        /// How often it was drawn.
        attempts: u32,
        /// Why the last attempt failed.
        reason: String,
    },
    /// Somebody asked to stop.
    #[error("stopped")]
    Interrupted,
    /// A worker died outside of an episode.
    #[error("a worker failed while it made shard {shard}: {reason}")]
    Worker {
        /// The shard.
        shard: u64,
        /// The panic's message.
        reason: String,
    },
}

impl AppError {
    /// A field of the run is wrong.
    pub fn run(field: impl Into<String>, reason: impl Into<String>) -> Self {
        AppError::Run {
            field: field.into(),
            reason: reason.into(),
        }
    }

    /// The exit code that tells a script what to do: 2 fix the input, 3 look at the bad episodes, 65 the dataset is
    /// damaged, 73 take another folder, 74 look at the disk, 75 try again later, 130 it was stopped.
    pub fn exit_code(&self) -> u8 {
        match self {
            AppError::Diagnostics(_) | AppError::Run { .. } | AppError::Lane(_) | AppError::Render(_) => 2,
            AppError::Read { .. } => 2,
            AppError::Hopeless { .. } => 3,
            AppError::Export(
                ExportError::Absent { .. }
                | ExportError::Broken { .. }
                | ExportError::Parquet { .. }
                | ExportError::Refused { .. },
            ) => 65,
            AppError::Damaged { .. } => 65,
            AppError::OtherContent { .. } | AppError::Export(ExportError::OtherRun { .. }) => 73,
            // Another partition may still be at work.
            AppError::Busy { .. } | AppError::Export(ExportError::Missing { .. }) => 75,
            AppError::Interrupted => 130,
            AppError::Export(_) | AppError::Worker { .. } => 74,
        }
    }
}

impl From<PlanError> for AppError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Invalid { place, reason } => AppError::run(place, reason),
            other => AppError::run("world", other.to_string()),
        }
    }
}
