//! A page of a list: filters, `per_page`, `current_page`, and the headers that tell of the other pages.
//!
//! In: the parameters of a request, and the resources. Out: those of the page with its headers, or what is
//! wrong with a parameter.

use serde_json::Value;

use super::super::http::Pairs;
use super::super::switches::ActiveDefects;
use super::document::resolve;
use super::engine::Refusal;
use super::validate::{Check, Faulty, list};
use super::{GENERAL, Item};

/// A page.
pub(super) struct Page {
    pub(super) items: Vec<Item>,
    pub(super) headers: Vec<(&'static str, String)>,
}

/// Cuts the page that is asked for from the resources that the filters leave.
pub(super) fn page(
    all: Vec<Item>,
    operation: &'static Value,
    target: &str,
    pairs: &Pairs,
    defects: &ActiveDefects,
) -> Result<Page, Refusal> {
    let broken = |what: &str| defects.has(GENERAL, what);
    let asked = asked(operation, pairs, defects)?;
    let kept = |item: &Item| {
        asked.filters.iter().all(|(name, wanted)| {
            let value = item.get(name).unwrap_or(&Value::Null);
            (value == wanted && !broken("filter-leaves-nothing")) || broken("filter-ignored")
        })
    };
    let mut items: Vec<Item> = all.into_iter().filter(kept).collect();
    if broken("list-last-missing") {
        items.pop();
    }
    let per_page = if broken("per-page-ignored") { 100 } else { asked.per_page };
    let current = if broken("current-page-ignored") { 1 } else { asked.current_page };
    let total = items.len();
    let last = total.div_ceil(per_page).max(1);
    let start = (current - 1).saturating_mul(per_page);
    let start = if broken("pages-overlap") { start.saturating_sub(1) } else { start };
    let items: Vec<Item> = items.into_iter().skip(start).take(per_page).collect();
    let one_more = |what: &str, number: usize| number.saturating_add(usize::from(broken(what))).to_string();
    let mut headers = vec![
        ("X-BT-Pagination-Total", one_more("total-wrong", total)),
        ("X-BT-Pagination-Per-Page", one_more("per-page-header-wrong", per_page)),
        (
            "X-BT-Pagination-Current-Page",
            asked.beyond.clone().unwrap_or_else(|| one_more("current-page-header-wrong", current)),
        ),
        ("X-BT-Pagination-Last-Page", one_more("last-page-wrong", last)),
        ("Link", links(target, pairs, per_page, current, last, defects)),
    ];
    let missing = [
        ("total-missing", "X-BT-Pagination-Total"),
        ("per-page-header-missing", "X-BT-Pagination-Per-Page"),
        ("current-page-header-missing", "X-BT-Pagination-Current-Page"),
        ("last-page-missing", "X-BT-Pagination-Last-Page"),
        ("link-missing", "Link"),
    ];
    for (what, name) in missing.iter().filter(|(what, _)| broken(what)) {
        debug_assert!(!what.is_empty());
        headers.retain(|(known, _)| known != name);
    }
    Ok(Page { items, headers })
}

struct AskedPage {
    per_page: usize,
    current_page: usize,
    /// The same as it was asked for, where it is larger than anything that is counted.
    beyond: Option<String>,
    /// The values that the filters want.
    filters: Vec<(String, Value)>,
}

/// Whether the document has a parameter of that name for an operation.
pub(super) fn is_documented(operation: &'static Value, name: &str) -> bool {
    let mut all = list(operation, "parameters").iter().map(resolve);
    all.any(|parameter| parameter.get("name").and_then(Value::as_str) == Some(name))
}

/// Reads the parameters that the document describes; others are not looked at.
fn asked(operation: &'static Value, pairs: &Pairs, defects: &ActiveDefects) -> Result<AskedPage, Refusal> {
    let broken = |what: &str| defects.has(GENERAL, what);
    let mut asked = AskedPage { per_page: 100, current_page: 1, beyond: None, filters: Vec::new() };
    let mut check = Check { defects, faulty: Faulty::new() };
    for parameter in list(operation, "parameters").iter().map(resolve) {
        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
        let Some((_, text)) = pairs.iter().rev().find(|(known, _)| known == name) else { continue };
        let schema = parameter.get("schema").map(resolve).unwrap_or(&Value::Null);
        let value = typed(schema, text);
        let number = value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or_default();
        let (smallest, largest) = (number == 5, number == 100);
        let refused = name == "per_page"
            && ((smallest && broken("per-page-minimum-refused")) || (largest && broken("per-page-maximum-refused")));
        if refused {
            return Err(Refusal::invalid(name, "is out of bounds"));
        }
        let lenient = name == "per_page" && number > 0 && broken("per-page-out-of-bounds-accepted");
        if !lenient {
            check.value(schema, &value, name, 0);
        }
        match name {
            "per_page" => asked.per_page = number.max(1),
            "current_page" => {
                asked.current_page = number.max(1);
                asked.beyond = beyond(text).filter(|_| text.parse::<i64>().is_err()).map(|_| text.clone());
            }
            _ => asked.filters.push((name.to_owned(), value)),
        }
    }
    if check.faulty.is_empty() { Ok(asked) } else { Err(Refusal::Invalid(check.faulty)) }
}

/// A text of the query as the type that its schema wants; what cannot be one stays text.
fn typed(schema: &Value, text: &str) -> Value {
    let value = match schema.get("type").and_then(Value::as_str) {
        // Any whole number is one; beyond what is counted here it is as good as the largest that is.
        Some("integer") => text.parse::<i64>().ok().or_else(|| beyond(text)).map(Value::from),
        Some("boolean") => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    value.unwrap_or_else(|| Value::from(text))
}

/// The largest or smallest number in the place of one that is larger or smaller.
fn beyond(text: &str) -> Option<i64> {
    let (least, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.then_some(if least { i64::MIN } else { i64::MAX })
}

/// The addresses of the other pages (RFC 8288), each with the filters of this one.
fn links(target: &str, pairs: &Pairs, per_page: usize, current: usize, last: usize, defects: &ActiveDefects) -> String {
    let broken = |what: &str| defects.has(GENERAL, what);
    let form = |text: &str| -> String {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
        let encode = |byte: u8| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        text.bytes().map(encode).collect()
    };
    let filters = pairs.iter().filter(|(name, _)| name != "per_page" && name != "current_page");
    let filters: String = filters.map(|(name, value)| format!("&{}={}", form(name), form(value))).collect();
    let link = |rel: &str, page: usize| {
        let page = if rel == "next" && broken("link-next-to-this-page") { current } else { page };
        format!("<{target}?per_page={per_page}&current_page={page}{filters}>; rel=\"{rel}\"")
    };
    let mut all = vec![link("first", 1)];
    if current > 1 {
        all.push(link("prev", (current - 1).min(last)));
    }
    if current < last && !broken("link-next-missing") {
        all.push(link("next", current + 1));
    }
    all.push(link("last", last));
    all.join(", ")
}
