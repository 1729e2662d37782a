//! Predicates that compare what is found with texts that other answers gave: lists of items, sums, bounds.
//!
//! In: the predicate, what was found, and a text with its variables filled in. Out: whether it holds. Items have commas between
//! them; order and repeats do not matter. Nothing found holds, unless items were asked for.

use std::collections::BTreeSet;

use crate::{decode::time, spec::Predicate};

/// Seconds of a duration, or a whole number.
pub(super) fn amount(text: &str) -> Option<i64> {
    let text = text.trim();
    time::duration(text).or_else(|| text.parse().ok())
}

/// Seconds of an instant or a duration, or a number with its fraction.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let whole = time::iso8601(text).or_else(|| time::duration(text));
    #[expect(clippy::cast_precision_loss, reason = "seconds of a calendar and of sessions are far below 2^53")]
    whole.map(|whole| whole as f64).or_else(|| text.parse().ok().filter(|number: &f64| number.is_finite()))
}

fn items(text: &str) -> BTreeSet<&str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect()
}

/// Whether the predicate holds of what was found.
pub(super) fn holds(predicate: &Predicate, found: &[String], text: &str) -> bool {
    let own: BTreeSet<&str> = found.iter().flat_map(|text| items(text)).collect();
    let each = |test: &dyn Fn(f64, f64) -> bool| {
        let Some(bound) = number(text) else { return false };
        found.iter().all(|text| number(text).is_some_and(|own| test(own, bound)))
    };
    match predicate {
        Predicate::SetEquals(_) => own == items(text),
        Predicate::SubsetOf(_) => own.is_subset(&items(text)),
        Predicate::SupersetOf(_) => own.is_superset(&items(text)),
        Predicate::Meets(_) => !own.is_disjoint(&items(text)),
        Predicate::AtLeast(_) | Predicate::NoLessThan(_) => each(&|own, bound| own >= bound),
        Predicate::AtMost(_) | Predicate::NoMoreThan(_) => each(&|own, bound| own <= bound),
        Predicate::Below(_) => each(&|own, bound| own < bound),
        Predicate::SumOf(_) | Predicate::AverageOf(_) => {
            let all: Vec<&str> = text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
            let Some(numbers) = all.iter().map(|item| number(item)).collect::<Option<Vec<f64>>>() else { return false };
            let sum: f64 = numbers.iter().sum();
            #[expect(clippy::cast_precision_loss, reason = "a list of an answer has few items")]
            let expected = match predicate {
                Predicate::AverageOf(_) if !numbers.is_empty() => sum / numbers.len() as f64,
                _ => sum,
            };
            let slack = if matches!(predicate, Predicate::AverageOf(_)) { 1.0 } else { 0.001 };
            found.iter().all(|text| number(text).is_some_and(|own| (own - expected).abs() <= slack))
        }
        _ => false,
    }
}

/// Whether numbers or instants never go down.
pub(super) fn ascending(found: &[String]) -> bool {
    let numbers: Option<Vec<f64>> = found.iter().map(|text| number(text)).collect();
    numbers.is_some_and(|numbers| numbers.windows(2).all(|pair| pair[0] <= pair[1]))
}

/// What the predicate expects, before the text.
pub(super) fn says(predicate: &Predicate) -> &'static str {
    match predicate {
        Predicate::SetEquals(_) => "holds exactly the items",
        Predicate::SubsetOf(_) => "holds no other items than",
        Predicate::SupersetOf(_) => "holds all of the items",
        Predicate::Meets(_) => "holds at least one of the items",
        Predicate::AtLeast(_) | Predicate::NoLessThan(_) => "is at least",
        Predicate::AtMost(_) | Predicate::NoMoreThan(_) => "is at most",
        Predicate::Below(_) => "is below",
        Predicate::SumOf(_) => "is the sum of",
        Predicate::AverageOf(_) => "is the average of",
        _ => "holds",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(predicate: fn(String) -> Predicate, found: &[&str], text: &str, expected: bool) {
        let found: Vec<String> = found.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(holds(&predicate(String::new()), &found, text), expected, "{found:?} {text}");
    }

    #[test]
    fn items_are_compared_as_sets() {
        check(Predicate::SetEquals, &["b", "a"], "a,b,,a", true);
        check(Predicate::SetEquals, &["b,a"], " a, b", true);
        check(Predicate::SetEquals, &["a"], "a,b", false);
        check(Predicate::SetEquals, &[], "", true);
        check(Predicate::SubsetOf, &["a"], "a,b", true);
        check(Predicate::SubsetOf, &["c"], "a,b", false);
        check(Predicate::SupersetOf, &["a", "b"], "a", true);
        check(Predicate::SupersetOf, &["a"], "a,b", false);
        check(Predicate::Meets, &["a", "c"], "a,b", true);
        check(Predicate::Meets, &["c"], "a,b", false);
        check(Predicate::Meets, &[], "a,b", false);
    }

    #[test]
    fn numbers_instants_and_durations_are_compared_by_value() {
        check(Predicate::AtLeast, &["1970-01-01T00:00:10+00:00", "11"], "10", true);
        check(Predicate::AtLeast, &["9"], "10", false);
        check(Predicate::AtMost, &["10"], "10", true);
        check(Predicate::Below, &["10"], "10", false);
        check(Predicate::Below, &["x"], "10", false);
        check(Predicate::SumOf, &["00:03:00"], "00:01:00,00:02:00", true);
        check(Predicate::AverageOf, &["00:01:30"], "00:01:00,00:02:00", true);
        check(Predicate::AverageOf, &["00:01:33"], "00:01:00,00:02:00", false);
    }
}
