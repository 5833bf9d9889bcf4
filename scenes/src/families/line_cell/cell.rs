//! What the cell is made of. Parcels go along +x; bins stand in front (-y) and at the end.

use super::belts::Belts;
use crate::draw::Draw;
use crate::looks;
use terrella_sim::glam::Vec3;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Combine, FaultKind, Freedom, Joint, Mechanism, World};

/// Height of the last belt, m.
pub(super) const TOP_M: f32 = 0.5;
/// Half of the belts' width, m.
pub(super) const HALF_WIDTH_M: f32 = 0.17;
/// Where one belt does it all, no gap grows from belt to belt: parcels lie so much farther apart.
const APART_ON_ONE: f32 = 1.8;
/// Where the photo-eyes look across, m.
pub(super) const EYE_IN_M: f32 = -0.03;
const EYE_DIVERTER_M: f32 = 0.42;
/// Middle of the pusher, m, and its stroke.
pub(super) const PUSHER_M: f32 = 0.20;
pub(super) const STROKE_M: f32 = 0.36;
/// The diverter's pivot, m, its length, and its angle when it turns parcels aside.
const PIVOT_M: [f32; 2] = [0.50, 0.20];
const PADDLE_M: f32 = 0.46;
pub(super) const ASIDE_RAD: f32 = -0.8;
/// Below this a parcel has left the belts, m.
const FALLEN_M: f32 = TOP_M - 0.12;

/// Where a parcel belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bin {
    End,
    Diverter,
    Pusher,
}

impl Bin {
    pub(super) const ALL: [Bin; 3] = [Bin::End, Bin::Diverter, Bin::Pusher];

    fn class(self) -> &'static str {
        match self {
            Bin::End => "bin_end",
            Bin::Diverter => "bin_diverter",
            Bin::Pusher => "bin_pusher",
        }
    }

    /// The scale below it.
    pub(super) fn scale(self) -> &'static str {
        match self {
            Bin::End => "scale_end",
            Bin::Diverter => "scale_diverter",
            Bin::Pusher => "scale_pusher",
        }
    }

    fn color(self) -> [f32; 3] {
        match self {
            Bin::End => looks::PALETTE[0],
            Bin::Diverter => looks::PALETTE[1],
            Bin::Pusher => looks::PALETTE[3],
        }
    }

    /// Middle and half extents from above, m.
    fn place(self) -> ([f32; 2], [f32; 2]) {
        match self {
            Bin::End => ([1.56, 0.0], [0.28, 0.27]),
            Bin::Diverter => ([0.95, -0.48], [0.30, 0.27]),
            Bin::Pusher => ([PUSHER_M, -0.48], [0.28, 0.27]),
        }
    }
}

/// None on the belts; then the bin in which it lies, if any.
pub(super) fn lies_in(place: Vec3) -> Option<Option<Bin>> {
    if place.z > FALLEN_M {
        return None;
    }
    let inside = |bin: &Bin| {
        let (middle, half) = bin.place();
        (place.x - middle[0]).abs() < half[0] && (place.y - middle[1]).abs() < half[1]
    };
    Some(Bin::ALL.into_iter().find(inside))
}

/// The parcels of a plan, in the order in which they come: body and bin.
pub(super) fn parcels(plan: &WorldPlan) -> Vec<(usize, Bin)> {
    let bodies = plan.world.bodies.values().enumerate();
    bodies
        .filter(|(_, body)| body.class == "parcel")
        .map(|(index, body)| {
            let own = |bin: &Bin| body.paint.color == bin.color();
            let bin = Bin::ALL.into_iter().find(own);
            (index, bin.expect("a parcel has a bin's colour"))
        })
        .collect()
}

/// The drawn numbers.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// Half extents of each parcel, m.
    sizes: Vec<[f32; 3]>,
    masses: Vec<f32>,
    /// Factor of each on the friction of belts.
    frictions: Vec<f32>,
    bins: Vec<Bin>,
    /// Sideways place (m) and yaw (degrees) of each.
    askew: Vec<[f32; 2]>,
    spacing: f32,
    pub(super) belts: Belts,
}

