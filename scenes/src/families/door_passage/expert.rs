//! Somebody who gets through doors: to the button, the key, the handle, push or pull, through. Somebody who walks into them
//! first. And somebody who has to try the buttons.
//!
//! It sees the true state. It works in the layout's frame, where the way through leads along +y.

use super::kinds::{Lock, Opens};
use super::layout::Layout;
use super::room::POST_RADIUS_M;
use super::{AGENT_RADIUS_M, REACH_M};
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;

/// Walking speed, m/s.
const SPEED_MPS: f32 = 1.1;
/// Who is this far beyond the first door of an airlock goes on to the second, m.
const FIRST_PASSED_M: f32 = 0.4;
/// Shortest and longest time for which somebody walks into a closed door, s.
const MIN_BUMP_SECS: f32 = 1.0;
const MAX_BUMP_SECS: f32 = 12.0;
/// For how long somebody pushes a door to see whether a button has opened it, s.
const TRY_SECS: f32 = 1.0;
/// A leaf that was pulled this far open is left alone, rad.
const PULLED_RAD: f32 = 1.0;
/// A leaf that stands this far open is out of the way, rad.
const CLEAR_RAD: f32 = 1.25;

/// Share of its travel by which the door stands open: of two leaves, the wider open one's.
pub(super) fn opening(view: &StepView<'_>, layout: &Layout) -> f32 {
    let (first, second) = (joint_of(view, "door_0"), joint_of(view, "door_1"));
    let open = match (layout.kind.airlock, beyond_first(view, layout)) {
        (true, false) => first,
        (true, true) => second,
        (false, _) => first.max(second),
    };
    (open / layout.travel()).min(1.0)
}

/// Angle or displacement of a door from closed, rad or m; 0 where there is none of this name.
fn joint_of(view: &StepView<'_>, name: &str) -> f32 {
    let index = view.joint_index(name);
    index.map_or(0.0, |index| view.joint_position(index).abs())
}

/// True for somebody who has passed the first door.
fn beyond_first(view: &StepView<'_>, layout: &Layout) -> bool {
    let agent = view.body_named("agent").position_m.truncate();
    layout.turn.layout_from_world(agent).y > FIRST_PASSED_M
}

/// What it wants to do now, in the layout's frame.
pub(super) struct Wish {
    pub(super) to: Vec2,
    pub(super) face: Vec2,
    pub(super) interact: bool,
}

/// The expert.
#[derive(Clone, Debug)]
pub(super) struct Expert {
    layout: Layout,
    delay_secs: f32,
    /// The buttons of the first and of the second door.
    buttons: [Option<Vec2>; 2],
    key: Option<Vec2>,
    posts: Vec<Vec2>,
    /// It is about to press the button.
    presses: bool,
    pressed_at_secs: [Option<f32>; 2],
    /// It pulls the leaf.
    grasps: bool,
    /// The leaf stands open far enough to go around it.
    pulled: bool,
}

/// What it sees.
pub(super) struct Sight {
    pub(super) here: Vec2,
    /// The door that comes next: 1 between the doors of an airlock, else 0.
    next: usize,
    /// Where that door's plane is along y, m.
    door_y: f32,
    goal: Vec2,
    time_secs: f32,
    /// Angle or displacement of the door from closed, rad or m.
    open: f32,
    active: bool,
    latched: bool,
    has_key: bool,
}

impl Expert {
    pub(super) fn new(plan: &WorldPlan) -> Expert {
        let layout = Layout::of(plan);
        let flat = |at: [f32; 3]| layout.turn.layout_from_world(Vec2::new(at[0], at[1]));
        let bodies = &plan.world.bodies;
        let delay_secs = match plan.world.mechanisms.get("button") {
            Some(terrella_spec::world::Mechanism::Button { delay_secs, .. }) => *delay_secs,
            _ => 0.0,
        };
        Expert {
            layout,
            delay_secs,
            buttons: ["button", "button_1"].map(|name| bodies.get(name).map(|body| flat(body.position_m))),
            key: bodies.get("key").map(|body| flat(body.position_m)),
            posts: bodies
                .values()
                .filter(|body| body.class == "button")
                .map(|body| flat(body.position_m))
                .collect(),
            presses: false,
            pressed_at_secs: [None; 2],
            grasps: false,
            pulled: false,
        }
    }

