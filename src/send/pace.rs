//! The pace: requests a second and an hour for each account (p. 7).
//!
//! In: an account that wants to send. Out: the moment at which it may. Slots are given out in the order in which they are asked for.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    fmt,
    str::FromStr,
};

use super::Transport;
use crate::model::credential::AccountRole;

/// Requests an hour that the guide allows an account (p. 7).
const HOUR_MAX: u32 = 15_000;

/// Requests a second where the limit of an hour is to be met and not that of a second.
const CAUTIOUS_RATE: u32 = 16;

/// How fast an account may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// As fast as it goes.
    Off,
    /// This number of requests a second, and 15,000 an hour.
    PerSecond(u32),
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::PerSecond(n) => write!(f, "{n}/s"),
        }
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let number = text.strip_suffix("/s").unwrap_or(text);
        match number.parse() {
            Ok(n @ 1..=1_000) => Ok(Self::PerSecond(n)),
            _ => Err(format!("`{text}` is no rate; write a number from 1 to 1000 a second such as 20/s, or off")),
        }
    }
}

pub(super) struct Pace {
    rate: Rate,
    accounts: RefCell<BTreeMap<AccountRole, Slots>>,
}

#[derive(Default)]
struct Slots {
    next_us: i64,
    /// When the requests of the last second went out.
    sent_ms: VecDeque<i64>,
    hour_from_us: i64,
    in_hour: u32,
}

impl Pace {
    pub(super) fn new(rate: Rate) -> Self {
        Self { rate, accounts: RefCell::default() }
    }

    pub(super) fn rate(&self) -> Rate {
        self.rate
    }

    /// Waits until the account may send.
    pub(super) async fn slot(&self, account: AccountRole, transport: &dyn Transport) {
        if let Rate::PerSecond(rate) = self.rate {
            self.slot_of(account, transport, rate).await;
        }
    }

    /// Waits until the account may send at a pace that is safely below the limit of a second, whatever the run's own pace is.
    pub(super) async fn slot_below_the_second(&self, account: AccountRole, transport: &dyn Transport) {
        let rate = match self.rate {
            Rate::PerSecond(rate) => rate.min(CAUTIOUS_RATE),
            Rate::Off => CAUTIOUS_RATE,
        };
        self.slot_of(account, transport, rate).await;
    }

    async fn slot_of(&self, account: AccountRole, transport: &dyn Transport, rate: u32) {
        let now_us = transport.now_ms() * 1_000;
        let at_us = self.take(account, now_us, i64::from(rate));
        let ms = u64::try_from((at_us - now_us + 999) / 1_000).unwrap_or(0);
        if ms > 0 {
            transport.wait(ms).await;
        }
        // Waiting may end late, and the next one in time: what counts is when requests really went out.
        loop {
            let now_ms = transport.now_ms();
            let early = self.early(account, now_ms, rate);
            if early == 0 {
                break;
            }
            transport.wait(early).await;
        }
    }

    /// The number of milliseconds too early it is for one more request within a second; none are noted as one that goes out now.
    fn early(&self, account: AccountRole, now_ms: i64, rate: u32) -> u64 {
        let mut accounts = self.accounts.borrow_mut();
        let sent_ms = &mut accounts.entry(account).or_default().sent_ms;
        while sent_ms.front().is_some_and(|sent| now_ms - sent >= 1_020) {
            sent_ms.pop_front();
        }
        match sent_ms.front() {
            Some(first) if sent_ms.len() >= rate as usize => u64::try_from(first + 1_020 - now_ms).unwrap_or(1).max(1),
            _ => {
                sent_ms.push_back(now_ms);
                0
            }
        }
    }

    /// The time of the account's next slot. Two hundredths are added to each, as arrivals jitter.
    fn take(&self, account: AccountRole, now_us: i64, rate: i64) -> i64 {
        let mut accounts = self.accounts.borrow_mut();
        let slots = accounts.entry(account).or_default();
        let mut at = slots.next_us.max(now_us);
        if slots.in_hour == 0 || at - slots.hour_from_us >= 3_600_000_000 {
            slots.hour_from_us = at;
            slots.in_hour = 0;
        }
        if slots.in_hour >= HOUR_MAX {
            at = slots.hour_from_us + 3_600_000_000;
            slots.hour_from_us = at;
            slots.in_hour = 0;
        }
        slots.in_hour += 1;
        slots.next_us = at + 1_020_000 / rate;
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_and_no_hour_has_more_than_it_may() {
        let pace = Pace::new(Rate::PerSecond(20));
        let times: Vec<i64> = (0..15_100).map(|_| pace.take(AccountRole::Full, 0, 20)).collect();
        assert!(times.windows(21).all(|w| w[20] - w[0] > 1_000_000));
        assert!(times[15_000] - times[0] >= 3_600_000_000);
        assert_eq!(pace.take(AccountRole::Deny, 0, 20), 0, "accounts do not wait for each other");
    }

    #[test]
    fn rates_are_read() {
        for (text, expected) in
            [("off", Some(Rate::Off)), ("20/s", Some(Rate::PerSecond(20))), ("5", Some(Rate::PerSecond(5)))]
        {
            assert_eq!(text.parse().ok(), expected);
        }
        for text in ["", "0", "-1", "fast", "20/h", "1001"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}
