//! What a schema asks of texts: their patterns and their formats.

use regex::RegexBuilder;
use serde_json::{Map, Value};

use super::{
    super::javascript,
    document::{DocumentReader, short},
    schemas::Use,
};
use crate::model::contract::{SlipKind, UNKNOWN_FORMAT};

/// The longest pattern that is used.
const PATTERN_CHARACTERS_MAX: usize = 1_000;

/// The most bytes that a pattern may take when it is compiled.
const PATTERN_BYTES_MAX: usize = 1 << 20;

/// Formats that are known: those of OpenAPI and of JSON Schema.
const FORMATS: [&str; 28] = [
    "int32",
    "int64",
    "float",
    "double",
    "byte",
    "binary",
    "password",
    "date",
    "date-time",
    "time",
    "duration",
    "email",
    "idn-email",
    "hostname",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "uri",
    "url",
    "uri-reference",
    "iri",
    "iri-reference",
    "uri-template",
    "uuid",
    "json-pointer",
    "relative-json-pointer",
    "regex",
    "base64url",
];

impl<'a> DocumentReader<'a> {
    /// A format that is known. One that is not is kept under another word, so that nobody draws a value that it may not allow.
    pub(super) fn format(
        &mut self,
        value: &'a Value,
        place: &str,
        used: Use,
        out: &mut Map<String, Value>,
    ) -> Option<Value> {
        let Some(format) = value.as_str() else { return self.wrong(place, "a text", value) };
        if FORMATS.contains(&format) {
            // From 3.1 on a format is a remark. What is sent heeds it all the same.
            return (!self.later || used == Use::Request).then(|| value.clone());
        }
        let says = format!("the format `{}` is not known here, so what it asks is not looked at", short(format));
        self.slip(place, SlipKind::Unread, says);
        out.insert(UNKNOWN_FORMAT.to_owned(), value.clone());
        None
    }

    /// A pattern that can be used here.
    pub(super) fn pattern(&mut self, value: &'a Value, place: &str) -> Option<Value> {
        let Some(pattern) = value.as_str() else { return self.wrong(place, "a text", value) };
        let short_enough = pattern.chars().count() <= PATTERN_CHARACTERS_MAX;
        let usable = short_enough && RegexBuilder::new(pattern).size_limit(PATTERN_BYTES_MAX).build().is_ok();
        // Patterns are those of JavaScript, which has means that are not used here.
        let in_javascript = format!("new RegExp({}, 'u')", Value::from(pattern));
        if !usable && short_enough && self.spend(100) && javascript::run("", &[&in_javascript]).is_err() {
            self.slip(place, SlipKind::Schema, format!("the pattern `{}` is no regular expression", short(pattern)));
        } else if !usable {
            let says = format!("the pattern `{}` is not used here", short(pattern));
            self.slip(place, SlipKind::Unread, says);
        }
        usable.then(|| value.clone())
    }
}
