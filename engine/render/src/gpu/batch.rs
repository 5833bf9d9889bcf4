//! Views that are drawn by one dispatch.

use super::pack::{self, LensWords, MeshWords, WorldWords};
use super::{BatchLimits, GpuError, Job};
use crate::frame::Outputs;
use crate::renderer::Renderer;
use crate::view::Intrinsics;
use std::ops::Range;

/// A world and where its meshes and images are.
pub(super) struct Prepared {
    pub(super) renderer: Renderer,
    pub(super) words: WorldWords,
    poured: Poured,
}

/// The surfaces of a world's liquids.
#[derive(Default)]
struct Poured {
    /// The particles that they were made of.
    of: Option<Vec<Vec<[f32; 3]>>>,
    /// They are among the words of the batch that is being filled.
    written: bool,
}

impl Prepared {
    pub(super) fn new(renderer: Renderer, words: WorldWords) -> Prepared {
        Prepared {
            renderer,
            words,
            poured: Poured::default(),
        }
    }

    /// Makes the surfaces of liquids, and writes their meshes behind so many words that last, if that is not done.
    fn pour(&mut self, particles: &[Vec<[f32; 3]>], lasting: usize, to: &mut Vec<u32>) {
        let count = self.renderer.made_of_points();
        if count == 0 {
            return;
        }
        // Several cameras see the same moment, and a surface is dear.
        let own = |liquid: usize| particles.get(liquid).map_or(&[][..], |particles| particles);
        let Poured { of, written } = &mut self.poured;
        let same = (of.as_ref()).is_some_and(|of| of.iter().enumerate().all(|(at, of)| *of == own(at)));
        if same && *written {
            return;
        }
        if !same {
            let particles: Vec<Vec<[f32; 3]>> = (0..count).map(|liquid| own(liquid).to_vec()).collect();
            self.renderer.set_points(&particles);
            *of = Some(particles);
        }
        let parts = self.renderer.parts();
        let first = parts.len() - count;
        for (part, words) in parts[first..].iter().zip(&mut self.words.meshes[first..]) {
            *words = MeshWords::of(part, lasting as u32, self.renderer.is_dressed(), to);
        }
        *written = true;
    }
}

/// Where the outputs of a batch are in its buffer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) outputs: Outputs,
    /// Edges are smooth: there is a key of what each pixel's centre sees.
    pub(super) smooth: bool,
    /// There is more than sun, sky and plain paint.
    pub(super) dressed: bool,
    pub(super) views: u32,
}

impl Layout {
    /// Pixels in a row: a multiple of 4.
    pub(super) fn row(&self) -> u32 {
        self.width.next_multiple_of(4)
    }

    /// Bytes of one view: colours, depth, ids, and keys.
    pub(super) fn view_bytes(&self) -> [u64; 4] {
        let pixels = u64::from(self.row()) * u64::from(self.height);
        let Outputs { rgb, depth, ids } = self.outputs;
        [(rgb, 3), (depth, 4), (ids, 2), (self.smooth, 4)].map(
            |(wanted, each)| {
                if wanted { pixels * each } else { 0 }
            },
        )
    }

    /// Bytes of each output of all views, and last of their keys.
    pub(super) fn ranges(&self) -> [Range<u64>; 4] {
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

    /// Bytes of what is wanted: without the keys.
    pub(super) fn wanted_bytes(&self) -> u64 {
        self.ranges()[2].end
    }

    /// The kernel's parameters.
    pub(super) fn params(&self, phase: u32) -> [u32; 8] {
        let [rgb, depth, ids, keys] = self.ranges().map(|range| {
            if range.is_empty() {
                u32::MAX
            } else {
                (range.start / 4) as u32
            }
        });
        [self.width, self.height, self.row(), rgb, depth, ids, keys, phase]
    }
}

/// What a dispatch reads.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) heads: Vec<u32>,
    pub(super) words: Vec<u32>,
    /// Meshes of liquids, behind the words that last.
    pub(super) liquids: Vec<u32>,
    lenses: Vec<(Intrinsics, LensWords)>,
}

impl Batch {
    /// Takes the first jobs that have one size, are smooth and dressed alike, and fit. There are so many words that last.
    pub(super) fn fill(
        &mut self,
        worlds: &mut [Prepared],
        lasting: usize,
        jobs: &[Job<'_>],
        outputs: Outputs,
        limits: &BatchLimits,
    ) -> Result<Layout, GpuError> {
        self.heads.clear();
        self.words.clear();
        self.liquids.clear();
        self.lenses.clear();
        worlds.iter_mut().for_each(|world| world.poured.written = false);
        let Intrinsics { width, height, .. } = jobs[0].view.intrinsics;
        if width == 0 || height == 0 {
            return Err(GpuError::Unsupported {
                feature: "a picture without pixels",
            });
        }
        let kind = |job: &Job<'_>| {
            let renderer = &worlds[job.world.0].renderer;
            [renderer.per_side() > 1, renderer.is_dressed()].map(|own| own && outputs.rgb)
        };
        let kinds: Vec<[bool; 2]> = jobs.iter().map(kind).take(limits.views as usize).collect();
        let [smooth, dressed] = kinds[0];
        let mut layout = Layout {
            width,
            height,
            outputs,
            smooth,
            dressed,
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
            let is_other = kinds[count] != kinds[0];
            if is_other || (intrinsics.width, intrinsics.height) != (width, height) {
                break;
            }
            let (first, first_liquid) = (self.words.len(), self.liquids.len());
            let world = &mut worlds[job.world.0];
            world.pour(job.points, lasting, &mut self.liquids);
            self.view(world, job, outputs)?;
            let bytes = (self.words.len().max(lasting + self.liquids.len()) * 4) as u64;
            if bytes > limits.bytes {
                if count == 0 {
                    return Err(too_large("a view of a world", bytes));
                }
                self.words.truncate(first);
                self.liquids.truncate(first_liquid);
                self.heads.truncate(count * pack::HEAD);
                break;
            }
            layout.views = count as u32 + 1;
        }
        Ok(layout)
    }

    fn view(&mut self, world: &mut Prepared, job: &Job<'_>, outputs: Outputs) -> Result<(), GpuError> {
        let Batch {
            heads, words, lenses, ..
        } = self;
        let scene = world.renderer.scene(&job.view, job.poses, outputs.rgb);
        pack::supported(scene.plan)?;
        let samples = scene.lens.samples.len() as u32;
        let known = (lenses.iter()).find(|(of, lens)| *of == job.view.intrinsics && lens.samples == samples);
        let lens = match known {
            Some((_, lens)) => *lens,
            None => {
                let lens = LensWords {
                    first: words.len() as u32,
                    is_table: !scene.lens.is_straight(),
                    samples,
                };
                scene.lens.words(words);
                lenses.push((job.view.intrinsics, lens));
                lens
            }
        };
        pack::view(&scene, &world.words, lens, (words, heads));
        Ok(())
    }
}
