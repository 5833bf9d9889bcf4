//! Play: through the door and back, to random places of the room one is in, to any of the buttons, in any order.

use super::expert::{Expert, Wish};
use crate::play::Subgoals;
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Share of the subgoals that lead through the door, and that are a button where there are any.
const PASSES: f64 = 0.5;
const PRESSES: f64 = 0.4;
/// Places are drawn so far to either side of the door, and so far from it, m.
const ASIDE_M: f32 = 0.9;
const AWAY_M: [f32; 2] = [0.5, 1.5];
/// It is through when it is this far beyond a door, and at a place within this, m.
const BEYOND_M: f32 = 0.6;
const THERE_M: f32 = 0.15;

/// What it is about, in the layout's frame.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Errand {
    Through,
    Back,
    Stand(Vec2),
    Press(Vec2),
}

/// Errands, and who does them.
#[derive(Clone, Debug)]
pub(super) struct Errands {
    expert: Expert,
    errand: Errand,
    pressed: bool,
}

impl Errands {
    pub(super) fn new(expert: Expert) -> Self {
        Errands {
            expert,
            errand: Errand::Through,
            pressed: false,
        }
    }
}

impl Subgoals for Errands {
    const PATIENCE_SECS: f32 = 6.0;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        let here = self.expert.look(view).here;
        let (last_y, door_x) = self.expert.doors();
        let beyond = here.y > 0.0;
        let aside = door_x + rng.uniform_f32(-ASIDE_M, ASIDE_M);
        let away = rng.uniform_f32(AWAY_M[0], AWAY_M[1]);
        let stand = Vec2::new(aside, if beyond { last_y + away } else { -away });
        let posts = self.expert.posts().iter().copied();
        let posts: Vec<Vec2> = posts.filter(|post| (post.y > 0.0) == beyond).collect();
        let (passes, presses) = (rng.chance(PASSES), rng.chance(PRESSES));
        self.errand = if passes && (!beyond || here.y < last_y) {
            Errand::Through
        } else if passes {
            Errand::Back
        } else if presses && !posts.is_empty() {
            Errand::Press(posts[rng.below(posts.len())])
        } else {
            Errand::Stand(stand)
        };
        self.pressed = false;
        true
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        let here = self.expert.look(view).here;
        match self.errand {
            Errand::Through => here.y > self.expert.doors().0 + BEYOND_M,
            Errand::Back => here.y < -BEYOND_M,
            Errand::Stand(place) => here.distance(place) < THERE_M,
            Errand::Press(_) => self.pressed,
        }
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let sight = self.expert.look(view);
        let here = sight.here;
        let wish = match self.errand {
            Errand::Through => {
                self.expert.act(view, rng, action);
                return;
            }
            Errand::Back => {
                let x = self.expert.lane_x();
                let before = Vec2::new(x, self.expert.doors().0 + BEYOND_M);
                let aligned = (here.x - x).abs() < 0.1 || here.y < 0.3;
                Wish {
                    to: if aligned { Vec2::new(x, -1.0) } else { before },
                    face: Vec2::NEG_Y,
                    interact: aligned,
                }
            }
            Errand::Stand(place) => Wish {
                to: place,
                face: place - here,
                interact: false,
            },
            Errand::Press(post) => self.expert.press_at(&sight, post),
        };
        self.expert.walk(view, &sight, &wish, action);
        self.pressed |= matches!(self.errand, Errand::Press(_)) && action[3] > 0.5;
    }
}
