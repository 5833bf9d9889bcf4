//! Virtual frames: what a dataset records of its worlds is enough to draw them, from any camera and at any size.
//!
//! A picture is a function of the drawn world, which the episode table holds, and of the poses of its bodies, which the
//! column `bodies` of `sim/` holds bit for bit. So a dataset may hold states only and be drawn when it is read
//! ([`RecordedEpisode`]) or once and for all ([`Recorded`]).
//!
//! **Invariants:** nothing is simulated where poses are recorded. What comes out is what the run with these cameras would
//! have recorded.

use crate::episode::{self, Attempts};
use crate::error::AppError;
use crate::kit::RunKit;
use crate::pictures::stored::damaged;
use crate::rollout::add_cameras;
use std::path::Path;
use terrella_exporters::check::{Depth, check_file};
use terrella_exporters::read::OpenDataset;
use terrella_exporters::{BadEpisode, ExportError, picture::Rgb, untrusted};
use terrella_record::columns::columns;
use terrella_record::episode::{Episode, EpisodeMeta};
use terrella_record::schema::NEXT_STATE;
use terrella_render::{Frame, Outputs, Renderer, Rig, View};
use terrella_sense::column::{Column, Values};
use terrella_spec::columns::{ColumnSpec, Table};
use terrella_spec::dist::Dist;
use terrella_spec::plan::WorldPlan;
use terrella_spec::pose::Pose;
use terrella_spec::run::Rows;
use terrella_spec::scene::SceneSpec;
use terrella_spec::seed::SeedPath;
use terrella_spec::world::{Camera, World};

/// The column of `sim/` that holds the poses of all bodies.
pub const BODIES: &str = "bodies";
/// Numbers of a body in it; a position and a quaternion come first.
const BODY_NUMBERS: usize = 13;

/// What of the versions concerns pictures alone.
const DRAWING: [&str; 1] = ["renderer"];

/// The particles of each liquid of a world and the vertices of each soft body, m.
type Points = Vec<Vec<[f32; 3]>>;

/// The world of a recorded episode with the poses of its bodies in every row: all that a picture is made of.
pub struct RecordedEpisode {
    /// What the episode table says of it.
    pub meta: EpisodeMeta,
    /// The drawn world.
    pub world: World<f32>,
    /// Row by row, as many as there are bodies.
    poses: Vec<Pose>,
    /// Row by row, the particles of each liquid and the vertices of each soft body.
    points: Vec<Points>,
    renderer: Renderer,
    frame: Frame,
}

/// True where a dataset records the poses of its bodies.
pub fn has_poses(dataset: &OpenDataset) -> bool {
    let columns = &dataset.manifest().sim_columns;
    columns.iter().any(|column| column.name == BODIES)
}

impl RecordedEpisode {
    /// Reads an episode of a dataset that records `bodies`; its pictures have `supersample` samples along each side of a
    /// pixel.
    pub fn read(dataset: &OpenDataset, episode: u64, supersample: u32) -> Result<Self, AppError> {
        let root = dataset.root();
        let meta = dataset.episode(episode).map_err(|error| damaged(root, error))?;
        let world = world_of(root, &meta)?;
        let wanted: Vec<String> = std::iter::once(BODIES.to_string())
            .chain(made_of_points(&world))
            .chain(joined(&world).map(|(_, name)| name))
            .collect();
        let known = &dataset.manifest().sim_columns;
        let specs: Result<Vec<ColumnSpec>, AppError> = wanted
            .iter()
            .map(|name| {
                let spec = known.iter().find(|column| column.name == *name);
                spec.cloned().ok_or_else(|| {
                    let path = root.display();
                    let reason = format!("{path} does not record `{name}`, of which pictures are drawn");
                    AppError::run("sensors", reason)
                })
            })
            .collect();
        let names: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let batch = dataset
            .columns(Table::Sim, episode, Some(&names))
            .map_err(|error| damaged(root, error))?;
        let read = columns(&specs?, &batch, &batch, Rows::Trajectories);
        let read = read.map_err(|error| damaged(root, error.into()))?;
        let poses = poses_of(root, &read, world.bodies.len())?;
        let rows = poses.len() / world.bodies.len().max(1);
        let points = points_of(root, &read, &world, rows)?;
        let renderer = Renderer::new(&world)?.supersampled(supersample);
        Ok(RecordedEpisode {
            meta,
            world,
            poses,
            points,
            renderer,
            frame: Frame::default(),
        })
    }

