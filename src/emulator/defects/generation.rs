//! Defects of scripts for the console, of sessions from web pages, and of backups.
//!
//! In: tables by hand, and the emulator's own tables of script actions and parameters. Out: one defect each, in
//! the order of the guide. Left out is what a reading explains, and what nobody could notice who sees the
//! answers only: the priority and the skills of a session, the language of its client.

use super::super::client_script::{ACTIONS, ScriptAction};
use super::super::command::parameters::{Parameter, Shape};
use super::super::session;
use super::super::switches::{Defect, Readings};
use super::commands_by_hand::Rows;
use super::families::{Add, behaviour, need, of_custom_fields, values};

pub(super) const BY_HAND: &[(&str, Rows)] = &[
    ("client_script/general", SCRIPTS),
    ("client_script/generate_session_key", WEB_CONSOLE),
    ("client_script/start_jump_item_session", WEB_CONSOLE),
    ("client_script/start_jump_item_session", JUMP_ITEM),
    ("client_script/start_pinned_client_session", PINNED_CLIENT),
    ("client_script/generate_session_key", DIALOG),
    ("client_script/push_and_start_remote", MACHINE),
    ("client_script/push_and_start_remote", THROUGH_A_JUMPOINT),
    ("client_script/start_rdp_session", MACHINE),
    ("client_script/start_rdp_session", THROUGH_A_JUMPOINT),
    ("client_script/start_rdp_session", WITH_A_USER),
    ("client_script/start_vnc_session", MACHINE),
    ("client_script/start_vnc_session", THROUGH_A_JUMPOINT),
    ("client_script/start_shell_jump_session", MACHINE),
    ("client_script/start_shell_jump_session", THROUGH_A_JUMPOINT),
    ("client_script/start_shell_jump_session", WITH_A_USER),
    ("client_script/start_vpro_session", MACHINE),
    ("client_script/start_vpro_session", MACHINE_BY_KERBEROS),
    (session::KIND, START),
    ("session/start_session_js", SCRIPT_FOR_PAGES),
    ("backup/backup", BACKUP),
];

/// pp. 52-54
const SCRIPTS: Rows = &[
    ("get-refused", "GET is refused"),
    ("type/not-required", "a request without type is answered with a script"),
    ("type/unknown-value-accepted", "an unknown type is answered with a script"),
    ("type/rep-refused", "type of rep is refused"),
    ("operation/not-required", "a request without operation is answered with a script"),
    ("operation/unknown-value-accepted", "an unknown operation is answered with a script"),
    ("operation/generate-refused", "operation of generate is refused"),
    ("missing-action-accepted", "a request without action is answered with a script"),
    ("unknown-action-accepted", "an unknown action is answered with a script"),
    ("both-actions-in-one-file", "two actions of one request stand in one script"),
    ("web-console-gets-a-file", "web_console is answered with a script"),
    ("web-console-runs-everything", "web_console takes actions that it does not have"),
    ("file-name-without-site", "the name of the file does not end in the name of the site"),
    ("file-empty", "the script is an empty file"),
    ("file-as-page", "the script stands inside a page"),
    ("header-missing", "the script has no header"),
    ("header-of-another-version", "the header is BRCS2.0"),
    ("byte-order-mark", "the script begins with a byte order mark"),
    ("lines-end-in-carriage-returns", "the lines of the script end in carriage returns alone"),
    ("login-missing", "the script has no login"),
    ("login-not-first", "login stands behind the action"),
    ("delete-script-file-missing", "the script has no delete_script_file"),
    ("action-missing", "the script does not hold the action that was asked for"),
    ("action-not-first", "action is not the first key of its command"),
    ("login-twice", "the script begins with two logins"),
    ("login-with-credentials", "the login that is added has a user name"),
    ("login-beside-another-action", "login and another action of one request stand in one script"),
    ("eleven-commands", "the script has more than ten commands"),
    ("only-the-first-parameter", "the script holds only the first parameter of a command"),
    ("pairs-apart-by-semicolons", "semicolons stand between the pairs of a command"),
    ("values-not-encoded", "values are not encoded"),
    ("line-ends-of-values-kept", "a line end in a value begins another command"),
    ("separators-of-values-kept", "an ampersand in a value begins another parameter"),
    ("values-encoded-twice", "values are encoded twice"),
    ("spaces-as-plus", "a space is written as +"),
    ("plus-becomes-space", "a + comes out as a space"),
    ("values-in-lower-case", "values come out in lower case"),
    ("non-ascii-lost", "letters beyond ASCII become question marks"),
];

/// p. 53
const WEB_CONSOLE: Rows = &[("web-console-refused", "the web console cannot run it")];

/// p. 59
const JUMP_ITEM: Rows = &[("nothing-to-search-accepted", "a request with nothing to search by makes a script")];

/// p. 53
const PINNED_CLIENT: Rows = &[("search_string/dropped", "search_string does not come into the script")];

/// p. 56
const DIALOG: Rows = &[("public_portal_hostname/invented", "a script without a public portal has one")];

/// pp. 58-66
const MACHINE: Rows = &[("target/address-refused", "a target of an IP address is refused")];

/// p. 66
const MACHINE_BY_KERBEROS: Rows = &[("target/full-name-refused", "a target of a full domain name is refused")];

/// pp. 58-64
const THROUGH_A_JUMPOINT: Rows = &[("jumpoint/invented", "a script without a Jumpoint has one")];

