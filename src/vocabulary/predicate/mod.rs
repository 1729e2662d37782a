//! Predicates: what holds of the texts that a query selects.
//!
//! In: a word and its argument, as they stand in a table of the spec data. Out: a [`Predicate`]. Each word is a row in the table of one
//! of the files here: its name, when it holds, what it takes, and the check itself. Nothing else has to know of it.

mod count;
mod number;
mod pattern;
mod set;
mod text;
mod time;
mod word;

pub use count::PRESENT;
pub use number::{MAX, MIN};
pub use set::SUPERSET_OF;
pub use text::{CONTAINS, EQUALS, IS, MATCHES, NOT_EQUALS, ONE_OF};
pub use word::{Predicate, Word};

use super::context::Context;
use crate::decode::{time as instants, xml::without_blanks};
use word::Row;

/// Every predicate, by what it is about.
static TABLES: [&[Row]; 6] = [text::ROWS, count::ROWS, number::WHOLE, number::ROWS, time::ROWS, set::ROWS];

fn rows() -> impl Iterator<Item = &'static Row> {
    TABLES.iter().copied().flatten()
}

/// Reads a word and its argument.
///
/// # Errors
/// What is wrong with them.
pub(super) fn parse(name: &str, argument: &toml::Value) -> Result<Predicate, String> {
    let Some(row) = rows().find(|row| row.name() == name) else {
        let known: Vec<&str> = rows().map(Row::name).collect();
        return Err(format!("`{name}` is no predicate; known are {}", known.join(", ")));
    };
    row.with(argument)
}

/// A text that is a date and time without a zone, where the predicate compares instants: whether it holds is not known then.
pub(super) fn lacks_a_zone(predicate: &Predicate, found: &[String], context: &Context<'_>) -> Option<String> {
    let (name, others) = predicate.compared(context)?;
    if ![number::ROWS, time::ROWS].into_iter().flatten().any(|row| row.name() == name) {
        return None;
    }
    let lacks = |text: &&String| instants::lacks_a_zone(without_blanks(text));
    found.iter().chain(&others).find(lacks).cloned()
}

/// Name, argument and meaning of every predicate.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    rows().map(|row| (row.name(), row.takes(), row.holds_when()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{heard::Heard, schemas::NONE, testing};

    #[track_caller]
    fn check(name: &str, argument: impl Into<toml::Value>, found: &[&str], expected: bool) {
        let found: Vec<String> = found.iter().map(|text| (*text).to_owned()).collect();
        let predicate = parse(name, &argument.into()).unwrap();
        let (heard, variables) = (testing::heard(), testing::variables());
        let heard: &Heard<'_> = &heard;
        let (holds, _) = predicate.check(&found, &Context::of(heard, &variables, &NONE)).unwrap();
        assert_eq!(holds, expected, "{predicate}: {found:?}");
    }

    #[test]
    fn items_are_compared_as_sets() {
        check("set_equals", "a,b,,a", &["b", "a"], true);
        check("set_equals", " a, b", &["b,a"], true);
        check("set_equals", "a,b", &["a"], false);
        check("set_equals", "", &[], true);
        check("subset_of", "a,b", &["a"], true);
        check("subset_of", "a,b", &["c"], false);
        check("superset_of", "a", &["a", "b"], true);
        check("superset_of", "a,b", &["a"], false);
        check("meets", "a,b", &["a", "c"], true);
        check("meets", "a,b", &["c"], false);
        check("meets", "a,b", &[], false);
    }

    #[test]
    fn numbers_instants_and_durations_are_compared_by_value() {
        check("at_least", 10, &["1970-01-01T00:00:10+00:00", "11"], true);
        check("at_least", "10", &["9"], false);
        check("at_most", "10", &["10"], true);
        check("below", "10", &["10"], false);
        check("below", "10", &["x"], false);
        check("sum_of", "00:01:00,00:02:00", &["00:03:00"], true);
        check("average_of", "00:01:00,00:02:00", &["00:01:30"], true);
        check("average_of", "00:01:00,00:02:00", &["00:01:33"], false);
        check("min", 2, &["2", " 3 "], true);
        check("max", 2, &["3"], false);
    }

    #[test]
    fn most_need_something_that_was_found() {
        for name in ["equals", "not_equals", "contains", "not_contains", "matches"] {
            check(name, "x", &[], false);
        }
        check("equals", 200, &["200"], true);
        check("equals", "${two}", &["2"], true);
        check("equals", "${two}", &["2", "3"], false);
        check("present", false, &[], true);
        check("count", 0, &[], true);
        check("distinct", true, &["a", "a"], false);
        check("near_now", 1, &["0"], true);
        check("after", 1, &["0"], false);
    }

    #[test]
    fn a_predicate_is_printed_as_it_is_written() {
        for (name, argument, printed) in [
            ("equals", toml::Value::from(200), "equals = \"200\""),
            ("matches", toml::Value::from("a+"), "matches = \"a+\""),
            ("one_of", toml::Value::from(vec!["a", "b"]), "one_of = [\"a\", \"b\"]"),
            ("count", toml::Value::from(2), "count = 2"),
            ("type", toml::Value::from("guid"), "type = \"guid\""),
            ("among", toml::Value::from("//a/@b"), "among = \"//a/@b\""),
            ("difference_of", toml::Value::from(vec!["//a", "//b"]), "difference_of = [\"//a\", \"//b\"]"),
            ("distinct", toml::Value::from(true), "distinct = true"),
        ] {
            assert_eq!(parse(name, &argument).unwrap().to_string(), printed);
        }
    }

    #[test]
    fn a_word_that_is_not_known_is_told_those_that_are() {
        let fault = parse("equal", &toml::Value::from("x")).unwrap_err();
        assert!(fault.starts_with("`equal` is no predicate; known are equals, "), "{fault}");
        for (name, argument) in
            [("equals", toml::Value::from(true)), ("distinct", false.into()), ("count", (-1).into())]
        {
            assert!(parse(name, &argument).is_err(), "{name}");
        }
    }

    #[test]
    fn no_two_words_have_the_same_name() {
        let names: std::collections::BTreeSet<&str> = rows().map(Row::name).collect();
        assert_eq!(names.len(), rows().count());
    }
}
