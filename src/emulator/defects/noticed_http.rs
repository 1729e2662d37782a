//! Requests as bytes that show the defects of HTTP itself. Only tests use it.
//!
//! In: a kind of request. Out: scripts as in `noticed`, of lines `raw BYTES`, and what is answered to such a line.

use super::super::Response;
use super::super::testing::Lab;

const READ: &str = "/api/command?action=get_api_info";

/// The scripts of a kind.
pub(super) fn scripts(kind: &str) -> Vec<Vec<String>> {
    let requests = match kind {
        "http/head" => heads(),
        "http/framing" => bodies(),
        "http/answers" => [heads(), bodies(), asked()].concat(),
        _ => return Vec::new(),
    };
    let alone = requests.into_iter().map(|request| vec![format!("raw {request}")]);
    let after_another = vec!["raw x\r\n\r\n".to_owned(), format!("raw {}", get("", ""))];
    let mut scripts: Vec<Vec<String>> = alone.chain([after_another]).collect();
    if kind == "http/answers" {
        let raw = |query: &str| format!("raw {}", get(query, ""));
        scripts.push(vec![raw("&a=%00"); 3]);
        scripts.push(vec![raw("&a=%zz"), raw("&a=%ff")]);
        scripts.push([vec![raw("&a=%ef%bf%bf")], vec![raw(""); 50]].concat());
    }
    scripts
}

/// What is answered to bytes, as a body.
pub(super) fn answered(lab: &Lab, bytes: &str) -> Response {
    let bytes = bytes.replace("{token}", &lab.token("touchmark"));
    let mut connection = lab.emulator.connect(true);
    let mut body = Vec::new();
    if bytes.is_empty() {
        body.append(&mut connection.send());
    }
    for part in bytes.split_inclusive("{ff}") {
        connection.receive(part.trim_end_matches("{ff}").as_bytes());
        if part.ends_with("{ff}") {
            connection.receive(&[0xff]);
        }
    }
    body.append(&mut connection.send());
    body.push(u8::from(connection.is_closed()));
    Response { status: 0, headers: Vec::new(), body }
}

fn request(line: &str, lines: &str, body: &str) -> String {
    format!("{line}\r\nHost: a\r\nAuthorization: Bearer {{token}}\r\n{lines}\r\n{body}")
}

/// A read with more of a query, and more headers.
fn get(query: &str, lines: &str) -> String {
    request(&format!("GET {READ}{query} HTTP/1.1"), lines, "")
}

