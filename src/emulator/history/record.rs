//! A session as the reports know it, running or over.
//!
//! In: what happens in it, one thing after another. Out: the same with all that follows from it: who owned
//! it, to which teams it belonged, how long everybody was in it.

use std::collections::BTreeMap;

/// Where a session waits or was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    General,
    Rep(i64),
    Team(i64),
}

/// How much of a running session has been recorded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Everything: it is over.
    pub(crate) told: bool,
    pub(super) queue: Option<Queue>,
    pub(super) representatives: Vec<i64>,
    pub(super) customer_left: bool,
    pub(super) chat: usize,
}

/// How a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Running,
    Ended(i64),
    /// It ended abnormally, and reports show no end.
    Lost(i64),
}

/// A connection to the appliance.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) gsnumber: i64,
    pub(crate) public_ip: String,
    pub(crate) private_ip: String,
    pub(crate) hostname: String,
    pub(crate) os: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub(crate) name: String,
    pub(crate) connection: Connection,
    /// Of the front-end survey: company, company code, issue, details.
    pub(crate) info: [String; 4],
}

/// A representative by one connection.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) rep: i64,
    pub(crate) connection: Connection,
    /// When it came and went.
    pub(crate) spans: Vec<(i64, Option<i64>)>,
    pub(crate) owner: bool,
}

/// Who does something, or to whom it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    System,
    Customer,
    /// The index of a member.
    Member(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) at_s: i64,
    pub(crate) kind: String,
    pub(crate) by: Who,
    pub(crate) to: Option<Who>,
    pub(crate) body: Option<String>,
    /// Name and size of a file that was transferred.
    pub(crate) file: Option<(String, u64)>,
    pub(crate) data: Vec<(String, String)>,
    /// The system information that is pulled when the session starts.
    pub(crate) information: bool,
}

/// The answers to a survey, by the id of their question.
pub(crate) type Answers = BTreeMap<String, Vec<String>>;

#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) lsid: String,
    pub(crate) lseq: i64,
    pub(crate) start_s: i64,
    pub(crate) end: End,
    /// The position of its public site.
    pub(crate) portal: usize,
    /// The position of its Jumpoint.
    pub(crate) jumpoint: Option<usize>,
    pub(crate) attributes: BTreeMap<String, String>,
    /// When each attribute was set to anything first since it was cleared.
    pub(crate) set_s: BTreeMap<String, i64>,
    /// Code names.
    pub(crate) skills: Vec<String>,
    pub(crate) priority: Option<i64>,
    pub(crate) customer: Customer,
    pub(crate) members: Vec<Member>,
    /// The final owner.
    pub(crate) primary: Option<usize>,
    /// Each team once, in the order in which it had the session first.
    pub(crate) teams: Vec<i64>,
    pub(crate) primary_team: Option<i64>,
    /// When it came into the queue of a team, or left it.
    pub(crate) moves: Vec<(i64, i64, bool)>,
    /// The screen was shared and recorded.
    pub(crate) recorded: bool,
    pub(crate) shells: usize,
    pub(crate) shown: usize,
    pub(crate) events: Vec<Event>,
    pub(crate) customer_survey: Option<Answers>,
    pub(crate) rep_survey: Option<Answers>,
    /// How much of a running session has been recorded already.
    pub(crate) seen: Seen,
}

impl Event {
    pub(crate) fn new(at_s: i64, kind: &str, by: Who) -> Event {
        let kind = kind.to_owned();
        Event { at_s, kind, by, to: None, body: None, file: None, data: Vec::new(), information: false }
    }

    pub(crate) fn to(mut self, who: Who) -> Event {
        self.to = Some(who);
        self
    }

    pub(crate) fn body(mut self, body: &str) -> Event {
        self.body = Some(body.to_owned());
        self
    }

    pub(crate) fn value(mut self, name: &str, value: impl ToString) -> Event {
        self.data.push((name.to_owned(), value.to_string()));
        self
    }
}

impl Record {
    /// A session that begins.
    pub(crate) fn begin(lsid: &str, lseq: i64, start_s: i64, customer: Customer) -> Record {
        let mut record = Record {
            lsid: lsid.to_owned(),
            lseq,
            start_s,
            end: End::Running,
            portal: 0,
            jumpoint: None,
            attributes: BTreeMap::new(),
            set_s: BTreeMap::new(),
            skills: Vec::new(),
            priority: None,
            customer,
            members: Vec::new(),
            primary: None,
            teams: Vec::new(),
            primary_team: None,
            moves: Vec::new(),
            recorded: false,
            shells: 0,
            shown: 0,
            events: Vec::new(),
            customer_survey: None,
            rep_survey: None,
            seen: Seen::default(),
        };
        record.events.push(Event::new(start_s, "Session Start", Who::System));
        let connection = record.customer.connection.clone();
        let event = Event::new(start_s, "Conference Member Added", Who::Customer)
            .value("name", &record.customer.name)
            .value("private_ip", connection.private_ip)
            .value("public_ip", connection.public_ip)
            .value("hostname", connection.hostname)
            .value("os", connection.os);
        record.events.push(event);
        record
    }

