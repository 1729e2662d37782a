//! Expectations: what must hold of an answer.
//!
//! In: nothing. Out: [`Expect`] values, which `read` makes of the words and tables of `expect`, `only_if` and `readings`. What they
//! mean is judged elsewhere.

mod read;

pub(crate) use read::read;

use regex::Regex;
use serde::Serialize;

use super::{query::Query, walk::Walk};
use crate::model::contract::SlipKind;

/// One thing that must hold of an answer.
#[derive(Debug, Clone)]
pub enum Expect {
    /// It is the documented success answer.
    Accepted,
    /// It is a refusal.
    Refused,
    /// It is any HTTP answer.
    Answered,
    /// Its body is well-formed XML.
    WellFormed,
    /// Its body fits a JSON Schema of ours.
    Schema(String),
    /// Its body is an XML schema that compiles.
    XsdCompiles,
    /// What a query selects has a property.
    At(Query, Predicate),
    /// Its body is an OpenAPI 3 document, and without faults of a kind where one is named.
    OpenApi(Option<SlipKind>),
    /// The answers of a walk through the pages of a list belong together.
    Walk(Walk),
    /// The same in every node that a path selects, as if that node were the root.
    Each {
        /// The path.
        path: Query,
        /// Whether there may be no such node.
        may_be_absent: bool,
        /// What is looked at below each.
        at: Query,
        /// What holds of it.
        predicate: Predicate,
    },
}

/// A property of what a query selects. Texts may hold `${variables}`.
#[derive(Debug, Clone)]
pub enum Predicate {
    /// It is that text.
    Equals(String),
    /// It is another text.
    NotEquals(String),
    /// It is one of the texts.
    OneOf(Vec<String>),
    /// All of it matches.
    Matches(Regex),
    /// It has that text in it.
    Contains(String),
    /// It does not have that text in it.
    ContainsNot(String),
    /// No two of them are the same.
    Distinct,
    /// It is of the type.
    Is(Type),
    /// It is a number, at least this.
    Min(i64),
    /// It is a number, at most this.
    Max(i64),
    /// It has at most so many characters.
    MaxCharacters(usize),
    /// There is one, or there is none.
    Present(bool),
    /// There are exactly so many.
    Count(usize),
    /// There are at least so many.
    CountMin(usize),
    /// There are at most so many.
    CountMax(usize),
    /// It is an instant, at most so many seconds from when the request was sent.
    NearNow(i64),
    /// It is an instant, at least so many seconds after the request was sent.
    After(i64),
    /// It is an instant, at most so many seconds after the request was sent.
    Before(i64),
    /// It is the same list of texts as another query's.
    SameAs(Query),
    /// It is the same instant as another query's.
    SameInstant(Query),
    /// It is a duration: what lies between the instants of two queries.
    DifferenceOf(Query, Query),
    /// Each of them is among those of other queries.
    Among(Vec<Query>),
    /// They are numbers or instants, none of them before the one that it follows.
    Ascending,
    /// They are the items of a text with commas, in any order.
    SetEquals(String),
    /// Each of them is among the items of a text with commas.
    SubsetOf(String),
    /// Each item of a text with commas is among them.
    SupersetOf(String),
    /// At least one of them is among the items of a text with commas.
    Meets(String),
    /// It is a number, a duration or an instant, at least the first one of another query.
    NoLessThan(Query),
    /// It is a number, a duration or an instant, at most the first one of another query.
    NoMoreThan(Query),
    /// It is a number or an instant, at least this.
    AtLeast(String),
    /// It is a number or an instant, at most this.
    AtMost(String),
    /// It is a number or an instant below this.
    Below(String),
    /// It is the sum of the numbers or durations of a text with commas.
    SumOf(String),
    /// It is their average, rounded.
    AverageOf(String),
}