    /// Rows of the episode.
    pub fn rows(&self) -> usize {
        self.poses.len() / self.world.bodies.len().max(1)
    }

    /// Poses of all bodies in a row, in the order of the world's bodies. Panics on a row that is not there.
    pub fn poses(&self, row: usize) -> &[Pose] {
        let bodies = self.world.bodies.len();
        &self.poses[row * bodies..(row + 1) * bodies]
    }

    /// Particles of liquids and vertices of soft bodies in a row, m. Panics on a row that is not there.
    pub fn points(&self, row: usize) -> &[Vec<[f32; 3]>] {
        &self.points[row]
    }

    /// Draws a row as a camera sees it, the world's own or any other, `width` by `height` pixels. Panics on a row that is
    /// not there.
    pub fn draw(
        &mut self,
        row: usize,
        camera: &Camera<f32>,
        [width, height]: [u32; 2],
        outputs: Outputs,
    ) -> Result<&Frame, AppError> {
        let bodies = self.world.bodies.len();
        let poses = &self.poses[row * bodies..(row + 1) * bodies];
        let body = |name: &Option<String>| match name {
            None => Ok(None),
            Some(name) => match self.world.bodies.get_index_of(name) {
                Some(body) => Ok(Some(&poses[body])),
                None => Err(AppError::run(
                    "camera",
                    format!("there is no body called `{name}`"),
                )),
            },
        };
        let rig = Rig {
            mount: body(&camera.mount)?,
            track: body(&camera.track)?,
            seconds: row as f64 / f64::from(self.world.control_hz),
        };
        let view = View::on(camera, &rig, width, height);
        self.renderer.set_points(&self.points[row]);
        self.renderer.render(&view, poses, outputs, &mut self.frame);
        Ok(&self.frame)
    }

    /// The picture of one of the world's cameras.
    pub fn picture(&mut self, row: usize, camera: &str, size: [u32; 2]) -> Result<Rgb, AppError> {
        let known = self.world.cameras.get(camera).cloned();
        let camera = known.ok_or_else(|| {
            let names: Vec<&str> = self.world.cameras.keys().map(String::as_str).collect();
            AppError::run(
                "camera",
                format!("there is no camera `{camera}`; there are: {}", names.join(", ")),
            )
        })?;
        let frame = self.draw(row, &camera, size, Outputs::RGB)?;
        Ok(Rgb {
            width: frame.width,
            height: frame.height,
            bytes: frame.rgb.clone(),
        })
    }
}

/// A finished dataset whose episodes become those of another, with other pictures.
pub struct Recorded {
    dataset: OpenDataset,
}

impl Recorded {
    /// The episodes of this dataset.
    pub fn new(dataset: OpenDataset) -> Self {
        Recorded { dataset }
    }

    /// True where its worlds are drawn from recorded poses; else they are simulated again.
    pub fn has_poses(&self) -> bool {
        has_poses(&self.dataset)
    }

    /// Lets `kit` say which versions made the values that it takes from here: those that made this dataset, but for what
    /// draws and what writes. Where its worlds are simulated again, it must be the same versions.
    pub fn take_versions(&self, kit: &mut RunKit) -> Result<(), AppError> {
        let ours = &mut kit.dataset.domain;
        for (name, theirs) in &self.dataset.manifest().domain {
            if !ours.contains_key(name) || DRAWING.contains(&name.as_str()) || ours.get(name) == Some(theirs)
            {
                continue;
            }
            if !self.has_poses() {
                let reason = format!(
                    "it was made with {name} {theirs}, this is {}; it records no poses to draw from, so it can only be \
                     drawn by what made it",
                    ours[name]
                );
                return Err(AppError::run("DATASET", reason));
            }
            ours.insert(name.clone(), theirs.clone());
        }
        Ok(())
    }

    /// An episode as the run of `kit` records it. Adds to `bad` what failed before it.
    pub(crate) fn episode(
        &self,
        kit: &RunKit,
        number: u64,
        bad: &mut Vec<BadEpisode>,
    ) -> Result<Episode, AppError> {
        let fail = |error| damaged(self.dataset.root(), error);
        let shard = self.dataset.shard_of(number).map_err(fail)?;
        if shard.episodes.start == number {
            // What is copied into another dataset, with new hashes, must be what was written.
            for file in &shard.files {
                if let Some(fault) = check_file(self.dataset.root(), file, Depth::Full)? {
                    return Err(self.is_damaged(format!("{} {fault}", file.path)));
                }
            }
        }
        if !self.has_poses() {
            return self.simulated(kit, number, bad);
        }
        bad.extend(self.dataset.bad_episodes_of(number).map_err(fail)?);
        self.drawn(kit, number)
    }

