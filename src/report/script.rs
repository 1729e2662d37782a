//! The few lines that show a gap again, in their order: what the request rests on is made anew by the first of them, since the session or
//! the key of the run has ended.
//!
//! In: the records of a run, and the exchange that shows the gap. Out: lines for a POSIX shell, and the environment variables that they
//! need. What an answer gives is read with `touchmark select`, so that no line depends on how the target writes it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    before::{names_given, needed, taken_away},
    bytes,
    curl::{self, Connection, MARK, Shows},
};
use crate::{
    model::{
        case::{Purpose, Role, Times},
        credential::{AccountRole, Credential, REDACTED},
        draft::{BODY, Draft, HttpDraft},
        exchange::{Exchange, Request, Sent},
        record::Record,
        variables::{DIED_OF, Variables, fill_with, names},
    },
    spec::{FRESH, OWN_SESSION},
};

/// The most lines that prepare a gap; what needs more is played by `replay`.
const LINES_MAX: usize = 24;

/// ShellLines, and the environment variables that they need, each with what it holds.
#[derive(Default)]
pub(super) struct ShellLines {
    pub(super) text: String,
    pub(super) needs: BTreeMap<String, String>,
}

/// The lines that show an exchange again.
pub(super) fn lines(base: &str, reach: &Connection, records: &[Record], record: usize, exchange: usize) -> ShellLines {
    let Some(of) = records.get(record) else { return ShellLines::default() };
    let Some(last) = of.exchanges.get(exchange) else { return ShellLines::default() };
    // curl cannot talk over a WebSocket: the replay line shows it.
    if last.request().is_some_and(|request| request.talk.is_some()) {
        return ShellLines::default();
    }
    if of.variables.contains_key(DIED_OF) {
        return sequence(base, reach, &of.exchanges[..=exchange]);
    }
    if let Some(line) = written(base, reach, last) {
        let needs = needs(&line);
        return ShellLines { text: line, needs };
    }
    let needed = needed(records, of, exchange);
    let mut script = Script::new(base, reach);
    for part in &needed {
        for one in &part.exchanges {
            script.prepare(part.record, one, &part.captures);
        }
    }
    if script.lines.len() > LINES_MAX {
        script.lines.clear();
        script.makes.clear();
        script.tokens.clear();
        script.lines.push("# more requests came before this one: the replay line sends all of them".to_owned());
    }
    let taken_away = taken_away(records, of, exchange);
    if let Some(wait_s) = of.case.steps.get(last.step).map(|step| step.wait_s).filter(|wait_s| *wait_s > 0) {
        script.lines.push(format!("sleep {wait_s}"));
    }
    script.show(of, last, exchange, &taken_away);
    script.put_back_of(of);
    for request in taken_away {
        script.take_away(of, request);
    }
    for part in needed.iter().filter(|part| !std::ptr::eq(part.record, of)) {
        script.put_back(records, part.record);
    }
    if let Some(before) = &reach.before {
        script.lines.insert(0, format!("# {before}"));
    }
    let text = script.lines.join("\n");
    let mut needs = needs(&text);
    needs.extend(script.given.into_iter().filter(|(name, _)| names_variable(&text, name)));
    ShellLines { text, needs }
}

/// The lines of all requests of a sequence.
fn sequence(base: &str, reach: &Connection, exchanges: &[Exchange]) -> ShellLines {
    let mut script = Script::new(base, reach);
    for request in exchanges.iter().filter_map(Exchange::request) {
        let line = as_bytes(base, reach, request).unwrap_or_else(|| {
            script.token(request);
            curl::command(base, reach, request, Shows::Answer)
        });
        script.prepare_with(line);
    }
    let behind = script.lines.len().checked_sub(LINES_MAX).filter(|more| *more > 0);
    script.lines.truncate(LINES_MAX);
    script.lines.extend(behind.map(|more| format!("# and {more} more: the replay line sends all of them")));
    script.lines.splice(0..0, reach.before.as_ref().map(|before| format!("# {before}")));
    let text = script.lines.join("\n");
    ShellLines { needs: needs(&text), text }
}

