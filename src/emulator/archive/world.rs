//! The model: tables of rows, and the log of what changes in them.
//!
//! In: inserts, updates and deletions, one after another. Out: the rows as they stand, and every change from
//! an instant on. Nothing here knows what a row means.

use std::collections::BTreeMap;

use super::tables::{Cell, TABLES, table};

/// The fields of a row, by name. A row has few, so they are looked through: a history is played anew for each archive.
#[derive(Clone, Debug)]
pub(super) struct Row(Vec<(&'static str, Cell)>);

impl Row {
    pub(super) fn get(&self, field: &str) -> Option<&Cell> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, cell)| cell)
    }

    fn set(&mut self, field: &'static str, cell: Cell) {
        match self.0.iter_mut().find(|(name, _)| *name == field) {
            Some((_, old)) => *old = cell,
            None => self.0.push((field, cell)),
        }
    }
}

/// A line of an event archive.
#[derive(Clone, Debug)]
pub(super) enum Line {
    Insert { at_s: i64, table: &'static str, id: u64, row: Row },
    Update { at_s: i64, table: &'static str, id: u64, row: Row },
    Delete { at_s: i64, table: &'static str, id: u64 },
    Truncate { at_s: i64 },
    Told { at_s: i64, lsid: String, name: &'static str, presentation: bool, data: Vec<(&'static str, Cell)> },
}

impl Line {
    /// When it happened.
    pub(super) fn at_s(&self) -> i64 {
        match self {
            Line::Insert { at_s, .. }
            | Line::Update { at_s, .. }
            | Line::Delete { at_s, .. }
            | Line::Truncate { at_s }
            | Line::Told { at_s, .. } => *at_s,
        }
    }
}

/// The place of a table among all.
fn place(name: &str) -> Option<usize> {
    TABLES.iter().position(|table| table.name == name)
}

/// The model.
#[derive(Clone, Debug)]
pub(super) struct World {
    /// The rows of each table by id, the tables in the order of the guide.
    tables: Vec<BTreeMap<u64, Row>>,
    next_id: u64,
    /// What happened from this instant on is logged.
    log_from_s: i64,
    pub(super) log: Vec<Line>,
}

impl World {
    pub(super) fn new(log_from_s: i64) -> World {
        let tables = vec![BTreeMap::new(); TABLES.len()];
        World { tables, next_id: 0, log_from_s, log: Vec::new() }
    }

    /// The rows of a table.
    pub(super) fn rows(&self, table: &str) -> impl Iterator<Item = (u64, &Row)> {
        let rows = place(table).and_then(|number| self.tables.get(number));
        rows.into_iter().flatten().map(|(id, row)| (*id, row))
    }

    /// The first row that has a value.
    pub(super) fn find(&self, table: &str, field: &str, value: &Cell) -> Option<u64> {
        self.that_have(table, field, value).next()
    }

    /// All rows that have a value.
    pub(super) fn having(&self, table: &str, field: &str, value: &Cell) -> Vec<u64> {
        self.that_have(table, field, value).collect()
    }

    /// A row has the fields of its table in their order, so where one stands is looked for once.
    fn that_have(&self, table: &str, field: &str, value: &Cell) -> impl Iterator<Item = u64> {
        let fields = place(table).and_then(|number| TABLES.get(number)).map(|table| table.fields).unwrap_or_default();
        let column = fields.iter().position(|one| one.name == field);
        let has = move |row: &Row| column.and_then(|column| row.0.get(column)).is_some_and(|(_, cell)| cell == value);
        self.rows(table).filter(move |(_, row)| has(row)).map(|(id, _)| id)
    }

    pub(super) fn get(&self, table: &str, id: u64, field: &str) -> Option<&Cell> {
        self.tables.get(place(table)?)?.get(&id)?.get(field)
    }

    fn table(&mut self, name: &str) -> Option<&mut BTreeMap<u64, Row>> {
        self.tables.get_mut(place(name)?)
    }

    /// A new row with an id that no other ever had. Fields that nothing is put into are blank.
    pub(super) fn insert<const N: usize>(
        &mut self,
        at_s: i64,
        name: &'static str,
        cells: [(&'static str, Cell); N],
    ) -> u64 {
        self.next_id += 1;
        let id = self.next_id;
        let fields = table(name).map(|table| table.fields).unwrap_or_default();
        let mut row = Row(fields.iter().map(|field| (field.name, field.holds.blank())).collect());
        row.set("created_timestamp", Cell::Number(at_s));
        cells.into_iter().for_each(|(field, cell)| row.set(field, cell));
        if at_s >= self.log_from_s {
            self.log.push(Line::Insert { at_s, table: name, id, row: row.clone() });
        }
        if let Some(rows) = self.table(name) {
            rows.insert(id, row);
        }
        id
    }

    /// Other values in a row; those that it has already change nothing.
    pub(super) fn update<const N: usize>(
        &mut self,
        at_s: i64,
        table: &'static str,
        id: u64,
        cells: [(&'static str, Cell); N],
    ) {
        let Some(row) = self.table(table).and_then(|rows| rows.get_mut(&id)) else { return };
        let changed: Vec<_> = cells.into_iter().filter(|(field, cell)| row.get(field) != Some(cell)).collect();
        if changed.is_empty() {
            return;
        }
        changed.iter().for_each(|(field, cell)| row.set(field, cell.clone()));
        if at_s >= self.log_from_s {
            self.log.push(Line::Update { at_s, table, id, row: Row(changed) });
        }
    }

    pub(super) fn delete(&mut self, at_s: i64, table: &'static str, id: u64) {
        let known = self.table(table).and_then(|rows| rows.remove(&id)).is_some();
        if known && at_s >= self.log_from_s {
            self.log.push(Line::Delete { at_s, table, id });
        }
    }

    /// All rows that have a value go.
    pub(super) fn delete_having(&mut self, at_s: i64, table: &'static str, field: &str, value: &Cell) {
        self.having(table, field, value).into_iter().for_each(|id| self.delete(at_s, table, id));
    }

    /// All rows of all tables go. Ids go on, so that no two rows ever share one.
    pub(super) fn truncate(&mut self, at_s: i64) {
        self.tables.iter_mut().for_each(BTreeMap::clear);
        if at_s >= self.log_from_s {
            self.log.push(Line::Truncate { at_s });
        }
    }

    /// An event of a session.
    pub(super) fn tell(
        &mut self,
        at_s: i64,
        lsid: &str,
        name: &'static str,
        presentation: bool,
        data: Vec<(&'static str, Cell)>,
    ) {
        if at_s >= self.log_from_s {
            self.log.push(Line::Told { at_s, lsid: lsid.to_owned(), name, presentation, data });
        }
    }
}
