//! `terrella render`: a dataset with other pictures, drawn from what it records of its worlds.

use crate::generate::summary;
use crate::job::{images, renderer, say_who_draws, size};
use crate::work::{self, Ended, Resources};
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use terrella_app::batch::{Report, Work};
use terrella_app::cameras::PICTURES;
use terrella_app::pictures::stored;
use terrella_app::recorded::Recorded;
use terrella_app::registries::Registries;
use terrella_app::spec::run::{ImageFormat, RendererKind, ResolvedRun};
use terrella_app::spec::world::Camera;
use terrella_app::{AppError, RunKit};

/// Draw a dataset's recorded worlds: its rows and columns, with other pictures
#[derive(ClapArgs, Debug)]
#[command(after_help = "Examples:
  terrella render data/states --out data/pictures --size 128
  terrella render data/states --out data/seen --sensors rgb,depth,segmentation --images jpeg
  terrella render data/drop --out data/large --cameras side --size 320x240 --supersample 3
  terrella render data/drop --out data/above --camera above=0,0,4:0,0,0:60

A dataset that was made with `--sensors bodies,...` and no pictures is small and quick to make: its worlds are drawn from
the recorded poses of their bodies, without simulating, and the pictures are those that would have been stored. The new
dataset is that of the run with these sensors: verify, repair and generate know it as such. Where poses were not recorded,
the worlds are simulated again, and must come out as they are recorded.
Stopped at any moment, the same command goes on where it was and ends with the same bytes.")]
pub struct Args {
    /// The dataset that is drawn
    dataset: PathBuf,
    /// The new dataset's folder: new, empty, or holding the same, which is then gone on with
    #[arg(long, short)]
    out: PathBuf,
    /// Cameras to record, by name; those of the dataset and of --camera when absent
    #[arg(long, value_delimiter = ',')]
    cameras: Option<Vec<String>>,
    /// A camera of one's own: where it is, what it looks at (m), and its vertical field of view (degrees; 50 when absent)
    #[arg(long = "camera", value_name = "NAME=X,Y,Z:TX,TY,TZ[:FOV]", value_parser = camera)]
    added: Vec<(String, Camera<f32>)>,
    /// Size of pictures: 64, or 320x240; the dataset's when absent
    #[arg(long, value_parser = size)]
    size: Option<[u32; 2]>,
    /// Which pictures: rgb, depth, segmentation; those of the dataset, or rgb where it has none
    #[arg(long, value_delimiter = ',')]
    sensors: Option<Vec<String>>,
    /// How pictures are stored: ppm, png, jpeg (lossy), qoi, mp4 (lossy videos); as in the dataset when absent
    #[arg(long, value_name = "FORMAT", value_parser = images)]
    images: Option<ImageFormat>,
    /// Samples along each side of a pixel, 1 to 4; the dataset's when absent
    #[arg(long)]
    supersample: Option<u32>,
    /// What draws: cpu, gpu, or auto for the GPU where there is one that can; the dataset's when absent
    #[arg(long, value_name = "NAME", value_parser = renderer)]
    renderer: Option<RendererKind>,
    #[command(flatten)]
    resources: Resources,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// No progress bar
    #[arg(long, short)]
    quiet: bool,
}

