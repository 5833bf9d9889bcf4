//! Gutters that lead a liquid down to cups. The lower end is an outlet, and so is every gap in the bed, which a sliding plate
//! closes. What runs on meets a dam behind each gap, and what goes through is led down by a spout. In place of the sliding plate
//! there may be a fixed one with a hole, and the bed may go down in terraces.

use super::vessel::HALF_WALL_M;
use crate::looks;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Mechanism, World};

/// Half of its width inside, and the height of its sides, m.
const HALF_WIDTH_M: f32 = 0.062;
const SIDE_M: f32 = 0.08;
/// Length of an outlet, m.
const OUTLET_M: f32 = 0.08;
/// From the highest outlet to the upper end, and where there are terraces, m.
const RUN_M: f32 = 0.17;
const TERRACED_RUN_M: f32 = 0.3;
/// The share of the bed's slope that its terraces have: level ones would keep a layer of particles each.
const TERRACE_SHARE: f32 = 0.2;
/// How far below the upper end is poured, m.
const POUR_M: f32 = 0.08;
/// How far the lowest spout reaches below the bed, and how high it ends over the rim, m.
const SPOUT_M: f32 = 0.045;
const CLEAR_M: f32 = 0.012;
/// What follows of its outlets' height over their cups each spout takes off.
const SPOUT_SHARE: f32 = 0.6;
/// How far beyond the middle of its cup an outlet ends, m: what comes has some speed.
const BEYOND_M: f32 = 0.03;
/// How far a plate slides to open, and how fast, m and m/s.
const TRAVEL_M: f32 = 0.1;
const SLIDE_MPS: f32 = 0.4;

/// The plates that close outlets, by the outlet less one. There are as many in every world; those that close nothing cannot
/// be seen.
pub(super) const GATES: [&str; 3] = ["gate_0", "gate_1", "gate_2"];

pub(super) struct Gutter {
    pub(super) slope: f32,
    /// Outlets, of which all but the lowest can be closed.
    pub(super) outlets: usize,
    /// From outlet to outlet, level, m.
    pub(super) pitch: f32,
    pub(super) dam: f32,
    /// Height of each terrace, m, where the bed is not even.
    pub(super) terrace: Option<f32>,
    /// Width of the hole in the plate that closes each outlet but the lowest, m, where plates do not slide.
    pub(super) hole: Option<f32>,
    /// The lowest cup: its middle and its rim's height, m.
    pub(super) cup: [f32; 2],
}

impl Gutter {
    /// Where the bed begins: x and z, m.
    fn end(&self) -> [f32; 2] {
        [self.cup[0] + BEYOND_M, self.cup[1] + CLEAR_M + SPOUT_M]
    }

    /// Where a point of the gutter is: so far up the bed and above it, m.
    fn place(&self, up: f32, above: f32) -> [f32; 2] {
        let (sine, cosine) = (libm::sinf(self.slope), libm::cosf(self.slope));
        let [x, z] = self.end();
        [x - up * cosine + above * sine, z + up * sine + above * cosine]
    }

    /// From the lower end up the bed to where an outlet begins, m.
    fn outlet(&self, index: usize) -> f32 {
        index as f32 * self.pitch / libm::cosf(self.slope)
    }

    /// From the lower end to the upper one, m.
    fn length(&self) -> f32 {
        let run = self.terrace.map_or(RUN_M, |_| TERRACED_RUN_M);
        self.outlet(self.outlets - 1) + OUTLET_M + run
    }

    /// Where is poured: x, and the height of what is met first, m.
    pub(super) fn over(&self) -> [f32; 2] {
        self.place(self.length() - POUR_M, SIDE_M)
    }

    /// Its parts; those in front come second.
    fn parts(&self) -> (Vec<Part<f32>>, Vec<Part<f32>>) {
        let (thick, top) = (2.0 * HALF_WALL_M, self.length());
        // From one place up the bed to another, so wide, from z to z.
        let block = |up: [f32; 2], y: [f32; 2], z: [f32; 2]| {
            let half = |[low, high]: [f32; 2]| 0.5 * (high - low);
            let middle = |[low, high]: [f32; 2]| 0.5 * (low + high);
            let half_extents_m = [half(up), half(y), half(z)];
            Part::new(Shape::Box { half_extents_m }, [-middle(up), middle(y), middle(z)])
        };
        let across = |half: f32| [-half, half];
        let mut seen = Vec::new();
        for outlet in 0..self.outlets {
            let low = self.outlet(outlet);
            let to = if outlet + 1 < self.outlets {
                self.outlet(outlet + 1)
            } else {
                top
            };
            let bed = [low + OUTLET_M, to];
            seen.push(block(bed, across(HALF_WIDTH_M + thick), [-thick, 0.0]));
            if outlet > 0 && self.dam > 0.0 {
                seen.push(block([low - thick, low], across(HALF_WIDTH_M), [0.0, self.dam]));
            }
            if let Some(width) = self.hole.filter(|_| outlet > 0) {
                for y in [[-HALF_WIDTH_M, -0.5 * width], [0.5 * width, HALF_WIDTH_M]] {
                    seen.push(block([low, low + OUTLET_M], y, [-thick, 0.0]));
                }
            }
            // The spout: its far side and, below, its flanks.
            let high = if outlet == 0 { SIDE_M } else { -thick };
            seen.push(block(
                [low - thick, low],
                across(HALF_WIDTH_M + thick),
                [-self.spout(outlet), high],
            ));
        }
        seen.push(block(
            [top, top + thick],
            across(HALF_WIDTH_M + thick),
            [-thick, SIDE_M],
        ));
        let side = |sign: f32| {
            let y = if sign > 0.0 {
                [HALF_WIDTH_M, HALF_WIDTH_M + thick]
            } else {
                [-HALF_WIDTH_M - thick, -HALF_WIDTH_M]
            };
            let mut parts = vec![block([-thick, top], y, [-thick, SIDE_M])];
            for outlet in 0..self.outlets {
                let low = self.outlet(outlet);
                parts.push(block(
                    [low - thick, low + OUTLET_M + thick],
                    y,
                    [-self.spout(outlet), -thick],
                ));
            }
            parts
        };
        seen.extend(side(1.0));
        seen.extend(self.terraces());
        (seen, side(-1.0))
    }

