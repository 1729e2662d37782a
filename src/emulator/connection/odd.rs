//! Requests that some servers cannot bear, and what comes of them where this one cannot either.
//!
//! In: a request that was read, and its answer. Out: another answer, where a defect says so. The table is the catalogue of these defects.

use super::super::http::{Request, Response};
use super::super::switches::ActiveDefects;

/// The kind of request that defects of this room touch.
pub(crate) const KIND: &str = "http/answers";

/// A file as it comes of a target that reads whatever is named to it.
const PASSWORDS: &str = "root:x:0:0:root:/root:/bin/bash\n";

type Found = fn(&Request) -> bool;

/// What is answered with 500: the name of the defect, what it is, and when.
pub(crate) const ERRORS: &[(&str, &str, Found)] = &[
    ("odd-methods-answered-with-500", "an unknown method is answered with 500", |request| {
        !["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE"].contains(&request.method.as_str())
    }),
    ("encoded-slash-answered-with-500", "a path with an encoded slash is answered with 500", |request| {
        request.path().to_ascii_lowercase().contains("%2f")
    }),
    ("encoded-nul-answered-with-500", "a path with an encoded NUL is answered with 500", |request| {
        request.path().contains("%00")
    }),
    ("dots-in-path-answered-with-500", "a path with dots is answered with 500", |request| {
        request.path().contains("/../")
    }),
    ("bad-escape-in-path-answered-with-500", "a path with a broken escape is answered with 500", |request| {
        bad_escape(request.path())
    }),
    ("bad-escape-in-query-answered-with-500", "a query with a broken escape is answered with 500", |request| {
        bad_escape(request.query())
    }),
    ("bad-escape-in-form-answered-with-500", "a form with a broken escape is answered with 500", |request| {
        bad_escape(&String::from_utf8_lossy(&request.body))
    }),
    ("no-utf-8-in-query-answered-with-500", "a query that is no UTF-8 is answered with 500", |request| {
        decoded(request.query()).contains(char::REPLACEMENT_CHARACTER)
    }),
    ("no-utf-8-in-body-answered-with-500", "a body that is no UTF-8 is answered with 500", |request| {
        std::str::from_utf8(&request.body).is_err()
    }),
    ("nul-in-query-answered-with-500", "a query with a NUL is answered with 500", |request| {
        decoded(request.query()).contains('\0')
    }),
    ("nul-in-body-answered-with-500", "a body with a NUL is answered with 500", |request| request.body.contains(&0)),
    ("control-bytes-in-query-answered-with-500", "a query with control bytes is answered with 500", |request| {
        decoded(request.query()).contains('\u{b}')
    }),
    ("line-ends-in-query-answered-with-500", "a query with line ends is answered with 500", |request| {
        decoded(request.query()).contains("\r\n")
    }),
    ("noncharacters-answered-with-500", "a query with U+FFFF is answered with 500", |request| {
        decoded(request.query()).contains('\u{ffff}')
    }),
    ("formats-in-query-answered-with-500", "a query with the letters of a format is answered with 500", |request| {
        decoded(request.query()).contains("%s%n")
    }),
    ("brackets-in-names-answered-with-500", "a parameter as a list is answered with 500", |request| {
        decoded(request.query()).contains("[]=")
    }),
    ("long-numbers-answered-with-500", "a number beyond 64 bits is answered with 500", |request| {
        request.query().contains("99999999999999999999")
    }),
    ("long-queries-answered-with-500", "a query above 4,000 bytes is answered with 500", |request| {
        request.query().len() > 4_000
    }),
    ("encoded-separators-answered-with-500", "a query with an encoded ampersand is answered with 500", |request| {
        request.query().contains("%26")
    }),
    ("expectations-answered-with-500", "whoever expects 100-continue is answered with 500", |request| {
        request.header("expect").is_some()
    }),
    ("many-parameters-answered-with-500", "more than 200 parameters are answered with 500", |request| {
        request.query().matches('&').count() > 200
    }),
    ("parameters-without-name-answered-with-500", "a parameter without a name is answered with 500", |request| {
        request.query().contains("&&")
    }),
    ("second-question-mark-answered-with-500", "a second question mark is answered with 500", |request| {
        request.query().contains('?')
    }),
    ("body-of-get-answered-with-500", "GET with a body is answered with 500", |request| {
        request.method == "GET" && !request.body.is_empty()
    }),
    ("unknown-media-type-answered-with-500", "a body of an unknown type is answered with 500", |request| {
        request.media() == "application/touchmark"
    }),
    ("body-without-type-answered-with-500", "a body without a type is answered with 500", |request| {
        !request.body.is_empty() && request.media().is_empty()
    }),
    ("two-types-answered-with-500", "a body of two types is answered with 500", |request| {
        request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-type")).count() > 1
    }),
    ("unknown-charset-answered-with-500", "a form in an unknown charset is answered with 500", |request| {
        request.header("content-type").is_some_and(|media| media.contains("charset=touchmark"))
    }),
    ("coded-body-answered-with-500", "a body with a Content-Encoding is answered with 500", |request| {
        request.header("content-encoding").is_some()
    }),
    ("multipart-answered-with-500", "a multipart body is answered with 500", |request| {
        request.media() == "multipart/form-data"
    }),
    ("odd-range-answered-with-500", "a Range is answered with 500", |request| request.header("range").is_some()),
    ("odd-accept-answered-with-500", "an Accept that is none is answered with 500", |request| {
        request.header("accept").is_some_and(|accept| accept.contains(";q=x"))
    }),
    ("connection-options-answered-with-500", "unknown options of a connection are answered with 500", |request| {
        request.headers.iter().any(|(name, value)| name.eq_ignore_ascii_case("connection") && value.contains(','))
    }),
    ("unknown-upgrade-answered-with-500", "an unknown upgrade is answered with 500", |request| {
        request.header("upgrade").is_some()
    }),
    ("unknown-host-answered-with-500", "an unknown host is answered with 500", |request| {
        request.header("host").is_some_and(|host| host.ends_with(".invalid"))
    }),
    ("whatever-is-unusual-answered-with-500", "what no usual client sends is answered with 500", |request| {
        !is_usual(request)
    }),
];

