//! Floor plans: rooms that tile a rectangle, and the doorways that make one house of them.
//!
//! Lengths are counted in tenths of a metre, so that walls meet exactly. The house's middle is the world's origin.

use crate::draw::PlanError;
use terrella_sim::glam::Vec2;
use terrella_spec::seed::Rng;

/// Units of a metre.
const UNITS: f32 = 10.0;
/// No room is narrower, units.
const NARROWEST: i32 = 20;
/// Wall between a doorway and the next corner, units.
const JAMB: i32 = 3;
/// Width of a corridor, units.
const CORRIDOR: i32 = 15;

/// How a house is divided.
pub(super) const LAYOUTS: [&str; 2] = ["split", "corridor"];
/// Layouts that appear out of distribution only.
pub(super) const LAYOUTS_OOD: [&str; 1] = ["pinwheel"];
/// Fewest rooms of a pinwheel: a hall and one room on each side.
pub(super) const PINWHEEL_ROOMS: usize = 5;

/// A room, in units from the house's lower left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tile {
    low: [i32; 2],
    high: [i32; 2],
}

impl Tile {
    fn new(low: [i32; 2], high: [i32; 2]) -> Self {
        Tile { low, high }
    }

    fn side(&self, axis: usize) -> i32 {
        self.high[axis] - self.low[axis]
    }
}

/// A room in the world: two corners, m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Room {
    pub(super) low: Vec2,
    pub(super) high: Vec2,
}

impl Room {
    pub(super) fn middle(&self) -> Vec2 {
        0.5 * (self.low + self.high)
    }

    pub(super) fn contains(&self, place: Vec2) -> bool {
        place.cmpge(self.low).all() && place.cmple(self.high).all()
    }
}

/// A doorway between two rooms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Doorway {
    pub(super) rooms: [usize; 2],
    /// Its middle, m.
    pub(super) at: Vec2,
    /// True where its wall runs along y, so that one goes through along x.
    pub(super) upright: bool,
    pub(super) width_m: f32,
    /// False: nobody needs to pass it.
    pub(super) needed: bool,
    /// The wall that ends at its lower edge, and the one that starts at its higher edge.
    pub(super) walls: [usize; 2],
}

impl Doorway {
    /// Along the wall.
    pub(super) fn along(&self) -> Vec2 {
        if self.upright { Vec2::Y } else { Vec2::X }
    }

    /// Through the wall.
    pub(super) fn through(&self) -> Vec2 {
        if self.upright { Vec2::X } else { Vec2::Y }
    }
}

/// A house.
#[derive(Clone, Debug)]
pub(super) struct FloorPlan {
    pub(super) rooms: Vec<Room>,
    pub(super) doorways: Vec<Doorway>,
    /// Middle lines of the walls, without the doorways, m.
    pub(super) walls: Vec<[Vec2; 2]>,
    /// Half of the house's extent along x and y, m.
    pub(super) half: Vec2,
}

/// What is drawn of a house.
#[derive(Clone, Copy, Debug)]
pub(super) struct HouseDraws<'a> {
    pub(super) layout: &'a str,
    pub(super) rooms: usize,
    pub(super) room_area_m2: f32,
    pub(super) door_width_m: f32,
    /// Share of the walls, of those without a doorway that is needed to reach every room, that have one all the same.
    pub(super) loop_share: f32,
}

