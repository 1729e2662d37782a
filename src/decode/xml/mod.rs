//! A bounded reader of XML answers.
//!
//! In: the text of an answer. Out: a tree of local names with their namespaces, or where the text stops being XML.
//! A DOCTYPE is refused, so no entity but the five of XML itself is ever resolved.

mod error;
mod names;
mod reader;

use std::{fmt::Write as _, sync::Arc};

use compact_str::CompactString;

pub use error::{XmlError, XmlErrorKind};
pub use reader::read;

/// The deepest nesting of elements.
pub const DEPTH_MAX: usize = 64;

/// The most elements and attributes of a document.
pub const NODES_MAX: usize = 1_000_000;

/// An element with all that is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// Local name.
    pub name: CompactString,
    /// Namespace; empty when there is none.
    pub namespace: Arc<str>,
    /// Local names and values of the attributes, namespace declarations left out.
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
        for (name, value) in &self.attributes {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_texts_and_attributes_come_over() {
        let node = read(
            "<?xml version=\"1.0\"?>\n<a xmlns=\"u\" x=\"1 &amp; 2\"><b>t&lt;&#65;<![CDATA[<c>]]></b><b/></a>\n\n",
        )
        .unwrap();
        assert_eq!((node.name.as_str(), &*node.namespace, node.attribute("x")), ("a", "u", Some("1 & 2")));
        assert_eq!(node.children[0].text, "t<A<c>");
        assert_eq!(node.children.len(), 2);
        assert_eq!(&*read("<a xmlns='u&amp;v'/>").unwrap().namespace, "u&v");
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let node = read("<a x=\"&#10;&quot;\"> t <b>&amp;&#13;</b></a>").unwrap();
        assert_eq!(read(&node.to_xml("")).unwrap(), node);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for text in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a x='1' x='2'/>",
            "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
            "<a>&e;</a>",
            "<p:a/>",
            "<a/>t",
            "<1/>",
            "<a b\"='1'/>",
            "<a b='<'/>",
            "<a>\u{b}</a>",
            "<a>\u{ffff}</a>",
            "<a>&#11;</a>",
            "<a b='&#11;'/>",
            "<a>]]></a>",
            "<a><!-- -- --></a>",
            "<a><!-- ---></a>",
            "<a b='1'c='2'/>",
            "<a/>\u{feff}",
            "<a:b:c xmlns:a='u'/>",
            "<?xml version='1.0' encoding='UTF-7'?><a/>",
            "<?xml version='1.0' encoding='UTF-16'?><a/>",
            "<a/><?xml version='1.0'?>",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&format!("{}{}", "<a>".repeat(65), "</a>".repeat(65))).is_err());
    }
}
