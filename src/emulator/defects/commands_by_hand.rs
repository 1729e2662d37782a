//! Defects of the command API that were thought of one by one: a kind of request, a name, and what is wrong.
//!
//! In: nothing. Out: rows in the order of the guide. Each has its hook in the code under the same name.
//! Left out is what nobody could notice who sees the answers only: a team or an event that is not listed, a
//! status that is not set for somebody logged out, a member who was never there and leaves with success.

use super::super::command::{elsewhere, sequences};
use super::accounts_by_hand::{ERRORS, RATE, TOKEN};

/// The defects of one kind of request: name and what is wrong.
pub(super) type Rows = &'static [(&'static str, &'static str)];

pub(super) const BY_HAND: &[(&str, Rows)] = &[
    ("auth/token", TOKEN),
    ("auth/errors", ERRORS),
    ("auth/rate_limit", RATE),
    ("command/general", GENERAL),
    ("command/schema", SCHEMA),
    ("command/get_logged_in_reps", LOGGED_IN),
    ("command/set_rep_status", STATUS),
    ("command/get_support_teams", TEAMS),
    ("command/generate_session_key", KEYS),
    ("command/join_session", JOIN),
    ("command/transfer_session", TRANSFER),
    ("command/send_chat_message", CHAT),
    ("command/create_virtual_customer", CUSTOMER),
    ("command/leave_session", LEAVE),
    ("command/set_session_attributes", ATTRIBUTES),
    ("command/get_session_attributes", ATTRIBUTES_READ),
    ("command/terminate_session", TERMINATE),
    ("command/get_appliances", APPLIANCES),
    ("command/get_connected_client_list", LIST),
    ("command/get_connected_clients", CLIENTS),
    ("command/check_health", HEALTH),
    ("command/check_health_http", HEALTH_HTTP),
    ("command/set_failover_role", FAILOVER),
    ("command/import_jump_shortcut", IMPORT),
    ("command/get_api_info", INFO),
    (sequences::KIND, sequences::DEFECTS),
    (sequences::KIND, sequences::RACES),
    (sequences::KIND, elsewhere::DEFECTS),
];

/// p. 10
const GENERAL: Rows = &[
    ("body-not-read", "parameters in the form body of a POST are not read"),
    ("plus-not-decoded", "a plus sign is not decoded to a space"),
    ("escaped-plus-becomes-space", "%2B is decoded to a space"),
    ("lower-case-hex-not-decoded", "escapes with lower-case digits are not decoded"),
    ("upper-case-hex-not-decoded", "escapes with upper-case digits are not decoded"),
    ("utf-8-read-as-latin-1", "values are decoded as Latin-1"),
    ("namespace-missing", "answers declare no namespace"),
    ("namespace-changed", "answers declare another namespace"),
    ("encoding-misdeclared", "answers in UTF-8 declare Latin-1, in the header and in the XML declaration"),
    ("non-ascii-lost", "letters beyond ASCII become question marks"),
    ("text-not-escaped", "text is not escaped"),
    ("not-well-formed", "answers end before their last tag does"),
    ("comment-before-declaration", "a comment stands before the XML declaration"),
    ("unknown-action-accepted", "an unknown action is answered with success"),
    ("missing-action-accepted", "a request without action is answered with success"),
];

/// p. 10
pub(super) const SCHEMA: Rows = &[
    ("missing", "there is no schema"),
    ("empty", "the schema is empty"),
    ("not-well-formed", "the schema is not well-formed"),
    ("not-a-schema", "the document is no schema"),
    ("does-not-compile", "the schema refers to a type that it does not have"),
    ("of-another-namespace", "the schema is of another namespace than the answers"),
    ("without-any-root", "the schema declares no element"),
    ("rejects-own-answers", "the schema has other names than the answers for the company and the time zone"),
];

/// p. 12
const LOGGED_IN: Rows = &[
    ("display-name-differs", "display_name is not public_display_name"),
    ("names-swapped", "public and private display names are swapped"),
    ("ids-not-unique", "all representatives have one id"),
    ("one-left-out", "one of the logged-in representatives is left out"),
    ("logged-out-listed", "a representative who is not logged in is listed"),
    ("session-count-stale", "support_session_count does not follow the sessions"),
    ("left-still-counted", "support_session_count counts the sessions that the representative has left"),
    ("presentations-not-counted", "presentation_count is 0 while a presentation runs"),
    ("logged-in-since-later", "logged_in_since lies in the future"),
    ("direct-link-without-anchor", "direct_link holds an address without an anchor"),
    ("direct-links-the-same", "every representative has the direct_link of the first"),
    ("direct-link-relative", "the address of direct_link has no host"),
];

