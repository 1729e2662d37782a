//! Defects of the reports beside support sessions: presentations, archives, licenses, Vault accounts.
//!
//! In: nothing. Out: rows in the order of the guide. Each has its hook in the code under the same name.

use super::super::archive::TABLES;
use super::behavioural::Add;
use super::hand::Rows;

pub(super) const BY_HAND: &[(&str, Rows)] = &[
    ("reporting/presentation_session", RUNNING),
    ("reporting/presentation_session", CHOICE),
    ("reporting/presentation_session", IDS),
    ("reporting/presentation_session", SESSION),
    ("reporting/presentation_session_listing", CHOICE),
    ("reporting/presentation_session_listing", LISTING),
    ("reporting/presentation_session_recording", RECORDING),
    ("archive/archive_listing", ARCHIVES),
    ("archive/archive", ARCHIVE),
    ("archive/archive", MODEL),
    ("reporting/license_usage", LICENSES),
    ("reporting/endpoint_license_usage", ENDPOINTS),
    ("reporting/vault_account_activity", VAULT),
];

/// p. 98. Whether the listing has what runs is open.
const RUNNING: Rows =
    &[("running-missed-by-start", "presentations in progress are missing from what began in a window")];

/// pp. 98, 104
const CHOICE: Rows = &[
    ("running-found-by-end", "presentations in progress are among those that ended in a window"),
    ("the-latest-missing", "the presentation that began last is missing"),
    ("the-first-twice", "the presentation that began first is told twice"),
    ("no-set-accepted", "a request for no presentations at all is answered with an empty list"),
];

/// p. 98
const IDS: Rows = &[
    ("lsids-only-the-first", "of several presentations only the first is told"),
    ("lsids-one-too-many", "beside the presentations that are asked for another is told"),
    ("lsid-one-too-many", "beside the presentation that is asked for another is told"),
    ("lsid-of-another", "the presentation that is told is not the one that is asked for"),
];

/// pp. 99-101
const SESSION: Rows = &[
    ("session-type-support", "session_type is support"),
    ("start-timestamp-another", "the timestamp of start_time is another instant than its text"),
    ("end-timestamp-another", "the timestamp of end_time is another instant than its text"),
    ("running-with-an-end", "a presentation in progress has an end_time"),
    ("duration-not-of-its-times", "duration is not the distance of start_time and end_time"),
    ("duration-in-seconds", "duration is a number of seconds"),
    ("duration-without-hours", "duration has no hours"),
    ("urls-of-running-presentations", "a presentation in progress has the addresses of its chat"),
    ("view-url-missing", "a recording can be downloaded, and has no address to be viewed at"),
    ("gsnumbers-found-nowhere", "events name no gsnumber of anybody who was there"),
    ("performers-found-nowhere", "who did something has a gsnumber that is nobody's"),
    ("performers-all-system", "every event is told to be done by the system"),
    ("attendees-missing", "attendee_list is empty for every presentation"),
    ("seconds-above-the-duration", "seconds_involved is more than the presentation lasted"),
    ("events-reversed", "events stand from the last to the first"),
    ("body-always-encoded", "every message is encoded"),
    ("body-never-encoded", "no message is encoded, and what XML cannot hold is lost"),
    ("encoded-in-hex", "encoded_body is no base64"),
];

/// pp. 104-105
const LISTING: Rows = &[
    ("lsid-of-nothing", "the lsid is that of no presentation"),
    ("has-recording-always", "has_recording is 1 for every presentation"),
    ("has-recording-never", "has_recording is 0 for every presentation"),
];

/// p. 106
const RECORDING: Rows = &[
    ("lsid/unknown-accepted", "a recording of an unknown presentation is answered with a file"),
    ("nothing-recorded-accepted", "a recording that was not made is answered with a file"),
    ("recording-empty", "the file is empty"),
    ("recording-as-xml", "the recording is an XML document"),
    ("of-another-session", "every presentation has the same recording"),
];

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
    ("an-hour-each", "event archives last an hour, and overlap"),
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
];

/// pp. 136-137
const LICENSES: Rows = &[
    ("no-set-accepted", "a request for no time at all is answered with an empty report"),
    ("times-not-those-asked-for", "start_time and end_time are not those that were asked for"),
    ("group-by-not-told", "group_by is none of the three"),
    ("group_by/without-effect", "peaks are of hours, whatever is asked for"),
    ("group_by/unknown-value-accepted", "an unknown group_by is answered with an empty report"),
    ("peaks-not-grouped", "every moment is told, not the peak of each group"),
    ("least-instead-of-most", "the moment of a group with the fewest licenses in use is told"),
    ("peak-outside-the-window", "peaks were logged years before the window"),
    ("reason-unknown", "the reason of a count is none of the two"),
    ("total-not-the-sum", "a total is one more than its parts"),
];

/// p. 138
const ENDPOINTS: Rows = &[
    ("directory-missing", "the ZIP file has no directory"),
    ("zip-cut-short", "the ZIP file ends before its directory does"),
    ("file-damaged", "a file in the ZIP file is damaged"),
    ("without-files", "the ZIP file has no files"),
    ("plain-text", "the tables come as text, not in a ZIP file"),
];

/// pp. 138-139
const VAULT: Rows = &[
    ("no-set-accepted", "a request for no time at all is answered with an empty list"),
    ("limit/rep-without-effect", "limit=rep:ID limits nothing"),
    ("limit/account-without-effect", "limit=account:ID limits nothing"),
    ("limit/rep-leaves-nothing", "limit=rep:ID leaves no event"),
    ("limit/account-leaves-nothing", "limit=account:ID leaves no event"),
    ("the-latest-missing", "the last event is missing"),
    ("the-first-twice", "the first event is told twice"),
    ("type-of-another-list", "event types are none of the eight"),
    ("performers-found-nowhere", "who did something has an id that is nobody's"),
    ("performers-all-system", "every event is told to be done by the system"),
];

/// Tables that a state lacks, though they have rows.
pub(super) fn tables_missing(add: &mut Add<'_>) {
    for table in TABLES {
        let name = table.name;
        add(&format!("table-missing:{name}"), format!("states have no table {name}, though it has rows"));
    }
}
