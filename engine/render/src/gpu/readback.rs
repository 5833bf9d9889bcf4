//! Buffers of a batch on the device, and its pictures on their way back.
//!
//! There are two slots: while one batch is drawn, the other one is read and filled anew.

use super::batch::{Batch, Layout};
use super::device::Gpu;
use super::{GpuError, Sink};
use crate::frame::Frame;
use std::ops::Range;
use std::sync::mpsc::{Receiver, channel};
use wgpu::BufferUsages;

/// A batch that was sent to the device.
struct Pending {
    jobs: Range<usize>,
    layout: Layout,
    submission: wgpu::SubmissionIndex,
    /// The answer to the request to map it; None: it stays on the device.
    mapped: Option<Receiver<Result<(), wgpu::BufferAsyncError>>>,
}

/// Buffers of one batch.
#[derive(Default)]
pub(super) struct Slot {
    params: [Option<wgpu::Buffer>; 2],
    heads: Option<wgpu::Buffer>,
    words: Option<wgpu::Buffer>,
    /// What lasts and, behind it, the liquids of a batch, where it has some.
    poured: Option<wgpu::Buffer>,
    outputs: Option<wgpu::Buffer>,
    mapped: Option<wgpu::Buffer>,
    pending: Option<Pending>,
}

impl Slot {
    /// Sends a batch to the device, which draws it. `back`: pictures are to come back.
    pub(super) fn send(
        &mut self,
        gpu: &Gpu,
        (batch, lasting, lasting_words): (&Batch, &wgpu::Buffer, usize),
        jobs: Range<usize>,
        layout: Layout,
        back: bool,
    ) -> Result<&wgpu::Buffer, GpuError> {
        let upload = |buffer: &mut Option<wgpu::Buffer>, words: &[u32], usage| {
            let bytes = bytemuck::cast_slice(words);
            let buffer = gpu.reserve(buffer, bytes.len() as u64, usage | BufferUsages::COPY_DST)?;
            gpu.queue.write_buffer(&buffer, 0, bytes);
            Ok::<_, GpuError>(buffer)
        };
        let heads = upload(&mut self.heads, &batch.heads, BufferUsages::STORAGE)?;
        let words = upload(&mut self.words, &batch.words, BufferUsages::STORAGE)?;
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        let mut lasting = lasting;
        if !batch.liquids.is_empty() {
            let before = (lasting_words * 4) as u64;
            let liquids = bytemuck::cast_slice(&batch.liquids);
            let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST;
            let poured = gpu.reserve(&mut self.poured, before + liquids.len() as u64, usage)?;
            if before > 0 {
                encoder.copy_buffer_to_buffer(lasting, 0, &poured, 0, before);
            }
            gpu.queue.write_buffer(&poured, before, liquids);
            lasting = self.poured.insert(poured);
        }
        let bytes = layout.bytes();
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_SRC;
        let outputs = gpu.reserve(&mut self.outputs, bytes, usage)?;
        let [centers, samples] = &mut self.params;
        let group = |params: &mut Option<wgpu::Buffer>, phase| {
            let params = upload(params, &layout.params(phase), BufferUsages::UNIFORM)?;
            let buffers = [&params, &heads, &words, lasting, &outputs];
            let entries: [wgpu::BindGroupEntry<'_>; 5] = std::array::from_fn(|at| wgpu::BindGroupEntry {
                binding: at as u32,
                resource: buffers[at].as_entire_binding(),
            });
            Ok::<_, GpuError>(gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("terrella batch"),
                layout: &gpu.layout,
                entries: &entries,
            }))
        };
        // What the centres see, and then the samples at edges.
        let mut groups = vec![group(centers, 0)?];
        if layout.smooth {
            groups.push(group(samples, 1)?);
        }
        {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(gpu.pipeline(layout.dressed)?);
            for group in &groups {
                pass.set_bind_group(0, group, &[]);
                pass.dispatch_workgroups(layout.width.div_ceil(8), layout.height.div_ceil(8), layout.views);
            }
        }
        let bytes = layout.wanted_bytes();
        let to_map = if back && bytes > 0 {
            let usage = BufferUsages::MAP_READ | BufferUsages::COPY_DST;
            let buffer = gpu.reserve(&mut self.mapped, bytes, usage)?;
            encoder.copy_buffer_to_buffer(&outputs, 0, &buffer, 0, bytes);
            Some(buffer)
        } else {
            None
        };
        let submission = gpu.queue.submit([encoder.finish()]);
        let mapped = to_map.map(|buffer| {
            let (sender, receiver) = channel();
            buffer.map_async(wgpu::MapMode::Read, 0..bytes, move |result| {
                // Nobody listens where the renderer has been dropped.
                let _ = sender.send(result);
            });
            receiver
        });
        self.pending = Some(Pending {
            jobs,
            layout,
            submission,
            mapped,
        });
        Ok(self.outputs.insert(outputs))
    }

    /// Waits for the batch that was sent last, if it was not waited for, and hands out its pictures.
    pub(super) fn receive(
        &mut self,
        gpu: &Gpu,
        frame: &mut Frame,
        sink: &mut Sink<'_>,
    ) -> Result<(), GpuError> {
        let Some(pending) = self.pending.take() else {
            return Ok(());
        };
        gpu.wait(&pending.submission)?;
        let Sink::Back(sink) = sink else {
            return Ok(());
        };
        let Pending {
            jobs, layout, mapped, ..
        } = pending;
        // Taken, so that a sink that panics leaves no buffer that is mapped.
        let (Some(mapped), Some(buffer)) = (mapped, self.mapped.take()) else {
            // No output was asked for.
            for job in jobs {
                frame.resize(layout.width, layout.height, layout.outputs);
                sink(job, frame);
            }
            return Ok(());
        };
        mapped
            .recv()
            .map_err(|error| gpu.failed(error))?
            .map_err(|error| gpu.failed(error))?;
        {
            let bytes = buffer.get_mapped_range(0..layout.wanted_bytes());
            for (view, job) in jobs.enumerate() {
                take(&bytes, &layout, view, frame);
                sink(job, frame);
            }
        }
        buffer.unmap();
        self.mapped = Some(buffer);
        Ok(())
    }

    /// Forgets what is on its way.
    pub(super) fn drop_pending(&mut self) {
        if self
            .pending
            .take()
            .is_some_and(|pending| pending.mapped.is_some())
        {
            // The buffer may still be about to be mapped.
            self.mapped = None;
        }
    }
}

