//! The twin on a GPU: the same plans, the same mathematics, thousands of views at once.
//!
//! The CPU makes the plan of each view, as for its own kernels; a batch of plans goes to the device as words (`pack`),
//! a compute kernel (`cast.wgsl`) draws all its views, and the pictures come back while the next batch is drawn
//! (`readback`), or stay on the device. There are no textures, no window and no other state of the device.
//!
//! Edges are as smooth as the world's [`Renderer`] was asked for: a second dispatch draws the samples of pixels at edges.
//! The CPU's pictures are the reference: a GPU may fuse or round otherwise, so a few pixels at edges differ, and colours by
//! 1/255.
//!
//! **Invariant:** what the kernel cannot draw is refused (`pack::supported`), never left out.
//! **Invariant:** pictures do not depend on how jobs are split into batches.

mod batch;
mod device;
mod error;
mod pack;
mod readback;

pub use error::GpuError;
pub use wgpu;

use crate::frame::{Frame, Outputs};
use crate::renderer::Renderer;
use crate::view::View;
use batch::{Batch, Prepared};
use device::Gpu;
use pack::WorldWords;
use readback::Slot;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use terrella_spec::pose::Pose;
use terrella_spec::world::World;

/// Views of a batch where nothing else is asked for: a few batches in turn keep both processors busy.
const VIEWS: u32 = 4096;
/// Bytes of each of a batch's buffers where nothing else is asked for.
const BYTES: u64 = 256 << 20;

/// A world that was given to a [`GpuRenderer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorldId(usize);

/// A picture that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// What is drawn.
    pub world: WorldId,
    /// From where.
    pub view: View,
    /// Poses of the world's bodies, in their order.
    pub poses: &'a [Pose],
    /// Where the particles of the world's liquids and then the vertices of its soft bodies are, in their order, m. Of a liquid that is missing here there
    /// are none.
    pub points: &'a [Vec<[f32; 3]>],
}

/// How much is drawn at once. The device's own limits hold beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchLimits {
    /// Views in a dispatch, at least 1.
    pub views: u32,
    /// Bytes of each buffer.
    pub bytes: u64,
    /// Pixels along a side of a picture.
    side_px: u32,
}

impl BatchLimits {
    /// These, and no limit on the side of a picture but the device's.
    pub fn new(views: u32, bytes: u64) -> BatchLimits {
        BatchLimits {
            views,
            bytes,
            side_px: u32::MAX,
        }
    }
}

/// Pictures of a batch on the device.
#[derive(Debug)]
pub struct DeviceFrames<'a> {
    /// Holds them. Work that is given to the same queue before the next batch finds them whole.
    pub buffer: &'a wgpu::Buffer,
    /// Which jobs they belong to.
    pub jobs: Range<usize>,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Pixels from one row to the next: `width` rounded up to a multiple of 4.
    pub row_px: u32,
    /// Bytes of the sRGB colours, `views * height * row_px * 3` u8; empty where not asked for.
    pub rgb: Range<u64>,
    /// Bytes of the depths, m, `views * height * row_px` f32; 0 for sky.
    pub depth_m: Range<u64>,
    /// Bytes of the ids, body plus one, `views * height * row_px` u16; 0 for sky.
    pub ids: Range<u64>,
}

/// Who gets the pictures.
enum Sink<'a> {
    /// One by one, from memory.
    Back(&'a mut dyn FnMut(usize, &Frame)),
    /// Batch by batch, on the device.
    Device(&'a mut dyn FnMut(DeviceFrames<'_>)),
}

/// Draws views of worlds in batches on a GPU.
pub struct GpuRenderer {
    gpu: Arc<Gpu>,
    worlds: Vec<Prepared>,
    /// Trees of all meshes and texels of all images.
    lasting: Vec<u32>,
    lasting_buffer: Option<wgpu::Buffer>,
    /// The buffer lacks some of them.
    stale: bool,
    limits: BatchLimits,
    batch: Batch,
    slots: [Slot; 2],
    frame: Frame,
}

