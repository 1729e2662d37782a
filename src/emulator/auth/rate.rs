//! The rate of an account (p. 7): 20 requests a second and 15,000 an hour, counted down in two headers.
//!
//! In: a request at an instant. Out: what remains of the hour, and whether the request is over the rate.
//! The second slides; the hour is fixed and begins with the emulator, as the guide leaves both open.

use std::collections::VecDeque;

use super::super::answer::Answer;
use super::super::switches::ActiveDefects;
use super::super::xml::Kind;
use super::account::Rate;

const PER_SECOND: usize = 20;
const PER_HOUR: u32 = 15_000;
const HOUR_MS: i64 = 3_600_000;

pub(super) struct Count {
    /// The requests of the last second, and whether the rate of their account is kept.
    last_second: VecDeque<(i64, bool)>,
    hour_began_ms: i64,
    used: u32,
}

/// What remains of the hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Remaining {
    limit: i64,
    remaining: i64,
    /// A defect: the headers are left out of what other APIs answer.
    of_commands_only: bool,
}

impl Count {
    pub(super) fn new(used: u32, now_ms: i64) -> Count {
        Count { last_second: VecDeque::new(), hour_began_ms: now_ms, used: used.min(PER_HOUR) }
    }

    /// For a count that is shared: no less is used than an account had used when the hour began.
    pub(super) fn begin_with(&mut self, used: u32) {
        self.used = self.used.max(used.min(PER_HOUR));
    }

    pub(super) fn request(
        &mut self,
        rate: Rate,
        method: &str,
        now_ms: i64,
        defects: &ActiveDefects,
    ) -> Result<Remaining, Remaining> {
        let broken = |what: &str| defects.has("auth/rate_limit", what);
        if now_ms - self.hour_began_ms >= HOUR_MS && !broken("hour-never-over") {
            (self.hour_began_ms, self.used) = (now_ms, 0);
        }
        self.last_second.retain(|(at_ms, _)| now_ms - at_ms < 1000);
        let per_second = if broken("sixth-in-a-second-refused") { 5 } else { PER_SECOND };
        let per_hour = if broken("hour-ends-early") { PER_HOUR - 300 } else { PER_HOUR };
        let over_second = self.last_second.len() >= per_second && !broken("second-not-enforced");
        let over_hour = self.used >= per_hour && !broken("hour-not-enforced");
        // Only with a defect do accounts of both kinds share a count. What one of them used up is then kept
        // from all.
        let kept = self.last_second.iter().filter(|(_, kept)| *kept).count();
        let over_shared = broken("shared-by-accounts") && kept >= per_second;
        if over_shared || (rate == Rate::Enforced && (over_second || over_hour)) {
            return Err(self.remaining(defects));
        }
        // Requests beyond what any rate allows are not kept: the window stays small whatever arrives.
        if self.last_second.len() < 100 {
            self.last_second.push_back((now_ms, rate == Rate::Enforced));
        }
        let uncounted = broken("posts-not-counted") && method == "POST";
        self.used = self.used.saturating_add(u32::from(!uncounted)).min(PER_HOUR);
        Ok(self.remaining(defects))
    }

    fn remaining(&self, defects: &ActiveDefects) -> Remaining {
        let broken = |what: &str| defects.has("auth/rate_limit", what);
        let (limit, used) = (i64::from(PER_HOUR), i64::from(self.used));
        let remaining = match () {
            () if broken("remaining-stands-still") => limit - 1,
            () if broken("remaining-rises") => used,
            () if broken("remaining-above-limit") => limit * 2 - used,
            () if broken("remaining-negative") => used - limit - 1,
            () => limit - used,
        };
        let limit = match () {
            () if broken("limit-wrong") => 1000,
            () if broken("limit-per-second") => 20,
            () => limit,
        };
        Remaining { limit, remaining, of_commands_only: broken("headers-of-commands-only") }
    }
}

impl Remaining {
    /// The two headers that the guide prints.
    pub(crate) fn head(self, answer: Answer) -> Answer {
        if self.of_commands_only && !answer.kind.starts_with("command/") {
            return answer;
        }
        let answer = answer.documented_header("X-RateLimit-Limit", self.limit, Kind::Integer);
        answer.documented_header("X-RateLimit-Remaining", self.remaining, Kind::Integer)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Lab, header};

    fn remaining(lab: &Lab, account: &str) -> i64 {
        let response = lab.send(account, "GET", "action=check_health");
        assert_eq!(header(&response, "X-RateLimit-Limit"), Some("15000"));
        header(&response, "X-RateLimit-Remaining").and_then(|value| value.parse().ok()).expect("a number")
    }

    #[test]
    fn what_remains_falls_by_account_and_not_for_tokens() {
        let lab = Lab::new();
        assert_eq!(remaining(&lab, "touchmark"), 14_999);
        lab.token("touchmark");
        assert_eq!((remaining(&lab, "touchmark"), remaining(&lab, "touchmark-read")), (14_998, 14_999));
        lab.clock.advance(3_000_000);
        assert_eq!(remaining(&lab, "touchmark"), 14_997);
    }

    #[test]
    fn the_twenty_first_request_of_a_second_is_refused_where_the_rate_is_kept() {
        let lab = Lab::new();
        let status = |account: &str| lab.send(account, "GET", "action=check_health").status;
        let spare: Vec<u16> = (0..22).map(|_| status("touchmark-spare")).collect();
        assert_eq!((spare[19], spare[20], spare[21]), (200, 429, 429));
        assert!((0..50).all(|_| status("touchmark") == 200));
        lab.clock.advance(1000);
        assert_eq!(status("touchmark-spare"), 200);
    }

    #[test]
    fn the_hour_of_the_spare_account_can_be_used_up() {
        let lab = Lab::new();
        for left in (0..400).rev() {
            assert_eq!(remaining(&lab, "touchmark-spare"), left);
            lab.clock.advance(100);
        }
        let refused = lab.send("touchmark-spare", "GET", "action=check_health");
        assert_eq!((refused.status, header(&refused, "X-RateLimit-Remaining")), (429, Some("0")));
        lab.clock.advance(3_600_000);
        lab.token("touchmark-spare");
    }

    #[test]
    fn a_shared_rate_lets_one_account_use_up_what_another_has() {
        let defect =
            super::super::super::find_defect("behaviour:auth/rate_limit:shared-by-accounts").expect("a defect");
        let status = |lab: &Lab, account: &str| lab.send(account, "GET", "action=check_health").status;
        let lab = Lab::with(defect);
        assert!((0..50).all(|_| status(&lab, "touchmark") == 200));
        lab.clock.advance(1000);
        assert!((0..20).all(|_| status(&lab, "touchmark-spare") == 200));
        for account in ["touchmark-spare", "touchmark-spent", "touchmark"] {
            assert_eq!(status(&lab, account), 429, "{account}");
        }
        lab.clock.advance(1000);
        for _ in 0..30 {
            assert_eq!(status(&lab, "touchmark-spent"), 200);
            lab.clock.advance(100);
        }
        assert_eq!((status(&lab, "touchmark-spent"), status(&lab, "touchmark-spare")), (429, 429));
        assert_eq!(status(&lab, "touchmark"), 200);
    }
}
