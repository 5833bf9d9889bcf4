//! What lasts from batch to batch: the trees and triangles of meshes, and the texels of images.

use super::words::Words;
use crate::images::Images;
use crate::parts::Part;
use crate::surface::{Mesh, Solid};

/// Where the meshes and images of a world are.
#[derive(Debug, Default)]
pub(crate) struct WorldWords {
    /// Of each part; none: it is no mesh, or one without triangles.
    pub(crate) meshes: Vec<Option<MeshWords>>,
    /// First word of each image.
    pub(crate) images: Vec<u32>,
}

impl WorldWords {
    /// Writes the meshes of these parts and, where `dressed`, what normals and images on them need.
    pub(crate) fn write(parts: &[Part], images: &Images, dressed: bool, to: &mut Vec<u32>) -> WorldWords {
        WorldWords {
            meshes: parts
                .iter()
                .map(|part| MeshWords::of(part, 0, dressed, to))
                .collect(),
            images: images.words(to),
        }
    }
}

/// Where the triangles of a mesh are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MeshWords {
    /// First words of the nodes and the triangles of its tree.
    pub(super) tree: [u32; 2],
    pub(super) facets: Option<Facets>,
}

/// Triangles in their own order: three corners and, where they have them, three normals and three places in an image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Facets {
    pub(super) first: u32,
    /// Words of each.
    pub(super) words: u32,
    /// Words of each before its normals; 0: it has none.
    pub(super) normals: u32,
    /// Words of each before its places in an image, u of all corners and then v; 0: it has none.
    pub(super) uvs: u32,
}

impl MeshWords {
    /// Writes the mesh of a part, with so many words before these; none where it has no triangle.
    pub(crate) fn of(part: &Part, before: u32, facets: bool, to: &mut Vec<u32>) -> Option<MeshWords> {
        let Solid::Mesh(mesh) = &part.surface.solid else {
            return None;
        };
        let tree = mesh.tree.words(to)?.map(|first| first + before);
        let facets = facets.then(|| Facets::write(mesh, before, to));
        Some(MeshWords { tree, facets })
    }
}

impl Facets {
    fn write(mesh: &Mesh, before: u32, to: &mut Vec<u32>) -> Facets {
        let (mut words, mut normals, mut uvs) = (9, 0, 0);
        if !mesh.normals.is_empty() {
            (normals, words) = (words, words + 9);
        }
        if !mesh.uvs.is_empty() {
            (uvs, words) = (words, words + 6);
        }
        let first = before + to.len() as u32;
        let mut to = Words(to);
        for (index, triangle) in mesh.triangles.iter().enumerate() {
            triangle
                .iter()
                .for_each(|corner| to.vector(mesh.vertices[*corner as usize]));
            if normals > 0 {
                triangle
                    .iter()
                    .for_each(|corner| to.vector(mesh.normals[*corner as usize]));
            }
            if uvs > 0 {
                let [a, b, c] = mesh.uvs[index];
                to.all(&[a[0], b[0], c[0], a[1], b[1], c[1]]);
            }
        }
        Facets {
            first,
            words,
            normals,
            uvs,
        }
    }
}
