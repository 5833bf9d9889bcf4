//! What is drawn out of distribution must change something in its world.

use terrella_scenes::Family;
use terrella_scenes::draw::draw_plan;
use terrella_spec::run::OodSpec;
use terrella_spec::seed::SeedPath;

/// Draws each factor that has an out-of-distribution range from it, alone: there are such worlds, and each is another than
/// without.
pub fn check_axes(family: &dyn Family) {
    let factors = family.factors();
    for factor in factors.iter().filter(|factor| factor.has_ood()) {
        let name = factor.name.as_str();
        let axis = OodSpec::Factors(vec![name.into()]);
        let mut found = 0;
        for episode in 0..60 {
            let seed = SeedPath {
                run: 0,
                episode,
                attempt: 0,
            };
            // Where it changes nothing, or the draws fit no world, there is no such episode.
            let draws = [Some(&axis), None].map(|ood| draw_plan(family, &factors, ood, seed));
            let [Ok(held_out), Ok(training)] = draws else {
                continue;
            };
            assert_eq!(held_out.ood, [name]);
            assert_ne!(
                held_out.factors[name], training.factors[name],
                "{name} of {episode}"
            );
            assert!(
                held_out.world != training.world,
                "{name} changes nothing in {episode}"
            );
            found += 1;
            if found == 3 {
                break;
            }
        }
        assert!(found > 0, "{name} is out of distribution in no world");
    }
}