/// Draws a house.
pub(super) fn house(draws: &HouseDraws<'_>, rng: &mut Rng) -> Result<FloorPlan, PlanError> {
    let mut tiles = match draws.layout {
        "corridor" => corridor(draws, rng)?,
        "pinwheel" => pinwheel(draws, rng)?,
        _ => split_house(draws, rng)?,
    };
    if rng.chance(0.5) {
        // Turned over the diagonal: corridors run both ways.
        for tile in &mut tiles {
            tile.low.swap(0, 1);
            tile.high.swap(0, 1);
        }
    }
    let width_units = libm::roundf(draws.door_width_m * UNITS) as i32;
    let high = [0, 1].map(|axis| tiles.iter().map(|tile| tile.high[axis]).max().unwrap_or(0));
    let half = Vec2::new(high[0] as f32, high[1] as f32) * (0.5 / UNITS);
    let world = |x: f32, y: f32| Vec2::new(x, y) / UNITS - half;

    let shared = shared_walls(&tiles);
    let chosen = connect(&tiles, &shared, width_units, draws.loop_share, rng)?;
    let mut walls = vec![
        [world(0.0, 0.0), world(high[0] as f32, 0.0)],
        [world(0.0, high[1] as f32), world(high[0] as f32, high[1] as f32)],
        [world(0.0, 0.0), world(0.0, high[1] as f32)],
        [world(high[0] as f32, 0.0), world(high[0] as f32, high[1] as f32)],
    ];
    let mut doorways = Vec::new();
    for (wall, needed) in shared.iter().zip(chosen) {
        let place = |along: f32| {
            let across = wall.across as f32;
            if wall.upright {
                world(across, along)
            } else {
                world(along, across)
            }
        };
        let (from, to) = (wall.from as f32, wall.to as f32);
        let Some(needed) = needed else {
            walls.push([place(from), place(to)]);
            continue;
        };
        let width = width_units as f32;
        let room = (to - from) - width - 2.0 * JAMB as f32;
        // Doorways of short walls stand in the middle.
        let at = from + JAMB as f32 + 0.5 * width + room * rng.uniform_f32(0.0, 1.0);
        doorways.push(Doorway {
            rooms: wall.rooms,
            at: place(at),
            upright: wall.upright,
            width_m: width / UNITS,
            needed,
            walls: [walls.len(), walls.len() + 1],
        });
        walls.push([place(from), place(at - 0.5 * width)]);
        walls.push([place(at + 0.5 * width), place(to)]);
    }
    let room = |tile: &Tile| Room {
        low: world(tile.low[0] as f32, tile.low[1] as f32),
        high: world(tile.high[0] as f32, tile.high[1] as f32),
    };
    Ok(FloorPlan {
        rooms: tiles.iter().map(room).collect(),
        doorways,
        walls,
        half,
    })
}

fn split_house(draws: &HouseDraws<'_>, rng: &mut Rng) -> Result<Vec<Tile>, PlanError> {
    let area = draws.rooms as f32 * draws.room_area_m2 * UNITS * UNITS;
    let ratio = rng.uniform_f32(0.8, 1.25);
    let width = (area * ratio).sqrt();
    let whole = Tile::new([0, 0], [width as i32, (area / width) as i32]);
    let mut tiles = Vec::new();
    split(whole, draws.rooms, rng, &mut tiles)?;
    Ok(tiles)
}

/// Halves a tile along its longer side until there are `count`.
fn split(tile: Tile, count: usize, rng: &mut Rng, into: &mut Vec<Tile>) -> Result<(), PlanError> {
    if count <= 1 {
        into.push(tile);
        return Ok(());
    }
    let axis = usize::from(tile.side(1) > tile.side(0));
    let first = (count + rng.below(2)) / 2;
    let share = first as f32 / count as f32 * rng.uniform_f32(0.88, 1.12);
    let cut = (tile.side(axis) as f32 * share) as i32;
    let (least, most) = (NARROWEST, tile.side(axis) - NARROWEST);
    if least > most {
        return Err(PlanError::no_fit("the rooms do not fit into the house"));
    }
    let at = tile.low[axis] + cut.clamp(least, most);
    let (mut one, mut two) = (tile, tile);
    (one.high[axis], two.low[axis]) = (at, at);
    split(one, first, rng, into)?;
    split(two, count - first, rng, into)
}

