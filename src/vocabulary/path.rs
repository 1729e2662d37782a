//! Paths: which elements and attributes of a tree are meant.
//!
//! In: the text of a path, or a tree and what the variables stand for. Out: a [`Path`], or nodes and texts. `/a/b/@c` leads from the root,
//! `//b[@id='5']/c` from anywhere; `[x='v']`, `[x!='v']`, `[x]` and `[2]` narrow a step, `*` is any element. `/a/@b | /a/b` is what the
//! first path selects, then what the second does.

use std::fmt;

use crate::{
    decode::xml::{Node, without_blanks},
    model::variables::{Variables, fill, names},
};

/// Which elements or attributes are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Vec<Segment>>);

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Segment {
    /// Whether it may stand at any depth.
    anywhere: bool,
    /// Whether it is an attribute.
    attribute: bool,
    /// Local name; `*` is any.
    name: String,
    /// What narrows it.
    tests: Vec<Test>,
}

/// What narrows a step of a path. Values may hold `${variables}`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    /// The node at the relative path has that text.
    Is(Vec<String>, String),
    /// The node at the relative path has another text.
    IsNot(Vec<String>, String),
    /// There is a node at the relative path.
    Has(Vec<String>),
    /// It is the n-th, from 1.
    Position(usize),
}

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut paths = Vec::new();
        let mut rest = text;
        loop {
            let end = end_before('|', rest);
            paths.push(segments_of(&rest[..end])?);
            match rest[end..].strip_prefix('|') {
                Some(more) => rest = more,
                None => return Ok(Self(paths)),
            }
        }
    }

    /// The element of that name, wherever it stands.
    #[must_use]
    pub fn anywhere(name: &str) -> Self {
        Self(vec![vec![Segment { anywhere: true, attribute: false, name: name.to_owned(), tests: Vec::new() }]])
    }

    /// Whether attributes are selected.
    #[must_use]
    pub fn ends_in_an_attribute(&self) -> bool {
        self.0.iter().any(|path| path.last().is_some_and(|segment| segment.attribute))
    }

    /// Whether it finds nothing but what has the value of the variable in it, or around it.
    #[must_use]
    pub fn asks_for(&self, variable: &str) -> bool {
        let asks = |test: &Test| matches!(test, Test::Is(_, value) if names(value).iter().any(|name| name == variable));
        self.0.iter().all(|path| path.iter().any(|segment| segment.tests.iter().any(asks)))
    }

    /// The variables that it names.
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        let mut out = Vec::new();
        for Segment { name, tests, .. } in self.0.iter().flatten() {
            out.extend(names(name));
            for test in tests {
                if let Test::Is(_, value) | Test::IsNot(_, value) = test {
                    out.extend(names(value));
                }
            }
        }
        out
    }

    /// The nodes that it selects.
    ///
    /// # Errors
    /// The first variable that is not known.
    pub fn nodes<'a>(&self, root: &'a Node, variables: &Variables) -> Result<Vec<&'a Node>, String> {
        let mut all = Vec::new();
        for (first, rest) in self.0.iter().filter_map(|path| path.split_first()) {
            let mut nodes = first_nodes(first, root, variables)?;
            for segment in rest {
                let (name, tests) = (fill(&segment.name, variables)?, filled(&segment.tests, variables)?);
                nodes = nodes.into_iter().flat_map(|node| step(node, segment.anywhere, &name, &tests)).collect();
            }
            all.append(&mut nodes);
        }
        Ok(all)
    }

    /// The texts that it selects.
    ///
    /// # Errors
    /// The first variable that is not known.
    pub fn texts(&self, root: &Node, variables: &Variables) -> Result<Vec<String>, String> {
        let mut all = Vec::new();
        for path in &self.0 {
            let Some((first, rest)) = path.split_first() else { continue };
            all.append(&mut match (first.attribute, first.anywhere) {
                // Nothing but an element stands at the top, so only attributes at any depth can be meant.
                (true, true) => select(vec![root], path, variables)?,
                (true, false) => Vec::new(),
                (false, _) => select(first_nodes(first, root, variables)?, rest, variables)?,
            });
        }
        Ok(all)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, path) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str(" | ")?;
            }
            path.iter().try_for_each(|segment| write!(f, "{segment}"))?;
        }
        Ok(())
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.anywhere { "//" } else { "/" })?;
        if self.attribute {
            f.write_str("@")?;
        }
        f.write_str(&self.name)?;
        for test in &self.tests {
            match test {
                Test::Is(path, value) => write!(f, "[{}='{value}']", path.join("/"))?,
                Test::IsNot(path, value) => write!(f, "[{}!='{value}']", path.join("/"))?,
                Test::Has(path) => write!(f, "[{}]", path.join("/"))?,
                Test::Position(n) => write!(f, "[{n}]")?,
            }
        }
        Ok(())
    }
}

