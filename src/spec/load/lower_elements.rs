//! From the rows of an answer, as typed, to what they mean.
//!
//! In: groups of rows. Out: elements with their whole paths. Faults are gathered.

use super::{
    located::Located,
    named::Named,
    reader::Reader,
    shape::{ElementFile, ElementsFile},
    words::COUNTS,
};
use crate::{spec::endpoint::Element, vocabulary::Type};

/// The key of the row that is the path of its group.
const ITSELF: &str = ".";

impl Reader {
    /// The elements of all groups, in the order in which they were typed.
    pub(super) fn elements(&mut self, named: &Named<'_>, page: u32, groups: &[ElementsFile]) -> Vec<Element> {
        let place = named.place();
        let mut elements: Vec<Element> = Vec::new();
        for group in groups {
            let page = self.page_of(place, group.page.as_ref(), page);
            for (name, row) in group.rows.iter() {
                let path = match &group.under {
                    Some(under) if name.as_str() == ITSELF => under.clone(),
                    Some(under) => format!("{under}/{}", name.as_str()),
                    None => name.to_string(),
                };
                if elements.iter().any(|other| other.path == path) {
                    self.fault(place, name, &format!("a second element `{path}`; paths are unique in a file"));
                }
                elements.push(self.element(named, page, name, path, row));
            }
        }
        elements
    }

    fn element(
        &mut self,
        named: &Named<'_>,
        page: u32,
        name: &Located<String>,
        path: String,
        row: &ElementFile,
    ) -> Element {
        let place = named.place();
        let (count_min, count_max) = row.count.as_ref().map_or((1, Some(1)), |word| self.word(place, word, &COUNTS));
        let kind = Type::parse(&row.kind).unwrap_or_else(|says| {
            self.fault(place, &row.kind, &says);
            Type::Text
        });
        if (kind == Type::Enum) == row.values.is_empty() {
            self.fault(place, &row.kind, "an enumeration has `values`, what the guide prints, and nothing else has");
        }
        if row.open && row.values.is_empty() && row.kind.as_str() != "record" {
            self.fault(place, &row.kind, "`open` is of an enumeration or a record; take it out");
        }
        let numeric = matches!(kind, Type::Integer | Type::Count | Type::Epoch | Type::Decimal);
        if (row.min.is_some() || row.max.is_some()) && !numeric {
            self.fault(place, &row.kind, "`min` and `max` are bounds of a number, and this is none");
        }
        if row.names.is_empty() != row.topic.is_none() {
            self.fault(place, name, "`names` are the readings of a `topic`: write both or none");
        }
        Element {
            path,
            page: self.page_of(place, row.page.as_ref(), page),
            says: row.says.clone(),
            count_min,
            count_max,
            kind,
            values: row.values.clone(),
            open: row.open,
            min: row.min,
            max: row.max,
            when: row.when.as_ref().map(|when| (when.parameter.to_string(), when.value.clone())),
            sometimes: row.sometimes,
            may_be_empty: row.may_be_empty,
            names: row.names.clone(),
            topic: row.topic.as_ref().map(|topic| topic.to_string()).or_else(|| row.facts.topic.clone()),
            hint: row.hint.as_ref().map(|hint| self.advice(named, hint)),
            since: self.version(place, row.since.as_ref()),
        }
    }
}
