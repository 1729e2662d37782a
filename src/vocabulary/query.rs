//! Queries: where in an exchange a value stands.
//!
//! In: the text of a query, or an answer that was read. Out: a [`Query`], or the texts that it selects there; none when there is no such
//! thing.

use std::fmt;

use super::{
    context::Context,
    counts::{busiest_of, in_a_second, sum_of},
    heard::Heard,
    path::Path,
    pointer::{in_json, kind_of, text_of},
    schemas,
};
use crate::{
    decode::javascript::{self, ScriptError, ScriptErrorKind},
    model::variables::{Variables, fill, names},
};

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// XML elements or attributes.
    Path(Path),
    /// The count of nodes that a path selects.
    Count(Path),
    /// The sum of the numbers that a path selects.
    Sum(Path),
    /// All texts that a path selects, as one text with commas between them.
    List(Path),
    /// Of the instants that a path selects, the one after which most of the instants of a text lie, before the next; or the busiest ones.
    Busiest(Path, String),
    /// What a JavaScript expression gives after the body has run.
    Js(String),
    /// The texts of elements with the blanks at their ends.
    Whole(Path),
    /// HTTP status.
    Status,
    /// A header's value.
    Header(String),
    /// All values of a header that is a list, as one text: it may be split over lines (RFC 9110, 5.3).
    HeaderList(String),
    /// A JSON pointer into the body.
    Json(String),
    /// The kind of what a JSON pointer leads to.
    JsonKind(String),
    /// The body as text.
    Body,
    /// The count of characters of the body that are no blanks.
    Characters,
    /// Local name of the root element.
    Root,
    /// Namespace of the root element.
    Namespace,
    /// The count of refusals in a burst.
    BurstRefused,
    /// The most accepted answers of a burst within one second.
    BurstAcceptedInASecond,
    /// The most requests of a burst that were sent within one second.
    BurstSentInASecond,
    /// The most answers of a burst, refusals too, whose requests were sent and which arrived within one second.
    BurstAnsweredInASecond,
    /// The count of conversations of a burst in which all came that was waited for.
    BurstHeard,
    /// The count of refusals in a repetition.
    RepeatRefused,
}

/// Queries that are one word, and what they select.
static WORDS: [(&str, Query, &str); 11] = [
    ("status", Query::Status, "the status of the answer"),
    ("body", Query::Body, "the body as text, where it is neither XML nor JSON"),
    ("characters", Query::Characters, "the count of characters of the body that are no blanks"),
    ("root", Query::Root, "the local name of the root element"),
    ("namespace", Query::Namespace, "the namespace of the root element"),
    ("burst:refused", Query::BurstRefused, "the count of refusals in a burst"),
    (
        "burst:accepted_in_a_second",
        Query::BurstAcceptedInASecond,
        "the most of a burst that were sent and accepted within one second",
    ),
    ("burst:sent_in_a_second", Query::BurstSentInASecond, "the most of a burst that were sent within one second"),
    (
        "burst:answered_in_a_second",
        Query::BurstAnsweredInASecond,
        "the most of a burst that were sent and answered within one second",
    ),
    ("burst:heard", Query::BurstHeard, "the count of conversations of a burst in which all came that was waited for"),
    ("repeat:refused", Query::RepeatRefused, "the count of refusals in a repetition"),
];

/// Queries with something in them: how they begin and end, how that is read, and what they select.
static FORMS: [Form; 11] = [
    Form { start: "header:", inner: "NAME", end: "", read: header, selects: "the values of a header" },
    Form {
        start: "header-list:",
        inner: "NAME",
        end: "",
        read: header_list,
        selects: "the values of a header that is a list, as one text with commas between them",
    },
    Form {
        start: "json:",
        inner: "/POINTER",
        end: "",
        read: json,
        selects: "what a JSON pointer leads to; `*` is every item of a list",
    },
    Form {
        start: "json-kind:",
        inner: "/POINTER",
        end: "",
        read: json_kind,
        selects: "what kind of value it leads to: `number`, `string`, `boolean`, `array`, `object` or `null`",
    },
    Form {
        start: "js:",
        inner: "EXPRESSION",
        end: "",
        read: js,
        selects: "what the expression gives after the body has run as a script of a page",
    },
    Form { start: "count(", inner: "PATH", end: ")", read: count, selects: "the count of nodes that a path selects" },
    Form {
        start: "sum(",
        inner: "PATH",
        end: ")",
        read: sum,
        selects: "the sum of the whole numbers that a path selects",
    },
    Form {
        start: "list(",
        inner: "PATH",
        end: ")",
        read: list,
        selects: "all texts as one, with commas between them; may be empty",
    },
    Form {
        start: "busiest(",
        inner: "PATH; INSTANTS; N",
        end: ")",
        read: busiest,
        selects: "of the instants of a path, in seconds, the one after which most of the instants of a text with commas lie, before the next, the last two left out; or, with `N`, those after which any lie, the N busiest at most, with commas between them",
    },
    Form {
        start: "whole(",
        inner: "PATH",
        end: ")",
        read: whole,
        selects: "the texts of the elements that a path selects, with the blanks at their ends",
    },
    Form {
        start: "",
        inner: "PATH",
        end: "",
        read: path,
        selects: "by local names: the text of elements, trimmed, or values of attributes",
    },
];

