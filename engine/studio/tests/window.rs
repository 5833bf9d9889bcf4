//! The studio's window, under a virtual display with a GPU in software: `Xvfb` and Mesa's lavapipe.
//!
//! Where they are not installed these tests do nothing, unless `TERRELLA_WINDOW=required` (as CI says). `TERRELLA_GOLDENS=write` takes
//! the pictures of this run for right ones; look at them before.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Mean difference of pixels, of 255, up to which two pictures of the window are the same one: drivers round and smooth differently.
const TOLERANCE: f64 = 3.0;
/// A pixel that is off by more, of 255 in any of its colours, shows something else: an edge that is smoothed differently, or a thing that
/// is gone.
const OFF: u8 = 32;
/// The share of the pixels that may be off so.
const MOST_OFF: f64 = 0.01;

/// One window at a time: they are slow enough.
static ALONE: Mutex<()> = Mutex::new(());

/// A virtual display, ended when dropped.
struct Display {
    server: Child,
    name: String,
}

impl Drop for Display {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn driver() -> Option<PathBuf> {
    let folder = std::fs::read_dir("/usr/share/vulkan/icd.d").ok()?;
    let mut drivers: Vec<PathBuf> = folder.filter_map(|entry| Some(entry.ok()?.path())).collect();
    drivers.sort();
    drivers.into_iter().find(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("lvp_icd"))
    })
}

/// A display, or nothing where there can be none and none is required.
fn display() -> Option<Display> {
    let required = std::env::var("TERRELLA_WINDOW").is_ok_and(|word| word == "required");
    for number in 90 + std::process::id() % 400..600 {
        if Path::new(&format!("/tmp/.X{number}-lock")).exists() {
            continue;
        }
        let name = format!(":{number}");
        let started = Command::new("Xvfb")
            .args([&name, "-screen", "0", "1600x1000x24", "-nolisten", "tcp"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let server = match started {
            Ok(server) if driver().is_some() => server,
            _ if required => {
                panic!("Xvfb and lavapipe are required: apt-get install xvfb mesa-vulkan-drivers libvulkan1")
            }
            _ => return None,
        };
        let display = Display { server, name };
        let socket = format!("/tmp/.X11-unix/X{number}");
        let begun = Instant::now();
        while !Path::new(&socket).exists() {
            assert!(begun.elapsed() < Duration::from_secs(20), "Xvfb does not come up");
            std::thread::sleep(Duration::from_millis(50));
        }
        return Some(display);
    }
    panic!("no display number is free");
}

fn studio(display: Option<&Display>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terrella-studio"));
    command
        .env_remove("WAYLAND_DISPLAY")
        .env("XDG_RUNTIME_DIR", std::env::temp_dir());
    match display {
        Some(display) => command.env("DISPLAY", &display.name),
        None => command.env_remove("DISPLAY"),
    };
    if let Some(driver) = driver() {
        command.env("VK_DRIVER_FILES", driver);
    }
    command
}

/// Performs a script in a window of 1000 x 640 points, in `folder`.
fn perform(display: &Display, folder: &Path, script: &str, what: &[&str]) -> Output {
    let file = folder.join("script.txt");
    std::fs::write(&file, script).expect("the script is written");
    let output = studio(Some(display))
        .args(what)
        .args(["--size", "1000x640", "--script"])
        .arg(&file)
        .current_dir(folder)
        .output()
        .expect("the studio runs");
    assert!(
        output.status.success(),
        "{script}\nended with {:?}:\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn pixels(path: &Path) -> ([u32; 2], Vec<u8>) {
    let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file))
        .read_info()
        .expect("it is a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("it has a size")];
    let info = reader.next_frame(&mut bytes).expect("it has a picture");
    let channels = info.color_type.samples();
    let rgb = bytes[..info.buffer_size()]
        .chunks_exact(channels)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]);
    ([info.width, info.height], rgb.collect())
}

/// Compares a picture of the window with the golden one of the same name.
#[track_caller]
fn compare(folder: &Path, name: &str) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/goldens")
        .join(name);
    let made = folder.join(name);
    if std::env::var("TERRELLA_GOLDENS").is_ok_and(|word| word == "write") {
        std::fs::create_dir_all(golden.parent().expect("a folder")).expect("it is made");
        std::fs::copy(&made, &golden).expect("it is copied");
    }
    let ((size, wanted), (own_size, own)) = (pixels(&golden), pixels(&made));
    assert_eq!(size, own_size, "{name}");
    let sum: u64 = wanted
        .iter()
        .zip(&own)
        .map(|(one, other)| u64::from(one.abs_diff(*other)))
        .sum();
    let mean = sum as f64 / wanted.len() as f64;
    assert!(mean < TOLERANCE, "{name} differs by {mean:.2} of 255 on average");
    let pixels = wanted.as_chunks::<3>().0.iter().zip(own.as_chunks::<3>().0);
    let count = pixels.len();
    let off = pixels
        .filter(|(one, other)| {
            one.iter()
                .zip(*other)
                .any(|(one, other)| one.abs_diff(*other) > OFF)
        })
        .count();
    let share = off as f64 / count as f64;
    println!(
        "{name}: {mean:.3} of 255 on average, {:.3} % of the pixels are off",
        100.0 * share
    );
    assert!(
        share < MOST_OFF,
        "{name}: {:.2} % of its pixels are off",
        100.0 * share
    );
}