/// The line of a request that goes out as bytes, without how the target is started.
fn as_bytes(base: &str, reach: &Connection, request: &Request) -> Option<String> {
    bytes::line(base, reach, request, request.written.as_ref()?.text.as_ref()?)
}

/// The line of a request that goes out as bytes.
fn written(base: &str, reach: &Connection, exchange: &Exchange) -> Option<String> {
    let line = as_bytes(base, reach, exchange.request()?)?;
    Some(match &reach.before {
        Some(before) => format!("# {before}\n{line}"),
        None => line,
    })
}

/// Whether a line reads a shell variable.
fn names_variable(text: &str, name: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    [format!("${name}"), format!("${{{name}")]
        .iter()
        .any(|read| text.match_indices(read.as_str()).any(|(at, _)| !goes_on(&text[at + read.len()..])))
}

/// The environment variables that the lines read, each with what it holds, and `PATH` where they call this program.
fn needs(text: &str) -> BTreeMap<String, String> {
    let of = |role: AccountRole| {
        let (id, secret) = curl::variables(role);
        let role = role.word();
        [(id, format!("client id of the {role} account")), (secret, format!("its client secret ({role})"))]
    };
    let mut needs: BTreeMap<String, String> =
        AccountRole::given().flat_map(of).filter(|(name, _)| names_variable(text, name)).collect();
    if text.contains("| touchmark select ") {
        needs.insert("PATH".to_owned(), "a folder with the program touchmark, which reads answers here".to_owned());
    }
    needs
}

/// ShellLines that are being written.
struct Script<'a> {
    base: &'a str,
    reach: &'a Connection,
    lines: Vec<String>,
    /// Accounts that have a token.
    tokens: BTreeSet<AccountRole>,
    /// Shell variables by the names of variables that an answer gave.
    makes: BTreeMap<String, String>,
    /// Shell variables that whoever types the lines gives a value, each with what it holds.
    given: BTreeMap<String, String>,
    /// The id of what the shown request made.
    shown: Option<String>,
    /// The last line whose answer nobody reads, and how often it stands there.
    last: Option<(String, usize)>,
}

/// The variable for id and secret of the account that calls, which the command itself makes.
const CREDENTIALS: &str = "credentials";

/// The shell variable with the id of what the shown request made.
const SHOWN: &str = "SHOWN_ID";

/// Whether the answer to a request has the id of what it made where such ids stand.
fn shows_id(exchange: &Exchange, id: &str) -> bool {
    let body = exchange.answer().and_then(|answer| serde_json::from_str::<serde_json::Value>(&answer.body).ok());
    body.and_then(|body| Some(body.get("id")?.to_string().trim_matches('"') == id)).unwrap_or(false)
}

impl<'a> Script<'a> {
    fn new(base: &'a str, reach: &'a Connection) -> Self {
        Self {
            base,
            reach,
            lines: Vec::new(),
            tokens: BTreeSet::new(),
            makes: BTreeMap::new(),
            given: BTreeMap::new(),
            shown: None,
            last: None,
        }
    }

    fn token(&mut self, request: &Request) {
        if let Some(token) = curl::token(self.base, self.reach, request)
            && self.tokens.insert(request.account)
        {
            self.lines.push(token);
        }
    }

    fn prepare(&mut self, record: &Record, exchange: &Exchange, captures: &BTreeSet<String>) {
        let Sent::Http(request) = &exchange.sent;
        if request.talk.is_some() || request.written.is_some() {
            return;
        }
        self.token(request);
        let request = self.with_shell_variables(record, exchange, request);
        let step = record.case.steps.get(exchange.step);
        let gives = step
            .into_iter()
            .flat_map(|step| &step.capture)
            .flat_map(|(name, query)| names_given(record, exchange, name).into_iter().map(move |name| (name, query)));
        let wanted: Vec<(String, &String)> = gives.filter(|(name, _)| captures.contains(name)).collect();
        if wanted.is_empty() {
            self.prepare_with(curl::command(self.base, self.reach, &request, Shows::Nothing));
            return;
        }
        self.last = None;
        self.lines.push(format!("ANSWER=$({})", curl::command(self.base, self.reach, &request, Shows::Answer)));
        for (name, query) in wanted {
            let shell = shell_name(&name);
            let query = self.put_in(query, &record.variables);
            self.lines
                .push(format!("{shell}=$(printf '%s\\n' \"$ANSWER\" | touchmark select {})", curl::quote(&query)));
            // What a session gives to one case it gives anew to a single step of another.
            self.makes.insert(name.replacen(OWN_SESSION, FRESH, 1), shell.clone());
            self.makes.insert(name, shell);
        }
    }

