//! A state archive: one JSON object of tables.
//!
//! In: a reader. Out: its model, and how it is written. The text is read as it comes, a row at a time.

use std::{
    cell::Cell,
    collections::BTreeMap,
    fmt,
    io::{self, BufRead, BufReader, Read},
    rc::Rc,
};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Unexpected, Visitor};
use serde_json::{Map, Value};

use super::{ArchiveError, ArchiveErrorKind, ArchiveText, FileError, Limits};
use crate::decode::{
    json::{JsonErrorKind, without_place},
    model::{ModelError, StateModel, looks_like_row_id},
};

/// A state archive.
#[derive(Debug, Clone, PartialEq)]
pub struct StateArchive {
    /// The rows.
    pub model: StateModel,
    /// The member that all tables stand in, where they do not stand at the top.
    pub wrapper: Option<String>,
    /// Tables without rows, and whether they are written as an empty object and not as null.
    pub empty: BTreeMap<String, bool>,
    /// Members at the top that are no tables.
    pub other: Vec<String>,
    /// The first row whose id stood in its table before: the table and the id.
    pub twice: Option<(String, String)>,
}

/// Counts what is read, and bounds what is read for one row.
struct Counted<R> {
    reader: R,
    position: Rc<Position>,
    most: u64,
}

/// How far the reader is, in bytes of the text.
#[derive(Default)]
struct Position {
    /// What was read.
    read: Cell<u64>,
    /// Where the row that is being read began.
    row: Cell<u64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(into)?;
        let read = self.position.read.get() + n as u64;
        self.position.read.set(read);
        if read - self.position.row.get() > self.most {
            return Err(FileError::RowTooLong.into());
        }
        Ok(n)
    }
}

/// Reads a state archive.
///
/// # Errors
/// Where the file or its text is wrong.
pub fn state<R: BufRead>(reader: R, limits: Limits) -> Result<StateArchive, ArchiveError> {
    let position = Rc::new(Position::default());
    let text = BufReader::with_capacity(64 * 1024, ArchiveText::new(reader, limits));
    let counted = Counted { reader: text, position: Rc::clone(&position), most: limits.line_bytes as u64 };
    let mut from = serde_json::Deserializer::from_reader(counted);
    let state = StateArchive {
        model: StateModel::new(limits.model_bytes),
        wrapper: None,
        empty: BTreeMap::new(),
        other: Vec::new(),
        twice: None,
    };
    let mut builder = Builder { state, position: Rc::clone(&position), refused: None };
    let read = Top(&mut builder).deserialize(&mut from).and_then(|()| {
        position.row.set(position.read.get());
        from.end()
    });
    match read {
        Ok(()) => Ok(builder.state),
        Err(error) => {
            let (line, at) = (error.line() as u64, position.read.get());
            let kind = match builder.refused {
                Some(refused) => refused,
                None if error.is_io() => return Err(ArchiveError::of_file(line, at, &error.into())),
                None if error.is_data() => ArchiveErrorKind::NotATable(without_place(&error)),
                None => ArchiveErrorKind::NotAState(JsonErrorKind::of(&error), without_place(&error)),
            };
            Err(ArchiveError { line, at, kind })
        }
    }
}

struct Builder {
    state: StateArchive,
    position: Rc<Position>,
    /// Why we refused to read on, which the parser's own error cannot hold.
    refused: Option<ArchiveErrorKind>,
}

impl Builder {
    /// From here on a new row is read.
    fn row_begins(&self) {
        self.position.row.set(self.position.read.get());
    }

    fn put<E: Error>(&mut self, table: &str, id: &str, fields: Map<String, Value>) -> Result<(), E> {
        let bytes = (self.position.read.get() - self.position.row.get()) as usize;
        let known = self.state.model.tables.get(table).is_some_and(|rows| rows.contains_key(id));
        if known && self.state.twice.is_none() {
            self.state.twice = Some((table.to_owned(), id.to_owned()));
        }
        let put = self.state.model.put(table, id, fields, bytes);
        put.map_err(|error| self.refuse(ArchiveErrorKind::Model(error)))
    }

    fn refuse<E: Error>(&mut self, kind: ArchiveErrorKind) -> E {
        let says = kind.to_string();
        self.refused = Some(kind);
        E::custom(says)
    }

    fn without_rows(&mut self, table: String, empty_object: bool) {
        self.state.model.know(&table);
        self.state.empty.insert(table, empty_object);
    }

    fn wrapped<E: Error>(&mut self, wrapper: &str) -> Result<(), E> {
        match &self.state.wrapper {
            Some(known) if known != wrapper => {
                let (first, second) = (known.clone(), wrapper.to_owned());
                Err(self.refuse(ArchiveErrorKind::TwoWrappers { first, second }))
            }
            _ => {
                self.state.wrapper = Some(wrapper.to_owned());
                Ok(())
            }
        }
    }
}

/// The whole object.
struct Top<'a>(&'a mut Builder);

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of tables")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.0.row_begins();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value_seed(Member { builder: self.0, name })?;
            self.0.row_begins();
        }
        Ok(())
    }
}

/// A member of the whole object: a table, a wrapper, or something else.
struct Member<'a> {
    builder: &'a mut Builder,
    name: String,
}

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl Member<'_> {
    fn leave_out(self) {
        self.builder.state.other.push(self.name);
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.builder.without_rows(self.name, false);
        Ok(())
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.leave_out();
        Ok(())
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.leave_out();
        Ok(())
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.leave_out();
        Ok(())
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.leave_out();
        Ok(())
    }
    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.leave_out();
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { builder, name } = self;
        builder.row_begins();
        let mut any = false;
        while let Some(id) = map.next_key::<String>()? {
            any = true;
            map.next_value_seed(Inner { builder, table: &name, id })?;
            builder.row_begins();
        }
        if !any {
            builder.without_rows(name, true);
        }
        Ok(())
    }
}

/// A member of a member: a row, or in a wrapper a table.
struct Inner<'a> {
    builder: &'a mut Builder,
    table: &'a str,
    id: String,
}

impl<'de> DeserializeSeed<'de> for Inner<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inner<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row `{}` of `{}` as an object", self.id, self.table)
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if looks_like_row_id(&self.id) {
            return Err(E::invalid_type(Unexpected::Unit, &self));
        }
        self.builder.wrapped(self.table)?;
        self.builder.without_rows(self.id, false);
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { builder, table, id } = self;
        let mut fields = Map::new();
        let mut in_wrapper = None;
        while let Some(name) = map.next_key::<String>()? {
            let value: Value = map.next_value()?;
            // A row has no objects in it, a table nothing else.
            let wrapped = *in_wrapper.get_or_insert(!looks_like_row_id(&id) && value.is_object());
            match value {
                Value::Object(row) if wrapped => {
                    builder.put(&id, &name, row)?;
                    builder.row_begins();
                }
                _ if wrapped => {
                    let error = ModelError::RowNotAnObject { table: id, id: name };
                    return Err(builder.refuse(ArchiveErrorKind::Model(error)));
                }
                value => {
                    fields.insert(name, value);
                }
            }
        }
        match in_wrapper {
            Some(true) => builder.wrapped(table),
            None if !looks_like_row_id(&id) => {
                builder.wrapped::<A::Error>(table)?;
                builder.without_rows(id, true);
                Ok(())
            }
            _ => builder.put(table, &id, fields),
        }
    }
    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Err(A::Error::invalid_type(Unexpected::Seq, &self))
    }
}
