//! What messages do to rows: which they make, change and delete.
//!
//! In: messages in their order, each with its [`SourceLine`]. Out: what is good or bad of each, noted with its source.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::{
    decode::{
        json::JsonError,
        model::{ChangeKind, ModelMessage, RowChange},
    },
    spec::{ArchiveDemand, ArchiveWord},
};

use super::{
    rows::{RowPlace, table_named},
    source::SourceLine,
    tallies::ModelJudge,
};

/// The most new rows of a source that are known to be there: a target that makes rows without end does not fill the memory.
const NEW_ROWS_MAX: usize = 100_000;

/// The rows that a source made and that are still there, by table and id. Archives may overlap, so one tells nothing of
/// the rows of another.
#[derive(Default)]
pub(in crate::judge) struct NewRows(HashSet<(String, String)>);

impl ModelJudge<'_> {
    /// A message, with the rows that its source made before.
    ///
    /// # Errors
    /// The fields of a row cannot be read.
    pub(in crate::judge) fn message(
        &mut self,
        message: &ModelMessage<'_>,
        new_rows: &mut NewRows,
        at: SourceLine,
    ) -> Result<(), JsonError> {
        match message {
            ModelMessage::Truncate => {
                new_rows.0.clear();
                Ok(())
            }
            ModelMessage::Changes { stated, changes, .. } => {
                for change in changes {
                    self.made_once(*stated, change, new_rows, at);
                }
                changes.iter().try_for_each(|change| self.changed(*stated, change, at))
            }
        }
    }

    /// Whether a row is made that was made before and is still there.
    fn made_once(&mut self, stated: ChangeKind, change: &RowChange<'_>, NewRows(rows): &mut NewRows, at: SourceLine) {
        let Some(id) = &change.id else { return };
        let row = (change.table.to_string(), id.to_string());
        match change.kind {
            ChangeKind::Delete => {
                rows.remove(&row);
            }
            ChangeKind::Insert if stated == ChangeKind::Insert && rows.len() < NEW_ROWS_MAX => {
                if change.table == "support_session" {
                    self.sessions_began = self.sessions_began.or(Some(at.source));
                }
                if !rows.insert(row) {
                    let demand = ArchiveDemand::Word(ArchiveWord::RowIds);
                    let got = format!("row `{id}` of `{}` once more in {at}", change.table);
                    self.bad(demand, at.source, "a new row with an id that no other has", got);
                }
            }
            ChangeKind::Insert | ChangeKind::Update => {}
        }
    }

    fn changed(&mut self, stated: ChangeKind, change: &RowChange<'_>, at: SourceLine) -> Result<(), JsonError> {
        self.table_seen(&change.table, at.source);
        match (change.kind, change.row, &change.id) {
            // The guide itself says of such a message that it takes a table away.
            (ChangeKind::Delete, _, None) => {
                self.observe("a table that is deleted as a whole", change.table.to_string(), at.source);
            }
            (ChangeKind::Delete, _, Some(id)) if change.table == "support_session" => self.session_known(id),
            (kind, Some(row), Some(id)) => {
                let fields: Map<String, Value> = serde_json::from_str(row.get())?;
                if change.table == "presentation_session" {
                    self.presentations.extend(fields.get("lsid").and_then(Value::as_str).map(str::to_owned));
                }
                if change.table == "support_session" {
                    self.session_seen(id, &fields, at.source);
                }
                if let Some(table) = table_named(self.tables, &change.table) {
                    // A message whose type does not say that rows are new may leave fields out.
                    let new = kind == ChangeKind::Insert && stated == ChangeKind::Insert;
                    let place = if new { RowPlace::New } else { RowPlace::Changed };
                    self.row(table, id, &fields, place, at.source);
                }
            }
            _ => {}
        }
        Ok(())
    }
}
