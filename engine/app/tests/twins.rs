//! Healthy twins: pairs of episodes that differ in nothing but the fault.

#[expect(dead_code, reason = "other tests use the rest")]
mod made;
#[path = "../../cli/tests/same/mod.rs"]
mod same;

use made::record;
use std::path::Path;
use std::sync::Arc;
use terrella_app::batch::{Batch, Report, Work, run_to_end};
use terrella_app::exporters::read::OpenDataset;
use terrella_app::record::episode::{Branch, Episode};
use terrella_app::registries::Registries;
use terrella_app::repair::Repair;
use terrella_app::scenes::draw::{Draw, PlanError};
use terrella_app::scenes::families::family;
use terrella_app::scenes::{Card, Family};
use terrella_app::sense::column::Values;
use terrella_app::sim::policies::Policy;
use terrella_app::sim::task::{Outcome, Task};
use terrella_app::sim::view::StepView;
use terrella_app::spec::dist::Dist;
use terrella_app::spec::factor::{FactorOverride, FactorSpec, FactorValue};
use terrella_app::spec::plan::WorldPlan;
use terrella_app::spec::run::{RunSpec, WorldSource};
use terrella_app::spec::seed::SeedPath;
use terrella_app::spec::world::{Camera, World};
use terrella_app::verify::{Level, verify};
use terrella_app::{RunKit, batch_app};

const ONSET_SECS: f64 = 2.0;

/// A run of `family` whose worlds all have this fault, bad at once from [`ONSET_SECS`] on.
fn spec(family: &str, kind: &str) -> RunSpec {
    let mut spec = RunSpec::new(WorldSource::Family(family.into()));
    (spec.episodes, spec.steps, spec.seed) = (4, Some(100), 5);
    spec.sensors = ["bodies", "faults", "telemetry"].map(String::from).to_vec();
    spec.healthy_twins = true;
    let number = |value: f64| FactorOverride::Dist(Dist::fixed(value));
    for (name, value) in [
        ("fault_kind", FactorOverride::Word(kind.into())),
        ("fault_onset_secs", number(ONSET_SECS)),
        ("fault_ramp_secs", number(0.0)),
        ("fault_severity", number(1.0)),
    ] {
        spec.factors.insert(name.into(), value);
    }
    if family == "line_cell" {
        // All parcels lie on the belt with the fault from the start.
        spec.factors.insert("belt_count".into(), number(1.0));
    }
    spec
}

fn kit(spec: RunSpec) -> RunKit {
    RunKit::resolve(spec, None, "nowhere".into(), &Registries::default()).expect("it resolves")
}

/// A column's numbers, as bits, row by row.
fn rows(episode: &Episode, name: &str) -> Vec<Vec<u64>> {
    let column = episode.columns.iter().find(|column| column.spec.name == name);
    let column = column.unwrap_or_else(|| panic!("a column {name}"));
    let bits: Vec<u64> = match &column.values {
        Values::Float32(values) => values.iter().map(|value| u64::from(value.to_bits())).collect(),
        Values::Int64(values) => values.iter().map(|value| *value as u64).collect(),
        other => panic!("{name} is {other:?}"),
    };
    let count = episode
        .columns
        .iter()
        .find(|column| column.spec.name == "state_digest")
        .map(|column| match &column.values {
            Values::Int64(values) => values.len(),
            other => panic!("digests are {other:?}"),
        })
        .expect("a digest");
    bits.chunks(bits.len() / count).map(<[u64]>::to_vec).collect()
}

