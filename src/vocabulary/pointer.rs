//! What JSON pointers lead to.
//!
//! In: a pointer and a value. Out: the values there, their texts and kinds. Nothing is compared here.

use serde_json::Value;

/// What a pointer leads to; `*` is every item of a list.
pub(super) fn in_json<'a>(pointer: &str, json: &'a Value) -> Vec<&'a Value> {
    if let Some((list, rest)) = pointer.split_once("/*") {
        let items = json.pointer(list).and_then(Value::as_array);
        return items.into_iter().flatten().flat_map(|item| in_json(rest, item)).collect();
    }
    json.pointer(pointer).into_iter().collect()
}

/// A text as it is, any other value as JSON has it.
pub(super) fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The word that JSON itself has for a kind of value.
pub(super) fn kind_of(value: &Value) -> String {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    kind.to_owned()
}
