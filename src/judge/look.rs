//! Looks up what a query selects in an exchange.
//!
//! In: a query, an exchange, and what the variables stand for. Out: texts, or the variable that is missing.

use serde_json::Value;

use crate::{
    decode::xml::Node,
    model::{
        exchange::Outcome,
        variables::{Variables, fill},
    },
    spec::{Query, Segment, Test},
};

use super::{media::script, seen::Seen};

/// The texts that a query selects in the answer; none when there is no such thing.
pub(super) fn look(query: &Query, seen: &Seen<'_>, variables: &Variables) -> Result<Vec<String>, String> {
    let Outcome::Answer(answer) = &seen.exchange.outcome else { return Ok(Vec::new()) };
    Ok(match query {
        Query::Path(path) => in_xml(path, seen, variables)?,
        Query::Count(path) => {
            if seen.xml.is_none() {
                return Ok(Vec::new());
            }
            vec![in_xml(path, seen, variables)?.len().to_string()]
        }
        Query::Sum(path) => {
            if seen.xml.is_none() {
                return Ok(Vec::new());
            }
            let texts = in_xml(path, seen, variables)?;
            let numbers: Option<Vec<i64>> = texts.iter().map(|text| text.trim().parse().ok()).collect();
            numbers.map(|n| vec![n.iter().fold(0_i64, |a, b| a.saturating_add(*b)).to_string()]).unwrap_or_default()
        }
        Query::List(path) => {
            if seen.xml.is_none() {
                return Ok(Vec::new());
            }
            vec![in_xml(path, seen, variables)?.join(",")]
        }
        Query::Js(expression) => script(answer, &fill(expression, variables)?),
        Query::Status => vec![answer.status.to_string()],
        Query::Header(name) => answer
            .headers
            .iter()
            .filter(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.clone())
            .collect(),
        Query::Json(pointer) => seen.json.iter().flat_map(|json| in_json(pointer, json)).collect(),
        Query::Body => vec![answer.body.to_string()],
        Query::Root => seen.xml.iter().map(|root| root.name.to_string()).collect(),
        Query::Namespace => seen.xml.iter().map(|root| root.namespace.to_string()).collect(),
        Query::BurstRefused
        | Query::BurstAcceptedInASecond
        | Query::BurstSentInASecond
        | Query::BurstAnsweredInASecond
        | Query::RepeatRefused => Vec::new(),
    })
}

/// What a pointer leads to; `*` is every item of a list.
fn in_json(pointer: &str, json: &Value) -> Vec<String> {
    if let Some((list, rest)) = pointer.split_once("/*") {
        let items = json.pointer(list).and_then(Value::as_array);
        return items.into_iter().flatten().flat_map(|item| in_json(rest, item)).collect();
    }
    let found = json.pointer(pointer);
    found.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).into_iter().collect()
}

/// The nodes that a path selects.
pub(super) fn nodes<'a>(path: &Query, root: &'a Node, variables: &Variables) -> Result<Vec<&'a Node>, String> {
    let Query::Path(path) = path else { return Ok(Vec::new()) };
    let Some((first, rest)) = path.split_first() else { return Ok(Vec::new()) };
    let mut nodes = first_nodes(first, root, variables)?;
    for segment in rest {
        let (name, tests) = (fill(&segment.name, variables)?, filled(&segment.tests, variables)?);
        nodes = nodes.into_iter().flat_map(|node| step(node, segment.anywhere, &name, &tests)).collect();
    }
    Ok(nodes)
}

fn in_xml(path: &[Segment], seen: &Seen<'_>, variables: &Variables) -> Result<Vec<String>, String> {
    seen.xml.as_deref().map_or_else(|| Ok(Vec::new()), |root| in_tree(root, path, variables))
}

fn in_tree(root: &Node, path: &[Segment], variables: &Variables) -> Result<Vec<String>, String> {
    let Some((first, rest)) = path.split_first() else { return Ok(Vec::new()) };
    if first.attribute {
        // Nothing but an element stands at the top, so only attributes at any depth can be meant.
        return if first.anywhere { select(vec![root], path, variables) } else { Ok(Vec::new()) };
    }
    select(first_nodes(first, root, variables)?, rest, variables)
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
    nodes.retain(|node| name == "*" || node.name == name);
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
                            .filter(|(other, _)| name == "*" || *other == name)
                            .map(|(_, value)| value.to_string()),
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
    candidates.retain(|node| name == "*" || node.name == name);
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
            return nodes.into_iter().filter_map(|node| node.attribute(name)).collect();
        }
        nodes = nodes.into_iter().flat_map(|node| &node.children).filter(|child| child.name == *part).collect();
    }
    nodes.into_iter().map(Node::value).collect()
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
        let Query::Path(path) = Query::parse(query).unwrap() else { panic!("a path") };
        let known = Variables::from([("two".to_owned(), "2".to_owned()), ("which".to_owned(), "n".to_owned())]);
        assert_eq!(in_tree(&root, &path, &known).unwrap(), expected, "{query}");
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