/// The segments of one path.
fn segments_of(text: &str) -> Result<Vec<Segment>, String> {
    let mut segments = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let anywhere = rest.starts_with("//");
        rest = rest
            .strip_prefix("//")
            .or_else(|| rest.strip_prefix('/'))
            .ok_or_else(|| format!("`{text}`: a `/` is missing before `{rest}`"))?;
        let end = end_before('/', rest);
        segments.push(segment_of(&rest[..end], anywhere).map_err(|fault| format!("`{text}`: {fault}"))?);
        rest = &rest[end..];
    }
    if segments.is_empty() { Err(format!("`{text}` names nothing")) } else { Ok(segments) }
}

/// Where the next of a character stands outside brackets and quotes, or the end of the text.
fn end_before(mark: char, text: &str) -> usize {
    let (mut depth, mut quoted) = (0_u32, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            c if c == mark && !quoted && depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

fn segment_of(text: &str, anywhere: bool) -> Result<Segment, String> {
    let head = text.find('[').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(head);
    let attribute = name.starts_with('@');
    let name = name.strip_prefix('@').unwrap_or(name).trim();
    if name.is_empty() || name.contains(char::is_whitespace) || name.starts_with('@') {
        return Err(format!("`{text}` has no name"));
    }
    let mut tests = Vec::new();
    while let Some(open) = rest.strip_prefix('[') {
        let close = closing(open).ok_or_else(|| format!("a `]` is missing in `{text}`"))?;
        tests.push(test_of(open[..close].trim())?);
        rest = open[close + 1..].trim_start();
    }
    if !rest.is_empty() {
        return Err(format!("`{rest}` is too much in `{text}`"));
    }
    Ok(Segment { anywhere, attribute, name: name.to_owned(), tests })
}

fn closing(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '\'';
        (c == ']' && !quoted).then_some(at)
    })
}

fn test_of(text: &str) -> Result<Test, String> {
    if let Ok(position) = text.parse() {
        return Ok(Test::Position(position));
    }
    let relative = |path: &str| path.trim().split('/').map(str::to_owned).collect::<Vec<_>>();
    let Some(quote) = text.find('\'') else {
        return Ok(Test::Has(relative(text)));
    };
    let value = text[quote + 1..].strip_suffix('\'').ok_or_else(|| format!("`{text}` lacks its closing quote"))?;
    let left = text[..quote].trim();
    if let Some(path) = left.strip_suffix("!=") {
        Ok(Test::IsNot(relative(path), value.to_owned()))
    } else if let Some(path) = left.strip_suffix('=').filter(|path| !path.trim_end().ends_with('!')) {
        Ok(Test::Is(relative(path), value.to_owned()))
    } else {
        Err(format!("`{text}`: write [name='value'] or [name!='value']"))
    }
}

/// What the first segment of a path selects: the root, or nodes at any depth.
fn first_nodes<'a>(first: &Segment, root: &'a Node, variables: &Variables) -> Result<Vec<&'a Node>, String> {
    let (name, tests) = (fill(&first.name, variables)?, filled(&first.tests, variables)?);
    let mut nodes: Vec<&Node> = Vec::new();
    if first.anywhere {
        root.walk(&mut |node| nodes.push(node));
    } else {
        nodes.push(root);
    }
    nodes.retain(|node| is_named(node, &name));
    for test in &tests {
        narrow(&mut nodes, test);
    }
    Ok(nodes)
}