struct Form {
    start: &'static str,
    inner: &'static str,
    end: &'static str,
    read: fn(&str) -> Result<Query, String>,
    selects: &'static str,
}

fn header(name: &str) -> Result<Query, String> {
    Ok(Query::Header(name.to_ascii_lowercase()))
}

fn header_list(name: &str) -> Result<Query, String> {
    Ok(Query::HeaderList(name.to_ascii_lowercase()))
}

fn json(pointer: &str) -> Result<Query, String> {
    Ok(Query::Json(pointer.to_owned()))
}

fn json_kind(pointer: &str) -> Result<Query, String> {
    Ok(Query::JsonKind(pointer.to_owned()))
}

fn js(expression: &str) -> Result<Query, String> {
    Ok(Query::Js(expression.to_owned()))
}

fn count(text: &str) -> Result<Query, String> {
    Path::parse(text).map(Query::Count)
}

fn sum(text: &str) -> Result<Query, String> {
    Path::parse(text).map(Query::Sum)
}

fn list(text: &str) -> Result<Query, String> {
    Path::parse(text).map(Query::List)
}

fn busiest(text: &str) -> Result<Query, String> {
    let (path, instants) = text.split_once(';').ok_or("`busiest` takes a path and, after a `;`, instants")?;
    Ok(Query::Busiest(Path::parse(path.trim())?, instants.trim().to_owned()))
}

fn whole(text: &str) -> Result<Query, String> {
    let path = Path::parse(text)?;
    if path.ends_in_an_attribute() {
        return Err(format!("`whole({text})`: blanks round the value of an attribute are no part of it"));
    }
    Ok(Query::Whole(path))
}

fn path(text: &str) -> Result<Query, String> {
    if text.starts_with('/') {
        return Path::parse(text).map(Query::Path);
    }
    let known: Vec<String> = all().map(|(notation, _)| notation).collect();
    Err(format!("`{text}` is no query; start with `/` or `//`, or write one of {}", known.join(", ")))
}

