//! Tables and events of archives: rows of the spec data that are about JSON, and the requirements that follow from
//! them.
//!
//! In: `[[table]]` and `[[event]]` rows. Out: [`ModelTable`], [`ModelEvent`] and requirements with an
//! [`ArchiveDemand`]. What they mean for an archive is judged elsewhere.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{
    ArchiveDemand, ArchiveWord, Demand, Endpoint, Level, Requirement,
    derive::{id_part, observed},
    meaning::{Place, Reader},
};

/// `[[table]]` and `[[event]]`, as typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupFile {
    name: Spanned<String>,
    page: Spanned<u32>,
    says: String,
    #[serde(default)]
    names: Vec<String>,
    topic: Option<String>,
    printed: Option<String>,
    #[serde(default)]
    envelope: bool,
    #[serde(default)]
    field: Vec<FieldFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldFile {
    name: Spanned<String>,
    page: Spanned<u32>,
    says: String,
    #[serde(rename = "type")]
    kind: Spanned<String>,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    open: bool,
    refers: Option<Spanned<String>>,
    #[serde(default)]
    dangling: bool,
    #[serde(default)]
    optional: bool,
    stands_where: Option<Spanned<String>>,
    #[serde(default)]
    blank: bool,
}

/// A table of the model.
#[derive(Debug, Clone, Serialize)]
pub struct ModelTable {
    /// Its name.
    pub name: String,
    /// Page of the guide.
    pub page: u32,
    /// What its rows are, in our words.
    pub says: String,
    /// All names that the guide prints for it, where there are several.
    pub names: Vec<String>,
    /// The readings that those names are.
    pub topic: Option<String>,
    /// Its fields, in the order of the guide.
    pub fields: Vec<ModelField>,
}

/// An event of a session or a presentation.
#[derive(Debug, Clone, Serialize)]
pub struct ModelEvent {
    /// Its name.
    pub name: String,
    /// Page of the guide.
    pub page: u32,
    /// What happened, in our words.
    pub says: String,
    /// The title that the guide prints for it, of an event of a presentation.
    pub printed: Option<String>,
    /// Whether its fields are those that every event has around its details.
    pub envelope: bool,
    /// Its fields, in the order of the guide.
    pub fields: Vec<ModelField>,
}

/// A field of a row or an event.
#[derive(Debug, Clone, Serialize)]
pub struct ModelField {
    /// Its name.
    pub name: String,
    /// Page of the guide.
    pub page: u32,
    /// What it means, in our words.
    pub says: String,
    /// Its type.
    pub kind: FieldKind,
    /// The values of an enumeration.
    pub values: Vec<String>,
    /// Whether other values may come.
    pub open: bool,
    /// The table whose row it names.
    pub refers: Option<String>,
    /// Whether that row may be gone.
    pub dangling: bool,
    /// Whether it is absent from some rows or events.
    pub optional: bool,
    /// The field and its value in whose rows alone it stands.
    pub stands_where: Option<(String, String)>,
    /// Whether it may be null or empty.
    pub blank: bool,
}

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// The key of the row: a whole number of at most 64 bits.
    RowId,
    /// A whole number.
    Integer,
    /// A truth: 1 or 0, true or false.
    Boolean,
    /// Any text.
    String,
    /// Seconds since the UNIX epoch.
    Timestamp,
    /// One of a list of values.
    Enum,
    /// 32 hexadecimal digits, hyphens allowed.
    Guid,
    /// A whole number, or 32 hexadecimal digits: the guide calls the key of a presentation both.
    IdOrGuid,
    /// An absolute http or https URL.
    Url,
    /// A number or a text of digits.
    IdText,
    /// An object or a list.
    Object,
    /// Names and values, as an object or a list.
    Pairs,
    /// Files, each with name, size and type.
    Files,
}

impl FieldKind {
    /// Every type by its name in the spec data.
    const ALL: [(&'static str, Self); 13] = [
        ("row_id", Self::RowId),
        ("integer", Self::Integer),
        ("boolean", Self::Boolean),
        ("string", Self::String),
        ("timestamp", Self::Timestamp),
        ("enum", Self::Enum),
        ("guid", Self::Guid),
        ("id_or_guid", Self::IdOrGuid),
        ("url", Self::Url),
        ("id_text", Self::IdText),
        ("object", Self::Object),
        ("pairs", Self::Pairs),
        ("files", Self::Files),
    ];

    /// What a value of the type is, for people.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::RowId => "a whole number of at most 64 bits",
            Self::Integer => "a whole number",
            Self::Boolean => "1, 0, true or false",
            Self::String => "a text",
            Self::Timestamp => "seconds since 1970",
            Self::Enum => "one of the listed values",
            Self::Guid => "a GUID",
            Self::IdOrGuid => "a whole number, or a GUID",
            Self::Url => "an absolute http or https URL",
            Self::IdText => "a number, or a text of digits",
            Self::Object => "an object or a list",
            Self::Pairs => "names and values, as an object or a list",
            Self::Files => "files with name, size and type",
        }
    }
}

