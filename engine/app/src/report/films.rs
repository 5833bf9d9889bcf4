//! Film strips of some episodes: what the cameras saw, from the first moment to the last.
//!
//! **Invariant:** pictures take a bounded part of the page, whatever their size in the dataset.

use super::Facts;
use super::gather::Gathered;
use super::html::{Html, tag};
use super::number::short;
use super::page::note;
use crate::error::AppError;
use crate::kit::RunKit;
use crate::pictures::{self, Film, Player, Rgb, stored};
use crate::recorded::{self, RecordedEpisode};
use crate::rollout::Failure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use terrella_record::episode::EpisodeMeta;
use terrella_spec::seed::SeedPath;

/// Moments of a film.
const FRAMES: u32 = 8;
/// Cameras of a film.
const CAMERAS: usize = 3;
/// A picture has no more pixels than this along a side.
const SIDE_PX: u32 = 160;
/// Size of pictures that are drawn because none are stored.
const DRAWN_PX: [u32; 2] = [128, 128];
/// A picture with fewer is shown enlarged, pixel by pixel.
const SMALL_PX: u32 = 100;
/// Bytes of all pictures together, as letters in the page.
const BUDGET_BYTES: usize = 2_000_000;

/// The moments of an episode: for each camera its name and a picture of each moment.
struct Moments {
    steps: Vec<u32>,
    cameras: Vec<(String, Vec<Rgb>)>,
}

/// The section.
pub(super) fn html(facts: &Facts<'_>, gathered: &Gathered) -> Result<Html, AppError> {
    let columns = stored::cameras(facts.dataset);
    let mut html = Html::new();
    let has_poses = recorded::has_poses(facts.dataset);
    let kit = match (&facts.kit, columns.is_empty()) {
        (_, false) => None,
        (_, true) if has_poses => {
            html.add(note(
                "This dataset holds no pictures. These are drawn from the recorded poses of its bodies.",
            ));
            None
        }
        (Ok(kit), true) => {
            html.add(note(
                "This dataset holds no pictures. These are drawn from the same worlds, played again now.",
            ));
            Some(kit)
        }
        (Err(reason), true) => {
            return Ok(note(&format!(
                "This dataset holds no pictures, and its worlds cannot be made here: {reason}."
            )));
        }
    };
    let mut spent = 0;
    let mut shown = 0;
    for meta in &gathered.films {
        let moments = match kit {
            None if columns.is_empty() => from_poses(facts, meta).map_err(|error| error.to_string()),
            None => Ok(from_files(facts, meta, &columns)?),
            Some(kit) => played(kit, meta),
        };
        let moments = match moments {
            Ok(moments) => moments,
            Err(reason) => {
                html.add(note(&format!(
                    "Episode {} cannot be drawn: {reason}.",
                    meta.episode
                )));
                continue;
            }
        };
        let film = film(facts, meta, &moments, &mut spent)?;
        if spent > BUDGET_BYTES && shown > 0 {
            html.add(note(&format!(
                "{shown} of {} films are shown: the others would make this page heavy.",
                gathered.films.len()
            )));
            break;
        }
        shown += 1;
        html.add(film);
    }
    if html.is_empty() {
        html.add(note("There is no episode to show."));
    }
    Ok(html)
}

/// Pictures of an episode as the dataset holds them.
fn from_files(
    facts: &Facts<'_>,
    meta: &EpisodeMeta,
    columns: &[(String, String)],
) -> Result<Moments, AppError> {
    let last = facts.manifest().rows_per_episode.saturating_sub(1);
    let steps = Film::steps(u32::try_from(last).unwrap_or(u32::MAX), FRAMES);
    let columns = &columns[..columns.len().min(CAMERAS)];
    let names: Vec<&str> = columns.iter().map(|(column, _)| column.as_str()).collect();
    let mut cameras: Vec<(String, Vec<Rgb>)> = columns
        .iter()
        .map(|(_, camera)| (camera.clone(), Vec::new()))
        .collect();
    for step in &steps {
        let seen = stored::pictures(facts.dataset, meta.episode, *step as usize, &names)?;
        for ((_, pictures), picture) in cameras.iter_mut().zip(seen) {
            pictures.push(smaller(picture));
        }
    }
    Ok(Moments { steps, cameras })
}

/// Pictures of an episode that are drawn from what the dataset holds of its bodies.
fn from_poses(facts: &Facts<'_>, meta: &EpisodeMeta) -> Result<Moments, AppError> {
    let spec = &facts.manifest().run.spec;
    let mut recorded = RecordedEpisode::read(facts.dataset, meta.episode, spec.supersample)?;
    let last = recorded.rows().saturating_sub(1);
    let steps = Film::steps(u32::try_from(last).unwrap_or(u32::MAX), FRAMES);
    let names = spec.cameras.iter().flatten().take(CAMERAS);
    let mut cameras = Vec::new();
    for name in names {
        let pictures = steps
            .iter()
            .map(|step| recorded.picture(*step as usize, name, DRAWN_PX));
        cameras.push((name.clone(), pictures.collect::<Result<_, _>>()?));
    }
    if cameras.is_empty() {
        return Err(AppError::run(
            "world.cameras",
            "this world has no camera to see it by",
        ));
    }
    Ok(Moments { steps, cameras })
}

