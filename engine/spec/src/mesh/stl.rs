//! STL, binary and ASCII. Which of them it is the size tells: the word `solid` stands in binary headers too.

use super::lines::{Lines, numbers, shown};
use super::{MeshError, Soup, Source, too_many, wrong};
use crate::limits::Limits;
use std::io::{BufRead, Read};

const HEADER_BYTES: usize = 84;
const TRIANGLE_BYTES: u64 = 50;

pub(super) fn read(source: Source<'_>, limits: &Limits) -> Result<Soup, MeshError> {
    let Source { file, bytes, reader } = source;
    let mut header = Vec::with_capacity(HEADER_BYTES);
    reader.take(HEADER_BYTES as u64).read_to_end(&mut header)?;
    let says = header
        .last_chunk::<4>()
        .filter(|_| header.len() == HEADER_BYTES)
        .map(|count| u64::from(u32::from_le_bytes(*count)));
    match says {
        Some(count) if bytes == HEADER_BYTES as u64 + count * TRIANGLE_BYTES => {
            if count > limits.mesh_triangles {
                return Err(too_many(file, 0, limits));
            }
            binary(file, count, reader)
        }
        _ if header.trim_ascii_start().starts_with(b"solid") => {
            let mut whole = header.chain(reader);
            ascii(file, bytes, &mut whole, limits)
        }
        Some(count) => {
            let message = format!(
                "its header says {count} triangles, which are {} bytes, but it has {bytes}",
                HEADER_BYTES as u64 + count * TRIANGLE_BYTES
            );
            Err(wrong(file, 0, message, "is the file whole?".into()))
        }
        None => Err(wrong(
            file,
            0,
            "is too short for an STL file",
            "is the file whole?".into(),
        )),
    }
}

fn binary(file: &str, count: u64, reader: &mut dyn BufRead) -> Result<Soup, MeshError> {
    let mut soup = Soup::default();
    for index in 0..count {
        let mut record = [0; TRIANGLE_BYTES as usize];
        reader.read_exact(&mut record)?;
        let number =
            |at: usize| f32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]);
        // A normal, which the corners' order says again, then the corners.
        let first = soup.corners.len() as u32;
        for corner in 1..4 {
            let place = [0, 1, 2].map(|part| number(12 * corner + 4 * part));
            if !place.iter().all(|part| part.is_finite()) {
                let message = format!("triangle {index} has a coordinate that is not finite");
                return Err(wrong(file, 0, message, String::new()));
            }
            soup.corners.push(place);
        }
        soup.triangles.push([first, first + 1, first + 2]);
    }
    Ok(soup)
}

fn ascii(file: &str, bytes: u64, reader: &mut dyn BufRead, limits: &Limits) -> Result<Soup, MeshError> {
    let mut lines = Lines::new(file, bytes, reader);
    let mut soup = Soup::default();
    let mut loop_corners = 0;
    let mut ended = false;
    while let Some(line) = lines.next()? {
        let mut words = line.split_ascii_whitespace();
        let Some(first) = words.next() else { continue };
        let first = first.to_ascii_lowercase();
        ended = first == "endsolid";
        let wrong_here = match first.as_str() {
            "vertex" if loop_corners == 3 => Some("a fourth corner: STL holds triangles only".to_string()),
            "vertex" => {
                loop_corners += 1;
                numbers(words).map(|corner| soup.corners.push(corner)).err()
            }
            "endloop" if loop_corners < 3 => Some(format!("a loop of {loop_corners} corners")),
            "endloop" => {
                let count = soup.corners.len() as u32;
                soup.triangles.push([count - 3, count - 2, count - 1]);
                loop_corners = 0;
                None
            }
            "solid" | "facet" | "outer" | "endfacet" | "endsolid" if loop_corners == 0 => None,
            _ => Some(format!("`{}` has no place here", shown(&first))),
        };
        if let Some(reason) = wrong_here {
            return Err(lines.wrong(reason));
        }
        if soup.triangles.len() as u64 > limits.mesh_triangles {
            return Err(too_many(file, lines.number, limits));
        }
    }
    if !ended {
        let message = "ends without `endsolid`";
        return Err(wrong(file, lines.number, message, "is the file whole?".into()));
    }
    Ok(soup)
}
