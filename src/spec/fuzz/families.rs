//! Families of values that are amiss, and how one is put into a request.
//!
//! In: a step, and the name of a parameter. Out: the same step with a value of a family. What a target must make of it is said elsewhere.

use crate::{
    model::written::{INJECTED, MARK},
    spec::step::{Input, Step},
};

/// What makes something the run's own.
const OWN: &str = "${unique}";

/// How a value is put where a parameter stands.
#[derive(Clone, Copy)]
pub(in crate::spec) enum Put {
    /// As the value of the parameter, encoded.
    Value(fn() -> String),
    /// As it is in the query.
    Query(&'static str),
    /// As a name beside the parameter, encoded.
    Name(fn(&str) -> String),
}

/// A family of values.
pub(in crate::spec) struct Family {
    /// The word in ids.
    pub(in crate::spec) word: &'static str,
    what: &'static str,
    /// How one of its values is put.
    pub(in crate::spec) put: Put,
}

const fn family(word: &'static str, what: &'static str, put: Put) -> Family {
    Family { word, what, put }
}

/// All of them.
pub(in crate::spec) const FAMILIES: [Family; 14] = [
    family("markup", "markup", Put::Value(|| format!("\"'><{MARK} a=\"b\">&amp;&#0;<![CDATA[]]></{MARK}>"))),
    family("line-ends", "line ends", Put::Value(|| format!("{MARK}\r\n{INJECTED}: 1\r\n\r\n{MARK}"))),
    family("separators", "separators of parameters", Put::Value(|| format!("{MARK}&{INJECTED}=1;{INJECTED}=1"))),
    family("nul", "a NUL", Put::Value(|| format!("{MARK}\0{MARK}"))),
    family("control-bytes", "control bytes", Put::Value(|| "\u{1}\u{8}\u{b}\u{1b}\u{7f}".to_owned())),
    family(
        "beyond-the-planes",
        "characters that many readers do not know",
        Put::Value(|| "\u{fffe}\u{ffff}\u{1f600}\u{202e}\u{10ffff}".to_owned()),
    ),
    family("long", "8,192 characters", Put::Value(|| "x".repeat(8_192))),
    family("number", "a number beyond 64 bits", Put::Value(|| "-99999999999999999999999999".to_owned())),
    family("format", "what formats and templates are made of", Put::Value(|| "%s%n%x{0}${7*7}{{7*7}}".to_owned())),
    family("path", "a path", Put::Value(|| "../../../../etc/passwd".to_owned())),
    family("bad-escape", "an escape that is none", Put::Query("%zz%")),
    family("no-utf-8", "bytes that are no UTF-8", Put::Query("%c3%28%ff%fe")),
    family("list", "the parameter as a list", Put::Name(|name| format!("{name}[]"))),
    family("odd-name", "a name with control bytes", Put::Name(|name| format!("{name}\0\r\n"))),
];

impl Family {
    /// What a requirement asks.
    pub(in crate::spec) fn says(&self) -> String {
        let says = format!("{} in a parameter leaves the target sound", self.what);
        says[..1].to_uppercase() + &says[1..]
    }
}

/// A text that begins no variable.
pub(in crate::spec) fn plain(text: &str) -> String {
    text.replace("${", "$ {")
}

/// The query of a step, as it is written.
pub(in crate::spec) fn query(step: &Step) -> String {
    let pairs = step.parameters.iter().filter_map(|(name, input)| match input {
        Input::Text(text) => Some(format!("{name}={}", text.replace(' ', "+"))),
        _ => None,
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Puts a value where a parameter stands. What makes something the run's own stays before it.
pub(in crate::spec) fn place(step: &mut Step, name: &str, put: Put) {
    let is_own = |input: &Input| matches!(input, Input::Text(text) if text.contains(OWN));
    let own = if step.parameters.iter().any(|(other, input)| other == name && is_own(input)) { OWN } else { "" };
    match put {
        Put::Value(value) => {
            step.parameters.retain(|(other, _)| other != name);
            step.parameters.push((name.to_owned(), Input::Text(format!("{own}{}", plain(&value())))));
        }
        Put::Name(odd) => step.parameters.push((odd(name), Input::Text(MARK.to_owned()))),
        Put::Query(value) => {
            step.parameters.retain(|(other, _)| other != name);
            let lawful = query(step);
            let before = if lawful.is_empty() { String::new() } else { format!("{lawful}&") };
            step.raw = Some(format!("{before}{name}={own}{value}"));
            step.parameters.clear();
        }
    }
}
