//! Cameras and lidars of a world: where they are, how they project, how often they look, and what their sensors do to
//! the picture.
//!
//! **Invariant:** any number that may differ between episodes is a [`Number`], so it can be a distribution and becomes a
//! factor. A camera that uses none of a newer field is written as it was before that field existed.

use crate::shape::{Rotation, zeros};
use crate::world::{Number, zero};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a camera can record, by the names that a run's `sensors` and a camera's `outputs` use.
pub const OUTPUTS: [&str; 9] = [
    "rgb",
    "depth",
    "segmentation",
    "classes",
    "normals",
    "flow",
    "amodal",
    "boxes",
    "points",
];

/// A camera. Its picture's x points right and y down; it looks along +z of its own frame (OpenCV).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Camera<N> {
    /// Where it is, m; in the frame of `mount` when there is one.
    pub position_m: [N; 3],
    /// The point it looks at, m; in the frame of `track` when there is one, else of `mount`, else of the world.
    pub look_at_m: [N; 3],
    /// Which way is up; in the frame of `mount` when there is one.
    #[serde(default = "up::<N>")]
    pub up: [N; 3],
    /// Vertical field of view without the distortion of a lens, degrees. Not used where `intrinsics` are given.
    #[serde(default = "fov::<N>")]
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 180))]
    pub fov_deg: N,
    /// The body it rides on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount: Option<String>,
    /// It stays upright while its mount pitches and rolls, and follows the mount's place and heading only: which way the mount's x
    /// axis points, seen from above. What is said to be in the frame of `mount` is then in that upright one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub level: bool,
    /// The body it keeps looking at, wherever the two go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<String>,
    /// How `position_m` goes round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orbit: Option<Orbit<N>>,
    /// Focal lengths and centre as a calibration gives them, in place of `fov_deg`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intrinsics: Option<Calibration<N>>,
    /// How its lens bends rays.
    #[serde(default = "pinhole::<N>", skip_serializing_if = "Lens::is_pinhole")]
    pub lens: Lens<N>,
    /// It takes a picture at every so many records, the first one included; between them its columns repeat the last
    /// picture, and `camera_fresh.NAME` is false.
    #[serde(default = "each", skip_serializing_if = "is_each")]
    pub every: u32,
    /// Which of the run's outputs it records: rgb, depth, segmentation, classes, normals, flow, amodal, boxes, points.
    /// All when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Vec<String>>,
    /// What its sensor does to the picture.
    #[serde(default, skip_serializing_if = "Effects::is_none")]
    pub effects: Effects<N>,
}

impl<N: Number> Camera<N> {
    /// A camera that looks from one point at another.
    pub fn looking(position_m: [N; 3], look_at_m: [N; 3], fov_deg: N) -> Self {
        Camera {
            position_m,
            look_at_m,
            up: up(),
            fov_deg,
            mount: None,
            level: false,
            track: None,
            orbit: None,
            intrinsics: None,
            lens: Lens::Pinhole {},
            every: 1,
            outputs: None,
            effects: Effects::default(),
        }
    }

    /// True where it may move: its place is then recorded with every picture.
    pub fn moves(&self) -> bool {
        self.mount.is_some() || self.track.is_some() || self.orbit.is_some()
    }

    /// True where a row may repeat an earlier picture.
    pub fn may_repeat(&self) -> bool {
        self.every > 1 || self.effects.drop_chance.is_some()
    }

    /// True where it records this output when the run asks for it.
    pub fn records(&self, output: &str) -> bool {
        self.outputs
            .as_ref()
            .is_none_or(|outputs| outputs.iter().any(|own| own == output))
    }
}

/// A circle about an axis, in the frame of `mount` when there is one. The angle is a function of the record's number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Orbit<N> {
    /// A point of the axis, m.
    #[serde(default = "zeros::<N, 3>")]
    pub center_m: [N; 3],
    /// Direction of the axis.
    #[serde(default = "up::<N>")]
    pub axis: [N; 3],
    /// How fast, degrees a second, counter-clockwise seen against the axis.
    pub speed_degps: N,
    /// The angle at the start, degrees.
    #[serde(default = "zero::<N>")]
    pub start_deg: N,
}

/// Focal lengths and optical centre in pixels of a picture of `size`; a picture of another size is the same view,
/// scaled. Pixel centres are at integer coordinates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Calibration<N> {
    /// Width and height that the other numbers belong to, pixels.
    pub size: [u32; 2],
    /// Focal length along x, pixels.
    pub fx: N,
    /// Focal length along y, pixels; `fx` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fy: Option<N>,
    /// Column of the optical axis; the middle when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cx: Option<N>,
    /// Row of the optical axis; the middle when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cy: Option<N>,
}

