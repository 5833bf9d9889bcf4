//! Kinds of doors: how the leaf moves, what holds it, what opens it.

/// How the leaf moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Opens {
    /// Hinged, into the goal room.
    Away,
    /// Hinged, into the start room.
    Toward,
    /// Two leaves, both ways.
    Both,
    /// Two leaves, into the goal room.
    Pair,
    /// Sliding along the wall.
    Aside,
    /// Sliding up.
    Up,
}

/// What holds a closed door.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lock {
    /// Nothing.
    Free,
    /// A latch that a hand in reach releases.
    Handle,
    /// A latch that the button releases.
    Button,
    /// A latch that is released for good by who has the key.
    Key,
    /// The motor that the button switches.
    Motor,
}

/// A kind of door.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DoorKind {
    pub(super) opens: Opens,
    pub(super) lock: Lock,
    /// A spring closes it.
    pub(super) closer: bool,
    /// Its button stands far from it.
    pub(super) far_button: bool,
    /// Its button looks like those that open nothing: who has pressed it must remember what it does.
    pub(super) hidden: bool,
    /// Its hinge sticks: hands open it, leaning on it hardly does.
    pub(super) jams: bool,
    /// A second door of this kind, with a button of its own, stands behind it.
    pub(super) airlock: bool,
}

/// The kinds of training episodes.
pub(super) const KINDS: [&str; 12] = [
    "push", "pull", "saloon", "spring", "latched", "locked", "sliding", "remote", "garage", "double",
    "jammed", "key",
];
/// The kinds that appear out of distribution only.
pub(super) const KINDS_OOD: [&str; 5] = ["latched_pull", "one_way", "remote_lock", "hidden_lock", "airlock"];

/// The names of the kinds of which something holds.
pub(super) fn kinds_that(holds: impl Fn(DoorKind) -> bool) -> Vec<&'static str> {
    let all = KINDS.iter().chain(&KINDS_OOD).copied();
    all.filter(|word| holds(DoorKind::of(word))).collect()
}

impl DoorKind {
    /// The kind of this name.
    pub(super) fn of(word: &str) -> DoorKind {
        let kind = |opens, lock| DoorKind {
            opens,
            lock,
            closer: false,
            far_button: false,
            hidden: false,
            jams: false,
            airlock: false,
        };
        match word {
            "push" => kind(Opens::Away, Lock::Free),
            "pull" => kind(Opens::Toward, Lock::Free),
            "saloon" => DoorKind {
                closer: true,
                ..kind(Opens::Both, Lock::Free)
            },
            "spring" => DoorKind {
                closer: true,
                ..kind(Opens::Away, Lock::Free)
            },
            "latched" => kind(Opens::Away, Lock::Handle),
            "locked" => kind(Opens::Away, Lock::Button),
            "sliding" => kind(Opens::Aside, Lock::Motor),
            "remote" => DoorKind {
                far_button: true,
                ..kind(Opens::Away, Lock::Motor)
            },
            "garage" => kind(Opens::Up, Lock::Motor),
            "double" => kind(Opens::Pair, Lock::Free),
            "jammed" => DoorKind {
                jams: true,
                ..kind(Opens::Away, Lock::Free)
            },
            "key" => kind(Opens::Away, Lock::Key),
            "latched_pull" => kind(Opens::Toward, Lock::Handle),
            // Falls shut behind the agent and locks: the button is on the start side only.
            "one_way" => DoorKind {
                closer: true,
                ..kind(Opens::Away, Lock::Button)
            },
            "remote_lock" => DoorKind {
                far_button: true,
                ..kind(Opens::Away, Lock::Button)
            },
            "airlock" => DoorKind {
                airlock: true,
                ..kind(Opens::Aside, Lock::Motor)
            },
            "hidden_lock" => DoorKind {
                far_button: true,
                hidden: true,
                ..kind(Opens::Away, Lock::Button)
            },
            other => unreachable!("`{other}` is not among the options of door_kind"),
        }
    }

    /// True when a button belongs to it.
    pub(super) fn has_button(self) -> bool {
        matches!(self.lock, Lock::Button | Lock::Motor)
    }

    /// True when its leaf turns about a hinge.
    pub(super) fn hinged(self) -> bool {
        !matches!(self.opens, Opens::Aside | Opens::Up)
    }

    /// True when its hinge has dry friction: a spring's hinge has none, and a motor overcomes it.
    pub(super) fn has_friction(self) -> bool {
        self.hinged() && !self.closer && self.lock != Lock::Motor
    }

    /// How far it moves from closed to fully open in a doorway of this width, rad or m.
    pub(super) fn travel(self, width_m: f32) -> f32 {
        match self.opens {
            Opens::Away | Opens::Toward | Opens::Both | Opens::Pair => 1.7,
            Opens::Aside => width_m,
            Opens::Up => 1.25,
        }
    }
}
