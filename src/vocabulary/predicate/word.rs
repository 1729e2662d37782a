//! The framework of predicates: what a row of a table is, and how its word and argument become a [`Predicate`]. New words are rows in the
//! files beside this one.
//!
//! In: a row of a table and the argument beside its name in the spec data. Out: a [`Predicate`], and whether it holds of texts that
//! were found. What an argument names is put in or looked up before the check sees it.

use std::fmt;

use regex::Regex;

use super::pattern::whole;
use crate::{
    model::variables::{fill, names},
    vocabulary::{context::Context, query::Query, types::Type},
};

/// A predicate as a word of the spec data. Its check sees the argument with its variables put in and its queries looked up.
pub struct Word<A: ?Sized + 'static> {
    /// Its name.
    pub(super) name: &'static str,
    /// When it holds.
    pub(super) holds_when: &'static str,
    /// Whether it holds, and what was expected.
    pub(super) check: fn(&Found<'_>, &A) -> Checked,
}

/// Whether a predicate holds, and what was expected, in words.
pub(super) type Checked = (bool, String);

/// A word by what it takes.
pub(super) enum Row {
    /// `true`.
    Mark(&'static Word<()>),
    /// `true` or `false`.
    Flag(&'static Word<bool>),
    /// A whole number.
    Number(&'static Word<i64>),
    /// A whole number that is not negative.
    Size(&'static Word<usize>),
    /// The name of a type.
    Type(&'static Word<Type>),
    /// A regular expression for all of a text.
    Pattern(&'static Word<Regex>),
    /// A text with variables.
    Text(&'static Word<str>),
    /// Several of them.
    Texts(&'static Word<[String]>),
    /// A query of the same answer.
    Query(&'static Word<Selected>),
    /// Several of them.
    Queries(&'static Word<[Selected]>),
    /// Two of them.
    Between(&'static Word<(Selected, Selected)>),
}

/// A property of what a query selects: a word and its argument.
#[derive(Debug, Clone)]
pub enum Predicate {
    /// With nothing.
    Mark(&'static Word<()>),
    /// With yes or no.
    Flag(&'static Word<bool>, bool),
    /// With a number.
    Number(&'static Word<i64>, i64),
    /// With a number of things.
    Size(&'static Word<usize>, usize),
    /// With a type.
    Type(&'static Word<Type>, Type),
    /// With a regular expression.
    Pattern(&'static Word<Regex>, Regex),
    /// With a text, which may hold `${variables}`.
    Text(&'static Word<str>, String),
    /// With texts, which may hold `${variables}`.
    Texts(&'static Word<[String]>, Vec<String>),
    /// With a query.
    Query(&'static Word<Selected>, Query),
    /// With queries.
    Queries(&'static Word<[Selected]>, Vec<Query>),
    /// With two queries.
    Between(&'static Word<(Selected, Selected)>, Query, Query),
}

/// What was found, and in what.
pub(super) struct Found<'f> {
    pub(super) texts: &'f [String],
    context: &'f Context<'f>,
}

/// A query and what it selects.
pub struct Selected {
    pub(super) query: String,
    pub(super) texts: Vec<String>,
}

impl Found<'_> {
    /// Whether there are any, and each passes a test.
    pub(super) fn each(&self, test: impl Fn(&str) -> bool) -> bool {
        !self.texts.is_empty() && self.texts.iter().all(|text| test(text))
    }

    /// Whether there is an HTTP answer at all.
    pub(super) fn answered(&self) -> bool {
        self.context.heard.answer().is_some()
    }

    /// When the request was sent, in seconds since the UNIX epoch.
    pub(super) fn sent_s(&self) -> i64 {
        self.context.heard.exchange.at_ms / 1_000
    }

    /// How long the answer took, in seconds that had begun.
    pub(super) fn took_s(&self) -> i64 {
        i64::try_from(self.context.heard.exchange.took_ms.div_ceil(1_000)).unwrap_or(i64::MAX / 4)
    }
}

/// Predicates that compare with the time of the request.
const OF_NOW: [&str; 3] = ["near_now", "after", "before"];

impl Predicate {
    /// Whether it compares with the time of the request.
    pub(in crate::vocabulary) fn asks_for_now(&self) -> bool {
        matches!(self, Self::Number(word, _) if OF_NOW.contains(&word.name))
    }
}

impl Selected {
    fn by(query: &Query, context: &Context<'_>) -> Result<Self, String> {
        Ok(Self { query: query.to_string(), texts: query.select(context)? })
    }
}

impl Row {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Mark(word) => word.name,
            Self::Flag(word) => word.name,
            Self::Number(word) => word.name,
            Self::Size(word) => word.name,
            Self::Type(word) => word.name,
            Self::Pattern(word) => word.name,
            Self::Text(word) => word.name,
            Self::Texts(word) => word.name,
            Self::Query(word) => word.name,
            Self::Queries(word) => word.name,
            Self::Between(word) => word.name,
        }
    }

    pub(super) fn holds_when(&self) -> &'static str {
        match self {
            Self::Mark(word) => word.holds_when,
            Self::Flag(word) => word.holds_when,
            Self::Number(word) => word.holds_when,
            Self::Size(word) => word.holds_when,
            Self::Type(word) => word.holds_when,
            Self::Pattern(word) => word.holds_when,
            Self::Text(word) => word.holds_when,
            Self::Texts(word) => word.holds_when,
            Self::Query(word) => word.holds_when,
            Self::Queries(word) => word.holds_when,
            Self::Between(word) => word.holds_when,
        }
    }

    /// What its argument looks like.
    pub(super) fn takes(&self) -> &'static str {
        match self {
            Self::Mark(_) => "`true`",
            Self::Flag(_) => "`true` or `false`",
            Self::Number(_) => "a whole number",
            Self::Size(_) => "a whole number, not negative",
            Self::Type(_) => "a type",
            Self::Pattern(_) => "a regular expression",
            Self::Text(_) => "a text or a number",
            Self::Texts(_) => "a list of texts",
            Self::Query(_) => "a query",
            Self::Queries(_) => "a list of queries",
            Self::Between(_) => "two queries",
        }
    }

    /// The word with an argument.
    pub(super) fn with(&self, argument: &toml::Value) -> Result<Predicate, String> {
        let name = self.name();
        Ok(match self {
            Self::Mark(word) => match argument.as_bool() {
                Some(true) => Predicate::Mark(word),
                _ => return Err(format!("`{name}` is true, or left out")),
            },
            Self::Flag(word) => {
                Predicate::Flag(word, argument.as_bool().ok_or_else(|| format!("`{name}` is true or false"))?)
            }
            Self::Number(word) => Predicate::Number(word, number(argument)?),
            Self::Size(word) => {
                let size = number(argument)?.try_into();
                Predicate::Size(word, size.map_err(|_| format!("`{argument}` should not be negative"))?)
            }
            Self::Type(word) => Predicate::Type(word, Type::parse(&text(argument)?)?),
            Self::Pattern(word) => Predicate::Pattern(word, whole(&text(argument)?)?),
            Self::Text(word) => Predicate::Text(word, text(argument)?),
            Self::Texts(word) => Predicate::Texts(word, texts(argument)?),
            Self::Query(word) => Predicate::Query(word, Query::parse(&text(argument)?)?),
            Self::Queries(word) => Predicate::Queries(word, queries(argument)?),
            Self::Between(word) => match queries(argument)?.as_slice() {
                [from, to] => Predicate::Between(word, from.clone(), to.clone()),
                _ => return Err(format!("`{name}` has two queries: from and to")),
            },
        })
    }
}

/// A number stands for its digits: `equals = 200` and `equals = "200"` are the same.
fn text(value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::Integer(number) => Ok(number.to_string()),
        _ => value.as_str().map(str::to_owned).ok_or_else(|| format!("`{value}` should be a text")),
    }
}

fn texts(value: &toml::Value) -> Result<Vec<String>, String> {
    let list = value.as_array().ok_or_else(|| format!("`{value}` should be a list of texts"))?;
    list.iter().map(text).collect()
}

fn queries(value: &toml::Value) -> Result<Vec<Query>, String> {
    texts(value)?.iter().map(|query| Query::parse(query)).collect()
}

fn number(value: &toml::Value) -> Result<i64, String> {
    value.as_integer().ok_or_else(|| format!("`{value}` should be a whole number"))
}

impl Predicate {
    /// Whether it is about the count of what was found.
    pub(in crate::vocabulary) fn counts(&self) -> bool {
        matches!(self, Self::Size(..))
    }

    /// Whether it holds of what was found, and what was expected.
    ///
    /// # Errors
    /// The first variable that is not known.
    pub(in crate::vocabulary) fn check(
        &self,
        texts: &[String],
        context: &Context<'_>,
    ) -> Result<(bool, String), String> {
        let found = Found { texts, context };
        Ok(match self {
            Self::Mark(word) => (word.check)(&found, &()),
            Self::Flag(word, yes) => (word.check)(&found, yes),
            Self::Number(word, number) => (word.check)(&found, number),
            Self::Size(word, size) => (word.check)(&found, size),
            Self::Type(word, kind) => (word.check)(&found, kind),
            Self::Pattern(word, pattern) => (word.check)(&found, pattern),
            Self::Text(word, text) => (word.check)(&found, &fill(text, context.variables)?),
            Self::Texts(word, texts) => {
                let texts: Result<Vec<String>, String> =
                    texts.iter().map(|text| fill(text, context.variables)).collect();
                (word.check)(&found, &texts?)
            }
            Self::Query(word, query) => (word.check)(&found, &Selected::by(query, context)?),
            Self::Queries(word, queries) => {
                let selected: Result<Vec<Selected>, String> =
                    queries.iter().map(|query| Selected::by(query, context)).collect();
                (word.check)(&found, &selected?)
            }
            Self::Between(word, from, to) => {
                (word.check)(&found, &(Selected::by(from, context)?, Selected::by(to, context)?))
            }
        })
    }

    /// Its word, and the texts that it compares what was found with; none for what compares nothing in an order.
    pub(super) fn compared(&self, context: &Context<'_>) -> Option<(&'static str, Vec<String>)> {
        let selected = |query: &Query| query.select(context).unwrap_or_default();
        Some(match self {
            Self::Mark(word) => (word.name, Vec::new()),
            Self::Number(word, _) => (word.name, Vec::new()),
            Self::Text(word, text) => {
                let filled = fill(text, context.variables).unwrap_or_default();
                (word.name, filled.split(',').map(str::to_owned).collect())
            }
            Self::Query(word, query) => (word.name, selected(query)),
            Self::Between(word, from, to) => (word.name, [selected(from), selected(to)].concat()),
            _ => return None,
        })
    }

    /// The variables that its argument names.
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        match self {
            Self::Mark(_) | Self::Flag(..) | Self::Number(..) | Self::Size(..) | Self::Type(..) | Self::Pattern(..) => {
                Vec::new()
            }
            Self::Text(_, text) => names(text),
            Self::Texts(_, texts) => texts.iter().flat_map(|text| names(text)).collect(),
            Self::Query(_, query) => query.variables(),
            Self::Queries(_, queries) => queries.iter().flat_map(Query::variables).collect(),
            Self::Between(_, from, to) => [from, to].into_iter().flat_map(Query::variables).collect(),
        }
    }
}

impl Word<bool> {
    /// The word with yes or no.
    #[must_use]
    pub fn of(&'static self, yes: bool) -> Predicate {
        Predicate::Flag(self, yes)
    }
}

impl Word<i64> {
    /// The word with a number.
    #[must_use]
    pub fn of(&'static self, number: i64) -> Predicate {
        Predicate::Number(self, number)
    }
}

impl Word<Type> {
    /// The word with a type.
    #[must_use]
    pub fn of(&'static self, kind: Type) -> Predicate {
        Predicate::Type(self, kind)
    }
}

impl Word<Regex> {
    /// The word with a regular expression.
    #[must_use]
    pub fn of(&'static self, pattern: Regex) -> Predicate {
        Predicate::Pattern(self, pattern)
    }
}

impl Word<str> {
    /// The word with a text, which may hold `${variables}`.
    #[must_use]
    pub fn of(&'static self, text: impl Into<String>) -> Predicate {
        Predicate::Text(self, text.into())
    }
}

impl Word<[String]> {
    /// The word with texts, which may hold `${variables}`.
    #[must_use]
    pub fn of(&'static self, texts: Vec<String>) -> Predicate {
        Predicate::Texts(self, texts)
    }
}

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mark(word) => write!(f, "{} = true", word.name),
            Self::Flag(word, yes) => write!(f, "{} = {yes}", word.name),
            Self::Number(word, number) => write!(f, "{} = {number}", word.name),
            Self::Size(word, size) => write!(f, "{} = {size}", word.name),
            Self::Type(word, kind) => write!(f, "{} = \"{}\"", word.name, kind.name()),
            Self::Pattern(word, pattern) => {
                let whole = pattern.as_str();
                let inner = whole.strip_prefix("^(?s:").and_then(|rest| rest.strip_suffix(")$")).unwrap_or(whole);
                write!(f, "{} = {inner:?}", word.name)
            }
            Self::Text(word, text) => write!(f, "{} = {text:?}", word.name),
            Self::Texts(word, texts) => write!(f, "{} = {texts:?}", word.name),
            Self::Query(word, query) => write!(f, "{} = {:?}", word.name, query.to_string()),
            Self::Queries(word, queries) => {
                write!(f, "{} = {:?}", word.name, queries.iter().map(Query::to_string).collect::<Vec<_>>())
            }
            Self::Between(word, from, to) => {
                write!(f, "{} = {:?}", word.name, [from.to_string(), to.to_string()])
            }
        }
    }
}

impl<A: ?Sized> fmt::Debug for Word<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
