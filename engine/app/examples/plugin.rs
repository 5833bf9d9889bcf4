//! Somebody else's plugin: a family, a sensor, a policy and an exporter of its own, beside the built-in ones.
//!
//! `cargo run -p terrella-app --example plugin -- OUT`

use bevy_app::{App, Plugin};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use terrella_app::batch::{Batch, Work, run_to_end};
use terrella_app::exporters::commit::FORMAT;
use terrella_app::exporters::{
    BadEpisode, ClosedShard, CommitRecord, Dataset, ExportError, Exporter, Finished, ShardWriter,
};
use terrella_app::record::episode::{Episode, Values};
use terrella_app::registries::{Exporters, Families, Policies, Registries, Sensors};
use terrella_app::scenes::draw::{Draw, PlanError};
use terrella_app::scenes::policies::PolicyKind;
use terrella_app::scenes::{Card, Family};
use terrella_app::sense::column::Column;
use terrella_app::sense::{Sensor, SensorKind};
use terrella_app::sim::policies::Policy;
use terrella_app::sim::task::{Task, Watch};
use terrella_app::sim::view::StepView;
use terrella_app::spec::columns::{ColumnSpec, Dtype, Table};
use terrella_app::spec::dist::Dist;
use terrella_app::spec::factor::FactorSpec;
use terrella_app::spec::plan::WorldPlan;
use terrella_app::spec::run::{PolicySpec, RunSpec, WorldSource};
use terrella_app::spec::seed::Rng;
use terrella_app::spec::shape::Shape;
use terrella_app::spec::shards::Shard;
use terrella_app::spec::world::{Body, Camera, Mechanism, Observe, Quantity, World};
use terrella_app::{RunKit, TerrellaPlugins};

/// A ball that is pushed about.
struct Marble;

impl Family for Marble {
    fn card(&self) -> Card {
        Card {
            name: "marble".into(),
            title: "A marble".into(),
            question: "Where does it roll?".into(),
            doc: "A ball on a floor, pushed by a force.".into(),
            tasks: vec!["push the marble".into()],
            success: "Nothing is asked.".into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![FactorSpec::real(
            "radius_m",
            "m",
            "Radius of the ball.",
            Dist::uniform(0.05, 0.2),
        )]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let radius = draw.real("radius_m");
        let mut world = World::default();
        world
            .bodies
            .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}).fixed());
        let ball = Body::new("ball", Shape::Ball { radius_m: radius }).at([0.0, 0.0, radius]);
        world.bodies.insert("ball".into(), ball);
        let push = Mechanism::Force {
            body: "ball".into(),
            axes: "xy".into(),
            max_force_n: 5.0,
        };
        world.mechanisms.insert("push".into(), push);
        world.observe.push(Observe::new("ball", Quantity::Position));
        world
            .cameras
            .insert("front".into(), Camera::looking([0.0, -3.0, 1.5], [0.0; 3], 45.0));
        Ok((world, "push the marble".into()))
    }

    fn task(&self, _: &WorldPlan) -> Box<dyn Task> {
        Box::new(Watch)
    }

    fn expert(&self, _: &WorldPlan) -> Option<Box<dyn Policy>> {
        None
    }

    fn preset(&self) -> &str {
        "world.family = \"marble\"\n"
    }
}

/// Kinetic energy of everything that moves, translation only.
struct Energy;

impl Sensor for Energy {
    fn columns(&self) -> Vec<ColumnSpec> {
        let doc = "Kinetic energy of all translations.";
        vec![ColumnSpec::scalar(Table::Sim, "energy", Dtype::Float32, "J", doc)]
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        let energy = (0..view.body_count())
            .map(|index| 0.5 * view.mass_kg(index) * view.body(index).linear_velocity_mps.length_squared());
        columns[0].floats().push(energy.sum());
    }
}

/// Always pushes to the right.
struct Right;

