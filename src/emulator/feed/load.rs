//! Load for the feed: sessions that are nowhere else, of which some change their customer's name all the time.
//!
//! In: row updates a second, and an instant. Out: rows of sessions as they are at that instant, which depends on nothing
//! else. The name says when it was due, so that who receives it knows how long it took.

use super::standing::{Standing, number, queue, text};
use super::tables::SESSIONS;

/// The most sessions that are made.
const ROWS_MAX: u64 = 1_000;

/// The sessions, after as many changes as were due since the processes started.
pub(super) fn add(all: &mut Standing<'_>, rate: u32, now_ms: i64) {
    let rate = u64::from(rate);
    let rows = rate.min(ROWS_MAX);
    let begun_ms = all.began_s.saturating_mul(1000);
    let passed_ms = u64::try_from(now_ms.saturating_sub(begun_ms)).unwrap_or_default();
    let changes = (u128::from(passed_ms) * u128::from(rate) / 1000) as u64;
    for row in 0..rows {
        // The last change of this row among all of them, which go round.
        let last = (changes > row).then(|| row + (changes - 1 - row) / rows * rows);
        let due_ms =
            last.map_or(begun_ms, |nth| begun_ms.saturating_add((u128::from(nth) * 1000 / u128::from(rate)) as i64));
        let cells = [
            ("customer_name", text(&format!("Load {row} at {due_ms}"))),
            ("estimated_pickup_timestamp", number(all.began_s)),
            ("lsid", text(&format!("{:032x}", (0x10ad_u128 << 112) + u128::from(row)))),
            ("priority", number(2)),
            ("public_site_id", number(1)),
            ("queue_entry_timestamp", number(all.began_s)),
            ("queue_id", queue()),
            ("start_method", text("session_key")),
        ];
        all.add(SESSIONS, format!("load {row}"), all.began_s, cells);
    }
}
