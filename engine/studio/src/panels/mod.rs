//! The window's panels, one file each. They read the session and change it by edits and commands alone.

mod ask;
mod columns;
mod dialogs;
mod dist;
mod dropped;
mod episodes;
mod gallery;
mod hand;
mod hierarchy;
mod inspector;
mod layout;
mod library;
mod live;
mod menu;
mod order;
mod plots;
mod previews;
mod problems;
mod sheet;
mod text;
pub(crate) mod theme;
mod timeline;
mod worlds;

pub use live::Live;
pub use theme::set_theme;

use crate::commands::{COMMANDS, Command};
use crate::session::{Dialog, Session, Wish};
use crate::snapping::Snapping;
use crate::viewport::Viewport;
use bevy_egui::egui;
use dialogs::Dialogs;
use egui_dock::{DockArea, DockState, TabViewer};
use inspector::Inspector;
use previews::Previews;
use std::path::Path;
use terrella_app::exporters::publish::replace_bytes;

/// What is kept from one time to the next: where panels are, and how handles snap.
const PANELS: &str = "panels";
const SNAPPING: &str = "snapping";

/// A tab of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "they are their titles")]
pub enum Tab {
    Viewport,
    Hierarchy,
    Inspector,
    Library,
    Sensors,
    Worlds,
    Timeline,
    Plots,
    Problems,
    Log,
    Text,
    Data,
}

impl Tab {
    /// All of them.
    pub const ALL: [Tab; 12] = [
        Tab::Viewport,
        Tab::Hierarchy,
        Tab::Library,
        Tab::Inspector,
        Tab::Sensors,
        Tab::Worlds,
        Tab::Timeline,
        Tab::Plots,
        Tab::Problems,
        Tab::Log,
        Tab::Text,
        Tab::Data,
    ];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Tab::Viewport => "World",
            Tab::Hierarchy => "Hierarchy",
            Tab::Inspector => "Inspector",
            Tab::Library => "Library",
            Tab::Sensors => "Sensors",
            Tab::Worlds => "Worlds",
            Tab::Timeline => "Timeline",
            Tab::Plots => "Plots",
            Tab::Problems => "Problems",
            Tab::Log => "Log",
            Tab::Text => "Text",
            Tab::Data => "Episodes",
        }
    }

    fn of(title: &str) -> Option<Tab> {
        Tab::ALL.into_iter().find(|tab| tab.title() == title)
    }
}

/// All panels and what they remember.
pub struct Panels {
    /// The viewport.
    pub viewport: Viewport,
    dock: DockState<Tab>,
    dialogs: Dialogs,
    ask: ask::Ask,
    /// The window is to be closed.
    closing: bool,
    /// A question has the window.
    asks: bool,
    inspector: Inspector,
    previews: Previews,
    plots: plots::Plots,
    text: text::TextPanel,
    episodes: episodes::Episodes,
    library: library::Library,
    filter: String,
    /// The layout as it was kept last.
    kept: String,
}

impl Default for Panels {
    fn default() -> Self {
        Panels {
            viewport: Viewport::default(),
            dock: layout::first(),
            dialogs: Dialogs::default(),
            ask: ask::Ask::default(),
            closing: false,
            asks: false,
            inspector: Inspector::default(),
            previews: Previews::default(),
            plots: plots::Plots::default(),
            text: text::TextPanel::default(),
            episodes: episodes::Episodes::default(),
            library: library::Library::default(),
            filter: String::new(),
            kept: String::new(),
        }
    }
}

struct Viewer<'a> {
    session: &'a mut Session,
    viewport: &'a mut Viewport,
    inspector: &'a mut Inspector,
    previews: &'a mut Previews,
    plots: &'a mut plots::Plots,
    text: &'a mut text::TextPanel,
    episodes: &'a mut episodes::Episodes,
    library: &'a mut library::Library,
    filter: &'a mut String,
    viewport_seen: bool,
}

impl TabViewer for Viewer<'_> {
    type Tab = Tab;

    fn title(&mut self, tab: &mut Tab) -> egui::WidgetText {
        match tab {
            Tab::Problems if !self.session.problems.is_empty() => {
                let text = format!("Problems ({})", self.session.problems.len());
                egui::RichText::new(text).color(theme::WARN).into()
            }
            tab => tab.title().into(),
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, tab: &mut Tab) {
        match tab {
            Tab::Viewport => {
                self.viewport_seen = true;
                self.viewport.show(ui, self.session);
            }
            Tab::Hierarchy => hierarchy::show(ui, self.session, self.filter),
            Tab::Inspector => self.inspector.show(ui, self.session),
            Tab::Library => self.library.show(ui, self.session),
            Tab::Sensors => self.previews.show(ui, self.session),
            Tab::Worlds => worlds::show(ui, self.session),
            Tab::Timeline => timeline::show(ui, self.session),
            Tab::Plots => self.plots.show(ui, self.session),
            Tab::Problems => problems::show(ui, self.session),
            Tab::Log => problems::log(ui, self.session),
            Tab::Text => self.text.show(ui, self.session),
            Tab::Data => self.episodes.show(ui, self.session),
        }
    }

    fn clear_background(&self, tab: &Tab) -> bool {
        // The picture is drawn under the panels.
        *tab != Tab::Viewport
    }

    fn is_closeable(&self, tab: &Tab) -> bool {
        *tab != Tab::Viewport
    }

    fn allowed_in_windows(&self, tab: &mut Tab) -> bool {
        *tab != Tab::Viewport
    }

    fn scroll_bars(&self, tab: &Tab) -> [bool; 2] {
        [false, !matches!(tab, Tab::Viewport | Tab::Plots | Tab::Text)]
    }
}

