//! Proofs that `terrella generate` keeps its promises when it is killed, refused or crowded: nothing torn, nothing lost.
//!
//! Each test drives the real binary on a tiny run in a scratch folder, hurts it, and looks at what stands there. Two checks
//! do all the judging (`tree.rs`): nothing under a final name differs from an undisturbed run, and after the same command
//! was given again the folder is byte for byte that of an undisturbed run. `teeth.rs` shows that a writer who does
//! not take the same care fails these checks.
//!
//! **Invariant:** no test asserts how long anything takes; where a process must end by itself, it has a generous limit.
//!
//! System calls are cut and refused by `strace` (Debian: `apt install strace`).
#![cfg(target_os = "linux")]

mod disks;
mod errors;
mod kills;
mod moments;
mod names;
mod order;
mod parallel;
mod process;
mod rivals;
mod signals;
mod strace;
mod teeth;
mod tiny;
mod tree;
mod videos;
