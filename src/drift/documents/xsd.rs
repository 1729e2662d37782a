//! What an XSD states.
//!
//! In: the tree of a schema. Out: a branch for each element, attribute and type that it declares, wherever it stands, with its type, how
//! often it comes, and its values. Comments, prefixes and the order of declarations mean nothing.

use std::collections::BTreeSet;

use crate::{
    decode::xml::Node,
    drift::branch::{Branch, Mark},
};

/// The namespace of XSD.
pub(super) const NAMESPACE: &str = "http://www.w3.org/2001/XMLSchema";

/// The most declarations of a schema.
const DECLARED_MAX: usize = 50_000;

/// What a schema states.
#[must_use]
pub fn facts(schema: &Node) -> Vec<Branch> {
    let mut facts = Vec::new();
    if let Some(namespace) = schema.attribute("targetNamespace") {
        facts.push(Branch::leaf("namespace", Mark::Text(namespace.to_owned())));
    }
    let mut left = DECLARED_MAX;
    declarations(schema, &mut facts, &mut left);
    sorted(&mut facts);
    facts
}

/// Names of the elements and attributes that a place in such facts is about: the innermost that it is in, or those of a named type.
pub(in crate::drift) fn declared(path: &str, answers: [&Branch; 2]) -> BTreeSet<String> {
    let names = || path.split('/');
    let innermost = names().filter_map(declares).next_back();
    if let Some(name) = innermost {
        return BTreeSet::from([name.to_owned()]);
    }
    let mut types: BTreeSet<String> =
        names().filter_map(|name| name.strip_prefix("type ")).map(str::to_owned).collect();
    let mut found = BTreeSet::new();
    // A type may be made of another one.
    let mut before = usize::MAX;
    while !types.is_empty() && types.len() != before {
        before = types.len();
        answers.into_iter().for_each(|answer| users(answer, None, &mut types, &mut found));
    }
    found
}

fn declares(name: &str) -> Option<&str> {
    name.strip_prefix("element ").or_else(|| name.strip_prefix("attribute "))
}

/// Adds what is declared to be of one of the types, and types that are made of one of them.
fn users(branch: &Branch, within: Option<&str>, types: &mut BTreeSet<String>, found: &mut BTreeSet<String>) {
    let names_one = branch
        .value
        .iter()
        .any(|mark| matches!(mark, Mark::Any(name) | Mark::Text(name) if types.contains(name.as_str())));
    if names_one && matches!(branch.name.as_str(), "type" | "base") {
        match within.map(|name| (declares(name), name.strip_prefix("type "))) {
            Some((Some(name), _)) => drop(found.insert(name.to_owned())),
            Some((_, Some(name))) => drop(types.insert(name.to_owned())),
            _ => {}
        }
    }
    let within =
        Some(branch.name.as_str()).filter(|name| declares(name).is_some() || name.starts_with("type ")).or(within);
    branch.children.iter().for_each(|child| users(child, within, types, found));
}

/// Declarations in a fixed order: what is declared twice at one place stands side by side.
fn sorted(facts: &mut Vec<Branch>) {
    facts.iter_mut().for_each(|fact| sorted(&mut fact.children));
    facts.sort_by(|one, other| one.name.cmp(&other.name).then_with(|| one.children.len().cmp(&other.children.len())));
    facts.dedup();
}

fn declarations(node: &Node, facts: &mut Vec<Branch>, left: &mut usize) {
    for child in node.children.iter().filter(|child| &*child.namespace == NAMESPACE) {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let named = child.attribute("name").or_else(|| child.attribute("ref"));
        match (child.name.as_str(), named) {
            (sort @ ("element" | "attribute"), Some(name)) => facts.push(declaration(sort, name, child, left)),
            ("simpleType" | "complexType" | "group" | "attributeGroup", Some(name)) => {
                facts.push(declaration("type", name, child, left));
            }
            ("enumeration", _) => {
                facts.push(Branch::of(format!("value {}", child.attribute("value").unwrap_or_default()), Vec::new()));
            }
            ("restriction" | "extension" | "list", _) => {
                let base = child.attribute("base").or_else(|| child.attribute("itemType")).unwrap_or_default();
                if !base.is_empty() {
                    facts.push(Branch::leaf("base", Mark::Text(local(base).to_owned())));
                }
                declarations(child, facts, left);
            }
            ("annotation" | "pattern", _) => {}
            ("minInclusive" | "maxInclusive" | "minLength" | "maxLength" | "length", _) => {
                let value = child.attribute("value").unwrap_or_default();
                facts.push(Branch::leaf(child.name.as_str(), Mark::Text(value.to_owned())));
            }
            _ => declarations(child, facts, left),
        }
    }
}

fn declaration(sort: &str, name: &str, node: &Node, left: &mut usize) -> Branch {
    let mut below = Vec::new();
    if let Some(kind) = node.attribute("type") {
        below.push(Branch::leaf("type", Mark::Any(local(kind).to_owned())));
    }
    match sort {
        "element" => {
            let least = if node.attribute("minOccurs") == Some("0") { "optional" } else { "required" };
            below.push(Branch::leaf("need", Mark::Literal(least.to_owned())));
            let most = node.attribute("maxOccurs").unwrap_or("1");
            below.push(Branch::leaf("most", Mark::Text(most.to_owned())));
        }
        "attribute" => {
            let need = if node.attribute("use") == Some("required") { "required" } else { "optional" };
            below.push(Branch::leaf("need", Mark::Literal(need.to_owned())));
        }
        _ => {}
    }
    declarations(node, &mut below, left);
    Branch::of(format!("{sort} {}", local(name)), below)
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    let name = name.trim();
    let bare = name.rsplit(':').next().unwrap_or(name);
    // It stands in a mark, which has no blanks and no signs of its own.
    if bare.is_empty() || bare.contains(|c: char| c.is_whitespace() || "<>#".contains(c)) { "odd" } else { bare }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::xml;

    #[test]
    fn prefixes_comments_and_order_mean_nothing() {
        let of = |text: &str| facts(&xml::read(text).unwrap());
        let one = of(
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='u'><!-- c --><xs:element name='a' type='xs:string'/><xs:simpleType name='t'><xs:restriction base='xs:string'><xs:enumeration value='x'/><xs:enumeration value='y'/></xs:restriction></xs:simpleType></xs:schema>",
        );
        let two = of(
            "<schema xmlns='http://www.w3.org/2001/XMLSchema' targetNamespace='u'><simpleType name='t'><restriction base='string'><enumeration value='y'/><enumeration value='x'/></restriction></simpleType><element type='string' name='a' minOccurs='1'/></schema>",
        );
        assert_eq!(one, two);
        assert_eq!(one.len(), 3);
    }

    #[test]
    fn a_change_of_a_type_is_about_the_elements_of_that_type() {
        let schema = xml::read(
            "<schema xmlns='http://www.w3.org/2001/XMLSchema'><simpleType name='t'><restriction base='string'><enumeration value='x'/></restriction></simpleType><simpleType name='u'><restriction base='t'/></simpleType><element name='a' type='t'/><complexType name='c'><attribute name='b' type='u'/></complexType><element name='d' type='string'/></schema>",
        );
        let facts = Branch::of("body", facts(&schema.unwrap()));
        for (path, about) in [
            ("body/type t/value x", vec!["a", "b"]),
            ("body/type u/base", vec!["b"]),
            ("body/type c/attribute b/need", vec!["b"]),
            ("body/element d/type", vec!["d"]),
            ("body/namespace", vec![]),
        ] {
            let found = declared(path, [&facts, &Branch::default()]);
            assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), about, "{path}");
        }
    }
}
