//! Answers in other notations, as XML and JSON let them be written.
//!
//! In: an answer of the emulator. Out: the same values, written otherwise.

use std::{
    fmt::Write as _,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use serde_json::Value;
use touchmark::emulator::Response;

/// An element with what is in it, in order.
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    inside: Vec<Inside>,
}

enum Inside {
    Element(Element),
    Text(String),
}

/// Bits that decide the notation, drawn one after another.
struct Draw(u64);

impl Draw {
    /// A number below a bound.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn yes(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// The charset of a document.
#[derive(Clone, Copy, PartialEq)]
enum Charset {
    Utf8,
    Utf16,
    Latin1,
    /// One of which only the characters of ASCII are used, by its label.
    Ascii(&'static str),
}

fn text_of(bytes: &[u8]) -> String {
    quick_xml::escape::unescape(std::str::from_utf8(bytes).expect("UTF-8")).expect("known entities").into_owned()
}

fn begun(start: &BytesStart<'_>) -> Element {
    let attributes = start.attributes().map(|one| {
        let one = one.expect("an attribute");
        (String::from_utf8_lossy(one.key.as_ref()).into_owned(), text_of(&one.value))
    });
    Element {
        name: String::from_utf8_lossy(start.name().as_ref()).into_owned(),
        attributes: attributes.collect(),
        inside: Vec::new(),
    }
}

/// The tree of a document as the emulator writes one; none of what is no XML.
fn read(text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let add_text = |open: &mut Vec<Element>, more: &str| {
        let Some(parent) = open.last_mut() else { return };
        match parent.inside.last_mut() {
            Some(Inside::Text(text)) => text.push_str(more),
            _ => parent.inside.push(Inside::Text(more.to_owned())),
        }
    };
    loop {
        let done = match reader.read_event().ok()? {
            Event::Start(start) => {
                open.push(begun(&start));
                None
            }
            Event::Empty(start) => Some(begun(&start)),
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                add_text(&mut open, &text_of(&text));
                None
            }
            Event::CData(text) => {
                add_text(&mut open, std::str::from_utf8(&text).expect("UTF-8"));
                None
            }
            Event::GeneralRef(name) => {
                let name = format!("&{};", String::from_utf8_lossy(&name));
                add_text(&mut open, &text_of(name.as_bytes()));
                None
            }
            Event::Eof | Event::DocType(_) => return None,
            _ => None,
        };
        if let Some(element) = done {
            match open.last_mut() {
                Some(parent) => parent.inside.push(Inside::Element(element)),
                None => return Some(element),
            }
        }
    }
}

/// How one document is written.
struct Writer {
    draw: Draw,
    charset: Charset,
    /// Whether elements get prefixes for their default namespace.
    prefixes: bool,
    /// Whether each element declares its namespace anew.
    each: bool,
    /// Whether attributes and elements of another namespace are added, under the names of those that are there.
    foreign: bool,
    out: String,
}

impl Writer {
    /// The greatest character that the charset has.
    fn greatest(&self) -> u32 {
        match self.charset {
            Charset::Utf8 | Charset::Utf16 => u32::MAX,
            Charset::Latin1 => 0xff,
            Charset::Ascii(_) => 0x7f,
        }
    }

