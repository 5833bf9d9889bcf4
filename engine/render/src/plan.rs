//! What a kernel draws: plain numbers in the camera's frame, made once for each view.
//!
//! The ray of a pixel is d = (x, y, 1); the point t d is seen with inverse depth w = 1/t. A `Line` is a function of
//! the ray, `Line[0] x + Line[1] y + Line[2]`; a `Line4` is one of ray and inverse depth, with `Line4[3] w` added: it
//! is w times a linear function of the point d / w.
//!
//! **Invariant:** all structures are `repr(C)` and hold nothing but f32, i32 and u32: another processor can be given
//! the same bytes and repeat the same mathematics.

/// A linear function of the ray (x, y, 1).
pub(crate) type Line = [f32; 3];
/// A linear function of the ray and the inverse depth: (x, y, 1, w).
pub(crate) type Line4 = [f32; 4];

/// No limit, as an inverse depth.
pub(crate) const ENDLESS: f32 = 1e30;
/// Tag of the sky.
pub(crate) const SKY: u32 = 0;
/// Bit of a tag that says: in a shadow.
pub(crate) const SHADED: u32 = 1 << 31;

/// Pixels: columns x0..x1 and rows y0..y1.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rect {
    pub(crate) x0: i32,
    pub(crate) x1: i32,
    pub(crate) y0: i32,
    pub(crate) y1: i32,
}

impl Rect {
    /// Every pixel of any picture.
    pub(crate) const EVERYWHERE: Rect = Rect {
        x0: 0,
        x1: i32::MAX,
        y0: 0,
        y1: i32::MAX,
    };
}

/// What all that is drawn has.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Label {
    /// Pixels that it can cover.
    pub(crate) rect: Rect,
    /// Index of the body plus one in the lower 16 bits; which of the body's parts it is in the next 15.
    pub(crate) tag: u32,
    /// sRGB bytes: red lowest.
    pub(crate) color: u32,
}

/// A function of the ray of second degree, with u = x - at[0] and v = y - at[1]:
/// `uu u u + uv u v + vv v v + u u + v v + one`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Square {
    pub(crate) at: [f32; 2],
    pub(crate) uu: f32,
    pub(crate) uv: f32,
    pub(crate) vv: f32,
    pub(crate) u: f32,
    pub(crate) v: f32,
    pub(crate) one: f32,
}

/// A ball: w = middle + sqrt(square).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ball {
    pub(crate) label: Label,
    pub(crate) middle: Line,
    pub(crate) square: Square,
    /// The normal's part along the sun is `sun z + sun_one`.
    pub(crate) sun: Line,
    pub(crate) sun_one: f32,
}

/// An ellipsoid: w = middle + sqrt(square).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ellipsoid {
    pub(crate) label: Label,
    pub(crate) middle: Line,
    pub(crate) square: Square,
    /// Half of the gradient of the shape's equation, times w.
    pub(crate) gradient: [Line4; 3],
    /// Its part along the sun.
    pub(crate) sun: Line4,
}

/// The camera is outside of the endless double cone or cylinder: w from middle - root to middle + root is inside.
pub(crate) const OUTSIDE: u32 = 0;
/// The camera is in it, in the half that is drawn: w from middle + root on is inside.
pub(crate) const WITHIN: u32 = 1;
/// The camera is in the other half of the double cone: w up to middle - root is inside.
pub(crate) const OPPOSITE: u32 = 2;

/// An endless cylinder or double cone between two planes. Face 0 is its side.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tube {
    pub(crate) label: Label,
    /// [`OUTSIDE`], [`WITHIN`] or [`OPPOSITE`].
    pub(crate) mode: u32,
    pub(crate) middle: Line,
    /// The square of the root.
    pub(crate) square: Square,
    /// Upper bound of w by the plane that the camera is outside of, and its face.
    pub(crate) front: Line,
    pub(crate) front_face: u32,
    /// Its normal's part along the sun.
    pub(crate) front_sun: f32,
    /// Lower bounds of w by planes that the camera is inside of.
    pub(crate) backs: [Line; 2],
    /// The side's normal's part along the sun. Cylinder: `sun z` (`sun[3]` is 0) + `sun_one`; cone: `sun` as a
    /// function of ray and w, divided by `sun_by`, + `sun_one`.
    pub(crate) sun: Line4,
    pub(crate) sun_by: Line4,
    pub(crate) sun_one: f32,
}

