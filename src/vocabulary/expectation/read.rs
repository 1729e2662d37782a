//! Reads expectations.
//!
//! In: the words and tables of `expect`, `only_if` and `readings`. Out: [`Expect`] values, or what is wrong with each.

use regex::Regex;

use super::{Expect, Predicate, Query, SlipKind, Type};

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
            if each.as_ref().is_some_and(|path| !matches!(path, Query::Path(_))) {
                return Err("`each` is a path".to_owned());
            }
            let may_be_absent = table.get("each_may_be_absent").and_then(toml::Value::as_bool) == Some(true);
            let mut expects = Vec::new();
            for (key, value) in
                table.iter().filter(|(key, _)| !["at", "each", "each_may_be_absent"].contains(&key.as_str()))
            {
                let (at, predicate) = (query.clone(), predicate_of(key, value)?);
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
    Ok(match word {
        "accepted" => Expect::Accepted,
        "refused" => Expect::Refused,
        "answered" => Expect::Answered,
        "well-formed" => Expect::WellFormed,
        "xsd-compiles" => Expect::XsdCompiles,
        "openapi" => Expect::OpenApi(None),
        _ => match word.strip_prefix("schema:") {
            Some(name) => Expect::Schema(name.to_owned()),
            None if word.strip_prefix("openapi:").and_then(SlipKind::named).is_some() => {
                Expect::OpenApi(word.strip_prefix("openapi:").and_then(SlipKind::named))
            }
            None => {
                return Err(format!(
                    "`{word}` is no expectation; known are accepted, refused, answered, well-formed, xsd-compiles, schema:NAME, openapi, openapi:KIND"
                ));
            }
        },
    })
}

fn predicate_of(key: &str, value: &toml::Value) -> Result<Predicate, String> {
    Ok(match key {
        "equals" => Predicate::Equals(text_or_number(value)?),
        "not_equals" => Predicate::NotEquals(text(value)?.to_owned()),
        "one_of" => Predicate::OneOf(texts(value)?),
        "matches" => {
            let pattern = text(value)?;
            Predicate::Matches(Regex::new(&format!("^(?s:{pattern})$")).map_err(|e| e.to_string())?)
        }
        "contains" => Predicate::Contains(text(value)?.to_owned()),
        "not_contains" => Predicate::ContainsNot(text(value)?.to_owned()),
        "distinct" if value.as_bool() == Some(true) => Predicate::Distinct,
        "max_characters" => Predicate::MaxCharacters(size(value)?),
        "type" => {
            let name = text(value)?;
            Predicate::Is(Type::named(name).ok_or_else(|| format!("`{name}` is no type"))?)
        }
        "min" => Predicate::Min(number(value)?),
        "max" => Predicate::Max(number(value)?),
        "present" => Predicate::Present(value.as_bool().ok_or("`present` is true or false")?),
        "count" => Predicate::Count(size(value)?),
        "count_min" => Predicate::CountMin(size(value)?),
        "count_max" => Predicate::CountMax(size(value)?),
        "near_now" => Predicate::NearNow(number(value)?),
        "after" => Predicate::After(number(value)?),
        "before" => Predicate::Before(number(value)?),
        "same_as" => Predicate::SameAs(Query::parse(text(value)?)?),
        "difference_of" => match texts(value)?.as_slice() {
            [from, to] => Predicate::DifferenceOf(Query::parse(from)?, Query::parse(to)?),
            _ => return Err("`difference_of` has two queries: from and to".to_owned()),
        },
        "among" => Predicate::Among(vec![Query::parse(text(value)?)?]),
        "among_any" => {
            let queries = texts(value)?;
            Predicate::Among(queries.iter().map(|query| Query::parse(query)).collect::<Result<_, _>>()?)
        }
        "ascending" if value.as_bool() == Some(true) => Predicate::Ascending,
        "set_equals" => Predicate::SetEquals(text(value)?.to_owned()),
        "subset_of" => Predicate::SubsetOf(text(value)?.to_owned()),
        "superset_of" => Predicate::SupersetOf(text(value)?.to_owned()),
        "meets" => Predicate::Meets(text(value)?.to_owned()),
        "no_less_than" => Predicate::NoLessThan(Query::parse(text(value)?)?),
        "no_more_than" => Predicate::NoMoreThan(Query::parse(text(value)?)?),
        "at_least" => Predicate::AtLeast(text_or_number(value)?),
        "at_most" => Predicate::AtMost(text_or_number(value)?),
        "below" => Predicate::Below(text_or_number(value)?),
        "sum_of" => Predicate::SumOf(text(value)?.to_owned()),
        "average_of" => Predicate::AverageOf(text(value)?.to_owned()),
        "instant_same_as" => Predicate::SameInstant(Query::parse(text(value)?)?),
        other => return Err(format!("`{other}` is no predicate; see CONTRIBUTING.md for the list")),
    })
}

/// A number stands for its digits: `equals = 200` and `equals = "200"` are the same.
fn text_or_number(value: &toml::Value) -> Result<String, String> {
    value.as_integer().map_or_else(|| text(value).map(str::to_owned), |n| Ok(n.to_string()))
}

fn text(value: &toml::Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("`{value}` should be a text in quotes"))
}

fn texts(value: &toml::Value) -> Result<Vec<String>, String> {
    let list = value.as_array().ok_or_else(|| format!("`{value}` should be a list of texts"))?;
    list.iter().map(text_or_number).collect()
}

fn number(value: &toml::Value) -> Result<i64, String> {
    value.as_integer().ok_or_else(|| format!("`{value}` should be a whole number"))
}

fn size(value: &toml::Value) -> Result<usize, String> {
    number(value)?.try_into().map_err(|_| format!("`{value}` should not be negative"))
}
