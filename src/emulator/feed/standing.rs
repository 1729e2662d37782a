//! What stands at the site at an instant, as rows of the real-time model.
//!
//! In: the state that commands change, and the history that reports and archives are made from. Out: the rows that are
//! to be there (pp. 146-149), each under a name of our own. Nothing here gives ids, and nothing remembers.

use std::collections::BTreeSet;

use super::super::archive::{Field, Type};
use super::super::command::elsewhere;
use super::super::history::{Event, Record};
use super::super::site::{Representative, Team};
use super::super::state::{Client, Queue, Session, State};
use super::guests;
use super::model::{Cell, Want, Wanted};
use super::tables::{ATTRIBUTES, CUSTOMER, QUEUES, REP_QUEUES, REP_SESSIONS, REPS, SESSIONS, SKILLS, TABLES, position};
use super::write::{KIND, Writer};

/// How long a session is expected to wait.
const PICKUP_S: i64 = 120;
/// After how long the work on a session begins anew, and when in it the customer client is elevated, as in the archives.
const ROUND_S: i64 = 1800;
const ELEVATED_S: std::ops::Range<i64> = 200..1740;
/// How long after the beginning of a session the work on it begins.
const WORK_AFTER_S: i64 = 20;

const PREWAIT: &str = "prewait";

/// An instant, and what is known at it.
pub(super) struct Standing<'a> {
    pub(super) state: &'a State,
    pub(super) writer: Writer<'a>,
    pub(super) now_s: i64,
    /// When the processes started: no row is older.
    pub(super) began_s: i64,
    pub(super) rows: Vec<Wanted>,
}

/// Every row that is to stand.
pub(super) fn standing<'a>(state: &'a State, writer: Writer<'a>, now_s: i64, began_s: i64) -> Standing<'a> {
    let mut all = Standing { state, writer, now_s, began_s, rows: Vec::new() };
    all.queues();
    for (id, console) in &state.consoles {
        if let Some(rep) = state.rep(*id) {
            all.representative(rep, console);
        }
    }
    let ended_too = all.broken("ended-sessions-stay");
    let skipped = usize::from(all.broken("a-session-missing"));
    let stays = |session: &Session| ended_too || elsewhere::fed_session(writer.defects, state, session);
    let running = state.sessions.iter().filter(|session| (!session.ended || stays(session)) && !session.lost);
    let alone = all.broken("session-goes-with-its-customer");
    for session in running.filter(|session| session.customer.is_some() || !alone).skip(skipped) {
        if let Some(record) = state.history.records.get(&session.lsid) {
            all.session(session, record);
        }
    }
    guests::add(&mut all);
    all
}

pub(super) fn text(text: &str) -> Want {
    Want::Is(Cell::Text(text.to_owned()))
}

pub(super) fn flag(on: bool) -> Want {
    Want::Is(Cell::Flag(on))
}

pub(super) fn number(number: i64) -> Want {
    Want::Is(Cell::Number(number))
}

/// The general queue, which is always there.
pub(super) fn queue() -> Want {
    row(QUEUES, PREWAIT)
}

fn row(table: usize, name: &str) -> Want {
    Want::Row(table, name.to_owned())
}

