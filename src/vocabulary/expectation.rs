//! Expectations: what must hold of an answer.
//!
//! In: the words and tables of `expect`, `only_if` and `readings`. Out: [`Expect`] values, the variables that they name, and whether they
//! hold of an answer. A predicate over nothing does not hold, but where it says so.

use std::fmt;

use super::{
    context::Context,
    heard::{Heard, shorten},
    holds::Holds,
    hostile::Hostile,
    path::Path,
    predicate::{self, Predicate},
    query::Query,
    walk::Walk,
    whole_body::{charset_kept, is_openapi, well_formed, xsd_compiles},
};
use crate::model::{contract::SlipKind, variables::fill_with};

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
    /// Its bytes are in the charset that they claim.
    CharsetKept,
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
    /// The answer to a request that no library sends is as it must be.
    Hostile(Hostile),
    /// The same in every node that a path selects, as if that node were the root.
    Each {
        /// The path.
        path: Path,
        /// Whether there may be no such node.
        may_be_absent: bool,
        /// What is looked at below each.
        at: Query,
        /// What holds of it.
        predicate: Predicate,
    },
}

/// Expectations that are one word, and when they hold.
static WORDS: [(&str, Expect, &str); 7] = [
    (
        "accepted",
        Expect::Accepted,
        "it is the documented success answer: 2xx, whole, readable, no error, and something documented in it",
    ),
    ("refused", Expect::Refused, "it is a status from 400 to 499, an `error` element, or JSON with `error`"),
    ("answered", Expect::Answered, "it is any HTTP answer"),
    ("well-formed", Expect::WellFormed, "the body is well-formed XML"),
    (
        "charset-kept",
        Expect::CharsetKept,
        "the bytes of the body are in the charset of its declaration or of its Content-Type, or in UTF-8 where neither names one",
    ),
    ("xsd-compiles", Expect::XsdCompiles, "the body is an XML schema that compiles"),
    ("openapi", Expect::OpenApi(None), "the body is an OpenAPI 3 document, in YAML or JSON"),
];

/// Expectations with a name in them, and when they hold.
const FORMS: [(&str, &str, &str); 2] = [
    ("schema:", "NAME", "the body is JSON that fits `specs/schemas/NAME.json`"),
    ("openapi:", "KIND", "the body is an OpenAPI 3 document, and has no fault of that kind"),
];

/// The keys of a table that are no predicates.
const KEYS: [&str; 3] = ["at", "each", "each_may_be_absent"];

/// Notation and meaning of every expectation but the tables.
pub(super) fn all() -> impl Iterator<Item = (String, &'static str)> {
    let words = WORDS.iter().map(|(word, _, holds_when)| ((*word).to_owned(), *holds_when));
    words.chain(FORMS.map(|(start, name, holds_when)| (format!("{start}{name}"), holds_when)))
}

/// Reads a list of expectations. A table with several predicates becomes several expectations.
pub(crate) fn read(values: &[toml::Value], faults: &mut Vec<String>) -> Vec<Expect> {
    let mut expects = Vec::new();
    for value in values {
        match read_one(value) {
            Ok(mut some) => expects.append(&mut some),
            Err(fault) => faults.push(fault),
        }
    }
    expects
}

fn read_one(value: &toml::Value) -> Result<Vec<Expect>, String> {
    match value {
        toml::Value::String(word) => word_of(word).map(|expect| vec![expect]),
        toml::Value::Table(table) => {
            let at = text(table.get("at").ok_or("an expectation has no `at`; say which query it looks at")?)?;
            let query = Query::parse(at)?;
            let each = table.get("each").map(|path| Query::parse(text(path)?)).transpose()?;
            let each = match each {
                None => None,
                Some(Query::Path(path)) => Some(path),
                Some(_) => return Err("`each` is a path".to_owned()),
            };
            let may_be_absent = match (table.get("each_may_be_absent"), &each) {
                (None, _) => false,
                (Some(toml::Value::Boolean(true)), Some(_)) => true,
                _ => return Err("`each_may_be_absent = true` stands beside `each`; take it out".to_owned()),
            };
            let mut expects = Vec::new();
            for (key, value) in table.iter().filter(|(key, _)| !KEYS.contains(&key.as_str())) {
                let (at, predicate) = (query.clone(), predicate::parse(key, value)?);
                expects.push(match &each {
                    Some(path) => Expect::Each { path: path.clone(), may_be_absent, at, predicate },
                    None => Expect::At(at, predicate),
                });
            }
            if expects.is_empty() {
                Err(format!("`{at}` is looked at but nothing is expected of it"))
            } else {
                Ok(expects)
            }
        }
        other => Err(format!("an expectation is a word or a table, not `{other}`")),
    }
}

