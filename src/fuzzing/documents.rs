//! Laws of the readers of what answers are written in: XML, the schemas that a target publishes for it, and JSON.
//!
//! In: any bytes. Out: whether they came as far as the innermost check, or a panic that names the law that does not hold.

use std::sync::LazyLock;

use compact_str::CompactString;
use serde_json::{Map, Value};

use super::{SPEC, common::one_line, text};
use crate::{
    decode::{json as json_reader, saved::Saved, xml as xml_reader},
    judge,
    spec::SchemaOf,
};

/// XML answers: what is read and written again reads the same, and libxml2 agrees on what is well-formed, or there is a name for
/// why it does not.
pub fn xml(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let second = judge::fuzzing::parses(text);
    let label = label_of(text);
    let same_text = LABELS.iter().any(|known| label.starts_with(known));
    match xml_reader::read(text) {
        Ok(root) => {
            assert!(same_text, "under the label {label} libxml2 reads another text");
            let as_labelled = text.is_ascii() || label.starts_with("utf");
            assert!(second.is_ok() || !as_labelled, "libxml2 does not take what our reader takes");
            let written = can_be_written(&root);
            if written {
                let again = xml_reader::read(&root.to_xml(&root.namespace));
                assert_eq!(again, Ok(in_one_namespace(&root, &root.namespace)), "what is written reads otherwise");
            }
            written
        }
        Err(fault) => {
            assert!(fault.at <= text.len() as u64, "a fault behind the end: {fault:?}");
            one_line(&fault.to_string());
            // libxml2 takes a NUL after the root for the end of the document, and reads another text under other labels.
            // Behind a DOCTYPE it takes any entity, since what is outside might define it.
            let other = text.contains('\0') || text.contains("<!DOCTYPE") || !same_text;
            let stricter = fault.kind.is_stricter_than_libxml2() || other;
            assert!(stricter || second.is_err(), "libxml2 takes what our reader does not: {fault:?}");
            false
        }
    }
}

/// Encodings in which ASCII is ASCII. Any other label would let a target show libxml2 markup that our reader does not see.
const LABELS: [&str; 6] = ["utf-8", "utf8", "us-ascii", "ascii", "iso-8859-", "windows-125"];

/// The encoding that the declaration names, in lower case.
fn label_of(text: &str) -> String {
    let blanks = [' ', '\t', '\r', '\n'];
    let declaration =
        text.strip_prefix("<?xml").filter(|rest| rest.starts_with(blanks)).and_then(|rest| rest.split_once("?>"));
    let Some((_, value)) = declaration.and_then(|(inside, _)| inside.split_once("encoding")) else {
        return "utf-8".to_owned();
    };
    let value = value.trim_start_matches(blanks).trim_start_matches('=').trim_start_matches(blanks);
    value.trim_start_matches(['"', '\'']).split(['"', '\'']).next().unwrap_or_default().to_ascii_lowercase()
}

/// Prefixes are not kept, so what only they tell apart cannot be written again.
fn can_be_written(node: &xml_reader::Node) -> bool {
    let mut names: Vec<&str> = node.attributes.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.len() == node.attributes.len() && !names.contains(&"xmlns") && node.children.iter().all(can_be_written)
}

fn in_one_namespace(node: &xml_reader::Node, namespace: &str) -> xml_reader::Node {
    let own = |(name, _): &&(CompactString, CompactString)| !name.contains(['{', ':']);
    xml_reader::Node {
        attributes: node.attributes.iter().filter(own).cloned().collect(),
        namespace: namespace.into(),
        children: node.children.iter().map(|child| in_one_namespace(child, namespace)).collect(),
        ..node.clone()
    }
}

/// A published schema and answers, with a line `---` before each answer: a schema that refers elsewhere is never compiled, one that
/// compiles can be used, and the verdict on an answer does not depend on the answers around it.
pub fn xsd(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let mut parts = text.split("\n---\n");
    let schema = parts.next().unwrap_or_default();
    let answers: Vec<String> =
        parts.take(4).filter(|answer| xml_reader::read(answer.trim_start()).is_ok()).map(str::to_owned).collect();
    let twice: Vec<String> =
        answers.iter().cloned().chain(answers.iter().map(|answer| format!("{answer}\n"))).collect();
    let documents: Vec<&str> = twice.iter().map(String::as_str).collect();
    let Some(faults) = judge::fuzzing::validate(schema, &documents) else { return false };
    let root = xml_reader::read(schema.trim_start_matches('\u{feff}')).expect("only what our reader takes is compiled");
    let label = label_of(schema.trim_start_matches('\u{feff}'));
    assert!(
        LABELS.iter().any(|known| label.starts_with(known)),
        "under the label {label} libxml2 reads another schema"
    );
    root.walk(&mut |node| {
        assert_eq!(node.attribute("schemaLocation"), None, "a schema that refers elsewhere was compiled")
    });
    let faults = faults.expect("a schema that compiles can be used");
    assert_eq!(faults.len(), documents.len());
    assert_eq!(faults[..answers.len()], faults[answers.len()..], "the same answer twice, two verdicts");
    for (document, fault) in documents.iter().zip(&faults) {
        let alone = judge::fuzzing::validate(schema, &[document]);
        assert_eq!(alone, Some(Ok(vec![fault.clone()])), "an answer alone has another verdict than among others");
    }
    !answers.is_empty()
}

