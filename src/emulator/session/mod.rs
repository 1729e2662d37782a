//! The session generation API (pp. 67-78): a customer comes from a web page into a session.
//!
//! In: decoded parameters. Out: a client, with which a session begins. Read another way, the session waits in its queue at once, with what
//! the page, the key or the issue gave it. Or a refusal, and then nothing has changed.

mod route;
mod script;
mod start;

use std::collections::BTreeMap;

use super::command::parameters::{Given, Parameter, Reader, Shape, optional};
use super::command::{Refusal, custom};
use super::state::{Client, Customer, Queue, Session, State};
pub(crate) use script::CHANGES;
use start::Start;

/// The kind of request whose defects are those of the API.
pub(crate) const KIND: &str = "session/start_session";

/// Everything that a request can bring but its custom fields (pp. 67-69).
pub(crate) const PARAMETERS: &[Parameter] = &[
    optional("short_key", Shape::Text),
    optional("issue_menu", Shape::Word(&["1"])),
    optional("codeName", Shape::Text),
    optional("id", Shape::Integer),
    optional("name", Shape::Text),
    optional("c2cjs", Shape::Integer),
    optional("customer.name", Shape::UpTo(100)),
    optional("customer.company", Shape::UpTo(100)),
    optional("customer.company_code", Shape::UpTo(100)),
    optional("customer.details", Shape::UpToBytes(1024)),
    optional("locale", Shape::Text),
    optional("chat_locale", Shape::Text),
    optional("platform", Shape::Word(PLATFORMS)),
    optional("session.priority", Shape::Between(1, 3)),
    optional("session.skills", Shape::Text),
    optional("timezone_offset", Shape::Integer),
];

/// The platforms that the guide names (p. 68).
const PLATFORMS: &[&str] = &["winNT-32", "winNT-64"];

/// What a request brings.
struct Asked<'a> {
    reader: Reader<'a>,
    given: Given,
    host: &'a str,
    now_s: i64,
}

impl Asked<'_> {
    fn broken(&self, what: &str) -> bool {
        self.reader.defects.has(KIND, what)
    }

    fn reads(&self, topic: &str, reading: &str) -> bool {
        self.reader.readings.is(topic, reading)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.given.text(name)
    }

    fn flag(&self, name: &str) -> bool {
        self.given.flag(name)
    }
}

/// What the customer's browser is given.
#[derive(Debug)]
struct Started {
    lsid: String,
    /// The language of the client.
    language: String,
}

/// Starts a session.
fn start_session(state: &mut State, asked: &mut Asked<'_>) -> Result<Started, Refusal> {
    known_parameters(asked)?;
    asked.given = asked.reader.read(PARAMETERS)?;
    let asked = &*asked;
    if asked.broken("refused-always") {
        return Err(Refusal::error("The session cannot be started"));
    }
    let start = start::start(state, asked)?;
    let fields = custom::read(&asked.reader, &state.site, &BTreeMap::new())?;
    if asked.given.integer("session.priority") == Some(2) && asked.broken("session.priority/2-refused") {
        return Err(Refusal::error("The parameter session.priority is not supported"));
    }
    let skills = skills(state, asked)?;
    let language = language(state, asked)?;
    // Where customers are prompted before the download, a key brings the external key only (p. 69).
    let prompted = matches!(start, Start::Key(_)) && asked.reads("prompting-restricts", "prompt_on");
    let passes = |code: &str| !prompted || code == "external_key";
    let text = |name: &str| asked.text(name).filter(|_| !prompted).unwrap_or_default().to_owned();
    let carried = start.carried(state, asked);
    let mut attributes = carried.attributes;
    attributes.extend(fields.into_iter().filter(|(code, value)| passes(code) && !value.is_empty()));
    let entered = |name: &str| if asked.broken(&format!("{name}/lost")) { String::new() } else { text(name) };
    let [company, code, details] = ["customer.company", "customer.company_code", "customer.details"].map(entered);
    let issue =
        start.issue(state).filter(|_| !asked.broken("issue/lost")).map_or_else(String::new, |id| id.to_string());
    let info = [company, code, issue, details];
    let name = Some(text("customer.name")).filter(|name| !name.is_empty() && !asked.broken("customer.name/lost"));
    let client = client(state, asked);
    let customer =
        Customer { name: name.unwrap_or_else(|| "Customer".to_owned()), non_interactive: None, info, client };
    let portal = state.site.portals.iter().position(|portal| portal.hostname.eq_ignore_ascii_case(asked.host));
    let portal = if asked.broken("public-site-always-the-first") { 0 } else { portal.unwrap_or_default() };
    let lsid = state.new_guid();
    let session = Session {
        lsid: lsid.clone(),
        queue: if asked.broken("queue-always-general") { Queue::General } else { carried.queue },
        representatives: Vec::new(),
        customer: Some(customer),
        attributes,
        priority: asked.given.integer("session.priority").filter(|_| !prompted).or(carried.priority),
        skills: skills.filter(|_| !prompted).unwrap_or(carried.skills),
        locale: Some(language.clone()),
        portal,
        chat: Vec::new(),
        passed: Vec::new(),
        from_key: carried.from_key,
        lost: asked.broken("session-not-active"),
        ended: false,
    };
    start.used(state);
    // Nobody runs the client that comes down, and with it the session would begin.
    if asked.reads("start-session-begins", "at_once") {
        state.keep_session(session);
    }
    Ok(Started { lsid, language })
}

