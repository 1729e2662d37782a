//! Judges requirements by what came over the feed of the real-time state API (pp. 143-150).
//!
//! In: the records. Out: one [`Finding`] for each requirement about tables, rows and messages of the feed. What tables, rows and changes must
//! be is judged by [`super::state_model`], as of archives; here is what only a feed has: the messages and their order, ids of the model's
//! life, and the tables that were asked for.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::{Value, value::RawValue};

use crate::{
    answer,
    decode::model::{ChangeKind, FeedMessage, FeedModel, Members, ModelMessage, text_of},
    model::{
        conversation::{Act, Conversation},
        exchange::Exchange,
        record::Record,
        verdict::{Blame, Finding, Observation},
    },
    spec::{ArchiveDemand, ArchiveWord, FieldKind, Media, Requirement, Spec},
};

use super::state_model::{Dangling, ModelJudge, NewRows, Source, SourceLine, table_named};

/// The count of messages after each of which the whole model is looked at; of a longer feed the last one is, too.
const WHOLE_MODELS_MAX: usize = 20;

/// How long nothing comes until the rows of a feed are settled, in milliseconds. What belongs together may come in several messages.
const SETTLED_MS: u64 = 800;

/// The most rows that are kept of all feeds.
const CAME_MAX: usize = 400_000;

/// The tables that a client may ask for by one word.
const ALL: &str = "all";

/// The rows of a model since it began, by table and id.
#[derive(Default)]
struct Life {
    /// Those that were inserted.
    had: BTreeSet<(String, String)>,
    /// Those of them that were not deleted since.
    there: BTreeSet<(String, String)>,
}

/// What all feeds of a run say.
pub(super) struct Feeds<'a> {
    endpoint: String,
    model: ModelJudge<'a>,
    /// The count of feeds that sent at least one message about rows.
    feeds: usize,
    /// Fields of tables that came in any row, and the first feed in which the table had rows.
    fields: BTreeMap<(usize, usize), Source>,
    rows: BTreeMap<usize, Source>,
    /// The rows that came over any feed, by table and id and by table and logging session id.
    came: HashSet<(String, String)>,
    /// What the last rows of a feed name and lack.
    dangling: Vec<Dangling>,
}

impl<'a> Feeds<'a> {
    /// Reads every feed of the run.
    pub(super) fn of(spec: &'a Spec, records: &'a [Record]) -> Self {
        let is_feed = |media: Media, tables: usize| media == Media::WebSocket && tables > 0;
        let endpoint = spec.endpoints.values().find(|one| is_feed(one.response.media, one.tables.len()));
        let mut all = Self {
            endpoint: endpoint.map(|one| one.id.to_string()).unwrap_or_default(),
            model: ModelJudge::new(endpoint.map_or(&[], |one| &one.tables)),
            feeds: 0,
            fields: BTreeMap::new(),
            rows: BTreeMap::new(),
            came: HashSet::new(),
            dangling: Vec::new(),
        };
        for (record, one) in records.iter().enumerate() {
            for (exchange, sent) in one.sent() {
                if spec.endpoints.get(&sent.endpoint).is_some_and(|one| one.response.media == Media::WebSocket)
                    && let Some(conversation) = sent.answer().and_then(answer::conversation)
                {
                    all.feed(sent, &conversation, Source { record, exchange });
                }
            }
        }
        all.fields_came();
        let never = std::mem::take(&mut all.dangling).into_iter().filter(|one| !all.came.contains(&one.row));
        never.for_each(|one| {
            all.model.bad(one.demand, one.source, one.expected, format!("{}, and no feed has such a row", one.row.1))
        });
        all
    }

