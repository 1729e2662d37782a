//! What people read of recordings and of drift.
//!
//! In: what was learned, or what differs. Out: text, or JSON for programs. Nothing here decides what a difference weighs.

use std::{collections::BTreeSet, fmt::Write as _, path::Path};

use serde_json::json;

use crate::{
    drift::{Drift, DriftLevel, DriftRow, LearnedNoise},
    report::plural,
};

/// The most lines of a list before it ends with a count.
const LISTED_MAX: usize = 20;

/// What was recorded, and what is noise.
pub(super) fn recorded(learned: &LearnedNoise, written: usize, folder: &Path) -> String {
    let mut out = String::new();
    for ((endpoint, moved), id) in &learned.constants {
        let _ = writeln!(
            out,
            "gap     {endpoint}: {} differs between two recordings, and the guide has one value for it: {} and {} ({id})",
            moved.path,
            or_nothing(&moved.was),
            or_nothing(&moved.is)
        );
    }
    let places: BTreeSet<(&str, &str)> = learned
        .places
        .iter()
        .flat_map(|(id, places)| places.iter().map(move |place| (place.as_str(), id.as_str())))
        .collect();
    let mut noise: Vec<(&str, &str, usize)> = Vec::new();
    for (place, id) in places {
        match noise.last_mut() {
            Some((last, _, count)) if *last == place => *count += 1,
            _ => noise.push((place, id, 1)),
        }
    }
    if !noise.is_empty() {
        out.push_str("noise: it differed between two recordings, and is not compared\n");
        for (place, id, count) in noise.iter().take(LISTED_MAX) {
            let more = if *count > 1 { format!(" and {} more", count - 1) } else { String::new() };
            let _ = writeln!(out, "  {place} ({id}{more})");
        }
        more(noise.len(), &mut out);
    }
    list("answered only once, and not kept", &learned.alone, &mut out);
    let _ = writeln!(out, "{} in {}", plural(written, "snapshot"), folder.display());
    out
}

/// What differs.
pub(super) fn drift(found: &Drift, before: &BTreeSet<&str>, now: &str) -> String {
    let mut out = String::new();
    for row in &found.rows {
        difference(row, &mut out);
    }
    list("stale, since another request is sent by now: record them anew", &found.stale, &mut out);
    list("without an answer to compare", &found.missing, &mut out);
    list("new, of which there is no snapshot", &found.unknown, &mut out);
    let before: Vec<&str> = before.iter().copied().filter(|version| *version != now && !version.is_empty()).collect();
    if !before.is_empty() {
        let _ = writeln!(out, "the target says API version {now}; it was {}", before.join(", "));
    }
    let count = |level: DriftLevel| found.rows.iter().filter(|row| row.level == level).count();
    let _ = writeln!(
        out,
        "{} compared: {}, {}, {}",
        plural(found.compared, "snapshot"),
        plural(count(DriftLevel::Gap), "gap"),
        plural(count(DriftLevel::Change), "change"),
        plural(count(DriftLevel::Note), "note")
    );
    out
}

fn difference(row: &DriftRow, out: &mut String) {
    let page = if row.page > 0 { format!(" (p. {})", row.page) } else { String::new() };
    let path = row.path.strip_prefix("body/").unwrap_or(&row.path);
    let _ = writeln!(out, "{:<7} {:<9} {}: {path}{page}", row.level.word(), row.kind, row.endpoint);
    let first = row.snapshots.first().map_or("", String::as_str);
    let more = if row.snapshots.len() > 1 { format!(" and {} more", row.snapshots.len() - 1) } else { String::new() };
    let _ = writeln!(out, "        {} in {first}{more}", row.fingerprint);
    let _ = writeln!(out, "        was {}, is {}", or_nothing(&row.was), or_nothing(&row.is));
    let word = if row.level == DriftLevel::Gap { "fails now" } else { "about" };
    for requirement in &row.requirements {
        let _ = writeln!(out, "        {word}: {requirement}");
    }
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "not there" } else { text }
}

fn list(what: &str, ids: &BTreeSet<String>, out: &mut String) {
    if ids.is_empty() {
        return;
    }
    let _ = writeln!(out, "{} {what}", plural(ids.len(), "snapshot"));
    ids.iter().take(LISTED_MAX).for_each(|id| _ = writeln!(out, "  {id}"));
    more(ids.len(), out);
}

fn more(count: usize, out: &mut String) {
    if count > LISTED_MAX {
        let _ = writeln!(out, "  and {} more", count - LISTED_MAX);
    }
}

/// The same for programs.
pub(super) fn json(found: &Drift) -> String {
    let value = json!({
        "schema_version": 1,
        "compared": found.compared,
        "differences": found.rows,
        "stale": found.stale,
        "missing": found.missing,
        "new": found.unknown,
    });
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}
