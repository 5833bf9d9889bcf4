use super::color::linear;
use super::*;
use terrella_spec::camera::Effects;

fn grey(byte: u8, side: u32) -> Frame {
    let pixels = (side * side) as usize;
    Frame {
        width: side,
        height: side,
        rgb: vec![byte; pixels * 3],
        depth_m: vec![2.0; pixels],
        ids: Vec::new(),
    }
}

fn exposed(effects: Effects<f32>, key: u64, record: u32, frame: &Frame) -> Frame {
    let mut frame = frame.clone();
    Sensor::new(&effects, key).expose(record, &mut frame);
    frame
}

fn moments(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    let variance = values.map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt())
}

#[test]
fn no_effect_changes_nothing() {
    let frame = grey(77, 16);
    assert_eq!(exposed(Effects::default(), 1, 2, &frame), frame);
}

#[test]
fn noise_has_the_deviation_that_is_asked_for_and_no_bias() {
    let effects = Effects {
        noise: Some(0.04),
        depth_noise_m: Some(0.01),
        ..Effects::default()
    };
    let frame = exposed(effects, 5, 0, &grey(128, 128));
    let (mean, deviation) = moments(frame.rgb.iter().map(|byte| f64::from(*byte)));
    assert!((mean - 128.0).abs() < 0.2, "{mean}");
    assert!((deviation - 10.2).abs() < 0.2, "{deviation}");
    // At 2 m, four times that of 1 m.
    let (mean, deviation) = moments(frame.depth_m.iter().map(|depth| f64::from(*depth)));
    assert!((mean - 2.0).abs() < 1e-3, "{mean}");
    assert!((deviation - 0.04).abs() < 1e-3, "{deviation}");
}

#[test]
fn shot_noise_grows_with_the_root_of_the_light() {
    let effects = Effects {
        shot_noise: Some(0.05),
        ..Effects::default()
    };
    let light = |byte: u8| {
        let frame = exposed(effects.clone(), 5, 0, &grey(byte, 128));
        let light = |byte: &u8| f64::from(linear([f32::from(*byte) / 255.0; 3]).x);
        moments(frame.rgb.iter().map(light).collect::<Vec<_>>().into_iter())
    };
    let (dark, dark_deviation) = light(124);
    let (bright, bright_deviation) = light(188);
    // 0.2 and 0.5 of full light.
    assert!(
        (dark - 0.202).abs() < 2e-3 && (bright - 0.503).abs() < 2e-3,
        "{dark} {bright}"
    );
    let ratio = bright_deviation / dark_deviation;
    assert!((ratio - (bright / dark).sqrt()).abs() < 0.03, "{ratio}");
    assert!(
        (bright_deviation - 0.05 * bright.sqrt()).abs() < 1e-3,
        "{bright_deviation}"
    );
}

#[test]
fn noise_is_a_function_of_key_record_and_pixel_alone() {
    let effects = Effects {
        noise: Some(0.1),
        shot_noise: Some(0.1),
        ..Effects::default()
    };
    let frame = grey(100, 32);
    let first = exposed(effects.clone(), 3, 7, &frame);
    let mut sensor = Sensor::new(&effects, 3);
    for record in [9, 2, 7] {
        let mut again = frame.clone();
        sensor.expose(record, &mut again);
        assert_eq!(again == first, record == 7);
    }
    assert_ne!(exposed(effects, 4, 7, &frame), first);
    let same = first.rgb.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert!(
        same < first.rgb.len() / 10,
        "neighbours repeat each other: {same}"
    );
}

/// The bits of noise are a promise to every dataset made so far.
#[test]
fn golden_noise() {
    let noise = Noise::new(0x0123_4567_89ab_cdef);
    let got = [
        noise.normal(Stream::Shot, 0, 0).to_bits(),
        noise.normal(Stream::Read, 1, 2).to_bits(),
        noise.unit(Stream::Drop, 3, 0).to_bits(),
    ];
    assert_eq!(got, [0x3fe2_ce17, 0xbf80_3d49, 0x3e81_a13c], "{got:#010x?}");
}

#[test]
fn pictures_are_dropped_as_often_as_asked() {
    let chance = |chance: f32| {
        let effects = Effects {
            drop_chance: Some(chance),
            ..Effects::default()
        };
        let sensor = Sensor::new(&effects, 11);
        (0..10_000).filter(|record| sensor.drops(*record)).count()
    };
    assert_eq!((chance(0.0), chance(1.0)), (0, 10_000));
    assert!((2_850..3_150).contains(&chance(0.3)), "{}", chance(0.3));
}

#[test]
fn exposure_and_white_balance_multiply_the_light() {
    let effects = Effects {
        exposure_ev: Some(1.0),
        white_balance: Some([1.0, 0.5, 3.0]),
        ..Effects::default()
    };
    let frame = exposed(effects, 0, 0, &grey(100, 4));
    let light = |byte: u8| linear([f32::from(byte) / 255.0; 3]).x;
    let wanted = light(100);
    for (channel, factor) in [2.0, 1.0, 6.0].into_iter().enumerate() {
        let got = light(frame.rgb[channel]);
        assert!((got / (wanted * factor) - 1.0).abs() < 0.02, "{channel}: {got}");
    }
}

#[test]
fn a_vignette_darkens_the_corners_and_leaves_the_middle() {
    let effects = Effects {
        vignette: Some(0.6),
        ..Effects::default()
    };
    let frame = exposed(effects, 0, 0, &grey(200, 65));
    let light = |pixel: usize| linear([f32::from(frame.rgb[pixel * 3]) / 255.0; 3]).x;
    let full = linear([200.0 / 255.0; 3]).x;
    assert_eq!(frame.rgb[(32 * 65 + 32) * 3], 200);
    assert!((light(0) / full - 0.4).abs() < 0.01);
}

#[test]
fn blur_spreads_a_point_as_a_gaussian_and_keeps_its_light() {
    let side = 41;
    let mut frame = grey(0, side);
    let middle = (20 * side as usize + 20) * 3;
    frame.rgb[middle..middle + 3].fill(255);
    let mut light: Vec<f32> = frame.rgb.iter().map(|byte| f32::from(*byte) / 255.0).collect();
    optics::blur(&mut light, &mut Vec::new(), 41, 41, 2.0);
    let total: f32 = light.iter().step_by(3).sum();
    assert!((total - 1.0).abs() < 1e-4, "{total}");
    let spread: f32 = (light.iter().step_by(3).enumerate())
        .map(|(pixel, value)| value * ((pixel % 41) as f32 - 20.0).powi(2))
        .sum();
    assert!((spread.sqrt() - 2.0).abs() < 0.05, "{spread}");
    // A picture of one colour stays as it is, edges too.
    let effects = Effects {
        blur_px: Some(3.0),
        ..Effects::default()
    };
    assert_eq!(exposed(effects, 0, 0, &grey(90, 12)).rgb, grey(90, 12).rgb);
}
