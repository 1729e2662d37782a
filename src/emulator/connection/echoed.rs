//! What comes back of what was sent, and what an answer shows of the inside of a server, where a defect says so.
//!
//! In: a request that was read, and its answer. Out: another answer. The table is the catalogue of these defects.

use super::super::http::{Request, Response};
use super::super::switches::ActiveDefects;
use super::odd::{KIND, decoded};

type Bend = fn(&mut Response, &Request, &str);

/// Name of the defect, what it is, and what becomes of the answer. The last argument is the query, decoded.
pub(crate) const ECHOES: &[(&str, &str, Bend)] = &[
    (
        "xml-errors-show-what-came",
        "a query with markup comes back unescaped in an error of XML",
        |response, _, asked| {
            if asked.contains('<') && is_xml(response) {
                said(response, 200, &format!("<error xmlns=\"urn:a\">{asked} is not known</error>"));
            }
        },
    ),
    (
        "json-errors-show-what-came",
        "a query with quotation marks comes back unescaped in JSON",
        |response, _, asked| {
            if asked.contains('"') && asked.contains('<') {
                response.headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
                said(response, 400, &format!("{{\"message\": \"{asked} is not known\"}}"));
            }
        },
    ),
    (
        "attributes-show-what-came",
        "a query with quotation marks comes back unescaped in an attribute",
        |response, _, asked| {
            if asked.contains('"') && asked.contains('<') && is_xml(response) {
                said(response, 200, &format!("<error xmlns=\"urn:a\" of=\"{}\"/>", asked.replace('<', "&lt;")));
            }
        },
    ),
    (
        "names-of-files-show-what-came",
        "line ends of a query end the header with the name of a file",
        |response, _, asked| {
            header(response, "Content-Disposition", &format!("inline; filename={asked}"), asked);
        },
    ),
    ("redirects-to-what-came", "line ends of a query end the header of a redirect", |response, _, asked| {
        if asked.contains("\r\n") {
            said(response, 302, "");
        }
        header(response, "Location", &format!("/?{asked}"), asked);
    }),
    ("cookies-show-what-came", "line ends of a query end a cookie", |response, _, asked| {
        header(response, "Set-Cookie", &format!("last={asked}"), asked);
    }),
    (
        "headers-come-back",
        "a query with control bytes is answered with the headers of the request, the token among them",
        |response, request, asked| {
            if asked.contains('\u{b}') {
                let lines = request.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
                said(response, 400, &lines.collect::<String>());
            }
        },
    ),
    (
        "text-of-a-database",
        "a query with quotation marks is answered with the text of a database",
        |response, _, asked| {
            if asked.contains("\"'><") {
                said(response, 400, "You have an error in your SQL syntax; check the manual");
            }
        },
    ),
    (
        "text-of-a-reader-of-xml",
        "a query with a CDATA section is answered with the text of a reader of XML",
        |response, _, asked| {
            if asked.contains("<![CDATA[") {
                said(response, 400, "Entity: line 1: xmlParseEntityRef: no name");
            }
        },
    ),
    ("text-of-a-decoder", "a query that is no UTF-8 is answered with the trace of a decoder", |response, _, asked| {
        if asked.contains(char::REPLACEMENT_CHARACTER) {
            said(
                response,
                400,
                "Traceback (most recent call last):\nUnicodeDecodeError: 'utf-8' codec can't decode byte 0xff",
            );
        }
    }),
    ("text-of-a-path", "a query with a NUL is answered with the text of an exception", |response, _, asked| {
        if asked.contains('\0') {
            said(response, 400, "java.lang.IllegalArgumentException: Nul character not allowed");
        }
    }),
    (
        "text-of-a-number",
        "a query with a number beyond 64 bits is answered with the text of a panic",
        |response, _, asked| {
            if asked.contains("99999999999999999999") {
                said(response, 400, "thread 'main' panicked at src/query.rs:41");
            }
        },
    ),
    ("warning-before-the-answer", "the answer to a parameter as a list begins with a warning", |response, _, asked| {
        if asked.contains("[]=") {
            let warned = b"PHP Warning:  Array to string conversion in /srv/api/command.php on line 71\n".as_slice();
            response.body = [warned, &response.body].concat();
        }
    }),
    (
        "cut-off-behind-what-is-long",
        "the answer to a query above 4,000 bytes ends in its middle",
        |response, request, _| {
            if request.query().len() > 4_000 {
                response.body.truncate(response.body.len() / 2);
                response.headers.push(("X-Cut".to_owned(), "1".to_owned()));
            }
        },
    ),
];

/// What is wrong with the answer to a request that was read.
pub(super) fn bend(response: &mut Response, request: &Request, defects: &ActiveDefects) {
    let mut on = ECHOES.iter().filter(|(what, ..)| defects.has(KIND, what)).peekable();
    if on.peek().is_none() {
        return;
    }
    let asked = decoded(request.query());
    for (_, _, bend) in on {
        bend(response, request, &asked);
    }
}

/// Whether line ends of values end lines, since a header is written as it came.
pub(super) fn splits(defects: &ActiveDefects) -> bool {
    ["names-of-files-show-what-came", "redirects-to-what-came", "cookies-show-what-came"]
        .iter()
        .any(|what| defects.has(KIND, what))
}

fn is_xml(response: &Response) -> bool {
    response.headers.iter().any(|(name, value)| name.eq_ignore_ascii_case("content-type") && value.contains("xml"))
}

fn said(response: &mut Response, status: u16, text: &str) {
    response.status = status;
    response.body = text.as_bytes().to_vec();
}

fn header(response: &mut Response, name: &str, value: &str, asked: &str) {
    if asked.contains("\r\n") {
        response.headers.push((name.to_owned(), value.to_owned()));
    }
}
