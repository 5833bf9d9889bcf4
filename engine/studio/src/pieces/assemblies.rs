//! What can be put into a scene that is of several things: bodies, what joins them, and what moves them.
//!
//! Each stands on z = 0 around the origin, and needs nothing else of the scene.

use super::Target;
use crate::change;
use crate::document::Edit;
use crate::placing;
use crate::session::Session;
use crate::viewport::reach_m;
use bevy::math::{Quat, Vec3};
use serde_json::Value as Json;
use terrella_app::spec::document::Document;

/// Something of several things.
pub struct Assembly {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// How far it reaches along x and y from its origin, m, wherever its joints let it go.
    pub reach_m: [f32; 2],
    /// Its things, those that others name before them.
    pub things: &'static [Thing],
}

/// A thing of an assembly.
pub struct Thing {
    /// The table that it goes into.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its fields, as lines of TOML. `"@leaf"` is the name of the thing that is called `leaf` here.
    pub fields: &'static str,
}

const fn thing(kind: &'static str, name: &'static str, fields: &'static str) -> Thing {
    Thing { kind, name, fields }
}

/// All of them.
pub static ASSEMBLIES: &[Assembly] = &[
    Assembly {
        name: "door",
        doc: "A leaf that hangs in a frame by a hinge, and turns either way.",
        reach_m: [0.4, 0.65],
        things: &[
            thing(
                "bodies",
                "door_frame",
                "motion = \"fixed\"\nclass = \"frame\"\npaint.color = [0.55, 0.5, 0.45]\n[shape.compound]\nparts = [\n  \
                 { shape = { box = { half_extents_m = [0.04, 0.05, 0.63] } }, position_m = [-0.35, 0, 0.63] },\n  \
                 { shape = { box = { half_extents_m = [0.04, 0.05, 0.63] } }, position_m = [0.35, 0, 0.63] },\n  \
                 { shape = { box = { half_extents_m = [0.39, 0.05, 0.04] } }, position_m = [0, 0, 1.3] },\n]\n",
            ),
            thing(
                "bodies",
                "door_leaf",
                "class = \"door\"\nposition_m = [0, 0, 0.63]\nmaterial.density_kgpm3 = 300\npaint.color = [0.45, 0.3, 0.2]\n[shape.compound]\nparts = [\n  \
                 { shape = { box = { half_extents_m = [0.29, 0.02, 0.6] } } },\n  \
                 { shape = { box = { half_extents_m = [0.04, 0.05, 0.01] } }, position_m = [0.22, 0, 0] },\n]\n",
            ),
            thing(
                "joints",
                "door_hinge",
                "parent = \"@door_frame\"\nchild = \"@door_leaf\"\nanchor_parent_m = [-0.3, 0, 0.63]\nanchor_child_m = [-0.3, 0, 0]\n\
                 freedom.hinge = { axis = [0, 0, 1], limits_rad = [-1.9, 1.9] }\nmotor = { damping = 0.5, max_force = 2 }\n",
            ),
        ],
    },
    Assembly {
        name: "drawer",
        doc: "A drawer that is pulled out of a cabinet towards -y.",
        reach_m: [0.3, 0.6],
        things: &[
            thing(
                "bodies",
                "cabinet",
                "motion = \"fixed\"\nclass = \"cabinet\"\npaint.color = [0.6, 0.45, 0.32]\n[shape.compound]\nparts = [\n  \
                 { shape = { box = { half_extents_m = [0.25, 0.2, 0.01] } }, position_m = [0, 0, 0.01] },\n  \
                 { shape = { box = { half_extents_m = [0.25, 0.2, 0.01] } }, position_m = [0, 0, 0.29] },\n  \
                 { shape = { box = { half_extents_m = [0.01, 0.2, 0.13] } }, position_m = [-0.24, 0, 0.15] },\n  \
                 { shape = { box = { half_extents_m = [0.01, 0.2, 0.13] } }, position_m = [0.24, 0, 0.15] },\n  \
                 { shape = { box = { half_extents_m = [0.23, 0.01, 0.13] } }, position_m = [0, 0.19, 0.15] },\n]\n",
            ),
            thing(
                "bodies",
                "drawer",
                "class = \"drawer\"\nposition_m = [0, -0.02, 0.15]\nmaterial.density_kgpm3 = 400\npaint.color = [0.78, 0.64, 0.46]\n[shape.compound]\nparts = [\n  \
                 { shape = { box = { half_extents_m = [0.21, 0.17, 0.01] } }, position_m = [0, 0, -0.1] },\n  \
                 { shape = { box = { half_extents_m = [0.24, 0.01, 0.125] } }, position_m = [0, -0.19, 0] },\n  \
                 { shape = { box = { half_extents_m = [0.21, 0.01, 0.09] } }, position_m = [0, 0.16, 0] },\n  \
                 { shape = { box = { half_extents_m = [0.01, 0.17, 0.09] } }, position_m = [-0.21, 0, 0] },\n  \
                 { shape = { box = { half_extents_m = [0.01, 0.17, 0.09] } }, position_m = [0.21, 0, 0] },\n  \
                 { shape = { ball = { radius_m = 0.025 } }, position_m = [0, -0.22, 0] },\n]\n",
            ),
            thing(
                "joints",
                "drawer_rail",
                "parent = \"@cabinet\"\nchild = \"@drawer\"\nanchor_parent_m = [0, -0.02, 0.15]\n\
                 freedom.slider = { axis = [0, 1, 0], limits_m = [-0.3, 0] }\nmotor = { damping = 20, max_force = 3 }\n",
            ),
        ],
    },
    Assembly {
        name: "pendulum",
        doc: "A bob on a rod that swings from a stand.",
        reach_m: [0.65, 0.3],
        things: &[
            thing(
                "bodies",
                "pendulum_stand",
                "motion = \"fixed\"\nclass = \"stand\"\npaint.color = [0.35, 0.37, 0.4]\n[shape.compound]\nparts = [\n  \
                 { shape = { box = { half_extents_m = [0.25, 0.25, 0.02] } }, position_m = [0, 0, 0.02] },\n  \
                 { shape = { box = { half_extents_m = [0.02, 0.02, 0.6] } }, position_m = [0, 0, 0.6] },\n  \
                 { shape = { box = { half_extents_m = [0.02, 0.12, 0.02] } }, position_m = [0, -0.1, 1.18] },\n]\n",
            ),
            thing(
                "bodies",
                "pendulum_bob",
                "class = \"pendulum\"\nposition_m = [-0.3471, -0.2, 0.7663]\nrotation.rpy_deg = [0, 40, 0]\npaint.color = [0.85, 0.6, 0.2]\n[shape.compound]\nparts = [\n  \
                 { shape = { ball = { radius_m = 0.06 } } },\n  \
                 { shape = { box = { half_extents_m = [0.006, 0.006, 0.25] } }, position_m = [0, 0, 0.29] },\n]\n",
            ),
            thing(
                "joints",
                "pendulum_pivot",
                "parent = \"@pendulum_stand\"\nchild = \"@pendulum_bob\"\nanchor_parent_m = [0, -0.2, 1.18]\nanchor_child_m = [0, 0, 0.54]\n\
                 freedom.hinge = { axis = [0, 1, 0] }\n",
            ),
        ],
    },
    Assembly {
        name: "seesaw",
        doc: "A plank on a pivot with a light and a heavy box on its ends.",
        reach_m: [0.95, 0.2],
        things: &[
            thing(
                "bodies",
                "seesaw_pivot",
                "motion = \"fixed\"\nclass = \"pivot\"\nshape.hull.points_m = [[-0.12, -0.15, 0], [0.12, -0.15, 0], [0.12, 0.15, 0], [-0.12, 0.15, 0], [0, -0.15, 0.25], [0, 0.15, 0.25]]\npaint.color = [0.4, 0.42, 0.46]\n",
            ),
            thing(
                "bodies",
                "seesaw_plank",
                "class = \"plank\"\nshape.box.half_extents_m = [0.8, 0.12, 0.02]\nposition_m = [0, 0, 0.28]\nmaterial = { density_kgpm3 = 600, friction = 0.9 }\npaint.color = [0.75, 0.55, 0.35]\n",
            ),
            thing(
                "bodies",
                "seesaw_light",
                "class = \"box\"\nshape.box.half_extents_m = [0.07, 0.07, 0.07]\nposition_m = [-0.65, 0, 0.37]\nmaterial = { mass_kg = 1, friction = 0.9 }\npaint.color = [0.45, 0.65, 0.9]\n",
            ),
            thing(
                "bodies",
                "seesaw_heavy",
                "class = \"box\"\nshape.box.half_extents_m = [0.09, 0.09, 0.09]\nposition_m = [0.65, 0, 0.39]\nmaterial = { mass_kg = 3, friction = 0.9 }\npaint.color = [0.85, 0.35, 0.3]\n",
            ),
            thing(
                "joints",
                "seesaw_hinge",
                "parent = \"@seesaw_pivot\"\nchild = \"@seesaw_plank\"\nanchor_parent_m = [0, 0, 0.26]\nanchor_child_m = [0, 0, -0.02]\n\
                 freedom.hinge = { axis = [0, 1, 0], limits_rad = [-0.25, 0.25] }\n",
            ),
        ],
    },
    Assembly {
        name: "parcel_belt",
        doc: "A belt that carries two parcels past a photo-eye: an action of one number.",
        reach_m: [0.85, 0.25],
        things: &[
            thing(
                "bodies",
                "conveyor_bed",
                "motion = \"fixed\"\nclass = \"belt\"\nshape.box.half_extents_m = [0.8, 0.2, 0.04]\nposition_m = [0, 0, 0.36]\nmaterial.friction = 0.8\npaint.color = [0.2, 0.21, 0.24]\n",
            ),
            thing(
                "bodies",
                "conveyor_legs",
                "motion = \"fixed\"\nclass = \"stand\"\npaint.color = [0.55, 0.58, 0.62]\n[shape.compound]\nparts = [\n  \
                 { shape = { box = { half_extents_m = [0.03, 0.19, 0.16] } }, position_m = [-0.7, 0, 0.16] },\n  \
                 { shape = { box = { half_extents_m = [0.03, 0.19, 0.16] } }, position_m = [0.7, 0, 0.16] },\n]\n",
            ),
            thing(
                "bodies",
                "conveyor_parcel",
                "class = \"parcel\"\nshape.box.half_extents_m = [0.1, 0.08, 0.06]\nposition_m = [-0.65, 0, 0.46]\nmaterial.density_kgpm3 = 200\npaint.color = [0.8, 0.6, 0.35]\n",
            ),
            thing(
                "bodies",
                "conveyor_box",
                "class = \"parcel\"\nshape.box.half_extents_m = [0.06, 0.06, 0.09]\nposition_m = [-0.3, 0.03, 0.49]\nmaterial.density_kgpm3 = 200\npaint.color = [0.35, 0.6, 0.85]\n",
            ),
            thing(
                "mechanisms",
                "conveyor_belt",
                "belt = { body = \"@conveyor_bed\", max_speed_mps = 0.5, max_force_n = 50, moving_mass_kg = 5, drag_n = 2 }\n",
            ),
            thing(
                "mechanisms",
                "conveyor_eye",
                "photo_eye = { from_m = [0.5, -0.25, 0.45], to_m = [0.5, 0.25, 0.45] }\n",
            ),
        ],
    },
    Assembly {
        name: "two_link_arm",
        doc: "An arm with a shoulder and an elbow that go where they are told: an action of two numbers.",
        reach_m: [1.0, 0.15],
        things: &[
            thing(
                "bodies",
                "arm_base",
                "motion = \"fixed\"\nclass = \"robot\"\nshape.cylinder = { radius_m = 0.13, half_height_m = 0.15 }\nposition_m = [0, 0, 0.15]\npaint.color = [0.3, 0.32, 0.36]\n",
            ),
            thing(
                "bodies",
                "arm_upper",
                "class = \"robot\"\nshape.box.half_extents_m = [0.04, 0.04, 0.25]\nposition_m = [0, 0, 0.57]\nmaterial.density_kgpm3 = 500\npaint.color = [0.95, 0.6, 0.2]\n",
            ),
            thing(
                "bodies",
                "arm_lower",
                "class = \"robot\"\nposition_m = [0, 0, 1.02]\nmaterial.density_kgpm3 = 500\npaint.color = [0.9, 0.75, 0.35]\n[shape.compound]\nparts = [\n  \
                 { shape = { box = { half_extents_m = [0.03, 0.03, 0.2] } } },\n  \
                 { shape = { ball = { radius_m = 0.045 } }, position_m = [0, 0, 0.2] },\n]\n",
            ),
            thing(
                "joints",
                "arm_shoulder",
                "parent = \"@arm_base\"\nchild = \"@arm_upper\"\nanchor_parent_m = [0, 0, 0.17]\nanchor_child_m = [0, 0, -0.25]\nreduced = true\n\
                 freedom.hinge = { axis = [0, 1, 0], limits_rad = [-1.6, 1.6] }\n",
            ),
            thing(
                "joints",
                "arm_elbow",
                "parent = \"@arm_upper\"\nchild = \"@arm_lower\"\nanchor_parent_m = [0, 0, 0.25]\nanchor_child_m = [0, 0, -0.2]\nreduced = true\n\
                 freedom.hinge = { axis = [0, 1, 0], limits_rad = [-2.4, 2.4] }\n",
            ),
            thing(
                "mechanisms",
                "arm_shoulder_motor",
                "positioner = { joint = \"@arm_shoulder\", limits = [-1.5, 1.5], max_velocity = 1.5, max_force = 60 }\n",
            ),
            thing(
                "mechanisms",
                "arm_elbow_motor",
                "positioner = { joint = \"@arm_elbow\", limits = [-2.3, 2.3], max_velocity = 2, max_force = 25 }\n",
            ),
        ],
    },
    Assembly {
        name: "cart_pole",
        doc: "A pole on a cart that is pushed along a rail: an action of one number.",
        reach_m: [1.1, 0.2],
        things: &[
            thing(
                "bodies",
                "cart_rail",
                "motion = \"fixed\"\nclass = \"rail\"\npaint.color = [0.4, 0.42, 0.46]\n[shape.compound]\nparts = [\n  \
                 { shape = { box = { half_extents_m = [1, 0.03, 0.03] } }, position_m = [0, 0, 0.7] },\n  \
                 { shape = { box = { half_extents_m = [0.03, 0.15, 0.34] } }, position_m = [-0.97, 0.1, 0.34] },\n  \
                 { shape = { box = { half_extents_m = [0.03, 0.15, 0.34] } }, position_m = [0.97, 0.1, 0.34] },\n]\n",
            ),
            thing(
                "bodies",
                "cart",
                "class = \"cart\"\nshape.box.half_extents_m = [0.12, 0.07, 0.05]\nposition_m = [0, 0, 0.79]\nmaterial.mass_kg = 1\npaint.color = [0.25, 0.5, 0.85]\n",
            ),
            thing(
                "bodies",
                "cart_pole",
                "class = \"pole\"\nshape.box.half_extents_m = [0.015, 0.015, 0.3]\nposition_m = [0, -0.1, 1.09]\nmaterial.mass_kg = 0.2\npaint.color = [0.85, 0.35, 0.3]\n",
            ),
            thing(
                "joints",
                "cart_slider",
                "parent = \"@cart_rail\"\nchild = \"@cart\"\nanchor_parent_m = [0, 0, 0.79]\nreduced = true\ndamping = 0.1\n\
                 freedom.slider = { axis = [1, 0, 0], limits_m = [-0.8, 0.8] }\n",
            ),
            thing(
                "joints",
                "cart_hinge",
                "parent = \"@cart\"\nchild = \"@cart_pole\"\nanchor_parent_m = [0, -0.1, 0]\nanchor_child_m = [0, 0, -0.3]\nreduced = true\n\
                 freedom.hinge = { axis = [0, 1, 0] }\n",
            ),
            thing(
                "mechanisms",
                "cart_drive",
                "drive = { joint = \"@cart_slider\", max_force = 10 }\n",
            ),
        ],
    },
    Assembly {
        name: "switch",
        doc: "A lever that rests at one of two places, as a light switch does.",
        reach_m: [0.25, 0.15],
        things: &[
            thing(
                "bodies",
                "switch_box",
                "motion = \"fixed\"\nclass = \"switch\"\nshape.box.half_extents_m = [0.15, 0.1, 0.06]\nposition_m = [0, 0, 0.06]\npaint.color = [0.8, 0.8, 0.78]\n",
            ),
            thing(
                "bodies",
                "switch_lever",
                "class = \"lever\"\nposition_m = [-0.0355, 0, 0.2347]\nrotation.rpy_deg = [0, -17.19, 0]\nmaterial.density_kgpm3 = 300\npaint.color = [0.85, 0.25, 0.25]\n[shape.compound]\nparts = [\n  \
                 { shape = { box = { half_extents_m = [0.015, 0.02, 0.1] } } },\n  \
                 { shape = { ball = { radius_m = 0.03 } }, position_m = [0, 0, 0.1] },\n]\n",
            ),
            thing(
                "joints",
                "switch_hinge",
                "parent = \"@switch_box\"\nchild = \"@switch_lever\"\nanchor_parent_m = [0, 0, 0.06]\nanchor_child_m = [0, 0, -0.12]\n\
                 freedom.hinge = { axis = [0, 1, 0], limits_rad = [-0.35, 0.35] }\n",
            ),
            thing(
                "mechanisms",
                "switch_spring",
                "toggle = { joint = \"@switch_hinge\", off_at = -0.3, on_at = 0.3, max_force = 1 }\n",
            ),
        ],
    },
    Assembly {
        name: "hanging_weight",
        doc: "A weight that swings from a beam on a soft rope.",
        reach_m: [0.6, 0.2],
        things: &[
            thing(
                "bodies",
                "rope_beam",
                "motion = \"fixed\"\nclass = \"frame\"\npaint.color = [0.5, 0.42, 0.35]\n[shape.compound]\nparts = [\n  \
                 { shape = { box = { half_extents_m = [0.55, 0.03, 0.03] } }, position_m = [0, 0, 1.2] },\n  \
                 { shape = { box = { half_extents_m = [0.03, 0.15, 0.59] } }, position_m = [-0.52, 0, 0.59] },\n  \
                 { shape = { box = { half_extents_m = [0.03, 0.15, 0.59] } }, position_m = [0.52, 0, 0.59] },\n]\n",
            ),
            thing(
                "bodies",
                "rope_weight",
                "class = \"weight\"\nshape.ball.radius_m = 0.07\nposition_m = [0.2785, 0, 0.7715]\nmaterial.mass_kg = 0.5\npaint.color = [0.3, 0.33, 0.4]\n",
            ),
            thing(
                "softs",
                "rope",
                "form.rope = { along_m = [[0, 0, 1.155], [0.24, 0, 0.83]], segments = 16 }\nmass_kg = 0.1\ncolor = [0.75, 0.68, 0.5]\n\
                 pins = [{ vertices = [0], to = \"@rope_beam\" }, { vertices = [16], to = \"@rope_weight\" }]\n",
            ),
        ],
    },
    Assembly {
        name: "jelly_tray",
        doc: "A block of jelly that falls into a tray.",
        reach_m: [0.3, 0.3],
        things: &[
            thing(
                "bodies",
                "jelly_tray",
                "motion = \"fixed\"\nclass = \"tray\"\npaint.color = [0.75, 0.78, 0.8]\n[shape.compound]\nparts = [\n  \
                 { shape = { box = { half_extents_m = [0.27, 0.27, 0.015] } }, position_m = [0, 0, 0.015] },\n  \
                 { shape = { box = { half_extents_m = [0.015, 0.27, 0.04] } }, position_m = [-0.255, 0, 0.06] },\n  \
                 { shape = { box = { half_extents_m = [0.015, 0.27, 0.04] } }, position_m = [0.255, 0, 0.06] },\n  \
                 { shape = { box = { half_extents_m = [0.27, 0.015, 0.04] } }, position_m = [0, -0.255, 0.06] },\n  \
                 { shape = { box = { half_extents_m = [0.27, 0.015, 0.04] } }, position_m = [0, 0.255, 0.06] },\n]\n",
            ),
            thing(
                "softs",
                "jelly_block",
                "form.jelly = { center_m = [0, 0, 0.4], half_extents_m = [0.12, 0.12, 0.1], segments = [3, 3, 3] }\nmass_kg = 1\ncolor = [0.8, 0.35, 0.45]\n",
            ),
        ],
    },
    Assembly {
        name: "dominoes",
        doc: "A row of dominoes, of which the first one is pushed.",
        reach_m: [0.5, 0.15],
        things: &[
            thing(
                "bodies",
                "domino_plate",
                "motion = \"fixed\"\nclass = \"plate\"\nshape.box.half_extents_m = [0.48, 0.12, 0.01]\nposition_m = [0, 0, 0.01]\nmaterial.friction = 0.7\npaint.color = [0.5, 0.42, 0.35]\n",
            ),
            thing(
                "bodies",
                "domino_a",
                "class = \"domino\"\nshape.box.half_extents_m = [0.015, 0.06, 0.1]\nposition_m = [-0.4, 0, 0.12]\nangular_velocity_radps = [0, 3, 0]\nlinear_velocity_mps = [0.3, 0, 0]\npaint.color = [0.85, 0.3, 0.25]\n",
            ),
            thing(
                "bodies",
                "domino_b",
                "class = \"domino\"\nshape.box.half_extents_m = [0.015, 0.06, 0.1]\nposition_m = [-0.3, 0, 0.12]\npaint.color = [0.85, 0.55, 0.25]\n",
            ),
            thing(
                "bodies",
                "domino_c",
                "class = \"domino\"\nshape.box.half_extents_m = [0.015, 0.06, 0.1]\nposition_m = [-0.2, 0, 0.12]\npaint.color = [0.8, 0.75, 0.3]\n",
            ),
            thing(
                "bodies",
                "domino_d",
                "class = \"domino\"\nshape.box.half_extents_m = [0.015, 0.06, 0.1]\nposition_m = [-0.1, 0, 0.12]\npaint.color = [0.4, 0.7, 0.35]\n",
            ),
            thing(
                "bodies",
                "domino_e",
                "class = \"domino\"\nshape.box.half_extents_m = [0.015, 0.06, 0.1]\nposition_m = [0, 0, 0.12]\npaint.color = [0.3, 0.65, 0.7]\n",
            ),
            thing(
                "bodies",
                "domino_f",
                "class = \"domino\"\nshape.box.half_extents_m = [0.015, 0.06, 0.1]\nposition_m = [0.1, 0, 0.12]\npaint.color = [0.3, 0.45, 0.8]\n",
            ),
            thing(
                "bodies",
                "domino_g",
                "class = \"domino\"\nshape.box.half_extents_m = [0.015, 0.06, 0.1]\nposition_m = [0.2, 0, 0.12]\npaint.color = [0.6, 0.4, 0.75]\n",
            ),
        ],
    },
];