#[test]
fn a_twin_is_the_same_up_to_the_onset_and_healthy_after_it() {
    for (family, kind) in [
        ("drive_train", "jam"),
        ("drive_train", "weak"),
        ("line_cell", "belt_jam"),
    ] {
        let kit = kit(spec(family, kind));
        for parent in [0, 2] {
            let [sick, twin] = [parent, parent + 1].map(|number| record(&kit, number));
            let hz = f64::from(kit.dataset.fps);
            let onset = (ONSET_SECS * hz) as usize;

            assert_eq!(rows(&sick, "action"), rows(&twin, "action"));
            assert_eq!(sick.meta.action_digest, twin.meta.action_digest);
            for name in ["bodies", "state_digest"] {
                let (sick, twin) = (rows(&sick, name), rows(&twin, name));
                assert_eq!(sick[..=onset], twin[..=onset], "{family} {kind}: {name}");
                let after = onset + 1..sick.len();
                let changed = after.clone().filter(|row| sick[*row] != twin[*row]).count();
                assert!(
                    changed == after.len(),
                    "{family} {kind}: {name} differs in {changed} rows of {}",
                    after.len()
                );
            }
            let labels = |episode: &Episode| -> Vec<[f32; 3]> {
                let rows = rows(episode, "faults");
                let number = |row: &Vec<u64>, at: usize| f32::from_bits(row[at] as u32);
                rows.iter()
                    .map(|row| [number(row, 0), number(row, 1), number(row, 2)])
                    .collect()
            };
            assert_eq!(labels(&sick)[onset - 1][0], 0.0);
            assert_eq!(labels(&sick)[onset + 1][0], 1.0);
            assert!(
                labels(&twin).iter().all(|row| *row == [0.0, -1.0, -1.0]),
                "a twin has nothing"
            );

            let mut told = twin.meta.factors.clone();
            assert_eq!(told["fault_severity"], FactorValue::Real(0.0));
            told["fault_severity"] = FactorValue::Real(1.0);
            // Where a second thing may go wrong, that does not either.
            if let Some(second) = told.get_mut("second_fault_severity") {
                assert_eq!(*second, FactorValue::Real(0.0));
                *second = sick.meta.factors["second_fault_severity"].clone();
            }
            assert_eq!(told, sick.meta.factors, "but for the severity, all is the same");
            assert_eq!(
                (twin.meta.seed, twin.meta.attempt),
                (sick.meta.seed, sick.meta.attempt)
            );
            assert_ne!(twin.meta.plan_digest, sick.meta.plan_digest);
            assert!(twin.meta.world.contains("\"severity\":0.0"));
            assert_eq!(sick.meta.branch, None);
            let branch = Branch {
                parent,
                step: 0,
                intervention: "healthy twin: the severity of every fault is 0".into(),
                detectable_secs: twin
                    .meta
                    .branch
                    .as_ref()
                    .and_then(|branch| branch.detectable_secs),
            };
            // What is bad at once is seen at once, and nothing before it is there.
            let seen = branch.detectable_secs.expect("telemetry tells of it");
            assert!(
                seen > ONSET_SECS && seen < ONSET_SECS + 0.5,
                "{family} {kind}: seen at {seen} s"
            );
            assert_eq!(twin.meta.branch, Some(branch));
            assert_eq!(twin.meta.policy, "replay");
        }
    }
}

/// A fault is detectable from when telemetry tells of it: the first record whose readings differ from the twin's by more than 2 % of
/// their ranges, later where it grows slowly; never where it begins after the end.
#[test]
fn a_fault_is_detectable_once_telemetry_tells_of_it() {
    let number = |value: f64| FactorOverride::Dist(Dist::fixed(value));
    let seen = |onset_secs: f64, ramp_secs: f64| {
        let mut spec = spec("line_cell", "encoder_drift");
        spec.factors.insert("fault_onset_secs".into(), number(onset_secs));
        spec.factors.insert("fault_ramp_secs".into(), number(ramp_secs));
        let twin = record(&kit(spec), 1);
        twin.meta.branch.expect("it is a twin").detectable_secs
    };
    // It reads as much too much as a quarter of the range, so 2 % of it after 0.08 of its ramp.
    let at_once = seen(1.0, 0.0).expect("it is seen");
    assert!((1.0..=1.11).contains(&at_once), "{at_once} s");
    let slowly = seen(1.0, 2.5).expect("it is seen");
    assert!((1.2..=1.31).contains(&slowly), "{slowly} s");
    assert_eq!(seen(50.0, 0.0), None);
}

