//! Defects of the reporting API: those that were thought of one by one, and the families of every report.
//!
//! In: the emulator's own table of reports. Out: one defect each, in the order of the guide. Left out is what
//! nobody could notice who sees the answers only.

use super::super::reporting::{Permission, REPORTS, Report};
use super::super::switches::Defect;
use super::commands_by_hand::{Rows, SCHEMA};
use super::families::{Add, RECORDING, behaviour, need, values};
use super::{archives_by_hand, presentations_and_usage};

/// The permissions whose reports have the defects of every report.
const WITH_FAMILIES: &[Permission] =
    &[Permission::Support, Permission::Presentation, Permission::Archive, Permission::License, Permission::Vault];

pub(super) const BY_HAND: &[(&str, Rows)] = &[
    ("reporting/general", GENERAL),
    ("reporting/schema", SCHEMA),
    ("reporting/support_session", CHOICE),
    ("reporting/support_session", IDS),
    ("reporting/support_session", SESSION),
    ("reporting/support_session", PEOPLE),
    ("reporting/support_session", EVENTS),
    ("reporting/support_session_listing", CHOICE),
    ("reporting/support_session_listing", LISTING),
    ("reporting/support_session_summary", SUMMARY),
    ("reporting/support_session_recording", RECORDING),
    ("reporting/show_my_screen_recording", RECORDING),
    ("reporting/show_my_screen_recording", INSTANCES),
    ("reporting/command_shell_recording", RECORDING),
    ("reporting/command_shell_recording", INSTANCES),
    ("reporting/support_cust_exit_survey", IDS),
    ("reporting/support_cust_exit_survey", SURVEY),
    ("reporting/support_rep_exit_survey", IDS),
    ("reporting/support_rep_exit_survey", SURVEY),
    ("reporting/support_team", TEAM),
];

/// p. 80
const GENERAL: Rows = &[
    ("body-not-read", "parameters in the form body of a POST are not read"),
    ("namespace-missing", "reports declare no namespace"),
    ("namespace-changed", "reports declare another namespace"),
    ("encoding-misdeclared", "reports in UTF-8 declare Latin-1, in the header and in the XML declaration"),
    ("text-not-escaped", "text is not escaped"),
    ("not-well-formed", "reports end before their last tag does"),
    ("comment-before-declaration", "a comment stands before the XML declaration"),
    ("unknown-report-accepted", "an unknown report is answered with an empty list"),
    ("missing-report-accepted", "a request without generate_report is answered with an empty list"),
    ("error-without-message", "the error for an unknown report has no message"),
];

/// p. 82: which sessions a window holds.
const CHOICE: Rows = &[
    ("running-missed-by-start", "sessions in progress are missing from what began in a window"),
    ("running-found-by-end", "sessions in progress are among those that ended in a window"),
    ("the-latest-missing", "the session that began last is missing"),
    ("the-first-twice", "the session that began first is told twice"),
    ("no-set-accepted", "a request for no sessions at all is answered with an empty list"),
];

/// p. 82
const IDS: Rows = &[
    ("lsids-only-the-first", "of several sessions only the first is told"),
    ("lsids-one-too-many", "beside the sessions that are asked for another is told"),
    ("lsid-one-too-many", "beside the session that is asked for another is told"),
    ("lsid-of-another", "the session that is told is not the one that is asked for"),
];