/// Copies the picture of one view out of a batch.
fn take(bytes: &[u8], layout: &Layout, view: usize, frame: &mut Frame) {
    let Layout {
        width,
        height,
        outputs,
        ..
    } = *layout;
    frame.resize(width, height, outputs);
    let (width, row) = (width as usize, layout.row() as usize);
    let each = layout.view_bytes().map(|bytes| bytes as usize);
    let ranges = layout.ranges();
    let own = |at: usize| {
        let first = ranges[at].start as usize + each[at] * view;
        &bytes[first..first + each[at]]
    };
    let [rgb, depth, ids] = [own(0), own(1), own(2)];
    let lines = rgb.chunks_exact(row * 3);
    for (to, from) in frame.rgb.chunks_exact_mut(width * 3).zip(lines) {
        to.copy_from_slice(&from[..width * 3]);
    }
    let lines = depth.chunks_exact(row * 4);
    for (to, from) in frame.depth_m.chunks_exact_mut(width).zip(lines) {
        for (to, from) in to.iter_mut().zip(from.as_chunks::<4>().0) {
            *to = f32::from_le_bytes(*from);
        }
    }
    let lines = ids.chunks_exact(row * 2);
    for (to, from) in frame.ids.chunks_exact_mut(width).zip(lines) {
        for (to, from) in to.iter_mut().zip(from.as_chunks::<2>().0) {
            *to = u16::from_le_bytes(*from);
        }
    }
}
