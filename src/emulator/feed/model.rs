//! The model that is alive: rows with ids, and which of them changed when.
//!
//! In: what stands at the site, again and again. Out: rows whose ids no other row ever has, each field with the
//! version in which it changed last, so that the difference to any earlier version can be had. What a row means is
//! known to `standing` alone; nothing here knows of connections.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;

use super::tables::TABLES;

/// The most deletions that are remembered. Who is further behind is disconnected.
const GONE_MAX: usize = 100_000;

/// What stands in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Nothing,
    Text(String),
    Flag(bool),
    Number(i64),
    Key(u64),
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Nothing => Ok(()),
            Cell::Text(text) => f.write_str(text),
            Cell::Flag(on) => write!(f, "{}", u8::from(*on)),
            Cell::Number(number) => write!(f, "{number}"),
            Cell::Key(id) => write!(f, "{id}"),
        }
    }
}

/// What is wanted in a field: a value, or the id of a row that is known by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Want {
    Is(Cell),
    Row(usize, String),
}

/// A row that is to stand, by its table and a name of our own that no other row of the table has.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) table: usize,
    pub(super) name: String,
    /// One for each field.
    pub(super) cells: Vec<Want>,
}

/// A row that stands.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    /// The version in which it came.
    pub(super) since: u64,
    /// The version in which each field changed last.
    pub(super) changed: Vec<u64>,
}

/// A row that went.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gone {
    pub(super) at: u64,
    pub(super) table: usize,
    pub(super) id: u64,
    pub(super) since: u64,
}

#[derive(Debug)]
pub(crate) struct Model {
    rows: [BTreeMap<u64, Row>; TABLES.len()],
    names: HashMap<(usize, String), u64>,
    gone: VecDeque<Gone>,
    /// The ids that were given in each table.
    given: [u64; TABLES.len()],
    /// For a defect: ids that are free again.
    free: Vec<(usize, u64)>,
    /// Counts up with each change.
    pub(super) version: u64,
    /// The version in which everything went.
    pub(super) truncated: u64,
    /// Deletions before this version are forgotten.
    pub(super) forgotten: u64,
    /// When the processes started, by which the rows were made that were there before.
    pub(super) began_s: i64,
    /// When what stands was looked at last.
    pub(super) looked_ms: Option<i64>,
}

impl Model {
    /// A model without rows, of processes that started then.
    pub(crate) fn new(began_s: i64) -> Model {
        Model {
            rows: Default::default(),
            names: HashMap::new(),
            gone: VecDeque::new(),
            given: [0; TABLES.len()],
            free: Vec::new(),
            version: 1,
            truncated: 0,
            forgotten: 0,
            began_s,
            looked_ms: None,
        }
    }

    /// The rows of a table.
    pub(super) fn rows(&self, table: usize) -> &BTreeMap<u64, Row> {
        &self.rows[table]
    }

    /// The version of the rows that are there for the longest.
    pub(super) fn first(&self) -> Option<u64> {
        self.rows.iter().flat_map(|rows| rows.values()).map(|row| row.since).min()
    }

    /// The rows that went after a version, and were there in it.
    pub(super) fn gone_since(&self, version: u64) -> impl Iterator<Item = &Gone> {
        self.gone.iter().filter(move |gone| gone.at > version && gone.since <= version)
    }

    /// The processes start anew (p. 145): no row is there, and none has an id that one had before.
    pub(super) fn truncate(&mut self, at_s: i64) {
        self.rows = Default::default();
        self.names.clear();
        self.gone.clear();
        self.version += 1;
        self.truncated = self.version;
        self.began_s = at_s;
    }

    /// Makes the rows those that are wanted. What is as it was keeps its version.
    pub(super) fn stand(&mut self, wanted: Vec<Wanted>, ids_again: bool) {
        let next = self.version + 1;
        let mut standing = HashMap::with_capacity(wanted.len());
        for one in &wanted {
            let key = (one.table, one.name.clone());
            let id = self.names.get(&key).copied();
            let id = id.unwrap_or_else(|| self.new_id(one.table));
            standing.insert(key, id);
        }
        let mut changed = self.forget(&standing, next);
        self.names = standing;
        if !ids_again {
            self.free.clear();
        }
        for one in wanted {
            let Some(id) = self.names.get(&(one.table, one.name)).copied() else { continue };
            let cells = one.cells.into_iter().map(|want| resolve(&self.names, want)).collect();
            changed |= self.put(one.table, id, cells, next);
        }
        if changed {
            self.version = next;
        }
    }

    /// Whatever is not among these rows goes.
    fn forget(&mut self, standing: &HashMap<(usize, String), u64>, at: u64) -> bool {
        let mut went: Vec<(usize, u64)> = self
            .names
            .iter()
            .filter(|(key, _)| !standing.contains_key(*key))
            .map(|((table, _), id)| (*table, *id))
            .collect();
        went.sort_unstable();
        for (table, id) in &went {
            if let Some(row) = self.rows[*table].remove(id) {
                self.free.push((*table, *id));
                self.gone.push_back(Gone { at, table: *table, id: *id, since: row.since });
            }
        }
        while self.gone.len() > GONE_MAX {
            self.forgotten = self.gone.pop_front().map_or(self.forgotten, |gone| gone.at);
        }
        !went.is_empty()
    }

    /// Whether that changes the row.
    fn put(&mut self, table: usize, id: u64, cells: Vec<Cell>, at: u64) -> bool {
        let Some(row) = self.rows[table].get_mut(&id) else {
            let changed = vec![at; cells.len()];
            self.rows[table].insert(id, Row { cells, since: at, changed });
            return true;
        };
        let mut any = false;
        for (field, cell) in cells.into_iter().enumerate() {
            if row.cells[field] != cell {
                row.cells[field] = cell;
                row.changed[field] = at;
                any = true;
            }
        }
        any
    }

    /// An id that no row of any table had before. The guide lets them be any unsigned number of 64 bits (p. 150), so
    /// those of some tables are beyond what other types of number hold.
    fn new_id(&mut self, table: usize) -> u64 {
        // That of the row which went last, so that who follows has seen it.
        if let Some(at) = self.free.iter().rposition(|(of, _)| *of == table) {
            return self.free.remove(at).1;
        }
        let nth = self.given[table];
        self.given[table] += 1;
        match TABLES[table].name {
            // From the greatest id there is downwards.
            "customer_client" => u64::MAX - nth,
            // Odd ones above 2^53, which a double does not hold.
            "support_session" => (1 << 53) + 1 + 2 * nth,
            // Above 2^63, which a signed number does not hold.
            "representative" => (1 << 63) + nth,
            "queue" => 1 + nth,
            _ => ((table as u64) << 40) + 1 + nth,
        }
    }
}

/// A row that is not there is no key to anything.
fn resolve(names: &HashMap<(usize, String), u64>, want: Want) -> Cell {
    match want {
        Want::Is(cell) => cell,
        Want::Row(table, name) => names.get(&(table, name)).copied().map_or(Cell::Nothing, Cell::Key),
    }
}
