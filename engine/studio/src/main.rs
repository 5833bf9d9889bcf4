//! The command `terrella-studio`.

use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use terrella_studio::project::Project;
use terrella_studio::script::Script;
use terrella_studio::session::Session;
use terrella_studio::window::{self, Options, Watch};

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

/// There is no window system or driver that would do (EX_UNAVAILABLE).
const NO_WINDOW: u8 = 69;
/// A bug ended the window (EX_SOFTWARE).
const BUG: u8 = 70;

fn main() -> ExitCode {
    let begun = Instant::now();
    let args = Args::parse();
    match open(args, begun) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn open(args: Args, begun: Instant) -> anyhow::Result<ExitCode> {
    // Before anything that catches the panics of worlds, which are not told here then.
    let panics = listen();
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
        return Ok(ExitCode::from(NO_WINDOW));
    }
    let watch = Watch::default();
    let options = Options {
        session,
        size: args.size,
        gallery: args.what.is_none() && script.is_none(),
        layout: script.is_none().then(layout).flatten(),
        script: script.as_deref().map(Script::new),
        watch: watch.clone(),
    };
    // Window systems and drivers that are missing are found out by trying: what they say becomes a sentence.
    if let Ok(mut panics) = panics.lock() {
        panics.watch = Some(watch.clone());
    }
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| window::run(options, begun)));
    match ended {
        Ok(exit) if exit.is_success() => Ok(ExitCode::SUCCESS),
        Ok(_) => Ok(ExitCode::from(1)),
        // It was told when it happened.
        Err(_) if watch.has_drawn() => Ok(ExitCode::from(BUG)),
        Err(_) => {
            let first = panics.lock().ok().and_then(|panics| panics.first.clone());
            let first = first.unwrap_or_else(|| "for a reason that it did not say".into());
            eprintln!(
                "error: the window could not be opened: {first}\n  it wants a display and Vulkan; software will do: apt-get install mesa-vulkan-drivers libvulkan1"
            );
            Ok(ExitCode::from(NO_WINDOW))
        }
    }
}

/// What panics have said.
#[derive(Default)]
struct Panics {
    /// The window, once it is tried to open it.
    watch: Option<Watch>,
    /// The first line of the first one while it was tried.
    first: Option<String>,
}

/// Takes over what is said of panics: before a frame is drawn it is kept, to be told as a window that cannot be opened; after that it is
/// a bug, told at once with its place, and the text is put aside before anything else can go wrong.
fn listen() -> Arc<Mutex<Panics>> {
    let panics = Arc::new(Mutex::new(Panics::default()));
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new({
        let panics = panics.clone();
        move |info| {
            let Ok(mut panics) = panics.try_lock() else { return };
            let Some(watch) = panics.watch.clone() else {
                return usual(info);
            };
            let payload = info.payload();
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
            let text = text.unwrap_or("for a reason that it did not say");
            if !watch.has_drawn() {
                panics
                    .first
                    .get_or_insert_with(|| text.lines().next().unwrap_or_default().to_string());
                return;
            }
            let place = info
                .location()
                .map_or_else(String::new, |place| format!(" at {place}"));
            eprintln!("error: a bug{place}: {text}\n  please report it with what you did before");
            match watch.put_aside() {
                Some(Ok(path)) => eprintln!("  the text that was not saved is in {}", path.display()),
                Some(Err(error)) => eprintln!("  the text that was not saved cannot be put aside: {error}"),
                None => {}
            }
        }
    }));
    panics
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
