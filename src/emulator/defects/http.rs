//! Defects of HTTP itself: of heads, of framing, and of how answers are written. No library sends what shows them.
//!
//! In: nothing. Out: rows in the order of RFC 9112. Each has its hook in `connection` under the same name.

use super::super::connection::{DEATHS, ECHOES, ERRORS, KIND, OTHERS};
use super::super::switches::Defect;
use super::commands_by_hand::Rows;
use super::families::behaviour;

const BY_HAND: &[(&str, Rows)] = &[("http/head", HEAD), ("http/framing", FRAMING), ("http/answers", ANSWERS)];

/// RFC 9112 2 to 5
const HEAD: Rows = &[
    ("leading-empty-line-refused", "an empty line before a request is refused"),
    ("leading-empty-line-answered-with-500", "an empty line before a request is answered with 500"),
    ("http-1.0-answered-with-500", "HTTP/1.0 is answered with 500"),
    ("higher-minor-version-answered-with-500", "HTTP/1.9 is answered with 500"),
    ("blanks-around-values-refused", "blanks around the value of a header are refused"),
    ("long-names-answered-with-500", "a header with a long name is answered with 500"),
    ("every-expectation-refused", "100-continue is refused"),
    ("head-not-awaited", "a head that does not end is answered with success"),
    ("answers-before-it-is-asked", "a connection is answered before anything comes"),
    ("method-not-checked", "what is no token is passed over in a method"),
    ("method-in-any-case", "a method in lower case is taken"),
    ("blank-in-target-taken", "a target with a blank in it is taken"),
    ("control-bytes-in-target-taken", "a target with a control byte, or one beyond ASCII, is taken"),
    ("target-not-checked", "a target in no form of a request is taken for a path"),
    ("absolute-form-refused", "a target with scheme and host is refused"),
    ("version-in-lower-case-taken", "http/1.1 is taken for HTTP/1.1"),
    ("version-not-checked", "any text is taken for HTTP/1.1"),
    ("version-answered-with-500", "another major version is answered with 500"),
    ("host-missing-taken", "HTTP/1.1 without a Host is taken"),
    ("host-twice-taken", "two Hosts are taken"),
    ("host-not-checked", "a Host that names no host is taken"),
    ("blank-before-colon-taken", "a blank before the colon of a header is passed over"),
    ("line-without-colon-taken", "a line without a colon is passed over"),
    ("empty-name-taken", "a header without a name is passed over"),
    ("name-not-checked", "a header whose name is no token is passed over"),
    ("names-in-one-case-only", "headers whose names begin in lower case are not known"),
    ("value-without-blank-refused", "a header without a blank behind its colon is refused"),
    ("bytes-beyond-ascii-answered-with-500", "a header with bytes beyond ASCII is answered with 500"),
    ("many-headers-answered-with-500", "more headers than are read are answered with 500"),
    ("long-head-answered-with-500", "a head larger than is read is answered with 500"),
    ("long-target-answered-with-500", "a request line longer than is read is answered with 500"),
    ("unknown-expectation-answered-with-500", "an unknown expectation is answered with 500"),
    ("body-answered-to-head", "HEAD is answered with a body"),
    ("request-behind-a-request-answered", "a request behind one that closes the connection is answered"),
    ("refusals-are-silent", "a head that cannot be read is neither answered nor closed"),
    ("refusals-are-said-twice", "a head that cannot be read is answered twice"),
    ("refusals-unsettle", "the request after a head that cannot be read is answered with 500"),
];

/// RFC 9112 6 and 7
const FRAMING: Rows = &[
    ("chunked-in-lower-case-only", "chunked is not known in another case"),
    ("codings-not-checked", "any Transfer-Encoding is taken for chunked"),
    ("other-codings-taken", "codings before chunked are passed over"),
    ("body-not-awaited", "a body that does not end is acted on"),
    ("bytes-behind-a-body-answered-with-500", "bytes behind a body are answered with 500"),
    ("zeros-before-length-answered-with-500", "a length with zeros before it is answered with 500"),
    ("lengths-that-differ-taken", "of several lengths the first is taken"),
    ("list-of-lengths-taken", "of a list of lengths the first is taken"),
    ("sign-of-length-taken", "a length with a sign is taken"),
    ("words-as-length-taken", "what stands behind the digits of a length is passed over"),
    ("length-overflow-answered-with-500", "a length above 64 bits is answered with 500"),
    ("end-of-chunk-not-checked", "what stands between a chunk and its end is passed over"),
    ("chunk-line-ends-not-checked", "the line of a chunk may end with a LF alone"),
    ("trailers-refused", "trailers are refused"),
    ("chunk-extensions-refused", "a chunk with an extension is refused"),
    ("prefix-of-chunk-size-taken", "the size of a chunk may begin with 0x"),
    ("sign-of-chunk-size-taken", "the size of a chunk may have a sign"),
    ("blanks-around-chunk-size-taken", "the size of a chunk may have blanks around it"),
    ("chunk-size-in-lower-case-only", "a size in upper case is refused"),
    ("zeros-before-chunk-size-refused", "a size with zeros before it is refused"),
    ("chunk-size-overflow-answered-with-500", "a size above 64 bits is answered with 500"),
];

/// RFC 9112 4, and what may stand in an answer
const ANSWERS: Rows = &[
    ("refusals-are-500", "what cannot be read is answered with 500"),
    ("refusals-are-200", "what cannot be read is answered with 200"),
    ("refusals-show-a-stack-trace", "what cannot be read is answered with a stack trace"),
    ("refusals-show-what-came", "what cannot be read comes back, with the token in it"),
    ("refusals-have-no-status-line", "a refusal begins with no version of HTTP"),
    ("refusals-have-two-lengths", "a refusal has two lengths that differ"),
    ("length-of-refusals-too-small", "a refusal goes on behind its length"),
    ("length-of-refusals-too-large", "a refusal ends before its length"),
];

pub(super) fn add_all(all: &mut Vec<Defect>) {
    for (kind, rows) in BY_HAND {
        all.extend(rows.iter().map(|(what, says)| behaviour(kind, what, (*says).to_owned())));
    }
    let errors = ERRORS.iter().map(|(what, says, _)| (what, says));
    let echoes = ECHOES.iter().map(|(what, says, _)| (what, says));
    for (what, says) in errors.chain(echoes).chain(OTHERS.iter().chain(DEATHS).map(|(what, says)| (what, says))) {
        all.push(behaviour(KIND, what, (*says).to_owned()));
    }
}
