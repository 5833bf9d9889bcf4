//! The command `terrella-studio`.

use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;
use terrella_studio::project::Project;
use terrella_studio::script::Script;
use terrella_studio::session::Session;
use terrella_studio::window::{self, Options};

/// Edit a scene, play it, see what the model will see
#[derive(Parser, Debug)]
#[command(
    name = "terrella-studio",
    version,
    after_help = "Examples:
  terrella-studio                       # a gallery of families
  terrella-studio drop_bounce           # worlds of a family
  terrella-studio my_scene.toml         # a scene
  terrella-studio data/drop             # a dataset

F1 shows all keys. Needs a display and Vulkan (software will do: mesa-vulkan-drivers)."
)]
struct Args {
    /// A family, a scene or run file, or a dataset's folder; the gallery when absent
    #[arg(value_name = "SCENE.toml|FAMILY|DATASET")]
    what: Option<PathBuf>,
    /// Size of the window
    #[arg(long, default_value = "1280x800", value_parser = size)]
    size: [u32; 2],
    /// Do what a script says, a command a line, and leave: for pictures of the window and tests
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
}

fn size(text: &str) -> Result<[u32; 2], String> {
    let sides = text
        .split_once('x')
        .and_then(|(width, height)| Some([width.parse().ok()?, height.parse().ok()?]));
    sides
        .filter(|sides: &[u32; 2]| sides.iter().all(|side| (200..=16384).contains(side)))
        .ok_or_else(|| format!("`{text}` is no size; write 1280x800"))
}

fn main() -> ExitCode {
    let args = Args::parse();
    match open(args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn open(args: Args) -> anyhow::Result<ExitCode> {
    let mut session = Session::new(Project::empty());
    if args.script.is_none() {
        session.home = folder("XDG_STATE_HOME", ".local/state");
        session.look_for_left();
    }
    if let Some(what) = &args.what {
        session.open_path(what)?;
    }
    let script = args.script.as_deref().map(std::fs::read_to_string).transpose()?;
    if let Err(reason) = display() {
        eprintln!("error: {reason}");
        return Ok(ExitCode::from(69));
    }
    let options = Options {
        session,
        size: args.size,
        gallery: args.what.is_none() && script.is_none(),
        layout: script.is_none().then(layout).flatten(),
        script: script.as_deref().map(Script::new),
    };
    // Window systems and drivers that are missing are found out by trying: what they say becomes a sentence.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| window::run(options)));
    std::panic::set_hook(hook);
    match ended {
        Ok(exit) if exit.is_success() => Ok(ExitCode::SUCCESS),
        Ok(_) => Ok(ExitCode::from(1)),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()));
            let first = text
                .as_deref()
                .and_then(|text| text.lines().next())
                .unwrap_or("for a reason that it did not say")
                .to_string();
            eprintln!(
                "error: the window could not be opened or kept: {first}\n  it wants a display and Vulkan; software will do: apt-get install mesa-vulkan-drivers libvulkan1"
            );
            Ok(ExitCode::from(69))
        }
    }
}

/// The studio's folder below the one that a variable names, or below the home where it is not set.
fn folder(variable: &str, below_home: &str) -> Option<PathBuf> {
    let own = std::env::var_os(variable).map(PathBuf::from);
    let own = own.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(below_home)))?;
    Some(own.join("terrella"))
}

/// Where the layout of the panels is kept.
fn layout() -> Option<PathBuf> {
    Some(folder("XDG_CONFIG_HOME", ".config")?.join("studio-layout.json"))
}

/// An error where there is no display.
fn display() -> Result<(), String> {
    if cfg!(target_os = "linux") && std::env::var_os("DISPLAY").is_none_or(|display| display.is_empty()) {
        return Err("there is no display: DISPLAY is not set. Run it on a desktop, or under a virtual one: xvfb-run terrella-studio".into());
    }
    Ok(())
}
