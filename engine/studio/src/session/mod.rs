//! Everything that the window shows and changes, without the window: panels read it, commands act on it, tests drive it.

mod arrange;
mod aside;
mod beside;
mod copies;
mod files;
mod marks;
mod playing;
mod removal;
mod selection;

pub use aside::{Unsaved, aside};
pub use files::{Answer, Leaving};

use crate::change;
use crate::commands::Command;
use crate::document::Edit;
use crate::panels::Tab;
use crate::play::Play;
use crate::project::{Choices, Project, about, diagnostics};
use crate::snapping::Snapping;
use crate::tape::{Dataset, is_dataset};
use aside::Side;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Instant, SystemTime};
use terrella_app::RunKit;
use terrella_app::sim::lane::Tug;
use terrella_app::spec::diagnostic::{Diagnostic, Diagnostics};
use terrella_app::spec::run::RunSpec;
use terrella_app::spec::scene::SceneSpec;
use terrella_app::spec::world::World;

/// Why nothing is changed, made or saved of a dataset.
const RECORDED: &str =
    "this was recorded and is only looked at: make a scene of it (Ctrl+E), or open its family or scene";

/// What a command wants of the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The viewport does it.
    Viewport(Command),
    /// A dialog opens.
    Dialog(Dialog),
    /// A panel comes to the front, or goes where it is there.
    Panel(Tab),
    /// The text comes to the front.
    Text,
    /// The episodes of a dataset come to the front.
    Episodes,
    /// What is wrong comes to the front.
    Problems,
    /// The window closes.
    Close,
}

/// Dialogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The gallery of families, and files by name.
    Gallery,
    /// Where to save.
    SaveAs,
    /// How a thing is to be called.
    Rename,
    /// What to generate.
    Generate,
    /// Where to record what was played by hand.
    Record,
    /// The commands, by a few letters.
    Palette,
    /// All commands.
    Help,
    /// Nine worlds.
    Sheet,
}

/// How handles move, turn and scale, and what is drawn over the picture.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each is a command of the table")]
pub struct Tools {
    pub tool: Tool,
    pub local_axes: bool,
    pub snapping: Snapping,
    pub grid: bool,
    pub colliders: bool,
    pub joints: bool,
    pub contacts: bool,
    pub friction: bool,
    pub forces: bool,
    pub joint_forces: bool,
    pub centres: bool,
    pub frames: bool,
    pub frusta: bool,
    pub icons: bool,
}

/// What the handles do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is a command of the table")]
pub enum Tool {
    Move,
    Rotate,
    Scale,
}

/// The world that is shown, and of what it was made.
struct Made {
    kit: Arc<RunKit>,
    version: u64,
    choices: Choices,
    /// Who can act in it, and what they do.
    policies: Vec<(&'static str, &'static str)>,
}

/// A session.
pub struct Session {
    /// What is open.
    pub project: Project,
    /// Seed and policy.
    pub choices: Choices,
    /// The episode whose world is shown.
    pub episode: u64,
    /// Worlds that are kept in mind: a seed of the run and the number of an episode.
    pub pinned: BTreeSet<(u64, u64)>,
    /// Places in the document that are selected: `world.bodies.ball`.
    pub selection: Vec<String>,
    /// Places in the document whose things are not drawn here, whatever it says of them.
    pub hidden: BTreeSet<String>,
    /// Places in the document that are neither picked, moved, changed by the inspector nor deleted.
    pub locked: BTreeSet<String>,
    /// What is wrong with the document. The last good world is shown meanwhile.
    pub problems: Vec<Diagnostic>,
    /// What happened, the newest last.
    pub log: Vec<String>,
    /// Handles and overlays.
    pub tools: Tools,
    /// True while the world goes on by itself.
    pub playing: bool,
    /// Seconds of the world in a second; without end: as fast as it goes.
    pub speed: f64,
    /// The action of the hand, where it acts in the place of the policy.
    pub hand: Option<Vec<f32>>,
    /// A body that the mouse pulls.
    pub tug: Option<Tug>,
    /// The dataset that is looked at, in the place of a document's worlds.
    pub dataset: Option<Dataset>,
    /// An episode beside the one that is shown.
    pub beside: Option<u64>,
    /// What was recorded begins anew at its end.
    pub looping: bool,
    /// What commands want of the window.
    pub wishes: Vec<Wish>,
    /// The line of the text that somebody wants to see.
    pub line: Option<usize>,
    /// The folder in which texts are put aside that are of no file; they are not put aside where there is none.
    pub home: Option<PathBuf>,
    /// Texts that were put aside and never saved, the last one first.
    left: Vec<PathBuf>,
    /// What of what is hidden, locked and pinned is kept.
    kept: marks::Kept,
    /// Where this session's own text is put aside.
    side: Option<Side>,
    /// What the file holds, where it was changed outside while the text was not saved.
    outside: Option<String>,
    /// What waits for an answer.
    question: Option<Leaving>,
    /// Seed and policy were begun with those of the text; not so while it is wrong from the start.
    begun: bool,
    play: Option<Play>,
    /// What is beside it.
    other: Option<beside::Other>,
    made: Option<Made>,
    tried: Option<(u64, Choices, u64)>,
    /// Counts worlds that were drawn.
    generation: u64,
    values: (u64, Json),
    /// Seconds of the world that are still to be played.
    due_secs: f64,
    autosaved: (Instant, u64),
    looked: (Instant, Option<SystemTime>),
}

