//! Which files of the program import each other in a circle, and how large a circle may be.
//!
//! An arrow runs from a file to the file that defines a name which it uses, also where another file hands that
//! name on with `pub use`. What only tests use is no arrow. A circle is a set of files of which each leads to each.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use super::tidy::{code, sources};

/// The largest circle of a room. A room without a row has none, and there is none between rooms.
const LARGEST: &[(&str, usize)] = &[("emulator", 4)];

#[test]
fn no_circle_of_imports_is_larger_than_its_room_may_have() {
    let house = House::new(sources().into_iter().map(|file| (file.path, file.text)));
    let mut faults = Vec::new();
    let mut largest: BTreeMap<String, usize> = BTreeMap::new();
    for circle in house.circles() {
        let rooms: BTreeSet<&str> = circle.iter().map(|path| room(path)).collect();
        let rooms = rooms.into_iter().collect::<Vec<_>>().join(" and ");
        let limit = LARGEST.iter().find(|(room, _)| *room == rooms).map_or(1, |(_, limit)| *limit);
        if circle.len() > limit {
            faults.push(format!("{rooms}: {} files import each other in a circle: {circle:?}", circle.len()));
        }
        let most = largest.entry(rooms).or_default();
        *most = circle.len().max(*most);
    }
    for (room, limit) in LARGEST {
        let most = largest.get(*room).copied().unwrap_or(1);
        if most < *limit {
            faults.push(format!("{room}: its largest circle has {most} files; lower its limit of {limit}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn room(path: &str) -> &str {
    path.trim_start_matches("src/").split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// The names of modules from the top of the crate, or the parts of a path.
type Path = Vec<String>;

/// The files of a crate by their modules.
struct House {
    files: BTreeMap<Path, Source>,
}

struct Source {
    path: String,
    text: String,
    /// What `use` brings in, by the name that it has here.
    uses: BTreeMap<String, Path>,
}

impl House {
    fn new(files: impl Iterator<Item = (String, String)>) -> House {
        let files: Vec<(String, String)> = files.collect();
        let declared = Regex::new(r"#\[cfg\(test\)\]\s*(?:pub(?:\([a-z]+\))? )?mod (\w+);").expect("a pattern");
        let of_tests: Vec<Path> = files
            .iter()
            .flat_map(|(path, text)| declared.captures_iter(text).map(|found| joined(&module(path), &found[1])))
            .collect();
        let files = files.into_iter().map(|(path, text)| (module(&path), Source::new(path, &text)));
        let kept = files.filter(|(module, _)| !of_tests.iter().any(|tests| module.starts_with(tests)));
        House { files: kept.collect() }
    }

    fn circles(&self) -> Vec<Vec<&str>> {
        let arrows: BTreeMap<&Path, BTreeSet<&Path>> =
            self.files.keys().map(|module| (module, self.arrows(module))).collect();
        let reached: BTreeMap<&Path, BTreeSet<&Path>> =
            arrows.keys().map(|module| (*module, reached(&arrows, module))).collect();
        let mut circles = BTreeSet::new();
        for module in self.files.keys() {
            let circle = reached[module].iter().filter(|other| reached[**other].contains(module));
            let circle: Vec<&str> = circle.map(|other| self.files[*other].path.as_str()).collect();
            if circle.len() > 1 {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    /// The files that a file takes something from.
    fn arrows(&self, module: &Path) -> BTreeSet<&Path> {
        let source = &self.files[module];
        let named = Regex::new(r"\b\w+(?:::\w+)+").expect("a pattern");
        let paths = named.find_iter(&source.text).map(|found| parts(found.as_str()));
        let paths = paths.filter(|path| path.iter().any(|part| part != "super"));
        let paths = source.uses.values().cloned().chain(paths);
        let defined = paths.filter_map(|path| self.definer(module, &path, 0));
        defined.filter(|definer| *definer != module).collect()
    }

    /// The file that defines what a path names, seen from a module.
    fn definer(&self, from: &Path, path: &[String], hops: usize) -> Option<&Path> {
        let first = path.first()?.as_str();
        let (mut at, mut rest) = match first {
            "crate" => (Path::new(), &path[1..]),
            "self" => (from.clone(), &path[1..]),
            "super" => {
                let steps = path.iter().take_while(|part| *part == "super").count();
                (from[..from.len().checked_sub(steps)?].to_vec(), &path[steps..])
            }
            _ if self.files.contains_key(&joined(from, first)) => (from.clone(), path),
            // A name that `use` brought in.
            _ if hops == 0 => {
                let known = self.files[from].uses.get(first).filter(|known| known[0] != first)?;
                return self.definer(from, &[known, &path[1..]].concat(), 1);
            }
            _ => return None,
        };
        while let Some(name) = rest.first() {
            let inner = joined(&at, name);
            if self.files.contains_key(&inner) {
                (at, rest) = (inner, &rest[1..]);
                continue;
            }
            let handed_on = self.files.get(&at).and_then(|source| source.uses.get(name)).filter(|_| at != *from);
            if let Some(known) = handed_on.filter(|_| hops < 9) {
                let further = self.definer(&at, &[known, &rest[1..]].concat(), hops + 1);
                return further.or_else(|| self.known(&at));
            }
            break;
        }
        self.known(&at)
    }

    fn known(&self, module: &Path) -> Option<&Path> {
        self.files.get_key_value(module).map(|(known, _)| known)
    }
}

impl Source {
    fn new(path: String, text: &str) -> Source {
        let text = code(text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default());
        // How far something is seen is no arrow.
        let text = Regex::new(r"pub\(in [^)]*\)").expect("a pattern").replace_all(&text, "pub").into_owned();
        let pattern = Regex::new(r"\buse ([^;]+);").expect("a pattern");
        let mut uses = BTreeMap::new();
        for found in pattern.captures_iter(&text) {
            let tree = found[1].split_whitespace().collect::<Vec<_>>().join(" ");
            for one in branches(&tree) {
                let (path, name) = one.split_once(" as ").unwrap_or((&one, ""));
                let mut path = parts(path);
                path.pop_if(|last| last == "self");
                let name = if name.is_empty() { path.last().cloned().unwrap_or_default() } else { name.to_owned() };
                uses.insert(name, path);
            }
        }
        let text = pattern.replace_all(&text, "").into_owned();
        Source { path, text, uses }
    }
}

/// The module that a file is.
fn module(path: &str) -> Path {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" { Path::new() } else { path.split('/').map(str::to_owned).collect() }
}

fn joined(module: &[String], name: &str) -> Path {
    [module, &[name.to_owned()]].concat()
}

fn parts(path: &str) -> Path {
    path.split("::").map(|part| part.trim().to_owned()).collect()
}

/// The paths of a `use` with braces: `a::{b, c::{d, e}}` is `a::b`, `a::c::d` and `a::c::e`.
fn branches(tree: &str) -> Vec<String> {
    let Some((stem, rest)) = tree.split_once('{') else { return vec![tree.trim().to_owned()] };
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    let (mut level, mut start, mut all) = (0, 0, Vec::new());
    for (at, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
        match letter {
            '{' => level += 1,
            '}' => level -= 1,
            ',' if level == 0 => {
                let branch = inner[start..at].trim();
                if !branch.is_empty() {
                    all.extend(branches(&format!("{}{branch}", stem.trim_start())));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    all
}

fn reached<'a>(arrows: &BTreeMap<&'a Path, BTreeSet<&'a Path>>, from: &'a Path) -> BTreeSet<&'a Path> {
    let (mut seen, mut left) = (BTreeSet::new(), vec![from]);
    while let Some(at) = left.pop() {
        left.extend(arrows[at].iter().filter(|next| seen.insert(**next)));
    }
    seen
}

#[test]
fn a_circle_is_seen_through_braces_names_and_what_is_handed_on() {
    let files = [
        ("src/lib.rs", "mod a;\nmod b;\nmod c;"),
        ("src/a/mod.rs", "mod inner;\nmod table;\npub use inner::Thing;"),
        ("src/a/inner.rs", "use super::{table::{ROWS, Row}};\npub struct Thing;"),
        ("src/a/table.rs", "use crate::a::Thing as One;\npub const ROWS: &[One] = &[];"),
        ("src/b.rs", "use crate::c;\nfn f() { c::g() }"),
        ("src/c.rs", "// use crate::b;\n#[cfg(test)]\nmod tests {\n    use crate::b;\n}"),
    ];
    let house = House::new(files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())));
    assert_eq!(house.circles(), [vec!["src/a/inner.rs", "src/a/table.rs"]]);
}
