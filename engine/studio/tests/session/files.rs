//! Files: what is saved, put aside, changed outside, and asked about.

use super::*;

#[test]
fn a_file_is_saved_whole_and_read_again_when_it_changes_outside() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scene.toml");
    std::fs::write(&path, SCENE).expect("it is written");
    let mut session = Session::new(Project::open(&path).expect("it opens"));
    assert!(!session.project.document.is_dirty());
    session.select("world.bodies.floor", false);
    session.edit("name", None, &[Edit::set("doc", "\"mine\"")]);
    assert!(session.project.document.is_dirty());
    session.put_aside();
    assert!(aside(&path).exists());
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), SCENE);
    session.run(Command::Save);
    assert!(!session.project.document.is_dirty());
    assert!(!aside(&path).exists());
    assert_eq!(
        std::fs::read_to_string(&path).expect("it is there"),
        session.project.document.text()
    );
    std::fs::write(&path, SCENE.replacen("marble", "pebble", 1)).expect("it is written");
    session.run(Command::Reload);
    assert!(session.project.document.text().contains("pebble"));
    session.run(Command::Undo);
    assert!(session.project.document.text().contains("\"mine\""));
}

#[test]
fn a_text_that_was_left_unsaved_can_be_taken_up_or_thrown_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("scene.toml");
    std::fs::write(&file, SCENE).expect("it is written");
    let open = || Session::new(Project::open(&file).expect("it is a scene"));
    let mut session = open();
    assert!(session.left().is_empty());
    session.edit("task", None, &[Edit::set("task", "\"another\"")]);
    session.put_aside();
    let edited = session.project.document.text().to_string();
    drop(session);

    // As after a crash.
    let mut session = open();
    assert_eq!(session.left(), [aside(&file)]);
    session.edit("task", None, &[Edit::set("task", "\"a third\"")]);
    // What was left is not written over by what is done now.
    session.put_aside();
    session.run(Command::TakeUp);
    assert_eq!(session.project.document.text(), edited);
    session.run(Command::Undo);
    assert!(session.project.document.text().contains("a third"));
    session.run(Command::Redo);
    session.run(Command::Save);
    assert!(open().left().is_empty());
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), edited);

    session.edit("task", None, &[Edit::set("task", "\"a fourth\"")]);
    session.put_aside();
    drop(session);
    let mut session = open();
    session.run(Command::ThrowAway);
    assert!(session.left().is_empty() && !aside(&file).exists());
    assert_eq!(session.project.document.text(), edited);
}

#[test]
fn a_scene_of_no_file_is_put_aside_in_the_home() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = Some(folder.path().join("terrella"));
    let mut session = marbles();
    session.home.clone_from(&home);
    session.edit("task", None, &[Edit::set("task", "\"another\"")]);
    session.put_aside();
    let edited = session.project.document.text().to_string();
    drop(session);

    let mut session = Session::new(Project::empty());
    session.home = home;
    session.look_for_left();
    session.run(Command::TakeUp);
    assert_eq!(session.project.document.text(), edited);
    let file = folder.path().join("marbles.toml");
    session.save_to(&file);
    session.look_for_left();
    assert!(session.left().is_empty());
    assert_eq!(
        std::fs::read_dir(folder.path().join("terrella"))
            .expect("it is there")
            .count(),
        0
    );
}

/// Another scene that was begun forgot what was left, and wrote over it.
#[test]
fn what_was_left_is_still_offered_when_another_scene_is_begun() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = marbles();
    session.home = Some(folder.path().to_path_buf());
    session.edit("task", None, &[Edit::set("task", "\"another\"")]);
    session.put_aside();
    let edited = session.project.document.text().to_string();
    drop(session);

    let mut session = Session::new(Project::empty());
    session.home = Some(folder.path().to_path_buf());
    session.run(Command::New);
    session.edit("task", None, &[Edit::set("task", "\"a third\"")]);
    session.put_aside();
    session.run(Command::TakeUp);
    assert_eq!(session.project.document.text(), edited);
}

