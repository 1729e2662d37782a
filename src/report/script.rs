//! The few lines that show a gap again, in their order: what the request rests on is made anew by the first of them, since the session or
//! the key of the run has ended.
//!
//! In: the records of a run, and the exchange that shows the gap. Out: lines for a POSIX shell, and the environment variables that they
//! need. What an answer gives is read with `touchmark select`, so that no line depends on how the target writes it.

use std::collections::{BTreeMap, BTreeSet};

use super::curl::{self, MARK, Reach, Shows};
use crate::{
    model::{
        case::{CaseStep, Class, Purpose, Role},
        credential::{AccountRole, Credential},
        draft::{BODY, Draft},
        exchange::{Exchange, Request, Sent},
        record::Record,
        variables::{Variables, fill_with, names},
    },
    spec::{FRESH, OWN_SESSION},
};

/// The most lines that prepare a gap; what needs more is played by `replay`.
const LINES_MAX: usize = 24;

/// The lines that show an exchange again.
pub(super) fn lines(base: &str, reach: &Reach, records: &[Record], record: usize, exchange: usize) -> Vec<String> {
    let Some(of) = records.get(record) else { return Vec::new() };
    let Some(last) = of.exchanges.get(exchange) else { return Vec::new() };
    let needed = needed(records, of, exchange);
    let mut script = Script { base, reach, lines: Vec::new(), tokens: BTreeSet::new(), makes: BTreeMap::new() };
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
    script.show(of, last);
    script.put_back_of(of);
    for part in needed.iter().filter(|part| !std::ptr::eq(part.record, of)) {
        script.put_back(records, part.record);
    }
    script.lines
}

/// The environment variables that lines need, each with what it holds.
pub(super) fn variables(exchanges: &[&Exchange]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for exchange in exchanges {
        let Some(request) = exchange.request() else { continue };
        let uses = match &request.credential {
            Credential::Token | Credential::AlteredToken(_) | Credential::Basic | Credential::AlteredSecret(_) => true,
            Credential::Literal(text) => text.contains("${credentials}"),
            Credential::None | Credential::NeverIssued | Credential::UnknownClient => false,
        };
        if uses && request.account != AccountRole::None {
            let (id, secret) = curl::variables(request.account);
            let role = request.account.word();
            all.insert(id, format!("client id of the account with the role {role}"));
            all.insert(secret, format!("its client secret ({role})"));
        }
    }
    all
}

/// Exchanges of one record that must be sent before, in their order, and what is read of their answers.
struct Part<'r> {
    record: &'r Record,
    exchanges: Vec<&'r Exchange>,
    captures: BTreeSet<String>,
}

/// What the exchange rests on: what made the session or key that it names, then what came before it in its case.
fn needed<'r>(records: &'r [Record], of: &'r Record, exchange: usize) -> Vec<Part<'r>> {
    let mut wanted: BTreeSet<String> = used(of, &of.exchanges[exchange]);
    let mut before = Vec::new();
    for one in of.exchanges[..exchange].iter().rev().filter(|one| one.role != Role::Teardown) {
        let Some(step) = of.case.steps.get(one.step) else { continue };
        let gives = step.capture.iter().any(|(name, _)| wanted.contains(name));
        if gives || step.class > Class::Read {
            wanted.extend(used(of, one));
            before.push(one);
        }
    }
    before.reverse();
    let mut parts: Vec<Part<'r>> = Vec::new();
    for prefix in [OWN_SESSION, FRESH] {
        let values: Vec<(&String, &String)> =
            of.variables.iter().filter(|(name, _)| wanted.contains(*name) && name.starts_with(prefix)).collect();
        let Some((_, value)) = values.first() else { continue };
        if let Some(maker) = records.iter().find(|record| makes(record, value)) {
            let captures = maker.case.steps.iter().flat_map(|step| &step.capture).map(|(name, _)| name.clone());
            parts.push(Part {
                record: maker,
                exchanges: maker.exchanges.iter().collect(),
                captures: captures.collect(),
            });
        }
    }
    if !before.is_empty() {
        parts.push(Part { record: of, exchanges: before, captures: wanted });
    }
    parts
}

