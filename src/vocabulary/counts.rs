//! What queries work out of several texts or answers: sums, the busiest of some instants, what came within a second.
//!
//! In: texts that a path selected, or answers. Out: a text or a count. Nothing is looked up here.

use super::heard::Heard;

/// The sum of whole numbers; none where one is none.
pub(super) fn sum_of(texts: &[String]) -> Option<String> {
    let numbers: Option<Vec<i64>> = texts.iter().map(|text| text.trim().parse().ok()).collect();
    Some(numbers?.iter().fold(0_i64, |a, b| a.saturating_add(*b)).to_string())
}

/// The one of some instants after which most of others lie, before the next. The last two are left out: what follows them may be missing.
pub(super) fn busiest_of(texts: &[String], instants: &str) -> Option<String> {
    let seconds = |text: &str| text.trim().parse::<i64>().ok();
    let mut from: Vec<i64> = texts.iter().filter_map(|text| seconds(text)).collect();
    from.sort_unstable();
    from.dedup();
    let of: Vec<i64> = instants.split(',').filter_map(seconds).collect();
    let count = |start: i64, end: i64| of.iter().filter(|one| (start..end).contains(*one)).count();
    // Of equally busy ones it is the one in the middle of the day, so that it is seldom the first.
    let middle = from.len() / 2;
    let whole = from.windows(2).take(from.len().saturating_sub(2)).enumerate();
    let busiest = whole.max_by_key(|(at, pair)| (count(pair[0], pair[1]), std::cmp::Reverse(at.abs_diff(middle))))?;
    Some(busiest.1[0].to_string())
}

/// The most exchanges of a kind that were begun, and if need be done, within one second.
pub(super) fn in_a_second(fellows: &[&Heard<'_>], of_kind: impl Fn(&Heard<'_>) -> bool, done_too: bool) -> usize {
    let spans: Vec<(i64, i64)> = fellows
        .iter()
        .filter(|one| of_kind(one))
        .map(|one| {
            let took = if done_too { i64::try_from(one.exchange.took_ms).unwrap_or(i64::MAX) } else { 0 };
            (one.exchange.at_ms, one.exchange.at_ms.saturating_add(took))
        })
        .collect();
    let within =
        |from: i64| spans.iter().filter(|(sent, done)| *sent >= from && *done < from.saturating_add(1_000)).count();
    spans.iter().map(|(sent, _)| within(*sent)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_of_some_instants_has_most_of_others_after_it() {
        let from = ["0", "10", "20", "30", "40", "50"].map(str::to_owned);
        for (instants, expected) in
            [("12,13,25,45,46,47", "10"), ("5", "0"), ("", "30"), ("x,,3", "0"), ("45,46", "30")]
        {
            assert_eq!(busiest_of(&from, instants).as_deref(), Some(expected), "{instants}");
        }
        assert_eq!(busiest_of(&from[..2], "5"), None);
    }
}
