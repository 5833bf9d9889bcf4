//! `game_arena`: the contract of every family, success rates, golden states, agents and their rewards.

use crate::axes::check_axes;
use crate::rates::{Rates, check_rates};
use crate::rollout::{
    chance, check_contract, golden_digests, plan, plan_with, solved_at, success_rate, word,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use terrella_scenes::agents::Agent;
use terrella_scenes::families::family;
use terrella_sim::lane::Lane;
use terrella_sim::policies::{Policy, Random};
use terrella_spec::factor::{FactorOverride, FactorValue};
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::PolicySpec;
use terrella_spec::seed::SeedPath;
use terrella_spec::world::Mechanism;

const STEPS: u32 = 400;

#[test]
fn contract() {
    check_contract(family("game_arena").expect("registered"));
}

#[test]
fn what_is_out_of_distribution_changes_the_world() {
    check_axes(family("game_arena").expect("registered"));
}

/// With doors and walls that nobody jumps over, and stronger gravity held out: the expert solves at least 17 of 20, and 31 of 40 out of
/// distribution, chance at most 1 of 20. Before, 36 of 40 and 34 of 40.
#[test]
fn success_rates() {
    check_rates(
        family("game_arena").expect("registered"),
        &Rates {
            steps: STEPS,
            scripted: 0.85,
            held_out: 0.775,
            random: 0.05,
            smooth_random: 0.05,
        },
    );
}

/// A choice of twelve actions is enough: the expert solves 37 of 40 by them, and 29 of 40 out of distribution.
#[test]
fn discrete_success_rates() {
    let family = family("game_arena").expect("registered");
    let solved = |ood| {
        let solves = |episode: &u64| {
            solved_at(family, plan(family, *episode, ood), "discrete", *episode, STEPS).is_some()
        };
        (0..20).filter(solves).count()
    };
    let solved = [false, true].map(solved);
    let chance = success_rate(family, "discrete_random", 10, STEPS);
    assert!(
        solved[0] >= 18 && solved[1] >= 14 && chance <= 0.05,
        "the expert solves {solved:?} of 20, chance {chance}"
    );
}

/// Twelve actions of the player, nine of the others, who throw nothing: each another, within the ranges of its channels. Who
/// acts by them acts by no other, and chance takes each.
#[test]
fn discrete_actions_are_ways_to_act() {
    let family = family("game_arena").expect("registered");
    let kinds = family.own_policies().iter();
    let kinds: Vec<_> = kinds.filter(|kind| kind.name.starts_with("discrete")).collect();
    let mut taken = vec![BTreeSet::new(); kinds.len()];
    for episode in 0..12 {
        let plan = Arc::new(plan(family, episode, episode % 2 == 1));
        for (kind, taken) in kinds.iter().zip(&mut taken) {
            let mut policy =
                (kind.make)(family, &plan, &PolicySpec::new(kind.name, 1.0)).expect("it suits the family");
            let mut lane = Lane::new(plan.clone()).expect("the world is sound");
            let space = lane.view().action_space().clone();
            let agents = Agent::all(&plan.world, &space, family.discrete_actions());
            let counts: Vec<usize> = agents.iter().map(|agent| agent.discrete.len()).collect();
            assert_eq!(counts, [12, 9, 9, 9]);
            let mut action = vec![0.0; space.len()];
            for agent in &agents {
                for index in 0..agent.discrete.len() {
                    agent.take(index, &mut action);
                    let mut clamped = action.clone();
                    space.clamp(&mut clamped);
                    assert_eq!(action, clamped);
                    assert_eq!(agent.taken(&action), Some(index), "one like it comes before it");
                }
            }
            let mut rng = chance(episode);
            for _ in 0..STEPS {
                policy.act(&lane.view(), &mut rng, &mut action);
                for (index, agent) in agents.iter().enumerate() {
                    let own = agent.taken(&action);
                    let own = own.unwrap_or_else(|| panic!("{} of {}: {action:?}", agent.name, kind.name));
                    taken.insert((index, own));
                }
                lane.step(&action).expect("the world stays sound");
            }
        }
    }
    // The expert turns to what it throws at, and never jumps back.
    let player = |taken: &BTreeSet<(usize, usize)>| taken.iter().filter(|(agent, _)| *agent == 0).count();
    assert_eq!(
        taken.iter().map(player).collect::<Vec<_>>(),
        [10, 12],
        "{taken:?}"
    );
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("game_arena").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["b1ffbd5703450b9b", "d3a7bcad05b70e31", "d1fecebc596adfee"]
    );
}

