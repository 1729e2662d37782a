//! Answers as small trees, and the trees as text.
//!
//! In: elements with their attributes, each value knowing its kind. Out: XML 1.0 in UTF-8, with the
//! namespace declared on the root. What XML does not allow is never written, whatever a client sent.

/// What a value can be checked for. `Text` is free, `Name` may be any text but an empty one; all others can
/// be given a value that is not of the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// Tells one thing from another: an id or a username of any form.
    Name,
    Integer,
    /// An id that is a number.
    Id,
    Flag,
    Choice,
    Url,
    Link,
    Time,
    Guid,
    Version,
    ShortKey,
    Address,
    Host,
}

impl Kind {
    /// Whether the value is there to tell things apart, which an empty one cannot.
    pub(crate) fn identifies(self) -> bool {
        matches!(self, Kind::Name | Kind::Id | Kind::Guid | Kind::ShortKey | Kind::Host)
    }

    /// Whether any text fits, perhaps but for the empty one.
    pub(crate) fn is_free(self) -> bool {
        matches!(self, Kind::Text | Kind::Name)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) kind: Kind,
    /// The guide names it.
    pub(crate) documented: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) children: Vec<Element>,
    pub(crate) text: String,
    pub(crate) kind: Kind,
    /// Its parent may hold several.
    pub(crate) many: bool,
    /// The guide names it. Roots that the guide leaves open are ours alone, and no defect.
    pub(crate) documented: bool,
    /// Answers without it are in the guide too and cannot be told from wrong ones, so that leaving it out
    /// is no defect.
    pub(crate) dispensable: bool,
}

/// An element that holds others.
pub(crate) fn node(name: &str) -> Element {
    leaf(name, "", Kind::Text)
}

/// An element that holds a value.
pub(crate) fn leaf(name: &str, value: impl ToString, kind: Kind) -> Element {
    Element {
        name: name.to_owned(),
        attributes: Vec::new(),
        children: Vec::new(),
        text: value.to_string(),
        kind,
        many: false,
        documented: true,
        dispensable: false,
    }
}

/// A leaf of 1 or 0.
pub(crate) fn flag(name: &str, value: bool) -> Element {
    leaf(name, u8::from(value), Kind::Flag)
}

impl Element {
    pub(crate) fn attribute(mut self, name: &str, value: impl ToString, kind: Kind) -> Element {
        self.attributes.push(Attribute { name: name.to_owned(), value: value.to_string(), kind, documented: true });
        self
    }

    /// An attribute that the guide does not name, or of which it leaves open whether it is there.
    pub(crate) fn own_attribute(mut self, name: &str, value: impl ToString, kind: Kind) -> Element {
        self.attributes.push(Attribute { name: name.to_owned(), value: value.to_string(), kind, documented: false });
        self
    }

    pub(crate) fn child(mut self, child: Element) -> Element {
        self.children.push(child);
        self
    }

    pub(crate) fn children(mut self, children: impl IntoIterator<Item = Element>) -> Element {
        self.children.extend(children);
        self
    }

    /// One of several of its name.
    pub(crate) fn many(mut self) -> Element {
        self.many = true;
        self
    }

    /// Named by us, not by the guide.
    pub(crate) fn own(mut self) -> Element {
        self.documented = false;
        self
    }

    /// Absent by rights in some answers that cannot be told from this one.
    pub(crate) fn dispensable(mut self) -> Element {
        self.dispensable = true;
        self
    }
}

/// How a document is written. Everything but the namespace differs from the default only for a defect.
pub(crate) struct Manner<'a> {
    pub(crate) namespace: Option<&'a str>,
    pub(crate) encoding: &'a str,
    pub(crate) escaped: bool,
}

/// The document whose root is `root`.
pub(crate) fn write(root: &Element, manner: &Manner<'_>) -> String {
    let mut out = format!("<?xml version=\"1.0\" encoding=\"{}\"?>\n", manner.encoding);
    write_element(&mut out, root, manner.namespace, manner.escaped);
    out.push('\n');
    out
}

fn write_element(out: &mut String, element: &Element, namespace: Option<&str>, escaped: bool) {
    out.push('<');
    out.push_str(&element.name);
    if let Some(namespace) = namespace {
        push_attribute(out, "xmlns", namespace);
    }
    for attribute in &element.attributes {
        push_attribute(out, &attribute.name, &attribute.value);
    }
    if element.text.is_empty() && element.children.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    if escaped {
        escape(out, &element.text, false);
    } else {
        out.push_str(&element.text);
    }
    for child in &element.children {
        write_element(out, child, None, escaped);
    }
    out.push_str("</");
    out.push_str(&element.name);
    out.push('>');
}

fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(out, value, true);
    out.push('"');
}

/// White space that a reader would fold is written as references, so that values come back as they went in.
fn escape(out: &mut String, text: &str, in_attribute: bool) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' if in_attribute => out.push_str("&#10;"),
            '\t' if in_attribute => out.push_str("&#9;"),
            letter if allowed(letter) => out.push(letter),
            _ => out.push('\u{FFFD}'),
        }
    }
}

/// The Char production of XML 1.0. Surrogates cannot occur in a `char`.
fn allowed(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_what_xml_forbids_is_replaced() {
        let root = leaf("a", "1 < 2 & \"3\"\u{1}\u{FFFF}\r", Kind::Text).attribute("b", "x\"\ny", Kind::Text);
        let manner = Manner { namespace: Some("urn:x"), encoding: "UTF-8", escaped: true };
        let written = write(&root, &manner);
        let expected = "<a xmlns=\"urn:x\" b=\"x&quot;&#10;y\">1 &lt; 2 &amp; \"3\"\u{FFFD}\u{FFFD}&#13;</a>\n";
        assert_eq!(written.split_once('\n').map(|(_, rest)| rest), Some(expected));
    }

    #[test]
    fn an_element_without_content_closes_itself() {
        let manner = Manner { namespace: None, encoding: "UTF-8", escaped: true };
        assert!(write(&node("a").child(node("b")), &manner).ends_with("<a><b/></a>\n"));
    }
}
