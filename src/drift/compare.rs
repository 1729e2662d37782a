//! What differs between two answers to the same request.
//!
//! In: two branches, and which values of the one are which of the other. Out: each difference with its place and kind. Items of lists are
//! paired by what they say, then by their order; the numbers of marks may be others, as long as what was the same is the same.

use std::collections::{BTreeMap, HashMap};

use strum::{IntoStaticStr, VariantArray};

use super::{
    branch::{Branch, COUNT, Mark},
    lines,
    rows::RowsByPath,
};
use crate::spec::Type;

/// The most differences of one answer.
const MOVED_MAX: usize = 2_000;

/// The longest text of a value that a difference shows, in characters.
const SHOWN_MAX: usize = 120;

/// What kind of difference it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum MoveKind {
    /// It is not there any more.
    Gone,
    /// It was not there before.
    New,
    /// It is of another type, or written in another notation.
    Type,
    /// Its value is another one.
    Value,
    /// The same things come in another order.
    Order,
    /// A list has another number of items.
    Count,
    /// The answer has another status.
    Status,
    /// A header is gone, new or another one.
    Header,
    /// What was the same value in several places is not any more, or the other way round.
    Identity,
    /// The answer takes much longer, or much less time.
    Timing,
}

impl MoveKind {
    /// The word in reports and files.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// One difference of an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moved {
    /// What kind it is.
    pub kind: MoveKind,
    /// The names that lead to it, without the numbers of items.
    pub path: String,
    /// What was there.
    pub was: String,
    /// What is there.
    pub is: String,
}

impl Moved {
    /// Kind and place in one text, by which noise is known.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{} {}", self.kind.word(), self.path)
    }
}

/// Which numbered value of one recording is which of another one.
#[derive(Debug, Default)]
pub struct Relations {
    forth: BTreeMap<(String, u32), (String, u32)>,
    back: BTreeMap<(String, u32), (String, u32)>,
    last: BTreeMap<String, u32>,
}

impl Relations {
    /// Whether both may be the same value; they are from then on, where nothing was known of them.
    fn same(&mut self, was: (&str, u32), is: (&str, u32)) -> bool {
        let (was, is) = ((was.0.to_owned(), was.1), (is.0.to_owned(), is.1));
        match (self.forth.get(&was), self.back.get(&is)) {
            (None, None) => {
                self.forth.insert(was.clone(), is.clone());
                self.back.insert(is, was);
                true
            }
            (forth, back) => forth == Some(&is) && back == Some(&was),
        }
    }

    /// Takes note of the numbers of a recording, so that new values get others.
    pub fn note(&mut self, branch: &Branch) {
        for mark in &branch.value {
            if let Mark::Same(name, number) = mark {
                let last = self.last.entry(name.clone()).or_insert(0);
                *last = (*last).max(*number);
            }
        }
        branch.children.iter().for_each(|child| self.note(child));
    }

    /// A branch of the new recording with the numbers of the old one, and further ones for what is new.
    pub fn renumbered(&mut self, branch: &Branch) -> Branch {
        let value = branch.value.iter().map(|mark| match mark {
            Mark::Same(name, number) => {
                let key = (name.clone(), *number);
                let (name, number) = match self.back.get(&key) {
                    Some(known) => known.clone(),
                    None => {
                        let last = self.last.entry(name.clone()).or_insert(0);
                        *last = last.saturating_add(1);
                        let next = (name.clone(), *last);
                        self.back.insert(key.clone(), next.clone());
                        self.forth.insert(next.clone(), key);
                        next
                    }
                };
                Mark::Same(name, number)
            }
            mark => mark.clone(),
        });
        let value = value.collect();
        let children = branch.children.iter().map(|child| self.renumbered(child)).collect();
        Branch { name: branch.name.clone(), value, children }
    }
}

