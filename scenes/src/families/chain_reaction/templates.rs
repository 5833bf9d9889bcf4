//! Which chains there are: those of training, and those held out.

/// Chains of training worlds, first element first.
pub(super) const TRAINING: [&str; 30] = [
    "dominoes-ramp",
    "dominoes-pendulum",
    "dominoes-hammer",
    "dominoes-gate",
    "ramp-dominoes",
    "ramp-seesaw",
    "ramp-hammer",
    "ramp-spring",
    "pendulum-ramp",
    "pendulum-dominoes",
    "pendulum-gate",
    "seesaw-ramp",
    "seesaw-dominoes",
    "seesaw-pendulum",
    "hammer-ramp",
    "hammer-seesaw",
    "hammer-spring",
    "gate-dominoes",
    "gate-hammer",
    "gate-seesaw",
    "spring-pendulum",
    "spring-hammer",
    "spring-dominoes",
    "dominoes-seesaw-hammer",
    "ramp-pendulum-dominoes",
    "pendulum-hammer-ramp",
    "seesaw-gate-dominoes",
    "hammer-dominoes-gate",
    "gate-ramp-pendulum",
    "spring-ramp-dominoes",
];

/// Chains that appear out of distribution only: pairs that no training chain has next to each other, and longer ones.
pub(super) const HELD_OUT: [&str; 12] = [
    "dominoes-spring",
    "ramp-gate",
    "pendulum-spring",
    "pendulum-seesaw",
    "seesaw-spring",
    "hammer-pendulum",
    "gate-spring",
    "spring-gate",
    "spring-seesaw",
    "dominoes-ramp-hammer-seesaw",
    "ramp-dominoes-gate-pendulum",
    "hammer-spring-dominoes-ramp",
];

/// The elements of a chain.
pub(super) fn elements(template: &str) -> Vec<&str> {
    template.split('-').collect()
}

#[cfg(test)]
mod tests {
    use super::super::elements::ELEMENTS;
    use super::*;
    use std::collections::BTreeSet;

    fn pairs(template: &str) -> Vec<(String, String)> {
        let list = elements(template);
        list.windows(2)
            .map(|pair| (pair[0].to_string(), pair[1].to_string()))
            .collect()
    }

    #[test]
    fn held_out_chains_are_new_and_made_of_known_elements() {
        let known: BTreeSet<_> = TRAINING.iter().flat_map(|template| pairs(template)).collect();
        for template in HELD_OUT {
            assert!(!TRAINING.contains(&template), "{template} is trained on");
            let new = pairs(template).iter().any(|pair| !known.contains(pair));
            assert!(
                new || elements(template).len() > 3,
                "{template} shows nothing new"
            );
        }
        for element in TRAINING
            .iter()
            .chain(&HELD_OUT)
            .flat_map(|template| elements(template))
        {
            assert!(ELEMENTS.contains(&element), "`{element}` is no element");
        }
        let used: BTreeSet<_> = TRAINING.iter().flat_map(|template| elements(template)).collect();
        assert_eq!(used.len(), ELEMENTS.len(), "every element is trained on");
    }
}
