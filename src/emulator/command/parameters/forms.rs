//! Forms that values have: sizes, hostnames, what a report can be limited to.
//!
//! In: a text. Out: whether it has the form.

/// A whole number; one too large for us counts as the largest there is.
pub(crate) fn whole(value: &str) -> Option<i64> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    Some(value.parse().unwrap_or(if value.starts_with('-') { i64::MIN } else { i64::MAX }))
}

/// The beginning of a text that has so many bytes at most.
pub(super) fn within_bytes(value: &str, maximum: usize) -> String {
    let fits = value.char_indices().take_while(|(at, letter)| at + letter.len_utf8() <= maximum);
    fits.map(|(_, letter)| letter).collect()
}

/// `all`, `team:all`, or one of four words with an id (p. 82).
pub(super) fn is_limit(value: &str) -> bool {
    match value.split_once(':') {
        None => value == "all",
        Some(("team", "all")) => true,
        Some((word, id)) => ["rep", "team", "members", "site"].contains(&word) && whole(id).is_some(),
    }
}

/// `all`, or a representative or an account by its id (p. 139).
pub(super) fn is_vault_limit(value: &str) -> bool {
    match value.split_once(':') {
        None => value == "all",
        Some((word, id)) => ["rep", "account"].contains(&word) && whole(id).is_some(),
    }
}

pub(super) fn is_size(value: &str) -> bool {
    let side = |side: &str| whole(side).is_some_and(|pixels| (100..=16_384).contains(&pixels));
    value.split_once('x').is_some_and(|(width, height)| side(width) && side(height))
}

pub(super) fn is_host(value: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-')
    };
    value.len() <= 253 && value.split('.').all(label)
}