/// Pictures of an episode that is played again.
fn played(kit: &RunKit, meta: &EpisodeMeta) -> Result<Moments, String> {
    let seed = SeedPath {
        run: kit.dataset.run.spec.seed,
        episode: meta.episode,
        attempt: meta.attempt,
    };
    let mut player = Player::start(kit, seed, DRAWN_PX).map_err(|failure| match failure {
        Failure::NoFit(reason) => reason,
        Failure::Final(error) => error.to_string(),
    })?;
    let steps = Film::steps(kit.dataset.run.steps(), FRAMES);
    let names = player.camera_names().iter().take(CAMERAS).cloned();
    let mut cameras: Vec<(String, Vec<Rgb>)> = names.map(|name| (name, Vec::new())).collect();
    let broken = player.show(&steps, &mut |moment| {
        for ((_, pictures), picture) in cameras.iter_mut().zip(moment.pictures) {
            pictures.push(picture);
        }
        Ok(())
    });
    match broken {
        Ok(None) => Ok(Moments { steps, cameras }),
        Ok(Some(broken)) => Err(format!("it fails at step {}: {}", broken.step, broken.reason)),
        Err(error) => Err(error.to_string()),
    }
}

fn film(
    facts: &Facts<'_>,
    meta: &EpisodeMeta,
    moments: &Moments,
    spent: &mut usize,
) -> Result<Html, AppError> {
    let fps = f64::from(facts.manifest().fps.max(1));
    let mut caption = tag("figcaption")
        .add(tag("b").text(format!("Episode {}", meta.episode)))
        .text(format!(" · {} · {} · ", meta.split, meta.policy));
    let outcome = if meta.success {
        let step = meta.success_step.max(0) as f64;
        tag("span")
            .class("fine")
            .text(format!("solved after {} s", short((step + 1.0) / fps)))
    } else {
        tag("span").class("wrong").text("not solved")
    };
    caption = caption
        .add(outcome)
        .text(format!(" · return {}", short(meta.episode_return)));
    if !meta.ood.is_empty() {
        let said = format!("out of distribution: {}", meta.ood.join(", "));
        caption = caption.text(" · ").add(tag("span").class("out").text(said));
    }
    let mut figure = tag("figure").class("film").add(caption);
    for (camera, pictures) in &moments.cameras {
        let small = pictures
            .iter()
            .all(|picture| picture.width.max(picture.height) < SMALL_PX);
        let mut frames = tag("div").class(if small { "frames small" } else { "frames" });
        for (step, picture) in moments.steps.iter().zip(pictures) {
            let data = STANDARD.encode(pictures::png(picture)?);
            *spent += data.len();
            let time = format!("{:.2} s", f64::from(*step) / fps);
            let alt = format!("Episode {}, camera {camera}, at {time}", meta.episode);
            let image = tag("img")
                .attr("alt", alt)
                .attr("width", picture.width)
                .attr("height", picture.height)
                .attr("src", format!("data:image/png;base64,{data}"));
            frames = frames.add(tag("span").add(image).add(tag("small").text(time)));
        }
        figure = figure.add(tag("h4").text(format!("camera {camera}"))).add(frames);
    }
    Ok(figure.into())
}

/// A picture that is small enough for a page: squares of pixels become their mean.
fn smaller(picture: Rgb) -> Rgb {
    let factor = picture.width.max(picture.height).div_ceil(SIDE_PX);
    let [width, height] = [picture.width, picture.height].map(|side| side / factor.max(1));
    if factor <= 1 || width == 0 || height == 0 {
        return picture;
    }
    let mut bytes = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            for channel in 0..3 {
                let mut sum = 0;
                for line in y * factor..(y + 1) * factor {
                    for column in x * factor..(x + 1) * factor {
                        let at = ((line * picture.width + column) * 3 + channel) as usize;
                        sum += u32::from(picture.bytes[at]);
                    }
                }
                bytes.push(((sum + factor * factor / 2) / (factor * factor)) as u8);
            }
        }
    }
    Rgb { width, height, bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_pictures_become_their_mean() {
        let bytes = (0..400 * 200u32)
            .flat_map(|pixel| [(pixel % 2 * 200) as u8, 7, 90])
            .collect();
        let small = smaller(Rgb {
            width: 400,
            height: 200,
            bytes,
        });
        // Three by three pixels become one: columns of 0 and 200 in turn.
        assert_eq!(
            (small.width, small.height, small.bytes.len()),
            (133, 66, 133 * 66 * 3)
        );
        assert_eq!(small.bytes[..6], [67, 7, 90, 133, 7, 90]);
        let picture = Rgb {
            width: 64,
            height: 48,
            bytes: vec![1; 64 * 48 * 3],
        };
        assert_eq!(smaller(picture.clone()), picture);
    }
}