/// The type of an element's or attribute's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// It has children, each at most once or as their rows say.
    Record,
    /// It has only repeated children.
    List,
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A whole number, not negative.
    Count,
    /// 1 or 0.
    Flag,
    /// One of a list of texts.
    Enum,
    /// A date and time, ISO 8601 or seconds since the UNIX epoch.
    Instant,
    /// A date and time by ISO 8601.
    Iso8601,
    /// Seconds since the UNIX epoch.
    Epoch,
    /// An absolute http or https URL.
    Url,
    /// A host name or address.
    Hostname,
    /// A GUID, with or without hyphens.
    Guid,
    /// Any text but the empty one.
    Id,
    /// An HTML anchor with an absolute URL.
    Anchor,
    /// Digits with two dots between them.
    Version,
    /// An IP address, perhaps with a port.
    Ip,
    /// Hours, minutes and seconds: `HH:MM:SS`.
    Duration,
    /// Base64 by RFC 2045.
    Base64,
    /// A number, perhaps with a point.
    Decimal,
}

impl Type {
    /// The type with that name in the spec data.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "record" => Self::Record,
            "list" => Self::List,
            "text" => Self::Text,
            "integer" => Self::Integer,
            "count" => Self::Count,
            "flag" => Self::Flag,
            "enum" => Self::Enum,
            "instant" => Self::Instant,
            "iso8601" => Self::Iso8601,
            "epoch" => Self::Epoch,
            "url" => Self::Url,
            "hostname" => Self::Hostname,
            "guid" => Self::Guid,
            "id" => Self::Id,
            "anchor" => Self::Anchor,
            "version" => Self::Version,
            "ip" => Self::Ip,
            "duration" => Self::Duration,
            "base64" => Self::Base64,
            "decimal" => Self::Decimal,
            _ => return None,
        })
    }

    /// What a value of the type is, for people.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::Record => "an element with children",
            Self::List => "a list of elements",
            Self::Text => "a text",
            Self::Integer => "a whole number",
            Self::Count => "a whole number that is not negative",
            Self::Flag => "1 or 0",
            Self::Enum => "one of the listed values",
            Self::Instant => "a date and time (ISO 8601 or seconds since 1970)",
            Self::Iso8601 => "a date and time by ISO 8601",
            Self::Epoch => "seconds since 1970",
            Self::Url => "an absolute http or https URL",
            Self::Hostname => "a host name or address",
            Self::Guid => "a GUID",
            Self::Id => "a text that is not empty",
            Self::Anchor => "an HTML anchor with an absolute URL",
            Self::Version => "digits with two dots between them",
            Self::Ip => "an IP address",
            Self::Duration => "a duration (HH:MM:SS)",
            Self::Base64 => "base64 text",
            Self::Decimal => "a decimal number",
        }
    }

    /// Whether a text can fail to be of the type.
    #[must_use]
    pub fn can_be_checked(self) -> bool {
        !matches!(self, Self::Record | Self::List | Self::Text)
    }
}

impl Predicate {
    /// The texts with variables in it.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Equals(text)
            | Self::NotEquals(text)
            | Self::Contains(text)
            | Self::ContainsNot(text)
            | Self::SetEquals(text)
            | Self::SubsetOf(text)
            | Self::SupersetOf(text)
            | Self::Meets(text)
            | Self::AtLeast(text)
            | Self::AtMost(text)
            | Self::Below(text)
            | Self::SumOf(text)
            | Self::AverageOf(text) => vec![text],
            Self::OneOf(texts) => texts.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The queries in it.
    #[must_use]
    pub fn queries(&self) -> Vec<&Query> {
        match self {
            Self::SameAs(query) | Self::SameInstant(query) | Self::NoLessThan(query) | Self::NoMoreThan(query) => {
                vec![query]
            }
            Self::Among(queries) => queries.iter().collect(),
            Self::DifferenceOf(from, to) => vec![from, to],
            _ => Vec::new(),
        }
    }
}
