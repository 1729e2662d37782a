//! What a new resource has beside what was given: what its rule sets, defaults, and nothing in all its forms.
//!
//! In: what was given, and the edition. Out: a whole resource. What was given is never changed.

use serde_json::{Map, Value};

use super::super::clock::iso;
use super::edition::{Does, Edition, kind};
use super::schema::{Properties, branch_of, flag, is_nullable, list, type_of, word};
use super::store::{Configuration, Item};

/// When something happens, and where.
pub(super) struct Moment {
    pub(super) now_s: i64,
    pub(super) hostname: String,
}

/// Gives a resource everything that it can have.
pub(super) fn fill(configuration: &Configuration, edition: &Edition, path: &str, item: &mut Item, moment: &Moment) {
    owned(edition, path, item);
    let id = item.get("id").and_then(Value::as_i64).unwrap_or_else(|| configuration.next_id(path));
    let rule = edition.rule(path);
    for (name, value) in rule.map(|rule| &rule.sets).into_iter().flatten() {
        if !item.contains_key(name)
            && let Some(value) = made(value, item, id, moment)
        {
            let taken = |value: &Value| configuration.items(path).iter().any(|other| other.get(name) == Some(value));
            let unique = rule.is_some_and(|rule| rule.unique.contains(name));
            let value = match &value {
                Value::String(text) if unique && taken(&value) => Value::from(format!("{text}_{id}")),
                _ => value,
            };
            item.insert(name.clone(), value);
        }
    }
    let body = edition.operation(path, Does::Create).map(|operation| &operation.fields);
    let shown = branch_of(edition.shown(path), item).cloned().unwrap_or_default();
    let known = |schema: &Value, name: &str| shown.is_empty() || shown.contains_key(name) || flag(schema, "writeOnly");
    let all: Properties =
        shown.iter().chain(body.into_iter().flatten()).map(|(name, schema)| (name.clone(), schema.clone())).collect();
    for (name, schema) in all.iter().filter(|(name, schema)| known(schema, name)) {
        if !item.contains_key(name)
            && let Some(value) = default(schema).or_else(|| nothing(name, schema))
        {
            item.insert(name.clone(), value);
        }
    }
    if let Some(text) = shown.get("id").filter(|schema| type_of(schema) == "string")
        && !item.contains_key("id")
    {
        let of_format = word(text, "format") == "uuid";
        let value = if of_format { format!("00000000-0000-4000-8000-{id:012x}") } else { id.to_string() };
        item.insert("id".to_owned(), Value::from(value));
    }
}

/// What is below something names it, where it has a name for it.
fn owned(edition: &Edition, path: &str, item: &mut Item) {
    let steps: Vec<&str> = path.split('/').collect();
    for (at, step) in steps.iter().enumerate().skip(1) {
        let Ok(id) = step.parse::<i64>() else { continue };
        let name = format!("{}_id", kind(&steps[..at].join("/")));
        let has = edition.shown(path).iter().any(|branch| branch.contains_key(&name));
        if has && !item.contains_key(&name) {
            item.insert(name, Value::from(id));
        }
    }
}

/// The default of a property, where it is a value of its type.
fn default(schema: &Value) -> Option<Value> {
    let default = schema.get("default")?;
    let fits = super::own::is_a(type_of(schema), default) || default.is_null() && is_nullable(schema);
    fits.then(|| default.clone())
}

/// The value of a property that was not given and has no default; none where there is no such value.
pub(super) fn nothing(name: &str, schema: &Value) -> Option<Value> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_i64);
    let (free, shown) = (schema.get("pattern").is_none() && schema.get("format").is_none(), flag(schema, "readOnly"));
    if is_nullable(schema) {
        return Some(Value::Null);
    }
    if flag(schema, "writeOnly") {
        return None;
    }
    match type_of(schema) {
        "string" if !list(schema, "enum").is_empty() => list(schema, "enum").first().filter(|_| shown).cloned(),
        "string" => (free && bound("minLength").unwrap_or(0) <= 0 && !shown).then(|| Value::from("")),
        "integer" if name.ends_with("_id") || shown && bound("minimum") != Some(0) => None,
        "integer" => Some(Value::from(bound("minimum").unwrap_or_default())),
        "boolean" => Some(Value::from(false)),
        "array" => Some(Value::from(Vec::<Value>::new())),
        "object" if schema.get("required").is_none() => Some(Value::from(Map::new())),
        _ => None,
    }
}

/// What a rule sets. A text that begins with `@` is made at this moment.
fn made(value: &Value, item: &Item, id: i64, moment: &Moment) -> Option<Value> {
    let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
    let mixed = |salt: i64| {
        // Something else for each, and the same again for the same run.
        let mut left = (id + salt).unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ moment.now_s.unsigned_abs();
        left ^= left >> 29;
        left.wrapping_mul(0xBF58_476D_1CE4_E5B9)
    };
    let hex = || format!("{:016x}{:016x}", mixed(1), mixed(2));
    let Some(word) = value.as_str().and_then(|word| word.strip_prefix('@')) else { return Some(value.clone()) };
    Some(match word {
        "now" => Value::from(iso(moment.now_s)),
        "host" => Value::from(moment.hostname.as_str()),
        "hex32" => Value::from(hex()),
        "key46" => Value::from(format!("{}{:014x}", hex(), mixed(3) >> 8)),
        "number" => Value::from(1000 + id),
        "username" => Value::from(format!("user{id}")),
        "code" => {
            let name = [text("name"), text("display_name")].concat();
            let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
            let code: String = name.chars().map(letter).take(48).collect();
            Value::from(if code.is_empty() { format!("code_{id}") } else { code })
        }
        "port" => Value::from(if text("protocol") == "telnet" { 23 } else { 22 }),
        "public-key" if text("type").starts_with("ssh") => Value::from(format!("ssh-ed25519 {}", hex())),
        other => {
            let minutes = other.strip_prefix("in ").and_then(|name| item.get(name)).and_then(Value::as_i64);
            Value::from(iso(moment.now_s + 60 * minutes.unwrap_or(1440)))
        }
    })
    .filter(|_| word != "public-key" || text("type").starts_with("ssh"))
}
