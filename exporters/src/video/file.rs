//! The MP4 file of a camera and a shard, written as episodes come: a box of frames for each, and at the end what lists them.
//!
//! **Invariant:** no clock enters, and only a list of sizes is kept in memory.

use super::codec::{Frames, is_key};
use super::parameters::Parameters;
use crate::commit::FileRecord;
use crate::error::{At, ExportError};
use crate::publish::{ClosedFile, Publication};
use arrow::array::Array;
use mp4_atom::{
    Atom, Avc1, Avcc, Co64, Codec, Colr, Dinf, Dref, DrefEntry, Encode, FourCC, Ftyp, Hdlr, Mdat, Mdhd, Mdia,
    Minf, Moov, Mvhd, Stbl, Stco, Stsc, StscEntry, Stsd, Stss, Stsz, StszSamples, Stts, SttsEntry, Tkhd,
    Trak, Url, Visual, Vmhd,
};
use std::io::Write;
use std::path::Path;

/// The numbers of BT.601 in what both H.264 and MP4 call a colour description.
const BT601: u16 = 6;
/// The one track.
const TRACK: u32 = 1;
/// Bytes before the content of a box.
const HEADER: usize = 8;

/// The MP4 file of a camera and a shard, being written.
pub(crate) struct VideoFile {
    /// From the dataset's folder.
    path: String,
    file: Publication,
    height: u16,
    width: u16,
    fps: u32,
    parameters: Option<Parameters>,
    /// Bytes so far.
    bytes: u64,
    /// Where each episode's frames begin, and how many they are.
    episodes: Vec<(u64, u32)>,
    /// Bytes of each frame.
    sizes: Vec<u32>,
    /// The frames that need no other one, counted from 1.
    keys: Vec<u32>,
}

impl VideoFile {
    /// Starts the file under a temporary name, for pictures of this height and width, `fps` in a second.
    pub(crate) fn start(
        root: &Path,
        path: String,
        [height, width]: [usize; 2],
        fps: u32,
    ) -> Result<Self, ExportError> {
        let side = |side: usize| {
            u16::try_from(side)
                .map_err(|_| ExportError::Layout("pictures of a video have sides below 65536".into()))
        };
        let mut video = VideoFile {
            file: Publication::start(&root.join(&path))?,
            path,
            height: side(height)?,
            width: side(width)?,
            fps,
            parameters: None,
            bytes: 0,
            episodes: Vec::new(),
            sizes: Vec::new(),
            keys: Vec::new(),
        };
        let brands = [b"isom", b"iso2", b"avc1", b"mp41"];
        video.write_box(&Ftyp {
            major_brand: FourCC::new(brands[0]),
            minor_version: 512,
            compatible_brands: brands.map(FourCC::new).to_vec(),
        })?;
        Ok(video)
    }

    /// Bytes on the disk so far.
    pub(crate) fn bytes_written(&self) -> u64 {
        self.bytes
    }

    /// Adds the frames of the next episode.
    pub(crate) fn write(&mut self, frames: &Frames) -> Result<(), ExportError> {
        if self.parameters.get_or_insert_with(|| frames.parameters.clone()) != &frames.parameters {
            return Err(self.fault("an episode is of another stream than those before it"));
        }
        let samples = &frames.samples;
        let size = u32::try_from(HEADER + samples.value_data().len()).map_err(|_| {
            self.fault("an episode takes more than 4 GiB; take fewer steps or smaller pictures")
        })?;
        self.put(&size.to_be_bytes())?;
        self.put(Mdat::KIND.as_ref())?;
        self.episodes.push((self.bytes, samples.len() as u32));
        for sample in samples.iter().flatten() {
            self.sizes.push(sample.len() as u32);
            if is_key(sample) {
                self.keys.push(self.sizes.len() as u32);
            }
            self.put(sample)?;
        }
        Ok(())
    }

