//! The lines in which the file of a site tells what happened: `40 join 5`, `90 chat customer Hello`.
//!
//! In: a line. Out: its second, who does it, and what it is; or a message that says what is wrong with it.
//! The second is that of the session, or for a team how long ago it was.

/// Who a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Person {
    System,
    Customer,
    Rep(i64),
}

/// What a line tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// `team 1`: the session comes into the queue of a team.
    Team(i64),
    /// `join 5`: a representative comes in.
    Join(i64),
    /// `own 5`: a representative takes the session over.
    Own(i64),
    /// `leave 5`
    Leave(i64),
    /// `chat 5 Hello`
    Chat(String),
    /// `file 5 File Upload=2048 notes.txt`: a transfer with its kind, size and name.
    File { kind: String, size: u64, name: String },
    /// `shell 5`: a command shell is opened.
    Shell,
    /// `show 5`: a representative shows their screen.
    Show,
    /// `information`: the information on the customer's system is pulled.
    Information,
    /// `did 5 Registry Key Added: path=HKLM\Software`: anything else, with its values; `to` is whom it was done to.
    Did { kind: String, values: Vec<(String, String)> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) at_s: i64,
    pub(crate) who: Person,
    pub(crate) deed: Deed,
}

/// Reads a line.
pub(crate) fn read(text: &str) -> Result<Line, String> {
    let wrong = |why: &str| format!("the event `{text}` {why}");
    let mut parts = text.splitn(3, ' ');
    let at_s =
        parts.next().and_then(|at| at.parse().ok()).ok_or_else(|| wrong("must begin with a number of seconds"))?;
    let word = parts.next().ok_or_else(|| wrong("lacks a word such as join or chat"))?;
    let rest = parts.next().unwrap_or_default();
    let id = || rest.parse::<i64>().map_err(|_| wrong("needs an id after its word"));
    let by = |deed: Deed, who: Person| Ok(Line { at_s, who, deed });
    match word {
        "team" => return by(Deed::Team(id()?), Person::System),
        "join" => return by(Deed::Join(id()?), Person::Rep(id()?)),
        "own" => return by(Deed::Own(id()?), Person::Rep(id()?)),
        "leave" => return by(Deed::Leave(id()?), Person::Rep(id()?)),
        "information" => return by(Deed::Information, Person::System),
        _ => {}
    }
    let (who, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let who = match who {
        "system" => Person::System,
        "customer" => Person::Customer,
        id => Person::Rep(id.parse().map_err(|_| wrong("names nobody: write system, customer or an id"))?),
    };
    let deed = match word {
        "chat" => Deed::Chat(rest.to_owned()),
        "shell" => Deed::Shell,
        "show" => Deed::Show,
        "file" => {
            let (kind, file) = rest.split_once('=').ok_or_else(|| wrong("needs a kind, =, a size and a name"))?;
            let (size, name) = file.split_once(' ').ok_or_else(|| wrong("needs a size and a name after ="))?;
            let size = size.parse().map_err(|_| wrong("needs a size in bytes after ="))?;
            Deed::File { kind: kind.to_owned(), size, name: name.to_owned() }
        }
        "did" => {
            let (kind, values) = rest.split_once(": ").unwrap_or((rest, ""));
            let pair = |part: &str| part.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
            Deed::Did { kind: kind.to_owned(), values: values.split("; ").filter_map(pair).collect() }
        }
        _ => return Err(wrong("has an unknown word")),
    };
    by(deed, who)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_who_did_what_and_when() {
        let line = read("90 file 5 File Upload Failed=2048 my notes.txt").expect("a line");
        let (kind, name) = ("File Upload Failed".to_owned(), "my notes.txt".to_owned());
        assert_eq!(line, Line { at_s: 90, who: Person::Rep(5), deed: Deed::File { kind, size: 2048, name } });
        let line = read("7 did customer Legal Agreement Response: accepted=1; title=Terms of use").expect("a line");
        let Deed::Did { kind, values } = line.deed else { panic!("{line:?}") };
        assert_eq!(
            (kind.as_str(), values.len(), values[1].1.as_str()),
            ("Legal Agreement Response", 2, "Terms of use")
        );
        for bad in ["", "x join 1", "1", "1 join x", "1 dance 5", "1 chat nobody hello", "1 file 5 x", "1 file 5 x=y z"]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
