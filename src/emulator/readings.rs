//! The switches of the emulator: where the guide can be read in more than one way, which way it answers.
//!
//! In: `topic=reading`. Out: [`Readings`], one reading for every topic. No reading here contradicts the
//! guide; what does is a defect and lives in `defects`.

#[cfg(test)]
mod told_apart;

/// A place of the guide that can be read in more than one way.
#[derive(Debug)]
pub struct Topic {
    /// What `--reading` calls it.
    pub name: &'static str,
    /// The page of the guide that leaves it open.
    pub page: u32,
    /// The ways to read it; the first is the emulator's default.
    pub readings: &'static [&'static str],
    /// What is open.
    pub says: &'static str,
}

impl Topic {
    /// The reading that holds unless another is chosen.
    pub fn default_reading(&self) -> &'static str {
        self.readings[0]
    }
}

/// One topic read one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The topic.
    pub topic: &'static str,
    /// The way to read it.
    pub reading: &'static str,
}

/// One reading for every topic.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    chosen: Vec<Reading>,
}

impl Readings {
    /// Reads `topic=reading`. The message of a failure names what there is to choose from.
    pub fn parse(text: &str) -> Result<Reading, String> {
        let Some((topic, reading)) = text.split_once('=') else {
            return Err(format!("`{text}` is not a reading: write topic=reading, as in error-placement=root"));
        };
        let Some(found) = TOPICS.iter().find(|known| known.name == topic.trim()) else {
            return Err(unknown_topic(topic.trim()));
        };
        let known = found.readings.iter().find(|known| **known == reading.trim());
        known.map(|known| Reading { topic: found.name, reading: known }).ok_or_else(|| {
            format!(
                "`{}` is no reading of `{}`: choose one of {}",
                reading.trim(),
                found.name,
                found.readings.join(", ")
            )
        })
    }

    /// All topics with their readings, the default first.
    pub fn list() -> &'static [Topic] {
        TOPICS
    }

    /// Chooses a reading; a later choice on the same topic wins.
    pub fn set(&mut self, reading: Reading) {
        self.chosen.retain(|other| other.topic != reading.topic);
        self.chosen.push(reading);
    }

    /// Which reading of `topic` holds.
    pub fn of(&self, topic: &str) -> &'static str {
        let chosen = self.chosen.iter().find(|reading| reading.topic == topic).map(|reading| reading.reading);
        let known = TOPICS.iter().find(|known| known.name == topic);
        debug_assert!(known.is_some(), "no topic is called {topic}");
        chosen.or_else(|| known.map(Topic::default_reading)).unwrap_or_default()
    }

    /// Whether `topic` is read as `reading`.
    pub(crate) fn is(&self, topic: &str, reading: &str) -> bool {
        debug_assert!(TOPICS.iter().any(|known| known.name == topic && known.readings.contains(&reading)));
        self.of(topic) == reading
    }

    /// The reading of a topic whose readings are numbers, such as HTTP statuses.
    pub(crate) fn status(&self, topic: &str) -> u16 {
        self.of(topic).parse().unwrap_or(401)
    }
}

impl FromIterator<Reading> for Readings {
    fn from_iter<I: IntoIterator<Item = Reading>>(readings: I) -> Readings {
        let mut all = Readings::default();
        readings.into_iter().for_each(|reading| all.set(reading));
        all
    }
}

fn unknown_topic(topic: &str) -> String {
    let near = nearest(topic, TOPICS.iter().map(|known| known.name));
    let hint = near.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default();
    let all: Vec<&str> = TOPICS.iter().map(|known| known.name).collect();
    format!("there is no topic `{topic}`{hint}; the topics are {}", all.join(", "))
}

/// The candidate that a slip of the pen could have turned into `word`, if any is near enough.
pub(crate) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let ranked = candidates.map(|candidate| (distance(word, candidate), candidate));
    ranked.min_by_key(|(far, _)| *far).filter(|(far, best)| *far <= best.len() / 3).map(|(_, best)| best)
}

/// How many letters must change to turn one word into the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(200).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().take(200).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