impl Reader {
    /// The meaning of a word of `archives`.
    pub(super) fn archive_word(&mut self, place: Place<'_>, word: &Spanned<String>, level: Level) -> ArchiveWord {
        let meaning = self.word(place, word, &ArchiveWord::ALL);
        if (level == Level::Ambiguous) == meaning.readings().is_empty() {
            self.fault(place, word, "the level does not fit: what has readings is ambiguous, and nothing else is");
        }
        meaning
    }

    pub(super) fn tables(&mut self, place: Place<'_>, rows: &[GroupFile]) -> Vec<ModelTable> {
        self.unique(place, rows.iter().map(|row| &row.name), "table");
        let names: Vec<&String> = rows.iter().map(|row| row.name.get_ref()).collect();
        for refers in rows.iter().flat_map(|row| &row.field).filter_map(|field| field.refers.as_ref()) {
            if !names.contains(&refers.get_ref()) {
                self.fault(place, refers, &format!("there is no table `{}`", refers.get_ref()));
            }
        }
        rows.iter()
            .map(|row| ModelTable {
                name: row.name.get_ref().clone(),
                page: self.page(place, &row.page),
                says: row.says.clone(),
                names: row.names.clone(),
                topic: row.topic.clone(),
                fields: self.fields(place, row),
            })
            .collect()
    }

    pub(super) fn events(&mut self, place: Place<'_>, rows: &[GroupFile]) -> Vec<ModelEvent> {
        self.unique(place, rows.iter().map(|row| &row.name), "event");
        rows.iter()
            .map(|row| ModelEvent {
                name: row.name.get_ref().clone(),
                page: self.page(place, &row.page),
                says: row.says.clone(),
                printed: row.printed.clone(),
                envelope: row.envelope,
                fields: self.fields(place, row),
            })
            .collect()
    }

    fn fields(&mut self, place: Place<'_>, group: &GroupFile) -> Vec<ModelField> {
        self.unique(place, group.field.iter().map(|field| &field.name), "field");
        group
            .field
            .iter()
            .map(|field| {
                let kind = self.word(place, &field.kind, &FieldKind::ALL);
                if (kind == FieldKind::Enum) == field.values.is_empty() {
                    self.fault(place, &field.kind, "an enumeration has `values`, and nothing else has");
                }
                ModelField {
                    name: field.name.get_ref().clone(),
                    page: self.page(place, &field.page),
                    says: field.says.clone(),
                    kind,
                    values: field.values.clone(),
                    open: field.open,
                    refers: field.refers.as_ref().map(|table| table.get_ref().clone()),
                    dangling: field.dangling,
                    optional: field.optional,
                    stands_where: field.stands_where.as_ref().and_then(|text| self.stands_where(place, text)),
                    blank: field.blank,
                }
            })
            .collect()
    }

    fn stands_where(&mut self, place: Place<'_>, text: &Spanned<String>) -> Option<(String, String)> {
        let parts = text.get_ref().split_once('=');
        if parts.is_none() {
            self.fault(place, text, "`stands_where` is a field and its value: `FIELD=VALUE`");
        }
        parts.map(|(field, value)| (field.to_owned(), value.to_owned()))
    }
}

/// The requirements that follow from tables and events.
pub(super) fn requirements(endpoint: &Endpoint, out: &mut Vec<Requirement>) {
    let make = |id: String, page: u32, says: String, demand: ArchiveDemand, rests_on: &[&str]| {
        let mut one = observed(endpoint, id, Level::Must, page, says, Demand::Archive(demand));
        one.rests_on = rests_on.iter().map(|id| format!("{}/{id}", endpoint.id)).collect();
        one
    };
    for (t, table) in endpoint.tables.iter().enumerate() {
        let (name, home) = (&table.name, format!("table/{}", id_part(&table.name)));
        let says = format!("`{name}` stands in every state archive, with rows or with null");
        out.push(make(home.clone(), table.page, says, ArchiveDemand::Table(t), &[]));
        if !table.names.is_empty() {
            let says = format!("`{name}` is printed with more than one name");
            let mut one = make(format!("{home}/name"), table.page, says, ArchiveDemand::TableName(t), &[&home]);
            (one.level, one.topic) = (Level::Ambiguous, table.topic.clone());
            out.push(one);
        }
        for (f, field) in table.fields.iter().enumerate() {
            let of = format!("{home}/field/{}", id_part(&field.name));
            let key = field.kind == FieldKind::RowId;
            if !field.optional && !key {
                let which = field.stands_where.as_ref().map(|(name, value)| format!(" whose `{name}` is {value}"));
                let says = format!("every new row of `{name}`{} has `{}`", which.unwrap_or_default(), field.name);
                out.push(make(of.clone(), field.page, says, ArchiveDemand::Field(t, f), &[&home]));
            }
            let says = format!("`{}` of `{name}` is {}", field.name, type_of(field));
            out.push(make(format!("{of}/type"), field.page, says, ArchiveDemand::FieldType(t, f), &[&home]));
            if let Some(other) = field.refers.as_ref().filter(|_| !field.dangling) {
                let says = format!("`{}` of `{name}` names a row of `{other}`", field.name);
                let kind = format!("{of}/type");
                let there = format!("table/{}", id_part(other));
                let key = format!("{there}/field/id/type");
                let rests = [home.as_str(), &kind, &there, &key];
                out.push(make(format!("{of}/refers"), field.page, says, ArchiveDemand::Refers(t, f), &rests));
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
