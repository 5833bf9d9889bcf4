//! Bombs: small gifts that ask for much. Each must be refused by the real binary with an exit code and a sentence.
//!
//! Every one runs with 256 MiB of address space for the whole program, so an allocation beyond it aborts the program and fails
//! the test. `terrella validate` and its like take under a second each; the wall here is ten, for busy machines.
#![cfg(target_os = "linux")]

mod datasets;
mod meshes;
mod refusal;
mod texts;
