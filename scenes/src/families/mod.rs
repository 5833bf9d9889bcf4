//! The families, one file each.

mod billiard_collide;
mod door_passage;
mod drop_bounce;
mod linkage_control;
mod pour_flow;
mod push_planar;
mod support_topple;

use crate::family::Family;

/// The built-in families, in the order of the catalogue.
pub static FAMILIES: &[&dyn Family] = &[
    &drop_bounce::DropBounce,
    &door_passage::DoorPassage,
    &push_planar::PushPlanar,
    &support_topple::SupportTopple,
    &pour_flow::PourFlow,
    &billiard_collide::BilliardCollide,
    &linkage_control::LinkageControl,
];

/// The family called `name`.
pub fn family(name: &str) -> Option<&'static dyn Family> {
    FAMILIES.iter().copied().find(|family| family.card().name == name)
}
