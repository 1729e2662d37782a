//! Known gaps: what a team has decided to live with, for a while.
//!
//! In: a TOML file of id prefixes with reason, owner and expiry. Out: the prefixes that still hold. One that matches no gap is a fault: it
//! would hide the next one.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use super::{Failure, files::read_file};
use crate::decode::time;

/// A file of known gaps.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    gap: Vec<toml::Spanned<Row>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    reason: String,
    /// Who answers for it.
    owner: Option<String>,
    /// The last day on which the gap is accepted, `YYYY-MM-DD`.
    expires: String,
}

/// Reads known gaps: id prefixes and reasons. Those that expired before `now_s`, in seconds since 1970, do not count.
///
/// # Errors
/// The line of the first fault, and what it is.
pub fn read_known_gaps(text: &str, now_s: i64) -> Result<BTreeMap<String, String>, String> {
    let line_of = |at: usize| text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    let file: File = toml::from_str(text).map_err(|error| {
        let line = line_of(error.span().map_or(0, |span| span.start));
        format!("{line}: {}", error.message().trim().replace(['\n', '\r'], "; "))
    })?;
    let mut known = BTreeMap::new();
    for row in file.gap {
        let line = line_of(row.span().start);
        let row = row.into_inner();
        let end = time::iso8601(&format!("{}T23:59:59Z", row.expires))
            .ok_or_else(|| format!("{line}: the gap {:?}: {:?} is no day; write YYYY-MM-DD", row.id, row.expires))?;
        if row.id.is_empty() || row.reason.trim().is_empty() {
            return Err(format!("{line}: a known gap needs an id and a reason"));
        }
        if now_s <= end {
            let owner = row.owner.filter(|owner| !owner.trim().is_empty());
            let owned = owner.map(|owner| format!(" ({owner}, until {})", row.expires)).unwrap_or_default();
            known.insert(row.id, row.reason + &owned);
        }
    }
    Ok(known)
}

/// The known gaps of a file that still hold.
pub(super) fn known_gaps(path: Option<&Path>) -> Result<BTreeMap<String, String>, Failure> {
    let Some(path) = path else { return Ok(BTreeMap::new()) };
    let text = read_file(path, "known gaps")?;
    read_known_gaps(&text, now_s()).map_err(|fault| Failure::usage(format!("{}:{fault}", path.display())))
}

/// Seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "known gaps expire")]
pub(super) fn now_s() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    i64::try_from(since).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_gap_is_no_longer_known() {
        let text = "[[gap]]\nid = 'a'\nreason = 'x'\nexpires = '2024-12-03'\n[[gap]]\nid = 'b'\nreason = 'y'\nexpires = '2024-12-04'\n";
        let known = read_known_gaps(text, 1_733_299_200).unwrap();
        assert_eq!(known.keys().collect::<Vec<_>>(), ["b"]);
        for text in ["[[gap]]\nid = 'a'\n", "[[gap]]\nid = 'a'\nreason = 'x'\nexpires = 'soon'\n", "gaps = 1\n"] {
            assert!(read_known_gaps(text, 0).is_err(), "{text}");
        }
    }
}
