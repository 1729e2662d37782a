//! Defects of the fields of archives: a field of a table or of an event that is missing, renamed, or holds a
//! value of another type.
//!
//! In: the emulator's own tables of fields. Out: one defect for each field and each way to break it. Left
//! out is what breaks no documented fact: what is optional is never dropped or renamed.

use serde_json::{Map, Value};

use super::super::archive::{ENVELOPE, EVENTS, Field, PRESENTATION_EVENTS, TABLES, Type};
use super::Defect;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Drop,
    Rename,
    Mistype,
}

/// A way to break a field.
#[derive(Clone, Debug)]
pub(crate) struct FieldBend {
    verb: Verb,
    /// `archive/state`, `archive/event` or `archive/presentation`.
    room: &'static str,
    /// The table or event.
    of: String,
    field: String,
}

const ROOMS: &[&str] = &["archive/state", "archive/event", "archive/presentation"];

impl FieldBend {
    /// Reads the id of a defect, as in `drop:archive/state:queue/name`.
    pub(super) fn parse(id: &str) -> Option<FieldBend> {
        let mut parts = id.splitn(3, ':');
        let verb = match parts.next()? {
            "drop" => Verb::Drop,
            "rename" => Verb::Rename,
            "mistype" => Verb::Mistype,
            _ => return None,
        };
        let (kind, path) = (parts.next()?, parts.next()?);
        let (room, path) = match path.strip_prefix("presentation/") {
            Some(path) if kind == "archive/event" => ("archive/presentation", path),
            _ => (kind, path),
        };
        let room = ROOMS.iter().find(|known| **known == room)?;
        let (of, field) = path.split_once('/')?;
        Some(FieldBend { verb, room, of: of.to_owned(), field: field.to_owned() })
    }

    pub(super) fn is_of(&self, room: &str, of: &str) -> bool {
        self.room == room && self.of == of
    }

    pub(crate) fn apply(&self, members: &mut Map<String, Value>, fields: &[Field]) {
        self.apply_to(members, &fields.iter().collect::<Vec<_>>());
    }

    pub(crate) fn apply_to(&self, members: &mut Map<String, Value>, fields: &[&Field]) {
        let Some(field) = fields.iter().find(|field| field.name == self.field) else { return };
        if !members.contains_key(field.name) {
            return;
        }
        match self.verb {
            Verb::Drop => {
                members.shift_remove(field.name);
            }
            Verb::Rename => {
                if let Some(value) = members.shift_remove(field.name) {
                    members.insert(format!("other_{}", field.name), value);
                }
            }
            Verb::Mistype => {
                members.insert(field.name.to_owned(), mistyped(field.holds));
            }
        }
    }
}

/// A value that is not what the field holds.
fn mistyped(holds: Type) -> Value {
    match holds {
        Type::Text => Value::from(7),
        Type::Word(_) => Value::from("other"),
        Type::Flag => Value::from(2),
        Type::Key(_) | Type::Integer => Value::from("many"),
        Type::Stamp => Value::from("yesterday"),
        // Number or text: what is left is a truth.
        Type::TeamId => Value::from(true),
        Type::Guid => Value::from("no guid"),
        Type::Url => Value::from("no address"),
        Type::Pairs | Type::Files | Type::Object => Value::from("none"),
    }
}

/// Every defect of a field, in the order of the guide.
pub(super) fn catalogue() -> Vec<Defect> {
    let mut all = Vec::new();
    let mut add = |kind: &str, of: &str, field: &Field| {
        let path = format!("{of}/{}", field.name);
        let mut one = |verb: &str, says: String| {
            let id = format!("{verb}:{kind}:{path}");
            all.push(Defect { id, touches: kind.to_owned(), says, readings: Vec::new() });
        };
        if !field.optional {
            one("drop", format!("{path} is missing"));
            one("rename", format!("{path} has another name"));
        }
        one("mistype", format!("{path} holds `{}`", mistyped(field.holds)));
    };
    for table in TABLES {
        table.fields.iter().for_each(|field| add("archive/state", table.name, field));
    }
    ENVELOPE.iter().for_each(|field| add("archive/event", "session_event", field));
    for kind in EVENTS {
        kind.fields.iter().for_each(|(field, _)| add("archive/event", kind.name, field));
    }
    for kind in PRESENTATION_EVENTS {
        let of = format!("presentation/{}", kind.name);
        kind.fields.iter().for_each(|(field, _)| add("archive/event", &of, field));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_can_be_read_and_breaks_its_field() {
        let all = catalogue();
        assert!(all.len() > 500, "{}", all.len());
        for defect in &all {
            assert!(FieldBend::parse(&defect.id).is_some(), "{}", defect.id);
        }
        let bend = FieldBend::parse("mistype:archive/event:presentation/chat_message/body").expect("a bend");
        assert!(bend.is_of("archive/presentation", "chat_message"));
        let field = Field { name: "body", holds: Type::Text, optional: false };
        let mut members = Map::new();
        bend.apply(&mut members, std::slice::from_ref(&field));
        assert!(members.is_empty());
        members.insert("body".to_owned(), Value::from("Hello"));
        bend.apply(&mut members, std::slice::from_ref(&field));
        assert_eq!(members["body"], Value::from(7));
    }
}
