//! `terrella preview`: pictures of worlds before a dataset is made of them.

use crate::job::JobArgs;
use crate::table::bytes;
use clap::Args as ClapArgs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use terrella_app::pictures::{self, Film, Kind, Player, Rgb, SeenWorld, Show};
use terrella_app::registries::Registries;
use terrella_app::spec::seed::SeedPath;
use terrella_app::{AppError, RunKit};

/// Draw pictures of worlds, or a film of one
#[derive(ClapArgs, Debug)]
#[command(after_help = "Examples:
  terrella preview drop_bounce
  terrella preview door_passage --worlds 24 --seed 7 --cameras top --out doors.png
  terrella preview push_planar --film --episode 3 --policies scripted
  terrella preview linkage_control --episode 3 --size 320 --out linkage.gif

What is shown is what `terrella generate` with the same flags records.")]
pub struct Args {
    #[command(flatten)]
    job: JobArgs,
    /// The picture: .png for a sheet or a strip, .gif for an animation of one episode; NAME.png when absent
    #[arg(long, short)]
    out: Option<PathBuf>,
    /// How many worlds are on the sheet
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u64).range(1..=1000))]
    worlds: u64,
    /// The episode of a film, or the first one of a sheet
    #[arg(long, default_value_t = 0)]
    episode: u64,
    /// A film strip of one episode in place of a sheet of worlds
    #[arg(long)]
    film: bool,
    /// How many moments are on the strip
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=200))]
    frames: u32,
}

/// Runs the command.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let kit = args.job.resolve(PathBuf::new(), &Registries::default())?;
    let out = args
        .out
        .unwrap_or_else(|| PathBuf::from(format!("{}.png", kit.dataset.name)));
    let kind = pictures::kind_of(&out)?;
    check_episode(args.episode, kit.dataset.run.spec.episodes)?;
    let size = args
        .job
        .size
        .unwrap_or(viewing_size(kit.dataset.run.spec.image_size, kind));
    let name = &kit.dataset.name;
    if kind == Kind::Png && !args.film {
        let last = args
            .episode
            .saturating_add(args.worlds)
            .min(kit.dataset.run.spec.episodes);
        eprintln!("drawing episodes {} to {} of {name} ...", args.episode, last - 1);
        let sheet = sheet(&kit, args.episode..last, size)?;
        let file = pictures::png(&sheet)?;
        pictures::write(&out, &file)?;
        let count = last - args.episode;
        let what = format!("{count} world{} of {name}", if count == 1 { "" } else { "s" });
        crate::print(&said(&out, &what, [sheet.width, sheet.height], file.len()))?;
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("playing episode {} of {name} ...", args.episode);
    let attempt = kit.settle(args.episode)?;
    let seed = SeedPath {
        run: kit.dataset.run.spec.seed,
        episode: args.episode,
        attempt,
    };
    let show = Show {
        kit: &kit,
        seed,
        size,
        last_step: kit.dataset.run.steps(),
    };
    let made = make_film(&show, &out, kind, args.frames)?;
    crate::print(&made)?;
    Ok(ExitCode::SUCCESS)
}

/// A run's worlds on a page.
fn sheet(kit: &RunKit, episodes: Range<u64>, size: [u32; 2]) -> Result<Rgb, AppError> {
    let mut worlds = Vec::new();
    let mut cameras = Vec::new();
    for episode in episodes {
        let mut player = Player::start_episode(kit, episode, size)?;
        cameras = player.camera_names().to_vec();
        let pictures = player.moment().pictures;
        let plan = player.rollout.lane.plan();
        worlds.push(SeenWorld {
            episode,
            factors: plan.factors.clone(),
            ood: plan.ood.clone(),
            pictures,
        });
    }
    let note = format!("{} Seed {}.", kit.dataset.question, kit.dataset.run.spec.seed);
    let title = heading(&kit.dataset.title, &kit.dataset.name);
    Ok(pictures::world_sheet(&title, &note, &cameras, worlds))
}

/// Writes an episode as a film strip or an animation, and says what was made.
pub fn make_film(show: &Show<'_>, out: &Path, kind: Kind, frames: u32) -> anyhow::Result<String> {
    let (frames, size, bytes) = match kind {
        Kind::Png => {
            let strip = show.strip(frames)?;
            let frames = Film::steps(show.last_step, frames).len();
            (frames, [strip.width, strip.height], pictures::png(&strip)?)
        }
        Kind::Gif => {
            let made = show.animation()?;
            (made.frames, made.size, made.bytes)
        }
    };
    pictures::write(out, &bytes)?;
    let what = format!(
        "{frames} frames of episode {} of {}",
        show.seed.episode, show.kit.dataset.name
    );
    Ok(said(out, &what, size, bytes.len()))
}

/// The size at which a run's pictures are drawn for eyes, where nobody says: a whole multiple of the recorded one that
/// is at least 128 pixels wide or high, 256 in animations.
pub fn viewing_size([width, height]: [u32; 2], kind: Kind) -> [u32; 2] {
    let side = match kind {
        Kind::Png => 128u32,
        Kind::Gif => 256,
    };
    let factor = side.div_ceil(width.max(height).max(1));
    [width * factor, height * factor]
}

/// An error where an episode is none of the run's.
pub fn check_episode(episode: u64, episodes: u64) -> Result<(), AppError> {
    if episode < episodes {
        return Ok(());
    }
    let reason = format!(
        "there is no episode {episode}; there are 0 to {}",
        episodes.saturating_sub(1)
    );
    Err(AppError::run("--episode", reason))
}

/// What a run's worlds are called: a scene file may give them no other title than their name.
pub fn heading(title: &str, name: &str) -> String {
    if title == name {
        name.to_string()
    } else {
        format!("{title} ({name})")
    }
}

/// What was made, in a line.
pub fn said(out: &Path, what: &str, [width, height]: [u32; 2], size: usize) -> String {
    format!(
        "{}: {what}, {width} x {height} pixels, {}\n",
        out.display(),
        bytes(size as u64)
    )
}
