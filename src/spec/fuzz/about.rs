//! What a requirement of fuzzing is about.

/// The id of the endpoint, and what follows it, of a requirement that is about one.
#[must_use]
pub fn about(id: &str) -> &str {
    id.strip_prefix("fuzz/").unwrap_or(id)
}