    /// The episode, simulated again; it must come out as it is recorded.
    fn simulated(&self, kit: &RunKit, number: u64, bad: &mut Vec<BadEpisode>) -> Result<Episode, AppError> {
        let attempts = Attempts::known_of(kit, &self.dataset, number);
        let attempts = attempts.map_err(|error| damaged(self.dataset.root(), error))?;
        let stored = self.dataset.episode(number);
        let stored = stored.map_err(|error| damaged(self.dataset.root(), error))?;
        let made = episode::record(kit, number, &attempts, bad)?;
        let same = |meta: &EpisodeMeta| {
            (
                meta.attempt,
                meta.state_digest.clone(),
                meta.action_digest.clone(),
            )
        };
        if same(&made.meta) != same(&stored) {
            let reason = format!(
                "simulated again, episode {number} comes out otherwise than it is recorded; `terrella replay` says where"
            );
            return Err(self.is_damaged(reason));
        }
        Ok(made)
    }

    /// The episode as it is recorded, with pictures drawn from its poses.
    fn drawn(&self, kit: &RunKit, number: u64) -> Result<Episode, AppError> {
        let root = self.dataset.root();
        let fail = |error| damaged(root, error);
        let mut meta = self.dataset.episode(number).map_err(fail)?;
        let mut plan = WorldPlan {
            world: world_of(root, &meta)?,
            task: meta.task.clone(),
            factors: meta.factors.clone(),
            ood: meta.ood.clone(),
        };
        if plan.digest() != meta.plan_digest {
            let reason = format!("the world of episode {number} is not the one that its digest is of");
            return Err(self.is_damaged(reason));
        }
        add_cameras(&mut plan.world, &kit.dataset.run.spec);
        let seed = SeedPath {
            run: kit.dataset.run.spec.seed,
            episode: number,
            attempt: meta.attempt,
        };
        let mut cameras = kit.cameras(&plan.world, seed)?;
        if kit.dataset.run.spec.files.rows == Rows::Transitions && kit.records_flow() {
            let reason = "flow leads to the final state, which rows of transitions lack: take it when the dataset is made";
            return Err(AppError::run("sensors", reason));
        }
        let specs = &kit.dataset.columns;
        let (recorded, seen) = specs.split_at(specs.len() - cameras.columns().len());
        let names: Vec<&str> = recorded.iter().map(|column| column.name.as_str()).collect();
        let names = [&names[..], &[NEXT_STATE]].concat();
        let [data, sim] =
            [Table::Data, Table::Sim].map(|table| self.dataset.columns(table, number, Some(&names)));
        let (data, sim) = (data.map_err(fail)?, sim.map_err(fail)?);
        let rows = kit.dataset.run.spec.files.rows;
        let mut all = columns(recorded, &data, &sim, rows).map_err(|error| fail(error.into()))?;
        let bodies = plan.world.bodies.len();
        let poses = poses_of(root, &all, bodies)?;
        let points = points_of(root, &all, &plan.world, poses.len() / bodies)?;
        let first = all.len();
        all.extend(seen.iter().cloned().map(Column::new));
        for (row, poses) in poses.chunks_exact(bodies).enumerate() {
            if row == 0 {
                meta.cameras = cameras.describe_at(poses);
            }
            let hz = plan.world.control_hz;
            cameras.read_at(row as u32, hz, (poses, &points[row]), &mut all[first..]);
        }
        cameras.finish(&mut all[first..])?;
        (meta.world, meta.plan_digest) = plan.world_and_digest();
        Ok(Episode { meta, columns: all })
    }

    fn is_damaged(&self, reason: String) -> AppError {
        AppError::Damaged {
            path: self.dataset.root().to_path_buf(),
            reason,
        }
    }
}

/// The drawn world of an episode, checked: it may come from anybody.
fn world_of(root: &Path, meta: &EpisodeMeta) -> Result<World<f32>, AppError> {
    let json = meta.world.as_bytes();
    let checked = untrusted::json::<World<Dist>>(json).and_then(SceneSpec::check_drawn);
    checked.and_then(|()| untrusted::json(json)).map_err(|reason| {
        let reason = format!("the world of episode {} {reason}", meta.episode);
        damaged(root, ExportError::Layout(reason))
    })
}

