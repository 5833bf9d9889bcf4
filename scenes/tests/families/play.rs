//! Whoever plays comes to what neither the expert's one way nor chance comes to: distinct states that last for a while are counted in a
//! few worlds of each family, each episode until it terminates.

use crate::rollout::{plan_with, watch};
use std::collections::{BTreeMap, BTreeSet};
use terrella_scenes::families::family;
use terrella_sim::view::StepView;

/// What is told apart of a state: several things at once where there are several bodies.
type Seen = Vec<Vec<i32>>;

struct Game {
    family: &'static str,
    worlds: u64,
    steps: u32,
    /// What is so for so many steps on end counts.
    lasts: u32,
    /// Of what who plays comes to in all worlds, so much at the least is new: neither the expert nor chance comes to it there. About two
    /// thirds of what was measured when minted.
    new: usize,
}

impl Game {
    /// What comes about in a world.
    fn things(
        &self,
        policy: &str,
        episode: u64,
        seen: &impl Fn(&StepView<'_>) -> Seen,
    ) -> BTreeSet<Vec<i32>> {
        let family = family(self.family).expect("registered");
        let (mut all, mut lasted) = (BTreeSet::new(), BTreeMap::new());
        let plan = plan_with(family, episode, false, &[]);
        watch(family, plan, policy, episode, self.steps, |view| {
            let now = seen(view).into_iter();
            lasted = now
                .map(|thing| (thing.clone(), lasted.get(&thing).unwrap_or(&0) + 1))
                .collect();
            let long = lasted.iter().filter(|(_, steps)| **steps >= self.lasts);
            all.extend(long.map(|(thing, _)| thing.clone()));
        });
        all
    }

    #[track_caller]
    fn check(&self, seen: impl Fn(&StepView<'_>) -> Seen) {
        let (mut counts, mut new) = ([0; 3], 0);
        for episode in 0..self.worlds {
            let things = ["play", "scripted", "random"].map(|policy| self.things(policy, episode, &seen));
            let [play, expert, chance] = &things;
            new += play
                .iter()
                .filter(|thing| !expert.contains(*thing) && !chance.contains(*thing))
                .count();
            counts
                .iter_mut()
                .zip(&things)
                .for_each(|(count, things)| *count += things.len());
        }
        let [play, expert, chance] = counts;
        let found = format!(
            "{}: of {play} things that play comes to, {new} are new; scripted {expert}, random {chance}",
            self.family
        );
        println!("{found}");
        assert!(new >= self.new, "{found}");
    }
}

/// The cell of this size in which something is.
fn cell(place: impl IntoIterator<Item = f32>, size: f32) -> Vec<i32> {
    place
        .into_iter()
        .map(|part| (part / size).floor() as i32)
        .collect()
}

/// The cell in which a body is.
fn cell_of(view: &StepView<'_>, body: &str, size: f32) -> Seen {
    vec![cell(view.body_named(body).position_m.to_array(), size)]
}

/// For each body of a class the cell in which it is, after its number.
fn cells_of(view: &StepView<'_>, class: &str, size: f32) -> Seen {
    let bodies = view.world().bodies.values().enumerate();
    let bodies = bodies.filter(|(_, body)| body.class == class);
    let cells = bodies.map(|(index, _)| {
        let mut cell = cell(view.body(index).position_m.to_array(), size);
        cell.insert(0, index as i32);
        cell
    });
    cells.collect()
}

/// What a mechanism's state is, in steps of `size`.
fn state(view: &StepView<'_>, mechanism: &str, size: f32) -> i32 {
    let index = view.mechanism_index(mechanism).expect("the family makes it");
    (view.mechanism_state(index) / size).floor() as i32
}

/// Cubic metres in which the drone is for a while.
#[test]
fn quad_flight_holds_many_places() {
    let game = Game {
        family: "quad_flight",
        worlds: 6,
        steps: 240,
        lasts: 8,
        new: 31,
    };
    game.check(|view| cell_of(view, "drone", 1.0));
}

/// Where the marked block rests.
#[test]
fn support_topple_sets_blocks_down_in_many_places() {
    let game = Game {
        family: "support_topple",
        worlds: 10,
        steps: 200,
        lasts: 10,
        new: 6,
    };
    game.check(|view| cell_of(view, "marked", 0.06));
}

/// Square metres of the floor.
#[test]
fn rooms_nav_sees_many_places() {
    let game = Game {
        family: "rooms_nav",
        worlds: 3,
        steps: 500,
        lasts: 1,
        new: 10,
    };
    game.check(|view| cell_of(view, "robot", 1.0));
}

/// Where the object is held or lies.
#[test]
fn drop_bounce_brings_its_object_to_many_places() {
    let game = Game {
        family: "drop_bounce",
        worlds: 8,
        steps: 140,
        lasts: 5,
        new: 30,
    };
    game.check(|view| cell_of(view, "object_0", 0.25));
}

#[test]
fn rover_terrain_comes_to_many_places() {
    let game = Game {
        family: "rover_terrain",
        worlds: 3,
        steps: 360,
        lasts: 1,
        new: 10,
    };
    game.check(|view| cell_of(view, "chassis", 0.8));
}

/// Speeds in steps of 2 rad/s.
#[test]
fn drive_train_runs_at_many_speeds() {
    let game = Game {
        family: "drive_train",
        worlds: 8,
        steps: 300,
        lasts: 10,
        new: 18,
    };
    game.check(|view| {
        let shaft = view.joint_index("wheel_shaft").expect("a wheel");
        vec![cell([view.joint_velocity(shaft)], 2.0)]
    });
}

/// Where the ball or load stays for half a second.
#[test]
fn linkage_control_comes_to_rest_in_many_places() {
    let game = Game {
        family: "linkage_control",
        worlds: 5,
        steps: 400,
        lasts: 25,
        new: 6,
    };
    game.check(|view| cell_of(view, "tip", 0.2));
}

/// Where the scoop is, and how much is in it, in steps of half a kilogram.
#[test]
fn granular_hopper_holds_many_masses() {
    let game = Game {
        family: "granular_hopper",
        worlds: 2,
        steps: 150,
        lasts: 8,
        new: 3,
    };
    game.check(|view| {
        let mut scoop = cell(view.body_named("scoop").position_m.to_array(), 0.15);
        scoop.push(state(view, "scoop_scale", 0.5));
        vec![scoop]
    });
}

/// Where the jug is, and how much is in the cup, in steps of a tenth of all.
#[test]
fn pour_flow_comes_to_many_levels() {
    let game = Game {
        family: "pour_flow",
        worlds: 2,
        steps: 150,
        lasts: 10,
        new: 3,
    };
    game.check(|view| {
        let mut place = cell(view.body_named("jug").position_m.to_array(), 0.15);
        place.push(state(view, "cup", 0.1));
        vec![place]
    });
}

/// Where pucks come to rest.
#[test]
fn hidden_props_brings_pucks_to_many_places() {
    let game = Game {
        family: "hidden_props",
        worlds: 6,
        steps: 170,
        lasts: 10,
        new: 9,
    };
    game.check(|view| cells_of(view, "puck", 0.06));
}

/// Where the handle stays.
#[test]
fn rope_soft_brings_the_handle_to_many_places() {
    let game = Game {
        family: "rope_soft",
        worlds: 4,
        steps: 120,
        lasts: 5,
        new: 15,
    };
    game.check(|view| cell_of(view, "handle", 0.2));
}

/// Square metres that a robot comes to, with its load or without.
#[test]
fn twin_site_drives_to_many_places() {
    let game = Game {
        family: "twin_site",
        worlds: 3,
        steps: 1200,
        lasts: 5,
        new: 17,
    };
    game.check(|view| cells_of(view, "robot", 1.0));
}

/// Where the head looks, in steps of a tenth of a radian, while what hides is shut or open.
#[test]
fn occluder_permanence_looks_at_many_things() {
    let game = Game {
        family: "occluder_permanence",
        worlds: 6,
        steps: 180,
        lasts: 5,
        new: 24,
    };
    game.check(|view| {
        let ahead = view.body_named("head").rotation * terrella_sim::glam::Vec3::X;
        let mut looks = cell([ahead.x, ahead.z], 0.1);
        looks.extend(cell(view.body_named("screen").position_m.to_array(), 0.5));
        vec![looks]
    });
}

/// Where parcels lie or pass.
#[test]
fn line_cell_brings_parcels_to_many_places() {
    let game = Game {
        family: "line_cell",
        worlds: 3,
        steps: 400,
        lasts: 10,
        new: 8,
    };
    game.check(|view| cells_of(view, "parcel", 0.1));
}

/// Where the thing is held or lies.
#[test]
fn contain_fit_brings_its_thing_to_many_places() {
    let game = Game {
        family: "contain_fit",
        worlds: 4,
        steps: 240,
        lasts: 5,
        new: 22,
    };
    game.check(|view| cell_of(view, "peg", 0.08));
}

/// Quarters of square metres that somebody walks on, before the door and behind it.
#[test]
fn door_passage_walks_to_many_places() {
    let game = Game {
        family: "door_passage",
        worlds: 12,
        steps: 240,
        lasts: 1,
        new: 28,
    };
    game.check(|view| cell_of(view, "agent", 0.5));
}

/// Stretches of the level that each agent comes to.
#[test]
fn game_arena_goes_to_many_places() {
    let game = Game {
        family: "game_arena",
        worlds: 6,
        steps: 400,
        lasts: 3,
        new: 40,
    };
    game.check(|view| {
        let agents = ["player", "chaser", "blocker", "collector"]
            .into_iter()
            .enumerate();
        let places = agents.map(|(index, agent)| {
            let [x, y, _] = view.body_named(agent).position_m.to_array();
            [vec![index as i32], cell([x, y], 0.5)].concat()
        });
        places.collect()
    });
}
