//! What kind of answer an exchange has.
//!
//! In: an exchange and the endpoint that was called. Out: a [`Seen`]: accepted, refused, strange, or nothing. A target that
//! answers 200 with an empty body, or with something else than was asked for, accepts nothing.

use std::{
    cell::RefCell,
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    rc::{Rc, Weak},
};

use serde_json::Value;

use crate::{
    decode::{json, xml},
    model::exchange::{Answer, Exchange, NoAnswerKind, Outcome},
    spec::{Endpoint, Media, Spec},
};

use super::media;

/// An exchange with its answer read.
pub(super) struct Seen<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) endpoint: &'a Endpoint,
    pub(super) kind: Kind,
    /// The body as XML, when it is.
    pub(super) xml: Option<Rc<xml::Node>>,
    /// The body as JSON, when it is.
    pub(super) json: Option<Value>,
}

/// What kind of answer it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// The documented success answer.
    Accepted,
    /// An error element, an error JSON, or a status of 400 and above.
    Refused,
    /// An answer that is neither, and why.
    Strange(String),
    /// No answer.
    Nothing(NoAnswerKind),
}

impl<'a> Seen<'a> {
    /// A part of the answer as if it were all of it.
    pub(super) fn part(&self, node: &xml::Node) -> Seen<'a> {
        let (exchange, endpoint, kind) = (self.exchange, self.endpoint, self.kind.clone());
        Seen { exchange, endpoint, kind, xml: Some(Rc::new(node.clone())), json: None }
    }
}

impl Seen<'_> {
    pub(super) fn answer(&self) -> Option<&Answer> {
        self.exchange.answer()
    }

    pub(super) fn accepted(&self) -> bool {
        self.kind == Kind::Accepted
    }

    /// What came, in a few words.
    pub(super) fn says(&self) -> String {
        let answer = match &self.exchange.outcome {
            Outcome::Answer(answer) => answer,
            Outcome::Nothing(nothing) => return format!("no answer: {}", nothing.says),
        };
        let status = answer.status;
        match &self.kind {
            Kind::Accepted => format!("an accepted request ({status})"),
            Kind::Refused => match self.message() {
                Some(message) => format!("a refusal ({status}): {}", shorten(&message)),
                None => format!("a refusal ({status})"),
            },
            Kind::Strange(why) => format!("an answer ({status}) that is no documented one: {why}"),
            Kind::Nothing(_) => "no answer".to_owned(),
        }
    }

    fn message(&self) -> Option<String> {
        if let Some(node) = self.xml.as_deref().and_then(error_in) {
            return Some(node.value().to_owned());
        }
        self.json.as_ref()?.get("message")?.as_str().map(str::to_owned)
    }
}

