//! Wavefront OBJ: `v x y z` and `f i j k ...`. All else is passed over; no other file is opened.

use super::lines::{Lines, point, shown};
use super::{MeshError, Soup, Source, too_many, wrong};
use crate::limits::Limits;

pub(super) fn read(source: Source<'_>, limits: &Limits) -> Result<Soup, MeshError> {
    let file = source.file;
    let mut lines = Lines::new(file, source.bytes, source.reader);
    let mut soup = Soup {
        corners: Vec::new(),
        triangles: Vec::new(),
    };
    // The line of each triangle: a face may name a corner that comes later.
    let mut from: Vec<usize> = Vec::new();
    while let Some(line) = lines.next()? {
        let mut words = line.split_ascii_whitespace();
        let wrong_here = match words.next() {
            Some("v") => point(words).map(|corner| soup.corners.push(corner)).err(),
            Some("f") => {
                let room = limits.mesh_triangles as usize - soup.triangles.len();
                match face(words, soup.corners.len(), room, &mut soup.triangles) {
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
        if soup.corners.len() as u64 > limits.mesh_triangles.saturating_mul(3) {
            return Err(too_many(file, lines.number, limits));
        }
        from.resize(soup.triangles.len(), lines.number);
    }
    let count = soup.corners.len();
    for (triangle, line) in soup.triangles.iter().zip(from) {
        if let Some(bad) = triangle.iter().find(|corner| **corner as usize >= count) {
            let message = format!("corner {} does not exist: there are {count}", u64::from(*bad) + 1);
            return Err(wrong(file, line, message, "is the file whole?".into()));
        }
    }
    Ok(soup)
}

/// Cuts a face into a fan of triangles. False where there are more of them than there is room.
fn face<'w>(
    words: impl Iterator<Item = &'w str>,
    corners: usize,
    room: usize,
    triangles: &mut Vec<[u32; 3]>,
) -> Result<bool, String> {
    let mut first = None;
    let mut last = None;
    let most = triangles.len() + room;
    let before = triangles.len();
    for word in words {
        let corner = corner(word, corners)?;
        match (first, last) {
            (None, _) => first = Some(corner),
            (Some(_), None) => last = Some(corner),
            (Some(first), Some(second)) => {
                if triangles.len() == most {
                    return Ok(false);
                }
                triangles.push([first, second, corner]);
                last = Some(corner);
            }
        }
    }
    if triangles.len() == before {
        return Err("a face wants at least three corners".into());
    }
    Ok(true)
}

/// `i`, `i/t`, `i//n` or `i/t/n`: numbered from 1, or from the last backwards with a minus. As numbered from 0.
fn corner(word: &str, corners: usize) -> Result<u32, String> {
    let index = word.split('/').next().unwrap_or_default();
    let number: i64 = index
        .parse()
        .map_err(|_| format!("`{}` is no number of a corner", shown(word)))?;
    let from_zero = if number < 0 {
        corners as i64 + number.max(-(1 << 40))
    } else {
        number - 1
    };
    u32::try_from(from_zero).map_err(|_| format!("corner {number} does not exist"))
}