impl Drawn {
    pub(super) fn draw(draw: &mut Draw<'_>) -> Drawn {
        let count = draw.count("parcel_count");
        let turns = draw.word("line_layout") == "turntable";
        let mut belt_count = draw.count("belt_count");
        if turns && belt_count < 2 {
            belt_count = 2;
            draw.count_came_to("belt_count", belt_count);
        }
        let belts = Belts {
            count: belt_count,
            turns,
            friction: draw.real("belt_friction"),
            drag: draw.real("belt_drag_n"),
            force: draw.real("drive_force_n"),
        };
        let wider = if belts.count == 1 { APART_ON_ONE } else { 1.0 };
        let widths = draw.reals("parcel_size_m", count);
        let heights = draw.reals("parcel_height_m", count);
        let mut layout = draw.rng("layout");
        // The first two are never of one kind, and one of them wants a hand.
        let mut bins: Vec<Bin> = (0..count).map(|_| Bin::ALL[layout.below(3)]).collect();
        while bins[0] == bins[1] {
            bins[1] = Bin::ALL[layout.below(3)];
        }
        let askew = (0..count)
            .map(|_| [layout.uniform_f32(-0.02, 0.02), layout.uniform_f32(-6.0, 6.0)])
            .collect();
        Drawn {
            sizes: widths
                .iter()
                .zip(&heights)
                .map(|(half, height)| [*half, *half, *height])
                .collect(),
            masses: draw.reals("parcel_mass_kg", count),
            frictions: draw.reals("parcel_friction", count),
            bins,
            askew,
            spacing: wider * draw.real("parcel_spacing_m"),
            belts,
        }
    }

    /// The severity from which the cell cannot do its work; `sorts` where it is the belt on which parcels are sorted, which has no rails.
    pub(super) fn fails_at(&self, kind: FaultKind, sorts: bool) -> Option<f32> {
        match kind {
            // What is left of the force just moves the empty belt.
            FaultKind::Weak | FaultKind::Drag => Some(1.0 - self.belts.drag / self.belts.force),
            FaultKind::Slip => Some(0.9),
            FaultKind::Stuck | FaultKind::Jam => Some(0.5),
            // A parcel in the middle goes over the edge before the end.
            FaultKind::Skew if sorts => Some(0.4),
            FaultKind::Drift | FaultKind::Dropout | FaultKind::Skew => None,
        }
    }

    pub(super) fn add_to(&self, world: &mut World<f32>) {
        self.belts.add_to(world);
        for bin in Bin::ALL {
            world.bodies.insert(bin.class().into(), bin_body(bin));
            world.mechanisms.insert(bin.scale().into(), bin_scale(bin));
        }
        add_pusher(world);
        add_diverter(world);
        for (name, x) in [("eye_in", EYE_IN_M), ("eye_diverter", EYE_DIVERTER_M)] {
            let end = |y: f32| [x, y, TOP_M + 0.04];
            let eye = Mechanism::PhotoEye {
                from_m: end(-HALF_WIDTH_M),
                to_m: end(HALF_WIDTH_M),
                sees: (0..self.bins.len())
                    .map(|index| format!("parcel_{index}"))
                    .collect(),
            };
            world.mechanisms.insert(name.into(), eye);
            let shape = Shape::Box {
                half_extents_m: [0.02, 0.02, 0.04],
            };
            let post = Body::new("eye", shape)
                .fixed()
                .at([x, HALF_WIDTH_M + 0.05, TOP_M + 0.04])
                .untouchable()
                .painted(Paint::plain([0.15, 0.75, 0.35]));
            world.bodies.insert(name.into(), post);
        }
        let first = self.belts.first_m(self.bins.len(), self.spacing);
        for index in 0..self.bins.len() {
            let half_extents_m = self.sizes[index];
            let [aside, yaw] = self.askew[index];
            let x = first - self.spacing * index as f32;
            let top = self.belts.height_m(x - 1.1 * half_extents_m[0]);
            let ([x, y], turned) = self.belts.place(x, aside);
            let mut parcel = Body::new("parcel", Shape::Box { half_extents_m })
                .at([x, y, top + half_extents_m[2] + 0.001])
                .painted(Paint::plain(self.bins[index].color()));
            parcel.rotation = Rotation::RpyDeg([0.0, 0.0, turned + yaw]);
            parcel.material.mass_kg = Some(self.masses[index]);
            // Where two rules differ, the geometric mean wins over the product, and that over the smaller: a parcel that kept
            // the default would feel the root of what belts and slippery things say.
            parcel.material.friction = self.frictions[index];
            parcel.material.friction_combine = Combine::Min;
            world.bodies.insert(format!("parcel_{index}"), parcel);
        }
    }
}

/// A box that stands still.
pub(super) fn fixed_box(class: &str, half_extents_m: [f32; 3]) -> Body<f32> {
    Body::new(class, Shape::Box { half_extents_m }).fixed()
}

