//! Equations of motion of the linkages, and the linear feedback that follows from them.
//!
//! The expert's own knowledge of the world: rigid links in a plane with viscous friction, integrated by the classical
//! Runge-Kutta method. A state is (q0, q1, v0, v1); angles are measured from hanging.

use crate::regulator;

/// q0, q1 and their velocities; rad or m, rad/s or m/s.
pub(super) type State = [f64; 4];

/// A rod with whatever is fixed to its end, hinged at its start.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Link {
    /// kg.
    pub(super) mass: f64,
    /// From the hinge to the centre of mass, m.
    pub(super) center: f64,
    /// About the centre of mass, kg m^2.
    pub(super) inertia: f64,
    /// From the hinge to the end, m.
    pub(super) length: f64,
}

impl Link {
    /// A box-shaped rod of this half width with a ball at its end; the ball may have no mass.
    pub(super) fn new(length: f32, half_width: f32, rod_mass: f32, ball_mass: f32, ball_radius: f32) -> Self {
        let [length, half_width] = [length, half_width].map(f64::from);
        Link::of(
            &[
                Piece::rod(length, half_width, f64::from(rod_mass), 0.0),
                Piece::ball(f64::from(ball_mass), f64::from(ball_radius), length),
            ],
            length,
        )
    }

    /// Pieces in a line.
    pub(super) fn of(pieces: &[Piece], length: f64) -> Self {
        let mass = pieces.iter().map(|piece| piece.mass).sum::<f64>();
        let moment = pieces.iter().map(|piece| piece.mass * piece.place).sum::<f64>();
        let center = moment / mass;
        let about = |piece: &Piece| {
            let apart = piece.place - center;
            piece.inertia + piece.mass * apart * apart
        };
        Link {
            mass,
            center,
            inertia: pieces.iter().map(about).sum(),
            length,
        }
    }

    /// Torque with which gravity pulls it down when it is level, N m.
    pub(super) fn weight_moment(&self, gravity: f64) -> f64 {
        self.mass * gravity * self.center
    }
}

/// A part of a link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    /// kg.
    mass: f64,
    /// From the hinge to its centre, m.
    place: f64,
    /// About its centre, kg m^2.
    inertia: f64,
}

impl Piece {
    /// A box-shaped rod of this half width that begins this far from the hinge.
    pub(super) fn rod(length: f64, half_width: f64, mass: f64, begins: f64) -> Self {
        Piece {
            mass,
            place: begins + 0.5 * length,
            inertia: mass / 3.0 * (half_width * half_width + 0.25 * length * length),
        }
    }

    /// A ball.
    pub(super) fn ball(mass: f64, radius: f64, place: f64) -> Self {
        Piece {
            mass,
            place,
            inertia: 0.4 * mass * radius * radius,
        }
    }
}

/// How the links hang together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Chain {
    /// One link on a fixed hinge: q0 is its angle, q1 is nothing.
    Arm(Link),
    /// A link on a cart: q0 is the cart's place, q1 the link's angle.
    Cart {
        /// kg.
        cart_mass: f64,
        /// The link.
        link: Link,
    },
    /// Two links: q0 is the first one's angle, q1 the second one's angle against the first.
    TwoLinks(Link, Link),
    /// Two links of which the second's end goes up and down below the first's hinge: q0 is the first one's angle, q1 is nothing.
    SliderCrank(Link, Link),
}

/// How the second link of a slider-crank follows the first.
struct Turn {
    /// The first one's angle and the second one's against it, rad.
    angles: [f64; 2],
    /// The second angle's first and second derivative by the first angle.
    slope: f64,
    curvature: f64,
}

impl Turn {
    fn of(first: &Link, second: &Link, q0: f64) -> Self {
        let share = first.length / second.length;
        let sine = -share * libm::sin(q0);
        let cosine = (1.0 - sine * sine).sqrt();
        // Of the second link's own angle, from hanging.
        let slope = -share * libm::cos(q0) / cosine;
        let curvature = (share * libm::sin(q0) + sine * slope * slope) / cosine;
        Turn {
            angles: [q0, libm::asin(sine) - q0],
            slope: slope - 1.0,
            curvature,
        }
    }

