//! Datasets: their episodes, and one of them as it was recorded.

mod numbers;

pub use numbers::{Numbers, element_name, elements};

use crate::gauges;
use crate::play::{Moment, Play};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use terrella_app::exporters::picture::Rgb;
use terrella_app::exporters::read::OpenDataset;
use terrella_app::pictures::stored;
use terrella_app::record::columns::columns;
use terrella_app::record::episode::EpisodeMeta;
use terrella_app::recorded::{BODIES, RecordedEpisode, has_poses};
use terrella_app::registries::Registries;
use terrella_app::sense::column::{Column, Values};
use terrella_app::sim::task::Outcome;
use terrella_app::sim::view::Contact;
use terrella_app::spec::columns::Table;
use terrella_app::spec::plan::WorldPlan;
use terrella_app::spec::run::{Rows, RunSpec};
use terrella_app::spec::seed::SeedPath;
use terrella_app::{AppError, RunKit};

/// The columns of `sim/` that hold what touches what.
const CONTACTS: [&str; 4] = [
    "contacts.bodies",
    "contacts.point",
    "contacts.normal",
    "contacts.impulse",
];

/// Numbers of a body in its column: position, orientation, velocity of the centre of mass, angular velocity.
const BODY_NUMBERS: usize = 13;

/// A dataset that is looked at.
pub struct Dataset {
    dataset: OpenDataset,
    /// No other dataset that was opened has it: what is derived of this one is made anew when it differs.
    pub number: u64,
    /// What the episode table says.
    pub episodes: Vec<EpisodeMeta>,
}

/// True where a folder holds a dataset of ours.
pub fn is_dataset(folder: &Path) -> bool {
    folder.join("meta/terrella/manifest.json").exists() || folder.join("meta/info.json").exists()
}

impl Dataset {
    /// Opens a dataset and reads its episode table.
    pub fn open(root: &Path) -> Result<Dataset, AppError> {
        let dataset = stored::open(root)?;
        let episodes: Result<Vec<EpisodeMeta>, _> = dataset.episodes().collect();
        let episodes = episodes.map_err(|error| stored::damaged(root, error))?;
        static OPENED: AtomicU64 = AtomicU64::new(1);
        Ok(Dataset {
            dataset,
            number: OPENED.fetch_add(1, Ordering::Relaxed),
            episodes,
        })
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        self.dataset.root()
    }

    /// Its run.
    pub fn run_spec(&self) -> &RunSpec {
        &self.dataset.manifest().run.spec
    }

    /// Its run as JSON, to be read.
    pub fn run_text(&self) -> String {
        serde_json::to_string_pretty(self.run_spec()).unwrap_or_default()
    }

    /// An episode: as it was recorded, or, where no poses are recorded, as it is simulated again.
    pub fn play(&self, episode: u64) -> Result<Play, AppError> {
        if has_poses(&self.dataset) {
            return self.tape(episode);
        }
        let run = self.dataset.manifest().run.clone();
        let kit = RunKit::from_resolved(run, self.root().to_path_buf(), &Registries::default())?;
        let meta = self.dataset.episode(episode);
        let meta = meta.map_err(|error| stored::damaged(self.root(), error))?;
        Play::again(
            &kit,
            SeedPath {
                run: kit.dataset.run.spec.seed,
                episode,
                attempt: meta.attempt,
            },
        )
    }

    fn tape(&self, episode: u64) -> Result<Play, AppError> {
        let recorded = RecordedEpisode::read(&self.dataset, episode, 2)?;
        let measured = self.measured(episode)?;
        let spec = &self.dataset.manifest().run.spec;
        let wanted = [
            "action",
            "next.reward",
            "next.success",
            "next.terminated",
            "observation.state",
        ];
        let known = &self.dataset.manifest().data_columns;
        let specs: Vec<_> = known
            .iter()
            .filter(|column| wanted.contains(&column.name.as_str()))
            .cloned()
            .collect();
        let names: Vec<&str> = specs.iter().map(|column| column.name.as_str()).collect();
        let root = self.root();
        let batch = self
            .dataset
            .columns(Table::Data, episode, Some(&names))
            .map_err(|error| stored::damaged(root, error))?;
        let read = columns(&specs, &batch, &batch, Rows::Trajectories);
        let read = read.map_err(|error| stored::damaged(root, error.into()))?;
        let find = |name: &str| read.iter().find(|column| column.spec.name == name);
        let touching = self.contacts(episode)?;
        let velocities = self.velocities_mps(episode, recorded.world.bodies.len())?;
        let mut moments = Vec::new();
        for row in 0..recorded.rows() {
            // What a row says of its transition is what led to the next one.
            let before = row.checked_sub(1);
            let outcome = before.map_or_else(Outcome::default, |before| Outcome {
                reward: floats(find("next.reward"), before)
                    .first()
                    .copied()
                    .unwrap_or(0.0),
                success: truth(find("next.success"), before),
                terminated: truth(find("next.terminated"), before),
            });
            moments.push(Moment {
                poses: recorded.poses(row).to_vec(),
                points: recorded.points(row).to_vec(),
                velocities_mps: velocities.get(row).cloned().unwrap_or_default(),
                action: before.map_or_else(Vec::new, |before| floats(find("action"), before).to_vec()),
                observation: floats(find("observation.state"), row).to_vec(),
                outcome,
                contacts: touching.get(row).cloned().unwrap_or_default(),
                outside: None,
                digest: 0,
                tug: None,
                by_hand: false,
                gauges: gauges::of_columns(&recorded.world, &measured, row),
            });
        }
        let meta = &recorded.meta;
        let plan = WorldPlan {
            world: recorded.world.clone(),
            task: meta.task.clone(),
            factors: meta.factors.clone(),
            ood: meta.ood.clone(),
        };
        let seed = SeedPath {
            run: spec.seed,
            episode,
            attempt: meta.attempt,
        };
        Play::of_recorded(plan, seed, moments, !touching.is_empty())
    }

