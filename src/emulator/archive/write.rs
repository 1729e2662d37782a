//! The model as JSON: a state as one object, a log as one object a line, in the shape of the readings.
//!
//! In: a world. Out: text. Defects of single fields bend it here.

use serde_json::{Map, Value, json};

use super::super::reporting::Asked;
use super::bend::bend;
use super::events::{EVENTS, Kind, PRESENTATION_EVENTS};
use super::tables::{Cell, ENVELOPE, Field, TABLES, Type, table};
use super::world::{Line, Row, World};
use super::wrong;

pub(super) struct Writer<'a> {
    asked: &'a Asked<'a>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(asked: &'a Asked<'a>) -> Writer<'a> {
        Writer { asked }
    }

    fn reads(&self, topic: &str, reading: &str) -> bool {
        self.asked.reads(topic, reading)
    }

    /// Bends the fields of a table or event, as the defects of the emulator have it.
    fn bend<'f>(
        &self,
        room: &'static str,
        of: &str,
        members: &mut Map<String, Value>,
        fields: impl Iterator<Item = &'f Field> + Clone,
    ) {
        self.asked.defects.fields(room, of).for_each(|one| bend(members, fields.clone(), one));
    }

    /// The name of a table, which for one can be read in two ways.
    fn table_name(&self, name: &'static str) -> &'static str {
        if name == "attende" && self.reads("attendee-table", "attendee") { "attendee" } else { name }
    }

    fn cell(&self, holds: Type, cell: &Cell) -> Value {
        match cell {
            Cell::Nothing => Value::Null,
            Cell::Flag(on) if self.reads("archive-boolean", "literal") => Value::from(*on),
            Cell::Flag(on) => Value::from(u8::from(*on)),
            Cell::Key(id) if self.reads("archive-key", "quoted") => Value::from(id.to_string()),
            Cell::Key(id) => Value::from(*id),
            Cell::Number(number) if holds == Type::Stamp && self.asked.broken("timestamps-in-milliseconds") => {
                Value::from(number.saturating_mul(1000))
            }
            Cell::Number(number) => Value::from(*number),
            Cell::Text(text) if holds == Type::TeamId && self.reads("archive-team-id", "number") => {
                text.parse::<i64>().map_or(Value::Null, Value::from)
            }
            Cell::Text(text) => Value::from(text.as_str()),
            Cell::Pairs(pairs) if self.reads("archive-pairs-shape", "array") => {
                pairs.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
            }
            Cell::Pairs(pairs) => {
                let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())));
                Value::Object(pairs.collect())
            }
            Cell::Files(files) => {
                let mut all =
                    files.iter().map(|(name, size, kind)| json!({ "name": name, "size": size, "type": kind }));
                match self.asked.readings.of("archive-files-shape") {
                    // One file, as there is room for one.
                    "object" => all.next().unwrap_or_default(),
                    _ => all.collect(),
                }
            }
            Cell::Object(value) => value.clone(),
        }
    }

    /// The fields of a row that are in it, in the order of the guide.
    fn row(&self, name: &'static str, row: &Row) -> Value {
        let Some(table) = table(name) else { return Value::Null };
        let mut members = Map::new();
        for field in table.fields {
            let Some(cell) = row.get(field.name) else { continue };
            let mut value = self.cell(field.holds, cell);
            if name == "customer_client" && field.name == "support_session_id" && self.asked.broken("key-of-nothing") {
                value = self.cell(field.holds, &Cell::Key(u64::MAX - 7));
            }
            members.insert(field.name.to_owned(), value);
        }
        wrong::row(self.asked, name, &mut members);
        self.bend("archive/state", name, &mut members, table.fields.iter());
        Value::Object(members)
    }

    /// All tables, as one object.
    pub(super) fn state(&self, world: &World, at_s: i64) -> String {
        let mut tables = Map::new();
        let named = self.asked.broken("ids-not-numbers");
        let row_id = |id: u64| if named { format!("row {id}") } else { id.to_string() };
        for table in TABLES {
            let rows: Map<String, Value> =
                world.rows(table.name).map(|(id, row)| (row_id(id), self.row(table.name, row))).collect();
            let nothing =
                if self.reads("archive-empty-table", "empty") { Value::Object(Map::new()) } else { Value::Null };
            let mut value = if rows.is_empty() { nothing } else { Value::Object(rows) };
            let name = self.table_name(table.name);
            let whole = |what: &str| self.asked.broken(&format!("{what}:{}", table.name));
            if whole("table-missing") {
                continue;
            }
            if self.asked.broken("tables-as-arrays") {
                value = value.as_object().map_or(Value::Null, |rows| rows.values().cloned().collect());
            }
            tables.insert(name.to_owned(), value);
        }
        wrong::tables(self.asked, at_s, &mut tables);
        let state = Value::Object(tables);
        let state = if self.reads("archive-state-wrapper", "wrapped") { json!({ "model": state }) } else { state };
        let text = state.to_string();
        match () {
            () if self.asked.broken("state-no-json") => text.trim_end_matches('}').to_owned(),
            () if self.asked.broken("row-twice") => twice(&text),
            () => text,
        }
    }

    /// Every line of a log.
    pub(super) fn log(&self, lines: &[Line]) -> String {
        let mut values: Vec<Value> =
            lines.iter().filter(|line| !self.left_out(line)).map(|line| self.line(line)).collect();
        // After the first half hour of a day.
        let late = |line: &Line| line.at_s().rem_euclid(86_400) >= 1_800;
        if self.asked.broken("events-reversed-after-the-morning") && lines.first().is_some_and(late) {
            values.reverse();
        }
        if self.asked.broken("events-reversed") {
            values.reverse();
        }
        if self.asked.broken("row-inserted-twice")
            && let Some(at) = lines.iter().position(|line| matches!(line, Line::Insert { .. }))
        {
            values.insert(at + 1, values[at].clone());
        }
        if self.asked.broken("excluded-event-told")
            && let Some(told) = values.iter().find(|value| value["type"] == "session_event").cloned()
        {
            let mut told = told;
            told["name"] = Value::from("session_start");
            values.insert(0, told);
        }
        if self.asked.broken("unknown-event-type")
            && let Some(Value::Object(first)) = values.first_mut()
        {
            first.insert("type".to_owned(), Value::from("model_change"));
        }
        if self.asked.broken("lines-as-an-array") {
            return Value::Array(values).to_string();
        }
        let mut lines: Vec<String> = values.iter().map(Value::to_string).collect();
        if self.asked.broken("bad-line-in-the-middle") && !lines.is_empty() {
            let at = lines.len() / 2;
            lines[at] = lines[at].chars().take(lines[at].len() / 3).collect();
        }
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// What a defect forgets.
    fn left_out(&self, line: &Line) -> bool {
        if wrong::lost(self.asked, line) {
            return true;
        }
        let what = match line {
            Line::Insert { table: "representative_support_session_tool", .. } => "tool-insert-forgotten",
            Line::Delete { table: "representative_support_session_tool", .. } => "tool-delete-forgotten",
            Line::Update { table: "customer_client", .. } => "client-update-forgotten",
            Line::Update { table: "representative", .. } => "representative-update-forgotten",
            Line::Truncate { .. } => "truncate-missing",
            Line::Told { .. } => "session-events-missing",
            _ => return false,
        };
        self.asked.broken(what)
    }

    fn id(&self, id: u64) -> Value {
        self.cell(Type::Key(""), &Cell::Key(id))
    }

    fn line(&self, line: &Line) -> Value {
        let late = if self.asked.broken("timestamps-of-the-next-day") { 86_400 } else { 0 };
        let at = |at_s: &i64| self.cell(Type::Stamp, &Cell::Number(at_s + late));
        let in_one = self.reads("archive-model-shape", "update");
        let (kind, name, id, row) = match line {
            Line::Insert { table, id, row, .. } => ("insert", *table, *id, Some(row)),
            Line::Update { table, id, row, .. } => ("update", *table, *id, Some(row)),
            Line::Delete { table, id, .. } => ("delete", *table, *id, None),
            Line::Truncate { at_s } => return json!({ "type": "truncate_model", "timestamp": at(at_s) }),
            Line::Told { at_s, lsid, name, presentation, data } => {
                return self.told(&at(at_s), lsid, name, *presentation, data);
            }
        };
        let (Line::Insert { at_s, .. } | Line::Update { at_s, .. } | Line::Delete { at_s, .. }) = line else {
            return Value::Null;
        };
        let (shown, row) = (self.table_name(name), row.map(|row| self.row(name, row)));
        if in_one {
            let rows = match row {
                Some(row) => json!({ shown: { id.to_string(): row } }),
                None => json!({ shown: [id.to_string()] }),
            };
            return json!({ "type": "model_update", "timestamp": at(at_s), kind: rows });
        }
        let mut value =
            json!({ "type": format!("model_{kind}"), "timestamp": at(at_s), "table": shown, "id": self.id(id) });
        if let Some(row) = row {
            value["data"] = row;
        }
        value
    }

    fn told(&self, at: &Value, lsid: &str, name: &str, presentation: bool, cells: &[(&'static str, Cell)]) -> Value {
        let list: &'static [Kind] = if presentation { PRESENTATION_EVENTS } else { EVENTS };
        let kind = list.iter().find(|kind| kind.name == name);
        let mut data = Map::new();
        for (field, cell) in cells {
            let holds = kind.and_then(|kind| kind.field(field)).map_or(Type::Text, |field| field.holds);
            data.insert((*field).to_owned(), self.cell(holds, cell));
        }
        if let Some(kind) = kind {
            let room = if presentation { "archive/presentation" } else { "archive/event" };
            self.bend(room, kind.name, &mut data, kind.fields.iter().map(|(field, _)| field));
        }
        let shown =
            if presentation && self.reads("presentation-event-name", "title") { titled(name) } else { name.to_owned() };
        let mut members = Map::new();
        members.insert("type".to_owned(), Value::from("session_event"));
        members.insert("timestamp".to_owned(), at.clone());
        members.insert("lsid".to_owned(), Value::from(lsid));
        members.insert("name".to_owned(), Value::from(shown));
        members.insert("data".to_owned(), Value::Object(data));
        self.bend("archive/event", "session_event", &mut members, ENVELOPE.iter());
        Value::Object(members)
    }
}

/// `chat_message` as `Chat Message`.
fn titled(name: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{}{rest}", first.to_uppercase())
    };
    name.split('_').map(word).collect::<Vec<_>>().join(" ")
}

/// The first row of the first table that has any stands twice in its object.
fn twice(text: &str) -> String {
    let Some(open) = text.find(":{\"").map(|at| at + 2) else { return text.to_owned() };
    let mut depth = 0_usize;
    for (at, letter) in text[open..].char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => {
                let row = &text[open..=open + at];
                return format!("{}{row},{}", &text[..open], &text[open..]);
            }
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.to_owned()
}