/// Cuts a tile along x or y into `count` in a row.
fn row(tile: Tile, axis: usize, count: usize, rng: &mut Rng, into: &mut Vec<Tile>) -> Result<(), PlanError> {
    let mut rest = tile;
    for left in (1..=count as i32).rev() {
        let even = rest.side(axis) / left;
        if even < NARROWEST {
            return Err(PlanError::no_fit("the rooms do not fit beside each other"));
        }
        let spread = (even - NARROWEST).min(even / 5);
        let length = if left == 1 {
            rest.side(axis)
        } else {
            even - spread + rng.below(2 * spread as usize + 1) as i32
        };
        let mut cut = rest;
        cut.high[axis] = rest.low[axis] + length;
        rest.low[axis] = cut.high[axis];
        into.push(cut);
    }
    Ok(())
}

/// Rooms on both sides of a corridor, which is the first tile.
fn corridor(draws: &HouseDraws<'_>, rng: &mut Rng) -> Result<Vec<Tile>, PlanError> {
    let side_rooms = draws.rooms - 1;
    let below = side_rooms / 2;
    let above = side_rooms - below;
    let depth = 24 + rng.below(7) as i32;
    let room_width = (draws.room_area_m2 * UNITS * UNITS / depth as f32) as i32;
    let length = (room_width.max(NARROWEST + 2) * above as i32).max(30);
    let mut tiles = vec![Tile::new([0, 0], [length, CORRIDOR])];
    let upper = Tile::new([0, CORRIDOR], [length, CORRIDOR + depth]);
    row(upper, 0, above, rng, &mut tiles)?;
    if below > 0 {
        row(Tile::new([0, -depth], [length, 0]), 0, below, rng, &mut tiles)?;
        for tile in &mut tiles {
            tile.low[1] += depth;
            tile.high[1] += depth;
        }
    }
    Ok(tiles)
}

/// Four rows of rooms that go round a hall, which is the first tile.
fn pinwheel(draws: &HouseDraws<'_>, rng: &mut Rng) -> Result<Vec<Tile>, PlanError> {
    let outer = draws.rooms - 1;
    let depth = 22 + rng.below(7) as i32;
    let counts = [0, 1, 2, 3].map(|side| (outer + side) / 4);
    let longest = counts[3] as i32;
    let wide = (draws.room_area_m2 * UNITS * UNITS / depth as f32) as i32;
    let arm = (wide.max(NARROWEST + 2) * longest).max(depth + 24);
    let all = arm + depth;
    let mut tiles = vec![Tile::new([depth; 2], [arm; 2])];
    let arms = [
        (Tile::new([0, 0], [arm, depth]), 0),
        (Tile::new([arm, 0], [all, arm]), 1),
        (Tile::new([depth, arm], [all, all]), 0),
        (Tile::new([0, depth], [depth, all]), 1),
    ];
    for ((tile, axis), count) in arms.into_iter().zip(counts) {
        row(tile, axis, count, rng, &mut tiles)?;
    }
    Ok(tiles)
}

/// What two rooms share of their walls, in units.
#[derive(Clone, Copy, Debug)]
struct Shared {
    rooms: [usize; 2],
    upright: bool,
    across: i32,
    from: i32,
    to: i32,
}

fn shared_walls(tiles: &[Tile]) -> Vec<Shared> {
    let mut shared = Vec::new();
    for (one, first) in tiles.iter().enumerate() {
        for (two, second) in tiles.iter().enumerate() {
            for axis in [0, 1] {
                let other = 1 - axis;
                let from = first.low[other].max(second.low[other]);
                let to = first.high[other].min(second.high[other]);
                if one != two && first.high[axis] == second.low[axis] && from < to {
                    shared.push(Shared {
                        rooms: [one, two],
                        upright: axis == 0,
                        across: first.high[axis],
                        from,
                        to,
                    });
                }
            }
        }
    }
    shared
}

