//! What is wrong in a scene.

use super::{Wrong, camera, fault, format, liquid, look, name_length, physics, shape, soft};
use crate::dist::Dist;
use crate::limits::Limits;
use crate::run::RunSpec;
use crate::scene::SceneSpec;
use crate::world::{Body, Mechanism, World};
use std::collections::BTreeSet;

/// What is wrong in a scene.
pub(crate) fn scene(spec: &SceneSpec, limits: &Limits) -> Wrong {
    let mut wrong = Wrong::default();
    format(&mut wrong, spec.format);
    let word = |letter: char| letter.is_alphanumeric() || "_-".contains(letter);
    wrong.require(
        spec.name.chars().all(word),
        "name",
        "wants letters, digits, _ and -",
    );
    name_length(&mut wrong, &spec.name, "name");
    wrong.within(u64::from(spec.steps), limits.steps, "steps", "steps");
    let world = &spec.world;
    counts(&mut wrong, world, limits);
    names(&mut wrong, world);
    rates(&mut wrong, world);
    for (name, own) in &world.bodies {
        body(&mut wrong, name, own, limits);
    }
    agents(&mut wrong, world);
    traffic(&mut wrong, world, limits);
    liquid::liquids(&mut wrong, world, limits);
    fault::faults(&mut wrong, world);
    soft::softs(&mut wrong, world, limits);
    camera::cameras(&mut wrong, world);
    look::look(&mut wrong, world);
    if let Some(goal) = &spec.goal {
        let known = world.bodies.contains_key(&goal.body);
        wrong.require(
            known,
            "goal.body",
            format!("there is no body called `{}`", goal.body),
        );
    }
    wrong
}

/// What is wrong in the cameras that a run adds; whether their bodies are there, the worlds tell.
pub(super) fn run_cameras(wrong: &mut Wrong, spec: &RunSpec, limits: &Limits) {
    wrong.count(
        spec.extra_cameras.len(),
        limits.cameras,
        "extra_cameras",
        "cameras",
    );
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    for (name, camera) in &spec.extra_cameras {
        let path = format!("extra_cameras.{name}");
        name_length(wrong, name, &path);
        wrong.require(
            name.chars().all(word),
            &path,
            "the name becomes a column: it wants letters, digits and _",
        );
        let fov = f64::from(camera.fov_deg);
        field_of_view(wrong, (fov, fov), format!("{path}.fov_deg"));
        camera::mounted(wrong, camera, &path);
        let [eye, target, up] = [camera.position_m, camera.look_at_m, camera.up];
        let finite = [eye, target, up].iter().flatten().all(|value| value.is_finite());
        wrong.require(finite, &path, "wants finite numbers");
    }
}

fn field_of_view(wrong: &mut Wrong, (low, high): (f64, f64), place: String) {
    wrong.require(
        low > 0.0 && high < 180.0,
        place,
        "must be between 0 and 180 degrees",
    );
}

fn counts(wrong: &mut Wrong, world: &World<Dist>, limits: &Limits) {
    let mut count = |have: usize, most: u64, what: &str, limit: &str| {
        wrong.count(have, most, format!("world.{what}"), limit);
    };
    count(world.bodies.len(), limits.bodies, "bodies", "bodies");
    count(world.joints.len(), limits.joints, "joints", "joints");
    count(
        world.mechanisms.len(),
        limits.mechanisms,
        "mechanisms",
        "mechanisms",
    );
    count(world.agents.len(), limits.mechanisms, "agents", "mechanisms");
    count(world.faults.len(), limits.mechanisms, "faults", "mechanisms");
    count(world.cameras.len(), limits.cameras, "cameras", "cameras");
    count(world.lidars.len(), limits.cameras, "lidars", "cameras");
    count(world.images.len(), limits.images, "images", "images");
    count(world.observe.len(), limits.observed, "observe", "observed");
    count(
        world.agents_observe.len(),
        limits.observed,
        "agents_observe",
        "observed",
    );
    wrong.require(
        !world.bodies.is_empty(),
        "world",
        "a world wants at least one body",
    );
}

