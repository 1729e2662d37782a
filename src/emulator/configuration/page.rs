//! A page of a list: filters, `per_page`, `current_page`, and the headers that tell of the other pages.
//!
//! In: the parameters of a request, and the resources. Out: those of the page with its headers, or what is
//! wrong with a parameter.

use serde_json::Value;

use super::super::http::Pairs;
use super::super::switches::ActiveDefects;
use super::edition::{Edition, Operation};
use super::refusal::Refusal;
use super::schema::{type_of, word};
use super::store::{Configuration, Item, id_of};
use super::validate::{Check, Way};
use super::words::GENERAL;

/// A page.
pub(super) struct Page {
    pub(super) items: Vec<Item>,
    pub(super) headers: Vec<(&'static str, String)>,
}

/// A list, and what it is asked with.
pub(super) struct Listing<'a> {
    pub(super) configuration: &'a Configuration,
    pub(super) edition: &'a Edition,
    pub(super) operation: &'a Operation,
    /// The path of the collection.
    pub(super) path: &'a str,
    /// The path that was asked for.
    pub(super) target: &'a str,
    pub(super) pairs: &'a Pairs,
    pub(super) defects: &'a ActiveDefects,
}

/// Cuts the page that is asked for from the resources that the filters leave.
pub(super) fn page(all: Vec<Item>, listing: &Listing<'_>) -> Result<Page, Refusal> {
    let Listing { operation, target, pairs, defects, .. } = listing;
    let broken = |what: &str| defects.has(GENERAL, what);
    let asked = asked(listing)?;
    let kept = |item: &Item| {
        asked.filters.iter().all(|(name, wanted)| {
            (passes(listing, item, name, wanted) && !broken("filter-leaves-nothing")) || broken("filter-ignored")
        })
    };
    let mut items: Vec<Item> = all.into_iter().filter(kept).collect();
    if broken("list-last-missing") {
        items.pop();
    }
    if !is_documented(operation, "per_page") {
        return Ok(Page { items, headers: Vec::new() });
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
pub(super) fn is_documented(operation: &Operation, name: &str) -> bool {
    operation.parameters.iter().any(|parameter| word(parameter, "name") == name)
}

/// Whether a resource is one that a filter leaves. Texts are compared in any case of their letters, and whole. A filter that no resource
/// has a property for leaves all.
fn passes(listing: &Listing<'_>, item: &Item, name: &str, wanted: &Value) -> bool {
    if let Some(hidden) = name.strip_prefix("include_") {
        return wanted == &Value::Bool(true) || item.get(hidden) != Some(&Value::Bool(true));
    }
    let has = |item: &Item| {
        let value = item.get(name).unwrap_or(&Value::Null);
        match (value, wanted) {
            (Value::String(own), Value::String(wanted)) => own.to_lowercase() == wanted.to_lowercase(),
            _ => value == wanted,
        }
    };
    let described = listing.edition.shown(listing.path).iter().any(|branch| branch.contains_key(name));
    let among = listing.edition.rule(listing.path).and_then(|rule| rule.among.as_ref());
    match among {
        _ if described || item.contains_key(name) => has(item),
        Some(below) => {
            let below = format!("{}/{}/{below}", listing.path, id_of(item));
            listing.configuration.items(&below).iter().any(has)
        }
        None => true,
    }
}

/// Reads the parameters that the document describes; others are not looked at.
fn asked(listing: &Listing<'_>) -> Result<AskedPage, Refusal> {
    let Listing { edition, operation, pairs, defects, .. } = listing;
    let broken = |what: &str| defects.has(GENERAL, what);
    let mut asked = AskedPage { per_page: 100, current_page: 1, beyond: None, filters: Vec::new() };
    let mut check = Check::new(&edition.document, Way::Taken, defects);
    for parameter in operation.parameters.iter().filter(|one| word(one, "in") == "query") {
        let name = word(parameter, "name");
        let schema = parameter.get("schema").map(|schema| edition.document.resolve(schema)).unwrap_or(&Value::Null);
        let Some((_, text)) = pairs.iter().rev().find(|(known, _)| known == name) else {
            if let Some(default) = schema.get("default").filter(|_| name.starts_with("include_")) {
                asked.filters.push((name.to_owned(), default.clone()));
            }
            continue;
        };
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
    let value = match type_of(schema) {
        // Any whole number is one; beyond what is counted here it is as good as the largest that is.
        "integer" => text.parse::<i64>().ok().or_else(|| beyond(text)).map(Value::from),
        "boolean" => text.parse::<bool>().ok().map(Value::from),
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
        all.push(link("previous", (current - 1).min(last)));
    }
    if current < last && !broken("link-next-missing") {
        all.push(link("next", current + 1));
    }
    all.push(link("last", last));
    all.join(", ")
}
