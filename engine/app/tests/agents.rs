//! Several agents: each has its own observation, action and reward, and so have those who drive in the traffic.

mod made;

use serde_json::{Value, json};
use std::path::Path;
use terrella_app::record::episode::Episode;
use terrella_app::registries::Registries;
use terrella_app::sense::column::{Column, Values};
use terrella_app::spec::columns::Extent;
use terrella_app::spec::run::{PolicySpec, RunSpec, WorldSource};
use terrella_app::{AppError, RunKit};

const STEPS: u32 = 80;
const AGENTS: [&str; 4] = ["player", "chaser", "blocker", "collector"];

fn kit(world: WorldSource, sensors: &[&str], root: &Path) -> Result<RunKit, AppError> {
    let mut spec = RunSpec::new(world);
    (spec.episodes, spec.steps, spec.seed) = (4, Some(STEPS), 5);
    spec.sensors = sensors.iter().map(|name| name.to_string()).collect();
    spec.policies = vec![PolicySpec::new("scripted", 1.0)];
    RunKit::resolve(spec, None, root.into(), &Registries::default())
}

fn of_family(family: &str, sensors: &[&str], root: &Path) -> RunKit {
    kit(WorldSource::Family(family.into()), sensors, root).expect("it resolves")
}

fn column<'a>(episode: &'a Episode, name: &str) -> &'a Column {
    let column = episode.columns.iter().find(|column| column.spec.name == name);
    column.unwrap_or_else(|| panic!("{name} is recorded"))
}

/// The rows of a column.
fn rows(column: &Column) -> Vec<&[f32]> {
    let Values::Float32(values) = &column.values else {
        panic!("{} is of floats", column.spec.name);
    };
    values.chunks(values.len() / (STEPS as usize + 1)).collect()
}

/// The rows of an item of a matrix.
fn item(column: &Column, index: usize) -> Vec<&[f32]> {
    let Extent::Grid(_, width) = column.spec.extent else {
        panic!("{} is a matrix", column.spec.name);
    };
    let own = index * width..(index + 1) * width;
    rows(column).into_iter().map(|row| &row[own.clone()]).collect()
}

fn place(names: &[String], name: &str) -> usize {
    let place = names.iter().position(|known| known == name);
    place.unwrap_or_else(|| panic!("{name} is an element"))
}

#[test]
fn agents_of_a_game_have_columns_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let kit = of_family("game_arena", &["bodies"], folder.path());
    made::make(&kit, |_| {});
    let info = std::fs::read(folder.path().join("meta/info.json")).expect("info.json");
    let info: Value = serde_json::from_slice(&info).expect("JSON");
    let [action, own, observed] =
        ["action", "agents.action", "agents.observation"].map(|name| &info["features"][name]);
    assert_eq!(info["features"]["agents.reward"]["names"], json!(AGENTS));
    assert_eq!(own["shape"], json!([4, 5]));
    assert_eq!(own["names"], json!(["move_x", "move_y", "jump", "use", "throw"]));
    let width = observed["names"].as_array().expect("names").len();
    assert_eq!(observed["shape"], json!([4, width]));
    // The means of matrices are matrices.
    let stats = std::fs::read(folder.path().join("meta/stats.json")).expect("stats.json");
    let stats: Value = serde_json::from_slice(&stats).expect("JSON");
    let mean = stats["agents.action"]["mean"].as_array().expect("a matrix");
    assert_eq!(mean.len(), 4);
    assert!(
        mean.iter()
            .all(|row| row.as_array().is_some_and(|row| row.len() == 5))
    );

    for number in 0..4 {
        let episode = made::record(&kit, number);
        let flat = column(&episode, "action");
        let mut moved = 0;
        for (index, agent) in AGENTS.into_iter().enumerate() {
            let channels: Vec<usize> = action["agents"][agent]
                .as_array()
                .expect("channels")
                .iter()
                .map(|name| place(&flat.spec.names, name.as_str().expect("a name")))
                .collect();
            let own = item(column(&episode, "agents.action"), index);
            for (all, own) in rows(flat).into_iter().zip(own) {
                let mut slice: Vec<f32> = channels.iter().map(|channel| all[*channel]).collect();
                slice.resize(5, 0.0);
                assert_eq!(own, slice, "{agent}");
            }
            moved += usize::from(observes_its_way(&episode, index));
        }
        assert!(moved >= 1, "nobody moved in episode {number}");
    }
}

