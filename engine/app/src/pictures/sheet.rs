//! Contact sheets: many worlds on one page.

use super::canvas::{Canvas, LINE_PX, MARGIN_PX, TITLE_PX, Tone, clip, title_width, visible, wrap};
use terrella_exporters::picture::Rgb;

/// Paper between tiles, pixels.
const GAP_PX: u32 = 16;
/// Paper between the cameras of one tile, pixels.
const SEAM_PX: u32 = 2;
/// Paper between a picture and its caption, pixels.
pub(super) const CAPTION_GAP_PX: u32 = 4;
/// Width over height that a sheet comes near to.
const ASPECT: f32 = 1.5;

/// What stands on top of a sheet.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// Its name.
    pub title: String,
    /// What else is to be known of all of it.
    pub note: String,
}

impl Header {
    /// Width that the title wants, pixels.
    pub(super) fn width(&self) -> u32 {
        title_width(&self.title)
    }

    /// Height on paper of this inner width, with the gap below, pixels.
    pub(super) fn height(&self, width_px: u32) -> u32 {
        TITLE_PX + 6 + wrap(&self.note, width_px).len() as u32 * (LINE_PX + 2) + 10
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, width_px: u32) {
        canvas.title(MARGIN_PX, MARGIN_PX, &self.title);
        let mut top = MARGIN_PX + TITLE_PX + 6;
        for line in wrap(&self.note, width_px) {
            canvas.text(MARGIN_PX, top, &line, Tone::Plain);
            top += LINE_PX + 2;
        }
    }
}

/// One world on a sheet.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Its cameras' pictures, side by side.
    pub pictures: Vec<Rgb>,
    /// What stands below.
    pub caption: String,
    /// The caption's meaning.
    pub tone: Tone,
}

/// Puts pictures side by side, small ones enlarged.
pub(super) fn side_by_side(pictures: &[Rgb], seam_px: u32) -> Rgb {
    let pictures: Vec<Rgb> = pictures.iter().map(visible).collect();
    let seams = seam_px * pictures.len().saturating_sub(1) as u32;
    let width = pictures.iter().map(|picture| picture.width).sum::<u32>() + seams;
    let height = pictures.iter().map(|picture| picture.height).max().unwrap_or(0);
    let mut canvas = Canvas::new(width, height);
    let mut left = 0;
    for picture in &pictures {
        canvas.paste(left, 0, picture);
        left += picture.width + seam_px;
    }
    canvas.into_picture()
}

/// Many worlds on one page, in rows.
pub fn contact_sheet(header: &Header, tiles: &[Tile]) -> Rgb {
    let pictures: Vec<Rgb> = tiles
        .iter()
        .map(|tile| side_by_side(&tile.pictures, SEAM_PX))
        .collect();
    let tile_width = pictures.iter().map(|picture| picture.width).max().unwrap_or(0);
    let tile_height =
        pictures.iter().map(|picture| picture.height).max().unwrap_or(0) + CAPTION_GAP_PX + LINE_PX;
    let columns = columns(tiles.len() as u32, tile_width + GAP_PX, tile_height + GAP_PX);
    let rows = (tiles.len() as u32).div_ceil(columns);
    let grid_width = (columns * (tile_width + GAP_PX)).saturating_sub(GAP_PX);
    let inner = grid_width.max(header.width());
    let grid_top = MARGIN_PX + header.height(inner);
    let height = grid_top + (rows * (tile_height + GAP_PX)).saturating_sub(GAP_PX) + MARGIN_PX;
    let mut canvas = Canvas::new(inner + 2 * MARGIN_PX, height);
    header.draw(&mut canvas, inner);
    for (index, (tile, picture)) in tiles.iter().zip(&pictures).enumerate() {
        let (row, column) = (index as u32 / columns, index as u32 % columns);
        let left = MARGIN_PX + column * (tile_width + GAP_PX);
        let top = grid_top + row * (tile_height + GAP_PX);
        canvas.paste(left, top, picture);
        let below = top + picture.height + CAPTION_GAP_PX;
        canvas.text(left, below, &clip(&tile.caption, tile_width), tile.tone);
    }
    canvas.into_picture()
}

/// How many tiles stand in a row: near the wanted aspect, with few empty places.
fn columns(tiles: u32, width_px: u32, height_px: u32) -> u32 {
    let cost = |columns: u32| {
        let rows = tiles.div_ceil(columns);
        let aspect = (columns * width_px) as f32 / (rows * height_px) as f32;
        let empty = (rows * columns - tiles) as f32 / (rows * columns) as f32;
        (aspect / ASPECT).max(ASPECT / aspect) * (1.0 + 2.0 * empty)
    };
    (1..=tiles.max(1))
        .min_by(|one, other| cost(*one).total_cmp(&cost(*other)))
        .unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_full_and_the_sheet_is_wide() {
        assert_eq!(columns(12, 144, 164), 4);
        assert_eq!(columns(12, 274, 164), 3);
        assert_eq!(columns(1, 144, 164), 1);
        assert_eq!(columns(0, 144, 164), 1);
    }

    #[test]
    fn every_world_is_on_the_sheet() {
        let tile = |shade: u8| Tile {
            pictures: vec![
                Rgb {
                    width: 128,
                    height: 128,
                    bytes: vec![shade; 128 * 128 * 3]
                };
                2
            ],
            caption: format!("#{shade}"),
            tone: Tone::Plain,
        };
        let tiles: Vec<Tile> = (1..=7).map(tile).collect();
        let sheet = contact_sheet(
            &Header {
                title: "worlds".into(),
                note: "of a test".into(),
            },
            &tiles,
        );
        for shade in 1..=7u8 {
            let pixels = sheet
                .bytes
                .chunks_exact(3)
                .filter(|pixel| **pixel == [shade; 3])
                .count();
            assert_eq!(pixels, 2 * 128 * 128, "world {shade}");
        }
    }
}