/// The texts that a path selects from nodes on.
fn select(mut nodes: Vec<&Node>, path: &[Segment], variables: &Variables) -> Result<Vec<String>, String> {
    for segment in path {
        let name = fill(&segment.name, variables)?;
        if segment.attribute {
            let mut texts = Vec::new();
            for node in nodes {
                let mut add = |node: &Node| {
                    texts.extend(
                        node.attributes
                            .iter()
                            .filter(|(other, _)| name == "*" && !other.contains(['{', ':']) || *other == name)
                            .map(|(_, value)| without_blanks(value).to_owned()),
                    );
                };
                if segment.anywhere { node.walk(&mut |below| add(below)) } else { add(node) }
            }
            return Ok(texts);
        }
        let tests = filled(&segment.tests, variables)?;
        nodes = nodes.into_iter().flat_map(|node| step(node, segment.anywhere, &name, &tests)).collect();
    }
    Ok(nodes.into_iter().map(|node| node.value().to_owned()).collect())
}

fn filled(tests: &[Test], variables: &Variables) -> Result<Vec<Test>, String> {
    tests
        .iter()
        .map(|test| {
            Ok(match test {
                Test::Is(path, value) => Test::Is(path.clone(), fill(value, variables)?),
                Test::IsNot(path, value) => Test::IsNot(path.clone(), fill(value, variables)?),
                other => other.clone(),
            })
        })
        .collect()
}

fn step<'a>(node: &'a Node, anywhere: bool, name: &str, tests: &[Test]) -> Vec<&'a Node> {
    let mut candidates: Vec<&Node> = Vec::new();
    if anywhere {
        for child in &node.children {
            child.walk(&mut |below| candidates.push(below));
        }
    } else {
        candidates.extend(&node.children);
    }
    candidates.retain(|node| is_named(node, name));
    for test in tests {
        narrow(&mut candidates, test);
    }
    candidates
}

fn narrow(candidates: &mut Vec<&Node>, test: &Test) {
    match test {
        Test::Position(n) => {
            let one = n.checked_sub(1).and_then(|at| candidates.get(at).copied());
            *candidates = one.into_iter().collect();
        }
        Test::Is(path, value) => candidates.retain(|node| relative(node, path).iter().any(|text| text == value)),
        Test::IsNot(path, value) => {
            candidates.retain(|node| {
                let texts = relative(node, path);
                !texts.is_empty() && texts.iter().all(|text| text != value)
            });
        }
        Test::Has(path) => candidates.retain(|node| !relative(node, path).is_empty()),
    }
}

fn relative<'a>(node: &'a Node, path: &[String]) -> Vec<&'a str> {
    let mut nodes = vec![node];
    for part in path {
        if part == "." || part == "text()" {
            continue;
        }
        if let Some(name) = part.strip_prefix('@') {
            return nodes.into_iter().filter_map(|node| node.attribute(name)).map(without_blanks).collect();
        }
        nodes = nodes.into_iter().flat_map(|node| &node.children).filter(|child| child.name == *part).collect();
    }
    nodes.into_iter().map(Node::value).collect()
}

/// Whether an element has a name, `*` for any but those of other namespaces.
fn is_named(node: &Node, name: &str) -> bool {
    name == "*" && !node.name.starts_with('{') || node.name == name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::xml;

    #[track_caller]
    fn check(query: &str, expected: &[&str]) {
        let root = xml::read(
            "<l xmlns='u'><r id='1'><n>a</n><t>x</t></r><r id='2'><n>b</n></r><s><r id='3'><n>c</n></r></s></l>",
        )
        .unwrap();
        let known = Variables::from([("two".to_owned(), "2".to_owned()), ("which".to_owned(), "n".to_owned())]);
        let path = Path::parse(query).unwrap();
        assert_eq!(path.texts(&root, &known).unwrap(), expected, "{query}");
        assert_eq!(path.to_string(), query);
    }

    #[test]
    fn paths_select_by_local_names() {
        check("/l/r/@id", &["1", "2"]);
        check("//r/@id", &["1", "2", "3"]);
        check("//@id", &["1", "2", "3"]);
        check("//r[@id='${two}']/n", &["b"]);
        check("//r/${which}", &["a", "b", "c"]);
        check("//r[n!='a']/@id", &["2", "3"]);
        check("//r[t]/n", &["a"]);
        check("//r[2]/n", &["b"]);
        check("/l/*/n", &["a", "b"]);
        check("/r", &[]);
    }
}