impl fmt::Debug for GpuRenderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GpuRenderer")
            .field("adapter", &self.gpu.name)
            .field("worlds", &self.worlds.len())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl GpuRenderer {
    /// Asks for the most powerful GPU of this machine.
    pub fn new() -> Result<GpuRenderer, GpuError> {
        Ok(GpuRenderer::with(Arc::new(Gpu::request()?)))
    }

    /// Draws with a device of somebody else's, as that of a window.
    pub fn on(device: wgpu::Device, queue: wgpu::Queue) -> Result<GpuRenderer, GpuError> {
        Ok(GpuRenderer::with(Arc::new(Gpu::new(device, queue)?)))
    }

    /// Another one for another thread: on the same device, with the same program, without worlds.
    pub fn another(&self) -> GpuRenderer {
        GpuRenderer::with(self.gpu.clone()).limited(self.limits)
    }

    fn with(gpu: Arc<Gpu>) -> GpuRenderer {
        let renderer = GpuRenderer {
            gpu,
            worlds: Vec::new(),
            lasting: Vec::new(),
            lasting_buffer: None,
            stale: true,
            limits: BatchLimits::new(VIEWS, BYTES),
            batch: Batch::default(),
            slots: Default::default(),
            frame: Frame::default(),
        };
        renderer.limited(BatchLimits::new(VIEWS, BYTES))
    }

    /// The same with smaller or larger batches. Pictures do not depend on it.
    pub fn limited(self, limits: BatchLimits) -> GpuRenderer {
        let own = self.gpu.device.limits();
        let groups = own.max_compute_workgroups_per_dimension;
        let limits = BatchLimits {
            views: limits.views.clamp(1, groups),
            bytes: limits
                .bytes
                .min(own.max_storage_buffer_binding_size)
                .min(own.max_buffer_size),
            side_px: limits.side_px.min(groups.saturating_mul(8)),
        };
        GpuRenderer { limits, ..self }
    }

    /// The name of the GPU.
    pub fn adapter(&self) -> &str {
        &self.gpu.name
    }

    /// True where the GPU is a program that runs on the CPU.
    pub fn is_software(&self) -> bool {
        self.gpu.device.adapter_info().device_type == wgpu::DeviceType::Cpu
    }

    /// The device and its queue.
    pub fn device(&self) -> (&wgpu::Device, &wgpu::Queue) {
        (&self.gpu.device, &self.gpu.queue)
    }

    /// Prepares the shapes of a world. Colours are averaged over 2 x 2 samples in pixels at edges, as the CPU's.
    pub fn add(&mut self, world: &World<f32>) -> Result<WorldId, GpuError> {
        self.add_prepared(Renderer::new(world)?)
    }

    /// A world that is prepared already, with its own number of samples at edges.
    pub fn add_prepared(&mut self, renderer: Renderer) -> Result<WorldId, GpuError> {
        let first = self.lasting.len();
        let dressed = renderer.is_dressed();
        let words = WorldWords::write(renderer.parts(), renderer.images(), dressed, &mut self.lasting);
        let bytes = (self.lasting.len() * 4) as u64;
        if bytes > self.limits.bytes {
            self.lasting.truncate(first);
            return Err(GpuError::TooLarge {
                what: "the triangles and images of all worlds",
                bytes,
                limit: self.limits.bytes,
            });
        }
        self.stale |= self.lasting.len() > first;
        self.worlds.push(Prepared::new(renderer, words));
        Ok(WorldId(self.worlds.len() - 1))
    }

    /// Forgets all worlds. Their ids are void.
    pub fn clear(&mut self) {
        self.worlds.clear();
        self.lasting.clear();
    }

    /// Draws all jobs; `sink` gets the index and the picture of each, in their order. Neighbouring jobs of one size are
    /// drawn together.
    ///
    /// # Panics
    /// When a job names a world of another renderer, or has not as many poses as its world has bodies.
    pub fn render_batch(
        &mut self,
        jobs: &[Job<'_>],
        outputs: Outputs,
        mut sink: impl FnMut(usize, &Frame),
    ) -> Result<(), GpuError> {
        self.run(jobs, outputs, Sink::Back(&mut sink))
    }

    /// Draws all jobs and leaves the pictures on the device; `sink` gets each batch.
    ///
    /// # Panics
    /// When a job names a world of another renderer, or has not as many poses as its world has bodies.
    pub fn render_on_device(
        &mut self,
        jobs: &[Job<'_>],
        outputs: Outputs,
        mut sink: impl FnMut(DeviceFrames<'_>),
    ) -> Result<(), GpuError> {
        self.run(jobs, outputs, Sink::Device(&mut sink))
    }

    /// Makes the plans of all jobs and draws nothing: says what would be refused, and what the CPU's part costs. Gives the
    /// bytes that would be sent.
    ///
    /// # Panics
    /// When a job names a world of another renderer, or has not as many poses as its world has bodies.
    pub fn plan_batch(&mut self, jobs: &[Job<'_>], outputs: Outputs) -> Result<u64, GpuError> {
        let (mut done, mut words) = (0, 0);
        while done < jobs.len() {
            let layout = self.batch.fill(
                &mut self.worlds,
                self.lasting.len(),
                &jobs[done..],
                outputs,
                &self.limits,
            )?;
            done += layout.views as usize;
            words += self.batch.heads.len() + self.batch.words.len() + self.batch.liquids.len();
        }
        Ok(words as u64 * 4)
    }

    fn run(&mut self, jobs: &[Job<'_>], outputs: Outputs, mut sink: Sink<'_>) -> Result<(), GpuError> {
        let result = self.batches(jobs, outputs, &mut sink);
        // What an error left, or what stays on the device.
        self.slots.iter_mut().for_each(Slot::drop_pending);
        result
    }

    fn batches(&mut self, jobs: &[Job<'_>], outputs: Outputs, sink: &mut Sink<'_>) -> Result<(), GpuError> {
        let lasting = self.lasting_on_device()?;
        let GpuRenderer {
            gpu,
            worlds,
            limits,
            batch,
            slots,
            frame,
            lasting: words,
            ..
        } = self;
        let mut done = 0;
        let mut turn = 0;
        while done < jobs.len() {
            // Plans are made while the device draws.
            let layout = batch.fill(worlds, words.len(), &jobs[done..], outputs, limits)?;
            let own = done..done + layout.views as usize;
            done = own.end;
            let slot = &mut slots[turn];
            turn = 1 - turn;
            slot.receive(gpu, frame, sink)?;
            let back = matches!(sink, Sink::Back(_));
            let buffer = slot.send(gpu, (batch, &lasting, words.len()), own.clone(), layout, back)?;
            if let Sink::Device(sink) = sink {
                let [rgb, depth_m, ids, _] = layout.ranges();
                sink(DeviceFrames {
                    buffer,
                    jobs: own,
                    width: layout.width,
                    height: layout.height,
                    row_px: layout.row(),
                    rgb,
                    depth_m,
                    ids,
                });
            }
        }
        for at in [turn, 1 - turn] {
            if let Sink::Back(_) = sink {
                slots[at].receive(gpu, frame, sink)?;
            }
        }
        Ok(())
    }

    /// The buffer of what lasts, never empty.
    fn lasting_on_device(&mut self) -> Result<wgpu::Buffer, GpuError> {
        if let (Some(buffer), false) = (&self.lasting_buffer, self.stale) {
            return Ok(buffer.clone());
        }
        let bytes = bytemuck::cast_slice(&self.lasting);
        let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::COPY_SRC;
        let buffer = self
            .gpu
            .reserve(&mut self.lasting_buffer, bytes.len() as u64, usage)?;
        self.gpu.queue.write_buffer(&buffer, 0, bytes);
        self.stale = false;
        Ok(buffer)
    }
}