/// A real site and its ideal twin do the very same from the very same start, and what comes of it differs.
#[test]
fn the_twin_of_a_real_site_is_the_ideal_one_under_the_same_actions() {
    let mut spec = RunSpec::new(WorldSource::Family("twin_site".into()));
    (spec.episodes, spec.steps, spec.seed) = (4, Some(160), 5);
    spec.sensors = ["bodies", "telemetry", "faults"].map(String::from).to_vec();
    spec.healthy_twins = true;
    let real = FactorOverride::Word("real".into());
    spec.factors.insert("twin".into(), real);
    let kit = kit(spec);
    for parent in [0, 2] {
        let [real, ideal] = [parent, parent + 1].map(|number| record(&kit, number));
        assert_eq!(rows(&real, "action"), rows(&ideal, "action"));
        assert_eq!(real.meta.action_digest, ideal.meta.action_digest);
        let [first, second] = [&real, &ideal].map(|episode| rows(episode, "bodies"));
        assert_eq!(first[0], second[0], "both start alike");
        assert_ne!(first.last(), second.last(), "and go apart");
        let mut told = ideal.meta.factors.clone();
        assert_eq!(told["twin"], FactorValue::Word("ideal".into()));
        told["twin"] = FactorValue::Word("real".into());
        assert_eq!(told, real.meta.factors, "but for the twin, all is the same");
        let branch = ideal.meta.branch.as_ref().expect("it is a twin");
        assert_eq!((branch.parent, branch.step), (parent, 0));
        assert!(branch.intervention.starts_with("ideal twin"), "{branch:?}");
    }
}

#[test]
fn even_episodes_are_those_of_the_run_without_twins() {
    let with = kit(spec("drive_train", "weak"));
    let without = kit(RunSpec {
        healthy_twins: false,
        ..spec("drive_train", "weak")
    });
    assert_eq!(record(&with, 2), record(&without, 2));
    assert_ne!(record(&with, 3).meta.seed, record(&without, 3).meta.seed);
}

#[test]
fn noise_of_a_twins_cameras_is_that_of_the_faulty_episode() {
    let mut spec = spec("drive_train", "jam");
    spec.steps = Some(3);
    spec.image_size = [16, 16];
    spec.sensors.push("rgb".into());
    let mut noisy = Camera::looking([0.0, -3.0, 1.0], [0.0, 0.0, 0.5], 45.0);
    noisy.effects.noise = Some(0.05);
    spec.extra_cameras.insert("noisy".into(), noisy);
    let kit = kit(spec);
    let [sick, twin] = [0, 1].map(|number| record(&kit, number));
    let picture = |episode: &Episode| {
        let column = episode
            .columns
            .iter()
            .find(|column| column.spec.name.ends_with("noisy"));
        format!("{:?}", column.expect("a picture").values)
    };
    // Before the onset both see the same, to the last bit of noise.
    assert_eq!(picture(&sick), picture(&twin));
}

/// Drive trains, in some of which the judge fails: in the faulty world, or in its twin.
struct Fragile(Box<dyn Family>);

impl Family for Fragile {
    fn card(&self) -> Card {
        let name = "fragile".into();
        Card {
            name,
            ..self.0.card()
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        self.0.factors()
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        self.0.plan(draw)
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        let FactorValue::Real(ambient) = plan.factors["ambient_c"] else {
            unreachable!("a real factor")
        };
        let healthy = plan.world.faults["fault"].severity == 0.0;
        Box::new(PanicAt {
            // 10 to 35 degC: about a quarter of the worlds each.
            armed: if healthy { ambient > 29.0 } else { ambient < 16.0 },
            step: if healthy { 5 } else { 8 },
        })
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        self.0.expert(plan)
    }

    fn preset(&self) -> &str {
        self.0.preset()
    }
}

#[derive(Clone)]
struct PanicAt {
    armed: bool,
    step: u32,
}

impl Task for PanicAt {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        assert!(
            !(self.armed && view.step() == self.step),
            "the judge lost its mind"
        );
        Outcome::default()
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}

fn fragile(root: &Path) -> RunKit {
    let mut registries = Registries::default();
    let inner = family("drive_train").expect("registered");
    registries.families.0.push(Arc::new(Fragile(Box::new(inner))));
    let mut spec = spec("fragile", "weak");
    spec.world = WorldSource::Family("fragile".into());
    (spec.episodes, spec.steps) = (24, Some(12));
    spec.files.shard_episodes = Some(6);
    RunKit::resolve(spec, None, root.to_path_buf(), &registries).expect("it resolves")
}

fn make(root: &Path, work: Work, threads: usize) -> Report {
    let kit = Arc::new(fragile(root));
    let (batch, progress) = Batch::new(kit, work, threads, Arc::default()).expect("the folder is its own");
    let app = batch_app((batch, progress));
    run_to_end(app)
}

#[test]
fn a_pair_of_which_either_fails_is_drawn_anew_together() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let [one, three] = ["one", "three"].map(|name| scratch.path().join(name));
    let report = make(&one, Work::Run, 1);
    report.outcome.expect("failed worlds are drawn anew");
    make(&three, Work::Run, 3).outcome.expect("and so they are here");

