//! Who may import whom. A new edge between our crates is a design decision: change `engine/ARCHITECTURE.md` with it.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use std::collections::{BTreeMap, BTreeSet};

/// Every crate of ours and the crates of ours that it may name.
const EDGES: &[(&str, &[&str])] = &[
    ("spec", &[]),
    ("sim", &["spec"]),
    ("scenes", &["spec", "sim"]),
    ("sense", &["spec", "sim"]),
    ("render", &["spec", "sim"]),
    ("record", &["spec", "sense", "render"]),
    ("exporters", &["spec", "record"]),
    (
        "app",
        &["spec", "sim", "scenes", "sense", "render", "record", "exporters"],
    ),
    ("cli", &["app"]),
    ("studio", &["app"]),
    (
        "tests",
        &[
            "spec",
            "sim",
            "scenes",
            "sense",
            "render",
            "record",
            "exporters",
            "app",
            "cli",
        ],
    ),
];

/// External crates and the only crates of ours that may name them.
const OWNERS: &[(&str, &[&str])] = &[
    ("rapier3d", &["sim"]),
    ("toml_edit", &["spec"]),
    ("toml_parser", &["spec"]),
    ("schemars", &["spec"]),
    ("arrow", &["record", "exporters"]),
    ("parquet", &["exporters"]),
    ("mp4-atom", &["exporters"]),
    // Only with its feature `video`.
    ("openh264", &["exporters"]),
    ("bevy_app", &["app", "cli"]),
    ("bevy_ecs", &["app", "cli"]),
    ("bevy", &["studio"]),
    ("bevy_egui", &["studio"]),
    ("egui_dock", &["studio"]),
    ("egui_file", &["studio"]),
    ("egui_plot", &["studio"]),
    ("rayon", &["app"]),
    // Only with its feature `gpu`.
    ("wgpu", &["render"]),
    ("clap", &["cli", "studio"]),
    ("indicatif", &["cli"]),
    ("mimalloc", &["cli"]),
    ("anyhow", &["cli", "studio"]),
];

/// What must not be anywhere under these crates, however far away: the command has no window, no GPU, no second Arrow.
const NEVER_UNDER: &[(&str, &[&str])] = &[
    (
        "cli",
        &[
            "bevy_render",
            "bevy_winit",
            "winit",
            "egui",
            "wgpu",
            "bevy_window",
        ],
    ),
    ("spec", &["bevy_ecs", "rapier3d", "arrow-array", "wgpu", "rayon"]),
    ("sim", &["bevy_ecs", "arrow-array", "wgpu", "rayon"]),
    ("scenes", &["bevy_ecs", "arrow-array", "wgpu", "rayon"]),
    ("sense", &["bevy_ecs", "arrow-array", "wgpu"]),
    ("render", &["bevy_ecs", "winit", "egui"]),
    ("record", &["bevy_ecs", "wgpu"]),
    ("exporters", &["bevy_ecs", "wgpu"]),
];

/// Crates of which two versions in one program would be two worlds.
const ONCE: &[&str] = &["rapier3d", "arrow-array", "bevy_ecs", "wgpu"];

fn metadata() -> Metadata {
    // As the tests run, not as they were built: a checkout may have been moved since.
    let here = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    MetadataCommand::new()
        .manifest_path(std::path::Path::new(&here).join("../Cargo.toml"))
        .other_options(["--locked".to_string()])
        .exec()
        .expect("cargo knows this workspace")
}

fn package<'a>(metadata: &'a Metadata, name: &str) -> &'a Package {
    let full = format!("terrella-{name}");
    metadata
        .packages
        .iter()
        .find(|package| *package.name == full)
        .unwrap_or_else(|| panic!("no package {full}"))
}

fn normal(package: &Package) -> BTreeSet<String> {
    let named = package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal);
    named.map(|dependency| dependency.name.clone()).collect()
}

#[test]
fn crates_import_only_what_they_may() {
    let metadata = metadata();
    let ours: BTreeSet<String> = metadata
        .workspace_packages()
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    let listed: BTreeSet<String> = EDGES.iter().map(|(name, _)| format!("terrella-{name}")).collect();
    assert_eq!(ours, listed, "every crate stands in EDGES");
    for (name, allowed) in EDGES {
        for dependency in normal(package(&metadata, name)) {
            if let Some(other) = dependency.strip_prefix("terrella-") {
                assert!(allowed.contains(&other), "{name} must not import {other}");
            }
            if let Some((_, owners)) = OWNERS.iter().find(|(external, _)| *external == dependency) {
                assert!(
                    owners.contains(name),
                    "{name} must not name {dependency}: it belongs to {owners:?}"
                );
            }
        }
    }
}

#[test]
fn nothing_forbidden_is_reached_however_far_away() {
    let metadata = metadata();
    let resolve = metadata.resolve.as_ref().expect("cargo resolves");
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    for (name, forbidden) in NEVER_UNDER {
        let mut stack = vec![&package(&metadata, name).id];
        let mut seen = BTreeSet::new();
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            let reached = &metadata[id].name;
            assert!(!forbidden.contains(&reached.as_str()), "{name} reaches {reached}");
            for dependency in &nodes[id].deps {
                let normal = |kind: &cargo_metadata::DepKindInfo| kind.kind == DependencyKind::Normal;
                if dependency.dep_kinds.iter().any(normal) {
                    stack.push(&dependency.pkg);
                }
            }
        }
    }
}

#[test]
fn the_gpu_is_a_choice_of_whoever_builds() {
    let metadata = metadata();
    let render = package(&metadata, "render");
    let wgpu = render
        .dependencies
        .iter()
        .find(|dependency| dependency.name == "wgpu");
    assert!(wgpu.expect("render knows the GPU").optional);
    assert!(render.features.get("default").is_none_or(Vec::is_empty));
    assert_eq!(render.features["gpu"], ["dep:wgpu", "dep:bytemuck"]);
    for (name, forwarded) in [("app", "terrella-render/gpu"), ("cli", "terrella-app/gpu")] {
        let package = package(&metadata, name);
        let default = package.features.get("default");
        let is_default = default.is_some_and(|own| own.iter().any(|feature| feature == "gpu"));
        assert!(!is_default, "{name}");
        assert_eq!(package.features["gpu"], [forwarded], "{name}");
    }
}

#[test]
fn videos_can_be_left_out() {
    let metadata = metadata();
    let exporters = package(&metadata, "exporters");
    let codec = exporters
        .dependencies
        .iter()
        .find(|dependency| dependency.name == "openh264");
    assert!(codec.expect("exporters know the codec").optional);
    assert_eq!(exporters.features["video"], ["dep:openh264"]);
    assert_eq!(
        package(&metadata, "app").features["video"],
        ["terrella-exporters/video"]
    );
    let cli = package(&metadata, "cli");
    assert_eq!(cli.features["video"], ["terrella-app/video"]);
    assert_eq!(cli.features["default"], ["video"]);
}

#[test]
fn there_is_one_version_of_what_must_be_one() {
    let metadata = metadata();
    for name in ONCE {
        let versions: BTreeSet<String> = metadata
            .packages
            .iter()
            .filter(|package| package.name.as_str() == *name)
            .map(|package| package.version.to_string())
            .collect();
        assert!(versions.len() <= 1, "{name} in versions {versions:?}");
    }
}
