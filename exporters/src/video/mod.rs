//! Pictures as videos: one MP4 file for each camera and shard, in which the shard's episodes follow each other.
//!
//! H.264, because OpenH264 builds with a C++ compiler alone, takes a fiftieth of the time that AV1 by rav1e does, and every
//! reader decodes it. A key frame comes every [`GOP`] frames and at the start of every episode: readers jump about.
//!
//! **Invariants:** an episode's frames are a function of its pixels: it has an encoder of its own, with one thread and one
//! quantiser for every block, so it is made again without its neighbours. Frame k of a file is shown at k / fps seconds.

#![cfg_attr(
    not(feature = "video"),
    expect(dead_code, reason = "what looks into coded frames wants the codec")
)]

mod codec;
mod file;
mod parameters;
mod stored;
mod yuv;

pub(crate) use codec::{Frames, encode};
pub(crate) use file::VideoFile;
pub use stored::Video;

use parameters::Parameters;
use terrella_spec::columns::{ColumnSpec, Dtype};
use terrella_spec::run::ImageFormat;

/// True where this program was built to make videos and to look into them.
pub const AVAILABLE: bool = cfg!(feature = "video");

/// What is said where it was not.
pub const UNAVAILABLE: &str =
    "this program was built without the Cargo feature `video`, so it makes and shows no videos";

/// The formats of pictures that this program writes.
pub fn formats() -> impl Iterator<Item = ImageFormat> {
    let written = |format: &ImageFormat| AVAILABLE || !format.is_video();
    ImageFormat::ALL.into_iter().filter(written)
}

/// Frames from one key frame to the next.
pub const GOP: usize = 5;

/// A file is at most this long: LeRobot compares times as 32-bit floats, to a ten-thousandth of a second.
pub const MOST_SECONDS: u64 = 1000;

/// Sides of the largest picture, the longer first: what level 5.2 of H.264 and its encoder take.
const LARGEST: [usize; 2] = [3840, 2160];
/// The smallest side: one block of the codec.
const SMALLEST: usize = 16;

/// The encoder as the determinism domain names it. It has kernels of its own for some processors, and that these come to the
/// same bytes is its authors' promise, not one that is tested here: so a processor's kind is part of the name.
pub(crate) fn encoder_version() -> String {
    format!("openh264 2.7.0 {}", std::env::consts::ARCH)
}

/// True for a column of pictures that stands in a video.
pub fn is_video(spec: &ColumnSpec, images: ImageFormat) -> bool {
    spec.dtype == Dtype::Image && images.is_video()
}

/// The names of the columns that stand in videos.
pub fn keys(columns: &[ColumnSpec], images: ImageFormat) -> Vec<String> {
    let videos = columns.iter().filter(|spec| is_video(spec, images));
    videos.map(|spec| spec.name.clone()).collect()
}

/// Why pictures of this size cannot be a video, and what to do.
pub fn refused_size(height: usize, width: usize) -> Option<String> {
    let size = format!("{width} x {height}");
    if !height.is_multiple_of(2) || !width.is_multiple_of(2) {
        let even = |side: usize| side + side % 2;
        return Some(format!(
            "pictures of {size} cannot be a video: H.264 stores colour for squares of 2 x 2 pixels; take {} x {}, or \
             files.images = \"ppm\"",
            even(width),
            even(height)
        ));
    }
    let (long, short) = (height.max(width), height.min(width));
    let fits = short >= SMALLEST && long <= LARGEST[0] && short <= LARGEST[1];
    (!fits).then(|| {
        format!(
            "pictures of {size} cannot be a video: each side must be {SMALLEST} or more, and they must fit into {} x {}; \
             take another size, or files.images = \"ppm\"",
            LARGEST[0], LARGEST[1]
        )
    })
}

/// Episodes of so many rows that a file holds at most; none where one alone is too long.
pub fn most_episodes(rows: u64, fps: u32) -> Option<u64> {
    let most = MOST_SECONDS * u64::from(fps) / rows.max(1);
    (most > 0).then_some(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_are_refused_come_with_a_remedy() {
        assert_eq!(refused_size(64, 64), None);
        assert_eq!(refused_size(3840, 2160), None);
        let odd = refused_size(63, 64).unwrap();
        assert!(odd.contains("64 x 63") && odd.contains("take 64 x 64"), "{odd}");
        for (height, width) in [(8, 64), (64, 14), (2162, 2162), (16, 3842)] {
            let said = refused_size(height, width).unwrap();
            assert!(said.contains("another size"), "{said}");
        }
    }

    #[test]
    fn a_file_is_no_longer_than_times_can_be_told_apart() {
        assert_eq!(most_episodes(101, 10), Some(99));
        assert_eq!(most_episodes(1000, 1), Some(1));
        assert_eq!(most_episodes(1001, 1), None);
        // The next frame after the longest file's last one is further away in 32 bits than the tolerance.
        assert!((MOST_SECONDS as f32).next_up() - (MOST_SECONDS as f32) < 1e-4);
    }
}
