//! From text to a value: YAML or JSON, bounded in bytes, nodes, depth and aliases.

use serde_json::Value;

use super::{
    bounds::{BYTES_MAX, DEPTH_MAX, NODES_MAX},
    error::OpenApiError,
};

/// The value of a text.
pub(super) fn value(text: &str) -> Result<Value, OpenApiError> {
    let text = text.trim_start_matches('\u{feff}');
    if text.len() > BYTES_MAX {
        return Err(OpenApiError::TooLong);
    }
    let value = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| OpenApiError::NotJson(error.into()))?
    } else {
        yaml(text)?
    };
    let mut nodes = 0;
    if !bounded(&value, 0, &mut nodes) {
        return Err(OpenApiError::TooManyNodes);
    }
    Ok(value)
}

fn yaml(text: &str) -> Result<Value, OpenApiError> {
    let mut budget = serde_saphyr::Budget::default();
    budget.max_events = 2 * NODES_MAX;
    budget.max_nodes = NODES_MAX;
    budget.max_depth = DEPTH_MAX;
    budget.max_aliases = 1_000;
    budget.max_anchors = 1_000;
    budget.max_documents = 1;
    let mut options = serde_saphyr::options! { strict_booleans: true, budget: Some(budget) };
    options.alias_limits.max_total_replayed_events = NODES_MAX;
    options.alias_limits.max_replay_stack_depth = 16;
    options.with_snippet = false;
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let (line, says) = (error.location().map(|place| place.line()), error.to_string());
        OpenApiError::NotYaml { line, reason: super::document::short(&says) }
    })
}

fn bounded(value: &Value, depth: usize, nodes: &mut usize) -> bool {
    *nodes += 1;
    if depth > DEPTH_MAX || *nodes > NODES_MAX {
        return false;
    }
    match value {
        Value::Array(items) => items.iter().all(|item| bounded(item, depth + 1, nodes)),
        Value::Object(members) => members.values().all(|member| bounded(member, depth + 1, nodes)),
        _ => true,
    }
}