/// pp. 61-64
const WITH_A_USER: Rows = &[("username/invented", "a script without a user name has one")];

/// pp. 67-70
const START: Rows = &[
    ("get-refused", "GET is refused"),
    ("post-refused", "POST is refused"),
    ("body-not-read", "parameters in the form body of a POST are not read"),
    ("token-needed", "a token is needed"),
    ("refused-always", "no session can be started"),
    ("refusal-with-a-client", "what is refused is answered with a client all the same"),
    ("answer-empty", "the answer is empty"),
    ("nothing-accepted", "a request without key, representative or issue is answered with a client"),
    ("short_key/unknown-accepted", "an unknown session key is answered with a client"),
    ("short_key/expired-accepted", "an expired session key starts a session"),
    ("attributes-of-key-lost", "the session does not have the attributes of its key"),
    ("id/unknown-rep-accepted", "an unknown representative is answered with a client"),
    ("id/unknown-issue-accepted", "an issue of an unknown id is answered with a client"),
    ("codeName/unknown-accepted", "an issue of an unknown code name is answered with a client"),
    ("c2cjs/without-effect", "c2cjs=1 is answered with the full client"),
    ("customer.name/lost", "the customer has another name"),
    ("customer.company/lost", "the customer has no company"),
    ("customer.company_code/lost", "the customer has no company code"),
    ("customer.details/lost", "the customer has no details"),
    ("locale/installed-refused", "an installed language is refused"),
    ("session.skills/list-refused", "several skills are refused"),
    ("session.priority/2-refused", "session.priority of 2 is refused"),
    ("issue/lost", "the report of a session by an issue does not have the issue"),
    ("issue/other-inputs-refused", "a session by an issue is refused for a parameter that is none"),
    ("timezone_offset/with-effect", "timezone_offset changes the answer"),
    ("session-not-active", "no session is there"),
    ("queue-always-general", "every session waits in the general queue"),
    ("public-site-always-the-first", "every session is of the first public site"),
];

/// pp. 71-76. Those that change the script are in a table beside it.
const SCRIPT_FOR_PAGES: Rows = &[
    ("not-found", "there is no script"),
    ("page-instead", "the script is a page"),
    ("token-needed", "a token is needed"),
];

/// p. 162
const BACKUP: Rows = &[
    ("get-refused", "GET is refused"),
    ("post-refused", "POST is refused"),
    ("refused-always", "every request is answered with an error"),
    ("deny-accepted", "an account without the permission gets the backup"),
    ("empty", "the backup is empty"),
    ("as-xml", "the backup is an XML document"),
];

pub(super) fn add_all(all: &mut Vec<Defect>) {
    // Of a session that somebody starts much shows only where it begins.
    let begins = Readings::parse("start-session-begins=at_once").ok();
    let mut add = |kind: &str, what: &str, says: String| {
        let mut defect = behaviour(kind, what, says);
        defect.readings.extend(begins.filter(|_| kind == session::KIND));
        if !all.iter().any(|known| known.id == defect.id) {
            all.push(defect);
        }
    };
    for (kind, rows) in BY_HAND {
        rows.iter().for_each(|(what, says)| add(kind, what, (*says).to_owned()));
    }
    // What is open about the old action, and about asking for this one, is a reading.
    let documented =
        |action: &&ScriptAction| !["start_pinned_client_session", "delete_script_file"].contains(&action.name);
    for action in ACTIONS.iter().filter(documented) {
        of_action(&mut |what: &str, says: String| add(action.kind, what, says), action);
    }
    let mut of_start = |what: &str, says: String| add(session::KIND, what, says);
    for parameter in session::PARAMETERS {
        need(&mut of_start, "", parameter);
        values(&mut of_start, "", parameter, &[]);
        above_the_maximum(&mut of_start, parameter);
    }
    of_custom_fields(&mut of_start);
    for (what, ..) in session::CHANGES {
        add("session/start_session_js", what, format!("the script for pages is broken: {}", what.replace('-', " ")));
    }
}

fn of_action(add: &mut Add<'_>, action: &ScriptAction) {
    add("unknown-action", "the action is not known".to_owned());
    add("refused-always", "every request is answered with an error".to_owned());
    for parameter in action.parameters {
        let name = parameter.name;
        need(add, "", parameter);
        values(add, "", parameter, &[]);
        above_the_maximum(add, parameter);
        add(&format!("{name}/dropped"), format!("{name} does not come into the script"));
    }
    if action.custom_fields {
        of_custom_fields(add);
    }
}

/// What is too long is neither refused nor cut.
fn above_the_maximum(add: &mut Add<'_>, parameter: &Parameter) {
    let name = parameter.name;
    match parameter.shape {
        Shape::UpTo(maximum) => {
            let says = format!("{name} of more than {maximum} characters is taken whole");
            add(&format!("{name}/above-maximum-stored"), says);
        }
        Shape::UpToBytes(maximum) => {
            add(&format!("{name}/above-maximum-stored"), format!("{name} of more than {maximum} bytes is taken whole"));
            add(&format!("{name}/maximum-refused"), format!("{name} of {maximum} bytes is refused"));
            let says = format!("the {maximum} bytes of {name} are counted in characters");
            add(&format!("{name}/counted-in-characters"), says);
        }
        _ => {}
    }
}