/// What slides along it is not held.
pub(super) fn slippery(mut body: Body<f32>) -> Body<f32> {
    body.material.friction = 0.02;
    body.material.friction_combine = Combine::Min;
    body
}

/// An open box.
fn bin_body(bin: Bin) -> Body<f32> {
    let ([x, y], [a, b]) = bin.place();
    let (thick, height) = (0.012, 0.13);
    let wall = |half: [f32; 2], at: [f32; 2]| {
        let half_extents_m = [half[0], half[1], height];
        Part::new(Shape::Box { half_extents_m }, [at[0], at[1], height])
    };
    let floor = Shape::Box {
        half_extents_m: [a, b, thick],
    };
    let parts = vec![
        Part::new(floor, [0.0, 0.0, thick]),
        wall([a, thick], [0.0, b]),
        wall([a, thick], [0.0, -b]),
        wall([thick, b], [a, 0.0]),
        wall([thick, b], [-a, 0.0]),
    ];
    Body::new("bin", Shape::Compound { parts })
        .fixed()
        .at([x, y, 0.0])
        .painted(Paint::plain(bin.color().map(|part| 0.8 * part)))
}

/// The scale below a bin tells the mass of the parcels in it.
fn bin_scale(bin: Bin) -> Mechanism<f32> {
    let (_, [a, b]) = bin.place();
    Mechanism::Weigher {
        class: "parcel".into(),
        body: bin.class().into(),
        low_m: [-a, -b, 0.0],
        high_m: [a, b, FALLEN_M],
    }
}

fn joint(
    child: &str,
    anchor_parent_m: [f32; 3],
    anchor_child_m: [f32; 3],
    freedom: Freedom<f32>,
) -> Joint<f32> {
    Joint {
        parent: "world".into(),
        child: child.into(),
        anchor_parent_m,
        anchor_child_m,
        freedom,
        motor: None,
        contacts: false,
        reduced: true,
        damping: 0.0,
    }
}

/// A plate behind the belt that comes forward across it.
fn add_pusher(world: &mut World<f32>) {
    let at = [PUSHER_M, HALF_WIDTH_M + 0.05, TOP_M + 0.06];
    let part = |half_extents_m, y| Part::new(Shape::Box { half_extents_m }, [0.0, y, 0.0]);
    let parts = vec![part([0.11, 0.012, 0.05], 0.0), part([0.02, 0.15, 0.02], 0.16)];
    let mut plate = slippery(Body::new("pusher", Shape::Compound { parts }))
        .at(at)
        .painted(Paint::plain(looks::PALETTE[5]));
    plate.material.mass_kg = Some(1.5);
    world.bodies.insert("pusher".into(), plate);
    let slider = Freedom::Slider {
        axis: [0.0, -1.0, 0.0],
        limits_m: Some([0.0, STROKE_M]),
    };
    world
        .joints
        .insert("pusher".into(), joint("pusher", at, [0.0; 3], slider));
    let positioner = Mechanism::Positioner {
        joint: "pusher".into(),
        limits: [0.0, STROKE_M],
        max_velocity: 0.8,
        max_force: 90.0,
    };
    world.mechanisms.insert("pusher".into(), positioner);
}

/// A paddle that lies along the belt's back edge and swings across it.
fn add_diverter(world: &mut World<f32>) {
    let half = 0.5 * PADDLE_M;
    let at = [PIVOT_M[0] + half, PIVOT_M[1], TOP_M + 0.065];
    let shape = Shape::Box {
        half_extents_m: [half, 0.01, 0.055],
    };
    let mut paddle = slippery(Body::new("diverter", shape))
        .at(at)
        .painted(Paint::plain(looks::PALETTE[4]));
    paddle.material.mass_kg = Some(1.0);
    world.bodies.insert("diverter".into(), paddle);
    let hinge = Freedom::Hinge {
        axis: [0.0, 0.0, 1.0],
        limits_rad: None,
    };
    let pivot = [PIVOT_M[0], PIVOT_M[1], at[2]];
    world.joints.insert(
        "diverter".into(),
        joint("diverter", pivot, [-half, 0.0, 0.0], hinge),
    );
    let positioner = Mechanism::Positioner {
        joint: "diverter".into(),
        limits: [ASIDE_RAD, 0.0],
        max_velocity: 4.0,
        max_force: 30.0,
    };
    world.mechanisms.insert("diverter".into(), positioner);
}