impl Standing<'_> {
    fn broken(&self, what: &str) -> bool {
        self.writer.defects.has(KIND, what)
    }

    /// A row with what stands in its fields. Those that are not given hold nothing: an empty text, or no key.
    pub(super) fn add<const N: usize>(
        &mut self,
        table: usize,
        name: String,
        created_s: i64,
        given: [(&'static str, Want); N],
    ) {
        let blank = |field: &Field| match field.holds {
            Type::Key(_) => Want::Is(Cell::Nothing),
            _ => text(""),
        };
        let mut cells: Vec<Want> = TABLES[table].fields.iter().map(blank).collect();
        cells[position(table, "created_timestamp")] = number(self.made(created_s));
        for (field, want) in given {
            cells[position(table, field)] = want;
        }
        self.rows.push(Wanted { table, name, cells });
    }

    /// When a row was made: it is not older than the model, nor of the future.
    pub(super) fn made(&self, at_s: i64) -> i64 {
        at_s.max(self.began_s).min(self.now_s)
    }

    /// A queue is active if one of its members is logged in, or if it is persistent (p. 146).
    fn queues(&mut self) {
        let state = self.state;
        self.add(QUEUES, PREWAIT.to_owned(), self.began_s, [("name", text("General")), ("type", text(PREWAIT))]);
        for team in &state.site.teams {
            let Some(since_s) = self.active_since(team) else { continue };
            let code = team.name.to_lowercase().replace(' ', "_");
            let name = if self.broken("queues-named-by-code") { code.clone() } else { team.name.clone() };
            let cells = [
                ("code_name", text(&code)),
                ("name", text(&name)),
                ("support_team_id", text(&team.id.to_string())),
                ("type", text("team")),
            ];
            self.add(QUEUES, team_name(team.id), since_s, cells);
        }
    }

    fn active_since(&self, team: &Team) -> Option<i64> {
        let there = team.members.iter().filter_map(|member| self.state.consoles.get(member));
        if team.persistent || self.broken("queues-of-nobody") {
            Some(self.began_s)
        } else {
            there.map(|console| console.since_s).min()
        }
    }

    fn representative(&mut self, rep: &Representative, console: &Client) {
        let (state, since_s) = (self.state, console.since_s);
        let (own, name) = (personal_name(rep.id), rep_name(rep.id));
        let code = if self.broken("personal-queues-with-a-code") { "personal" } else { "" };
        let personal =
            [("code_name", text(code)), ("name", text(&rep.private_display_name)), ("type", text("personal"))];
        self.add(QUEUES, own.clone(), since_s, personal);
        let code_name = elsewhere::fed_status(self.writer.defects, state, rep.id).unwrap_or(&rep.status);
        let status = state.site.statuses.iter().find(|status| status.code_name == code_name);
        let status = status.filter(|_| !self.broken("status-without-effect"));
        let (busy, idle) = (status.is_some_and(|status| status.busy), status.is_some_and(|status| status.idle));
        let skills = state.site.skills.iter().enumerate().filter(|(at, _)| (*at as i64 + rep.id) % 3 != 0);
        let skills: Vec<&str> = skills.map(|(_, skill)| skill.code_name.as_str()).collect();
        let names = (&rep.private_display_name, &rep.public_display_name);
        let (private, public) = if self.broken("display-names-swapped") { (names.1, names.0) } else { names };
        let cells = [
            ("private_display_name", text(private)),
            ("public_display_name", text(public)),
            ("queue_id", row(QUEUES, &own)),
            ("routing_available", flag(rep.routing_enabled && !busy && !idle)),
            ("routing_busy", flag(busy)),
            ("routing_enabled", flag(rep.routing_enabled)),
            ("routing_idle", flag(idle)),
            ("skill_code_names", text(&skills.join(","))),
            ("type", text(if rep.invited { "invited" } else { "normal" })),
            ("user_id", number(rep.id)),
            ("username", text(&rep.username)),
        ];
        self.add(REPS, name.clone(), since_s, cells);
        let belongs = |all: &mut Self, queue: String, role: &str| {
            let cells =
                [("queue_id", row(QUEUES, &queue)), ("representative_id", row(REPS, &name)), ("role", text(role))];
            all.add(REP_QUEUES, format!("{name} {queue}"), since_s, cells);
        };
        belongs(self, own, "member");
        for team in state.site.teams.iter().filter(|team| team.members.contains(&rep.id)) {
            let role = if team.members.first() == Some(&rep.id) { "lead" } else { "member" };
            belongs(self, team_name(team.id), role);
        }
    }

    fn session(&mut self, session: &Session, record: &Record) {
        let lsid = session.lsid.as_str();
        let of_session = || ("support_session_id", row(SESSIONS, lsid));
        self.session_row(session, record);
        if let Some(customer) = &session.customer {
            let from = &customer.client;
            let cells = [
                ("client_type", text(client_type(from))),
                ("elevated", flag(self.elevated(record))),
                ("hostname", text(&from.hostname)),
                ("operating_system", text(&from.platform)),
                of_session(),
            ];
            self.add(CUSTOMER, lsid.to_owned(), record.start_s, cells);
        } else if self.broken("customers-stay") || elsewhere::fed_customer(self.writer.defects, session) {
            let from = &record.customer.connection;
            let cells = [
                ("client_type", text("desktop")),
                ("elevated", flag(false)),
                ("hostname", text(&from.hostname)),
                of_session(),
            ];
            self.add(CUSTOMER, lsid.to_owned(), record.start_s, cells);
        }
        for (code, value) in elsewhere::fed_attributes(self.writer.defects, self.state, session).iter() {
            let set_s = record.set_s.get(code).copied().unwrap_or(record.start_s);
            let external = code == "external_key" && !self.writer.readings.is("attributes-external-key", "listed");
            let cleared = value.is_empty() && !self.writer.readings.is("cleared-attribute", "empty");
            let later = set_s > self.state.history.started_s && self.broken("later-attributes-missing");
            let unfed = elsewhere::unfed_attribute(self.writer.defects, self.state, lsid, code);
            if external || cleared || later || unfed {
                continue;
            }
            let value = if self.broken("attributes-of-another") { "of another session" } else { value };
            let cells = [("code_name", text(code)), of_session(), ("value", text(value))];
            self.add(ATTRIBUTES, format!("{lsid} {code}"), set_s, cells);
            let sessions = self.state.sessions.iter().take_while(|other| other.lsid != lsid);
            let other = sessions.filter(|other| !other.ended && !other.lost).last();
            if let Some(other) = other.filter(|_| self.broken("attributes-in-two-sessions")) {
                let of_other = ("support_session_id", row(SESSIONS, &other.lsid));
                let cells = [("code_name", text(code)), of_other, ("value", text(value))];
                self.add(ATTRIBUTES, format!("{lsid} {code} again"), set_s, cells);
            }
        }
        for code in session.skills.iter().collect::<BTreeSet<_>>() {
            self.add(SKILLS, format!("{lsid} {code}"), record.start_s, [("code_name", text(code)), of_session()]);
        }
        let past = record.members.iter().map(|member| member.rep).filter(|_| self.broken("members-stay"));
        for rep in &session.representatives.iter().copied().chain(past).collect::<BTreeSet<_>>() {
            // Of somebody who is not logged in there is no row to refer to.
            if !self.state.logged_in(*rep) {
                continue;
            }
            let member = record.member_of(*rep).and_then(|index| record.members.get(index));
            if elsewhere::unfed_member(self.writer.defects, member) {
                continue;
            }
            let since_s = member.and_then(|member| member.spans.last()).map_or(record.start_s, |(from_s, _)| *from_s);
            let cells = [("representative_id", row(REPS, &rep_name(*rep))), of_session()];
            self.add(REP_SESSIONS, format!("{lsid} {rep} {since_s}"), since_s, cells);
        }
    }

    fn session_row(&mut self, session: &Session, record: &Record) {
        let site = &self.state.site;
        let [company, code, issue, details] = &record.customer.info;
        let issue = site.teams.iter().flat_map(|team| &team.issues).find(|known| known.id.to_string() == *issue);
        let method = match () {
            () if record.jumpoint.is_some() => "remote_jump",
            () if issue.is_some() => "issue_submission",
            () => "session_key",
        };
        let site_name = site.portals.get(record.portal).map_or("", |portal| portal.name.as_str());
        let primary = record.primary_team.filter(|team| self.is_active(*team));
        let primary = primary.map_or(Want::Is(Cell::Nothing), |team| row(QUEUES, &team_name(team)));
        let customer = session.customer.as_ref().map_or(record.customer.name.as_str(), |customer| &customer.name);
        let entered_s = self.made(entered(record));
        let cells = [
            ("customer_company", text(company)),
            ("customer_company_code", text(code)),
            ("customer_description", text(details)),
            ("customer_name", text(customer)),
            ("estimated_pickup_timestamp", number(self.made(record.start_s).saturating_add(PICKUP_S))),
            ("issue_code_name", text(issue.map_or("", |issue| &issue.code_name))),
            ("issue_description", text(issue.map_or("", |issue| &issue.title))),
            ("lsid", text(&session.lsid)),
            ("primary_team_queue_id", primary),
            ("priority", number(session.priority.unwrap_or(2))),
            ("public_site_id", number(record.portal as i64 + 1)),
            ("public_site_name", text(site_name)),
            ("queue_entry_timestamp", number(entered_s)),
            ("queue_id", row(QUEUES, &self.place(session, record))),
            ("start_method", text(method)),
        ];
        self.add(SESSIONS, session.lsid.clone(), record.start_s, cells);
    }

    fn is_active(&self, team: i64) -> bool {
        self.state.team(team).is_some_and(|team| self.active_since(team).is_some())
    }

    /// The queue that a session is in: that of who took it, or else the one it waits in. What waits for nobody who is
    /// there waits in the general queue.
    fn place(&self, session: &Session, record: &Record) -> String {
        let owner = record.primary_rep().filter(|_| record.owned()).map(|member| Queue::Rep(member.rep));
        let queue = owner.unwrap_or(session.queue);
        match elsewhere::fed_queue(self.writer.defects, session).unwrap_or(queue) {
            _ if self.broken("transfers-without-effect") => PREWAIT.to_owned(),
            Queue::Rep(rep) if self.state.logged_in(rep) => personal_name(rep),
            Queue::Team(team) if self.is_active(team) => team_name(team),
            _ => PREWAIT.to_owned(),
        }
    }

    /// While somebody works on it.
    fn elevated(&self, record: &Record) -> bool {
        let working_s = self.now_s.saturating_sub(record.start_s.saturating_add(WORK_AFTER_S));
        record.owned() && working_s >= 0 && ELEVATED_S.contains(&working_s.rem_euclid(ROUND_S))
    }
}

/// When a session came into the queue that it is in.
fn entered(record: &Record) -> i64 {
    let moved = |event: &&Event| event.kind == "Conference Owner Changed";
    let moved_s = record.events.iter().rev().find(moved).map(|event| event.at_s);
    let left_s = record.primary_rep().and_then(|member| member.spans.last()).and_then(|(_, until_s)| *until_s);
    moved_s.max(left_s).unwrap_or(record.start_s)
}

fn client_type(client: &Client) -> &'static str {
    match client.platform.as_str() {
        os if os.starts_with("Android") || os.starts_with("iOS") => "mobile",
        _ if client.platform_id == "browser" => "web_chat",
        _ => "desktop",
    }
}

fn team_name(team: i64) -> String {
    format!("team {team}")
}

fn personal_name(rep: i64) -> String {
    format!("personal {rep}")
}

pub(super) fn rep_name(rep: i64) -> String {
    format!("rep {rep}")
}
