//! Contract: every instruction set of this processor gives the same bits.

mod random;

#[path = "random/dressed.rs"]
mod dressed;

use random::scene;
use terrella_render::{Frame, InstructionSet, Outputs, Renderer, View};
use terrella_spec::shape::Pattern;

/// Draws a random scene with every set, and compares all bits.
fn check(seed: u64, size: [u32; 2], outputs: Outputs) {
    check_look(seed, 0, size, outputs);
}

/// The same with a look of this number.
fn check_look(seed: u64, look: u64, [width, height]: [u32; 2], outputs: Outputs) {
    let (mut world, camera) = scene(seed);
    for (index, body) in world.bodies.values_mut().enumerate() {
        body.paint.pattern =
            [Pattern::Checker, Pattern::Plain, Pattern::Stripes][(index + seed as usize) % 3];
        body.paint.pattern_size_m = 0.3;
    }
    dressed::dress(&mut world, look);
    let view = View::of(&camera, None, width, height);
    let draw = |set: InstructionSet| {
        let mut frame = Frame::default();
        let mut renderer = Renderer::new(&world)
            .unwrap()
            .supersampled(seed as u32 % 4 + 1)
            .with_instruction_set(set);
        assert_eq!(renderer.instruction_set(), set);
        renderer.render(&view, &world.start_poses(), outputs, &mut frame);
        let depth: Vec<u32> = frame.depth_m.iter().map(|depth| depth.to_bits()).collect();
        (frame.rgb, depth, frame.ids)
    };
    let plain = draw(InstructionSet::Scalar);
    for set in InstructionSet::ALL.into_iter().filter(|set| set.available()) {
        assert!(
            draw(set) == plain,
            "scene {seed}, look {look}, {width} x {height}, {outputs:?}: {} differs",
            set.name()
        );
    }
}

fn outputs(bits: u64) -> Outputs {
    Outputs {
        rgb: bits & 1 > 0,
        depth: bits & 2 > 0,
        ids: bits & 4 > 0,
    }
}

#[test]
fn the_best_set_is_available_and_named() {
    let best = InstructionSet::best();
    assert!(best.available() && InstructionSet::Scalar.available());
    assert!(["avx512", "avx2", "neon", "scalar"].contains(&best.name()));
}

#[test]
fn small_pictures_are_the_same() {
    for seed in 1..=256 {
        check(seed, [64, 64], Outputs::ALL);
    }
}

#[test]
fn pictures_of_other_sizes_are_the_same() {
    for seed in 1..=64 {
        let size = [[96, 96], [100, 100], [128, 128], [224, 224]][seed as usize % 4];
        check(seed, size, outputs(seed % 7 + 1));
    }
}

#[test]
fn odd_sizes_are_the_same() {
    for seed in 1..=60 {
        let size = [[1, 1], [3, 70], [67, 5], [65, 65], [130, 97]][seed as usize % 5];
        check(seed, size, outputs(seed % 7 + 1));
    }
}

#[test]
fn large_pictures_are_the_same() {
    for seed in 1..=3 {
        check(seed, [640, 480], Outputs::ALL);
    }
}

#[test]
fn every_look_is_the_same() {
    for seed in 1..=128 {
        let size = [[64, 64], [45, 70], [97, 33]][seed as usize % 3];
        check_look(seed, seed, size, Outputs::ALL);
    }
}
