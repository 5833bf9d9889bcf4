//! Whatever is done is taken back and made again exactly: every command of the table, every piece of the library, and every kind of edit
//! that hands and panels make, in any order.
//!
//! A model of what can be taken back is kept beside the session and compared with it after each act, so an act that is two steps, or that
//! becomes part of a step which it has nothing to do with, is found as well.

use super::*;
use proptest::prelude::*;
use std::path::PathBuf;
use terrella_studio::document::SceneDocument;

/// A scene in a file, beside which a text was left that was never saved.
struct Desk {
    _folder: TempDir,
    file: PathBuf,
    session: Session,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("scene.toml");
    std::fs::write(&file, SCENE).expect("it is written");
    std::fs::write(aside(&file), format!("{SCENE}\n# never saved\n")).expect("it is written");
    let mut session = Session::new(Project::open(&file).expect("it is a scene"));
    session.home = Some(folder.path().join("home"));
    Desk {
        _folder: folder,
        file,
        session,
    }
}

/// All texts to which undoing and redoing lead, the first one first, and which of them is the present one.
fn texts(document: &SceneDocument) -> (Vec<String>, usize) {
    let mut back = document.clone();
    let mut texts = vec![document.text().to_string()];
    while back.undo().is_some() {
        texts.push(back.text().to_string());
    }
    texts.reverse();
    let at = texts.len() - 1;
    let mut forth = document.clone();
    while forth.redo().is_some() {
        texts.push(forth.text().to_string());
    }
    // From the first text to the last one, the same way.
    for text in &texts {
        assert_eq!(back.text(), text);
        back.redo();
    }
    (texts, at)
}

/// What can be taken back, and made again.
struct Model {
    first: String,
    /// Texts after steps, and the keys of steps that may go on.
    done: Vec<(String, Option<String>)>,
    /// Texts that were taken back; the last one is the first to be made again.
    undone: Vec<String>,
}

/// What an act does to what can be taken back.
enum Effect {
    /// It is a step of its own where it changes the text.
    Step,
    /// It goes on with a step of the same key.
    More(&'static str),
    /// It is a step of its own, and nothing goes on with the one before it.
    End,
    Undo,
    Redo,
    /// Another document takes the place of this one.
    Another,
}

impl Model {
    fn new(session: &Session) -> Model {
        Model {
            first: session.project.document.text().to_string(),
            done: Vec::new(),
            undone: Vec::new(),
        }
    }

    fn text(&self) -> &str {
        self.done.last().map_or(&self.first, |(text, _)| text)
    }

    fn end(&mut self) {
        if let Some((_, key)) = self.done.last_mut() {
            *key = None;
        }
    }

    /// An act had this effect and led to this text.
    fn follow(&mut self, effect: &Effect, text: &str) {
        let key = match effect {
            Effect::Undo => {
                if let Some((text, _)) = self.done.pop() {
                    self.undone.push(text);
                    self.end();
                }
                return;
            }
            Effect::Redo => {
                if let Some(text) = self.undone.pop() {
                    self.done.push((text, None));
                }
                return;
            }
            Effect::Another => {
                self.first = text.to_string();
                self.done.clear();
                self.undone.clear();
                return;
            }
            Effect::More(key) => Some(key.to_string()),
            Effect::Step => None,
            Effect::End => {
                self.end();
                None
            }
        };
        if text == self.text() {
            return;
        }
        self.undone.clear();
        if key.is_some() && self.done.last().is_some_and(|(_, last)| *last == key) {
            self.done.pop();
            if text == self.text() {
                return;
            }
        }
        self.done.push((text.to_string(), key));
    }

