//! A bounded reader of scripts of the representative console: BRCS 1.0, p. 52.
//!
//! In: the bytes of a file. Out: a tree of header and commands, or the line where the bytes leave the guide's grammar. Nothing here
//! carries a command out, and a password that stands in one is a text like any other.
//!
//! The tree: `brcs` with `version`, `newline` (`lf`, `crlf` or `mixed`) and `final_newline` (1 or 0); below it a `command` for each
//! line with its `action`; below that an element for each further key with its value, both decoded.

use std::fmt;

use super::xml::Node;

/// The most commands of a script (p. 52).
pub const COMMANDS_MAX: usize = 10;

/// The most bytes of a script: ten commands with all that may be in them are far below.
pub const BYTES_MAX: usize = 1024 * 1024;

/// Where and why bytes are no script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrcsError {
    /// Line, from 1.
    pub line: usize,
    /// Why.
    pub kind: BrcsErrorKind,
}

/// Why bytes are no script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrcsErrorKind {
    /// There are more bytes than are read.
    TooLong,
    /// The bytes are no UTF-8.
    NotUtf8,
    /// The first line is no header.
    Header,
    /// No line follows the header.
    NoCommand,
    /// More commands than a script may have.
    TooMany,
    /// A key without a value.
    NoEqualsSign,
    /// A command that does not begin with its action.
    NoAction,
    /// A value without a key.
    NoKey,
    /// `%` that begins no escape.
    Escape,
    /// A control character that stands for itself.
    ControlCharacter,
    /// An escaped text that is no UTF-8.
    EscapedNotUtf8,
}

impl fmt::Display for BrcsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.kind)
    }
}

impl fmt::Display for BrcsErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "more than the 1 MiB that are read",
            Self::NotUtf8 => "bytes that are no UTF-8",
            Self::Header => "the header is not BRCS and a version, such as BRCS1.0",
            Self::NoCommand => "there is no command",
            Self::TooMany => "more than ten commands",
            Self::NoEqualsSign => "a pair without `=`",
            Self::NoAction => "a command begins with `action=` and a name",
            Self::NoKey => "a pair without a key",
            Self::Escape => "a `%` without two hexadecimal digits",
            Self::ControlCharacter => "a control character that is not encoded",
            Self::EscapedNotUtf8 => "an encoded text that is no UTF-8",
        })
    }
}

impl std::error::Error for BrcsError {}

/// Reads a script.
///
/// # Errors
/// The first line that is not of the grammar, or the bound that the script passes.
pub fn read(bytes: &[u8]) -> Result<Node, BrcsError> {
    let error = |line: usize, kind| BrcsError { line, kind };
    if bytes.len() > BYTES_MAX {
        return Err(error(1, BrcsErrorKind::TooLong));
    }
    let text = std::str::from_utf8(bytes).map_err(|utf8| {
        let line = bytes[..utf8.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        error(line, BrcsErrorKind::NotUtf8)
    })?;
    let (lines, newline, final_newline) = lines_of(text);
    let header = lines.first().copied().unwrap_or_default();
    let version = version_of(header).ok_or(error(1, BrcsErrorKind::Header))?;
    if lines.len() < 2 {
        return Err(error(2, BrcsErrorKind::NoCommand));
    }
    if lines.len() > COMMANDS_MAX + 1 {
        return Err(error(COMMANDS_MAX + 2, BrcsErrorKind::TooMany));
    }
    let commands = lines.iter().enumerate().skip(1);
    let children = commands.map(|(index, line)| command_of(line).map_err(|kind| error(index + 1, kind)));
    let attributes = [("version", version), ("newline", newline), ("final_newline", final_newline)];
    Ok(Node {
        name: "brcs".into(),
        attributes: attributes.map(|(name, value)| (name.into(), value.into())).into(),
        children: children.collect::<Result<_, _>>()?,
        ..Node::default()
    })
}

/// The lines, which newline stands between them, and whether one stands at the end.
fn lines_of(text: &str) -> (Vec<&str>, &'static str, &'static str) {
    let (body, last) = match text.strip_suffix('\n') {
        Some(body) => (body, "1"),
        None => (text, "0"),
    };
    let breaks = text.matches('\n').count();
    let newline = match text.matches("\r\n").count() {
        0 => "lf",
        both if both == breaks => "crlf",
        _ => "mixed",
    };
    let lines = body.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    (lines, newline, last)
}

fn version_of(header: &str) -> Option<&str> {
    let version = header.strip_prefix("BRCS")?;
    let digits = matches!(version.as_bytes(), [a, b'.', b] if a.is_ascii_digit() && b.is_ascii_digit());
    digits.then_some(version)
}

fn command_of(line: &str) -> Result<Node, BrcsErrorKind> {
    let mut command = Node { name: "command".into(), ..Node::default() };
    for (number, pair) in line.split('&').enumerate() {
        let (key, value) = pair.split_once('=').ok_or(BrcsErrorKind::NoEqualsSign)?;
        let (key, value) = (decoded(key)?, decoded(value)?);
        if number == 0 {
            if key != "action" || value.is_empty() {
                return Err(BrcsErrorKind::NoAction);
            }
            command.attributes.push((key.into(), value.into()));
            continue;
        }
        if key.is_empty() {
            return Err(BrcsErrorKind::NoKey);
        }
        command.children.push(Node { name: key.into(), text: value.into(), ..Node::default() });
    }
    Ok(command)
}

/// A key or value without its percent-encoding (RFC 3986, section 2.1): a plus is a plus.
fn decoded(text: &str) -> Result<String, BrcsErrorKind> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                let (Some(high), Some(low)) = (digit(high), digit(low)) else { return Err(BrcsErrorKind::Escape) };
                bytes.push(high * 16 + low);
                rest = after;
            }
            (b'%', _) => return Err(BrcsErrorKind::Escape),
            (byte, _) if byte.is_ascii_control() => return Err(BrcsErrorKind::ControlCharacter),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| BrcsErrorKind::EscapedNotUtf8)
}