/// How far it is from one place to the next where a free one is looked for, m, and how many are tried.
const NEXT_M: f32 = 0.25;
const PLACES: usize = 60;
/// What is no higher is ground, m.
const GROUND_M: f32 = 0.05;

/// Puts an assembly into the scene, at a point of a surface or where it is free around the origin. Its things get names that are free, and
/// its bodies are selected. All of it is one step to undo.
pub fn put_assembly(session: &mut Session, assembly: &Assembly, target: &Target) {
    session.project.document.end_drag();
    if !session.only_scenes(assembly.name) {
        return;
    }
    let offset_m = match target.surface {
        Some((point_m, _)) => point_m,
        None => free_place_m(session, assembly),
    };
    let ending = free_ending(session.values(), assembly);
    let mut edits = Vec::new();
    let mut bodies = Vec::new();
    for thing in assembly.things {
        let path = change::place(thing.kind, &format!("{}{ending}", thing.name));
        let fields = named(thing.fields, assembly, &ending);
        let own = Document::new("assembly", &fields).json().unwrap_or_default();
        edits.push(Edit::Put {
            path: path.clone(),
            fields,
        });
        edits.extend(placing::moved(thing.kind, &path, &own, offset_m));
        if thing.kind == "bodies" {
            bodies.push(path);
        }
    }
    if session.changes(&format!("add {}", assembly.name), None, &edits) {
        session.selection = bodies;
    }
}

