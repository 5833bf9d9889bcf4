//! The action: named channels with units and physical ranges.

/// One number of the action.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionChannel {
    /// `MECHANISM.INPUT`, such as `hand.vx`.
    pub name: String,
    /// Its unit, empty where it has none.
    pub unit: &'static str,
    /// Smallest value; a smaller one is clamped.
    pub low: f32,
    /// Largest value; a larger one is clamped.
    pub high: f32,
}

impl ActionChannel {
    pub(crate) fn new(mechanism: &str, input: &str, unit: &'static str, low: f32, high: f32) -> Self {
        ActionChannel {
            name: format!("{mechanism}.{input}"),
            unit,
            low,
            high,
        }
    }

    pub(crate) fn symmetric(mechanism: &str, input: &str, unit: &'static str, limit: f32) -> Self {
        Self::new(mechanism, input, unit, -limit, limit)
    }
}

/// The action of a world: its mechanisms' inputs in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActionSpace {
    /// The channels.
    pub channels: Vec<ActionChannel>,
}

impl ActionSpace {
    /// How many numbers an action has.
    pub fn len(&self) -> usize {
        self.channels.len()
    }

    /// True for a world that nobody acts in.
    pub fn is_empty(&self) -> bool {
        self.channels.is_empty()
    }

    /// The index of the channel called `name`.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.channels.iter().position(|channel| channel.name == name)
    }

    /// Brings every number into its channel's range.
    pub fn clamp(&self, action: &mut [f32]) {
        for (value, channel) in action.iter_mut().zip(&self.channels) {
            *value = value.clamp(channel.low, channel.high);
        }
    }
}
