//! An answer that was read.
//!
//! In: an exchange, what kind of answer it has, and its body as a tree. Out: a [`Heard`], which is made once and handed on to all who
//! look at the answer. Nothing here reads bytes.

use std::{
    borrow::Cow,
    fmt,
    ops::Deref,
    sync::{Arc, LazyLock},
};

use serde_json::Value;

use crate::{
    decode::xml::Node,
    model::exchange::{Answer, Exchange, NoAnswerKind, Outcome},
};

/// An exchange with its answer read.
#[derive(Debug, Clone)]
pub struct Heard<'a> {
    /// What was sent and what came back.
    pub exchange: Cow<'a, Exchange>,
    /// What kind of answer it is.
    pub class: AnswerClass,
    /// Its body.
    pub body: Arc<Body>,
}

/// What kind of answer it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerClass {
    /// The documented success answer.
    Accepted,
    /// It says that nothing was found, as an error, where the guide has an empty list.
    Empty,
    /// The page that is given where nothing is asked for, too: it neither accepts nor refuses.
    Idle,
    /// An error element, an error JSON, or a status from 400 to 499.
    Refused,
    /// A status of 500 and above, or a body whose end was lost, and which: it neither accepts nor refuses.
    Failed(String),
    /// An answer that is neither, and why.
    Strange(String),
    /// No answer.
    Nothing(NoAnswerKind),
}

/// A part of an answer that is made when it is first looked at: it takes many times the room of what it is made of, and of many
/// conversations side by side nobody looks at more than whether all came that was waited for.
pub struct Late<T>(LazyLock<T, Box<dyn FnOnce() -> T + Send>>);

impl<T> Late<T> {
    /// What it is made by.
    pub fn new(made: impl FnOnce() -> T + Send + 'static) -> Self {
        Self(LazyLock::new(Box::new(made)))
    }
}

impl<T> Deref for Late<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: PartialEq> PartialEq for Late<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: fmt::Debug> fmt::Debug for Late<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// A body that was read.
#[derive(Debug, PartialEq)]
pub enum Body {
    /// XML, or a file that is looked at as a tree.
    Xml(Node),
    /// JSON.
    Json(Value),
    /// What was said over a WebSocket.
    Conversation {
        /// The count of things that were waited for and did not come.
        unheard: usize,
        /// Its messages, and what is counted of it.
        view: Late<Value>,
        /// The rows that it gave, each an element named as its table.
        model: Late<Node>,
    },
    /// Neither, and it need not be.
    Other,
    /// It should be one of them and cannot be read, and why.
    Broken(String),
}

impl Body {
    /// The tree, when it is XML.
    #[must_use]
    pub fn xml(&self) -> Option<&Node> {
        match self {
            Self::Xml(root) => Some(root),
            Self::Conversation { model, .. } => Some(model),
            _ => None,
        }
    }

    /// The value, when it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<&Value> {
        match self {
            Self::Json(value) => Some(value),
            Self::Conversation { view, .. } => Some(view),
            _ => None,
        }
    }

    /// The element that makes an answer a refusal. A schema may well declare one of that name.
    #[must_use]
    pub fn error(&self) -> Option<&Node> {
        let root = if let Self::Xml(root) = self { Some(root) } else { None };
        root.filter(|root| root.name != "schema").and_then(|root| root.find(&|node| node.name == "error"))
    }
}