/// Which shared walls get a doorway, and whether it is needed: a random tree over the rooms, corridors first, and a share of the
/// others that are long enough.
fn connect(
    tiles: &[Tile],
    shared: &[Shared],
    width: i32,
    loop_share: f32,
    rng: &mut Rng,
) -> Result<Vec<Option<bool>>, PlanError> {
    let mut order: Vec<(u64, usize)> = (0..shared.len())
        .map(|index| (rng.next_u64() >> 1, index))
        .collect();
    for (key, index) in &mut order {
        // The first tile of a corridor house is its corridor; of another, it is as good as any.
        if shared[*index].rooms.contains(&0) {
            *key >>= 8;
        }
    }
    order.sort_unstable();
    let mut group: Vec<usize> = (0..tiles.len()).collect();
    let mut chosen = vec![None; shared.len()];
    let mut spare = Vec::new();
    for (_, index) in order {
        let wall = shared[index];
        if wall.to - wall.from < width + 2 * JAMB {
            continue;
        }
        let [one, two] = wall.rooms.map(|room| group[room]);
        if one != two {
            chosen[index] = Some(true);
            group
                .iter_mut()
                .filter(|own| **own == two)
                .for_each(|own| *own = one);
        } else {
            spare.push(index);
        }
    }
    if group.iter().any(|own| *own != group[0]) {
        return Err(PlanError::no_fit("a room would have no door"));
    }
    for index in some_of(&spare, loop_share, rng) {
        chosen[index] = Some(false);
    }
    Ok(chosen)
}

/// A share of what is in a list, as near as a whole number of them comes to it, chosen at random.
pub(super) fn some_of(list: &[usize], share: f32, rng: &mut Rng) -> Vec<usize> {
    let mut left = list.to_vec();
    let count = libm::roundf(share * list.len() as f32) as usize;
    (0..count.min(list.len()))
        .map(|_| left.swap_remove(rng.below(left.len())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use terrella_spec::seed::SeedPath;

    fn drawn(layout: &str, rooms: usize, episode: u64) -> Option<FloorPlan> {
        let path = SeedPath {
            run: 1,
            episode,
            attempt: 0,
        };
        let draws = HouseDraws {
            layout,
            rooms,
            room_area_m2: 8.0,
            door_width_m: 0.9,
            loop_share: 0.3,
        };
        house(&draws, &mut path.stream("house")).ok()
    }

    #[test]
    fn rooms_tile_the_house_and_every_room_has_a_door() {
        let mut made = 0;
        for layout in LAYOUTS.into_iter().chain(LAYOUTS_OOD) {
            for episode in 0..60 {
                let rooms = 5 + (episode as usize * 7) % 16;
                let Some(plan) = drawn(layout, rooms, episode) else {
                    continue;
                };
                made += 1;
                assert_eq!(plan.rooms.len(), rooms, "{layout} {episode}");
                let size = |room: &Room| (room.high - room.low).x * (room.high - room.low).y;
                let sum: f32 = plan.rooms.iter().map(size).sum();
                let whole = 4.0 * plan.half.x * plan.half.y;
                assert!(
                    (sum - whole).abs() < 0.01 * whole,
                    "{layout} {episode}: {sum} of {whole}"
                );
                for room in 0..rooms {
                    let doors = plan.doorways.iter().filter(|door| door.rooms.contains(&room));
                    assert!(doors.count() >= 1, "{layout} {episode}: room {room} is closed");
                }
                let needed = plan.doorways.iter().filter(|door| door.needed).count();
                assert_eq!(needed, rooms - 1, "a tree has one edge fewer than rooms");
            }
        }
        assert!(made > 120, "only {made} of 180 fit");
    }

    /// Halving rectangles never makes one: that is what is held out.
    #[test]
    fn a_pinwheel_goes_round_a_hall() {
        let plan = drawn("pinwheel", 5, 0).expect("it fits");
        let hall = plan.rooms[0];
        for side in &plan.rooms[1..] {
            let apart = (side.middle() - hall.middle()).abs();
            assert!((apart.x - apart.y).abs() > 0.1, "no room lies across a corner");
        }
        assert!(plan.half.x > hall.high.x + 2.0);
    }
}
