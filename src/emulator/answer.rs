//! An answer before it is written: what kind of request it answers, its headers, and its body as a tree.
//!
//! In: what the routes and commands made. Out: a [`Response`]. Structural defects bend the tree in
//! between; the few defects of the writing itself are here.

use serde_json::Value;

use super::http::Response;
use super::switches::ActiveDefects;
use super::xml::{Element, Kind, Manner, write};

/// The namespace of command answers (p. 5 and p. 164).
pub(crate) const VENDOR_NAMESPACE: &str = "https://www.beyondtrust.com/namespaces/API/command";

#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) kind: Kind,
    /// The guide names it.
    pub(crate) documented: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) kind: Kind,
    pub(crate) documented: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    Empty,
    Text {
        media: &'static str,
        text: String,
    },
    Json(Vec<Member>),
    Xml {
        root: Element,
        namespace: String,
    },
    /// A file as it is: a recording, an archive.
    Raw {
        media: String,
        bytes: Vec<u8>,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The request kind that a defect of this answer touches.
    pub(crate) kind: String,
    pub(crate) status: u16,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Body,
}

impl Answer {
    pub(crate) fn new(kind: &str, status: u16, body: Body) -> Answer {
        Answer { kind: kind.to_owned(), status, headers: Vec::new(), body }
    }

    pub(crate) fn text(kind: &str, status: u16, text: &str) -> Answer {
        Answer::new(kind, status, Body::Text { media: "text/plain; charset=UTF-8", text: text.to_owned() })
    }

    pub(crate) fn header(mut self, name: &str, value: impl ToString, kind: Kind) -> Answer {
        self.headers.push(Header { name: name.to_owned(), value: value.to_string(), kind, documented: false });
        self
    }

    pub(crate) fn documented_header(mut self, name: &str, value: impl ToString, kind: Kind) -> Answer {
        self.headers.push(Header { name: name.to_owned(), value: value.to_string(), kind, documented: true });
        self
    }

    /// The answer as bytes.
    pub(crate) fn write(self, defects: &ActiveDefects) -> Response {
        let mut headers: Vec<(String, String)> =
            self.headers.into_iter().map(|header| (header.name, header.value)).collect();
        let general = general(&self.kind);
        let (media, body) = match self.body {
            Body::Empty => (None, Vec::new()),
            Body::Text { media, text } => (Some(media.to_owned()), text.into_bytes()),
            Body::Json(members) => {
                (Some("application/json".to_owned()), write_json(&self.kind, &members, defects).into_bytes())
            }
            Body::Xml { root, namespace } => {
                let latin = defects.has(general, "encoding-misdeclared");
                let media = if latin { "text/xml; charset=ISO-8859-1" } else { "text/xml; charset=UTF-8" };
                (Some(media.to_owned()), write_xml(general, &root, &namespace, defects).into_bytes())
            }
            Body::Raw { media, bytes } => (Some(media), bytes),
        };
        if let Some(media) = media {
            headers.push(("Content-Type".to_owned(), media));
        }
        Response { status: self.status, headers, body }
    }
}

/// A member of the JSON answers that the guide names.
pub(crate) fn member(name: &str, value: impl Into<Value>, kind: Kind) -> Member {
    Member { name: name.to_owned(), value: value.into(), kind, documented: true }
}

fn write_json(kind: &str, members: &[Member], defects: &ActiveDefects) -> String {
    let lines: Vec<String> =
        members.iter().map(|member| format!("  {}: {}", Value::from(member.name.as_str()), member.value)).collect();
    let between = if defects.has_of_family(kind, "json-without-commas") { "\n" } else { ",\n" };
    format!("{{\n{}\n}}\n", lines.join(between))
}

/// The kind whose defects of writing an answer has: that of its API.
fn general(kind: &str) -> &'static str {
    if kind.starts_with("reporting/") || kind.starts_with("archive/") { "reporting/general" } else { "command/general" }
}

fn write_xml(general: &str, root: &Element, namespace: &str, defects: &ActiveDefects) -> String {
    let general = |what: &str| defects.has_of_family(general, what);
    let changed = namespace.replace("/namespaces/API/", "/namespaces/");
    let namespace = match () {
        () if general("namespace-missing") => None,
        () if general("namespace-changed") => Some(changed.as_str()),
        () => Some(namespace),
    };
    let encoding = if general("encoding-misdeclared") { "ISO-8859-1" } else { "UTF-8" };
    let written = write(root, &Manner { namespace, encoding, escaped: !general("text-not-escaped") });
    if general("not-well-formed") {
        return written.trim_end().trim_end_matches('>').to_owned();
    }
    if general("non-ascii-lost") {
        return written.chars().map(|letter| if letter.is_ascii() { letter } else { '?' }).collect();
    }
    if general("comment-before-declaration") {
        return format!("<!-- answer -->{written}");
    }
    written
}
