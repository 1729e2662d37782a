//! Files that describe several endpoints at once: a text for each of them.
//!
//! In: a file whose `[names]` say what stands for `@{NAME}` in it, by endpoint. Out: the text of each endpoint. Where the value is a number,
//! the quotes round `"@{NAME}"` go away with it, so that the text has a number there. Nothing of the text moves to another line.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::text::{did_you_mean, line_of, on_one_line};

/// The most endpoints of one file.
const ENDPOINTS_MAX: usize = 16;

/// The most bytes of the text of an endpoint.
const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How a place begins in which a text is put.
const BEGINS: &str = "@{";

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    names: BTreeMap<String, BTreeMap<String, toml::Value>>,
}

/// The endpoints of a file, each with its id and its text.
pub(super) fn texts(path: &str, text: &str, faults: &mut Vec<String>) -> Vec<(String, String)> {
    let id = path.strip_suffix(".toml").unwrap_or(path);
    let alone = || vec![(id.to_owned(), text.to_owned())];
    // Most files have none, and reading them twice is an eighth of the time that loading takes.
    let may_have_names = |line: &str| line.trim_start_matches(['[', '"', '\'', ' ', '\t']).starts_with("names");
    if !text.lines().any(may_have_names) {
        return alone();
    }
    // What cannot be read is a fault when it is read for good.
    let Ok(head) = toml::from_str::<Head>(text) else { return alone() };
    if head.names.is_empty() {
        return alone();
    }
    if head.names.len() > ENDPOINTS_MAX {
        faults.push(format!("specs/{path}: more than {ENDPOINTS_MAX} [names]; write several files"));
        return Vec::new();
    }
    let folder = id.rsplit_once('/').map_or("", |(folder, _)| folder);
    head.names
        .iter()
        .map(|(name, words)| {
            let mut own = text.to_owned();
            for (word, value) in words {
                let place = format!("{BEGINS}{word}}}");
                if !own.contains(&place) {
                    let says = format!("nothing says `{place}` of [names.{name}]; take it out");
                    faults.push(format!("specs/{path}: {}", on_one_line(&says)));
                }
                let (place, value) = match value {
                    toml::Value::String(value) => (place, value.clone()),
                    other => (format!("\"{place}\""), other.to_string()),
                };
                if own.len().saturating_add(own.matches(&place).count().saturating_mul(value.len())) > TEXT_BYTES_MAX {
                    faults.push(format!("specs/{path}: the text of [names.{}] is too long", on_one_line(name)));
                    continue;
                }
                own = own.replace(&place, &value);
            }
            if let Some(at) = own.find(BEGINS) {
                let rest = own[at + BEGINS.len()..].split('}').next().unwrap_or_default();
                let near = did_you_mean(rest, words.keys().map(String::as_str));
                let line = line_of(&own, at);
                let says = format!("[names.{name}] does not say what `{rest}` is{near}");
                faults.push(format!("specs/{path}:{line}: {}", on_one_line(&says)));
            }
            (format!("{folder}/{name}"), own)
        })
        .collect()
}