/// pp. 83-85
const SESSION: Rows = &[
    ("limit/rep-without-effect", "limit=rep:ID limits nothing"),
    ("limit/team:all-without-effect", "limit=team:all limits nothing"),
    ("limit/team-without-effect", "limit=team:ID limits nothing"),
    ("limit/members-without-effect", "limit=members:ID limits nothing"),
    ("limit/site-without-effect", "limit=site:ID limits nothing"),
    ("limit/rep-leaves-nothing", "limit=rep:ID leaves no session"),
    ("limit/team:all-leaves-nothing", "limit=team:all leaves no session"),
    ("limit/team-leaves-nothing", "limit=team:ID leaves no session"),
    ("limit/members-leaves-nothing", "limit=members:ID leaves no session"),
    ("limit/site-leaves-nothing", "limit=site:ID leaves no session"),
    ("limit/rep-even-without-effect", "limit=rep:ID limits nothing where ID is even"),
    ("limit/team-even-without-effect", "limit=team:ID limits nothing where ID is even"),
    ("limit/members-even-without-effect", "limit=members:ID limits nothing where ID is even"),
    ("limit/site-even-without-effect", "limit=site:ID limits nothing where ID is even"),
    ("limit/rep-without-effect-on-ends", "limit=rep:ID limits nothing in a window of ends"),
    ("limit/members-of-the-first-alone", "limit=members:ID leaves the sessions of the first member alone"),
    ("by-id/urls-of-running-sessions", "asked for by id, a session in progress has the addresses of its chat"),
    ("by-id/start-timestamp-another", "asked for by id, the timestamp of start_time is another instant than its text"),
    ("by-id/end-timestamp-another", "asked for by id, the timestamp of end_time is another instant than its text"),
    ("by-id/duration-not-of-its-times", "asked for by id, duration is not the distance of start_time and end_time"),
    ("transfer-count-wrong-where-any", "file_transfer_count is one too many where files were transferred"),
    ("limit-applied-beside-lsid", "limit counts beside lsid and lsids"),
    ("session-type-presentation", "session_type is presentation"),
    ("start-timestamp-another", "the timestamp of start_time is another instant than its text"),
    ("end-timestamp-another", "the timestamp of end_time is another instant than its text"),
    ("running-with-an-end", "a session in progress has an end_time"),
    ("duration-not-of-its-times", "duration is not the distance of start_time and end_time"),
    ("duration-in-seconds", "duration is a number of seconds"),
    ("duration-without-hours", "duration has no hours"),
    ("external-key-lost", "external_key is empty for every session"),
    ("custom-attributes-lost", "custom_attributes is empty for every session"),
    ("survey-of-running-sessions", "a session in progress has an exit survey"),
    ("limit-refused", "limit is refused"),
    ("urls-of-running-sessions", "a session in progress has the addresses of its chat"),
    ("recording-instances-alike", "all recordings of a session have the same instance"),
    ("recordings-not-all-listed", "the last recording of a session is not listed"),
    ("transfer-count-wrong", "file_transfer_count is one more than there are transfers"),
    ("move-count-wrong", "file_move_count is one more than there are moves"),
    ("delete-count-wrong", "file_delete_count is one more than there are deletions"),
    ("primary-customer-nobody", "the gsnumber of primary_customer is nobody's"),
    ("primary-customer-of-another-once-over", "primary_customer of a session that is over is somebody else"),
    ("primary-rep-nobody", "the gsnumber of primary_rep is nobody's"),
    ("primary-rep-id-of-another", "the id of primary_rep is that of another representative"),
    ("primary-team-id-of-another", "the id of primary_team is that of another team"),
];

/// pp. 86-87
const PEOPLE: Rows = &[
    ("customer-address-of-another", "the customer has the address of somebody else"),
    ("customer-computer-of-another", "the customer has the computer of somebody else"),
    ("by-id/owner-not-owner", "asked for by id, session_owner is 1 for members and 0 for owners"),
    ("by-id/display-name-public", "asked for by id, display_name is the public display name"),
    ("by-id/seconds-above-the-duration", "asked for by id, seconds_involved is more than the session lasted"),
    ("customer-name-of-another", "the customer has another name than primary_customer"),
    ("primary-cust-0", "primary_cust is 0"),
    ("two-customers", "a session has two customers"),
    ("conference-members-missing", "representatives who never owned the session are missing"),
    ("display-name-public", "display_name is the public display name"),
    ("two-primary-reps", "every representative is the primary one"),
    ("no-primary-rep", "no representative is the primary one"),
    ("first-owner-primary", "the first owner is the primary one, not the last"),
    ("gsnumbers-found-nowhere", "events and primary_rep name no gsnumber of a representative"),
    ("seconds-above-the-duration", "seconds_involved is more than the session lasted"),
    ("owner-not-owner", "session_owner is 1 for members and 0 for owners"),
    ("everybody-invited", "every representative is invited"),
    ("invited-0", "invited is 0"),
    ("two-primary-teams", "every team is the primary one"),
    ("first-team-primary", "the first team is the primary one, not the last"),
    ("teams-missing", "team_list is empty for every session"),
    ("team-name-of-old", "the teams of a session have other names than their teams"),
];