/// Every topic. The first reading of each is the default.
static TOPICS: &[Topic] = &[
    topic(
        "auth-error-status",
        7,
        &["401", "403", "400"],
        "the HTTP status of an answer to an invalid or expired token",
    ),
    topic(
        "token-refusal-status",
        6,
        &["401", "400", "403"],
        "the HTTP status of the token endpoint for bad credentials",
    ),
    topic(
        "permission-denied-shape",
        6,
        &["access_denied_json", "xml_error", "not_found"],
        "a valid token without the permission: the JSON of p. 7 with 403, an XML error, or 404",
    ),
    topic("rate-limit-status", 7, &["429", "503", "403"], "the HTTP status of a request over the rate"),
    topic(
        "command-namespace",
        10,
        &["vendor", "own_host"],
        "the namespace of command answers: the vendor's, or one of the target's own host",
    ),
    topic(
        "error-placement",
        12,
        &["inside", "root"],
        "an error inside the list element that was to be expected, or as the root",
    ),
    topic("success-period", 20, &["without", "with"], "success messages with or without a final full stop"),
    topic(
        "mutating-with-read-only",
        14,
        &["accepted", "refused"],
        "set_rep_status, send_chat_message, create_virtual_customer and leave_session by a read-only account",
    ),
    topic(
        "direct-link",
        12,
        &["escaped", "child_element"],
        "direct_link holds the anchor as escaped text, or as a child element",
    ),
    topic(
        "issues-blank",
        15,
        &["issues_empty", "issue_empty"],
        "a team without issues: empty issues, or issues with one empty issue",
    ),
    topic("queue-response", 18, &["literal", "empty"], "queue and queue_id of a key for the general queue or an issue"),
    topic(
        "mail-body",
        18,
        &["fixed", "with_url", "with_key"],
        "the body of the invitation: the same text for every key, or one with its address or the key itself",
    ),
    topic("short-key-charset", 18, &["digits", "alphanumeric"], "the seven characters of a short key"),
    topic("ttl-above-maximum", 17, &["clamped", "refused"], "a ttl above the site's maximum"),
    topic("external-key-absent", 18, &["empty", "absent"], "external_key of a key that has none"),
    topic("over-length", 17, &["refused", "truncated"], "a value longer than its documented maximum"),
    topic(
        "over-total",
        17,
        &["refused", "truncated"],
        "custom fields above 10 KB in total; truncated cuts the last ones",
    ),
    topic("unconfigured-field", 17, &["ignored", "refused"], "a custom field that the site does not have"),
    topic("out-of-range", 17, &["refused", "clamped", "ignored"], "an integer outside its documented bounds"),
    topic(
        "malformed-value",
        17,
        &["refused", "ignored"],
        "a value of the wrong type, or not among the printed ones; ignored takes the parameter as absent",
    ),
    topic("empty-value", 17, &["refused", "ignored"], "an empty value of a parameter other than a custom field"),
    topic("unknown-parameter", 10, &["ignored", "refused"], "a parameter that the action does not have"),
    topic("repeated-parameter", 10, &["last", "first", "refused"], "the same parameter twice"),
    topic(
        "rep-id-or-username",
        20,
        &["refused", "accepted"],
        "rep_id and rep_username both given to join_session; accepted lets rep_id win",
    ),
    topic("transfer-queue-subset", 21, &["refused", "accepted"], "transfer_session to the general queue or an issue"),
    topic("no-response-documented", 22, &["success", "empty"], "the answer of send_chat_message and leave_session"),
    topic("cvc-lsid", 24, &["absent", "present"], "an lsid in the answer of create_virtual_customer"),
    topic("cvc-chat-url", 24, &["absent", "present"], "a chat_url in the answer of create_virtual_customer"),
    topic("locale-unknown", 24, &["accepted", "refused"], "a locale that is not installed"),
    topic(
        "leave-several",
        26,
        &["refused", "accepted"],
        "more than one of rep_id, rep_username and customer given to leave_session",
    ),
    topic("leave-customer-value", 26, &["refused", "ignored"], "customer with another value than 1"),
    topic(
        "attributes-external-key",
        28,
        &["listed", "not_listed"],
        "the external key among the attributes of a session",
    ),
    topic("cleared-attribute", 27, &["absent", "empty"], "a cleared attribute of a session: left out, or listed empty"),
    topic("summary-other-types", 31, &["absent", "zero"], "counts of the types that were not asked for"),
    topic("pinned-client-type", 31, &["refused", "empty"], "a request for the type pinned_client"),
    topic(
        "ids-above-maximum",
        33,
        &["refused", "accepted", "truncated"],
        "more than 100 ids; truncated lets the first 100 count",
    ),
    topic(
        "connections-nesting",
        33,
        &["client_connection", "client_connections"],
        "the name of the element inside client_connections",
    ),
    topic(
        "connected-since",
        33,
        &["always", "with_connections"],
        "a client's connected_since without include_connections",
    ),
    topic(
        "session-lsids-name",
        34,
        &["support_session_lsids", "support_session_isids"],
        "the name of the list of a representative's sessions",
    ),
    topic("sync-when-none", 38, &["absent", "empty"], "the last data sync where failover is not configured"),
    topic("check-health-http-auth", 39, &["public", "token"], "GET /check_health without a token"),
    topic("failover-sync-default", 40, &["no_sync", "sync"], "data_sync_first left out"),
    topic("import-plural", 10, &["unknown", "accepted"], "the action import_jump_shortcuts"),
    topic(
        "import-mixed",
        42,
        &["refused", "accepted"],
        "hostname parameters of two kinds of shortcut in one request; accepted takes the first kind of the guide",
    ),
    topic("import-without-name", 42, &["refused", "accepted"], "a shortcut without a name"),
    topic("rdp-hostname-with-jumpoint", 42, &["accepted", "refused"], "rdp_hostname together with a jumpoint"),
    topic("vnc-low-port", 43, &["refused", "accepted"], "a Remote VNC port from 1 to 99"),
    topic("vt100-case", 48, &["both", "upper", "lower"], "which spelling of VT100 is taken"),
    topic("public-portal-id", 42, &["hostname", "name"], "what public_portal holds"),
    topic(
        "api-info-permissions",
        50,
        &["children", "attributes", "name_attribute", "direct"],
        "the shape of the permission entries",
    ),
    topic("perm-command-literal", 50, &["full", "full_access"], "the value of perm_command for full access"),
    topic("xsd-auth", 10, &["public", "token"], "GET /api/command.xsd or /api/reporting.xsd without a token"),
    topic("ns-alias", 166, &["available", "gone"], "the old paths /api/command.ns and /api/reporting.ns"),
    topic(
        "reporting-namespace",
        81,
        &["reporting", "command", "own_host"],
        "the namespace of reports: that of p. 81, that of the command API, or one of the target's own host",
    ),
    topic("limit-beside-lsid", 83, &["ignored", "refused"], "limit together with lsid or lsids"),
    topic(
        "primary-team-id",
        84,
        &["id_attribute", "children", "text"],
        "primary_team of a session: an id attribute and the name, two children, or the name alone",
    ),
    topic(
        "recording-instance-base",
        97,
        &["zero", "one"],
        "the first instance of a command shell recording in a session",
    ),
    topic(
        "performer-notation",
        88,
        &["attributes", "children"],
        "gsnumber and type of performed_by and destination: attributes or children",
    ),
    topic(
        "member-added-username",
        114,
        &["present", "absent"],
        "the username among the values of a team member who logs in",
    ),
    topic(
        "support-teams-leading-semicolon",
        89,
        &["without", "with"],
        "support_teams of a representative who joins a session: with the semicolon that it has for a team (p. 114)",
    ),
    topic(
        "shared-files-notation",
        88,
        &["files", "filename"],
        "a transferred file of a session: in files, or in filename and filesize",
    ),
    topic("event-timestamp-format", 88, &["epoch", "iso"], "the format of the timestamp of an event"),
    topic("category-name", 89, &["attribute", "absent"], "the name of a category of system information"),
    topic("listing-lseq", 91, &["attribute", "element"], "the lseq of a listed session"),
    topic("listing-external-key", 92, &["attribute", "element"], "the external key of a listed session"),
    topic("summary-empty-rows", 93, &["absent", "present"], "rows of those who had no session"),
    topic("survey-id-with-lsid", 107, &["ignored", "refused"], "id together with lsid or lsids"),
    topic("survey-ts-format", 108, &["epoch", "iso"], "the format of the ts of a survey"),
    topic("unanswered-question", 109, &["empty_answer", "empty_list"], "a question that was not answered"),
    topic(
        "team-time-text",
        112,
        &["iso", "plain"],
        "the text of start_time and end_time of a team report: ISO 8601, or date and time of the system without offset",
    ),
    topic("window-boundary", 82, &["half_open", "closed"], "what begins or ends exactly when the duration is over"),
    topic(
        "combined-sets",
        82,
        &["accepted", "refused"],
        "parameters of two sets in one report; accepted takes the ids, else the first of start_date, start_time, \
         end_date and end_time",
    ),
    topic(
        "report-error-shape",
        95,
        &["xml_error", "not_found"],
        "an error of a report that is no list: XML with an error, or 404",
    ),
    topic(
        "presentation-limit",
        103,
        &["filters", "ignored", "refused"],
        "limit of a report of presentations, which only its examples have",
    ),
    topic("presentation-event-type", 101, &["attribute", "element"], "the type of an event of a presentation"),
    topic("presentation-performer", 101, &["attendee", "customer"], "the type of an attendee who does something"),
    topic("presentation-in-progress", 104, &["listed", "absent"], "presentations in progress in their listing"),
    topic("presentation-recording-alias", 106, &["accepted", "refused"], "the old name PresentationRecording"),
    topic("license-empty", 136, &["empty", "absent"], "license_time_intervals with nothing in it"),
    topic(
        "license-total-beside-reasons",
        137,
        &["present", "absent"],
        "the total of a kind of license beside its parts",
    ),
    topic("license-datetime", 136, &["iso", "epoch"], "the format of the datetime of a peak"),
    topic("license-group-by-absent", 136, &["refused", "hour"], "LicenseUsage without group_by"),
    topic(
        "endpoint-license-permission",
        138,
        &["license", "any"],
        "which permission EndpointLicenseUsage needs: that of license usage, or any for reports",
    ),
    topic("vault-account-notation", 139, &["attribute", "element"], "the Vault account of an event"),
    topic(
        "vault-end-window",
        138,
        &["event", "nothing"],
        "end_date and end_time for events of Vault accounts: their own time, or nothing as no event has an end",
    ),
    topic("vault-api-account", 139, &["api_account", "api"], "the type of an API account that does something"),
    topic(
        "archive-model-shape",
        119,
        &["typed", "update"],
        "a change of a table in an event archive: one line a row by type, or as in the real-time API (p. 143)",
    ),
    topic("archive-boolean", 120, &["number", "literal"], "booleans of archives: 1 and 0, or true and false"),
    topic("attendee-table", 125, &["attende", "attendee"], "the name of the table of attendees"),
    topic("archive-team-id", 120, &["string", "number"], "support_team_id of a queue"),
    topic("archive-key", 120, &["bare", "quoted"], "ids that refer to rows: numbers, or the same as text"),
    topic("archive-files-shape", 129, &["array", "object"], "the shared files of an event"),
    topic(
        "archive-pairs-shape",
        126,
        &["object", "array"],
        "name-value pairs: an object, or an array of names and values",
    ),
    topic("presentation-event-name", 133, &["snake", "title"], "the names of the events of a presentation"),
    topic(
        "archive-state-wrapper",
        119,
        &["none", "wrapped"],
        "the tables of a state archive at its top, or in one member",
    ),
    topic("archive-empty-table", 119, &["null", "empty"], "a table without rows"),
    topic("multipart", 10, &["refused", "accepted"], "a POST of multipart/form-data"),
    topic("logged-in-since-format", 12, &["iso", "epoch"], "the format of logged_in_since"),
    topic("expires-format", 18, &["epoch", "iso"], "the format of expires"),
    topic("api-info-timestamp-format", 50, &["epoch", "iso"], "the format of the timestamp of get_api_info"),
    topic("event-ts-format", 36, &["epoch", "iso"], "the format of the ts of an event"),
    topic("missing-token-status", 7, &["401", "403", "400"], "the HTTP status where there is no Authorization header"),
];

const fn topic(name: &'static str, page: u32, readings: &'static [&'static str], says: &'static str) -> Topic {
    Topic { name, page, readings, says }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_answered_with_the_word_that_was_meant() {
        let fault = Readings::parse("eror-placement=root").expect_err("no such topic");
        assert!(fault.contains("did you mean `error-placement`?"), "{fault}");
        let fault = Readings::parse("error-placement=outside").expect_err("no such reading");
        assert!(fault.contains("inside, root"), "{fault}");
        assert!(Readings::parse("error-placement").is_err());
    }

    #[test]
    fn a_later_choice_wins_and_the_rest_keep_their_defaults() {
        let chosen = ["vt100-case=upper", "vt100-case=lower"];
        let readings: Readings = chosen.iter().map(|text| Readings::parse(text).expect("a reading")).collect();
        assert_eq!((readings.of("vt100-case"), readings.of("multipart")), ("lower", "refused"));
    }

    #[test]
    fn topics_are_named_once_and_have_a_choice() {
        for (at, topic) in TOPICS.iter().enumerate() {
            assert!(topic.readings.len() > 1, "{}", topic.name);
            assert!(TOPICS[..at].iter().all(|other| other.name != topic.name), "{}", topic.name);
        }
    }
}