/// p. 14
const STATUS: Rows = &[
    ("code_name/unknown-accepted", "an unknown status is answered with success"),
    ("rep_id/unknown-accepted", "an unknown representative is answered with success"),
    ("sets-everybody", "the status of everybody is set"),
];

/// p. 15
const TEAMS: Rows = &[
    ("members-always-shown", "members are shown without showmembers"),
    ("showmembers/ignored", "showmembers has no effect"),
    ("display-name-differs", "display_name of a member is not public_display_name"),
    ("names-swapped", "public and private display names of members are swapped"),
    ("ids-not-unique", "all teams have one id"),
    ("issue-ids-not-unique", "all issues have one id"),
    ("session-count-stale", "support_session_count does not follow the queue"),
    ("session-count-one-too-many", "support_session_count of each team is one too many"),
    ("members-of-empty-teams-left-out", "a team without members has no list of members though they are asked for"),
    ("members-of-empty-teams-shown", "a team without members lists all representatives"),
    ("session-count-of-running", "support_session_count counts the sessions that members are in"),
    ("ended-still-counted", "support_session_count counts sessions that ended while they waited"),
    ("taken-still-counted", "support_session_count counts sessions of the queue that somebody has taken"),
];

/// p. 17
const KEYS: Rows = &[
    ("type/unknown-value-accepted", "another type than support is answered with success"),
    ("queue_id/unknown-value-accepted", "a queue_id of no printed form is answered with success"),
    ("queue_id/unknown-queue-accepted", "a queue that is not there is answered with success"),
    ("queue_id/ambiguous-username-accepted", "a username that two representatives have is taken"),
    ("queue-wrong", "queue is team for representatives and the other way round"),
    ("queue-id-wrong", "queue_id is another than the one asked for"),
    ("available-always-1", "available is 1 with nobody there"),
    ("available-always-0", "available is 0 with somebody there"),
    ("session.priority/2-refused", "the priority 2 is refused"),
    ("session.priority/lost", "the priority that a key is made with does not go to its session"),
    ("session.skills/lost", "the skills that a key is made with do not go to its session"),
    ("session.skills/list-refused", "more than one skill is refused"),
    ("ttl/ignored", "ttl has no effect"),
    ("ttl/default-wrong", "without ttl a key is valid for a minute, not for the maximum"),
    ("ttl/last-one-sticks", "without ttl a key is valid for as long as was asked for last"),
    ("ttl/taken-as-minutes", "ttl is taken as minutes"),
    ("expires-not-ttl-away", "expires is not ttl seconds away"),
    ("expires-ninety-seconds-late", "expires is a minute and a half later than ttl seconds from now"),
    ("expires-at-once", "a key is expired as soon as it is made"),
    ("ttl/ends-early", "a key is expired after half its ttl"),
    ("ttl/never-ends", "a key outlives its ttl by far"),
    ("url_hostname/ignored", "url_hostname has no effect"),
    ("default-hostname-wrong", "key_url has a foreign host without url_hostname"),
    ("key-url-not-unique", "all keys have one key_url"),
    ("short-key-of-six", "short_key has six characters"),
    ("short-key-of-eight", "short_key has eight characters"),
    ("mail-subject-varies", "mail_subject holds a number that goes up"),
    ("mail-body-varies", "mail_body holds a number that goes up"),
    ("external-key-not-echoed", "external_key is empty in the answer"),
    ("external-key-not-carried-over", "the session of a key lacks its external key"),
    ("custom-fields-not-carried-over", "the session of a key lacks its custom fields"),
    ("session-placed-elsewhere", "the session of a key for a team is placed in the general queue"),
    ("key-values-win", "an attribute that a session has from its key cannot be changed"),
];

