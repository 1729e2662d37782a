//! A target that says everything back that it was ever told, in its headers, texts, attributes and names, and in any encoding: nothing of
//! it may be in any file that the program writes, nor in what it prints.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::Write as _,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use touchmark::emulator::Config;

use crate::{
    peers::{Act, Asked, Reply, proxy_that},
    support::{Cli, serve},
};

/// What the target was told, and what it said of it.
#[derive(Default)]
struct Told {
    secrets: BTreeSet<String>,
    echoes: BTreeSet<String>,
}

type Encode = fn(&str) -> String;

fn each(text: &str, of_byte: impl Fn(u8) -> String) -> String {
    text.bytes().map(of_byte).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(text.as_bytes()).expect("memory");
    out.finish().expect("memory")
}

/// The ways in which it says things: each can stand in a header, in XML and in JSON.
const ENCODINGS: [Encode; 23] = [
    str::to_owned,
    |text| each(text, |byte| format!("%{byte:02X}")),
    |text| each(text, |byte| format!("%25{byte:02x}")),
    |text| STANDARD.encode(text),
    |text| STANDARD.encode(format!("a{text}")),
    |text| URL_SAFE_NO_PAD.encode(format!("ab{text}")),
    |text| STANDARD.encode(STANDARD.encode(text)),
    |text| each(text, |byte| format!("{byte:02x}")),
    |text| each(text, |byte| format!("{byte:02X}")),
    |text| each(text, |byte| format!("&#{byte};")),
    |text| each(text, |byte| format!("&#x{byte:x};")),
    |text| STANDARD.encode(gzip(text)),
    |text| STANDARD.encode(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
    |text| each(text, |byte| format!("&amp;#{byte};")),
    |text| text.to_uppercase(),
    |text| listed(text, ":", |byte| format!("{byte:02x}")),
    |text| listed(text, ",", |byte| byte.to_string()),
    |text| listed(text, " ", |byte| format!("{byte:03o}")),
    |text| parted(&STANDARD.encode(text), 8, " "),
    |text| parted(&STANDARD.encode(STANDARD.encode(text)), 5, " "),
    |text| each(text, |byte| format!("\\{byte:03o}")),
    |text| each(text, |byte| format!("\\{byte:06x}")),
    |text| each(text, |byte| format!("={byte:02X}")),
];

fn listed(text: &str, between: &str, of_byte: impl Fn(u8) -> String) -> String {
    text.bytes().map(of_byte).collect::<Vec<_>>().join(between)
}

fn parted(text: &str, each: usize, between: &str) -> String {
    text.as_bytes().chunks(each).map(String::from_utf8_lossy).collect::<Vec<_>>().join(between)
}

/// What a request tells: credentials, and tokens that were given before.
fn secrets_of(asked: &Asked) -> Vec<String> {
    let Some(header) = asked.header("authorization") else { return Vec::new() };
    let Some((_, value)) = header.split_once(' ') else { return Vec::new() };
    let decoded = STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let secret = decoded.as_ref().and_then(|pair| pair.split_once(':').map(|(_, secret)| secret.to_owned()));
    // What is made up is no secret.
    let made_up = |text: &String| ["unknown", "wrong", "never"].iter().any(|word| text.contains(word));
    if decoded.as_ref().is_some_and(made_up) || made_up(&value.to_owned()) {
        return Vec::new();
    }
    [Some(value.to_owned()), secret].into_iter().flatten().filter(|text| text.len() > 9).collect()
}

/// The answer with echoes in it.
fn echoing(reply: &mut Reply, number: usize, told: &mut Told) {
    let secrets: Vec<String> = told.secrets.iter().cloned().collect();
    if secrets.is_empty() {
        return;
    }
    let echo = |place: usize| {
        let secret = &secrets[(number + place) % secrets.len()];
        ENCODINGS[(number / 3 + 5 * place) % ENCODINGS.len()](secret)
    };
    let mut said = vec![echo(0)];
    reply.headers.push(("x-echo".to_owned(), said[0].clone()));
    // A header over two lines is read as one, with a blank where the line ended. The first half of a Basic header may be a client id.
    let folded = echo(5);
    if let Some((at, _)) = folded.char_indices().nth(folded.chars().count() / 2) {
        let (one, two) = folded.split_at(at);
        reply.headers.push(("x-folded".to_owned(), format!("{one}\r\n {two}")));
        said.extend(Some(two.trim()).filter(|half| half.len() > 19).map(str::to_owned));
    }
    if let Ok(text) = String::from_utf8(reply.body.clone()) {
        let mut text = text;
        if text.trim_start().starts_with('<') {
            let (name, attribute, element, comment) = (echo(1), echo(2), echo(3), echo(4).replace("--", "-"));
            for tag in ["display_name", "public_display_name", "name"] {
                let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
                if let (Some(start), Some(end)) = (text.find(&open), text.find(&close)) {
                    text.replace_range(start + open.len()..end, &name);
                }
            }
            if let Some(end) = text.rfind("</") {
                let more = format!("<echo told=\"{attribute}\">{element}</echo><!-- {comment} -->");
                text.insert_str(end, &more);
            }
            said.extend([name, attribute, element, comment]);
        } else if text.trim_start().starts_with('{') {
            let (member, value) = (echo(1).replace('\\', "\\\\"), echo(2).replace('\\', "\\\\"));
            let at = text.find('{').map_or(0, |at| at + 1);
            text.insert_str(at, &format!("\"echo {member}\": \"{value}\", "));
            said.extend([member, value]);
        } else {
            let line = echo(1);
            let _ = write!(text, "\n{line}\n");
            said.push(line);
        }
        reply.body = text.into_bytes();
    }
    told.echoes.extend(said);
}

/// The bytes of an answer whose body is in chunks of a length.
fn in_chunks(reply: &Reply, length: usize, told: &mut Told) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {} Status\r\n", reply.status).into_bytes();
    for (name, value) in &reply.headers {
        out.extend(format!("{name}: {value}\r\n").bytes());
    }
    out.extend(b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
    let chunked = |bytes: &[u8]| {
        let chunk = |chunk: &[u8]| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat();
        bytes.chunks(length).flat_map(chunk).collect::<Vec<u8>>()
    };
    // How it would stand in what kept the bytes as they came, from one chunk's first byte to another's last; in JSON, too.
    let long = |text: &&String| text.is_ascii() && text.len() >= 4 * length;
    for (text, first) in told.secrets.iter().filter(long).flat_map(|text| (0..length).map(move |first| (text, first))) {
        let whole = text.len() - (text.len() - first) % length;
        let part = String::from_utf8_lossy(&chunked(&text.as_bytes()[first..whole])).replace("\r\n", "\\r\\n");
        told.echoes.extend(part.split_once("\\n").map(|(_, rest)| rest.to_owned()));
    }
    out.extend(chunked(&reply.body));
    out.extend(b"0\r\n\r\n");
    out
}

#[test]
fn nothing_that_a_target_says_back_is_written_or_printed() {
    let behind = serve(Config::demo());
    let (told, count) = (Arc::new(Mutex::new(Told::default())), AtomicUsize::new(0));
    let noted = Arc::clone(&told);
    let target = proxy_that(&behind, move |asked, mut reply| {
        let mut told = noted.lock().unwrap();
        told.secrets.extend(secrets_of(asked));
        if asked.path().ends_with("/token") {
            if let Ok(answer) = serde_json::from_slice::<serde_json::Value>(&reply.body) {
                told.secrets.extend(answer["access_token"].as_str().map(str::to_owned));
            }
            // The answer to the request for a token says it in more places than one.
            let text = String::from_utf8_lossy(&reply.body).replacen('{', "{\"again\": \"/\\u0041\", ", 1).into_bytes();
            reply.body = text;
        } else {
            let number = count.fetch_add(1, Ordering::SeqCst);
            echoing(&mut reply, number, &mut told);
            // What is said in small chunks is there for who takes their sizes away.
            if number.is_multiple_of(3) && asked.method != "HEAD" && reply.status != 204 {
                return Act::Bytes(in_chunks(&reply, 1 + number % 16, &mut told));
            }
        }
        Act::Reply(reply)
    });
    let cli = Cli::new();
    cli.aim(&target.base, &behind.emulator);
    let areas = ["auth/token", "auth/errors", "command/get_", "command/join_session", "configuration", "session"];
    let only: Vec<&str> = areas.iter().flat_map(|area| ["--only", area]).collect();
    let formats = ["text", "junit", "sarif", "code-scanning", "html", "markdown", "ctrf"];
    let reports: Vec<&str> = formats.iter().flat_map(|format| ["--report", format]).collect();
    let ran = cli.run(&[&["certify", "--allow", "disrupt"], &only[..], &reports[..]].concat());
    let mut written = vec![("standard output", ran.stdout), ("standard error", ran.stderr)];
    written.push(("the report", cli.read("touchmark-report/report.json")));
    let others = [
        "report.txt",
        "report.junit.xml",
        "report.sarif",
        "report.code-scanning.sarif",
        "report.html",
        "report.md",
        "report.ctrf.json",
    ];
    written.extend(others.map(|name| (name, cli.read(&format!("touchmark-report/{name}")))));
    written.push(("the journal", cli.journal("touchmark-report/journal.jsonl.gz")));
    let judged = cli.run(&["judge", "touchmark-report/journal.jsonl.gz"]);
    written.push(("the journal judged again", judged.stdout));
    let told = told.lock().unwrap();
    assert!(told.secrets.len() > 10 && told.echoes.len() > 500, "{} {}", told.secrets.len(), told.echoes.len());
    let all: Vec<&String> = told.secrets.iter().chain(&told.echoes).filter(|one| one.len() > 9).collect();
    let finder = aho_corasick::AhoCorasick::new(&all).expect("they are few");
    for (what, text) in &written {
        assert!(text.len() > 1_000 || *what == "standard error", "{what}: {text}");
        let found = finder.find(text).map(|found| {
            let around = found.start().saturating_sub(200)..(found.end() + 50).min(text.len());
            (all[found.pattern().as_usize()], String::from_utf8_lossy(&text.as_bytes()[around]).into_owned())
        });
        assert!(found.is_none(), "{what}: {found:?}");
    }
    let folder = cli.path("touchmark-report");
    let files: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    for file in &files {
        assert!(
            ["report.json", "journal.jsonl.gz", ".lock"].contains(&file.as_str()) || others.contains(&file.as_str()),
            "{file} was not searched"
        );
    }
}