    pub(super) fn look(&self, view: &StepView<'_>) -> Sight {
        let flat = |name: &str| {
            self.layout
                .turn
                .layout_from_world(view.body_named(name).position_m.truncate())
        };
        let state = |name: &str| {
            view.mechanism_index(name)
                .is_some_and(|index| view.mechanism_state(index) > 0.5)
        };
        let second = self.layout.kind.airlock && beyond_first(view, &self.layout);
        let active = if second {
            state("button_1")
        } else {
            // A motor acts as long as its relay does.
            state("opens") || state("button")
        };
        Sight {
            here: flat("agent"),
            next: usize::from(second),
            door_y: if second { self.layout.goal_y_m() } else { 0.0 },
            goal: flat("goal"),
            time_secs: view.time_secs(),
            open: opening(view, &self.layout) * self.layout.travel(),
            active,
            has_key: state("key"),
            latched: state("latch"),
        }
    }

    /// Where along the wall it goes through: a little towards the free edge of a leaf.
    pub(super) fn lane_x(&self) -> f32 {
        let aside = match self.layout.kind.opens {
            Opens::Away | Opens::Toward => (0.5 * self.layout.width_m - 0.26).clamp(0.0, 0.15),
            Opens::Both | Opens::Pair | Opens::Aside | Opens::Up => 0.0,
        };
        self.layout.door_x_m - self.layout.hinge_side * aside
    }

    /// Where the last door's plane is along y, and the middle of the doors along x, m.
    pub(super) fn doors(&self) -> (f32, f32) {
        (self.layout.goal_y_m(), self.layout.door_x_m)
    }

    /// Where posts with buttons stand.
    pub(super) fn posts(&self) -> &[Vec2] {
        &self.posts
    }

    fn wish(&mut self, sight: &Sight) -> Wish {
        let kind = self.layout.kind;
        let here = sight.here;
        let by_hand = kind.lock != Lock::Motor;
        let in_lane = (here.x - self.layout.door_x_m).abs() < 0.5 * self.layout.width_m;
        // As seen from the door that comes next.
        let y = here.y - sight.door_y;
        if y > 0.45 {
            return Wish {
                to: sight.goal,
                face: sight.goal - here,
                interact: false,
            };
        }
        if y > -0.12 && in_lane {
            return self.through(sight.door_y, by_hand);
        }
        if let Some(key) = self.key.filter(|_| sight.latched && !sight.has_key) {
            return Wish {
                to: key,
                face: key - here,
                interact: false,
            };
        }
        if self.button_needed(sight) {
            return self.press(sight);
        }
        match kind.opens {
            Opens::Toward => self.pull(sight),
            _ => self.approach(sight, by_hand),
        }
    }

    fn through(&self, door_y: f32, by_hand: bool) -> Wish {
        Wish {
            to: Vec2::new(self.lane_x(), door_y + 0.9),
            face: Vec2::Y,
            interact: by_hand,
        }
    }

    /// To the door's middle, then straight through; by hand it pushes on the way.
    fn approach(&self, sight: &Sight, by_hand: bool) -> Wish {
        let before = Vec2::new(self.lane_x(), sight.door_y - 0.55);
        if (sight.here.x - before.x).abs() < 0.1 && sight.here.y > sight.door_y - 0.8 {
            return self.through(sight.door_y, by_hand);
        }
        Wish {
            to: before,
            face: Vec2::Y,
            interact: false,
        }
    }

    fn button_needed(&self, sight: &Sight) -> bool {
        match self.layout.kind.lock {
            Lock::Free | Lock::Handle | Lock::Key => false,
            Lock::Button => sight.latched,
            Lock::Motor => {
                let enough = match self.layout.kind.opens {
                    Opens::Aside => 2.0 * AGENT_RADIUS_M + 0.15,
                    Opens::Up => 1.1,
                    _ => CLEAR_RAD,
                };
                // A door that closes already is passed only from close by.
                sight.open < enough || (!sight.active && sight.here.y < sight.door_y - 0.4)
            }
        }
    }

