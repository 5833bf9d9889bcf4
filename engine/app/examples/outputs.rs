//! Draws every output of every camera of a scene at one record as one sheet: `outputs SCENE.toml SHEET.png [ROW]`.

use terrella_app::RunKit;
use terrella_app::cameras::PICTURES;
use terrella_app::episode::{self, Attempts};
use terrella_app::pictures::{Canvas, Rgb, Tone, png, write};
use terrella_app::record::episode::{Column, Episode, Values};
use terrella_app::registries::Registries;
use terrella_app::spec::document::Document;
use terrella_app::spec::run::{RunSpec, WorldSource};

const SIDE: usize = 128;
const GAP: usize = 8;
const OUTPUTS: [&str; 10] = [
    "rgb",
    "depth",
    "segmentation",
    "classes",
    "normals",
    "flow",
    "flow back",
    "amodal",
    "boxes",
    "points",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, scene, sheet, ..] = arguments.as_slice() else {
        return Err("usage: outputs SCENE.toml SHEET.png [ROW]".into());
    };
    let row = arguments.get(3).map_or(Ok(12), |row| row.parse::<usize>())?;
    let document = Document::new(scene.as_str(), std::fs::read_to_string(scene)?);
    let world = document.scene()?;
    let lidars: Vec<String> = world.world.lidars.keys().cloned().collect();
    let mut spec = RunSpec::new(WorldSource::Scene(scene.clone()));
    spec.steps = Some(row as u32 + 2);
    spec.image_size = [SIDE as u32; 2];
    let others = ["lidar", "bodies"];
    spec.sensors = (PICTURES.iter().map(|(name, _)| *name).chain(others))
        .map(String::from)
        .collect();
    let kit = RunKit::resolve(spec, Some(world), "".into(), &Registries::default())?;
    let episode = episode::record(&kit, 0, &Attempts::default(), &mut Vec::new())?;
    let cameras = kit.dataset.run.spec.cameras.clone().unwrap_or_default();
    let place = |index: usize| (GAP + index * (SIDE + GAP)) as u32;
    let (width, height) = (place(OUTPUTS.len()), place(cameras.len()) + 24);
    let mut canvas = Canvas::new(width, height + (SIDE + GAP) as u32);
    for (index, name) in OUTPUTS.iter().enumerate() {
        canvas.text(place(index), 6, name, Tone::Strong);
    }
    for (line, camera) in cameras.iter().enumerate() {
        for (index, output) in OUTPUTS.iter().enumerate() {
            if let Some(picture) = picture(&episode, camera, output, row) {
                canvas.paste(place(index), place(line) + 20, &picture);
            }
        }
    }
    for (index, lidar) in lidars.iter().enumerate() {
        let column = find(&episode, &format!("observation.lidar.{lidar}")).expect("a lidar");
        canvas.paste(place(index), place(cameras.len()) + 20, &fan(column, row));
    }
    write(sheet.as_ref(), &png(&canvas.into_picture())?)?;
    Ok(())
}

fn find<'a>(episode: &'a Episode, name: &str) -> Option<&'a Column> {
    episode.columns.iter().find(|column| column.spec.name == name)
}

/// A colour for a number, far from those of its neighbours.
fn hue(index: usize) -> [u8; 3] {
    let turn = index as f32 * 0.618_034;
    let wave = |shift: f32| {
        let at = (turn + shift).fract() * std::f32::consts::TAU;
        (140.0 + 100.0 * libm::cosf(at)) as u8
    };
    [wave(0.0), wave(0.333), wave(0.667)]
}

fn row_of<T>(values: &[T], column: &Column, row: usize) -> Vec<T>
where
    T: Clone,
{
    if column.ends.is_empty() {
        let width = values.len() / column.rows();
        return values[row * width..(row + 1) * width].to_vec();
    }
    let start = row
        .checked_sub(1)
        .map_or(0, |before| column.ends[before] as usize);
    values[start..column.ends[row] as usize].to_vec()
}