impl Policy for Right {
    fn act(&mut self, _: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        action.copy_from_slice(&[1.0, 0.0]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(Right)
    }
}

static RIGHT: PolicyKind = PolicyKind {
    name: "right",
    doc: "Always pushes to the right.",
    needs_expert: false,
    make: |_, _, _| Some(Box::new(Right)),
};

/// Writes the actions of each shard as one text file.
struct Csv;

impl Exporter for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn doc(&self) -> &'static str {
        "The actions as comma-separated values, one file for each shard."
    }

    fn start_shard(&self, dataset: &Dataset, shard: &Shard) -> Result<Box<dyn ShardWriter>, ExportError> {
        Ok(Box::new(CsvShard {
            root: dataset.root.clone(),
            shard: shard.clone(),
            digest: dataset.run.digest(),
            text: Vec::new(),
        }))
    }

    fn finalize(&self, dataset: &Dataset) -> Result<Finished, ExportError> {
        Ok(Finished {
            manifest: dataset.root.join("shard-0.csv"),
            content: String::new(),
            episodes: dataset.run.spec.episodes,
            rows: dataset.run.spec.episodes * dataset.run.rows_per_episode(),
            shards: 1,
            bytes: 0,
            bad_episodes: 0,
        })
    }
}

struct CsvShard {
    root: PathBuf,
    shard: Shard,
    digest: String,
    text: Vec<u8>,
}

impl ShardWriter for CsvShard {
    fn write(&mut self, episode: Episode) -> Result<(), ExportError> {
        let action = episode.columns.iter().find(|column| column.spec.name == "action");
        if let Some(Values::Float32(values)) = action.map(|column| &column.values) {
            for row in values.chunks(2) {
                // Writing to memory does not fail.
                let _ = writeln!(self.text, "{},{},{}", episode.meta.episode, row[0], row[1]);
            }
        }
        Ok(())
    }

    fn bytes_written(&self) -> u64 {
        self.text.len() as u64
    }

    fn close(self: Box<Self>, bad_episodes: Vec<BadEpisode>) -> Result<ClosedShard, ExportError> {
        let path = self.root.join(format!("shard-{}.csv", self.shard.number));
        let file = terrella_app::exporters::publish::write_bytes(&path, &self.text)?;
        let record = CommitRecord {
            format: FORMAT,
            shard: self.shard.number,
            run_digest: self.digest,
            domain: Default::default(),
            first_episode: self.shard.episodes.start,
            episodes: self.shard.episodes.end - self.shard.episodes.start,
            rows: 0,
            files: Vec::new(),
            summaries: Default::default(),
            bad_episodes,
        };
        ClosedShard::new(&self.root, vec![file], record)
    }
}

/// All four, as one plugin.
struct MarblePlugin;

impl Plugin for MarblePlugin {
    fn build(&self, app: &mut App) {
        let world = app.world_mut();
        world.resource_mut::<Families>().0.push(Arc::new(Marble));
        world.resource_mut::<Policies>().0.push(&RIGHT);
        world.resource_mut::<Exporters>().0.push(&Csv);
        world.resource_mut::<Sensors>().0.push(SensorKind {
            name: "energy",
            doc: "Kinetic energy of all translations.",
            needs_contacts: false,
            make: |_| Ok(Box::new(Energy)),
        });
    }
}

/// Makes four episodes with everything above; gives the lines of the first shard.
pub fn make(root: PathBuf) -> Result<usize, Box<dyn Error>> {
    let mut app = App::new();
    app.add_plugins((TerrellaPlugins, MarblePlugin));
    let mut spec = RunSpec::new(WorldSource::Family("marble".into()));
    spec.episodes = 4;
    spec.sensors = vec!["energy".into()];
    spec.policies = vec![PolicySpec::new("right", 1.0)];
    spec.files.exporter = "csv".into();
    spec.files.shard_episodes = Some(2);
    let kit = RunKit::resolve(spec, None, root.clone(), &Registries::of(app.world()))?;
    let (batch, progress) = Batch::new(Arc::new(kit), Work::Run, 2, Arc::default())?;
    app.insert_resource(batch).insert_resource(progress);
    run_to_end(app).outcome?;
    Ok(fs::read_to_string(root.join("shard-0.csv"))?.lines().count())
}

/// Makes a dataset in the folder of the first argument.
pub fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::args_os().nth(1).unwrap_or("marble_data".into()));
    println!("{} lines", make(root)?);
    Ok(())
}