/// Whether a flow made a value for others: its answers have it, and it was asked to make a session.
fn makes(record: &Record, value: &str) -> bool {
    let Purpose::Flow { tag, .. } = &record.case.purpose else { return false };
    let captures = |step: &CaseStep| step.capture.iter().any(|(name, _)| name.starts_with(OWN_SESSION));
    !tag.is_empty()
        && record.case.steps.iter().any(captures)
        && record.exchanges.iter().any(|one| one.answer().is_some_and(|answer| answer.body.contains(value)))
}

/// The variables in what an exchange sent.
fn used(record: &Record, exchange: &Exchange) -> BTreeSet<String> {
    let Some(step) = record.case.steps.get(exchange.step) else { return BTreeSet::new() };
    let Draft::Http(draft) = &step.draft;
    let mut texts: Vec<&str> = vec![&draft.path];
    texts.extend(draft.raw.as_deref());
    texts.extend(draft.parameters.iter().chain(&draft.headers).flat_map(|(name, value)| [name.as_str(), value]));
    if let Credential::Literal(text) = &draft.credential {
        texts.push(text);
    }
    texts.into_iter().flat_map(names).collect()
}

/// Lines that are being written.
struct Script<'a> {
    base: &'a str,
    reach: &'a Reach,
    lines: Vec<String>,
    /// Accounts that have a token.
    tokens: BTreeSet<AccountRole>,
    /// Shell variables by the names of variables that an answer gave.
    makes: BTreeMap<String, String>,
}

impl Script<'_> {
    fn token(&mut self, request: &Request) {
        if let Some(token) = curl::token(self.base, self.reach, request)
            && self.tokens.insert(request.account)
        {
            self.lines.push(token);
        }
    }

    fn prepare(&mut self, record: &Record, exchange: &Exchange, captures: &BTreeSet<String>) {
        let Sent::Http(request) = &exchange.sent;
        self.token(request);
        let request = self.with_shell_variables(record, exchange, request);
        let step = record.case.steps.get(exchange.step);
        let wanted: Vec<&(String, String)> =
            step.into_iter().flat_map(|step| &step.capture).filter(|(name, _)| captures.contains(name)).collect();
        if wanted.is_empty() {
            self.lines.push(curl::command(self.base, self.reach, &request, Shows::Nothing));
            return;
        }
        self.lines.push(format!("ANSWER=$({})", curl::command(self.base, self.reach, &request, Shows::Answer)));
        for (name, query) in wanted {
            let shell = shell_name(name);
            let query = self.put_in(query, &record.variables);
            self.lines
                .push(format!("{shell}=$(printf '%s\\n' \"$ANSWER\" | touchmark select {})", curl::quote(&query)));
            // What a session gives to one case it gives anew to a single step of another.
            self.makes.insert(name.replacen(OWN_SESSION, FRESH, 1), shell.clone());
            self.makes.insert(name.clone(), shell);
        }
    }

    fn show(&mut self, record: &Record, exchange: &Exchange) {
        let Sent::Http(request) = &exchange.sent;
        self.token(request);
        let request = self.with_shell_variables(record, exchange, request);
        let command = curl::command(self.base, self.reach, &request, Shows::Answer);
        // A single request stays a single line.
        match (self.lines.len(), self.tokens.len()) {
            (1, 1) => self.lines[0].push_str(&format!(" && {command}")),
            _ => self.lines.push(command),
        }
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
    fn with_shell_variables(&self, record: &Record, exchange: &Exchange, request: &Request) -> Request {
        let mut request = request.clone();
        let Some(step) = record.case.steps.get(exchange.step) else { return request };
        let Draft::Http(draft) = &step.draft;
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
        request
    }

    /// Puts the names of shell variables into the pair of a query or form.
    fn put_in_pair(&self, request: &mut Request, record: &Record, name: &str, template: &str) {
        for variable in names(template) {
            let (Some(shell), Some(value)) = (self.makes.get(&variable), record.variables.get(&variable)) else {
                continue;
            };
            // Other values would have to be encoded by the shell.
            let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
            if value.is_empty() || !value.chars().all(plain) {
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