    /// A line whose answer nobody reads; equal ones that follow each other are one.
    fn prepare_with(&mut self, command: String) {
        let times = match &self.last {
            Some((last, times)) if *last == command => {
                self.lines.pop();
                times + 1
            }
            _ => 1,
        };
        self.lines.push(match times {
            1 => command.clone(),
            _ => format!("for n in $(seq {times}); do {command}; done"),
        });
        self.last = Some((command, times));
    }

    fn show(&mut self, record: &Record, exchange: &Exchange, number: usize, taken_away: &[&Request]) {
        let Sent::Http(request) = &exchange.sent;
        self.token(request);
        let request = self.with_shell_variables(record, exchange, request);
        let mut command = curl::command(self.base, self.reach, &request, Shows::Answer);
        let same = record.exchanges[..number].iter().filter(|one| one.step == exchange.step).count() + 1;
        match record.case.steps.get(exchange.step).map(|step| step.times) {
            Some(Times::Burst(n)) => command = format!("for n in $(seq {n}); do {command} & done; wait"),
            Some(Times::Repeat(_) | Times::UntilRefused(_)) if same > 1 => {
                command = format!("for n in $(seq {same}); do {command}; done");
            }
            _ => {}
        }
        let id = |away: &&Request| away.path.strip_prefix(&format!("{}/", request.path)).map(str::to_owned);
        if let Some(id) = taken_away.iter().find_map(id).filter(|id| shows_id(exchange, id)) {
            self.lines.push(format!("ANSWER=$({command})"));
            self.lines.push("printf '%s\\n' \"$ANSWER\"".to_owned());
            self.lines.push(format!("{SHOWN}=$(printf '%s\\n' \"$ANSWER\" | touchmark select json:/id)"));
            self.shown = Some(id);
            return;
        }
        // A single request stays a single line.
        match (self.lines.len(), self.tokens.len()) {
            (1, 1) => self.lines[0].push_str(&format!(" && {command}")),
            _ => self.lines.push(command),
        }
    }

    /// The line that takes away what an earlier line made, where its id is known to the shell.
    fn take_away(&mut self, record: &Record, request: &Request) {
        let shell = |segment: &str| {
            let made = self.makes.iter().find(|(name, _)| record.variables.get(*name).is_some_and(|id| id == segment));
            let shown = self.shown.as_deref() == Some(segment);
            made.map(|(_, shell)| shell.as_str()).or(shown.then_some(SHOWN))
        };
        if request.path.rsplit('/').next().and_then(shell).is_none() {
            return;
        }
        let segments: Vec<String> = request
            .path
            .split('/')
            .map(|segment| match shell(segment) {
                Some(shell) => format!("{MARK}{shell}{MARK}"),
                None => segment.to_owned(),
            })
            .collect();
        let request = Request { path: segments.join("/"), ..request.clone() };
        self.token(&request);
        self.lines.push(curl::command(self.base, self.reach, &request, Shows::Nothing));
    }

    /// The lines that end what a flow made.
    fn put_back(&mut self, records: &[Record], maker: &Record) {
        let Purpose::Flow { name, tag } = &maker.case.purpose else { return };
        let end = Purpose::flow(name.clone(), format!("{tag}/end"));
        if let Some(record) = records.iter().find(|record| record.case.purpose == end) {
            self.put_back_of(record);
        }
    }

    fn put_back_of(&mut self, record: &Record) {
        for exchange in record.exchanges.iter().filter(|one| one.role == Role::Teardown) {
            let Sent::Http(request) = &exchange.sent;
            self.token(request);
            let request = self.with_shell_variables(record, exchange, request);
            self.lines.push(curl::command(self.base, self.reach, &request, Shows::Nothing));
        }
    }

