//! The families, one file each.

mod billiard_collide;
mod catch_intercept;
mod chain_reaction;
mod contain_fit;
mod door_passage;
mod drive_road;
mod drive_train;
mod drop_bounce;
mod game_arena;
mod granular_hopper;
mod hidden_props;
mod home_manip;
mod line_cell;
mod linkage_control;
mod occluder_permanence;
mod pour_flow;
mod push_planar;
mod quad_flight;
mod ramp_constants;
mod rooms_nav;
mod rope_soft;
mod rover_terrain;
mod support_topple;
mod twin_site;

use crate::family::Family;

/// The built-in families, in the order of the catalogue.
pub static FAMILIES: &[&dyn Family] = &[
    &drop_bounce::DropBounce,
    &door_passage::DoorPassage,
    &push_planar::PushPlanar,
    &occluder_permanence::OccluderPermanence,
    &support_topple::SupportTopple,
    &rooms_nav::RoomsNav,
    &line_cell::LineCell,
    &drive_train::DriveTrain,
    &drive_road::DriveRoad,
    &quad_flight::QuadFlight,
    &home_manip::HomeManip,
    &pour_flow::PourFlow,
    &billiard_collide::BilliardCollide,
    &hidden_props::HiddenProps,
    &chain_reaction::ChainReaction,
    &granular_hopper::GranularHopper,
    &ramp_constants::RampConstants,
    &linkage_control::LinkageControl,
    &game_arena::GameArena,
    &twin_site::TwinSite,
    &catch_intercept::CatchIntercept,
    &contain_fit::ContainFit,
    &rover_terrain::RoverTerrain,
    &rope_soft::RopeSoft,
];

/// The family called `name`.
pub fn family(name: &str) -> Option<&'static dyn Family> {
    FAMILIES.iter().copied().find(|family| family.card().name == name)
}
