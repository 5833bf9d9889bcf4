//! Keys as a source of actions, where a hand acts.

use crate::session::Session;
use bevy_egui::egui::{Context, Key};

/// Keys that make a channel large and small: of the first three channels of the action.
const KEYS: [[Key; 2]; 3] = [[Key::L, Key::J], [Key::I, Key::K], [Key::O, Key::U]];

/// Reads the keys: a channel is at its end while one is down, and rests when it is let go.
pub fn keys(ctx: &Context, session: &mut Session) {
    let Some(ends) = session.play().map(|play| {
        let channels = play.action_space().channels.iter();
        channels
            .map(|channel| [channel.high, channel.low])
            .collect::<Vec<_>>()
    }) else {
        return;
    };
    let Some(action) = &mut session.hand else { return };
    for (index, keys) in KEYS.iter().enumerate().take(action.len().min(ends.len())) {
        let [high, low] = ends[index];
        for (key, end) in keys.iter().zip([high, low]) {
            let (down, released) = ctx.input(|input| (input.key_down(*key), input.key_released(*key)));
            if down {
                action[index] = end;
            } else if released {
                action[index] = 0.0f32.clamp(low.min(high), high.max(low));
            }
        }
    }
}
