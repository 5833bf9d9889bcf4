//! What agents see: who is ahead and behind on a lane, who comes on another.

use super::super::line::{Line, half_across, half_along};
use super::driver::{Ahead, Change, acceleration, habits, worth_it};
use super::{Driver, Lane, Way};
use glam::Vec2;
use terrella_spec::world::Style;

/// Nobody looks farther, m.
const SIGHT_M: f32 = 90.0;
/// An agent minds what moves nearer to its own way than this, m, and what stands nearer than that.
const ROOM_M: f32 = 0.3;
const STANDING_ROOM_M: f32 = 0.1;
/// It minds what comes into its way within this time, s.
const FORESIGHT_SECS: f32 = 1.0;
/// Slower things do not come, m/s.
const COMES_MPS: f32 = 0.3;
/// A change of lanes wants at least such gaps, m.
const LEAST_GAP_M: f32 = 1.5;

/// Somebody or something on the road, seen from above.
#[derive(Clone, Copy, Debug)]
pub(super) struct Actor {
    pub(super) place: Vec2,
    pub(super) velocity: Vec2,
    pub(super) heading: Vec2,
    pub(super) half: Vec2,
    /// The speed that it wants, m/s.
    pub(super) wants: f32,
}

/// Who is next to a place on a lane.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Neighbours {
    pub(super) ahead: Option<Ahead>,
    /// The one behind: the gap to it, its speed, and the speed that it wants.
    pub(super) behind: Option<(Ahead, f32)>,
}

/// Who is ahead of and behind agent `index` on a line, between the middle of it and `offset`: where the agent is on its own
/// lane, 0 on one beside it.
pub(super) fn neighbours(
    line: &Line,
    offset: f32,
    agent: &Driver,
    index: usize,
    actors: &[Actor],
) -> Neighbours {
    let own = line.place(actors[index].place);
    let (low, high) = (offset.min(0.0), offset.max(0.0));
    let mut found = Neighbours::default();
    for (other, actor) in actors.iter().enumerate() {
        if other == index || (actor.place - actors[index].place).length() > SIGHT_M {
            continue;
        }
        let place = line.place(actor.place);
        let stands = actor.velocity.length() < COMES_MPS;
        let room = agent.half.y + if stands { STANDING_ROOM_M } else { ROOM_M };
        let across = half_across(actor.half, actor.heading, place.way) + room;
        let in_way = |offset: f32| offset > low - across && offset < high + across;
        let soon = place.offset + place.way.perp_dot(actor.velocity) * FORESIGHT_SECS;
        if !in_way(place.offset) && !in_way(soon) {
            continue;
        }
        let distance = line.ahead(own.along, place.along);
        let apart = agent.half.x + half_along(actor.half, actor.heading, place.way);
        let seen = Ahead {
            gap_m: distance.abs() - apart,
            speed_mps: place.way.dot(actor.velocity),
        };
        if distance > 0.0 {
            if found.ahead.is_none_or(|nearest| seen.gap_m < nearest.gap_m) {
                found.ahead = Some(seen);
            }
        } else if found.behind.is_none_or(|(nearest, _)| seen.gap_m < nearest.gap_m) {
            found.behind = Some((seen, actor.wants));
        }
    }
    found
}

/// The lane beside its own that is worth a change, if any.
pub(super) fn better_lane(lanes: &[Lane], agent: &Driver, index: usize, actors: &[Actor]) -> Option<usize> {
    let (own, normal) = (habits(agent.style), habits(Style::Normal));
    let ahead = neighbours(&lanes[agent.lane].line, agent.offset, agent, index, actors).ahead;
    let before = acceleration(&own, agent.speed, agent.wants, ahead);
    lanes[agent.lane].beside.iter().copied().find(|lane| {
        let there = neighbours(&lanes[*lane].line, 0.0, agent, index, actors);
        let gaps = [there.ahead, there.behind.map(|(behind, _)| behind)];
        if gaps.iter().flatten().any(|gap| gap.gap_m < LEAST_GAP_M) {
            return false;
        }
        let after = acceleration(&own, agent.speed, agent.wants, there.ahead);
        let follower_there = there.behind.map_or([0.0; 2], |(behind, wants)| {
            let gap = |gap_m: f32, speed_mps: f32| Some(Ahead { gap_m, speed_mps });
            let theirs = |ahead| acceleration(&normal, behind.speed_mps.max(0.0), wants, ahead);
            let leader = there
                .ahead
                .and_then(|ahead| gap(behind.gap_m + ahead.gap_m + 2.0 * agent.half.x, ahead.speed_mps));
            [theirs(leader), theirs(gap(behind.gap_m, agent.speed))]
        });
        let change = Change {
            own: [before, after],
            follower_there,
        };
        worth_it(&own, &change)
    })
}

/// True while somebody comes, or stands, where a lane gives way to `line`.
pub(super) fn comes(line: &Line, way: &Way, index: usize, actors: &[Actor]) -> bool {
    actors.iter().enumerate().any(|(other, actor)| {
        if other == index {
            return false;
        }
        let place = line.place(actor.place);
        if place.offset.abs() > half_across(actor.half, actor.heading, place.way) + ROOM_M {
            return false;
        }
        let speed = place.way.dot(actor.velocity);
        let half = half_along(actor.half, actor.heading, place.way);
        let distance = line.ahead(place.along, way.meets) - half;
        let passed = distance < -4.0 * half;
        let near = distance < half;
        !passed && (near || speed > COMES_MPS && distance / speed < way.gap_secs)
    })
}
