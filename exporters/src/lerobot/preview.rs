//! One picture of the dataset: some episodes below each other, each as a strip of frames.

use super::paths;
use crate::picture::{Rgb, encode};
use crate::read::{picture_path, pictures};
use crate::{Dataset, ExportError};
use terrella_spec::columns::{ColumnSpec, Dtype};
use terrella_spec::run::ImageFormat;
use terrella_spec::shards::shards;

const EPISODES: u64 = 3;
const CAMERAS: usize = 3;
const FRAMES: u64 = 8;

/// The strips as a PNG file; none where there are no pictures.
pub fn preview(dataset: &Dataset, columns: &[ColumnSpec]) -> Result<Option<Vec<u8>>, ExportError> {
    let cameras: Vec<&ColumnSpec> = columns.iter().filter(|spec| spec.dtype == Dtype::Image).collect();
    let Some(first) = cameras.first() else {
        return Ok(None);
    };
    // Strips of one width only.
    let cameras: Vec<&ColumnSpec> = cameras
        .iter()
        .filter(|camera| camera.extent == first.extent)
        .take(CAMERAS)
        .copied()
        .collect();
    let images = dataset.run.spec.files.images;
    let length = dataset.run.rows_per_episode();
    let frames = FRAMES.min(length);
    let wanted: Vec<usize> = (0..frames)
        .map(|index| (index * (length - 1) / (frames - 1).max(1)) as usize)
        .collect();
    let shards = shards(&dataset.run);
    let all = dataset.run.spec.episodes;
    let shown = EPISODES.min(all);
    let mut strips = Vec::new();
    for episode in (0..shown).map(|index| index * all / shown) {
        let Some(shard) = shards.iter().find(|shard| shard.episodes.contains(&episode)) else {
            continue;
        };
        let start = (episode - shard.episodes.start) * length;
        let in_shard = (shard.episodes.end - shard.episodes.start) * length;
        for camera in &cameras {
            let path = dataset
                .root
                .join(picture_path(camera, images, shard.chunk, shard.file));
            strips.push(pictures(
                &path,
                camera,
                images,
                in_shard,
                start..start + length,
                &wanted,
            )?);
        }
    }
    let Some((width, height, rgb)) = paste(&strips) else {
        return Ok(None);
    };
    let mut png = Vec::new();
    encode(&rgb, width, height, ImageFormat::Png, &mut png).map_err(|reason| ExportError::Picture {
        name: paths::PREVIEW.to_string(),
        reason,
    })?;
    Ok(Some(png))
}

/// Strips of pictures of one size below each other: width, height and bytes.
fn paste(strips: &[Vec<Rgb>]) -> Option<(u32, u32, Vec<u8>)> {
    let first = strips.first()?.first()?;
    let mut rgb = Vec::new();
    for strip in strips {
        for line in 0..first.height as usize {
            let stride = first.width as usize * 3;
            strip.iter().for_each(|picture| {
                rgb.extend_from_slice(&picture.bytes[line * stride..(line + 1) * stride])
            });
        }
    }
    Some((
        first.width * strips[0].len() as u32,
        first.height * strips.len() as u32,
        rgb,
    ))
}