impl Session {
    /// A session of what is open. Its world is drawn.
    pub fn new(project: Project) -> Session {
        Session::of(project, None)
    }

    fn of(project: Project, dataset: Option<Dataset>) -> Session {
        let first = dataset.as_ref().and_then(|dataset| dataset.episodes.first());
        let mut session = Session {
            choices: Choices {
                seed: 0,
                policy: project.usual_policy().to_string(),
            },
            episode: first.map_or(0, |meta| meta.episode),
            pinned: BTreeSet::new(),
            selection: Vec::new(),
            hidden: BTreeSet::new(),
            locked: BTreeSet::new(),
            problems: Vec::new(),
            log: Vec::new(),
            tools: Tools {
                tool: Tool::Move,
                local_axes: false,
                snapping: Snapping::default(),
                grid: true,
                colliders: false,
                joints: false,
                contacts: false,
                friction: false,
                forces: false,
                joint_forces: false,
                centres: false,
                frames: false,
                frusta: false,
                icons: true,
            },
            playing: false,
            speed: 1.0,
            hand: None,
            tug: None,
            dataset,
            looping: true,
            beside: None,
            other: None,
            wishes: Vec::new(),
            line: None,
            home: None,
            left: Vec::new(),
            kept: marks::Kept::default(),
            side: None,
            outside: None,
            question: None,
            begun: false,
            play: None,
            made: None,
            tried: None,
            generation: 0,
            values: (u64::MAX, Json::Null),
            due_secs: 0.0,
            autosaved: (Instant::now(), project.document.version()),
            looked: (Instant::now(), None),
            project,
        };
        session.looked.1 = session.modified();
        session.look_for_left();
        session.refresh();
        session
    }

    /// The world that is shown: as it was drawn, and what has happened in it.
    pub fn play(&self) -> Option<&Play> {
        self.play.as_ref()
    }

    /// The same, to look at another step.
    pub fn play_mut(&mut self) -> Option<&mut Play> {
        self.play.as_mut()
    }

    /// The run that the world is of.
    pub fn kit(&self) -> Option<&Arc<RunKit>> {
        self.made.as_ref().map(|made| &made.kit)
    }

    /// The drawn world that is shown.
    pub fn world(&self) -> Option<&World<f32>> {
        Some(&self.play.as_ref()?.plan().world)
    }

    /// Counts the worlds that were drawn: what is derived from one is made anew when it differs.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Who can act in the worlds of the run, and what they do.
    pub fn policies(&self) -> &[(&'static str, &'static str)] {
        self.made.as_ref().map_or(&[], |made| &made.policies)
    }

    /// The values that stand in the text, as JSON.
    pub fn values(&mut self) -> &Json {
        let version = self.project.document.version();
        if self.values.0 != version {
            self.values = (version, change::values(&self.project.document));
        }
        &self.values.1
    }

    /// Says something to whoever looks.
    pub fn say(&mut self, text: impl Into<String>) {
        self.log.push(text.into());
    }

    /// Draws the world anew where the document, the seed, the policy or the episode has changed.
    pub fn refresh(&mut self) {
        self.read_kind();
        let wanted = (
            self.project.document.version(),
            self.choices.clone(),
            self.episode,
        );
        if self.tried.as_ref() == Some(&wanted) {
            return;
        }
        self.tried = Some(wanted.clone());
        self.redraw(wanted);
        self.forget_what_is_gone();
    }

