//! What a script for pages gives to the page.
//!
//! In: the text of a script. Out: a branch for each name that it adds to a page, with what it is: a function with the count of its
//! parameters, a text, a number, and the members of each. It is run in the sandbox, so how it is written means nothing.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    decode::javascript,
    drift::branch::{Branch, Mark},
};

/// Lists what a page has, to a depth of three, as JSON: path to kind.
const LIST: &str = r"(function () {
  var out = {}, count = 0;
  function kind(value) {
    if (typeof value === 'function') { return 'function/' + value.length; }
    if (value === null) { return 'null'; }
    if (typeof value === 'string') { return 'text ' + value.slice(0, 200); }
    if (typeof value === 'number' || typeof value === 'boolean') { return typeof value + ' ' + String(value); }
    return Array.isArray(value) ? 'list' : typeof value;
  }
  function list(thing, path, depth) {
    Object.getOwnPropertyNames(thing).sort().forEach(function (name) {
      var value, row;
      if (count >= 2000 || /^(length|name|prototype|arguments|caller|constructor)$/.test(name)) { return; }
      try { value = thing[name]; } catch (error) { return; }
      count += 1;
      row = path + name;
      out[row] = kind(value);
      if (depth > 0 && value && value !== globalThis && (typeof value === 'object' || typeof value === 'function')) {
        list(value, row + '.', depth - 1);
        if (typeof value === 'function' && value.prototype) { list(value.prototype, row + '.prototype.', depth - 1); }
      }
    });
  }
  Object.getOwnPropertyNames(globalThis).sort().forEach(function (name) {
    if (BARE.indexOf(name) < 0) {
      var value;
      try { value = globalThis[name]; } catch (error) { return; }
      out[name] = kind(value);
      if (value && value !== globalThis && (typeof value === 'object' || typeof value === 'function')) { list(value, name + '.', 2); }
    }
  });
  return JSON.stringify(out);
})()";

/// What a script gives to a page.
///
/// # Errors
/// Why it cannot be run.
pub fn facts(script: &str) -> Result<Vec<Branch>, String> {
    let names = "JSON.stringify(Object.getOwnPropertyNames(globalThis))";
    let bare = javascript::run("", &[names]).map_err(|error| error.to_string())?;
    let list = LIST.replace("BARE", bare.first().map_or("[]", String::as_str));
    let listed = javascript::run(script, &[&list]).map_err(|error| error.to_string())?;
    let rows: BTreeMap<String, Value> =
        serde_json::from_str(listed.first().map_or("{}", String::as_str)).map_err(|error| error.to_string())?;
    let kind = |value: &Value| Mark::Text(value.as_str().unwrap_or_default().to_owned());
    Ok(rows.iter().map(|(path, value)| Branch::leaf(format!("name {path}"), kind(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_script_is_written_means_nothing() {
        let one = facts(
            "/* a */ var BG = (function () { function go(a, b) { return a + b; } return { go: go, TYPE: { X: 'x' } }; }());",
        );
        let two = facts("var BG={TYPE:{X:'x'},go:(p,q)=>p*q};");
        assert_eq!(one, two);
        let names: Vec<String> = one.unwrap().into_iter().map(|fact| fact.name).collect();
        assert_eq!(names, ["name BG", "name BG.TYPE", "name BG.TYPE.X", "name BG.go"]);
        assert!(facts("throw new Error('x')").is_err());
    }
}
