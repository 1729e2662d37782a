//! An answer as a tree of names and values, whatever notation it came in.
//!
//! In: nothing. Out: [`Branch`]. A value in it is a sequence of [`Mark`]s: a piece of text that stays as it came, or a mark in the place of
//! something of the moment, such as a time.

use std::collections::BTreeSet;

/// A name with what it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Branch {
    /// Name of an element, `@` and the name of an attribute, the key of a member, `[]` for an item of a list.
    pub name: String,
    /// Its own value, in one or several parts; empty where it has none.
    pub value: Vec<Mark>,
    /// What is below it, in its order.
    pub children: Vec<Branch>,
}

/// A part of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// A text as it came.
    Text(String),
    /// A number, `true`, `false` or `null` of JSON, as it came, or a word of ours.
    Literal(String),
    /// Something of that kind, which is another one each time.
    Any(String),
    /// The n-th value of that name. Wherever the same value comes, it has the same number.
    Same(String, u32),
}

/// Ends the name of the count of a list of which not all items are kept.
pub(super) const COUNT: &str = " count";

/// Items of a list that are kept in any case.
const ITEMS_KEPT: usize = 6;

/// The most items of a list that are kept, since they have parts that no item before them has.
const ITEMS_MAX: usize = 24;

impl Branch {
    /// A name with a value.
    #[must_use]
    pub fn leaf(name: impl Into<String>, value: Mark) -> Self {
        Self { name: name.into(), value: vec![value], children: Vec::new() }
    }

    /// A name with something below it.
    #[must_use]
    pub fn of(name: impl Into<String>, children: Vec<Self>) -> Self {
        Self { name: name.into(), value: Vec::new(), children }
    }

    /// The first child of that name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Whether the numbers of marks apart both are the same.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        let same = |one: &Mark, two: &Mark| matches!((one, two), (Mark::Same(..), Mark::Same(..))) || one == two;
        self.name == other.name
            && self.value.len() == other.value.len()
            && self.value.iter().zip(&other.value).all(|(one, two)| same(one, two))
            && self.children.len() == other.children.len()
            && self.children.iter().zip(&other.children).all(|(one, two)| one.is_alike(two))
    }

    /// Every value below it may be changed, with the names that lead to it.
    pub(super) fn each_value(&mut self, path: &mut Vec<String>, change: &mut dyn FnMut(&[String], &mut Vec<Mark>)) {
        change(path, &mut self.value);
        for child in &mut self.children {
            path.push(child.name.clone());
            child.each_value(path, change);
            path.pop();
        }
    }
}

/// Leaves out items of long lists that have nothing new. What stands in their place is their count.
pub(super) fn without_more_of_the_same(children: Vec<Branch>) -> Vec<Branch> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for child in &children {
        // A record with a great number of different names has no list.
        match counts.iter().position(|(name, _)| *name == child.name) {
            Some(at) => counts[at].1 += 1,
            None if counts.len() < 256 => counts.push((child.name.clone(), 1)),
            None => {}
        }
    }
    counts.retain(|(_, count)| *count > ITEMS_KEPT);
    if counts.is_empty() {
        return children;
    }
    let mut kept: Vec<Branch> = Vec::new();
    let mut parts: BTreeSet<String> = BTreeSet::new();
    let mut of_each = vec![0; counts.len()];
    for child in children {
        let Some(number) = counts.iter().position(|(name, _)| *name == child.name) else {
            kept.push(child);
            continue;
        };
        let before = parts.len();
        add_parts(&child, &mut String::new(), &mut parts);
        if of_each[number] < ITEMS_KEPT || of_each[number] < ITEMS_MAX && parts.len() > before {
            of_each[number] += 1;
            kept.push(child);
        }
    }
    kept.extend(
        counts
            .into_iter()
            .map(|(name, count)| Branch::leaf(format!("{name}{COUNT}"), Mark::Literal(count.to_string()))),
    );
    kept
}

fn add_parts(branch: &Branch, path: &mut String, parts: &mut BTreeSet<String>) {
    let length = path.len();
    path.push('/');
    path.push_str(&branch.name);
    if !parts.contains(path.as_str()) {
        parts.insert(path.clone());
    }
    for child in &branch.children {
        add_parts(child, path, parts);
    }
    path.truncate(length);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_list_stay_the_first_items_and_those_with_something_new() {
        let item = |n: usize| {
            let name = if n == 30 { "rare" } else { "usual" };
            Branch::of("item", vec![Branch::leaf(name, Mark::Text(n.to_string()))])
        };
        let kept = without_more_of_the_same((0..40).map(item).collect());
        assert_eq!(kept.len(), 8);
        assert_eq!(kept[6].children[0].name, "rare");
        assert_eq!(kept[7], Branch::leaf("item count", Mark::Literal("40".to_owned())));
        assert_eq!(without_more_of_the_same((0..6).map(item).collect()).len(), 6);
    }
}
