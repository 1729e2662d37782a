//! In: changes of the system state as they happen, with their times. Out: the state at a moment, the lines of an interval.
//! Never: forgets; what an archive shows is cut out of here.

use std::collections::BTreeMap;

use crate::foreign::json::Json;

/// The fields of a row (p. 119).
pub(crate) type Row = Vec<(&'static str, Json)>;

/// The rows of a table by id.
type Rows = BTreeMap<u64, Vec<(String, Json)>>;

/// The tables of the model, as a state archive lists them (p. 119 to 124).
pub(crate) const TABLES: &[&str] = &[
    "support_session_skill",
    "support_session_attribute",
    "support_session",
    "representative_support_session_tool",
    "representative_support_session",
    "representative_queue",
    "representative",
    "queue",
    "presenter",
    "presentation_session",
    "customer_client",
    "attendee",
];

/// One change of the state, or one event of a session.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Truncate,
    Insert(&'static str, u64, Row),
    Update(&'static str, u64, Row),
    Delete(&'static str, u64),
    Session { lsid: String, name: &'static str, data: Json },
}

/// All changes, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    entries: Vec<(i64, Change)>,
}

impl Journal {
    /// Notes a change after everything that happened until then.
    pub(crate) fn note(&mut self, at: i64, change: Change) {
        let place = self.entries.partition_point(|(other, _)| *other <= at);
        self.entries.insert(place, (at, change));
    }

    /// The state just before `at`: one object with every table, an empty one as null (p. 118).
    pub(crate) fn state(&self, at: i64) -> Json {
        let mut tables: BTreeMap<&str, Rows> = BTreeMap::new();
        for (_, change) in self.entries.iter().filter(|(when, _)| *when < at) {
            match change {
                Change::Truncate => tables.clear(),
                Change::Insert(table, id, row) => {
                    tables.entry(table).or_default().insert(*id, named(row));
                }
                Change::Update(table, id, row) => {
                    let have = tables.entry(table).or_default().entry(*id).or_default();
                    for (name, value) in named(row) {
                        have.retain(|(known, _)| *known != name);
                        have.push((name, value));
                    }
                }
                Change::Delete(table, id) => {
                    tables.entry(table).or_default().remove(id);
                }
                Change::Session { .. } => {}
            }
        }
        let member = |table: &&str| {
            let rows: Vec<(String, Json)> = tables
                .get(*table)
                .into_iter()
                .flatten()
                .map(|(id, fields)| (id.to_string(), Json::Object(fields.clone())))
                .collect();
            ((*table).to_owned(), if rows.is_empty() { Json::Null } else { Json::Object(rows) })
        };
        Json::Object(TABLES.iter().map(member).collect())
    }

    /// The changes from `from` on and before `to`, one object a line (p. 118).
    pub(crate) fn lines(&self, from: i64, to: i64) -> String {
        let inside = self.entries.iter().filter(|(at, _)| (from..to).contains(at));
        inside.map(|(at, change)| line(*at, change).line() + "\n").collect()
    }
}

fn named(row: &Row) -> Vec<(String, Json)> {
    row.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// The guide gives the members of a session event on p. 125 and those of a change of the model only for the
/// real-time API (p. 143), which is followed here under the event names of p. 118.
fn line(at: i64, change: &Change) -> Json {
    let keyed = |table: &str, value: Json| Json::object([(table, value)]);
    let row =
        |table: &str, id: &u64, row: &Row| keyed(table, Json::Object(vec![(id.to_string(), Json::Object(named(row)))]));
    let (kind, part, value) = match change {
        Change::Truncate => {
            return Json::object([("timestamp", Json::Number(at)), ("type", Json::text("truncate_model"))]);
        }
        Change::Session { lsid, name, data } => {
            return Json::object([
                ("timestamp", Json::Number(at)),
                ("lsid", Json::text(lsid)),
                ("name", Json::text(*name)),
                ("data", data.clone()),
                ("type", Json::text("session_event")),
            ]);
        }
        Change::Insert(table, id, fields) => ("model_insert", "insert", row(table, id, fields)),
        Change::Update(table, id, fields) => ("model_update", "update", row(table, id, fields)),
        Change::Delete(table, id) => {
            ("model_delete", "delete", keyed(table, Json::List(vec![Json::text(id.to_string())])))
        }
    };
    Json::object([("timestamp", Json::Number(at)), (part, value), ("type", Json::text(kind))])
}