fn heads() -> Vec<String> {
    let lines = [
        "get /api/command?action=get_api_info HTTP/1.1",
        "G(ET /api/command?action=get_api_info HTTP/1.1",
        "TOUCH /api/command HTTP/1.1",
        "HEAD /api/command?action=get_api_info HTTP/1.1",
        "GET /api/command?action=get_api_info&a= b HTTP/1.1",
        "GET /api/command?action=get_api_info&a=\u{7} HTTP/1.1",
        "GET api/command?action=get_api_info HTTP/1.1",
        "GET http://a/api/command?action=get_api_info HTTP/1.1",
        "GET /api/command?action=get_api_info http/1.1",
        "GET /api/command?action=get_api_info HTTP/one",
        "GET /api/command?action=get_api_info HTTP/1.0",
        "GET /api/command?action=get_api_info HTTP/1.9",
        "GET /api/command?action=get_api_info HTTP/2.0",
        "\r\nGET /api/command?action=get_api_info HTTP/1.1",
    ];
    let headers = [
        "Host: a\r\n".to_owned(),
        "Touchmark : a\r\n".to_owned(),
        "Touchmark\r\n".to_owned(),
        ": a\r\n".to_owned(),
        "Touch(mark: a\r\n".to_owned(),
        "Touchmark:a\r\n".to_owned(),
        "Touchmark: \t a\r\n".to_owned(),
        "Touchmark: \u{e4}\r\n".to_owned(),
        "Expect: touchmark\r\n".to_owned(),
        "Expect: 100-continue\r\n".to_owned(),
        "Touchmark: a\r\n".repeat(300),
        format!("Touchmark: {}\r\n", "a".repeat(70_000)),
        format!("{}: a\r\n", "A".repeat(5_000)),
        "Range: bytes=a\r\n".to_owned(),
        "Accept: a/;q=x\r\n".to_owned(),
        "Connection: a, b\r\n".to_owned(),
        "Upgrade: a\r\n".to_owned(),
    ];
    let mut all: Vec<String> = lines.iter().map(|line| request(line, "", "")).collect();
    all.extend(headers.iter().map(|lines| get("", lines)));
    let line = format!("GET {READ} HTTP/1.1\r\n");
    all.push(format!("{line}Authorization: Bearer {{token}}\r\n\r\n"));
    all.push(format!("{line}Host: a b\r\nAuthorization: Bearer {{token}}\r\n\r\n"));
    all.push(format!("{line}Host: a.invalid\r\nAuthorization: Bearer {{token}}\r\n\r\n"));
    all.push(format!("{line}host: a\r\nauthorization: Bearer {{token}}\r\n\r\n"));
    all.push(format!("{line}Host: a\r\nAuthorization: Bearer {{token}}\r\n"));
    all.push(format!("GET {READ}&a={} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(60_000)));
    all.push(get("", "") + &get("", ""));
    all.push(String::new());
    all
}

fn bodies() -> Vec<String> {
    let post = |lines: &str, body: &str| {
        let form = "Content-Type: application/x-www-form-urlencoded\r\n";
        request("POST /api/command HTTP/1.1", &format!("{form}{lines}"), body)
    };
    let lengths = ["+19", "19, 3", "19 bytes", "019", "99999999999999999999999", "19\r\nContent-Length: 19", "4", "99"];
    let lengths = lengths.iter().map(|length| post(&format!("Content-Length: {length}\r\n"), "action=get_api_info"));
    let codings = ["Chunked", "touchmark, chunked", "touchmark"];
    let chunk = "13\r\naction=get_api_info\r\n0\r\n\r\n";
    let codings = codings.iter().map(|coding| post(&format!("Transfer-Encoding: {coding}\r\n"), chunk));
    let chunks = [
        "13\r\naction=get_api_infomore\r\n0\r\n\r\n",
        "13\naction=get_api_info\r\n0\r\n\r\n",
        "13\r\naction=get_api_info\r\n0\r\nA: b\r\n\r\n",
        "13;a=b\r\naction=get_api_info\r\n0\r\n\r\n",
        "0x13\r\naction=get_api_info\r\n0\r\n\r\n",
        "+13\r\naction=get_api_info\r\n0\r\n\r\n",
        " 13 \r\naction=get_api_info\r\n0\r\n\r\n",
        "A\r\n0123456789\r\n0\r\n\r\n",
        "0013\r\naction=get_api_info\r\n0\r\n\r\n",
        "fffffffffffffffffffff\r\na\r\n0\r\n\r\n",
    ];
    let chunks = chunks.iter().map(|body| post("Transfer-Encoding: chunked\r\n", body));
    lengths.chain(codings).chain(chunks).collect()
}

fn asked() -> Vec<String> {
    let targets = ["/a%2fb", "/a%00", "/a/../b", "/a%zz", "/a%0d%0aTouchmark-Injected:%201", "/%3ctouchmark%3e"];
    let targets = targets.iter().map(|target| request(&format!("GET {target} HTTP/1.1"), "", ""));
    let queries = [
        "&a=%zz",
        "&a=%ff",
        "&a=%00",
        "&a=%0b",
        "&a=%0d%0a",
        "&a=%ef%bf%bf",
        "&a=%25s%25n",
        "&a%5b%5d=b",
        "&a=99999999999999999999",
        "&&a=b",
        "&a=?",
        "&a=%26b",
        "&a=%3ca%3e",
        "&a=%22%27%3e%3ca%3e%3c![CDATA[]]%3e",
        "&a=../a",
    ];
    let queries = queries.iter().map(|query| get(query, ""));
    let long = [get(&format!("&a={}", "a".repeat(5_000)), ""), get(&"&a=b".repeat(300), "")];
    let typed = |lines: &str, body: &str| {
        let length = body.len();
        request("POST /api/command HTTP/1.1", &format!("{lines}Content-Length: {length}\r\n"), body)
    };
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let bodies = [
        typed(form, "action=get_api_info&a=%zz"),
        typed(form, "action=get_api_info&a=\0"),
        // The braces stand for one byte.
        request("POST /api/command HTTP/1.1", &format!("{form}Content-Length: 23\r\n"), "action=get_api_info&a={ff}"),
        typed("", "action=get_api_info"),
        typed("Content-Type: application/touchmark\r\n", "action=get_api_info"),
        typed("Content-Type: a/b; charset=touchmark\r\n", "action=get_api_info"),
        typed("Content-Type: text/xml\r\n", "<a/>"),
        typed("Content-Type: multipart/form-data\r\n", "a"),
        typed(&format!("{form}{form}"), "action=get_api_info"),
        typed(&format!("{form}Content-Encoding: a\r\n"), "action=get_api_info"),
        request(&format!("GET {READ} HTTP/1.1"), "Content-Length: 1\r\n", "a"),
    ];
    targets.chain(queries).chain(long).chain(bodies).collect()
}
