//! What the rows of the model at one time say of each other.
//!
//! In: all rows at one time. Out: what is good or bad of them together, noted with the [`Source`]. What only several times tell is kept in
//! [`super::across`].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::{
    decode::model::StateModel,
    spec::{ArchiveDemand, ArchiveWord},
};

use super::{
    field_types::{is_blank, plain},
    source::Source,
    tallies::ModelJudge,
};

/// The tolerance for clocks, in seconds.
const SLACK_S: i64 = 60;

/// A row of a table.
type Row = Map<String, Value>;

impl ModelJudge<'_> {
    /// What the rows of the model at one time say of each other.
    pub(super) fn relations(&mut self, model: &StateModel, at_s: Option<i64>, source: Source) {
        if let Some(at_s) = at_s {
            self.made_before(model, at_s, source);
            let lsids = model.rows("support_session").filter_map(|(_, row)| text(row, "lsid"));
            self.across.sessions_at(source, at_s, lsids.map(|lsid| lsid.to_lowercase()).collect());
        }
        self.queues(model, source);
        self.selected(model, source);
        self.session_ids(model, source);
        self.tools(model, source);
    }

    /// No row was made after the snapshot.
    fn made_before(&mut self, model: &StateModel, at_s: i64, source: Source) {
        for table in self.tables {
            for (id, row) in std::iter::once(&table.name).chain(&table.names).flat_map(|name| model.rows(name)) {
                let what = || format!("row `{id}` of `{}` was made before the snapshot of {at_s}", table.name);
                self.made_in_time(row.get("created_timestamp"), at_s, what, source);
            }
        }
    }

    /// A row was made at a time that is not later than another.
    pub(in crate::judge) fn made_in_time(
        &mut self,
        created: Option<&Value>,
        at_s: i64,
        what: impl Fn() -> String,
        source: Source,
    ) {
        let demand = ArchiveDemand::Word(ArchiveWord::CreatedInTime);
        let Some(created) = created.and_then(plain).and_then(|text| text.parse::<i64>().ok()) else { return };
        match created <= at_s.saturating_add(SLACK_S) {
            true => self.good(demand, source),
            false => self.bad(demand, source, what(), created.to_string()),
        }
    }

    /// Queues are there for those who are logged in (p. 120), and a personal one is that of one of them alone (p. 121).
    fn queues(&mut self, model: &StateModel, source: Source) {
        let own: BTreeMap<String, String> = model
            .rows("representative")
            .filter_map(|(id, row)| Some((text(row, "queue_id")?, id.to_owned())))
            .collect();
        let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (_, row) in model.rows("representative_queue") {
            if let (Some(queue), Some(rep)) = (text(row, "queue_id"), text(row, "representative_id")) {
                members.entry(queue).or_default().insert(rep);
            }
        }
        let mut teams = BTreeMap::new();
        for (id, row) in model.rows("queue") {
            let of = members.get(id);
            match text(row, "type").as_deref() {
                Some("personal") => {
                    let active = ArchiveDemand::Word(ArchiveWord::PersonalActive);
                    match own.contains_key(id) || of.is_some() {
                        true => self.good(active, source),
                        false => {
                            let expected =
                                format!("a representative who is logged in and has the personal queue `{id}`");
                            self.lacks(active, source, expected, "nobody has it");
                        }
                    }
                    let nameless = ArchiveDemand::Word(ArchiveWord::PersonalNameless);
                    match ["code_name", "support_team_id"].iter().find_map(|name| Some((name, text(row, name)?))) {
                        None => self.good(nameless, source),
                        Some((name, value)) => {
                            self.bad(nameless, source, format!("no `{name}` of the personal queue `{id}`"), value);
                        }
                    }
                    let only = ArchiveDemand::Word(ArchiveWord::PersonalOwn);
                    match of.into_iter().flatten().find(|rep| own.get(id) != Some(*rep)) {
                        None if of.is_some() => self.good(only, source),
                        None => {}
                        Some(rep) => {
                            let expected = format!("no member of the personal queue `{id}` but the one whose it is");
                            self.lacks(only, source, expected, format!("representative `{rep}`"));
                        }
                    }
                }
                Some("team") => {
                    if let Some(team) = text(row, "support_team_id") {
                        teams.insert(team, of.is_some());
                    }
                }
                _ => {}
            }
        }
        self.across.teams_at(source, teams);
    }

    /// The sessions that are selected, which may have ended a moment ago.
    fn selected(&mut self, model: &StateModel, source: Source) {
        for (id, row) in model.rows("representative") {
            let Some(session) = text(row, "selected_support_session_id").filter(|session| session != "0") else {
                continue;
            };
            self.across.selected(source, id, session);
        }
    }

    /// A logging session id is that of one session, or presentation, alone.
    fn session_ids(&mut self, model: &StateModel, source: Source) {
        let demand = ArchiveDemand::Word(ArchiveWord::SessionIds);
        for table in ["support_session", "presentation_session"] {
            let mut known: BTreeMap<String, &str> = BTreeMap::new();
            for (id, row) in model.rows(table) {
                let Some(lsid) = text(row, "lsid") else { continue };
                match known.insert(lsid.clone(), id) {
                    None => self.good(demand, source),
                    Some(other) => {
                        let got = format!("rows `{other}` and `{id}` of `{table}` with `{lsid}`");
                        self.bad(demand, source, "a logging session id that one row has", got);
                    }
                }
            }
        }
    }

    /// Tools are used by those who take part.
    fn tools(&mut self, model: &StateModel, source: Source) {
        let demand = ArchiveDemand::Word(ArchiveWord::ToolsOfMembers);
        let pair = |row: &Row| Some((text(row, "representative_id")?, text(row, "support_session_id")?));
        let takes_part: BTreeSet<_> =
            model.rows("representative_support_session").filter_map(|(_, row)| pair(row)).collect();
        for (id, row) in model.rows("representative_support_session_tool") {
            let Some(who) = pair(row) else { continue };
            match takes_part.contains(&who) {
                true => self.good(demand, source),
                false => {
                    let expected = format!("representative `{}` takes part in session `{}`", who.0, who.1);
                    self.lacks(demand, source, expected, format!("only row `{id}` of the tools in use"));
                }
            }
        }
    }
}

/// A number or a text of a row that is not blank, as a text.
fn text(row: &Row, name: &str) -> Option<String> {
    row.get(name).filter(|value| !is_blank(value)).and_then(plain)
}