/// pp. 88-89
const EVENTS: Rows = &[
    ("body-beside-encoded", "an event with encoded_body has a body, too"),
    ("information-everywhere", "every event has system_information"),
    ("events-reversed", "events stand from the last to the first"),
    ("by-id/body-beside-encoded", "asked for by id, an event with encoded_body has a body, too"),
    ("by-id/events-reversed", "asked for by id, events stand from the last to the first"),
    ("events-of-shown-screens-missing", "a recording of a shown screen is no event"),
    ("events-of-surveys-missing", "a survey that is filled in is no event"),
    ("events-of-joining-missing", "who joins a session is no event"),
    ("chats-missing", "chat messages are no events"),
    ("departures-missing", "nobody who leaves is told of"),
    ("session-end-missing", "the end of a session is no event"),
    ("performers-found-nowhere", "who did something has a gsnumber that is nobody's"),
    ("performers-all-system", "every event is told to be done by the system"),
    ("body-always-encoded", "every message is encoded"),
    ("body-never-encoded", "no message is encoded, and what XML cannot hold is lost"),
    ("body-of-another", "the text of a message is not what was sent"),
    ("encoded-in-hex", "encoded_body is no base64"),
    ("encoded-in-one-line", "encoded_body has lines of more than 76 characters"),
    ("rows-shorter-than-their-head", "rows of system information have fewer fields than their description"),
];

/// pp. 91-92
const LISTING: Rows = &[
    ("lsid-of-nothing", "the lsid is that of no session"),
    ("has-recording-always", "has_recording is 1 for every session"),
    ("has-recording-never", "has_recording is 0 for every session"),
    ("external-key-of-another", "the external key is not that of the session"),
];

/// pp. 93-94
const SUMMARY: Rows = &[
    ("running-missed-by-start", "sessions in progress are not counted among what began in a window"),
    ("running-found-by-end", "sessions in progress are counted among those that ended in a window"),
    ("no-set-accepted", "a request for no sessions at all is answered with an empty list"),
    ("always-by-rep", "rows are of representatives, whatever is asked for"),
    ("one-row-missing", "the first row is missing"),
    ("total-wrong", "total_sessions is one more than there are sessions"),
    ("average-is-the-sum", "avg_duration is the sum"),
    ("average-is-the-longest", "avg_duration is that of the longest session"),
    ("total-of-even-ids-wrong", "total_sessions is one more than there are sessions where the id is even"),
    ("average-of-even-ids-wrong", "avg_duration is a minute too long where the id is even"),
    ("average-a-weekday-of-all-days", "avg_sessions_per_weekday is the average of all seven days"),
    ("average-a-weekday-wrong", "avg_sessions_per_weekday is far too much"),
    ("type-of-another", "the type of a row is none of the three"),
    ("ids-not-unique", "rows share an id"),
    ("report_type/not-required", "a request without report_type is answered with an empty list"),
    ("report_type/unknown-value-accepted", "an unknown report_type is answered with an empty list"),
];

/// pp. 96-97
const INSTANCES: Rows = &[
    ("instance/unknown-accepted", "an instance that is not there is answered with a file"),
    ("instance-counted-from-one", "the first instance is 1"),
    ("always-the-first-instance", "every instance is the first one"),
    ("the-same-for-all", "every recording is the same file"),
];

