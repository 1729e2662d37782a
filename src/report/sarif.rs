//! A report as SARIF 2.1.0, within what GitHub takes.
//!
//! In: a report, and which results are wanted. Out: a rule and a result for each requirement: the verdict as `kind`, a known gap with a
//! suppression, request and answer as `webRequest` and `webResponse`. The place of a result is the file that the reader named, or else that of
//! the spec data that it comes of.
//! GitHub takes every result for an open alert, whatever its kind and its suppressions, so there is a choice of results for it.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    Gap, Report, RequirementRow, Shown,
    standing::{Standing, by_weight, citation, gaps_by_id},
    text::plural,
    visible::{cut, on_one_line, visible},
};
use crate::model::verdict::Verdict;

/// Which results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Results {
    /// Every requirement.
    All,
    /// What somebody has to look at.
    Alerts,
}

/// The most results, and the most rules, that GitHub takes of a run.
const RESULTS_MAX: usize = 25_000;

/// The most bytes of all requests and answers; packed, the whole stays below the 10 MB that GitHub takes.
const EVIDENCE_BYTES_MAX: usize = 6 * 1024 * 1024;

/// The most characters of a text.
const TEXT_CHARS_MAX: usize = 1_000;

/// The report as JSON.
pub(super) fn render(report: &Report, results: Results, file: Option<&str>) -> String {
    let gaps = gaps_by_id(report);
    let mut rows = by_weight(report);
    if results == Results::Alerts {
        rows.retain(|(standing, _)| standing.fails() || *standing == Standing::Warned);
    }
    let left_out = rows.len().saturating_sub(RESULTS_MAX);
    rows.truncate(RESULTS_MAX);
    let mut room = EVIDENCE_BYTES_MAX;
    let rules: Vec<Value> = rows.iter().map(|(_, row)| rule(report, row)).collect();
    let results: Vec<Value> = rows
        .iter()
        .enumerate()
        .map(|(number, (standing, row))| {
            let place = file.map_or_else(|| file_of(row), str::to_owned);
            result(number, *standing, row, gaps.get(row.id.as_str()).copied(), &place, &mut room)
        })
        .collect();
    let whole = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Touchmark",
                "fullName": format!("Touchmark {}", report.tool.version),
                "version": report.tool.version,
                "semanticVersion": report.tool.version,
                "shortDescription": { "text": "Certifies an API against its programmer's guide." },
                "rules": rules,
            } },
            "automationDetails": { "id": format!("touchmark/{}/", slug(report.target.url.split("://").last().unwrap_or_default())) },
            "invocations": [invocation(report, left_out)],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {
                "target": on_one_line(&report.target.url, TEXT_CHARS_MAX),
                "guide": report.guide.title,
                "apiVersion": report.guide.api_version,
                "specs": report.guide.digest,
                "seed": report.run.seed,
                "summary": report.summary,
            },
        }],
    });
    // Our own shapes have string keys only, so writing them cannot fail.
    serde_json::to_string(&whole).unwrap_or_default() + "\n"
}

fn invocation(report: &Report, left_out: usize) -> Value {
    let mut invocation = json!({ "executionSuccessful": report.summary.error == 0, "exitCode": report.exit_code() });
    if left_out > 0 {
        let text = format!("{} left out: a run has at most {RESULTS_MAX}.", plural(left_out, "result"));
        invocation["toolExecutionNotifications"] = json!([{ "level": "note", "message": { "text": text } }]);
    }
    invocation
}

fn rule(report: &Report, row: &RequirementRow) -> Value {
    let statement = sentence(if row.says.is_empty() { &row.id } else { &row.says });
    let cited = citation(&row.section, row.page);
    let source = if row.page == 0 { String::new() } else { format!(" of {}", report.guide.title) };
    let full = format!("{statement} It is a `{}` by {cited}{source}.", row.level);
    let shows = format!("touchmark spec show {}", row.id);
    json!({
        "id": on_one_line(&row.id, TEXT_CHARS_MAX),
        "name": name(&row.id),
        "shortDescription": { "text": statement },
        "fullDescription": { "text": full },
        "help": {
            "text": format!("{full} `{shows}` prints how it is tested."),
            "markdown": format!("{} It is a `{}`.\n\n    {shows}\n", plain(&full), row.level),
        },
        "defaultConfiguration": { "level": if row.level == "should" { "warning" } else { "error" } },
        "properties": {
            "tags": [row.level, row.id.split('/').next().unwrap_or_default()],
            "problem.severity": if row.level == "should" { "warning" } else { "error" },
        },
    })
}

/// The file of the spec data in which the endpoint of a requirement is described.
fn file_of(row: &RequirementRow) -> String {
    let name = if row.endpoint.is_empty() { "guide".to_owned() } else { slug(&row.endpoint) };
    format!("specs/{name}.toml")
}