/// p. 20
const JOIN: Rows = &[
    ("lsid/unknown-accepted", "an unknown session is answered with success"),
    ("lsid/ended-accepted", "a session that has ended is answered with success"),
    ("rep_id/unknown-accepted", "an unknown rep_id is answered with success"),
    ("rep_username/unknown-accepted", "an unknown rep_username is answered with success"),
    ("nobody-accepted", "a request without a representative is answered with success"),
    ("logged-out-accepted", "a representative who is not logged in is answered with success"),
    ("adds-another", "another representative is added"),
    ("replaces-the-others", "the representatives in the session are removed"),
    ("joins-every-session", "the representative joins all sessions"),
];

/// p. 21
const TRANSFER: Rows = &[
    ("lsid/unknown-accepted", "an unknown session is answered with success"),
    ("lsid/ended-accepted", "a session that has ended is answered with success"),
    ("queue_id/unknown-value-accepted", "a queue_id of no printed form is answered with success"),
    ("queue_id/unknown-queue-accepted", "a queue that is not there is answered with success"),
    ("ends-the-session", "the session ends"),
    ("counted-in-both", "a transferred session still counts as waiting in the team that it left"),
    ("moves-every-session", "all sessions are transferred"),
    ("only-once", "a session is transferred twice at most, and never to a queue where it has been"),
    ("team-not-reported", "the team to which a session was transferred is not among its teams in the report"),
];

/// p. 22
const CHAT: Rows = &[
    ("both-targets-accepted", "team_id and lsid together are answered with success"),
    ("no-target-accepted", "neither team_id nor lsid is answered with success"),
    ("team_id/unknown-accepted", "an unknown team is answered with success"),
    ("lsid/unknown-accepted", "an unknown session is answered with success"),
    ("lsid/ended-accepted", "a session that has ended is answered with success"),
    ("to_rep/unknown-accepted", "an unknown to_rep is answered with success"),
    ("to_rep_username/unknown-accepted", "an unknown to_rep_username is answered with success"),
    ("impersonate/customer-with-team-accepted", "customer with team_id is answered with success"),
    ("impersonate/absent-customer-accepted", "a customer who is not in the session can be impersonated"),
    ("impersonate/unknown-accepted", "an unknown representative can be impersonated"),
    ("impersonate/outsider-accepted", "a representative who is not in the chat can be impersonated"),
    ("timestamp/future-accepted", "a timestamp in the future is answered with success"),
    ("timestamp/past-refused", "a timestamp in the past is refused"),
    ("bbcode-refused", "markup in the body is refused"),
    ("mark-missing", "reports do not tell which API account sent a message"),
    ("mark-of-another-account", "reports name the same API account for the messages of all"),
    ("to_rep-lost", "a message with to_rep is for the whole team"),
    ("to_rep_username-lost", "a message with to_rep_username is for the whole team"),
    ("sent-by-the-system-instead", "a message on behalf of a representative is reported as one of the system"),
    ("sent-by-the-customer-instead", "a message of nobody in particular is reported as one of the customer"),
    ("everybody-means-one", "a message to a whole team is reported as directed to one representative"),
    ("timestamp-lost", "a message with a timestamp is reported as sent at the present"),
    ("default-timestamp-of-an-hour-ago", "a message without a timestamp is reported as sent an hour ago"),
    ("control-characters-lost", "characters that XML does not allow are left out of a message"),
];

/// p. 24
const CUSTOMER: Rows = &[
    ("short_key/unknown-accepted", "an unknown short_key is answered with success"),
    ("short_key/expired-accepted", "an expired short_key starts a session"),
    ("lsid-reused", "all virtual customers are in one session"),
    ("name-lost", "the customer has another name"),
    ("ip-address-lost", "the customer has another address"),
    ("computer-name-lost", "the customer has another computer name"),
    ("operating-system-lost", "the customer has another operating system"),
    ("locale/installed-refused", "an installed language is refused"),
    ("session-not-active", "the customer is connected, but the session is not active"),
];

/// p. 26
const LEAVE: Rows = &[
    ("lsid/unknown-accepted", "an unknown session is answered with success"),
    ("lsid/ended-accepted", "a session that has ended is answered with success"),
    ("rep_id/unknown-accepted", "an unknown rep_id is answered with success"),
    ("rep_username/unknown-accepted", "an unknown rep_username is answered with success"),
    ("nobody-accepted", "a request without a member is answered with success"),
    ("customer-stays", "the customer stays in the session"),
    ("customer/any-value-counts", "customer removes the customer whatever its value"),
    ("rep-stays", "the representative stays in the session"),
    ("removes-everybody", "all representatives are removed"),
    ("leaves-every-session", "the representative leaves all sessions"),
    ("ends-the-session", "the session ends though somebody is left"),
];