/// Names become columns, factors and lines on a terminal.
fn names(wrong: &mut Wrong, world: &World<Dist>) {
    let mut all = |table: &str, name: &str| {
        let path = format!("world.{table}.{name}");
        name_length(wrong, name, &path);
        let printed = !name.chars().any(char::is_control);
        wrong.require(printed, &path, "a name holds no control characters");
    };
    world.bodies.keys().for_each(|name| all("bodies", name));
    world.joints.keys().for_each(|name| all("joints", name));
    world.mechanisms.keys().for_each(|name| all("mechanisms", name));
    world.agents.keys().for_each(|name| all("agents", name));
    world.faults.keys().for_each(|name| all("faults", name));
    world.liquids.keys().for_each(|name| all("liquids", name));
    world.softs.keys().for_each(|name| all("softs", name));
    world.cameras.keys().for_each(|name| all("cameras", name));
    world.lidars.keys().for_each(|name| all("lidars", name));
    world.lights.keys().for_each(|name| all("lights", name));
    world.images.keys().for_each(|name| all("images", name));
}

/// Agents have mechanisms of the world, and no mechanism has two agents. Where nobody acts for itself, nobody senses for itself.
fn agents(wrong: &mut Wrong, world: &World<Dist>) {
    let mut taken = BTreeSet::new();
    for (name, mechanisms) in &world.agents {
        for (index, mechanism) in mechanisms.iter().enumerate() {
            let path = format!("world.agents.{name}[{index}]");
            wrong.require(
                world.mechanisms.contains_key(mechanism),
                &path,
                format!("there is no mechanism called `{mechanism}`"),
            );
            wrong.require(
                taken.insert(mechanism),
                &path,
                format!("`{mechanism}` has an agent already: name it once"),
            );
        }
    }
    wrong.require(
        world.agents_observe.is_empty() || !world.agents.is_empty(),
        "world.agents_observe",
        "there are no agents: name them in world.agents, or take world.observe",
    );
}

/// Traffic has room for its agents, and for no more than a world may have bodies: columns are as wide.
fn traffic(wrong: &mut Wrong, world: &World<Dist>, limits: &Limits) {
    for (name, mechanism) in &world.mechanisms {
        let Mechanism::Traffic {
            agents,
            slots: Some(slots),
            ..
        } = mechanism
        else {
            continue;
        };
        let path = format!("world.mechanisms.{name}.traffic.slots");
        let reason = format!("has no room for the {} agents", agents.len());
        wrong.require(agents.len() <= *slots as usize, &path, reason);
        wrong.within(u64::from(*slots), limits.bodies, &path, "bodies");
    }
}

fn rates(wrong: &mut Wrong, world: &World<Dist>) {
    let control_hz = world.control_hz;
    let rates = (1..=1000).contains(&control_hz);
    wrong.require(rates, "world.control_hz", "must be in 1..=1000");
    physics(wrong, Some(world.physics), "world.physics.step_hz");
    let step_hz = world.physics.step_hz();
    wrong.require(
        !rates || step_hz.is_multiple_of(control_hz),
        "world.control_hz",
        format!("{step_hz} physics steps a second must be a multiple of control_hz = {control_hz}"),
    );
}

fn body(wrong: &mut Wrong, name: &str, body: &Body<Dist>, limits: &Limits) {
    shape::shape(wrong, &format!("world.bodies.{name}.shape"), &body.shape, limits);
    let place = |field: &str| format!("world.bodies.{name}.material.{field}");
    let material = &body.material;
    let positive = |dist: &Dist| dist.bounds().0 > 0.0;
    wrong.require(
        positive(&material.density_kgpm3),
        place("density_kgpm3"),
        "must be above 0",
    );
    if let Some(mass) = &material.mass_kg {
        wrong.require(positive(mass), place("mass_kg"), "must be above 0");
    }
    wrong.require(
        material.friction.bounds().0 >= 0.0,
        place("friction"),
        "must be 0 or more",
    );
    let (low, high) = material.restitution.bounds();
    wrong.require(
        low >= 0.0 && high <= 1.0,
        place("restitution"),
        "must be in 0..=1",
    );
}
