//! Who acts in `game_arena`, all four of them: a player that goes through the obstacles of its level in order, and scripts of the
//! others.

use super::level::{HALF_LEDGE_M, HALF_LIFT_M, Level, Obstacle, WALL_M};
use super::{AGENTS, HALF_HEIGHT_M, Rule, SPEED_MPS};
use terrella_sim::glam::Vec3;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Records between two throws.
const RELOAD: u32 = 14;
/// Where one jumps from before what is jumped over: this far before it, from and to, m.
const TAKE_OFF_M: [f32; 2] = [0.55, 0.20];
/// The same before a pit: jumps are short where gravity is strong.
const EDGE_M: [f32; 2] = [0.40, 0.05];
/// Speed in the air beyond what was jumped over, so that one lands soon, m/s.
const LANDING_MPS: f32 = 0.8;
/// The chaser is shot at when it is this near, m.
const DANGER_M: f32 = 1.5;

/// What one agent wants to do.
#[derive(Clone, Copy, Debug, Default)]
struct Wish {
    move_x: f32,
    move_y: f32,
    jump: bool,
    uses: bool,
    throw: bool,
}

/// A joint policy of all agents.
#[derive(Clone, Debug)]
pub(super) struct Everybody {
    level: Level,
    bots: [bool; 3],
    rule: Rule,
    chaser_mps: f32,
    /// Records until the player may throw again.
    reload: u32,
}

impl Everybody {
    pub fn new(level: Level, bots: [bool; 3], rule: Rule, chaser_mps: f32) -> Self {
        Everybody {
            level,
            bots,
            rule,
            chaser_mps,
            reload: 0,
        }
    }

    /// True of the player and of those others who take part, by their place in `AGENTS`.
    pub fn takes_part(&self, agent: usize) -> bool {
        agent == 0 || self.bots[agent - 1]
    }

    /// How to get on to the right from a place, over what can be jumped and with lifts. `speed` is the largest one.
    fn onward(&self, view: &StepView<'_>, at: Vec3, speed: f32) -> Wish {
        let mut wish = Wish {
            move_x: speed,
            ..Wish::default()
        };
        let flies = at.z - HALF_HEIGHT_M > 0.06;
        let mut over = false;
        let ledge = Obstacle::Step {
            from: self.level.ledge - HALF_LEDGE_M,
            to: self.level.ledge + HALF_LEDGE_M,
        };
        for obstacle in self.level.obstacles.iter().chain([&ledge]) {
            let [mut from, mut to] = obstacle.span();
            match *obstacle {
                Obstacle::Lift { lift, from, .. } => {
                    over |= self.ride(view, at, [lift, from], speed, &mut wish);
                    continue;
                }
                Obstacle::Block { .. } => continue,
                Obstacle::Crate { .. } => {
                    let middle = view.body_named("crate").position_m.x;
                    let half = 0.5 * (to - from);
                    (from, to) = (middle - half, middle + half);
                }
                _ => {}
            }
            let take_off = match *obstacle {
                Obstacle::Pit { .. } => EDGE_M,
                _ => TAKE_OFF_M,
            };
            wish.jump |= (from - take_off[0]..from - take_off[1]).contains(&at.x);
            over |= (from - TAKE_OFF_M[0]..to + 0.2).contains(&at.x);
        }
        if flies && !over {
            wish.move_x = wish.move_x.min(LANDING_MPS);
        }
        wish
    }

    /// Waits for a lift, rides it, leaves it at the top. True while at it.
    fn ride(
        &self,
        view: &StepView<'_>,
        at: Vec3,
        [lift, wall]: [f32; 2],
        speed: f32,
        wish: &mut Wish,
    ) -> bool {
        let share = view.mechanism_state(view.mechanism_index("lift").expect("the level has one"));
        let (edge, wait) = (lift - HALF_LIFT_M, lift - HALF_LIFT_M - 0.35);
        let feet = at.z - HALF_HEIGHT_M;
        if at.x < wait - 0.3 || at.x > wall - 0.05 {
            return false;
        }
        let aboard = at.x > edge - 0.05;
        wish.move_x = if aboard {
            if share > 0.97 || feet > WALL_M - 0.15 {
                speed
            } else {
                (4.0 * (lift - at.x)).clamp(-speed, speed)
            }
        } else if share < 0.02 {
            speed
        } else {
            (4.0 * (wait - at.x)).clamp(-speed, speed)
        };
        true
    }

