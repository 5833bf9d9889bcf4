//! Shapes and how they are painted. Lengths in metres, the axis of a capsule, cylinder or cone is local Z.

use crate::world::{Number, zero};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The shape of a body, in its own frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub enum Shape<N> {
    /// A sphere about the origin.
    Ball {
        /// Radius, m.
        #[schemars(extend("minimum" = 1e-6, "maximum" = 1e6))]
        radius_m: N,
    },
    /// An ellipsoid about the origin.
    Ellipsoid {
        /// Half of its axes along x, y and z, m.
        radii_m: [N; 3],
    },
    /// A box about the origin.
    Box {
        /// Half of its edges along x, y and z, m.
        half_extents_m: [N; 3],
    },
    /// A cylinder along Z with a half sphere on each end.
    Capsule {
        /// Radius, m.
        #[schemars(extend("minimum" = 1e-6, "maximum" = 1e6))]
        radius_m: N,
        /// Half of the length of the cylindrical part, m.
        #[schemars(extend("minimum" = 1e-6, "maximum" = 1e6))]
        half_height_m: N,
    },
    /// A cylinder along Z about the origin.
    Cylinder {
        /// Radius, m.
        #[schemars(extend("minimum" = 1e-6, "maximum" = 1e6))]
        radius_m: N,
        /// Half of its height, m.
        #[schemars(extend("minimum" = 1e-6, "maximum" = 1e6))]
        half_height_m: N,
    },
    /// A cone about the origin with its apex at +Z.
    Cone {
        /// Radius of its base, m.
        #[schemars(extend("minimum" = 1e-6, "maximum" = 1e6))]
        radius_m: N,
        /// Half of its height, m.
        #[schemars(extend("minimum" = 1e-6, "maximum" = 1e6))]
        half_height_m: N,
    },
    /// Everything below the local plane z = 0: an endless floor. Fixed bodies only.
    HalfSpace {},
    /// The convex hull of points.
    Hull {
        /// At least four points that are not in one plane, m.
        points_m: Vec<[N; 3]>,
    },
    /// A triangle mesh. A closed one with outward normals where the body is dynamic.
    Mesh {
        /// Corners, m.
        vertices_m: Vec<[N; 3]>,
        /// Three indices into `vertices_m` for each triangle, counter-clockwise seen from outside.
        triangles: Vec<[u32; 3]>,
        /// Where an image lies on each triangle: at its three corners, 0, 0 being the image's lower left and 1, 1 its upper
        /// right. None: the image lies on the mesh as on any other shape.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        uvs: Vec<[[f32; 2]; 3]>,
    },
    /// A mesh, or the convex hull of its corners, from an OBJ or STL file. It becomes a `mesh` or a `hull` when the scene
    /// is read, so that a run needs no other files.
    MeshFile {
        /// The file, ending in .obj or .stl, seen from the scene file's folder and inside of it.
        path: String,
        /// Factor on its coordinates: 0.001 where they are in millimetres.
        #[serde(default = "one")]
        scale: f32,
        /// True: the convex hull of its corners, which is faster and may move.
        #[serde(default)]
        hull: bool,
    },
    /// Heights on a regular grid about the origin, in rows along +y, each row along +x.
    HeightField {
        /// Extent along x and y, m.
        size_m: [N; 2],
        /// Number of samples along x; at least 2. The number of rows follows from `heights_m`.
        columns: u32,
        /// Heights along z, row by row, m.
        heights_m: Vec<N>,
    },
    /// Several shapes in one body.
    Compound {
        /// The parts; a compound inside a compound is refused.
        parts: Vec<Part<N>>,
    },
}

impl<N> Shape<N> {
    /// True where it is an ellipsoid or has one in it.
    pub fn has_ellipsoid(&self) -> bool {
        match self {
            Shape::Ellipsoid { .. } => true,
            Shape::Compound { parts } => parts.iter().any(|part| part.shape.has_ellipsoid()),
            _ => false,
        }
    }
}

/// A shape within a compound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Part<N> {
    /// Its shape.
    pub shape: Shape<N>,
    /// Its origin in the body's frame, m.
    #[serde(default = "zeros::<N, 3>")]
    pub position_m: [N; 3],
    /// Its orientation in the body's frame.
    #[serde(default)]
    pub rotation: Rotation<N>,
    /// False: in no picture, as a pane of clean glass.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub visible: bool,
}

impl<N: Number> Part<N> {
    /// A part at this place, not turned.
    pub fn new(shape: Shape<N>, position_m: [N; 3]) -> Self {
        Part {
            shape,
            position_m,
            rotation: Rotation::default(),
            visible: true,
        }
    }
}

/// An orientation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub enum Rotation<N> {
    /// Roll, pitch and yaw about the fixed axes x, y and z, in this order, degrees.
    RpyDeg([N; 3]),
    /// A unit quaternion x, y, z, w.
    Xyzw([N; 4]),
}

