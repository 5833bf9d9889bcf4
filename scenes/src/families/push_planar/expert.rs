//! The expert of `push_planar`: goes round the block to the best contact, pushes while that helps, chooses again.

use super::blocks::Outline;
use super::push::{Placement, Push, pushed, turned};
use super::route::Route;
use super::{HALF_TABLE_M, MAX_STEP_M, Rule};
use std::f32::consts::PI;
use terrella_sim::glam::Vec2;
use terrella_sim::observe::heading;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// How much a radian counts in metres when errors are compared.
const METRES_PER_RADIAN: f32 = 0.10;
/// Gap between pusher and block before a push, m.
const GAP_M: f32 = 0.012;
/// Speed while pushing, m/s.
const PUSH_SPEED_MPS: f32 = 0.22;
/// Speed on the way to a contact, m/s: half of what full steps make.
const TRAVEL_SPEED_MPS: f32 = 0.4;
/// A step that is repeated ten times a second makes the pusher go four times its length in a second.
const STEP_SECS: f32 = 0.25;
/// Longest push at one contact, in steps.
const PUSH_STEPS: u32 = 40;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Choose,
    /// To a contact on the block's edge, in the block's frame.
    Travel {
        contact: Vec2,
        inwards: Vec2,
        steps: u32,
    },
    Push {
        steps: u32,
    },
}

/// What does not move, or moves only by mistake.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    /// Of every block; the first is the one to push.
    pub outlines: Vec<Outline>,
    pub posts: Vec<Vec2>,
    pub post_radius_m: f32,
    /// Walls that stand free: where, and their outlines.
    pub walls: Vec<(Placement, Outline)>,
    /// Radius of a disc around the pusher, m.
    pub pusher_radius_m: f32,
    pub pusher_friction: f32,
    pub goal: Placement,
    pub rule: Rule,
    /// The step that 1 of each input stands for, m; none where inputs are metres.
    pub action_unit_m: Option<Vec2>,
}

impl Scene {
    /// Difference of headings to the goal by the shape's symmetry, rad.
    pub fn turn_left(&self, angle_rad: f32) -> f32 {
        let period = 2.0 * PI / f32::from(self.outlines[0].symmetry);
        let turn = self.goal.angle_rad - angle_rad;
        turn - period * libm::roundf(turn / period)
    }

    /// Where the blocks lie.
    pub fn placements(&self, view: &StepView<'_>) -> Vec<Placement> {
        (0..self.outlines.len())
            .map(|index| {
                let body = view.body_named(&super::block_name(index));
                let (sine, cosine) = heading(body.rotation);
                Placement {
                    position_m: body.position_m.truncate(),
                    angle_rad: libm::atan2f(sine, cosine),
                }
            })
            .collect()
    }

    /// Distance of a point from posts, walls and from the blocks from `first` on, m.
    fn clearance(&self, blocks: &[Placement], first: usize, point: Vec2) -> f32 {
        // Beyond this it makes no difference.
        const FAR_M: f32 = 0.2;
        let posts = self
            .posts
            .iter()
            .map(|post| post.distance(point) - self.post_radius_m);
        let walls = self.walls.iter().map(|(place, outline)| (outline, place));
        let others = (self.outlines.iter().zip(blocks).skip(first))
            .chain(walls)
            .map(|(outline, block)| {
                let most = block.position_m.distance(point) - outline.reach_m;
                if most > FAR_M {
                    most
                } else {
                    outline.distance(block.local(point))
                }
            });
        posts.chain(others).fold(FAR_M, f32::min)
    }
}

#[derive(Clone, Debug)]
pub(super) struct Expert {
    scene: Scene,
    mode: Mode,
    done: bool,
}

impl Expert {
    pub fn new(scene: Scene) -> Self {
        Expert {
            scene,
            mode: Mode::Choose,
            done: false,
        }
    }

    /// True where the block lies on the goal.
    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    /// Where the blocks lie.
    pub(super) fn placements(&self, view: &StepView<'_>) -> Vec<Placement> {
        self.scene.placements(view)
    }

    /// Makes another goal of its own.
    pub(super) fn aim_at(&mut self, goal: Placement) {
        self.scene.goal = goal;
        self.mode = Mode::Choose;
        self.done = false;
    }