/// A plane of a convex solid.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Side {
    /// Inverse depth of the plane.
    pub(crate) w: Line,
    pub(crate) face: u32,
    /// Its normal's part along the sun.
    pub(crate) sun: f32,
}

/// A box: inverse depths of planes that the camera is outside of bound w from above, the others from below.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Brick {
    pub(crate) label: Label,
    /// First those that the camera is outside of.
    pub(crate) sides: [Side; 6],
    /// How many these are: 1 to 3.
    pub(crate) fronts: u32,
}

/// A convex hull: the same with any number of planes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hull {
    pub(crate) label: Label,
    /// Where its planes begin in [`Plan::sides`]: first those that the camera is outside of.
    pub(crate) first: u32,
    pub(crate) fronts: u32,
    pub(crate) backs: u32,
}

/// A triangle: drawn where no edge is below 0.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Triangle {
    pub(crate) label: Label,
    pub(crate) edges: [Line; 3],
    pub(crate) w: Line,
    pub(crate) face: u32,
    pub(crate) sun: f32,
}

/// Fields of a pattern along one axis of a plane: at the ray's point, `at z + at_one` periods of two fields.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wave {
    pub(crate) at: Line,
    pub(crate) at_one: f32,
    /// Half of what a pixel sees of it, in periods: (|by_y[0] y + by_y[1]| + |by_x[0] x + by_x[1]|) z z.
    pub(crate) by_y: [f32; 2],
    pub(crate) by_x: [f32; 2],
}

/// An endless floor that is seen from above.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Floor {
    pub(crate) label: Label,
    pub(crate) w: Line,
    /// Its normal's part along the sun.
    pub(crate) sun: f32,
    /// How many waves make its pattern: 0 plain, 1 stripes, 2 checker.
    pub(crate) waves: u32,
    pub(crate) wave: [Wave; 2],
    /// sRGB in 0..255: mean of the two colours, and half of their difference.
    pub(crate) mean: [f32; 3],
    pub(crate) half: [f32; 3],
}

/// A pattern in space on a body's faces: slabs of two colours along each of the first axes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pattern {
    /// Pixels that it can cover, and the tag of the part that has it.
    pub(crate) label: Label,
    /// Index of the part, for its normals.
    pub(crate) part: u32,
    /// How many axes: 1 stripes, 3 checker.
    pub(crate) axes: u32,
    /// Periods of two fields for each metre, and at the camera.
    pub(crate) axis: [[f32; 3]; 3],
    pub(crate) origin: [f32; 3],
    /// How deep below the surface it is looked up, m: a face on a border between fields is one colour.
    pub(crate) inset_m: f32,
    pub(crate) mean: [f32; 3],
    pub(crate) half: [f32; 3],
}

/// A ball's shadow: where across^2 + aside^2 < radius_squared w^2 and along < 0.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BallShadow {
    pub(crate) label: Label,
    /// The point as seen from the centre, along two directions across the sun's, times w.
    pub(crate) across: Line4,
    pub(crate) aside: Line4,
    /// And along the sun's.
    pub(crate) along: Line4,
    pub(crate) radius_squared: f32,
}

/// A capsule's shadow: the same about the nearest point of its axis.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CapsuleShadow {
    /// `across` is the direction of its axis as seen from the sun.
    pub(crate) ball: BallShadow,
    /// Half of its axis as seen from the sun, m.
    pub(crate) reach: f32,
    /// How far the axis goes along the sun for each metre across.
    pub(crate) tilt: f32,
}

/// A box's shadow: distances to the sun's crossing of three slabs, times w.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BrickShadow {
    pub(crate) label: Label,
    /// To the middle of each slab.
    pub(crate) middle: [Line4; 3],
    /// From there to its sides.
    pub(crate) half: [f32; 3],
}

/// A hull's shadow: distances to the sun's crossing of planes, times w.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct HullShadow {
    pub(crate) label: Label,
    /// Where they begin in [`Plan::crossings`]: first those that are crossed inwards.
    pub(crate) first: u32,
    pub(crate) entries: u32,
    pub(crate) exits: u32,
}

/// A cylinder's shadow. All are times w; `inverse` is 1 / a of a t^2 + 2 b t + c.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CylinderShadow {
    pub(crate) label: Label,
    /// b of the point.
    pub(crate) toward: Line4,
    /// How far aside of the axis the sun's ray passes.
    pub(crate) cross: Line4,
    /// Distance to the plane between its caps.
    pub(crate) middle: Line4,
    /// a times the square of the radius.
    pub(crate) limit: f32,
    pub(crate) inverse: f32,
    /// From the plane between to the caps.
    pub(crate) half: f32,
}

