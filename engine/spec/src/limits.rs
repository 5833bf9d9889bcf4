//! How large a file may make a world or a run. What a user gives is untrusted: counts are bounded before use.

/// Bytes of a scene or run file.
pub const FILE_BYTES: usize = 16 << 20;
/// Bodies of a world.
pub const BODIES: usize = 100_000;
/// Joints of a world.
pub const JOINTS: usize = 100_000;
/// Mechanisms of a world.
pub const MECHANISMS: usize = 1_000;
/// Cameras of a world.
pub const CAMERAS: usize = 64;
/// Numbers that a shape may hold: points, corners, heights.
pub const SHAPE_NUMBERS: usize = 1 << 24;
/// Pixels along a side of a picture.
pub const IMAGE_SIDE: u32 = 4096;
/// Transitions of an episode.
pub const STEPS: u32 = 1_000_000;
/// Episodes of a run.
pub const EPISODES: u64 = 1_000_000_000;
/// Splits of a run.
pub const SPLITS: usize = 100;
