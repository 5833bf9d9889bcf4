//! What can be wrong with an episode or its columns.

/// What can be wrong with an episode or its columns.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// A declared column cannot be stored.
    #[error("column {column}: {reason}")]
    Declared {
        /// Its name.
        column: String,
        /// Why, and what would do.
        reason: String,
    },
    /// An episode's column is not the declared one.
    #[error("episode {episode}, column {column}: {reason}")]
    Column {
        /// The episode.
        episode: u64,
        /// The column's name.
        column: String,
        /// What differs.
        reason: String,
    },
    /// An episode has a column that was not declared.
    #[error("episode {episode} has the column {column}, which the dataset does not declare")]
    Undeclared {
        /// The episode.
        episode: u64,
        /// The column's name.
        column: String,
    },
    /// A number that learners cannot use: NaN or infinite.
    #[error("episode {episode}, column {column}: a number is NaN or infinite")]
    NotFinite {
        /// The episode.
        episode: u64,
        /// The column's name.
        column: String,
    },
    /// An episode's task is not one of the dataset's.
    #[error("episode {episode}: the task {task:?} is not one of the dataset's tasks")]
    Task {
        /// The episode.
        episode: u64,
        /// Its task.
        task: String,
    },
    /// An episode's factor has no declaration, or another type.
    #[error("episode {episode}, factor {factor}: {reason}")]
    Factor {
        /// The episode.
        episode: u64,
        /// The factor's name.
        factor: String,
        /// What differs.
        reason: String,
    },
    /// A batch of the episode table lacks a column, or holds it in another type.
    #[error("the episode table has no column {column} of the expected type")]
    Table {
        /// The column's name.
        column: String,
    },
    /// A batch lacks a column, or holds something else than numbers in it.
    #[error("there is no column {column} that holds a number wherever one should be")]
    Numbers {
        /// The column's name.
        column: String,
    },
    /// Arrow refused the arrays.
    #[error(transparent)]
    Arrow(#[from] arrow::error::ArrowError),
}
