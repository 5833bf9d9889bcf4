//! How long the stages of an episode take: measured now, because a dataset holds no times.
//!
//! An episode of the dataset is made again on one thread, stage by stage. Its states are compared with the stored ones
//! on the way, which shows that what was timed is what was recorded.
//!
//! **Invariant:** nothing that is measured here goes into a dataset.

use super::Facts;
use super::chart::stages;
use super::html::{Html, tag};
use super::number::{counted, short, thousands};
use super::page::{Cell, data_table, note};
use crate::error::AppError;
use crate::kit::RunKit;
use crate::pictures::stored;
use crate::quiet;
use crate::rollout::Failure;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use terrella_record::episode::EpisodeMeta;
use terrella_sense::column::Column;
use terrella_spec::columns::Table;
use terrella_spec::seed::SeedPath;

/// Time after which no further step is made.
const LIMIT: Duration = Duration::from_secs(5);

/// What a stage took.
struct Stage {
    class: &'static str,
    name: &'static str,
    what: &'static str,
    took: Duration,
}

/// What was measured.
struct Measured {
    episode: u64,
    steps: u32,
    /// Nothing once, then once a step.
    stages: Vec<Stage>,
    /// States that equal the stored ones, from the first on.
    equal: usize,
    /// States that were compared.
    compared: usize,
}

/// The section.
pub(super) fn html(facts: &Facts<'_>, meta: &EpisodeMeta) -> Result<Html, AppError> {
    let kit = match &facts.kit {
        Ok(kit) => kit,
        Err(reason) => {
            return Ok(note(&format!(
                "A dataset holds no times, and its worlds cannot be made here to measure them: {reason}."
            )));
        }
    };
    let digests = stored::integers(facts.dataset, Table::Sim, meta.episode, "state_digest")?;
    let measured = quiet::catch(AssertUnwindSafe(|| measure(kit, meta, &digests)));
    Ok(match measured {
        Ok(Ok(measured)) => told(&measured),
        Ok(Err(reason)) => note(&format!(
            "Episode {} cannot be made here: {reason}.",
            meta.episode
        )),
        Err(panic) => note(&format!(
            "Episode {} cannot be made here: panic: {panic}.",
            meta.episode
        )),
    })
}

fn measure(kit: &RunKit, meta: &EpisodeMeta, digests: &[i64]) -> Result<Measured, String> {
    let words = |failure| match failure {
        Failure::NoFit(reason) => reason,
        Failure::Final(error) => error.to_string(),
    };
    let seed = SeedPath {
        run: kit.dataset.run.spec.seed,
        episode: meta.episode,
        attempt: meta.attempt,
    };
    let mut clock = Clock::default();
    let began = Instant::now();
    // Once without a clock, so that nothing is touched for the first time.
    kit.plan(seed).map_err(words)?;
    let planned = clock.time(|| kit.plan(seed)).map_err(words);
    let plan = clock.lap();
    planned?;
    let mut rollout = clock.time(|| kit.start(seed)).map_err(words)?;
    rollout.starts_solved();
    // A start draws the plan as well.
    let build = clock.lap().saturating_sub(plan);
    let mut sensors = kit
        .sensors(&rollout.lane.plan().world, seed)
        .map_err(|error| error.to_string())?;
    let mut columns: Vec<Column> = kit.dataset.columns.iter().cloned().map(Column::new).collect();
    let sensed = &mut columns[kit.base_columns..];
    let [mut step_time, mut digest_time, mut sense_time, mut picture_time] = [Duration::ZERO; 4];
    let steps = kit.dataset.run.steps();
    let (mut made, mut equal, mut compared) = (0, 0, 0);
    for step in 0..=steps {
        let digest = clock.time(|| rollout.lane.digest());
        digest_time += clock.lap();
        if let Some(stored) = digests.get(step as usize) {
            compared += 1;
            equal += usize::from(equal + 1 == compared && *stored == (digest >> 1) as i64);
        }
        let rest = clock.time(|| sensors.read_states(&rollout.lane.view(), sensed));
        sense_time += clock.lap();
        clock.time(|| sensors.read_pictures(&rollout.lane.view(), rest));
        picture_time += clock.lap();
        // As a shard does once its episode is written.
        sensed.iter_mut().for_each(Column::clear);
        if step == steps || began.elapsed() > LIMIT {
            break;
        }
        clock.time(|| rollout.step()).map_err(|fault| fault.to_string())?;
        step_time += clock.lap();
        made += 1;
    }
    let stage = |class, name, what, took| Stage {
        class,
        name,
        what,
        took,
    };
    let mut list = vec![
        stage(
            "s5",
            "plan",
            "factors drawn, world laid out; once an episode",
            plan,
        ),
        stage(
            "s6",
            "build",
            "bodies, joints and mechanisms made; once an episode",
            build,
        ),
        stage(
            "s1",
            "physics",
            "policy, mechanisms, solver and task; every step",
            step_time,
        ),
        stage("s3", "digest", "hash of the full state; every row", digest_time),
        stage("s2", "sensors", "columns of numbers; every row", sense_time),
    ];
    if kit.records_pictures() {
        list.push(stage(
            "s4",
            "pictures",
            "all recorded cameras drawn; every row",
            picture_time,
        ));
    }
    Ok(Measured {
        episode: meta.episode,
        steps: made,
        stages: list,
        equal,
        compared,
    })
}

