//! What stands for a variable in an example that is printed and not sent.
//!
//! In: the spec. Out: texts. The guide prints each of its queries with values, and the data has the same query with variables, so the
//! one says what stands for the other. What no query shows has a plain word.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::variables::fill_with,
    spec::{
        endpoint::{Example, Parameter},
        select::Spec,
    },
};

/// The printed values of variables, and the names of all printed parameters.
pub(super) struct Samples {
    values: BTreeMap<String, String>,
    names: BTreeSet<String>,
}

/// The value of a variable that no printed query has.
const UNSHOWN: &str = "1";

impl Samples {
    pub(super) fn of(spec: &Spec) -> Self {
        let (mut values, mut names) = (BTreeMap::new(), BTreeSet::new());
        for example in spec.endpoints.values().flat_map(|endpoint| &endpoint.examples) {
            let (sent, printed) = (pairs(&example.send), printed(example));
            names.extend(printed.iter().map(|(name, _)| name.clone()));
            if sent.len() != printed.len() {
                continue;
            }
            for ((sent_name, sent_value), (name, value)) in sent.iter().zip(&printed) {
                learn(sent_name, name, &mut values);
                learn(sent_value, value, &mut values);
            }
        }
        Self { values, names }
    }

    /// The names under which a parameter is printed; its own where it has one.
    pub(super) fn names_of(&self, row: &Parameter) -> Vec<String> {
        let printed: Vec<String> = self.names.iter().filter(|name| row.is_called(name)).cloned().collect();
        if printed.is_empty() { vec![self.fill(&row.key)] } else { printed }
    }

    /// A text with printed values in the place of its variables.
    pub(super) fn fill(&self, text: &str) -> String {
        fill_with(text, |name| Some(self.values.get(name).cloned().unwrap_or_else(|| UNSHOWN.to_owned())))
            .unwrap_or_default()
    }
}

/// Names and values of the query that the guide prints, decoded.
pub(super) fn printed(example: &Example) -> Vec<(String, String)> {
    pairs(example.printed.rsplit('?').next().unwrap_or_default())
}

fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Lists of both are compared item by item. What stands around a variable is printed around its value.
fn learn(template: &str, value: &str, known: &mut BTreeMap<String, String>) {
    let (templates, values): (Vec<&str>, Vec<&str>) = (template.split(',').collect(), value.split(',').collect());
    if templates.len() != values.len() {
        return;
    }
    for (template, value) in templates.into_iter().zip(values) {
        let Some((before, rest)) = template.split_once("${") else { continue };
        let Some((name, after)) = rest.split_once('}') else { continue };
        if after.contains("${") {
            continue;
        }
        if let Some(value) = value.strip_prefix(before).and_then(|value| value.strip_suffix(after)) {
            known.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::embedded;

    #[test]
    fn printed_queries_say_what_stands_for_a_variable() {
        let samples = Samples::of(&embedded().unwrap());
        for (text, expected) in [
            ("rep:${rep.id}", "rep:1"),
            ("${session.lsid}", "c69a8e10bea9428f816cfababe9815fe"),
            ("session.custom.${custom_field}", "session.custom.custom_field1"),
            ("${skill},${skill2}", "codename1,codename2"),
            ("${date-30}", "2016-10-01"),
            ("${nothing.like.it}", UNSHOWN),
        ] {
            assert_eq!(samples.fill(text), expected, "{text}");
        }
    }
}