    let dataset = OpenDataset::open(&one).expect("finished");
    let episode = |number| dataset.episode(number).expect("an episode");
    let (mut sick_failed, mut twin_failed) = (0, 0);
    for parent in (0..24).step_by(2) {
        let [sick, twin] = [parent, parent + 1].map(episode);
        assert_eq!(sick.attempt, twin.attempt);
        assert_eq!(sick.action_digest, twin.action_digest);
        let failed = |number| report.bad.iter().filter(|bad| bad.episode == number).count();
        sick_failed += failed(parent);
        twin_failed += failed(parent + 1);
        // Every attempt before theirs failed in one of them.
        assert_eq!(failed(parent) + failed(parent + 1), sick.attempt as usize);
    }
    assert!(
        sick_failed > 2 && twin_failed > 2,
        "{sick_failed} and {twin_failed}: the test must see both"
    );
    let twin_bad = report.bad.iter().find(|bad| bad.episode % 2 == 1);
    let twin_bad = twin_bad.expect("counted above");
    let seed = SeedPath {
        run: 5,
        episode: twin_bad.episode - 1,
        attempt: twin_bad.attempt,
    };
    assert_eq!(
        (twin_bad.seed, twin_bad.step),
        (seed.fingerprint(), 4),
        "{twin_bad:?}"
    );

    // One thread or three, and a shard that was lost: the same bytes.
    same::assert_equal(&one, &three);
    let shard = three.join("data/chunk-000/file-002.parquet");
    std::fs::remove_file(&shard).expect("it was there");
    let kit = fragile(&three);
    let found = verify(&kit, Level::Deep(None), 2, &|_, _| ()).expect("it can be read");
    assert!(!found.is_clean());
    let work = Repair::of(&found).begin(&kit, &found).expect("it can be mended");
    make(&three, work, 2).outcome.expect("mended");
    same::assert_equal(&one, &three);
    let found = verify(&kit, Level::Deep(None), 3, &|_, _| ()).expect("it can be read");
    assert!(found.is_clean(), "{found:?}");
    assert_eq!(found.episodes_made, 24);
    // Every second one: half of each pair.
    let found = verify(&kit, Level::Deep(Some(13)), 1, &|_, _| ()).expect("it can be read");
    assert!(found.is_clean() && found.episodes_made == 13, "{found:?}");
}

#[test]
fn a_run_whose_worlds_have_no_faults_is_refused() {
    let refused = |family: &str, factors: &[(&str, &str)]| {
        let mut spec = RunSpec::new(WorldSource::Family(family.into()));
        (spec.episodes, spec.healthy_twins) = (2, true);
        for (name, word) in factors {
            let word = FactorOverride::Word(word.to_string());
            spec.factors.insert(name.to_string(), word);
        }
        let kit = RunKit::resolve(spec, None, "nowhere".into(), &Registries::default());
        kit.err().expect("it is refused").to_string()
    };
    for error in [
        refused("drop_bounce", &[]),
        refused("drive_train", &[("fault_kind", "none")]),
    ] {
        assert!(
            error.contains("healthy_twins") && error.contains("has no faults"),
            "{error}"
        );
    }
}
