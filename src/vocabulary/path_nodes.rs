//! What a path selects in a tree.
//!
//! In: a path, a tree, and what the variables stand for. Out: nodes and texts. How a path is written is known elsewhere.

use crate::{
    decode::xml::{Node, without_blanks},
    model::variables::{Variables, fill},
};

/// Which elements or attributes are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(pub(super) Vec<Vec<Segment>>);

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    /// Whether it may stand at any depth.
    pub(super) anywhere: bool,
    /// Whether it is an attribute.
    pub(super) attribute: bool,
    /// Local name; `*` is any.
    pub(super) name: String,
    /// What narrows it.
    pub(super) tests: Vec<Test>,
}

/// What narrows a step of a path. Values may hold `${variables}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    /// The node at the relative path has that text.
    Is(Vec<String>, String),
    /// The node at the relative path has another text.
    IsNot(Vec<String>, String),
    /// The node at the relative path has a text that a path selects in the same document.
    Same(Vec<String>, Box<Path>),
    /// There is a node at the relative path.
    Has(Vec<String>),
    /// It is the n-th, from 1.
    Position(usize),
}

impl Path {
    /// The nodes that it selects.
    ///
    /// # Errors
    /// The first variable that is not known.
    pub fn nodes<'a>(&self, root: &'a Node, variables: &Variables) -> Result<Vec<&'a Node>, String> {
        nodes(&self.0, root, variables)
    }

    /// The texts that it selects.
    ///
    /// # Errors
    /// The first variable that is not known.
    pub fn texts(&self, root: &Node, variables: &Variables) -> Result<Vec<String>, String> {
        texts(&self.0, root, variables)
    }
}

/// A tree, and what the variables stand for.
#[derive(Clone, Copy)]
struct Nodes<'a, 'v> {
    root: &'a Node,
    variables: &'v Variables,
}

/// What narrows nodes, its variables put in.
enum Narrow {
    Is(Vec<String>, String),
    IsNot(Vec<String>, String),
    Among(Vec<String>, Vec<String>),
    Has(Vec<String>),
    Position(usize),
}

/// The nodes that paths select. The error is the first variable that is not known.
fn nodes<'a>(paths: &[Vec<Segment>], root: &'a Node, variables: &Variables) -> Result<Vec<&'a Node>, String> {
    let within = Nodes { root, variables };
    let mut all = Vec::new();
    for (first, rest) in paths.iter().filter_map(|path| path.split_first()) {
        let mut nodes = within.first_nodes(first)?;
        for segment in rest {
            let (name, tests) = (fill(&segment.name, variables)?, within.filled(&segment.tests)?);
            nodes = nodes.into_iter().flat_map(|node| step(node, segment.anywhere, &name, &tests)).collect();
        }
        all.append(&mut nodes);
    }
    Ok(all)
}

/// The texts that paths select. The error is the first variable that is not known.
fn texts(paths: &[Vec<Segment>], root: &Node, variables: &Variables) -> Result<Vec<String>, String> {
    let within = Nodes { root, variables };
    let mut all = Vec::new();
    for path in paths {
        let Some((first, rest)) = path.split_first() else { continue };
        all.append(&mut match (first.attribute, first.anywhere) {
            // Nothing but an element stands at the top, so only attributes at any depth can be meant.
            (true, true) => within.select(vec![root], path)?,
            (true, false) => Vec::new(),
            (false, _) => within.select(within.first_nodes(first)?, rest)?,
        });
    }
    Ok(all)
}

impl<'a> Nodes<'a, '_> {
    /// What the first segment of a path selects: the root, or nodes at any depth.
    fn first_nodes(self, first: &Segment) -> Result<Vec<&'a Node>, String> {
        let (name, tests) = (fill(&first.name, self.variables)?, self.filled(&first.tests)?);
        let mut nodes: Vec<&Node> = Vec::new();
        if first.anywhere {
            self.root.walk(&mut |node| nodes.push(node));
        } else {
            nodes.push(self.root);
        }
        nodes.retain(|node| is_named(node, &name));
        for test in &tests {
            narrow(&mut nodes, test);
        }
        Ok(nodes)
    }

    /// The texts that a path selects from nodes on.
    fn select(self, mut nodes: Vec<&Node>, path: &[Segment]) -> Result<Vec<String>, String> {
        for segment in path {
            let name = fill(&segment.name, self.variables)?;
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
            let tests = self.filled(&segment.tests)?;
            nodes = nodes.into_iter().flat_map(|node| step(node, segment.anywhere, &name, &tests)).collect();
        }
        Ok(nodes.into_iter().map(|node| node.value().to_owned()).collect())
    }

    /// Tests with their variables put in, and what they look up in the tree.
    fn filled(self, tests: &[Test]) -> Result<Vec<Narrow>, String> {
        let filled = tests.iter().map(|test| {
            Ok(match test {
                Test::Is(path, value) => Narrow::Is(path.clone(), fill(value, self.variables)?),
                Test::IsNot(path, value) => Narrow::IsNot(path.clone(), fill(value, self.variables)?),
                Test::Same(path, other) => Narrow::Among(path.clone(), Path::texts(other, self.root, self.variables)?),
                Test::Has(path) => Narrow::Has(path.clone()),
                Test::Position(n) => Narrow::Position(*n),
            })
        });
        filled.collect()
    }
}

fn step<'a>(node: &'a Node, anywhere: bool, name: &str, tests: &[Narrow]) -> Vec<&'a Node> {
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

fn narrow(candidates: &mut Vec<&Node>, test: &Narrow) {
    match test {
        Narrow::Position(n) => {
            let one = n.checked_sub(1).and_then(|at| candidates.get(at).copied());
            *candidates = one.into_iter().collect();
        }
        Narrow::Is(path, value) => candidates.retain(|node| relative(node, path).iter().any(|text| text == value)),
        Narrow::IsNot(path, value) => {
            candidates.retain(|node| {
                let texts = relative(node, path);
                !texts.is_empty() && texts.iter().all(|text| text != value)
            });
        }
        Narrow::Among(path, texts) => {
            candidates.retain(|node| relative(node, path).iter().any(|text| texts.iter().any(|one| one == text)));
        }
        Narrow::Has(path) => candidates.retain(|node| !relative(node, path).is_empty()),
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