/// Checks that an agent observes where it is, in every row, and where the player is from there. True where it moved.
fn observes_its_way(episode: &Episode, index: usize) -> bool {
    let column_of = column(episode, "agents.observation");
    let names = &column_of.spec.names;
    let [x, from] = ["self.position.x", "player.position_from_self.x"].map(|name| place(names, name));
    let body = place(&episode.meta.body_names, AGENTS[index]);
    let player = place(&episode.meta.body_names, "player");
    let own = item(column_of, index);
    for (seen, bodies) in own.iter().zip(rows(column(episode, "bodies"))) {
        let at = |body: usize| bodies[13 * body];
        assert_eq!(seen[x], at(body), "{}", AGENTS[index]);
        assert_eq!(seen[from], at(player) - at(body), "{}", AGENTS[index]);
    }
    (own[0][x] - own[STEPS as usize][x]).abs() > 0.3
}

/// The acceleration that is recorded is the one that changes the speed of a car that follows another.
#[test]
fn agents_of_traffic_have_columns_of_their_own() {
    let kit = of_family("drive_road", &["traffic", "bodies"], Path::new("nowhere"));
    let (mut follows, mut braked) = (0, 0);
    for number in 0..4 {
        let episode = made::record(&kit, number);
        let [observation, action, reward] =
            ["observation", "action", "reward"].map(|name| column(&episode, &format!("traffic.{name}")));
        assert_eq!(observation.spec.extent, Extent::Grid(36, 21));
        assert_eq!(action.spec.extent, Extent::Grid(36, 3));
        assert_eq!(reward.spec.extent, Extent::Fixed(36));
        let [exists, follow, crashed, velocity, body_x] =
            ["exists", "follows", "crashed", "vx", "px"].map(|name| place(&observation.spec.names, name));
        let agents: Vec<&String> = (episode.meta.body_names.iter())
            .filter(|name| name.starts_with("agent") || name.starts_with("pedestrian"))
            .collect();
        for slot in 0..36 {
            let (seen, told) = (item(observation, slot), item(action, slot));
            let there = if slot < agents.len() { 1.0 } else { 0.0 };
            assert!(seen.iter().all(|row| row[exists] == there), "slot {slot}");
            if there == 0.0 {
                assert!(
                    seen.concat()
                        .iter()
                        .chain(&told.concat())
                        .all(|number| *number == 0.0)
                );
                continue;
            }
            let body = place(&episode.meta.body_names, agents[slot]);
            let bodies = rows(column(&episode, "bodies"));
            assert!(
                seen.iter()
                    .zip(bodies)
                    .all(|(row, bodies)| row[body_x] == bodies[13 * body])
            );
            for step in 0..STEPS as usize {
                let speed = |row: usize| {
                    let [x, y, z] = [0, 1, 2].map(|axis| seen[row][velocity + axis]);
                    (x * x + y * y + z * z).sqrt()
                };
                let (before, after) = (speed(step), speed(step + 1));
                let aside = told[step][1].abs() > 0.01;
                if seen[step + 1][crashed] == 1.0 || aside || before < 0.5 || after < 0.5 {
                    continue;
                }
                let gained = (after - before) * kit.dataset.fps as f32;
                assert!(
                    (gained - told[step][0]).abs() < 0.02,
                    "{gained}, {:?}",
                    told[step]
                );
                follows += usize::from(seen[step][follow] == 1.0);
                braked += usize::from(told[step][0] < -0.5);
            }
            assert!(rows(reward).iter().map(|row| row[slot]).sum::<f32>() > -11.0);
        }
    }
    assert!(follows > 100 && braked > 20, "{follows}, {braked}");
}

/// What only some worlds have is no column of all.
#[test]
fn where_families_are_mixed_agents_have_rewards_only() {
    let families = || WorldSource::Families(["game_arena", "drive_road"].map(String::from).to_vec());
    let mixed = kit(families(), &["bodies"], Path::new("nowhere")).expect("it resolves");
    let names: Vec<&str> = (mixed.dataset.columns.iter())
        .map(|column| column.name.as_str())
        .filter(|name| name.starts_with("agents."))
        .collect();
    assert_eq!(names, ["agents.reward"]);
    let refused = kit(families(), &["traffic"], Path::new("nowhere"));
    let error = refused.err().expect("no schema has both").to_string();
    assert!(error.contains("traffic.observation"), "{error}");
}
