//! What an XSD states.
//!
//! In: the tree of a schema. Out: a branch for each element, attribute and type that it declares, wherever it stands, with its type, how
//! often it comes, and its values. Comments, prefixes and the order of declarations mean nothing.

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
    declared(schema, &mut facts, &mut left);
    sorted(&mut facts);
    facts
}

/// Declarations in a fixed order: what is declared twice at one place stands side by side.
fn sorted(facts: &mut Vec<Branch>) {
    facts.iter_mut().for_each(|fact| sorted(&mut fact.children));
    facts.sort_by(|one, other| one.name.cmp(&other.name).then_with(|| one.children.len().cmp(&other.children.len())));
    facts.dedup();
}

fn declared(node: &Node, facts: &mut Vec<Branch>, left: &mut usize) {
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
                declared(child, facts, left);
            }
            ("annotation" | "pattern", _) => {}
            ("minInclusive" | "maxInclusive" | "minLength" | "maxLength" | "length", _) => {
                let value = child.attribute("value").unwrap_or_default();
                facts.push(Branch::leaf(child.name.as_str(), Mark::Text(value.to_owned())));
            }
            _ => declared(child, facts, left),
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
    declared(node, &mut below, left);
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
}
