//! The command that an editor shows, typed into a shell: it makes the run that was ordered, whatever is in it.

use std::path::Path;
use std::process::Command;
use terrella_app::RunKit;
use terrella_app::command;
use terrella_app::registries::Registries;
use terrella_app::spec::dist::Dist;
use terrella_app::spec::document::Document;
use terrella_app::spec::factor::FactorOverride;
use terrella_app::spec::run::{
    ImageFormat, OodKeyword, OodSpec, PolicySpec, RendererKind, Rows, RunSpec, SplitSpec,
};

/// The resolved run that a line of a shell makes, as JSON.
fn typed(folder: &Path, line: &str) -> serde_json::Value {
    let program = env!("CARGO_BIN_EXE_terrella");
    let line = line.replacen("terrella", &format!("'{program}'"), 1);
    let output = Command::new("sh")
        .args(["-c", &format!("{line} --dry-run --json")])
        .current_dir(folder)
        .output()
        .expect("there is a shell");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {said}");
    serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("it is JSON")["run"].clone()
}

/// Paths were not quoted, and most of what was changed was left out.
#[test]
fn a_shell_reads_the_run_that_was_ordered() {
    let folder = tempfile::tempdir().expect("a folder");
    let registries = Registries::default();
    let family = registries.family("drop_bounce").expect("it is a family");
    let base = Document::new("preset", family.preset())
        .run()
        .expect("it is right");
    let kit = RunKit::resolve(base.clone(), None, "preset".into(), &registries).expect("it is right");
    let camera = kit.dataset.run.spec.cameras.as_ref().expect("it is resolved")[0].clone();
    let law = Dist::log_uniform(2.5, 9.0).ood(12.0, 13.0);
    let wanted = RunSpec {
        episodes: 6,
        steps: Some(4),
        seed: 9,
        sensors: vec!["rgb".into(), "bodies".into()],
        image_size: [24, 16],
        supersample: 1,
        policies: vec![PolicySpec {
            epsilon: 0.7,
            ..PolicySpec::new("noisy", 2.0)
        }],
        splits: vec![SplitSpec {
            name: "test".into(),
            share: 1.0,
            ood: Some(OodSpec::Keyword(OodKeyword::All)),
        }],
        factors: [("gravity_mps2".to_string(), FactorOverride::Dist(law))].into(),
        ..base.clone()
    };
    let plain = RunSpec {
        policies: vec![PolicySpec::new("scripted", 0.5), PolicySpec::new("random", 2.0)],
        sensors: Vec::new(),
        ..wanted.clone()
    };
    let mut lossless = base.clone();
    (lossless.episodes, lossless.files.images) = (3, ImageFormat::Qoi);
    let mut laid_out = base.clone();
    (
        laid_out.episodes,
        laid_out.files.shard_episodes,
        laid_out.files.rows,
    ) = (6, Some(2), Rows::Transitions);
    (laid_out.control_hz, laid_out.supersample, laid_out.renderer) = (Some(10), 3, RendererKind::Cpu);
    laid_out.cameras = Some(vec![camera.clone()]);
    laid_out.splits = vec![SplitSpec {
        name: "held_out".into(),
        share: 1.0,
        ood: Some(OodSpec::Factors(vec!["gravity_mps2".into()])),
    }];
    let out = Path::new("it's my data");
    for wanted in [base.clone(), wanted, plain, lossless, laid_out] {
        let words = command::generate("drop_bounce", &base, &wanted, out).expect("it can be told");
        // What of the machine makes it changes nothing.
        let line = format!(
            "{} --threads 2 --memory 512M --partition 2/3",
            command::line(&words)
        );
        let made = typed(folder.path(), &line);
        let kit = RunKit::resolve(wanted, None, out.to_path_buf(), &registries).expect("it is right");
        let ordered = serde_json::to_value(&kit.dataset.run).expect("a run is plain data");
        assert_eq!(made, ordered, "{}", command::line(&words));
    }
}
