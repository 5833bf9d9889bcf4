//! Random looks: lamps, soft shadows, highlights, clouds, images and fog.

use std::sync::Arc;
use terrella_spec::image::{Bytes, Image, Pixels};
use terrella_spec::shape::Pattern;
use terrella_spec::world::{Fog, Lamp, Shadows, World};

/// An image of many colours.
fn quilt(width: u32, height: u32) -> Image {
    let rgb: Vec<u8> = (0..width * height * 3)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    Image::Pixels(Pixels {
        width,
        height,
        rgb: Bytes(Arc::from(rgb)),
    })
}

/// Gives a world a look of this number: each feature alone and together with others.
pub fn dress(world: &mut World<f32>, number: u64) {
    let has = |bit: u64| number >> bit & 1 == 1;
    if has(0) {
        world.light.shadows = Shadows::Soft {
            angle_deg: 1.0 + (number % 13) as f32,
        };
    }
    if has(1) {
        world.light.fog = Some(Fog {
            color: has(2).then_some([0.7, 0.6, 0.5]),
            half_distance_m: 8.0,
        });
    }
    if has(2) {
        let lamp = Lamp::Directional {
            direction: [-1.0, 0.4, 0.3 + 0.1 * (number % 5) as f32],
            color: [1.0, 0.6, 0.3],
            strength: 0.5,
            shadows: !has(5),
        };
        world.lights.insert("side".into(), lamp);
    }
    if has(3) {
        let lamp = Lamp::Point {
            position_m: [0.1, 0.2, 1.1],
            mount: has(4).then(|| "body 3".into()),
            color: [0.4, 0.7, 1.0],
            strength: 0.8,
            shadows: true,
        };
        world.lights.insert("bulb".into(), lamp);
        let (color, strength) = ([1.0; 3], 0.3);
        world.lights.insert("head".into(), Lamp::Head { color, strength });
    }
    if has(3) && has(1) {
        world.images.insert("quilt".into(), quilt(13, 7));
        world.images.insert("sky".into(), quilt(32, 16));
        if has(2) {
            world.light.sky_images = vec!["sky".into()];
            world.light.sky_turn_deg = 10.0 * number as f32;
        }
    }
    for (index, body) in world.bodies.values_mut().enumerate() {
        if has(4) && index % 3 != 1 {
            body.paint.specular = 0.2 + 0.08 * index as f32;
            body.paint.shininess = [1.0, 7.0, 60.0, 1024.0][index % 4];
        }
        body.paint.smooth = has(4) && has(1);
        if has(3) && has(1) && index % 2 == 0 {
            body.paint.images = vec!["quilt".into(), "sky".into()];
            body.paint.image_pick = 0.1 * index as f32;
            body.paint.pattern_size_m = 0.7;
        }
        if has(5) && (index as u64 + number).is_multiple_of(2) {
            body.paint.pattern = Pattern::Noise;
            body.paint.pattern_size_m = 0.4;
        }
    }
}
