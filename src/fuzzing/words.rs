//! Laws of the readers of single words and texts: instants, queries, variables.
//!
//! In: any bytes. Out: whether they came as far as the innermost check, or a panic that names the law that does not hold.

use super::text;
use crate::{
    decode::time as instants,
    model::variables::{self as names, Variables},
    spec::Query,
};

/// Instants: the first ten bytes choose one and a notation, and it reads back; all bytes as a text are an instant in one notation
/// at most, and only in the documented shape.
pub fn time(data: &[u8]) -> bool {
    let number = |from: usize, count: usize| {
        data.iter().skip(from).take(count).rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let epoch = i64::try_from(number(0, 8) % (LAST_S - FIRST_S).unsigned_abs()).expect("a small remainder") + FIRST_S;
    let east_min = i64::try_from(number(8, 2) % (2 * EAST_MIN_MAX + 1)).expect("a small remainder") - 14 * 60;
    let sign = if east_min < 0 { '-' } else { '+' };
    let (hours, minutes) = (east_min.abs() / 60, east_min.abs() % 60);
    let (here, there) = (date_and_time(epoch), date_and_time(epoch + east_min * 60));
    for written in [
        format!("{here}Z"),
        format!("{here}.{}Z", number(8, 2)),
        format!("{there}{sign}{hours:02}:{minutes:02}"),
        format!("{there}{sign}{hours:02}{minutes:02}"),
        format!("{} UTC", here.replace('T', " ")),
        format!("{}{sign}{hours:02}:{minutes:02}", there.replace('T', " ").replace('-', "/")),
    ] {
        assert_eq!(instants::instant(&written), Some(epoch), "{written}");
    }
    assert_eq!(instants::date(epoch), here[..10], "another day");
    // Up to six digits of hours are read.
    let second = epoch.rem_euclid(86_400) + i64::try_from(number(8, 2) % 40_000).expect("two bytes") * 86_400;
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    assert_eq!(
        instants::duration(&format!("{hour:02}:{minute:02}:{:02}", second % 60)),
        Some(second),
        "another duration"
    );
    if (0..1_000_000_000_000).contains(&epoch) {
        assert_eq!(instants::instant(&epoch.to_string()), Some(epoch));
    }

    let Some(text) = text(data) else { return false };
    let (seconds, calendar) = (instants::epoch(text), instants::iso8601(text));
    let instant = instants::instant(text);
    assert!(
        seconds.or(calendar).is_none_or(|exact| instant == Some(exact)),
        "another instant than by its own notation"
    );
    assert!(instant.is_none() || !instants::lacks_a_zone(text), "an instant that lacks a zone");
    let written_anew = |epoch: &i64| instants::instant(&format!("{}Z", date_and_time(*epoch))) == Some(*epoch);
    assert!(instant.filter(|epoch| (FIRST_S..LAST_S).contains(epoch)).is_none_or(|epoch| written_anew(&epoch)));
    assert!(seconds.is_none() || calendar.is_none(), "both notations");
    assert!(calendar.is_none() || has_documented_shape(text), "an instant of no documented shape");
    assert!(instants::duration(text).is_none() || text.matches(':').count() == 2, "a duration of another shape");
    let within = calendar.filter(|epoch| (FIRST_S..LAST_S).contains(epoch));
    if let Some(epoch) = within {
        assert_eq!(
            instants::instant(&format!("{}Z", date_and_time(epoch))),
            Some(epoch),
            "the same instant, written by us"
        );
    }
    within.is_some()
}

/// The second day of year 0, so that an offset stays within the four digits of a year.
const FIRST_S: i64 = -62_167_132_800;

/// The last day of year 9999.
const LAST_S: i64 = 253_402_214_400;

/// The farthest offset from UTC.
const EAST_MIN_MAX: u64 = 14 * 60;

/// `YYYY-MM-DDThh:mm:ss` in UTC, counted year by year and month by month, unlike the reader.
fn date_and_time(epoch: i64) -> String {
    let (mut day, second) = (epoch.div_euclid(86_400) + 719_528, epoch.rem_euclid(86_400));
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = day / 146_097 * 400;
    day %= 146_097;
    while day >= 365 + i64::from(leap(year)) {
        day -= 365 + i64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    for days in [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{:02}", day + 1, second % 60)
}

/// Digits where `YYYY-MM-DDThh:mm:ss` has them, perhaps a fraction, then `Z` or an offset `±hh`, `±hhmm` or `±hh:mm`.
fn has_documented_shape(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let Some(rest) = shape.strip_prefix("0000-00-00T00:00:00") else { return false };
    let zone = rest.strip_prefix(".0").map_or(rest, |fraction| fraction.trim_start_matches('0'));
    ["Z", "+00", "-00", "+0000", "-0000", "+00:00", "-00:00"].contains(&zone)
}

/// Queries: what is read and written again is the same query.
pub fn query(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let Ok(query) = Query::parse(text) else { return false };
    assert_eq!(Query::parse(&query.to_string()), Ok(query.clone()), "`{query}` reads otherwise");
    true
}

/// Variables: lines `name=value` up to the first empty one, then a text. Without `${` it stays as it is, with every name standing
/// for itself too; every value that is known is put in, and the first name that is not known is named.
pub fn variables(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let (head, text) = text.split_once("\n\n").unwrap_or(("", text));
    let known: Variables =
        head.lines().filter_map(|line| line.split_once('=')).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let mentioned = names::names(text);
    if !text.contains("${") {
        assert_eq!(names::fill(text, &Variables::new()), Ok(text.to_owned()), "a text without variables changes");
    }
    let themselves: Variables = mentioned.iter().map(|name| (name.clone(), format!("${{{name}}}"))).collect();
    assert_eq!(names::fill(text, &themselves), Ok(text.to_owned()), "names that stand for themselves change the text");
    let unknown = mentioned.iter().find(|name| !known.contains_key(*name));
    match (names::fill(text, &known), unknown) {
        (Ok(filled), None) => {
            same_pieces(&filled, mentioned.iter().map(|name| known[name].as_str()));
            !mentioned.is_empty()
        }
        (Err(name), Some(unknown)) => {
            assert_eq!(name, *unknown, "not the first unknown name");
            false
        }
        (filled, unknown) => panic!("{filled:?} with {unknown:?} unknown"),
    }
}

fn same_pieces<'a>(filled: &str, mut values: impl Iterator<Item = &'a str>) {
    assert!(values.all(|value| filled.contains(value)), "a known value is missing in {filled:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writer_of_dates_knows_leap_years_and_the_days_before_1970() {
        for (epoch, text) in [
            (0, "1970-01-01T00:00:00"),
            (-1, "1969-12-31T23:59:59"),
            (951_782_400, "2000-02-29T00:00:00"),
            (4_107_542_399, "2100-02-28T23:59:59"),
            (FIRST_S, "0000-01-02T00:00:00"),
            (LAST_S, "9999-12-31T00:00:00"),
        ] {
            assert_eq!(date_and_time(epoch), text);
        }
    }
}