    fn feed(&mut self, sent: &Exchange, conversation: &Conversation, source: Source) {
        let lines = answer::messages(conversation);
        let Some(response) = response(&lines) else { return };
        let asked = tables_asked_for(sent);
        let (mut model, mut new_rows) = (FeedModel::default(), NewRows::default());
        let mut life = Life::default();
        let mut seen = 0;
        for (number, line) in lines.iter().enumerate().filter(|(number, _)| *number != response.line) {
            let at = SourceLine { source, line: number as u64 + 1 };
            let Some(said) = FeedMessage::of(line) else { continue };
            let kind = &said.kind;
            if number < response.line {
                if kind.contains("model") {
                    let got = format!("`{kind}` in {at}, before it");
                    self.bad(ArchiveWord::AfterResponse, source, "updates after the answer to `subscribe` alone", got);
                }
                continue;
            }
            if !said.is_of_rows() {
                self.model.observe("a message of a type that the guide does not document", kind.to_string(), source);
                continue;
            }
            self.model.good(ArchiveDemand::Word(ArchiveWord::AfterResponse), source);
            if let Some(reading) = said.updates_as() {
                self.model.note(ArchiveWord::UpdateType, reading, source);
                if let Some(says) = misshapen(&said.members) {
                    self.bad(ArchiveWord::Sections, source, says, format!("otherwise in {at}"));
                }
            }
            let message = match said.of_rows() {
                Ok(Some(message)) => message,
                Ok(None) => continue,
                Err(error) => {
                    let expected = "messages that say what becomes of which rows";
                    self.bad(ArchiveWord::Sections, source, expected, format!("{error} in {at}"));
                    continue;
                }
            };
            self.model.good(ArchiveDemand::Word(ArchiveWord::Sections), source);
            if matches!(message, ModelMessage::Truncate) {
                // Another model begins, whose ids are its own (p. 145).
                life = Life::default();
                self.model.observe("the model was truncated while it was followed", String::new(), source);
            }
            self.changes(&message, &mut life, asked.as_ref(), at);
            if self.model.message(&message, &mut new_rows, at).is_err() || model.apply(&message).is_err() {
                self.bad(ArchiveWord::Sections, source, "rows that are objects of fields", format!("others in {at}"));
                return;
            }
            seen += 1;
            if asked.is_none() && (seen <= WHOLE_MODELS_MAX || number + 1 == lines.len()) {
                let after_ms = ms_of(conversation, number).saturating_sub(ms_of(conversation, response.line));
                let at_s = response.timestamp.map(|at_s| at_s + i64::try_from(after_ms / 1000).unwrap_or(0));
                let next_ms = conversation.message_ms.get(number + 1).copied().unwrap_or(conversation.lasted_ms);
                let settled = next_ms.saturating_sub(ms_of(conversation, number)) >= SETTLED_MS;
                self.model.whole(model.rows(), at_s, settled, source);
            }
        }
        self.dangling.extend(self.model.take_dangling());
        self.feeds += usize::from(seen > 0);
    }

    /// What changes do to rows that are there, or not.
    fn changes(
        &mut self,
        message: &ModelMessage<'_>,
        life: &mut Life,
        asked: Option<&BTreeSet<String>>,
        at: SourceLine,
    ) {
        let source = at.source;
        for change in message.changes() {
            let table = change.table.to_string();
            match asked {
                Some(asked) if !asked.contains(&table) => {
                    let got = format!("`{table}` in {at}");
                    self.bad(ArchiveWord::Subscribed, source, "the tables that were asked for, and no others", got);
                }
                Some(_) => self.model.good(ArchiveDemand::Word(ArchiveWord::Subscribed), source),
                None => {}
            }
            let Some(id) = &change.id else { continue };
            let row = (table, id.to_string());
            let there = life.there.contains(&row);
            match change.kind {
                ChangeKind::Insert => {
                    if there {
                        let got = format!("row `{}` of `{}`, which is there, in {at}", row.1, row.0);
                        self.bad(ArchiveWord::RowIds, source, "a new row with an id that no other has", got);
                    } else if life.had.contains(&row) {
                        let got = format!("row `{}` of `{}` once more in {at}", row.1, row.0);
                        self.bad(ArchiveWord::FreshIds, source, "an id that no row had before", got);
                    } else {
                        self.model.good(ArchiveDemand::Word(ArchiveWord::RowIds), source);
                        if !life.had.is_empty() {
                            self.model.good(ArchiveDemand::Word(ArchiveWord::FreshIds), source);
                        }
                    }
                    self.present(&row.0, change.row, source);
                    self.came(&row, change.row);
                    life.had.insert(row.clone());
                    life.there.insert(row);
                }
                ChangeKind::Update | ChangeKind::Delete if there => {
                    self.model.good(ArchiveDemand::Word(ArchiveWord::KnownRows), source);
                    match change.kind {
                        ChangeKind::Delete => _ = life.there.remove(&row),
                        _ => self.present(&row.0, change.row, source),
                    }
                }
                ChangeKind::Update | ChangeKind::Delete => {
                    let got = format!("row `{}` of `{}`, which is not there, in {at}", row.1, row.0);
                    self.bad(ArchiveWord::KnownRows, source, "changes of rows that are there", got);
                }
            }
        }
    }

