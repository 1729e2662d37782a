//! The parameters of the commands: what each action takes, and whether what a request brings fits.
//!
//! In: decoded pairs and the table of an action. Out: [`Given`], values that fit the table, or a refusal
//! that names the parameter. Whether a value names something the site has is for the command to say.

mod forms;

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::super::clock::day;
use super::super::http::Pairs;
use super::super::switches::{ActiveDefects, Readings};
use super::Refusal;
pub(crate) use forms::whole;
use forms::{is_host, is_limit, is_size, is_vault_limit, within_bytes};

/// The types that `type` of the client commands takes (p. 31, p. 33).
pub(crate) const CLIENT_TYPES: &[&str] =
    &["all", "representative", "support_customer", "presentation_attendee", "push_agent"];

/// A row of a parameter table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

/// What a value must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Any text.
    Text,
    /// Any text, the empty one included.
    Any,
    /// So many characters at most.
    UpTo(usize),
    /// A whole number.
    Integer,
    /// A whole number with bounds that the guide prints.
    Between(i64, i64),
    /// A whole number with a lower bound that lies in the nature of the thing.
    AtLeast(i64),
    /// The port of a Remote VNC shortcut, whose lower bound can be read in two ways (p. 43).
    VncPort,
    /// One of some words.
    Word(&'static [&'static str]),
    /// 1 or 0, with the values that the guide prints.
    Flag(&'static [&'static str]),
    /// A comma-separated list of client types.
    ClientTypes,
    /// A comma-separated list of ids.
    Ids,
    /// One of some prefixes with what follows its colon, or a word that stands alone.
    Form(&'static [&'static str]),
    /// `xterm` or VT100 in the spelling that is read (p. 48).
    Terminal,
    /// `primary`, `all` or width and height (p. 45).
    Size,
    /// `primary_display`, `all_displays` or width and height (p. 61).
    Display,
    /// So many bytes of UTF-8 at most.
    UpToBytes(usize),
    /// A hostname.
    Host,
    /// An IP address.
    Address,
    /// A day, YYYY-MM-DD.
    Date,
    /// What a report can be limited to (p. 82).
    Limit,
    /// What the report of the Vault can be limited to (p. 139).
    VaultLimit,
    /// A number, or the word `all`.
    IdOrAll,
}

pub(crate) const fn required(name: &'static str, shape: Shape) -> Parameter {
    Parameter { name, required: true, shape }
}

pub(crate) const fn optional(name: &'static str, shape: Shape) -> Parameter {
    Parameter { name, required: false, shape }
}

impl Shape {
    /// The values that have a name of their own, for the defects that refuse one of them.
    pub(crate) fn values(self) -> &'static [&'static str] {
        match self {
            Shape::Word(words) | Shape::Flag(words) | Shape::Form(words) => words,
            Shape::ClientTypes => CLIENT_TYPES,
            Shape::Terminal => &["xterm", "VT100"],
            Shape::Size => &["primary", "all", "XxY"],
            Shape::Display => &["primary_display", "all_displays", "XxY"],
            Shape::Limit => &["all", "rep", "team:all", "team", "members", "site"],
            Shape::VaultLimit => &["all", "rep", "account"],
            Shape::IdOrAll => &["all", "number"],
            _ => &[],
        }
    }

    /// Which of [`Shape::values`] a value is.
    fn labels(self, value: &str) -> Vec<&str> {
        match self {
            Shape::ClientTypes => value.split(',').collect(),
            Shape::Form(_) => vec![value.split(':').next().unwrap_or_default()],
            Shape::Terminal if value.eq_ignore_ascii_case("vt100") => vec!["VT100"],
            Shape::Limit if matches!(value, "all" | "team:all") => vec![value],
            Shape::Limit | Shape::VaultLimit => vec![value.split(':').next().unwrap_or_default()],
            Shape::IdOrAll if value != "all" => vec!["number"],
            Shape::Size if !matches!(value, "primary" | "all") => vec!["XxY"],
            Shape::Display if !matches!(value, "primary_display" | "all_displays") => vec!["XxY"],
            _ => vec![value],
        }
    }
}

/// Values that fit their table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    values: BTreeMap<&'static str, String>,
}

impl Given {
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A value that the table requires. It is there, or the table was not met.
    pub(crate) fn must(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.text(name).and_then(whole)
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name) == Some("1")
    }

    pub(crate) fn all(&self) -> &BTreeMap<&'static str, String> {
        &self.values
    }
}

/// What a request is read with.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// The kind of request, as in `command/join_session`.
    pub(crate) kind: &'a str,
    /// What stands before a parameter's name in the id of a defect: a kind of shortcut, or nothing.
    pub(crate) prefix: &'a str,
    pub(crate) pairs: &'a Pairs,
    pub(crate) readings: &'a Readings,
    pub(crate) defects: &'a ActiveDefects,
}

