//! The finished sessions of a site, as its file tells them.
//!
//! In: tables of TOML. Out: records, with everything at its instant before the emulator starts, or a
//! message that says what in the file does not hold together.

use super::super::site::{PastSession, Site};
use super::History;
use super::lines::{self, Deed, Line, Person};
use super::record::{Connection, Customer, End, Event, Record, Who};
use super::shift::details;

/// What of a site's past does not hold together.
pub(super) fn check(site: &Site) -> Result<(), String> {
    let known_rep = |id: i64| site.representatives.iter().any(|rep| rep.id == id);
    let known_team = |id: i64| site.teams.iter().any(|team| team.id == id);
    for session in &site.past_sessions {
        let lsid = &session.lsid;
        let twice = site.past_sessions.iter().filter(|other| other.lsid == *lsid).count() > 1
            || site.sessions.iter().any(|running| running.lsid == *lsid);
        if twice {
            return Err(format!("two sessions have the lsid {lsid}: give one of them another"));
        }
        if session.portal.is_some_and(|portal| portal == 0 || portal > site.portals.len()) {
            return Err(format!("past session {lsid} has a portal that is not there: count [[portals]] from 1"));
        }
        if let Some(code) = session.jumpoint.as_ref().filter(|code| jumpoint(site, code).is_none()) {
            return Err(format!("past session {lsid} goes through `{code}`: add it under [[jumpoints]]"));
        }
        for text in &session.events {
            let line = lines::read(text).map_err(|fault| format!("in past session {lsid} {fault}"))?;
            let (rep, team) = match (line.who, &line.deed) {
                (_, Deed::Team(id)) => (true, known_team(*id)),
                (Person::Rep(id), _) => (known_rep(id), true),
                _ => (true, true),
            };
            if !rep || !team {
                return Err(format!("in past session {lsid} the event `{text}` names nobody who is there"));
            }
        }
    }
    for team in &site.teams {
        team.past_events.iter().try_for_each(|text| lines::read(text).map(drop))?;
    }
    for question in &site.questions {
        let (kinds, id) = (["radio", "checkbox", "select", "text", "textarea"], question.id);
        if !kinds.contains(&question.kind.as_str()) || !["customer", "rep"].contains(&question.survey.as_str()) {
            return Err(format!("question {id}: survey is customer or rep, type one of {}", kinds.join(", ")));
        }
    }
    Ok(())
}

fn jumpoint(site: &Site, code: &str) -> Option<usize> {
    site.jumpoints.iter().position(|jumpoint| jumpoint.code_name == code)
}

/// The record of a finished session.
pub(super) fn record(history: &mut History, site: &Site, session: &PastSession, now_s: i64) -> Record {
    let start_s = now_s.saturating_sub(session.began_seconds_ago);
    let given = &session.customer;
    let info = [&given.company, &given.company_code, &given.issue, &given.details].map(String::clone);
    let connection = Connection {
        gsnumber: history.gsnumber(),
        public_ip: given.public_ip.clone(),
        private_ip: given.private_ip.clone(),
        hostname: given.hostname.clone(),
        os: given.os.clone(),
    };
    let customer = Customer { name: given.name.clone(), connection, info };
    let mut record = Record::begin(&session.lsid, history.lseq(), start_s, customer);
    record.portal = session.portal.unwrap_or(1).saturating_sub(1);
    record.jumpoint = session.jumpoint.as_ref().and_then(|code| jumpoint(site, code));
    record.recorded = session.recorded;
    record.attributes = session.attributes.clone();
    record.skills = session.skills.clone();
    record.priority = session.priority;
    record.seen.told = true;
    if let Some(key) = session.attributes.get("external_key") {
        record
            .events
            .push(Event::new(start_s.saturating_add(1), "External Key", Who::System).value("external_key", key));
    }
    for line in session.events.iter().filter_map(|text| lines::read(text).ok()) {
        happen(&mut record, history, site, &line);
    }
    let end_s = start_s.saturating_add(session.lasted_seconds);
    record.finish(if session.abnormal { End::Lost(end_s) } else { End::Ended(end_s) });
    let surveys = [
        (&session.customer_survey, "Customer Exit Survey", Some(Who::Customer)),
        (&session.rep_survey, "Representative Exit Survey", record.primary.map(Who::Member)),
    ];
    for (answers, kind, by) in surveys {
        if let (Some(answers), Some(by)) = (answers, by) {
            let told = answers.iter().map(|(id, answer)| (format!("question_{id}"), answer.join(", "))).collect();
            record.events.push(Event { data: told, ..Event::new(end_s, kind, by) });
        }
    }
    record.customer_survey = session.customer_survey.clone();
    record.rep_survey = session.rep_survey.clone();
    record
}

fn happen(record: &mut Record, history: &History, site: &Site, line: &Line) {
    let at_s = record.start_s.saturating_add(line.at_s);
    let who = match line.who {
        Person::System => Who::System,
        Person::Customer => Who::Customer,
        Person::Rep(rep) => match (record.member_of(rep), &line.deed) {
            (Some(index), deed) if !matches!(deed, Deed::Join(_)) => Who::Member(index),
            _ => match history.login(rep, at_s) {
                Some(login) => {
                    let details = details(site, login);
                    Who::Member(record.join(at_s, rep, login.connection.clone(), details))
                }
                None => return,
            },
        },
    };
    match (&line.deed, who) {
        (Deed::Team(team), who) => record.enqueue(at_s, *team, who),
        (Deed::Join(_), _) => {}
        (Deed::Own(_), Who::Member(index)) => record.own(at_s, index, who),
        (Deed::Leave(_), Who::Member(index)) => record.depart(at_s, index),
        (Deed::Own(_) | Deed::Leave(_), _) => {}
        (Deed::Chat(body), who) => record.events.push(Event::new(at_s, "Chat Message", who).body(body)),
        (Deed::File { kind, size, name }, who) => {
            let event = Event::new(at_s, kind, who);
            record.events.push(Event { file: Some((name.clone(), *size)), ..event });
        }
        (Deed::Shell, who) => {
            let event = Event::new(at_s, "Command Shell Session Started", who).value("instance", record.shells);
            record.events.push(event);
            record.shells += 1;
        }
        (Deed::Show, who) => {
            let event = Event::new(at_s, "Show My Screen Recording", who).value("instance", record.shown);
            record.events.push(event);
            record.shown += 1;
        }
        (Deed::Information, _) => {
            let event = Event::new(at_s, "System Information Retrieved", Who::System);
            record.events.push(Event { information: true, ..event });
        }
        (Deed::Did { kind, values }, who) => {
            let to = values.iter().find(|(name, _)| name == "to").and_then(|(_, to)| match to.as_str() {
                "system" => Some(Who::System),
                "customer" => Some(Who::Customer),
                id => id.parse().ok().and_then(|id| record.member_of(id)).map(Who::Member),
            });
            let data = values.iter().filter(|(name, _)| name != "to").cloned().collect();
            record.events.push(Event { data, to, ..Event::new(at_s, kind, who) });
        }
    }
}
