//! Endpoints whose answers have the same root, as one: a schema can declare a root only once.
//!
//! In: endpoints. Out: one group for each root, with rows that hold for the answers of all of them. What the endpoints do not share
//! is optional, and where they differ the more lenient holds; the requirements of each endpoint are as strict as before.

use crate::{
    spec::endpoint::{Element, Endpoint},
    vocabulary::Type,
};

/// A root and the rows below it.
pub(super) struct Group<'a> {
    /// Name of the root element.
    pub(super) root: &'a str,
    /// Whether paths begin with the root.
    pub(super) rooted: bool,
    /// Whose answers they are.
    pub(super) endpoints: Vec<&'a Endpoint>,
    /// The rows, each path once.
    pub(super) rows: Vec<Element>,
}

/// The groups in the order of their first endpoints.
pub(super) fn groups<'a>(endpoints: impl Iterator<Item = &'a Endpoint>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for endpoint in endpoints {
        let root = endpoint.root();
        match groups.iter_mut().find(|group| group.root == root) {
            Some(group) => group.endpoints.push(endpoint),
            None => groups.push(Group {
                root,
                rooted: endpoint.response.root.is_some(),
                endpoints: vec![endpoint],
                rows: Vec::new(),
            }),
        }
    }
    for group in &mut groups {
        group.rows = rows(&group.endpoints);
    }
    groups
}

fn rows(endpoints: &[&Endpoint]) -> Vec<Element> {
    let mut rows: Vec<Element> = Vec::new();
    for row in endpoints.iter().flat_map(|endpoint| &endpoint.elements) {
        match rows.iter_mut().find(|known| known.path == row.path) {
            Some(known) => join(known, row),
            None => rows.push(row.clone()),
        }
    }
    for row in &mut rows {
        let lacks = |endpoint: &&Endpoint| {
            let parent = row.path.rsplit_once('/').map_or("", |(parent, _)| parent);
            let has_parent = !parent.contains('/') || endpoint.elements.iter().any(|other| other.path == parent);
            has_parent && endpoint.elements.iter().all(|other| other.path != row.path)
        };
        row.sometimes |= endpoints.iter().any(lacks);
    }
    rows
}

/// What holds of either.
fn join(known: &mut Element, other: &Element) {
    known.count_min = known.count_min.min(other.count_min);
    known.count_max = known.count_max.zip(other.count_max).map(|(one, two)| one.max(two));
    known.min = known.min.zip(other.min).map(|(one, two)| one.min(two));
    known.max = known.max.zip(other.max).map(|(one, two)| one.max(two));
    known.open |= other.open;
    known.sometimes |= other.sometimes;
    known.may_be_empty |= other.may_be_empty;
    if known.kind == other.kind {
        known
            .values
            .extend(other.values.iter().filter(|value| !known.values.contains(value)).cloned().collect::<Vec<_>>());
    } else {
        let containers = [Type::Record, Type::List];
        let both = containers.contains(&known.kind) && containers.contains(&other.kind);
        known.kind = if both { Type::Record } else { Type::Text };
        known.values.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{SchemaOf, embedded, to_xsd};

    #[test]
    fn a_schema_declares_each_root_once() {
        let spec = embedded().unwrap();
        for which in [SchemaOf::Command, SchemaOf::Reporting] {
            let schema = to_xsd(&spec, which);
            let mut roots: Vec<&str> = schema.lines().filter(|line| line.starts_with("  <xs:element ")).collect();
            let all = roots.len();
            roots.sort_unstable();
            roots.dedup();
            assert_eq!(roots.len(), all, "{}", which.name());
        }
    }

    #[test]
    fn what_two_endpoints_do_not_share_is_optional() {
        let spec = embedded().unwrap();
        let surveys = ["support_cust_exit_survey", "support_rep_exit_survey"];
        let groups = groups(surveys.iter().map(|name| &spec.endpoints[format!("reporting/{name}").as_str()]));
        assert_eq!(groups.len(), 1);
        let row = |path: &str| groups[0].rows.iter().find(|row| row.path == path).unwrap();
        assert_eq!(row("exit_survey_list/exit_survey/submitted_by/@type").values, ["cust", "rep"]);
        assert!(!row("exit_survey_list/exit_survey/@lsid").sometimes);
    }
}
