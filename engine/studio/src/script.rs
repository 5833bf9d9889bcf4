//! The studio without a person: a script of commands, for tests and for pictures of the window.
//!
//! A line is a word and what it wants. Lines that wait for the window (`wait`, `screenshot`, `drag`) take frames; all others are done at
//! once.
//!
//! ```text
//! open drop_bounce          a family, file or dataset; closes the dialog that is open
//! run step forward          a command by its name in the menus
//! play 60                   steps
//! beside 3                  an episode of the dataset beside the one that is shown; none without a number
//! select world.bodies.ball  a place in the document
//! put door 1 0 0            a piece or machine of the library, on ground that is there; where it would go by itself without numbers
//! drag 80 0                 the handle along x, by points to the right and down
//! drag z 0 -80              the one along z, or of the ring about it
//! snap 0.05 15 0.1          the steps by which handles snap: m, degrees, factor
//! click 300 200             the left mouse button
//! tab Plots                 a panel to the front
//! expect bodies 3           what must be so: bodies, step, selected, problems, digest, text
//! save scene.toml
//! screenshot window.png
//! wait 10                   frames
//! time 100                  how long so many frames take: prints a line
//! panic                     what a bug does: for the test of what becomes of the text then
//! ```
//!
//! Once its first frame is drawn, a script prints how long the start took: `start 1.93 s`. `time` prints the median and the 95th percentile
//! of the time from the start of one frame to the next, which waits for the display, and of what the main thread does in a frame, which does
//! not: `100 frames: 16.7 ms apart (95 %: 17.2 ms), of it work 3.1 ms (95 %: 4.0 ms)`.

use crate::commands::COMMANDS;
use crate::panels::{Panels, Tab};
use crate::pieces::{self, ASSEMBLIES, PIECES, Target};
use crate::session::Session;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Frames until the window shows what was done.
const SETTLE: u32 = 6;
/// How long a picture of the window may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a script acts on.
pub trait Stage {
    /// The session.
    fn session(&mut self) -> &mut Session;
    /// The panels.
    fn panels(&mut self) -> &mut Panels;
    /// Puts the mouse somewhere, points.
    fn point(&mut self, at: [f32; 2]);
    /// Presses or lets go the left button.
    fn press(&mut self, down: bool);
    /// Takes a picture of the window.
    fn screenshot(&mut self, path: PathBuf);
    /// How long it is since the frame before this one began, and what the main thread did in that one.
    fn times(&mut self) -> [Duration; 2];
    /// Where the handle along or about an axis is in the window, points.
    fn handle(&mut self, axis: usize) -> Option<[f32; 2]>;
}

/// What still has to be done.
#[derive(Clone, Debug)]
enum Act {
    Wait(u32),
    Point([f32; 2]),
    Press(bool),
    Click,
    Screenshot(PathBuf),
    File(PathBuf, Instant),
    /// So many frames are to be measured; those that were, in seconds.
    Time(usize, Vec<[f64; 2]>),
    Line(usize, String),
}

/// A script being performed.
pub struct Script {
    acts: VecDeque<Act>,
    failed: Option<String>,
}