    /// What touched what, row by row, where that is recorded.
    fn contacts(&self, episode: u64) -> Result<Vec<Vec<Contact>>, AppError> {
        let read = self.of_sim(episode, &CONTACTS)?;
        Ok(contacts_of(&read))
    }

    /// Velocities of the centres of mass of so many bodies, row by row, m/s.
    fn velocities_mps(&self, episode: u64, bodies: usize) -> Result<Vec<Vec<[f32; 3]>>, AppError> {
        let read = self.of_sim(episode, &[BODIES])?;
        let numbers = match read.first().map(|column| &column.values) {
            Some(Values::Float32(numbers)) if bodies > 0 => numbers,
            _ => return Ok(Vec::new()),
        };
        let (rows, _) = numbers.as_chunks::<BODY_NUMBERS>();
        let velocities: Vec<[f32; 3]> = rows.iter().map(|row| [row[7], row[8], row[9]]).collect();
        Ok(velocities.chunks_exact(bodies).map(<[_]>::to_vec).collect())
    }

    /// Columns of the table `sim`, in this order; none where one of them was not recorded.
    fn of_sim(&self, episode: u64, names: &[&str]) -> Result<Vec<Column>, AppError> {
        let known = &self.dataset.manifest().sim_columns;
        let specs: Vec<_> = names
            .iter()
            .filter_map(|name| known.iter().find(|column| column.name == *name).cloned())
            .collect();
        if specs.len() < names.len() {
            return Ok(Vec::new());
        }
        let root = self.root();
        let batch = self.dataset.columns(Table::Sim, episode, Some(names));
        let batch = batch.map_err(|error| stored::damaged(root, error))?;
        let read = columns(&specs, &batch, &batch, Rows::Trajectories);
        read.map_err(|error| stored::damaged(root, error.into()))
    }
}

/// The rows of contacts in the columns that hold them. What does not fit together is left out.
fn contacts_of(read: &[Column]) -> Vec<Vec<Contact>> {
    let [bodies, points, normals, impulses] = read else {
        return Vec::new();
    };
    let Values::Int32(pairs) = &bodies.values else {
        return Vec::new();
    };
    let three = |column: &Column, index: usize| -> Option<[f32; 3]> {
        let Values::Float32(values) = &column.values else {
            return None;
        };
        values.get(3 * index..3 * index + 3)?.try_into().ok()
    };
    let contact = |index: usize| {
        let Values::Float32(impulses) = &impulses.values else {
            return None;
        };
        Some(Contact {
            a: u32::try_from(*pairs.get(2 * index)?).ok()?,
            b: u32::try_from(*pairs.get(2 * index + 1)?).ok()?,
            point_m: three(points, index)?,
            normal: three(normals, index)?,
            impulse_ns: *impulses.get(index)?,
            // It has no column.
            friction_ns: [0.0; 3],
        })
    };
    let mut start = 0;
    let rows = bodies.ends.iter().map(|end| {
        let row = start..(*end as usize / 2);
        start = row.end;
        row.filter_map(contact).collect()
    });
    rows.collect()
}

/// A row's numbers.
fn floats(column: Option<&Column>, row: usize) -> &[f32] {
    match column {
        Some(column) => match &column.values {
            Values::Float32(values) => {
                let width = column.width();
                values.get(row * width..(row + 1) * width).unwrap_or_default()
            }
            _ => &[],
        },
        None => &[],
    }
}

fn truth(column: Option<&Column>, row: usize) -> bool {
    match column.map(|column| &column.values) {
        Some(Values::Bool(values)) => values.get(row).copied().unwrap_or(false),
        _ => false,
    }
}

impl Dataset {
    /// The pictures that are stored of a row of an episode, by the names of their columns; none where there is no such row.
    pub fn pictures(&self, episode: u64, row: usize) -> Result<Vec<(String, Rgb)>, AppError> {
        if row as u64 >= self.dataset.manifest().rows_per_episode {
            return Ok(Vec::new());
        }
        let cameras = stored::cameras(&self.dataset);
        let columns: Vec<&str> = cameras.iter().map(|(column, _)| column.as_str()).collect();
        let pictures = stored::pictures(&self.dataset, episode, row, &columns)?;
        let names = cameras.iter().map(|(column, _)| column.clone());
        Ok(names.zip(pictures).collect())
    }

    /// The columns of joints, telemetry and faults, where they are recorded.
    fn measured(&self, episode: u64) -> Result<Vec<Column>, AppError> {
        let manifest = self.dataset.manifest();
        let damaged = |error| stored::damaged(self.root(), error);
        let mut all = Vec::new();
        for (table, known, wanted) in [
            (Table::Data, &manifest.data_columns, &gauges::DATA_COLUMNS[..]),
            (Table::Sim, &manifest.sim_columns, &gauges::SIM_COLUMNS[..]),
        ] {
            let specs = known
                .iter()
                .filter(|column| wanted.contains(&column.name.as_str()));
            let specs: Vec<_> = specs.cloned().collect();
            if specs.is_empty() {
                continue;
            }
            let names: Vec<&str> = specs.iter().map(|column| column.name.as_str()).collect();
            let batch = self
                .dataset
                .columns(table, episode, Some(&names))
                .map_err(damaged)?;
            let read = columns(&specs, &batch, &batch, Rows::Trajectories);
            all.extend(read.map_err(|error| damaged(error.into()))?);
        }
        Ok(all)
    }
}
