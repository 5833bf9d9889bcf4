//! What the run's cameras and lidars see at the step that is looked at, as the batch records it and by its own code.

use crate::play::{Moment, Play};
use bevy_egui::egui;
use terrella_app::AppError;
use terrella_app::cameras::{Cameras, Wanted};
use terrella_app::render::Renderer;
use terrella_app::render::outputs::scan;
use terrella_app::sense::SensorSetup;
use terrella_app::sense::column::{Column, Values};
use terrella_app::spec::camera::Camera;
use terrella_app::spec::run::RunSpec;

/// A picture of a column.
pub struct Preview {
    /// The column's name.
    pub name: String,
    /// Width and height, pixels.
    pub size: [u32; 2],
    /// RGB, row by row from the top left.
    pub rgb: Vec<u8>,
}

/// What a lidar sees.
pub struct Scan {
    /// The column's name.
    pub name: String,
    /// The angle over which its beams are spread, rad.
    fov_rad: f32,
    /// How far away what each beam meets is, m.
    pub ranges_m: Vec<f32>,
}

impl Scan {
    /// Where a beam goes, from ahead to the left, rad.
    pub fn angle_rad(&self, beam: usize) -> f32 {
        let share = (beam as f32 + 0.5) / self.ranges_m.len() as f32;
        self.fov_rad * (share - 0.5)
    }
}

/// A column's name without what all of them begin with.
pub fn short(column: &str) -> &str {
    column.trim_start_matches("observation.images.")
}

/// The columns that the run with these sensors would record of its cameras at the step that is looked at, as pictures of its own size,
/// or of another one.
pub fn pictures(
    play: &Play,
    run: &RunSpec,
    outputs: &[String],
    size: Option<u32>,
) -> Result<Vec<Preview>, String> {
    let world = &play.plan().world;
    let is_recorded = |name: &&String| run.cameras.as_ref().is_none_or(|own| own.contains(name));
    let mut previews = Vec::new();
    for name in world.cameras.keys().filter(is_recorded) {
        let recorder = Recorder {
            play,
            name: std::slice::from_ref(name),
            camera: &world.cameras[name],
            supersample: run.supersample,
        };
        let size = size.map_or(run.image_size, |side| [side; 2]);
        previews.extend(
            recorder
                .pictures(outputs, size)
                .map_err(|error| error.to_string())?,
        );
    }
    Ok(previews)
}

/// A camera of a world that is played, as the batch records it.
struct Recorder<'a> {
    play: &'a Play,
    /// Its name alone.
    name: &'a [String],
    camera: &'a Camera<f32>,
    supersample: u32,
}

impl Recorder<'_> {
    /// Its columns, still empty, and what fills them.
    fn begin(&self, outputs: &[String], image_size: [u32; 2]) -> Result<(Cameras, Vec<Column>), AppError> {
        let setup = SensorSetup {
            world: &self.play.plan().world,
            cameras: self.name,
            image_size,
            seed: self.play.seed(),
        };
        let cameras = Cameras::new(&setup, Wanted::of(outputs), self.supersample, None)?;
        let columns = cameras.columns().into_iter().map(Column::new).collect();
        Ok((cameras, columns))
    }

    /// The records from one on at which it takes a picture. The first of them counts as one, whatever is the case there.
    fn taken(&self, first: usize) -> Result<impl Iterator<Item = usize>, AppError> {
        // Who takes pictures is asked, and none is drawn.
        let (mut cameras, mut columns) = self.begin(&[], [1, 1])?;
        let (hz, repeats) = (self.play.plan().world.control_hz, self.camera.may_repeat());
        let moments = self.play.moments().iter().enumerate().skip(first);
        let is_taken = move |(record, moment): (usize, &Moment)| {
            if repeats {
                cameras.read_at(record as u32, hz, (&moment.poses, &[]), &mut columns);
            }
            let fresh = columns.last().map(|column| &column.values);
            let is_one = !matches!(fresh, Some(Values::Bool(rows)) if rows.last() == Some(&false));
            is_one.then_some(record)
        };
        Ok(moments.filter_map(is_taken))
    }

    /// The last pictures up to the step that is looked at, so many of them where there are.
    fn last_taken(&self, count: usize) -> Result<Vec<usize>, AppError> {
        let shown = self.play.shown();
        let mut reach = self.camera.every as usize * count;
        loop {
            let first = shown.saturating_sub(reach);
            // Of the first it is only known at the start that it is one.
            let taken = self.taken(first)?.filter(|record| *record > first || first == 0);
            let taken: Vec<usize> = taken.take_while(|record| *record <= shown).collect();
            if taken.len() >= count || first == 0 {
                return Ok(taken[taken.len().saturating_sub(count)..].to_vec());
            }
            reach *= 2;
        }
    }

    /// Its pictures of the step that is looked at: those that it took last. Flow wants the picture before, and the next where there is
    /// one; a rolling shutter wants the record before.
    fn pictures(&self, outputs: &[String], size: [u32; 2]) -> Result<Vec<Preview>, AppError> {
        let has_flow = outputs.iter().any(|output| output == "flow");
        let mut records = self.last_taken(1 + usize::from(has_flow))?;
        let own = records.last().copied().unwrap_or(0);
        records.push(own.saturating_sub(1));
        if has_flow {
            let shown = self.play.shown();
            records.extend(self.taken(own)?.find(|record| *record > shown));
        }
        records.sort_unstable();
        records.dedup();
        let (mut cameras, mut columns) = self.begin(outputs, size)?;
        for record in &records {
            let (moment, hz) = (&self.play.moments()[*record], self.play.plan().world.control_hz);
            let seen = (&moment.poses[..], &moment.points[..]);
            cameras.read_at(*record as u32, hz, seen, &mut columns);
        }
        let row = records.partition_point(|record| *record < own);
        Ok((columns.iter())
            .filter_map(|column| preview(column, row, size))
            .collect())
    }
}

