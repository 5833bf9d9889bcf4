//! What can be put into a scene, and the families to begin with.

use super::theme;
use crate::change;
use crate::document::Edit;
use crate::project::Project;
use crate::session::Session;
use bevy_egui::egui;
use serde_json::json;
use std::path::Path;
use terrella_app::spec::write::in_line;

/// Something that can be put into a scene: its kind, its name, and its fields as lines of TOML.
pub struct Piece {
    /// The table that it goes into.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Its fields. `BODY` stands for the selected body, `OTHER` for the one that was selected before it.
    pub fields: &'static str,
}

const fn piece(kind: &'static str, name: &'static str, doc: &'static str, fields: &'static str) -> Piece {
    Piece {
        kind,
        name,
        doc,
        fields,
    }
}

/// All pieces.
pub static PIECES: &[Piece] = &[
    piece(
        "bodies",
        "ball",
        "A sphere.",
        "shape.ball.radius_m = 0.1\nposition_m = [0, 0, 0.5]\npaint.color = [0.85, 0.3, 0.25]\n",
    ),
    piece(
        "bodies",
        "box",
        "A box.",
        "shape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [0, 0, 0.5]\npaint.color = [0.25, 0.5, 0.85]\n",
    ),
    piece(
        "bodies",
        "cylinder",
        "A cylinder.",
        "shape.cylinder = { radius_m = 0.1, half_height_m = 0.12 }\nposition_m = [0, 0, 0.5]\npaint.color = [0.3, 0.7, 0.4]\n",
    ),
    piece(
        "bodies",
        "capsule",
        "A cylinder with round ends.",
        "shape.capsule = { radius_m = 0.08, half_height_m = 0.12 }\nposition_m = [0, 0, 0.5]\npaint.color = [0.85, 0.7, 0.25]\n",
    ),
    piece(
        "bodies",
        "cone",
        "A cone.",
        "shape.cone = { radius_m = 0.1, half_height_m = 0.12 }\nposition_m = [0, 0, 0.5]\npaint.color = [0.6, 0.4, 0.75]\n",
    ),
    piece(
        "bodies",
        "pebble",
        "An ellipsoid.",
        "shape.ellipsoid.radii_m = [0.14, 0.1, 0.07]\nposition_m = [0, 0, 0.5]\npaint.color = [0.6, 0.6, 0.55]\n",
    ),
    piece(
        "bodies",
        "wall",
        "A box that stands still.",
        "motion = \"fixed\"\nclass = \"wall\"\nshape.box.half_extents_m = [0.8, 0.05, 0.4]\nposition_m = [0, 1, 0.4]\npaint.color = [0.75, 0.73, 0.7]\n",
    ),
    piece(
        "bodies",
        "ramp",
        "A slope that stands still.",
        "motion = \"fixed\"\nclass = \"ramp\"\nshape.hull.points_m = [[-0.6, -0.3, 0], [0.6, -0.3, 0], [0.6, 0.3, 0], [-0.6, 0.3, 0], [0.6, -0.3, 0.5], [0.6, 0.3, 0.5]]\npaint.color = [0.7, 0.62, 0.5]\n",
    ),
    piece(
        "bodies",
        "floor",
        "An endless floor.",
        "motion = \"fixed\"\nclass = \"floor\"\nshape.half_space = {}\npaint = { color = [0.58, 0.6, 0.62], second_color = [0.5, 0.52, 0.54], pattern = \"checker\" }\n",
    ),
    piece(
        "joints",
        "hinge",
        "The selected body turns about the one selected before it, or the world.",
        "parent = \"OTHER\"\nchild = \"BODY\"\nfreedom.hinge = { axis = [0, 0, 1] }\n",
    ),
    piece(
        "joints",
        "slider",
        "The selected body slides along an axis.",
        "parent = \"OTHER\"\nchild = \"BODY\"\nfreedom.slider = { axis = [1, 0, 0], limits_m = [-0.5, 0.5] }\n",
    ),
    piece(
        "joints",
        "rope",
        "The selected body hangs on a rope.",
        "parent = \"OTHER\"\nchild = \"BODY\"\nanchor_parent_m = [0, 0, 1.5]\nfreedom.rope = { length_m = 1 }\n",
    ),
    piece(
        "joints",
        "spring",
        "A spring between two bodies.",
        "parent = \"OTHER\"\nchild = \"BODY\"\nanchor_parent_m = [0, 0, 1]\nfreedom.spring = { rest_length_m = 0.5, stiffness_npm = 200, damping_nspm = 2 }\n",
    ),
    piece(
        "joints",
        "ball_joint",
        "The selected body turns freely about a point.",
        "parent = \"OTHER\"\nchild = \"BODY\"\nfreedom.ball = {}\n",
    ),
    piece(
        "joints",
        "weld",
        "Two bodies become one.",
        "parent = \"OTHER\"\nchild = \"BODY\"\nfreedom.weld = {}\n",
    ),
    piece(
        "mechanisms",
        "push",
        "A force on the selected body: an action of two numbers.",
        "force = { body = \"BODY\", axes = \"xy\", max_force_n = 5 }\n",
    ),
    piece(
        "cameras",
        "camera",
        "A camera that stands still.",
        "position_m = [2, -2, 1.5]\nlook_at_m = [0, 0, 0.3]\n",
    ),
    piece(
        "cameras",
        "follower",
        "A camera that keeps looking at the selected body.",
        "position_m = [2, -2, 1.5]\nlook_at_m = [0, 0, 0]\ntrack = \"BODY\"\n",
    ),
    piece(
        "cameras",
        "rider",
        "A camera on the selected body.",
        "position_m = [0, 0, 0.2]\nlook_at_m = [1, 0, 0.1]\nmount = \"BODY\"\n",
    ),
    piece(
        "lidars",
        "scan",
        "A 2-D lidar on the selected body.",
        "mount = \"BODY\"\nposition_m = [0, 0, 0.2]\n",
    ),
    piece(
        "lights",
        "lamp",
        "A lamp at a place.",
        "point = { position_m = [1, -1, 2] }\n",
    ),
    piece(
        "liquids",
        "water",
        "A block of water.",
        "fill = [{ low_m = [-0.2, -0.2, 0.6], high_m = [0.2, 0.2, 0.9] }]\nspacing_m = 0.04\n",
    ),
];