impl Script {
    /// A script of these lines.
    pub fn new(text: &str) -> Script {
        let lines = text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line.trim()));
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let mut acts: VecDeque<Act> = lines
            .map(|(number, line)| Act::Line(number, line.to_string()))
            .collect();
        acts.push_front(Act::Wait(SETTLE));
        Script { acts, failed: None }
    }

    /// Why it ended early, where it did.
    pub fn failed(&self) -> Option<&str> {
        self.failed.as_deref()
    }

    /// Goes on for a frame. True when it has ended.
    pub fn perform(&mut self, stage: &mut dyn Stage) -> bool {
        while let Some(act) = self.acts.pop_front() {
            match act {
                Act::Wait(0) => {}
                Act::Wait(frames) => {
                    self.acts.push_front(Act::Wait(frames - 1));
                    return false;
                }
                Act::Point(at) => {
                    stage.point(at);
                    return false;
                }
                Act::Press(down) => {
                    stage.press(down);
                    return false;
                }
                Act::Click => {
                    // Within a frame: where frames are slow, two of them are too long for a click.
                    stage.press(true);
                    stage.press(false);
                    return false;
                }
                Act::Screenshot(path) => {
                    stage.screenshot(path.clone());
                    self.acts.push_front(Act::File(path, Instant::now()));
                    return false;
                }
                Act::File(path, since) => {
                    // The picture comes frames later.
                    if std::fs::metadata(&path).is_ok_and(|file| file.len() > 0) {
                        self.acts.push_front(Act::Wait(2));
                    } else if since.elapsed() > PATIENCE {
                        self.failed = Some(format!("{}: no picture came", path.display()));
                        return true;
                    } else {
                        self.acts.push_front(Act::File(path, since));
                    }
                    return false;
                }
                Act::Time(frames, mut taken) => {
                    taken.push(stage.times().map(|time| time.as_secs_f64()));
                    // The first one tells of the frame before.
                    if taken.len() <= frames {
                        self.acts.push_front(Act::Time(frames, taken));
                        return false;
                    }
                    println!("{}", told(&taken[1..]));
                }
                Act::Line(number, line) => {
                    if let Err(reason) = self.line(stage, &line) {
                        self.failed = Some(format!("line {number}, `{line}`: {reason}"));
                        return true;
                    }
                }
            }
        }
        true
    }

    fn then(&mut self, acts: Vec<Act>) {
        for act in acts.into_iter().rev() {
            self.acts.push_front(act);
        }
    }

    fn line(&mut self, stage: &mut dyn Stage, line: &str) -> Result<(), String> {
        let (word, rest) = line
            .split_once(' ')
            .map_or((line, ""), |(word, rest)| (word, rest.trim()));
        let numbers: Vec<f32> = rest
            .split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect();
        match word {
            "open" => {
                let opened = stage.session().open_path(Path::new(rest));
                opened.map_err(|error| error.to_string())?;
                stage.panels().close_dialog();
            }
            "run" => {
                let entry = COMMANDS
                    .iter()
                    .find(|entry| entry.name.eq_ignore_ascii_case(rest));
                let entry = entry.ok_or_else(|| format!("there is no command `{rest}`"))?;
                stage.session().run(entry.command);
            }
            "play" => {
                let steps = numbers.first().copied().unwrap_or(1.0) as usize;
                let play = stage.session().play_mut().ok_or("there is no world")?;
                for _ in 0..steps {
                    if !play.step(None, None) {
                        return Err(play.failed().unwrap_or("the world cannot go on").to_string());
                    }
                }
            }
            "world" => {
                stage.session().episode = numbers.first().copied().unwrap_or(0.0) as u64;
                stage.session().refresh();
            }
            "policy" => {
                stage.session().choices.policy = rest.to_string();
                stage.session().refresh();
            }
            "beside" => {
                let episode = numbers.first().map(|episode| *episode as u64);
                stage.session().put_beside(episode);
                if episode.is_some() && stage.session().other().is_none() {
                    return Err("there is no such episode".into());
                }
            }
            "select" => stage.session().select(rest, false),
            "put" => {
                let name = rest.split_whitespace().next().unwrap_or_default();
                let surface = <[f32; 3]>::try_from(numbers).ok();
                put(stage.session(), name, surface)?;
            }
            "tab" => {
                let tab = Tab::ALL.into_iter().find(|tab| tab.title() == rest);
                let tab = tab.ok_or_else(|| format!("there is no panel `{rest}`"))?;
                stage.panels().show_tab(tab);
            }
            "click" => {
                let at = [
                    numbers.first().copied().unwrap_or(0.0),
                    numbers.get(1).copied().unwrap_or(0.0),
                ];
                self.then(vec![Act::Point(at), Act::Wait(2), Act::Click, Act::Wait(SETTLE)]);
            }
            "drag" => {
                let letter = rest.split_whitespace().next().unwrap_or_default();
                let axis = ["x", "y", "z"].into_iter().position(|axis| axis == letter);
                let from = stage.handle(axis.unwrap_or(0)).ok_or("there are no handles")?;
                let by = [
                    numbers.first().copied().unwrap_or(0.0),
                    numbers.get(1).copied().unwrap_or(0.0),
                ];
                let at = |share: f32| [from[0] + share * by[0], from[1] + share * by[1]];
                let mut acts = vec![Act::Point(from), Act::Wait(3), Act::Press(true)];
                acts.extend((1..=8).map(|step| Act::Point(at(step as f32 / 8.0))));
                acts.extend([Act::Wait(2), Act::Press(false), Act::Wait(SETTLE)]);
                self.then(acts);
            }
            "snap" => {
                let [move_m, turn_deg, scale] =
                    <[f32; 3]>::try_from(numbers).map_err(|_| "it wants three steps".to_string())?;
                let snapping = &mut stage.session().tools.snapping;
                (snapping.move_m, snapping.turn_deg, snapping.scale) = (move_m, turn_deg, scale);
            }
            "save" => stage.session().save_to(Path::new(rest)),
            "time" => {
                let frames = numbers.first().copied().unwrap_or(60.0).max(1.0) as usize;
                self.then(vec![Act::Time(frames, Vec::new())]);
            }
            "panic" => panic!("the script wanted it"),
            "wait" => self.then(vec![Act::Wait(numbers.first().copied().unwrap_or(1.0) as u32)]),
            "screenshot" => {
                let path = PathBuf::from(rest);
                // An old picture is not the new one.
                let _ = std::fs::remove_file(&path);
                self.then(vec![Act::Wait(SETTLE), Act::Screenshot(path)]);
            }
            "expect" => expect(stage.session(), rest)?,
            _ => return Err(format!("there is no `{word}`")),
        }
        Ok(())
    }
}