fn known_parameters(asked: &Asked<'_>) -> Result<(), Refusal> {
    // What else is in the form of an issue is ignored (p. 76).
    let of_an_issue = asked.reader.pairs.iter().any(|(name, value)| name == "issue_menu" && value == "1");
    if asked.broken("issue/other-inputs-refused") && of_an_issue {
        return unknown(asked);
    }
    if of_an_issue || !asked.reads("unknown-parameter", "refused") {
        return Ok(());
    }
    unknown(asked)
}

fn unknown(asked: &Asked<'_>) -> Result<(), Refusal> {
    let known =
        |name: &str| PARAMETERS.iter().any(|parameter| parameter.name == name) || name.starts_with("session.custom.");
    match asked.reader.pairs.iter().find(|(name, _)| !known(name)) {
        Some((name, _)) => Err(Refusal::error(format!("There is no parameter {name}"))),
        None => Ok(()),
    }
}

/// Code names of the site, separated by commas; none if the parameter is not there.
fn skills(state: &State, asked: &Asked<'_>) -> Result<Option<Vec<String>>, Refusal> {
    let Some(list) = asked.text("session.skills") else { return Ok(None) };
    let listed: Vec<String> = list.split(',').map(str::to_owned).collect();
    if listed.len() > 1 && asked.broken("session.skills/list-refused") {
        return Err(Refusal::error("The parameter session.skills takes one skill"));
    }
    let known = |skill: &String| state.site.skills.iter().any(|known| known.code_name == *skill);
    match listed.iter().find(|skill| !known(skill)) {
        Some(skill) => Err(Refusal::error(format!("There is no skill {skill}"))),
        None => Ok(Some(listed)),
    }
}

/// The language of the client: an installed one (p. 68).
fn language(state: &State, asked: &Asked<'_>) -> Result<String, Refusal> {
    let default = || state.site.languages.first().cloned().unwrap_or_default();
    let Some(code) = asked.text("locale") else { return Ok(default()) };
    let installed = state.site.languages.iter().any(|known| known == code);
    let refused =
        if installed { asked.broken("locale/installed-refused") } else { asked.reads("locale-unknown", "refused") };
    if refused {
        return Err(Refusal::error("That language is not installed"));
    }
    Ok(if installed { code.to_owned() } else { default() })
}

/// The customer's computer, of which a web page tells little.
fn client(state: &mut State, asked: &Asked<'_>) -> Client {
    let (platform, platform_id) = match asked.text("platform") {
        _ if asked.flag("c2cjs") => ("Web browser", "browser"),
        Some("winNT-32") => ("Windows (32-bit)", "win32"),
        _ => ("Windows (64-bit)", "win64"),
    };
    let id = state.new_client_id();
    Client {
        hostname: format!("CUSTOMER-{id}"),
        id,
        platform: platform.to_owned(),
        platform_id: platform_id.to_owned(),
        timezone_offset: 0,
        private_ip: "192.168.1.31".to_owned(),
        since_s: asked.now_s,
        events: vec![(asked.now_s, format!("Connected to primary node {}", state.site.hostname))],
    }
}
