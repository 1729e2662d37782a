//! Predicates of numbers, and of instants and durations as numbers of seconds.

use super::word::{Checked, Found, Row, Selected, Word};
use crate::{
    decode::{time, xml::without_blanks},
    vocabulary::heard::shorten,
};

/// It is a number, at least this.
pub static MIN: Word<i64> = Word {
    name: "min",
    holds_when: "it is a whole number, at least that",
    check: |found, least| (found.each(|one| whole(one).is_some_and(|n| n >= *least)), format!("is at least {least}")),
};

/// It is a number, at most this.
pub static MAX: Word<i64> = Word {
    name: "max",
    holds_when: "it is a whole number, at most that",
    check: |found, most| (found.each(|one| whole(one).is_some_and(|n| n <= *most)), format!("is at most {most}")),
};

pub(super) static WHOLE: &[Row] = &[Row::Number(&MIN), Row::Number(&MAX)];

/// What compares instants, too.
pub(super) static ROWS: &[Row] = &[
    Row::Text(&Word {
        name: "at_least",
        holds_when: "nothing was found, or it is a number, a duration or an instant, at least that",
        check: |found, bound| within(found, bound, "is at least", |own, bound| own >= bound),
    }),
    Row::Text(&Word {
        name: "at_most",
        holds_when: "nothing was found, or it is a number, a duration or an instant, at most that",
        check: |found, bound| within(found, bound, "is at most", |own, bound| own <= bound),
    }),
    Row::Text(&Word {
        name: "below",
        holds_when: "nothing was found, or it is a number, a duration or an instant below that",
        check: |found, bound| within(found, bound, "is below", |own, bound| own < bound),
    }),
    Row::Query(&Word {
        name: "no_less_than",
        holds_when: "nothing was found, or it is a number, a duration or an instant, at least the first that the query selects",
        check: |found, other| beside(found, other, "is at least", |own, bound| own >= bound),
    }),
    Row::Query(&Word {
        name: "no_more_than",
        holds_when: "nothing was found, or it is a number, a duration or an instant, at most the first that the query selects",
        check: |found, other| beside(found, other, "is at most", |own, bound| own <= bound),
    }),
    Row::Query(&Word {
        name: "more_than",
        holds_when: "nothing was found, or it is a number, a duration or an instant, above the first that the query selects",
        check: |found, other| beside(found, other, "is above", |own, bound| own > bound),
    }),
    Row::Mark(&Word {
        name: "ascending",
        holds_when: "they are numbers or instants, none before the one that it follows",
        check: |found, ()| {
            let numbers: Option<Vec<f64>> = found.texts.iter().map(|text| number(text)).collect();
            let holds = numbers.is_some_and(|numbers| numbers.windows(2).all(|pair| pair[0] <= pair[1]));
            (holds, "is in the order of time".to_owned())
        },
    }),
    Row::Text(&Word {
        name: "sum_of",
        holds_when: "nothing was found, or it is the sum of the numbers or durations of a text with commas",
        check: |found, text| {
            let sum = numbers(text).map(|numbers| numbers.iter().sum());
            (found.answered() && near(found, sum, 0.001), format!("is the sum of {}", shorten(text)))
        },
    }),
    Row::Text(&Word {
        name: "average_of",
        holds_when: "nothing was found, or it is their average, give or take 1",
        check: |found, text| {
            #[expect(clippy::cast_precision_loss, reason = "a list of an answer has few items")]
            let average = numbers(text).map(|numbers| numbers.iter().sum::<f64>() / numbers.len().max(1) as f64);
            (found.answered() && near(found, average, 1.0), format!("is the average of {}", shorten(text)))
        },
    }),
    Row::Text(&Word {
        name: "quotient_of",
        holds_when: "nothing was found, or it is the first of two numbers with a comma divided by the second, rounded to the digits that it has",
        check: |found, text| {
            let quotient = match numbers(text).as_deref() {
                Some([whole, parts]) if *parts > 0.0 => Some(whole / parts),
                _ => None,
            };
            (found.answered() && rounded(found, quotient), format!("is the quotient of {}", shorten(text)))
        },
    }),
];

fn within(found: &Found<'_>, bound: &str, expected: &str, test: fn(f64, f64) -> bool) -> Checked {
    (found.answered() && all(found, bound, test), format!("{expected} {}", shorten(bound)))
}

fn beside(found: &Found<'_>, other: &Selected, expected: &str, test: fn(f64, f64) -> bool) -> Checked {
    let bound = other.texts.first().map_or("", String::as_str);
    (all(found, bound, test), format!("{expected} `{}` ({bound})", other.query))
}

fn all(found: &Found<'_>, bound: &str, test: fn(f64, f64) -> bool) -> bool {
    let Some(bound) = number(bound) else { return false };
    found.texts.iter().all(|text| number(text).is_some_and(|own| test(own, bound)))
}

fn near(found: &Found<'_>, expected: Option<f64>, slack: f64) -> bool {
    let Some(expected) = expected else { return false };
    found.texts.iter().all(|text| number(text).is_some_and(|own| (own - expected).abs() <= slack))
}

/// Whether each is a number, rounded to the digits that it has.
fn rounded(found: &Found<'_>, exact: Option<f64>) -> bool {
    let Some(exact) = exact else { return false };
    found.texts.iter().all(|text| {
        let digits = without_blanks(text).split_once('.').map_or(0, |(_, digits)| digits.len());
        let half = 0.5 * 0.1_f64.powi(i32::try_from(digits.min(9)).unwrap_or(9));
        number(text).is_some_and(|own| (own - exact).abs() <= half + 1e-9)
    })
}

fn whole(text: &str) -> Option<i64> {
    without_blanks(text).parse().ok()
}

/// Seconds of an instant or a duration, or a number with its fraction.
fn number(text: &str) -> Option<f64> {
    let text = without_blanks(text);
    let whole = time::calendar(text).or_else(|| time::duration(text));
    #[expect(clippy::cast_precision_loss, reason = "seconds of a calendar and of sessions are far below 2^53")]
    whole.map(|whole| whole as f64).or_else(|| text.parse().ok().filter(|number: &f64| number.is_finite()))
}

/// The numbers of a text with commas; none where an item is no number.
fn numbers(text: &str) -> Option<Vec<f64>> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(number).collect()
}
