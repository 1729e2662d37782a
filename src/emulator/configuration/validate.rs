//! Whether a value is what a schema of the document asks for: the part of JSON Schema that the document uses.
//!
//! In: a schema and a value. Out: what is wrong, by the name of the property.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::switches::ActiveDefects;
use super::own::is_a;
use super::schema::{Document, flag, is_nullable, list, type_of, word};
use super::words::GENERAL;

/// What is wrong, by property.
pub(super) type Faulty = BTreeMap<String, Vec<String>>;

/// How deep schemas may refer to one another.
const DEPTH_MAX: usize = 16;

/// How many values are looked at in one request; beyond them all is well.
const LOOKS_MAX: u32 = 20_000;

/// Which of the two ways a value goes: what only the emulator sets is not looked at in a request, what is only taken not in an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Taken,
    Shown,
}

pub(super) struct Check<'a> {
    pub(super) document: &'a Document,
    pub(super) defects: &'a ActiveDefects,
    pub(super) way: Way,
    pub(super) faulty: Faulty,
    /// How many values may still be looked at.
    left: u32,
}

impl<'a> Check<'a> {
    pub(super) fn new(document: &'a Document, way: Way, defects: &'a ActiveDefects) -> Check<'a> {
        Check { document, defects, way, faulty: Faulty::new(), left: LOOKS_MAX }
    }

    /// Looks at a value and all that is in it. `name` is the property that a message names.
    pub(super) fn value(&mut self, schema: &Value, value: &Value, name: &str, depth: usize) {
        let schema = self.document.resolve(schema);
        if depth > DEPTH_MAX || self.left == 0 {
            return;
        }
        self.left -= 1;
        if value.is_null() && (is_nullable(schema) || self.broken("null-accepted")) {
            return;
        }
        for part in list(schema, "allOf") {
            self.value(part, value, name, depth + 1);
        }
        self.branches(schema, value, name, depth);
        let wanted = type_of(schema);
        if !is_a(wanted, value) {
            if !self.broken("type-not-enforced") {
                self.fault(name, format!("must be of the type {wanted}"));
            }
            return;
        }
        if schema.get("enum").is_some() && !list(schema, "enum").contains(value) && !self.broken("enum-not-enforced") {
            self.fault(name, "is not one of the allowed values");
        }
        match value {
            Value::String(text) => self.text(schema, text, name),
            // What no 64 bits hold could only be kept as another number.
            Value::Number(number) if wanted == "integer" && !number.is_i64() && whole(number).is_none() => {
                self.fault(name, "is too large");
            }
            Value::Number(number)
                if word(schema, "format") == "int32" && number.as_i64().is_some_and(|n| i32::try_from(n).is_err()) =>
            {
                self.fault(name, "is too large");
            }
            Value::Number(number) => self.number(schema, number.as_f64().unwrap_or_default(), name),
            Value::Array(items) => self.array(schema, items, name, depth),
            Value::Object(members) => self.object(schema, members, name, depth),
            _ => {}
        }
    }

    /// One branch at least must fit. Where none does, the one with the fewest faults says what is wrong.
    fn branches(&mut self, schema: &Value, value: &Value, name: &str, depth: usize) {
        for key in ["oneOf", "anyOf"] {
            let mut least: Option<Faulty> = None;
            for branch in list(schema, key) {
                let before = std::mem::take(&mut self.faulty);
                self.value(branch, value, name, depth + 1);
                let found = std::mem::replace(&mut self.faulty, before);
                if least.as_ref().is_none_or(|least| found.len() < least.len()) {
                    least = Some(found);
                }
            }
            for (name, says) in least.into_iter().flatten() {
                self.faulty.entry(name).or_default().extend(says);
            }
        }
    }

    fn text(&mut self, schema: &Value, text: &str, name: &str) {
        let letters = text.chars().count() as u64;
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        if bound("minLength").is_some_and(|low| letters < low) && !self.broken("minimum-length-not-enforced") {
            self.fault(name, "is too short");
        }
        let maximum =
            bound("maxLength").map(|high| high.saturating_sub(u64::from(self.broken("maximum-length-refused"))));
        if maximum.is_some_and(|high| letters > high) && !self.broken("maximum-length-not-enforced") {
            self.fault(name, "is too long");
        }
        let pattern = schema.get("pattern").and_then(Value::as_str);
        if pattern.is_some_and(|one| !self.document.matches(one, text)) && !self.broken("pattern-not-enforced") {
            self.fault(name, "has letters that are not allowed");
        }
        let email = schema.get("format").and_then(Value::as_str) == Some("email");
        let is_email = text.split_once('@').is_some_and(|(who, host)| {
            !who.is_empty() && !host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace)
        });
        if email && !is_email {
            self.fault(name, "is not an email address");
        }
        if schema.get("format").and_then(Value::as_str) == Some("date-time") && !is_time(text) {
            self.fault(name, "is not a time in UTC");
        }
    }

    fn number(&mut self, schema: &Value, number: f64, name: &str) {
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        // OpenAPI 3.0 says beside a bound that it is excluded; JSON Schema has such bounds of their own.
        let excluded = |key: &str, of: &str| bound(key).or_else(|| bound(of).filter(|_| flag(schema, key)));
        let small = bound("minimum").is_some_and(|low| number < low)
            || excluded("exclusiveMinimum", "minimum").is_some_and(|low| number <= low);
        if small && !self.broken("minimum-not-enforced") {
            self.fault(name, "is too small");
        }
        let large = bound("maximum").is_some_and(|high| number > high)
            || excluded("exclusiveMaximum", "maximum").is_some_and(|high| number >= high);
        if large && !self.broken("maximum-not-enforced") {
            self.fault(name, "is too large");
        }
        if bound("maximum") == Some(number) && self.broken("maximum-refused") {
            self.fault(name, "is too large");
        }
    }

    fn array(&mut self, schema: &Value, items: &[Value], name: &str, depth: usize) {
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        if bound("minItems").is_some_and(|low| (items.len() as u64) < low) {
            self.fault(name, "has too few entries");
        }
        if bound("maxItems").is_some_and(|high| items.len() as u64 > high) {
            self.fault(name, "has too many entries");
        }
        let twice = items.iter().enumerate().any(|(at, item)| items[..at].contains(item));
        if flag(schema, "uniqueItems") && twice {
            self.fault(name, "has an entry twice");
        }
        // Beyond its largest length a list is refused whatever it holds.
        for item in items.iter().take(1000) {
            if let Some(wanted) = schema.get("items") {
                self.value(wanted, item, name, depth + 1);
            }
        }
    }

    fn object(&mut self, schema: &Value, members: &Map<String, Value>, name: &str, depth: usize) {
        for key in list(schema, "required").iter().filter_map(Value::as_str) {
            let other = if self.way == Way::Taken { "readOnly" } else { "writeOnly" };
            let described = schema.get("properties").and_then(|all| all.get(key));
            let needless = described.is_some_and(|one| flag(self.document.resolve(one), other));
            if !members.contains_key(key) && !needless && !self.broken("required-not-enforced") {
                self.fault(key, "is missing");
            }
        }
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
        for (key, wanted) in properties {
            let at = if name.is_empty() { key.as_str() } else { name };
            let other = if self.way == Way::Taken { "readOnly" } else { "writeOnly" };
            if let Some(value) = members.get(key).filter(|_| !flag(self.document.resolve(wanted), other)) {
                self.value(wanted, value, at, depth + 1);
            }
        }
    }

    fn fault(&mut self, name: &str, says: impl Into<String>) {
        let name = if name.is_empty() { "body" } else { name };
        self.faulty.entry(name.to_owned()).or_default().push(says.into());
    }

    fn broken(&self, what: &str) -> bool {
        self.defects.has(GENERAL, what)
    }
}

/// Whether a text is an instant (RFC 3339) in UTC.
fn is_time(text: &str) -> bool {
    let Some(rest) = text.strip_suffix('Z').or_else(|| text.strip_suffix("+00:00")) else { return false };
    let (whole, part) = rest.split_once('.').unwrap_or((rest, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let shape = whole.len() == 19 && whole.is_ascii() && digits(part);
    let (Some((day, time)), true) = (whole.split_once('T'), shape) else { return false };
    let mut clock = time.split(':').map(|part| if digits(part) { part.parse::<u32>().ok() } else { None });
    let clock = [clock.next().flatten(), clock.next().flatten(), clock.next().flatten()];
    let fits = |part: Option<u32>, most: u32| part.is_some_and(|part| part <= most);
    super::super::clock::day(day).is_some() && fits(clock[0], 23) && fits(clock[1], 59) && fits(clock[2], 60)
}

/// A whole number that is kept as it is, however it is written.
fn whole(number: &serde_json::Number) -> Option<i64> {
    const KEPT: f64 = 9_007_199_254_740_992.0;
    number.as_i64().or_else(|| number.as_f64().filter(|number| number.abs() <= KEPT).map(|number| number as i64))
}
