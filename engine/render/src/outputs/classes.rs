//! Class ids: what kind of thing each pixel shows.

use super::Look;
use crate::renderer::Renderer;
use std::collections::BTreeSet;
use terrella_spec::world::World;

/// The classes of a world's bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    names: Vec<String>,
    of_body: Vec<u16>,
}

impl Classes {
    /// The classes of a world: the distinct ones of its bodies, `liquid` where it has liquids, and `soft` where it has soft
    /// bodies, in alphabetical order.
    pub fn new(world: &World<f32>) -> Classes {
        let bodies = world.bodies.values().map(|body| body.class.as_str());
        let liquids = world.liquids.keys().map(|_| "liquid");
        let classes = bodies.chain(liquids).chain(world.softs.keys().map(|_| "soft"));
        let distinct: BTreeSet<&str> = classes.clone().collect();
        let names: Vec<String> = distinct.into_iter().map(String::from).collect();
        let of_body = classes
            .map(|class| names.partition_point(|name| name.as_str() < class) as u16)
            .collect();
        Classes { names, of_body }
    }

    /// Their names: class id k is `names()[k - 1]`.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Appends each pixel's class id, 0 for sky: `height * width` numbers.
    pub fn write(&self, renderer: &Renderer, look: &Look, into: &mut Vec<u16>) {
        let seen = look.seen();
        into.extend((0..seen.pixels()).map(|pixel| {
            if seen.is_sky(pixel) {
                0
            } else {
                self.of_body[renderer.body_of(seen.part[pixel])] + 1
            }
        }));
    }
}
