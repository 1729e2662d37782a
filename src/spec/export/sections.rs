//! A reference of the whole guide in Markdown, section by section: how each endpoint is called, what it answers, what is asked of it, and
//! what no request can show.
//!
//! In: the spec. Out: one text, in the order of the guide's pages. Everything in it is a row of the data.

use std::{collections::BTreeMap, fmt::Write as _};

use super::sample::printed;
use crate::spec::{
    endpoint::{Element, Endpoint, Need, Parameter, RequestSpec},
    select::Spec,
    tables::ModelField,
};

/// The reference.
#[must_use]
pub fn to_markdown(spec: &Spec) -> String {
    let mut out = format!(
        "# {} {}\n\nMade from the data of touchmark by `touchmark spec export --format markdown`: in words of our own, with the pages of\n\
         the {}. API version {}.\n\nContents:\n\n",
        "Reference of the Remote Support APIs,", spec.guide.edition, spec.guide.title, spec.guide.api_version
    );
    let mut sections: BTreeMap<(u32, &str), Vec<&Endpoint>> = BTreeMap::new();
    for endpoint in spec.endpoints.values() {
        let title = endpoint.title.as_str();
        let page = spec.guide.sections.iter().find(|section| section.title == title).map_or(endpoint.page, |s| s.page);
        sections.entry((page, title)).or_default().push(endpoint);
    }
    for (page, title) in sections.keys() {
        let _ = writeln!(out, "- [{}](#{}) (p. {page})", text(title), anchor(title));
    }
    for ((page, title), endpoints) in &sections {
        let _ = writeln!(out, "\n## {}\n\nPage {page} of the guide.", text(title));
        for endpoint in endpoints {
            write_endpoint(&mut out, spec, endpoint);
        }
    }
    out
}

fn write_endpoint(out: &mut String, spec: &Spec, endpoint: &Endpoint) {
    let _ = writeln!(out, "\n### `{}`\n\n{}", endpoint.id, text(&endpoint.says));
    if let Some(request) = &endpoint.request {
        write_request(out, endpoint, request);
    }
    let parameters = endpoint.parameters.iter().map(|row| {
        vec![format!("`{}`", row.name), need(&row.need), of_values(row), text(&row.says), row.page.to_string()]
    });
    table(out, "Parameters", &["parameter", "need", "value", "meaning", "page"], parameters);
    let sets = endpoint.sets.iter().map(|set| {
        let names: Vec<String> = set.parameters.keys().map(|name| format!("`{name}`")).collect();
        vec![set.name.clone(), names.join(", "), text(&set.says), set.page.to_string()]
    });
    table(out, "Sets of parameters that are lawful", &["set", "parameters", "meaning", "page"], sets);
    let examples = endpoint.examples.iter().map(|example| {
        let query: Vec<String> = printed(example).iter().map(|(name, value)| format!("{name}={value}")).collect();
        vec![
            example.name.clone(),
            code(&query.join("&")),
            text(&example.says),
            example.expect.clone(),
            example.page.to_string(),
        ]
    });
    table(out, "Examples", &["example", "query", "meaning", "it is", "page"], examples);
    let elements = endpoint
        .elements
        .iter()
        .map(|row| vec![code(&row.path), count(row), of_element(row), text(&row.says), row.page.to_string()]);
    table(out, "Answer", &["element", "count", "value", "meaning", "page"], elements);
    for one in &endpoint.tables {
        let heading = format!("Table `{}`: {}", one.name, text(&one.says));
        table(out, &heading, &["field", "type", "meaning", "page"], fields(&one.fields));
    }
    for one in &endpoint.events {
        let heading = format!("Event `{}`: {}", one.name, text(&one.says));
        table(out, &heading, &["field", "type", "meaning", "page"], fields(&one.fields));
    }
    let asked = spec.all().filter(|requirement| requirement.endpoint == endpoint.id);
    let asked = asked.map(|one| {
        let id = one.id.strip_prefix(&format!("{}/", endpoint.id)).unwrap_or(&one.id);
        vec![code(id), one.level.word().to_owned(), text(&one.says), one.page.to_string()]
    });
    table(out, "What is asked", &["requirement", "level", "statement", "page"], asked);
    let rest = endpoint.untestable.iter().map(|fact| vec![text(&fact.says), text(&fact.why), fact.page.to_string()]);
    table(out, "What no request can show", &["fact", "why", "page"], rest);
}