/// Runs the command.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let dataset = stored::open(&args.dataset)?;
    stored::check_files(&dataset)?;
    let run = run_of(&args, &dataset.manifest().run)?;
    let mut kit = RunKit::resolve(run.spec, run.scene, args.out.clone(), &Registries::default())?;
    if !args.quiet {
        say_who_draws(&kit);
    }
    let recorded = Recorded::new(dataset);
    recorded.take_versions(&mut kit)?;
    let drawn = recorded.has_poses();
    kit.recorded = Some(Arc::new(recorded));
    let kit = Arc::new(kit);
    let how = if drawn {
        "drawn from recorded poses, nothing is simulated"
    } else {
        "the poses of bodies are not recorded: the worlds are simulated again (record `bodies` to draw without)"
    };
    if !args.quiet && !args.json {
        crate::complain(&format!("{}: {how}", args.dataset.display()));
    }
    let Ended { report, secs } = match work::run(&kit, Work::Run, &args.resources, !args.quiet && !args.json)?
    {
        Ok(ended) => ended,
        Err(code) => return Ok(code),
    };
    let Report {
        outcome, progress, ..
    } = report;
    let Some(finished) = outcome? else {
        return Ok(ExitCode::SUCCESS);
    };
    let rate = progress.transitions as f64 / secs.max(1e-9);
    if args.json {
        let said = json!({
            "path": args.out.to_string_lossy(), "manifest": finished.manifest.to_string_lossy(),
            "run_digest": kit.dataset.run.digest(), "content": finished.content, "episodes": finished.episodes,
            "rows": finished.rows, "shards": finished.shards, "bytes": finished.bytes, "simulated": !drawn,
            "made": { "episodes": progress.episodes_made, "transitions": progress.transitions, "seconds": secs },
        });
        crate::print(&format!("{said:#}\n"))?;
    } else {
        crate::print(&summary(&args.out, &finished, &progress, secs, rate))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The run of the dataset with the pictures that are asked for.
fn run_of(args: &Args, recorded: &ResolvedRun) -> Result<ResolvedRun, AppError> {
    let mut run = recorded.clone();
    let spec = &mut run.spec;
    let is_picture = |name: &String| PICTURES.iter().any(|(picture, _)| picture == name);
    let (there, others): (Vec<String>, Vec<String>) = spec.sensors.iter().cloned().partition(is_picture);
    let pictures = match &args.sensors {
        Some(asked) => asked.clone(),
        None if there.is_empty() => vec!["rgb".to_string()],
        None => there,
    };
    if let Some(other) = pictures.iter().find(|name| !is_picture(name)) {
        let names: Vec<&str> = PICTURES.iter().map(|(name, _)| *name).collect();
        let reason = format!(
            "`{other}` is no picture; there are: {}. What else is recorded stays as it is",
            names.join(", ")
        );
        return Err(AppError::run("--sensors", reason));
    }
    if pictures.is_empty() {
        return Err(AppError::run("--sensors", "there is nothing to draw"));
    }
    spec.sensors = [pictures, others].concat();
    for (name, camera) in &args.added {
        spec.extra_cameras.insert(name.clone(), camera.clone());
    }
    match (&args.cameras, &mut spec.cameras) {
        (Some(cameras), _) => spec.cameras = Some(cameras.clone()),
        (None, Some(cameras)) => {
            let added = args.added.iter().map(|(name, _)| name);
            for name in added {
                if !cameras.contains(name) {
                    cameras.push(name.clone());
                }
            }
        }
        (None, None) => {}
    }
    if spec.cameras.as_ref().is_some_and(Vec::is_empty) {
        let reason = "the dataset's worlds have no camera; add one with --camera";
        return Err(AppError::run("--cameras", reason));
    }
    spec.image_size = args.size.unwrap_or(spec.image_size);
    spec.supersample = args.supersample.unwrap_or(spec.supersample);
    spec.files.images = args.images.unwrap_or(spec.files.images);
    run.check().map_err(|reason| AppError::run("render", reason))?;
    run.spec.renderer = args.renderer.unwrap_or(run.spec.renderer);
    Ok(run)
}

/// A camera as it is typed: `above=0,0,4:0,0,0:60`.
fn camera(text: &str) -> Result<(String, Camera<f32>), String> {
    let form = || format!("`{text}` wants the form NAME=X,Y,Z:TX,TY,TZ[:FOV]");
    let (name, rest) = text.split_once('=').ok_or_else(form)?;
    let parts: Vec<&str> = rest.split(':').collect();
    let number = |text: &str| text.trim().parse::<f32>().map_err(|_| form());
    let point = |text: &str| -> Result<[f32; 3], String> {
        let numbers: Vec<f32> = text.split(',').map(number).collect::<Result<_, _>>()?;
        numbers.try_into().map_err(|_| form())
    };
    let (eye, target, fov) = match parts[..] {
        [eye, target] => (eye, target, 50.0),
        [eye, target, fov] => (eye, target, number(fov)?),
        _ => return Err(form()),
    };
    let [eye, target] = [point(eye)?, point(target)?];
    Ok((name.to_string(), Camera::looking(eye, target, fov)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_is_where_it_is_typed() {
        let (name, seen) = camera("above=0,-0.5,4:0,0,0.5:60").unwrap();
        assert_eq!(name, "above");
        assert_eq!(
            (seen.position_m, seen.look_at_m, seen.fov_deg),
            ([0.0, -0.5, 4.0], [0.0, 0.0, 0.5], 60.0)
        );
        assert_eq!(camera("a=1,2,4:1,2,0").unwrap().1.fov_deg, 50.0);
        for wrong in [
            "above",
            "a=1,2:0,0,0",
            "a=1,2,3",
            "a=1,2,x:0,0,0",
            "a=1,2,3:0,0,0:1:2",
        ] {
            assert!(camera(wrong).unwrap_err().contains("NAME=X,Y,Z"), "{wrong}");
        }
    }
}
