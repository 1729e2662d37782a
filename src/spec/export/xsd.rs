//! An XSD 1.0 of all documented XML answers, made from the element rows.
//!
//! In: the endpoints of one path. Out: the text of the schema. Records are free of order (`xs:all`), lists are lists. Endpoints with
//! the same root share its declaration. Whatever a requirement accepts is valid: an error in a root in place of what is missing, all
//! printed names, and any content where the guide names a place and not what stands in it.

use std::fmt::Write as _;

use super::{
    same_root,
    tree::{Node, tree_of},
};
use crate::{
    spec::{
        endpoint::{Element, Media},
        select::Spec,
    },
    vocabulary::Type,
};

/// One of the schemas that are made from the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SchemaOf {
    /// The command API.
    Command,
    /// The reporting API, the list of archives included.
    Reporting,
}

impl SchemaOf {
    /// The schema that the answers of an endpoint belong to.
    #[must_use]
    pub fn endpoint(id: &str) -> Self {
        match id.split('/').next() {
            Some("reporting" | "archive") => Self::Reporting,
            _ => Self::Command,
        }
    }

    /// The namespace that the guide prints (p. 5).
    #[must_use]
    pub fn namespace(self) -> &'static str {
        match self {
            Self::Command => "https://www.beyondtrust.com/namespaces/API/command",
            Self::Reporting => "https://www.beyondtrust.com/namespaces/API/reporting",
        }
    }

    /// The chapter's name, which the schema's file and the endpoint that publishes the target's own have, too.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Reporting => "reporting",
        }
    }

    /// Name of the file in `specs/schemas/`.
    #[must_use]
    pub fn file(self) -> String {
        format!("{}.xsd", self.name())
    }
}

/// The name under which a root is declared that holds a message alone.
pub const MESSAGE_ROOT: &str = "message";

/// The schema of every XML answer of an API.
///
/// Endpoints whose root the guide does not name have a type, and elements of it: one by their own name and one by that without its
/// verb. Under another name their answers are valid where the root is renamed, as the judge does.
#[must_use]
pub fn to_xsd(spec: &Spec, which: SchemaOf) -> String {
    let namespace = which.namespace();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<!-- Made from specs/{} by the element rows by the export command of touchmark; a test keeps it fresh. -->",
        which.name()
    );
    let _ = writeln!(
        out,
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"{namespace}\" \
         targetNamespace=\"{namespace}\" elementFormDefault=\"qualified\">"
    );
    let of_api = spec.endpoints.values().filter(|e| {
        let xml = e.response.media == Media::Document && e.response.json_schema.is_none() && !e.elements.is_empty();
        xml && SchemaOf::endpoint(&e.id) == which
    });
    for group in same_root::groups(of_api) {
        let tree = [tree_of(group.root, group.rooted, &group.rows)];
        let _ = writeln!(out);
        let mut heads: Vec<_> = group.endpoints.iter().map(|e| format!("{}, p. {}", e.title, e.page)).collect();
        heads.dedup();
        for head in heads {
            let _ = writeln!(out, "  <!-- {head} -->");
        }
        for node in &tree {
            if group.rooted {
                write_node(&mut out, node, 1, Place::Root);
            } else {
                write_unnamed_root(&mut out, node);
            }
        }
    }
    out.push_str("\n  <!-- Messages of the commands that change something. -->\n");
    for name in ["success", "error"] {
        let _ = writeln!(out, "  <xs:element name=\"{name}\" type=\"xs:string\"/>");
    }
    out.push_str("\n  <!-- The same below a root, which the guide does not name. -->\n");
    let _ = writeln!(out, "  <xs:element name=\"{MESSAGE_ROOT}\">\n    <xs:complexType>\n      <xs:choice>");
    for name in ["success", "error"] {
        let _ = writeln!(out, "        <xs:element name=\"{name}\" type=\"xs:string\"/>");
    }
    out.push_str("      </xs:choice>\n    </xs:complexType>\n  </xs:element>\n</xs:schema>\n");
    out
}

/// Where an element stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Alone: a root.
    Root,
    /// Among others of a list, any number of times.
    List,
    /// In a record, once.
    Record,
    /// In a record that may hold something else in its place.
    Optional,
}

/// A root that the guide does not name: its type, and the names under which it is declared.
fn write_unnamed_root(out: &mut String, node: &Node<'_>) {
    let name = &node.name;
    let _ = writeln!(out, "  <!-- The guide names no root; this is its type, under any name. -->");
    let _ = writeln!(out, "  <xs:complexType name=\"{name}\">");
    write_children(out, node, 2, Place::Root);
    write_attributes(out, node, 2);
    let _ = writeln!(out, "  </xs:complexType>");
    for name in root_names(name) {
        let _ = writeln!(out, "  <xs:element name=\"{name}\" type=\"{}\"/>", node.name);
    }
}

