//! Wavefront OBJ: `v x y z`, `vt u v` and `f i/t j/t k/t ...`. All else is passed over; no other file is opened.

use super::lines::{Lines, numbers, shown};
use super::{MeshError, Soup, Source, too_many, wrong};
use crate::limits::Limits;

pub(super) fn read(source: Source<'_>, limits: &Limits) -> Result<Soup, MeshError> {
    let file = source.file;
    let mut lines = Lines::new(file, source.bytes, source.reader);
    let mut soup = Soup::default();
    let mut textures: Vec<[f32; 2]> = Vec::new();
    let mut faces = Faces::default();
    // The line of each triangle: a face may name a corner that comes later.
    let mut from: Vec<usize> = Vec::new();
    while let Some(line) = lines.next()? {
        let mut words = line.split_ascii_whitespace();
        let wrong_here = match words.next() {
            Some("v") => numbers(words).map(|corner| soup.corners.push(corner)).err(),
            Some("vt") => numbers(words).map(|uv| textures.push(uv)).err(),
            Some("f") => {
                let room = limits.mesh_triangles as usize - faces.corners.len();
                match faces.add(words, (soup.corners.len(), textures.len()), room) {
                    Ok(true) => None,
                    Ok(false) => return Err(too_many(file, lines.number, limits)),
                    Err(reason) => Some(reason),
                }
            }
            _ => None,
        };
        if let Some(reason) = wrong_here {
            return Err(lines.wrong(reason));
        }
        // No more corners than as many triangles could have.
        if soup.corners.len().max(textures.len()) as u64 > limits.mesh_triangles.saturating_mul(3) {
            return Err(too_many(file, lines.number, limits));
        }
        from.resize(faces.corners.len(), lines.number);
    }
    let count = soup.corners.len();
    for (triangle, line) in faces.corners.iter().zip(from) {
        if let Some(bad) = triangle.iter().find(|corner| **corner as usize >= count) {
            let message = format!("corner {} does not exist: there are {count}", u64::from(*bad) + 1);
            return Err(wrong(file, line, message, "is the file whole?".into()));
        }
    }
    // Where some face has no texture coordinates, or names one that is not there, the mesh has none.
    let uvs: Option<Vec<_>> = faces.textures.into_iter().map(|own| at(&textures, own)).collect();
    soup.uvs = uvs.unwrap_or_default();
    soup.triangles = faces.corners;
    Ok(soup)
}

fn at(textures: &[[f32; 2]], triangle: [Option<u32>; 3]) -> Option<[[f32; 2]; 3]> {
    let get = |index: Option<u32>| textures.get(index? as usize).copied();
    Some([get(triangle[0])?, get(triangle[1])?, get(triangle[2])?])
}

/// The numbers of the triangles' corners, and of their texture coordinates.
#[derive(Default)]
struct Faces {
    corners: Vec<[u32; 3]>,
    textures: Vec<[Option<u32>; 3]>,
}

impl Faces {
    /// Cuts a face into a fan of triangles. False where there are more of them than there is room. `counts`: so many corners
    /// and texture coordinates came before.
    fn add<'w>(
        &mut self,
        words: impl Iterator<Item = &'w str>,
        counts: (usize, usize),
        room: usize,
    ) -> Result<bool, String> {
        let mut first = None;
        let mut last = None;
        let most = self.corners.len() + room;
        let before = self.corners.len();
        for word in words {
            let corner = corner(word, counts)?;
            match (first, last) {
                (None, _) => first = Some(corner),
                (Some(_), None) => last = Some(corner),
                (Some(first), Some(second)) => {
                    if self.corners.len() == most {
                        return Ok(false);
                    }
                    self.corners.push([first.0, second.0, corner.0]);
                    self.textures.push([first.1, second.1, corner.1]);
                    last = Some(corner);
                }
            }
        }
        if self.corners.len() == before {
            return Err("a face wants at least three corners".into());
        }
        Ok(true)
    }
}

/// `i`, `i/t`, `i//n` or `i/t/n`: numbered from 1, or from the last backwards with a minus. As numbered from 0.
fn corner(word: &str, (corners, textures): (usize, usize)) -> Result<(u32, Option<u32>), String> {
    let mut parts = word.split('/');
    let corner = index(parts.next().unwrap_or_default(), word, corners)?;
    let texture = match parts.next() {
        None | Some("") => None,
        Some(part) => Some(index(part, word, textures)?),
    };
    Ok((corner, texture))
}

fn index(part: &str, word: &str, count: usize) -> Result<u32, String> {
    let number: i64 = part
        .parse()
        .map_err(|_| format!("`{}` is no number of a corner", shown(word)))?;
    let from_zero = if number < 0 {
        count as i64 + number.max(-(1 << 40))
    } else {
        number - 1
    };
    u32::try_from(from_zero).map_err(|_| format!("corner {number} does not exist"))
}
