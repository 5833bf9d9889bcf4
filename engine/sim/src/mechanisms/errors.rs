//! The random errors of what measures: each is a function of a seed and of the number of the measurement, so a fork has the same ones.

use terrella_spec::seed::{Rng, SeedPath};

/// Draws the errors of one measurement of what `name` says.
pub(super) fn errors(seed: u64, number: u32, name: &str) -> Rng {
    let path = SeedPath {
        run: seed,
        episode: u64::from(number),
        attempt: 0,
    };
    path.stream(name)
}
