//! `drive_road`: a car drives a road with bends, hills, junctions, lights, other cars, people who cross, and slippery patches.

mod cars;
mod expert;
mod judge;
mod land;
mod lights;
mod network;
mod others;
mod path;
mod scenery;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use cars::{EGO_HALF_M, ORIGIN_M};
use judge::{Judge, OVERRUN_M, RUN_UP_M};
use land::Land;
use lights::Timing;
use network::{Control, Wanted};
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::{
    Camera, Fog, Lamp, Lidar, Light, Mechanism, Observe, Physics, Preset, Quantity, World,
};

const TASK: &str = "drive to the green mark, stay in the lane, stop at red lights and stop signs, hit nobody";
const HZ: u32 = 20;
/// How long a way is driven at the speed limit, s; at least, and at most.
const WAY_SECS: f32 = 12.0;
const WAY_M: [f32; 2] = [105.0, 150.0];

/// How high over the road the camera above the car is, m, how far ahead of the car, and how much of the road its picture shows from top to
/// bottom. The thickest fog leaves two fifths of the colours at this height; from lower, trees and cars would lean more, and hills
/// would be less true to scale.
const ABOVE_M: f32 = 24.0;
const ABOVE_AHEAD_M: f32 = 7.0;
const ABOVE_SIDE_M: f32 = 32.0;

/// The layouts in which streets cross, and all that have a junction.
const STREETS: [&str; 4] = ["x_junction", "t_junction", "two_junctions", "grid"];
const JUNCTIONS: [&str; 6] = [
    "x_junction",
    "t_junction",
    "two_junctions",
    "grid",
    "roundabout",
    "roundabout_five",
];

/// The family.
pub struct DriveRoad;

/// The factors of one world, as far as several of its parts want them.
struct Drawn {
    limit_mps: f32,
    load_kg: f32,
    center_raise_m: f32,
    cornering_per_rad: f32,
    stiffness_npm: f32,
    antilock: bool,
    front_drive: bool,
    /// It is told curvature and acceleration, not steering angle and pedals.
    by_curvature: bool,
    near_miss: String,
    /// Of each agent.
    styles: Vec<String>,
    pedestrian_count: usize,
    notice_secs: f32,
    parked_count: usize,
}

/// The weather, as far as one sees and feels it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weather {
    Dry,
    Rain,
    Snow,
}

impl Weather {
    fn of(word: &str) -> Self {
        match word {
            "rain" => Weather::Rain,
            "snow" => Weather::Snow,
            _ => Weather::Dry,
        }
    }

    /// What is left of the friction of a dry road.
    fn grip_share(self) -> f32 {
        match self {
            Weather::Dry => 1.0,
            Weather::Rain => 0.75,
            Weather::Snow => 0.5,
        }
    }
}

