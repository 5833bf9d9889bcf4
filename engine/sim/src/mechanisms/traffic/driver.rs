//! How agents decide: the intelligent driver model, and when to change lanes.
//!
//! IDM: Treiber, Hennecke and Helbing, Congested traffic states in empirical observations and microscopic simulations,
//! Phys. Rev. E 62 (2000); above the wanted speed as in Treiber and Kesting, Traffic Flow Dynamics (2013), ch. 11. MOBIL:
//! Kesting, Treiber and Helbing, General lane-changing model MOBIL for car-following models, Transp. Res. Rec. 1999 (2007).

use terrella_spec::world::Style;

/// No agent brakes harder, m/s^2.
pub(super) const HARDEST_MPS2: f32 = 8.0;
/// Slower than this an agent wants nothing but to stand, m/s.
const STANDS_MPS: f32 = 0.05;

/// What a style means.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habits {
    pub(super) headway_secs: f32,
    pub(super) gap_m: f32,
    pub(super) acceleration: f32,
    pub(super) braking: f32,
    /// How often it looks, s.
    pub(super) looks_secs: f32,
    /// How much it counts what others lose by its change of lanes.
    pub(super) politeness: f32,
    /// How hard it lets others brake for its change of lanes, m/s^2.
    pub(super) forces: f32,
    /// What a change of lanes must gain, m/s^2.
    pub(super) gain: f32,
    /// How fast it moves aside, m/s.
    pub(super) aside: f32,
}

pub(super) fn habits(style: Style) -> Habits {
    let normal = Habits {
        headway_secs: 1.5,
        gap_m: 2.0,
        acceleration: 1.5,
        braking: 2.0,
        looks_secs: 0.1,
        politeness: 0.3,
        forces: 2.0,
        gain: 0.3,
        aside: 1.2,
    };
    match style {
        Style::Normal => normal,
        Style::Aggressive => Habits {
            headway_secs: 0.7,
            gap_m: 1.2,
            acceleration: 2.5,
            braking: 3.5,
            politeness: 0.0,
            forces: 4.0,
            gain: 0.1,
            aside: 2.2,
            ..normal
        },
        Style::Distracted => Habits {
            looks_secs: 1.5,
            ..normal
        },
        Style::Walking => Habits {
            headway_secs: 0.3,
            gap_m: 0.8,
            acceleration: 2.0,
            braking: 2.0,
            ..normal
        },
    }
}

/// What is ahead of an agent of traffic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ahead {
    /// The gap to it, m.
    pub gap_m: f32,
    /// Its speed along the lane, m/s.
    pub speed_mps: f32,
}

/// The acceleration of the intelligent driver model, m/s^2.
pub(super) fn acceleration(habits: &Habits, speed: f32, wants: f32, ahead: Option<Ahead>) -> f32 {
    let free = if wants <= STANDS_MPS {
        if speed > 0.0 { -habits.braking } else { 0.0 }
    } else if speed <= wants {
        let share = speed / wants;
        habits.acceleration * (1.0 - share * share * share * share)
    } else {
        let exponent = 4.0 * habits.acceleration / habits.braking;
        -habits.braking * (1.0 - libm::powf(wants / speed, exponent))
    };
    let Some(ahead) = ahead else { return free };
    let closing = speed - ahead.speed_mps;
    let root = (habits.acceleration * habits.braking).sqrt();
    let wanted = habits.gap_m + (speed * habits.headway_secs + speed * closing / (2.0 * root)).max(0.0);
    let share = wanted / ahead.gap_m.max(0.1);
    (free - habits.acceleration * share * share).max(-HARDEST_MPS2)
}

/// What a change of lanes does to everybody, m/s^2: accelerations before and after it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub(super) own: [f32; 2],
    pub(super) follower_there: [f32; 2],
}

/// True where it is worth it and lets nobody brake too hard.
pub(super) fn worth_it(habits: &Habits, change: &Change) -> bool {
    let [before, after] = change.own;
    let [theirs_before, theirs_after] = change.follower_there;
    let safe = theirs_after >= -habits.forces && after >= -habits.forces;
    safe && after - before + habits.politeness * (theirs_after - theirs_before) > habits.gain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The equilibrium of the published model: gap (s0 + v T) / sqrt(1 - (v / v0)^4).
    #[test]
    fn at_the_published_equilibrium_nobody_accelerates() {
        let normal = habits(Style::Normal);
        for (speed, wants) in [(5.0_f32, 15.0_f32), (12.0, 15.0), (20.0, 33.0)] {
            let share = speed / wants;
            let gap_m = (normal.gap_m + speed * normal.headway_secs) / (1.0 - share.powi(4)).sqrt();
            let ahead = Ahead {
                gap_m,
                speed_mps: speed,
            };
            let still = acceleration(&normal, speed, wants, Some(ahead));
            assert!(still.abs() < 1e-4, "{still} m/s^2 at {speed} m/s");
        }
    }

    #[test]
    fn a_change_that_makes_others_brake_too_hard_is_not_worth_it() {
        let change = |theirs| Change {
            own: [-1.0, 1.0],
            follower_there: [0.0, theirs],
        };
        let normal = habits(Style::Normal);
        assert!(worth_it(&normal, &change(-1.0)));
        assert!(!worth_it(&normal, &change(-3.0)));
        assert!(worth_it(&habits(Style::Aggressive), &change(-3.0)));
    }
}
