//! What follows from the tables and events of archives.
//!
//! In: an endpoint. Out: requirements with an [`ArchiveDemand`].

use super::{names::id_part, observed::observed};
use crate::spec::{
    archives::ArchiveDemand,
    endpoint::{Endpoint, Media},
    requirement::{Demand, Level, Requirement},
    tables::{FieldKind, ModelField},
};

/// The requirements that follow from tables and events.
pub(super) fn requirements(endpoint: &Endpoint, out: &mut Vec<Requirement>) {
    let feed = endpoint.response.media == Media::WebSocket;
    let make = |id: String, page: u32, says: String, demand: ArchiveDemand, rests_on: &[&str]| {
        let demand = if feed { Demand::Feed(demand) } else { Demand::Archive(demand) };
        let mut one = observed(endpoint, id, Level::Must, page, says, demand);
        one.rests_on = rests_on.iter().map(|id| format!("{}/{id}", endpoint.id).into()).collect();
        one
    };
    for (t, table) in endpoint.tables.iter().enumerate() {
        let (name, home) = (&table.name, format!("table/{}", id_part(&table.name)));
        if !feed {
            let says = format!("`{name}` stands in every state archive, with rows or with null");
            out.push(make(home.clone(), table.page, says, ArchiveDemand::Table(t), &[]));
        }
        let on_home: &[&str] = if feed { &[] } else { &[&home] };
        if !table.names.is_empty() {
            let says = format!("`{name}` is printed with more than one name");
            let mut one = make(format!("{home}/name"), table.page, says, ArchiveDemand::TableName(t), on_home);
            (one.level, one.topic) = (Level::Ambiguous, table.topic.clone());
            out.push(one);
        }
        for (f, field) in table.fields.iter().enumerate() {
            let of = format!("{home}/field/{}", id_part(&field.name));
            let key = field.kind == FieldKind::RowId;
            if !field.optional && !key {
                let which = field.stands_where.as_ref().map(|(name, value)| format!(" whose `{name}` is {value}"));
                let which = which.unwrap_or_default();
                let says = match feed {
                    true => format!("where rows of `{name}`{which} come, some have `{}`", field.name),
                    false => format!("every new row of `{name}`{which} has `{}`", field.name),
                };
                out.push(make(of.clone(), field.page, says, ArchiveDemand::Field(t, f), on_home));
            }
            let says = format!("`{}` of `{name}` is {}", field.name, type_of(field));
            out.push(make(format!("{of}/type"), field.page, says, ArchiveDemand::FieldType(t, f), on_home));
            if let Some(other) = field.refers.as_ref().filter(|_| !field.dangling) {
                let says = format!("`{}` of `{name}` names a row of `{other}`", field.name);
                let kind = format!("{of}/type");
                let there = format!("table/{}", id_part(other));
                let key = format!("{there}/field/id/type");
                let rests = [home.as_str(), &there, &kind, &key];
                let rests = if feed { &rests[2..] } else { &rests };
                out.push(make(format!("{of}/refers"), field.page, says, ArchiveDemand::Refers(t, f), rests));
            }
        }
    }
    for (e, event) in endpoint.events.iter().enumerate() {
        let home = id_part(&event.name);
        let what = event.printed.as_ref().unwrap_or(&event.name);
        if !event.envelope {
            let says = format!("`{what}` has its details in `data`");
            out.push(make(home.clone(), event.page, says, ArchiveDemand::Event(e), &[]));
        }
        for (f, field) in event.fields.iter().enumerate() {
            let of = format!("{home}/field/{}", id_part(&field.name));
            let mut rests: Vec<&str> = if event.envelope { Vec::new() } else { vec![&home] };
            if !field.optional {
                let says = format!("every `{what}` has `{}`", field.name);
                out.push(make(of.clone(), field.page, says, ArchiveDemand::EventField(e, f), &rests));
                rests.push(&of);
            }
            let says = format!("`{}` of `{what}` is {}", field.name, type_of(field));
            out.push(make(format!("{of}/type"), field.page, says, ArchiveDemand::EventFieldType(e, f), &rests));
        }
    }
}

fn type_of(field: &ModelField) -> String {
    match field.kind {
        FieldKind::Enum => format!("one of {}", field.values.join(", ")),
        kind => kind.says().to_owned(),
    }
}