/// The names under which a root that the guide does not name is declared: the endpoint's, and that without its verb.
fn root_names(endpoint: &str) -> impl Iterator<Item = &str> {
    [endpoint].into_iter().chain(endpoint.split_once('_').map(|(_, thing)| thing))
}

/// An element under each of its printed names.
fn write_names(out: &mut String, node: &Node<'_>, depth: usize, place: Place) {
    let others: Vec<&String> = node.row.iter().flat_map(|row| &row.names).filter(|name| **name != node.name).collect();
    let place = if place == Place::Record && !others.is_empty() { Place::Optional } else { place };
    write_node(out, node, depth, place);
    for name in others {
        write_node(out, &Node { name: name.clone(), ..node.clone() }, depth, place);
    }
}

/// Whether a place is named by the guide, and not what stands in it or how it is written.
fn is_open(node: &Node<'_>) -> bool {
    let anchor = node.row.is_some_and(|row| row.kind == Type::Anchor);
    let record = node.row.filter(|row| row.kind == Type::Record);
    let nothing_listed = record.is_some_and(|row| node.children.is_empty() || row.open);
    let permissions = node.children.iter().any(|child| child.children.iter().any(|one| one.name.starts_with("perm_")));
    anchor || nothing_listed || permissions
}

fn write_open(out: &mut String, node: &Node<'_>, head: &str, depth: usize) {
    let pad = "  ".repeat(depth);
    let _ = writeln!(out, "{head}>\n{pad}  <xs:complexType mixed=\"true\">\n{pad}    <xs:sequence>");
    let _ = writeln!(out, "{pad}      <xs:any processContents=\"skip\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>");
    let _ = writeln!(out, "{pad}    </xs:sequence>");
    write_attributes(out, node, depth + 2);
    let _ = writeln!(out, "{pad}  </xs:complexType>\n{pad}</xs:element>");
}

fn write_node(out: &mut String, node: &Node<'_>, depth: usize, place: Place) {
    let pad = "  ".repeat(depth);
    let occurs = match place {
        Place::Root | Place::List => "",
        Place::Record if node.row.is_none_or(|row| !optional(row)) => "",
        Place::Record | Place::Optional => " minOccurs=\"0\"",
    };
    let head = format!("{pad}<xs:element name=\"{}\"{occurs}", node.name);
    if is_open(node) {
        write_open(out, node, &head, depth);
        return;
    }
    if node.children.is_empty() && node.attributes.is_empty() {
        match node.row.map(|row| simple_type(row, depth + 1)) {
            Some(Simple::Named(name)) => {
                let _ = writeln!(out, "{head} type=\"{name}\"/>");
            }
            Some(Simple::Inline(text)) => {
                let _ = writeln!(out, "{head}>\n{text}{pad}</xs:element>");
            }
            None => {
                let _ = writeln!(out, "{head} type=\"xs:string\"/>");
            }
        }
        return;
    }
    // Two endpoints that share a root may have a text and children at the same path.
    let text = node.row.is_some_and(|row| !matches!(row.kind, Type::Record | Type::List)) && !node.children.is_empty();
    let mixed = if text { " mixed=\"true\"" } else { "" };
    let _ = writeln!(out, "{head}>\n{pad}  <xs:complexType{mixed}>");
    if node.children.is_empty() {
        write_text_with_attributes(out, node, depth + 2);
    } else {
        write_children(out, node, depth + 2, place);
        write_attributes(out, node, depth + 2);
    }
    let _ = writeln!(out, "{pad}  </xs:complexType>\n{pad}</xs:element>");
}

fn write_children(out: &mut String, node: &Node<'_>, depth: usize, place: Place) {
    let pad = "  ".repeat(depth);
    let repeated = node.children.iter().any(|child| child.row.is_some_and(|row| row.count_max != Some(1)));
    let root = place == Place::Root;
    // An empty list is an empty element.
    let (open, close, child_place) = match repeated {
        true => ("<xs:choice minOccurs=\"0\" maxOccurs=\"unbounded\">", "</xs:choice>", Place::List),
        // In a root an error may stand in place of the rest.
        false if root => ("<xs:all>", "</xs:all>", Place::Optional),
        false => ("<xs:all>", "</xs:all>", Place::Record),
    };
    let _ = writeln!(out, "{pad}{open}");
    for child in &node.children {
        write_names(out, child, depth + 1, child_place);
    }
    if root && node.children.iter().all(|child| child.name != "error") {
        let occurs = if repeated { "" } else { " minOccurs=\"0\"" };
        let _ = writeln!(out, "{pad}  <xs:element name=\"error\" type=\"xs:string\"{occurs}/>");
    }
    let _ = writeln!(out, "{pad}{close}");
}