/// pp. 107-109
const SURVEY: Rows = &[
    ("latest-survey-missing", "the survey of the session that began last is missing"),
    ("no-set-accepted", "a request for no sessions at all is answered with an empty list"),
    ("report_type/not-required", "a request without report_type is answered with an empty list"),
    ("report_type/unknown-value-accepted", "an unknown report_type is answered with an empty list"),
    ("id/not-required", "a request of a window without id is answered with an empty list"),
    ("id/without-effect", "id limits nothing"),
    ("id/even-without-effect", "id limits nothing where it is even"),
    ("site_id/even-without-effect", "site_id limits nothing where it is even"),
    ("site_id/without-effect", "site_id limits nothing"),
    ("first-owner-counts", "a survey counts as that of the first owner of its session, not the last"),
    ("surveys-of-the-other-kind", "surveys of customers and representatives are swapped"),
    ("submitted-by-the-other", "submitted_by names the other side"),
    ("ts-of-the-end", "ts is after the end of the session"),
    ("primary-customer-id-1", "the id of primary_customer is 1"),
    ("rep-resolved-1", "rep_resolved is 1"),
    ("first-question-missing", "the first question is missing"),
    ("question-ids-not-unique", "questions share an id"),
    ("type-of-another-form", "the type of a question is none of the five"),
    ("two-answers-of-one-choice", "a question with one answer at most has two"),
    ("two-primary-reps", "every representative is the primary one"),
    ("two-primary-teams", "every team is the primary one"),
    ("display-name-public", "display_name is the public display name"),
];

/// pp. 112-114
const TEAM: Rows = &[
    ("body-beside-encoded", "an event with encoded_body has a body, too"),
    ("no-set-accepted", "a request for no time at all is answered with an empty list"),
    ("times-not-those-asked-for", "start_time and end_time are not those that were asked for"),
    ("team_id/without-effect", "team_id limits nothing"),
    ("names-of-even-ids-of-old", "teams with an even id have the name of another time"),
    ("one-missing-without-team_id", "without team_id the last team is missing"),
    ("ids-not-unique", "teams share an id"),
    ("logged-in-now-instead", "whoever is logged in now is told, not who was before the first event"),
    ("logged-in-at-any-time", "whoever was ever logged in is told"),
    ("nobody-logged-in", "nobody is told to have been logged in"),
    ("chats-missing", "chat messages are no events"),
    ("files-missing", "an event of a file does not name it"),
    ("private-messages-missing", "what is meant for one representative is missing"),
    ("departures-missing", "nobody who leaves is told of"),
    ("performers-found-nowhere", "who did something has a gsnumber that is nobody's"),
    ("performers-all-system", "every event is told to be done by the system"),
    ("zero-beside-an-end-is-nothing", "beside an end a duration of 0 is nothing, not to the present"),
    ("days-beside-an-end-as-seconds", "duration beside a date of ends is taken for seconds"),
    ("team_id-beside-an-end-without-effect", "team_id limits nothing in a window of ends"),
    ("bounds-of-days-of-now", "the bounds of a window of days are the present"),
    ("bounds-of-ends-from-1970", "a window of ends is told to begin in 1970"),
    ("chats-without-text", "chat messages have no text"),
    ("messages-to-nobody", "a message is directed to a gsnumber that is nobody's"),
    ("gsnumber-kept-over-logins", "a representative has the same gsnumber at every login"),
    ("logged-in-of-any-team", "whoever was logged in is told in every team"),
    ("logged-in-address-of-another", "whoever was logged in has the private address of another computer"),
    ("logged-in-id-of-another", "whoever was logged in has the id of another representative"),
    ("support-teams-without-semicolon", "support_teams has no semicolon before it"),
    ("body-always-encoded", "every message is encoded"),
    ("body-never-encoded", "no message is encoded, and what XML cannot hold is lost"),
    ("encoded-in-hex", "encoded_body is no base64"),
];