/// The differences between two answers of an endpoint.
#[must_use]
pub(super) fn compare_by(rows: &RowsByPath<'_>, was: &Branch, is: &Branch, relations: &mut Relations) -> Vec<Moved> {
    let mut found = Comparison { rows, relations, moved: Vec::new() };
    found.below(was, is, &mut Vec::new());
    found.moved
}

/// The differences between two branches of which no row says anything, such as two documents.
#[must_use]
pub fn compare(was: &Branch, is: &Branch, relations: &mut Relations) -> Vec<Moved> {
    compare_by(&RowsByPath::none(), was, is, relations)
}

struct Comparison<'a> {
    rows: &'a RowsByPath<'a>,
    relations: &'a mut Relations,
    moved: Vec<Moved>,
}

impl Comparison<'_> {
    fn add(&mut self, kind: MoveKind, path: &[&str], was: &str, is: &str) {
        if self.moved.len() >= MOVED_MAX {
            return;
        }
        let kind = match path {
            ["headers", _, ..] if kind != MoveKind::Identity => MoveKind::Header,
            ["status"] => MoveKind::Status,
            _ => kind,
        };
        let shown = |text: &str| text.chars().take(SHOWN_MAX).collect();
        self.moved.push(Moved { kind, path: path.join("/"), was: shown(was), is: shown(is) });
    }

    fn below<'b>(&mut self, was: &'b Branch, is: &'b Branch, path: &mut Vec<&'b str>) {
        let pairs = pairs(was, is);
        for name in &pairs.reordered {
            path.push(name);
            self.add(MoveKind::Order, path, "in one order", "in another order");
            path.pop();
        }
        if pairs.names_reordered {
            self.add(MoveKind::Order, path, "its elements in one order", "in another order");
        }
        for (one, two) in pairs.both {
            path.push(&one.name);
            self.value(one, two, path);
            self.below(one, two, path);
            path.pop();
        }
        for (kind, branch, of_a_list) in pairs.alone {
            path.push(&branch.name);
            let text = brief(branch);
            let (was, is) = if kind == MoveKind::Gone { (text.as_str(), "") } else { ("", text.as_str()) };
            // A list that has become longer than is kept, or shorter, has a count on one side alone.
            let counts = of_a_list || branch.name.ends_with(COUNT);
            self.add(if counts { MoveKind::Count } else { kind }, path, was, is);
            path.pop();
        }
    }

    fn value(&mut self, was: &Branch, is: &Branch, path: &[&str]) {
        let (old, new) = (lines::value(&was.value), lines::value(&is.value));
        if was.name.ends_with(COUNT) {
            if old != new {
                self.add(MoveKind::Count, path, &old, &new);
            }
            return;
        }
        let shape =
            |branch: &Branch| (branch.value.is_empty(), branch.children.iter().any(|c| !c.name.starts_with('@')));
        // A value in the place of something with parts, or the other way round.
        if shape(was) != shape(is) && (was.value.is_empty() || is.value.is_empty()) {
            // Where nothing is in it any more, or was before, what came or went says so.
            if is_emptied(was, is) || is_emptied(is, was) {
                return;
            }
            self.add(MoveKind::Type, path, &brief(was), &brief(is));
            return;
        }
        let alike = was.value.len() == is.value.len()
            && was.value.iter().zip(&is.value).all(|pair| match pair {
                (Mark::Same(..), Mark::Same(..)) => true,
                (one, two) => one == two,
            });
        if alike {
            for pair in was.value.iter().zip(&is.value) {
                if let (Mark::Same(one, n), Mark::Same(two, m)) = pair
                    && !self.relations.same((one, *n), (two, *m))
                {
                    self.add(MoveKind::Identity, path, &old, "the value of something else");
                }
            }
            return;
        }
        let row = self.rows.at(&path.join("/")).map(|(_, row)| row.kind);
        let free = matches!(row, Some(Type::Text | Type::Enum | Type::Hostname | Type::Ip));
        let kind = if !free && class(&was.value) != class(&is.value) { MoveKind::Type } else { MoveKind::Value };
        self.add(kind, path, &old, &new);
    }
}

