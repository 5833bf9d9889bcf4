//! A picture and which of its outputs are wanted.

/// Which outputs are drawn. Each is the same whichever others are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Colours.
    pub rgb: bool,
    /// Depth along the optical axis.
    pub depth: bool,
    /// Which body is seen.
    pub ids: bool,
}

impl Outputs {
    /// All of them.
    pub const ALL: Outputs = Outputs {
        rgb: true,
        depth: true,
        ids: true,
    };
    /// Colours only.
    pub const RGB: Outputs = Outputs {
        rgb: true,
        depth: false,
        ids: false,
    };
}

/// A picture, row by row from the top left. An output that was not asked for is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// sRGB colours, `height * width * 3`.
    pub rgb: Vec<u8>,
    /// Depth along the optical axis at the pixel's centre, m, `height * width`; 0 for sky.
    pub depth_m: Vec<f32>,
    /// Index of the body at the pixel's centre plus one, `height * width`; 0 for sky.
    pub ids: Vec<u16>,
}

impl Frame {
    pub(crate) fn resize(&mut self, width: u32, height: u32, outputs: Outputs) {
        let pixels = width as usize * height as usize;
        self.width = width;
        self.height = height;
        self.rgb.resize(if outputs.rgb { pixels * 3 } else { 0 }, 0);
        self.depth_m.resize(if outputs.depth { pixels } else { 0 }, 0.0);
        self.ids.resize(if outputs.ids { pixels } else { 0 }, 0);
    }
}