fn write_attributes(out: &mut String, node: &Node<'_>, depth: usize) {
    let pad = "  ".repeat(depth);
    for row in &node.attributes {
        let name = row.path.rsplit('@').next().unwrap_or_default();
        let needed = if optional(row) { "" } else { " use=\"required\"" };
        match simple_type(row, depth + 1) {
            Simple::Named(kind) => {
                let _ = writeln!(out, "{pad}<xs:attribute name=\"{name}\" type=\"{kind}\"{needed}/>");
            }
            Simple::Inline(text) => {
                let _ = writeln!(out, "{pad}<xs:attribute name=\"{name}\"{needed}>\n{text}{pad}</xs:attribute>");
            }
        }
    }
    // Any others are not documented, and no fault.
    let _ = writeln!(out, "{pad}<xs:anyAttribute processContents=\"skip\"/>");
}

fn write_text_with_attributes(out: &mut String, node: &Node<'_>, depth: usize) {
    let pad = "  ".repeat(depth);
    let list = node.row.is_some_and(|row| matches!(row.kind, Type::List | Type::Record));
    if list {
        write_attributes(out, node, depth);
        return;
    }
    // A restricted text with attributes needs a named type; the type's own requirement checks the restriction.
    let base = match node.row.map(|row| simple_type(row, depth)) {
        Some(Simple::Named(name)) => name,
        _ => "xs:string",
    };
    let _ = writeln!(out, "{pad}<xs:simpleContent>\n{pad}  <xs:extension base=\"{base}\">");
    write_attributes(out, node, depth + 2);
    let _ = writeln!(out, "{pad}  </xs:extension>\n{pad}</xs:simpleContent>");
}

fn optional(row: &Element) -> bool {
    row.count_min == 0 || row.when.is_some() || row.sometimes
}

enum Simple {
    Named(&'static str),
    Inline(String),
}

fn simple_type(row: &Element, depth: usize) -> Simple {
    let may_be_empty = row.may_be_empty;
    let bounded = |low: Option<i64>, high: Option<i64>, base: &str| {
        let pad = "  ".repeat(depth);
        let mut text = format!("{pad}<xs:simpleType>\n{pad}  <xs:restriction base=\"{base}\">\n");
        if let Some(low) = low {
            let _ = writeln!(text, "{pad}    <xs:minInclusive value=\"{low}\"/>");
        }
        if let Some(high) = high {
            let _ = writeln!(text, "{pad}    <xs:maxInclusive value=\"{high}\"/>");
        }
        let _ = writeln!(text, "{pad}  </xs:restriction>\n{pad}</xs:simpleType>");
        Simple::Inline(text)
    };
    // Blanks round a value are no part of it, whatever its type; those of `xs:string` would be.
    let patterned = |facets: &[(&str, String)]| {
        let pad = "  ".repeat(depth);
        let mut text = format!("{pad}<xs:simpleType>\n{pad}  <xs:restriction base=\"xs:token\">\n");
        for (facet, value) in facets {
            let _ = writeln!(text, "{pad}    <xs:{facet} value=\"{value}\"/>");
        }
        let _ = writeln!(text, "{pad}  </xs:restriction>\n{pad}</xs:simpleType>");
        Simple::Inline(text)
    };
    if may_be_empty {
        return Simple::Named("xs:string");
    }
    match row.kind {
        Type::Integer | Type::Epoch if row.min.is_some() || row.max.is_some() => {
            bounded(row.min, row.max, "xs:integer")
        }
        Type::Integer | Type::Epoch => Simple::Named("xs:integer"),
        Type::Count if row.max.is_some() || row.min.is_some() => bounded(row.min, row.max, "xs:nonNegativeInteger"),
        Type::Count => Simple::Named("xs:nonNegativeInteger"),
        Type::Flag => patterned(&[("enumeration", "0".to_owned()), ("enumeration", "1".to_owned())]),
        Type::Enum if !row.open => {
            let facets: Vec<_> = row.values.iter().map(|v| ("enumeration", v.clone())).collect();
            patterned(&facets)
        }
        Type::Duration => patterned(&[("pattern", "[0-9]{2,}:[0-5][0-9]:[0-5][0-9]".to_owned())]),
        Type::Decimal => Simple::Named("xs:decimal"),
        Type::Id => patterned(&[("minLength", "1".to_owned())]),
        Type::Version => patterned(&[("pattern", "[0-9]+\\.[0-9]+\\.[0-9]+".to_owned())]),
        Type::Url => patterned(&[("pattern", "https?://.+".to_owned())]),
        _ => Simple::Named("xs:string"),
    }
}