/// The columns of `sim/` that hold the particles of each liquid and then the vertices of each soft body.
fn made_of_points(world: &World<f32>) -> impl Iterator<Item = String> {
    let liquids = world
        .liquids
        .keys()
        .map(|name| format!("liquid.{name}.positions"));
    liquids.chain(world.softs.keys().map(|name| format!("soft.{name}.positions")))
}

/// The columns that say which vertices are joined, of the soft bodies that can tear, and which of those that are made of points
/// each is.
fn joined(world: &World<f32>) -> impl Iterator<Item = (usize, String)> {
    let softs = world.softs.iter().enumerate();
    let can_tear = softs.filter(|(_, (_, soft))| soft.tear_strain > 0.0);
    can_tear.map(|(index, (name, _))| (world.liquids.len() + index, format!("soft.{name}.corners")))
}

/// The points of all liquids and soft bodies, row by row, out of the columns that hold them: of what can tear its corners, as they
/// are drawn.
fn points_of(
    root: &Path,
    columns: &[Column],
    world: &World<f32>,
    rows: usize,
) -> Result<Vec<Points>, AppError> {
    let mut all: Vec<Points> = vec![Vec::new(); rows];
    for name in made_of_points(world) {
        let wrong = |what: &str| damaged(root, ExportError::Layout(format!("the column {name} {what}")));
        let column = columns.iter().find(|column| column.spec.name == name);
        let column = column.ok_or_else(|| {
            let reason = format!(
                "{} does not record `{name}`, of which pictures are drawn",
                root.display()
            );
            AppError::run("sensors", reason)
        })?;
        let Values::Float32(numbers) = &column.values else {
            return Err(wrong("holds no numbers"));
        };
        if column.ends.len() != rows {
            return Err(wrong("has not as many rows as there are poses"));
        }
        let mut start = 0;
        for (row, end) in all.iter_mut().zip(&column.ends) {
            let own = numbers.get(start..*end as usize).unwrap_or_default();
            start = *end as usize;
            let (own, rest) = own.as_chunks::<3>();
            if !rest.is_empty() {
                return Err(wrong("does not hold three numbers for each point"));
            }
            row.push(own.to_vec());
        }
    }
    for (index, name) in joined(world) {
        let column = columns.iter().find(|column| column.spec.name == name);
        let corners = column.and_then(|column| match &column.values {
            Values::Int32(corners) if column.ends.len() == rows => Some((corners, &column.ends)),
            _ => None,
        });
        let cornered = corners.and_then(|(corners, ends)| {
            let mut start = 0;
            for (row, end) in all.iter_mut().zip(ends) {
                let own = corners.get(start..*end as usize)?;
                start = *end as usize;
                let place = |vertex: &i32| row[index].get(usize::try_from(*vertex).ok()?).copied();
                row[index] = own.iter().map(place).collect::<Option<_>>()?;
            }
            Some(())
        });
        cornered.ok_or_else(|| {
            let reason = format!("the column {name} does not name vertices that there are in every row");
            damaged(root, ExportError::Layout(reason))
        })?;
    }
    Ok(all)
}

/// The poses of all bodies, row by row, out of the column that holds them.
fn poses_of(root: &Path, columns: &[Column], bodies: usize) -> Result<Vec<Pose>, AppError> {
    let read = || {
        let column = columns.iter().find(|column| column.spec.name == BODIES)?;
        let Values::Float32(numbers) = &column.values else {
            return None;
        };
        let width = bodies * BODY_NUMBERS;
        let even = (column.ends.iter().enumerate()).all(|(row, end)| *end as usize == (row + 1) * width);
        let finite = numbers.iter().all(|number| number.is_finite());
        (even && finite && bodies > 0).then(|| {
            let rows = numbers.chunks_exact(BODY_NUMBERS);
            rows.map(|row| Pose {
                position_m: [row[0], row[1], row[2]],
                rotation_xyzw: [row[3], row[4], row[5], row[6]],
            })
            .collect()
        })
    };
    read().ok_or_else(|| {
        let reason =
            format!("the column {BODIES} does not hold {BODY_NUMBERS} numbers of each of {bodies} bodies");
        damaged(root, ExportError::Layout(reason))
    })
}
