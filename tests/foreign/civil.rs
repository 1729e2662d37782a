//! In: UNIX seconds, or text of a date. Out: calendar days, ISO 8601 text, lengths of time.
//! Never: asks what time it is.

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;
/// The zone in which times are written and which `timezone_offset` names (p. 30). Days of `start_date` and the like
/// are days of UTC all the same, as the examples on p. 89 count them.
pub(crate) const ZONE: i64 = -18_000;

/// Days since 1970-01-01 of a date of the Gregorian calendar.
pub(crate) fn days(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a count of days since 1970-01-01.
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted - era * 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The first second of the day (UTC) in which `at` lies.
pub(crate) fn midnight(at: i64) -> i64 {
    at.div_euclid(DAY) * DAY
}

/// 0 for Monday to 6 for Sunday.
pub(crate) fn weekday(at: i64) -> i64 {
    (at.div_euclid(DAY) + 3).rem_euclid(7)
}

/// ISO 8601 in the site's zone, with the zone written out.
pub(crate) fn iso(at: i64) -> String {
    let local = at + ZONE;
    let (year, month, day) = civil(local.div_euclid(DAY));
    let of_day = local.rem_euclid(DAY);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let sign = if ZONE < 0 { '-' } else { '+' };
    let (zone_hour, zone_minute) = (ZONE.abs() / 3600, ZONE.abs() / 60 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{sign}{zone_hour:02}:{zone_minute:02}")
}

/// The UTC date of a moment, `YYYY-MM-DD`.
pub(crate) fn date(at: i64) -> String {
    let (year, month, day) = civil(at.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// The first second of a day given as `YYYY-MM-DD`; nothing when it is no such day.
pub(crate) fn parse_date(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shaped {
        return None;
    }
    let (year, month, day) = (text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?);
    if !(1..=12).contains(&month) || day < 1 {
        return None;
    }
    let count = days(year, month, day);
    (civil(count) == (year, month, day)).then_some(count * DAY)
}

/// A length of time as HH:MM:SS; hours are not cut at 24.
pub(crate) fn hms(seconds: i64) -> String {
    let seconds = seconds.max(0);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Seconds of a day given as HH:MM:SS; 0 for anything else.
pub(crate) fn of_day(text: &str) -> i64 {
    text.split(':').fold(0, |sum, part| sum * 60 + part.parse::<i64>().unwrap_or(0))
}
