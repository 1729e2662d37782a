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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_is_told_from_a_text_that_holds_one() {
        let value = json!({"a": [{"b": 1}, {"b": "1"}, {"b": true}, {"c": null}], "d": {}});
        let of = |pointer: &str, say: fn(&Value) -> String| -> Vec<String> {
            in_json(pointer, &value).into_iter().map(say).collect()
        };
        assert_eq!(of("/a/*/b", text_of), ["1", "1", "true"]);
        assert_eq!(of("/a/*/b", kind_of), ["number", "string", "boolean"]);
        assert_eq!((of("/a/3/c", kind_of), of("/a", kind_of)), (vec!["null".to_owned()], vec!["array".to_owned()]));
        assert_eq!((of("/d", kind_of), of("/e", kind_of)), (vec!["object".to_owned()], Vec::new()));
    }
}
