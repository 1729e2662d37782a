//! Instants as targets write them: ISO 8601 with a zone, seconds since the UNIX epoch, and notations of other habits.
//!
//! In: a text. Out: seconds since the epoch, or whether it is a date and time at all. No clock is read.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// An instant in any notation that has a zone, or is a count of seconds or milliseconds.
#[must_use]
pub fn instant(text: &str) -> Option<i64> {
    epoch(text).or_else(|| milliseconds(text)).or_else(|| calendar(text))
}

/// An instant by the calendar, in any notation that has a zone.
#[must_use]
pub fn calendar(text: &str) -> Option<i64> {
    iso8601(text).or_else(|| zoned(text))
}

/// Whether a text is a date and time that does not say its zone, or not so that it can be understood.
#[must_use]
pub fn lacks_a_zone(text: &str) -> bool {
    text.len() <= NOTATION_MAX && instant(text).is_none() && NOTATIONS.iter().flatten().any(|one| one.is_match(text))
}

/// The longest text that is held against the notations.
const NOTATION_MAX: usize = 64;

/// Notations of a date and time: the year first, the name of a month, and others, of which some do not say which number is the day. The
/// last is that of any language: words, a day, a month and a year, and a time whose parts stand behind a sign or a letter.
static NOTATIONS: LazyLock<[Option<Regex>; 5]> = LazyLock::new(|| {
    const TIME: &str =
        r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?P<half>\s*[ap]\.?m\.?)?";
    const ZONE: &str = r"\s*(?P<zone>Z|[a-z]{2,5}|[+-]\d{2}(?::?\d{2})?)?";
    const WORDS: &str = r"[\pL\pM.,'\s]*";
    const EAST: &str = r"\d{4}\s?[\pL.]\s?\d{1,2}\s?[\pL.]\s?\d{1,2}";
    const SECONDS: &str = r"(?:\s?[:.\pL]\pL*\s?(?:\d{2})?)";
    let notation = |pattern: String| Regex::new(&format!("^(?i:{pattern})$")).ok();
    let week = r"(?:[a-z]{2,9}\.?,?\s+)?";
    [
        notation(format!(r"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})[T,\s]+{TIME}{ZONE}")),
        notation(format!(
            r"{week}(?P<day>\d{{1,2}})[-\s](?P<month>[a-z]{{3,9}})\.?[-\s](?P<year>\d{{4}})[T,\s]+{TIME}{ZONE}"
        )),
        notation(format!(
            r"{week}(?:\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}|[a-z]{{3,9}}\.?\s+\d{{1,2}},?\s+\d{{4}})[T,\s]+{TIME}{ZONE}"
        )),
        notation(format!(
            r"(?:{week}[a-z]{{3,9}}\s+\d{{1,2}}\s+{TIME}\s+(?:[a-z]{{3,4}}\s+)?\d{{4}}|\d{{8}}T\d{{4}}(?:\d{{2}})?{ZONE})"
        )),
        notation(format!(
            r"(?:{WORDS}\d{{1,2}}{WORDS}\s\d{{4}}|{EAST}){WORDS}\d{{1,2}}(?:\s?[:.h時时点시]\s?|\s\pL+\s)\d{{2}}{SECONDS}?{WORDS}{ZONE}"
        )),
    ]
});

/// The year first or the name of a month, with a zone that is an offset or that of Greenwich.
fn zoned(text: &str) -> Option<i64> {
    if text.len() > NOTATION_MAX {
        return None;
    }
    let parts = NOTATIONS[..2].iter().flatten().find_map(|one| one.captures(text))?;
    let part = |name: &str| parts.name(name).map(|found| found.as_str());
    let zone = match part("zone")?.to_ascii_uppercase().as_str() {
        "Z" | "UTC" | "GMT" | "UT" => "Z".to_owned(),
        offset => offset.to_owned(),
    };
    let hour: u32 = part("hour")?.parse().ok()?;
    let hour = match part("half").map(|half| half.trim().to_ascii_lowercase()) {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) => hour % 12 + if half.starts_with('p') { 12 } else { 0 },
    };
    let second = part("second").unwrap_or("00");
    let day = format!("{:02}", part("day")?.parse::<u32>().ok()?);
    iso8601(&format!("{}-{}-{day}T{hour:02}:{}:{second}{zone}", part("year")?, month(&parts)?, part("minute")?))
}