/// Every channel of the action is one agent's, and the levels of training are none of those held out.
#[test]
fn agents_share_out_the_action() {
    let family = family("game_arena").expect("registered");
    for episode in 0..40 {
        let ood = episode % 2 == 1;
        let plan = plan(family, episode, ood);
        let FactorValue::Count(level) = plan.factors["level"] else {
            panic!("the level is a number");
        };
        assert_eq!(
            level >= 200,
            plan.ood.contains(&"level".to_string()),
            "level {level}"
        );
        let agents = plan.world.agents.clone();
        assert_eq!(
            agents.keys().collect::<Vec<_>>(),
            ["player", "chaser", "blocker", "collector"]
        );
        let lane = Lane::new(Arc::new(plan)).expect("the world is sound");
        for channel in &lane.view().action_space().channels {
            let (mechanism, _) = channel.name.rsplit_once('.').expect("MECHANISM.INPUT");
            let owners = agents
                .values()
                .filter(|own| own.iter().any(|name| name == mechanism));
            assert_eq!(owners.count(), 1, "{}", channel.name);
        }
    }
}

/// Plays all agents by script; gives the sum of each one's rewards, and whether it was solved.
fn play_all(plan: WorldPlan, episode: u64, still: bool) -> ([f32; 4], bool) {
    let family = family("game_arena").expect("registered");
    let mut task = family.task(&plan);
    let mut policy = family.expert(&plan).expect("an expert");
    let mut lane = Lane::new(Arc::new(plan)).expect("the world is sound");
    task.assess(&lane.view(), &[]);
    let seed = SeedPath {
        run: 0,
        episode,
        attempt: 0,
    };
    let (mut rng, mut sums, mut solved) = (seed.stream("policy"), [0.0; 4], false);
    let mut action = vec![0.0; lane.view().action_space().len()];
    for _ in 0..STEPS {
        policy.act(&lane.view(), &mut rng, &mut action);
        if still {
            // The player's five channels come first.
            action[..5].fill(0.0);
        }
        lane.step(&action).expect("the world stays sound");
        let outcome = task.assess(&lane.view(), &action);
        let rewards = task.agent_rewards();
        assert_eq!(rewards.len(), 4);
        assert_eq!(outcome.reward, rewards[0], "the task's reward is the player's");
        for (sum, reward) in sums.iter_mut().zip(rewards) {
            *sum += reward;
        }
        solved = outcome.success;
    }
    (sums, solved)
}

/// A player that finishes is rewarded for it, and one that stands still is caught, for which the chaser is rewarded.
#[test]
fn each_agent_has_its_own_reward() {
    let family = family("game_arena").expect("registered");
    let chased = |reward: &str| {
        let set = [("bots", word("chaser")), ("reward", word(reward))];
        plan_with(family, 3, false, &set)
    };
    let (sums, solved) = play_all(chased("dense"), 3, false);
    assert!(solved && sums[0] > 5.0 && sums[1] < 0.0, "{sums:?}");
    // What the blocker loses is the player's way.
    assert!(sums[2] < -4.0, "{sums:?}");
    let (sums, solved) = play_all(chased("dense"), 3, true);
    assert!(!solved && sums[0] < -4.0 && sums[1] > 3.0, "{sums:?}");
    // Sparse rewards are for the end alone.
    let (sums, solved) = play_all(chased("sparse"), 3, false);
    assert!(solved && sums == [5.0, 0.0, -5.0, 0.0], "{sums:?}");
    let (sums, solved) = play_all(chased("sparse"), 3, true);
    assert!(!solved && sums == [-5.0, 5.0, 5.0, 0.0], "{sums:?}");
}

/// The bench was a plate without panes, from which those who take no part fell for ever when somebody acted for them.
#[test]
fn who_takes_no_part_stays_on_the_bench() {
    let family = family("game_arena").expect("registered");
    for episode in 0..4 {
        let set = [("bots", FactorOverride::Word("none".into()))];
        let plan = plan_with(family, episode, false, &set);
        let mut lane = Lane::new(Arc::new(plan)).expect("the world is sound");
        let mut rng = chance(episode);
        let mut policy = Random::default();
        let mut action = vec![0.0; lane.view().action_space().len()];
        for step in 0..STEPS {
            policy.act(&lane.view(), &mut rng, &mut action);
            lane.step(&action).expect("the world stays sound");
            for name in ["player", "chaser", "blocker", "collector"] {
                let at = lane.view().body_named(name).position_m;
                assert!(at.z > -1.0, "{name} of {episode} is at {at} in step {step}");
                assert!(name == "player" || at.x < -2.9, "{name} of {episode} is at {at}");
            }
        }
    }
}

/// A plan without others about, in which the player stands at a place.
fn starting_at(episode: u64, gravity_mps2: f32, place: impl Fn(&WorldPlan) -> [f32; 3]) -> WorldPlan {
    let family = family("game_arena").expect("registered");
    let set = [("bots", FactorOverride::Word("none".into()))];
    let mut plan = plan_with(family, episode, false, &set);
    plan.world.gravity_mps2[2] = -gravity_mps2;
    let at = place(&plan);
    for (axis, value) in at.into_iter().enumerate() {
        let apart = value - plan.world.bodies["player"].position_m[axis];
        for name in ["player", "visor_player"] {
            plan.world.bodies[name].position_m[axis] += apart;
        }
    }
    plan
}

