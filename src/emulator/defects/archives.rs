//! Defects of the fields of archives and of the feed: a field of a table or of an event that is missing, renamed, or holds a
//! value of another type.
//!
//! In: the emulator's own tables of fields. Out: one defect for each field and each way to break it. Left
//! out is what breaks no documented fact: what is optional is never dropped or renamed.

use super::super::archive::{ENVELOPE, EVENTS, Field, PRESENTATION_EVENTS, TABLES, mistyped};
use super::super::feed;
use super::super::switches::Defect;

/// Every defect of a field, in the order of the guide.
pub(super) fn catalogue() -> Vec<Defect> {
    let mut all = Vec::new();
    let mut add = |kind: &str, of: &str, field: &Field| {
        let path = format!("{of}/{}", field.name);
        let mut one = |verb: &str, says: String| {
            let id = format!("{verb}:{kind}:{path}").into();
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
    for table in &feed::TABLES {
        table.fields.iter().for_each(|field| add("feed/model", table.name, field));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::super::switches::FieldBend;
    use super::*;

    #[test]
    fn every_id_can_be_read() {
        let all = catalogue();
        assert!(all.len() > 500, "{}", all.len());
        for defect in &all {
            assert!(FieldBend::parse(&defect.id).is_some(), "{}", defect.id);
        }
    }
}
