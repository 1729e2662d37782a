//! Whether an expectation holds of an exchange.
//!
//! In: an expectation, the exchange (and, for a burst or a repetition, its fellows) and what the variables stand for.
//! Out: [`Holds`]. A predicate over nothing does not hold.

use crate::{
    decode::{time, xml, xsd},
    model::variables::{Variables, fill},
    spec::{Expect, Predicate, Query, Spec},
};

use super::{
    document, kinds,
    look::{look, nodes},
    pages,
    seen::{Kind, Seen, shorten},
    sets,
};

/// Whether an expectation holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Holds {
    /// It does.
    Yes,
    /// It does not: what was expected, and what came.
    No(String, String),
    /// It cannot be told, and why.
    Untold(String),
}

/// Whether all expectations hold; the first that does not is told.
pub(super) fn all(
    spec: &Spec,
    expects: &[Expect],
    seen: &Seen<'_>,
    fellows: &[Seen<'_>],
    variables: &Variables,
) -> Holds {
    for expect in expects {
        match holds(spec, expect, seen, fellows, variables) {
            Holds::Yes => {}
            other => return other,
        }
    }
    Holds::Yes
}

fn holds(spec: &Spec, expect: &Expect, seen: &Seen<'_>, fellows: &[Seen<'_>], variables: &Variables) -> Holds {
    let yes_or = |ok: bool, expected: &str| if ok { Holds::Yes } else { Holds::No(expected.to_owned(), seen.says()) };
    match expect {
        Expect::Accepted => yes_or(seen.accepted(), "the request is accepted"),
        Expect::Refused => yes_or(seen.kind == Kind::Refused, "the request is refused"),
        Expect::Answered => yes_or(seen.answer().is_some(), "an HTTP answer"),
        Expect::WellFormed => match seen.answer() {
            Some(answer) => match well_formed(&answer.body) {
                Ok(()) => Holds::Yes,
                Err(fault) => Holds::No("the body is well-formed XML".to_owned(), fault),
            },
            None => Holds::No("the body is well-formed XML".to_owned(), seen.says()),
        },
        Expect::Schema(name) => json_schema(spec, name, seen),
        Expect::XsdCompiles => match seen.answer() {
            Some(answer) => match xsd::compiles(&answer.body) {
                xsd::Compiled::Yes => Holds::Yes,
                xsd::Compiled::No(fault) => Holds::No("the body is an XML schema that compiles".to_owned(), fault),
                xsd::Compiled::Refers => {
                    Holds::Untold("the schema refers to another document, and none is ever fetched".to_owned())
                }
            },
            None => Holds::No("the body is an XML schema that compiles".to_owned(), seen.says()),
        },
        Expect::OpenApi(kind) => document::holds(*kind, seen),
        Expect::Walk(walk) => pages::holds(walk, fellows),
        Expect::At(query, predicate) => at(query, predicate, seen, fellows, variables),
        Expect::Each { path, may_be_absent, at: query, predicate } => {
            each(path, *may_be_absent, query, predicate, seen, variables)
        }
    }
}

/// In every node that the path selects, looked at as if it were the root of an answer.
fn each(
    path: &Query,
    may_be_absent: bool,
    query: &Query,
    predicate: &Predicate,
    seen: &Seen<'_>,
    variables: &Variables,
) -> Holds {
    let nodes = match seen.xml.as_deref().map(|root| nodes(path, root, variables)).transpose() {
        Ok(nodes) => nodes.unwrap_or_default(),
        Err(name) => return Holds::Untold(format!("`{name}` is not known")),
    };
    if nodes.is_empty() && !(may_be_absent && seen.accepted()) {
        return Holds::No(format!("there is a `{path}`"), got(&[], seen));
    }
    for (number, node) in nodes.into_iter().enumerate() {
        match at(query, predicate, &seen.part(node), &[], variables) {
            Holds::No(expected, got) => {
                return Holds::No(format!("in each `{path}`: {expected}"), format!("{got}, in number {}", number + 1));
            }
            Holds::Yes => {}
            other => return other,
        }
    }
    Holds::Yes
}

fn well_formed(body: &str) -> Result<(), String> {
    xml::read(body.trim_start_matches('\u{feff}')).map_err(|error| error.to_string())?;
    xsd::parses(body)
}