/// It was taken for a scene, of which it has no field.
#[test]
fn a_family_whose_factors_were_changed_is_taken_up_as_a_family() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = family("drop_bounce");
    session.home = Some(folder.path().to_path_buf());
    session.edit("steps", None, &[Edit::set("steps", "77")]);
    session.put_aside();
    drop(session);

    let mut session = Session::new(Project::empty());
    session.home = Some(folder.path().to_path_buf());
    session.look_for_left();
    session.run(Command::TakeUp);
    assert!(
        !session.project.is_scene && session.problems.is_empty(),
        "{:?}",
        session.problems
    );
    assert!(session.project.document.text().contains("steps = 77"));
}

/// A file with `SCENE` in a folder of its own.
fn scene_file() -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("scene.toml");
    std::fs::write(&file, SCENE).expect("it is written");
    (folder, file)
}

fn open_file(file: &Path) -> Session {
    Session::new(Project::open(file).expect("it is a scene"))
}

/// Saving deleted the side file of a crash before anybody had looked at it.
#[test]
fn what_was_left_beside_a_file_outlives_a_save() {
    let (_folder, file) = scene_file();
    let mut session = open_file(&file);
    session.edit("task", None, &[Edit::set("task", "\"lost\"")]);
    session.put_aside();
    drop(session);

    let mut session = open_file(&file);
    session.edit("task", None, &[Edit::set("task", "\"new\"")]);
    session.put_aside();
    session.run(Command::Save);
    assert_eq!(session.left(), [aside(&file)]);
    session.run(Command::TakeUp);
    assert!(session.project.document.text().contains("lost"));
    assert!(session.left().is_empty());
}

/// Texts of no file shared one side file.
#[test]
fn two_sessions_put_their_texts_aside_each_for_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let begin = |word: &str| {
        let mut session = marbles();
        session.home = Some(folder.path().to_path_buf());
        session.look_for_left();
        session.edit("task", None, &[Edit::set("task", format!("\"{word}\""))]);
        session.put_aside();
        session
    };
    let (one, other) = (begin("one"), begin("other"));
    let mut third = begin("third");
    // They live: their texts are not left.
    third.look_for_left();
    assert!(third.left().is_empty(), "{:?}", third.left());
    drop((one, other));
    third.look_for_left();
    assert_eq!(third.left().len(), 2);
    let texts: Vec<String> = third
        .left()
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("it is there"))
        .collect();
    for word in ["\"one\"", "\"other\""] {
        assert!(texts.iter().any(|text| text.contains(word)), "{word}");
    }
}

/// A new scene, or another file, took the place of an unsaved text without a word.
#[test]
fn before_an_unsaved_text_is_left_it_is_asked() {
    let (folder, file) = scene_file();
    let edited = || {
        let mut session = open_file(&file);
        session.edit("task", None, &[Edit::set("task", "\"edited\"")]);
        session.put_aside();
        session
    };
    let mut session = edited();
    session.run(Command::New);
    assert_eq!(session.question(), Some(&Leaving::New));
    session.answer(Answer::Stay);
    assert!(session.question().is_none() && session.project.document.text().contains("edited"));

    session.run(Command::Quit);
    assert_eq!(session.question(), Some(&Leaving::Close));
    assert!(!session.wishes.contains(&Wish::Close));
    session.answer(Answer::Discard);
    assert!(session.wishes.contains(&Wish::Close));
    session.put_aside();
    assert!(!aside(&file).exists());
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), SCENE);
    drop(session);

    let mut session = edited();
    let other = folder.path().join("other.toml");
    std::fs::write(&other, TABLE).expect("it is written");
    session.leave(Leaving::Open(other.clone())).expect("it asks");
    session.answer(Answer::Save(file.clone()));
    assert_eq!(session.project.document.path(), Some(other.as_path()));
    assert!(
        std::fs::read_to_string(&file)
            .expect("it is there")
            .contains("edited")
    );
    // Nothing is unsaved now: nothing is asked.
    session.run(Command::New);
    assert!(session.question().is_none());
    assert_eq!(session.project.document.path(), None);
}