/// The fields with the names that things have in the scene.
fn named(fields: &str, assembly: &Assembly, ending: &str) -> String {
    let mut fields = fields.to_string();
    for thing in assembly.things {
        let quoted = |name: &str| format!("\"{name}\"");
        let [here, there] = [format!("@{}", thing.name), format!("{}{ending}", thing.name)];
        fields = fields.replace(&quoted(&here), &quoted(&there));
    }
    fields
}

/// What is put behind the names of all things of an assembly, so that nothing else in the world has one of them.
fn free_ending(values: &Json, assembly: &Assembly) -> String {
    let mut endings = (1..).map(|number| match number {
        1 => String::new(),
        number => format!("_{number}"),
    });
    let is_free = |ending: &String| {
        let mut names = assembly
            .things
            .iter()
            .map(|thing| format!("{}{ending}", thing.name));
        !names.any(|name| change::is_named(values, &name))
    };
    endings.find(is_free).unwrap_or_default()
}

/// Where an assembly stands in nobody's way, m: at the origin, or else along x.
fn free_place_m(session: &Session, assembly: &Assembly) -> [f32; 3] {
    let Some(world) = session.world() else {
        return [0.0; 3];
    };
    let starts = world.start_poses();
    let boxes = world.bodies.values().zip(&starts).filter_map(|(body, start)| {
        let middle = Vec3::from_array(start.position_m);
        let reach = reach_m(&body.shape, Quat::from_array(start.rotation_xyzw))?;
        (middle.z + reach.z > GROUND_M).then_some((middle, reach))
    });
    let boxes: Vec<(Vec3, Vec3)> = boxes.collect();
    let [along, across] = assembly.reach_m;
    let is_free = |x: &f32| {
        boxes.iter().all(|(middle, reach)| {
            (middle.x - x).abs() > reach.x + along || middle.y.abs() > reach.y + across
        })
    };
    let mut places = (0..PLACES).map(|place| place as f32 * NEXT_M);
    [places.find(is_free).unwrap_or(0.0), 0.0, 0.0]
}
