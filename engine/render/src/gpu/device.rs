//! A GPU and the program that runs on it.

use super::GpuError;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Waker};

/// The kernel.
const CAST: &str = concat!(
    include_str!("cast.wgsl"),
    include_str!("cast/image.wgsl"),
    include_str!("cast/hide.wgsl"),
);
/// Bindings of the kernel: parameters, heads, words, what lasts, outputs.
const BINDINGS: [wgpu::BufferBindingType; 5] = [
    wgpu::BufferBindingType::Uniform,
    wgpu::BufferBindingType::Storage { read_only: true },
    wgpu::BufferBindingType::Storage { read_only: true },
    wgpu::BufferBindingType::Storage { read_only: true },
    wgpu::BufferBindingType::Storage { read_only: false },
];

/// A device with the kernel.
pub(super) struct Gpu {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    pipeline_layout: wgpu::PipelineLayout,
    /// The kernel without looks, and with them: each is compiled when it is needed first.
    pipelines: [OnceLock<wgpu::ComputePipeline>; 2],
    pub(super) layout: wgpu::BindGroupLayout,
    /// The adapter's name.
    pub(super) name: String,
    /// The first thing that went wrong on a device of our own beside what calls say: without it, such a thing would be a panic.
    broken: Arc<OnceLock<String>>,
}

/// Waits for a value. On native devices these are there at once, or when the driver answers.
pub(super) fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::yield_now(),
        }
    }
}

impl Gpu {
    /// The most powerful GPU of this machine, with as large buffers as it has.
    pub(super) fn request() -> Result<Gpu, GpuError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
            flags: wgpu::InstanceFlags::empty(),
            ..wgpu::InstanceDescriptor::new_without_display_handle()
        });
        let adapter = ready(instance.request_adapter(&wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..wgpu::RequestAdapterOptions::default()
        }))
        .map_err(|error| GpuError::NoAdapter {
            reason: error.to_string(),
        })?;
        let limits = adapter.limits();
        let wanted = wgpu::DeviceDescriptor {
            required_limits: wgpu::Limits {
                max_storage_buffer_binding_size: limits.max_storage_buffer_binding_size,
                max_buffer_size: limits.max_buffer_size,
                ..wgpu::Limits::downlevel_defaults()
            },
            ..wgpu::DeviceDescriptor::default()
        };
        let (device, queue) = ready(adapter.request_device(&wanted)).map_err(|error| GpuError::Device {
            adapter: adapter.get_info().name,
            reason: error.to_string(),
        })?;
        let broken = Arc::new(OnceLock::new());
        let heard = broken.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            // The first one counts.
            let _ = heard.set(error.to_string());
        }));
        Ok(Gpu {
            broken,
            ..Gpu::new(device, queue)?
        })
    }

    /// A device of somebody else's.
    pub(super) fn new(device: wgpu::Device, queue: wgpu::Queue) -> Result<Gpu, GpuError> {
        let name = device.adapter_info().name;
        let scope = device.push_error_scope(wgpu::ErrorFilter::Validation);
        let entries: [wgpu::BindGroupLayoutEntry; BINDINGS.len()] =
            std::array::from_fn(|binding| wgpu::BindGroupLayoutEntry {
                binding: binding as u32,
                visibility: wgpu::ShaderStages::COMPUTE,
                ty: wgpu::BindingType::Buffer {
                    ty: BINDINGS[binding],
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
                count: None,
            });
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("terrella cast"),
            entries: &entries,
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("terrella cast"),
            bind_group_layouts: &[Some(&layout)],
            ..wgpu::PipelineLayoutDescriptor::default()
        });
        if let Some(error) = ready(scope.pop()) {
            return Err(GpuError::Device {
                adapter: name,
                reason: error.to_string(),
            });
        }
        Ok(Gpu {
            device,
            queue,
            pipeline_layout,
            pipelines: Default::default(),
            layout,
            name,
            broken: Arc::default(),
        })
    }

    /// The kernel; `dressed`: with all that worlds with looks need.
    pub(super) fn pipeline(&self, dressed: bool) -> Result<&wgpu::ComputePipeline, GpuError> {
        let kept = &self.pipelines[usize::from(dressed)];
        if let Some(pipeline) = kept.get() {
            return Ok(pipeline);
        }
        let scope = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
        // A constant in the text: values for `override`s make naga 29 refuse functions that it accepts without.
        let text = format!("const DRESSED: bool = {dressed};\n{CAST}");
        let module = self.device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("terrella cast"),
            source: wgpu::ShaderSource::Wgsl(text.into()),
        });
        let pipeline = self
            .device
            .create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some("terrella cast"),
                layout: Some(&self.pipeline_layout),
                module: &module,
                entry_point: Some("main"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                cache: None,
            });
        if let Some(error) = ready(scope.pop()) {
            return Err(self.failed(error));
        }
        // Another thread may have been faster: then it is that one.
        Ok(kept.get_or_init(|| pipeline))
    }

    pub(super) fn failed(&self, error: impl std::fmt::Display) -> GpuError {
        GpuError::Device {
            adapter: self.name.clone(),
            reason: error.to_string(),
        }
    }

    /// Makes `buffer` at least so large; what was in it may be lost.
    pub(super) fn reserve(
        &self,
        buffer: &mut Option<wgpu::Buffer>,
        bytes: u64,
        usage: wgpu::BufferUsages,
    ) -> Result<wgpu::Buffer, GpuError> {
        if let Some(buffer) = buffer.as_ref().filter(|buffer| buffer.size() >= bytes) {
            return Ok(buffer.clone());
        }
        let limits = self.device.limits();
        let most = limits.max_buffer_size.min(limits.max_storage_buffer_binding_size) / 4 * 4;
        // Half as much again, so that a batch a little larger than the last one needs no new buffer.
        let size = (bytes + bytes / 2).clamp(64, most.max(bytes)).next_multiple_of(4);
        let scope = self.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let new = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("terrella"),
            size,
            usage,
            mapped_at_creation: false,
        });
        if let Some(error) = ready(scope.pop()) {
            return Err(self.failed(error));
        }
        *buffer = Some(new.clone());
        Ok(new)
    }

    pub(super) fn wait(&self, submission: &wgpu::SubmissionIndex) -> Result<(), GpuError> {
        let wait = wgpu::PollType::Wait {
            submission_index: Some(submission.clone()),
            timeout: None,
        };
        self.device.poll(wait).map_err(|error| self.failed(error))?;
        match self.broken.get() {
            Some(reason) => Err(self.failed(reason)),
            None => Ok(()),
        }
    }
}
