//! One episode of a run as a film strip or an animation.

use super::animation::{Animation, moment_card, stride};
use super::film::{Film, film_strip};
use super::player::Player;
use super::sheet::Header;
use super::worlds::{factor_text, is_single};
use crate::error::AppError;
use crate::kit::RunKit;
use crate::rollout::Failure;
use terrella_exporters::picture::Rgb;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::SeedPath;

/// Moments from which the palette of an animation is made.
const PALETTE_MOMENTS: u32 = 8;

/// An episode that is to be shown.
pub struct Show<'a> {
    /// The run.
    pub kit: &'a RunKit,
    /// The attempt at the episode.
    pub seed: SeedPath,
    /// Width and height of a camera's picture, pixels.
    pub size: [u32; 2],
    /// The last step that is shown.
    pub last_step: u32,
}

/// An animation as a file.
pub struct AnimationFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How many frames it has.
    pub frames: usize,
    /// Width and height, pixels.
    pub size: [u32; 2],
}

impl Show<'_> {
    /// So many moments, from the first to the last: a row for each camera.
    pub fn strip(&self, frames: u32) -> Result<Rgb, AppError> {
        let mut player = self.start()?;
        let mut film = Film::new(player.camera_names());
        player.show(&Film::steps(self.last_step, frames), &mut |moment| {
            film.push(moment);
            Ok(())
        })?;
        let plan = player.rollout.lane.plan();
        let facts = [
            plan.task.clone(),
            format!("policy {}", player.rollout.policy_spec.name),
            factors(plan),
        ];
        let note: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
        let title = format!("{}, episode {}", self.kit.dataset.title, self.seed.episode);
        Ok(film_strip(
            &Header {
                title,
                note: note.join("; "),
            },
            &film,
        ))
    }

    /// The whole episode at the speed of the world, all cameras side by side.
    pub fn animation(&self) -> Result<AnimationFile, AppError> {
        let title = format!("{} #{}", self.kit.dataset.name, self.seed.episode);
        let mut player = self.start()?;
        let cameras = player.camera_names().to_vec();
        let card = |moment| moment_card(&title, &cameras, &moment);
        // The world is played twice, for the palette and for the frames: so memory holds only a few of them.
        let mut samples = Vec::new();
        player.show(&Film::steps(self.last_step, PALETTE_MOMENTS), &mut |moment| {
            samples.push(card(moment));
            Ok(())
        })?;
        let stride = stride(self.kit.dataset.fps);
        let mut animation = Animation::new(&samples, f64::from(self.kit.dataset.fps) / f64::from(stride))?;
        let steps: Vec<u32> = (0..=self.last_step).step_by(stride as usize).collect();
        self.start()?
            .show(&steps, &mut |moment| animation.push(&card(moment)))?;
        let size = samples.first().map_or([0, 0], |card| [card.width, card.height]);
        Ok(AnimationFile {
            bytes: animation.finish()?,
            frames: steps.len(),
            size,
        })
    }

    fn start(&self) -> Result<Player, AppError> {
        Player::start(self.kit, self.seed, self.size).map_err(|failure| match failure {
            Failure::NoFit(reason) => AppError::run("world", reason),
            Failure::Final(error) => error,
        })
    }
}

/// The factors of a world in words; those that are drawn for each of several things are left out.
fn factors(plan: &WorldPlan) -> String {
    let single = plan.factors.iter().filter(|(_, value)| is_single(value));
    let told = single.map(|(name, value)| {
        let marked = if plan.ood.contains(name) {
            " (out of distribution)"
        } else {
            ""
        };
        format!("{}{marked}", factor_text(name, value))
    });
    told.collect::<Vec<_>>().join(", ")
}
