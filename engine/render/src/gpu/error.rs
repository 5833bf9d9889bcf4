//! Why a GPU does not draw.

use crate::error::RenderError;
use thiserror::Error;

/// Why a GPU does not draw.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GpuError {
    /// There is no driver, or no device that it drives.
    #[error(
        "no GPU was found ({reason}): install its Vulkan driver, or a software one (Mesa's lavapipe; Debian: \
         mesa-vulkan-drivers and libvulkan1), or draw with the CPU, whose pictures are the reference"
    )]
    NoAdapter {
        /// What the system said.
        reason: String,
    },
    /// A GPU is there but gave no device, or lost it.
    #[error("the GPU {adapter} failed: {reason}; draw with the CPU instead")]
    Device {
        /// The GPU's name.
        adapter: String,
        /// What the driver said.
        reason: String,
    },
    /// One thing alone is more than a buffer of this device holds.
    #[error("{what} needs {bytes} bytes, but this GPU takes {limit} at once; draw it with the CPU")]
    TooLarge {
        /// What it is.
        what: &'static str,
        /// How large it is.
        bytes: u64,
        /// How much fits.
        limit: u64,
    },
    /// The CPU draws it and the GPU does not yet.
    #[error("the GPU cannot draw {feature}; draw it with the CPU")]
    Unsupported {
        /// What it is.
        feature: &'static str,
    },
    /// No renderer can draw the world.
    #[error(transparent)]
    World(#[from] RenderError),
}