    fn player(&mut self, view: &StepView<'_>) -> Wish {
        let at = view.body_named("player").position_m;
        let mut wish = self.onward(view, at, SPEED_MPS);
        wish.move_y = (-3.0 * at.y).clamp(-1.0, 1.0);
        self.reload = self.reload.saturating_sub(1);
        let shots = state(view, "player");
        // A wall that must be shot down.
        for obstacle in &self.level.obstacles {
            if let Obstacle::Block { from, .. } = *obstacle
                && state(view, "block") < 0.5
                && (from - 1.5..from).contains(&at.x)
            {
                wish.move_x = (from - 1.2 - at.x).clamp(-0.5, 0.5);
                if self.reload == 0 && at.x > from - 1.35 {
                    // Towards it, to face it.
                    wish.move_x = 0.3;
                    wish.throw = true;
                    self.reload = RELOAD;
                }
            }
        }
        // A coin that was jumped over.
        let door_needs_coins = self.rule.needs_coins();
        if door_needs_coins {
            let left = self.level.coins.iter().enumerate().find(|(index, coin)| {
                (0.1..1.0).contains(&(at.x - *coin)) && state(view, &format!("coin_{index}")) < 0.5
            });
            if let Some((_, coin)) = left {
                wish.move_x = (3.0 * (coin - at.x)).clamp(-SPEED_MPS, SPEED_MPS);
                wish.jump = false;
            }
        }
        // The door: use the lock, wait until it is open.
        let before = self.level.door - 0.45;
        if at.x > before - 0.4 && at.x < self.level.door {
            let door = view.joint_position(view.joint_index("door").expect("there is a door"));
            if door < 0.8 {
                wish.move_x = (3.0 * (before - at.x)).clamp(-SPEED_MPS, SPEED_MPS);
                wish.uses = true;
            }
        }
        if at.x > self.level.goal {
            wish.move_x = 0.0;
        }
        if self.bots[1] {
            let blocker = view.body_named("blocker").position_m;
            let way = if wish.move_x < 0.0 { -1.0 } else { 1.0 };
            let ahead = way * (blocker.x - at.x);
            // Not over a coin that is needed.
            let coin = door_needs_coins
                && self.level.coins.iter().enumerate().any(|(index, coin)| {
                    (0.0..ahead).contains(&(way * (coin - at.x)))
                        && state(view, &format!("coin_{index}")) < 0.5
                });
            wish.jump |= !coin && (0.45..0.9).contains(&ahead) && (blocker.z - at.z).abs() < 0.3;
            if ahead.abs() < 0.5 && at.z > blocker.z + 0.3 {
                wish.move_x = way * SPEED_MPS;
            }
        }
        if self.bots[0] {
            let chaser = view.body_named("chaser").position_m;
            let behind = at.x - chaser.x;
            let level = (chaser.z - at.z).abs() < 0.3;
            if (0.4..DANGER_M).contains(&behind)
                && level
                && wish.move_x.abs() < 1.0
                && shots > 1.5
                && self.reload == 0
            {
                wish.move_x = -0.4;
                wish.throw = true;
                self.reload = RELOAD;
            }
        }

        wish
    }

    /// Runs after the player.
    fn chaser(&self, view: &StepView<'_>, speed: f32) -> Wish {
        let (at, player) = (
            view.body_named("chaser").position_m,
            view.body_named("player").position_m,
        );
        let mut wish = if player.x > at.x {
            self.onward(view, at, speed)
        } else {
            Wish {
                move_x: -speed,
                ..Wish::default()
            }
        };
        wish.move_y = (3.0 * (player.y - at.y)).clamp(-speed, speed);
        wish
    }

    /// Keeps its place and stays before the player.
    fn blocker(&self, view: &StepView<'_>) -> Wish {
        let at = view.body_named("blocker").position_m;
        let home = view.world().bodies["blocker"].position_m[0];
        let player = view.body_named("player").position_m;
        Wish {
            move_x: (2.0 * (home - at.x)).clamp(-1.0, 1.0),
            move_y: (3.0 * (player.y - at.y)).clamp(-1.0, 1.0),
            ..Wish::default()
        }
    }

    /// Goes to the nearest coin of its stretch.
    fn collector(&self, view: &StepView<'_>) -> Wish {
        let at = view.body_named("collector").position_m;
        let home = view.world().bodies["collector"].position_m[0];
        let coins = self.level.coins.iter().enumerate();
        let near = coins
            .filter(|(index, coin)| (*coin - home).abs() < 0.7 && state(view, &format!("coin_{index}")) < 0.5)
            .map(|(_, coin)| *coin)
            .min_by(|one, other| (one - at.x).abs().total_cmp(&(other - at.x).abs()));
        // Without one it walks up and down in the depth of the level.
        let aside = if (view.step() / 30).is_multiple_of(2) {
            0.4
        } else {
            -0.4
        };
        let to = near.map_or([home, aside], |coin| [coin, 0.0]);
        Wish {
            move_x: (2.0 * (to[0] - at.x)).clamp(-0.8, 0.8),
            move_y: (2.0 * (to[1] - at.y)).clamp(-0.8, 0.8),
            ..Wish::default()
        }
    }
}

fn state(view: &StepView<'_>, mechanism: &str) -> f32 {
    let index = view.mechanism_index(mechanism);
    index.map_or(0.0, |index| view.mechanism_state(index))
}

impl Policy for Everybody {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let space = view.action_space();
        action.fill(0.0);
        let mut wishes = [Wish::default(); 4];
        wishes[0] = self.player(view);
        if self.bots[0] {
            wishes[1] = self.chaser(view, self.chaser_mps);
        }
        if self.bots[1] {
            wishes[2] = self.blocker(view);
        }
        if self.bots[2] {
            wishes[3] = self.collector(view);
        }
        for (agent, wish) in AGENTS.into_iter().zip(wishes) {
            let flag = |on: bool| if on { 1.0 } else { 0.0 };
            let inputs = [
                ("move_x", wish.move_x),
                ("move_y", wish.move_y),
                ("jump", flag(wish.jump)),
                ("use", flag(wish.uses)),
                ("throw", flag(wish.throw)),
            ];
            for (input, value) in inputs {
                if let Some(index) = space.index(&format!("{agent}.{input}")) {
                    action[index] = value;
                }
            }
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
