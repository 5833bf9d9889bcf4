//! 2-D lidars as a sensor: what each measures, where a learner may see it.

use terrella_render::Renderer;
use terrella_render::outputs::scan;
use terrella_sense::column::Column;
use terrella_sense::{Sensor, SensorKind, SensorSetup};
use terrella_sim::fault::LaneError;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::pose::Pose;
use terrella_spec::world::Lidar;

/// The sensor called `lidar`.
pub const LIDAR: SensorKind = SensorKind {
    name: "lidar",
    doc: "Distances along the beams of every 2-D lidar of the world.",
    needs_contacts: false,
    make,
};

struct Lidars {
    /// None where the world has no lidar.
    renderer: Option<Renderer>,
    lidars: Vec<(String, Lidar<f32>, Option<usize>)>,
    poses: Vec<Pose>,
    points: Vec<Vec<[f32; 3]>>,
}

fn make(setup: &SensorSetup<'_>) -> Result<Box<dyn Sensor>, LaneError> {
    let mut lidars = Vec::new();
    for (name, lidar) in &setup.world.lidars {
        let mount = lidar.mount.as_ref().map(|body| {
            let missing = || LaneError::Missing {
                place: format!("world.lidars.{name}.mount"),
                kind: "body",
                name: body.clone(),
            };
            setup.world.bodies.get_index_of(body).ok_or_else(missing)
        });
        lidars.push((name.clone(), lidar.clone(), mount.transpose()?));
    }
    let renderer = match lidars.is_empty() {
        true => None,
        false => Some(Renderer::new(setup.world).map_err(|error| LaneError::Invalid {
            place: "world".into(),
            reason: error.to_string(),
        })?),
    };
    Ok(Box::new(Lidars {
        renderer,
        lidars,
        poses: Vec::new(),
        points: Vec::new(),
    }))
}

impl Sensor for Lidars {
    fn columns(&self) -> Vec<ColumnSpec> {
        let column = |(name, lidar, _): &(String, Lidar<f32>, Option<usize>)| {
            let doc = format!(
                "Distances to what is nearest along the {} beams of the lidar `{name}`, counter-clockwise; its range where \
                 nothing is nearer.",
                lidar.beams
            );
            let column = format!("observation.lidar.{name}");
            ColumnSpec::scalar(Table::Data, &column, Dtype::Float32, "m", &doc)
                .extent(Extent::Fixed(lidar.beams as usize))
        };
        self.lidars.iter().map(column).collect()
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        let Some(renderer) = &mut self.renderer else {
            return;
        };
        view.poses(&mut self.poses);
        view.points(&mut self.points);
        renderer.set_points(&self.points);
        for ((_, lidar, mount), column) in self.lidars.iter().zip(columns) {
            let mount = mount.map(|body| &self.poses[body]);
            scan(renderer, lidar, mount, &self.poses, column.floats());
        }
    }
}
