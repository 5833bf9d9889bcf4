//! Everything that can be done by name: menus, palette, shortcuts and the help page come from this one table.

use crate::panels::Tab;
use bevy_egui::egui::{Key, KeyboardShortcut, Modifiers};

/// Something that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table says what each does")]
pub enum Command {
    New,
    Gallery,
    Save,
    SaveAs,
    Reload,
    KeepText,
    TakeUp,
    ThrowAway,
    EditAsScene,
    Generate,
    Record,
    Quit,
    Undo,
    Redo,
    Duplicate,
    Delete,
    SelectAll,
    Deselect,
    Rename,
    Hide,
    Lock,
    ShowAll,
    DropToSurface,
    WritePoses,
    Move,
    Rotate,
    Scale,
    LocalAxes,
    Snap,
    Focus,
    ViewFront,
    ViewBack,
    ViewRight,
    ViewLeft,
    ViewTop,
    ViewBelow,
    ViewHome,
    ViewCamera,
    Grid,
    Colliders,
    Joints,
    Contacts,
    Friction,
    Forces,
    JointForces,
    Centres,
    Frames,
    Frusta,
    Icons,
    Panel(Tab),
    PlayPause,
    StepForward,
    StepBack,
    Reset,
    Loop,
    Slower,
    Faster,
    Hand,
    NextWorld,
    PreviousWorld,
    PinWorld,
    Sheet,
    Palette,
    Help,
}

/// Where a command stands in the menus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are the menus' names")]
pub enum Menu {
    File,
    Edit,
    View,
    Play,
    Worlds,
    Help,
}

impl Menu {
    /// All menus, from left to right.
    pub const ALL: [Menu; 6] = [
        Menu::File,
        Menu::Edit,
        Menu::View,
        Menu::Play,
        Menu::Worlds,
        Menu::Help,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Menu::File => "File",
            Menu::Edit => "Edit",
            Menu::View => "View",
            Menu::Play => "Play",
            Menu::Worlds => "Worlds",
            Menu::Help => "Help",
        }
    }
}

/// A row of the table.
pub struct Entry {
    /// The command.
    pub command: Command,
    /// Its menu.
    pub menu: Menu,
    /// Its name.
    pub name: &'static str,
    /// Its shortcut.
    pub key: Option<KeyboardShortcut>,
    /// What it does, in a sentence.
    pub doc: &'static str,
}

const fn plain(key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(Modifiers::NONE, key))
}

const fn ctrl(key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(Modifiers::COMMAND, key))
}

const fn ctrl_shift(key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(
        Modifiers::COMMAND.plus(Modifiers::SHIFT),
        key,
    ))
}

const fn entry(
    command: Command,
    menu: Menu,
    name: &'static str,
    key: Option<KeyboardShortcut>,
    doc: &'static str,
) -> Entry {
    Entry {
        command,
        menu,
        name,
        key,
        doc,
    }
}

const fn panel(tab: Tab, name: &'static str) -> Entry {
    let doc = "Shows this panel; hides it where it is in front.";
    entry(Command::Panel(tab), Menu::View, name, None, doc)
}

