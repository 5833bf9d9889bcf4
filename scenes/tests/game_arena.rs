//! `game_arena`: the contract of every family, success rates, golden states, agents and their rewards.

mod rates;
mod rollout;

use rates::{Rates, check_rates};
use rollout::{check_contract, golden_digests, plan};
use std::sync::Arc;
use terrella_scenes::families::family;
use terrella_sim::lane::Lane;
use terrella_spec::factor::FactorValue;
use terrella_spec::seed::SeedPath;

const STEPS: u32 = 400;

#[test]
fn contract() {
    check_contract(family("game_arena").expect("registered"));
}

/// Measured when minted: the expert solves 36 of 40 and 34 of 40 out of distribution, chance none.
#[test]
fn success_rates() {
    check_rates(
        family("game_arena").expect("registered"),
        &Rates {
            episodes: 20,
            steps: STEPS,
            scripted: 0.85,
            held_out: 31,
            random: 0.05,
            smooth_random: 0.05,
        },
    );
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("game_arena").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["8d2a9d7dc3be0aca", "b97d004ec31099bc", "ce408d5ac2d00376"]
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
fn play_all(episode: u64, still: bool) -> ([f32; 4], bool) {
    let family = family("game_arena").expect("registered");
    let plan = plan(family, episode, false);
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
    let chased =
        |episode: &u64| plan(family, *episode, false).factors["bots"] == FactorValue::Word("chaser".into());
    let episode = (0..40).find(chased).expect("a chaser takes part");
    let (sums, solved) = play_all(episode, false);
    assert!(solved && sums[0] > 5.0 && sums[1] < 0.0, "{sums:?}");
    // What the blocker loses is the player's way.
    assert!(sums[2] < -4.0, "{sums:?}");
    let (sums, solved) = play_all(episode, true);
    assert!(!solved && sums[0] < -4.0 && sums[1] > 3.0, "{sums:?}");
}