    /// Writes the list of frames; nothing waits for the disk yet.
    pub(crate) fn close(mut self) -> Result<(ClosedFile, FileRecord), ExportError> {
        let frames = self.sizes.len() as u64;
        let list = self.list()?;
        self.write_box(&list)?;
        let file = self.file.close()?;
        let record = FileRecord {
            path: self.path,
            bytes: file.published().bytes,
            blake3: file.published().blake3.clone(),
            rows: Some(frames),
            content: None,
        };
        Ok((file, record))
    }

    fn list(&mut self) -> Result<Moov, ExportError> {
        let frames = self.sizes.len() as u32;
        let parameters = self.parameters.take();
        let parameters = parameters.ok_or_else(|| self.fault("there is no frame"))?;
        let avcc = Avcc::new(&parameters.sequence, &parameters.picture).map_err(|error| self.fault(error))?;
        let colour = Colr::new(BT601, BT601, BT601, false).map_err(|error| self.fault(error))?;
        let picture = Avc1 {
            visual: Visual {
                data_reference_index: 1,
                width: self.width,
                height: self.height,
                ..Visual::default()
            },
            avcc,
            btrt: None,
            colr: Some(colour),
            pasp: None,
            taic: None,
            fiel: None,
            spatial: None,
        };
        let (stco, co64) = match self.bytes <= u64::from(u32::MAX) {
            true => {
                let entries = self.episodes.iter().map(|(at, _)| *at as u32).collect();
                (Some(Stco { entries }), None)
            }
            false => {
                let entries = self.episodes.iter().map(|(at, _)| *at).collect();
                (None, Some(Co64 { entries }))
            }
        };
        let mut chunks: Vec<StscEntry> = Vec::new();
        for (index, (_, samples)) in self.episodes.iter().enumerate() {
            if chunks
                .last()
                .is_none_or(|last| last.samples_per_chunk != *samples)
            {
                chunks.push(StscEntry {
                    first_chunk: index as u32 + 1,
                    samples_per_chunk: *samples,
                    sample_description_index: 1,
                });
            }
        }
        let list = Stbl {
            stsd: Stsd {
                codecs: vec![Codec::Avc1(picture)],
            },
            stts: Stts {
                entries: vec![SttsEntry {
                    sample_count: frames,
                    sample_delta: 1,
                }],
            },
            stss: Some(Stss {
                entries: std::mem::take(&mut self.keys),
            }),
            stsc: Stsc { entries: chunks },
            stsz: Stsz {
                samples: StszSamples::Different {
                    sizes: std::mem::take(&mut self.sizes),
                },
            },
            stco,
            co64,
            ..Stbl::default()
        };
        // Time is counted in frames.
        let (timescale, duration) = (self.fps, u64::from(frames));
        Ok(Moov {
            mvhd: Mvhd {
                timescale,
                duration,
                rate: 1.into(),
                volume: 1.into(),
                next_track_id: TRACK + 1,
                ..Mvhd::default()
            },
            trak: vec![Trak {
                tkhd: Tkhd {
                    track_id: TRACK,
                    duration,
                    enabled: true,
                    in_movie: true,
                    width: self.width.into(),
                    height: self.height.into(),
                    ..Tkhd::default()
                },
                mdia: Mdia {
                    mdhd: Mdhd {
                        timescale,
                        duration,
                        language: "und".into(),
                        ..Mdhd::default()
                    },
                    hdlr: Hdlr {
                        handler: FourCC::new(b"vide"),
                        name: "VideoHandler".into(),
                    },
                    minf: Minf {
                        vmhd: Some(Vmhd::default()),
                        dinf: Dinf {
                            dref: Dref {
                                entries: vec![DrefEntry::Url(Url::default())],
                            },
                        },
                        stbl: list,
                        ..Minf::default()
                    },
                },
                ..Trak::default()
            }],
            ..Moov::default()
        })
    }

    fn write_box(&mut self, written: &impl Encode) -> Result<(), ExportError> {
        let mut bytes = Vec::new();
        written.encode(&mut bytes).map_err(|error| self.fault(error))?;
        self.put(&bytes)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes).at("write", self.file.path())
    }

    fn fault(&self, reason: impl ToString) -> ExportError {
        ExportError::Picture {
            name: self.path.clone(),
            reason: reason.to_string(),
        }
    }
}
