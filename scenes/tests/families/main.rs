//! The families of worlds: a file for each, and what all of them are asked.
//!   cargo test --workspace --test families drop_bounce

mod axes;
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
mod healthy;
mod hidden_props;
mod home_manip;
mod line_cell;
mod linkage_control;
mod mixture;
mod occluder_permanence;
mod oracle_mpc;
mod play;
mod pour_flow;
mod push_planar;
mod quad_flight;
mod ramp_constants;
mod rates;
mod requests;
mod rollout;
mod rooms_nav;
mod rope_soft;
mod rover_terrain;
mod spoiled;
mod support_topple;
mod twin_site;
