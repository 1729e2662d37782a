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
/// Where a number stands behind the others, and a semicolon before it, it is as many of them as lie before any.
pub(super) fn busiest_of(texts: &[String], instants: &str) -> Option<String> {
    if let Some((instants, most)) = instants.split_once(';') {
        return Some(active_of(texts, instants, most.trim().parse().ok()?));
    }
    let from = sorted(texts.iter().map(String::as_str));
    let of: Vec<i64> = instants.split(',').filter_map(|text| text.trim().parse().ok()).collect();
    let count = |start: i64, end: i64| of.iter().filter(|one| (start..end).contains(*one)).count();
    // Of equally busy ones it is the one in the middle of the day, so that it is seldom the first.
    let middle = from.len() / 2;
    let whole = from.windows(2).take(from.len().saturating_sub(2)).enumerate();
    let busiest = whole.max_by_key(|(at, pair)| (count(pair[0], pair[1]), std::cmp::Reverse(at.abs_diff(middle))))?;
    Some(busiest.1[0].to_string())
}

/// Those of some instants after which any of others lie, before the next, in the order of time and with commas between them; the busiest of
/// them where they are more than that many. The last one is left out: what follows it may be missing.
fn active_of(texts: &[String], instants: &str, most: usize) -> String {
    let (from, of) = (sorted(texts.iter().map(String::as_str)), sorted(instants.split(',')));
    let count = |pair: &[i64]| of.iter().filter(|one| (pair[0]..pair[1]).contains(*one)).count();
    let mut active: Vec<(usize, i64)> =
        from.windows(2).map(|pair| (count(pair), pair[0])).filter(|(n, _)| *n > 0).collect();
    active.sort_unstable_by_key(|(n, at)| (std::cmp::Reverse(*n), *at));
    active.truncate(most);
    let mut active: Vec<i64> = active.into_iter().map(|(_, at)| at).collect();
    active.sort_unstable();
    active.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

/// Whole numbers of texts, in order, each once.
fn sorted<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<i64> {
    let mut all: Vec<i64> = texts.filter_map(|text| text.trim().parse().ok()).collect();
    all.sort_unstable();
    all.dedup();
    all
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

    #[test]
    fn the_active_of_some_instants_have_any_of_others_after_them() {
        let from = ["20", "0", "10", "30", "40"].map(str::to_owned);
        for (instants, expected) in [("12,13,25,45,46", "10,20"), ("5", "0"), ("", ""), ("x,,3,39", "0,30"), ("45", "")]
        {
            assert_eq!(busiest_of(&from, &format!("{instants}; 12")).as_deref(), Some(expected), "{instants}");
        }
        let many: Vec<String> = (0..40).map(|n| (10 * n).to_string()).collect();
        let busy: Vec<String> = (0..40).map(|n| format!("{0},{1}", 10 * n, 10 * n + n % 3)).collect();
        assert_eq!(active_of(&many, &busy.join(","), 12).split(',').count(), 12);
    }
}
