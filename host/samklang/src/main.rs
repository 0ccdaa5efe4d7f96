//! Keeps people, units, groups and accounts in concord between systems.

use std::process::ExitCode;

/// A cycle makes and drops small texts by the million; this allocator takes a fifth off the whole.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    samklang::main(std::env::args_os())
}