/// A cone's shadow, in the cone's frame with its apex at the origin.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ConeShadow {
    pub(crate) label: Label,
    /// The point times w.
    pub(crate) point: [Line4; 3],
    pub(crate) sun: [f32; 3],
    /// Radius gained for each metre below the apex.
    pub(crate) slope: f32,
    pub(crate) height: f32,
}

/// A mesh's shadow: rays through the tree of its triangles.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MeshShadow {
    pub(crate) label: Label,
    /// Index of the part.
    pub(crate) part: u32,
    /// The point times w, in the part's frame.
    pub(crate) point: [Line4; 3],
    pub(crate) sun: [f32; 3],
}

/// Light and sky.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Light {
    /// Light is `ambient + turned s + sun max(s, 0)`, with s the normal's part along the sun; the last is missing in
    /// a shadow.
    pub(crate) ambient: f32,
    pub(crate) turned: f32,
    pub(crate) sun: f32,
    /// Height of the ray.
    pub(crate) up: Line,
    /// sRGB in 0..255.
    pub(crate) horizon: [f32; 3],
    /// Zenith less horizon.
    pub(crate) rise: [f32; 3],
}

/// Rays from one direction.
pub(crate) const DIRECTIONAL: u32 = 0;
/// Rays from a point: light falls by the square of the distance.
pub(crate) const POINT: u32 = 1;
/// Rays from the camera, as strong at any distance.
pub(crate) const HEAD: u32 = 2;

/// A light beside the sun.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lamp {
    /// [`DIRECTIONAL`], [`POINT`] or [`HEAD`].
    pub(crate) kind: u32,
    /// Unit vector towards it, or where it is, m.
    pub(crate) at: [f32; 3],
    /// Light on a surface that faces it (of a point: 1 m away), red, green and blue, linear.
    pub(crate) light: [f32; 3],
    /// 1: the next of [`Plan::casts`] after those of the sun and of lamps before it says what is hidden from it.
    pub(crate) casts: u32,
}

pub(crate) const HIDES_AS_BALL: u32 = 0;
pub(crate) const HIDES_AS_BOX: u32 = 1;
pub(crate) const HIDES_AS_CYLINDER: u32 = 2;
pub(crate) const HIDES_AS_CAPSULE: u32 = 3;
pub(crate) const HIDES_AS_CONE: u32 = 4;
pub(crate) const HIDES_AS_HULL: u32 = 5;
pub(crate) const HIDES_AS_FLOOR: u32 = 6;
pub(crate) const HIDES_AS_MESH: u32 = 7;

/// A shape that hides a lamp which is a point.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hider {
    pub(crate) label: Label,
    /// [`HIDES_AS_BALL`] and so on.
    pub(crate) kind: u32,
    /// Index of the part.
    pub(crate) part: u32,
    /// From the camera's frame to the shape's.
    pub(crate) axis: [[f32; 3]; 3],
    pub(crate) origin: [f32; 3],
    /// Where the lamp is in the shape's frame.
    pub(crate) lamp: [f32; 3],
    /// Radii, half edges, or radius (of a cone its slope), nothing and half of the height (of a cone all of it).
    pub(crate) size: [f32; 3],
    /// Where its planes begin in [`Plan::hider_planes`], and how many these are.
    pub(crate) first: u32,
    pub(crate) count: u32,
}

/// Highlights of a body.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gloss {
    pub(crate) strength: f32,
    pub(crate) power: u32,
}

/// A turn about a slanted axis, row by row: between a body's axes and the lattice of its noise, and from each octave to
/// the next.
pub(crate) const TURN: [[f32; 3]; 3] = [
    [2.0 / 3.0, -1.0 / 3.0, 2.0 / 3.0],
    [2.0 / 3.0, 2.0 / 3.0, -1.0 / 3.0],
    [-1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0],
];

/// Clouds of two colours in a body's space.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Noise {
    /// Pixels that it can cover, and the tag of the part that has it.
    pub(crate) label: Label,
    /// Index of the part, for its normals.
    pub(crate) part: u32,
    /// Fields for each metre, and at the camera.
    pub(crate) axis: [[f32; 3]; 3],
    pub(crate) origin: [f32; 3],
    pub(crate) mean: [f32; 3],
    pub(crate) half: [f32; 3],
}