fn word_of(word: &str) -> Result<Expect, String> {
    if let Some((_, expect, _)) = WORDS.iter().find(|(known, ..)| *known == word) {
        return Ok(expect.clone());
    }
    if let Some(name) = word.strip_prefix("schema:") {
        return Ok(Expect::Schema(name.to_owned()));
    }
    if let Some(kind) = word.strip_prefix("openapi:").and_then(SlipKind::named) {
        return Ok(Expect::OpenApi(Some(kind)));
    }
    let known: Vec<String> = all().map(|(notation, _)| notation).collect();
    Err(format!("`{word}` is no expectation; known are {}", known.join(", ")))
}

fn text(value: &toml::Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("`{value}` should be a text"))
}

impl Expect {
    /// Whether all expectations hold; the first that does not is named.
    #[must_use]
    pub fn all(expects: &[Self], context: &Context<'_>) -> Holds {
        expects.iter().map(|expect| expect.holds(context)).find(|holds| *holds != Holds::Yes).unwrap_or(Holds::Yes)
    }

    /// Whether it looks at all answers of a step together.
    #[must_use]
    pub fn is_of_the_whole(&self) -> bool {
        match self {
            Self::Walk(_) => true,
            Self::At(query, _) => query.is_of_the_whole(),
            _ => false,
        }
    }

    /// The query that it looks at.
    #[must_use]
    pub fn query(&self) -> Option<&Query> {
        match self {
            Self::At(query, _) | Self::Each { at: query, .. } => Some(query),
            _ => None,
        }
    }

    /// The variables that it names.
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        let (path, at, predicate) = match self {
            Self::At(at, predicate) => (None, at, predicate),
            Self::Each { path, at, predicate, .. } => (Some(path), at, predicate),
            _ => return Vec::new(),
        };
        let path = path.into_iter().flat_map(Path::variables);
        path.chain(at.variables()).chain(predicate.variables()).collect()
    }

    fn holds(&self, context: &Context<'_>) -> Holds {
        let heard = context.heard;
        let yes_or = |ok: bool, expected: &str| no_but(ok, expected, || heard.summary());
        match self {
            Self::Accepted => yes_or(heard.accepted(), "the request is accepted"),
            Self::Refused => yes_or(heard.refused(), "the request is refused"),
            Self::Answered => yes_or(heard.answer().is_some(), "an HTTP answer"),
            Self::WellFormed => {
                let expected = "the body is well-formed XML".to_owned();
                let Some(answer) = heard.answer() else { return Holds::No(expected, heard.summary()) };
                well_formed(&answer.body).map_or_else(|fault| Holds::No(expected, fault), |()| Holds::Yes)
            }
            Self::CharsetKept => charset_kept(heard),
            Self::Schema(name) => context.schemas.fits(name, context.json, || heard.summary()),
            Self::XsdCompiles => xsd_compiles(heard),
            Self::OpenApi(kind) => is_openapi(*kind, heard),
            Self::Walk(walk) => walk.holds(context.fellows),
            Self::Hostile(hostile) => hostile.holds(heard, context.variables),
            Self::At(query, predicate) => at(query, predicate, context),
            Self::Each { path, may_be_absent, at: query, predicate } => {
                each(path, *may_be_absent, query, predicate, context)
            }
        }
    }
}

fn no_but(ok: bool, expected: &str, got: impl Fn() -> String) -> Holds {
    if ok { Holds::Yes } else { Holds::No(expected.to_owned(), got()) }
}

fn at(query: &Query, predicate: &Predicate, context: &Context<'_>) -> Holds {
    let not_known = |name: String| Holds::Undecided(format!("`{name}` is not known"));
    let found = match query.select(context) {
        Ok(found) => found,
        Err(name) => return not_known(name),
    };
    match predicate.check(&found, context) {
        Ok((true, _)) => Holds::Yes,
        Ok((false, expected)) => match predicate::lacks_a_zone(predicate, &found, context) {
            Some(time) => Holds::LeftOpen(format!("`{}` does not say its time zone", shorten(&time))),
            None => {
                let got = if predicate.counts() { times(&found, context.heard) } else { got(&found, context.heard) };
                Holds::No(format!("`{}` {expected}", resolved(query, context)), got)
            }
        },
        Err(name) => not_known(name),
    }
}

/// In every node that the path selects, looked at as if it were the root of an answer.
fn each(path: &Path, may_be_absent: bool, query: &Query, predicate: &Predicate, context: &Context<'_>) -> Holds {
    let nodes = match context.root.map(|root| path.nodes(root, context.variables)).transpose() {
        Ok(nodes) => nodes.unwrap_or_default(),
        Err(name) => return Holds::Undecided(format!("`{name}` is not known")),
    };
    let path = resolved(path, context);
    if nodes.is_empty() && !(may_be_absent && context.heard.accepted()) {
        return Holds::No(format!("there is a `{path}`"), got(&[], context.heard));
    }
    for (number, node) in nodes.into_iter().enumerate() {
        match at(query, predicate, &context.part(node)) {
            Holds::No(expected, got) => {
                return Holds::No(format!("in each `{path}`: {expected}"), format!("{got}, in number {}", number + 1));
            }
            Holds::Yes => {}
            other => return other,
        }
    }
    Holds::Yes
}

