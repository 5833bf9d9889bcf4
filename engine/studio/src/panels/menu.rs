//! Menus, tools and the line at the bottom.

use super::{Tab, layout, theme};
use crate::change::shown_number;
use crate::commands::{COMMANDS, Command, Menu};
use crate::session::{Session, Tool, Tools};
use crate::snapping::Snapping;
use bevy_egui::egui;
use bevy_egui::egui::containers::menu::{MenuButton, MenuConfig};
use egui_dock::DockState;

/// The menus and the tools.
pub fn bar(root: &mut egui::Ui, session: &mut Session) {
    egui::Panel::top("menu").show_inside(root, |ui| {
        egui::MenuBar::new().ui(ui, |ui| {
            for menu in Menu::ALL {
                ui.menu_button(menu.name(), |ui| {
                    for entry in COMMANDS.iter().filter(|entry| entry.menu == menu) {
                        if entry.command == Command::Panel(Tab::ALL[0]) {
                            ui.separator();
                        }
                        item(ui, session, entry.command);
                    }
                });
            }
            ui.separator();
            tools(ui, session);
            ui.separator();
            transport(ui, session);
        });
    });
}

/// What a switch says of itself.
fn is_on(session: &Session, command: Command) -> Option<bool> {
    let tools = &session.tools;
    Some(match command {
        Command::Move => tools.tool == Tool::Move,
        Command::Rotate => tools.tool == Tool::Rotate,
        Command::Scale => tools.tool == Tool::Scale,
        Command::LocalAxes => tools.local_axes,
        Command::Snap => tools.snapping.on,
        Command::Grid => tools.grid,
        Command::Colliders => tools.colliders,
        Command::Joints => tools.joints,
        Command::Contacts => tools.contacts,
        Command::Friction => tools.friction,
        Command::Forces => tools.forces,
        Command::JointForces => tools.joint_forces,
        Command::Centres => tools.centres,
        Command::Frames => tools.frames,
        Command::Frusta => tools.frusta,
        Command::Icons => tools.icons,
        Command::Hand => session.hand.is_some(),
        Command::Loop => session.looping,
        Command::PinWorld => session.pinned.contains(&session.seed_and_episode()),
        _ => return None,
    })
}

fn item(ui: &mut egui::Ui, session: &mut Session, command: Command) {
    let entry = command.entry();
    let mark = match is_on(session, command) {
        Some(true) => "● ",
        Some(false) => "○ ",
        None => "",
    };
    let (undo, redo) = session.project.document.next_steps();
    let (name, enabled) = match command {
        Command::Undo => (
            undo.map_or("Undo".into(), |step| format!("Undo {step}")),
            undo.is_some(),
        ),
        Command::Redo => (
            redo.map_or("Redo".into(), |step| format!("Redo {step}")),
            redo.is_some(),
        ),
        Command::TakeUp | Command::ThrowAway => (entry.name.to_string(), !session.left().is_empty()),
        Command::KeepText => (entry.name.to_string(), session.is_changed_outside()),
        _ => (entry.name.to_string(), session.refuses(command).is_none()),
    };
    let mut button = egui::Button::new(format!("{mark}{name}"));
    if let Some(key) = entry.key {
        button = button.shortcut_text(ui.ctx().format_shortcut(&key));
    }
    let response = ui.add_enabled(enabled, button).on_hover_text(entry.doc);
    let why = session.refuses(command).unwrap_or(entry.doc);
    if response.on_disabled_hover_text(why).clicked() {
        session.run(command);
        ui.close();
    }
}

fn switch(ui: &mut egui::Ui, session: &mut Session, command: Command, label: &str) {
    let on = is_on(session, command).unwrap_or(false);
    let entry = command.entry();
    let key = entry.key.map_or(String::new(), |key| {
        format!(" ({})", ui.ctx().format_shortcut(&key))
    });
    let hint = format!("{}{key}: {}", entry.name, entry.doc);
    let why = session.refuses(command);
    let response = ui.add_enabled(why.is_none(), egui::Button::selectable(on, label));
    let response = response.on_hover_text(hint);
    if response.on_disabled_hover_text(why.unwrap_or_default()).clicked() {
        session.run(command);
    }
}

fn tools(ui: &mut egui::Ui, session: &mut Session) {
    switch(ui, session, Command::Move, "Move");
    switch(ui, session, Command::Rotate, "Rotate");
    switch(ui, session, Command::Scale, "Scale");
    switch(ui, session, Command::LocalAxes, "Own axes");
    switch(ui, session, Command::Snap, "Snap");
    snap_steps(ui, &mut session.tools);
}