#[test]
fn without_a_display_one_sentence_says_so() {
    let output = studio(None).arg("drop_bounce").output().expect("the studio runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(69), "{said}");
    assert!(said.starts_with("error: there is no display"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_display_that_is_not_there_is_a_sentence_and_no_panic() {
    let output = studio(None)
        .env("DISPLAY", ":7654")
        .arg("drop_bounce")
        .output()
        .expect("the studio runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(69), "{said}");
    assert!(said.contains("error:"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn without_vulkan_one_sentence_says_so() {
    let _alone = ALONE.lock();
    let Some(display) = display() else { return };
    let output = studio(Some(&display))
        .env("VK_DRIVER_FILES", "/nowhere.json")
        .arg("drop_bounce")
        .output()
        .expect("the studio runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(69), "{said}");
    assert!(said.contains("Vulkan"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_family_that_is_not_there_is_an_error_before_any_window() {
    let output = studio(None).arg("drop_bonce").output().expect("the studio runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("drop_bonce"), "{said}");
}

#[test]
fn every_preset_opens_and_plays_sixty_steps() {
    let _alone = ALONE.lock();
    let Some(display) = display() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let families = terrella_app::registries::Registries::default();
    let mut script = String::new();
    for family in &families.families.0 {
        let name = family.card().name;
        script += &format!("open {name}\nwait 2\nplay 60\nexpect step 60\nexpect problems 0\nwait 2\n");
    }
    perform(&display, folder.path(), &script, &["drop_bounce"]);
}

#[test]
fn a_body_is_moved_with_the_handles_undone_and_saved() {
    let _alone = ALONE.lock();
    let Some(display) = display() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let scene = "name = \"boxes\" # two of them\n[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\n\n[world.bodies.box]\nshape.box.half_extents_m = [0.2, 0.2, 0.2]\nposition_m = [0, 0, 0.2]\npaint.color = [0.8, 0.4, 0.2]\n\n[world.cameras.main]\nposition_m = [0, -3, 1.6]\nlook_at_m = [0, 0, 0.3]\n";
    std::fs::write(folder.path().join("boxes.toml"), scene).expect("it is written");
    let script = "\
        expect bodies 2\nrun look at selection\nwait 4\nclick 480 270\nexpect selected world.bodies.box\nrun home\nrun own axes\nwait 4\nscreenshot selected.png\ndrag 60 0\nexpect dirty true\n\
        screenshot moved.png\nsave moved.toml\nrun undo\nexpect dirty true\nexpect text position_m = [0, 0, 0.2]\nsave undone.toml\n";
    perform(&display, folder.path(), script, &["boxes.toml"]);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("it is saved");
    assert_eq!(read("undone.toml"), scene);
    let moved = read("moved.toml");
    let lines: Vec<(&str, &str)> = scene
        .lines()
        .zip(moved.lines())
        .filter(|(old, new)| old != new)
        .collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].0.starts_with("position_m = [0, 0, 0.2]"), "{lines:?}");
    compare(folder.path(), "selected.png");
    assert_ne!(
        pixels(&folder.path().join("selected.png")).1,
        pixels(&folder.path().join("moved.png")).1
    );
}

#[test]
fn handles_snap_by_the_step_that_is_set() {
    let _alone = ALONE.lock();
    let Some(display) = display() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let scene = "name = \"box\"\n[world.bodies.box]\nshape.box.half_extents_m = [0.2, 0.2, 0.2]\nposition_m = [0.125, 0, 0.2]\n\n[world.cameras.main]\nposition_m = [0, -3, 1.6]\nlook_at_m = [0, 0, 0.3]\n";
    std::fs::write(folder.path().join("box.toml"), scene).expect("it is written");
    let script = "select world.bodies.box\nsnap 0.25 30 0.5\nrun snap\nwait 4\ndrag 60 0\nexpect dirty true\nsave snapped.toml\n";
    perform(&display, folder.path(), script, &["box.toml"]);
    let snapped = std::fs::read_to_string(folder.path().join("snapped.toml")).expect("it is saved");
    let x = snapped
        .split("position_m = [")
        .nth(1)
        .and_then(|rest| rest.split(',').next());
    let x: f32 = x.and_then(|x| x.parse().ok()).expect("it has a place");
    let steps = (x - 0.125) / 0.25;
    assert!(
        steps >= 1.0 && (steps - steps.round()).abs() < 1e-3,
        "it is at {x}"
    );
}

#[test]
fn handles_move_along_every_axis_and_turn_and_scale() {
    let _alone = ALONE.lock();
    let Some(display) = display() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let scene = "name = \"box\"\n[world.bodies.box]\nshape.box.half_extents_m = [0.2, 0.2, 0.2]\nposition_m = [0, 0, 0.25]\nrotation.rpy_deg = [0, 0, 0]\n\n[world.cameras.main]\nposition_m = [0.5, -3, 2.5]\nlook_at_m = [0, 0, 0.3]\n";
    std::fs::write(folder.path().join("box.toml"), scene).expect("it is written");
    let script = "select world.bodies.box\nrun home\nwait 4\n\
        drag y 10 -50\nsave y.toml\nrun undo\nwait 4\ndrag z 0 -50\nsave z.toml\nrun undo\n\
        run rotate\nwait 4\ndrag z 50 0\nsave turned.toml\nrun undo\nrun scale\nwait 4\ndrag x 60 0\nsave scaled.toml\n";
    perform(&display, folder.path(), script, &["box.toml"]);
    let numbers = |file: &str, field: &str| -> [f32; 3] {
        let text = std::fs::read_to_string(folder.path().join(file)).expect("it is saved");
        let list = text.split(&format!("{field} = [")).nth(1).expect("it is there");
        let list = list.split(']').next().expect("it ends");
        let numbers = list
            .split(',')
            .map(|number| number.trim().parse().expect("a number"));
        numbers.collect::<Vec<f32>>().try_into().expect("three of them")
    };
    let [x, y, z] = numbers("y.toml", "position_m");
    assert!(x == 0.0 && y > 0.05 && z == 0.25, "{x} {y} {z}");
    let [x, y, z] = numbers("z.toml", "position_m");
    assert!(x == 0.0 && y == 0.0 && z > 0.3, "{x} {y} {z}");
    let [roll, pitch, yaw] = numbers("turned.toml", "rpy_deg");
    assert!(
        roll == 0.0 && pitch == 0.0 && yaw.abs() > 3.0,
        "{roll} {pitch} {yaw}"
    );
    assert_eq!(numbers("turned.toml", "position_m"), [0.0, 0.0, 0.25]);
    let [x, y, z] = numbers("scaled.toml", "half_extents_m");
    assert!(x > 0.21 && y == 0.2 && z == 0.2, "{x} {y} {z}");
}

/// It was told as a display that is not there, without its place, and the text was lost.
#[test]
fn a_bug_is_told_with_its_place_and_leaves_the_text() {
    let _alone = ALONE.lock();
    let Some(display) = display() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let scene = "name = \"one\"\n[world.bodies.one]\nshape.ball.radius_m = 0.1\n[world.cameras.main]\nposition_m = [0, -3, 1]\nlook_at_m = [0, 0, 0]\n";
    std::fs::write(folder.path().join("one.toml"), scene).expect("it is written");
    let script = folder.path().join("script.txt");
    let lines = "select world.bodies.one\nrun duplicate\nexpect text one_2\nwait 3\npanic\n";
    std::fs::write(&script, lines).expect("it is written");
    let output = studio(Some(&display))
        .args(["one.toml", "--size", "1000x640", "--script", "script.txt"])
        .current_dir(folder.path())
        .output()
        .expect("the studio runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(70), "{said}");
    assert!(
        said.contains("error: a bug at engine/studio/src/script.rs"),
        "{said}"
    );
    let left = std::fs::read_to_string(folder.path().join("one.toml.autosave"));
    assert!(left.expect("it is put aside").contains("one_2"), "{said}");
}

#[test]
fn a_script_tells_how_long_frames_take() {
    let _alone = ALONE.lock();
    let Some(display) = display() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let output = perform(&display, folder.path(), "time 5\n", &["drop_bounce"]);
    let said = String::from_utf8_lossy(&output.stdout);
    let has = |begin: &str, holds: &str| {
        said.lines()
            .any(|line| line.starts_with(begin) && line.contains(holds))
    };
    assert!(has("start ", " s"), "{said}");
    assert!(has("5 frames: ", "of it work"), "{said}");
}

#[test]
fn the_window_looks_as_it_did() {
    let _alone = ALONE.lock();
    let Some(display) = display() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let script = "\
        policy scripted\nplay 20\nselect world.bodies.floor\nscreenshot drop_bounce.png\n\
        open door_passage\npolicy scripted\nplay 30\ntab Worlds\ntab Plots\nrun joints\nrun cameras\nscreenshot door_passage.png\n\
        run keys and commands\nscreenshot help.png\n";
    perform(&display, folder.path(), script, &["drop_bounce"]);
    for name in ["drop_bounce.png", "door_passage.png", "help.png"] {
        compare(folder.path(), name);
    }
}
