//! What can be wrong with a world that is to be drawn.

use thiserror::Error;

/// Why a world cannot be drawn.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum RenderError {
    /// The points of a convex hull are fewer than four or lie in one plane.
    #[error("the hull of body `{body}` needs four points that are not in one plane")]
    FlatHull {
        /// The body.
        body: String,
    },
    /// A triangle names a vertex that is not there.
    #[error("a triangle of body `{body}` names vertex {vertex}, but the mesh has {vertices}")]
    MissingVertex {
        /// The body.
        body: String,
        /// The vertex it names.
        vertex: u32,
        /// How many vertices there are.
        vertices: usize,
    },
    /// A mesh file that was not read into its corners and triangles.
    #[error("the mesh file {path} of body `{body}` must be read before it is drawn")]
    UnreadMesh {
        /// The body.
        body: String,
        /// The file.
        path: String,
    },
    /// An image that cannot be painted with.
    #[error("image `{image}` {reason}")]
    BadImage {
        /// Its name.
        image: String,
        /// What is wrong.
        reason: String,
    },
    /// A light is fixed to a body that is not there.
    #[error("light `{light}` is fixed to body `{body}`, which is not there")]
    MissingMount {
        /// The light.
        light: String,
        /// The body.
        body: String,
    },
    /// The heights of a height field do not make a grid of at least 2 x 2.
    #[error(
        "the height field of body `{body}` has {heights} heights, which are not two or more rows of {columns}"
    )]
    RaggedHeights {
        /// The body.
        body: String,
        /// How many heights there are.
        heights: usize,
        /// Samples in a row.
        columns: u32,
    },
    /// More bodies than ids.
    #[error("{bodies} bodies are more than the 65534 that ids can name")]
    TooManyBodies {
        /// How many bodies there are.
        bodies: usize,
    },
    /// More shapes in a body than can be told apart.
    #[error("the {parts} shapes of body `{body}` are more than 32768")]
    TooManyParts {
        /// The body.
        body: String,
        /// How many shapes it has.
        parts: usize,
    },
}
