//! The columns that cameras fill.

use super::Wanted;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::world::Camera;

const BOX_NAMES: [&str; 10] = ["px", "py", "pz", "qx", "qy", "qz", "qw", "hx", "hy", "hz"];
const BOX_UNITS: [&str; 10] = ["m", "m", "m", "", "", "", "", "m", "m", "m"];
/// Of indices of what is seen.
const FOLLOW: &str = "which the liquids and then the soft bodies of the episode's world follow";

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| word.to_string()).collect()
}

fn list(name: &str, dtype: Dtype, names: &[&str], units: &[&str], doc: &str) -> ColumnSpec {
    ColumnSpec::scalar(Table::Sim, name, dtype, "", doc)
        .extent(Extent::List(names.len()))
        .elements(words(names), words(units))
}

/// The boxes of all bodies in the world's frame.
pub(super) fn world_boxes() -> ColumnSpec {
    let doc = "Smallest box along its own axes around every body, in the order of the episode's body_names: its middle, its \
               orientation as a unit quaternion x y z w, half of its edges; these are 0 for a body without an end.";
    list("boxes_3d", Dtype::Float32, &BOX_NAMES, &BOX_UNITS, doc).in_frame("world")
}

/// The columns of a camera, in the order in which they are filled.
pub(super) fn of_camera(
    name: &str,
    camera: &Camera<f32>,
    wanted: Wanted,
    [width, height]: [u32; 2],
) -> Vec<ColumnSpec> {
    let picture = Extent::Picture(height as usize, width as usize);
    let raster = |column: &str, dtype: Dtype, unit: &str, doc: &str| {
        ColumnSpec::scalar(Table::Sim, &format!("{column}.{name}"), dtype, unit, doc).extent(picture.clone())
    };
    let mut columns = Vec::new();
    if wanted.rgb {
        let doc = format!("Picture of the camera `{name}`, sRGB.");
        let column = format!("observation.images.{name}");
        columns
            .push(ColumnSpec::scalar(Table::Data, &column, Dtype::Image, "", &doc).extent(picture.clone()));
    }
    if wanted.depth {
        let noisy = if camera.effects.depth_noise_m.is_some() {
            " With the noise of its sensor."
        } else {
            ""
        };
        let doc = format!(
            "Depth along the optical axis of the camera `{name}`; 0 for sky, 65535 for farther.{noisy}"
        );
        columns.push(raster("depth", Dtype::Raster16, "mm", &doc));
    }
    if wanted.segmentation {
        let doc = format!(
            "Which body the camera `{name}` shows: 0 for sky, else 1 + its index in the episode's body_names, {FOLLOW}."
        );
        columns.push(raster("segmentation", Dtype::Raster16, "", &doc));
    }
    if wanted.classes {
        let doc = format!(
            "Which class of body the camera `{name}` shows: 0 for sky, else 1 + the class's index in this camera's \
             class_names in the episode's cameras, which are the distinct body_classes in alphabetical order."
        );
        columns.push(raster("classes", Dtype::Raster16, "", &doc));
    }
    if wanted.normals {
        let doc = format!(
            "Outward unit normal of the surface that the camera `{name}` shows, times 127 and rounded, in the camera's frame \
             (x right, y down, z ahead); 0 0 0 for sky."
        );
        columns.push(raster("normals", Dtype::RasterI8x3, "1/127", &doc).in_frame(name));
    }
    if wanted.flow {
        for (way, other) in [("forward", "next"), ("backward", "last")] {
            let doc = format!(
                "How far right and down the camera `{name}` sees the same point of the same body in its {other} picture, \
                 hidden or not; 0 where there is no such picture or the point is behind the camera. Sky turns with the \
                 camera."
            );
            columns.push(raster(&format!("flow.{way}"), Dtype::RasterF32x2, "px", &doc).in_frame(name));
        }
    }
    if wanted.amodal {
        let doc = format!(
            "Which pixels of the camera `{name}` each body would cover if it were alone, as runs: index in body_names, {FOLLOW}, \
             first pixel (row * width + column), number of pixels."
        );
        let names = ["body", "first", "length"];
        columns.push(list(&format!("amodal.{name}"), Dtype::Int32, &names, &[], &doc));
        let doc = format!(
            "For every body, in the order of body_names, {FOLLOW}: how many pixels of the camera `{name}` show it, how many it \
             would cover alone, and the share of these that show it (0 where there are none)."
        );
        let names = ["visible", "amodal", "visible_fraction"];
        let units = ["px", "px", ""];
        columns.push(list(
            &format!("visibility.{name}"),
            Dtype::Float32,
            &names,
            &units,
            &doc,
        ));
    }
    if wanted.boxes {
        let doc = format!(
            "For every body, in the order of body_names, {FOLLOW}: the smallest box around the pixels of the camera `{name}` that \
             show it, and around those it would cover alone: first column and row, and one past the last; all 0 where there are \
             none."
        );
        let names = [
            "x0",
            "y0",
            "x1",
            "y1",
            "amodal_x0",
            "amodal_y0",
            "amodal_x1",
            "amodal_y1",
        ];
        columns.push(list(
            &format!("boxes_2d.{name}"),
            Dtype::Int32,
            &names,
            &["px"],
            &doc,
        ));
        let doc = format!(
            "The boxes of boxes_3d, which only bodies have, as the camera `{name}` sees them: in its frame (x right, y down, z ahead)."
        );
        let column = format!("boxes_3d.{name}");
        columns.push(list(&column, Dtype::Float32, &BOX_NAMES, &BOX_UNITS, &doc).in_frame(name));
    }
    if wanted.points {
        let doc = format!(
            "Where the surface that each pixel of the camera `{name}` shows is: x, y, z; 0 0 0 for sky."
        );
        columns.push(raster("points", Dtype::RasterF32x3, "m", &doc).in_frame("world"));
    }
    if wanted.poses_of(camera) {
        let doc = format!(
            "Pose of the camera `{name}`: position, then orientation as a unit quaternion x y z w; maps its frame (x \
             right, y down, z ahead) to the world's."
        );
        columns.push(
            ColumnSpec::scalar(
                Table::Data,
                &format!("camera_extrinsics.{name}"),
                Dtype::Float32,
                "",
                &doc,
            )
            .extent(Extent::Fixed(7))
            .elements(words(&BOX_NAMES[..7]), words(&BOX_UNITS[..7]))
            .in_frame("world"),
        );
    }
    if camera.may_repeat() {
        let doc = format!(
            "True where the camera `{name}` took a picture; else its columns repeat those of its last one, its pose too."
        );
        columns.push(ColumnSpec::scalar(
            Table::Data,
            &format!("camera_fresh.{name}"),
            Dtype::Bool,
            "",
            &doc,
        ));
    }
    columns
}
