//! The registries of the app: what a run can ask for by name. Plugins add to them.

use crate::lidars::LIDAR;
use bevy_ecs::resource::Resource;
use std::sync::Arc;
use terrella_exporters::{EXPORTERS, Exporter};
use terrella_scenes::policies::{POLICIES, PolicyKind};
use terrella_scenes::{FAMILIES, Family};
use terrella_sense::{SENSORS, SensorKind};

/// Families by name.
#[derive(Resource, Clone)]
pub struct Families(pub Vec<Arc<dyn Family>>);

/// Sensors by name; pictures are known without being here.
#[derive(Resource, Clone)]
pub struct Sensors(pub Vec<SensorKind>);

/// Policies by name.
#[derive(Resource, Clone)]
pub struct Policies(pub Vec<&'static PolicyKind>);

/// Exporters by name.
#[derive(Resource, Clone)]
pub struct Exporters(pub Vec<&'static dyn Exporter>);

impl Default for Families {
    fn default() -> Self {
        Families(
            FAMILIES
                .iter()
                .map(|family| Arc::new(*family) as Arc<dyn Family>)
                .collect(),
        )
    }
}

impl Default for Sensors {
    fn default() -> Self {
        Sensors(SENSORS.iter().copied().chain([LIDAR]).collect())
    }
}

impl Default for Policies {
    fn default() -> Self {
        Policies(POLICIES.iter().collect())
    }
}

impl Default for Exporters {
    fn default() -> Self {
        Exporters(EXPORTERS.to_vec())
    }
}

/// All registries, as one value for what runs outside of the schedule.
#[derive(Clone, Default)]
pub struct Registries {
    /// Families.
    pub families: Families,
    /// Sensors.
    pub sensors: Sensors,
    /// Policies.
    pub policies: Policies,
    /// Exporters.
    pub exporters: Exporters,
}

impl Registries {
    /// The registries of a world, or the built-in ones where it has none.
    pub fn of(world: &bevy_ecs::world::World) -> Self {
        Registries {
            families: world.get_resource::<Families>().cloned().unwrap_or_default(),
            sensors: world.get_resource::<Sensors>().cloned().unwrap_or_default(),
            policies: world.get_resource::<Policies>().cloned().unwrap_or_default(),
            exporters: world.get_resource::<Exporters>().cloned().unwrap_or_default(),
        }
    }

    /// The policies that can be asked for in worlds of a family: its own come last.
    pub fn policies_of(&self, family: &dyn Family) -> Vec<&'static PolicyKind> {
        let all = self.policies.0.iter().copied();
        all.chain(family.own_policies()).collect()
    }

    /// The family called `name`.
    pub fn family(&self, name: &str) -> Option<Arc<dyn Family>> {
        self.families
            .0
            .iter()
            .find(|family| family.card().name == name)
            .cloned()
    }
}
