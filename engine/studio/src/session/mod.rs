//! Everything that the window shows and changes, without the window: panels read it, commands act on it, tests drive it.

mod files;

pub use files::aside;

use crate::change;
use crate::commands::Command;
use crate::document::Edit;
use crate::play::Play;
use crate::project::{Choices, Project, about, diagnostics};
use crate::tape::{Dataset, is_dataset};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Instant, SystemTime};
use terrella_app::RunKit;
use terrella_app::sim::lane::{Lane, Tug};
use terrella_app::spec::diagnostic::{Diagnostic, Diagnostics};
use terrella_app::spec::scene::SceneSpec;
use terrella_app::spec::world::World;

/// What a command wants of the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The viewport does it.
    Viewport(Command),
    /// A dialog opens.
    Dialog(Dialog),
    /// The text comes to the front.
    Text,
    /// The episodes of a dataset come to the front.
    Episodes,
}

/// Dialogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The gallery of families, and files by name.
    Gallery,
    /// Where to save.
    SaveAs,
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
    pub snap: bool,
    pub grid: bool,
    pub colliders: bool,
    pub joints: bool,
    pub contacts: bool,
    pub centres: bool,
    pub frames: bool,
    pub frusta: bool,
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
    /// Worlds that are kept in mind.
    pub pinned: BTreeSet<u64>,
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
    /// Seconds of the world in a second.
    pub speed: f64,
    /// The action of the hand, where it acts in the place of the policy.
    pub hand: Option<Vec<f32>>,
    /// A body that the mouse pulls.
    pub tug: Option<Tug>,
    /// The dataset that is looked at, in the place of a document's worlds.
    pub dataset: Option<Dataset>,
    /// An episode beside the one that is shown.
    pub beside: Option<u64>,
    /// What commands want of the window.
    pub wishes: Vec<Wish>,
    /// The line of the text that somebody wants to see.
    pub line: Option<usize>,
    /// The folder in which texts are put aside that are of no file; they are not put aside where there is none.
    pub home: Option<PathBuf>,
    left: Option<PathBuf>,
    play: Option<Play>,
    /// What is beside it.
    other: Option<Play>,
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
        let (seed, policy) = match project.run() {
            Ok(run) => (run.seed, run.policies.first().map(|policy| policy.name.clone())),
            Err(_) => (0, None),
        };
        let policy =
            policy.unwrap_or_else(|| if project.is_scene { "replay" } else { "scripted" }.to_string());
        let mut session = Session {
            choices: Choices { seed, policy },
            episode: 0,
            pinned: BTreeSet::new(),
            selection: Vec::new(),
            hidden: BTreeSet::new(),
            locked: BTreeSet::new(),
            problems: Vec::new(),
            log: Vec::new(),
            tools: Tools {
                tool: Tool::Move,
                local_axes: false,
                snap: false,
                grid: true,
                colliders: false,
                joints: false,
                contacts: false,
                centres: false,
                frames: false,
                frusta: false,
            },
            playing: false,
            speed: 1.0,
            hand: None,
            tug: None,
            dataset: None,
            beside: None,
            other: None,
            wishes: Vec::new(),
            line: None,
            home: None,
            left: None,
            play: None,
            made: None,
            tried: None,
            generation: 0,
            values: (u64::MAX, Json::Null),
            due_secs: 0.0,
            autosaved: (Instant::now(), 0),
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
        let wanted = (
            self.project.document.version(),
            self.choices.clone(),
            self.episode,
        );
        if self.tried.as_ref() == Some(&wanted) {
            return;
        }
        self.tried = Some(wanted.clone());
        if let Some(dataset) = &self.dataset {
            match dataset.play(self.episode) {
                Ok(play) => {
                    self.problems.clear();
                    self.play = Some(play);
                    self.generation += 1;
                    self.forget_what_is_gone();
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
                self.play = Some(play);
                self.generation += 1;
                self.made = Some(Made {
                    kit,
                    version,
                    choices,
                    policies,
                });
                self.due_secs = 0.0;
                self.forget_what_is_gone();
            }
            Err(Diagnostics(problems)) => self.problems = problems,
        }
    }

    /// True where the world that is shown is the one of the text.
    pub fn is_current(&self) -> bool {
        self.problems.is_empty()
    }

    fn forget_what_is_gone(&mut self) {
        let Some(play) = &self.play else { return };
        let world = &play.plan().world;
        let there = |path: &String| match change::body_of(path) {
            Some(body) => world.bodies.contains_key(&body),
            None => true,
        };
        self.selection.retain(there);
        let inputs = play.action_space().len();
        if let Some(hand) = &mut self.hand {
            hand.resize(inputs, 0.0);
        }
    }

    /// Makes edits as one step. What is wrong with them is told and nothing changes.
    pub fn edit(&mut self, label: &str, key: Option<&str>, edits: &[Edit]) {
        if let Err(Diagnostics(wrong)) = self.project.document.apply(label, key, edits) {
            for diagnostic in wrong {
                self.say(format!("{label}: {}", diagnostic.message));
            }
        }
        self.refresh();
    }

    /// Time passes: the world is played, files are looked after.
    pub fn tick(&mut self, secs: f64) {
        self.refresh();
        if self.playing {
            self.go_on(secs);
        }
        self.look_after_files();
    }

    fn go_on(&mut self, secs: f64) {
        let Some(play) = &mut self.play else { return };
        let record = 1.0 / f64::from(play.plan().world.control_hz);
        // A slow machine plays slowly; it does not try to catch up.
        self.due_secs = (self.due_secs + secs * self.speed).min(8.0 * record);
        while self.due_secs >= record {
            self.due_secs -= record;
            if !play.step(self.hand.as_deref(), self.tug) {
                if !play.is_live() {
                    // What was recorded goes round.
                    play.show(0);
                    continue;
                }
                self.playing = false;
                if let Some(reason) = play.failed() {
                    let reason = reason.to_string();
                    self.say(reason);
                }
                return;
            }
        }
    }

    /// Does what a command says.
    pub fn run(&mut self, command: Command) {
        match command {
            Command::New => self.open(Project::empty()),
            Command::Save => self.save(),
            Command::Reload => self.reload(),
            Command::TakeUp => self.take_up(),
            Command::ThrowAway => self.throw_away(),
            Command::EditAsScene => self.edit_as_scene(),
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
            Command::WritePoses => self.write_poses(),
            Command::DropToSurface => self.drop_to_surface(),
            Command::Move => self.tools.tool = Tool::Move,
            Command::Rotate => self.tools.tool = Tool::Rotate,
            Command::Scale => self.tools.tool = Tool::Scale,
            Command::LocalAxes => self.tools.local_axes ^= true,
            Command::Snap => self.tools.snap ^= true,
            Command::Grid => self.tools.grid ^= true,
            Command::Colliders => self.tools.colliders ^= true,
            Command::Joints => self.tools.joints ^= true,
            Command::Contacts => self.tools.contacts ^= true,
            Command::Centres => self.tools.centres ^= true,
            Command::Frames => self.tools.frames ^= true,
            Command::Frusta => self.tools.frusta ^= true,
            Command::PlayPause => self.playing ^= true,
            Command::StepForward => {
                self.playing = false;
                let (hand, tug) = (self.hand.clone(), self.tug);
                if let Some(play) = &mut self.play {
                    play.step(hand.as_deref(), tug);
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
            Command::Slower => self.speed = (self.speed / 2.0).max(1.0 / 16.0),
            Command::Faster => self.speed = (self.speed * 2.0).min(16.0),
            Command::Hand => {
                let inputs = self.play.as_ref().map_or(0, |play| play.action_space().len());
                self.hand = match self.hand.take() {
                    Some(_) => None,
                    None => Some(vec![0.0; inputs]),
                };
            }
            Command::NextWorld => self.episode += 1,
            Command::PreviousWorld => self.episode = self.episode.saturating_sub(1),
            Command::PinWorld => {
                if !self.pinned.remove(&self.episode) {
                    self.pinned.insert(self.episode);
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
            | Command::ViewRight
            | Command::ViewTop
            | Command::ViewHome
            | Command::ViewCamera => self.wishes.push(Wish::Viewport(command)),
        }
        self.refresh();
    }

    /// Opens something else in this session. What was not saved is put aside first.
    pub fn open(&mut self, project: Project) {
        self.put_aside();
        let log = std::mem::take(&mut self.log);
        let before = std::mem::replace(self, Session::new(project));
        self.tools = before.tools;
        self.home = before.home;
        self.look_for_left();
        self.log = log;
        // What was derived of the world before must not be taken for this one's.
        self.generation += before.generation;
        let name = self.project.document.document().file.clone();
        self.say(format!("opened {name}"));
        self.wishes.push(Wish::Viewport(Command::ViewHome));
    }

    /// Opens a family, a scene or run file, or a dataset.
    pub fn open_path(&mut self, what: &Path) -> Result<(), terrella_app::AppError> {
        if !what.is_dir() || !is_dataset(what) {
            let project = Project::open(what)?;
            self.open(project);
            return Ok(());
        }
        let dataset = Dataset::open(what)?;
        self.open(Project::of_dataset(
            &what.display().to_string(),
            &dataset.run_text(),
        ));
        self.episode = dataset.episodes.first().map_or(0, |meta| meta.episode);
        self.dataset = Some(dataset);
        self.tried = None;
        self.refresh();
        self.wishes.push(Wish::Episodes);
        Ok(())
    }

    /// Puts an episode of the dataset beside the one that is shown, or takes it away.
    pub fn put_beside(&mut self, episode: Option<u64>) {
        self.beside = episode;
        self.other = None;
        let (Some(episode), Some(dataset)) = (episode, &self.dataset) else {
            return;
        };
        match dataset.play(episode) {
            Ok(play) => self.other = Some(play),
            Err(error) => self.say(error.to_string()),
        }
    }

    /// The episode beside the one that is shown.
    pub fn other(&self) -> Option<&Play> {
        self.other.as_ref()
    }

    /// Names of the selected bodies.
    pub fn selected_bodies(&self) -> Vec<String> {
        self.selection
            .iter()
            .filter_map(|path| change::body_of(path))
            .collect()
    }

    /// True where a body is neither picked nor moved.
    pub fn is_locked(&self, body: &str) -> bool {
        self.locked.contains(&change::body_path(body))
    }

    /// Selects a place, or adds it to the selection or takes it out of it.
    pub fn select(&mut self, path: &str, add: bool) {
        if !add {
            self.selection = vec![path.to_string()];
        } else if let Some(at) = self.selection.iter().position(|selected| selected == path) {
            self.selection.remove(at);
        } else {
            self.selection.push(path.to_string());
        }
    }

    fn only_scenes(&mut self, what: &str) -> bool {
        if !self.project.is_scene {
            self.say(format!(
                "{what}: a family makes these worlds; make a scene of this one first (Ctrl+E)"
            ));
        }
        self.project.is_scene
    }

    fn duplicate(&mut self) {
        if !self.only_scenes("duplicate") {
            return;
        }
        let selection = self.selection.clone();
        let values = self.values().clone();
        let (mut edits, mut copies) = (Vec::new(), Vec::new());
        for path in selection {
            let Some((parent, name)) = change::parent_and_name(&path) else {
                continue;
            };
            let free = change::free_name(&name, |name| {
                let place = format!("{parent}.{}", change::quoted_key(name));
                change::at(&values, &place).is_some() || copies.contains(&place)
            });
            copies.push(format!("{parent}.{}", change::quoted_key(&free)));
            edits.push(Edit::Copy { path, name: free });
        }
        self.edit("duplicate", None, &edits);
        self.selection = copies;
    }

    fn delete(&mut self) {
        if !self.only_scenes("delete") {
            return;
        }
        let gone: Vec<String> = self
            .selection
            .iter()
            .filter(|path| !self.locked.contains(*path))
            .cloned()
            .collect();
        let edits: Vec<Edit> = gone
            .iter()
            .map(|path| Edit::Remove { path: path.clone() })
            .collect();
        self.selection.retain(|path| !gone.contains(path));
        self.edit("delete", None, &edits);
    }

    fn write_poses(&mut self) {
        if !self.only_scenes("write poses") {
            return;
        }
        let values = self.values().clone();
        let Some(play) = &self.play else { return };
        let edits = change::write_poses(&values, &play.plan().world, &play.now().poses);
        let count = edits.len();
        self.edit("write poses", None, &edits);
        self.say(format!("{count} fields written"));
    }

    /// Lowers each selected body until it is as near to another one as it can be.
    fn drop_to_surface(&mut self) {
        if !self.only_scenes("drop to surface") {
            return;
        }
        let mut bodies = self.selected_bodies();
        bodies.retain(|body| !self.is_locked(body));
        let values = self.values().clone();
        let falls = bodies.iter().map(|body| (body, self.fall_m(body)));
        let edits: Vec<Edit> = falls
            .flat_map(|(body, fall)| change::move_by(&values, body, [0.0, 0.0, -fall.unwrap_or(0.0)]))
            .collect();
        self.edit("drop to surface", None, &edits);
    }

    /// How far a body falls from its start until it touches something, m; nothing where there is nothing below it.
    pub fn fall_m(&self, body: &str) -> Option<f32> {
        let lane = Lane::new(Arc::new(self.play.as_ref()?.plan().clone())).ok()?;
        let start = lane.view();
        start.fall_m(start.body_index(body)?)
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
        let project = Project::of_scene(&name, &scene.to_toml());
        self.open(project);
    }

    /// Shows where a problem is: selects what it is in, and its line in the text.
    pub fn go_to(&mut self, problem: &Diagnostic) {
        if problem.line > 0 {
            self.line = Some(problem.line);
        }
        let mut steps = problem.field.split('.');
        if let (Some("world"), Some(kind), Some(name)) = (steps.next(), steps.next(), steps.next()) {
            self.selection = vec![format!("world.{kind}.{name}")];
        }
        self.wishes.push(Wish::Text);
    }

    /// A problem that has no place in the text.
    pub fn trouble(&mut self, message: &str) {
        self.problems.push(about("", message));
    }
}
