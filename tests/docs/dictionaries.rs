//! The words that fuzzers put into what they change, made of the spec data.
//!
//! In: the embedded data, and the schemas of its format. Out: `fuzz/dictionaries/TARGET.dict`, which are compared, or written anew.

use std::collections::BTreeSet;

use serde_json::Value;
use touchmark::{
    commands::option_list,
    spec::{self, Spec},
};

use super::{none, read, renewing, top, write};

type Words = BTreeSet<String>;

/// What makes words of the data.
type Made = fn(&Spec) -> Words;

/// What makes the words of a target.
const DICTIONARIES: &[(&str, Made)] = &[
    ("answer", elements),
    ("archive_event", tables),
    ("archive_state", tables),
    ("brcs", parameters),
    ("config", options),
    ("conversation", tables),
    ("emulator_session", values),
    ("feed", tables),
    ("http_request", requests),
    ("journal", parameters),
    ("percent", parameters),
    ("query", elements),
    ("saved", elements),
    ("spec", keys),
    ("xml", elements),
    ("xsd", elements),
];

#[test]
fn dictionaries_are_made_of_the_spec_data() {
    let spec = spec::embedded().expect("the spec data");
    let mut faults = Vec::new();
    for (target, made) in DICTIONARIES {
        assert!(top().join(format!("fuzz/fuzz_targets/{target}.rs")).is_file(), "{target} is no target");
        let words = made(&spec);
        assert!(words.len() >= 10, "{target} has only {words:?}");
        let lines: String = words.iter().filter(|word| !word.is_empty()).map(|word| line(word)).collect();
        let text = format!("# Words of the spec data. Made by: {}\n{lines}", super::RENEW);
        let path = format!("fuzz/dictionaries/{target}.dict");
        if let Some(_alone) = renewing() {
            write(&path, &text);
        } else if read(&path) != text {
            faults.push(format!("{path} is not what the spec data gives; renew it with: {}", super::RENEW));
        }
    }
    none(&faults);
}

/// A word as libFuzzer reads it.
fn line(word: &str) -> String {
    let byte = |byte: u8| match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    };
    format!("\"{}\"\n", word.bytes().map(byte).collect::<String>())
}

/// Names of elements and attributes, texts of success, and the namespaces of our schemas.
fn elements(spec: &Spec) -> Words {
    let mut words: Words =
        ["xmlns", "error", "<![CDATA[", "]]>", "&amp;", "<?xml version=\"1.0\"?>"].map(str::to_owned).into();
    for endpoint in spec.endpoints.values() {
        let path = |row: &spec::Element| row.path.split(['/', '@']).map(str::to_owned).collect::<Vec<_>>();
        words.extend(endpoint.elements.iter().flat_map(path));
        words.extend(endpoint.response.root.iter().chain(&endpoint.response.success).cloned());
    }
    let namespace = |text: &String| text.split('"').find(|part| part.contains("/namespaces/API/")).map(str::to_owned);
    words.extend(spec.schemas.values().filter_map(namespace));
    words
}

/// Names of tables and their fields, of events, and what messages are made of.
fn tables(spec: &Spec) -> Words {
    let of_messages = [
        "\"type\":",
        "model_insert",
        "model_update",
        "model_delete",
        "update_model",
        "truncate_model",
        "\"insert\":",
        "\"update\":",
        "\"delete\":",
        "18446744073709551615",
        "18446744073709551616",
        "null",
    ];
    let mut words: Words = of_messages.map(str::to_owned).into();
    for endpoint in spec.endpoints.values() {
        words.extend(endpoint.events.iter().map(|event| event.name.clone()));
        for table in &endpoint.tables {
            words.insert(table.name.clone());
            words.extend(table.fields.iter().map(|field| field.name.clone()));
        }
    }
    words
}

/// Names of parameters, and of commands.
fn parameters(spec: &Spec) -> Words {
    let mut words = Words::new();
    for endpoint in spec.endpoints.values() {
        words.extend(endpoint.parameters.iter().map(|row| format!("{}=", row.key)));
        let fixed = endpoint.request.iter().flat_map(|request| &request.fixed);
        words.extend(fixed.map(|(name, value)| format!("{name}={value}")));
    }
    words
}

/// Values of parameters.
fn values(spec: &Spec) -> Words {
    let rows = spec.endpoints.values().flat_map(|endpoint| &endpoint.parameters);
    let plain = |text: &&String| !text.contains("${");
    rows.flat_map(|row| row.values.iter().chain(&row.item_values).chain(&row.unknown)).filter(plain).cloned().collect()
}

/// Beginnings of request lines, headers, and parameters.
fn requests(spec: &Spec) -> Words {
    let headers = [
        "Host: a\r\n",
        "Content-Length: ",
        "Transfer-Encoding: chunked\r\n",
        "Expect: 100-continue\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Upgrade: websocket\r\n",
        "Connection: Upgrade\r\n",
        "Sec-WebSocket-Version: 13\r\n",
        " HTTP/1.1\r\n",
        " HTTP/1.0\r\n",
        "0\r\n\r\n",
    ];
    let mut words = parameters(spec);
    words.extend(headers.map(str::to_owned));
    for request in spec.endpoints.values().filter_map(|endpoint| endpoint.request.as_ref()) {
        words.extend(request.methods.iter().map(|method| format!("{method} {}", request.path)));
    }
    words
}

/// Keys of `touchmark.toml`.
fn options(_: &Spec) -> Words {
    let mut words: Words = option_list().into_iter().filter_map(|row| row.key).map(|key| format!("{key} = ")).collect();
    words.extend(["[[account]]", "client_id = ", "client_secret = ", "role = "].map(str::to_owned));
    words
}

/// Keys of the spec format.
fn keys(_: &Spec) -> Words {
    let mut words = Words::new();
    for name in ["endpoint", "flow", "fixtures", "fuzz", "guide", "sequences"] {
        let schema: Value = serde_json::from_str(&read(&format!("specs/format/{name}.json"))).expect("a schema");
        gather(&schema, &mut words);
    }
    words
}

fn gather(schema: &Value, words: &mut Words) {
    match schema {
        Value::Object(members) => {
            let properties = members.get("properties").and_then(Value::as_object);
            words.extend(properties.into_iter().flat_map(|all| all.keys().map(|key| format!("{key} = "))));
            members.values().for_each(|value| gather(value, words));
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, words)),
        _ => {}
    }
}
