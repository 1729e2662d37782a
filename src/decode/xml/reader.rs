//! From the text of a document to its tree.
//!
//! In: a text. Out: the tree, or the first place where the text is not well-formed or passes a bound.

use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
};

use compact_str::format_compact;
use quick_xml::{
    NsReader, XmlVersion,
    events::{BytesStart, Event},
    name::{NamespaceResolver, ResolveResult},
};
use regex::Regex;

use super::{
    ATTRIBUTES_MAX, DEPTH_MAX, NODES_MAX, Node, XmlError, XmlErrorKind,
    doctype::{place_in, without_declarations},
    names::{is_character, is_doctype, is_name, named, unlawful_character},
};

/// Reads a document.
///
/// # Errors
/// The first place where the text is not well-formed, or where it passes a bound.
pub fn read(text: &str) -> Result<Node, XmlError> {
    match without_declarations(text) {
        Cow::Borrowed(text) => read_plain(text),
        Cow::Owned(without) => {
            read_plain(&without).map_err(|error| XmlError { at: place_in(text, &without, error.at), ..error })
        }
    }
}

/// Reads a document that declares nothing itself.
fn read_plain(text: &str) -> Result<Node, XmlError> {
    if let Some(at) = unlawful_character(text) {
        return Err(XmlError { at: at as u64, kind: XmlErrorKind::Character });
    }
    let body = text.trim_start_matches('\u{feff}');
    let skipped = (text.len() - body.len()) as u64;
    let mut reader = NsReader::from_str(body);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Node> = Vec::new();
    let mut root: Option<Node> = None;
    let mut nodes = 0_usize;
    let mut last = LastNamespace::default();
    let mut doctype = false;
    loop {
        let before = reader.buffer_position();
        let (namespace, event) = match reader.read_resolved_event() {
            Ok((namespace, event)) => (last.of(&namespace), event),
            Err(error) => return Err(XmlError { at: skipped + reader.error_position(), kind: error.into() }),
        };
        let behind = reader.buffer_position();
        let at = skipped + behind;
        let error = |kind: XmlErrorKind| XmlError { at, kind };
        let grammar = |says: String| error(XmlErrorKind::Grammar(says));
        match event {
            Event::Start(start) => {
                if open.is_empty() && root.is_some() {
                    return Err(error(XmlErrorKind::SecondRoot));
                }
                if open.len() >= DEPTH_MAX {
                    return Err(error(XmlErrorKind::TooDeep));
                }
                let namespace = namespace.map_err(|kind| XmlError { at: 0, kind })?;
                let node = start_of(&start, namespace, reader.resolver(), at)?;
                nodes += 1 + node.attributes.len();
                if nodes > NODES_MAX {
                    return Err(error(XmlErrorKind::TooMany));
                }
                open.push(node);
            }
            Event::End(_) => {
                let Some(mut node) = open.pop() else { return Err(error(XmlErrorKind::EndTag)) };
                // Most elements have few children, and a list that grows takes the room of four at once.
                node.children.shrink_to_fit();
                match open.last_mut() {
                    Some(parent) => parent.children.push(node),
                    None => root = Some(node),
                }
            }
            Event::Text(piece) => {
                let piece = piece.xml_content(XmlVersion::Implicit1_0).map_err(|parser| grammar(parser.to_string()))?;
                if piece.contains("]]>") {
                    return Err(error(XmlErrorKind::CdataEnd));
                }
                add_text(&mut open, &piece, at)?;
            }
            Event::CData(piece) => {
                let piece = piece.xml_content(XmlVersion::Implicit1_0).map_err(|parser| grammar(parser.to_string()))?;
                if open.is_empty() {
                    return Err(error(XmlErrorKind::TextOutside));
                }
                add_text(&mut open, &piece, at)?;
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|parser| grammar(parser.to_string()))?;
                let text = match reference.resolve_char_ref() {
                    Ok(Some(c)) if is_character(c) => c.to_string(),
                    Ok(Some(_)) => return Err(error(XmlErrorKind::CharacterReference)),
                    Ok(None) => predefined(&name).ok_or_else(|| error(XmlErrorKind::Entity))?.to_owned(),
                    Err(parser) => return Err(grammar(parser.to_string())),
                };
                if open.is_empty() {
                    return Err(error(XmlErrorKind::TextOutside));
                }
                add_text(&mut open, &text, at)?;
            }
            // One that declares nothing changes nothing. What it names outside is never fetched.
            Event::DocType(_) => {
                let written = usize::try_from(before).ok().zip(usize::try_from(behind).ok());
                let written = written.and_then(|(from, to)| body.get(from..to)).unwrap_or_default();
                if doctype || root.is_some() || !open.is_empty() || !is_doctype(written) {
                    return Err(error(XmlErrorKind::Doctype));
                }
                doctype = true;
            }
            Event::Eof => break,
            Event::Decl(declaration) => {
                let start = at - declaration.len() as u64 - "<??>".len() as u64;
                if start > skipped {
                    return Err(error(XmlErrorKind::DeclarationPlace));
                }
                declared(&String::from_utf8_lossy(&declaration)).map_err(error)?;
            }
            Event::PI(instruction) => {
                let target = String::from_utf8_lossy(instruction.target()).into_owned();
                if !is_name(&target) || target.eq_ignore_ascii_case("xml") {
                    return Err(error(XmlErrorKind::Instruction(target)));
                }
            }
            Event::Comment(comment) => {
                if format!("{}-", String::from_utf8_lossy(&comment)).contains("--") {
                    return Err(error(XmlErrorKind::Comment));
                }
            }
            Event::Empty(_) => {}
        }
    }
    let end = text.len() as u64;
    if let Some(last) = open.last() {
        return Err(XmlError { at: end, kind: XmlErrorKind::NotClosed(last.name.to_string()) });
    }
    root.ok_or(XmlError { at: end, kind: XmlErrorKind::NoElement })
}

