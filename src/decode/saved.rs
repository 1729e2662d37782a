//! An answer that somebody saved, held against one of our schemas.
//!
//! In: its bytes, in any encoding that libxml2 reads. Out: whether it is valid, its first fault, or why it is no XML at all. What the
//! guide leaves open is no fault: the host in the namespace, and the name of a root that it does not name.

use std::{borrow::Cow, sync::LazyLock};

use libxml::{
    schemas::SchemaValidationContext,
    tree::{Node, NodeType},
};
use regex::Regex;

use super::{
    charset, xml,
    xsd::{LIBXML, context, first, parsed},
};

/// A root that a schema declares for answers whose root may have any name, and the names of what stands in it.
pub struct UnnamedRoot<'a> {
    /// The name under which the schema declares it.
    pub name: &'a str,
    /// The elements below it.
    pub children: Vec<&'a str>,
}

/// What was found of a document that somebody saved.
#[derive(Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is valid.
    Valid,
    /// Its first fault.
    Invalid(String),
    /// It is no XML document at all, and why.
    NotXml(String),
}

/// Validates the bytes of one document against a schema, in whatever encoding libxml2 reads.
///
/// A root of a name that the schema does not have counts as the unnamed one with which it has most elements in common. The schema is
/// that of the namespace that the document has, where the guide prints such a one.
///
/// # Errors
/// Why the schema cannot be used.
pub fn validate(schema: &str, namespace: &str, roots: &[UnnamedRoot<'_>], bytes: &[u8]) -> Result<Saved, String> {
    let bytes = first_byte(bytes);
    if bytes.is_empty() {
        return Ok(Saved::NotXml("it is empty".to_owned()));
    }
    let _one = LIBXML.lock();
    let Ok(document) = parsed(bytes) else { return Ok(Saved::NotXml(why_not(bytes))) };
    let Some(mut root) = document.get_root_element() else {
        return Ok(Saved::NotXml("it has no root element".to_owned()));
    };
    if declares_in_doctype(&root) {
        return Ok(Saved::Invalid("it has a DOCTYPE with declarations in it, which are not read".to_owned()));
    }
    let own = root.get_namespace().map(|namespace| namespace.get_href()).filter(|href| is_printed(href));
    let schema = own.map_or_else(|| schema.into(), |own| Cow::Owned(schema.replace(namespace, &own)));
    let mut context = context(&schema)?;
    let fault = |context: &mut SchemaValidationContext| context.validate_document(&document).err();
    let Some(errors) = fault(&mut context) else { return Ok(Saved::Valid) };
    if !schema.contains(&format!("\n  <xs:element name=\"{}\"", root.get_name())) {
        let below: Vec<String> = root.get_child_elements().iter().map(Node::get_name).collect();
        let common =
            |root: &&UnnamedRoot<'_>| below.iter().filter(|name| root.children.contains(&name.as_str())).count();
        let nearest = roots.iter().max_by_key(common).filter(|nearest| common(nearest) > 0);
        if let Some(nearest) = nearest {
            root.set_name(nearest.name).map_err(|error| error.to_string())?;
            return Ok(fault(&mut context).map_or(Saved::Valid, |errors| Saved::Invalid(first(&errors))));
        }
    }
    Ok(Saved::Invalid(first(&errors)))
}

/// Whether a namespace is one of those that the guide prints, or differs from one only in its host.
#[must_use]
pub fn is_printed(namespace: &str) -> bool {
    static PRINTED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^https?://[^/]+/namespaces/API/(command|reporting)$").ok());
    PRINTED.as_ref().is_some_and(|printed| printed.is_match(namespace))
}

fn declares_in_doctype(root: &Node) -> bool {
    let mut before = std::iter::successors(root.get_prev_sibling(), Node::get_prev_sibling);
    let is_doctype = |node: &Node| matches!(node.get_type(), Some(NodeType::DTDNode | NodeType::DocumentTypeNode));
    before.any(|node| is_doctype(&node) && node.get_first_child().is_some())
}

/// Why bytes that libxml2 does not take are no document, by our own reader.
fn why_not(bytes: &[u8]) -> String {
    let read = charset::read(bytes, "application/xml");
    let text = read.as_ref().map_or_else(|| String::from_utf8_lossy(bytes), |read| Cow::Borrowed(read.text.as_str()));
    let slip = read.as_ref().and_then(|read| read.slip.clone()).filter(|_| text.starts_with('<'));
    slip.or_else(|| xml::read(&text).err().map(|error| format!("it is no XML: {error}")))
        .unwrap_or_else(|| "libxml2 cannot read it".to_owned())
}

/// Bytes from the first that is no blank on, as far as the encoding lets that be seen.
fn first_byte(bytes: &[u8]) -> &[u8] {
    let without_mark = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    without_mark.trim_ascii_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMESPACE: &str = "https://www.beyondtrust.com/namespaces/API/command";
    const SCHEMA: &str = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' \
        targetNamespace='https://www.beyondtrust.com/namespaces/API/command' elementFormDefault='qualified'>\
        \n  <xs:element name=\"a\"><xs:complexType><xs:all><xs:element name='n' type='xs:integer'/>\
        </xs:all></xs:complexType></xs:element></xs:schema>";

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        let roots = [UnnamedRoot { name: "a", children: vec!["n"] }];
        let found = match validate(SCHEMA, NAMESPACE, &roots, bytes).unwrap() {
            Saved::Valid => "valid".to_owned(),
            Saved::Invalid(why) | Saved::NotXml(why) => why,
        };
        assert!(found.contains(expected), "{found}");
    }

    fn answer(root: &str, content: &str) -> String {
        format!("<{root} xmlns='{NAMESPACE}'>{content}</{root}>")
    }

    #[test]
    fn an_answer_is_read_in_its_own_encoding() {
        let plain = answer("a", "<n>1</n><!-- \u{e4} -->");
        check(plain.as_bytes(), "valid");
        check(format!("\u{feff}{plain}").as_bytes(), "valid");
        let utf16: Vec<u8> = format!("\u{feff}{plain}").encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&utf16, "valid");
        let declared = format!("<?xml version='1.0' encoding='ISO-8859-1'?>{plain}");
        let latin1: Vec<u8> = declared.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        check(&latin1, "valid");
        check(&latin1[declared.find("?>").unwrap() + 2..], "no UTF-8");
    }

    #[test]
    fn what_is_no_answer_has_a_message() {
        check(b"", "it is empty");
        check(b" \n", "it is empty");
        check(b"{\"a\": 1}", "it is no XML");
        check(b"\x1f\x8b\x08\0", "it is no XML");
        check(b"<a>", "it is no XML");
        check(format!("<!DOCTYPE a [<!ENTITY e '1'>]>{}", answer("a", "<n>&e;</n>")).as_bytes(), "DOCTYPE");
        check(format!("<!DOCTYPE a SYSTEM 'a.dtd'>{}", answer("a", "<n>1</n>")).as_bytes(), "valid");
    }

    #[test]
    fn what_the_guide_leaves_open_is_no_fault() {
        check(answer("other", "<n>1</n>").as_bytes(), "valid");
        check(answer("other", "<n>x</n>").as_bytes(), "'x'");
        check(answer("other", "<m>1</m>").as_bytes(), "other");
        let own_host = answer("a", "<n>1</n>").replace("www.beyondtrust.com", "support.example.com");
        check(own_host.as_bytes(), "valid");
        check(own_host.replace("/API/", "/other/").as_bytes(), "No matching");
    }
}