impl Panels {
    /// Draws everything.
    pub fn show(&mut self, root: &mut egui::Ui, session: &mut Session) {
        if !self.has_dialog() && session.question().is_none() {
            self.keys(root.ctx(), session);
        }
        dropped::take(root.ctx(), session, self.has_dialog());
        menu::bar(root, session);
        ask::lines(root, session);
        menu::status(root, session);
        let mut style = egui_dock::Style::from_egui(root.style());
        style.tab_bar.height = 24.0;
        style.separator.width = 1.0;
        style.tab.tab_body.inner_margin = egui::Margin::same(6);
        let mut viewer = Viewer {
            session,
            viewport: &mut self.viewport,
            inspector: &mut self.inspector,
            previews: &mut self.previews,
            plots: &mut self.plots,
            text: &mut self.text,
            episodes: &mut self.episodes,
            library: &mut self.library,
            filter: &mut self.filter,
            viewport_seen: false,
        };
        DockArea::new(&mut self.dock)
            .style(style)
            .show_leaf_collapse_buttons(false)
            .show_leaf_close_all_buttons(false)
            .show_inside(root, &mut viewer);
        if !viewer.viewport_seen {
            self.viewport.rect = None;
            self.viewport.hovered = false;
        }
        for wish in std::mem::take(&mut session.wishes) {
            match wish {
                Wish::Viewport(command) => self.viewport.command(command, session),
                Wish::Dialog(dialog) => self.dialogs.open(dialog, session),
                Wish::Panel(tab) => menu::turn_tab(&mut self.dock, tab),
                Wish::Text => self.show_tab(Tab::Text),
                Wish::Episodes => self.show_tab(Tab::Data),
                Wish::Problems => self.show_tab(Tab::Problems),
                Wish::Close => self.closing = true,
            }
        }
        self.dialogs.show(root.ctx(), session);
        self.ask.show(root.ctx(), session);
        self.asks = session.question().is_some();
        if session.playing || self.viewport.wants_another() || self.closing {
            root.ctx().request_repaint();
        }
    }

    /// True while a dialog or question has the window.
    pub fn has_dialog(&self) -> bool {
        self.dialogs.is_open() || self.asks
    }

    /// True where somebody wants the window closed, and nothing is lost by it.
    pub fn is_closing(&self) -> bool {
        self.closing
    }

    /// The line of the text that is marked: that of a problem which somebody went to.
    pub fn marked_line(&self) -> Option<usize> {
        self.text.marked_line()
    }

    /// Opens a dialog.
    pub fn open_dialog(&mut self, dialog: Dialog, session: &mut Session) {
        self.dialogs.open(dialog, session);
    }

    /// Closes the dialog that is open.
    pub fn close_dialog(&mut self) {
        self.dialogs.close();
    }

    /// Brings a tab to the front, or back where it was closed.
    pub fn show_tab(&mut self, tab: Tab) {
        menu::show_tab(&mut self.dock, tab);
    }

    /// Shortcuts. Where somebody types, keys without Ctrl are letters, and the field has those with which it is edited itself; the text of
    /// the document is undone as all of the document is.
    fn keys(&mut self, ctx: &egui::Context, session: &mut Session) {
        let typing = ctx.egui_wants_keyboard_input();
        if !typing {
            hand::keys(ctx, session);
        }
        let (in_field, in_text) = (ctx.text_edit_focused(), self.text.has_focus(ctx));
        let flying = self.viewport.hovered && ctx.input(|input| input.pointer.secondary_down());
        // The longest combinations first: Ctrl+Shift+Z is not Ctrl+Z.
        let mut entries: Vec<_> = COMMANDS.iter().filter(|entry| entry.key.is_some()).collect();
        entries.sort_by_key(|entry| entry.key.is_some_and(|key| !key.modifiers.shift));
        for entry in entries {
            let Some(key) = entry.key else { continue };
            let is_letter = !key.modifiers.command && key.logical_key != egui::Key::F1;
            if is_letter && (typing || flying) {
                continue;
            }
            let of_the_field = match entry.command {
                Command::SelectAll => in_field,
                Command::Undo | Command::Redo => in_field && !in_text,
                _ => false,
            };
            if of_the_field || !ctx.input_mut(|input| input.consume_shortcut(&key)) {
                continue;
            }
            let dragged = self.viewport.is_dragged();
            if dragged {
                // The handles are let go, whatever comes of the command.
                self.viewport.cancel_drag();
            }
            if !(dragged && matches!(entry.command, Command::Deselect | Command::Undo)) {
                session.run(entry.command);
            }
        }
    }

    /// Takes up the layout that was left, and how the handles snapped then.
    pub fn load_layout(&mut self, path: &Path, session: &mut Session) {
        let Ok(text) = std::fs::read_to_string(path) else {
            return;
        };
        let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) else {
            return;
        };
        // One of another version is passed over; once there was nothing but the panels.
        if let Some(dock) = layout::read(json.get(PANELS).unwrap_or(&json)) {
            self.dock = dock;
        }
        session.tools.snapping = Snapping::read(&json[SNAPPING]);
    }

    /// Keeps the layout for the next time, and how the handles snap, where that has changed.
    pub fn save_layout(&mut self, path: &Path, session: &Session) {
        let json = serde_json::json!({
            PANELS: layout::write(&self.dock),
            SNAPPING: session.tools.snapping.write(),
        });
        let text = json.to_string();
        if text == self.kept {
            return;
        }
        if let Some(folder) = path.parent() {
            // A layout that cannot be kept is no reason to trouble anybody.
            let _ = std::fs::create_dir_all(folder);
            let _ = replace_bytes(path, text.as_bytes());
        }
        self.kept = text;
    }
}
