//! A video that stands in a dataset: its frames, coded as they are or as pictures.
//!
//! **Invariants:** a file may come from anybody: what it says of itself is bounded before memory is taken. Pictures at some
//! moments cost the decoding of no more than a key frame and those between.

use super::codec::{Decoder, is_key};
use super::parameters::Parameters;
use crate::error::{At, ExportError};
use crate::picture::Rgb;
use arrow::array::BinaryArray;
use mp4_atom::{Atom, Codec, Decode, Moov, StszSamples};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Bytes of the list of a file's frames.
const MOST_LIST: u64 = 64 << 20;
/// Bytes of a frame: what a picture of 16 million pixels takes uncompressed.
const MOST_FRAME: u32 = 48 << 20;

/// A video that stands.
pub struct Video {
    path: PathBuf,
    file: File,
    parameters: Parameters,
    /// Where each frame stands.
    frames: Vec<Range<u64>>,
}

impl Video {
    /// Opens a file that must hold so many frames.
    pub fn open(path: &Path, frames: u64) -> Result<Self, ExportError> {
        let mut file = File::open(path).at("open", path)?;
        let length = file.metadata().at("look at", path)?.len();
        let fault = |reason: String| ExportError::Picture {
            name: path.display().to_string(),
            reason,
        };
        let list =
            read_list(&mut file, path, length)?.ok_or_else(|| fault("has no list of frames".into()))?;
        let list = Moov::decode(&mut &list[..]).map_err(|error| fault(error.to_string()))?;
        let (parameters, places) =
            places(&list).ok_or_else(|| fault("is no video as written here".into()))?;
        if places.len() as u64 != frames {
            return Err(fault(format!("has {} of {frames} frames", places.len())));
        }
        if places.iter().any(|place| place.end > length) {
            return Err(fault("ends before its last frame".into()));
        }
        Ok(Video {
            path: path.to_path_buf(),
            file,
            parameters,
            frames: places,
        })
    }

    /// The coded bytes of a frame. Panics on a frame that is not there.
    pub fn frame(&mut self, frame: usize) -> Result<Vec<u8>, ExportError> {
        let place = self.frames[frame].clone();
        let mut bytes = vec![0; (place.end - place.start) as usize];
        self.file
            .seek(SeekFrom::Start(place.start))
            .and_then(|_| self.file.read_exact(&mut bytes))
            .at("read", &self.path)?;
        Ok(bytes)
    }

    /// The coded bytes of some frames, a row for each.
    pub(crate) fn coded(&mut self, frames: Range<usize>) -> Result<BinaryArray, ExportError> {
        let mut coded = Vec::with_capacity(frames.len());
        let mut bytes = 0;
        for frame in frames {
            coded.push(self.frame(frame)?);
            bytes += coded[coded.len() - 1].len();
            // Offsets are 32-bit.
            if bytes > i32::MAX as usize {
                return Err(ExportError::Picture {
                    name: self.path.display().to_string(),
                    reason: "holds more than 2 GiB in an episode".into(),
                });
            }
        }
        Ok(BinaryArray::from_iter_values(coded))
    }

    /// The pictures of some frames in rising order, of this height and width. Panics on a frame that is not there.
    pub fn pictures(&mut self, wanted: &[usize], size: [usize; 2]) -> Result<Vec<Rgb>, ExportError> {
        let name = self.path.display().to_string();
        let fault = |reason| ExportError::Picture {
            name: name.clone(),
            reason,
        };
        let mut pictures: Vec<Rgb> = Vec::with_capacity(wanted.len());
        // The decoder with the frame that comes next.
        let mut at: Option<(Decoder, usize)> = None;
        for frame in wanted {
            if let (Some((_, next)), Some(last)) = (&at, pictures.last())
                && *next == frame + 1
            {
                pictures.push(last.clone());
                continue;
            }
            let mut coded = vec![self.frame(*frame)?];
            let mut first = *frame;
            while first > 0
                && !is_key(&coded[coded.len() - 1])
                && at.as_ref().is_none_or(|(_, next)| *next != first)
            {
                first -= 1;
                coded.push(self.frame(first)?);
            }
            let mut decoder = match at.take() {
                Some((decoder, next)) if next == first => decoder,
                _ => Decoder::new(&self.parameters, size).map_err(fault)?,
            };
            let mut last = None;
            for coded in coded.iter().rev() {
                last = Some(decoder.decode(coded).map_err(fault)?);
            }
            pictures.extend(last);
            at = Some((decoder, frame + 1));
        }
        Ok(pictures)
    }
}

/// The bytes of the box that lists the frames.
fn read_list(file: &mut File, path: &Path, length: u64) -> Result<Option<Vec<u8>>, ExportError> {
    let mut at = 0;
    while length - at >= 8 {
        let mut header = [0; 8];
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(&mut header))
            .at("read", path)?;
        let [a, b, c, d, kind @ ..] = header;
        let size = u64::from(u32::from_be_bytes([a, b, c, d]));
        if size < 8 || size > length - at {
            return Ok(None);
        }
        if kind == *Moov::KIND.as_ref() {
            if size > MOST_LIST {
                return Ok(None);
            }
            let mut bytes = vec![0; size as usize];
            bytes[..8].copy_from_slice(&header);
            file.read_exact(&mut bytes[8..]).at("read", path)?;
            return Ok(Some(bytes));
        }
        at += size;
    }
    Ok(None)
}

/// Where the frames stand, and what a decoder needs before them; none where the list is not like ours.
fn places(list: &Moov) -> Option<(Parameters, Vec<Range<u64>>)> {
    let [track] = &list.trak[..] else { return None };
    let list = &track.mdia.minf.stbl;
    let [Codec::Avc1(picture)] = &list.stsd.codecs[..] else {
        return None;
    };
    let [sequence] = &picture.avcc.sequence_parameter_sets[..] else {
        return None;
    };
    let [set] = &picture.avcc.picture_parameter_sets[..] else {
        return None;
    };
    let parameters = Parameters {
        sequence: sequence.clone(),
        picture: set.clone(),
    };
    let StszSamples::Different { sizes } = &list.stsz.samples else {
        return None;
    };
    let chunks: Vec<u64> = match (&list.stco, &list.co64) {
        (Some(chunks), None) => chunks.entries.iter().map(|at| u64::from(*at)).collect(),
        (None, Some(chunks)) => chunks.entries.clone(),
        _ => return None,
    };
    let mut sizes = sizes.iter();
    let mut places = Vec::with_capacity(sizes.len());
    let mut runs = list.stsc.entries.iter().peekable();
    let mut samples = 0;
    for (index, start) in chunks.iter().enumerate() {
        if let Some(run) = runs.next_if(|run| run.first_chunk as usize == index + 1) {
            samples = run.samples_per_chunk;
        }
        let mut at = *start;
        for _ in 0..samples {
            let size = *sizes.next()?;
            let end = at.checked_add(u64::from(size)).filter(|_| size <= MOST_FRAME)?;
            places.push(at..end);
            at = end;
        }
    }
    sizes.next().is_none().then_some((parameters, places))
}
