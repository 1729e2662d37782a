//! A document as YAML that people read.
//!
//! In: a value. Out: its text, in blocks. What YAML could take for something else is quoted.

use std::fmt::Write;

use serde_json::Value;

/// The text of a document.
pub(super) fn text(value: &Value) -> String {
    let mut out = String::new();
    block(value, 0, &mut out);
    out
}

fn block(value: &Value, depth: usize, out: &mut String) {
    let space = "  ".repeat(depth);
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let _ = write!(out, "{space}{}:", scalar(name));
                below(member, depth + 1, out);
            }
        }
        Value::Array(items) => {
            for item in items {
                let mut inner = String::new();
                block(item, depth + 1, &mut inner);
                let _ = match is_inline(item) {
                    true => writeln!(out, "{space}- {}", inline(item)),
                    false => writeln!(out, "{space}- {}", inner.trim()),
                };
            }
        }
        other => {
            let _ = writeln!(out, "{space}{}", inline(other));
        }
    }
}

fn below(value: &Value, depth: usize, out: &mut String) {
    if is_inline(value) {
        let _ = writeln!(out, " {}", inline(value));
    } else {
        out.push('\n');
        block(value, depth, out);
    }
}

/// Whether a value stands on the line of its name.
fn is_inline(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.iter().all(|item| !item.is_object() && !item.is_array()),
        _ => true,
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(_) => "{}".to_owned(),
        other => other.to_string(),
    }
}

/// A text, plain where it can only be a text.
fn scalar(text: &str) -> String {
    let letter = |c: char| c.is_ascii_alphanumeric() || " _-./$;()".contains(c);
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '$');
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let plain = starts && text.chars().all(letter) && !text.ends_with(' ') && !text.contains(" -");
    if plain && !words.contains(&text.to_ascii_lowercase().as_str()) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "''"))
}
