//! What scripts for the console and sessions from web pages leave open (pp. 52-76).

use super::super::topic::{Topic, topic};

pub(super) const TOPICS: &[Topic] = &[
    topic("client-script-auth", 53, &["public", "token"], "GET /api/client_script without a token"),
    topic(
        "client-script-refusal",
        53,
        &["xml_error", "bad_request"],
        "a script that is not made: an XML error with 200, or 400",
    ),
    topic("brcs-newline", 52, &["lf", "crlf"], "what ends the lines of a script"),
    topic("brcs-trailing-newline", 52, &["absent", "present"], "a newline after the last command of a script"),
    topic("start-pinned-client-session", 52, &["accepted", "refused"], "the action start_pinned_client_session"),
    topic("delete-script-file-asked-for", 54, &["refused", "accepted"], "delete_script_file asked for by its name"),
    topic(
        "web-console-pairs",
        53,
        &["refused", "accepted"],
        "rep with execute, and web_console with generate; accepted lets type decide",
    ),
    topic("web-console-answer", 53, &["page", "redirect"], "what web_console is answered with"),
    topic("login-duplicate", 55, &["once", "twice"], "login asked for by its name: one login in the script, or two"),
    topic("login-all-or-none", 55, &["refused", "accepted"], "one or two of mechanism, username and password"),
    topic(
        "jump-item-search-string",
        59,
        &["accepted", "refused"],
        "search_string of start_jump_item_session without a client parameter",
    ),
    topic(
        "start-session-response",
        67,
        &["download", "page"],
        "a session that is started: the customer client, or a page that leads to it",
    ),
    topic(
        "start-session-begins",
        67,
        &["with_the_client", "at_once"],
        "when a session begins: once the customer runs the client, which nobody does here, or with the answer",
    ),
    topic(
        "start-session-refusal",
        67,
        &["page_404", "page_400", "xml_error"],
        "a session that is not started: a page with 404 or 400, or an XML error with 200",
    ),
    topic(
        "several-start-methods",
        67,
        &["refused", "accepted"],
        "two ways to start a session in one request; accepted takes the first",
    ),
    topic("rep-id-and-name", 67, &["refused", "accepted"], "the id of a representative without the name"),
    topic("rep-name-mismatch", 67, &["refused", "accepted"], "the name of another representative than the id"),
    topic("rep-logged-out", 67, &["refused", "queued"], "a session with a representative who is not logged in"),
    topic(
        "issue-id-and-code-name",
        68,
        &["refused", "accepted"],
        "codeName and id of an issue together; accepted lets codeName count",
    ),
    topic("used-session-key", 67, &["refused", "accepted"], "a session key for a second session"),
    topic(
        "prompting-restricts",
        69,
        &["prompt_off", "prompt_on"],
        "whether customers are prompted before the download, and a session key brings the external key only",
    ),
    topic(
        "form-post-parity",
        70,
        &["accepted", "refused"],
        "ways to start a session other than by a key in a POST request",
    ),
    topic(
        "js-several-methods",
        75,
        &["refused", "accepted"],
        "two of sessionKey, rep and issue in BG.start; accepted takes the first",
    ),
    topic(
        "js-issue-names",
        76,
        &["sent", "ignored"],
        "which inputs of an issue form are sent: all of them, or id and codeName",
    ),
    topic("js-fallback-default", 76, &["on", "off"], "fallbackToFullWindow left out"),
];