/// What somebody took up after a crash, or made of a family's world, counted as saved although it was in no file.
#[test]
fn a_text_that_was_never_in_a_file_is_asked_about() {
    let mut session = family("drop_bounce");
    session.run(Command::EditAsScene);
    assert!(session.project.is_scene && session.project.document.is_dirty());
    session.run(Command::New);
    assert_eq!(session.question(), Some(&Leaving::New));
}

/// The window's last words: what it puts aside when a bug ends it.
#[test]
fn an_unsaved_text_is_put_aside_apart_from_its_session() {
    let (_folder, file) = scene_file();
    let mut session = open_file(&file);
    assert!(session.unsaved().is_none());
    session.edit("task", None, &[Edit::set("task", "\"edited\"")]);
    let unsaved = session.unsaved().expect("it is not saved");
    let text = session.project.document.text().to_string();
    drop(session);
    let path = unsaved.put_aside().expect("it is put aside");
    assert_eq!(std::fs::read_to_string(path).expect("it is there"), text);
    assert_eq!(open_file(&file).left(), [aside(&file)]);
}

/// A file that was changed outside took the place of edits that were not saved.
#[test]
fn a_change_outside_waits_while_the_text_is_not_saved() {
    let (_folder, file) = scene_file();
    let mut session = open_file(&file);
    let outside = SCENE.replacen("marble", "pebble", 1);
    std::fs::write(&file, &outside).expect("it is written");
    session.look_at_file();
    assert_eq!(
        session.project.document.text(),
        outside,
        "nothing is lost by reading it"
    );

    session.edit("task", None, &[Edit::set("task", "\"mine\"")]);
    let mine = session.project.document.text().to_string();
    std::fs::write(&file, SCENE).expect("it is written");
    session.look_at_file();
    assert!(session.is_changed_outside());
    assert_eq!(session.project.document.text(), mine);
    session.run(Command::KeepText);
    assert!(!session.is_changed_outside() && session.project.document.is_dirty());
    assert_eq!(session.project.document.text(), mine);

    std::fs::write(&file, &outside).expect("it is written");
    session.look_at_file();
    session.run(Command::Reload);
    assert_eq!(session.project.document.text(), outside);
    assert!(!session.is_changed_outside() && !session.project.document.is_dirty());
    session.run(Command::Undo);
    assert_eq!(session.project.document.text(), mine);
}

/// Meshes were looked for beside the file that the scene was opened from.
#[test]
fn a_scene_saved_elsewhere_looks_for_its_files_there() {
    let (from, to) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    let scene = "name = \"x\"\n[world.bodies.rock]\nshape.mesh_file = { path = \"rock.obj\", hull = true }\n";
    let rock = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 1 4 3\n";
    std::fs::write(from.path().join("a.toml"), scene).expect("it is written");
    std::fs::write(from.path().join("rock.obj"), rock).expect("it is written");
    let mut session = open_file(&from.path().join("a.toml"));
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    session.save_to(&to.path().join("a.toml"));
    assert!(!session.problems.is_empty(), "there is no rock.obj beside it");
    std::fs::write(to.path().join("rock.obj"), rock).expect("it is written");
    session.save_to(&to.path().join("b.toml"));
    session.edit("doc", None, &[Edit::set("doc", "\"again\"")]);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
}

#[cfg(unix)]
#[test]
fn saving_keeps_links_and_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, file) = scene_file();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("they are set");
    let link = folder.path().join("link.toml");
    std::os::unix::fs::symlink("scene.toml", &link).expect("it is made");
    let mut session = open_file(&link);
    session.edit("task", None, &[Edit::set("task", "\"edited\"")]);
    session.run(Command::Save);
    assert!(
        std::fs::symlink_metadata(&link)
            .expect("it is there")
            .is_symlink()
    );
    assert!(
        std::fs::read_to_string(&file)
            .expect("it is there")
            .contains("edited")
    );
    let mode = std::fs::metadata(&file)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// It was written over without a word.
