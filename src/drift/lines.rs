//! The text of a snapshot: a line for each name, with blanks before it for what it is below.
//!
//! In: a [`Branch`], or lines. Out: lines, or a branch, or the number of the first line that is none. What is written reads the same.

use std::{fmt::Write as _, iter::Peekable, str::Chars};

use super::branch::{Branch, Mark};

/// The deepest line.
const DEPTH_MAX: usize = 160;

/// The most lines of a snapshot.
const LINES_MAX: usize = 200_000;

/// Writes what is below a branch.
pub(super) fn write(root: &Branch) -> String {
    let mut out = String::new();
    root.children.iter().for_each(|child| line(child, 0, &mut out));
    out
}

fn line(branch: &Branch, depth: usize, out: &mut String) {
    let _ = write!(out, "{:depth$}{}", "", name(&branch.name), depth = 2 * depth);
    if !branch.value.is_empty() {
        let _ = write!(out, " = {}", value(&branch.value));
    }
    out.push('\n');
    branch.children.iter().for_each(|child| line(child, depth + 1, out));
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_@.-[]/{}*:".contains(c)
}

fn name(name: &str) -> String {
    if !name.is_empty() && name.chars().all(is_plain) { name.to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    // A text can always be written.
    serde_json::to_string(text).unwrap_or_default()
}

/// A value as it stands in a line.
pub(super) fn value(marks: &[Mark]) -> String {
    let written = marks.iter().map(|mark| match mark {
        Mark::Text(text) => quoted(text),
        Mark::Literal(text) => text.clone(),
        Mark::Any(kind) => format!("<{kind}>"),
        Mark::Same(name, number) => format!("<{name}#{number}>"),
    });
    written.collect::<Vec<_>>().join(" ")
}

/// Reads lines.
///
/// # Errors
/// The number of the first line that cannot be read, from that of the first one on, and why.
pub(super) fn read(text: &str, first: usize) -> Result<Branch, String> {
    let mut open: Vec<Branch> = vec![Branch::default()];
    for (number, text) in text.split('\n').enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let fault = |says: &str| format!("line {}: {says}", first + number);
        if number >= LINES_MAX {
            return Err(fault("more lines than a snapshot may have"));
        }
        let blanks = text.len() - text.trim_start_matches(' ').len();
        let depth = blanks / 2;
        if blanks % 2 == 1 || depth >= open.len() || depth > DEPTH_MAX {
            return Err(fault("it is not two blanks deeper than a line before it"));
        }
        close(&mut open, depth);
        open.push(branch(&text[blanks..]).map_err(|says| fault(&says))?);
    }
    close(&mut open, 0);
    Ok(open.pop().unwrap_or_default())
}

/// Puts what is open below that depth into what holds it.
fn close(open: &mut Vec<Branch>, depth: usize) {
    while open.len() > depth + 1 {
        if let (Some(done), Some(parent)) = (open.pop(), open.last_mut()) {
            parent.children.push(done);
        }
    }
}

fn branch(text: &str) -> Result<Branch, String> {
    let mut rest = text.chars().peekable();
    let name = match rest.peek() {
        Some('"') => string(&mut rest)?,
        _ => word(&mut rest, is_plain),
    };
    if name.is_empty() && !text.starts_with("\"\"") {
        return Err("a name is missing".to_owned());
    }
    let mut branch = Branch { name, ..Branch::default() };
    let after: String = rest.clone().collect();
    if after.is_empty() {
        return Ok(branch);
    }
    let Some(values) = after.strip_prefix(" = ") else {
        return Err("after the name comes neither ` = ` nor the end of the line".to_owned());
    };
    let mut rest = values.chars().peekable();
    loop {
        branch.value.push(mark(&mut rest)?);
        match rest.next() {
            None => return Ok(branch),
            Some(' ') => {}
            Some(_) => return Err("between two parts of a value is no blank".to_owned()),
        }
    }
}

fn word(rest: &mut Peekable<Chars<'_>>, is: impl Fn(char) -> bool) -> String {
    let mut word = String::new();
    while let Some(c) = rest.next_if(|c| is(*c)) {
        word.push(c);
    }
    word
}

/// A text in quotes, as JSON has it.
fn string(rest: &mut Peekable<Chars<'_>>) -> Result<String, String> {
    let mut json = String::new();
    json.extend(rest.next());
    let mut escaped = false;
    for c in rest.by_ref() {
        json.push(c);
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return serde_json::from_str(&json).map_err(|_| "a text in quotes is none of JSON".to_owned()),
            _ => {}
        }
    }
    Err("a text in quotes has no end".to_owned())
}

fn mark(rest: &mut Peekable<Chars<'_>>) -> Result<Mark, String> {
    match rest.peek() {
        Some('"') => string(rest).map(Mark::Text),
        Some('<') => {
            rest.next();
            let name = word(rest, |c| c != '>' && c != '#' && c != '<' && c != ' ');
            let number = rest.next_if_eq(&'#').map(|_| word(rest, |c| c.is_ascii_digit()));
            if name.is_empty() || rest.next() != Some('>') {
                return Err("a mark is not written as <kind> or <name#1>".to_owned());
            }
            match number {
                None => Ok(Mark::Any(name)),
                Some(number) => match number.parse() {
                    Ok(read) if number == u32::to_string(&read) => Ok(Mark::Same(name, read)),
                    _ => Err("the number of a mark is none".to_owned()),
                },
            }
        }
        _ => {
            let literal = word(rest, |c| !c.is_whitespace() && c != '"' && c != '<');
            if literal.is_empty() { Err("a value is missing".to_owned()) } else { Ok(Mark::Literal(literal)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_the_same() {
        let text = |text: &str| Mark::Text(text.to_owned());
        let branch = Branch::of(
            "",
            vec![
                Branch::leaf("status", Mark::Literal("200".to_owned())),
                Branch::of(
                    "a b\n\u{85}\"",
                    vec![
                        Branch {
                            value: vec![text("x="), Mark::Same("lsid".to_owned(), 3), text("\r\n\\\"")],
                            ..Branch::of("@id", Vec::new())
                        },
                        Branch::leaf("", text("")),
                        Branch::of("[]", vec![Branch::leaf("time", Mark::Any("iso8601".to_owned()))]),
                    ],
                ),
                Branch::leaf("end", Mark::Literal("null".to_owned())),
            ],
        );
        let written = write(&branch);
        assert_eq!(read(&written, 1), Ok(branch), "{written}");
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        for (text, line) in [
            ("a\n   b", 2),
            ("  a", 1),
            ("a\n    b", 2),
            ("a =", 1),
            ("a = \"x", 1),
            ("a = <x", 1),
            ("a = <x#>", 1),
            ("a = <x#01>", 1),
            ("a = 1\n= 2", 2),
            ("a = 1 ", 1),
            ("a = \"x\"y", 1),
            ("a b", 1),
        ] {
            let fault = read(text, 1).expect_err(text);
            assert!(fault.starts_with(&format!("line {line}: ")), "{text:?}: {fault}");
        }
    }
}
