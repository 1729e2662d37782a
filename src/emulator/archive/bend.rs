//! What a defect does to a field of a table or of an event: it is missing, renamed, or of another type.
//!
//! In: the members of a row or of an event, and the fields that the guide prints for it. Out: the same, bent.

use serde_json::{Map, Value};

use super::super::switches::{FieldBend, Verb};
use super::tables::{Field, Type};

pub(crate) fn bend<'f>(
    members: &mut Map<String, Value>,
    mut fields: impl Iterator<Item = &'f Field>,
    bend: &FieldBend,
) {
    let Some(field) = fields.find(|field| field.name == bend.field) else { return };
    if !members.contains_key(field.name) {
        return;
    }
    match bend.verb {
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
        Verb::Duplicate | Verb::Empty => {}
    }
}

/// A value that is not what the field holds.
pub(crate) fn mistyped(holds: Type) -> Value {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bend_breaks_its_field_where_there_is_one() {
        let one = FieldBend::parse("mistype:archive/event:presentation/chat_message/body").expect("a bend");
        assert!(one.is_of("archive/presentation", "chat_message"));
        let field = Field { name: "body", holds: Type::Text, optional: false };
        let mut members = Map::new();
        bend(&mut members, std::iter::once(&field), &one);
        assert!(members.is_empty());
        members.insert("body".to_owned(), Value::from("Hello"));
        bend(&mut members, std::iter::once(&field), &one);
        assert_eq!(members["body"], Value::from(7));
    }
}
