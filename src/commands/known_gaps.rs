//! Known gaps: what a team has decided to live with, for a while.
//!
//! In: a TOML file of id prefixes with reason and expiry. Out: the prefixes that still hold. One that matches no gap is a fault: it
//! would hide the next one.

use std::collections::BTreeMap;

use serde::Deserialize;

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
            known.insert(row.id, row.reason);
        }
    }
    Ok(known)
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