    fn escaped(&self, text: &str, quote: char) -> String {
        let mut out = String::new();
        for c in text.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '\r' => out.push_str("&#13;"),
                '\n' | '\t' if quote != ' ' => {
                    let _ = write!(out, "&#{};", u32::from(c));
                }
                c if c == quote && quote != ' ' => {
                    let _ = write!(out, "&#x{:X};", u32::from(c));
                }
                c if u32::from(c) > self.greatest() => {
                    let _ = write!(out, "&#x{:x};", u32::from(c));
                }
                c => out.push(c),
            }
        }
        out
    }

    fn text(&mut self, text: &str) {
        let cut = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
        let (before, behind) = text.split_at(cut);
        let greatest = self.greatest();
        let in_cdata = |text: &str| {
            !text.is_empty()
                && !text.contains("]]>")
                && !text.contains('\r')
                && text.chars().all(|c| u32::from(c) <= greatest)
        };
        let written = match self.draw.below(7) {
            1 if in_cdata(text) => format!("<![CDATA[{text}]]>"),
            2 if in_cdata(behind) => format!("{}<![CDATA[{behind}]]>", self.escaped(before, ' ')),
            3 => text.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect(),
            4 => format!("{}<!-- & <b> -->{}", self.escaped(before, ' '), self.escaped(behind, ' ')),
            5 => format!("{}<?note here?>{}", self.escaped(before, ' '), self.escaped(behind, ' ')),
            6 => text
                .replace('&', "&amp;")
                .replace('<', "&#60;")
                .replace('"', "&quot;")
                .replace('\'', "&apos;")
                .replace('\r', "&#xD;"),
            _ => self.escaped(text, ' '),
        };
        // What the sixth way leaves as it is may have no place in the charset.
        let written: String = written
            .chars()
            .map(|c| if u32::from(c) > greatest { format!("&#{};", u32::from(c)) } else { c.to_string() })
            .collect();
        self.out.push_str(&written);
    }

    fn blanks(&mut self) {
        let blanks = ["", "\n  ", " ", "<!-- between -->", "\t\n", "<?between?>"];
        let one = usize::try_from(self.draw.below(6)).expect("small");
        self.out.push_str(blanks[one]);
    }

    fn element(&mut self, element: &Element, space: Option<&str>, prefix: &str) {
        let own = element.attributes.iter().find(|(name, _)| name == "xmlns").map(|(_, value)| value.as_str());
        let space = own.or(space);
        let top = prefix.is_empty();
        let anew = self.each && self.draw.yes();
        let mut attributes: Vec<(String, String)> = element.attributes.clone();
        let mut inner = prefix.to_owned();
        if let Some(space) = space.filter(|_| self.prefixes) {
            attributes.retain(|(name, _)| name != "xmlns");
            if own.is_some() || anew || top {
                inner = ["p", "ns0", "soap.x", "_"][usize::try_from(self.draw.below(4)).expect("small")].to_owned();
                attributes.push((format!("xmlns:{inner}"), space.to_owned()));
            }
        } else if let (Some(space), None, true) = (space, own, anew) {
            attributes.push(("xmlns".to_owned(), space.to_owned()));
        }
        if self.foreign {
            let own = element.attributes.iter().filter(|(name, _)| !name.starts_with("xmlns"));
            attributes.extend(own.map(|(name, _)| (format!("v:{name}"), "zz".to_owned())));
            attributes.extend(
                [("v:id", "zz"), ("xmlns:v", "urn:vendor"), ("xml:lang", "de")]
                    .map(|(name, value)| (name.to_owned(), value.to_owned())),
            );
            let mut names = std::collections::BTreeSet::new();
            attributes.retain(|(name, _)| names.insert(name.clone()));
        }
        if self.draw.yes() {
            attributes.reverse();
        }
        let name =
            if self.prefixes && space.is_some() { format!("{inner}:{}", element.name) } else { element.name.clone() };
        let _ = write!(self.out, "<{name}");
        for (name, value) in &attributes {
            let quote = if self.draw.yes() { '"' } else { '\'' };
            let equals = if self.draw.yes() { "=" } else { " = " };
            let between = if self.draw.yes() { " " } else { "\n\t" };
            let value = self.escaped(value, quote);
            let _ = write!(self.out, "{between}{name}{equals}{quote}{value}{quote}");
        }
        if element.inside.is_empty() && self.draw.yes() {
            self.out.push_str("/>");
            return;
        }
        self.out.push('>');
        let only_elements = !element.inside.is_empty()
            && element.inside.iter().all(|one| match one {
                Inside::Element(_) => true,
                Inside::Text(text) => text.trim().is_empty(),
            })
            && element.inside.iter().any(|one| matches!(one, Inside::Element(_)));
        for one in &element.inside {
            match one {
                Inside::Element(child) => {
                    if only_elements {
                        self.blanks();
                    }
                    if self.foreign && only_elements {
                        let _ = write!(self.out, "<v:{0} id='zz'>zz</v:{0}>", child.name);
                    }
                    self.element(child, space, &inner);
                }
                Inside::Text(text) if !only_elements => self.text(text),
                Inside::Text(_) => {}
            }
        }
        if only_elements {
            self.blanks();
        }
        let _ = write!(self.out, "</{name}{}>", if self.draw.yes() { "" } else { " \n" });
    }
}