fn write_request(out: &mut String, endpoint: &Endpoint, request: &RequestSpec) {
    let pairs: Vec<String> = request.fixed.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    let _ = writeln!(out, "\n`{} {}{query}`", request.methods.join("` or `"), request.path);
    let mut facts = vec![format!("account: {}", request.account.word()), format!("class: {}", endpoint.class.word())];
    facts.extend(request.permission.as_ref().map(|permission| format!("permission: {permission}")));
    facts.extend(endpoint.since.map(|since| format!("since API version {since}")));
    facts.extend(endpoint.response.root.as_ref().map(|root| format!("root element: {}", code(root))));
    facts.extend(
        endpoint
            .response
            .success
            .as_ref()
            .filter(|text| !text.is_empty())
            .map(|text| format!("success: {}", code(text))),
    );
    let _ = writeln!(out, "\n{}.", facts.join("; "));
}

fn table(out: &mut String, heading: &str, names: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return;
    }
    let _ = writeln!(out, "\n{heading}:\n\n| {} |\n|{}", names.join(" | "), " --- |".repeat(names.len()));
    for row in rows {
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
}

fn fields(fields: &[ModelField]) -> impl Iterator<Item = Vec<String>> {
    fields.iter().map(|field| {
        let mut kind = field.kind.says().to_owned();
        if !field.values.is_empty() {
            let _ = write!(kind, ": {}", field.values.join(", "));
        }
        if let Some(table) = &field.refers {
            let _ = write!(kind, "; of a row of `{table}`");
        }
        vec![format!("`{}`", field.name), text(&kind), text(&field.says), field.page.to_string()]
    })
}

fn need(need: &Need) -> String {
    match need {
        Need::Required => "required".to_owned(),
        Need::Optional => "optional".to_owned(),
        Need::OneOf(group) => format!("one of the {group}s"),
        Need::SomeOf(group) => format!("at least one of the {group}s"),
    }
}

/// Type, bounds, values and company of a parameter.
fn of_values(row: &Parameter) -> String {
    let mut parts = vec![format!("{:?}", row.kind).to_lowercase()];
    let numbers = [
        ("at least", row.min.map(|n| n.to_string())),
        ("at most", row.max.map(|n| n.to_string())),
        ("characters at most:", row.max_characters.map(|n| n.to_string())),
        ("bytes at most:", row.max_bytes.map(|n| n.to_string())),
        ("items at most:", row.max_items.map(|n| n.to_string())),
        ("unit:", row.unit.clone()),
        ("default:", row.default.as_ref().map(|value| code(value))),
        ("since API version", row.since.map(|since| since.to_string())),
    ];
    parts.extend(numbers.into_iter().filter_map(|(word, value)| Some(format!("{word} {}", value?))));
    let list = |values: &[String]| values.iter().map(|value| code(value)).collect::<Vec<_>>().join(", ");
    let lists = [
        ("one of", list(&row.values)),
        ("items of", list(&row.item_values)),
        ("with", list(&row.needs.keys().cloned().collect::<Vec<_>>())),
        ("not with", list(&row.excludes)),
    ];
    parts.extend(lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(word, list)| format!("{word} {list}")));
    parts.extend(row.forms.iter().map(|form| format!("form {}", code(&form.value))));
    text(&parts.join("; "))
}

fn count(row: &Element) -> String {
    match (row.count_min, row.count_max) {
        (low, Some(high)) if low == high => low.to_string(),
        (low, Some(high)) => format!("{low} to {high}"),
        (low, None) => format!("{low} or more"),
    }
}

fn of_element(row: &Element) -> String {
    let mut parts = vec![row.kind.in_words().to_owned()];
    let list = row.values.iter().map(|value| code(value)).collect::<Vec<_>>().join(", ");
    let facts = [
        (!list.is_empty()).then(|| format!("{list}{}", if row.open { " and others" } else { "" })),
        row.min.map(|n| format!("at least {n}")),
        row.max.map(|n| format!("at most {n}")),
        row.when.as_ref().map(|(name, value)| format!("with {}", code(&format!("{name}={value}")))),
        row.sometimes.then(|| "not always there".to_owned()),
        row.may_be_empty.then(|| "may be empty".to_owned()),
        (!row.names.is_empty()).then(|| format!("also called {}", row.names.join(", "))),
        row.since.map(|since| format!("since API version {since}")),
    ];
    parts.extend(facts.into_iter().flatten());
    text(&parts.join("; "))
}

/// A text as one line that is no markup of a table.
fn text(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('|', "\\|").replace('<', "&lt;")
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('|', "\\|"))
}

/// The anchor that readers of Markdown make of a heading.
fn anchor(title: &str) -> String {
    let letters = title.to_lowercase();
    letters
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}
