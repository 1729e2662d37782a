//! What a requirement of fuzzing is about.

/// The id of the endpoint, and what follows it, of a requirement that is about one.
#[must_use]
pub fn about(id: &str) -> &str {
    id.strip_prefix("fuzz/").unwrap_or(id)
}

/// Whether an id stands below that of an endpoint or of a chapter.
#[must_use]
pub fn is_below(id: &str, group: &str) -> bool {
    about(id).strip_prefix(group).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
