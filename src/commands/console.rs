//! The one place that prints: results to stdout, progress and errors to stderr.

use std::io::Write as _;

/// Prints to stdout. A reader that went away is no fault of ours.
#[expect(clippy::disallowed_methods, reason = "the one place that prints to stdout")]
pub(super) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints a line to stderr.
#[expect(clippy::disallowed_methods, reason = "the one place that prints to stderr")]
pub(super) fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