/// Times one thing after the other.
#[derive(Default)]
struct Clock(Duration);

impl Clock {
    fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = work();
        self.0 = start.elapsed();
        done
    }

    /// What the last thing took.
    fn lap(&self) -> Duration {
        self.0
    }
}

fn told(measured: &Measured) -> Html {
    let total: Duration = measured.stages.iter().map(|stage| stage.took).sum();
    let share = |took: Duration| took.as_secs_f64() / total.as_secs_f64().max(f64::MIN_POSITIVE);
    let parts: Vec<(&'static str, &str, f64)> = (measured.stages.iter())
        .map(|stage| (stage.class, stage.name, stage.took.as_secs_f64()))
        .collect();
    let rows = measured.stages.iter().map(|stage| {
        let per_step = stage.took.as_secs_f64() / f64::from(measured.steps.max(1));
        let key = [
            ("s1", "key s1"),
            ("s2", "key s2"),
            ("s3", "key s3"),
            ("s4", "key s4"),
            ("s5", "key s5"),
        ]
        .into_iter()
        .find(|(class, _)| *class == stage.class)
        .map_or("key s6", |(_, key)| key);
        let name = Html::from(tag("i").class(key)).with(Html::text(stage.name));
        vec![
            Cell::html(name),
            Cell::number(format!("{} ms", short(stage.took.as_secs_f64() * 1e3))),
            Cell::number(format!("{} µs", short(per_step * 1e6))),
            Cell::number(format!("{:.1} %", 100.0 * share(stage.took))),
            Cell::text(stage.what),
        ]
    });
    let rate = f64::from(measured.steps) / total.as_secs_f64().max(f64::MIN_POSITIVE);
    let warning = if cfg!(debug_assertions) {
        " This is a build for development, which is slower than a released one."
    } else {
        ""
    };
    let said = format!(
        "Measured now, not stored: a dataset holds no times, so that the same run gives the same bytes. Episode {} was \
         made again with {} on one thread of {}: {} steps a second. Compression and writing are not in it; other work \
         on the machine is.{warning}",
        measured.episode,
        counted(u64::from(measured.steps), "step"),
        machine(),
        thousands(rate as u64),
    );
    let head = ["stage", "whole episode", "per step", "share", "what it is"];
    let verdict = if measured.equal == measured.compared && measured.compared > 0 {
        let text = format!(
            "All {} states that were made again equal those in the dataset.",
            measured.equal
        );
        tag("p").add(tag("span").class("fine").text(text))
    } else {
        let text = format!(
            "The states differ from those in the dataset from step {} on: it was made in another determinism domain, or \
             is damaged.",
            measured.equal
        );
        tag("p").add(tag("span").class("wrong").text(text))
    };
    note(&said)
        .with(tag("div").class("stages").add(stages("Time by stage", &parts)))
        .with(data_table("Time by stage, measured now", &head, rows))
        .with(verdict)
}

/// The machine on which this runs, in words.
fn machine() -> String {
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let name = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_string())
    });
    let name = name.unwrap_or_else(|| "a processor without a name".to_string());
    format!(
        "{name} ({}, {}, {})",
        std::env::consts::ARCH,
        std::env::consts::OS,
        counted(threads, "thread")
    )
}
