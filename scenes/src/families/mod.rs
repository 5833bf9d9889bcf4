//! The families, one file each.

mod billiard_collide;
mod catch_intercept;
mod door_passage;
mod drop_bounce;
mod granular_hopper;
mod linkage_control;
mod occluder_permanence;
mod pour_flow;
mod push_planar;
mod ramp_constants;
mod rope_soft;
mod support_topple;

use crate::family::Family;

/// The built-in families, in the order of the catalogue.
pub static FAMILIES: &[&dyn Family] = &[
    &drop_bounce::DropBounce,
    &door_passage::DoorPassage,
    &push_planar::PushPlanar,
    &occluder_permanence::OccluderPermanence,
    &support_topple::SupportTopple,
    &pour_flow::PourFlow,
    &billiard_collide::BilliardCollide,
    &granular_hopper::GranularHopper,
    &ramp_constants::RampConstants,
    &linkage_control::LinkageControl,
    &catch_intercept::CatchIntercept,
    &rope_soft::RopeSoft,
];

/// The family called `name`.
pub fn family(name: &str) -> Option<&'static dyn Family> {
    FAMILIES.iter().copied().find(|family| family.card().name == name)
}
