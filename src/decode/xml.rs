//! A bounded reader of XML answers.
//!
//! In: the text of an answer. Out: a tree of local names with their namespaces, or where the text stops being XML.
//! A DOCTYPE is refused, so no entity but the five of XML itself is ever resolved.

use std::{
    fmt::Write as _,
    sync::{Arc, LazyLock},
};

use compact_str::CompactString;
use quick_xml::{
    NsReader, XmlVersion,
    events::{BytesStart, Event},
    name::ResolveResult,
};
use regex::Regex;

use super::names::{is_character, is_name, named, unlawful_character};

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

/// Where and why a text is no XML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Byte offset.
    pub at: u64,
    /// Why.
    pub says: String,
}

/// Reads a document.
///
/// # Errors
/// The first place where the text is not well-formed, or where it passes a bound.
pub fn read(text: &str) -> Result<Node, Fault> {
    if let Some(at) = unlawful_character(text) {
        return Err(Fault { at: at as u64, says: "a character that XML does not allow".to_owned() });
    }
    let body = text.trim_start_matches('\u{feff}');
    let skipped = (text.len() - body.len()) as u64;
    let mut reader = NsReader::from_str(body);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Node> = Vec::new();
    let mut root: Option<Node> = None;
    let mut nodes = 0_usize;
    let mut last = Last::default();
    loop {
        let (namespace, event) = match reader.read_resolved_event() {
            Ok((namespace, event)) => (last.of(&namespace), event),
            Err(error) => return Err(Fault { at: skipped + reader.error_position(), says: error.to_string() }),
        };
        let at = skipped + reader.buffer_position();
        let fault = |says: &str| Fault { at, says: says.to_owned() };
        match event {
            Event::Start(start) => {
                if open.is_empty() && root.is_some() {
                    return Err(fault("a second root element"));
                }
                if open.len() >= DEPTH_MAX {
                    return Err(fault("elements are nested deeper than 64"));
                }
                let node = start_of(&start, namespace?, at)?;
                nodes += 1 + node.attributes.len();
                if nodes > NODES_MAX {
                    return Err(fault("more than a million elements and attributes"));
                }
                open.push(node);
            }
            Event::End(_) => {
                let Some(node) = open.pop() else { return Err(fault("an end tag without a start tag")) };
                match open.last_mut() {
                    Some(parent) => parent.children.push(node),
                    None => root = Some(node),
                }
            }
            Event::Text(piece) => {
                let piece = piece.xml_content(XmlVersion::Implicit1_0).map_err(|error| fault(&error.to_string()))?;
                if piece.contains("]]>") {
                    return Err(fault("`]]>` outside a CDATA section"));
                }
                add_text(&mut open, &piece, at)?;
            }
            Event::CData(piece) => {
                let piece = piece.xml_content(XmlVersion::Implicit1_0).map_err(|error| fault(&error.to_string()))?;
                if open.is_empty() {
                    return Err(fault("text outside the root element"));
                }
                add_text(&mut open, &piece, at)?;
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|error| fault(&error.to_string()))?;
                let text = match reference.resolve_char_ref() {
                    Ok(Some(c)) if is_character(c) => c.to_string(),
                    Ok(Some(_)) => return Err(fault("a reference to a character that XML does not allow")),
                    Ok(None) => {
                        predefined(&name).ok_or_else(|| fault("an entity that XML does not define"))?.to_owned()
                    }
                    Err(error) => return Err(fault(&error.to_string())),
                };
                if open.is_empty() {
                    return Err(fault("text outside the root element"));
                }
                add_text(&mut open, &text, at)?;
            }
            Event::DocType(_) => return Err(fault("a DOCTYPE, which is refused")),
            Event::Eof => break,
            Event::Decl(declaration) => {
                let start = at - declaration.len() as u64 - "<??>".len() as u64;
                if start > skipped {
                    return Err(fault("an XML declaration that is not at the start"));
                }
                declared(&String::from_utf8_lossy(&declaration)).map_err(fault)?;
            }
            Event::PI(instruction) => {
                let target = String::from_utf8_lossy(instruction.target()).into_owned();
                if !is_name(&target) || target.eq_ignore_ascii_case("xml") {
                    return Err(fault(&format!("`{target}` is no name of a processing instruction")));
                }
            }
            Event::Comment(comment) => {
                if format!("{}-", String::from_utf8_lossy(&comment)).contains("--") {
                    return Err(fault("`--` in a comment"));
                }
            }
            Event::Empty(_) => {}
        }
    }
    let end = text.len() as u64;
    if !open.is_empty() {
        return Err(Fault { at: end, says: format!("`{}` is not closed", open[open.len() - 1].name) });
    }
    root.ok_or_else(|| Fault { at: end, says: "there is no element".to_owned() })
}