/// p. 27
const ATTRIBUTES: Rows = &[
    ("lsid/unknown-accepted", "an unknown session is answered with success"),
    ("lsid/ended-accepted", "a session that has ended is answered with success"),
    ("unlisted-cleared", "attributes that are not listed are cleared"),
    ("only-first-set", "only one attribute of a request is set"),
    ("sets-every-session", "the attributes of every session are set"),
    ("external_key/empty-refused", "an empty external key is refused"),
    ("custom_field/empty-refused", "an empty custom field is refused"),
    ("external_key/clearing-ignored", "an empty external key does not clear it"),
    ("custom_field/clearing-ignored", "an empty custom field does not clear it"),
];

/// p. 28
const ATTRIBUTES_READ: Rows = &[
    ("lsid/unknown-accepted", "an unknown session is answered with an empty list"),
    ("lsid/ended-accepted", "a session that has ended is answered with an empty list"),
    ("values-left-out", "the attributes have no values"),
    ("unset-listed-with-a-value", "attributes that were never set are listed with the value of another"),
    ("code-and-name-swapped", "code_name and display_name are swapped"),
];

/// p. 29
const TERMINATE: Rows = &[
    ("lsid/unknown-accepted", "an unknown session is answered with success"),
    ("lsid/ended-accepted", "a session that has ended is answered with success"),
    ("ends-every-session", "all sessions end"),
    ("customer-stays-connected", "the session goes on with its customer"),
];

/// p. 30
const APPLIANCES: Rows = &[
    ("one-left-out", "the peer is left out"),
    ("ids-not-unique", "all appliances have one GUID"),
    ("single-not-accepting", "accepting_connections is 0 outside a cluster"),
    ("timezone-in-minutes", "timezone_offset is in minutes"),
    ("stranger-listed", "an appliance in no failover relationship is listed beside this one"),
    ("failover-role-fixed", "failover_role does not follow set_failover_role"),
];

/// p. 31
const LIST: Rows = &[
    ("type/ignored", "type has no effect"),
    ("type/only-first-counts", "only the first of several types counts"),
    ("type/default-not-all", "without type the push agents are left out"),
    ("summary_only/ignored", "summary_only has no effect"),
    ("summary-always-alone", "clients are not listed without summary_only"),
    ("summary-counts-wrong", "the counts are one too high"),
    ("summary-of-one-appliance", "the summary leaves the peer out"),
    ("counted-in-parts", "clients of one type are counted in two parts"),
    ("pinned-clients-not-counted", "the summary does not count pinned clients"),
    ("summary-not-filtered", "the summary counts the types that were not asked for"),
    ("ids-not-unique", "all clients have one id"),
    ("types-wrong", "all clients are listed as representatives"),
];

/// p. 33
const CLIENTS: Rows = &[
    ("type/ignored", "type has no effect"),
    ("type/only-first-counts", "only the first of several types counts"),
    ("type/default-not-all", "without type the push agents are left out"),
    ("id/ignored", "id has no effect"),
    ("id/only-first-counts", "only the first of several ids counts"),
    ("id/hundred-refused", "a hundred ids are refused"),
    ("id/unknown-means-all", "where no client has one of the ids, all clients are listed"),
    ("id-or-type-enough", "clients that fit either id or type are listed"),
    ("include_connections/ignored", "include_connections has no effect"),
    ("connections-always-included", "connections are told without include_connections"),
    ("ids-not-those-of-list", "the ids are not those of get_connected_client_list"),
    ("ts-another-instant", "ts is another instant than the text"),
    ("ts-another-instant-of-a-type", "ts is another instant than the text where clients of a type are asked for"),
    ("time-not-iso", "connected_since is not ISO 8601"),
    ("busy-and-idle-swapped", "routing_busy and routing_idle are swapped"),
    ("sessions-stale", "the sessions of a representative do not follow"),
    ("session-count-not-of-lsids", "support_session_count is not the number of sessions told"),
    ("presentation-count-2", "presentation_count is 2"),
    ("invited-told-as-normal", "type is Normal for a representative who is invited"),
    ("non-interactive-other-value", "non_interactive is neither rdp nor shelljump"),
    ("lsid-of-customer-differs", "the lsid of a customer is not that of the representative"),
    ("appliance-unknown", "appliance_id is not that of an appliance"),
    ("purpose-traffic", "purpose is traffic outside a cluster"),
    ("traffic-node-without-cluster", "receive_traffic_node is 1 outside a cluster"),
    ("timezone-in-minutes", "timezone_offset is in minutes"),
    ("all-events-told", "more than 20 events are told"),
    ("busy-still-available", "routing_available is 1 for those who are busy or idle"),
    ("available-though-disabled", "routing_available is 1 for those who have automatic assignment disabled"),
    ("showing-on-list-inverted", "showing_on_rep_list is 1 for those who are not listed"),
    ("start-url-of-another-host", "start_session_url leads to another host"),
    ("start-urls-the-same", "every representative has the start_session_url of the first"),
    ("doubled-for-push-agents", "client_connections of a push agent holds client_connections"),
    ("connection-at-another-time", "the one connection of a client began half an hour after the client connected"),
    ("events-before-the-connection", "events have times of the day before"),
    ("events-later-than-now", "events have times that are still to come"),
];

