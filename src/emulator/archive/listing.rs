//! ArchiveListing (pp. 116-117): which archives of a day there are.
//!
//! In: a date. Out: `archives`, states first.

use super::super::clock::{day, iso};
use super::super::command::parameters::{Parameter, Shape, required};
use super::super::reporting::{Asked, Outcome, Permission, Product, Report};
use super::super::state::State;
use super::super::xml::{Element, Kind, leaf, node};
use super::calendar::{self, EVENTS_S, Slot};

const DATE: [Parameter; 1] = [required("date", Shape::Date)];

const DAY_S: i64 = 86_400;

pub(crate) const ARCHIVE_LISTING: Report = Report {
    name: "ArchiveListing",
    kind: "archive/archive_listing",
    permission: Permission::Archive,
    parameters: &[&DATE],
    root: Some("archives"),
    run: listing,
};

fn listing(_: &State, asked: &Asked<'_>) -> Outcome {
    let given = day(asked.given.must("date")).unwrap_or_default();
    let day_s = if asked.broken("date-without-effect") { asked.now_s.div_euclid(86_400) * 86_400 } else { given };
    // What is not made yet, and cannot be had.
    let ahead = if asked.broken("listed-before-it-is-made") { 3600 } else { 0 };
    let mut states: Vec<Slot> = calendar::states(day_s, asked.now_s.saturating_add(ahead)).collect();
    let mut events: Vec<Slot> = calendar::events(day_s, asked.now_s.saturating_add(ahead)).collect();
    if asked.broken("days-kept-too-long") && states.is_empty() && day_s < asked.now_s - 8 * DAY_S {
        // As they were on a day that is over.
        states = calendar::states(day_s, day_s.saturating_add(DAY_S)).collect();
        events = calendar::events(day_s, day_s.saturating_add(DAY_S)).collect();
    }
    if asked.broken("index-gap") {
        events.retain(|slot| slot.index != 2);
    }
    if asked.broken("index-twice") {
        events.iter_mut().filter(|slot| slot.index == 3).for_each(|slot| slot.index = 2);
    }
    if asked.broken("index-from-nought") {
        states.iter_mut().chain(&mut events).for_each(|slot| slot.index -= 1);
    }
    if asked.broken("states-an-hour-apart") {
        states.retain(|slot| slot.index % 2 == 1);
        states.iter_mut().for_each(|slot| slot.index = (slot.index + 1) / 2);
    }
    let states = states.into_iter().map(|slot| state(asked, slot));
    let events = events.into_iter().map(|slot| events_of(asked, slot));
    Ok(Product::Xml(asked.list().children(states).children(events)))
}

fn instant(asked: &Asked<'_>, name: &str, at_s: i64) -> Element {
    let shift = if asked.broken(&format!("{name}-timestamp-another")) { 3600 } else { 0 };
    leaf(name, iso(at_s), Kind::Time).attribute("timestamp", at_s + shift, Kind::Integer)
}

fn state(asked: &Asked<'_>, slot: Slot) -> Element {
    let wrong = if asked.broken("event-archive-index-wrong") { 5 } else { 0 };
    let at_s = if asked.broken("state-time-of-another-day") { slot.at_s - 86_400 } else { slot.at_s };
    node("state_archive")
        .many()
        .dispensable()
        .child(instant(asked, "time", at_s))
        .child(leaf("index", slot.index, Kind::Integer))
        .child(leaf("event_archive_index", calendar::events_after(slot) + wrong, Kind::Integer))
}

fn events_of(asked: &Asked<'_>, slot: Slot) -> Element {
    let lasts = match () {
        () if asked.broken("end-before-beginning") => -EVENTS_S,
        () if asked.broken("an-hour-each") => 3600,
        () => EVENTS_S,
    };
    node("event_archive")
        .many()
        .dispensable()
        .child(instant(asked, "time", slot.at_s))
        .child(instant(asked, "end_time", slot.at_s + lasts))
        .child(leaf("index", slot.index, Kind::Integer))
}
