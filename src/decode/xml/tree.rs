//! The tree of an XML document.
//!
//! In: what the reader found. Out: elements by name, and the tree as text again.

use std::{fmt::Write as _, sync::Arc};

use compact_str::CompactString;

/// The deepest nesting of elements.
pub const DEPTH_MAX: usize = 64;

/// The most elements and attributes of a document.
pub const NODES_MAX: usize = 1_000_000;

/// The most attributes and namespace declarations of an element. What compares each of them with each other takes too long beyond it.
pub const ATTRIBUTES_MAX: usize = 256;

/// An element with all that is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// Local name.
    pub name: CompactString,
    /// Namespace; empty when there is none.
    pub namespace: Arc<str>,
    /// Names and values of the attributes, namespace declarations left out. That of a namespace is named `{namespace}name`.
    pub attributes: Vec<(CompactString, CompactString)>,
    /// The text directly in it, in one piece.
    pub text: CompactString,
    /// The elements directly in it.
    pub children: Vec<Node>,
}

impl Node {
    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The text without the white space around it.
    #[must_use]
    pub fn value(&self) -> &str {
        without_blanks(&self.text)
    }

    /// The element and all below it, parents first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        for child in &self.children {
            child.walk(visit);
        }
    }

    /// The first element of that kind, parents before their children; nothing more is looked at after it.
    pub fn find(&self, is: &dyn Fn(&Self) -> bool) -> Option<&Self> {
        if is(self) { Some(self) } else { self.children.iter().find_map(|child| child.find(is)) }
    }

    /// The tree as XML with one default namespace. Text stands before the children.
    #[must_use]
    pub fn to_xml(&self, namespace: &str) -> String {
        let mut out = String::new();
        self.write(&mut out, Some(namespace));
        out
    }

    fn write(&self, out: &mut String, namespace: Option<&str>) {
        let _ = write!(out, "<{}", self.name);
        if let Some(namespace) = namespace.filter(|n| !n.is_empty()) {
            let _ = write!(out, " xmlns=\"{}\"", escape_attribute(namespace));
        }
        // Attributes of other namespaces are left out: nothing that is documented has one.
        for (name, value) in self.attributes.iter().filter(|(name, _)| !name.contains(['{', ':'])) {
            let _ = write!(out, " {name}=\"{}\"", escape_attribute(value));
        }
        out.push('>');
        out.push_str(&escape_text(&self.text));
        for child in &self.children {
            child.write(out, None);
        }
        let _ = write!(out, "</{}>", self.name);
    }
}

/// A text without what XML counts as white space at its ends.
#[must_use]
pub fn without_blanks(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

fn escape_text(text: &str) -> String {
    quick_xml::escape::escape(text).replace('\r', "&#13;")
}

fn escape_attribute(text: &str) -> String {
    escape_text(text).replace('\n', "&#10;").replace('\t', "&#9;")
}
