//! A branch of an answer: status, headers and body, before marks stand in it.
//!
//! In: an answer that was read. Out: a [`Branch`]. What a notation leaves open (the order of attributes, of headers and of members,
//! blanks round a value) is not in it. What is not looked into has a word for what it is.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    branch::{Branch, Mark, without_more_of_the_same},
    documents,
};
use crate::{
    answer,
    decode::xml::Node,
    model::exchange::{Answer, Exchange},
    spec::{Endpoint, Media},
    vocabulary::{AnswerClass, Body, Heard},
};

/// The most lines of a text without parts that are kept.
const LINES_MAX: usize = 400;

/// The most bytes of a text without parts that are looked at.
const TEXT_BYTES_MAX: usize = 256 << 10;

/// Headers that say how an answer is carried, not what it is.
const OF_THE_TRANSPORT: [&str; 5] = ["connection", "content-length", "keep-alive", "transfer-encoding", "date"];

/// Headers whose values are of the moment.
const OF_THE_MOMENT: [&str; 10] = [
    "age",
    "etag",
    "expires",
    "last-modified",
    "retry-after",
    "sec-websocket-accept",
    "set-cookie",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
];

/// Status, headers and body of an answer.
pub(super) fn answer(endpoint: &Endpoint, exchange: &Exchange, answer: &Answer) -> Branch {
    let heard = answer::read(endpoint, exchange);
    let children = vec![
        Branch::leaf("status", Mark::Literal(answer.status.to_string())),
        headers(answer),
        body(endpoint, &heard, answer),
    ];
    Branch::of("", children)
}

fn headers(answer: &Answer) -> Branch {
    let mut rows: Vec<Branch> = answer
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
        .filter(|(name, _)| !OF_THE_TRANSPORT.contains(&name.as_str()))
        .map(|(name, value)| {
            let of_the_moment = OF_THE_MOMENT.contains(&name.as_str());
            let mark = match name.as_str() {
                _ if of_the_moment => Mark::Any("any".to_owned()),
                // Neither capitals nor blanks mean anything in it.
                "content-type" => {
                    Mark::Text(value.to_ascii_lowercase().split(';').map(str::trim).collect::<Vec<_>>().join("; "))
                }
                _ => Mark::Text(value.to_owned()),
            };
            Branch::leaf(name, mark)
        })
        .collect();
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    Branch::of("headers", rows)
}

fn body(endpoint: &Endpoint, heard: &Heard<'_>, answer: &Answer) -> Branch {
    let body =
        |kind: &str, children: Vec<Branch>| Branch { children, ..Branch::leaf("body", Mark::Any(kind.to_owned())) };
    if let Some(facts) = documents::facts(endpoint, heard, answer) {
        return body("document", facts);
    }
    match &*heard.body {
        Body::Xml(root) => body("xml", vec![element(root, "")]),
        Body::Json(value) => {
            let mut branch = json("body", value);
            branch.value = vec![Mark::Any("json".to_owned())];
            branch
        }
        Body::Conversation { .. } => body("conversation", messages(answer)),
        Body::Broken(_) => body("broken", Vec::new()),
        Body::Other => other(endpoint.response.media, heard, answer),
    }
}

/// What has no parts: a file by what its first bytes are, or the lines of a text.
fn other(media: Media, heard: &Heard<'_>, answer: &Answer) -> Branch {
    let word = |kind: &str| Branch::leaf("body", Mark::Any(kind.to_owned()));
    let bytes = answer.raw();
    match bytes {
        [] => return word("nothing"),
        [0x1f, 0x8b, ..] => return word("gzip"),
        [b'P', b'K', ..] => return word("zip"),
        _ => {}
    }
    let accepted = matches!(heard.class, AnswerClass::Accepted | AnswerClass::Idle);
    // Of a page it is not known which parts are of the moment, nor are they documented.
    if accepted && matches!(media, Media::Page | Media::Binary | Media::Gzip | Media::Zip) {
        return word(if answer.body.trim_start().starts_with('<') { "page" } else { "bytes" });
    }
    if !answer.utf8 || bytes.len() > TEXT_BYTES_MAX {
        return word("bytes");
    }
    let lines = answer.body.lines().map(str::trim_end).filter(|line| !line.is_empty()).take(LINES_MAX);
    Branch { children: lines.map(|line| Branch::leaf("line", Mark::Text(line.to_owned()))).collect(), ..word("text") }
}