    fn state(&self, v0: f64) -> State {
        [self.angles[0], self.angles[1], v0, self.slope * v0]
    }
}

/// A linkage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Model {
    pub(super) chain: Chain,
    /// m/s^2.
    pub(super) gravity: f64,
    /// Viscous friction at q0 and q1, N m s/rad or N s/m.
    pub(super) friction: [f64; 2],
    /// The coordinate that is driven.
    pub(super) input: usize,
    /// Largest effort on it, N m or N.
    pub(super) limit: f64,
}

impl Model {
    /// The symmetric mass matrix (m00, m01, m11) and what acts against an acceleration without effort.
    pub(super) fn terms(&self, state: &State) -> ([f64; 3], [f64; 2]) {
        let [q0, q1, v0, v1] = *state;
        let rub = [self.friction[0] * v0, self.friction[1] * v1];
        match &self.chain {
            Chain::Arm(link) => {
                let inertia = link.inertia + link.mass * link.center * link.center;
                let pull = link.weight_moment(self.gravity) * libm::sin(q0);
                ([inertia, 0.0, 1.0], [pull + rub[0], v1])
            }
            Chain::Cart { cart_mass, link } => {
                let arm = link.mass * link.center;
                let (sine, cosine) = (libm::sin(q1), libm::cos(q1));
                let inertia = link.inertia + arm * link.center;
                let masses = [cart_mass + link.mass, arm * cosine, inertia];
                (
                    masses,
                    [rub[0] - arm * sine * v1 * v1, arm * self.gravity * sine + rub[1]],
                )
            }
            Chain::TwoLinks(first, second) => self.two_links(first, second, state),
            Chain::SliderCrank(first, second) => {
                let turn = Turn::of(first, second, q0);
                let ([m00, m01, m11], against) = self.two_links(first, second, &turn.state(v0));
                let slope = turn.slope;
                let mass = m00 + 2.0 * slope * m01 + slope * slope * m11;
                // The second link's angle gains speed with the first one's even where that has a constant one.
                let gain = (m01 + slope * m11) * turn.curvature * v0 * v0;
                ([mass, 0.0, 1.0], [against[0] + slope * against[1] + gain, v1])
            }
        }
    }

    /// The same of two links, the first on a fixed hinge.
    fn two_links(&self, first: &Link, second: &Link, state: &State) -> ([f64; 3], [f64; 2]) {
        let [q0, q1, v0, v1] = *state;
        let rub = [self.friction[0] * v0, self.friction[1] * v1];
        let (sine, cosine) = (libm::sin(q1), libm::cos(q1));
        let arm = second.mass * first.length * second.center;
        let m11 = second.inertia + second.mass * second.center * second.center;
        let m01 = m11 + arm * cosine;
        let m00 = first.inertia
            + first.mass * first.center * first.center
            + second.mass * first.length * first.length
            + m11
            + 2.0 * arm * cosine;
        let far = second.weight_moment(self.gravity) * libm::sin(q0 + q1);
        let near = first.weight_moment(self.gravity) + second.mass * self.gravity * first.length;
        let against = [
            near * libm::sin(q0) + far - arm * sine * (2.0 * v0 * v1 + v1 * v1) + rub[0],
            far + arm * sine * v0 * v0 + rub[1],
        ];
        ([m00, m01, m11], against)
    }

