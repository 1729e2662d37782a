//! The commands of scripts with their parameters (pp. 55-66), in the order of the guide.
//!
//! In: nothing. Out: one table, and the types of its rows and of a request for one. Where the guide prints no limit, there is none.

use super::super::command::Refusal;
use super::super::command::parameters::{Given, Parameter, Reader, Shape, optional, required};

/// A command that a script can hold.
pub(crate) struct ScriptAction {
    pub(crate) name: &'static str,
    /// Of its requests, as in `client_script/login`.
    pub(crate) kind: &'static str,
    pub(crate) parameters: &'static [Parameter],
    /// Takes `session.custom.` parameters.
    pub(crate) custom_fields: bool,
    /// The web console runs it too (p. 53).
    pub(crate) web_console: bool,
    /// What must hold between its parameters.
    pub(super) check: fn(&Asked<'_>, &Given) -> Result<(), Refusal>,
}

/// What a request brings to its action.
pub(crate) struct Asked<'a> {
    pub(crate) action: &'static ScriptAction,
    pub(crate) reader: Reader<'a>,
}

impl Asked<'_> {
    /// Whether the emulator has this defect of the action. What is asked for here, most actions have.
    pub(crate) fn broken(&self, what: &str) -> bool {
        self.reader.defects.has_of_family(self.action.kind, what)
    }

    pub(super) fn reads(&self, topic: &str, reading: &str) -> bool {
        self.reader.readings.is(topic, reading)
    }
}

pub(crate) static ACTIONS: &[ScriptAction] = &[
    ScriptAction { custom_fields: false, check: all_or_none, ..action("login", "client_script/login", LOGIN) },
    ScriptAction {
        web_console: true,
        ..action("generate_session_key", "client_script/generate_session_key", GENERATE_SESSION_KEY)
    },
    action("push_and_start_local", "client_script/push_and_start_local", PUSH_LOCAL),
    action("push_and_start_remote", "client_script/push_and_start_remote", PUSH_REMOTE),
    ScriptAction {
        web_console: true,
        check: something_to_search,
        ..action("start_jump_item_session", "client_script/start_jump_item_session", JUMP_ITEM)
    },
    action("start_rdp_session", "client_script/start_rdp_session", RDP),
    action("start_vnc_session", "client_script/start_vnc_session", VNC),
    action("start_shell_jump_session", "client_script/start_shell_jump_session", SHELL),
    action("start_vpro_session", "client_script/start_vpro_session", VPRO),
    // The old name of start_jump_item_session, which p. 52 still prints.
    ScriptAction {
        check: any_criterion,
        ..action("start_pinned_client_session", "client_script/start_pinned_client_session", JUMP_ITEM)
    },
    ScriptAction { custom_fields: false, ..action("delete_script_file", "client_script/delete_script_file", &[]) },
];

/// The terminals and protocols of p. 64.
const SHELL: &[Parameter] = &[
    required("target", Shape::Text),
    optional("jumpoint", Shape::Text),
    optional("username", Shape::Text),
    optional("protocol", Shape::Word(&["ssh", "telnet"])),
    optional("port", Shape::Integer),
    optional("terminal", Shape::Word(&["xterm", "vt100"])),
];

const LOGIN: &[Parameter] = &[
    optional("mechanism", Shape::Word(&["username_password"])),
    optional("username", Shape::Text),
    optional("password", Shape::Text),
];

const GENERATE_SESSION_KEY: &[Parameter] = &[optional("public_portal_hostname", Shape::UpTo(255))];

const PUSH_LOCAL: &[Parameter] = &[required("hostname", Shape::UpTo(255))];

const PUSH_REMOTE: &[Parameter] = &[required("target", Shape::Text), optional("jumpoint", Shape::Text)];

const JUMP_ITEM: &[Parameter] = &[
    optional("jump.method", Shape::Word(&["push", "local_push", "pinned", "rdp", "vnc", "shelljump"])),
    optional("credential_id", Shape::UpTo(255)),
    optional("search_string", Shape::Text),
    optional("client.comments", Shape::UpTo(255)),
    optional("client.hostname", Shape::UpTo(255)),
    optional("client.private_ip", Shape::UpTo(255)),
    optional("client.public_ip", Shape::UpTo(255)),
    optional("client.tag", Shape::UpTo(255)),
];

const RDP: &[Parameter] = &[
    required("target", Shape::Text),
    optional("jumpoint", Shape::Text),
    optional("username", Shape::Text),
    optional("display_size", Shape::Display),
    optional("quality", Shape::Word(&["low", "performance", "performance_quality", "quality"])),
    optional("console", Shape::Word(&["no", "yes"])),
];

const VNC: &[Parameter] =
    &[required("target", Shape::Text), optional("jumpoint", Shape::Text), optional("port", Shape::Integer)];

const VPRO: &[Parameter] = &[required("target", Shape::Text), required("jumpoint", Shape::Text)];

/// What most actions are: with custom fields, for the representative console only.
const fn action(name: &'static str, kind: &'static str, parameters: &'static [Parameter]) -> ScriptAction {
    ScriptAction { name, kind, parameters, custom_fields: true, web_console: false, check: nothing }
}

fn nothing(_: &Asked<'_>, _: &Given) -> Result<(), Refusal> {
    Ok(())
}

/// Credentials are given whole or not at all (p. 55).
fn all_or_none(asked: &Asked<'_>, given: &Given) -> Result<(), Refusal> {
    let count = given.all().len();
    if count != 0 && count != LOGIN.len() && asked.reads("login-all-or-none", "refused") {
        return Err(Refusal::error("Give mechanism, username and password together"));
    }
    Ok(())
}

/// One of the `client.` parameters, or the search string where that is the reading (p. 59).
fn something_to_search(asked: &Asked<'_>, given: &Given) -> Result<(), Refusal> {
    let by_client = given.all().keys().any(|name| name.starts_with("client."));
    let by_string = given.text("search_string").is_some();
    let enough = by_client || (by_string && asked.reads("jump-item-search-string", "accepted"));
    let accepted = !by_client && !by_string && asked.broken("nothing-to-search-accepted");
    if enough || accepted { Ok(()) } else { Err(Refusal::error("Give a client parameter to search by")) }
}

/// Under its old name the action takes a search string alone, as p. 52 prints it.
fn any_criterion(_: &Asked<'_>, given: &Given) -> Result<(), Refusal> {
    let any = given.all().keys().any(|name| name.starts_with("client.") || *name == "search_string");
    if any { Ok(()) } else { Err(Refusal::error("Give something to search by")) }
}