    /// Whether it ran while commands could change it.
    pub(crate) fn is_followed(&self) -> bool {
        self.seen.queue.is_some()
    }

    /// When it ended, if it ended as it should.
    pub(crate) fn end_s(&self) -> Option<i64> {
        match self.end {
            End::Ended(at_s) => Some(at_s),
            _ => None,
        }
    }

    /// How long it lasted, so far where it runs.
    pub(crate) fn seconds(&self, now_s: i64) -> i64 {
        let until_s = match self.end {
            End::Running => now_s,
            End::Ended(at_s) | End::Lost(at_s) => at_s,
        };
        until_s.saturating_sub(self.start_s).max(0)
    }

    /// How long a member was in it.
    pub(crate) fn seconds_of(&self, member: &Member, now_s: i64) -> i64 {
        member.spans.iter().map(|(from, until)| until.unwrap_or(now_s).saturating_sub(*from).max(0)).sum()
    }

    /// The final owner.
    pub(crate) fn primary_rep(&self) -> Option<&Member> {
        self.primary.and_then(|index| self.members.get(index))
    }

    /// The member that is in it now, or was last, of a representative.
    pub(crate) fn member_of(&self, rep: i64) -> Option<usize> {
        self.members.iter().rposition(|member| member.rep == rep)
    }

    pub(crate) fn is_in(&self, index: usize) -> bool {
        self.members.get(index).and_then(|member| member.spans.last()).is_some_and(|(_, until)| until.is_none())
    }

    /// Whether somebody who is in it owns it.
    pub(crate) fn owned(&self) -> bool {
        self.primary.is_some_and(|index| self.is_in(index))
    }

    /// A representative comes in by a connection. `details` are values of its event.
    pub(crate) fn join(
        &mut self,
        at_s: i64,
        rep: i64,
        connection: Connection,
        details: Vec<(String, String)>,
    ) -> usize {
        let known = |member: &Member| member.rep == rep && member.connection.gsnumber == connection.gsnumber;
        let index = self.members.iter().position(known).unwrap_or(self.members.len());
        match self.members.get_mut(index) {
            Some(member) if member.spans.last().is_some_and(|(_, until)| until.is_none()) => return index,
            Some(member) => member.spans.push((at_s, None)),
            None => self.members.push(Member { rep, connection, spans: vec![(at_s, None)], owner: false }),
        }
        let mut event = Event::new(at_s, "Conference Member Added", Who::Member(index));
        event.data = details;
        self.events.push(event);
        index
    }

    /// A member takes it over.
    pub(crate) fn own(&mut self, at_s: i64, index: usize, by: Who) {
        if let Some(member) = self.members.get_mut(index) {
            member.owner = true;
            let event = Event::new(at_s, "Conference Owner Changed", by).to(Who::Member(index));
            self.events.push(event.value("owner", format!("rep:{}", self.members[index].rep)));
            self.primary = Some(index);
            self.leave_queue(at_s);
        }
    }

    /// A member goes.
    pub(crate) fn depart(&mut self, at_s: i64, index: usize) {
        if self.is_in(index)
            && let Some(span) = self.members.get_mut(index).and_then(|member| member.spans.last_mut())
        {
            span.1 = Some(at_s);
            self.events.push(Event::new(at_s, "Conference Member Departed", Who::Member(index)));
        }
    }

    /// It comes into the queue of a team.
    pub(crate) fn enqueue(&mut self, at_s: i64, team: i64, by: Who) {
        self.leave_queue(at_s);
        self.moves.push((at_s, team, true));
        if !self.teams.contains(&team) {
            self.teams.push(team);
        }
        self.primary_team = Some(team);
        self.events.push(Event::new(at_s, "Conference Owner Changed", by).value("owner", format!("team:{team}")));
    }

    /// It leaves the queue it is in, if it is in one.
    pub(crate) fn leave_queue(&mut self, at_s: i64) {
        if let Some((_, team, true)) = self.moves.last().copied() {
            self.moves.push((at_s, team, false));
        }
    }

    /// It is over.
    pub(crate) fn finish(&mut self, end: End) {
        let at_s = match end {
            End::Running => return,
            End::Ended(at_s) | End::Lost(at_s) => at_s,
        };
        (0..self.members.len()).for_each(|index| self.depart(at_s, index));
        self.leave_queue(at_s);
        if matches!(end, End::Ended(_)) {
            self.events.push(Event::new(at_s, "Session End", Who::System));
        }
        self.end = end;
    }

    /// What occurred, from the first to the last.
    pub(crate) fn chronology(&self) -> Vec<&Event> {
        let mut events: Vec<&Event> = self.events.iter().collect();
        events.sort_by_key(|event| event.at_s);
        events
    }

    /// How many events are of a kind.
    pub(crate) fn count(&self, kinds: &[&str]) -> usize {
        self.events.iter().filter(|event| kinds.contains(&event.kind.as_str())).count()
    }
}