    /// The session is as it should be after an act.
    fn check(&self, session: &mut Session, act: &str) {
        let (texts, at) = texts(&session.project.document);
        let done = self.done.iter().map(|(text, _)| text);
        let undone = self.undone.iter().rev();
        let wanted: Vec<&String> = std::iter::once(&self.first).chain(done).chain(undone).collect();
        assert_eq!(texts.len(), wanted.len(), "{act}: so many steps");
        assert_eq!(at, self.done.len(), "{act}");
        assert!(
            texts.iter().eq(wanted),
            "{act}: steps lead through other texts than they did"
        );
        // What is gone is selected no more.
        let values = session.values().clone();
        if values["world"].is_object() && session.project.is_scene {
            for path in &session.selection {
                let is_thing = path.matches('.').count() > 1;
                assert!(
                    !is_thing || change::at(&values, path).is_some(),
                    "{act}: {path} is selected and gone"
                );
            }
        }
    }
}

/// Does a command, as somebody who stays wherever it is asked whether to leave, and gives its effect.
fn run(session: &mut Session, command: Command) -> Effect {
    let is_saved = !session.project.document.is_dirty();
    let effect = match command {
        Command::Undo => Effect::Undo,
        Command::Redo => Effect::Redo,
        // They begin a document of their own, whose steps are its own.
        Command::New if is_saved => Effect::Another,
        Command::EditAsScene if is_saved && session.play().is_some() => Effect::Another,
        _ => Effect::Step,
    };
    session.run(command);
    session.answer(Answer::Stay);
    session.wishes.clear();
    effect
}

/// Something is selected that can be lowered, there is a step to undo and one to redo, the world has gone on, and the file was changed.
fn busy() -> Desk {
    let mut desk = desk();
    let session = &mut desk.session;
    session.select("world.bodies.marble", false);
    let values = session.values().clone();
    session.edit("move", None, &change::move_by(&values, "marble", [0.0, 0.0, 0.5]));
    session.edit("doc", None, &[Edit::set("doc", "\"another\"")]);
    session.run(Command::Undo);
    for _ in 0..5 {
        session.run(Command::StepForward);
    }
    std::fs::write(&desk.file, format!("{SCENE}\n# from outside\n")).expect("it is written");
    desk
}

/// Of whatever stands in the table, so a command that is new is looked at without anybody's thinking of it.
#[test]
fn every_command_of_the_table_is_one_step_that_is_taken_back_and_made_again() {
    let mut edits = BTreeSet::new();
    for entry in COMMANDS {
        let starts = [
            // Without anything done: what replaces the document does it at once.
            desk(),
            busy(),
            // A text that does not parse, beside the last good world.
            {
                let mut desk = busy();
                desk.session
                    .edit("break", None, &[Edit::Text(format!("{SCENE}\n[[["))]);
                desk
            },
        ];
        for (index, mut desk) in starts.into_iter().enumerate() {
            let session = &mut desk.session;
            let (all, at) = texts(&session.project.document);
            let mut model = Model {
                first: all[0].clone(),
                done: all[1..=at].iter().map(|text| (text.clone(), None)).collect(),
                undone: all[at + 1..].iter().rev().cloned().collect(),
            };
            let selected = session.selection.clone();
            let effect = run(session, entry.command);
            let text = session.project.document.text().to_string();
            if text != all[at] {
                edits.insert(entry.name);
            }
            model.follow(&effect, &text);
            let act = format!("{} from start {index}", entry.name);
            model.check(session, &act);
            if index == 2 && text == all[at] && entry.command != Command::Deselect {
                assert!(
                    session.selection == selected || entry.command == Command::SelectAll,
                    "{act}: nothing was done, and something else is selected"
                );
            }
            // By the commands themselves, with the world drawn anew each time.
            if text != all[at] && matches!(effect, Effect::Step) {
                session.run(Command::Undo);
                assert_eq!(session.project.document.text(), all[at], "{act}");
                session.run(Command::Redo);
                assert_eq!(session.project.document.text(), text, "{act}");
            }
        }
    }
    // Those that are known to change the text did: the starts are such that they can.
    let known = [
        Command::New,
        Command::Reload,
        Command::TakeUp,
        Command::EditAsScene,
        Command::Undo,
        Command::Redo,
        Command::Duplicate,
        Command::Delete,
        Command::DropToSurface,
        Command::WritePoses,
    ];
    for command in known {
        let name = command.entry().name;
        assert!(edits.contains(name), "{name} changes nothing");
    }
}

/// A piece of the library, clicked or dragged to a surface.
fn put_piece(session: &mut Session, piece: usize, dragged: bool) -> &'static str {
    let piece = &PIECES[piece % PIECES.len()];
    let mut target = Target::selected(session);
    if dragged {
        target.surface = Some(([0.5, -0.4, 0.1], [0.0, 0.0, 1.0]));
    }
    put(session, piece, &target);
    piece.name
}