    fn press(&mut self, sight: &Sight) -> Wish {
        let Some(button) = self.buttons[sight.next] else {
            return self.approach(sight, false);
        };
        let travel_secs = if self.layout.kind.lock == Lock::Motor {
            2.5
        } else {
            0.0
        };
        let waits = self.pressed_at_secs[sight.next]
            .is_some_and(|pressed| sight.time_secs < pressed + self.delay_secs + 0.3 + travel_secs);
        if waits || sight.active {
            let before = Vec2::new(self.lane_x(), sight.door_y - 0.6);
            return Wish {
                to: before,
                face: Vec2::Y,
                interact: false,
            };
        }
        let wish = self.press_at(sight, button);
        self.presses = wish.interact;
        wish
    }

    /// To a button, and presses it.
    pub(super) fn press_at(&self, sight: &Sight, button: Vec2) -> Wish {
        Wish {
            to: button,
            face: button - sight.here,
            interact: sight.here.distance(button) < REACH_M + POST_RADIUS_M - 0.1,
        }
    }

    /// Pulls the leaf half open, goes around its edge, pushes it out of the way from behind, and walks through.
    fn pull(&mut self, sight: &Sight) -> Wish {
        let (hinge, width) = (self.layout.hinge(), self.layout.leaf_width_m());
        // From the hinge to the free edge.
        let side = -self.layout.hinge_side;
        let here = sight.here;
        let edge = hinge + Vec2::new(side * libm::cosf(sight.open), -libm::sinf(sight.open)) * width;
        self.pulled = sight.open > if self.pulled { 0.7 } else { PULLED_RAD };
        if sight.open > CLEAR_RAD && side * (here.x - edge.x) > AGENT_RADIUS_M {
            return self.approach(sight, false);
        }
        if !self.pulled {
            let hold_x = hinge.x + side * (0.7 * width).min(0.75 * width * libm::cosf(sight.open) + 0.1);
            let stand = Vec2::new(hold_x, -0.45);
            let at_leaf = (here.x - hold_x).abs() < 0.15 && here.y > -1.6;
            let gap = -here.y - width.min((here.x - hinge.x).abs()) * libm::sinf(sight.open);
            self.grasps = at_leaf && gap < if self.grasps { REACH_M } else { REACH_M - 0.2 };
            let to = if self.grasps {
                // Pulls while it walks backward, slowly at first: a hand that loses the door lets its latch catch.
                Vec2::new(hold_x, here.y - 0.06 - 0.1 * sight.open)
            } else {
                stand
            };
            return Wish {
                to,
                face: Vec2::Y,
                interact: self.grasps,
            };
        }
        let beyond_edge = side * (here.x - edge.x);
        if beyond_edge < AGENT_RADIUS_M + 0.05 && here.y < edge.y + 0.1 {
            // Around the edge, clear of it.
            let to = Vec2::new(edge.x + side * 0.5, (edge.y - 0.35).min(here.y));
            return Wish {
                to,
                face: Vec2::Y,
                interact: false,
            };
        }
        // Behind the leaf: pushes it on.
        let to = Vec2::new(hinge.x + side * 0.85 * width, -0.5);
        let close = here.distance(to) < 0.3;
        let to = if close { to - Vec2::X * (side * 0.3) } else { to };
        Wish {
            to,
            face: Vec2::X * -side,
            interact: true,
        }
    }

    /// Keeps off the posts on the way to somewhere else.
    fn avoid(&self, here: Vec2, to: Vec2, velocity: Vec2) -> Vec2 {
        let mut velocity = velocity;
        for post in self.posts.iter().filter(|post| post.distance(to) > 0.3) {
            let offset = here - *post;
            let distance = offset.length();
            if distance < 0.55 && velocity.dot(offset) < 0.0 {
                let away = offset / distance.max(1e-3);
                // Turns the velocity along the circle about the post, to the nearer side.
                let along = Vec2::new(-away.y, away.x);
                let way = if velocity.dot(along) >= 0.0 { along } else { -along };
                velocity = way * velocity.length() + away * 0.3;
            }
        }
        velocity
    }
}

