//! Captures: what is remembered of an answer, whether the run owns what it names, and whether it may be seen.
//!
//! In: a name and a query, with what the author says of the value. Out: a [`Capture`]. Whether a value proves that the run made
//! something is decided here, when the data is read: never by the look of a query while a case is played.

use crate::{
    model::{exchange::Request, variables::UNIQUE},
    vocabulary::Query,
};

/// A value that is remembered of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Name of the variable.
    pub name: String,
    /// Where the value stands.
    pub query: Query,
    /// What the run may change or end from then on, since it made it.
    pub owns: Option<Owned>,
    /// Whether the value is kept out of everything that is written.
    pub secret: bool,
    /// The captured list for each item of which it is looked for.
    pub for_each: Option<String>,
}

/// What a capture shows to be the run's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owned {
    /// The session with the captured id. The query itself must ask for the case's own word, so that it finds no other.
    Session,
    /// The thing at the path of the request, where the captured text has the case's own word in it.
    Path,
}

/// Something that a run made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Own {
    /// The session with that id.
    Session(String),
    /// What is at that path.
    Path(String),
}

impl Capture {
    /// What a value that was found in the answer to a request shows to be the run's own. `word` is the case's own.
    #[must_use]
    pub fn own(&self, value: &str, word: Option<&String>, request: Option<&Request>) -> Option<Own> {
        match self.owns? {
            Owned::Session => Some(Own::Session(value.to_owned())),
            Owned::Path => word
                .filter(|word| value.contains(word.as_str()))
                .and(request)
                .map(|request| Own::Path(request.path.clone())),
        }
    }

    /// A value that is no secret and proves nothing.
    #[must_use]
    pub fn plain(name: impl Into<String>, query: Query) -> Self {
        Self { name: name.into(), query, owns: None, secret: false, for_each: None }
    }

    /// Whether the query can find nothing but what carries the case's own word.
    #[must_use]
    pub fn asks_for_own_word(&self) -> bool {
        matches!(&self.query, Query::Path(path) if path.asks_for(UNIQUE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_filter_with_the_own_word_ties_a_query_to_the_case() {
        for (query, expected) in [
            ("//customer[name='${unique}']/lsid", true),
            ("//customer[name='tm ${unique}'][1]/lsid", true),
            ("/list/session[external_key='${unique}']/@lsid", true),
            ("//customer[name!='${unique}']/lsid", false),
            ("//customer[name='${rep.id}']/lsid", false),
            ("//customer[unique]/lsid", false),
            ("//customer[1]/lsid", false),
            ("json:/lsid", false),
        ] {
            let capture = Capture::plain("id", Query::parse(query).unwrap());
            assert_eq!(capture.asks_for_own_word(), expected, "{query}");
        }
    }
}
