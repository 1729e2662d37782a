//! Which archives there are: of which days, and when each is made (p. 116).
//!
//! In: the present. Out: the archives of a day with their indexes. Days are days of UTC.

const DAY_S: i64 = 86_400;
/// How far apart states are.
pub(super) const STATE_S: i64 = 1800;
/// How long an event archive lasts.
pub(super) const EVENTS_S: i64 = 600;
/// How long after its time an archive is made.
const MADE_AFTER_S: i64 = 180;
/// For how many days archives are kept, today among them.
const DAYS: i64 = 7;

/// An archive: its index in its day, from 1, and the instant that it is of or begins at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) index: i64,
    pub(super) at_s: i64,
}

/// Whether archives of a day are kept. The day is given by its first second.
fn kept(day_s: i64, now_s: i64) -> bool {
    let today_s = now_s.div_euclid(DAY_S) * DAY_S;
    day_s <= today_s && day_s > today_s.saturating_sub(DAYS * DAY_S)
}

fn slots(day_s: i64, now_s: i64, every_s: i64, after_s: i64) -> impl Iterator<Item = Slot> {
    let count = if kept(day_s, now_s) { DAY_S / every_s } else { 0 };
    let slot = move |at: i64| Slot { index: at + 1, at_s: day_s + at * every_s };
    (0..count).map(slot).take_while(move |slot| slot.at_s + after_s <= now_s)
}

/// The state archives of a day that are made.
pub(super) fn states(day_s: i64, now_s: i64) -> impl Iterator<Item = Slot> {
    slots(day_s, now_s, STATE_S, MADE_AFTER_S)
}

/// The event archives of a day that are made.
pub(super) fn events(day_s: i64, now_s: i64) -> impl Iterator<Item = Slot> {
    slots(day_s, now_s, EVENTS_S, EVENTS_S + MADE_AFTER_S)
}

/// The index of the event archive that begins with a state.
pub(super) fn events_after(state: Slot) -> i64 {
    (state.index - 1) * (STATE_S / EVENTS_S) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_made_a_little_late_and_kept_for_seven_days() {
        // 2023-11-14T22:13:20.
        let (now_s, today_s) = (1_700_000_000, 1_699_920_000);
        assert_eq!((states(today_s, now_s).count(), events(today_s, now_s).count()), (45, 133));
        let six_days_ago = today_s - 6 * DAY_S;
        assert_eq!((states(six_days_ago, now_s).count(), events(six_days_ago, now_s).count()), (48, 144));
        for day_s in [today_s - 7 * DAY_S, today_s + DAY_S, i64::MIN, i64::MAX] {
            assert_eq!(states(day_s, now_s).count(), 0, "{day_s}");
        }
        let state = states(today_s, now_s).nth(2).expect("a state");
        assert_eq!((state.index, events_after(state)), (3, 7));
        assert_eq!(events(today_s, now_s).nth(6).expect("an archive").at_s, state.at_s);
        assert_eq!(events(today_s, today_s + 779).count(), 0);
        assert_eq!(events(today_s, today_s + 780).count(), 1);
    }
}
