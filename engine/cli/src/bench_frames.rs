//! `terrella bench --render`: how many pictures this machine draws, beside what its memory and its arithmetic allow.

use crate::job::renderer;
use crate::table::{table, thousands};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::process::ExitCode;
use std::time::Duration;
use terrella_app::AppError;
use terrella_app::bench_frames::Frames;
use terrella_app::drawing::Gpu;
use terrella_app::render::{InstructionSet, Outputs};
use terrella_app::spec::run::RendererKind;

/// What is drawn, and how.
#[derive(Args, Debug)]
pub struct FramesArgs {
    /// Sides of the pictures, pixels
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "64,128,224",
        requires = "render"
    )]
    sizes: Vec<u32>,
    /// Bodies beside the floor
    #[arg(long, value_delimiter = ',', default_value = "1,20,200", requires = "render")]
    objects: Vec<usize>,
    /// What is drawn: sets of rgb, depth and ids
    #[arg(long, value_delimiter = ',', default_value = "rgb,rgb+depth+ids", value_parser = outputs, requires = "render")]
    outputs: Vec<Outputs>,
    /// Shadows of the sun
    #[arg(long, value_delimiter = ',', default_value = "none,hard", requires = "render")]
    shadows: Vec<Shadows>,
    /// Samples along each side of a pixel at edges, 1 to 4
    #[arg(long, default_value_t = 1, requires = "render")]
    supersample: u32,
    /// The instructions that draw; the best ones of this processor when absent
    #[arg(long, value_parser = instruction_set, requires = "render")]
    instructions: Option<InstructionSet>,
    /// What draws: cpu, gpu, or auto for the GPU where there is one that is no software
    #[arg(long, value_name = "NAME", value_parser = renderer, default_value = "cpu", requires = "render")]
    renderer: RendererKind,
    /// How long each is measured, s; the best round counts, since other work only slows
    #[arg(long, default_value_t = 0.5, requires = "render")]
    seconds: f64,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Shadows {
    /// The sun throws none
    None,
    /// Exact, with hard edges
    Hard,
}

/// Runs the command.
pub fn run(args: &FramesArgs, threads: &[usize], as_json: bool) -> anyhow::Result<ExitCode> {
    let set = args.instructions.unwrap_or(InstructionSet::best());
    anyhow::ensure!(set.available(), "this processor has no {}", set.name());
    let gpu = gpu(args.renderer)?;
    let time = Duration::try_from_secs_f64(args.seconds.clamp(0.0, 60.0))?;
    let (mut rows, mut results) = (Vec::new(), Vec::new());
    for size in &args.sizes {
        for objects in &args.objects {
            for outputs in &args.outputs {
                for shadows in &args.shadows {
                    for threads in threads {
                        let frames = Frames {
                            size: (*size).clamp(1, 8192),
                            objects: *objects,
                            threads: *threads,
                            outputs: *outputs,
                            shadows: *shadows == Shadows::Hard,
                            supersample: args.supersample,
                            set,
                            gpu: gpu.as_ref(),
                        };
                        let drawn = frames.measure(time)?;
                        let shadows = if frames.shadows { "hard" } else { "none" };
                        rows.push(vec![
                            format!("{size} px"),
                            objects.to_string(),
                            names(*outputs),
                            shadows.to_string(),
                            threads.to_string(),
                            thousands(drawn.frames_per_second as u64),
                            format!("{:.0} %", 100.0 * drawn.coverage),
                            thousands(drawn.write_limit as u64),
                            format!("{:.0}", drawn.fused_per_pixel),
                        ]);
                        results.push(json!({
                            "size": size, "objects": objects, "outputs": names(*outputs), "shadows": shadows,
                            "threads": threads, "frames_per_second": drawn.frames_per_second,
                            "coverage": drawn.coverage, "memory_write_frames_per_second": drawn.write_limit,
                            "fused_multiply_adds_per_pixel": drawn.fused_per_pixel,
                        }));
                    }
                }
            }
        }
    }
    if as_json {
        let all = json!({ "optimised": !cfg!(debug_assertions), "instruction_set": set.name(),
                          "gpu": gpu.as_ref().map(Gpu::adapter),
                          "supersample": args.supersample, "results": results });
        crate::print(&format!("{all:#}\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    if cfg!(debug_assertions) {
        eprintln!(
            "this is a development build; figures to quote come from `cargo run --release -- bench --render`"
        );
    }
    let heads = [
        "size",
        "objects",
        "outputs",
        "shadows",
        "threads",
        "frames/s",
        "coverage",
        "memory allows",
        "FMA/pixel",
    ];
    let rows = table(&heads, &rows);
    let drawer = gpu.as_ref().map_or(set.name(), Gpu::adapter);
    crate::print(&format!(
        "{rows}drawn with {}, {} x {} samples at edges; `memory allows`: frames/s if they had only to be written; \
         `FMA/pixel`:\nfused multiply-adds for which a pixel's time would do at this processor's peak\n",
        drawer, args.supersample, args.supersample,
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// The GPU that draws, if one is to.
fn gpu(renderer: RendererKind) -> Result<Option<Gpu>, AppError> {
    match renderer {
        RendererKind::Cpu => Ok(None),
        RendererKind::Gpu => Gpu::open()
            .map(Some)
            .map_err(|reason| AppError::run("--renderer", reason)),
        RendererKind::Auto => {
            let gpu = Gpu::open().ok().filter(|gpu| !gpu.is_software());
            if gpu.is_none() {
                crate::complain("renderer auto: the CPU draws: there is no GPU that is no software");
            }
            Ok(gpu)
        }
    }
}

fn outputs(text: &str) -> Result<Outputs, String> {
    let mut outputs = Outputs {
        rgb: false,
        depth: false,
        ids: false,
    };
    for name in text.split('+') {
        match name {
            "rgb" => outputs.rgb = true,
            "depth" => outputs.depth = true,
            "ids" => outputs.ids = true,
            _ => return Err(format!("`{name}` is not rgb, depth or ids; write rgb+depth")),
        }
    }
    Ok(outputs)
}

fn names(outputs: Outputs) -> String {
    let all = [
        (outputs.rgb, "rgb"),
        (outputs.depth, "depth"),
        (outputs.ids, "ids"),
    ];
    let names: Vec<&str> = all.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
    names.join("+")
}

fn instruction_set(text: &str) -> Result<InstructionSet, String> {
    let known = InstructionSet::ALL.into_iter().find(|set| set.name() == text);
    known.ok_or_else(|| {
        let names: Vec<&str> = InstructionSet::ALL.iter().map(|set| set.name()).collect();
        format!("`{text}` is not one of {}", names.join(", "))
    })
}
