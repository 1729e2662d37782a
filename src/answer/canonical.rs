//! The documented part of an answer in its canonical form.
//!
//! In: an accepted XML answer and the rows of its endpoint. Out: a tree with our root that holds only what the guide documents,
//! what was left out (observations), and which of several printed names and notations the target uses.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap, HashSet},
};

use compact_str::{CompactString, format_compact};

use crate::{
    decode::xml::Node,
    spec::{Element, Endpoint, Type},
};

/// An answer in its canonical form.
pub struct Canonical {
    /// The documented part below a root with our name for it.
    pub root: Node,
    /// The name that the root has in the answer.
    pub root_seen: String,
    /// Paths of elements and attributes that the guide does not document.
    pub undocumented: BTreeSet<String>,
    /// Row number and the printed name that was seen.
    pub names: BTreeSet<(usize, String)>,
    /// Notation of the permission entries.
    pub shape: Option<&'static str>,
}

/// The name under which answers of an endpoint are looked at: the documented root, or the endpoint's own name.
pub fn root_name(endpoint: &Endpoint) -> &str {
    endpoint.response.root.as_deref().unwrap_or_else(|| endpoint.id.rsplit('/').next().unwrap_or_default())
}

/// The path of a row below the root, without the root itself.
pub fn below_root<'a>(endpoint: &Endpoint, row: &'a Element) -> Vec<&'a str> {
    row.path.split('/').skip(usize::from(endpoint.response.root.is_some())).collect()
}

/// The rows of an endpoint by their paths, made once for all its answers.
pub struct Rows<'a> {
    endpoint: &'a Endpoint,
    /// Row number by path below the root; every printed name of a row leads to it.
    by_path: HashMap<String, usize>,
    /// Paths that have elements below them.
    parents: HashSet<String>,
    /// Whether the permission entries have to be brought into one notation.
    permissions: bool,
}

impl<'a> Rows<'a> {
    /// The rows of an endpoint.
    #[must_use]
    pub fn of(endpoint: &'a Endpoint) -> Self {
        let mut rows = Self {
            endpoint,
            by_path: HashMap::new(),
            parents: HashSet::new(),
            permissions: endpoint.elements.iter().any(|row| row.path.contains("permissions/permission/")),
        };
        for (number, row) in endpoint.elements.iter().enumerate() {
            let below = below_root(endpoint, row);
            let Some((last, parents)) = below.split_last() else { continue };
            let parent = parents.join("/");
            for name in std::iter::once(*last).chain(row.names.iter().map(String::as_str)) {
                rows.by_path.insert(join(&parent, name), number);
            }
            if !last.starts_with('@') {
                rows.parents.insert(parent);
            }
        }
        rows
    }

    fn row(&self, number: usize) -> &'a Element {
        &self.endpoint.elements[number]
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

/// Brings an answer into its canonical form.
pub fn canonical(rows: &Rows<'_>, answer: &Node) -> Canonical {
    let endpoint = rows.endpoint;
    let mut out = Canonical {
        root: Node { name: root_name(endpoint).into(), ..Node::default() },
        root_seen: answer.name.to_string(),
        undocumented: BTreeSet::new(),
        names: BTreeSet::new(),
        shape: None,
    };
    let holder = holder(endpoint, answer);
    let mut source = match holder {
        Some(holder) => Cow::Borrowed(holder),
        None => Cow::Owned(Node { children: vec![answer.clone()], ..Node::default() }),
    };
    if endpoint.response.root.is_some() && holder.is_some_and(|holder| !std::ptr::eq(holder, answer)) {
        out.root_seen = source.name.to_string();
    }
    if rows.permissions {
        out.shape = same_shape(source.to_mut());
    }
    let mut root = std::mem::take(&mut out.root);
    keep(rows, &source, &mut root, "", &mut out);
    out.root = root;
    out
}

/// The element that holds the documented ones: the root when it has the documented name, else the first that has any of them.
fn holder<'a>(endpoint: &Endpoint, answer: &'a Node) -> Option<&'a Node> {
    if endpoint.response.root.as_deref() == Some(answer.name.as_str()) {
        return Some(answer);
    }
    let names: Vec<&str> =
        endpoint.elements.iter().filter_map(|row| below_root(endpoint, row).first().copied()).collect();
    let mut found = None;
    answer.walk(&mut |node| {
        if found.is_none() && node.children.iter().any(|child| names.contains(&child.name.as_str())) {
            found = Some(node);
        }
    });
    found
}

/// Copies what rows document, one level at a time.
fn keep(rows: &Rows<'_>, from: &Node, to: &mut Node, path: &str, out: &mut Canonical) {
    if !rows.parents.contains(path) {
        to.text.clone_from(&from.text);
    }
    for (name, value) in &from.attributes {
        let at = join(path, &format!("@{name}"));
        if rows.by_path.contains_key(&at) {
            to.attributes.push((name.clone(), value.clone()));
        } else {
            out.undocumented.insert(at);
        }
    }
    // An anchor may be written as an element; it then counts as the text that it stands for.
    let anchor = rows.by_path.get(path).is_some_and(|number| rows.row(*number).kind == Type::Anchor);
    if anchor && to.text.trim().is_empty() {
        if let Some(anchor) = from.children.first() {
            let href = anchor.attribute("href").unwrap_or_default();
            to.text = format_compact!("<a href=\"{href}\">{}</a>", anchor.value());
        }
        return;
    }
    for child in &from.children {
        let at = join(path, &child.name);
        let Some(number) = rows.by_path.get(&at).copied() else {
            out.undocumented.insert(at);
            continue;
        };
        let row = rows.row(number);
        let name = row.path.rsplit('/').next().unwrap_or_default();
        if !row.names.is_empty() {
            out.names.insert((number, child.name.to_string()));
        }
        let mut kept = Node { name: name.into(), ..Node::default() };
        keep(rows, child, &mut kept, &join(path, name), out);
        to.children.push(kept);
    }
}