/// A saved answer: the same bytes have the same verdict each time and in whatever encoding they are, and what our reader does not take is
/// not valid, unless it is stricter.
pub fn saved(data: &[u8]) -> bool {
    let held = |bytes: &[u8]| judge::saved(&SPEC, SchemaOf::Command, bytes).expect("our own schema can be used");
    let found = held(data);
    assert_eq!(held(data), found, "the same bytes, another verdict");
    let Some(text) = text(data) else { return false };
    let bare = text.trim_start_matches('\u{feff}');
    if !bare.trim_start().starts_with("<?xml") && bare.trim_start().starts_with('<') {
        let wide: Vec<u8> =
            format!("\u{feff}{}", bare.trim_start()).encode_utf16().flat_map(u16::to_be_bytes).collect();
        let kind = |saved: &Saved| std::mem::discriminant(saved);
        assert_eq!(kind(&held(&wide)), kind(&found), "in UTF-16 another verdict");
    }
    if found == Saved::Valid && label_of(bare.trim_start()) == "utf-8" {
        let read = xml_reader::read(bare.trim_start());
        let stricter =
            |fault: &xml_reader::XmlError| fault.kind.is_stricter_than_libxml2() || text.contains(['\0', '\u{feff}']);
        assert!(read.as_ref().is_ok() || read.as_ref().is_err_and(stricter), "valid, and yet {read:?}");
    }
    found == Saved::Valid
}

/// JSON answers: what is read and written again reads the same. Our schemas for errors and tokens are fitted by objects with the
/// documented members and by nothing else.
pub fn json(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let Ok(value) = json_reader::read(text) else { return false };
    assert_eq!(json_reader::read(&value.to_string()), Ok(value.clone()), "what is written reads otherwise");
    let mut incomplete = 0;
    for (schema, validator) in JSON_SCHEMAS.iter() {
        let fits = |value: &Value| {
            let fits = validator.is_valid(value);
            assert_eq!(fits, fits_by_hand(schema, value), "{} of {value}", schema["title"]);
            fits
        };
        fits(&value);
        let Some(members) = value.as_object().map(|own| with_documented(schema, own)) else { continue };
        let whole = fits(&Value::Object(members.clone()));
        assert!(whole || value.get("access_token").is_some(), "the documented members do not fit: {members:?}");
        for name in required(schema) {
            let mut less = members.clone();
            less.remove(name);
            assert!(!fits(&Value::Object(less)), "it fits without `{name}`");
            incomplete += 1;
        }
    }
    incomplete > 0
}

static JSON_SCHEMAS: LazyLock<Vec<(Value, jsonschema::Validator)>> = LazyLock::new(|| {
    let schema = |name: &&str| {
        let schema: Value = serde_json::from_str(&SPEC.schemas[*name]).expect("the schema is JSON");
        let validator = jsonschema::validator_for(&schema).expect("the schema is a JSON Schema");
        (schema, validator)
    };
    ["error.json", "token.json"].iter().map(schema).collect()
});

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// An object with the documented constants, and with a token when it has none.
fn with_documented(schema: &Value, own: &Map<String, Value>) -> Map<String, Value> {
    let mut members = own.clone();
    for name in required(schema) {
        match schema["properties"][name].get("const") {
            Some(constant) => {
                members.insert(name.to_owned(), constant.clone());
            }
            None => {
                members.entry(name).or_insert_with(|| Value::from("a-token"));
            }
        }
    }
    members
}

/// What the schemas say, said again without them: constants, and a token that can stand in a header.
fn fits_by_hand(schema: &Value, value: &Value) -> bool {
    let printable = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    value.is_object()
        && required(schema).all(|name| match (schema["properties"][name].get("const"), &value[name]) {
            (Some(Value::Number(constant)), Value::Number(number)) => constant.as_f64() == number.as_f64(),
            (Some(constant), found) => constant == found,
            (None, found) => found.as_str().is_some_and(printable),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_members_fit_and_others_do_not() {
        json(b"{\"access_token\": \"abc\", \"expires_in\": 3600}");
        let (schema, validator) = &JSON_SCHEMAS[0];
        let fitting = Value::Object(with_documented(schema, &Map::new()));
        assert!(validator.is_valid(&fitting) && fits_by_hand(schema, &fitting));
        assert!(!fits_by_hand(schema, &Value::from("access_denied")));
    }
}