    /// Kinetic and potential energy, J; 0 where it hangs at rest.
    pub(super) fn energy(&self, state: &State) -> f64 {
        let ([m00, _, m11], _) = self.terms(state);
        let [q0, q1, v0, v1] = *state;
        let lift = |link: &Link, angle: f64| link.weight_moment(self.gravity) * (1.0 - libm::cos(angle));
        match &self.chain {
            Chain::Arm(link) => 0.5 * m00 * v0 * v0 + lift(link, q0),
            // Of the link alone, seen from the cart: what a swing-up fills.
            Chain::Cart { link, .. } => 0.5 * m11 * v1 * v1 + lift(link, q1),
            Chain::TwoLinks(first, second) => self.energy_of_two(first, second, state),
            Chain::SliderCrank(first, second) => {
                let turn = Turn::of(first, second, q0);
                self.energy_of_two(first, second, &turn.state(v0))
            }
        }
    }

    /// The same of two links, the first on a fixed hinge.
    fn energy_of_two(&self, first: &Link, second: &Link, state: &State) -> f64 {
        let ([m00, m01, m11], _) = self.two_links(first, second, state);
        let [q0, q1, v0, v1] = *state;
        let lift = |link: &Link, angle: f64| link.weight_moment(self.gravity) * (1.0 - libm::cos(angle));
        let carried = second.mass * self.gravity * first.length * (1.0 - libm::cos(q0));
        let moving = 0.5 * (m00 * v0 * v0 + 2.0 * m01 * v0 * v1 + m11 * v1 * v1);
        moving + lift(first, q0) + carried + lift(second, q0 + q1)
    }

    fn rate(&self, state: &State, effort: f64) -> State {
        let ([m00, m01, m11], mut force) = self.terms(state);
        force = force.map(|value| -value);
        force[self.input] += effort;
        let determinant = m00 * m11 - m01 * m01;
        let a0 = (m11 * force[0] - m01 * force[1]) / determinant;
        let a1 = (m00 * force[1] - m01 * force[0]) / determinant;
        [state[2], state[3], a0, a1]
    }

    /// The state after `secs` of a constant effort.
    pub(super) fn step(&self, state: &State, effort: f64, secs: f64) -> State {
        let along = |rate: &State, time: f64| -> State { std::array::from_fn(|i| state[i] + rate[i] * time) };
        let k1 = self.rate(state, effort);
        let k2 = self.rate(&along(&k1, 0.5 * secs), effort);
        let k3 = self.rate(&along(&k2, 0.5 * secs), effort);
        let k4 = self.rate(&along(&k3, secs), effort);
        std::array::from_fn(|i| state[i] + secs / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]))
    }

    /// True where q`index` is an angle.
    pub(super) fn turns(&self, index: usize) -> bool {
        !(matches!(self.chain, Chain::Cart { .. }) && index == 0)
    }

    /// How far a state is from another, angles the short way round.
    pub(super) fn difference(&self, state: &State, from: &State) -> State {
        let mut error: State = std::array::from_fn(|index| state[index] - from[index]);
        for (index, value) in error.iter_mut().enumerate().take(2) {
            if self.turns(index) {
                *value = wrap(*value);
            }
        }
        error
    }

    /// Gains of the linear-quadratic regulator about `goal` for commands held for `secs`: effort = -gains . error.
    /// `weights` are the costs of the squared errors against that of the squared effort over its limit.
    pub(super) fn regulator(&self, goal: &State, weights: &State, secs: f64) -> State {
        let small = 1e-5;
        let mut a = [[0.0f64; 4]; 4];
        for column in 0..4 {
            let ends = [small, -small].map(|change| {
                let mut state = *goal;
                state[column] += change;
                self.step(&state, 0.0, secs)
            });
            for row in 0..4 {
                a[row][column] = (ends[0][row] - ends[1][row]) / (2.0 * small);
            }
        }
        let ends = [small, -small].map(|effort| self.step(goal, effort, secs));
        let b: State = std::array::from_fn(|row| (ends[0][row] - ends[1][row]) / (2.0 * small));
        regulator::gains(&a, &b, weights, 1.0 / (self.limit * self.limit))
    }
}

/// The angle in -pi..pi.
pub(super) fn wrap(angle: f64) -> f64 {
    let turn = 2.0 * std::f64::consts::PI;
    angle - turn * (angle / turn).round()
}