impl Reader<'_> {
    /// Reads the parameters of a table.
    pub(crate) fn read(&self, table: &[Parameter]) -> Result<Given, Refusal> {
        let mut given = Given::default();
        let mut hollow = false;
        for parameter in table {
            let found = self.one(parameter)?;
            if found.is_none() && parameter.required {
                if !self.broken(parameter.name, "not-required") {
                    return Err(Refusal::error(format!("The required parameter {} is missing", parameter.name)));
                }
                hollow = true;
            }
            if found.is_none() && !parameter.required && self.broken(parameter.name, "wrongly-required") {
                return Err(Refusal::error(format!("The parameter {} is missing", parameter.name)));
            }
            if let Some(value) = found {
                given.values.insert(parameter.name, value);
            }
        }
        if hollow { Err(Refusal::Hollow) } else { Ok(given) }
    }

    /// The value of a name, by the reading of repeated parameters.
    pub(crate) fn pick(&self, name: &str) -> Result<Option<String>, Refusal> {
        let mut values = self.pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value);
        let picked = match self.readings.of("repeated-parameter") {
            "first" => values.next(),
            "refused" => {
                let first = values.next();
                if values.next().is_some() {
                    return Err(Refusal::error(format!("The parameter {name} is given more than once")));
                }
                first
            }
            _ => values.next_back(),
        };
        Ok(picked.cloned())
    }

    fn one(&self, parameter: &Parameter) -> Result<Option<String>, Refusal> {
        let name = parameter.name;
        let Some(value) = self.pick(name)?.filter(|_| !self.broken(name, "ignored")) else { return Ok(None) };
        if value.is_empty() && parameter.shape != Shape::Any {
            return match self.readings.of("empty-value") {
                "ignored" => Ok(None),
                _ => Err(Refusal::error(format!("The parameter {name} is empty"))),
            };
        }
        self.refuse_by_defect(parameter, &value)?;
        let spoilt = |why: &str| Refusal::error(format!("The parameter {name} {why}"));
        match self.check(parameter.shape, &value) {
            Finding::Fine => Ok(Some(value)),
            Finding::Refused(why) => Err(spoilt(why)),
            Finding::Malformed(_) if self.broken(name, "unknown-value-accepted") => Err(Refusal::Hollow),
            Finding::Malformed(why) => match self.readings.of("malformed-value") {
                "ignored" => Ok(None),
                _ => Err(spoilt(why)),
            },
            Finding::Outside(low, high) => match self.readings.of("out-of-range") {
                "ignored" => Ok(None),
                "clamped" => Ok(whole(&value).map(|number| number.clamp(low, high).to_string())),
                _ => Err(spoilt("is out of range")),
            },
            Finding::TooLong(_) | Finding::TooLarge(_) if self.broken(name, "above-maximum-stored") => Ok(Some(value)),
            Finding::TooLarge(maximum)
                if value.chars().count() <= maximum && self.broken(name, "counted-in-characters") =>
            {
                Ok(Some(value))
            }
            Finding::TooLong(maximum) => match self.readings.of("over-length") {
                "truncated" => Ok(Some(value.chars().take(maximum).collect())),
                _ => Err(spoilt("is too long")),
            },
            Finding::TooLarge(maximum) => match self.readings.of("over-length") {
                "truncated" => Ok(Some(within_bytes(&value, maximum))),
                _ => Err(spoilt("is too large")),
            },
        }
    }

    fn refuse_by_defect(&self, parameter: &Parameter, value: &str) -> Result<(), Refusal> {
        let name = parameter.name;
        let known = parameter.shape.values();
        let refused_value = parameter
            .shape
            .labels(value)
            .iter()
            .any(|label| known.contains(label) && self.broken(name, &format!("{label}-refused")));
        let bounds = match parameter.shape {
            Shape::Between(low, high) => Some((low, high)),
            Shape::VncPort => Some((100, 65_535)),
            _ => None,
        };
        let number = whole(value);
        let at_bound = bounds.is_some_and(|(low, high)| {
            (number == Some(low) && self.broken(name, "minimum-refused"))
                || (number == Some(high) && self.broken(name, "maximum-refused"))
        });
        let at_length = match parameter.shape {
            Shape::UpTo(maximum) => {
                let (letters, bytes) = (value.chars().count(), value.len());
                (letters == maximum && self.broken(name, "maximum-refused"))
                    || (letters <= maximum && bytes > maximum && self.broken(name, "counted-in-bytes"))
            }
            Shape::UpToBytes(maximum) => value.len() == maximum && self.broken(name, "maximum-refused"),
            _ => false,
        };
        let refused = !parameter.required && self.broken(name, "refused");
        if refused || refused_value || at_bound || at_length {
            return Err(Refusal::error(format!("The parameter {name} is not supported")));
        }
        Ok(())
    }

    fn check(&self, shape: Shape, value: &str) -> Finding {
        let among = |known: &[&str]| if known.contains(&value) { Finding::Fine } else { NOT_AMONG };
        match shape {
            Shape::Text | Shape::Any => Finding::Fine,
            Shape::UpTo(maximum) if value.chars().count() > maximum => Finding::TooLong(maximum),
            Shape::UpTo(_) => Finding::Fine,
            Shape::Integer => within(value, i64::MIN, i64::MAX),
            Shape::AtLeast(low) => within(value, low, i64::MAX),
            Shape::Between(low, high) => within(value, low, high),
            Shape::VncPort => within(value, if self.readings.is("vnc-low-port", "accepted") { 1 } else { 100 }, 65_535),
            Shape::Word(words) => among(words),
            Shape::Flag(_) => among(&["1", "0"]),
            Shape::Terminal => match self.readings.of("vt100-case") {
                "upper" => among(&["xterm", "VT100"]),
                "lower" => among(&["xterm", "vt100"]),
                _ => among(&["xterm", "VT100", "vt100"]),
            },
            Shape::ClientTypes => self.client_types(value),
            Shape::Ids => self.ids(value),
            Shape::Form(forms) => form(forms, value),
            Shape::Size if matches!(value, "primary" | "all") || is_size(value) => Finding::Fine,
            Shape::Size => NOT_AMONG,
            Shape::Display if matches!(value, "primary_display" | "all_displays") || is_size(value) => Finding::Fine,
            Shape::Display => NOT_AMONG,
            Shape::UpToBytes(maximum) if value.len() > maximum => Finding::TooLarge(maximum),
            Shape::UpToBytes(_) => Finding::Fine,
            Shape::Host if is_host(value) => Finding::Fine,
            Shape::Host => Finding::Malformed("is not a hostname"),
            Shape::Address if value.parse::<IpAddr>().is_ok() => Finding::Fine,
            Shape::Address => Finding::Malformed("is not an IP address"),
            Shape::Date if day(value).is_some() => Finding::Fine,
            Shape::Date => Finding::Malformed("is not a date"),
            Shape::Limit if is_limit(value) => Finding::Fine,
            Shape::VaultLimit if is_vault_limit(value) => Finding::Fine,
            Shape::Limit | Shape::VaultLimit => NOT_AMONG,
            Shape::IdOrAll if value == "all" || whole(value).is_some() => Finding::Fine,
            Shape::IdOrAll => NOT_AMONG,
        }
    }

    fn client_types(&self, value: &str) -> Finding {
        let known = |word: &str| CLIENT_TYPES.contains(&word) || word == "pinned_client";
        if !value.split(',').all(known) {
            return NOT_AMONG;
        }
        if value.split(',').any(|word| word == "pinned_client") && self.readings.is("pinned-client-type", "refused") {
            return Finding::Refused("cannot be pinned_client");
        }
        Finding::Fine
    }

    fn ids(&self, value: &str) -> Finding {
        let count = value.split(',').count();
        let maximum = if self.broken("id", "hundred-refused") { 99 } else { 100 };
        if value.split(',').any(str::is_empty) {
            return Finding::Malformed("holds an empty id");
        }
        if count > maximum && self.readings.is("ids-above-maximum", "refused") || count == 100 && maximum < 100 {
            return Finding::Refused("holds more than 100 ids");
        }
        Finding::Fine
    }

    fn broken(&self, name: &str, what: &str) -> bool {
        self.defects.any() && self.defects.has_of_family(self.kind, &format!("{}{name}/{what}", self.prefix))
    }
}

enum Finding {
    Fine,
    Malformed(&'static str),
    Outside(i64, i64),
    TooLong(usize),
    TooLarge(usize),
    Refused(&'static str),
}

const NOT_AMONG: Finding = Finding::Malformed("has an unknown value");

fn within(value: &str, low: i64, high: i64) -> Finding {
    match whole(value) {
        None => Finding::Malformed("is not a whole number"),
        Some(number) if number < low || number > high => Finding::Outside(low, high),
        Some(_) => Finding::Fine,
    }
}

/// `rep:1` where `rep` is among the forms; `general` and `customer` stand alone.
fn form(forms: &[&str], value: &str) -> Finding {
    let known = match value.split_once(':') {
        None => forms.contains(&value) && matches!(value, "general" | "customer"),
        Some(("rep" | "team", id)) if forms.iter().any(|form| value.starts_with(&format!("{form}:"))) => {
            whole(id).is_some()
        }
        Some((prefix, rest)) => {
            forms.contains(&prefix) && matches!(prefix, "rep_username" | "issue") && !rest.is_empty()
        }
    };
    if known { Finding::Fine } else { NOT_AMONG }
}
