//! Defects of archives that were thought of one by one, beside those of single fields.
//!
//! In: nothing. Out: rows in the order of the guide. Each has its hook in the code under the same name.

use super::super::archive::TABLES;
use super::commands_by_hand::Rows;
use super::families::Add;

pub(super) const BY_HAND: &[(&str, Rows)] =
    &[("archive/archive_listing", ARCHIVES), ("archive/archive", ARCHIVE), ("archive/archive", MODEL)];

/// pp. 116-117
const ARCHIVES: Rows = &[
    ("date-without-effect", "the archives of today are listed, whatever the date"),
    ("listed-before-it-is-made", "archives are listed that cannot be had yet"),
    ("index-gap", "an event archive of a day is not listed, though its neighbours are"),
    ("index-twice", "two event archives of a day have the same index"),
    ("index-from-nought", "the first archives of a day have the index 0"),
    ("event-archive-index-wrong", "event_archive_index is that of a later event archive"),
    ("state-time-of-another-day", "states are of the day before"),
    ("time-timestamp-another", "the timestamp of time is another instant than its text"),
    ("end_time-timestamp-another", "the timestamp of end_time is another instant than its text"),
    ("end-before-beginning", "event archives end before they begin"),
    ("states-an-hour-apart", "every second state is left out"),
    ("an-hour-each", "event archives last an hour, and overlap"),
    ("days-kept-too-long", "archives of days before the last eight are listed"),
];

/// p. 118
const ARCHIVE: Rows = &[
    ("type/unknown-value-accepted", "an unknown type is answered with a file"),
    ("index/unknown-accepted", "an index that is not there is answered with a file"),
    ("type-of-the-other", "states are answered with events, and events with states"),
    ("always-the-first", "every archive is the first of its day"),
    ("index-one-off", "every archive is the one after that which is asked for"),
    ("listed-but-not-there", "the first archives of a day are listed, and cannot be had"),
    ("not-compressed", "archives are JSON as it is"),
    ("gzip-cut-short", "archives end before their compressed data does"),
    ("gzip-checksum-wrong", "the checksum of the compressed data is wrong"),
    ("state-no-json", "a state ends before its JSON does"),
    ("lines-as-an-array", "events are one array, not one object a line"),
    ("bad-line-in-the-middle", "a line in the middle is cut off"),
];

/// pp. 118-135
const MODEL: Rows = &[
    ("row-twice", "a row of a state stands twice under one id"),
    ("ids-not-numbers", "the ids of the rows of a state are no numbers"),
    ("tables-as-arrays", "tables of a state are arrays of rows without ids"),
    ("key-of-nothing", "customers refer to a session that is not there"),
    ("row-inserted-twice", "a row is inserted that is there already"),
    ("tool-insert-forgotten", "tools that are taken up are in the next state, and no event tells of them"),
    ("tool-delete-forgotten", "tools that are put down are missing from the next state, and no event tells of it"),
    ("client-update-forgotten", "changes of customers are in the next state, and no event tells of them"),
    ("representative-update-forgotten", "changes of representatives are in the next state, and no event tells of them"),
    ("truncate-missing", "the processes start anew, and no event tells of it"),
    ("events-reversed", "events stand from the last to the first"),
    ("timestamps-of-the-next-day", "events happen a day after their archive"),
    ("timestamps-in-milliseconds", "timestamps are in milliseconds"),
    ("excluded-event-told", "the start of a session is an event of its own"),
    ("unknown-event-type", "a line has a type that is none of the five"),
    ("session-events-missing", "no event of a session is told"),
    ("deletions-lost-after-the-morning", "after the first half hour of a day no event tells of a row that goes"),
    ("deletions-lost-on-other-days", "on the days before yesterday no event tells of a row that goes"),
    ("deletions-lost-in-every-other-half-hour", "in the second half of each hour no event tells of a row that goes"),
    ("sessions-of-today-lost", "on the day itself no event tells of a session that begins"),
    ("events-reversed-after-the-morning", "after the first half hour of a day events stand from the last to the first"),
    ("made-after-the-snapshot", "rows were made a day after they are there"),
    ("personal-queue-of-nobody", "a personal queue is there that nobody has who is logged in"),
    ("personal-queue-with-a-code", "personal queues have a code name"),
    ("team-queue-of-nobody", "on every second day a queue of a team is there that nobody belongs to"),
    ("queues-of-colleagues", "a representative belongs to the personal queue of another"),
    ("selected-session-unknown", "the session that is selected is none that is or was"),
    ("a-session-missing", "a session that runs is in no state"),
    ("two-rows-of-a-session", "a session has two rows"),
    ("tools-of-others", "tools are used by those who take no part in the session"),
    ("queue-entry-too-early", "sessions come into their queues an hour before the events say so"),
    ("primary-team-not-kept", "the last queue of a team is never kept"),
    ("lsids-of-their-own", "sessions have other logging session ids than in the reports"),
];

/// Tables that a state lacks, though they have rows.
pub(super) fn tables_missing(add: &mut Add<'_>) {
    for table in TABLES {
        let name = table.name;
        add(&format!("table-missing:{name}"), format!("states have no table {name}, though it has rows"));
    }
}