fn json_schema(spec: &Spec, name: &str, seen: &Seen<'_>) -> Holds {
    let expected = format!("a JSON body that fits the {name} schema");
    let Some(text) = spec.schemas.get(&format!("{name}.json")) else {
        return Holds::Untold(format!("there is no schema specs/schemas/{name}.json"));
    };
    let Some(json) = &seen.json else { return Holds::No(expected, seen.says()) };
    let schema = serde_json::from_str(text)
        .ok()
        .and_then(|schema| jsonschema::options().should_validate_formats(true).build(&schema).ok());
    let Some(validator) = schema else { return Holds::Untold(format!("specs/schemas/{name}.json is no JSON Schema")) };
    match validator.iter_errors(json).next() {
        None => Holds::Yes,
        Some(error) => Holds::No(expected, shorten(&format!("{error} (at `{}`)", error.instance_path()))),
    }
}

fn at(query: &Query, predicate: &Predicate, seen: &Seen<'_>, fellows: &[Seen<'_>], variables: &Variables) -> Holds {
    let found = match query {
        Query::BurstRefused | Query::RepeatRefused => {
            vec![fellows.iter().filter(|fellow| fellow.kind == Kind::Refused).count().to_string()]
        }
        Query::BurstAcceptedInASecond => vec![in_a_second(fellows, |seen| seen.accepted(), true).to_string()],
        Query::BurstAnsweredInASecond => vec![in_a_second(fellows, |seen| seen.answer().is_some(), true).to_string()],
        Query::BurstSentInASecond => vec![in_a_second(fellows, |_| true, false).to_string()],
        _ => match look(query, seen, variables) {
            Ok(found) => found,
            Err(name) => return Holds::Untold(format!("`{name}` is not known")),
        },
    };
    match holds_of(predicate, &found, seen, variables) {
        Ok(None) => Holds::Yes,
        Ok(Some(expected)) => Holds::No(format!("`{query}` {expected}"), got(&found, seen)),
        Err(name) => Holds::Untold(format!("`{name}` is not known")),
    }
}

fn got(found: &[String], seen: &Seen<'_>) -> String {
    match found {
        [] if seen.answer().is_some() => format!("nothing there, in {}", seen.says()),
        [] => seen.says(),
        [one] => format!("`{}`", shorten(one)),
        many => format!("{} values: {}", many.len(), shorten(&many.join(", "))),
    }
}