/// The bytes are UTF-8 already. A declaration may say otherwise only where ASCII stays the same: under any other label, such as
/// UTF-7, libxml2 would see markup that is not seen here.
fn declared(declaration: &str) -> Result<(), XmlErrorKind> {
    static SHAPE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let version = r#"\s+version\s*=\s*(?:"1\.[0-9]+"|'1\.[0-9]+')"#;
        let encoding = r#"\s+encoding\s*=\s*(?:"([A-Za-z][A-Za-z0-9._-]*)"|'([A-Za-z][A-Za-z0-9._-]*)')"#;
        let standalone = r#"\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)')"#;
        Regex::new(&format!(r"^xml{version}(?:{encoding})?(?:{standalone})?\s*$")).ok()
    });
    let shape = SHAPE.as_ref().and_then(|shape| shape.captures(declaration)).ok_or(XmlErrorKind::DeclarationShape)?;
    let Some(label) = shape.get(1).or_else(|| shape.get(2)) else { return Ok(()) };
    let label = label.as_str().to_ascii_lowercase();
    let same = ["utf-8", "utf8", "us-ascii", "ascii"].contains(&label.as_str())
        || label.strip_prefix("iso-8859-").is_some_and(|part| (1..=16).any(|n| n != 12 && part == n.to_string()))
        || label.strip_prefix("windows-125").is_some_and(|part| part.len() == 1 && "012345678".contains(part));
    if same { Ok(()) } else { Err(XmlErrorKind::Encoding) }
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
struct LastNamespace(Vec<u8>, Arc<str>);

impl LastNamespace {
    fn of(&mut self, result: &ResolveResult<'_>) -> Result<Arc<str>, XmlErrorKind> {
        match result {
            ResolveResult::Bound(namespace) => {
                if self.0 != namespace.0 {
                    *self = Self(namespace.0.to_vec(), value_of(namespace.0)?.into());
                }
                Ok(Arc::clone(&self.1))
            }
            ResolveResult::Unbound => Ok(Arc::default()),
            ResolveResult::Unknown(prefix) => Err(XmlErrorKind::Prefix(String::from_utf8_lossy(prefix).into_owned())),
        }
    }
}

/// A namespace as it reads.
fn value_of(namespace: &[u8]) -> Result<String, XmlErrorKind> {
    let raw = String::from_utf8_lossy(namespace).replace("\r\n", " ").replace(['\t', '\n', '\r'], " ");
    let value = quick_xml::escape::unescape(&raw).map_err(|parser| XmlErrorKind::Grammar(parser.to_string()))?;
    Ok(value.into_owned())
}

fn start_of(
    start: &BytesStart<'_>,
    namespace: Arc<str>,
    resolver: &NamespaceResolver,
    at: u64,
) -> Result<Node, XmlError> {
    let error = |kind: XmlErrorKind| XmlError { at, kind };
    named(start.name().as_ref()).map_err(error)?;
    if !spaced(start.attributes_raw()) {
        return Err(error(XmlErrorKind::NoBlank));
    }
    let mut attributes = Vec::new();
    for (number, attribute) in start.attributes().enumerate() {
        if number == ATTRIBUTES_MAX {
            return Err(error(XmlErrorKind::TooManyAttributes));
        }
        let attribute = attribute.map_err(|parser| error(XmlErrorKind::Grammar(parser.to_string())))?;
        named(attribute.key.as_ref()).map_err(error)?;
        if attribute.value.contains(&b'<') {
            return Err(error(XmlErrorKind::LessThan));
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|parser| error(XmlErrorKind::Grammar(parser.to_string())))?;
        if unlawful_character(&value).is_some() {
            return Err(error(XmlErrorKind::CharacterReference));
        }
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (space, local) = resolver.resolve_attribute(attribute.key);
        let local = String::from_utf8_lossy(local.as_ref());
        let name = match space {
            ResolveResult::Unbound => local.into(),
            ResolveResult::Bound(space) => format_compact!("{{{}}}{local}", value_of(space.0).map_err(error)?),
            // Nobody says whose it is.
            ResolveResult::Unknown(_) => String::from_utf8_lossy(attribute.key.as_ref()).into(),
        };
        attributes.push((name, value.into()));
    }
    attributes.shrink_to_fit();
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

fn add_text(open: &mut [Node], piece: &str, at: u64) -> Result<(), XmlError> {
    match open.last_mut() {
        Some(node) => node.text.push_str(piece),
        None if piece.trim_matches(|c| " \t\r\n".contains(c)).is_empty() => {}
        None => return Err(XmlError { at, kind: XmlErrorKind::TextOutside }),
    }
    Ok(())
}
