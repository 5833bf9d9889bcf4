//! The `terrella` command.

mod bench;
mod bench_families;
mod bench_frames;
mod describe;
mod failure;
mod finalize;
mod generate;
mod inspect;
mod job;
mod memory;
mod preview;
mod progress;
mod render;
mod replay;
mod schema;
mod signals;
mod table;
mod validate;
mod verify;
mod work;

use clap::{CommandFactory, Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;
use terrella_app::shell;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Makes the data that world models learn from: worlds, simulated and recorded in parallel, as Parquet shards.
#[derive(Parser)]
#[command(name = "terrella", version, arg_required_else_help = true, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 2 wrong usage or file, 3 too many bad episodes, 65 damaged dataset, \
                          73 folder taken, 74 disk trouble, 75 folder busy, 130 or 143 stopped by a signal.";

#[derive(Subcommand)]
enum Command {
    Generate(Box<generate::Args>),
    Families(describe::FamiliesArgs),
    Describe(describe::DescribeArgs),
    Bench(bench::Args),
    Preview(preview::Args),
    Inspect(inspect::Args),
    Render(render::Args),
    Replay(replay::Args),
    Verify(verify::VerifyArgs),
    Repair(verify::RepairArgs),
    Finalize(finalize::Args),
    #[command(hide = true)]
    MakeShard(work::ShardArgs),
    Validate(validate::Args),
    Schema(schema::Args),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  terrella completions bash > ~/.local/share/bash-completion/completions/terrella"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Generate(args) => generate::run(*args),
        Command::Families(args) => describe::families(args),
        Command::Describe(args) => describe::describe(args),
        Command::Bench(args) => bench::run(args),
        Command::Preview(args) => preview::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Render(args) => render::run(args),
        Command::Replay(args) => replay::run(args),
        Command::Verify(args) => verify::verify(args),
        Command::Repair(args) => verify::repair(args),
        Command::Finalize(args) => finalize::run(args),
        Command::MakeShard(args) => work::make_shard(args),
        Command::Validate(args) => validate::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "terrella", &mut script);
            print(&String::from_utf8_lossy(&script)).map(|()| ExitCode::SUCCESS)
        }
    };
    result.unwrap_or_else(|error| failure::report(&error))
}

/// Says something on standard error. That nobody can hear it must not end the process with another exit code.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Prints text. A reader that went away (`| head`) is no error.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(anyhow::Error::new(error).context("cannot write to standard output"))
        }
        _ => Ok(()),
    }
}
