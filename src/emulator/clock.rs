//! The clock of the emulator: the machine's, or one that a test moves by hand.
//!
//! In: a request for the present, or for an instant in words. Out: unix milliseconds, or ISO 8601 text.
//! Nothing here waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What the emulator takes for the present. Tokens (p. 6), session keys (p. 17) and rates (p. 7) are judged by it.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's own clock.
    System,
    /// Unix milliseconds that stand still until [`Clock::advance`] moves them.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start_ms` unix milliseconds.
    pub fn manual(start_ms: i64) -> Clock {
        Clock::Manual(Arc::new(AtomicI64::new(start_ms)))
    }

    /// The present, in unix milliseconds.
    #[expect(clippy::disallowed_methods, reason = "the emulator is a target, with a clock of its own")]
    pub fn now_ms(&self) -> i64 {
        match self {
            Clock::System => {
                SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |past| past.as_millis().min(1 << 52) as i64)
            }
            Clock::Manual(at_ms) => at_ms.load(Ordering::SeqCst),
        }
    }

    /// Moves a manual clock on. The machine's clock is not ours to move, so there it does nothing.
    pub fn advance(&self, ms: i64) {
        if let Clock::Manual(at_ms) = self {
            at_ms.fetch_add(ms, Ordering::SeqCst);
        }
    }
}

/// An instant as ISO 8601 with its offset, the way appliances print it: `2024-12-03T15:26:05+00:00`.
pub(crate) fn iso(unix_seconds: i64) -> String {
    let (days, second) = (unix_seconds.div_euclid(86_400), unix_seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}+00:00", second / 3600, second / 60 % 60, second % 60)
}

/// An instant as a reading has it: `iso`, `other` for one without a zone as people write it, and seconds since 1970 for any else.
pub(crate) fn in_notation(unix_seconds: i64, reading: &str) -> String {
    match reading {
        "iso" => iso(unix_seconds),
        "other" => iso(unix_seconds).replace('T', " ").replace("+00:00", ""),
        _ => unix_seconds.to_string(),
    }
}

/// The unix time of a day's first second, from YYYY-MM-DD; none if there is no such day.
pub(crate) fn day(text: &str) -> Option<i64> {
    let digits = |part: &str, length: usize| {
        (part.len() == length && part.bytes().all(|digit| digit.is_ascii_digit())).then(|| part.parse::<i64>().ok())?
    };
    let mut parts = text.split('-');
    let (year, month, day) = (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if parts.next().is_some() {
        return None;
    }
    // The inverse of `civil`, which also finds out days that no month has.
    let (shifted, march_month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year_of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let day_of_year = (153 * march_month + 2) / 5 + day - 1;
    let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
    (civil(days) == (year, month, day)).then_some(days * 86_400)
}

/// Days since 1970 as a date of the Gregorian calendar. The year is taken to begin in March, which puts
/// the leap day at its end.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// Seconds as HH:MM:SS. A day and more makes for more hours.
pub(crate) fn clock_face(seconds: i64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_read_as_people_write_them() {
        assert_eq!(iso(0), "1970-01-01T00:00:00+00:00");
        assert_eq!(iso(1_709_164_799), "2024-02-28T23:59:59+00:00");
        assert_eq!(iso(1_709_164_800), "2024-02-29T00:00:00+00:00");
        assert_eq!(iso(1_733_239_565), "2024-12-03T15:26:05+00:00");
    }

    #[test]
    fn dates_are_days_that_there_are() {
        assert_eq!(
            (day("1970-01-01"), day("2024-02-29"), day("2016-10-01")),
            (Some(0), Some(1_709_164_800), Some(1_475_280_000))
        );
        for text in [
            "",
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-01-00",
            "2024-1-1",
            "2024-01-01-",
            "+024-01-01",
            "today",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let clock = Clock::manual(5_000);
        let other = clock.clone();
        clock.advance(250);
        assert_eq!((clock.now_ms(), other.now_ms()), (5_250, 5_250));
    }
}