    /// Takes notice of what the text is, which may be another thing once it can be read, and of the seed and policy that it begins with.
    fn read_kind(&mut self) {
        let version = self.project.document.version();
        if self.dataset.is_some() || self.tried.as_ref().is_some_and(|(tried, ..)| *tried == version) {
            return;
        }
        let was_scene = self.project.is_scene;
        self.project.look_at_kind();
        if self.begun && self.project.is_scene == was_scene {
            return;
        }
        if let Some(choices) = self.project.choices() {
            self.choices = choices;
            self.begun = true;
        }
    }

    /// Draws the world of a version of the text, choices and an episode.
    fn redraw(&mut self, wanted: (u64, Choices, u64)) {
        if let Some(dataset) = &self.dataset {
            match dataset.play(self.episode) {
                Ok(play) => {
                    self.problems.clear();
                    self.show_world(play);
                }
                Err(error) => self.problems = diagnostics(error).0,
            }
            return;
        }
        let (version, choices, episode) = wanted;
        let kept = self
            .made
            .as_ref()
            .filter(|made| made.version == version && made.choices == choices);
        let kit = match kept {
            Some(made) => Ok((made.kit.clone(), made.policies.clone())),
            None => self.project.kit(&choices).map(|kit| {
                let policies = self.project.policies(&kit);
                (Arc::new(kit), policies)
            }),
        };
        let started = kit.and_then(|(kit, policies)| match Play::start(&kit, episode) {
            Ok(play) => Ok((kit, policies, play)),
            Err(error) => Err(diagnostics(error)),
        });
        match started {
            Ok((kit, policies, play)) => {
                self.problems.clear();
                self.playing &= self.made.as_ref().is_some_and(|made| made.version == version);
                self.show_world(play);
                self.made = Some(Made {
                    kit,
                    version,
                    choices,
                    policies,
                });
            }
            Err(Diagnostics(problems)) => self.problems = problems,
        }
    }

    /// True where the world that is shown is the one of the text.
    pub fn is_current(&self) -> bool {
        self.problems.is_empty()
    }

    fn show_world(&mut self, play: Play) {
        self.play = Some(play);
        self.generation += 1;
        self.due_secs = 0.0;
        // It pulls a body of the world before.
        self.tug = None;
        self.compare();
    }