/// Whether a request has nothing but what every client sends.
fn is_usual(request: &Request) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || "_=&,-".contains(c);
    let usual = |name: &str, value: &str| match name.to_ascii_lowercase().as_str() {
        "accept" => value == "*/*",
        "accept-encoding" => value == "identity",
        "authorization" => {
            value.strip_prefix("Bearer ").or(value.strip_prefix("Basic ")).is_some_and(|rest| !rest.starts_with(' '))
        }
        "connection" => value == "close",
        "content-length" => value == "0" || !value.starts_with('0'),
        "content-type" => value == "application/x-www-form-urlencoded",
        "host" => value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".:-".contains(c)),
        "transfer-encoding" => value == "chunked",
        "user-agent" => value.starts_with("touchmark"),
        _ => false,
    };
    let once = |name: &str| request.headers.iter().filter(|(one, _)| one.eq_ignore_ascii_case(name)).count() == 1;
    request.headers.iter().all(|(name, value)| usual(name, value) && once(name))
        && request.target.starts_with('/')
        && request.query().chars().all(word)
        && request.body.iter().all(|byte| word(char::from(*byte)))
}

/// Further defects of answers to requests that were read.
pub(crate) const OTHERS: &[(&str, &str)] = &[
    ("target-in-a-header", "the target comes back in a header, and its line ends with it"),
    ("unknown-paths-are-shown-unescaped", "an unknown path comes back in a page as it was sent"),
    ("queries-are-shown-unescaped", "a query with markup comes back in a page as it was sent"),
    ("files-are-read-by-path", "a value that is a path is answered with the file"),
    ("refusals-change-the-site", "what cannot be read is refused, and changes the name of the company"),
    ("long-queries-are-slow", "a query above 4,000 bytes takes four seconds"),
    ("formats-are-never-answered", "a query with the letters of a format takes a minute"),
    ("entities-of-xml-are-read", "a body of XML that names a file is answered with the file"),
];

/// What is wrong with the answer to a request that was read.
pub(super) fn bend(response: &mut Response, request: &Request, defects: &ActiveDefects) {
    let broken = |what: &str| defects.has(KIND, what);
    if broken("target-in-a-header") {
        response.headers.push(("X-Request".to_owned(), decoded(&request.target)));
    }
    let asked = decoded(request.query());
    let page = |text: String| {
        let body = format!("<html><body><p>{text} was not found.</p></body></html>\n").into_bytes();
        Response { status: 404, headers: vec![("Content-Type".to_owned(), "text/html".to_owned())], body }
    };
    let file = || Response { status: 200, headers: Vec::new(), body: PASSWORDS.as_bytes().to_vec() };
    if response.status == 404 && broken("unknown-paths-are-shown-unescaped") {
        *response = page(decoded(request.path()));
    } else if asked.contains('<') && broken("queries-are-shown-unescaped") {
        *response = page(asked);
    } else if asked.contains("../") && broken("files-are-read-by-path")
        || request.media() == "text/xml" && broken("entities-of-xml-are-read")
    {
        *response = file();
    } else if ERRORS.iter().any(|(what, _, found)| broken(what) && found(request)) {
        let body = b"Internal Server Error\n".to_vec();
        *response = Response { status: 500, headers: Vec::new(), body };
    }
}

/// How long an answer takes, in milliseconds.
pub(super) fn takes_ms(request: &Request, defects: &ActiveDefects) -> i64 {
    let slow = request.query().len() > 4_000 && defects.has(KIND, "long-queries-are-slow");
    let slower = decoded(request.query()).contains("%s%n") && defects.has(KIND, "formats-are-never-answered");
    if slower { 60_000 } else { i64::from(slow) * 4_000 }
}

/// A text with its escapes taken away, as far as they can be.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digits = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let escape = digits.filter(|_| *first == b'%').and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(escape.unwrap_or(*first));
        rest = if escape.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn bad_escape(text: &str) -> bool {
    let is_hex = |two: &str| two.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split('%').skip(1).any(|rest| !rest.get(..2).is_some_and(is_hex))
}
