//! Arguments in, exit code out.

use std::process::ExitCode;

/// Records, spec data and trees are many small texts; this allocator holds and frees them in less time and room than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    touchmark::commands::main(std::env::args_os())
}