    /// Its terraces, from the upper end down to the highest outlet: each begins at the bed and ends so high above it.
    fn terraces(&self) -> Vec<Part<f32>> {
        let Some(height) = self.terrace else {
            return Vec::new();
        };
        // Between a terrace and the bed.
        let angle = (1.0 - TERRACE_SHARE) * self.slope;
        let (sine, cosine) = (libm::sinf(angle), libm::cosf(angle));
        let length = height / sine;
        let along = length * cosine;
        let (top, bottom) = (self.length(), self.outlet(self.outlets - 1) + OUTLET_M);
        let terrace = |index: usize| {
            let up = top - (index as f32 + 0.5) * along;
            let half_extents_m = [0.5 * length, HALF_WIDTH_M, 0.5 * height];
            // The middle of its upper side is half as high as its end, and its own middle as much below along its normal.
            let down = 0.5 * height;
            Part {
                rotation: Rotation::RpyDeg([0.0, -angle.to_degrees(), 0.0]),
                ..Part::new(
                    Shape::Box { half_extents_m },
                    [down * sine - up, 0.0, down * (1.0 - cosine)],
                )
            }
        };
        let count = ((top - bottom) / along) as usize;
        (0..count).map(terrace).collect()
    }

    /// How far a spout reaches below the bed, m.
    fn spout(&self, outlet: usize) -> f32 {
        SPOUT_M + SPOUT_SHARE * outlet as f32 * self.pitch * libm::tanf(self.slope)
    }

    /// Adds it, but for its plates.
    pub(super) fn add(&self, world: &mut World<f32>) {
        let [x, z] = self.end();
        let (seen, unseen) = self.parts();
        let placed = |parts: Vec<Part<f32>>| Body {
            rotation: Rotation::RpyDeg([0.0, self.slope.to_degrees(), 0.0]),
            ..Body::new("gutter", Shape::Compound { parts })
                .fixed()
                .at([x, 0.0, z])
        };
        let paint = Paint::plain(looks::WALL);
        world.bodies.insert("gutter".into(), placed(seen).painted(paint));
        let pane = placed(unseen).painted(super::hidden());
        world.bodies.insert("gutter_pane".into(), pane);
    }
}

/// Adds the plates of a gutter, if there is one: each opens and closes an outlet, those that are left nothing.
pub(super) fn add_gates(world: &mut World<f32>, gutter: Option<&Gutter>, is_open: [bool; 3]) {
    for (index, (name, is_open)) in GATES.into_iter().zip(is_open).enumerate() {
        let half_extents_m = [0.5 * OUTLET_M, HALF_WIDTH_M + HALF_WALL_M, HALF_WALL_M];
        let plate = Body::new("gate", Shape::Box { half_extents_m }).kinematic();
        let outlet = index + 1;
        let closes = gutter.filter(|gutter| outlet < gutter.outlets && gutter.hole.is_none());
        let ([x, z], plate) = match closes {
            Some(gutter) => {
                let up = gutter.outlet(outlet) + 0.5 * OUTLET_M;
                let turned = Body {
                    rotation: Rotation::RpyDeg([0.0, gutter.slope.to_degrees(), 0.0]),
                    ..plate.painted(Paint::plain(looks::PALETTE[2]))
                };
                (gutter.place(up, -HALF_WALL_M), turned)
            }
            None => ([0.0, -0.1], plate.untouchable().painted(super::hidden())),
        };
        let y = if is_open { TRAVEL_M } else { 0.0 };
        world.bodies.insert(name.into(), plate.at([x, y, z]));
        world.mechanisms.insert(
            name.into(),
            Mechanism::Gantry {
                body: name.into(),
                axes: "y".into(),
                max_speed_mps: SLIDE_MPS,
                max_acceleration_mps2: 4.0,
                low_m: [x, 0.0, z],
                high_m: [x, TRAVEL_M, z],
                delay_secs: None,
            },
        );
    }
}

/// The velocity that opens or closes a plate which is at `y`, m/s.
pub(super) fn slide(y: f32, opens: bool) -> f32 {
    let goal = if opens { TRAVEL_M } else { 0.0 };
    (5.0 * (goal - y)).clamp(-SLIDE_MPS, SLIDE_MPS)
}
