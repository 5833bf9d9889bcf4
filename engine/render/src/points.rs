//! What is made of points that move one by one: liquids and soft bodies. Each is a part whose mesh is made anew for each picture.

use crate::liquid::{self, Surfacer};
use crate::parts::{Coat, Part, bounds_of};
use crate::soft::Skin;
use crate::surface::{Mesh, Solid, Surface};
use crate::trail::Trail;
use glam::Vec3;
use terrella_spec::shape::Paint;
use terrella_spec::world::World;

/// How the points of one thing become a surface.
#[derive(Debug)]
pub(crate) enum Maker {
    /// Particles so far apart at rest, m.
    Liquid { spacing: f32 },
    /// Vertices under a skin.
    Soft(Skin),
}

impl Maker {
    /// Those of a world: of its liquids, then of its soft bodies. Parts and ids are in this order, after those of the bodies.
    pub(crate) fn all(world: &World<f32>) -> Vec<Maker> {
        let liquids = world.liquids.values().map(|liquid| Maker::Liquid {
            spacing: liquid.spacing_m,
        });
        let softs = world.softs.values().map(|soft| Maker::Soft(Skin::new(soft)));
        liquids.chain(softs).collect()
    }

    /// Gives a part the surface of its points, and tells how those can be followed.
    pub(crate) fn reshape(
        &self,
        part: &mut Part,
        surfacer: &mut Surfacer,
        positions: &[[f32; 3]],
        trail: &mut Trail,
    ) {
        let Solid::Mesh(mesh) = &mut part.surface.solid else {
            return;
        };
        let Mesh {
            vertices, triangles, ..
        } = mesh;
        match self {
            Maker::Liquid { spacing } => surfacer.surface(positions, *spacing, vertices, triangles),
            Maker::Soft(skin) => skin.surface(positions, vertices, triangles),
        }
        *trail = match self {
            Maker::Liquid { .. } => Trail::default(),
            Maker::Soft(skin) => skin.trail(positions, vertices, triangles),
        };
        mesh.tree.remake(&mesh.vertices, &mesh.triangles);
        mesh.bend();
        part.bounds = bounds_of(mesh.vertices.iter().copied());
    }
}

/// How many liquids and soft bodies there are.
pub(crate) fn count(world: &World<f32>) -> usize {
    world.liquids.len() + world.softs.len()
}

/// A part for each, named as bodies after the world's bodies. They have no surface yet.
pub(crate) fn parts(world: &World<f32>) -> impl Iterator<Item = Part> {
    let bodies = world.bodies.len();
    (0..count(world)).map(move |index| {
        let mesh = Mesh {
            closed: index < world.liquids.len(),
            ..Mesh::default()
        };
        Part {
            body: bodies + index,
            tag: (bodies + index) as u32 + 1,
            body_from_part: None,
            surface: Surface::new(Solid::Mesh(mesh)),
            bounds: Some((Vec3::ZERO, Vec3::ZERO)),
        }
    })
}

/// What they look like.
pub(crate) fn coats(world: &World<f32>) -> impl Iterator<Item = Coat> {
    let softs = world.softs.values().map(|soft| Coat {
        smooth: true,
        ..Coat::plain(&Paint::plain(soft.color))
    });
    liquid::coats(world).chain(softs)
}