/// Writes a tree that was read as a script again, in our own encoding.
#[must_use]
pub fn write(script: &Node) -> String {
    let newline = if script.attribute("newline") == Some("crlf") { "\r\n" } else { "\n" };
    let mut out = format!("BRCS{}", script.attribute("version").unwrap_or("1.0"));
    for command in &script.children {
        out.push_str(newline);
        out.push_str("action=");
        encode(&mut out, command.attribute("action").unwrap_or_default());
        for pair in &command.children {
            out.push('&');
            encode(&mut out, &pair.name);
            out.push('=');
            encode(&mut out, &pair.text);
        }
    }
    if script.attribute("final_newline") == Some("1") {
        out.push_str(newline);
    }
    out
}

fn encode(out: &mut String, text: &str) {
    use fmt::Write as _;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Commands<'a> = &'a [(&'a str, &'a [(&'a str, &'a str)])];

    #[track_caller]
    fn check(script: &str, expected: Result<Commands<'_>, (usize, &str)>) {
        match (read(script.as_bytes()), expected) {
            (Ok(root), Ok(commands)) => {
                let found: Vec<(String, Vec<(String, String)>)> = root
                    .children
                    .iter()
                    .map(|c| {
                        (
                            c.attribute("action").unwrap().to_owned(),
                            c.children.iter().map(|p| (p.name.to_string(), p.text.to_string())).collect(),
                        )
                    })
                    .collect();
                let own =
                    |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
                let wanted: Vec<(String, Vec<(String, String)>)> =
                    commands.iter().map(|(name, pairs)| ((*name).to_owned(), own(pairs))).collect();
                assert_eq!(found, wanted, "{script:?}");
            }
            (Err(error), Err((line, says))) => {
                assert!(error.line == line && error.kind.to_string().contains(says), "{script:?}: {error:?}");
            }
            (other, _) => panic!("{script:?}: {other:?}"),
        }
    }

    #[test]
    fn what_the_grammar_has_is_read() {
        check("BRCS1.0\naction=login", Ok(&[("login", &[])]));
        check("BRCS1.0\r\naction=a&b%20c=d%2be+f\naction=g\n", Ok(&[("a", &[("b c", "d+e+f")]), ("g", &[])]));
        check("BRCS2.3\naction=a&b=&c=%C3%A4=x", Ok(&[("a", &[("b", ""), ("c", "ä=x")])]));
    }

    #[test]
    fn what_it_does_not_have_is_refused_with_its_line() {
        let ten = format!("BRCS1.0{}", "\naction=a".repeat(10));
        assert!(read(ten.as_bytes()).is_ok());
        check(&format!("{ten}\naction=a"), Err((12, "more than ten")));
        for (script, line, says) in [
            ("", 1, "header"),
            ("BRCS1.0", 2, "no command"),
            ("BRCS10\naction=a", 1, "header"),
            ("\u{feff}BRCS1.0\naction=a", 1, "header"),
            ("BRCS1.0\n\naction=a", 2, "without `=`"),
            ("BRCS1.0\nb=c", 2, "begins with"),
            ("BRCS1.0\naction=", 2, "begins with"),
            ("BRCS1.0\naction=a\naction=b&=c", 3, "without a key"),
            ("BRCS1.0\naction=a&b=%4", 2, "hexadecimal"),
            ("BRCS1.0\naction=a&b=%ff", 2, "no UTF-8"),
            ("BRCS1.0\naction=a&b=\tc", 2, "control"),
        ] {
            check(script, Err((line, says)));
        }
        assert_eq!(read(b"BRCS1.0\naction=\xff").unwrap_err().line, 2);
        assert!(read(&vec![b'a'; BYTES_MAX + 1]).is_err());
    }
}