/// What is below two branches, put together.
struct Pairs<'b> {
    both: Vec<(&'b Branch, &'b Branch)>,
    /// Gone or new, and whether others of its name are there.
    alone: Vec<(MoveKind, &'b Branch, bool)>,
    reordered: Vec<&'b str>,
    names_reordered: bool,
}

fn pairs<'b>(was: &'b Branch, is: &'b Branch) -> Pairs<'b> {
    let mut out = Pairs { both: Vec::new(), alone: Vec::new(), reordered: Vec::new(), names_reordered: false };
    let mut names: Vec<&str> = Vec::new();
    let (mut old, mut new) = (by_name(was, &mut names), by_name(is, &mut names));
    for name in &names {
        let (old, new) = (old.remove(name).unwrap_or_default(), new.remove(name).unwrap_or_default());
        group(name, &old, &new, &mut out);
    }
    let order = |of: &'b Branch, other: &Branch| {
        let mut order: Vec<&str> = Vec::new();
        for child in &of.children {
            if !child.name.ends_with(COUNT)
                && !order.contains(&child.name.as_str())
                && other.child(&child.name).is_some()
            {
                order.push(&child.name);
            }
        }
        order
    };
    out.names_reordered = was.children.len() < 256 && is.children.len() < 256 && order(was, is) != order(is, was);
    out
}

fn by_name<'b>(branch: &'b Branch, names: &mut Vec<&'b str>) -> HashMap<&'b str, Vec<&'b Branch>> {
    let mut groups: HashMap<&str, Vec<&Branch>> = HashMap::new();
    for child in &branch.children {
        groups.entry(&child.name).or_default().push(child);
    }
    let new: Vec<&str> = branch.children.iter().map(|child| child.name.as_str()).collect();
    let mut known: std::collections::HashSet<&str> = names.iter().copied().collect();
    names.extend(new.into_iter().filter(|name| known.insert(name)));
    groups
}

/// Items of one name: first those that say the same, then the rest in their order.
fn group<'b>(name: &'b str, old: &[&'b Branch], new: &[&'b Branch], out: &mut Pairs<'b>) {
    let mut partners: Vec<Option<usize>> = vec![None; old.len()];
    let mut free: Vec<bool> = vec![true; new.len()];
    if old.len() > 1 || new.len() > 1 {
        for (number, one) in old.iter().enumerate() {
            // Where nothing has moved, the partner stands at the same place.
            let order = new.get(number).map(|_| number).into_iter().chain(0..new.len());
            let found = order.into_iter().find(|at| free[*at] && one.is_alike(new[*at]));
            if let Some(at) = found {
                (partners[number], free[at]) = (Some(at), false);
            }
        }
        let matched: Vec<usize> = partners.iter().flatten().copied().collect();
        if !matched.is_sorted() {
            out.reordered.push(name);
        }
    }
    let mut rest = (0..new.len()).filter(|at| free[*at]).collect::<Vec<_>>().into_iter();
    for (number, one) in old.iter().enumerate() {
        match partners[number].or_else(|| rest.next()) {
            Some(at) => out.both.push((one, new[at])),
            None => out.alone.push((MoveKind::Gone, one, !new.is_empty())),
        }
    }
    out.alone.extend(rest.map(|at| (MoveKind::New, new[at], !old.is_empty())));
}

/// Whether one is the other with nothing in it.
fn is_emptied(one: &Branch, other: &Branch) -> bool {
    let blank = matches!(one.value.as_slice(), [Mark::Text(text)] if text.trim().is_empty());
    blank && one.children.iter().all(|child| child.name.starts_with('@') && other.child(&child.name).is_some())
}

/// What a branch is, in a few words.
fn brief(branch: &Branch) -> String {
    match (branch.value.is_empty(), branch.children.len()) {
        (false, _) => lines::value(&branch.value),
        (true, 0) => "there".to_owned(),
        (true, count) => format!("with {count} below it"),
    }
}