/// A row's picture of a column; none where there is none yet, as of the flow to a step that was not made.
fn preview(column: &Column, row: usize, size: [u32; 2]) -> Option<Preview> {
    let pixels = (size[0] * size[1]) as usize;
    let of_row = |numbers: usize| row * pixels * numbers..(row + 1) * pixels * numbers;
    let name = short(&column.spec.name).to_string();
    let rgb = match &column.values {
        Values::Rgb(bytes) => bytes.get(of_row(3))?.to_vec(),
        Values::Raster16(numbers) if name.starts_with("depth") => grey(numbers.get(of_row(1))?),
        Values::Raster16(numbers) => ids(numbers.get(of_row(1))?),
        Values::RasterI8(numbers) => {
            let row = numbers.get(of_row(3))?;
            row.iter().map(|part| (i16::from(*part) + 128) as u8).collect()
        }
        Values::RasterF32(numbers) if name.starts_with("flow.") => arrows(numbers.get(of_row(2))?),
        _ => return None,
    };
    Some(Preview { name, size, rgb })
}

/// Near is light.
fn grey(depth_mm: &[u16]) -> Vec<u8> {
    let seen = |depth: &&u16| **depth > 0 && **depth < u16::MAX;
    let near = depth_mm.iter().filter(seen).min().copied().unwrap_or(1).max(1);
    let tone = |depth: u16| match depth {
        0 => 30,
        _ => 40 + (215.0 * f32::from(near) / f32::from(depth.max(1))) as u8,
    };
    depth_mm.iter().flat_map(|depth| [tone(*depth); 3]).collect()
}

/// A colour for each number, neighbours far apart.
fn ids(ids: &[u16]) -> Vec<u8> {
    ids.iter()
        .flat_map(|id| match *id {
            0 => [20, 22, 26],
            id => {
                let hue = f32::from(id) * 0.618_034 % 1.0;
                let color = egui::ecolor::Hsva::new(hue, 0.62, 0.95, 1.0);
                color.to_srgb()
            }
        })
        .collect()
}

/// Flow: where to is the hue, how far the strength.
fn arrows(flow_px: &[f32]) -> Vec<u8> {
    let far = flow_px
        .chunks_exact(2)
        .map(|flow| flow[0].hypot(flow[1]))
        .fold(0.5, f32::max);
    flow_px
        .chunks_exact(2)
        .flat_map(|flow| {
            let hue = flow[1].atan2(flow[0]) / std::f32::consts::TAU;
            let strength = (flow[0].hypot(flow[1]) / far).sqrt();
            egui::ecolor::Hsva::new(hue.rem_euclid(1.0), strength, 0.95, 1.0).to_srgb()
        })
        .collect()
}

/// What the lidars of a world see at the step that is looked at, whether it is played or was recorded.
pub fn scans(play: &Play) -> Vec<Scan> {
    let world = &play.plan().world;
    if world.lidars.is_empty() {
        return Vec::new();
    }
    let Ok(mut renderer) = Renderer::new(world) else {
        return Vec::new();
    };
    let now = play.now();
    renderer.set_points(&now.points);
    let lidars = world.lidars.iter();
    lidars
        .map(|(name, lidar)| {
            let mount = lidar.mount.as_ref();
            let mount = mount.and_then(|body| now.poses.get(world.bodies.get_index_of(body)?));
            let mut ranges_m = Vec::new();
            scan(&mut renderer, lidar, mount, &now.poses, &mut ranges_m);
            Scan {
                name: format!("lidar.{name}"),
                fov_rad: lidar.fov_deg.to_radians(),
                ranges_m,
            }
        })
        .collect()
}