#[test]
fn every_piece_of_the_library_is_one_step_that_is_taken_back_and_made_again() {
    for piece in 0..PIECES.len() {
        for dragged in [false, true] {
            let mut desk = desk();
            let session = &mut desk.session;
            // A fault wants a mechanism that can fail, a motor a joint.
            for (name, path) in [("hinge", "world.bodies.cone"), ("servo", "world.bodies.cone")] {
                session.select(path, false);
                let index = PIECES.iter().position(|piece| piece.name == name);
                put_piece(session, index.expect("it is one"), false);
            }
            session.select("world.bodies.cone", false);
            let (all, at) = texts(&session.project.document);
            assert_eq!((all.len(), at), (3, 2));
            let name = put_piece(session, piece, dragged);
            let text = session.project.document.text().to_string();
            let (now, at) = texts(&session.project.document);
            assert_eq!((now.len(), at), (4, 3), "{name} is one step: {:?}", session.log);
            assert_eq!(now[..3], all[..], "{name}");
            session.run(Command::Undo);
            assert_eq!(session.project.document.text(), all[2], "{name}");
            session.run(Command::Redo);
            assert_eq!(session.project.document.text(), text, "{name}");
        }
    }
}

/// What a person may do; numbers choose of what there is then.
#[derive(Clone, Debug)]
enum Act {
    /// A command of the table.
    Run(usize),
    Select(usize, bool),
    /// A piece of the library, clicked or dragged to a surface.
    Put(usize, bool),
    /// Handles that were moved, turned and scaled all that is selected.
    Hands([f32; 3], usize),
    /// A field that is dragged, of all that is selected.
    Drag(usize),
    /// A field is let go.
    LetGo,
    /// A number becomes a distribution.
    Law(usize, usize),
    Reset(usize),
    Rename(usize, usize),
    /// A letter typed into the text.
    Type(usize),
    /// The text is wrong from now on.
    Break,
    /// The file is changed outside.
    Outside(usize),
    /// A factor of a family is overridden.
    Factor(usize, usize),
    Reroll(u64),
    /// The world plays for a while.
    Play,
    Lock(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let number = 0usize..64;
    let much = prop::sample::select(vec![-0.3f32, -0.01, 0.0, 0.2, 1.5]);
    prop_oneof![
        8 => number.clone().prop_map(Act::Run),
        3 => (number.clone(), any::<bool>()).prop_map(|(which, add)| Act::Select(which, add)),
        3 => (number.clone(), any::<bool>()).prop_map(|(which, dragged)| Act::Put(which, dragged)),
        2 => ([much.clone(), much.clone(), much], number.clone()).prop_map(|(by, tool)| Act::Hands(by, tool)),
        4 => number.clone().prop_map(Act::Drag),
        1 => Just(Act::LetGo),
        2 => (number.clone(), number.clone()).prop_map(|(which, law)| Act::Law(which, law)),
        2 => number.clone().prop_map(Act::Reset),
        1 => (number.clone(), number.clone()).prop_map(|(which, name)| Act::Rename(which, name)),
        2 => number.clone().prop_map(Act::Type),
        1 => Just(Act::Break),
        1 => number.clone().prop_map(Act::Outside),
        3 => (number.clone(), number.clone()).prop_map(|(which, law)| Act::Factor(which, law)),
        1 => (0u64..4).prop_map(Act::Reroll),
        1 => Just(Act::Play),
        1 => number.prop_map(Act::Lock),
    ]
}

/// Laws as they are written, with and without one that is held out.
const LAWS: [&str; 6] = [
    "0.25",
    "{ uniform = [0.1, 0.9] }",
    "{ log_uniform = [0.1, 0.9] }",
    "{ normal = [0.5, 0.1] }",
    "{ choice = [0.2, 0.4, 0.8] }",
    "{ uniform = [0.1, 0.5], ood = { uniform = [0.6, 0.7] } }",
];

/// All things of the world, by their places.
fn things(session: &mut Session) -> Vec<String> {
    let values = session.values()["world"].clone();
    let kinds = [
        "bodies",
        "joints",
        "mechanisms",
        "cameras",
        "liquids",
        "softs",
        "lights",
        "lidars",
        "faults",
    ];
    let places = |kind: &str| -> Vec<String> {
        let things = values[kind].as_object().into_iter().flatten();
        things.map(|(name, _)| change::place(kind, name)).collect()
    };
    kinds.iter().flat_map(|kind| places(kind)).collect()
}

/// One of these.
fn of<T: Clone>(all: &[T], which: usize) -> Option<T> {
    all.get(which.checked_rem(all.len())?).cloned()
}

/// Sets or takes away a field of all selected bodies, as the inspector does.
fn fields(session: &mut Session, key: Option<&str>, edit: impl Fn(&str) -> Edit) {
    let bodies = session.selected_bodies();
    let edits: Vec<Edit> = bodies.iter().map(|body| edit(&change::body_path(body))).collect();
    session.edit("change", key, &edits);
}

/// Does it, and gives its effect.
fn perform(desk: &mut Desk, act: &Act) -> Effect {
    let session = &mut desk.session;
    let text = session.project.document.text().to_string();
    match act {
        Act::Run(which) => return run(session, COMMANDS[which % COMMANDS.len()].command),
        Act::Select(which, add) => {
            if let Some(path) = of(&things(session), *which) {
                session.select(&path, *add);
            }
        }
        Act::Put(which, dragged) => {
            put_piece(session, *which, *dragged);
            return Effect::End;
        }
        Act::Hands(by, tool) => {
            session.playing = false;
            run(session, Command::Reset);
            let mut viewport = Viewport::default();
            let drag = Drag {
                offset_m: Vec3::ZERO,
                turn: Quat::IDENTITY,
                scale: Vec3::ONE,
            };
            viewport.drag(match tool % 3 {
                0 => Drag {
                    offset_m: Vec3::from_array(*by),
                    ..drag
                },
                1 => Drag {
                    turn: Quat::from_scaled_axis(Vec3::from_array(*by)),
                    ..drag
                },
                _ => Drag {
                    scale: Vec3::ONE + Vec3::from_array(*by),
                    ..drag
                },
            });
            session.tools.tool = [Tool::Move, Tool::Rotate, Tool::Scale][tool % 3];
            viewport.drop_drag(session);
        }
        Act::Drag(step) => {
            // To one of three values, so there and back again.
            let value = ["0.3", "0.4", "0.5"][step % 3];
            fields(session, Some("friction"), |body| {
                Edit::set(format!("{body}.material.friction"), value)
            });
            return Effect::More("friction");
        }
        Act::LetGo => {
            session.project.document.end_drag();
            return Effect::End;
        }
        Act::Law(field, law) => {
            let field = [
                "material.friction",
                "position_m[2]",
                "angular_damping",
                "paint.color[0]",
            ][field % 4];
            fields(session, None, |body| {
                Edit::set(format!("{body}.{field}"), LAWS[law % LAWS.len()])
            });
        }
        Act::Reset(field) => {
            let field = ["material", "paint", "rotation", "class"][field % 4];
            fields(session, None, |body| Edit::Remove {
                path: format!("{body}.{field}"),
            });
        }
        Act::Rename(which, name) => {
            if let Some(path) = of(&things(session), *which) {
                let name = ["a body", "a.b", "größer", "marble", "it's"][name % 5];
                let edit = Edit::Rename {
                    path,
                    name: name.into(),
                };
                session.edit("rename", None, &[edit]);
            }
        }
        Act::Type(letter) => {
            let letter = ["#", "\n", "x"][letter % 3];
            session.edit("typing", Some("typing"), &[Edit::Text(format!("{text}{letter}"))]);
            return Effect::More("typing");
        }
        Act::Break => session.edit(
            "break",
            None,
            &[Edit::Text(text.replacen("[world", "[[world", 1))],
        ),
        Act::Outside(which) => {
            std::fs::write(&desk.file, format!("{SCENE}\n# {which}\n")).expect("it is written");
            if which % 2 == 0 {
                session.look_at_file();
            }
        }
        Act::Factor(which, law) => {
            let names: Vec<String> = (session.kit().into_iter())
                .flat_map(|kit| kit.dataset.factors.iter().map(|factor| factor.name.clone()))
                .collect();
            if let Some(name) = of(&names, *which).filter(|_| !session.project.is_scene) {
                let path = format!("factors.{}", terrella_app::spec::document::quoted_key(&name));
                let edit = match of(&LAWS, *law).filter(|_| law % 7 != 0) {
                    Some(law) => Edit::set(path, law),
                    None => Edit::Remove { path },
                };
                session.edit("change a factor", Some("factor"), &[edit]);
                return Effect::More("factor");
            }
        }
        Act::Reroll(seed) => {
            session.choices.seed = *seed;
            session.episode = seed * 3;
            session.refresh();
        }
        Act::Play => {
            session.playing = true;
            session.tick(0.2);
        }
        Act::Lock(which) => {
            if let Some(path) = of(&things(session), *which)
                && !session.locked.remove(&path)
            {
                session.locked.insert(path);
            }
        }
    }
    Effect::Step
}

/// All acts, one after the other; then everything is taken back, and made again, by the commands.
fn all_is_taken_back(mut desk: Desk, acts: &[Act]) {
    let mut model = Model::new(&desk.session);
    for act in acts {
        let locked: Vec<(String, Option<_>)> = {
            let values = desk.session.values().clone();
            let bodies = desk
                .session
                .locked
                .iter()
                .filter(|path| path.starts_with("world.bodies."));
            bodies
                .map(|path| (path.clone(), change::at(&values, path).cloned()))
                .collect()
        };
        let effect = perform(&mut desk, act);
        let text = desk.session.project.document.text().to_string();
        model.follow(&effect, &text);
        let told = match act {
            Act::Run(which) => COMMANDS[which % COMMANDS.len()].name.to_string(),
            act => format!("{act:?}"),
        };
        model.check(&mut desk.session, &told);
        // No command and no handle changes a body that is locked.
        let moves = match act {
            Act::Hands(..) => true,
            Act::Run(which) => {
                let command = COMMANDS[which % COMMANDS.len()].command;
                // Those put another text in the place of the whole one.
                let whole = matches!(command, Command::Reload | Command::TakeUp);
                matches!(effect, Effect::Step) && !whole
            }
            _ => false,
        };
        let values = desk.session.values().clone();
        if moves && values["world"].is_object() {
            for (path, before) in locked {
                assert_eq!(
                    change::at(&values, &path),
                    before.as_ref(),
                    "{told}: {path} is locked"
                );
            }
        }
    }
    let session = &mut desk.session;
    let (texts, at) = texts(&session.project.document);
    for text in texts[..at].iter().rev() {
        session.run(Command::Undo);
        assert_eq!(session.project.document.text(), text);
    }
    session.run(Command::Undo);
    assert_eq!(session.project.document.text(), model.first);
    for text in &texts[1..] {
        session.run(Command::Redo);
        assert_eq!(session.project.document.text(), text);
    }
    session.run(Command::Redo);
    let last = session.project.document.text().to_string();
    assert_eq!(Some(&last), texts.last());
    // What is derived of the text is what it would be of a text that was just opened.
    let fresh = Session::new(Project::of_text("fresh", &last));
    session.choices = fresh.choices.clone();
    session.episode = fresh.episode;
    session.refresh();
    assert_eq!(session.is_current(), fresh.is_current(), "{:?}", session.problems);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn undo_and_redo_restore_a_scene_exactly(acts in prop::collection::vec(act(), 1..24)) {
        all_is_taken_back(desk(), &acts);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn undo_and_redo_restore_the_run_of_a_family_exactly(acts in prop::collection::vec(act(), 1..16)) {
        let mut desk = desk();
        desk.session = family("drop_bounce");
        all_is_taken_back(desk, &acts);
    }
}

/// It moved what was locked.
#[test]
fn what_is_locked_stays_where_poses_are_written() {
    let mut desk = desk();
    let session = &mut desk.session;
    session.locked.insert(change::body_path("marble"));
    for _ in 0..5 {
        session.run(Command::StepForward);
    }
    session.run(Command::WritePoses);
    let values = session.values().clone();
    let fresh = change::values(&Project::of_scene("scene.toml", SCENE).document);
    let marble = change::body_path("marble");
    assert_eq!(change::at(&values, &marble), change::at(&fresh, &marble));
    assert_ne!(session.project.document.text(), SCENE, "others have moved");
}

/// What was selected was forgotten, though nothing had been copied or put in.
#[test]
fn what_cannot_be_copied_or_put_in_leaves_the_selection_as_it_is() {
    let mut desk = desk();
    let session = &mut desk.session;
    session.select("world.light", false);
    session.run(Command::Duplicate);
    assert_eq!(session.selection, ["world.light"]);
    session.select("world.bodies.marble", false);
    session.edit("break", None, &[Edit::Text(format!("{SCENE}\n[[["))]);
    let target = Target::selected(session);
    for piece in PIECES {
        put(session, piece, &target);
        assert_eq!(session.selection, ["world.bodies.marble"], "{}", piece.name);
    }
}

/// A run of a family got bodies, which it cannot have.
#[test]
fn no_piece_is_put_into_the_run_of_a_family() {
    let mut session = family("drop_bounce");
    let before = session.project.document.text().to_string();
    for piece in PIECES {
        put(&mut session, piece, &Target::default());
    }
    assert_eq!(session.project.document.text(), before);
}

/// It was changed by a click in the library.
#[test]
fn what_is_locked_gets_no_other_material() {
    let mut desk = desk();
    let session = &mut desk.session;
    session.locked.insert(change::body_path("marble"));
    session.select("world.bodies.marble", false);
    let steel = PIECES.iter().find(|piece| piece.name == "steel");
    let target = Target::selected(session);
    put(session, steel.expect("it is one"), &target);
    assert_eq!(session.project.document.text(), SCENE);
}