/// What a value looks like.
fn class(value: &[Mark]) -> String {
    match value {
        [Mark::Text(text)] => {
            let text = text.trim();
            let number = text.strip_prefix('-').unwrap_or(text);
            let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
            match text {
                "" => "empty",
                "true" | "false" => "boolean",
                _ if digits => "number",
                _ if text.starts_with("http://") || text.starts_with("https://") => "url",
                _ => "text",
            }
            .to_owned()
        }
        [Mark::Literal(text)] => match text.as_str() {
            "true" | "false" => "JSON boolean".to_owned(),
            "null" | "[]" | "{}" => text.clone(),
            _ => "JSON number".to_owned(),
        },
        [Mark::Any(kind)] => format!("any {kind}"),
        [Mark::Same(..)] => "id".to_owned(),
        [Mark::Text(text), ..] if text.starts_with("http://") || text.starts_with("https://") => "url".to_owned(),
        _ => "text".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(was: &str, is: &str, expected: &[&str]) {
        let read = |text: &str| lines::read(text, 1).unwrap();
        let moved = compare(&read(was), &read(is), &mut Relations::default());
        assert_eq!(moved.iter().map(Moved::place).collect::<Vec<_>>(), expected, "{was}\n--\n{is}");
    }

    #[test]
    fn each_kind_has_its_place() {
        check("a = \"1\"", "a = \"1\"", &[]);
        check("a\n  b = \"x\"", "a\n  c = \"x\"", &["gone a/b", "new a/c"]);
        check("a = \"x\"", "a = \"y\"", &["value a"]);
        check("a = \"1\"", "a = \"x\"", &["type a"]);
        check("a = 1", "a = \"1\"", &["type a"]);
        check("a = <iso8601>", "a = <epoch>", &["type a"]);
        check("a = \"x\"", "a\n  b = \"x\"", &["type a", "new a/b"]);
        check("status = 200", "status = 400", &["status status"]);
        check("headers\n  x = \"1\"", "headers\n  y = \"1\"", &["header headers/x", "header headers/y"]);
        check("a = \"1\"\na = \"2\"", "a = \"2\"\na = \"1\"", &["order a"]);
        check("a = \"1\"\na = \"2\"", "a = \"2\"", &["count a"]);
        check("a = \"1\"\nb = \"2\"", "b = \"2\"\na = \"1\"", &["order "]);
        check("\"a count\" = 7", "\"a count\" = 8", &["count a count"]);
        check("a = \"1\"", "a = \"1\"\n\"a count\" = 7", &["count a count"]);
        check("l\n  a = \"1\"", "l = \"\"", &["gone l/a"]);
        check("l = \"\"", "l\n  a = \"1\"", &["new l/a"]);
        check("l\n  a = \"1\"", "l = \"x\"", &["type l", "gone l/a"]);
    }

    #[test]
    fn what_was_the_same_is_the_same_whatever_its_number() {
        check("a = <i#1>\nb = <i#2>\nc = <i#1>", "a = <j#5>\nb = <j#3>\nc = <j#5>", &[]);
        check("a = <i#1>\nb = <i#2>\nc = <i#1>", "a = <i#1>\nb = <i#2>\nc = <i#2>", &["identity c"]);
        check("a = <i#1>\nb = <i#1>", "a = <i#1>\nb = <i#2>", &["identity b"]);
        check("a = \"x\" <i#1>", "a = \"x\" <i#9>", &[]);
    }

    #[test]
    fn items_are_paired_by_what_they_say() {
        check("r\n  n = \"x\"\nr\n  n = \"y\"", "r\n  n = \"z\"\nr\n  n = \"x\"\nr\n  n = \"y\"", &["count r"]);
        check("r\n  n = \"x\"\n  k = \"1\"\nr\n  n = \"y\"", "r\n  n = \"x\"\nr\n  n = \"y\"", &["gone r/k"]);
    }
}