/// The first 120 characters of a text on one line.
pub(super) fn shorten(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(120) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// Reads the answer of an exchange.
pub(super) fn see<'a>(spec: &'a Spec, exchange: &'a Exchange) -> Option<Seen<'a>> {
    let endpoint = spec.endpoints.get(&exchange.endpoint)?;
    let mut seen = Seen { exchange, endpoint, kind: Kind::Refused, xml: None, json: None };
    let answer = match &exchange.outcome {
        Outcome::Nothing(nothing) => {
            seen.kind = Kind::Nothing(nothing.kind);
            return Some(seen);
        }
        Outcome::Answer(answer) => answer,
    };
    let body = answer.body.trim_start_matches('\u{feff}');
    let mut fault = None;
    if body.trim_start().starts_with('<') {
        match read_once(body.trim_start()) {
            Ok(node) => seen.xml = Some(node),
            Err(error) => fault = Some(format!("not well-formed XML {error}")),
        }
    } else if body.trim_start().starts_with(['{', '[']) {
        match json::read(body) {
            Ok(value) => seen.json = Some(value),
            Err(error) => fault = Some(format!("not JSON: {error}")),
        }
    }
    if seen.xml.is_none() && seen.json.is_none() && (200..300).contains(&answer.status) {
        match media::tree(endpoint.response.media, answer.raw()) {
            Ok(tree) => seen.xml = tree.map(Rc::new),
            Err(says) => fault = Some(says),
        }
    }
    // What need not be XML or JSON may begin as they do.
    let fault = fault.filter(|_| media::has_parts(endpoint.response.media));
    seen.kind = kind(&seen, answer, fault);
    Some(seen)
}

/// How many bytes of text the trees that are kept were read of. An answer is looked at for many requirements, and reading a large
/// report costs more than all that is looked up in it.
const KEPT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How many trees are kept.
const KEPT_MAX: usize = 64;

/// A text, by its hash and its length.
type Key = (u64, usize);

/// Trees that were read last, and those that somebody still looks at.
#[derive(Default)]
struct Kept {
    last: VecDeque<(Key, Rc<xml::Node>)>,
    /// Bytes of the texts of `last`.
    bytes: usize,
    alive: HashMap<Key, Weak<xml::Node>>,
}

impl Kept {
    fn find(&mut self, key: Key) -> Option<Rc<xml::Node>> {
        let tree = self.alive.get(&key)?.upgrade()?;
        if let Some(at) = self.last.iter().position(|(other, _)| *other == key)
            && let Some(used) = self.last.remove(at)
        {
            self.last.push_front(used);
        }
        Some(tree)
    }

    fn keep(&mut self, key: Key, tree: &Rc<xml::Node>) {
        self.alive.retain(|_, tree| tree.strong_count() > 0);
        self.alive.insert(key, Rc::downgrade(tree));
        self.last.push_front((key, Rc::clone(tree)));
        self.bytes += key.1;
        while self.last.len() > 1 && (self.last.len() > KEPT_MAX || self.bytes > KEPT_BYTES_MAX) {
            let Some((gone, _)) = self.last.pop_back() else { break };
            self.bytes -= gone.1;
        }
    }
}

/// Reads a document. Equal texts give one tree as long as somebody holds it.
fn read_once(text: &str) -> Result<Rc<xml::Node>, xml::XmlError> {
    thread_local! {
        static KEPT: RefCell<Kept> = RefCell::new(Kept::default());
    }
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let key = (hasher.finish(), text.len());
    if let Some(tree) = KEPT.with_borrow_mut(|kept| kept.find(key)) {
        return Ok(tree);
    }
    let tree = Rc::new(xml::read(text)?);
    KEPT.with_borrow_mut(|kept| kept.keep(key, &tree));
    Ok(tree)
}

fn kind(seen: &Seen<'_>, answer: &Answer, fault: Option<String>) -> Kind {
    if answer.status >= 400 {
        return Kind::Refused;
    }
    if media::leads_elsewhere(seen.endpoint.response.media, answer) {
        return Kind::Accepted;
    }
    if !(200..300).contains(&answer.status) {
        return Kind::Strange(format!("status {}", answer.status));
    }
    // Of a recording or a backup that is large the beginning is enough.
    let file = media::needs_no_end(seen.endpoint.response.media);
    if let Some(cut) = answer.cut.as_ref().filter(|_| !(file && answer.goes_on())) {
        return Kind::Strange(format!("the body is not whole: {cut}"));
    }
    if seen.xml.as_deref().and_then(error_in).is_some()
        || seen.json.as_ref().is_some_and(|json| json.get("error").is_some())
    {
        return Kind::Refused;
    }
    if let Some(fault) = fault {
        return Kind::Strange(fault);
    }
    match success(seen, answer) {
        Ok(()) => Kind::Accepted,
        Err(why) => Kind::Strange(why),
    }
}

fn error_in(root: &xml::Node) -> Option<&xml::Node> {
    if root.name == "schema" { None } else { root.find(&|node| node.name == "error") }
}

/// Whether the answer is the documented success answer.
fn success(seen: &Seen<'_>, answer: &Answer) -> Result<(), String> {
    let (endpoint, response) = (seen.endpoint, &seen.endpoint.response);
    if response.json_schema.is_some() {
        return seen.json.as_ref().map(|_| ()).ok_or_else(|| "the body is no JSON".to_owned());
    }
    if response.media != Media::Document {
        return media::fits(response.media, seen.xml.as_deref(), answer);
    }
    if response.undocumented {
        let empty = answer.body.trim().is_empty();
        return if empty || seen.xml.is_some() { Ok(()) } else { Err("the body is neither empty nor XML".to_owned()) };
    }
    let Some(root) = &seen.xml else {
        let documented = response.root.is_some() || response.success.is_some() || !endpoint.elements.is_empty();
        return match (documented, answer.body.trim().is_empty()) {
            (_, true) => Err("the body is empty".to_owned()),
            (true, false) => Err("the body is no XML".to_owned()),
            (false, false) => Ok(()),
        };
    };
    if response.root.as_deref() == Some(root.name.as_str()) || has_documented(endpoint, root) {
        return Ok(());
    }
    if response.root.is_none() && response.success.is_none() && endpoint.elements.is_empty() {
        return Ok(());
    }
    Err(format!("the root element is `{}` and nothing documented is in it", root.name))
}

/// Whether any element that the guide names for the answer stands anywhere in it.
fn has_documented(endpoint: &Endpoint, root: &xml::Node) -> bool {
    let below_root = usize::from(endpoint.response.root.is_some());
    let mut names: Vec<&str> = endpoint
        .elements
        .iter()
        .filter_map(|row| row.path.split('/').nth(below_root))
        .filter(|name| !name.starts_with('@'))
        .collect();
    if endpoint.response.success.is_some() {
        names.push("success");
    }
    root.find(&|node| names.contains(&node.name.as_str())).is_some()
}