/// The steps of the handles: on the button that of the tool in hand, below it all of them.
fn snap_steps(ui: &mut egui::Ui, tools: &mut Tools) {
    let tool = tools.tool;
    let label = format!("{}{}", tools.snapping.step(tool), Snapping::unit(tool));
    let color = if tools.snapping.on {
        theme::ACCENT
    } else {
        theme::FAINT
    };
    // Numbers are dragged and typed in it: it stays open until somebody clicks elsewhere.
    let config = MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    let button = MenuButton::new(egui::RichText::new(label).color(color)).config(config);
    let (response, _) = button.ui(ui, |ui| {
        egui::Grid::new("snap steps").num_columns(2).show(ui, |ui| {
            for (tool, name) in [
                (Tool::Move, "moves by"),
                (Tool::Rotate, "turns by"),
                (Tool::Scale, "scales by"),
            ] {
                ui.label(name);
                let step = tools.snapping.step_mut(tool);
                // A hundredth of the step for each point.
                let speed = f64::from(*step) / 100.0;
                let field = egui::DragValue::new(step)
                    .range(Snapping::range(tool))
                    .speed(speed)
                    .custom_formatter(|value, _| shown_number(value))
                    .suffix(Snapping::unit(tool));
                ui.add(field);
                ui.end_row();
            }
        });
        ui.label(egui::RichText::new("Ctrl, held while dragging: the other way").color(theme::FAINT));
    });
    response.on_hover_text("the steps by which handles snap");
}

fn transport(ui: &mut egui::Ui, session: &mut Session) {
    switch(ui, session, Command::Reset, "|<");
    switch(ui, session, Command::StepBack, "<");
    let play = if session.playing { "Pause" } else { "Play" };
    let hint = "Space: lets the world go on, or stops it.";
    let button = egui::Button::new(play).min_size(egui::vec2(48.0, 0.0));
    if ui.add(button).on_hover_text(hint).clicked() {
        session.run(Command::PlayPause);
    }
    switch(ui, session, Command::StepForward, ">");
    ui.label(egui::RichText::new(session.speed_told()).color(theme::FAINT));
    if session.dataset.is_some() {
        switch(ui, session, Command::Loop, "Loop");
    }
    ui.separator();
    policies(ui, session);
    switch(ui, session, Command::Hand, "By hand");
}

fn policies(ui: &mut egui::Ui, session: &mut Session) {
    let known = session.policies().to_vec();
    let name = |name: &str| {
        if name == "replay" {
            "rest".to_string()
        } else {
            name.to_string()
        }
    };
    egui::ComboBox::from_id_salt("policy")
        .selected_text(name(&session.choices.policy))
        .show_ui(ui, |ui| {
            for (policy, doc) in known {
                let chosen = session.choices.policy == policy;
                let doc = match policy {
                    "replay" => "Nobody acts, but for actions that the run gives it.",
                    _ => doc,
                };
                if ui
                    .selectable_label(chosen, name(policy))
                    .on_hover_text(doc)
                    .clicked()
                {
                    session.choices.policy = policy.to_string();
                    session.refresh();
                }
            }
        });
}

/// The line at the bottom: the document, the world, what was said last.
pub fn status(root: &mut egui::Ui, session: &mut Session) {
    egui::Panel::bottom("status").show_inside(root, |ui| {
        ui.horizontal(|ui| {
            let document = &session.project.document;
            let dirty = if document.is_dirty() { " *" } else { "" };
            ui.label(format!("{}{dirty}", document.document().file));
            ui.separator();
            if let Some(play) = session.play() {
                let seed = play.seed();
                ui.label(format!(
                    "seed {}  world {}  attempt {}",
                    seed.run, seed.episode, seed.attempt
                ));
                ui.separator();
                let count = play.plan().world.bodies.len();
                ui.label(format!("{count} {}", if count == 1 { "body" } else { "bodies" }));
                ui.separator();
            }
            if !session.problems.is_empty() {
                ui.colored_label(theme::WARN, format!("{} problems", session.problems.len()));
                ui.separator();
            }
            if let Some(last) = session.log.last() {
                ui.label(egui::RichText::new(last).color(theme::FAINT));
            }
        });
    });
}

/// Brings a tab to the front, or back where it was closed; closes the one that is in front. The world stays.
pub fn turn_tab(dock: &mut DockState<Tab>, tab: Tab) {
    let path = dock.find_tab(&tab).filter(|_| tab != Tab::Viewport);
    let in_front = path.filter(|path| {
        let leaf = dock.leaf(path.node_path());
        leaf.is_ok_and(|leaf| leaf.active == path.tab)
    });
    match in_front {
        Some(path) => {
            // It was just found there.
            let _ = dock.remove_tab(path);
        }
        None => show_tab(dock, tab),
    }
}

/// Brings a tab to the front, or back where it was closed.
pub fn show_tab(dock: &mut DockState<Tab>, tab: Tab) {
    match dock.find_tab(&tab) {
        Some(path) => {
            // It was just found there.
            let _ = dock.set_active_tab(path);
        }
        None => {
            if let Some(place) = layout::place_for(dock, tab) {
                dock.set_focused_node_and_surface(place);
            }
            dock.push_to_focused_leaf(tab);
        }
    }
}
