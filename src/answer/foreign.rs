//! Elements and attributes that a target adds in namespaces of its own: they are none of those that the guide names.
//!
//! In: the tree of an answer. Out: the same tree, in which what is of another namespace is named `{namespace}name`. Where the guide
//! leaves namespaces open nothing is another one: that of the root, none at all, and those that the guide prints, of whatever host.

use std::sync::Arc;

use compact_str::format_compact;

use crate::decode::{saved::is_printed, xml::Node};

/// Names what is of another namespace than the answer as what it is.
pub(super) fn told_apart(mut root: Node) -> Node {
    let home = Arc::clone(&root.namespace);
    tell_apart(&mut root, &home);
    root
}

fn tell_apart(node: &mut Node, home: &Arc<str>) {
    let space = &node.namespace;
    if !Arc::ptr_eq(space, home) && space != home && !space.is_empty() && !is_printed(space) {
        node.name = format_compact!("{{{space}}}{}", node.name);
    }
    take_for_own(node);
    for child in &mut node.children {
        tell_apart(child, home);
    }
}

/// An attribute that is given the namespace of its element is the one without, unless that is there, too.
fn take_for_own(node: &mut Node) {
    let local =
        |name: &str| Some(name.strip_prefix('{')?.strip_prefix(&*node.namespace)?.strip_prefix('}')?.to_owned());
    let own: Vec<(usize, String)> =
        node.attributes.iter().enumerate().filter_map(|(at, (name, _))| Some((at, local(name)?))).collect();
    for (at, name) in own {
        if node.attribute(&name).is_none() {
            node.attributes[at].0 = name.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::xml;

    const PRINTED: &str = "https://www.beyondtrust.com/namespaces/API/command";

    #[track_caller]
    fn check(text: &str, names: &str) {
        let root = told_apart(xml::read(&text.replace("PRINTED", PRINTED)).unwrap());
        let mut found = Vec::new();
        root.walk(&mut |node| {
            found.push(node.name.to_string());
            found.extend(node.attributes.iter().map(|(name, value)| format!("@{name}={value}")));
        });
        assert_eq!(found.join(" "), names);
    }

    #[test]
    fn what_is_of_another_namespace_is_not_what_the_guide_names() {
        check("<a xmlns='PRINTED' xmlns:v='urn:v' v:id='1' id='2'><v:b/><b/></a>", "a @{urn:v}id=1 @id=2 {urn:v}b b");
        check("<a xmlns='PRINTED'><b xmlns='urn:v'><c/></b></a>", "a {urn:v}b {urn:v}c");
        check("<p:a xmlns:p='PRINTED'><p:b/><q:b xmlns:q='PRINTED'/></p:a>", "a b b");
    }

    #[test]
    fn where_the_guide_leaves_the_namespace_open_nothing_is_another_one() {
        check("<a xmlns='urn:own'><b/><b xmlns=''/></a>", "a b b");
        check("<a><b xmlns='PRINTED'/><b xmlns='http://support.example.com/namespaces/API/reporting'/></a>", "a b b");
        check(
            "<p:a xmlns:p='PRINTED' p:id='1'><p:b p:id='1' id='2'/></p:a>",
            &format!("a @id=1 b @{{{PRINTED}}}id=1 @id=2"),
        );
    }
}