/// The bytes are UTF-8 already. A declaration may say otherwise only where ASCII stays the same: under any other label, such as
/// UTF-7, libxml2 would see markup that is not seen here.
fn declared(declaration: &str) -> Result<(), &'static str> {
    static SHAPE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let version = r#"\s+version\s*=\s*(?:"1\.[0-9]+"|'1\.[0-9]+')"#;
        let encoding = r#"\s+encoding\s*=\s*(?:"([A-Za-z][A-Za-z0-9._-]*)"|'([A-Za-z][A-Za-z0-9._-]*)')"#;
        let standalone = r#"\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)')"#;
        Regex::new(&format!(r"^xml{version}(?:{encoding})?(?:{standalone})?\s*$")).ok()
    });
    let shape =
        SHAPE.as_ref().and_then(|shape| shape.captures(declaration)).ok_or("an XML declaration of the wrong shape")?;
    let Some(label) = shape.get(1).or_else(|| shape.get(2)) else { return Ok(()) };
    let label = label.as_str().to_ascii_lowercase();
    let same = ["utf-8", "utf8", "us-ascii", "ascii"].contains(&label.as_str())
        || label.strip_prefix("iso-8859-").is_some_and(|part| (1..=16).any(|n| n != 12 && part == n.to_string()))
        || label.strip_prefix("windows-125").is_some_and(|part| part.len() == 1 && "012345678".contains(part));
    if same { Ok(()) } else { Err("an encoding in which these bytes are another text") }
}

fn predefined(name: &str) -> Option<&'static str> {
    Some(match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "apos" => "'",
        "quot" => "\"",
        _ => return None,
    })
}

/// The namespace that was seen last, as it stands in the text and as it reads. Most elements have that of the one before.
#[derive(Default)]
struct Last(Vec<u8>, Arc<str>);

impl Last {
    fn of(&mut self, result: &ResolveResult<'_>) -> Result<Arc<str>, Fault> {
        let fault = |says: String| Fault { at: 0, says };
        match result {
            ResolveResult::Bound(namespace) => {
                if self.0 != namespace.0 {
                    let raw =
                        String::from_utf8_lossy(namespace.0).replace("\r\n", " ").replace(['\t', '\n', '\r'], " ");
                    let value = quick_xml::escape::unescape(&raw).map_err(|error| fault(error.to_string()))?;
                    *self = Self(namespace.0.to_vec(), value.into());
                }
                Ok(Arc::clone(&self.1))
            }
            ResolveResult::Unbound => Ok(Arc::default()),
            ResolveResult::Unknown(prefix) => {
                Err(fault(format!("the prefix `{}` is not declared", String::from_utf8_lossy(prefix))))
            }
        }
    }
}

fn start_of(start: &BytesStart<'_>, namespace: Arc<str>, at: u64) -> Result<Node, Fault> {
    let fault = |says: String| Fault { at, says };
    named(start.name().as_ref()).map_err(fault)?;
    if !spaced(start.attributes_raw()) {
        return Err(fault("no blank between two attributes".to_owned()));
    }
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| fault(error.to_string()))?;
        named(attribute.key.as_ref()).map_err(fault)?;
        if attribute.value.contains(&b'<') {
            return Err(fault("a `<` in the value of an attribute".to_owned()));
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| fault(error.to_string()))?;
        if unlawful_character(&value).is_some() {
            return Err(fault("a reference to a character that XML does not allow".to_owned()));
        }
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        attributes.push((String::from_utf8_lossy(attribute.key.local_name().as_ref()).into(), value.into()));
    }
    Ok(Node {
        name: String::from_utf8_lossy(start.local_name().as_ref()).into(),
        namespace,
        attributes,
        ..Node::default()
    })
}

/// Whether a blank follows each quoted value but the last.
fn spaced(attributes: &[u8]) -> bool {
    let (mut quote, mut closed) = (None, false);
    for byte in attributes {
        match quote {
            Some(open) if open == byte => (quote, closed) = (None, true),
            Some(_) => {}
            None if closed && !byte.is_ascii_whitespace() => return false,
            None => {
                closed = false;
                quote = Some(byte).filter(|byte| b"\"'".contains(byte));
            }
        }
    }
    true
}

fn add_text(open: &mut [Node], piece: &str, at: u64) -> Result<(), Fault> {
    match open.last_mut() {
        Some(node) => node.text.push_str(piece),
        None if piece.trim_matches(|c| " \t\r\n".contains(c)).is_empty() => {}
        None => return Err(Fault { at, says: "text outside the root element".to_owned() }),
    }
    Ok(())
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
        self.text.trim()
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
