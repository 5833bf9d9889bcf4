//! An episode of a dataset beside the one that is shown, and how far the two are apart.

use super::Session;
use crate::compare::Comparison;
use crate::play::{Moment, Play};

/// What is beside the episode that is shown.
pub(super) struct Other {
    play: Play,
    /// How far they are apart, and of which world that is found out.
    compared: Option<(u64, Comparison)>,
}

impl Session {
    /// Puts an episode of the dataset beside the one that is shown, or takes it away.
    pub fn put_beside(&mut self, episode: Option<u64>) {
        self.beside = episode;
        self.other = None;
        let (Some(episode), Some(dataset)) = (episode, &self.dataset) else {
            return;
        };
        match dataset.play(episode) {
            Ok(play) => {
                self.other = Some(Other { play, compared: None });
                self.compare();
            }
            Err(error) => self.say(error.to_string()),
        }
    }

    /// The episode beside the one that is shown.
    pub fn other(&self) -> Option<&Play> {
        self.other.as_ref().map(|other| &other.play)
    }

    /// What was the case in the episode beside it at the step that is looked at, or at its own end.
    pub fn other_moment(&self) -> Option<&Moment> {
        let moments = self.other()?.moments();
        moments.get(self.play()?.shown()).or(moments.last())
    }

    /// How far the two are apart.
    pub fn comparison(&self) -> Option<&Comparison> {
        let (of, comparison) = self.other.as_ref()?.compared.as_ref()?;
        (*of == self.generation).then_some(comparison)
    }

    /// Brings the one beside it as far as the one that is shown, and compares what is new.
    pub(super) fn compare(&mut self) {
        let (Some(play), Some(other)) = (&self.play, &mut self.other) else {
            return;
        };
        other.play.reach(play.shown());
        match &mut other.compared {
            Some((of, comparison)) if *of == self.generation => comparison.go_on(play, &other.play),
            compared => *compared = Some((self.generation, Comparison::new(play, &other.play))),
        }
    }
}
