//! Pictures as a sensor: RGB, depth and instance segmentation of every recorded camera.

use crate::error::AppError;
use serde_json::json;
use terrella_render::{Frame, Outputs, Renderer, View};
use terrella_sense::column::Column;
use terrella_sense::{Sensor, SensorSetup};
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::pose::Pose;
use terrella_spec::world::Camera;

/// The names of the picture sensors and what they record.
pub const PICTURES: [(&str, &str); 3] = [
    ("rgb", "An RGB picture from every recorded camera."),
    (
        "depth",
        "Depth along the optical axis from every recorded camera, millimetres (privileged).",
    ),
    (
        "segmentation",
        "Which body every pixel of every recorded camera shows (privileged).",
    ),
];

/// Which of [`PICTURES`] these names ask for.
pub fn outputs(sensors: &[String]) -> Outputs {
    let asked = |name: &str| sensors.iter().any(|sensor| sensor == name);
    Outputs {
        rgb: asked("rgb"),
        depth: asked("depth"),
        ids: asked("segmentation"),
    }
}

/// A camera of a lane.
struct LaneCamera {
    name: String,
    camera: Camera<f32>,
    mount: Option<usize>,
}

/// Draws the pictures of all recorded cameras.
pub struct Cameras {
    renderer: Renderer,
    cameras: Vec<LaneCamera>,
    outputs: Outputs,
    size: [u32; 2],
    poses: Vec<Pose>,
    frame: Frame,
}

impl Cameras {
    /// The cameras of a world that are recorded; `supersample` samples along each side of a pixel.
    pub fn new(setup: &SensorSetup<'_>, outputs: Outputs, supersample: u32) -> Result<Self, AppError> {
        let mut cameras = Vec::new();
        for name in setup.cameras {
            let camera = setup.world.cameras.get(name).ok_or_else(|| {
                let known: Vec<&str> = setup.world.cameras.keys().map(String::as_str).collect();
                AppError::run(
                    "cameras",
                    format!("there is no camera `{name}`; there are: {}", known.join(", ")),
                )
            })?;
            let mount = camera.mount.as_ref().map(|body| {
                setup.world.bodies.get_index_of(body).ok_or_else(|| {
                    AppError::run(
                        format!("world.cameras.{name}.mount"),
                        format!("there is no body called `{body}`"),
                    )
                })
            });
            cameras.push(LaneCamera {
                name: name.clone(),
                camera: camera.clone(),
                mount: mount.transpose()?,
            });
        }
        Ok(Cameras {
            renderer: Renderer::new(setup.world)?.supersampled(supersample),
            cameras,
            outputs,
            size: setup.image_size,
            poses: Vec::new(),
            frame: Frame::default(),
        })
    }

    fn view(&self, camera: &LaneCamera) -> View {
        let mount = camera.mount.map(|index| &self.poses[index]);
        View::of(&camera.camera, mount, self.size[0], self.size[1])
    }

    /// Draws one camera, by its index among the recorded ones.
    pub fn draw(&mut self, view: &StepView<'_>, index: usize, outputs: Outputs) -> &Frame {
        view.poses(&mut self.poses);
        let camera = self.view(&self.cameras[index]);
        self.renderer
            .render(&camera, &self.poses, outputs, &mut self.frame);
        &self.frame
    }

    /// Names, intrinsics and, where they stand still, extrinsics of all cameras, as JSON.
    pub fn describe(&mut self, view: &StepView<'_>) -> String {
        view.poses(&mut self.poses);
        self.describe_here()
    }

    /// As [`Cameras::describe`], of bodies in these poses.
    pub fn describe_at(&mut self, poses: &[Pose]) -> String {
        self.poses.clear();
        self.poses.extend_from_slice(poses);
        self.describe_here()
    }

    /// As [`Sensor::read`], of bodies in these poses.
    pub fn read_at(&mut self, poses: &[Pose], columns: &mut [Column]) {
        self.poses.clear();
        self.poses.extend_from_slice(poses);
        self.read_here(columns);
    }