/// The document in another notation, with the header that goes with it.
fn xml_anew(text: &str, mut draw: Draw, foreign: bool) -> Option<(Vec<u8>, String)> {
    let root = read(text)?;
    let labels = ["koi8-r", "Shift_JIS", "EUC-KR", "GB18030", "Big5", "ISO-2022-JP", "TIS-620", "macintosh", "latin1"];
    let charset = match draw.below(8) {
        0 => Charset::Utf16,
        1 | 2 => Charset::Latin1,
        3 => Charset::Ascii(labels[usize::try_from(draw.below(9)).expect("small")]),
        _ => Charset::Utf8,
    };
    // A schema has names with prefixes in its values.
    let plain = root.name.ends_with("schema") || root.name.contains(':');
    let (prefixes, each) = (!plain && draw.yes(), !plain && draw.yes());
    let (label, in_header) = match charset {
        Charset::Utf8 => ("UTF-8", draw.yes()),
        Charset::Utf16 => ("UTF-16", draw.yes()),
        Charset::Latin1 => ("ISO-8859-1", draw.yes()),
        Charset::Ascii(label) => (label, draw.yes()),
    };
    let mut out = String::new();
    if charset != Charset::Utf8 || draw.yes() {
        let _ = write!(out, "<?xml version='1.0' encoding=\"{label}\" ?>");
        out.push_str(
            ["", "\n", "<!-- begins -->", "\n<?begins now?>\n"][usize::try_from(draw.below(4)).expect("small")],
        );
    }
    if draw.below(4) == 0 {
        let outside = [
            "",
            " SYSTEM 'answer.dtd'",
            " PUBLIC \"-//A//B//EN\" 'http://127.0.0.1:9/answer.dtd'",
            " [\n<!ELEMENT any ANY>\n<!ENTITY one 'two'>\n]",
            " SYSTEM 'answer.dtd' [<!ATTLIST any at CDATA #IMPLIED><!-- ]> -->]",
        ];
        let _ = write!(out, "<!DOCTYPE {}{}>", root.name, outside[usize::try_from(draw.below(5)).expect("small")]);
    }
    let mut writer = Writer { draw, charset, prefixes, each, foreign: foreign && !plain, out };
    writer.element(&root, None, "");
    let text = writer.out + ["", "\n", "<!-- ends -->"][usize::try_from(writer.draw.below(3)).expect("small")];
    let bytes = match charset {
        Charset::Utf8 => text.into_bytes(),
        Charset::Utf16 => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Charset::Latin1 | Charset::Ascii(_) => {
            text.chars().map(|c| u8::try_from(u32::from(c)).expect("escaped")).collect()
        }
    };
    let header = if in_header { format!("application/xml; charset={label}") } else { "text/xml".to_owned() };
    Some((bytes, header))
}

fn json_anew(value: &Value, draw: &mut Draw, out: &mut String) {
    let blanks = |draw: &mut Draw| ["", " ", "\n\t"][usize::try_from(draw.below(3)).expect("small")];
    out.push_str(blanks(draw));
    match value {
        Value::String(text) => string_anew(text, draw, out),
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                out.push(if number == 0 { '[' } else { ',' });
                json_anew(item, draw, out);
            }
            out.push_str(if items.is_empty() { "[ ]" } else { "]" });
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            if draw.yes() {
                members.reverse();
            }
            out.push('{');
            for (number, (name, value)) in members.into_iter().enumerate() {
                out.push_str(if number == 0 { "" } else { "," });
                string_anew(name, draw, out);
                out.push_str(if draw.yes() { ":" } else { " :" });
                json_anew(value, draw, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
    out.push_str(blanks(draw));
}

fn string_anew(text: &str, draw: &mut Draw, out: &mut String) {
    let escape = draw.below(3);
    out.push('"');
    for unit in text.chars() {
        match (escape, unit) {
            (1, '/') => out.push_str("\\/"),
            (0, c) => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                let _ = write!(out, "\\u{unit:04X}");
            }),
            (_, c) => {
                let quoted = Value::from(c.to_string()).to_string();
                out.push_str(&quoted[1..quoted.len() - 1]);
            }
        }
    }
    out.push('"');
}

/// Writes an answer anew, where it is XML or JSON. The same answer is written in the same way, since a run keeps equal answers once.
pub(crate) fn rewrite(response: &mut Response, foreign: bool) {
    let Ok(text) = std::str::from_utf8(&response.body) else { return };
    let mut hasher = DefaultHasher::new();
    response.body.hash(&mut hasher);
    let mut draw = Draw(hasher.finish());
    let content_type = response.headers.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let Some((_, content_type)) = content_type else { return };
    if content_type.contains("xml") {
        if let Some((body, header)) = xml_anew(text, draw, foreign) {
            *content_type = header;
            response.body = body;
        }
    } else if content_type.contains("json")
        && let Ok(value) = serde_json::from_str::<Value>(text)
    {
        let mut out = String::new();
        json_anew(&value, &mut draw, &mut out);
        response.body = out.into_bytes();
    }
}