/// The number of a month, from its number or its English name.
fn month(parts: &Captures<'_>) -> Option<String> {
    const NAMES: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
    let month = parts.name("month")?.as_str().to_ascii_lowercase();
    let number = match month.parse::<usize>() {
        Ok(number) => number,
        Err(_) => NAMES.find(month.get(..3)?).filter(|at| at % 3 == 0)? / 3 + 1,
    };
    Some(format!("{number:02}"))
}

/// Milliseconds since the UNIX epoch, in seconds: thirteen decimal digits.
fn milliseconds(text: &str) -> Option<i64> {
    let digits = text.len() == 13 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse::<i64>().ok()).flatten().map(|ms| ms / 1_000)
}

/// Seconds since the UNIX epoch: decimal digits, at most twelve.
#[must_use]
pub fn epoch(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Hours, minutes and seconds, `HH:MM:SS` with two or more digits of hours; in seconds.
#[must_use]
pub fn duration(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split(':').collect();
    let [hours, minutes, seconds] = parts.as_slice() else { return None };
    let number = |part: &str, most: usize| {
        let digits = (2..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<i64>().ok()).flatten()
    };
    let (hours, minutes, seconds) = (number(hours, 6)?, number(minutes, 2)?, number(seconds, 2)?);
    (minutes < 60 && seconds < 60).then_some(hours * 3_600 + minutes * 60 + seconds)
}

/// The day of an instant in UTC, `YYYY-MM-DD`.
#[must_use]
pub fn date(epoch_s: i64) -> String {
    // Days to a date in the proleptic Gregorian calendar, with years that begin in March.
    let days = epoch_s.div_euclid(86_400) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// An instant in UTC, `YYYY-MM-DDThh:mm:ssZ`.
#[must_use]
pub fn in_utc(epoch_s: i64) -> String {
    let of_day = epoch_s.rem_euclid(86_400);
    format!("{}T{:02}:{:02}:{:02}Z", date(epoch_s), of_day / 3_600, of_day / 60 % 60, of_day % 60)
}

/// A calendar date and time of day with `Z` or an offset, such as `2024-12-03T15:26:05+00:00`.
#[must_use]
pub fn iso8601(text: &str) -> Option<i64> {
    if !text.is_ascii() {
        return None;
    }
    let extended = basic(text);
    let text = extended.as_deref().unwrap_or(text);
    let bytes = text.as_bytes();
    if bytes.len() < 20 || bytes[4] != b'-' || bytes[7] != b'-' || bytes[10] != b'T' {
        return None;
    }
    if bytes[13] != b':' || bytes[16] != b':' {
        return None;
    }
    let part = |from: usize, to: usize| {
        let digits = &text[from..to];
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<i64>().ok()).flatten()
    };
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    let lengths = [
        31,
        if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let length = *lengths.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    if !(1..=length).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let rest = &text[19..];
    let rest = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            (digits > 0).then(|| &fraction[digits..])?
        }
        None => rest,
    };
    Some(days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset(rest)?)
}

/// The basic format, which has no signs between digits, in the extended one: `20241203T152605Z`.
fn basic(text: &str) -> Option<String> {
    let digits = |from: usize, to: usize| text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let (date, time) = (digits(0, 8)?, digits(9, 15).filter(|_| text.as_bytes()[8] == b'T')?);
    let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
    Some(format!("{year}-{month}-{day}T{}:{}:{}{}", &time[..2], &time[2..4], &time[4..], &text[15..]))
}

