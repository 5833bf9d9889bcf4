//! What was played by hand, to be recorded: an episode for each take, in the world that it was played in.
//!
//! **Invariant:** what is recorded moves as it did when it was played, or that it does not is told.

use crate::session::Session;
use std::path::Path;
use terrella_app::pictures::stored::{self, integers};
use terrella_app::spec::columns::Table;
use terrella_app::spec::run::{PolicySpec, RunSpec, Take};

/// A take.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// Its world and actions.
    pub take: Take,
    /// The split that its world is in, by its place in the run.
    split: usize,
    /// Digests of its states, the start first, as datasets record them.
    digests: Vec<i64>,
}

impl Played {
    /// What was played up to the step that is looked at. An error says why it cannot be recorded.
    pub fn of(session: &Session) -> Result<Played, String> {
        if session.dataset.is_some() {
            return Err("this is recorded already: open its family or scene to act by hand".into());
        }
        let (Some(play), Some(kit)) = (session.play(), session.kit()) else {
            return Err("nothing was played yet".into());
        };
        let seed = play.seed();
        if let Some(parent) = kit.twin_of(seed.episode) {
            return Err(format!(
                "world {} is the healthy twin of {parent}, in which everything is done that was done there: act in that one",
                seed.episode
            ));
        }
        let actions = play
            .actions()
            .ok_or("bodies were pulled: that is no function of actions, so it cannot be recorded")?;
        if actions.is_empty() {
            return Err("nothing was played yet".into());
        }
        let split = kit.split_of(seed.episode);
        let moments = &play.moments()[..=play.shown()];
        Ok(Played {
            take: Take {
                world: seed.episode,
                seed: Some(seed.run),
                actions,
            },
            split: kit.splits.iter().position(|own| own == split).unwrap_or(0),
            digests: moments.iter().map(|moment| moment.recorded_digest()).collect(),
        })
    }

    /// Steps of it.
    pub fn steps(&self) -> u32 {
        self.take.actions.len() as u32
    }
}

/// Takes in the order in which a run has them: split by split, as they were played.
pub fn in_order(takes: &[Played]) -> Vec<Played> {
    let mut takes = takes.to_vec();
    takes.sort_by_key(|played| played.split);
    takes
}

/// Makes a run that of these takes, which are in order: every one in the split that its world is in.
pub fn put(spec: &mut RunSpec, takes: &[Played]) {
    let count = |split: usize| takes.iter().filter(|played| played.split == split).count();
    let mut split = 0;
    spec.splits.retain_mut(|own| {
        own.share = count(split) as f64;
        split += 1;
        own.share > 0.0
    });
    spec.episodes = takes.len() as u64;
    spec.steps = takes.iter().map(Played::steps).max();
    spec.healthy_twins = false;
    spec.policies = vec![PolicySpec::new("human", 1.0)];
    spec.files.shard_episodes = None;
    let own = |played: &Played| Take {
        seed: played.take.seed.filter(|seed| *seed != spec.seed),
        ..played.take.clone()
    };
    spec.takes = takes.iter().map(own).collect();
}

/// Compares a dataset with what was played; says that it is the same, or where it is not.
pub fn compare(root: &Path, takes: &[Played]) -> Result<String, String> {
    let dataset = stored::open(root).map_err(|error| error.to_string())?;
    for (episode, played) in (0..).zip(takes) {
        let recorded = integers(&dataset, Table::Sim, episode, "state_digest");
        let recorded = recorded.map_err(|error| error.to_string())?;
        let same = recorded
            .iter()
            .zip(&played.digests)
            .take_while(|(recorded, played)| recorded == played)
            .count();
        if same < played.digests.len() {
            return Err(format!(
                "episode {episode} is not what was played in world {}: it differs from step {same} on",
                played.take.world
            ));
        }
    }
    Ok("every state is the one that was played".into())
}
