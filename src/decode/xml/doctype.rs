//! A DOCTYPE with declarations in it, which a document may lawfully have.
//!
//! In: a text. Out: the same without that DOCTYPE, and with references to the entities that it declares as plain text: nothing of them is
//! ever expanded. A DOCTYPE without declarations stays where it is.

use std::{borrow::Cow, collections::BTreeSet, sync::LazyLock};

use regex::{Captures, Regex};

use super::names::is_name;

/// What a DOCTYPE declares that the document has for itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declared {
    /// The first of its entities that the document uses.
    pub uses: Option<String>,
}

/// What the DOCTYPE of a document declares; none where there is no DOCTYPE, or one that declares nothing itself.
#[must_use]
pub fn declared(text: &str) -> Option<Declared> {
    let subset = Subset::of(text)?;
    let mut uses = None;
    for found in references()?.captures_iter(&text[subset.end..]) {
        uses = uses.or_else(|| found.get(1).map(|name| name.as_str()).filter(|name| subset.entities.contains(name)));
    }
    Some(Declared { uses: uses.map(str::to_owned) })
}

/// The text without a DOCTYPE that declares something. Blanks stand in its place, so that what follows is where it was.
#[must_use]
pub fn without_declarations(text: &str) -> Cow<'_, str> {
    let (Some(subset), Some(references)) = (Subset::of(text), references()) else { return Cow::Borrowed(text) };
    let blank = |byte: u8| if byte == b'\n' { '\n' } else { ' ' };
    let blanks: String = text[subset.start..subset.end].bytes().map(blank).collect();
    let behind = references.replace_all(&text[subset.end..], |found: &Captures<'_>| match found.get(1) {
        Some(name) if subset.entities.contains(name.as_str()) => format!("&amp;{};", name.as_str()),
        _ => found[0].to_owned(),
    });
    Cow::Owned(format!("{}{blanks}{behind}", &text[..subset.start]))
}

/// Where a place of the text without declarations is in the text itself: each reference before it has become longer.
pub(super) fn place_in(text: &str, without: &str, at: u64) -> u64 {
    let (mut there, mut here) = (0, 0);
    while (here as u64) < at && there < text.len() {
        let longer =
            without.as_bytes()[here..].starts_with(b"&amp;") && !text.as_bytes()[there..].starts_with(b"&amp;");
        here += if longer { "&amp;".len() } else { 1 };
        there += 1;
    }
    there as u64
}

/// References, and what they do not count in.
fn references() -> Option<&'static Regex> {
    static SHAPE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?s)<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>|&([^\s#&;<>]+);").ok());
    SHAPE.as_ref()
}

/// Where a DOCTYPE with declarations stands, and the general entities that it declares.
struct Subset<'t> {
    start: usize,
    end: usize,
    entities: BTreeSet<&'t str>,
}

impl<'t> Subset<'t> {
    /// None also where it is not as XML writes it: it stays, and is refused.
    fn of(text: &'t str) -> Option<Self> {
        let start = text.find("<!DOCTYPE")?;
        if !is_prolog(&text[..start]) {
            return None;
        }
        let head = &text[start..];
        let open = head.find(['[', '>']).filter(|at| head[*at..].starts_with('['))?;
        let named = head["<!DOCTYPE".len()..open].split_whitespace().next().is_some_and(is_name);
        let mut entities = BTreeSet::new();
        let mut at = start + open + 1;
        loop {
            let rest = &text[at..];
            let rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
            at = text.len() - rest.len();
            if let Some(behind) = rest.strip_prefix(']') {
                let behind = behind.trim_start_matches([' ', '\t', '\r', '\n']).strip_prefix('>')?;
                return named.then_some(Self { start, end: text.len() - behind.len(), entities });
            }
            let length = declaration(rest)?;
            if let Some(name) = entity(&rest[..length]) {
                entities.insert(name);
            }
            at += length;
        }
    }
}