/// p. 38
const HEALTH: Rows = &[
    ("appliance-id-unknown", "the id is not that of an appliance"),
    ("hostname-of-the-peer", "the host name is that of the peer"),
    ("sync-time-to-come", "the last data sync is one of tomorrow"),
    ("error-message-while-healthy", "error_message is told though the check succeeded"),
    ("error-message-twice", "error_message is told twice though the check succeeded"),
    ("failed-while-http-check-succeeds", "success is 0 while the HTTP check says 200"),
    ("failover-role-fixed", "failover_role does not follow set_failover_role"),
    ("failover-role-none", "failover_role is none though failover is configured"),
    ("ts-another-instant", "ts is another instant than the text"),
    ("time-not-iso", "last_data_sync_time is not ISO 8601"),
];

/// p. 39
const HEALTH_HTTP: Rows = &[
    ("500-while-healthy", "the status is 500 though the appliance is healthy"),
    ("ill-answered-with-200", "the appliance is not well, and the status is 200"),
    ("404", "there is no such page"),
    ("204", "the status of a healthy appliance is 204"),
    ("302-to-login", "the page redirects"),
    ("body-empty", "there is no message"),
    ("answer-of-the-command", "the page is the XML answer of the command check_health"),
    ("version-told", "the version is told"),
    ("hostname-told", "the name of the appliance is told"),
    ("guid-told", "the GUID of the appliance is told"),
    ("role-told", "the failover role is told"),
];

/// p. 40
const FAILOVER: Rows = &[
    ("role/unknown-value-accepted", "an unknown role is answered with success"),
    ("data_sync_first/ignored", "data_sync_first has no effect"),
    ("messages-swapped", "the messages with and without a data sync are swapped"),
    ("get-appliances-stale", "get_appliances does not follow, as check_health does"),
    ("peer-keeps-its-role", "the peer keeps its role"),
    ("sync-without-role-change", "after a data sync the role does not change"),
    ("sync-not-recorded", "the data sync is not told as the last one"),
    ("without-its-peer/not-asked-for", "a primary whose peer cannot be contacted becomes the backup without force"),
    ("without-its-peer/refused-and-done", "a primary whose peer cannot be contacted refuses, and becomes the backup"),
    ("without-its-peer/error-without-message", "the error of a primary whose peer cannot be contacted is empty"),
    (
        "without-its-peer/force-of-no-use",
        "a primary whose peer cannot be contacted refuses to become the backup by force",
    ),
    (
        "without-its-peer/forced-without-effect",
        "a primary whose peer cannot be contacted says that it became the backup by force, and did not",
    ),
];

/// p. 42
const IMPORT: Rows = &[("no-hostname-accepted", "a request without a hostname parameter is answered with success")];

/// p. 50
const INFO: Rows = &[
    ("timestamp-stands-still", "timestamp is not the present"),
    ("timestamp-ahead", "timestamp is 400 seconds ahead of what the target has for now everywhere else"),
    ("perm-command-always-full", "perm_command is that of full access for every account"),
    ("perm-command-of-full-wrong", "perm_command of full access is read_only"),
    ("flags-always-1", "every flag is 1, whatever the account may do"),
    ("flags-always-0", "every flag is 0, whatever the account may do"),
];
