//! The address of a target as an operator types it.
//!
//! In: what was typed, and where. Out: scheme, host and port, or a message that says what to do. No message shows what stands before an `@`.

use super::{Failure, exit};
use crate::send::{NoTarget, address, without_credentials};

/// Scheme, host and port of a target.
pub(super) fn base(text: &str, insecure: bool, place: &str) -> Result<String, Failure> {
    // What is empty cannot be shown in the middle of a message.
    if text.trim().is_empty() {
        return Err(Failure::usage(format!(
            "{place} is empty\n  write a host such as support.example.com, or https://HOST[:PORT]"
        )));
    }
    address(text, insecure).map_err(|fault| match fault {
        NoTarget::Unreadable(says) => Failure::usage(format!(
            "{place} {}: {says}\n  write a host such as support.example.com, or https://HOST[:PORT]",
            without_credentials(text)
        )),
        clear @ NoTarget::Clear => Failure {
            code: exit::UNREACHABLE,
            says: format!("{place} {text}: {clear}\n  use https, or say --insecure"),
        },
    })
}