/// Puts what has this name in the library into the scene, at a point of the ground where one is given.
fn put(session: &mut Session, name: &str, ground_m: Option<[f32; 3]>) -> Result<(), String> {
    let target = Target {
        surface: ground_m.map(|point_m| (point_m, [0.0, 0.0, 1.0])),
        ..Target::selected(session)
    };
    if let Some(piece) = PIECES.iter().find(|piece| piece.name == name) {
        pieces::put(session, piece, &target);
    } else if let Some(assembly) = ASSEMBLIES.iter().find(|own| own.name == name) {
        pieces::put_assembly(session, assembly, &target);
    } else {
        return Err(format!("the library has no `{name}`"));
    }
    Ok(())
}

/// What was measured of frames, in a line.
fn told(taken: &[[f64; 2]]) -> String {
    let share = |which: usize, share: f64| {
        let mut times: Vec<f64> = taken.iter().map(|times| times[which]).collect();
        times.sort_by(f64::total_cmp);
        let at = ((times.len() - 1) as f64 * share).round() as usize;
        1000.0 * times[at]
    };
    format!(
        "{} frames: {:.1} ms apart (95 %: {:.1} ms), of it work {:.1} ms (95 %: {:.1} ms)",
        taken.len(),
        share(0, 0.5),
        share(0, 0.95),
        share(1, 0.5),
        share(1, 0.95)
    )
}

/// What must be so.
fn expect(session: &mut Session, what: &str) -> Result<(), String> {
    let (what, wanted) = what
        .split_once(' ')
        .map_or((what, ""), |(what, wanted)| (what, wanted.trim()));
    let found = match what {
        "bodies" => session.world().map_or(0, |world| world.bodies.len()).to_string(),
        "step" => session.play().map_or(0, |play| play.shown()).to_string(),
        "selected" => session.selection.join(" "),
        "problems" => session.problems.len().to_string(),
        "digest" => session.play().map_or(0, |play| play.now().digest).to_string(),
        "dirty" => session.project.document.is_dirty().to_string(),
        "text" => {
            return if session.project.document.text().contains(wanted) {
                Ok(())
            } else {
                Err(format!("the text has no `{wanted}`"))
            };
        }
        _ => return Err(format!("nothing is called `{what}`")),
    };
    if found == wanted {
        Ok(())
    } else {
        Err(format!("it is `{found}`"))
    }
}
