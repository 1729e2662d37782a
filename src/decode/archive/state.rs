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

use super::{Fault, Limits, Model, Text, event::without_place};

/// A state archive.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// The rows.
    pub model: Model,
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
    place: Rc<Place>,
    most: u64,
}

#[derive(Default)]
struct Place {
    read: Cell<u64>,
    row: Cell<u64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(into)?;
        let read = self.place.read.get() + n as u64;
        self.place.read.set(read);
        if read - self.place.row.get() > self.most {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a row is longer than what is read of one"));
        }
        Ok(n)
    }
}

/// Reads a state archive.
///
/// # Errors
/// Where the file or its text is wrong.
pub fn state<R: BufRead>(reader: R, limits: Limits) -> Result<State, Fault> {
    let place = Rc::new(Place::default());
    let text = BufReader::with_capacity(64 * 1024, Text::new(reader, limits));
    let counted = Counted { reader: text, place: Rc::clone(&place), most: limits.line_bytes as u64 };
    let mut from = serde_json::Deserializer::from_reader(counted);
    let mut builder = Builder { state: State::default(), place: Rc::clone(&place), limits };
    let read = Top(&mut builder).deserialize(&mut from).and_then(|()| {
        place.row.set(place.read.get());
        from.end()
    });
    match read {
        Ok(()) => Ok(builder.state),
        Err(error) => {
            let (line, at) = (error.line() as u64, place.read.get());
            let outer = error.is_io();
            let says = without_place(&error);
            let says = if outer || error.is_data() { says } else { format!("not one JSON object: {says}") };
            Err(Fault { line, at, says, outer })
        }
    }
}

struct Builder {
    state: State,
    place: Rc<Place>,
    limits: Limits,
}

impl Builder {
    /// From here on a new row is read.
    fn row_begins(&self) {
        self.place.row.set(self.place.read.get());
    }

    fn put<E: Error>(&mut self, table: &str, id: &str, fields: Map<String, Value>) -> Result<(), E> {
        let bytes = (self.place.read.get() - self.place.row.get()) as usize;
        let known = self.state.model.tables.get(table).is_some_and(|rows| rows.contains_key(id));
        if known && self.state.twice.is_none() {
            self.state.twice = Some((table.to_owned(), id.to_owned()));
        }
        self.state.model.put(table, id, fields, bytes, self.limits).map_err(E::custom)
    }

    fn without_rows(&mut self, table: String, empty_object: bool) {
        self.state.model.know(&table);
        self.state.empty.insert(table, empty_object);
    }

    fn wrapped<E: Error>(&mut self, wrapper: &str) -> Result<(), E> {
        match &self.state.wrapper {
            Some(known) if known != wrapper => {
                Err(E::custom(format!("`{wrapper}` holds no rows, and neither does `{known}`")))
            }
            _ => {
                self.state.wrapper = Some(wrapper.to_owned());
                Ok(())
            }
        }
    }
}

fn is_id(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit())
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
        if is_id(&self.id) {
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
            let wrapped = *in_wrapper.get_or_insert(!is_id(&id) && value.is_object());
            match value {
                Value::Object(row) if wrapped => {
                    builder.put(&id, &name, row)?;
                    builder.row_begins();
                }
                _ if wrapped => return Err(A::Error::custom(format!("row `{name}` of `{id}` is no object"))),
                value => {
                    fields.insert(name, value);
                }
            }
        }
        match in_wrapper {
            Some(true) => builder.wrapped(table),
            None if !is_id(&id) => {
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
