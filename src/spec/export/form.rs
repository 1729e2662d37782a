//! The parameters of a call as one JSON Schema, and the parameters of each printed set and example as values of it.
//!
//! In: a call. Out: a schema of an object, and named values.

use serde_json::{Map, Value, json};

use super::{
    calls::ApiCall,
    parameter::{Lists, described, pattern_of_names, typed},
    rules::rules,
    sample::{Samples, printed},
};

/// A set or an example of the guide.
pub(super) struct Printed {
    pub(super) name: String,
    pub(super) says: String,
    pub(super) page: u32,
    /// Names and values, the fixed ones too.
    pub(super) pairs: Vec<(String, String)>,
}

/// All parameters of a call as an object.
pub(super) fn schema(call: &ApiCall<'_>, lists: Lists) -> Value {
    let (mut properties, mut patterns) = (Map::new(), Map::new());
    for (name, value) in &call.request.fixed {
        properties.insert(name.clone(), fixed(value));
    }
    for row in &call.endpoint.parameters {
        let schema = described(row, lists);
        match pattern_of_names(row) {
            Some(pattern) => _ = patterns.insert(pattern, Value::Object(schema)),
            // A row of its own says more of a fixed parameter than its value.
            None => _ = properties.insert(row.key.clone(), Value::Object(schema)),
        }
    }
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !patterns.is_empty() {
        schema.insert("patternProperties".to_owned(), Value::Object(patterns));
    }
    schema.extend(rules(call));
    Value::Object(schema)
}

/// A parameter that always has the same value.
pub(super) fn fixed(value: &str) -> Value {
    json!({ "type": "string", "enum": [value] })
}

/// What the guide prints as lawful: sets, and examples that are accepted.
pub(super) fn lawful(call: &ApiCall<'_>, samples: &Samples) -> Vec<Printed> {
    let sets = call.endpoint.sets.iter().map(|set| {
        let own = set.parameters.iter().map(|(name, value)| (samples.fill(name), samples.fill(value)));
        let fixed = call.request.fixed.iter().filter(|(name, _)| !set.parameters.contains_key(*name));
        let pairs = fixed.map(|(name, value)| (name.clone(), value.clone())).chain(own).collect();
        Printed { name: format!("set-{}", set.name), says: set.says.clone(), page: set.page, pairs }
    });
    sets.chain(examples(call, "accepted")).collect()
}

/// What the guide prints and leaves open, or says is refused.
pub(super) fn not_lawful(call: &ApiCall<'_>) -> Vec<Printed> {
    let open = call.endpoint.examples.iter().filter(|example| example.expect != "accepted");
    let expects: std::collections::BTreeSet<&str> = open.map(|example| example.expect.as_str()).collect();
    expects.into_iter().flat_map(|expect| examples(call, expect)).collect()
}

fn examples(call: &ApiCall<'_>, expect: &str) -> impl Iterator<Item = Printed> {
    call.endpoint.examples.iter().filter(move |example| example.expect == expect).map(|example| Printed {
        name: example.name.clone(),
        says: example.says.clone(),
        page: example.page,
        pairs: printed(example).into_iter().filter(|(name, _)| !name.is_empty()).collect(),
    })
}

/// The value of a parameter of a call, as its schema has it.
pub(super) fn value_of(call: &ApiCall<'_>, name: &str, text: &str, lists: Lists) -> Value {
    let row = call.endpoint.parameters.iter().find(|row| row.key == name);
    row.map_or_else(|| json!(text), |row| typed(row, text, lists))
}

/// Names and values as an object that the schema describes.
pub(super) fn object(call: &ApiCall<'_>, printed: &Printed, lists: Lists) -> Value {
    let members = printed.pairs.iter().map(|(name, text)| (name.clone(), value_of(call, name, text, lists)));
    Value::Object(members.collect())
}
