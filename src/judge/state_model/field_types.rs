//! Whether a value of JSON is of the type of its field.
//!
//! In: a field's row and a value. Out: yes or no, and which of the open notations it has. The guide's own notation of
//! types is unstable, so numbers may stand in quotes wherever it says integer.

use serde_json::Value;

use crate::{
    decode::model::is_row_id,
    spec::{ArchiveWord, FieldKind, ModelField},
};

/// Whether there is nothing in it.
pub(super) fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

/// A number or a text, as a text.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether a value that is not blank is of the type of its field.
pub(super) fn fits(field: &ModelField, value: &Value) -> bool {
    let text = plain(value);
    let text = text.as_deref();
    let whole = |text: &str| text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
    match field.kind {
        FieldKind::RowId | FieldKind::IdText => text.is_some_and(is_row_id),
        FieldKind::Integer => text.is_some_and(whole),
        FieldKind::Boolean => value.is_boolean() || matches!(value.as_i64(), Some(0 | 1)),
        FieldKind::String => value.is_string(),
        FieldKind::Timestamp => text.is_some_and(|text| is_instant(text) || (field.blank && text == "0")),
        FieldKind::Enum => {
            let words = field.values.iter().all(|one| one.parse::<i64>().is_err());
            text.is_some_and(|text| field.open || field.values.iter().any(|one| one == text))
                && (value.is_string() || !words)
        }
        FieldKind::IdOrGuid => text.is_some_and(|text| is_row_id(text) || is_guid(text)),
        FieldKind::Guid => value.as_str().is_some_and(is_guid),
        FieldKind::Url => value.as_str().is_some_and(is_url),
        FieldKind::Object | FieldKind::Pairs => value.is_object() || value.is_array(),
        FieldKind::Files => files(value).is_some_and(|files| files.into_iter().all(is_file)),
    }
}

/// Seconds from 1990 to 2100; milliseconds are far behind.
fn is_instant(text: &str) -> bool {
    text.parse::<i64>().is_ok_and(|seconds| (631_152_000..4_102_444_800).contains(&seconds))
}

fn is_guid(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(|b| !b"-{}".contains(b)).collect();
    digits.len() == 32 && digits.iter().all(u8::is_ascii_hexdigit)
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !text.contains(char::is_whitespace))
}

/// The files of a list, or the one that an object is, or those in it.
fn files(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(files) => Some(files.iter().collect()),
        Value::Object(one) if one.contains_key("name") => Some(vec![value]),
        Value::Object(all) => Some(all.values().collect()),
        _ => None,
    }
}

fn is_file(value: &Value) -> bool {
    let size = |value: &Value| plain(value).is_some_and(|text| text.parse::<u64>().is_ok());
    let kind = value.get("type").and_then(Value::as_str);
    value.get("name").is_some_and(Value::is_string)
        && value.get("size").is_some_and(size)
        && kind.is_some_and(|kind| kind == "file" || kind == "dir")
}

/// Which of several notations a value has, where the guide leaves it open.
pub(super) fn notation(field: &ModelField, value: &Value) -> Option<(ArchiveWord, &'static str)> {
    let either = |is_first: bool, first: &'static str, second: &'static str| if is_first { first } else { second };
    Some(match field.kind {
        FieldKind::Boolean => (ArchiveWord::Boolean, either(value.is_boolean(), "literal", "number")),
        FieldKind::IdText => (ArchiveWord::TeamId, either(value.is_string(), "string", "number")),
        FieldKind::Files => (ArchiveWord::FilesShape, either(value.is_array(), "array", "object")),
        FieldKind::Pairs => (ArchiveWord::PairsShape, either(value.is_array(), "array", "object")),
        FieldKind::Integer | FieldKind::IdOrGuid
            if field.refers.is_some() && plain(value).is_some_and(|text| is_row_id(&text)) =>
        {
            (ArchiveWord::Key, either(value.is_string(), "quoted", "bare"))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_of_their_types() {
        let field = |kind| ModelField {
            name: String::new(),
            page: 1,
            says: String::new(),
            kind,
            values: vec!["1".to_owned(), "a".to_owned()],
            open: false,
            refers: None,
            dangling: false,
            optional: false,
            stands_where: None,
            blank: false,
        };
        for (kind, good, bad) in [
            (
                FieldKind::Integer,
                vec![json!(7), json!("7"), json!(18_446_744_073_709_551_615_u64)],
                vec![json!("x"), json!(1.5), json!(true)],
            ),
            (FieldKind::Boolean, vec![json!(1), json!(0), json!(true)], vec![json!(2), json!("1"), json!("true")]),
            (FieldKind::String, vec![json!("x")], vec![json!(1), json!([]), json!(true)]),
            (
                FieldKind::Timestamp,
                vec![json!(1_475_308_800), json!("1475308800")],
                vec![json!(1_475_308_800_000_i64), json!(0), json!("today")],
            ),
            (FieldKind::Enum, vec![json!(1), json!("1"), json!("a")], vec![json!(2), json!("A"), json!(null)]),
            (FieldKind::Guid, vec![json!("0123456789abcdef0123456789ABCDEF")], vec![json!("0123"), json!(1)]),
            (FieldKind::Url, vec![json!("https://host/a?b=c")], vec![json!("/a"), json!("https://"), json!("ftp://a")]),
            (
                FieldKind::IdText,
                vec![json!(1), json!("12")],
                vec![json!("x"), json!(-1), json!("18446744073709551616")],
            ),
            (FieldKind::Pairs, vec![json!({}), json!([])], vec![json!("x"), json!(1)]),
            (
                FieldKind::Files,
                vec![
                    json!([{"name": "a", "size": 1, "type": "dir"}]),
                    json!({"name": "a", "size": "1", "type": "file"}),
                ],
                vec![json!("x"), json!({"name": "a"}), json!([{"size": 1}]), json!([{"name": "a", "type": "x"}])],
            ),
        ] {
            good.iter().for_each(|value| assert!(fits(&field(kind), value), "{kind:?} {value}"));
            bad.iter().for_each(|value| assert!(!fits(&field(kind), value), "{kind:?} {value}"));
        }
    }
}
