//! A batch: the systems that hand shards to Rayon's workers, gather what they made, and finish the dataset.
//!
//! A worker makes a shard up to its commit; the commit, which only waits for the disk, is left to threads of their own,
//! so that worlds go on meanwhile.
//!
//! **Invariant:** of each shard that was handed out there comes one piece of news. At most two shards a worker, and one
//! more, are handed out at a time.
//!
//! One update is one look at the workers; between updates the runner waits for news. Other plugins order their own
//! systems against [`BatchSet`] and read [`Progress`].

use crate::budget::Budget;
use crate::episode::Attempts;
use crate::error::AppError;
use crate::folder::{self, FolderLock, Partition};
use crate::kit::RunKit;
use crate::making::{self, Isolation, Mark};
use crate::{quiet, shard};
use bevy_app::{App, AppExit, Plugin, Update};
use bevy_ecs::message::MessageWriter;
use bevy_ecs::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::{BTreeSet, VecDeque};
use std::num::NonZero;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use terrella_exporters::{BadEpisode, ClosedShard, CommitRecord, Finished, committed};
use terrella_spec::shards::Shard;

/// How long an update waits for news of the workers: how often progress is drawn.
const PATIENCE: Duration = Duration::from_millis(50);

/// The order of an update.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BatchSet {
    /// Shards go to workers.
    Dispatch,
    /// News of the workers come in.
    Collect,
    /// Who watches sees the new state.
    Report,
    /// The dataset is finished, or the run ends.
    Finish,
}

/// Counts that workers add to. Only for who watches: nothing of it reaches the dataset.
#[derive(Debug, Default)]
pub struct Counters {
    episodes: AtomicU64,
    transitions: AtomicU64,
    successes: AtomicU64,
    bad: AtomicU64,
    bytes: AtomicU64,
}