    /// What is still wrong with a placement, m.
    fn error(&self, block: Placement, target: Vec2, turn_weight: f32) -> f32 {
        let turn = turn_weight * METRES_PER_RADIAN * self.scene.turn_left(block.angle_rad);
        (block.position_m.distance_squared(target) + turn * turn).sqrt()
    }

    /// Where the block should go next: the goal, or a place on the way round what stands between.
    fn target(&self, blocks: &[Placement]) -> (Vec2, f32) {
        let goal = self.scene.goal.position_m;
        let radius = 0.75 * self.scene.outlines[0].reach_m;
        let room = |point: Vec2| self.scene.clearance(blocks, 1, point);
        let from = blocks[0].position_m;
        let count = 1.0 + libm::ceilf(from.distance(goal) / 0.02);
        let needed = radius.min(room(from)).min(room(goal)) - 0.005;
        let mut index = 0.0;
        while index < count {
            if room(from.lerp(goal, index / count)) < needed {
                let route = Route::new(from, HALF_TABLE_M, radius, room);
                let place = route.waypoint(goal, radius, room);
                let is_goal = place.distance(goal) < 0.01;
                return (place, if is_goal { 1.0 } else { 0.4 });
            }
            index += 1.0;
        }
        (goal, 1.0)
    }

    /// How deep a placement of the block would be in others, in posts or in the rim, m.
    pub(super) fn overlap(&self, blocks: &[Placement], block: Placement) -> f32 {
        let corners = self.scene.outlines[0]
            .parts
            .iter()
            .flatten()
            .map(|corner| block.point(*corner));
        let rim = corners
            .clone()
            .map(|corner| corner.abs().max_element() - HALF_TABLE_M)
            .fold(0.0, f32::max);
        let others = corners
            .map(|corner| -self.scene.clearance(blocks, 1, corner))
            .fold(0.0, f32::max);
        let posts = self
            .scene
            .posts
            .iter()
            .map(|post| self.scene.post_radius_m - self.scene.outlines[0].distance(block.local(*post)))
            .fold(0.0, f32::max);
        let walls = (self.scene.walls.iter())
            .flat_map(|(place, outline)| outline.parts[0].iter().map(|corner| place.point(*corner)))
            .map(|corner| -self.scene.outlines[0].distance(block.local(corner)))
            .fold(0.0, f32::max);
        rim.max(others).max(posts).max(walls)
    }

    /// The contact whose push gains most for its time.
    fn choose(&self, blocks: &[Placement], pusher: Vec2) -> Option<(Vec2, Vec2)> {
        let scene = &self.scene;
        let (block, outline) = (blocks[0], &scene.outlines[0]);
        let (target, turn_weight) = self.target(blocks);
        let now = self.error(block, target, turn_weight);
        let radius = scene.pusher_radius_m;
        let route = Route::new(pusher, HALF_TABLE_M, radius, |point| {
            scene.clearance(blocks, 0, point)
        });
        let mut best: Option<(f32, Vec2, Vec2)> = None;
        for (contact, edge_inwards) in outline.contacts(0.014) {
            let approach = block.point(contact - edge_inwards * (radius + GAP_M));
            let inwards = turned(edge_inwards, block.angle_rad);
            let room = scene
                .clearance(blocks, 0, approach)
                .min(HALF_TABLE_M - approach.abs().max_element());
            if room < radius + 0.003 {
                continue;
            }
            let travel_secs = route.cost_m(approach) / TRAVEL_SPEED_MPS;
            for aim in [-0.4, 0.0, 0.4f32] {
                for distance_m in [0.015, 0.04, 0.08, 0.16] {
                    let (contact_m, direction) = (block.point(contact), turned(inwards, aim));
                    let push = Push {
                        contact_m,
                        inwards,
                        direction,
                        distance_m,
                    };
                    let after = pushed(block, push, outline.lever_m, scene.pusher_friction);
                    let gain = now - self.error(after, target, turn_weight);
                    let blocked = self.overlap_if_useful(blocks, after, gain);
                    let seconds = travel_secs + distance_m / PUSH_SPEED_MPS + 0.6;
                    let value = (gain - 2.0 * blocked) / seconds;
                    if best.is_none_or(|(most, ..)| value > most) {
                        best = Some((value, contact, edge_inwards));
                    }
                }
            }
        }
        best.map(|(_, contact, inwards)| (contact, inwards))
    }

    /// Overlaps are costly to compute and matter only for pushes that could be chosen.
    fn overlap_if_useful(&self, blocks: &[Placement], after: Placement, gain: f32) -> f32 {
        if gain > 0.0 {
            self.overlap(blocks, after)
        } else {
            0.0
        }
    }

