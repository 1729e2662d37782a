//! Defects of the Configuration API, and of the document that describes it.
//!
//! In: nothing. Out: rows. Each contradicts the emulator's own document, or makes the document itself faulty.

use super::super::configuration::{CHANGES, GENERAL, OPENAPI};
use super::super::switches::Defect;
use super::commands_by_hand::Rows;
use super::families::behaviour;

const RESOURCES: Rows = &[
    ("no-token-accepted", "a request without a token is let in"),
    ("bad-token-accepted", "a request with a wrong token is let in"),
    ("no-token-answered-400", "a request without a valid token is answered with 400, which is not documented"),
    ("deny-accepted", "an account without the permission is let in"),
    ("no-permission-answered-404", "a missing permission is answered with 404, not 403"),
    ("get-refused", "GET is refused"),
    ("post-refused", "POST is refused"),
    ("patch-refused", "PATCH is refused"),
    ("delete-refused", "DELETE is refused"),
    ("list-answered-203", "a list is answered with 203, which is not documented"),
    ("one-answered-203", "a resource is answered with 203, which is not documented"),
    ("created-answered-200", "what was made is answered with 200, which is not documented"),
    ("created-answered-203", "what was made is answered with 203, which is not documented"),
    ("changed-answered-203", "what was changed is answered with 203, which is not documented"),
    ("deleted-answered-200", "what was removed is answered with 200, which is not documented"),
    ("unknown-answered-200", "what is not there is answered with 200"),
    ("unknown-answered-400", "what is not there is answered with 400, which is not documented"),
    ("invalid-answered-400", "what is not valid is answered with 400, which is not documented"),
    ("error-without-message", "an error has no message"),
    ("validation-error-without-errors", "an answer to what is not valid does not say what that is"),
    ("not-json", "JSON ends before its last bracket does"),
    ("page-instead", "resources are answered with a page"),
    ("json-sent-as-html", "JSON is sent as text/html"),
    ("created-sent-as-html", "what was made is answered with JSON that is sent as text/html"),
    ("list-as-object", "a list is an object"),
    ("property-missing", "a required property is missing"),
    ("id-as-text", "an id is text"),
    ("boolean-as-number", "a boolean is a number"),
    ("enumeration-of-another", "a value is not among those of its enumeration"),
    ("time-not-of-its-format", "a time is not in its format"),
    ("null-where-there-cannot-be", "a text that cannot be null is null"),
    ("write-only-returned", "a password that was given is shown"),
    ("total-missing", "a list has no X-BT-Pagination-Total"),
    ("per-page-header-missing", "a list has no X-BT-Pagination-Per-Page"),
    ("current-page-header-missing", "a list has no X-BT-Pagination-Current-Page"),
    ("last-page-missing", "a list has no X-BT-Pagination-Last-Page"),
    ("link-missing", "a list has no Link"),
    ("link-next-missing", "Link does not have the next page"),
    ("link-next-to-this-page", "the next page of Link is this one"),
    ("total-wrong", "X-BT-Pagination-Total is one too many"),
    ("per-page-header-wrong", "X-BT-Pagination-Per-Page is one too many"),
    ("current-page-header-wrong", "X-BT-Pagination-Current-Page is one too many"),
    ("last-page-wrong", "X-BT-Pagination-Last-Page is one too many"),
    ("per-page-ignored", "per_page has no effect"),
    ("current-page-ignored", "current_page has no effect"),
    ("pages-overlap", "a page begins with the last of the page before"),
    ("per-page-minimum-refused", "per_page of 5 is refused"),
    ("per-page-maximum-refused", "per_page of 100 is refused"),
    ("per-page-out-of-bounds-accepted", "per_page out of bounds is taken"),
    ("filter-ignored", "filters have no effect"),
    ("filter-leaves-nothing", "filters leave nothing"),
    ("list-last-missing", "the resource that was made last is missing in lists"),
    ("owner-not-looked-at", "what is below something that is not there is answered as if it were"),
    ("one-of-another", "whatever the id, the first resource is shown"),
    ("post-without-effect", "what was made is not there"),
    ("post-stored-otherwise", "what was made has another name than was given"),
    ("patch-without-effect", "what was changed is as before"),
    ("patch-resets-the-rest", "what was not given is reset by a change"),
    ("read-only-changed", "a change takes what only the appliance sets"),
    ("delete-without-effect", "what was removed is still there"),
    ("required-not-enforced", "a body without a required property is taken"),
    ("optional-required", "a body without an optional property is refused"),
    ("type-not-enforced", "a property of another type is taken"),
    ("enum-not-enforced", "a value that is not among those of the enumeration is taken"),
    ("minimum-not-enforced", "a number below its minimum is taken"),
    ("maximum-not-enforced", "a number above its maximum is taken"),
    ("maximum-refused", "a number at its maximum is refused"),
    ("minimum-length-not-enforced", "a text shorter than its minimum is taken"),
    ("maximum-length-not-enforced", "a text longer than its maximum is taken"),
    ("maximum-length-refused", "a text of its maximum length is refused"),
    ("pattern-not-enforced", "a text that its pattern does not allow is taken"),
    ("null-accepted", "null is taken where there cannot be null"),
];

const DOCUMENT: Rows = &[
    ("not-found", "there is no document"),
    ("permitted-refused", "an account with the permission is not given the document"),
    ("page-instead", "the document is a page"),
    ("empty", "the document is empty"),
    ("responses-missing", "an operation has no responses"),
];

pub(super) fn add_all(all: &mut Vec<Defect>) {
    let rows = |kind: &'static str, rows: Rows| rows.iter().map(move |(what, says)| (kind, *what, *says));
    let changes = CHANGES.iter().map(|(what, _, _, says)| (OPENAPI, *what, *says));
    let found = rows(GENERAL, RESOURCES).chain(rows(OPENAPI, DOCUMENT)).chain(changes);
    all.extend(found.map(|(kind, what, says)| behaviour(kind, what, says.to_owned())));
}
