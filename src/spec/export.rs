//! The whole data as JSON, and what it covers as a table, for `touchmark spec export`.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Demand, Level, Spec};

/// Everything that the spec holds: guide, endpoints with parameters, elements, examples and untestable facts, and requirements.
#[must_use]
pub fn to_json(spec: &Spec) -> Value {
    let requirements: Vec<Value> = spec
        .requirements
        .values()
        .map(|r| {
            json!({
                "id": r.id,
                "endpoint": r.endpoint,
                "level": r.level,
                "section": r.section,
                "page": r.page,
                "says": r.says,
                "class": r.class,
                "since": r.since,
                "topic": r.topic,
                "readings": readings(&r.demand),
                "rests_on": r.rests_on,
            })
        })
        .collect();
    json!({
        "guide": spec.guide,
        "digest": spec.digest,
        "endpoints": spec.endpoints.values().collect::<Vec<_>>(),
        "requirements": requirements,
    })
}

/// The README's table of what is covered, in Markdown: a row for each section of the guide that spec files belong to, in the order
/// of the guide, with its requirements by level and its facts that no request can show, and a last row with the sums.
#[must_use]
pub fn coverage(spec: &Spec) -> String {
    let mut sections: Vec<(u32, &str)> = spec
        .endpoints
        .values()
        .map(|e| (spec.guide.sections.iter().find(|s| s.title == e.title).map_or(e.page, |s| s.page), e.title.as_str()))
        .collect();
    sections.sort_unstable();
    sections.dedup();
    let mut out = "| section of the guide | page | must | should | ambiguous | not testable |\n| --- | ---: | ---: | ---: | ---: | ---: |\n".to_owned();
    let mut sums = [0; 4];
    for (page, title) in sections {
        let of_level =
            |level: Level| spec.requirements.values().filter(|r| r.section == title && r.level == level).count();
        let facts: usize = spec.endpoints.values().filter(|e| e.title == title).map(|e| e.untestable.len()).sum();
        let row = [of_level(Level::Must), of_level(Level::Should), of_level(Level::Ambiguous), facts];
        let _ = writeln!(out, "| {title} | {page} | {} | {} | {} | {} |", row[0], row[1], row[2], row[3]);
        sums.iter_mut().zip(row).for_each(|(sum, n)| *sum += n);
    }
    let _ = writeln!(out, "| **together** | | **{}** | **{}** | **{}** | **{}** |", sums[0], sums[1], sums[2], sums[3]);
    out
}

fn readings(demand: &Demand) -> Vec<&str> {
    match demand {
        Demand::Steps(steps) => steps
            .iter()
            .find(|s| !s.readings.is_empty())
            .map(|s| s.readings.iter().map(|r| r.name.as_str()).collect())
            .unwrap_or_default(),
        Demand::EveryAnswer { readings, .. } => readings.iter().map(|r| r.name.as_str()).collect(),
        _ => Vec::new(),
    }
}
