//! Which outputs of cameras a run asks for.

use terrella_render::Outputs;
use terrella_spec::world::Camera;

/// The names of the outputs of cameras and what they record.
pub const PICTURES: [(&str, &str); 9] = [
    ("rgb", "An RGB picture from every recorded camera."),
    (
        "depth",
        "Depth along the optical axis from every recorded camera, millimetres (privileged).",
    ),
    (
        "segmentation",
        "Which body every pixel of every recorded camera shows (privileged).",
    ),
    (
        "classes",
        "Which class of body every pixel of every recorded camera shows (privileged).",
    ),
    (
        "normals",
        "The surface normal at every pixel of every recorded camera (privileged).",
    ),
    (
        "flow",
        "Exact optical flow of every recorded camera to its next and its last picture (privileged).",
    ),
    (
        "amodal",
        "The whole of every body in every recorded camera, hidden parts too, and how much of it is seen (privileged).",
    ),
    (
        "boxes",
        "Boxes around every body, in the picture and in space (privileged).",
    ),
    (
        "points",
        "Where in the world the surface at every pixel of every recorded camera is (privileged).",
    ),
];

/// Which of [`PICTURES`] are wanted, in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Colours.
    pub rgb: bool,
    /// Depth.
    pub depth: bool,
    /// Body ids.
    pub segmentation: bool,
    /// Class ids.
    pub classes: bool,
    /// Normals.
    pub normals: bool,
    /// Optical flow.
    pub flow: bool,
    /// Amodal masks.
    pub amodal: bool,
    /// Boxes.
    pub boxes: bool,
    /// Point clouds.
    pub points: bool,
    /// Poses in every row of cameras that stand still too, because those of other families in the dataset move.
    pub poses: bool,
}

impl Wanted {
    /// Colours only.
    pub const RGB: Wanted = Wanted {
        rgb: true,
        depth: false,
        segmentation: false,
        classes: false,
        normals: false,
        flow: false,
        amodal: false,
        boxes: false,
        points: false,
        poses: false,
    };

    fn where_asked(asked: impl Fn(&str) -> bool) -> Wanted {
        Wanted {
            rgb: asked("rgb"),
            depth: asked("depth"),
            segmentation: asked("segmentation"),
            classes: asked("classes"),
            normals: asked("normals"),
            flow: asked("flow"),
            amodal: asked("amodal"),
            boxes: asked("boxes"),
            points: asked("points"),
            poses: false,
        }
    }

    /// What these sensors of a run ask for.
    pub fn of(sensors: &[String]) -> Wanted {
        Wanted::where_asked(|name| sensors.iter().any(|sensor| sensor == name))
    }

    /// What of it this camera records.
    pub fn by(self, camera: &Camera<f32>) -> Wanted {
        let names: Vec<String> = (PICTURES.iter().zip(self.flags()))
            .filter(|((name, _), wanted)| *wanted && camera.records(name))
            .map(|((name, _), _)| name.to_string())
            .collect();
        Wanted {
            poses: self.poses,
            ..Wanted::of(&names)
        }
    }

    /// True where a camera's poses stand in the rows.
    pub(super) fn poses_of(self, camera: &Camera<f32>) -> bool {
        self.poses || camera.moves()
    }

    /// In the order of [`PICTURES`].
    fn flags(self) -> [bool; 9] {
        [
            self.rgb,
            self.depth,
            self.segmentation,
            self.classes,
            self.normals,
            self.flow,
            self.amodal,
            self.boxes,
            self.points,
        ]
    }

    /// True when anything is wanted.
    pub fn any(self) -> bool {
        self.flags() != [false; 9]
    }

    /// What the fast path draws of it.
    pub(super) fn frame(self) -> Outputs {
        Outputs {
            rgb: self.rgb,
            depth: self.depth,
            ids: self.segmentation,
        }
    }

    /// How many columns it is in: the first ones of a camera.
    pub(super) fn frame_columns(self) -> usize {
        [self.rgb, self.depth, self.segmentation]
            .iter()
            .filter(|flag| **flag)
            .count()
    }

    pub(super) fn needs_look(self) -> bool {
        self.classes || self.normals || self.flow || self.points || self.needs_masks()
    }

    pub(super) fn needs_masks(self) -> bool {
        self.amodal || self.boxes
    }

    /// How many columns a camera fills for it.
    pub(super) fn columns(self, camera: &Camera<f32>) -> usize {
        let single = [
            self.rgb,
            self.depth,
            self.segmentation,
            self.classes,
            self.normals,
            self.points,
            self.poses_of(camera),
            camera.may_repeat(),
        ];
        let double = [self.flow, self.amodal, self.boxes];
        let count = |flags: &[bool]| flags.iter().filter(|flag| **flag).count();
        count(&single) + 2 * count(&double)
    }

    /// Which of a camera's columns is the forward flow.
    pub(super) fn forward_flow_column(self) -> Option<usize> {
        let before = [
            self.rgb,
            self.depth,
            self.segmentation,
            self.classes,
            self.normals,
        ];
        self.flow.then(|| before.into_iter().filter(|flag| *flag).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use terrella_spec::camera::OUTPUTS;

    #[test]
    fn scenes_and_runs_know_the_same_outputs() {
        assert_eq!(PICTURES.map(|(name, _)| name), OUTPUTS);
    }

    #[test]
    fn a_camera_records_what_both_the_run_and_it_want() {
        let camera = Camera {
            outputs: Some(vec!["rgb".into(), "flow".into()]),
            ..Camera::looking([1.0; 3], [0.0; 3], 50.0)
        };
        let asked = Wanted::of(&["depth", "flow", "bodies"].map(String::from));
        let recorded = Wanted {
            flow: true,
            ..Wanted::default()
        };
        assert_eq!(asked.by(&camera), recorded);
        for (name, _) in PICTURES {
            let one = Wanted::of(&[name.to_string()]);
            assert_eq!(one.flags().into_iter().filter(|flag| *flag).count(), 1, "{name}");
        }
    }
}