/// How far right a player comes that runs there and jumps whenever it can, m, and whether that solves the task.
fn runs_and_jumps(plan: WorldPlan) -> (f32, bool) {
    let mut task = family("game_arena").expect("registered").task(&plan);
    let mut lane = Lane::new(Arc::new(plan)).expect("the world is sound");
    let mut action = vec![0.0; lane.view().action_space().len()];
    (action[0], action[2]) = (2.0, 1.0);
    let (mut farthest, mut solved) = (f32::NEG_INFINITY, false);
    for _ in 0..120 {
        lane.step(&action).expect("the world stays sound");
        solved |= task.assess(&lane.view(), &action).success;
        farthest = farthest.max(lane.view().body_named("player").position_m.x);
    }
    (farthest, solved)
}

/// One could jump from the ledge of the key over the locked door, and that counted.
#[test]
fn a_locked_door_cannot_be_jumped_over() {
    for (episode, gravity) in (0..12).zip([8.0, 8.75, 9.81].into_iter().cycle()) {
        let on_ledge = |plan: &WorldPlan| {
            let [x, y, z] = plan.world.bodies["ledge"].position_m;
            [x + 0.03 * episode as f32, y, z + 0.4]
        };
        let plan = starting_at(episode, gravity, on_ledge);
        let door = plan.world.bodies["door"].position_m[0];
        let (farthest, solved) = runs_and_jumps(plan);
        assert!(farthest > door - 0.5, "{episode}: it comes to the door");
        assert!(
            farthest < door && !solved,
            "{episode}: {farthest}, the door is at {door}"
        );
    }
}

/// Who gets behind the door some other way has not solved the task.
#[test]
fn behind_a_locked_door_nothing_is_solved() {
    let behind = |plan: &WorldPlan| {
        let [x, ..] = plan.world.bodies["flag"].position_m;
        [x, 0.0, 0.32]
    };
    assert!(!runs_and_jumps(starting_at(0, 9.81, behind)).1);
}

/// Where gravity is weak, walls were low enough to be jumped over.
#[test]
fn walls_that_break_cannot_be_jumped_over() {
    let mut found = 0;
    for episode in 0..40 {
        let family = family("game_arena").expect("registered");
        let has_block = |plan: &WorldPlan| plan.world.bodies.contains_key("block");
        if !has_block(&plan(family, episode, false)) {
            continue;
        }
        found += 1;
        // From right before it, and from what stands before it.
        for before in [0.5, 1.1, 1.7] {
            let mut plan = starting_at(episode, 8.0, |plan| {
                let [x, ..] = plan.world.bodies["block"].position_m;
                [x - before, 0.0, 0.32]
            });
            plan.world.bodies.shift_remove("crate");
            let block = plan.world.bodies["block"].position_m[0];
            let (farthest, _) = runs_and_jumps(plan);
            assert!(farthest < block, "{episode}: {farthest}, the wall is at {block}");
        }
    }
    assert!(found > 5, "{found} levels have a wall that breaks");
}

/// The camera over the player's shoulder rides on its visor, which faces where the player goes.
#[test]
fn a_camera_looks_over_the_players_shoulder() {
    let mut lane = Lane::new(Arc::new(starting_at(1, 9.81, |plan| {
        plan.world.bodies["player"].position_m
    })))
    .expect("the world is sound");
    let world = lane.view().world().clone();
    assert_eq!(world.cameras["behind"].mount.as_deref(), Some("visor_player"));
    assert!(matches!(
        &world.mechanisms["player"],
        Mechanism::Platformer { head: Some(head), .. } if head == "visor_player"
    ));
    let mut action = vec![0.0; lane.view().action_space().len()];
    action[0] = -0.5;
    for _ in 0..20 {
        lane.step(&action).expect("the world stays sound");
    }
    let view = lane.view();
    let offset = view.body_named("visor_player").position_m - view.body_named("player").position_m;
    assert!(offset.x < -0.12, "{offset}");
}

/// On request every agent has a camera in its visor, in all worlds the same ones; the worlds are the same but for them.
#[test]
fn on_request_each_agent_has_an_ego_camera() {
    let family = family("game_arena").expect("registered");
    let egos = ["ego_player", "ego_chaser", "ego_blocker", "ego_collector"];
    for episode in 0..12 {
        let ood = episode % 3 == 2;
        let without = plan(family, episode, ood);
        let mut with = plan_with(family, episode, ood, &[("egos", word("agents"))]);
        let cameras: Vec<&str> = with.world.cameras.keys().map(String::as_str).collect();
        assert_eq!(cameras, [&["side", "behind"][..], &egos[..]].concat());
        for name in egos {
            let camera = with.world.cameras.shift_remove(name).expect("it is there");
            let visor = camera.mount.expect("it rides on a visor");
            assert_eq!(visor, name.replace("ego", "visor"));
            // It looks where the agent faces, and not from within its visor.
            assert!(camera.look_at_m[0] > camera.position_m[0] && camera.position_m[0] > 0.07);
        }
        assert!(with.world == without.world, "{episode}");
    }
}
