//! Contract: a run that a GPU draws is the CPU's run, but that its colours, depths and ids are rounded otherwise; and its
//! dataset says so.
//!
//! Where there is no GPU the tests say so and pass; with TERRELLA_GPU=required they fail.

mod made;

use made::{make, record};
use std::path::Path;
use terrella_app::drawing::{Drawing, Gpu};
use terrella_app::exporters::read::OpenDataset;
use terrella_app::record::episode::{Column, Episode, Values};
use terrella_app::registries::Registries;
use terrella_app::spec::document::Document;
use terrella_app::spec::run::{RendererKind, RunSpec, WorldSource};
use terrella_app::verify::{Level, Verification, open_kit, verify};
use terrella_app::{AppError, RunKit, folder};

fn there_is_a_gpu() -> bool {
    match Gpu::open() {
        Ok(gpu) => {
            println!("GPU: {}", gpu.adapter());
            true
        }
        Err(error) => {
            let required = std::env::var("TERRELLA_GPU").is_ok_and(|value| value == "required");
            assert!(!required, "TERRELLA_GPU=required: {error}");
            println!("skipped: {error}");
            false
        }
    }
}

/// The example `lookout`, with cameras of all kinds, and what of it differs.
fn lookout(
    renderer: RendererKind,
    root: &Path,
    change: impl FnOnce(&mut RunSpec),
) -> Result<RunKit, AppError> {
    let text = include_str!("../../../scenes/examples/lookout.toml");
    scene(text, renderer, root, change)
}

fn scene(
    text: &str,
    renderer: RendererKind,
    root: &Path,
    change: impl FnOnce(&mut RunSpec),
) -> Result<RunKit, AppError> {
    let scene = Document::new("lookout.toml", text).scene().expect("an example");
    let mut spec = RunSpec::new(WorldSource::Scene("lookout.toml".into()));
    spec.episodes = 2;
    spec.steps = Some(9);
    spec.seed = 5;
    spec.image_size = [62, 48];
    spec.sensors = ["rgb", "depth", "segmentation", "normals", "flow", "bodies"]
        .map(String::from)
        .to_vec();
    spec.renderer = renderer;
    change(&mut spec);
    RunKit::resolve(spec, Some(scene), root.to_path_buf(), &Registries::default())
}

/// How many values of a column are further apart than rounding explains, of how many.
fn far_apart(cpu: &Column, gpu: &Column) -> (usize, usize) {
    let name = &cpu.spec.name;
    // A sensor that is exposed longer makes more of a rounding.
    let most = if name.ends_with(".cheap") { 4 } else { 1 };
    match (&cpu.values, &gpu.values) {
        (Values::Rgb(cpu), Values::Rgb(gpu)) => {
            assert_eq!(cpu.len(), gpu.len(), "{name}");
            let far = cpu.iter().zip(gpu).filter(|(a, b)| a.abs_diff(**b) > most);
            (far.count(), cpu.len())
        }
        (Values::Raster16(cpu), Values::Raster16(gpu)) => {
            assert_eq!(cpu.len(), gpu.len(), "{name}");
            let most = |depth: u16| match name.starts_with("depth.") {
                true => 1 + depth / 1000,
                false => 0,
            };
            let far = cpu.iter().zip(gpu).filter(|(a, b)| a.abs_diff(**b) > most(**a));
            (far.count(), cpu.len())
        }
        _ => {
            assert!(cpu == gpu, "{name} comes from the CPU, whoever draws");
            (0, 0)
        }
    }
}

#[test]
fn a_gpus_run_is_the_cpus_but_for_rounding() {
    if !there_is_a_gpu() {
        return;
    }
    let both = [RendererKind::Cpu, RendererKind::Gpu].map(|kind| lookout(kind, Path::new(""), |_| ()));
    let (far, all) = compare(both.map(|kit| kit.expect("it resolves")));
    assert!(all > 500_000, "{all} values");
    assert!(far * 10_000 <= all, "{far} of {all}");
}

/// Particles are kept from record to record until the GPU draws them.
#[test]
fn a_gpus_run_has_the_liquids_of_each_record() {
    if !there_is_a_gpu() {
        return;
    }
    let text = include_str!("../../../scenes/examples/dam_break.toml");
    let rgb = |spec: &mut RunSpec| spec.sensors = ["rgb", "depth", "bodies"].map(String::from).to_vec();
    let both = [RendererKind::Cpu, RendererKind::Gpu].map(|kind| scene(text, kind, Path::new(""), rgb));
    let (far, all) = compare(both.map(|kit| kit.expect("it resolves")));
    assert!(all > 100_000, "{all} values");
    assert!(far * 10_000 <= all, "{far} of {all}");
}

/// Records both runs' episodes; gives how many values are further apart than rounding explains, of how many.
fn compare([cpu, gpu]: [RunKit; 2]) -> (usize, usize) {
    assert!(matches!(gpu.drawing, Drawing::Gpu(_)));
    assert_ne!(cpu.dataset.run.digest(), gpu.dataset.run.digest());
    assert_eq!(cpu.dataset.columns, gpu.dataset.columns);
    let (mut far, mut all) = (0, 0);
    for number in 0..2 {
        let (cpu, gpu) = (record(&cpu, number), record(&gpu, number));
        assert_eq!(cpu.meta, gpu.meta, "the same world, actions and states");
        for (cpu, gpu) in cpu.columns.iter().zip(&gpu.columns) {
            assert_eq!(cpu.spec, gpu.spec);
            assert_eq!(cpu.rows(), 10, "{}", cpu.spec.name);
            let (few, values) = far_apart(cpu, gpu);
            assert!(few * 1000 <= values, "{}: {few} of {values}", cpu.spec.name);
            (far, all) = (far + few, all + values);
        }
    }
    (far, all)
}

