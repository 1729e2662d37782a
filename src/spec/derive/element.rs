//! What follows for the answers of an endpoint: from the row of each element, and for the answers as a whole.
//!
//! In: an endpoint. Out: requirements that are observed in whatever it answers.

use super::observed::observed;
use crate::{
    model::id::RequirementPattern,
    spec::{
        endpoint::{Element, Endpoint, Media},
        requirement::{Demand, Level, Requirement},
        step::Reading,
    },
    vocabulary::{Expect, Path, Query, predicate::EQUALS},
};

pub(super) fn element(endpoint: &Endpoint, number: usize, row: &Element, out: &mut Vec<Requirement>) {
    let id = format!("response/{}", row.path);
    let says = match (&row.when, row.count_min, row.sometimes) {
        (Some((name, value)), ..) => {
            format!("`{}` is in the answer when `{name}={value}` asks for it, and only then", row.path)
        }
        (None, 0, _) | (None, _, true) => format!("`{}` stands where the guide has it, as often as it says", row.path),
        _ => format!("`{}` is in the answer", row.path),
    };
    let mut present = observed(endpoint, id.clone(), Level::Must, row.page, says, Demand::Present(number));
    present.since = row.since.or(present.since);
    // A row that may stand any number of times, none included, cannot be missing: there is nothing to require of it. An attribute
    // never stands twice.
    let can_fail = |row: &Element| {
        let is_attribute = row.path.rsplit('/').next().is_some_and(|last| last.starts_with('@'));
        let needed = row.count_min > 0 && !row.sometimes;
        needed || row.when.is_some() || (row.count_max.is_some() && !is_attribute)
    };
    // A parent that is missing takes its children along: one cause, one finding.
    let parents: Vec<RequirementPattern> = endpoint
        .elements
        .iter()
        .filter(|other| can_fail(other))
        .filter(|other| row.path.strip_prefix(other.path.as_str()).is_some_and(|rest| rest.starts_with('/')))
        .map(|other| format!("{}/response/{}", endpoint.id, other.path).into())
        .collect();
    present.rests_on.clone_from(&parents);
    if can_fail(row) {
        out.push(present);
    }
    let mut typed = |mut requirement: Requirement| {
        requirement.since = row.since.or(requirement.since);
        requirement.rests_on.clone_from(&parents);
        if can_fail(row) {
            requirement.rests_on.push(format!("{}/response/{}", endpoint.id, row.path).into());
        }
        out.push(requirement);
    };
    if row.kind.can_be_checked() {
        let says = match row.values.is_empty() {
            true => format!("`{}` is {}", row.path, row.kind.in_words()),
            false => format!("`{}` is one of {}", row.path, row.values.join(", ")),
        };
        typed(observed(endpoint, format!("{id}/type"), Level::Must, row.page, says, Demand::Typed(number)));
    }
    if !row.names.is_empty() {
        let says = format!("`{}` is printed with more than one name", row.path);
        let mut named =
            observed(endpoint, format!("{id}/name"), Level::Ambiguous, row.page, says, Demand::Named(number));
        named.topic.clone_from(&row.topic);
        typed(named);
    }
}

/// What holds for the answers of the endpoint as a whole.
pub(super) fn answers(endpoint: &Endpoint, out: &mut Vec<Requirement>) {
    if let Some(text) = endpoint.response.success.as_ref().filter(|text| !text.is_empty()) {
        let query = || Query::Path(Path::anywhere("success"));
        let says = format!("`success` holds the documented message, `{text}`");
        let reading = |name: &str, text: String| Reading {
            name: name.to_owned(),
            expect: vec![Expect::At(query(), EQUALS.of(text))],
        };
        let demand = Demand::EveryAnswer {
            own: true,
            expect: Vec::new(),
            readings: vec![reading("without", text.clone()), reading("with", format!("{text}."))],
        };
        let mut one = observed(endpoint, "response/success".to_owned(), Level::Ambiguous, endpoint.page, says, demand);
        one.topic = Some("success-period".to_owned());
        out.push(one);
    }
    if !endpoint.elements.is_empty() && endpoint.response.media == Media::Document {
        let says = "every accepted answer is valid against the schema that the guide's tables give".to_owned();
        let mut one = observed(endpoint, "schema".to_owned(), Level::Must, endpoint.page, says, Demand::Schema);
        one.rests_on.push(format!("{}/response/*", endpoint.id).into());
        out.push(one);
    }
}
