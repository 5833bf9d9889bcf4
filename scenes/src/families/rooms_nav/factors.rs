//! What varies in `rooms_nav`.

use super::{SIDEWAYS, doorways, floor_plan, furniture};
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;

/// All factors, in the order in which they are told.
pub(super) fn all() -> Vec<FactorSpec> {
    let real = FactorSpec::real;
    let (count, choice) = (FactorSpec::count, FactorSpec::choice);
    vec![
        choice(
            "layout",
            "How the house is divided: rectangles halved again and again, rooms on both sides of a corridor, or rooms \
             that go round a hall.",
            &floor_plan::LAYOUTS,
            &floor_plan::LAYOUTS_OOD,
        ),
        count("room_count", "Rooms, a corridor included.", 2, 8, Some((9, 20))),
        real(
            "room_area_m2",
            "m^2",
            "Mean area of a room.",
            Dist::uniform(6.5, 10.0).ood(11.0, 14.0),
        ),
        real(
            "door_width_m",
            "m",
            "Width of the doorways, in steps of 0.1 m.",
            Dist::uniform(0.86, 1.14).ood(0.76, 0.84),
        ),
        real(
            "loop_share",
            "",
            "Share of the walls between rooms without a doorway by which every room is reached, where there is room for one, \
             that have one all the same.",
            Dist::uniform(0.1, 0.6).ood(0.85, 1.0),
        )
        .where_at_least("room_count", 3),
        choice(
            "doorway_kind",
            "What stands in each doorway; `locked` or `jammed` where nobody needs to pass and the draws of `locked_share` and \
             `jammed_share` say so, and `shutter` in place of `sliding` where the walls beside it are too short.",
            &doorways::KINDS,
            &doorways::KINDS_OOD,
        )
        .for_each(),
        real(
            "locked_share",
            "",
            "Share of the doorways that are not needed which do not open.",
            Dist::uniform(0.0, 0.6).ood(0.85, 1.0),
        )
        .where_at_least("room_count", 3),
        real(
            "jammed_share",
            "",
            "Share of the doors that do not open which are not red, but look as if they swung.",
            Dist::uniform(0.0, 0.5).ood(0.8, 1.0),
        )
        .where_at_least("room_count", 3),
        real(
            "door_mass_kg",
            "kg",
            "Mass of a door; each of two leaves has half of it.",
            Dist::log_uniform(4.0, 12.0).ood(14.0, 20.0),
        )
        .where_is(
            "doorway_kind",
            &["swing", "double", "saloon", "shutter", "sliding", "plate", "spring", "delayed"],
        ),
        real(
            "hinge_friction_nm",
            "N m",
            "Dry friction of hinges without a spring.",
            Dist::uniform(0.3, 2.0).ood(2.5, 4.0),
        )
        .where_is("doorway_kind", &["swing", "double"]),
        real(
            "closer_nmprad",
            "N m/rad",
            "Stiffness of the springs of leaves that fall shut.",
            Dist::uniform(2.0, 6.0).ood(7.0, 10.0),
        )
        .where_is("doorway_kind", &["saloon", "spring"]),
        choice(
            "furniture_set",
            "What furniture there is.",
            &furniture::SETS,
            &furniture::SETS_OOD,
        ),
        real(
            "clutter",
            "",
            "Pieces of furniture for each room, as far as they fit.",
            Dist::uniform(0.5, 2.5).ood(3.0, 4.0),
        ),
        count(
            "change_count",
            "Pieces of furniture that are taken elsewhere while the robot does not see them, as far as there is room for it.",
            0,
            1,
            Some((2, 3)),
        ),
        count("box_count", "Boxes that can be pushed.", 0, 4, Some((5, 8))),
        real(
            "box_mass_kg",
            "kg",
            "Mass of each box.",
            Dist::log_uniform(1.0, 6.0).ood(8.0, 12.0),
        )
        .for_each()
        .where_at_least("box_count", 1),
        count("stroller_count", "People who walk about.", 0, 2, Some((3, 5))),
        real(
            "stroller_speed_mps",
            "m/s",
            "Speed of each of them.",
            Dist::uniform(0.3, 0.8).ood(0.9, 1.2),
        )
        .for_each()
        .where_at_least("stroller_count", 1),
        real(
            "shortest_path_m",
            "m",
            "Length of the shortest way from start to goal: what is nearest to the draw among some places.",
            Dist::uniform(4.0, 9.0).ood(10.0, 14.0),
        ),
        choice(
            "drive",
            "How the robot drives: on two wheels, ahead and back.",
            &["diff"],
            &[],
        )
        .on_request(&[SIDEWAYS]),
        real(
            "slip",
            "",
            "Share of the wheels' motion that is lost.",
            Dist::uniform(0.0, 0.1).ood(0.15, 0.3),
        ),
        real(
            "odometry_scale_error",
            "",
            "Error of the odometry's distances, as a share.",
            Dist::uniform(-0.03, 0.03).ood(0.05, 0.1),
        ),
        real(
            "odometry_noise_rad",
            "rad",
            "Random error of the odometry's heading after a metre; that of the distance is as many metres.",
            Dist::uniform(0.0, 0.02).ood(0.03, 0.06),
        ),
        real(
            "odometry_seed",
            "",
            "Which random errors the odometry makes.",
            Dist::uniform(0.0, 1.0),
        ),
        real(
            "camera_height_m",
            "m",
            "Height of the robot's camera.",
            Dist::uniform(0.35, 0.6).ood(0.8, 1.1),
        ),
        real(
            "wall_tone",
            "",
            "Colour of the walls, from warm to cool.",
            Dist::uniform(0.0, 1.0),
        ),
        real(
            "floor_field_m",
            "m",
            "Width of a field of the floors.",
            Dist::uniform(0.3, 0.9).ood(0.1, 0.2),
        ),
        real(
            "sun_deg",
            "deg",
            "Where the light comes from.",
            Dist::uniform(0.0, 360.0),
        ),
        real(
            "sun_share",
            "",
            "Share of the light that comes from the sun.",
            Dist::uniform(0.3, 0.6).ood(0.7, 0.9),
        ),
    ]
}