impl Heard<'_> {
    /// The answer, when there is one.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        self.exchange.answer()
    }

    /// Whether it is the documented success answer, or says that there is nothing to answer with.
    #[must_use]
    pub fn accepted(&self) -> bool {
        matches!(self.class, AnswerClass::Accepted | AnswerClass::Empty)
    }

    /// Whether it is a refusal.
    #[must_use]
    pub fn refused(&self) -> bool {
        self.class == AnswerClass::Refused
    }

    /// Whether it was turned away for being one of too many: a refusal, or the status 503 (p. 7 names neither).
    #[must_use]
    pub fn turned_away(&self) -> bool {
        self.refused() || self.answer().is_some_and(|answer| answer.status == 503)
    }

    /// Whether it is a conversation in which all came that was waited for.
    #[must_use]
    pub fn heard_all(&self) -> bool {
        matches!(&*self.body, Body::Conversation { unheard: 0, .. })
    }

    /// The same, with the exchange for its own.
    #[must_use]
    pub fn into_owned(self) -> Heard<'static> {
        Heard { exchange: Cow::Owned(self.exchange.into_owned()), class: self.class, body: self.body }
    }

    /// What came, in a few words.
    #[must_use]
    pub fn summary(&self) -> String {
        let answer = match &self.exchange.outcome {
            Outcome::Answer(answer) => answer,
            Outcome::Nothing(nothing) => return format!("no answer: {}", nothing.says),
        };
        let status = answer.status;
        match &self.class {
            AnswerClass::Accepted => format!("an accepted request ({status}){}", self.how_it_ended()),
            AnswerClass::Empty => format!("an accepted request ({status}) for which nothing was found"),
            AnswerClass::Idle => format!("the page ({status}) that is also given where nothing is asked for"),
            AnswerClass::Refused => match self.message() {
                Some(message) => format!("a refusal ({status}): {}", shorten(&message)),
                None => format!("a refusal ({status})"),
            },
            AnswerClass::Failed(why) => format!("an answer ({status}) that neither accepts nor refuses: {why}"),
            AnswerClass::Strange(why) => format!("an answer ({status}) that is no documented one: {why}"),
            AnswerClass::Nothing(_) => "no answer".to_owned(),
        }
    }

    /// Why no more was heard in a conversation; nothing where it could have gone on, and of any other answer.
    fn how_it_ended(&self) -> String {
        let Body::Conversation { view, .. } = &*self.body else { return String::new() };
        let messages = view["messages"].as_array().into_iter().flatten();
        let unreadable =
            messages.zip(1..).find_map(|(message, number)| Some((number, message["unreadable"].as_str()?)));
        if let (None, Some((number, why))) = (view["cut"].as_str(), unreadable) {
            return format!(", whose message {number} cannot be read: {}", shorten(why));
        }
        match (view["cut"].as_str(), view["end"].as_str(), view.get("closed")) {
            (Some(cut), ..) => format!(", of which no more was read, since {cut}"),
            (None, _, Some(code)) if code.is_number() => format!(", in which the target said good-bye with {code}"),
            (None, _, Some(_)) => ", in which the target said good-bye without a code".to_owned(),
            (None, Some("failed"), None) => ", which was failed at once".to_owned(),
            (None, Some("closed" | "broken"), None) => ", whose connection the target ended".to_owned(),
            _ if view["utf8"] == false => ", in which not all is UTF-8".to_owned(),
            _ => String::new(),
        }
    }

    fn message(&self) -> Option<String> {
        if let Some(node) = self.body.error() {
            return Some(node.value().to_owned());
        }
        self.body.json()?.get("message")?.as_str().map(str::to_owned)
    }
}

/// The first 120 characters of a text on one line.
#[must_use]
pub fn shorten(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(120) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::testing, *};
    use crate::decode::xml;

    #[test]
    fn a_message_that_cannot_be_read_is_named_with_the_reason() {
        let check = |view: Value, ending: &str| {
            let model = Late::new(|| xml::read("<model/>").expect("XML"));
            let body = Body::Conversation { unheard: 0, view: Late::new(move || view), model };
            let heard = Heard { body: Arc::new(body), ..testing::heard() };
            assert_eq!(heard.summary(), format!("an accepted request (200){ending}"));
        };
        check(json!({ "messages": [{}], "end": "open" }), "");
        let messages = json!([{}, { "unreadable": "a number with 2000000 digits" }]);
        check(
            json!({ "messages": messages, "end": "open" }),
            ", whose message 2 cannot be read: a number with 2000000 digits",
        );
        check(
            json!({ "messages": messages, "end": "open", "cut": "it has enough" }),
            ", of which no more was read, since it has enough",
        );
    }
}