    /// Why a command does nothing with what is open: what was recorded is only looked at.
    pub fn refuses(&self, command: Command) -> Option<&'static str> {
        let wants_text = matches!(
            command,
            Command::Save
                | Command::SaveAs
                | Command::Reload
                | Command::Generate
                | Command::Record
                | Command::Duplicate
                | Command::Delete
                | Command::Rename
                | Command::DropToSurface
                | Command::WritePoses
                | Command::Hand
                | Command::Sheet
        );
        (wants_text && self.dataset.is_some()).then_some(RECORDED)
    }

    /// The run of the worlds that are shown: that of the text, or of the dataset.
    pub fn run_spec(&self) -> Option<&RunSpec> {
        match &self.dataset {
            Some(dataset) => Some(dataset.run_spec()),
            None => Some(&self.kit()?.dataset.run.spec),
        }
    }

    /// Makes edits as one step. What is wrong with them is told and nothing changes.
    pub fn edit(&mut self, label: &str, key: Option<&str>, edits: &[Edit]) {
        if self.dataset.is_some() {
            self.say(format!("{label}: {RECORDED}"));
            return;
        }
        if let Err(Diagnostics(wrong)) = self.project.document.apply(label, key, edits) {
            for diagnostic in wrong {
                self.say(format!("{label}: {}", diagnostic.message));
            }
        }
        self.refresh();
    }

    /// The same; true where the text is another one then.
    pub fn changes(&mut self, label: &str, key: Option<&str>, edits: &[Edit]) -> bool {
        let before = self.project.document.version();
        self.edit(label, key, edits);
        self.project.document.version() != before
    }

    /// Time passes: the world is played, files are looked after.
    pub fn tick(&mut self, secs: f64) {
        self.refresh();
        if self.playing {
            self.go_on(secs);
        }
        self.compare();
        self.look_after_files();
        self.look_after_marks();
    }

    /// Does what a command says.
    pub fn run(&mut self, command: Command) {
        if let Some(why) = self.refuses(command) {
            self.say(why);
            return;
        }
        match command {
            Command::New => self.leave_for(Leaving::New),
            Command::Quit => self.leave_for(Leaving::Close),
            Command::Save => self.save(),
            Command::Reload => self.reload(),
            Command::KeepText => self.keep_mine(),
            Command::TakeUp | Command::ThrowAway => match self.left.first().cloned() {
                Some(left) if command == Command::TakeUp => self.take_up(&left),
                Some(left) => self.throw_away(&left),
                None => self.say("nothing was left unsaved"),
            },
            Command::EditAsScene => self.leave_for(Leaving::AsScene),
            Command::Undo => match self.project.document.undo() {
                Some(label) => self.say(format!("undone: {label}")),
                None => self.say("there is nothing to undo"),
            },
            Command::Redo => match self.project.document.redo() {
                Some(label) => self.say(format!("made again: {label}")),
                None => self.say("there is nothing to make again"),
            },
            Command::Duplicate => self.duplicate(),
            Command::Delete => self.delete(),
            Command::SelectAll => {
                let bodies: Vec<String> = self
                    .world()
                    .into_iter()
                    .flat_map(|world| world.bodies.keys().cloned())
                    .collect();
                self.selection = (bodies.iter().map(|body| change::body_path(body)))
                    .filter(|path| !self.locked.contains(path))
                    .collect();
            }
            Command::Deselect => self.selection.clear(),
            Command::Rename => match self.renamed() {
                Ok(_) => self.wishes.push(Wish::Dialog(Dialog::Rename)),
                Err(why) => self.say(why),
            },
            Command::Hide => self.turn_marks(true),
            Command::Lock => self.turn_marks(false),
            Command::ShowAll => self.hidden.clear(),
            Command::Panel(tab) => self.wishes.push(Wish::Panel(tab)),
            Command::WritePoses => self.write_poses(),
            Command::DropToSurface => self.drop_to_surface(),
            Command::Move => self.tools.tool = Tool::Move,
            Command::Rotate => self.tools.tool = Tool::Rotate,
            Command::Scale => self.tools.tool = Tool::Scale,
            Command::LocalAxes => self.tools.local_axes ^= true,
            Command::Snap => self.tools.snapping.on ^= true,
            Command::Grid => self.tools.grid ^= true,
            Command::Colliders => self.tools.colliders ^= true,
            Command::Joints => self.tools.joints ^= true,
            Command::Contacts => self.tools.contacts ^= true,
            Command::Friction => self.tools.friction ^= true,
            Command::Forces => self.tools.forces ^= true,
            Command::JointForces => self.tools.joint_forces ^= true,
            Command::Centres => self.tools.centres ^= true,
            Command::Frames => self.tools.frames ^= true,
            Command::Frusta => self.tools.frusta ^= true,
            Command::Icons => self.tools.icons ^= true,
            Command::PlayPause => self.play_or_pause(),
            Command::Loop => self.looping ^= true,
            Command::StepForward => {
                self.playing = false;
                let (hand, tug) = (self.hand.clone(), self.tug);
                if let Some(play) = &mut self.play
                    && !play.step(hand.as_deref(), tug)
                    && let Some(reason) = play.stopped()
                {
                    self.say(reason);
                }
            }
            Command::StepBack => {
                self.playing = false;
                if let Some(play) = &mut self.play {
                    play.show(play.shown().saturating_sub(1));
                }
            }
            Command::Reset => {
                self.playing = false;
                if let Some(play) = &mut self.play {
                    play.show(0);
                }
            }
            Command::Slower => self.slow_down(),
            Command::Faster => self.speed_up(),
            Command::Hand => {
                let inputs = self.play.as_ref().map_or(0, |play| play.action_space().len());
                self.hand = match self.hand.take() {
                    Some(_) => None,
                    None => Some(vec![0.0; inputs]),
                };
            }
            Command::NextWorld => self.other_world(true),
            Command::PreviousWorld => self.other_world(false),
            Command::PinWorld => {
                let world = self.seed_and_episode();
                if !self.pinned.remove(&world) {
                    self.pinned.insert(world);
                }
            }
            Command::Gallery => self.wishes.push(Wish::Dialog(Dialog::Gallery)),
            Command::SaveAs => self.wishes.push(Wish::Dialog(Dialog::SaveAs)),
            Command::Generate => self.wishes.push(Wish::Dialog(Dialog::Generate)),
            Command::Record => self.wishes.push(Wish::Dialog(Dialog::Record)),
            Command::Palette => self.wishes.push(Wish::Dialog(Dialog::Palette)),
            Command::Help => self.wishes.push(Wish::Dialog(Dialog::Help)),
            Command::Sheet => self.wishes.push(Wish::Dialog(Dialog::Sheet)),
            Command::Focus
            | Command::ViewFront
            | Command::ViewBack
            | Command::ViewRight
            | Command::ViewLeft
            | Command::ViewTop
            | Command::ViewBelow
            | Command::ViewHome
            | Command::ViewCamera => self.wishes.push(Wish::Viewport(command)),
        }
        self.refresh();
    }

    /// What [`Session::leave`] does, with what goes wrong said.
    pub fn leave_for(&mut self, to: Leaving) {
        if let Err(error) = self.leave(to) {
            self.say(error.to_string());
        }
    }

    /// The seed of the run and the episode that are shown: what of two worlds says that they are the same one.
    pub fn seed_and_episode(&self) -> (u64, u64) {
        (self.choices.seed, self.episode)
    }

    /// The next world or the one before it; of a dataset, of those that it has.
    fn other_world(&mut self, next: bool) {
        let Some(dataset) = &self.dataset else {
            self.episode = if next {
                self.episode.saturating_add(1)
            } else {
                self.episode.saturating_sub(1)
            };
            return;
        };
        let numbers = dataset.episodes.iter().map(|meta| meta.episode);
        let found = if next {
            numbers.filter(|number| *number > self.episode).min()
        } else {
            numbers.filter(|number| *number < self.episode).max()
        };
        match found {
            Some(episode) => self.episode = episode,
            None => self.say(format!(
                "the dataset has no episode {} this one",
                if next { "after" } else { "before" }
            )),
        }
    }

    /// Opens something else in this session at once. What was not saved is put aside first; [`Session::leave`] asks before.
    pub fn open(&mut self, project: Project) {
        self.open_as(project, None);
    }

    fn open_as(&mut self, project: Project, dataset: Option<Dataset>) {
        self.put_aside();
        self.keep_marks();
        self.let_go_of_side();
        let log = std::mem::take(&mut self.log);
        let before = std::mem::replace(self, Session::of(project, dataset));
        self.tools = before.tools;
        self.looping = before.looping;
        self.home = before.home;
        self.recall_marks();
        self.look_for_left();
        self.log = log;
        // What was derived of the world before must not be taken for this one's.
        self.generation += before.generation;
        let name = self.project.document.document().file.clone();
        self.say(format!("opened {name}"));
        self.wishes.push(Wish::Viewport(Command::ViewHome));
        if self.dataset.is_some() {
            self.wishes.push(Wish::Episodes);
        }
        if !self.problems.is_empty() {
            self.wishes.push(Wish::Problems);
        }
    }

    /// Opens a family, a scene or run file, or a dataset.
    pub fn open_path(&mut self, what: &Path) -> Result<(), terrella_app::AppError> {
        if !what.is_dir() || !is_dataset(what) {
            let project = Project::open(what)?;
            self.open(project);
            return Ok(());
        }
        let dataset = Dataset::open(what)?;
        let project = Project::of_dataset(&what.display().to_string(), &dataset.run_text());
        self.open_as(project, Some(dataset));
        Ok(())
    }

    /// The drawn world becomes a scene of its own.
    fn edit_as_scene(&mut self) {
        let Some(play) = &self.play else { return };
        let plan = play.plan();
        let (name, doc, steps) = match self.kit() {
            Some(kit) => (
                kit.dataset.name.clone(),
                kit.dataset.doc.clone(),
                kit.dataset.run.steps(),
            ),
            None => (
                "episode".into(),
                String::new(),
                play.moments().len().saturating_sub(1).max(1) as u32,
            ),
        };
        let name = format!("{name}_{}", self.episode);
        let scene = SceneSpec::of_drawn(&name, &doc, &plan.task, steps, &plan.world);
        let project = Project::of_text(&name, &scene.to_toml());
        self.open(project);
    }

    /// A problem that has no place in the text.
    pub fn trouble(&mut self, message: &str) {
        self.problems.push(about("", message));
    }
}