fn result(
    number: usize,
    standing: Standing,
    row: &RequirementRow,
    gap: Option<&Gap>,
    place: &str,
    room: &mut usize,
) -> Value {
    let (kind, level) = match row.verdict {
        Verdict::Pass => ("pass", "none"),
        Verdict::NotApplicable => ("notApplicable", "none"),
        Verdict::Inconclusive => ("open", "none"),
        Verdict::Error => ("review", "none"),
        Verdict::Warn => ("fail", "warning"),
        Verdict::Fail if standing == Standing::Warned => ("fail", "warning"),
        Verdict::Fail => ("fail", "error"),
    };
    let message = match (gap, &row.reason) {
        (Some(gap), _) => format!("{} Expected {}; got {}", sentence(&gap.says), gap.expected, gap.got),
        (None, Some(reason)) => format!("`{}`: {reason}", row.verdict.word()),
        (None, None) => format!("`{}` as {} show", row.verdict.word(), plural(row.observations, "observation")),
    };
    let id = on_one_line(&row.id, TEXT_CHARS_MAX);
    let mut result = json!({
        "ruleId": id,
        "ruleIndex": number,
        "kind": kind,
        "level": level,
        "message": { "text": plain(&sentence(&on_one_line(&message, TEXT_CHARS_MAX))) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": place },
                "region": { "startLine": 1 },
            },
            "logicalLocations": [{ "fullyQualifiedName": id }],
        }],
        "partialFingerprints": { "requirementAndCause/v1": fingerprint(row) },
    });
    if let Some(gap) = gap {
        if let Some(why) = &gap.known {
            let why = on_one_line(why, TEXT_CHARS_MAX);
            result["suppressions"] = json!([{ "kind": "external", "status": "accepted", "justification": why }]);
        }
        let (request, response) = (web_request(&gap.request), web_response(&gap.response));
        let bytes = request.to_string().len() + response.to_string().len();
        if let Some(left) = room.checked_sub(bytes) {
            *room = left;
            result["webRequest"] = request;
            result["webResponse"] = response;
        }
    }
    result
}

/// The same for the same requirement and the same one to blame, in every run.
fn fingerprint(row: &RequirementRow) -> String {
    let cause = row.blame.map_or("", |blame| blame.word());
    let digest = Sha256::digest(format!("{}\n{cause}", row.id));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn web_request(shown: &Shown) -> Value {
    let (method, target) = shown.line.split_once(' ').unwrap_or((&shown.line, ""));
    json!({
        "protocol": "HTTP",
        "version": "1.1",
        "method": visible(method),
        "target": visible(target),
        "headers": headers(shown),
        "body": { "text": visible(&shown.body) },
    })
}

fn web_response(shown: &Shown) -> Value {
    match shown.line.split(' ').next().and_then(|status| status.parse::<u16>().ok()) {
        Some(status) => json!({
            "protocol": "HTTP",
            "version": "1.1",
            "statusCode": status,
            "headers": headers(shown),
            "body": { "text": visible(&shown.body) },
            "noResponseReceived": false,
        }),
        None => json!({ "noResponseReceived": true, "reasonPhrase": visible(&shown.line) }),
    }
}

/// Headers by name; those that stand several times are one line, as HTTP has it.
fn headers(shown: &Shown) -> Value {
    let mut all: HashMap<String, String> = HashMap::new();
    let mut order = Vec::new();
    for (name, value) in &shown.headers {
        let (name, value) = (visible(name).into_owned(), visible(value).into_owned());
        match all.get_mut(&name) {
            Some(before) => before.push_str(&format!(", {value}")),
            None => {
                order.push(name.clone());
                all.insert(name, value);
            }
        }
    }
    let members = order.into_iter().filter_map(|name| all.remove_entry(&name));
    Value::Object(members.map(|(name, value)| (name, Value::String(value))).collect::<Map<_, _>>())
}

/// A text as a sentence on one line.
fn sentence(text: &str) -> String {
    let text = on_one_line(text, TEXT_CHARS_MAX);
    if text.ends_with(['.', '!', '?']) { text } else { text + "." }
}

/// A text without the brackets and braces by which SARIF links and fills in.
fn plain(text: &str) -> String {
    cut(text, 2 * TEXT_CHARS_MAX).replace('[', "\\[").replace(']', "\\]").replace('{', "{{").replace('}', "}}")
}

/// An id as a name in one word: `command/join_session/lsid` is `CommandJoinSessionLsid`.
fn name(id: &str) -> String {
    let mut name = String::new();
    for word in id.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        name.push_str(&word[..1].to_ascii_uppercase());
        name.push_str(&word[1..]);
    }
    name.truncate(250);
    name
}

/// A text as a path of a URI.
fn slug(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "_-/".contains(c) { c } else { '-' };
    text.chars().take(200).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_where_they_stand() {
        assert_eq!(name("command/join_session/lsid.x"), "CommandJoinSessionLsidX");
        assert_eq!(slug("a.b:1/c d"), "a-b-1/c-d");
        assert_eq!(plain("[a](b) {0}"), r"\[a\](b) {{0}}");
        assert_eq!((sentence("a \n b"), sentence("a?")), ("a b.".to_owned(), "a?".to_owned()));
    }

    #[test]
    fn headers_that_stand_twice_are_one_line() {
        let row = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let all = vec![row("b", "1"), row("a", "2"), row("b", "3")];
        let shown = Shown { line: String::new(), headers: all, body: String::new() };
        assert_eq!(headers(&shown).to_string(), r#"{"b":"1, 3","a":"2"}"#);
    }
}
