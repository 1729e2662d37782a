//! A script as text (p. 52): the header, then one command a line, its keys and values percent-encoded.
//!
//! In: the command that was asked for. Out: the file, with `login` before it and `delete_script_file` after.

use super::super::switches::{ActiveDefects, Readings};
use super::{Command, GENERAL};

/// The script that holds a command.
pub(super) fn script(command: Command, readings: &Readings, defects: &ActiveDefects) -> String {
    let broken = |what: &str| defects.has(GENERAL, what);
    let mut lines = Vec::new();
    if !broken("header-missing") {
        let header = if broken("header-of-another-version") { "BRCS2.0" } else { "BRCS1.0" };
        lines.push(header.to_owned());
    }
    lines.extend(commands(command, readings, defects).iter().map(|command| line(command, defects)));
    let newline = match readings.of("brcs-newline") {
        _ if broken("lines-end-in-carriage-returns") => "\r",
        "crlf" => "\r\n",
        _ => "\n",
    };
    let mut text = lines.join(newline);
    if readings.is("brcs-trailing-newline", "present") {
        text.push_str(newline);
    }
    if broken("byte-order-mark") { format!("\u{FEFF}{text}") } else { text }
}

/// The commands in their order (p. 53). Only one login is needed where its credentials are asked for.
fn commands(command: Command, readings: &Readings, defects: &ActiveDefects) -> Vec<Command> {
    let broken = |what: &str| defects.has(GENERAL, what);
    let bare = |action: &str| Command { action: action.to_owned(), parameters: Vec::new() };
    let mut all = Vec::new();
    let has_login = command.action == "login" && readings.is("login-duplicate", "once");
    if !has_login && !broken("login-missing") {
        let mut login = bare("login");
        if broken("login-with-credentials") {
            login.parameters.push(("username".to_owned(), "admin".to_owned()));
        }
        all.extend(std::iter::repeat_n(login, if broken("login-twice") { 2 } else { 1 }));
    }
    if broken("eleven-commands") {
        all.extend(std::iter::repeat_n(bare("login"), 8));
    }
    let left_out = command.action == "delete_script_file" || (has_login && broken("login-missing"));
    if !left_out && !broken("action-missing") {
        all.push(command);
    }
    if broken("login-not-first") && all.len() > 1 {
        all.rotate_left(1);
    }
    if !broken("delete-script-file-missing") {
        all.push(bare("delete_script_file"));
    }
    all
}

/// A command on its line.
pub(super) fn line(command: &Command, defects: &ActiveDefects) -> String {
    let broken = |what: &str| defects.has(GENERAL, what);
    let mut pairs = vec![format!("action={}", encode(&command.action))];
    for (name, value) in &command.parameters {
        let value = match () {
            () if broken("values-not-encoded") => value.clone(),
            () if broken("line-ends-of-values-kept") => encode(value).replace("%0D", "\r").replace("%0A", "\n"),
            () if broken("separators-of-values-kept") => encode(value).replace("%26", "&").replace("%3D", "="),
            () if broken("values-encoded-twice") => encode(&encode(value)),
            () if broken("spaces-as-plus") => encode(value).replace("%20", "+"),
            () if broken("plus-becomes-space") => encode(&value.replace('+', " ")),
            () if broken("values-in-lower-case") => encode(&value.to_lowercase()),
            () if broken("non-ascii-lost") => {
                encode(&value.chars().map(|letter| if letter.is_ascii() { letter } else { '?' }).collect::<String>())
            }
            () => encode(value),
        };
        pairs.push(format!("{}={value}", encode(name)));
    }
    if broken("only-the-first-parameter") {
        pairs.truncate(2);
    }
    if broken("action-not-first") {
        pairs.rotate_left(1);
    }
    pairs.join(if broken("pairs-apart-by-semicolons") { ";" } else { "&" })
}

/// Percent-encoding of everything but the unreserved characters (RFC 3986, 2.1 and 2.3).
pub(super) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn everything_but_the_unreserved_is_encoded() {
        assert_eq!(encode("aZ09-._~"), "aZ09-._~");
        assert_eq!(encode("a b+c&d=%\u{e9}\n"), "a%20b%2Bc%26d%3D%25%C3%A9%0A");
    }
}