/// A query or path with the variables in it put in, as far as they are known.
fn resolved(query: &impl fmt::Display, context: &Context<'_>) -> String {
    let known = |name: &str| Some(context.variables.get(name).cloned().unwrap_or_else(|| format!("${{{name}}}")));
    fill_with(&query.to_string(), known).unwrap_or_default()
}

/// How often something is there, where that is what was asked.
fn times(found: &[String], heard: &Heard<'_>) -> String {
    match found.len() {
        0 => got(found, heard),
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

fn got(found: &[String], heard: &Heard<'_>) -> String {
    match found {
        [] if heard.answer().is_some() => format!("nothing there, in {}", heard.summary()),
        [] => heard.summary(),
        [one] => format!("`{}`", shorten(one)),
        many => format!("{} values: {}", many.len(), shorten(&many.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        decode::xml,
        vocabulary::{heard::Body, schemas::NONE, testing},
    };

    #[track_caller]
    fn read_toml(text: &str) -> Result<Vec<Expect>, Vec<String>> {
        let table: toml::Table = text.parse().unwrap();
        let mut faults = Vec::new();
        let expects = read(table["expect"].as_array().unwrap(), &mut faults);
        if faults.is_empty() { Ok(expects) } else { Err(faults) }
    }

    #[track_caller]
    fn check(expect: &str, xml: &str, expected: Result<(), (&str, &str)>) {
        let mut heard = testing::heard();
        heard.body = std::sync::Arc::new(Body::Xml(xml::read(xml).unwrap()));
        let variables = testing::variables();
        let holds =
            Expect::all(&read_toml(&format!("expect = [{expect}]")).unwrap(), &Context::of(&heard, &variables, &NONE));
        let expected = expected.map_or_else(|(wanted, got)| Holds::No(wanted.into(), got.into()), |()| Holds::Yes);
        assert_eq!(holds, expected, "{expect}");
    }

    #[test]
    fn the_first_that_does_not_hold_is_told() {
        let list = "<l><r id='1'><n>a</n></r><r id='2'><n>b</n></r></l>";
        check("'accepted', { at = '//n', one_of = ['a', 'b'] }", list, Ok(()));
        check("'refused'", list, Err(("the request is refused", "an accepted request (200)")));
        check("{ at = '//r/@id', equals = '${two}' }", list, Err(("`//r/@id` is `2`", "2 values: 1, 2")));
        check(
            "{ at = '//x', present = true }",
            list,
            Err(("`//x` is there", "nothing there, in an accepted request (200)")),
        );
        check("{ each = '//r', at = '/r/n', count = 1 }", list, Ok(()));
        check(
            "{ each = '//r', at = '/r/n', equals = 'a' }",
            list,
            Err(("in each `//r`: `/r/n` is `a`", "`b`, in number 2")),
        );
        check(
            "{ each = '//x', at = '/x', count = 1 }",
            list,
            Err(("there is a `//x`", "nothing there, in an accepted request (200)")),
        );
        check("{ each = '//x', each_may_be_absent = true, at = '/x', count = 1 }", list, Ok(()));
    }

    #[test]
    fn what_is_no_expectation_is_told_what_is() {
        for (text, fault) in [
            ("expect = ['acepted']", "`acepted` is no expectation; known are accepted, refused, "),
            ("expect = ['openapi:shapes']", "`openapi:shapes` is no expectation; known are "),
            ("expect = [{ equals = 'x' }]", "an expectation has no `at`; "),
            ("expect = [{ at = 'status' }]", "`status` is looked at but nothing is expected of it"),
            (
                "expect = [{ at = 'stat', equals = 200 }]",
                "`stat` is no query; start with `/` or `//`, or write one of header:NAME, ",
            ),
            ("expect = [{ at = 'status', equal = 200 }]", "`equal` is no predicate; known are equals, "),
            ("expect = [{ at = '/a', each = 'status', count = 1 }]", "`each` is a path"),
            ("expect = [1]", "an expectation is a word or a table, not `1`"),
        ] {
            let faults = read_toml(text).unwrap_err();
            assert!(faults[0].starts_with(fault), "{text}: {faults:?}");
        }
    }

    #[test]
    fn every_variable_is_found_wherever_it_stands() {
        let text = "expect = [{ each = \"//a[b='${one}']\", at = '//${two}', equals = '${three}', among_any = ['//c', \"//d[@e!='${four}']\"] }]";
        let mut found: Vec<String> = read_toml(text).unwrap().iter().flat_map(Expect::variables).collect();
        found.sort();
        found.dedup();
        assert_eq!(found, ["four", "one", "three", "two"]);
    }
}
