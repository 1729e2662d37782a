//! Laws of HTTP as bytes: answers as the harness reads them, and requests as the emulator does, each of which is held against the other.
//!
//! In: any bytes. Out: whether they came as far as the innermost check, or a panic that names the law that does not hold.

use std::sync::{Arc, LazyLock};

use arbitrary::Unstructured;
use serde_json::Value;

use crate::{
    decode::{json, xml},
    emulator::{Clock, Config, Emulator, law},
    model::exchange::{Answer, HeadSlip},
    send::{self, fuzzing::answer_of},
};

/// Answers: an answer that is whole stays the same whatever comes behind it, one byte less is less than it, and what is no HTTP does not
/// become it by what comes.
pub fn http_answer(data: &[u8]) -> bool {
    let Some((first, data)) = data.split_first() else { return false };
    let to_head = first & 1 == 1;
    let whole = answer_of(data, false, to_head);
    for cut in [data.len() / 2, data.len().saturating_sub(usize::from(*first))] {
        match answer_of(&data[..cut], false, to_head) {
            Ok(None) => {}
            Ok(Some((answer, length))) => {
                assert!(length <= cut, "an answer of more bytes than there are");
                assert_eq!(whole, Ok(Some((answer, length))), "what comes behind an answer makes it another");
            }
            Err(says) => assert_eq!(whole, Err(says), "what is no answer becomes one"),
        }
    }
    let ended = answer_of(data, true, to_head);
    assert!(!matches!(ended, Ok(None)), "more is awaited of what has ended");
    match whole {
        Ok(Some((answer, length))) => {
            assert!(length <= data.len(), "an answer of more bytes than there are");
            assert_eq!(ended, Ok(Some((answer.clone(), length))), "the end makes an answer another");
            assert_eq!(answer_of(&data[..length], false, to_head), Ok(Some((answer.clone(), length))));
            let less = answer_of(&data[..length - 1], false, to_head);
            assert_eq!(less, Ok(None), "an answer is whole before its last byte");
            (100..=999).contains(&answer.status) && !answer.raw().is_empty()
        }
        Ok(None) | Err(_) => false,
    }
}

/// Requests: the first byte says how long the pieces are in which the others come. The emulator answers the same whatever pieces they
/// are; and what it writes our reader takes, with nothing amiss in it and nothing behind it.
pub fn http_request(data: &[u8]) -> bool {
    // Without accounts whatever comes is refused or public.
    static APPLIANCE: LazyLock<Arc<Emulator>> =
        LazyLock::new(|| appliance(Config { accounts: Vec::new(), ..Config::demo() }));
    http_request_to(&APPLIANCE, data)
}

/// The same with an emulator of one's own, such as one with a defect.
pub fn http_request_to(appliance: &Arc<Emulator>, data: &[u8]) -> bool {
    let Some((size, sent)) = data.split_first() else { return false };
    let whole = said(appliance, sent, sent.len().max(1));
    assert_eq!(said(appliance, sent, usize::from(*size).max(1)), whole, "in pieces, another answer");
    // What follows a handshake is frames.
    if sent.is_empty() || whole.is_empty() || whole.starts_with(b"HTTP/1.1 101") {
        return false;
    }
    let to_head = sent.starts_with(b"HEAD ");
    let (answer, length) = match answer_of(&whole, true, to_head) {
        Ok(Some(read)) => read,
        other => panic!("our reader does not take it: {other:?} of {}", String::from_utf8_lossy(&whole)),
    };
    assert_eq!(length, whole.len(), "bytes behind the answer");
    assert_eq!(answer.slips, Vec::<HeadSlip>::new(), "a head that is not as RFC 9112 has it");
    assert!(answer.status < 500 || matches!(answer.status, 501 | 505), "the emulator fails: {answer:?}");
    is_of_its_type(&answer);
    answer.status < 400
}