/// Brings the permission entries, which the guide prints without saying how they are written, into one notation.
fn same_shape(source: &mut Node) -> Option<&'static str> {
    let permissions = source.children.iter_mut().find(|child| child.name == "permissions")?;
    let mut shape = None;
    let mut entries: Vec<Permission> = Vec::new();
    let below = permissions.children.iter().map(entries_of);
    for (notation, mut found) in below.chain([in_text(permissions)]).flatten() {
        shape = Some(notation);
        entries.append(&mut found);
    }
    shape?;
    let children = entries.into_iter().map(|(name, text)| Node { name, text, ..Node::default() }).collect();
    permissions.children = vec![Node { name: "permission".into(), children, ..Node::default() }];
    permissions.attributes.clear();
    permissions.text = CompactString::default();
    shape
}

/// The name of a permission and its value.
type Permission = (CompactString, CompactString);

fn is_permission(name: &str) -> bool {
    name.starts_with("perm_")
}

/// The permissions in an element, and how they are written there.
fn entries_of(node: &Node) -> Option<(&'static str, Vec<Permission>)> {
    if is_permission(&node.name) {
        return Some(("direct", vec![(node.name.clone(), node.value().into())]));
    }
    let children: Vec<Permission> = (node.children.iter())
        .filter(|child| is_permission(&child.name))
        .map(|child| (child.name.clone(), child.value().into()))
        .collect();
    if !children.is_empty() {
        return Some(("children", children));
    }
    // The name is the value of an attribute; what it is given stands in the text, or in another attribute.
    if let Some(name) = node.attributes.iter().find(|(_, value)| is_permission(value)) {
        let other = node.attributes.iter().find(|attribute| *attribute != name).map(|(_, value)| value.as_str());
        let value = Some(node.value()).filter(|text| !text.is_empty()).or(other).unwrap_or_default();
        return Some(("name_attribute", vec![(name.1.clone(), value.into())]));
    }
    let attributes: Vec<Permission> = node.attributes.iter().filter(|(name, _)| is_permission(name)).cloned().collect();
    if !attributes.is_empty() {
        return Some(("attributes", attributes));
    }
    if let Some(name) = node.children.iter().find(|child| is_permission(child.value())) {
        let other = node.children.iter().find(|child| !is_permission(child.value())).map_or("", Node::value);
        return Some(("name_element", vec![(name.value().into(), other.into())]));
    }
    in_text(node)
}

/// Names and values that stand in the text of an element, one after the other.
fn in_text(node: &Node) -> Option<(&'static str, Vec<Permission>)> {
    let apart = |c: char| c.is_whitespace() || ",;=:|".contains(c);
    let words: Vec<&str> = node.text.split(apart).filter(|word| !word.is_empty()).collect();
    let value = |at: usize| words.get(at + 1).filter(|word| !is_permission(word)).copied().unwrap_or_default();
    let named = words.iter().enumerate().filter(|(_, word)| is_permission(word));
    let entries: Vec<Permission> = named.map(|(at, word)| ((*word).into(), value(at).into())).collect();
    (!entries.is_empty()).then_some(("text", entries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::xml;

    #[track_caller]
    fn check(notation: &str, permissions: &str) {
        let mut root = xml::read(&format!("<i><permissions>{permissions}</permissions></i>")).unwrap();
        assert_eq!(same_shape(&mut root), Some(notation), "{permissions}");
        let entries: Vec<(&str, &str)> =
            (root.children[0].children[0].children.iter()).map(|child| (child.name.as_str(), child.value())).collect();
        assert_eq!(entries, [("perm_a", "full"), ("perm_b", "1")], "{permissions}");
    }

    #[test]
    fn permissions_are_read_in_any_notation() {
        check("children", "<permission><perm_a>full</perm_a><perm_b> 1 </perm_b></permission>");
        check("attributes", "<permission perm_a='full' perm_b='1'/>");
        check("direct", "<perm_a>full</perm_a><perm_b>1</perm_b>");
        check("name_attribute", "<permission name='perm_a'>full</permission><permission name='perm_b'>1</permission>");
        check("name_attribute", "<p value='full' key='perm_a'/><p value='1' key='perm_b'/>");
        check(
            "name_element",
            "<p><name>perm_a</name><value>full</value></p><p><name>perm_b</name><value>1</value></p>",
        );
        check("text", "<permission>perm_a=full</permission><permission>perm_b: 1</permission>");
        check("text", "perm_a=full, perm_b=1");
    }

    #[test]
    fn what_names_no_permission_has_no_notation() {
        for permissions in ["", "none", "<permission/>", "<permission>1</permission>"] {
            let mut root = xml::read(&format!("<i><permissions>{permissions}</permissions></i>")).unwrap();
            assert_eq!(same_shape(&mut root), None, "{permissions}");
        }
    }
}