impl<N: Number> Default for Rotation<N> {
    fn default() -> Self {
        Rotation::RpyDeg(zeros())
    }
}

impl Rotation<f32> {
    /// The unit quaternion x, y, z, w. A zero quaternion is the identity.
    pub fn quaternion_xyzw(&self) -> [f32; 4] {
        match self {
            Rotation::Xyzw(q) => {
                let norm = (q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]).sqrt();
                if norm > 0.0 {
                    q.map(|part| part / norm)
                } else {
                    [0.0, 0.0, 0.0, 1.0]
                }
            }
            Rotation::RpyDeg(degrees) => {
                let half = degrees.map(|angle| angle * (std::f32::consts::PI / 360.0));
                let (sr, cr) = (libm::sinf(half[0]), libm::cosf(half[0]));
                let (sp, cp) = (libm::sinf(half[1]), libm::cosf(half[1]));
                let (sy, cy) = (libm::sinf(half[2]), libm::cosf(half[2]));
                [
                    sr * cp * cy - cr * sp * sy,
                    cr * sp * cy + sr * cp * sy,
                    cr * cp * sy - sr * sp * cy,
                    cr * cp * cy + sr * sp * sy,
                ]
            }
        }
    }
}

/// How a surface is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// One colour.
    #[default]
    Plain,
    /// Cubes of two colours alternating along the body's own x, y and z.
    Checker,
    /// Slabs of two colours alternating along the body's own x.
    Stripes,
    /// Clouds between two colours, in the body's own space: three octaves of value noise, the widest as wide as a
    /// field.
    Noise,
}

/// What a body looks like. Colours are sRGB in 0..1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Paint<N> {
    /// Main colour.
    #[serde(default = "grey::<N>")]
    pub color: [N; 3],
    /// Second colour of a pattern.
    #[serde(default = "dark::<N>")]
    pub second_color: [N; 3],
    /// The pattern.
    #[serde(default)]
    pub pattern: Pattern,
    /// Width of one field of the pattern, m.
    #[serde(default = "pattern_size::<N>")]
    pub pattern_size_m: N,
    /// Images, by their names in the world, of which one stands in place of the colours: laid along the body's own axes over
    /// the faces of any shape, `pattern_size_m` wide, again and again; on meshes with texture coordinates by those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// Which of `images`: 0..1, spread evenly over them.
    #[serde(default = "zero::<N>", skip_serializing_if = "is_zero")]
    pub image_pick: N,
    /// Strength of highlights (Blinn and Phong), 0..1; 0: a dull surface.
    #[serde(default = "zero::<N>", skip_serializing_if = "is_zero")]
    pub specular: N,
    /// How small highlights are: the exponent, 1..1024, rounded to a whole number.
    #[serde(default = "shininess::<N>", skip_serializing_if = "is_shininess")]
    pub shininess: N,
    /// Meshes and height fields: true: light sees them bent, by normals that go over from corner to corner, each the mean of
    /// those of the triangles that meet there. Their outline and the output of normals stay flat.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub smooth: bool,
    /// False: in no picture.
    #[serde(default = "yes")]
    pub visible: bool,
}

impl<N: Number> Default for Paint<N> {
    fn default() -> Self {
        Paint {
            color: grey(),
            second_color: dark(),
            pattern: Pattern::Plain,
            pattern_size_m: pattern_size(),
            images: Vec::new(),
            image_pick: zero(),
            specular: zero(),
            shininess: shininess(),
            smooth: false,
            visible: true,
        }
    }
}

impl Paint<f32> {
    /// One colour.
    pub fn plain(color: [f32; 3]) -> Self {
        Paint {
            color,
            ..Paint::default()
        }
    }

    /// Two colours in fields of `size_m`.
    pub fn checker(color: [f32; 3], second_color: [f32; 3], size_m: f32) -> Self {
        Paint {
            color,
            second_color,
            pattern: Pattern::Checker,
            pattern_size_m: size_m,
            ..Paint::default()
        }
    }
}

pub(crate) fn zeros<N: Number, const K: usize>() -> [N; K] {
    std::array::from_fn(|_| N::fixed(0.0))
}

pub(crate) fn yes() -> bool {
    true
}

fn one() -> f32 {
    1.0
}

fn grey<N: Number>() -> [N; 3] {
    std::array::from_fn(|_| N::fixed(0.7))
}

fn dark<N: Number>() -> [N; 3] {
    std::array::from_fn(|_| N::fixed(0.3))
}

fn pattern_size<N: Number>() -> N {
    N::fixed(0.5)
}

fn shininess<N: Number>() -> N {
    N::fixed(32.0)
}

pub(crate) fn is_zero<N: Number>(value: &N) -> bool {
    *value == zero()
}

fn is_shininess<N: Number>(value: &N) -> bool {
    *value == shininess()
}
