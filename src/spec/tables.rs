//! Tables and events of archives: rows of the spec data that are about JSON.
//!
//! In: nothing. Out: [`ModelTable`] and [`ModelEvent`]. What they mean for an archive is judged elsewhere.

use serde::{Deserialize, Serialize};

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
    pub(super) const ALL: [(&'static str, Self); 13] = [
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