impl Family for DriveRoad {
    fn card(&self) -> Card {
        Card {
            name: "drive_road".into(),
            title: "Drive on a road".into(),
            question: "How long is the way to a stop, does that car yield, skid or grip?".into(),
            doc: "The red car drives in the right-hand lane of a road with bends, one or two crossings, a T junction or a \
                  roundabout, to the green mark; held out are a grid of four crossings and a roundabout of five arms. Its inputs are steering \
                  (rad), throttle and brake (0..1), or with `factors.action = \"curvature\"` curvature (1/m) and acceleration \
                  (m/s^2). Roads climb and fall over hills, and are \
                  level at junctions. Wheels have the friction of \
                  what they stand on: road, wet or icy patches, grass. Load, centre of mass, tyres, springs, driven axle, \
                  antilock brakes, speed limit, rain, daylight and fog differ; held out, snow lies. The car has cameras to \
                  the front and the rear and a lidar in its bumper, and reports as its bus does. The picture from `above` is a map true to \
                  scale, the car's heading up: the camera follows the car's place and heading and stays upright, 24 m over the road \
                  and 7 m ahead of the car. It shows 32 m of the road from top to bottom: a picture of 64 rows has 0.5 m a pixel on all \
                  ground as high as that below the car. What is h m higher is drawn 24 / (24 - h) times as large and leans outwards. `comfort` \
                  reports accelerations along and across it (means over 0.5 s, m/s^2), their jerk (m/s^3), whether it is \
                  comfortable now (2.5 m/s^2 faster, 3.5 slower, 3 across and 6 m/s^3 at most) and for how long it was not (s). Other cars follow lanes, keep their distance, change lanes and give way at \
                  junctions where they must; where the car must, a sign and a line say so, and somebody comes. At some junctions there are \
                  stop signs or lights, and others stop there too. Some \
                  are aggressive, and pass lights that have just turned red; held out some are distracted. One may brake hard, cut in or pull \
                  out on purpose; people step into the road, crates lie at its edge."
                .into(),
            tasks: vec![TASK.into()],
            success: "The car has reached the mark, never having touched anything nor been more than 1.3 m beside the \
                      middle of its lane, nor passed a line at red, nor at a stop sign without a halt, nor been uncomfortable for more than \
                      3 s altogether. Terminates at a collision, or \
                      3 m beside the middle of the lane. The reward is the share of the way, less discomfort (0.001 for each second and \
                      m^2/s^4), less 0.5 for each line that was passed at red or without the halt, less 1 at the end of those that terminate."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::choice(
                "layout",
                "The road: two bends; a crossing; a T junction with a road from the right, or from the left where the way \
                 turns left; two crossings 48 m from each other; a roundabout of four arms, or of five; a grid of two roads that two others cross.",
                &["curve", "x_junction", "t_junction", "two_junctions", "roundabout"],
                &["grid", "roundabout_five"],
            ),
            FactorSpec::choice(
                "turn",
                "Where the way leads at a junction, at the second one where there are several.",
                &["straight", "left", "right"],
                &[],
            )
            .where_is("layout", &JUNCTIONS),
            FactorSpec::choice(
                "right_of_way",
                "Who has it: the car's road, or the other. A car turning left lets oncoming ones pass, and in a roundabout \
                 those have it who go round. Lights stand over it.",
                &["own", "other"],
                &[],
            )
            .where_is("layout", &STREETS),
            FactorSpec::choice(
                "lanes",
                "One lane each way, or two lanes the same way.",
                &["two_way", "one_way"],
                &[],
            )
            .where_is("layout", &["curve"]),
            FactorSpec::real(
                "bend_deg",
                "deg",
                "Angle of the first bend.",
                Dist::uniform(15.0, 60.0).ood(65.0, 90.0),
            )
            .where_is("layout", &["curve"]),
            FactorSpec::real(
                "grade",
                "",
                "Steepest grade of the roads, rise over run; crests are 60 to 110 m apart.",
                Dist::uniform(0.0, 0.08).ood(0.11, 0.16),
            ),
            FactorSpec::real(
                "speed_limit_mps",
                "m/s",
                "The speed limit; traffic drives at about that.",
                Dist::uniform(7.0, 12.0).ood(13.0, 17.0),
            ),
            FactorSpec::real(
                "road_friction",
                "",
                "Friction of the dry road.",
                Dist::uniform(0.7, 1.0).ood(0.35, 0.55),
            ),
            FactorSpec::choice(
                "weather",
                "Dry; rain, in which a dark, shining road has 0.75 times that friction; or snow on everything, with 0.5 times.",
                &["dry", "rain"],
                &["snow"],
            ),
            FactorSpec::count("patch_count", "Slippery patches on the lane.", 0, 2, Some((3, 4))),
            FactorSpec::real(
                "patch_friction",
                "",
                "Friction of the patches: wet, or icy. Roads, with rain and snow, and patches together are 0.08 to 1.0.",
                Dist::uniform(0.3, 0.55).ood(0.08, 0.29),
            )
            .where_at_least("patch_count", 1),
            FactorSpec::real(
                "load_kg",
                "kg",
                "Load of the car, which has 1200 kg without.",
                Dist::uniform(0.0, 400.0).ood(600.0, 900.0),
            ),
            FactorSpec::real(
                "center_raise_m",
                "m",
                "How much higher its centre of mass is than that of an empty car.",
                Dist::uniform(0.0, 0.15).ood(0.25, 0.4),
            ),
            FactorSpec::real(
                "cornering_per_rad",
                "1/rad",
                "Cornering stiffness of its tyres, as a share of the load.",
                Dist::uniform(12.0, 18.0).ood(7.0, 10.0),
            ),
            FactorSpec::real(
                "stiffness_npm",
                "N/m",
                "Stiffness of the spring of each wheel.",
                Dist::uniform(32_000.0, 46_000.0).ood(22_000.0, 27_000.0),
            ),
            FactorSpec::choice("drive", "The driven axle.", &["front", "rear"], &[]),
            FactorSpec::choice(
                "brakes",
                "Whether the brakes can lock the wheels.",
                &["antilock", "plain"],
                &[],
            ),
            FactorSpec::count("agent_count", "Other cars that drive.", 0, 8, Some((10, 30))),
            FactorSpec::choice(
                "agent_style",
                "How each of them drives.",
                &["normal", "aggressive"],
                &["distracted"],
            )
            .for_each()
            .where_at_least("agent_count", 1),
            FactorSpec::choice(
                "near_miss",
                "What one more car does on purpose: it brakes hard ahead, or cuts in from the left lane or the kerb.",
                &["none", "hard_brake", "cut_in"],
                &[],
            ),
            FactorSpec::count(
                "pedestrian_count",
                "People who cross the road.",
                0,
                2,
                Some((3, 4)),
            ),
            FactorSpec::real(
                "notice_secs",
                "s",
                "They step onto the road when the car is so far away at the speed limit.",
                Dist::uniform(2.8, 4.5).ood(1.8, 2.4),
            )
            .where_at_least("pedestrian_count", 1),
            FactorSpec::count(
                "parked_count",
                "Parked cars, where there is room.",
                0,
                3,
                Some((5, 8)),
            ),
            FactorSpec::count(
                "debris_count",
                "Crates at the right edge of the lane.",
                0,
                2,
                Some((3, 5)),
            ),
            FactorSpec::choice(
                "daylight",
                "Day, dusk, or night with headlights.",
                &["day", "dusk"],
                &["night"],
            ),
            FactorSpec::real(
                "fog_half_m",
                "m",
                "Distance at which half of what is seen is fog.",
                Dist::log_uniform(150.0, 1500.0).ood(20.0, 50.0),
            ),
            FactorSpec::choice(
                "control",
                "What tells who goes first: signs; stop signs, at which those who give way come to a halt first; or lights, at two junctions \
                 at most.",
                &["signs", "stop_signs", "lights"],
                &[],
            )
            .where_is("layout", &STREETS),
            FactorSpec::real(
                "light_period_secs",
                "s",
                "From one green of a light to the next. Half of it, less 3 s of amber and 2 s in which all have red, is green.",
                Dist::uniform(16.0, 22.0).ood(26.0, 32.0),
            )
            .where_is("layout", &STREETS)
            .where_is("control", &["lights"]),
            FactorSpec::real(
                "light_offset",
                "",
                "Where in its period the first light is at the start: at 0 the car's turns green. The second one turns green as much \
                 later as the way to it takes at the speed limit.",
                Dist::uniform(0.0, 1.0),
            )
            .where_is("layout", &STREETS)
            .where_is("control", &["lights"]),
            FactorSpec::choice(
                "action",
                "What the car is told: pedals, its steering angle (rad, to the left), throttle and brake (0..1); curvature, that of the \
                 way of its rear axle (1/m, to the left) and its acceleration along it (m/s^2, -10..4, with what slope, drag and rolling \
                 take), as far as engine, brakes and tyres are able to.",
                &["pedals"],
                &[],
            )
            .on_request(&["curvature"]),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let layout = draw.word("layout");
        let turn = draw.word("turn");
        let sides_first = draw.word("right_of_way") == "other";
        let one_way = draw.word("lanes") == "one_way";
        let bend_deg = draw.real("bend_deg");
        let grade = draw.real("grade");
        let limit_mps = draw.real("speed_limit_mps");
        let road_friction = draw.real("road_friction");
        let weather = Weather::of(&draw.word("weather"));
        let patch_count = draw.count("patch_count");
        let patch_friction = draw.real("patch_friction");
        let load_kg = draw.real("load_kg");
        let center_raise_m = draw.real("center_raise_m");
        let cornering_per_rad = draw.real("cornering_per_rad");
        let stiffness_npm = draw.real("stiffness_npm");
        let front_drive = draw.word("drive") == "front";
        let antilock = draw.word("brakes") == "antilock";
        let agent_count = draw.count("agent_count");
        let drawn = Drawn {
            limit_mps,
            load_kg,
            center_raise_m,
            cornering_per_rad,
            stiffness_npm,
            antilock,
            front_drive,
            by_curvature: draw.word("action") == "curvature",
            styles: draw.words("agent_style", agent_count),
            near_miss: draw.word("near_miss"),
            pedestrian_count: draw.count("pedestrian_count"),
            notice_secs: draw.real("notice_secs"),
            parked_count: draw.count("parked_count"),
        };
        let debris_count = draw.count("debris_count");
        let daylight = draw.word("daylight");
        let fog = draw.real("fog_half_m");
        let control = draw.word("control");
        let timing = Timing {
            period_secs: draw.real("light_period_secs"),
            share: draw.real("light_offset"),
            limit_mps,
        };

        let wanted = Wanted {
            layout: &layout,
            turn: &turn,
            one_way,
            bend_deg,
            sides_first,
            length_m: (WAY_SECS * limit_mps).clamp(WAY_M[0], WAY_M[1]),
            control: Control::of(&control),
        };
        let mut network = network::network(&wanted, &mut draw.rng("network"));
        network.land = Land::new(&network, grade, &mut draw.rng("land"));
        let [start, end] = network.way_m;
        let route = &network.lanes[0].path;
        let mut world = World {
            control_hz: HZ,
            physics: Physics {
                preset: Preset::Fast,
                step_hz: None,
            },
            light: light(&daylight, weather, fog),
            ..World::default()
        };
        scenery::add_ground(&mut world, &network, road_friction, weather);
        scenery::add_patches(
            &mut world,
            &network,
            patch_friction,
            patch_count,
            &mut draw.rng("patches"),
        );
        scenery::add_signs(&mut world, &network);
        lights::add_lights(&mut world, &network, &timing);
        let mut rng = draw.rng("ego");
        let speed_mps = rng.uniform_f32(0.0, 0.8) * limit_mps;
        cars::add_ego(&mut world, &drawn, &network.land, route.at(start), speed_mps);
        // Who pulls out does not have to drive over one.
        let first = start + if drawn.near_miss == "cut_in" { 62.0 } else { 25.0 };
        let mut rng = draw.rng("debris");
        let debris = scenery::add_debris(&mut world, &network, (debris_count, first), &mut rng);
        let others = others::add_others(&mut world, &drawn, &network, debris, &mut draw.rng("others"))?;
        draw.count_came_to("parked_count", others.parked_count);
        scenery::add_surroundings(&mut world, &network, &mut draw.rng("surroundings"));
        if weather == Weather::Snow {
            scenery::snow_on(&mut world);
        }
        world.mechanisms.insert(
            "route".into(),
            Mechanism::Route {
                body: "ego".into(),
                points_m: route
                    .part(start - RUN_UP_M, end + OVERRUN_M)
                    .lifted(|place| network.land.road_m(place)),
                sees: others.seen,
                half_width_m: EGO_HALF_M[1] + 0.3,
                range_m: 60.0,
            },
        );
        world.observe = vec![
            Observe::new("ego", Quantity::Speed),
            Observe::axes("ego", Quantity::Spin, "z"),
            Observe::new("car", Quantity::State),
            Observe::new("route", Quantity::Route),
        ];
        add_cameras(&mut world, &daylight);
        Ok((world, TASK.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Judge::new(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(expert::Expert::new(plan)))
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/drive_road.toml")
    }
}

/// Sun, sky and fog. Where it rains or snows the sky is grey and throws hardly a shadow.
fn light(daylight: &str, weather: Weather, fog_half_m: f32) -> Light<f32> {
    let base = Light::default();
    let mut light = match daylight {
        "dusk" => Light {
            sun_direction: [0.9, 0.5, 0.35],
            sun_share: 0.5,
            sky_zenith: [0.32, 0.34, 0.52],
            sky_horizon: [0.88, 0.62, 0.46],
            ..base
        },
        "night" => Light {
            sun_share: 0.1,
            sky_zenith: [0.02, 0.03, 0.07],
            sky_horizon: [0.06, 0.08, 0.14],
            ..base
        },
        _ => base,
    };
    if weather != Weather::Dry {
        let grey = |color: [f32; 3]| {
            let mean = color.iter().sum::<f32>() / 3.0;
            color.map(|part| 0.85 * (0.2 * part + 0.8 * mean))
        };
        light.sun_share *= 0.3;
        light.sky_zenith = grey(light.sky_zenith);
        light.sky_horizon = grey(light.sky_horizon);
    }
    light.fog = Some(Fog {
        color: None,
        half_distance_m: fog_half_m,
    });
    light
}

/// A camera over the bonnet, one that looks back from the boot, and one above the car that turns with it; at night they see by
/// its headlights. A lidar in the bumper.
fn add_cameras(world: &mut World<f32>, daylight: &str) {
    let mut front = Camera {
        mount: Some("ego".into()),
        ..Camera::looking([0.75, 0.0, 0.78], [10.0, 0.0, 0.1], 58.0)
    };
    let mut rear = Camera {
        mount: Some("ego".into()),
        ..Camera::looking([-2.05, 0.0, 0.45], [-12.0, 0.0, 0.0], 58.0)
    };
    // Upright whatever the car does, so that a metre of the road is as many pixels everywhere.
    let mut above = Camera {
        mount: Some("ego".into()),
        level: true,
        up: [1.0, 0.0, 0.0],
        ..Camera::looking(
            [ABOVE_AHEAD_M, 0.0, ABOVE_M - ORIGIN_M],
            [ABOVE_AHEAD_M, 0.0, 0.0],
            2.0 * libm::atanf(0.5 * ABOVE_SIDE_M / ABOVE_M).to_degrees(),
        )
    };
    if daylight == "night" {
        front.effects.exposure_ev = Some(-2.0);
        rear.effects.exposure_ev = Some(-1.0);
        above.effects.exposure_ev = Some(-1.0);
        for (name, aside) in [("headlight_left", 0.6), ("headlight_right", -0.6)] {
            let lamp = Lamp::Point {
                position_m: [2.3, aside, 0.15],
                mount: Some("ego".into()),
                color: [1.0, 0.96, 0.86],
                strength: 120.0,
                shadows: false,
            };
            world.lights.insert(name.into(), lamp);
        }
    }
    world.cameras.insert("front".into(), front);
    world.cameras.insert("above".into(), above);
    world.cameras.insert("rear".into(), rear);
    let lidar = Lidar {
        mount: Some("ego".into()),
        position_m: [0.0, 0.0, 0.1],
        beams: 180,
        range_m: 60.0,
        ..Lidar::default()
    };
    world.lidars.insert("bumper".into(), lidar);
}
