//! What is seen of walls: all of them, of glass only the rim, of a net its cords. Nothing passes through any of them.

/// Height of the rim that is seen of glass, m.
const RIM_M: f32 = 0.006;
/// Height of a cord and of what is free between two, m. The smallest ball is larger.
const CORD_M: f32 = 0.002;
const MESH_M: f32 = 0.005;

/// What walls are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wall {
    Opaque,
    Glass,
    Net,
}

impl Wall {
    pub fn named(word: &str) -> Wall {
        match word {
            "glass" => Wall::Glass,
            "net" => Wall::Net,
            _ => Wall::Opaque,
        }
    }

    /// A wall from one height to another in layers, from the lowest: from where to where, and whether it is seen.
    pub fn layers(self, low: f32, high: f32) -> Vec<(f32, f32, bool)> {
        match self {
            Wall::Opaque => vec![(low, high, true)],
            Wall::Glass => vec![(low, high - RIM_M, false), (high - RIM_M, high, true)],
            Wall::Net => {
                let mut layers = Vec::new();
                let mut top = high;
                while top - CORD_M - MESH_M > low + CORD_M {
                    layers.push((top - CORD_M, top, true));
                    layers.push((top - CORD_M - MESH_M, top - CORD_M, false));
                    top -= CORD_M + MESH_M;
                }
                // The hem.
                layers.push((low, top, true));
                layers.reverse();
                layers
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_lie_on_each_other() {
        for wall in [Wall::Opaque, Wall::Glass, Wall::Net] {
            let layers = wall.layers(0.008, 0.05);
            assert_eq!((layers[0].0, layers[layers.len() - 1].1), (0.008, 0.05));
            for pair in layers.windows(2) {
                assert!(
                    pair[0].1 == pair[1].0 && pair[0].0 < pair[0].1,
                    "{wall:?}: {pair:?}"
                );
            }
            assert!(layers.iter().any(|(.., seen)| *seen));
            assert_eq!(layers.iter().all(|(.., seen)| *seen), wall == Wall::Opaque);
        }
    }
}