/// Notation and meaning of every query.
pub(super) fn all() -> impl Iterator<Item = (String, &'static str)> {
    let forms = FORMS.iter().map(|form| (format!("{}{}{}", form.start, form.inner, form.end), form.selects));
    forms.chain(WORDS.iter().map(|(word, _, selects)| ((*word).to_owned(), *selects)))
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// Says what cannot be read and how it should look.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some((_, query, _)) = WORDS.iter().find(|(word, ..)| *word == text) {
            return Ok(query.clone());
        }
        let of_form = |form: &Form| Some((form.read)(text.strip_prefix(form.start)?.strip_suffix(form.end)?));
        FORMS.iter().find_map(of_form).unwrap_or_else(|| path(text))
    }

    /// The variables that it names.
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        match self {
            Self::Path(path) | Self::Count(path) | Self::Sum(path) | Self::List(path) | Self::Whole(path) => {
                path.variables()
            }
            Self::Busiest(path, instants) => path.variables().into_iter().chain(names(instants)).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it looks at all answers of a step together.
    #[must_use]
    pub fn is_of_the_whole(&self) -> bool {
        self.counts().is_some()
    }

    /// The key of a step whose answers it counts; none where it looks at one answer.
    #[must_use]
    pub fn counts(&self) -> Option<&'static str> {
        match self {
            Self::BurstRefused
            | Self::BurstAcceptedInASecond
            | Self::BurstSentInASecond
            | Self::BurstAnsweredInASecond
            | Self::BurstHeard => Some("burst"),
            Self::RepeatRefused => Some("repeat"),
            _ => None,
        }
    }

    /// All texts that it selects in an answer that stands alone; none where a variable is not known.
    #[must_use]
    pub fn find_all(&self, heard: &Heard<'_>, variables: &Variables) -> Vec<String> {
        self.select(&Context::of(heard, variables, &schemas::NONE)).unwrap_or_default()
    }

    /// The first text that it selects in an answer that stands alone. Only a list may be empty.
    #[must_use]
    pub fn find(&self, heard: &Heard<'_>, variables: &Variables) -> Option<String> {
        let found = self.find_all(heard, variables);
        found.into_iter().find(|text| !text.is_empty() || matches!(self, Self::List(_)))
    }

    /// The texts that it selects.
    ///
    /// # Errors
    /// The first variable that is not known.
    pub(super) fn select(&self, context: &Context<'_>) -> Result<Vec<String>, String> {
        let Some(answer) = context.heard.answer().filter(|_| !self.is_of_the_whole()) else {
            return Ok(self.count_of_the_whole(context.fellows).into_iter().map(|count| count.to_string()).collect());
        };
        let texts = |path: &Path| context.root.map(|root| path.texts(root, context.variables)).transpose();
        Ok(match self {
            Self::Path(path) => texts(path)?.unwrap_or_default(),
            Self::Count(path) => texts(path)?.map(|texts| texts.len().to_string()).into_iter().collect(),
            Self::Sum(path) => texts(path)?.and_then(|texts| sum_of(&texts)).into_iter().collect(),
            Self::List(path) => texts(path)?.map(|texts| texts.join(",")).into_iter().collect(),
            Self::Busiest(path, instants) => {
                let instants = fill(instants, context.variables)?;
                texts(path)?.and_then(|texts| busiest_of(&texts, &instants)).into_iter().collect()
            }
            Self::Whole(path) => {
                let nodes = context.root.map(|root| path.nodes(root, context.variables)).transpose()?;
                nodes.into_iter().flatten().map(|node| node.text.to_string()).collect()
            }
            Self::Js(expression) => script(&answer.body, &fill(expression, context.variables)?)?,
            Self::Status => vec![answer.status.to_string()],
            Self::Header(name) => values(&answer.headers, name),
            Self::HeaderList(name) => Some(values(&answer.headers, name))
                .filter(|lines| !lines.is_empty())
                .map(|lines| lines.join(", "))
                .into_iter()
                .collect(),
            Self::Json(pointer) => context.json.iter().flat_map(|json| in_json(pointer, json)).map(text_of).collect(),
            Self::JsonKind(pointer) => {
                context.json.iter().flat_map(|json| in_json(pointer, json)).map(kind_of).collect()
            }
            Self::Body => vec![answer.body.to_string()],
            Self::Characters => vec![answer.body.chars().filter(|c| !c.is_whitespace()).count().to_string()],
            Self::Root => context.root.iter().map(|root| root.name.to_string()).collect(),
            Self::Namespace => context.root.iter().map(|root| root.namespace.to_string()).collect(),
            Self::BurstRefused
            | Self::BurstAcceptedInASecond
            | Self::BurstSentInASecond
            | Self::BurstAnsweredInASecond
            | Self::BurstHeard
            | Self::RepeatRefused => Vec::new(),
        })
    }

    /// What it counts in all answers of a step together.
    fn count_of_the_whole(&self, fellows: &[&Heard<'_>]) -> Option<usize> {
        match self {
            Self::BurstRefused | Self::RepeatRefused => Some(fellows.iter().filter(|one| one.turned_away()).count()),
            Self::BurstAcceptedInASecond => Some(in_a_second(fellows, |one| one.accepted(), true)),
            Self::BurstAnsweredInASecond => Some(in_a_second(fellows, |one| one.answer().is_some(), true)),
            Self::BurstSentInASecond => Some(in_a_second(fellows, |_| true, false)),
            Self::BurstHeard => Some(fellows.iter().filter(|one| one.heard_all()).count()),
            _ => None,
        }
    }
}

/// The values of a header, line by line.
fn values(headers: &[(String, String)], name: &str) -> Vec<String> {
    let of_name = headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    of_name.map(|(_, value)| value.clone()).collect()
}

/// What an expression gives after a body has run as a script of a page, or what was thrown.
///
/// # Errors
/// What browsers have and the page in which it is run has not.
fn script(body: &str, expression: &str) -> Result<Vec<String>, String> {
    match javascript::run(body, &[expression]) {
        Ok(found) => Ok(found),
        Err(ScriptError { kind: ScriptErrorKind::Lacks(name), .. }) => Err(format!("{name} of a browser")),
        Err(fault) => Ok(vec![format!("a fault in {fault}")]),
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{path}"),
            Self::Count(path) => write!(f, "count({path})"),
            Self::Sum(path) => write!(f, "sum({path})"),
            Self::List(path) => write!(f, "list({path})"),
            Self::Whole(path) => write!(f, "whole({path})"),
            Self::Busiest(path, instants) => write!(f, "busiest({path}; {instants})"),
            Self::Js(expression) => write!(f, "js:{expression}"),
            Self::Header(name) => write!(f, "header:{name}"),
            Self::HeaderList(name) => write!(f, "header-list:{name}"),
            Self::Json(pointer) => write!(f, "json:{pointer}"),
            Self::JsonKind(pointer) => write!(f, "json-kind:{pointer}"),
            _ => f.write_str(WORDS.iter().find(|(_, query, _)| query == self).map_or("", |(word, ..)| word)),
        }
    }
}

#[cfg(test)]
mod tests;