/// Shows the library.
pub fn show(ui: &mut egui::Ui, session: &mut Session) {
    let is_scene = session.project.is_scene;
    if !is_scene {
        ui.colored_label(
            theme::FAINT,
            "A family makes these worlds: make a scene of one (Ctrl+E) to put things into it.",
        );
    }
    let mut kind = "";
    for piece in PIECES {
        if piece.kind != kind {
            kind = piece.kind;
            ui.add_space(4.0);
            ui.label(egui::RichText::new(kind).color(theme::FAINT));
        }
        if ui
            .add_enabled(is_scene, egui::Button::new(piece.name))
            .on_hover_text(piece.doc)
            .clicked()
        {
            put(session, piece);
        }
    }
    ui.add_space(6.0);
    ui.label(egui::RichText::new("what a body can sense").color(theme::FAINT));
    ui.horizontal_wrapped(|ui| {
        for quantity in ["position", "velocity", "rotation", "spin"] {
            if ui.add_enabled(is_scene, egui::Button::new(quantity)).clicked() {
                sense(session, quantity);
            }
        }
    });
    ui.add_space(6.0);
    ui.label(egui::RichText::new("families").color(theme::FAINT));
    let cards: Vec<_> = session
        .project
        .registries
        .families
        .0
        .iter()
        .map(|family| family.card())
        .collect();
    for card in cards {
        if ui.button(&card.name).on_hover_text(&card.question).clicked() {
            match Project::open(Path::new(&card.name)) {
                Ok(project) => session.open(project),
                Err(error) => session.say(error.to_string()),
            }
        }
    }
}

/// Puts a piece into the scene, under a name that is free, and selects it.
pub fn put(session: &mut Session, piece: &Piece) {
    let bodies = session.selected_bodies();
    let body = bodies.last().cloned();
    let other = bodies
        .len()
        .checked_sub(2)
        .map_or("world".to_string(), |index| bodies[index].clone());
    if piece.fields.contains("BODY") && body.is_none() {
        session.say(format!("{}: select a body first", piece.name));
        return;
    }
    let fields = piece
        .fields
        .replace("BODY", &body.unwrap_or_default())
        .replace("OTHER", &other);
    let values = session.values().clone();
    let name = change::free_name(piece.name, |name| {
        change::at(&values, &format!("world.{}.{name}", piece.kind)).is_some()
    });
    let path = format!("world.{}.{name}", piece.kind);
    let edit = Edit::Put {
        path: path.clone(),
        fields,
    };
    session.edit(&format!("add {}", piece.name), None, &[edit]);
    session.selection = vec![path];
}

/// The agent senses a quantity of the selected body from now on.
fn sense(session: &mut Session, quantity: &str) {
    let Some(body) = session.selected_bodies().last().cloned() else {
        session.say("select a body first");
        return;
    };
    let values = session.values().clone();
    let mut items = change::at(&values, "world.observe")
        .cloned()
        .unwrap_or_else(|| json!([]));
    if let Some(list) = items.as_array_mut() {
        list.push(json!({ "of": body, "quantity": quantity }));
    }
    session.edit("sense", None, &[Edit::set("world.observe", in_line(&items))]);
}