impl Expert {
    /// Writes the action that does what is wished.
    pub(super) fn walk(&self, view: &StepView<'_>, sight: &Sight, wish: &Wish, action: &mut [f32]) {
        let heading = view.body_named("agent").rotation * terrella_sim::glam::Vec3::X;
        let heading = self.layout.turn.layout_from_world(heading.truncate());
        let error = wish.to - sight.here;
        let velocity = (error * 4.0).clamp_length_max(SPEED_MPS);
        let velocity = self.avoid(sight.here, wish.to, velocity);
        let face = wish.face.normalize_or(Vec2::Y);
        let turn = libm::atan2f(heading.perp_dot(face), heading.dot(face));
        // Walks once it faces about the right way: hands push straight ahead.
        let slow = if turn.abs() > 1.0 { 0.5 } else { 1.0 };
        let left = Vec2::new(-heading.y, heading.x);
        let interact = wish.interact && turn.abs() < 0.5;
        action.copy_from_slice(&[
            slow * velocity.dot(heading),
            slow * velocity.dot(left),
            (5.0 * turn).clamp(-3.0, 3.0),
            if interact { 1.0 } else { 0.0 },
        ]);
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let sight = self.look(view);
        self.presses = false;
        let wish = self.wish(&sight);
        self.walk(view, &sight, &wish, action);
        if self.presses && action[3] > 0.5 {
            self.pressed_at_secs[sight.next] = Some(sight.time_secs);
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

/// Somebody who walks into the door as it is, closed or not, with hands that do nothing, and after a while does it as the
/// expert does.
#[derive(Clone, Debug)]
pub(super) struct WalksInto {
    expert: Expert,
    /// For how long it walks into the door, s. Drawn at the first step.
    patience_secs: Option<f32>,
    /// When it came to the door, s.
    came_secs: Option<f32>,
}

impl WalksInto {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        WalksInto {
            expert: Expert::new(plan),
            patience_secs: None,
            came_secs: None,
        }
    }
}

impl Policy for WalksInto {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let patience =
            *(self.patience_secs).get_or_insert_with(|| rng.uniform_f32(MIN_BUMP_SECS, MAX_BUMP_SECS));
        let sight = self.expert.look(view);
        let lane_x = self.expert.lane_x();
        if (sight.here.x - lane_x).abs() < 0.15 && sight.here.y > -0.5 && self.came_secs.is_none() {
            self.came_secs = Some(sight.time_secs);
        }
        let gives_up = (self.came_secs).is_some_and(|came| sight.time_secs > came + patience);
        if gives_up || sight.here.y > 0.3 {
            self.expert.act(view, rng, action);
            return;
        }
        let wish = if (sight.here.x - lane_x).abs() < 0.1 || self.came_secs.is_some() {
            self.expert.through(0.0, false)
        } else {
            self.expert.approach(&sight, false)
        };
        self.expert.walk(view, &sight, &wish, action);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

/// Somebody who cannot tell the buttons of a locked door apart: presses one after the other, tries the door after each, and presses
/// none twice. Where nothing is to be found out it does as the expert does.
#[derive(Clone, Debug)]
pub(super) struct TriesButtons {
    expert: Expert,
    /// The buttons that may be the one; the last is the next. Their order is drawn at the first step.
    left: Option<Vec<Vec2>>,
    /// It has pressed the next one and goes to the door.
    pressed: bool,
    /// When it came to the door, s.
    came_secs: Option<f32>,
}

impl TriesButtons {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        TriesButtons {
            expert: Expert::new(plan),
            left: None,
            pressed: false,
            came_secs: None,
        }
    }
}

impl Policy for TriesButtons {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let sight = self.expert.look(view);
        let posts = &self.expert.posts;
        let left = self.left.get_or_insert_with(|| {
            let mut posts = posts.clone();
            // Fisher and Yates.
            for index in (1..posts.len()).rev() {
                posts.swap(index, rng.below(index + 1));
            }
            posts
        });
        let locked = self.expert.layout.kind.lock == Lock::Button && sight.latched;
        let Some(button) = left.last().copied().filter(|_| locked) else {
            self.expert.act(view, rng, action);
            return;
        };
        if !self.pressed {
            let wish = self.expert.press_at(&sight, button);
            self.expert.walk(view, &sight, &wish, action);
            self.pressed = action[3] > 0.5;
            return;
        }
        let wish = self.expert.approach(&sight, true);
        self.expert.walk(view, &sight, &wish, action);
        if (sight.here.x - self.expert.lane_x()).abs() < 0.15 && sight.here.y > -0.5 {
            let came_secs = *self.came_secs.get_or_insert(sight.time_secs);
            if sight.time_secs > came_secs + TRY_SECS {
                left.pop();
                (self.pressed, self.came_secs) = (false, None);
            }
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
