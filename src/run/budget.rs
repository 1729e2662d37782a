//! A budget: the number of requests that a run may send, or how long it may take.
//!
//! In: a text such as `200`, `60s` or `5m`. Out: the budget, and what is said of a requirement that did not fit in it. Nothing is chosen here.

use std::{fmt, str::FromStr};

use crate::model::verdict::Finding;

/// The most requests that a budget may have.
const REQUESTS_MAX: u64 = 4_294_967_295;

/// The longest budget, in seconds: thirty days.
const SECONDS_MAX: u64 = 2_592_000;

/// What a run is to keep to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// That many requests.
    Requests(u64),
    /// That many seconds.
    Seconds(u64),
}

impl Budget {
    /// The requests, where those are bounded.
    #[must_use]
    pub fn requests_max(self) -> Option<u64> {
        if let Self::Requests(most) = self { Some(most) } else { None }
    }

    /// The time, in milliseconds, where that is bounded.
    #[must_use]
    pub fn time_max_ms(self) -> Option<i64> {
        if let Self::Seconds(most) = self { i64::try_from(most * 1_000).ok() } else { None }
    }

    fn is_within_bounds(self) -> bool {
        match self {
            Self::Requests(most) => most <= REQUESTS_MAX,
            Self::Seconds(most) => most <= SECONDS_MAX,
        }
    }

    /// What is said of a requirement for which nothing was sent.
    pub(super) fn left_out(self) -> Finding {
        Finding::left_out(format!("the budget of {self} left it out"))
    }

    /// What is said of a requirement that looks at many answers, some of which the budget left out.
    pub(super) fn seen_in_part(self) -> Finding {
        Finding::left_out(format!("the budget of {self} left out some or all of the answers that show it"))
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Requests(1) => f.write_str("1 request"),
            Self::Requests(most) => write!(f, "{most} requests"),
            Self::Seconds(most) if most % 3_600 == 0 => write!(f, "{}h", most / 3_600),
            Self::Seconds(most) if most % 60 == 0 && most >= 120 => write!(f, "{}m", most / 60),
            Self::Seconds(most) => write!(f, "{most}s"),
        }
    }
}

impl FromStr for Budget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |digits: &str| match digits.is_empty() || digits.bytes().any(|byte| !byte.is_ascii_digit()) {
            true => None,
            // What has more digits than fit is more than any bound.
            false => Some(digits.parse().unwrap_or(u64::MAX)),
        };
        let units = [("s", 1), ("m", 60), ("h", 3_600)];
        let timed = units.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, *seconds)));
        let budget = match timed {
            Some((digits, seconds)) => number(digits).map(|many: u64| Self::Seconds(many.saturating_mul(seconds))),
            None => number(text).map(Self::Requests),
        };
        let write = "write requests, such as 200, or a time, such as 60s, 5m or 1h";
        match budget {
            None => Err(format!("`{text}` is no budget; {write}")),
            Some(Self::Requests(0) | Self::Seconds(0)) => Err(format!("nothing can be tested with it; {write}")),
            Some(budget) if budget.is_within_bounds() => Ok(budget),
            Some(_) => Err(format!("it is more than {REQUESTS_MAX} requests or 720h; leave it out to test everything")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_requests_or_a_time() {
        let check = |text: &str, expected: Budget, again: &str| {
            assert_eq!(text.parse(), Ok(expected), "{text}");
            assert_eq!(expected.to_string(), again);
        };
        check("200", Budget::Requests(200), "200 requests");
        check("1", Budget::Requests(1), "1 request");
        check("60s", Budget::Seconds(60), "60s");
        check("1h", Budget::Seconds(3_600), "1h");
        check("90s", Budget::Seconds(90), "90s");
        check("5m", Budget::Seconds(300), "5m");
        check("720h", Budget::Seconds(SECONDS_MAX), "720h");
        check("4294967295", Budget::Requests(REQUESTS_MAX), "4294967295 requests");
        let refused = |text: &str, says: &str| {
            let fault = text.parse::<Budget>().expect_err(text);
            assert!(
                fault.starts_with(says) && fault.ends_with("everything") | fault.ends_with("1h"),
                "{text}: {fault}"
            );
        };
        for text in ["0", "00", "0s", "0m", "0h"] {
            refused(text, "nothing can be tested");
        }
        for text in ["", "s", "-1", "-5s", "+5", "1.5m", "5 m", "5min", "5ms", "1d", "many", "1_000", "٣", "60S"] {
            refused(text, &format!("`{text}` is no budget"));
        }
        for text in ["4294967296", "721h", "2592001s", "99999999999999999999999", "99999999999999999999999h"] {
            refused(text, "it is more than");
        }
    }
}