/// Whether nothing but an XML declaration, comments, instructions and blanks stands there.
fn is_prolog(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}');
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        if rest.is_empty() {
            return true;
        }
        let Some(length) = between(rest, "<!--", "-->").or_else(|| between(rest, "<?", "?>")) else { return false };
        rest = &rest[length..];
    }
}

/// The length of the declaration, comment, instruction or reference at the beginning of a text.
fn declaration(text: &str) -> Option<usize> {
    if let Some(length) = between(text, "<!--", "-->").or_else(|| between(text, "<?", "?>")) {
        return Some(length);
    }
    if text.starts_with('%') {
        let end = text.find(';')?;
        return is_name(&text[1..end]).then_some(end + 1);
    }
    ["<!ENTITY", "<!ELEMENT", "<!ATTLIST", "<!NOTATION"].iter().find(|word| text.starts_with(**word))?;
    let mut quote = None;
    for (at, c) in text.char_indices().skip(2) {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '<') => return None,
            (None, '>') => return Some(at + 1),
            (None, _) => {}
        }
    }
    None
}

/// The length of what stands between two marks at the beginning of a text, with both.
fn between(text: &str, open: &str, close: &str) -> Option<usize> {
    let inside = text.strip_prefix(open)?;
    inside.find(close).map(|at| open.len() + at + close.len())
}

/// The name of a general entity that is declared.
fn entity(declaration: &str) -> Option<&str> {
    declaration.strip_prefix("<!ENTITY")?.split_whitespace().next().filter(|name| is_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::xml::read;

    #[test]
    fn what_is_declared_is_read_over_and_nothing_is_expanded() {
        for (document, text, uses) in [
            ("<!DOCTYPE a []><a>t</a>", "t", None),
            (
                "<?xml version='1.0'?>\n<!-- c -->\n<!DOCTYPE a [\n<!ELEMENT a (#PCDATA)>\n<!ATTLIST a x CDATA '>'>\n]>\n<a>t</a>",
                "t",
                None,
            ),
            ("<!DOCTYPE a SYSTEM 'a.dtd' [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a>t</a>", "t", None),
            ("<!DOCTYPE a [<!ENTITY e 'x'>]><a>1 &e; &amp; 2</a>", "1 &e; & 2", Some("e")),
            ("<!DOCTYPE a [<!ENTITY e 'x'>]><a><![CDATA[&e;]]><!-- &e; --></a>", "&e;", None),
            (
                "<!DOCTYPE a [<!ENTITY a 'aaa'><!ENTITY b '&a;&a;'> %p; <!-- ]> --> <?p ]>?>]><a>&b;</a>",
                "&b;",
                Some("b"),
            ),
        ] {
            assert_eq!(read(document).map(|node| node.text.to_string()).as_deref(), Ok(text), "{document}");
            assert_eq!(declared(document), Some(Declared { uses: uses.map(str::to_owned) }), "{document}");
            assert_eq!(crate::decode::xsd::parses(document), Ok(()), "{document}");
        }
        let node = read("<!DOCTYPE a [<!ENTITY e 'x'>]><a b='&e;'/>").expect("a document");
        assert_eq!(node.attribute("b"), Some("&e;"));
    }

    #[test]
    fn what_declares_nothing_or_is_none_stays() {
        for document in [
            "<a/>",
            "<!DOCTYPE a><a/>",
            "<!DOCTYPE a [<!ENTITY e 'x'>]",
            "<!DOCTYPE a [text]><a/>",
            "<!DOCTYPE a [<!ENTITY e '>]><a/>",
            "<!DOCTYPE [<!ENTITY e 'x'>]><a/>",
            "<a/><!DOCTYPE a []>",
            "<a><![CDATA[<!DOCTYPE a []>]]></a>",
        ] {
            assert_eq!((declared(document), &*without_declarations(document)), (None, document), "{document}");
        }
    }
}
