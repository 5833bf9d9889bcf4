//! Why a world cannot be made, or must be given up.

use thiserror::Error;

/// Why a plan makes no world. It names the part of the world that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LaneError {
    /// A name that nothing has.
    #[error("{place}: there is no {kind} called `{name}`")]
    Missing {
        /// Where the name is used, as a path in the world.
        place: String,
        /// Body, joint or mechanism.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// A value that makes no sense.
    #[error("{place}: {reason}")]
    Invalid {
        /// Where it stands, as a path in the world.
        place: String,
        /// What is wrong, and what would be right.
        reason: String,
    },
}

impl LaneError {
    /// Where the mistake stands, as a path in the world, and what it is.
    pub fn parts(&self) -> (&str, String) {
        match self {
            LaneError::Missing { place, kind, name } => {
                (place, format!("there is no {kind} called `{name}`"))
            }
            LaneError::Invalid { place, reason } => (place, reason.clone()),
        }
    }

    pub(crate) fn missing(place: impl Into<String>, kind: &'static str, name: &str) -> Self {
        LaneError::Missing {
            place: place.into(),
            kind,
            name: name.to_string(),
        }
    }

    pub(crate) fn invalid(place: impl Into<String>, reason: impl Into<String>) -> Self {
        LaneError::Invalid {
            place: place.into(),
            reason: reason.into(),
        }
    }
}

/// Why a world that was being stepped must be given up: its episode is drawn anew and the case is listed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum Fault {
    /// Rapier found a body, or a soft body, with a pose or velocity that is not finite, and disabled it.
    #[error("body `{body}` went non-finite and was disabled by the solver")]
    Quarantined {
        /// The body, or `?` where the solver named none of ours.
        body: String,
    },
    /// A pose or velocity is not finite.
    #[error("body `{body}` has a pose or velocity that is not finite")]
    NonFinite {
        /// The body.
        body: String,
    },
    /// A body is faster than the solver can be trusted with.
    #[error("body `{body}` moves at {speed_mps:.0} m/s, over the guard of {limit_mps:.0} m/s")]
    TooFast {
        /// The body.
        body: String,
        /// Its speed.
        speed_mps: f32,
        /// The guard.
        limit_mps: f32,
    },
    /// A body spins faster than the solver can be trusted with.
    #[error("body `{body}` spins at {spin_radps:.0} rad/s, over the guard of {limit_radps:.0} rad/s")]
    SpinsTooFast {
        /// The body.
        body: String,
        /// Its angular speed.
        spin_radps: f32,
        /// The guard.
        limit_radps: f32,
    },
    /// The bodies' kinetic energy grew within a record as no force makes it grow.
    #[error("kinetic energy grew by {gain_j:.0} J within a record, over the guard of {limit_j:.0} J")]
    EnergyFromNowhere {
        /// The growth.
        gain_j: f32,
        /// The guard.
        limit_j: f32,
    },
    /// Two bodies are inside of each other, past the middle of the thicker one.
    #[error("bodies `{one}` and `{other}` overlap by {depth_m:.3} m, over the guard of {limit_m:.3} m")]
    Inside {
        /// One body.
        one: String,
        /// The other.
        other: String,
        /// How deep.
        depth_m: f32,
        /// The guard: half of the smallest extent.
        limit_m: f32,
    },
    /// A particle's position or velocity is not finite.
    #[error("liquid `{liquid}` has a particle whose position or velocity is not finite")]
    LiquidNonFinite {
        /// The liquid.
        liquid: String,
    },
    /// A particle is faster than any that flows.
    #[error("liquid `{liquid}` moves at {speed_mps:.0} m/s, over the guard of {limit_mps:.0} m/s")]
    LiquidTooFast {
        /// The liquid.
        liquid: String,
        /// The fastest particle's speed.
        speed_mps: f32,
        /// The guard.
        limit_mps: f32,
    },
    /// A vertex's position or velocity is not finite.
    #[error("soft body `{soft}` has a vertex whose position or velocity is not finite")]
    SoftNonFinite {
        /// The soft body.
        soft: String,
    },
    /// A vertex is faster than the solver can be trusted with.
    #[error("soft body `{soft}` moves at {speed_mps:.0} m/s, over the guard of {limit_mps:.0} m/s")]
    SoftTooFast {
        /// The soft body.
        soft: String,
        /// The fastest vertex's speed.
        speed_mps: f32,
        /// The guard.
        limit_mps: f32,
    },
    /// The action has a number that is not finite.
    #[error("action channel `{channel}` is not finite")]
    BadAction {
        /// The channel.
        channel: String,
    },
}