impl Counters {
    pub(crate) fn episode(&self, steps: u32, success: bool, bad: usize, bytes: u64) {
        self.episodes.fetch_add(1, Ordering::Relaxed);
        self.transitions.fetch_add(u64::from(steps), Ordering::Relaxed);
        self.successes.fetch_add(u64::from(success), Ordering::Relaxed);
        self.bad.fetch_add(bad as u64, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// A whole shard that another process made; which of its episodes were solved it did not say.
    fn shard(&self, record: &CommitRecord, steps: u32) {
        let bytes = record.files.iter().map(|file| file.bytes).sum();
        self.episodes.fetch_add(record.episodes, Ordering::Relaxed);
        self.transitions
            .fetch_add(record.episodes * u64::from(steps), Ordering::Relaxed);
        self.bad
            .fetch_add(record.bad_episodes.len() as u64, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// How far a batch is.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Shards of the run.
    pub shards: u64,
    /// Shards that are there, those of earlier runs too.
    pub shards_done: u64,
    /// Shards that were there from the start.
    pub shards_resumed: u64,
    /// Episodes of the run.
    pub episodes: u64,
    /// Episodes of shards that were there from the start.
    pub episodes_resumed: u64,
    /// Episodes made now.
    pub episodes_made: u64,
    /// Transitions made now.
    pub transitions: u64,
    /// Solved episodes made now.
    pub successes: u64,
    /// Worlds that failed now.
    pub bad: u64,
    /// Bytes written now.
    pub bytes: u64,
}

/// What of a run is to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Work {
    /// All that is not there, and then what describes the whole.
    #[default]
    Run,
    /// One partition's shards that are not there.
    Partition(Partition),
    /// Only what describes the whole: all shards are there.
    Finalize,
    /// These shards, though they be there, and then, where it is so, what describes the whole.
    Repair {
        /// Their numbers.
        shards: BTreeSet<u64>,
        /// True when what describes the whole is made too.
        describe: bool,
    },
}

impl Work {
    fn partition(&self) -> Option<Partition> {
        match self {
            Work::Partition(partition) => Some(*partition),
            _ => None,
        }
    }

    /// True for a shard that this work is about.
    fn concerns(&self, shard: &Shard) -> bool {
        match self {
            Work::Run => true,
            Work::Partition(partition) => partition.holds(shard.number),
            Work::Finalize => false,
            Work::Repair { shards, .. } => shards.contains(&shard.number),
        }
    }

    fn describes(&self) -> bool {
        match self {
            Work::Run | Work::Finalize => true,
            Work::Partition(_) => false,
            Work::Repair { describe, .. } => *describe,
        }
    }
}

/// What is said at the end of a shard.
type News = (Shard, Result<CommitRecord, AppError>);

/// A batch at work.
#[derive(Resource)]
pub struct Batch {
    kit: Arc<RunKit>,
    work: Work,
    pool: ThreadPool,
    /// As many threads as workers, which do nothing but wait for the disk.
    committers: Arc<ThreadPool>,
    queue: VecDeque<Shard>,
    /// Shards during whose making a process died, until they are made. While there are any, and for good when one of
    /// them has killed its child, every shard is made in a process of its own.
    suspects: BTreeSet<u64>,
    deadly: Arc<AtomicBool>,
    isolation: Option<Isolation>,
    attempts: Arc<Attempts>,
    budget: Arc<Budget>,
    in_flight: usize,
    sender: Sender<News>,
    receiver: Mutex<Receiver<News>>,
    counters: Arc<Counters>,
    stop: Arc<AtomicBool>,
    failure: Option<AppError>,
    bad: Vec<BadEpisode>,
    outcome: Option<Result<Option<Finished>, AppError>>,
    _lock: FolderLock,
}

/// What became of a batch.
#[derive(Debug)]
pub struct Report {
    /// The finished dataset; none where the work was not to finish it; or why it came to nothing.
    pub outcome: Result<Option<Finished>, AppError>,
    /// How far it came.
    pub progress: Progress,
    /// Worlds that failed, of this process's shards.
    pub bad: Vec<BadEpisode>,
}

impl Batch {
    /// Takes the folder, sees which shards are there already, and gets ready with `threads` workers.
    pub fn new(
        kit: Arc<RunKit>,
        work: Work,
        threads: usize,
        stop: Arc<AtomicBool>,
    ) -> Result<(Batch, Progress), AppError> {
        let lock = folder::take(&kit.dataset, work.partition())?;
        let mut queue = VecDeque::new();
        let mut progress = Progress::default();
        let mut suspects = making::marked(&kit.dataset.root);
        for shard in kit.shards.iter().filter(|shard| work.concerns(shard)) {
            let episodes = shard.episodes.end - shard.episodes.start;
            progress.shards += 1;
            progress.episodes += episodes;
            let anew = matches!(work, Work::Repair { .. });
            if !anew && committed(&kit.dataset, shard)?.is_some() {
                progress.shards_resumed += 1;
                progress.episodes_resumed += episodes;
                // Its process died between the commit and the removal of the mark.
                if suspects.remove(&shard.number) {
                    making::unmark(&kit.dataset.root, shard.number);
                }
            } else {
                queue.push_back(shard.clone());
            }
        }
        suspects.retain(|number| queue.iter().any(|shard: &Shard| shard.number == *number));
        progress.shards_done = progress.shards_resumed;
        let pool = threads_called("lanes", threads)?;
        let committers = Arc::new(threads_called("commit", threads)?);
        let (sender, receiver) = channel();
        let batch = Batch {
            kit,
            work,
            pool,
            committers,
            queue,
            suspects,
            deadly: Arc::default(),
            isolation: None,
            attempts: Arc::default(),
            budget: Arc::new(Budget::new(u64::MAX)),
            in_flight: 0,
            sender,
            receiver: Mutex::new(receiver),
            counters: Arc::default(),
            stop,
            failure: None,
            bad: Vec::new(),
            outcome: None,
            _lock: lock,
        };
        Ok((batch, progress))
    }

    /// After a process that died, makes shards in processes of their own, started so.
    pub fn isolate(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// Makes attempts at episodes in this way.
    pub fn attempts(mut self, attempts: Attempts) -> Self {
        self.attempts = Arc::new(attempts);
        self
    }

    /// Lets the workers together hold no more than this many bytes of episodes; a worker waits while there is no room.
    pub fn memory(mut self, bytes: u64) -> Self {
        self.budget = Arc::new(Budget::new(bytes));
        self
    }

    fn stopped(&self) -> bool {
        self.failure.is_some() || self.stop.load(Ordering::Relaxed)
    }
}

fn threads_called(name: &'static str, count: usize) -> Result<ThreadPool, AppError> {
    ThreadPoolBuilder::new()
        .num_threads(count.max(1))
        .thread_name(move |index| format!("{name}-{index}"))
        .build()
        .map_err(|error| AppError::run("threads", error.to_string()))
}

/// Makes a dataset: add a [`Batch`] and a [`Progress`] and run the app.
pub struct BatchPlugin;

impl Plugin for BatchPlugin {
    fn build(&self, app: &mut App) {
        app.configure_sets(
            Update,
            (
                BatchSet::Dispatch,
                BatchSet::Collect,
                BatchSet::Report,
                BatchSet::Finish,
            )
                .chain(),
        )
        .add_systems(
            Update,
            (
                dispatch.in_set(BatchSet::Dispatch),
                collect.in_set(BatchSet::Collect),
                finish.in_set(BatchSet::Finish),
            )
                .run_if(resource_exists::<Batch>),
        );
    }
}

/// Hands shards to the workers, in order: one for each to make, one for each to commit, and one that waits for a worker.
fn dispatch(mut batch: ResMut<Batch>) {
    let batch = &mut *batch;
    while !batch.stopped() && batch.in_flight <= 2 * batch.pool.current_num_threads() {
        let Some(next) = batch.queue.pop_front() else {
            return;
        };
        batch.in_flight += 1;
        let (kit, stop) = (batch.kit.clone(), batch.stop.clone());
        let (counters, sender) = (batch.counters.clone(), batch.sender.clone());
        let committers = batch.committers.clone();
        let suspicious = !batch.suspects.is_empty() || batch.deadly.load(Ordering::Relaxed);
        let isolation = batch.isolation.clone().filter(|_| suspicious);
        let deadly = batch.deadly.clone();
        let (attempts, budget) = (batch.attempts.clone(), batch.budget.clone());
        batch.pool.spawn(move || {
            if let Some(isolation) = isolation {
                let made = caught(&next, || {
                    making::make_isolated(&kit, &next, &isolation, &stop, &deadly)?;
                    made_by_child(&kit, &next, &counters)
                });
                return drop(sender.send((next, made)));
            }
            let made = caught(&next, || {
                let mark = Mark::set(&kit.dataset.root, &next)?;
                Ok((
                    mark,
                    shard::make(&kit, &next, &attempts, &stop, &budget, &counters)?,
                ))
            });
            match made {
                Ok((mark, closed)) => committers.spawn(move || commit(next, mark, closed, &sender)),
                // Nobody listens any more when the app is gone.
                Err(error) => drop(sender.send((next, Err(error)))),
            }
        });
    }
}

/// The record of a shard that another process committed.
fn made_by_child(kit: &RunKit, shard: &Shard, counters: &Counters) -> Result<CommitRecord, AppError> {
    let record = committed(&kit.dataset, shard)?.ok_or_else(|| AppError::Worker {
        shard: shard.number,
        reason: "its process left no commit record".into(),
    })?;
    counters.shard(&record, kit.dataset.run.steps());
    Ok(record)
}

/// Puts a shard in place and says so.
fn commit(shard: Shard, mark: Mark, closed: ClosedShard, sender: &Sender<News>) {
    let result = caught(&shard, || Ok(closed.commit()?));
    drop(mark);
    drop(sender.send((shard, result)));
}

/// What `work` gives; a panic in it is an error too.
fn caught<T>(shard: &Shard, work: impl FnOnce() -> Result<T, AppError>) -> Result<T, AppError> {
    quiet::catch(AssertUnwindSafe(work)).unwrap_or_else(|reason| {
        Err(AppError::Worker {
            shard: shard.number,
            reason,
        })
    })
}

/// Waits a moment for news and takes all there are.
fn collect(mut batch: ResMut<Batch>, mut progress: ResMut<Progress>) {
    let batch = &mut *batch;
    let mut news = Vec::new();
    if batch.in_flight > 0
        && let Ok(receiver) = batch.receiver.lock()
    {
        match receiver.recv_timeout(PATIENCE) {
            Ok(first) => news.push(first),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
        news.extend(receiver.try_iter());
    }
    for (shard, result) in news {
        batch.in_flight -= 1;
        batch.suspects.remove(&shard.number);
        match result {
            Ok(record) => {
                progress.shards_done += 1;
                batch.bad.extend(record.bad_episodes);
            }
            Err(AppError::Interrupted) => {}
            Err(error) => {
                // The first failure ends the run; the others stop at their next episode.
                batch.stop.store(true, Ordering::Relaxed);
                batch.failure.get_or_insert(error);
            }
        }
    }
    let counters = &batch.counters;
    progress.episodes_made = counters.episodes.load(Ordering::Relaxed);
    progress.transitions = counters.transitions.load(Ordering::Relaxed);
    progress.successes = counters.successes.load(Ordering::Relaxed);
    progress.bad = counters.bad.load(Ordering::Relaxed);
    progress.bytes = counters.bytes.load(Ordering::Relaxed);
}

/// Finishes the dataset when all shards are there; ends the run when nothing is left to wait for.
fn finish(mut batch: ResMut<Batch>, progress: Res<Progress>, mut exit: MessageWriter<AppExit>) {
    let idle = batch.in_flight == 0;
    if batch.outcome.is_some() || !idle || !(batch.queue.is_empty() || batch.stopped()) {
        return;
    }
    let outcome = if let Some(error) = batch.failure.take() {
        Err(error)
    } else if progress.shards_done == progress.shards {
        match batch.work.describes() {
            true => batch.kit.exporter.finalize(&batch.kit.dataset).map(Some),
            false => Ok(None),
        }
        .map_err(AppError::from)
    } else {
        Err(AppError::Interrupted)
    };
    let code = outcome.as_ref().err().map_or(0, AppError::exit_code);
    batch.outcome = Some(outcome);
    exit.write(NonZero::new(code).map_or(AppExit::Success, AppExit::Error));
}

/// Runs an app that holds a [`Batch`] to its end.
pub fn run_to_end(mut app: App) -> Report {
    app.finish();
    app.cleanup();
    while app.should_exit().is_none() {
        app.update();
    }
    let progress = app
        .world()
        .get_resource::<Progress>()
        .copied()
        .unwrap_or_default();
    let batch = app.world_mut().remove_resource::<Batch>();
    match batch {
        Some(Batch {
            outcome: Some(outcome),
            bad,
            ..
        }) => Report {
            outcome,
            progress,
            bad,
        },
        _ => Report {
            outcome: Err(AppError::Interrupted),
            progress,
            bad: Vec::new(),
        },
    }
}