/// How a lens bends rays: OpenCV's models, with OpenCV's names. Pixels whose ray no model gives are black and show
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub enum Lens<N> {
    /// Not at all.
    Pinhole {},
    /// Radial (k) and tangential (p) distortion: `cv2.projectPoints`.
    Opencv {
        /// Factor on r^2 above the fraction.
        #[serde(default = "zero::<N>")]
        k1: N,
        /// Factor on r^4 above the fraction.
        #[serde(default = "zero::<N>")]
        k2: N,
        /// First tangential coefficient.
        #[serde(default = "zero::<N>")]
        p1: N,
        /// Second tangential coefficient.
        #[serde(default = "zero::<N>")]
        p2: N,
        /// Factor on r^6 above the fraction.
        #[serde(default = "zero::<N>")]
        k3: N,
        /// Factor on r^2 below the fraction.
        #[serde(default = "zero::<N>")]
        k4: N,
        /// Factor on r^4 below the fraction.
        #[serde(default = "zero::<N>")]
        k5: N,
        /// Factor on r^6 below the fraction.
        #[serde(default = "zero::<N>")]
        k6: N,
    },
    /// Distance from the centre by the angle from the axis, up to 89 degrees: `cv2.fisheye.projectPoints`.
    Fisheye {
        /// Factor on the angle's third power.
        #[serde(default = "zero::<N>")]
        k1: N,
        /// Factor on its fifth power.
        #[serde(default = "zero::<N>")]
        k2: N,
        /// Factor on its seventh power.
        #[serde(default = "zero::<N>")]
        k3: N,
        /// Factor on its ninth power.
        #[serde(default = "zero::<N>")]
        k4: N,
    },
}

impl<N> Lens<N> {
    /// True where rays are straight.
    pub fn is_pinhole(&self) -> bool {
        matches!(self, Lens::Pinhole {})
    }
}

/// What a sensor does to a picture, in this order: rolling shutter, blur, vignette, exposure, white balance, shot noise,
/// noise. All but the last act on linear light; what is absent does nothing. Everything random follows from the run's seed, the episode,
/// the camera's name, the record and the pixel. Only `rgb` is changed, and `depth` by `depth_noise`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Effects<N> {
    /// Rolling shutter: the share (0..1) of the time between two records in which rows are read from the top down. The
    /// last row is of the record's moment; bodies and camera move evenly in between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolling_shutter: Option<N>,
    /// Blur: standard deviation of a Gaussian, pixels, at most 16.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blur_px: Option<N>,
    /// Vignette: share of the light (0..1) that is lost in the corners; it grows with the square of the distance from
    /// the middle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vignette: Option<N>,
    /// Exposure: the light is multiplied by two to the power of this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure_ev: Option<N>,
    /// White balance: factors on red, green and blue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub white_balance: Option<[N; 3]>,
    /// Shot noise: standard deviation at full light, as a share of it; it grows with the root of the light.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shot_noise: Option<N>,
    /// Noise of each channel of the stored picture: standard deviation as a share of full scale (1 is 255).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<N>,
    /// Noise of depth: standard deviation at a depth of one metre, m; it grows with the square of the depth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth_noise_m: Option<N>,
    /// Chance (0..1) that a picture is lost: the last one is repeated, and `camera_fresh.NAME` is false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drop_chance: Option<N>,
}

impl<N> Default for Effects<N> {
    fn default() -> Self {
        Effects {
            rolling_shutter: None,
            blur_px: None,
            vignette: None,
            exposure_ev: None,
            white_balance: None,
            shot_noise: None,
            noise: None,
            depth_noise_m: None,
            drop_chance: None,
        }
    }
}

impl<N: PartialEq> Effects<N> {
    /// True where nothing is done.
    pub fn is_none(&self) -> bool {
        *self == Effects::default()
    }
}

/// A 2-D lidar: distances to what is nearest, in the x-y plane of its own frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Lidar<N> {
    /// The body it rides on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount: Option<String>,
    /// Where it is, m; in the frame of `mount` when there is one.
    #[serde(default = "zeros::<N, 3>")]
    pub position_m: [N; 3],
    /// How it is turned; in the frame of `mount` when there is one.
    #[serde(default)]
    pub rotation: Rotation<N>,
    /// How many beams, 2 to 4096.
    #[serde(default = "beams")]
    pub beams: u32,
    /// The angle they share evenly, counter-clockwise from -fov/2 to fov/2 about its z, 0 being its x; each beam is in
    /// the middle of its share. Degrees.
    #[serde(default = "around::<N>")]
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 360))]
    pub fov_deg: N,
    /// The largest distance it measures, m: what is farther away is told to be this far.
    #[serde(default = "range::<N>")]
    pub range_m: N,
}

impl<N: Number> Default for Lidar<N> {
    fn default() -> Self {
        Lidar {
            mount: None,
            position_m: zeros(),
            rotation: Rotation::default(),
            beams: beams(),
            fov_deg: around(),
            range_m: range(),
        }
    }
}

fn up<N: Number>() -> [N; 3] {
    [0.0, 0.0, 1.0].map(N::fixed)
}
fn fov<N: Number>() -> N {
    N::fixed(50.0)
}
fn pinhole<N>() -> Lens<N> {
    Lens::Pinhole {}
}
fn each() -> u32 {
    1
}
fn is_false(flag: &bool) -> bool {
    !flag
}
fn is_each(every: &u32) -> bool {
    *every == 1
}
fn beams() -> u32 {
    180
}
fn around<N: Number>() -> N {
    N::fixed(360.0)
}
fn range<N: Number>() -> N {
    N::fixed(10.0)
}
