//! The lines of a text of unknown length, one in memory at a time.

use super::{MeshError, wrong};
use std::io::{BufRead, Read};

/// Bytes of a line.
const LINE_BYTES: u64 = 64 << 10;

/// The lines of a file.
pub(super) struct Lines<'a> {
    file: &'a str,
    reader: std::io::Take<&'a mut dyn BufRead>,
    bytes: Vec<u8>,
    /// Number of the line that was read last, from 1.
    pub number: usize,
}

impl<'a> Lines<'a> {
    /// The lines of at most so many bytes.
    pub fn new(file: &'a str, bytes: u64, reader: &'a mut dyn BufRead) -> Self {
        Lines {
            file,
            reader: reader.take(bytes),
            bytes: Vec::new(),
            number: 0,
        }
    }

    /// The next line without its end, or none at the end of the file.
    pub fn next(&mut self) -> Result<Option<&str>, MeshError> {
        self.bytes.clear();
        self.number += 1;
        let read = (&mut self.reader)
            .take(LINE_BYTES + 1)
            .read_until(b'\n', &mut self.bytes)?;
        if read == 0 {
            return Ok(None);
        }
        if read as u64 > LINE_BYTES {
            let message = format!("a line of more than {LINE_BYTES} bytes");
            return Err(wrong(
                self.file,
                self.number,
                message,
                "is it a text at all?".into(),
            ));
        }
        match std::str::from_utf8(&self.bytes) {
            Ok(line) => Ok(Some(line.trim())),
            Err(_) => {
                let message = "is no UTF-8 text here";
                Err(wrong(
                    self.file,
                    self.number,
                    message,
                    "is it a text at all?".into(),
                ))
            }
        }
    }

    /// An error about the line that was read last.
    pub fn wrong(&self, message: impl Into<String>) -> MeshError {
        wrong(self.file, self.number, message, String::new())
    }
}

/// So many finite numbers, or what is wrong with them.
pub(super) fn numbers<'w, const K: usize>(
    mut words: impl Iterator<Item = &'w str>,
) -> Result<[f32; K], String> {
    let mut numbers = [0.0; K];
    for part in &mut numbers {
        let word = words
            .next()
            .ok_or_else(|| format!("wants {} coordinates", ["no", "one", "two", "three"][K]))?;
        let number: Option<f32> = word.parse().ok();
        *part = number
            .filter(|number| number.is_finite())
            .ok_or_else(|| format!("`{}` is not a finite number", shown(word)))?;
    }
    Ok(numbers)
}

/// The start of a word of a file, fit for a message.
pub(super) fn shown(word: &str) -> String {
    word.chars()
        .take(40)
        .collect::<String>()
        .escape_debug()
        .to_string()
}