/// None when the predicate holds, else what was expected; an unknown variable is the error.
fn holds_of(
    predicate: &Predicate,
    found: &[String],
    seen: &Seen<'_>,
    variables: &Variables,
) -> Result<Option<String>, String> {
    let each = |test: &dyn Fn(&str) -> bool| !found.is_empty() && found.iter().all(|text| test(text));
    let number = |text: &str| text.trim().parse::<i64>().ok();
    let (holds, expected) = match predicate {
        Predicate::Equals(text) => {
            let text = fill(text, variables)?;
            (each(&|found| found == text), format!("is `{}`", shorten(&text)))
        }
        Predicate::NotEquals(text) => {
            let text = fill(text, variables)?;
            (each(&|found| found != text), format!("is not `{}`", shorten(&text)))
        }
        Predicate::OneOf(texts) => {
            let texts: Vec<String> = texts.iter().map(|text| fill(text, variables)).collect::<Result<_, _>>()?;
            (each(&|found| texts.iter().any(|text| text == found)), format!("is one of {}", texts.join(", ")))
        }
        Predicate::Matches(pattern) => {
            (each(&|found| pattern.is_match(found)), format!("matches {}", pattern.as_str()))
        }
        Predicate::Contains(text) => {
            let text = fill(text, variables)?;
            (each(&|found| found.contains(&text)), format!("has `{}` in it", shorten(&text)))
        }
        Predicate::ContainsNot(text) => {
            let text = fill(text, variables)?;
            (each(&|found| !found.contains(&text)), format!("does not have `{}` in it", shorten(&text)))
        }
        Predicate::Distinct => {
            let distinct: std::collections::BTreeSet<&String> = found.iter().collect();
            (!found.is_empty() && distinct.len() == found.len(), "has no value twice".to_owned())
        }
        Predicate::Is(kind) => (each(&|found| kinds::is(*kind, found)), format!("is {}", kind.says())),
        Predicate::Min(least) => {
            (each(&|found| number(found).is_some_and(|n| n >= *least)), format!("is at least {least}"))
        }
        Predicate::Max(most) => {
            (each(&|found| number(found).is_some_and(|n| n <= *most)), format!("is at most {most}"))
        }
        Predicate::MaxCharacters(most) => {
            (each(&|found| found.chars().count() <= *most), format!("has at most {most} characters"))
        }
        Predicate::Present(true) => (!found.is_empty(), "is there".to_owned()),
        Predicate::Present(false) => (found.is_empty() && seen.answer().is_some(), "is not there".to_owned()),
        Predicate::Count(n) => (found.len() == *n && seen.answer().is_some(), format!("is there {n} times")),
        Predicate::CountMin(n) => {
            (found.len() >= *n && seen.answer().is_some(), format!("is there at least {n} times"))
        }
        Predicate::CountMax(n) => (found.len() <= *n && seen.answer().is_some(), format!("is there at most {n} times")),
        Predicate::NearNow(seconds) => {
            let sent = seen.exchange.at_ms / 1_000;
            let near = |text: &str| time::instant(text).is_some_and(|instant| (instant - sent).abs() <= *seconds);
            (each(&near), format!("is an instant at most {seconds} seconds from the request"))
        }
        Predicate::After(seconds) => {
            let sent = seen.exchange.at_ms / 1_000;
            let late = |text: &str| time::instant(text).is_some_and(|instant| instant - sent >= *seconds);
            (each(&late), format!("is an instant at least {seconds} seconds after the request"))
        }
        Predicate::Before(seconds) => {
            let sent = seen.exchange.at_ms / 1_000;
            let early = |text: &str| time::instant(text).is_some_and(|instant| instant - sent <= *seconds);
            (each(&early), format!("is an instant at most {seconds} seconds after the request"))
        }
        Predicate::SameAs(other) => {
            let texts = look(other, seen, variables)?;
            (!found.is_empty() && *found == texts, format!("is the same as `{other}` ({})", shorten(&texts.join(", "))))
        }
        Predicate::DifferenceOf(from, to) => {
            let instants =
                |texts: Vec<String>| texts.iter().map(|text| time::instant(text)).collect::<Option<Vec<_>>>();
            let (from, to) = (instants(look(from, seen, variables)?), instants(look(to, seen, variables)?));
            let between = |index: usize| Some(to.as_ref()?.get(index)? - from.as_ref()?.get(index)?);
            let right = |(index, text): (usize, &String)| sets::amount(text).is_some_and(|n| between(index) == Some(n));
            (found.iter().enumerate().all(right), format!("is what lies between ({:?} seconds)", between(0)))
        }
        Predicate::Among(others) => {
            let mut texts = Vec::new();
            for other in others {
                texts.extend(look(other, seen, variables)?);
            }
            let among = found.iter().all(|text| texts.contains(text));
            let names: Vec<String> = others.iter().map(|other| format!("`{other}`")).collect();
            (among, format!("is among {} ({})", names.join(" or "), shorten(&texts.join(", "))))
        }
        Predicate::Ascending => (sets::ascending(found), "is in the order of time".to_owned()),
        Predicate::NoLessThan(other) | Predicate::NoMoreThan(other) => {
            let bounds = look(other, seen, variables)?;
            let bound = bounds.first().map_or("", String::as_str);
            (sets::holds(predicate, found, bound), format!("{} `{other}` ({bound})", sets::says(predicate)))
        }
        Predicate::SetEquals(text)
        | Predicate::SubsetOf(text)
        | Predicate::SupersetOf(text)
        | Predicate::Meets(text)
        | Predicate::AtLeast(text)
        | Predicate::AtMost(text)
        | Predicate::Below(text)
        | Predicate::SumOf(text)
        | Predicate::AverageOf(text) => {
            let text = fill(text, variables)?;
            let answered = seen.answer().is_some();
            (answered && sets::holds(predicate, found, &text), format!("{} {}", sets::says(predicate), shorten(&text)))
        }
        Predicate::SameInstant(other) => {
            let texts = look(other, seen, variables)?;
            let instants = |texts: &[String]| texts.iter().map(|text| time::instant(text)).collect::<Option<Vec<_>>>();
            let same = instants(found).is_some_and(|own| Some(own) == instants(&texts));
            (!found.is_empty() && same, format!("is the same instant as `{other}` ({})", shorten(&texts.join(", "))))
        }
    };
    Ok((!holds).then_some(expected))
}

/// The most exchanges of a kind that were begun, and if need be done, within one second.
fn in_a_second(fellows: &[Seen<'_>], of_kind: impl Fn(&Seen<'_>) -> bool, done_too: bool) -> usize {
    let spans: Vec<(i64, i64)> = fellows
        .iter()
        .filter(|seen| of_kind(seen))
        .map(|seen| {
            let took = if done_too { i64::try_from(seen.exchange.took_ms).unwrap_or(i64::MAX) } else { 0 };
            (seen.exchange.at_ms, seen.exchange.at_ms.saturating_add(took))
        })
        .collect();
    let within =
        |from: i64| spans.iter().filter(|(sent, done)| *sent >= from && *done < from.saturating_add(1_000)).count();
    spans.iter().map(|(sent, _)| within(*sent)).max().unwrap_or(0)
}
