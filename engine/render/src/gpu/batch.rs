//! Views that are drawn by one dispatch.

use super::{BatchLimits, GpuError, Job, pack};
use crate::frame::Outputs;
use crate::renderer::Renderer;
use crate::view::Intrinsics;
use std::ops::Range;

/// A world and where the trees of its parts are.
pub(super) struct Prepared {
    pub(super) renderer: Renderer,
    /// First words of nodes and of triangles, for parts that are meshes.
    pub(super) trees: Vec<Option<[u32; 2]>>,
}

/// Where the outputs of a batch are in its buffer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) outputs: Outputs,
    pub(super) views: u32,
}

impl Layout {
    /// Pixels in a row: a multiple of 4.
    pub(super) fn row(&self) -> u32 {
        self.width.next_multiple_of(4)
    }

    /// Bytes of one view: colours, depth, ids.
    pub(super) fn view_bytes(&self) -> [u64; 3] {
        let pixels = u64::from(self.row()) * u64::from(self.height);
        let Outputs { rgb, depth, ids } = self.outputs;
        [(rgb, 3), (depth, 4), (ids, 2)].map(|(wanted, each)| if wanted { pixels * each } else { 0 })
    }

    /// Bytes of each output of all views.
    pub(super) fn ranges(&self) -> [Range<u64>; 3] {
        let mut end = 0;
        self.view_bytes().map(|bytes| {
            let first = end;
            end += bytes * u64::from(self.views);
            first..end
        })
    }

    pub(super) fn bytes(&self) -> u64 {
        self.view_bytes().iter().sum::<u64>() * u64::from(self.views)
    }

    /// The kernel's parameters.
    pub(super) fn params(&self) -> [u32; 8] {
        let [rgb, depth, ids] = self.ranges().map(|range| {
            if range.is_empty() {
                u32::MAX
            } else {
                (range.start / 4) as u32
            }
        });
        [self.width, self.height, self.row(), rgb, depth, ids, 0, 0]
    }
}

/// What a dispatch reads.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) heads: Vec<u32>,
    pub(super) words: Vec<u32>,
    lenses: Vec<(Intrinsics, [u32; 2])>,
}

impl Batch {
    /// Takes the first jobs that have one size and fit.
    pub(super) fn fill(
        &mut self,
        worlds: &mut [Prepared],
        jobs: &[Job<'_>],
        outputs: Outputs,
        limits: &BatchLimits,
    ) -> Result<Layout, GpuError> {
        self.heads.clear();
        self.words.clear();
        self.lenses.clear();
        let Intrinsics { width, height, .. } = jobs[0].view.intrinsics;
        if width == 0 || height == 0 {
            return Err(GpuError::Unsupported {
                feature: "a picture without pixels",
            });
        }
        let mut layout = Layout {
            width,
            height,
            outputs,
            views: 1,
        };
        let too_large = |what, bytes| GpuError::TooLarge {
            what,
            bytes,
            limit: limits.bytes,
        };
        let each = layout.bytes();
        if each > limits.bytes || width.max(height) > limits.side_px {
            return Err(too_large("a picture", each));
        }
        let most = (limits.bytes / each.max(1)).min(u64::from(limits.views.max(1)));
        for (count, job) in jobs.iter().take(most as usize).enumerate() {
            let intrinsics = &job.view.intrinsics;
            if (intrinsics.width, intrinsics.height) != (width, height) {
                break;
            }
            let first = self.words.len();
            self.view(&mut worlds[job.world.0], job, outputs)?;
            let bytes = (self.words.len() * 4) as u64;
            if bytes > limits.bytes {
                if count == 0 {
                    return Err(too_large("a view of a world", bytes));
                }
                self.words.truncate(first);
                self.heads.truncate(count * pack::HEAD);
                break;
            }
            layout.views = count as u32 + 1;
        }
        Ok(layout)
    }

    fn view(&mut self, world: &mut Prepared, job: &Job<'_>, outputs: Outputs) -> Result<(), GpuError> {
        let Batch { heads, words, lenses } = self;
        let scene = world.renderer.scene(&job.view, job.poses, outputs.rgb);
        pack::supported(scene.plan)?;
        let known = lenses.iter().find(|(of, _)| *of == job.view.intrinsics);
        let lens = match known {
            Some((_, lens)) => *lens,
            None => {
                let lens = [words.len() as u32, u32::from(!scene.lens.is_straight())];
                scene.lens.words(words);
                lenses.push((job.view.intrinsics, lens));
                lens
            }
        };
        pack::view(&scene, &world.trees, lens, (words, heads));
        Ok(())
    }
}