fn deep(root: &Path) -> Verification {
    let kit = open_kit(root, &Registries::default()).expect("a dataset");
    verify(&kit, Level::Deep(None), 2, &|_, _| ()).expect("it can be read")
}

#[test]
fn a_gpus_dataset_says_so_and_is_compared_within_rounding() {
    if !there_is_a_gpu() {
        return;
    }
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path();
    let kit = lookout(RendererKind::Gpu, root, |_| ()).expect("it resolves");
    // As another GPU might have drawn it.
    make(&kit, |episode| {
        for column in &mut episode.columns {
            if let Values::Rgb(bytes) = &mut column.values {
                bytes.iter_mut().step_by(7).for_each(|byte| *byte ^= 1);
            }
        }
    });
    let dataset = OpenDataset::open(root).expect("a dataset");
    let manifest = dataset.manifest();
    let Drawing::Gpu(gpu) = &kit.drawing else {
        panic!("{:?}", kit.drawing)
    };
    assert_eq!(manifest.domain["renderer"], format!("gpu ({})", gpu.adapter()));
    assert_eq!(manifest.run.spec.renderer, RendererKind::Gpu);
    let found = deep(root);
    assert!(found.is_clean() && found.near_pictures, "{found:?}");
    // Another renderer does not go on with it.
    let cpu = lookout(RendererKind::Cpu, root, |_| ()).expect("it resolves");
    let refused = folder::take(&cpu.dataset, None).expect_err("another run");
    assert_eq!(refused.exit_code(), 73);
    let said = refused.to_string();
    assert!(
        said.contains("pictures are drawn by the gpu, these would be by the cpu"),
        "{said}"
    );
}

#[test]
fn other_pictures_and_other_states_of_a_gpus_dataset_are_found() {
    if !there_is_a_gpu() {
        return;
    }
    let spoil: [fn(&mut Episode); 3] = [
        |episode| {
            let column = column(episode, "observation.images.round");
            column.rgb().iter_mut().step_by(20).for_each(|byte| *byte ^= 64);
        },
        |episode| {
            let column = column(episode, "depth.ego");
            column
                .raster()
                .iter_mut()
                .step_by(9)
                .for_each(|depth| *depth ^= 512);
        },
        |episode| column(episode, "bodies").floats()[20] += 1e-6,
    ];
    for (spoil, name) in spoil
        .into_iter()
        .zip(["observation.images.round", "depth.ego", "bodies"])
    {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let kit = lookout(RendererKind::Gpu, scratch.path(), |spec| spec.episodes = 1).expect("it resolves");
        make(&kit, spoil);
        let found = deep(scratch.path());
        assert!(found.findings.is_empty(), "{found:?}");
        let [difference] = &found.differences[..] else {
            panic!("{name}: {:?}", found.differences)
        };
        assert!(difference.column.starts_with(name), "{difference:?}");
    }
}

fn column<'a>(episode: &'a mut Episode, name: &str) -> &'a mut Column {
    let found = episode.columns.iter_mut().find(|column| column.spec.name == name);
    found.unwrap_or_else(|| panic!("there is no column {name}"))
}

/// A file can hold sixteen lights, and a GPU knows the shadows of twice as many.
#[test]
fn a_gpu_draws_as_many_lights_as_a_scene_can_hold() {
    if !there_is_a_gpu() {
        return;
    }
    let mut text = include_str!("../../../scenes/examples/lookout.toml").to_string();
    for number in 0..16 {
        text +=
            &format!("\n[world.lights.lamp_{number}.point]\nposition_m = [{number}, 0, 3]\nshadows = true\n");
    }
    scene(&text, RendererKind::Gpu, Path::new(""), |_| ()).expect("it resolves");
}

#[test]
fn auto_is_settled_and_says_why() {
    if !there_is_a_gpu() {
        return;
    }
    let kit = lookout(RendererKind::Auto, Path::new(""), |_| ()).expect("it resolves");
    let software = Gpu::open().expect("there is one").is_software();
    let note = kit.drawing_note.as_deref().expect("it was left open");
    println!("{note}");
    if software {
        assert_eq!(kit.dataset.run.spec.renderer, RendererKind::Cpu);
        assert_eq!(kit.dataset.domain["renderer"], "cpu");
        assert!(note.contains("the only GPU here is software"), "{note}");
        let cpu = lookout(RendererKind::Cpu, Path::new(""), |_| ()).expect("it resolves");
        assert_eq!(kit.dataset.run.digest(), cpu.dataset.run.digest());
    } else {
        assert_eq!(kit.dataset.run.spec.renderer, RendererKind::Gpu);
    }
    let blind = |spec: &mut RunSpec| spec.sensors = vec!["bodies".into()];
    let kit = lookout(RendererKind::Auto, Path::new(""), blind).expect("it resolves");
    assert_eq!(kit.dataset.run.spec.renderer, RendererKind::Cpu);
    assert!(
        kit.drawing_note
            .expect("a note")
            .contains("no pictures are recorded")
    );
}
