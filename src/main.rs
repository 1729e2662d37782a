//! Arguments in, exit code out.

use std::process::ExitCode;

/// Trees of XML are made and let go all the time, and the allocator of the system takes its time over that, but needs less room.
#[cfg(feature = "fast")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    touchmark::commands::main(std::env::args_os())
}
