//! All sensors of one lane: numbers first, then what cameras see.

use crate::cameras::Cameras;
use crate::error::AppError;
use terrella_sense::Sensor;
use terrella_sense::column::Column;
use terrella_sim::view::StepView;
use terrella_spec::columns::ColumnSpec;

/// All sensors of one lane.
pub struct LaneSensors {
    /// Each with the number of its columns.
    list: Vec<(usize, Box<dyn Sensor>)>,
    /// Last in the order of columns.
    cameras: Option<Cameras>,
}

impl LaneSensors {
    pub(crate) fn new(list: Vec<Box<dyn Sensor>>, cameras: Option<Cameras>) -> Self {
        let counted = list.into_iter().map(|sensor| (sensor.columns().len(), sensor));
        LaneSensors {
            list: counted.collect(),
            cameras,
        }
    }

    pub(crate) fn columns(&self) -> Vec<ColumnSpec> {
        let mut columns: Vec<ColumnSpec> = self
            .list
            .iter()
            .flat_map(|(_, sensor)| sensor.columns())
            .collect();
        columns.extend(self.cameras.iter().flat_map(|cameras| cameras.columns()));
        columns
    }

    /// Appends one row to every column but those of pictures, which it gives; columns come in the order of the dataset's.
    pub(crate) fn read_states<'a>(
        &mut self,
        view: &StepView<'_>,
        columns: &'a mut [Column],
    ) -> &'a mut [Column] {
        let mut rest = columns;
        for (count, sensor) in &mut self.list {
            let (own, others) = rest.split_at_mut(*count);
            sensor.read(view, own);
            rest = others;
        }
        rest
    }

    /// Appends one row to the columns of pictures.
    pub(crate) fn read_pictures(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        if let Some(cameras) = &mut self.cameras {
            cameras.read(view, columns);
        }
    }

    /// Ends an episode, after its last row.
    pub fn finish(&mut self, columns: &mut [Column]) -> Result<(), AppError> {
        let mut rest = columns;
        for (count, sensor) in &mut self.list {
            let (own, others) = rest.split_at_mut(*count);
            sensor.finish(own);
            rest = others;
        }
        match &mut self.cameras {
            Some(cameras) => cameras.finish(rest),
            None => Ok(()),
        }
    }

    /// The cameras' models as JSON.
    pub fn describe_cameras(&mut self, view: &StepView<'_>) -> String {
        self.cameras
            .as_mut()
            .map_or("{}".into(), |cameras| cameras.describe(view))
    }
}
