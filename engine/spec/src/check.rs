//! What a parsed file must hold beyond its types: ranges, counts, names. Pairs of path and message.

use crate::dist::Dist;
use crate::limits;
use crate::run::{FORMAT, RunSpec};
use crate::scene::SceneSpec;
use crate::shape::Shape;
use std::collections::BTreeSet;

type Wrong = Vec<(String, String)>;

fn require(wrong: &mut Wrong, holds: bool, path: impl Into<String>, message: impl Into<String>) {
    if !holds {
        wrong.push((path.into(), message.into()));
    }
}

/// What is wrong in a run.
pub(crate) fn run(spec: &RunSpec) -> Wrong {
    let mut wrong = Vec::new();
    format(&mut wrong, spec.format);
    let episodes = 1..=limits::EPISODES;
    require(
        &mut wrong,
        episodes.contains(&spec.episodes),
        "episodes",
        format!("must be in 1..={}", limits::EPISODES),
    );
    if let Some(steps) = spec.steps {
        require(
            &mut wrong,
            (1..=limits::STEPS).contains(&steps),
            "steps",
            format!("must be in 1..={}", limits::STEPS),
        );
    }
    for side in spec.image_size {
        let message = format!("width and height must be in 1..={}", limits::IMAGE_SIDE);
        require(
            &mut wrong,
            (1..=limits::IMAGE_SIDE).contains(&side),
            "image_size",
            message,
        );
    }
    require(
        &mut wrong,
        (1..=4).contains(&spec.supersample),
        "supersample",
        "must be in 1..=4",
    );
    for (index, policy) in spec.policies.iter().enumerate() {
        let place = |field: &str| format!("policies[{index}].{field}");
        let weight = policy.weight.is_finite() && policy.weight >= 0.0;
        require(
            &mut wrong,
            weight,
            place("weight"),
            "must be a finite number, 0 or more",
        );
        require(
            &mut wrong,
            (0.0..=1.0).contains(&policy.epsilon),
            place("epsilon"),
            "must be in 0..=1",
        );
        let finite = policy.actions.iter().flatten().all(|value| value.is_finite());
        require(&mut wrong, finite, place("actions"), "must be finite numbers");
    }
    let weights: f64 = spec.policies.iter().map(|policy| policy.weight).sum();
    require(
        &mut wrong,
        spec.policies.is_empty() || weights > 0.0,
        "policies",
        "at least one weight must be above 0",
    );
    require(
        &mut wrong,
        spec.splits.len() <= limits::SPLITS,
        "splits",
        format!("at most {}", limits::SPLITS),
    );
    let mut names = BTreeSet::new();
    for (index, split) in spec.splits.iter().enumerate() {
        let place = |field: &str| format!("splits[{index}].{field}");
        let word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        let named = !split.name.is_empty() && split.name.chars().all(word) && split.name != "all";
        require(
            &mut wrong,
            named,
            place("name"),
            "wants lower-case letters, digits and _; `all` is reserved",
        );
        require(
            &mut wrong,
            names.insert(&split.name),
            place("name"),
            "two splits of one name",
        );
        let share = split.share.is_finite() && split.share >= 0.0;
        require(
            &mut wrong,
            share,
            place("share"),
            "must be a finite number, 0 or more",
        );
    }
    let shares: f64 = spec.splits.iter().map(|split| split.share).sum();
    require(
        &mut wrong,
        spec.splits.is_empty() || shares > 0.0,
        "splits",
        "at least one share must be above 0",
    );
    if let Some(size) = spec.files.shard_episodes {
        require(&mut wrong, size >= 1, "files.shard_episodes", "must be 1 or more");
    }
    wrong
}