    /// Notes that a row came over a feed.
    fn came(&mut self, (table, id): &(String, String), row: Option<&RawValue>) {
        if self.came.len() < CAME_MAX {
            self.came.insert((table.clone(), id.clone()));
            let lsid = row.and_then(Members::of).and_then(|fields| fields.get("lsid")).and_then(text_of);
            self.came.extend(lsid.map(|lsid| (table.clone(), lsid.into_owned())));
        }
    }

    /// Notes the fields of a row. A row need not name them all (p. 143), so it is what all rows of a table name that counts.
    fn present(&mut self, table: &str, row: Option<&RawValue>, source: Source) {
        let tables = self.model.tables();
        let Some(t) = table_named(tables, table) else { return };
        self.rows.entry(t).or_insert(source);
        let Some(fields) = row.and_then(Members::of) else { return };
        for (name, _) in &fields.0 {
            if let Some(f) = tables[t].fields.iter().position(|field| field.name == *name) {
                self.fields.entry((t, f)).or_insert(source);
            }
        }
    }

    /// Whether each field of a table that had rows came with one of them.
    fn fields_came(&mut self) {
        for (&t, &source) in &self.rows {
            let table = &self.model.tables()[t];
            for (f, field) in table.fields.iter().enumerate() {
                let demand = ArchiveDemand::Field(t, f);
                match self.fields.get(&(t, f)) {
                    Some(source) => self.model.good(demand, *source),
                    None if field.blank || field.optional || field.stands_where.is_some() => {}
                    None if field.kind == FieldKind::RowId => {}
                    None => {
                        let expected = format!("a field `{}` in a row of `{}`", field.name, table.name);
                        self.model.bad(demand, source, expected, "none of them has it");
                    }
                }
            }
        }
    }

    fn bad(&mut self, word: ArchiveWord, source: Source, expected: &str, got: String) {
        self.model.bad(ArchiveDemand::Word(word), source, expected, got);
    }

    /// Judges a requirement.
    pub(super) fn judge(&self, requirement: &Requirement, demand: ArchiveDemand) -> Finding {
        if self.feeds == 0 {
            return Finding::inconclusive("no feed sent any rows", Blame::Target);
        }
        match demand {
            ArchiveDemand::Word(word) if !word.readings().is_empty() => self.model.notation(demand),
            ArchiveDemand::TableName(_) => self.model.notation(demand),
            _ => self.model.tally(requirement, demand),
        }
    }

    /// What was seen that is no gap.
    pub(super) fn observations(&self) -> Vec<Observation> {
        self.model.observations(&self.endpoint)
    }
}

/// What of a message with changes is not as p. 144 has it, though it can be read.
fn misshapen(members: &Members<'_>) -> Option<&'static str> {
    if !["insert", "update", "delete"].iter().any(|section| members.get(section).is_some()) {
        return Some("at least one of `insert`, `update` and `delete`");
    }
    let deleted = members.get("delete").and_then(Members::of)?;
    let listed = deleted.0.iter().all(|(_, ids)| ids.get().starts_with('['));
    (!listed).then_some("lists of the ids of rows that go")
}

/// The answer to `subscribe` that says that it succeeded.
struct Response {
    line: usize,
    timestamp: Option<i64>,
}

fn response(lines: &[&str]) -> Option<Response> {
    lines.iter().enumerate().find_map(|(line, text)| {
        let value: Value = serde_json::from_str(text).ok()?;
        let right = value["type"] == "subscribe_response" && value["success"] == true;
        right.then(|| Response { line, timestamp: value["timestamp"].as_i64() })
    })
}

/// The tables that the client asked for; none where it asked for all of them, or it cannot be known.
fn tables_asked_for(sent: &Exchange) -> Option<BTreeSet<String>> {
    let talk = sent.request()?.talk.as_ref()?;
    let said =
        talk.acts.iter().filter_map(|act| if let Act::Say(say) = act { Some(say.payload.as_str()) } else { None });
    let asked = said.flat_map(|text| text.split('\n')).find_map(|text| {
        let value: Value = serde_json::from_str(text).ok()?;
        (value["type"] == "subscribe").then(|| value["tables"].clone())
    })?;
    if asked == ALL {
        return None;
    }
    Some(asked.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

fn ms_of(conversation: &Conversation, line: usize) -> u64 {
    conversation.message_ms.get(line).copied().unwrap_or(0)
}
