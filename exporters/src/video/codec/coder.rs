//! The encoder and the decoder themselves.

use super::{Frames, KEY_SLICE, SLICE, kind, pieces};
use crate::picture::Rgb;
use crate::video::yuv::{Planes, rgb};
use crate::video::{GOP, Parameters};
use arrow::array::{Array, BinaryArray, BinaryBuilder};
use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, Complexity, EncodedBitStream, Encoder, EncoderConfig, FrameRate, IntraFramePeriod, Profile,
    QpRange, RateControlMode, SpsPpsStrategy, VuiConfig,
};
use openh264::formats::{YUVSlices, YUVSource};

/// Every block is quantised by this much, 0 to 51. At 18, colour at half the resolution is what costs the most: 10 loses a
/// quarter of a decibel less and takes half as many bytes more.
const QUANTISER: u8 = 18;
/// A name of parameters and a start code.
const SEQUENCE: u8 = 7;
const PICTURE: u8 = 8;

/// The encoder of an episode. All that looks at the clock, the bit rate or the scene is off.
fn encoder(fps: u32) -> Result<Encoder, String> {
    let config = EncoderConfig::new()
        // With one quantiser for all blocks nothing is left to control; the rate only names a level.
        .rate_control_mode(RateControlMode::Bufferbased)
        .qp(QpRange::new(QUANTISER, QUANTISER))
        .bitrate(BitRate::from_bps(1_000_000))
        .max_frame_rate(FrameRate::from_hz(fps as f32))
        .intra_frame_period(IntraFramePeriod::from_num_frames(GOP as u32))
        .skip_frames(false)
        .scene_change_detect(false)
        .adaptive_quantization(false)
        .background_detection(false)
        .num_threads(1)
        .complexity(Complexity::Low)
        // Decoders of this profile wait for no later frame before they show one.
        .profile(Profile::Baseline)
        .sps_pps_strategy(SpsPpsStrategy::ConstantId)
        .vui(VuiConfig::bt601());
    Encoder::with_api_config(OpenH264API::from_source(), config).map_err(|error| error.to_string())
}

/// Encodes the raw pictures of an episode.
pub(crate) fn encode(raw: &BinaryArray, [height, width]: [usize; 2], fps: u32) -> Result<Frames, String> {
    let mut encoder = encoder(fps)?;
    let mut planes = Planes::new(width, height);
    let mut parameters: Option<Parameters> = None;
    let mut samples = BinaryBuilder::new();
    let mut sample = Vec::new();
    for frame in 0..raw.len() {
        planes.fill(raw.value(frame));
        let [luma, blue, red] = planes.planes();
        let source = YUVSlices::new((luma, blue, red), (width, height), (width, width / 2, width / 2));
        let coded = encoder.encode(&source).map_err(|error| error.to_string())?;
        sample.clear();
        let mut own = Parameters::default();
        each_piece(&coded, |piece| match kind(piece) {
            SEQUENCE => own.sequence = piece.to_vec(),
            PICTURE => own.picture = piece.to_vec(),
            SLICE | KEY_SLICE => {
                sample.extend((piece.len() as u32).to_be_bytes());
                sample.extend_from_slice(piece);
            }
            _ => {}
        });
        if own != Parameters::default() && parameters.get_or_insert_with(|| own.clone()) != &own {
            return Err(format!("frame {frame} is of another stream than those before it"));
        }
        if sample.is_empty() || super::is_key(&sample) != frame.is_multiple_of(GOP) {
            return Err(format!(
                "frame {frame} is missing, or is no key frame where one is due"
            ));
        }
        samples.append_value(&sample);
    }
    Ok(Frames {
        parameters: parameters.ok_or("there is no frame")?,
        samples: samples.finish(),
    })
}

/// Hands out the pieces of a coded frame without their start codes.
fn each_piece(coded: &EncodedBitStream<'_>, mut take: impl FnMut(&[u8])) {
    for layer in (0..coded.num_layers()).filter_map(|layer| coded.layer(layer)) {
        for piece in (0..layer.nal_count()).filter_map(|piece| layer.nal_unit(piece)) {
            let zeros = piece.iter().take_while(|byte| **byte == 0).count();
            take(piece.get(zeros + 1..).unwrap_or_default());
        }
    }
}

/// Decodes frames from a key frame on.
pub(crate) struct Decoder {
    decoder: openh264::decoder::Decoder,
    size: [usize; 2],
    stream: Vec<u8>,
}

impl Decoder {
    /// For a stream of pictures of this height and width.
    pub(crate) fn new(parameters: &Parameters, [height, width]: [usize; 2]) -> Result<Self, String> {
        let blocks = |side: usize| side.next_multiple_of(16) as u64;
        if parameters.size() != Some([blocks(width), blocks(height)]) {
            return Err(format!("is no stream of pictures of {width} x {height}"));
        }
        let decoder = openh264::decoder::Decoder::new().map_err(|error| error.to_string())?;
        let mut stream = Vec::new();
        for set in [&parameters.sequence, &parameters.picture] {
            stream.extend([0, 0, 0, 1]);
            stream.extend_from_slice(set);
        }
        Ok(Decoder {
            decoder,
            size: [height, width],
            stream,
        })
    }

    /// The picture of the next frame.
    pub(crate) fn decode(&mut self, sample: &[u8]) -> Result<Rgb, String> {
        for piece in pieces(sample).ok_or("holds something that is no picture")? {
            self.stream.extend([0, 0, 0, 1]);
            self.stream.extend_from_slice(piece);
        }
        let decoded = self.decoder.decode(&self.stream);
        self.stream.clear();
        let picture = decoded
            .map_err(|error| error.to_string())?
            .ok_or("does not decode to a picture")?;
        let [height, width] = self.size;
        if picture.dimensions() != (width, height) {
            return Err(format!("decodes to another size than {width} x {height}"));
        }
        let (luma, blue, red) = picture.strides();
        let planes = [picture.y(), picture.u(), picture.v()];
        Ok(Rgb {
            width: width as u32,
            height: height as u32,
            bytes: rgb(planes, [luma, blue, red], width, height),
        })
    }
}
