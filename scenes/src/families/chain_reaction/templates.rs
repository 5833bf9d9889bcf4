//! Which chains there are: the pairs of elements of training, and those held out.

use super::elements::ELEMENTS;

/// What chains of training worlds begin with, and what follows each other further on.
pub(super) const TRAINING: [&str; 50] = [
    "dominoes-ramp",
    "dominoes-pendulum",
    "dominoes-seesaw",
    "dominoes-hammer",
    "dominoes-gate",
    "dominoes-lever",
    "ramp-dominoes",
    "ramp-pendulum",
    "ramp-seesaw",
    "ramp-hammer",
    "ramp-spring",
    "ramp-lever",
    "pendulum-dominoes",
    "pendulum-ramp",
    "pendulum-hammer",
    "pendulum-gate",
    "seesaw-dominoes",
    "seesaw-ramp",
    "seesaw-pendulum",
    "seesaw-hammer",
    "seesaw-gate",
    "seesaw-lever",
    "hammer-dominoes",
    "hammer-ramp",
    "hammer-seesaw",
    "hammer-spring",
    "hammer-lever",
    "gate-dominoes",
    "gate-ramp",
    "gate-seesaw",
    "gate-hammer",
    "spring-dominoes",
    "spring-ramp",
    "spring-pendulum",
    "spring-hammer",
    "spring-lever",
    "lever-dominoes",
    "lever-ramp",
    "lever-pendulum",
    "lever-hammer",
    "lever-gate",
    "dominoes-pulley",
    "ramp-pulley",
    "seesaw-pulley",
    "hammer-pulley",
    "lever-pulley",
    "pulley-dominoes",
    "pulley-ramp",
    "pulley-hammer",
    "pulley-lever",
];

/// Pairs that no chain of training has next to each other.
pub(super) const HELD_OUT: [&str; 22] = [
    "dominoes-spring",
    "ramp-gate",
    "pendulum-seesaw",
    "pendulum-spring",
    "pendulum-lever",
    "seesaw-spring",
    "hammer-pendulum",
    "hammer-gate",
    "gate-pendulum",
    "gate-spring",
    "gate-lever",
    "spring-seesaw",
    "spring-gate",
    "lever-seesaw",
    "lever-spring",
    "pendulum-pulley",
    "gate-pulley",
    "spring-pulley",
    "pulley-pendulum",
    "pulley-seesaw",
    "pulley-gate",
    "pulley-spring",
];

/// The elements of a chain that begins with the pair `template`. The others follow `wanted`, the word at each one's place, where
/// training has that pair; else the next of all elements of which it has.
pub(super) fn chain(template: &str, wanted: &[String]) -> Vec<&'static str> {
    let named = |word: &str| {
        let index = ELEMENTS.iter().position(|element| *element == word);
        index.unwrap_or_else(|| unreachable!("`{word}` is no element"))
    };
    let mut list: Vec<usize> = template.split('-').map(named).collect();
    for word in wanted.iter().skip(list.len()) {
        let before = ELEMENTS[list[list.len() - 1]];
        let first = named(word);
        let next = (first..first + ELEMENTS.len())
            .map(|index| index % ELEMENTS.len())
            .find(|index| TRAINING.contains(&format!("{before}-{}", ELEMENTS[*index]).as_str()));
        list.push(next.expect("something follows every element"));
    }
    list.into_iter().map(|index| ELEMENTS[index]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_pair_of_different_elements_is_trained_on_or_held_out() {
        let pairs: BTreeSet<&str> = TRAINING.into_iter().chain(HELD_OUT).collect();
        assert_eq!(pairs.len(), TRAINING.len() + HELD_OUT.len());
        assert_eq!(pairs.len(), ELEMENTS.len() * (ELEMENTS.len() - 1));
        for pair in pairs {
            let list = chain(pair, &[]);
            assert_eq!(list.join("-"), pair);
            assert_ne!(list[0], list[1]);
        }
    }

    #[test]
    fn long_chains_go_on_as_in_training() {
        for template in TRAINING.into_iter().chain(HELD_OUT) {
            for word in ELEMENTS {
                let list = chain(template, &[word; 4].map(str::to_string));
                assert_eq!(list.len(), 4);
                assert_eq!(list[..2].join("-"), template);
                for pair in list[1..].windows(2) {
                    assert!(TRAINING.contains(&pair.join("-").as_str()), "{pair:?}");
                }
            }
        }
    }
}
