//! What a listing of archives says.
//!
//! In: an accepted answer. Out: its archives with their indexes and times. What is missing or malformed there is judged
//! by the rows of the listing itself, so here it is left out.

use crate::{
    decode::{
        time,
        xml::{Node, without_blanks},
    },
    judge::state_model::{ModelJudge, Source},
    spec::{ArchiveDemand, ArchiveWord},
};

/// The archives of one day.
pub(super) struct Listing {
    pub(super) source: Source,
    pub(super) date: String,
    pub(super) states: Vec<ListedState>,
    pub(super) events: Vec<ListedEvents>,
}

/// A state archive in a listing.
pub(super) struct ListedState {
    pub(super) index: u64,
    pub(super) time: i64,
    pub(super) event_archive_index: u64,
}

/// An event archive in a listing.
pub(super) struct ListedEvents {
    pub(super) index: u64,
    pub(super) time: i64,
    pub(super) end: i64,
}

impl Listing {
    pub(super) fn of(root: &Node, date: &str, source: Source) -> Self {
        let all = |name: &'static str| root.children.iter().filter(move |child| child.name == name);
        let states = all("state_archive").filter_map(|node| {
            let event_archive_index = number(node, "event_archive_index")?;
            Some(ListedState { index: number(node, "index")?, time: instant(node, "time")?, event_archive_index })
        });
        let events = all("event_archive").filter_map(|node| {
            let (time, end) = (instant(node, "time")?, instant(node, "end_time")?);
            Some(ListedEvents { index: number(node, "index")?, time, end })
        });
        let (mut states, mut events): (Vec<_>, Vec<_>) = (states.collect(), events.collect());
        states.sort_by_key(|state| state.index);
        events.sort_by_key(|events| events.index);
        Self { source, date: date.to_owned(), states, events }
    }
}

fn child<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    node.children.iter().find(|child| child.name == name)
}

fn number(node: &Node, name: &str) -> Option<u64> {
    child(node, name)?.value().parse().ok()
}

fn instant(node: &Node, name: &str) -> Option<i64> {
    let node = child(node, name)?;
    node.attribute("timestamp")
        .and_then(|text| without_blanks(text).parse().ok())
        .or_else(|| time::instant(node.value()))
}

/// The intervals of the guide (p. 116), half an hour and ten minutes, and the tolerance for clocks, in seconds.
const STATE_S: i64 = 1_800;
const EVENTS_S: i64 = 600;
const SLACK_S: i64 = 60;

/// Time zones reach so far from UTC, in seconds.
const ZONE_S: i64 = 14 * 3_600;

/// Whether no other event archive begins between the two times.
fn is_next(events: &[ListedEvents], from: i64, to: i64) -> bool {
    !events.iter().any(|events| (from..to).contains(&events.time))
}

fn is_last(states: &[ListedState], state: &ListedState) -> bool {
    states.len() > 1 && states.last().is_some_and(|last| last.index == state.index)
}

impl Listing {
    /// Notes what the listing says about what is asked of listings.
    pub(super) fn judge(&self, model: &mut ModelJudge<'_>) {
        let source = self.source;
        let states: Vec<(u64, i64)> = self.states.iter().map(|state| (state.index, state.time)).collect();
        let events: Vec<(u64, i64)> = self.events.iter().map(|events| (events.index, events.time)).collect();
        numbered(model, ArchiveWord::StateIndexes, &states, source);
        numbered(model, ArchiveWord::EventIndexes, &events, source);
        if let Some(start) = time::iso8601(&format!("{}T00:00:00Z", self.date)) {
            let day = start - ZONE_S..start + 86_400 + ZONE_S;
            let outside = states.iter().chain(&events).find(|(_, time)| !day.contains(time));
            let demand = ArchiveDemand::Word(ArchiveWord::ListedDay);
            match outside {
                Some((index, time)) => {
                    let got = format!("archive {index} of {}", time::date(*time));
                    model.bad(demand, source, format!("archives of {}", self.date), got);
                }
                None if states.is_empty() && events.is_empty() => {}
                None => model.good(demand, source),
            }
        }
        // Where the appliance did not run an interval is longer, so most of them count, and not each.
        let between: Vec<i64> = states.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
        mostly(model, ArchiveWord::StateInterval, &between, STATE_S, source);
        let spans: Vec<i64> = self.events.iter().map(|events| events.end - events.time).collect();
        if let Some(long) = spans.iter().find(|span| **span > EVENTS_S + SLACK_S || **span < 0) {
            let demand = ArchiveDemand::Word(ArchiveWord::EventInterval);
            model.bad(demand, source, "event archives of ten minutes", format!("one of {long} seconds"));
        }
        mostly(model, ArchiveWord::EventInterval, &spans, EVENTS_S, source);
        for state in &self.states {
            let demand = ArchiveDemand::Word(ArchiveWord::EventArchiveIndex);
            let named = self.events.iter().find(|events| events.index == state.event_archive_index);
            let last = self.events.last().map_or(0, |events| events.index);
            let expected =
                || format!("state archive {} names an event archive that begins within ten minutes", state.index);
            match named {
                Some(events) if (events.time - state.time).abs() <= EVENTS_S => model.good(demand, source),
                // After a pause the next archive begins later.
                Some(events) if events.time > state.time && is_next(&self.events, state.time, events.time) => {
                    model.good(demand, source);
                }
                // The events after the last state of a day may be the first of the next day.
                Some(events) if events.index == 1 && is_last(&self.states, state) => {}
                Some(events) => {
                    let got =
                        format!("number {}, which begins {} seconds later", events.index, events.time - state.time);
                    model.bad(demand, source, expected(), got);
                }
                // It may not have been made yet.
                None if state.event_archive_index > last => {}
                None => {
                    let got = format!("number {}, which is not listed", state.event_archive_index);
                    model.bad(demand, source, expected(), got);
                }
            }
        }
    }
}

fn numbered(model: &mut ModelJudge<'_>, word: ArchiveWord, archives: &[(u64, i64)], source: Source) {
    let demand = ArchiveDemand::Word(word);
    let wrong = archives.iter().zip(1_u64..).find(|((index, _), number)| index != number);
    let earlier = archives.windows(2).find(|pair| pair[1].1 < pair[0].1);
    match (wrong, earlier) {
        (Some(((index, _), number)), _) => {
            model.bad(demand, source, "indexes 1, 2, 3 and so on", format!("{index} where {number} was expected"));
        }
        (None, Some(pair)) => {
            let got = format!("number {} is older than number {}", pair[1].0, pair[0].0);
            model.bad(demand, source, "indexes in the order of times", got);
        }
        (None, None) if archives.is_empty() => {}
        (None, None) => model.good(demand, source),
    }
}

fn mostly(model: &mut ModelJudge<'_>, word: ArchiveWord, all: &[i64], expected: i64, source: Source) {
    let right = all.iter().filter(|one| (**one - expected).abs() <= SLACK_S).count();
    let demand = ArchiveDemand::Word(word);
    match all.first() {
        None => {}
        Some(_) if right * 2 > all.len() => model.good(demand, source),
        // One or two may all lie at a pause.
        Some(_) if all.len() < 3 => {}
        Some(first) => {
            let other = all.iter().find(|one| (**one - expected).abs() > SLACK_S).unwrap_or(first);
            model.bad(demand, source, format!("{expected} seconds, but for pauses"), format!("{other} seconds"));
        }
    }
}