#[test]
fn a_file_that_was_changed_outside_is_not_saved_over_unasked() {
    let (_folder, file) = scene_file();
    let outside = SCENE.replacen("marble", "pebble", 1);
    let mut session = open_file(&file);
    session.edit("task", None, &[Edit::set("task", "\"mine\"")]);
    // Before anybody has looked at the file, and after.
    for looks in [false, true] {
        std::fs::write(&file, &outside).expect("it is written");
        if looks {
            session.look_at_file();
        }
        session.wishes.clear();
        session.run(Command::Save);
        assert_eq!(session.wishes, [Wish::Dialog(Dialog::SaveAs)]);
        assert_eq!(std::fs::read_to_string(&file).expect("it is there"), outside);
        assert_eq!(session.doubts(&file).len(), 1, "{:?}", session.doubts(&file));
    }
    // Somebody says that the text counts.
    session.run(Command::KeepText);
    session.run(Command::Save);
    assert!(!session.project.document.is_dirty());
    assert_eq!(
        std::fs::read_to_string(&file).expect("it is there"),
        session.project.document.text()
    );
}

/// It replaced the good file without a word.
#[test]
fn a_text_that_is_wrong_is_not_saved_unasked() {
    let (_folder, file) = scene_file();
    let mut session = open_file(&file);
    let broken = SCENE.replacen("motion", "motoin", 1);
    session.edit("typing", None, &[Edit::Text(broken.clone())]);
    session.run(Command::Save);
    assert_eq!(session.wishes, [Wish::Dialog(Dialog::SaveAs)]);
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), SCENE);
    assert_eq!(session.doubts(&file).len(), 1, "{:?}", session.doubts(&file));
    // Whoever was asked saves it all the same.
    session.save_to(&file);
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), broken);
}

/// Both were passed over in silence, and what is only here could be left unasked.
#[test]
fn a_file_that_is_gone_or_cannot_be_read_is_told() {
    let (_folder, file) = scene_file();
    let mut session = open_file(&file);
    let last = |session: &Session| session.log.last().cloned().unwrap_or_default();
    std::fs::write(&file, b"name = \"\xff\"").expect("it is written");
    session.look_at_file();
    assert!(last(&session).contains("cannot be read"), "{}", last(&session));
    assert_eq!(session.doubts(&file).len(), 1);
    std::fs::remove_file(&file).expect("it is removed");
    session.look_at_file();
    assert!(last(&session).contains("is gone"), "{}", last(&session));
    assert!(session.project.document.is_dirty());
    session.run(Command::New);
    assert_eq!(session.question(), Some(&Leaving::New));
    session.answer(Answer::Stay);
    session.run(Command::Save);
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), SCENE);
}

/// It was a scene from then on, of the seed 0.
#[test]
fn a_run_file_that_was_wrong_is_a_run_once_it_is_mended() {
    let run = "world.family = \"drop_bounce\"\nseed = 7\npolicies = [{ name = \"random\" }]\n";
    for broken in [format!("{run}]"), run.replace("seed", "sede")] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("run.toml");
        std::fs::write(&file, broken).expect("it is written");
        let mut session = open_file(&file);
        assert!(!session.problems.is_empty());
        session.edit("typing", None, &[Edit::Text(run.into())]);
        assert!(session.problems.is_empty(), "{:?}", session.problems);
        assert!(!session.project.is_scene);
        let choices = Choices {
            seed: 7,
            policy: "random".into(),
        };
        assert_eq!(session.choices, choices);
    }
}

/// It was taken for a scene.
#[test]
fn a_run_file_that_mixes_families_is_played() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("run.toml");
    let run = "[world]\nfamilies = [\"drop_bounce\", \"push_planar\"]\n";
    std::fs::write(&file, run).expect("it is written");
    let mut session = open_file(&file);
    assert!(!session.project.is_scene);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    session.run(Command::StepForward);
    assert_eq!(session.play().expect("it is drawn").shown(), 1);
}