/// Seconds east of UTC.
fn offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let digits = match (rest.len(), rest.as_bytes().get(2)) {
        (5, Some(b':')) => format!("{}{}", &rest[..2], &rest[3..]),
        (2 | 4, _) => rest.to_owned(),
        _ => return None,
    };
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i64, i64) =
        (digits[..2].parse().ok()?, digits.get(2..).filter(|m| !m.is_empty()).map_or(Some(0), |m| m.parse().ok())?);
    (hours <= 14 && minutes <= 59).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_the_calendar_has_it() {
        for (epoch, expected) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (951_782_400, "2000-02-29"),
            (1_475_308_800, "2016-10-01"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(date(epoch), expected);
            assert_eq!(
                iso8601(&format!("{expected}T00:00:00Z")).map(|s| s.div_euclid(86_400)),
                Some(i64::div_euclid(epoch, 86_400))
            );
        }
    }

    #[test]
    fn a_duration_has_two_digits_of_each_and_may_have_more_of_hours() {
        assert_eq!((duration("00:15:02"), duration("100:00:01")), (Some(902), Some(360_001)));
        for text in ["", "15:02", "0:15:02", "00:60:00", "00:00:60", "-0:00:00", "00:00:00:00", "00:1:00"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn both_notations_give_the_same_instant() {
        for (text, expected) in [
            ("1733239565", Some(1_733_239_565)),
            ("2024-12-03T15:26:05+00:00", Some(1_733_239_565)),
            ("2024-12-03T15:26:05Z", Some(1_733_239_565)),
            ("2024-12-03T10:26:05-05:00", Some(1_733_239_565)),
            ("2024-12-03T15:26:05.123+0000", Some(1_733_239_565)),
            ("2024-12-03T15:26:05,123Z", Some(1_733_239_565)),
            ("20241203T152605Z", Some(1_733_239_565)),
            ("20241203T102605-0500", Some(1_733_239_565)),
            ("20241203T152605.5+00:00", Some(1_733_239_565)),
            ("20241303T152605Z", None),
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2024-02-29T00:00:00Z", Some(1_709_164_800)),
            ("2023-02-29T00:00:00Z", None),
            ("2024-12-03 15:26:05+00:00", Some(1_733_239_565)),
            ("2024-12-03 15:26:05 UTC", Some(1_733_239_565)),
            ("2024/12/3 4:26:05 PM +0100", Some(1_733_239_565)),
            ("Tue, 03 Dec 2024 15:26:05 GMT", Some(1_733_239_565)),
            ("3 December 2024, 10:26:05 -0500", Some(1_733_239_565)),
            ("1733239565123", Some(1_733_239_565)),
            ("Tue, 03 Foo 2024 15:26:05 GMT", None),
            ("2024-12-03 15:26:05 EST", None),
            ("2024-12-03 13:26:05 PM Z", None),
            ("2024-12-03T15:26:05", None),
            ("2024-13-03T15:26:05Z", None),
            ("2024-12-03T15:26:05+15:00", None),
            ("2024-12-03T15:26:05+0::00", None),
            ("2024-12-03T15:26:05+12:3", None),
            ("2024-12-03T15:26:05+0é", None),
            ("", None),
            ("-1", None),
        ] {
            assert_eq!(instant(text), expected, "{text}");
        }
    }

    #[test]
    fn a_date_and_time_without_a_zone_is_known_as_one() {
        for text in [
            "2024-12-03 15:26:05",
            "2024-12-03T15:26:05",
            "2024-12-03T15:26:05.123",
            "12/03/2024 3:26 PM",
            "03.12.2024, 15:26",
            "Dec 3, 2024 15:26:05",
            "Tue Dec  3 15:26:05 2024",
            "20241203T152605",
            "2024-12-03 15:26:05 EST",
            "mardi 3 décembre 2024, 15h26",
            "Dienstag, 3. Dezember 2024 um 15:26 Uhr",
            "3 de diciembre de 2024, 15:26:05",
            "diciembre 3, 2024 3:26 p. m.",
            "2024年12月3日 15時26分05秒",
            "2024년 12월 3일 오후 3시 26분",
            "2024. 12. 3. 15:26",
        ] {
            assert!(lacks_a_zone(text), "{text}");
        }
        for text in [
            "",
            "2024-12-03",
            "15:26:05",
            "1733239565",
            "2024-12-03T15:26:05Z",
            "never",
            "12 34:56",
            "1.2.3.4",
            "3 décembre 2024",
            "mardi 15h26",
        ] {
            assert!(!lacks_a_zone(text), "{text}");
        }
    }
}
