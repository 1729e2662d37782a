//! Defects of the reports of presentations, licenses and the Vault that were thought of one by one.
//!
//! In: nothing. Out: rows for each report, in the order of the guide, and what the families of every report
//! have that is no defect of one of these.

use super::commands_by_hand::Rows;
use super::families::RECORDING;

pub(super) const BY_HAND: &[(&str, Rows)] = &[
    ("reporting/presentation_session", CHOICE),
    ("reporting/presentation_session", SESSION),
    ("reporting/presentation_session_listing", CHOICE),
    ("reporting/presentation_session_listing", LISTING),
    ("reporting/presentation_session_recording", RECORDING),
    ("reporting/presentation_recording", RECORDING),
    ("reporting/license_usage", LICENSES),
    ("reporting/endpoint_license_usage", ENDPOINTS),
    ("reporting/vault_account_activity", VAULT),
];

/// What a reading explains, or nobody could notice.
pub(super) fn left_out(report: &str) -> &'static [&'static str] {
    match report {
        // To refuse the old name is a reading.
        "PresentationRecording" => {
            &["get-refused", "post-refused", "refused-always", "unknown-report", "alone-not-enough"]
        }
        // No permission is named, and nothing can be wrong with a request.
        "EndpointLicenseUsage" => &["deny-accepted", "alone-not-enough", "error-answered-with-nothing"],
        // group_by has no default, and duration is always needed.
        "LicenseUsage" => &["group_by/not-required"],
        // Whether an event has an end is a reading, and so is it to refuse to look for one.
        "VaultAccountActivity" => &["end_date/refused", "end_time/refused"],
        _ => &[],
    }
}

/// pp. 98, 104: which presentations a window holds.
const CHOICE: Rows = &[
    ("running-missed-by-start", "presentations in progress are missing from what began in a window"),
    ("running-found-by-end", "presentations in progress are among those that ended in a window"),
    ("the-first-missing", "the presentation that began first is missing"),
    ("the-first-twice", "the presentation that began first is told twice"),
    ("no-set-accepted", "a request for no presentations at all is answered with an empty list"),
];

/// pp. 98-101
const SESSION: Rows = &[
    ("lsids-only-the-first", "of several presentations only the first is told"),
    ("lsids-one-too-many", "beside the presentations that are asked for another is told"),
    ("lsid-one-too-many", "beside the presentation that is asked for another is told"),
    ("lsid-of-another", "the presentation that is told is not the one that is asked for"),
    ("session-type-support", "session_type is support"),
    ("start-timestamp-another", "the timestamp of start_time is another instant than its text"),
    ("end-timestamp-another", "the timestamp of end_time is another instant than its text"),
    ("running-with-an-end", "a presentation that did not end has an end_time"),
    ("duration-not-of-its-times", "duration is not the distance of start_time and end_time"),
    ("duration-in-seconds", "duration is a number of seconds"),
    ("duration-without-hours", "duration has no hours"),
    ("urls-of-running-presentations", "a presentation that did not end has the addresses of its chat"),
    ("urls-of-what-was-not-recorded", "a presentation without a recording has the addresses of one"),
    ("attendees-missing", "attendee_list is empty for every presentation"),
    ("attendee-name-of-another", "every attendee has the same name"),
    ("later-presenters-missing", "only the first presenter is told"),
    ("gsnumbers-found-nowhere", "events name no gsnumber of a representative"),
    ("seconds-above-the-duration", "seconds_involved is more than the presentation lasted"),
    ("events-reversed", "events stand from the last to the first"),
    ("events-after-the-end", "events are later than the end of their presentation"),
    ("chats-missing", "chat messages are no events"),
    ("performers-found-nowhere", "who did something has a gsnumber that is nobody's"),
    ("performers-all-system", "every event is told to be done by the system"),
    ("body-always-encoded", "every message is encoded"),
    ("body-never-encoded", "no message is encoded, and what XML cannot hold is lost"),
    ("body-beside-encoded", "an event with encoded_body has a body, too"),
    ("encoded-in-hex", "encoded_body is no base64"),
    ("encoded-in-one-line", "encoded_body has lines of more than 76 characters"),
];

/// p. 104
const LISTING: Rows = &[
    ("lsid-of-nothing", "the lsid is that of no presentation"),
    ("has-recording-always", "has_recording is 1 for every presentation"),
    ("has-recording-never", "has_recording is 0 for every presentation"),
];

/// pp. 136-137
const LICENSES: Rows = &[
    ("no-set-accepted", "a request for no time at all is answered with an empty list"),
    ("times-not-those-asked-for", "start_time and end_time are not those that were asked for"),
    ("group-by-ignored", "peaks are always those of hours"),
    ("group-by-not-told", "group_by is none of the three"),
    ("lowest-for-peak", "of a day or month the lowest hour is told, not the highest"),
    ("the-first-missing", "the first peak is missing"),
    ("intervals-reversed", "peaks stand from the last to the first"),
    ("datetime-another", "datetime is another instant than timestamp"),
    ("reason-unknown", "the reason is none of the two"),
    ("counts-below-zero", "counts are below 0"),
    ("total-below-a-reason", "the total is less than its reasons together"),
    ("group_by/unknown-value-accepted", "an unknown group_by is answered with an empty list"),
];

/// p. 138
const ENDPOINTS: Rows = &[
    ("zip-without-directory", "the ZIP ends before its directory"),
    ("zip-without-entries", "the ZIP holds nothing"),
    ("zip-as-xml", "the report is an XML document"),
    ("zip-as-csv", "the report is a table, not a ZIP of them"),
];

/// pp. 138-139
const VAULT: Rows = &[
    ("no-set-accepted", "a request for no time at all is answered with an empty list"),
    ("limit/rep-without-effect", "limit=rep:ID limits nothing"),
    ("limit/account-without-effect", "limit=account:ID limits nothing"),
    ("limit/rep-above-2-without-effect", "limit=rep:ID limits nothing where ID is above 2"),
    ("limit/account-even-without-effect", "limit=account:ID limits nothing where ID is even"),
    ("limit/rep-leaves-nothing", "limit=rep:ID leaves no event"),
    ("limit/account-leaves-nothing", "limit=account:ID leaves no event"),
    ("the-first-missing", "the first event is missing"),
    ("one-outside-the-window", "an event from outside the window is told"),
    ("account-of-another", "the account is another one"),
    ("event-type-unknown", "the type of an event is none of the eight"),
    ("event-type-of-the-prose", "credentials that are checked out have a type of another spelling"),
    ("performers-all-system", "every event is told to be done by the system"),
    ("performer-of-another", "the id of whoever did something is another's"),
    ("password-changed-without-data", "a changed password has no data"),
    ("rotation-failed-without-reason", "a failed rotation has no reason"),
];
