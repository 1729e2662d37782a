//! In: a request as it stands on the wire. Out: its path and parameters; and, the other way, answers of each kind.
//! Never: decides whether a request is allowed.

use crate::foreign::json::Json;
use crate::foreign::xml::{Element, Space, leaf};

/// A request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query as in the request line.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What went wrong, in the words of the answer.
pub(crate) type Fault = String;

impl Asked {
    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The path, decoded, without the query and without the old `.ns` (p. 166).
    pub(crate) fn path(&self) -> String {
        let path = self.target.split(['?', '#']).next().unwrap_or("");
        let path = decode(&path.replace('+', "%2B"));
        path.strip_suffix(".ns").map(str::to_owned).unwrap_or(path)
    }

    /// The parameters of the query, then those of a form in the body (p. 10). Other kinds of body are not looked at.
    pub(crate) fn parameters(&self) -> Parameters {
        let mut pairs = Vec::new();
        if let Some((_, query)) = self.target.split_once('?') {
            pairs.extend(form(query));
        }
        let kind = self.header("content-type").unwrap_or("").to_ascii_lowercase();
        if self.method == "POST" && kind.starts_with("application/x-www-form-urlencoded") {
            pairs.extend(form(&String::from_utf8_lossy(&self.body)));
        }
        Parameters { pairs }
    }
}

fn form(text: &str) -> Vec<(String, String)> {
    let pairs = text.trim_end_matches(['\r', '\n']).split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Percent-decoding; a plus is a blank, and a percent sign without two digits stands for itself.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            _ => out.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Percent-encoding of everything but RFC 3986's unreserved characters.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Names and values, in the order of the request. Of two of the same name the first counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters {
    pairs: Vec<(String, String)>,
}

impl Parameters {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value as it was given, an empty one too.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.iter().find(|(have, _)| *have == name).map(|(_, value)| value)
    }

    /// The value, when there is one that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.raw(name).filter(|value| !value.is_empty())
    }

    /// The value of a mandatory parameter.
    pub(crate) fn need(&self, name: &str) -> Result<&str, Fault> {
        self.get(name).ok_or_else(|| format!("Le paramètre obligatoire « {name} » est absent."))
    }

    /// A whole number within bounds, when the parameter is there.
    pub(crate) fn number(&self, name: &str, low: i64, high: i64) -> Result<Option<i64>, Fault> {
        let Some(text) = self.raw(name) else { return Ok(None) };
        let digits = text.strip_prefix('-').unwrap_or(text);
        let number = if digits.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None };
        match number.filter(|number| (low..=high).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(format!("La valeur « {text} » du paramètre « {name} » n'est pas un entier admis.")),
        }
    }

    /// 1 or 0; absent is 0.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Fault> {
        Ok(self.number(name, 0, 1)? == Some(1))
    }

    /// One of the listed words, when the parameter is there.
    pub(crate) fn choice(&self, name: &str, words: &[&str]) -> Result<Option<&str>, Fault> {
        match self.raw(name) {
            Some(value) if !words.contains(&value) => Err(format!("Valeur inconnue pour « {name} » : {value}")),
            value => Ok(value),
        }
    }

    /// The text, when it is there, if it has at most so many characters.
    pub(crate) fn short(&self, name: &str, characters: usize) -> Result<Option<&str>, Fault> {
        match self.raw(name) {
            Some(value) if value.chars().count() > characters => {
                Err(format!("Le paramètre « {name} » dépasse {characters} caractères."))
            }
            value => Ok(value),
        }
    }
}

impl Answered {
    fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Answered {
        let headers =
            vec![("CONTENT-TYPE".to_owned(), kind.to_owned()), ("cache-CONTROL".to_owned(), "no-store".into())];
        Answered { status, headers, body: body.into() }
    }

    pub(crate) fn header(mut self, name: &str, value: impl ToString) -> Answered {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    pub(crate) fn xml(space: Space, root: &Element) -> Answered {
        Answered::new(200, "text/xml; charset=UTF-8", root.document(space))
    }

    /// An error as the root of its document, and status 200, as real appliances have it.
    pub(crate) fn fault(space: Space, words: &str) -> Answered {
        Answered::xml(space, &leaf("error", words))
    }

    pub(crate) fn json(status: u16, json: &Json) -> Answered {
        Answered::new(status, "application/json;charset=utf-8", json.pretty())
    }

    pub(crate) fn text(status: u16, kind: &str, text: impl Into<Vec<u8>>) -> Answered {
        Answered::new(status, kind, text)
    }

    /// A page for people.
    pub(crate) fn page(status: u16, title: &str, words: &str) -> Answered {
        let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let (title, words) = (escape(title), escape(words));
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"fr\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
             <body><h1>{title}</h1><p>{words}</p></body>\n</html>\n"
        );
        Answered::new(status, "text/html; charset=UTF-8", page)
    }

    /// A file to save under a name.
    pub(crate) fn file(kind: &str, name: &str, bytes: Vec<u8>) -> Answered {
        Answered::new(200, kind, bytes).header("Content-disposition", format!("attachment; filename=\"{name}\""))
    }
}