/// What is wrong in a scene.
pub(crate) fn scene(spec: &SceneSpec) -> Wrong {
    let mut wrong = Vec::new();
    format(&mut wrong, spec.format);
    let name = !spec.name.is_empty()
        && spec
            .name
            .chars()
            .all(|letter| letter.is_alphanumeric() || "_-".contains(letter));
    require(&mut wrong, name, "name", "wants letters, digits, _ and -");
    let steps = (1..=limits::STEPS).contains(&spec.steps);
    require(
        &mut wrong,
        steps,
        "steps",
        format!("must be in 1..={}", limits::STEPS),
    );
    let world = &spec.world;
    let mut count = |have: usize, most: usize, path: &str| {
        require(
            &mut wrong,
            have <= most,
            path,
            format!("{have} of them; the limit is {most}"),
        );
    };
    count(world.bodies.len(), limits::BODIES, "world.bodies");
    count(world.joints.len(), limits::JOINTS, "world.joints");
    count(world.mechanisms.len(), limits::MECHANISMS, "world.mechanisms");
    count(world.cameras.len(), limits::CAMERAS, "world.cameras");
    require(
        &mut wrong,
        !world.bodies.is_empty(),
        "world",
        "a world wants at least one body",
    );
    let rates = (1..=1000).contains(&world.control_hz);
    require(&mut wrong, rates, "world.control_hz", "must be in 1..=1000");
    let step_hz = world.physics.step_hz();
    let multiple = world.control_hz > 0 && step_hz.is_multiple_of(world.control_hz) && step_hz <= 100_000;
    let message = format!(
        "{step_hz} physics steps a second must be a multiple of control_hz = {}",
        world.control_hz
    );
    require(&mut wrong, multiple, "world.control_hz", message);
    for (name, body) in &world.bodies {
        let numbers = shape_numbers(&body.shape);
        let message = format!("holds {numbers} numbers; the limit is {}", limits::SHAPE_NUMBERS);
        require(
            &mut wrong,
            numbers <= limits::SHAPE_NUMBERS,
            format!("world.bodies.{name}.shape"),
            message,
        );
        let positive = |dist: &Dist| dist.law.bounds().0 > 0.0;
        let place = |field: &str| format!("world.bodies.{name}.material.{field}");
        require(
            &mut wrong,
            positive(&body.material.density_kgpm3),
            place("density_kgpm3"),
            "must be above 0",
        );
        if let Some(mass) = &body.material.mass_kg {
            require(&mut wrong, positive(mass), place("mass_kg"), "must be above 0");
        }
        require(
            &mut wrong,
            body.material.friction.law.bounds().0 >= 0.0,
            place("friction"),
            "must be 0 or more",
        );
        let (low, high) = body.material.restitution.law.bounds();
        require(
            &mut wrong,
            low >= 0.0 && high <= 1.0,
            place("restitution"),
            "must be in 0..=1",
        );
    }
    for (name, camera) in &world.cameras {
        let (low, high) = camera.fov_deg.law.bounds();
        let place = |field: &str| format!("world.cameras.{name}.{field}");
        require(
            &mut wrong,
            low > 0.0 && high < 180.0,
            place("fov_deg"),
            "must be between 0 and 180 degrees",
        );
        if let Some(mount) = &camera.mount {
            let known = world.bodies.contains_key(mount);
            require(
                &mut wrong,
                known,
                place("mount"),
                format!("there is no body called `{mount}`"),
            );
        }
    }
    if let Some(goal) = &spec.goal {
        let known = world.bodies.contains_key(&goal.body);
        require(
            &mut wrong,
            known,
            "goal.body",
            format!("there is no body called `{}`", goal.body),
        );
    }
    wrong
}

fn format(wrong: &mut Wrong, format: u32) {
    let message = format!("format {format} is not known; this engine reads format {FORMAT}");
    require(wrong, format == FORMAT, "format", message);
}

fn shape_numbers(shape: &Shape<Dist>) -> usize {
    match shape {
        Shape::Hull { points_m } => 3 * points_m.len(),
        Shape::Mesh {
            vertices_m,
            triangles,
        } => 3 * (vertices_m.len() + triangles.len()),
        Shape::HeightField { heights_m, .. } => heights_m.len(),
        Shape::Compound { parts } => parts.iter().map(|part| shape_numbers(&part.shape)).sum(),
        _ => 3,
    }
}