/// What can be wrong with the window of any report that has one.
const WINDOWS: Rows = &[
    ("duration/not-required", "a request without duration is answered with an empty list"),
    ("days-as-seconds", "duration beside a date is taken for seconds"),
    ("seconds-as-days", "duration beside a time is taken for days"),
    ("window-a-day-late", "the window begins and ends a day late"),
    ("window-a-day-longer", "the window ends a day late"),
    ("window-a-day-shorter", "the window ends a day early"),
    ("zero-is-nothing", "a duration of 0 is nothing, not to the present"),
    ("duration-ignored", "every window is to the present"),
];

/// What can be wrong with the window of what has a beginning and an end.
const EDGES: Rows = &[
    ("end-taken-for-start", "end_date and end_time are taken for the beginning"),
    ("start-taken-for-end", "start_date and start_time are taken for the end"),
];

pub(super) fn add_all(all: &mut Vec<Defect>) {
    let mut add = |kind: &str, what: &str, says: String| {
        let defect = behaviour(kind, what, says);
        if !all.iter().any(|known| known.id == defect.id) {
            all.push(defect);
        }
    };
    for (kind, rows) in BY_HAND.iter().chain(presentations_and_usage::BY_HAND).chain(archives_by_hand::BY_HAND) {
        rows.iter().for_each(|(what, says)| add(kind, what, (*says).to_owned()));
    }
    archives_by_hand::tables_missing(&mut |what: &str, says: String| add("archive/archive", what, says));
    for report in REPORTS.iter().filter(|report| WITH_FAMILIES.contains(&report.permission)) {
        let left_out = presentations_and_usage::left_out(report.name);
        let mut each = |what: &str, says: String| {
            if !left_out.contains(&what) {
                add(report.kind, what, says);
            }
        };
        of_report(&mut each, report);
    }
}

fn of_report(add: &mut Add<'_>, report: &Report) {
    add("get-refused", "GET is refused".to_owned());
    add("post-refused", "POST is refused".to_owned());
    add("refused-always", "every request is answered with an error".to_owned());
    add("unknown-report", "the report is not known".to_owned());
    add("deny-accepted", "an account without the permission gets the report".to_owned());
    add("alone-not-enough", "an account gets the report only with every other permission too".to_owned());
    add("empty-body", "the report is an empty body".to_owned());
    add("error-answered-with-nothing", "an error is answered with an empty list, or with a file".to_owned());
    if report.root.is_some() {
        add("error-without-message", "an error has no message".to_owned());
    }
    let has = |name: &str| report.parameters.iter().copied().flatten().any(|parameter| parameter.name == name);
    for edge in ["start_date", "start_time", "end_date", "end_time"] {
        // What is an end of an event, or of what went on in a team, is not said.
        let without_ends = ["SupportTeam", "VaultAccountActivity"].contains(&report.name) && edge.starts_with("end");
        if has(edge) && !without_ends {
            add(&format!("beginning-ignored/{edge}"), format!("with {edge} a window to the present has no beginning"));
        }
    }
    if has("duration") {
        WINDOWS.iter().for_each(|(what, says)| add(what, (*says).to_owned()));
        if !["SupportTeam", "LicenseUsage", "VaultAccountActivity"].contains(&report.name) {
            EDGES.iter().for_each(|(what, says)| add(what, (*says).to_owned()));
        }
    }
    for parameter in report.parameters.iter().copied().flatten() {
        // A window is the only way to choose where sessions cannot be named, and the type is always needed.
        let needed = (parameter.name == "duration" && !has("lsid")) || parameter.name == "report_type";
        let mut each = |what: &str, says: String| {
            if !(needed && what.ends_with("/wrongly-required")) {
                add(what, says);
            }
        };
        need(&mut each, "", parameter);
        values(&mut each, "", parameter, &[]);
    }
}