    fn describe_here(&self) -> String {
        let mut all = serde_json::Map::new();
        for camera in &self.cameras {
            let seen = self.view(camera);
            let k = seen.intrinsics;
            let fixed = camera
                .mount
                .is_none()
                .then(|| seen.camera_from_world_matrix().to_vec());
            all.insert(
                camera.name.clone(),
                json!({ "width": k.width, "height": k.height, "fx": k.fx, "fy": k.fy, "cx": k.cx, "cy": k.cy,
                        "camera_from_world": fixed }),
            );
        }
        serde_json::Value::Object(all).to_string()
    }
}

impl Sensor for Cameras {
    fn columns(&self) -> Vec<ColumnSpec> {
        let [width, height] = self.size.map(|side| side as usize);
        let mut columns = Vec::new();
        for camera in &self.cameras {
            let name = &camera.name;
            let picture = Extent::Picture(height, width);
            if self.outputs.rgb {
                let doc = format!("Picture of the camera `{name}`, sRGB.");
                columns.push(
                    ColumnSpec::scalar(
                        Table::Data,
                        &format!("observation.images.{name}"),
                        Dtype::Image,
                        "",
                        &doc,
                    )
                    .extent(picture.clone()),
                );
            }
            if self.outputs.depth {
                let doc = format!(
                    "Depth along the optical axis of the camera `{name}`; 0 for sky, 65535 for farther."
                );
                columns.push(
                    ColumnSpec::scalar(Table::Sim, &format!("depth.{name}"), Dtype::Raster16, "mm", &doc)
                        .extent(picture.clone()),
                );
            }
            if self.outputs.ids {
                let doc = format!(
                    "Which body the camera `{name}` shows: 0 for sky, else 1 + its index in the episode's body_names."
                );
                columns.push(
                    ColumnSpec::scalar(
                        Table::Sim,
                        &format!("segmentation.{name}"),
                        Dtype::Raster16,
                        "",
                        &doc,
                    )
                    .extent(picture.clone()),
                );
            }
            if camera.mount.is_some() {
                let doc = format!(
                    "Pose of the camera `{name}`: position, then orientation as a unit quaternion x y z w; maps its \
                     frame (x right, y down, z ahead) to the world's."
                );
                let names = ["px", "py", "pz", "qx", "qy", "qz", "qw"]
                    .map(String::from)
                    .to_vec();
                let units = ["m", "m", "m", "", "", "", ""].map(String::from).to_vec();
                columns.push(
                    ColumnSpec::scalar(
                        Table::Data,
                        &format!("camera_extrinsics.{name}"),
                        Dtype::Float32,
                        "",
                        &doc,
                    )
                    .extent(Extent::Fixed(7))
                    .elements(names, units)
                    .in_frame("world"),
                );
            }
        }
        columns
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        view.poses(&mut self.poses);
        self.read_here(columns);
    }
}

impl Cameras {
    /// Draws bodies as `poses` says.
    fn read_here(&mut self, columns: &mut [Column]) {
        let mut columns = columns.iter_mut();
        let mut next = || columns.next().expect("the columns are those of `columns`");
        for index in 0..self.cameras.len() {
            let seen = self.view(&self.cameras[index]);
            self.renderer
                .render(&seen, &self.poses, self.outputs, &mut self.frame);
            if self.outputs.rgb {
                next().rgb().extend_from_slice(&self.frame.rgb);
            }
            if self.outputs.depth {
                // Rounded to the nearest millimetre; what lies farther than 65.5 m is 65535.
                let millimetres = self
                    .frame
                    .depth_m
                    .iter()
                    .map(|depth| (depth * 1000.0 + 0.5).min(65535.0) as u16);
                next().raster().extend(millimetres);
            }
            if self.outputs.ids {
                next().raster().extend_from_slice(&self.frame.ids);
            }
            if self.cameras[index].mount.is_some() {
                let pose = seen.world_from_camera;
                let column = next().floats();
                column.extend_from_slice(&pose.position_m);
                column.extend_from_slice(&pose.rotation_xyzw);
            }
        }
    }
}