    /// A text of the data with what is known put in, and marked names for what an earlier line gives.
    fn put_in(&self, text: &str, known: &Variables) -> String {
        let filled = fill_with(text, |name| match self.makes.get(name) {
            Some(shell) => Some(format!("{MARK}{shell}{MARK}")),
            None => known.get(name).cloned(),
        });
        filled.unwrap_or_else(|_| text.to_owned())
    }

    /// The request with names of shell variables where it sent what an earlier line gives.
    fn with_shell_variables(&mut self, record: &Record, exchange: &Exchange, request: &Request) -> Request {
        let mut request = request.clone();
        let Some(step) = record.case.steps.get(exchange.step) else { return request };
        let Draft::Http(draft) = &step.draft;
        self.ask_for_secrets(record, draft);
        let made = |template: &str| names(template).iter().any(|name| self.makes.contains_key(name));
        if made(&draft.path) {
            request.path = self.put_in(&draft.path, &record.variables);
        }
        for ((_, template), (_, value)) in draft.headers.iter().zip(&mut request.headers) {
            if made(template) {
                *value = self.put_in(template, &record.variables);
            }
        }
        if let Credential::Literal(template) = &draft.credential
            && made(template)
        {
            request.credential = Credential::Literal(self.put_in(template, &record.variables));
        }
        for (name, template) in draft.parameters.iter().filter(|(_, template)| made(template)) {
            if name == BODY {
                request.body = self.put_in(template, &record.variables);
            } else {
                self.put_in_pair(&mut request, record, name, template);
            }
        }
        for pair in draft.raw.iter().flat_map(|raw| raw.split('&')).filter(|pair| made(pair)) {
            let (name, template) = pair.split_once('=').unwrap_or((pair, ""));
            self.put_in_pair(&mut request, record, name, template);
        }
        request
    }

    /// What a request had in it that is recorded nowhere is a secret: where no earlier line gives it, whoever types the lines does.
    fn ask_for_secrets(&mut self, record: &Record, draft: &HttpDraft) {
        let texts = draft.parameters.iter().chain(&draft.headers).flat_map(|(name, value)| [name, value]);
        let credential = match &draft.credential {
            Credential::Literal(text) => Some(text),
            _ => None,
        };
        for name in texts.chain(&draft.raw).chain([&draft.path]).chain(credential).flat_map(|text| names(text)) {
            if name != CREDENTIALS && !record.variables.contains_key(&name) && !self.makes.contains_key(&name) {
                let shell = format!("BT_{}", shell_name(&name));
                self.given.insert(shell.clone(), format!("the value of `{name}`, which is kept secret"));
                self.makes.insert(name, shell);
            }
        }
    }

    /// Puts the names of shell variables into the pair of a query or form.
    fn put_in_pair(&self, request: &mut Request, record: &Record, name: &str, template: &str) {
        for variable in names(template) {
            let Some(shell) = self.makes.get(&variable) else { continue };
            // What is kept secret is recorded nowhere, and this stands in its place.
            let value = record.variables.get(&variable).map_or(REDACTED, String::as_str);
            // Other values would have to be encoded by the shell.
            let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
            if value.is_empty() || value != REDACTED && !value.chars().all(plain) {
                continue;
            }
            for text in [&mut request.query, &mut request.body] {
                let pairs: Vec<String> = text.split('&').map(|pair| in_pair(pair, name, value, shell)).collect();
                *text = pairs.join("&");
            }
        }
    }
}

/// A pair with the name of a shell variable in place of a value.
fn in_pair(pair: &str, name: &str, value: &str, shell: &str) -> String {
    let of_name = form_urlencoded::parse(pair.as_bytes()).next().is_some_and(|(own, _)| own == name);
    match pair.split_once('=') {
        Some((own, rest)) if of_name => format!("{own}={}", rest.replacen(value, &format!("{MARK}{shell}{MARK}"), 1)),
        _ => pair.to_owned(),
    }
}

/// The name of the shell variable for what an answer gave.
fn shell_name(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}