/// An emulator whose clock stands.
pub fn appliance(config: Config) -> Arc<Emulator> {
    Arc::new(Emulator::new(config, Clock::manual(1_733_239_565_000)))
}

/// What the emulator sends for some bytes in pieces, until nothing comes any more.
fn said(appliance: &Arc<Emulator>, sent: &[u8], size: usize) -> Vec<u8> {
    let mut connection = appliance.connect(true);
    sent.chunks(size).for_each(|piece| connection.receive(piece));
    let mut out = Vec::new();
    loop {
        let more = connection.send();
        if more.is_empty() {
            return out;
        }
        out.extend(more);
    }
}

/// An answer is what its type says.
pub(super) fn is_of_its_type(answer: &Answer) {
    let kind = answer.header("content-type").unwrap_or_default();
    if kind.starts_with("text/xml") && !answer.body.is_empty() {
        assert!(xml::read(&answer.body).is_ok(), "XML that is none: {answer:?}");
    } else if kind.starts_with("application/json") && !answer.body.is_empty() {
        assert!(json::read(&answer.body).is_ok(), "JSON that is none: {answer:?}");
    }
}

/// Texts, as `arbitrary` draws them: what the emulator writes of them as XML and as JSON, our readers read back as it was, but for
/// characters that XML has no place for.
pub fn emulator_texts(data: &[u8]) -> bool {
    let mut from = Unstructured::new(data);
    let texts: Vec<String> = from.arbitrary().unwrap_or_default();
    let document = String::from_utf8(law::document(&texts)).expect("the emulator writes UTF-8");
    let root = xml::read(&document).expect("the emulator writes XML");
    let as_xml = |text: &String| text.replace(|letter: char| !in_xml(letter), "\u{fffd}");
    let expected: Vec<String> = texts.iter().map(as_xml).collect();
    let of = |read: &dyn Fn(&xml::Node) -> String| root.children.iter().map(read).collect::<Vec<_>>();
    assert_eq!(of(&|row| row.attribute("value").unwrap_or_default().to_owned()), expected, "attributes read otherwise");
    assert_eq!(of(&|row| row.text.to_string()), expected, "texts read otherwise");
    let members: Vec<(String, Value)> =
        texts.iter().enumerate().map(|(at, text)| (format!("{at}{text}"), Value::from(text.as_str()))).collect();
    let object = String::from_utf8(law::object(&members)).expect("the emulator writes UTF-8");
    let read = json::read(&object).expect("the emulator writes JSON");
    assert_eq!(read, Value::Object(members.into_iter().collect()), "members read otherwise");
    !texts.is_empty()
}

/// The Char production of XML 1.0 (2.2).
fn in_xml(letter: char) -> bool {
    let code = u32::from(letter);
    matches!(code, 9 | 10 | 13 | 0x20..=0xd7ff | 0xe000..=0xfffd | 0x10000..=0x10ffff)
}

/// Percent-coding: what we write of a text has nothing in it but what RFC 3986 leaves as it is and escapes, and both a library and the
/// emulator read the text back; and of any query the emulator reads what a library reads, or says why it reads nothing.
pub fn percent(data: &[u8]) -> bool {
    let Some(text) = super::text(data) else { return false };
    let written = send::percent(text);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte);
    assert!(written.bytes().all(plain), "{written} has more in it than RFC 3986 leaves");
    let expected = [(text.to_owned(), text.to_owned())];
    let query = format!("{written}={written}");
    assert_eq!(law::pairs(&query).as_deref(), Ok(&expected[..]), "the emulator reads otherwise");
    assert_eq!(by_library(&query), expected, "a library reads otherwise");
    // A library leaves escapes as they are that are none, and puts a mark for what is no UTF-8.
    if let Ok(pairs) = law::pairs(text) {
        assert_eq!(pairs, by_library(text), "of one query two readings");
    }
    !text.is_empty()
}

fn by_library(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}
