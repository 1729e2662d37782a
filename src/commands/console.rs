//! The one place that prints: results to stdout, progress and errors to stderr.

use std::{
    io::{ErrorKind, Write as _},
    sync::atomic::{AtomicBool, Ordering},
};

/// Whether something could not be printed to stdout.
static UNPRINTED: AtomicBool = AtomicBool::new(false);

/// Prints to stdout. A reader that went away is no fault of ours; anything else is known to [`unprinted`].
#[expect(clippy::disallowed_methods, reason = "the one place that prints to stdout")]
pub(super) fn print(text: &str) {
    let written = std::io::stdout().lock().write_all(text.as_bytes());
    flush(written);
}

/// Has all that was printed go out; what could not be printed is known to [`unprinted`].
#[expect(clippy::disallowed_methods, reason = "the one place that prints to stdout")]
pub(super) fn flush(written: std::io::Result<()>) {
    match written.and_then(|()| std::io::stdout().lock().flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe && !UNPRINTED.swap(true, Ordering::Relaxed) => {
            say(&format!("error: standard output cannot be written: {error}"));
        }
        _ => {}
    }
}

/// Whether a result was lost, since standard output could not be written.
pub(super) fn unprinted() -> bool {
    UNPRINTED.load(Ordering::Relaxed)
}

/// Prints a line to stderr.
#[expect(clippy::disallowed_methods, reason = "the one place that prints to stderr")]
pub(super) fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