/// An image on a part.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cover {
    /// Pixels that it can cover, and the tag of the part that has it.
    pub(crate) label: Label,
    /// Index of the part, for its normals.
    pub(crate) part: u32,
    /// Which of the world's images.
    pub(crate) image: u32,
    /// Widths of the image for each metre along the body's axes, and at the camera.
    pub(crate) axis: [[f32; 3]; 3],
    pub(crate) origin: [f32; 3],
}

/// An image in place of the sky's colours.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Panorama {
    /// 1: there is one.
    pub(crate) on: u32,
    /// Which of the world's images.
    pub(crate) image: u32,
    /// The ray along the panorama's axes.
    pub(crate) axis: [Line; 3],
    /// How many of its texels are between two pixels in the middle of the picture.
    pub(crate) texels: f32,
}

/// What makes colours beyond sun, sky and plain paint.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Dress {
    /// 0: there is nothing of it.
    pub(crate) on: u32,
    /// 1: normals are wanted.
    pub(crate) normals: u32,
    /// Towards the sun.
    pub(crate) sun: [f32; 3],
    /// How many of [`Plan::casts`], from the first on, say what of the sun is hidden; 0: its shadows are hard ones.
    pub(crate) sun_casts: u32,
    /// Square of the distance at which half is fog, m^2; 0: floors have haze.
    pub(crate) fog_squared: f32,
}

/// All of a view.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) light: Light,
    pub(crate) dress: Dress,
    pub(crate) lamps: Vec<Lamp>,
    /// Of each body; empty: there are no highlights.
    pub(crate) glosses: Vec<Gloss>,
    pub(crate) noises: Vec<Noise>,
    pub(crate) covers: Vec<Cover>,
    pub(crate) panorama: Panorama,
    /// Plans of nothing but shadows: from points of a sun that is a disc, and from lamps.
    pub(crate) casts: Vec<Plan>,
    /// The floors that are seen from above; the first is drawn below everything else.
    pub(crate) floors: Vec<Floor>,
    pub(crate) balls: Vec<Ball>,
    pub(crate) ellipsoids: Vec<Ellipsoid>,
    pub(crate) cylinders: Vec<Tube>,
    pub(crate) cones: Vec<Tube>,
    pub(crate) bricks: Vec<Brick>,
    pub(crate) hulls: Vec<Hull>,
    pub(crate) sides: Vec<Side>,
    pub(crate) triangles: Vec<Triangle>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) ball_shadows: Vec<BallShadow>,
    pub(crate) capsule_shadows: Vec<CapsuleShadow>,
    pub(crate) brick_shadows: Vec<BrickShadow>,
    pub(crate) hull_shadows: Vec<HullShadow>,
    pub(crate) crossings: Vec<Line4>,
    pub(crate) cylinder_shadows: Vec<CylinderShadow>,
    pub(crate) cone_shadows: Vec<ConeShadow>,
    pub(crate) mesh_shadows: Vec<MeshShadow>,
    /// Tags of floors that the sun is behind: they hide it from everything else.
    pub(crate) night_shadows: Vec<Label>,
    /// What hides a lamp that is a point.
    pub(crate) hiders: Vec<Hider>,
    /// Normal and offset.
    pub(crate) hider_planes: Vec<[f32; 4]>,
}

impl Plan {
    pub(crate) fn clear(&mut self) {
        let Plan {
            light: _,
            dress,
            lamps,
            glosses,
            noises,
            covers,
            panorama,
            casts,
            floors,
            balls,
            ellipsoids,
            cylinders,
            cones,
            bricks,
            hulls,
            sides,
            triangles,
            patterns,
            ball_shadows,
            capsule_shadows,
            brick_shadows,
            hull_shadows,
            crossings,
            cylinder_shadows,
            cone_shadows,
            mesh_shadows,
            night_shadows,
            hiders,
            hider_planes,
        } = self;
        *dress = Dress::default();
        lamps.clear();
        glosses.clear();
        noises.clear();
        covers.clear();
        *panorama = Panorama::default();
        casts.clear();
        floors.clear();
        balls.clear();
        ellipsoids.clear();
        cylinders.clear();
        cones.clear();
        bricks.clear();
        hulls.clear();
        sides.clear();
        triangles.clear();
        patterns.clear();
        ball_shadows.clear();
        capsule_shadows.clear();
        brick_shadows.clear();
        hull_shadows.clear();
        crossings.clear();
        cylinder_shadows.clear();
        cone_shadows.clear();
        mesh_shadows.clear();
        night_shadows.clear();
        hiders.clear();
        hider_planes.clear();
    }
}
