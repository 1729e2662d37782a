//! Predicates of instants and durations.

use super::word::{Found, Row, Word};
use crate::{
    decode::{time, xml::without_blanks},
    vocabulary::heard::shorten,
};

/// By how much instants may differ that two clocks, or one clock at two moments, had for the same.
const MINUTE_S: i64 = 60;

/// By how much a duration may differ from what lies between two instants, where parts of a second are cut off each.
const PART_S: u64 = 1;

pub(super) static ROWS: &[Row] = &[
    Row::Number(&Word {
        name: "near_now",
        holds_when: "it is an instant, at most that number of seconds before the request was sent or after it was answered",
        check: |found, seconds| {
            let holds = from_the_request(found, |after, took| after >= -seconds && after <= seconds + took);
            (holds, format!("is an instant at most {seconds} seconds from the request"))
        },
    }),
    Row::Number(&Word {
        name: "after",
        holds_when: "it is an instant, at least that number of seconds after the request was sent",
        check: |found, seconds| {
            let holds = from_the_request(found, |after, _| after >= *seconds);
            (holds, format!("is an instant at least {seconds} seconds after the request"))
        },
    }),
    Row::Number(&Word {
        name: "before",
        holds_when: "it is an instant, at most that number of seconds after the request was answered",
        check: |found, seconds| {
            let holds = from_the_request(found, |after, took| after <= seconds + took);
            (holds, format!("is an instant at most {seconds} seconds after the request"))
        },
    }),
    Row::Query(&Word {
        name: "instant_same_as",
        holds_when: "there are some, and they are the same instants as the query selects, whatever their notation",
        check: |found, other| {
            let same = instants(found.texts).is_some_and(|own| Some(own) == instants(&other.texts));
            let others = shorten(&other.texts.join(", "));
            (!found.texts.is_empty() && same, format!("is the same instant as `{}` ({others})", other.query))
        },
    }),
    Row::Query(&Word {
        name: "instant_near",
        holds_when: "there are some, and each is an instant at most a minute from the one that the query selects in its place",
        check: |found, other| {
            let (own, others) = (instants(found.texts).unwrap_or_default(), instants(&other.texts).unwrap_or_default());
            let near = |(own, other): (&i64, &i64)| (own - other).abs() <= MINUTE_S;
            let holds = !own.is_empty() && own.len() == others.len() && own.iter().zip(&others).all(near);
            (holds, format!("is within a minute of `{}` ({})", other.query, shorten(&other.texts.join(", "))))
        },
    }),
    Row::Query(&Word {
        name: "not_before",
        holds_when: "nothing was found, or each is an instant, at most a minute before the first that the query selects",
        check: |found, other| {
            let bound = instants(&other.texts).and_then(|bounds| bounds.first().copied());
            let holds = bound
                .zip(instants(found.texts))
                .is_some_and(|(bound, own)| own.iter().all(|own| *own >= bound - MINUTE_S));
            (holds, format!("is no more than a minute before `{}` ({})", other.query, shorten(&other.texts.join(", "))))
        },
    }),
    Row::Between(&Word {
        name: "difference_of",
        holds_when: "each is a duration, or seconds, and what lies between the instants of the two queries, or a second beside it",
        check: |found, (from, to)| {
            let (from, to) = (instants(&from.texts), instants(&to.texts));
            let between = |index: usize| Some(to.as_ref()?.get(index)? - from.as_ref()?.get(index)?);
            let near = |n: i64, index: usize| between(index).is_some_and(|between| n.abs_diff(between) <= PART_S);
            let right = |(index, text): (usize, &String)| amount(text).is_some_and(|n| near(n, index));
            let holds = found.texts.iter().enumerate().all(right);
            let seconds = between(0).map(|seconds| format!(" ({seconds} seconds)")).unwrap_or_default();
            (holds, format!("is what lies between{seconds}"))
        },
    }),
];

/// Whether each is an instant that stands in some relation to when the request was sent, in seconds after it, and to how long its answer took.
fn from_the_request(found: &Found<'_>, test: impl Fn(i64, i64) -> bool) -> bool {
    let (sent, took) = (found.sent_s(), found.took_s());
    found.each(|one| time::instant(without_blanks(one)).is_some_and(|instant| test(instant.saturating_sub(sent), took)))
}

fn instants(texts: &[String]) -> Option<Vec<i64>> {
    texts.iter().map(|text| time::instant(without_blanks(text))).collect()
}

/// Seconds of a duration, or a whole number.
fn amount(text: &str) -> Option<i64> {
    let text = without_blanks(text);
    time::duration(text).or_else(|| text.parse().ok())
}
