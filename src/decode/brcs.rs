//! A bounded reader of representative console scripts (BRCS), and their writer.
//!
//! In: the bytes of a script. Out: a tree, or the line that is none:
//! `<brcs version="1.0" newline="lf" final_newline="0" blank_lines="0"><command action="login" encoded="1"><KEY>value</KEY>…`.
//! What the guide leaves open is taken and told in the attributes. No command is ever run, and no name of a command is known here.

use std::fmt::{Display, Formatter};

use super::xml::Node;

/// The longest script in bytes.
pub const BYTES_MAX: usize = 256 * 1024;

/// The most commands of a script.
pub const COMMANDS_MAX: usize = 10;

/// Where and why a file is no script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// Why.
    pub says: String,
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.says)
    }
}

/// Reads a script.
///
/// # Errors
/// The first line that the grammar does not have, or that passes a bound.
pub fn read(bytes: &[u8]) -> Result<Node, Fault> {
    let fault = |line: usize, says: &str| Fault { line, says: says.to_owned() };
    if bytes.len() > BYTES_MAX {
        return Err(fault(1, "a script of more than 256 KiB"));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
        fault(before + 1, "bytes that are no UTF-8")
    })?;
    let mut lines: Vec<&str> = text.split('\n').collect();
    let newlines = lines.len() - 1;
    // Only what stands before a newline can have the other half of one.
    let mut long = 0;
    for line in lines.iter_mut().take(newlines) {
        if let Some(short) = line.strip_suffix('\r') {
            *line = short;
            long += 1;
        }
    }
    let version = version_of(lines[0]).ok_or_else(|| fault(1, "no header such as BRCS1.0"))?;
    if newlines == 0 {
        return Err(fault(1, "no newline after the header"));
    }
    let last = lines.len() - 1;
    let final_newline = lines[last].is_empty();
    let mut blank_lines = 0_usize;
    let mut commands: Vec<Node> = Vec::new();
    for (at, line) in lines.iter().enumerate().skip(1) {
        if line.is_empty() {
            blank_lines += usize::from(at != last);
            continue;
        }
        if commands.len() == COMMANDS_MAX {
            return Err(fault(at + 1, "more than ten commands"));
        }
        commands.push(command_of(line).map_err(|says| Fault { line: at + 1, says })?);
    }
    if commands.is_empty() {
        return Err(fault(lines.len(), "there is no command"));
    }
    let newline = match long {
        0 => "lf",
        _ if long == newlines => "crlf",
        _ => "mixed",
    };
    let attributes = [
        ("version", version.to_owned()),
        ("newline", newline.to_owned()),
        ("final_newline", u8::from(final_newline).to_string()),
        ("blank_lines", blank_lines.to_string()),
    ];
    Ok(Node {
        name: "brcs".to_owned(),
        attributes: attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        children: commands,
        ..Node::default()
    })
}

/// `1.0` of `BRCS1.0`.
fn version_of(line: &str) -> Option<&str> {
    let version = line.strip_prefix("BRCS")?;
    let lawful = matches!(version.as_bytes(), [one, b'.', two] if one.is_ascii_digit() && two.is_ascii_digit());
    lawful.then_some(version)
}

fn command_of(line: &str) -> Result<Node, String> {
    if line.contains(|c: char| c.is_ascii_control()) {
        return Err("a control character".to_owned());
    }
    let mut pairs = line.split('&').map(pair_of);
    let (key, action) = pairs.next().unwrap_or_else(|| Err("no pair".to_owned()))?;
    if key != "action" {
        return Err("the first key is not `action`".to_owned());
    }
    if action.is_empty() {
        return Err("an action without a name".to_owned());
    }
    let mut children = Vec::new();
    for pair in pairs {
        let (name, text) = pair?;
        children.push(Node { name, text, ..Node::default() });
    }
    // Which characters may stand as they are is told for unreserved ones only; `+` is none of them.
    let encoded = line.bytes().all(|byte| unreserved(byte) || b"%&=".contains(&byte))
        && line.split('&').all(|pair| pair.matches('=').count() == 1);
    Ok(Node {
        name: "command".to_owned(),
        attributes: vec![("action".to_owned(), action), ("encoded".to_owned(), u8::from(encoded).to_string())],
        children,
        ..Node::default()
    })
}

/// A key and its value, decoded. A plus stays a plus.
fn pair_of(pair: &str) -> Result<(String, String), String> {
    let (key, value) = pair.split_once('=').ok_or_else(|| "a pair without `=`".to_owned())?;
    let (key, value) = (decoded(key)?, decoded(value)?);
    if key.is_empty() { Err("a value without a key".to_owned()) } else { Ok((key, value)) }
}

fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let hexadecimal = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
        match (hexadecimal(rest.first()), hexadecimal(rest.get(1))) {
            (Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = &rest[2..];
            }
            _ => return Err("a `%` without two hexadecimal digits".to_owned()),
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Writes a tree that [`read`] made as a script: what is read of it is that tree, with everything encoded.
#[must_use]
pub fn write(script: &Node) -> String {
    let newline = if script.attribute("newline") == Some("crlf") { "\r\n" } else { "\n" };
    let mixed = script.attribute("newline") == Some("mixed");
    let mut out =
        format!("BRCS{}{}", script.attribute("version").unwrap_or("1.0"), if mixed { "\r\n" } else { newline });
    let blank_lines: usize = script.attribute("blank_lines").and_then(|count| count.parse().ok()).unwrap_or_default();
    out.push_str(&newline.repeat(blank_lines.min(BYTES_MAX)));
    for (at, command) in script.children.iter().enumerate() {
        if at > 0 {
            out.push_str(newline);
        }
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
    for byte in text.bytes() {
        if unreserved(byte) {
            out.push(char::from(byte));
        } else {
            let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0').to_ascii_uppercase();
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_come_over_with_their_parameters_decoded() {
        let text = "BRCS1.0\r\naction=login\r\naction=push%5Fand&session.custom.a=B%20%26+c=d&empty=\r\n";
        let script = read(text.as_bytes()).unwrap();
        let attributes: Vec<&str> = script.attributes.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!((script.name.as_str(), attributes), ("brcs", vec!["1.0", "crlf", "1", "0"]));
        let told = |at: usize, name: &str| script.children[at].attribute(name).map(str::to_owned);
        assert_eq!((told(0, "action"), told(0, "encoded")), (Some("login".to_owned()), Some("1".to_owned())));
        assert_eq!((told(1, "action"), told(1, "encoded")), (Some("push_and".to_owned()), Some("0".to_owned())));
        let pairs: Vec<(&str, &str)> =
            script.children[1].children.iter().map(|pair| (pair.name.as_str(), pair.text.as_str())).collect();
        assert_eq!(pairs, [("session.custom.a", "B &+c=d"), ("empty", "")]);
    }

    #[test]
    fn what_the_guide_leaves_open_is_told_and_not_refused() {
        let told = |text: &str| {
            let script = read(text.as_bytes()).unwrap();
            script.attributes.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told("BRCS1.0\naction=a"), "1.0 lf 0 0");
        assert_eq!(told("BRCS2.7\naction=a\r\naction=b"), "2.7 mixed 0 0");
        assert_eq!(told("BRCS1.0\n\naction=a\n\naction=b\n\n"), "1.0 lf 1 3");
    }

    #[test]
    fn what_is_no_script_is_refused_with_its_line() {
        for (line, text) in [
            (1, ""),
            (1, "BRCS1.0"),
            (1, "\u{feff}BRCS1.0\naction=a"),
            (1, "brcs1.0\naction=a"),
            (1, "BRCS10.0\naction=a"),
            (1, "BRCS1.0\raction=a"),
            (2, "BRCS1.0\n"),
            (2, "BRCS1.0\na=b&action=c"),
            (2, "BRCS1.0\naction="),
            (2, "BRCS1.0\naction=a&b"),
            (2, "BRCS1.0\naction=a&=b"),
            (2, "BRCS1.0\naction=a&&b=c"),
            (3, "BRCS1.0\naction=a\naction=b%2"),
            (3, "BRCS1.0\naction=a\naction=b%zz"),
            (2, "BRCS1.0\naction=a\rb"),
            (1, "<error>no</error>\n"),
        ] {
            assert_eq!(read(text.as_bytes()).map_err(|fault| fault.line), Err(line), "{text:?}");
        }
        assert_eq!(read(b"BRCS1.0\naction=\xff").map_err(|fault| fault.line), Err(2));
        let ten = format!("BRCS1.0{}", "\naction=a".repeat(10));
        assert_eq!(read(ten.as_bytes()).unwrap().children.len(), 10);
        assert_eq!(read(format!("{ten}\naction=a").as_bytes()).map_err(|fault| fault.line), Err(12));
        assert!(read(format!("BRCS1.0\naction={}", "a".repeat(BYTES_MAX)).as_bytes()).is_err());
    }
}