fn picture(episode: &Episode, camera: &str, output: &str, row: usize) -> Option<Rgb> {
    let name = match output {
        "rgb" => format!("observation.images.{camera}"),
        "flow" => format!("flow.forward.{camera}"),
        "flow back" => format!("flow.backward.{camera}"),
        "boxes" => format!("boxes_2d.{camera}"),
        other => format!("{other}.{camera}"),
    };
    let column = find(episode, &name)?;
    let bytes: Vec<u8> = match (output, &column.values) {
        (_, Values::Rgb(values)) => row_of(values, column, row),
        ("depth", Values::Raster16(values)) => row_of(values, column, row)
            .into_iter()
            .flat_map(|depth| {
                let near = if depth == 0 {
                    0.0
                } else {
                    255.0 / (1.0 + f32::from(depth) / 2500.0)
                };
                [near as u8; 3]
            })
            .collect(),
        (_, Values::Raster16(values)) => row_of(values, column, row)
            .into_iter()
            .flat_map(|id| if id == 0 { [235; 3] } else { hue(usize::from(id)) })
            .collect(),
        (_, Values::RasterI8(values)) => (row_of(values, column, row).into_iter())
            .map(|part| (128 + i16::from(part)) as u8)
            .collect(),
        ("points", Values::RasterF32(values)) => (row_of(values, column, row).into_iter())
            .map(|part| {
                if part == 0.0 {
                    235
                } else {
                    (part * 2.0).rem_euclid(1.0).mul_add(200.0, 30.0) as u8
                }
            })
            .collect(),
        (_, Values::RasterF32(values)) => row_of(values, column, row)
            .chunks_exact(2)
            .flat_map(|step| {
                let part = |value: f32| (128.0 + value * 16.0).clamp(0.0, 255.0) as u8;
                [part(step[0]), part(step[1]), 128]
            })
            .collect(),
        ("amodal", Values::Int32(values)) => {
            let mut bytes = vec![235; SIDE * SIDE * 3];
            // The floor first, so that all others are seen on it, each mixed with what is below.
            for run in row_of(values, column, row).chunks_exact(3) {
                for pixel in run[1]..run[1] + run[2] {
                    for (channel, part) in hue(run[0] as usize + 1).into_iter().enumerate() {
                        let byte = &mut bytes[pixel as usize * 3 + channel];
                        *byte = ((u16::from(*byte) + u16::from(part)) / 2) as u8;
                    }
                }
            }
            bytes
        }
        ("boxes", Values::Int32(values)) => {
            let mut rgb = picture(episode, camera, "rgb", row)?.bytes;
            for (body, sides) in row_of(values, column, row).chunks_exact(8).enumerate().skip(1) {
                outline(&mut rgb, &sides[4..], [250, 250, 250]);
                outline(&mut rgb, &sides[..4], hue(body + 1));
            }
            rgb
        }
        _ => return None,
    };
    Some(Rgb {
        width: SIDE as u32,
        height: SIDE as u32,
        bytes,
    })
}

fn outline(rgb: &mut [u8], sides: &[i32], color: [u8; 3]) {
    let [x0, y0, x1, y1] = [0, 1, 2, 3].map(|index| sides[index] as usize);
    for y in y0..y1 {
        for x in x0..x1 {
            if x == x0 || y == y0 || x + 1 == x1 || y + 1 == y1 {
                rgb[(y * SIDE + x) * 3..][..3].copy_from_slice(&color);
            }
        }
    }
}

/// The beams of a lidar from above, x to the right.
fn fan(column: &Column, row: usize) -> Rgb {
    let Values::Float32(values) = &column.values else {
        panic!("a lidar's column holds floats")
    };
    let ranges = row_of(values, column, row);
    let mut bytes = vec![235; SIDE * SIDE * 3];
    for (beam, range) in ranges.iter().enumerate() {
        let angle = std::f32::consts::TAU * ((beam as f32 + 0.5) / ranges.len() as f32 - 0.5);
        for step in 0..100 {
            let far = range * step as f32 / 99.0;
            let x = (64.0 + 20.0 * far * libm::cosf(angle)) as usize;
            let y = (64.0 - 20.0 * far * libm::sinf(angle)) as usize;
            if x < SIDE && y < SIDE {
                let color = if step == 99 {
                    [200, 40, 40]
                } else {
                    [150, 190, 220]
                };
                bytes[(y * SIDE + x) * 3..][..3].copy_from_slice(&color);
            }
        }
    }
    Rgb {
        width: SIDE as u32,
        height: SIDE as u32,
        bytes,
    }
}
