//! What a state archive says as a file, besides its rows.
//!
//! In: a state archive. Out: what is good or bad of it, noted with its source. Its rows are handed on.

use std::io::Cursor;

use crate::{
    decode::archive::state,
    spec::{ArchiveDemand, ArchiveWord},
};

use super::{Archives, Fetched, LIMITS};

impl Archives<'_> {
    /// When a snapshot was taken, as the listing of its day has it.
    fn listed_state(&self, fetched: &Fetched<'_>) -> Option<i64> {
        let of_day = self.listings.iter().filter(|listing| listing.date == fetched.date);
        let mut states = of_day.flat_map(|listing| &listing.states);
        states.find(|listed| listed.index.to_string() == fetched.index).map(|listed| listed.time)
    }

    pub(super) fn state(&mut self, fetched: &Fetched<'_>) {
        let source = fetched.source;
        let state = match state(Cursor::new(fetched.bytes), LIMITS) {
            Ok(state) => state,
            Err(error) => {
                self.read(source, Some(&error));
                return;
            }
        };
        self.read(source, None);
        if !state.model.tables.is_empty() {
            self.model.note(ArchiveWord::Wrapper, if state.wrapper.is_some() { "wrapped" } else { "none" }, source);
        }
        let row_ids = ArchiveDemand::Word(ArchiveWord::RowIds);
        match &state.twice {
            None => self.model.good(row_ids, source),
            Some((table, id)) => {
                self.model.bad(row_ids, source, "ids that one row has", format!("row `{id}` twice in `{table}`"))
            }
        }
        for empty_object in state.empty.values() {
            self.model.note(ArchiveWord::EmptyTable, if *empty_object { "empty" } else { "null" }, source);
        }
        let tables = self.model.tables();
        for (number, table) in tables.iter().enumerate() {
            let names = || std::iter::once(&table.name).chain(&table.names);
            let there = names().any(|name| state.model.tables.contains_key(name));
            let demand = ArchiveDemand::Table(number);
            match there {
                true => self.model.good(demand, source),
                false => self.model.bad(
                    demand,
                    source,
                    format!("a table `{}`, if only with null", table.name),
                    "no such table",
                ),
            }
        }
        let at_s = self.listed_state(fetched);
        self.model.snapshot(&state.model, at_s, source);
    }
}
