//! The pieces.

use super::Piece;

const fn piece(kind: &'static str, name: &'static str, doc: &'static str, fields: &'static str) -> Piece {
    Piece {
        kind,
        name,
        doc,
        fields,
    }
}

/// All pieces, those of a kind after each other.
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
        "bodies",
        "table",
        "A body of several shapes: a plate on four legs.",
        "class = \"table\"\nposition_m = [0, 0, 0.3]\npaint.color = [0.62, 0.45, 0.3]\n[shape.compound]\nparts = [\n  \
         { shape = { box = { half_extents_m = [0.4, 0.3, 0.02] } }, position_m = [0, 0, 0.28] },\n  \
         { shape = { box = { half_extents_m = [0.02, 0.02, 0.13] } }, position_m = [-0.36, -0.26, 0.13] },\n  \
         { shape = { box = { half_extents_m = [0.02, 0.02, 0.13] } }, position_m = [0.36, -0.26, 0.13] },\n  \
         { shape = { box = { half_extents_m = [0.02, 0.02, 0.13] } }, position_m = [-0.36, 0.26, 0.13] },\n  \
         { shape = { box = { half_extents_m = [0.02, 0.02, 0.13] } }, position_m = [0.36, 0.26, 0.13] },\n]\n",
    ),
    piece(
        "bodies",
        "wedge",
        "A triangle mesh: a closed one, which may move.",
        "position_m = [0, 0, 0.5]\npaint.color = [0.8, 0.55, 0.3]\n[shape.mesh]\nvertices_m = [[-0.15, -0.1, -0.1], [0.15, -0.1, -0.1], [0.15, 0.1, -0.1], [-0.15, 0.1, -0.1], [0.15, -0.1, 0.1], [0.15, 0.1, 0.1]]\n\
         triangles = [[0, 2, 1], [0, 3, 2], [0, 1, 4], [1, 2, 5], [1, 5, 4], [2, 3, 5], [0, 4, 5], [0, 5, 3]]\n",
    ),
    piece(
        "bodies",
        "hills",
        "Ground that goes up and down: heights on a grid.",
        "motion = \"fixed\"\nclass = \"ground\"\nposition_m = [0, 0, 0]\npaint = { color = [0.4, 0.5, 0.33], smooth = true }\n[shape.height_field]\nsize_m = [4, 4]\ncolumns = 5\n\
         heights_m = [\n  0.0, 0.1, 0.2, 0.1, 0.0,\n  0.1, 0.3, 0.2, 0.1, 0.1,\n  0.2, 0.2, 0.0, 0.2, 0.3,\n  0.1, 0.1, 0.2, 0.4, 0.2,\n  0.0, 0.1, 0.3, 0.2, 0.0,\n]\n",
    ),
    piece(
        "joints",
        "hinge",
        "The selected body turns about the one selected before it, or the world, where this is dropped.",
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
        "generic",
        "The selected body slides along x within limits and turns about z: any of the six degrees of freedom, each by itself.",
        "parent = \"OTHER\"\nchild = \"BODY\"\nfreedom.generic.free = [{ axis = \"x\", limits = [-0.5, 0.5] }, { axis = \"rz\" }]\n",
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
        "mechanisms",
        "strike",
        "A blow to the selected body while it is at rest: an action of two numbers.",
        "strike = { body = \"BODY\", axes = \"xy\", max_impulse_ns = 2, min_impulse_ns = 0.05, rest_speed_mps = 0.02 }\n",
    ),
    piece(
        "mechanisms",
        "grip",
        "The selected body holds what is in reach of it: an action of one number.",
        "grip = { body = \"BODY\", reach_m = 0.1 }\n",
    ),
    piece(
        "mechanisms",
        "wind",
        "Wind with gusts that drags the selected body.",
        "wind = { drag_area_m2 = { \"BODY\" = 0.05 }, mean_mps = [3, 0, 0], gust_mps = 1 }\n",
    ),
    piece(
        "mechanisms",
        "drive",
        "A motor on the selected joint, by torque or force: an action of one number.",
        "drive = { joint = \"JOINT\", max_force = 5 }\n",
    ),
    piece(
        "mechanisms",
        "servo",
        "A motor on the selected joint, by velocity: an action of one number.",
        "servo = { joint = \"JOINT\", max_velocity = 2, max_force = 20 }\n",
    ),
    piece(
        "mechanisms",
        "positioner",
        "A motor on the selected joint, by position: an action of one number.",
        "positioner = { joint = \"JOINT\", limits = [-0.5, 0.5], max_velocity = 2, max_force = 20 }\n",
    ),
    piece(
        "mechanisms",
        "toggle",
        "The spring of a switch on the selected joint: it rests at one of two places.",
        "toggle = { joint = \"JOINT\", off_at = -0.3, on_at = 0.3, max_force = 2 }\n",
    ),
    piece(
        "mechanisms",
        "stiction",
        "The selected body holds faster at rest than while it slides.",
        "stiction = { body = \"BODY\", static_friction = 0.8 }\n",
    ),
    piece(
        "mechanisms",
        "spin_lift",
        "The selected body is lifted by its spin as it flies.",
        "spin_lift = { body = \"BODY\", share = 0.03 }\n",
    ),
    piece(
        "mechanisms",
        "shaker",
        "Shakes the selected body, which becomes kinematic: an action of one number.",
        "shaker = { body = \"KINEMATIC\", axis = \"x\", frequency_hz = 2, max_amplitude_m = 0.05 }\n",
    ),
    piece(
        "mechanisms",
        "turret",
        "Turns the selected body, which becomes kinematic, as a camera's head: an action of two numbers.",
        "turret = { body = \"KINEMATIC\", max_speed_radps = 2, max_acceleration_radps2 = 10, yaw_limits_rad = [-1.5, 1.5], pitch_limits_rad = [-0.7, 0.7] }\n",
    ),
    piece(
        "mechanisms",
        "belt",
        "The upper side of the selected body, which becomes fixed, carries what lies on it: an action of one number.",
        "belt = { body = \"FIXED\", max_speed_mps = 0.5, max_force_n = 50, moving_mass_kg = 5, drag_n = 2 }\n",
    ),
    piece(
        "mechanisms",
        "photo_eye",
        "A beam of light that tells whether something is in it.",
        "photo_eye = { from_m = [0, -0.5, 0.1], to_m = [0, 0.5, 0.1] }\n",
    ),
    piece(
        "faults",
        "weak",
        "The selected mechanism loses half of its strength.",
        "mechanism = \"MECHANISM\"\nkind = \"weak\"\nonset_secs = 1\nramp_secs = 1\nseverity = 0.5\n",
    ),
    piece(
        "faults",
        "stuck",
        "The selected mechanism holds the last command that it had.",
        "mechanism = \"MECHANISM\"\nkind = \"stuck\"\nonset_secs = 1\n",
    ),
    piece(
        "faults",
        "drift",
        "What the selected mechanism reports is too high, and more and more so.",
        "mechanism = \"MECHANISM\"\nkind = \"drift\"\nonset_secs = 1\nramp_secs = 2\n",
    ),
    piece(
        "faults",
        "dropout",
        "What the selected mechanism reports is missing now and then.",
        "mechanism = \"MECHANISM\"\nkind = \"dropout\"\nonset_secs = 1\nseverity = 0.5\n",
    ),
    piece(
        "cameras",
        "camera",
        "A camera that stands still.",
        "position_m = [2, -2, 1.5]\nlook_at_m = [X, Y, Z]\n",
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
        "point = { position_m = [0, 0, 2] }\n",
    ),
    piece(
        "lights",
        "sunlight",
        "Parallel rays from far away, as another sun.",
        "directional = { direction = [0.4, 0.3, -1] }\n",
    ),
    piece(
        "lights",
        "headlight",
        "A light at the camera, whichever it is.",
        "head = {}\n",
    ),
    piece(
        "liquids",
        "water",
        "A block of water.",
        "fill = [{ low_m = [-0.2, -0.2, 0.6], high_m = [0.2, 0.2, 0.9] }]\nspacing_m = 0.04\n",
    ),
    piece(
        "softs",
        "cord",
        "A rope that is held at one end.",
        "form.rope = { along_m = [[-0.4, 0, 1.2], [0.4, 0, 1.2]], segments = 24 }\npins = [{ vertices = [0] }]\n",
    ),
    piece(
        "softs",
        "cloth",
        "A cloth that falls on what is below it.",
        "form.cloth = { corner_m = [-0.4, -0.4, 1], along_m = [0.8, 0, 0], across_m = [0, 0.8, 0], segments = [12, 12] }\nmass_kg = 0.2\ncolor = [0.35, 0.5, 0.75]\n",
    ),
    piece(
        "softs",
        "jelly",
        "A block of jelly.",
        "form.jelly = { center_m = [0, 0, 0.8], half_extents_m = [0.12, 0.12, 0.12], segments = [3, 3, 3] }\nmass_kg = 1\ncolor = [0.8, 0.35, 0.45]\n",
    ),
    piece(
        "material",
        "steel",
        "Heavy, and hardly bounces.",
        "density_kgpm3 = 7850\nfriction = 0.5\nrestitution = 0.2\n",
    ),
    piece(
        "material",
        "wood",
        "Light, and rough.",
        "density_kgpm3 = 700\nfriction = 0.5\nrestitution = 0.3\n",
    ),
    piece(
        "material",
        "rubber",
        "Holds fast, and bounces.",
        "density_kgpm3 = 1100\nfriction = 0.9\nrestitution = 0.8\n",
    ),
    piece(
        "material",
        "ice",
        "Hardly any friction.",
        "density_kgpm3 = 917\nfriction = 0.03\nrestitution = 0.1\n",
    ),
    piece(
        "material",
        "foam",
        "Very light, and does not bounce.",
        "density_kgpm3 = 40\nfriction = 0.7\nrestitution = 0\n",
    ),
    piece(
        "physics",
        "fast",
        "Physics for things that fly, fall and roll.",
        "preset = \"fast\"\n",
    ),
    piece(
        "physics",
        "accurate",
        "Physics for joints, stacks and robots.",
        "preset = \"accurate\"\n",
    ),
    piece(
        "observe",
        "position",
        "The agent senses where the body is.",
        "quantity = \"position\"\nof = \"BODY\"\n",
    ),
    piece(
        "observe",
        "velocity",
        "The agent senses how fast the body moves.",
        "quantity = \"velocity\"\nof = \"BODY\"\n",
    ),
    piece(
        "observe",
        "rotation",
        "The agent senses how the body is turned.",
        "quantity = \"rotation\"\nof = \"BODY\"\n",
    ),
    piece(
        "observe",
        "spin",
        "The agent senses how fast the body turns.",
        "quantity = \"spin\"\nof = \"BODY\"\n",
    ),
    piece(
        "observe",
        "heading",
        "The agent senses which way the body faces.",
        "quantity = \"heading\"\nof = \"BODY\"\n",
    ),
    piece(
        "observe",
        "speed",
        "The agent senses how fast the body goes ahead.",
        "quantity = \"speed\"\nof = \"BODY\"\n",
    ),
    piece(
        "observe",
        "gyro",
        "The agent senses what a gyroscope on the body reads.",
        "quantity = \"gyro\"\nof = \"BODY\"\n",
    ),
    piece(
        "observe",
        "accelerometer",
        "The agent senses what an accelerometer in the body reads.",
        "quantity = \"accelerometer\"\nof = \"BODY\"\n",
    ),
    piece(
        "observe",
        "step",
        "The agent senses how the body went since the last record.",
        "quantity = \"step\"\nof = \"BODY\"\n",
    ),
    piece(
        "observe",
        "touch",
        "The agent senses how hard the body is touched.",
        "quantity = \"touch\"\nof = \"BODY\"\n",
    ),
    piece(
        "observe",
        "joint_position",
        "The agent senses where the selected joint is.",
        "quantity = \"joint_position\"\nof = \"JOINT\"\n",
    ),
    piece(
        "observe",
        "joint_velocity",
        "The agent senses how fast the selected joint moves.",
        "quantity = \"joint_velocity\"\nof = \"JOINT\"\n",
    ),
    piece(
        "observe",
        "state",
        "The agent senses what the selected mechanism tells of its state.",
        "quantity = \"state\"\nof = \"MECHANISM\"\n",
    ),
    piece(
        "observe",
        "setpoint",
        "The agent senses what the selected mechanism was told.",
        "quantity = \"setpoint\"\nof = \"MECHANISM\"\n",
    ),
    piece(
        "observe",
        "effort",
        "The agent senses how hard the selected mechanism works.",
        "quantity = \"effort\"\nof = \"MECHANISM\"\n",
    ),
    piece(
        "observe",
        "feedback",
        "The agent senses what the selected mechanism reports.",
        "quantity = \"feedback\"\nof = \"MECHANISM\"\n",
    ),
];