    /// The best direction and distance of a push from where the pusher is; nothing where none helps.
    fn steer(&self, blocks: &[Placement], pusher: Vec2) -> Option<(Vec2, f32)> {
        let scene = &self.scene;
        let (block, outline) = (blocks[0], &scene.outlines[0]);
        let (target, turn_weight) = self.target(blocks);
        let (contact, inwards) = outline.nearest(block.local(pusher));
        let (contact_m, inwards) = (block.point(contact), turned(inwards, block.angle_rad));
        let gap = (pusher.distance(contact_m) - scene.pusher_radius_m).max(0.0);
        let now = self.error(block, target, turn_weight);
        let mut best: Option<(f32, Vec2, f32)> = None;
        for aim in [-0.7, -0.45, -0.2, 0.0, 0.2, 0.45, 0.7f32] {
            for distance_m in [0.008, 0.02, 0.05, 0.1] {
                let direction = turned(inwards, aim);
                let push = Push {
                    contact_m,
                    inwards,
                    direction,
                    distance_m,
                };
                let after = pushed(block, push, outline.lever_m, scene.pusher_friction);
                let gain = now - self.error(after, target, turn_weight);
                // Far gains are surest at short distances.
                let value = gain / (distance_m + 0.03);
                if gain > 0.001 && best.is_none_or(|(most, ..)| value > most) {
                    best = Some((value, direction, distance_m + gap));
                }
            }
        }
        best.map(|(_, direction, distance_m)| (direction, distance_m))
    }

    fn is_good(&self, block: Placement, share: f32) -> bool {
        block.position_m.distance(self.scene.goal.position_m) < share * self.scene.rule.distance_m
            && self.scene.turn_left(block.angle_rad).abs() < share * self.scene.rule.angle_rad
    }
}

impl Expert {
    /// Writes the next step, m.
    fn step_m(&mut self, view: &StepView<'_>, action: &mut [f32]) {
        let blocks = self.scene.placements(view);
        let pusher = view.body_named("pusher").position_m.truncate();
        action.fill(0.0);
        self.done = self.is_good(blocks[0], if self.done { 0.9 } else { 0.6 });
        if self.done {
            self.mode = Mode::Choose;
            return;
        }
        if let Mode::Push { steps } = self.mode {
            match self.steer(&blocks, pusher) {
                Some((direction, distance_m)) if steps < PUSH_STEPS => {
                    let speed = (2.5 * distance_m).clamp(0.03, PUSH_SPEED_MPS);
                    action.copy_from_slice(&(direction * (speed * STEP_SECS)).to_array());
                    self.mode = Mode::Push { steps: steps + 1 };
                    return;
                }
                _ => self.mode = Mode::Choose,
            }
        }
        if self.mode == Mode::Choose {
            match self.choose(&blocks, pusher) {
                Some((contact, inwards)) => {
                    self.mode = Mode::Travel {
                        contact,
                        inwards,
                        steps: 0,
                    }
                }
                None => return,
            }
        }
        if let Mode::Travel {
            contact,
            inwards,
            steps,
        } = self.mode
        {
            let radius = self.scene.pusher_radius_m;
            let approach = blocks[0].point(contact - inwards * (radius + GAP_M));
            if pusher.distance(approach) < 0.008 {
                self.mode = Mode::Push { steps: 0 };
                let ahead = turned(inwards, blocks[0].angle_rad) * (0.1 * STEP_SECS);
                action.copy_from_slice(&ahead.to_array());
                return;
            }
            let room = |point: Vec2| self.scene.clearance(&blocks, 0, point);
            let comfortable = radius + 0.004;
            let route = Route::new(pusher, HALF_TABLE_M, comfortable, room);
            let waypoint = route.waypoint(approach, comfortable, room);
            let way = waypoint - pusher;
            // The pusher comes to rest at its target without overshoot.
            action.copy_from_slice(&way.clamp_length_max(MAX_STEP_M).to_array());
            self.mode = if steps < 60 {
                Mode::Travel {
                    contact,
                    inwards,
                    steps: steps + 1,
                }
            } else {
                Mode::Choose
            };
        }
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        self.step_m(view, action);
        if let Some(unit) = self.scene.action_unit_m {
            action[0] /= unit.x;
            action[1] /= unit.y;
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