/// All commands.
pub static COMMANDS: &[Entry] = {
    use Command as C;
    use Menu as M;
    &[
        entry(
            C::New,
            M::File,
            "New scene",
            ctrl(Key::N),
            "A floor and a camera.",
        ),
        entry(
            C::Gallery,
            M::File,
            "Open ...",
            ctrl(Key::O),
            "The gallery of families, and files by name.",
        ),
        entry(
            C::Save,
            M::File,
            "Save",
            ctrl(Key::S),
            "Writes the text to its file.",
        ),
        entry(
            C::SaveAs,
            M::File,
            "Save as ...",
            ctrl_shift(Key::S),
            "Writes the text to another file.",
        ),
        entry(
            C::Reload,
            M::File,
            "Reload from file",
            None,
            "Puts the file's text in place; can be undone.",
        ),
        entry(
            C::KeepText,
            M::File,
            "Keep this text",
            None,
            "Of a file that was changed outside and the text here, the text counts; saving writes over the file.",
        ),
        entry(
            C::TakeUp,
            M::File,
            "Take up what was not saved",
            None,
            "Puts the text in place that was put aside and never saved; can be undone.",
        ),
        entry(
            C::ThrowAway,
            M::File,
            "Throw away what was not saved",
            None,
            "Deletes the text that was put aside and never saved.",
        ),
        entry(
            C::EditAsScene,
            M::File,
            "Make a scene of this world",
            ctrl(Key::E),
            "Writes the drawn world down as a scene that can be edited.",
        ),
        entry(
            C::Generate,
            M::File,
            "Generate a dataset ...",
            ctrl(Key::G),
            "Makes a dataset as `terrella generate` does.",
        ),
        entry(
            C::Record,
            M::File,
            "Record what was played",
            None,
            "Writes the actions played by hand as an episode of a dataset.",
        ),
        entry(
            C::Quit,
            M::File,
            "Quit",
            ctrl(Key::Q),
            "Closes the window; asks before, where something is not saved.",
        ),
        entry(
            C::Undo,
            M::Edit,
            "Undo",
            ctrl(Key::Z),
            "Takes the last edit back.",
        ),
        entry(
            C::Redo,
            M::Edit,
            "Redo",
            ctrl_shift(Key::Z),
            "Makes the edit again that was taken back.",
        ),
        entry(
            C::Duplicate,
            M::Edit,
            "Duplicate",
            ctrl(Key::D),
            "Puts a copy of what is selected beside it, with what joins and moves it.",
        ),
        entry(
            C::Delete,
            M::Edit,
            "Delete",
            plain(Key::Delete),
            "Takes away what is selected.",
        ),
        entry(
            C::SelectAll,
            M::Edit,
            "Select all bodies",
            ctrl(Key::A),
            "Selects every body.",
        ),
        entry(
            C::Deselect,
            M::Edit,
            "Deselect",
            plain(Key::Escape),
            "Selects nothing.",
        ),
        entry(
            C::Rename,
            M::Edit,
            "Rename ...",
            plain(Key::F2),
            "Gives what is selected another name, wherever it is named.",
        ),
        entry(
            C::Hide,
            M::Edit,
            "Hide or show",
            plain(Key::V),
            "What is selected is not drawn here, or is again, whatever the scene says of it.",
        ),
        entry(
            C::Lock,
            M::Edit,
            "Lock or unlock",
            None,
            "Hands can neither take, change nor delete what is selected, or can again.",
        ),
        entry(
            C::ShowAll,
            M::Edit,
            "Show everything",
            ctrl_shift(Key::V),
            "Draws again all that was hidden.",
        ),
        entry(
            C::DropToSurface,
            M::Edit,
            "Drop to surface",
            plain(Key::End),
            "Lowers what is selected until it touches something.",
        ),
        entry(
            C::WritePoses,
            M::Edit,
            "Write poses to the scene",
            None,
            "Start poses become those of the step that is looked at.",
        ),
        entry(
            C::Move,
            M::Edit,
            "Move",
            plain(Key::W),
            "Arrows that move what is selected.",
        ),
        entry(
            C::Rotate,
            M::Edit,
            "Rotate",
            plain(Key::E),
            "Rings that turn what is selected.",
        ),
        entry(
            C::Scale,
            M::Edit,
            "Scale",
            plain(Key::R),
            "Handles that make what is selected larger or smaller.",
        ),
        entry(
            C::LocalAxes,
            M::Edit,
            "Own axes",
            plain(Key::X),
            "Handles along the body's own axes or the world's.",
        ),
        entry(
            C::Snap,
            M::Edit,
            "Snap",
            plain(Key::G),
            "Handles go by steps, which are set beside it; Ctrl, held while they are dragged, does the other.",
        ),
        entry(
            C::Focus,
            M::View,
            "Look at selection",
            plain(Key::F),
            "Brings what is selected, or the whole world, into the middle.",
        ),
        entry(
            C::ViewFront,
            M::View,
            "From the front",
            plain(Key::Num1),
            "Looks along +y.",
        ),
        entry(
            C::ViewBack,
            M::View,
            "From behind",
            ctrl(Key::Num1),
            "Looks along -y.",
        ),
        entry(
            C::ViewRight,
            M::View,
            "From the right",
            plain(Key::Num3),
            "Looks along -x.",
        ),
        entry(
            C::ViewLeft,
            M::View,
            "From the left",
            ctrl(Key::Num3),
            "Looks along +x.",
        ),
        entry(
            C::ViewTop,
            M::View,
            "From above",
            plain(Key::Num7),
            "Looks along -z.",
        ),
        entry(
            C::ViewBelow,
            M::View,
            "From below",
            ctrl(Key::Num7),
            "Looks along +z.",
        ),
        entry(
            C::ViewHome,
            M::View,
            "Home",
            plain(Key::Num0),
            "The view that one starts with.",
        ),
        entry(
            C::ViewCamera,
            M::View,
            "Through the next camera",
            plain(Key::C),
            "Looks from where a camera of the world is.",
        ),
        entry(
            C::Grid,
            M::View,
            "Grid",
            None,
            "A grid on z = 0, finer from nearby: 0.1, 1 or 10 m.",
        ),
        entry(
            C::Colliders,
            M::View,
            "Colliders",
            None,
            "The outlines of what collides.",
        ),
        entry(
            C::Joints,
            M::View,
            "Joints",
            None,
            "Anchors, axes and limits of joints, and where in them they are; a click on an anchor selects its joint.",
        ),
        entry(
            C::Contacts,
            M::View,
            "Contacts",
            None,
            "Red: where bodies touch, and how the lighter one is pushed. An arrow of a force that carries its body is as long as that is wide.",
        ),
        entry(
            C::Friction,
            M::View,
            "Friction",
            None,
            "Pink: how contacts hold or drag the lighter body along the surface. Episodes of a dataset have none: it is not recorded.",
        ),
        entry(
            C::Forces,
            M::View,
            "Forces",
            None,
            "Blue: what pushes and pulls each body, all together but its weight: of contacts, joints, motors, liquids.",
        ),
        entry(
            C::JointForces,
            M::View,
            "Forces of joints",
            None,
            "Violet: what a joint does to its second body, a drive's push left out. Joints that close a loop, and episodes of a dataset, have none.",
        ),
        entry(
            C::Centres,
            M::View,
            "Centres of mass",
            None,
            "Where bodies' mass is.",
        ),
        entry(C::Frames, M::View, "Frames", None, "Axes of every body."),
        entry(
            C::Frusta,
            M::View,
            "Cameras",
            None,
            "What the world's cameras see; and icons of cameras, lidars and lamps, which a click selects.",
        ),
        entry(
            C::Icons,
            M::View,
            "Icons",
            None,
            "While a scene is edited: cameras, lidars and lamps, and the joints of what is selected, which a click selects.",
        ),
        panel(Tab::Viewport, "Panel: World"),
        panel(Tab::Hierarchy, "Panel: Hierarchy"),
        panel(Tab::Library, "Panel: Library"),
        panel(Tab::Inspector, "Panel: Inspector"),
        panel(Tab::Sensors, "Panel: Sensors"),
        panel(Tab::Worlds, "Panel: Worlds"),
        panel(Tab::Timeline, "Panel: Timeline"),
        panel(Tab::Plots, "Panel: Plots"),
        panel(Tab::Problems, "Panel: Problems"),
        panel(Tab::Log, "Panel: Log"),
        panel(Tab::Text, "Panel: Text"),
        panel(Tab::Data, "Panel: Episodes"),
        entry(
            C::PlayPause,
            M::Play,
            "Play or pause",
            plain(Key::Space),
            "Lets the world go on, or stops it.",
        ),
        entry(
            C::StepForward,
            M::Play,
            "Step forward",
            plain(Key::ArrowRight),
            "Goes on by one record.",
        ),
        entry(
            C::StepBack,
            M::Play,
            "Step back",
            plain(Key::ArrowLeft),
            "Goes back by one record.",
        ),
        entry(
            C::Reset,
            M::Play,
            "Back to the start",
            plain(Key::Home),
            "Shows the world as it starts.",
        ),
        entry(
            C::Loop,
            M::Play,
            "Loop",
            ctrl(Key::L),
            "What was recorded begins anew at its end, or stops there.",
        ),
        entry(
            C::Slower,
            M::Play,
            "Slower",
            plain(Key::Minus),
            "Halves the speed.",
        ),
        entry(
            C::Faster,
            M::Play,
            "Faster",
            plain(Key::Plus),
            "Doubles the speed; beyond 64 times the world goes as fast as it can.",
        ),
        entry(
            C::Hand,
            M::Play,
            "Act by hand",
            plain(Key::H),
            "Sliders and keys choose the action in place of the policy.",
        ),
        entry(
            C::NextWorld,
            M::Worlds,
            "Next world",
            plain(Key::PageDown),
            "Draws the next episode's world.",
        ),
        entry(
            C::PreviousWorld,
            M::Worlds,
            "Previous world",
            plain(Key::PageUp),
            "Draws the previous episode's world.",
        ),
        entry(
            C::PinWorld,
            M::Worlds,
            "Pin this world",
            plain(Key::P),
            "Keeps its number in the list of pinned worlds.",
        ),
        entry(
            C::Sheet,
            M::Worlds,
            "Nine worlds",
            plain(Key::B),
            "A sheet of nine worlds, live.",
        ),
        entry(
            C::Palette,
            M::Help,
            "Find a command ...",
            ctrl(Key::P),
            "Type a few letters of what you want.",
        ),
        entry(
            C::Help,
            M::Help,
            "Keys and commands",
            plain(Key::F1),
            "This table.",
        ),
    ]
};

impl Command {
    /// Its row of the table.
    pub fn entry(self) -> &'static Entry {
        COMMANDS
            .iter()
            .find(|entry| entry.command == self)
            .expect("every command stands in the table")
    }
}

/// The commands that a text finds, the best first: all of its letters in this order in the name, in one piece where possible.
pub fn find(text: &str) -> Vec<&'static Entry> {
    let wanted = text.to_lowercase();
    let score = |entry: &Entry| {
        let name = entry.name.to_lowercase();
        if let Some(at) = name.find(&wanted) {
            return Some(at);
        }
        let mut rest = name.chars();
        let all = wanted.chars().all(|letter| rest.any(|other| other == letter));
        all.then_some(1000 + name.len())
    };
    let mut found: Vec<(usize, &Entry)> = COMMANDS
        .iter()
        .filter_map(|entry| Some((score(entry)?, entry)))
        .collect();
    found.sort_by_key(|(score, _)| *score);
    found.into_iter().map(|(_, entry)| entry).collect()
}