fn element(node: &Node, namespace: &str) -> Branch {
    let mut branch = Branch::of(node.name.as_str(), Vec::new());
    let text = node.value();
    if !text.is_empty() || node.children.is_empty() {
        branch.value.push(Mark::Text(text.to_owned()));
    }
    if &*node.namespace != namespace {
        branch.children.push(Branch::leaf("@xmlns", Mark::Text(node.namespace.to_string())));
    }
    let mut attributes: Vec<_> = node.attributes.iter().collect();
    attributes.sort();
    branch.children.extend(
        attributes
            .into_iter()
            .map(|(name, value)| Branch::leaf(format!("@{name}"), Mark::Text(value.trim().to_owned()))),
    );
    let children = node.children.iter().map(|child| element(child, &node.namespace)).collect();
    branch.children.extend(without_more_of_the_same(children));
    branch
}

/// A value of JSON with its members in the order of their names.
fn json(name: &str, value: &Value) -> Branch {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let members: BTreeMap<&String, &Value> = members.iter().collect();
            Branch::of(name, members.into_iter().map(|(name, value)| json(name, value)).collect())
        }
        Value::Array(items) if !items.is_empty() => {
            Branch::of(name, without_more_of_the_same(items.iter().map(|item| json("[]", item)).collect()))
        }
        Value::String(text) => Branch::leaf(name, Mark::Text(text.clone())),
        value => Branch::leaf(name, Mark::Literal(value.to_string())),
    }
}

/// What messages of a conversation are made of, by their types. Their number and order are of the moment.
fn messages(answer: &Answer) -> Vec<Branch> {
    let Some(conversation) = answer::conversation(answer) else { return Vec::new() };
    let mut types: BTreeMap<String, Branch> = BTreeMap::new();
    for text in answer::messages(&conversation) {
        let Ok(value) = crate::decode::json::read(text) else {
            types.entry("no JSON".to_owned()).or_insert_with(|| Branch::of("no JSON", Vec::new()));
            continue;
        };
        let name = value.get("type").and_then(Value::as_str).unwrap_or("without a type").to_owned();
        parts(&value, types.entry(name.clone()).or_insert_with(|| Branch::of(name, Vec::new())));
    }
    types.into_values().collect()
}

/// Adds what a value is made of; ids as names of members are one name.
fn parts(value: &Value, to: &mut Branch) {
    let mut below = |name: &str, value: &Value| {
        let id = !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
        let name = if id { "*" } else { name };
        let at = match to.children.binary_search_by(|child| child.name.as_str().cmp(name)) {
            Ok(at) => at,
            Err(at) => {
                to.children.insert(at, Branch::of(name, Vec::new()));
                at
            }
        };
        parts(value, &mut to.children[at]);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| below(name, value)),
        Value::Array(items) => items.iter().for_each(|item| below("[]", item)),
        value => {
            let kind = match value {
                Value::String(_) => "text",
                Value::Number(_) => "number",
                Value::Bool(_) => "boolean",
                _ => "null",
            };
            let mark = Mark::Any(kind.to_owned());
            if let Err(at) = to.value.binary_search(&mark) {
                to.value.insert(at, mark);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::xml;

    #[test]
    fn the_order_of_attributes_and_members_is_not_in_it() {
        let of = |text: &str| element(&xml::read(text).unwrap(), "");
        assert_eq!(
            of("<a xmlns='u' x='1' y='2'><b> t\n</b></a>"),
            of("<p:a xmlns:p='u' y='2' x=' 1'><p:b>t</p:b></p:a>")
        );
        assert_ne!(of("<a xmlns='u'/>"), of("<a xmlns='v'/>"));
        let of = |text: &str| json("", &serde_json::from_str(text).unwrap());
        assert_eq!(of(r#"{"a":1,"b":[{"c":null,"d":"x"}]}"#), of(r#"{"b":[{"d":"x","c":null}],"a":1}"#));
        assert_ne!(of(r#"{"a":1}"#), of(r#"{"a":"1"}"#));
    }
}
