//! A program whose worlds go wrong in every way, on purpose: for the tests, and to see what happens.
//!
//! `deadly FOLDER [TRAPS]` makes a dataset of falling balls; with `TRAPS` a tenth of the worlds each panics, goes out of
//! bounds, takes too long, or overflows the stack, which kills the whole process. Started again, it goes on.

use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;
use terrella_app::batch::{Batch, Work, run_to_end};
use terrella_app::episode::Attempts;
use terrella_app::registries::Registries;
use terrella_app::scenes::draw::{Draw, PlanError};
use terrella_app::scenes::{Card, Family};
use terrella_app::sim::policies::Policy;
use terrella_app::sim::task::{Outcome, Task};
use terrella_app::sim::view::StepView;
use terrella_app::spec::dist::Dist;
use terrella_app::spec::factor::{FactorSpec, FactorValue};
use terrella_app::spec::plan::WorldPlan;
use terrella_app::spec::run::{RunSpec, WorldSource};
use terrella_app::spec::shape::Shape;
use terrella_app::spec::shards::Shard;
use terrella_app::spec::world::{Body, Observe, Quantity, World};
use terrella_app::{AppError, RunKit, batch_app, making};

const STEP_LIMIT: Duration = Duration::from_millis(500);

struct Deadly {
    traps: bool,
}

impl Family for Deadly {
    fn card(&self) -> Card {
        Card {
            name: "deadly".into(),
            title: "Deadly".into(),
            question: String::new(),
            doc: "A ball that falls.".into(),
            tasks: vec!["watch".into()],
            success: "Nothing is asked.".into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![FactorSpec::real(
            "trap",
            "",
            "Which trap is set.",
            Dist::uniform(0.0, 10.0),
        )]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let trap = draw.real("trap");
        let mut world = World::<f32>::default();
        let mut ball = Body::new("ball", Shape::Ball { radius_m: 0.1 }).at([0.0, 0.0, 2.0]);
        if self.traps && (0.0..1.0).contains(&trap) {
            // Over the speed guard after the first step.
            ball.linear_velocity_mps = [0.0, 0.0, 390.0];
        }
        world.bodies.insert("ball".into(), ball);
        world.observe.push(Observe::new("ball", Quantity::Position));
        Ok((world, "watch".into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        let FactorValue::Real(trap) = plan.factors["trap"] else {
            unreachable!("a real factor")
        };
        Box::new(Trap(if self.traps { trap } else { 10.0 }))
    }

    fn expert(&self, _: &WorldPlan) -> Option<Box<dyn Policy>> {
        None
    }

    fn preset(&self) -> &str {
        "world.family = \"deadly\"\n"
    }
}

#[derive(Clone)]
struct Trap(f64);

impl Task for Trap {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        if view.step() == 5 {
            match self.0 {
                1.0..2.0 => panic!("the judge lost its mind"),
                2.0..3.0 => compute(2 * STEP_LIMIT),
                // Who only waits has done nothing wrong.
                4.0..4.2 => std::thread::sleep(2 * STEP_LIMIT),
                3.0..4.0 => drop(black_box(without_end(0))),
                _ => {}
            }
        }
        Outcome::default()
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}

/// Keeps a processor busy for so long.
fn compute(time: Duration) {
    let spent = || {
        let spent = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(spent.tv_sec as u64, spent.tv_nsec as u32)
    };
    let end = spent() + time;
    while spent() < end {}
}

/// Calls itself until the stack is full.
fn without_end(depth: u64) -> u64 {
    if depth == u64::MAX {
        return 0;
    }
    let room = black_box([depth; 64]);
    black_box(without_end(depth + 1)) + room[(depth % 64) as usize]
}

fn kit(root: &Path, traps: bool) -> Result<RunKit, AppError> {
    let mut registries = Registries::default();
    registries.families.0.push(Arc::new(Deadly { traps }));
    let mut spec = RunSpec::new(WorldSource::Family("deadly".into()));
    spec.episodes = 150;
    spec.steps = Some(8);
    spec.sensors = vec!["bodies".into()];
    RunKit::resolve(spec, None, root.to_path_buf(), &registries)
}

fn run(arguments: &[String]) -> Result<(), AppError> {
    let root = PathBuf::from(&arguments[0]);
    let traps = arguments.get(1).is_some_and(|word| word == "TRAPS");
    let attempts = || Attempts {
        step_limit: STEP_LIMIT,
        ..Attempts::default()
    };
    if let Some(shard) = arguments.get(2).and_then(|number| number.parse().ok()) {
        return making::make_as_child(&kit(&root, traps)?, shard, attempts(), &arguments[3..]);
    }
    let child = |root: &Path, shard: &Shard, deadly: &[String]| {
        let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
        command
            .arg(root)
            .arg("TRAPS")
            .arg(shard.number.to_string())
            .args(deadly);
        command
    };
    let (batch, progress) = Batch::new(Arc::new(kit(&root, traps)?), Work::Run, 2, Arc::default())?;
    let app = batch_app((batch.isolate(Arc::new(child)).attempts(attempts()), progress));
    run_to_end(app).outcome.map(drop)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.is_empty() {
        eprintln!("usage: deadly FOLDER [TRAPS]");
        return ExitCode::from(2);
    }
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}
