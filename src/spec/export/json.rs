//! The whole data as JSON, for `touchmark spec export`.

use serde_json::{Value, json};

use crate::spec::{archives::ArchiveDemand, requirement::Demand, select::Spec};

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

fn readings(demand: &Demand) -> Vec<&str> {
    match demand {
        Demand::Steps(steps) => steps
            .iter()
            .find(|s| !s.readings.is_empty())
            .map(|s| s.readings.iter().map(|r| r.name.as_str()).collect())
            .unwrap_or_default(),
        Demand::Archive(ArchiveDemand::Word(word)) | Demand::Feed(ArchiveDemand::Word(word)) => {
            word.readings().to_vec()
        }
        Demand::EveryAnswer { readings, .. } => readings.iter().map(|r| r.name.as_str()).collect(),
        _ => Vec::new(),
    }
}
