//! What a defect of structure does to an answer: something is missing, renamed, doubled, empty, or of another type.
//!
//! In: an answer as a tree, and a [`Bend`]. Out: the same tree, bent. What may be bent stands in `structural`.

use serde_json::Value;

use super::super::answer::{Answer, Body, Member};
use super::super::switches::{ActiveDefects, Bend, Verb};
use super::super::xml::{Element, Kind};

/// Bends the structure of an answer, as the defects of the emulator have it.
pub(crate) fn bend(answer: &mut Answer, defects: &ActiveDefects) {
    defects.bends().iter().for_each(|one| bend_answer(answer, one));
    // What is on for one request is on for the first one that it changes.
    if !defects.once().any() {
        return;
    }
    let before = answer.clone();
    let changes = |one: &Bend| {
        let mut bent = before.clone();
        bend_answer(&mut bent, one);
        format!("{bent:?}") != format!("{before:?}")
    };
    if let Some(one) = defects.once().bends(changes) {
        bend_answer(answer, &one);
    }
}

fn bend_answer(answer: &mut Answer, bend: &Bend) {
    let path: Vec<&str> = bend.path.iter().map(String::as_str).collect();
    if let ["header", name] = path.as_slice() {
        bend_header(answer, bend.verb, name);
    } else if answer.kind == bend.kind {
        match (&mut answer.body, path.as_slice()) {
            (Body::Json(members), ["json", name]) => bend_json(members, bend.verb, name),
            (Body::Xml { root, .. }, [first]) if root.name == *first => bend_one(root, bend.verb),
            (Body::Xml { root, .. }, [first, rest @ ..]) if root.name == *first => bend_below(root, bend.verb, rest),
            _ => {}
        }
    }
}

/// The documented headers belong to no kind of answer: they stand on all of them.
fn bend_header(answer: &mut Answer, verb: Verb, name: &str) {
    match verb {
        Verb::Drop => answer.headers.retain(|header| header.name != name),
        verb => {
            for header in answer.headers.iter_mut().filter(|header| header.name == name) {
                match verb {
                    Verb::Rename => header.name = renamed(name, '-'),
                    _ => header.value = mistyped(header.kind).to_owned(),
                }
            }
        }
    }
}

fn bend_json(members: &mut Vec<Member>, verb: Verb, name: &str) {
    match verb {
        Verb::Drop => members.retain(|member| member.name != name),
        verb => {
            for member in members.iter_mut().filter(|member| member.name == name) {
                match verb {
                    Verb::Rename => member.name = renamed(name, '_'),
                    _ => member.value = Value::from(mistyped(member.kind)),
                }
            }
        }
    }
}

fn bend_below(parent: &mut Element, verb: Verb, path: &[&str]) {
    match path {
        [attribute] if attribute.starts_with('@') => bend_attribute(parent, verb, &attribute[1..]),
        [name] => match verb {
            Verb::Drop => parent.children.retain(|child| child.name != *name),
            Verb::Duplicate => {
                let twice = |child: Element| {
                    let copies = if child.name == *name { 2 } else { 1 };
                    std::iter::repeat_n(child, copies)
                };
                parent.children = std::mem::take(&mut parent.children).into_iter().flat_map(twice).collect();
            }
            _ => parent.children.iter_mut().filter(|one| one.name == *name).for_each(|one| bend_one(one, verb)),
        },
        [first, rest @ ..] => {
            parent
                .children
                .iter_mut()
                .filter(|child| child.name == *first)
                .for_each(|child| bend_below(child, verb, rest));
        }
        [] => {}
    }
}

fn bend_one(element: &mut Element, verb: Verb) {
    match verb {
        Verb::Rename => element.name = renamed(&element.name, '_'),
        Verb::Mistype => element.text = mistyped(element.kind).to_owned(),
        Verb::Empty => element.text.clear(),
        Verb::Drop | Verb::Duplicate => {}
    }
}

fn bend_attribute(element: &mut Element, verb: Verb, name: &str) {
    match verb {
        Verb::Drop => element.attributes.retain(|attribute| attribute.name != name),
        verb => {
            for attribute in element.attributes.iter_mut().filter(|attribute| attribute.name == name) {
                match verb {
                    Verb::Rename => attribute.name = renamed(name, '_'),
                    Verb::Empty => attribute.value.clear(),
                    _ => attribute.value = mistyped(attribute.kind).to_owned(),
                }
            }
        }
    }
}

fn renamed(name: &str, joint: char) -> String {
    format!("other{joint}{name}")
}

/// A value that is not of the kind, though near it where there is something near.
pub(super) fn mistyped(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Name => "",
        Kind::Integer | Kind::Id => "many",
        Kind::Flag => "2",
        Kind::Choice => "other",
        Kind::Url => "no address",
        Kind::Link => "no link",
        Kind::Time => "yesterday",
        Kind::Guid => "no guid",
        Kind::Version => "new",
        Kind::ShortKey => "12345",
        Kind::Address => "nowhere",
        Kind::Host => "no host/name",
    }
}
