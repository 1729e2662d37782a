//! Which defects of HTTP itself nothing but fuzzing can notice.
//!
//! In: the requests of a whole run that any library can send, with their answers. Out: the defects that change none of those answers. A run
//! against an emulator with such a defect is the same run, so nothing in it notices. What attacks send is not among them: those go out as bytes.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::Arc,
};

use super::memory::OnTheWay;
use crate::emulator::{self, Clock, Config, Defect, DefectId, Emulator, Request, Response};

/// What the ids of such defects touch.
const HTTP: &str = "http/";

/// What it dies of shows in whatever comes afterwards, so an answer alone does not tell.
const DEADLY: &str = "behaviour:http/answers:dies-";

/// A run of letters and digits of this length is kept: it may be a number that is too large.
const LONG: usize = 18;

/// By the form of a request, one as bytes and its answer.
type Exchanges = BTreeMap<Vec<u8>, (Vec<u8>, Response)>;

/// Requests of a run with their answers, one of each form.
#[derive(Default)]
pub(super) struct Seen(Rc<RefCell<Exchanges>>);

impl Seen {
    /// What looks at a run.
    pub(super) fn looker(&self) -> OnTheWay {
        let seen = Rc::clone(&self.0);
        Box::new(move |_, request, response| {
            let mut headers = request.headers.clone();
            // Tokens come and go, and only their scheme is of the form.
            let token = headers.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
            token.for_each(|(_, value)| value.truncate(value.find(' ').map_or(0, |scheme| scheme + 1)));
            let (target, body) = (form(request.target.as_bytes()), form(&request.body));
            let target = String::from_utf8_lossy(&target).into_owned();
            let key = as_bytes(&Request { method: request.method.clone(), target, headers, body });
            seen.borrow_mut().entry(key).or_insert_with(|| (as_bytes(request), response.clone()));
        })
    }
}

/// The defects of HTTP itself that change no answer of the run.
pub(super) fn beyond_certify(seen: &Seen) -> BTreeSet<DefectId> {
    let seen = seen.0.borrow();
    let start = |defects: Vec<Defect>| Arc::new(Emulator::new(Config { defects, ..Config::demo() }, Clock::manual(0)));
    let sound = start(Vec::new());
    let sound: Vec<Vec<u8>> = seen.values().map(|(bytes, answer)| sound.carries(bytes, answer)).collect();
    let hidden = |defect: &Defect| {
        let broken = start(vec![defect.clone()]);
        seen.values().zip(&sound).all(|((bytes, answer), sound)| broken.carries(bytes, answer) == *sound)
    };
    let all = emulator::catalogue().into_iter();
    let of_http = all.filter(|defect| defect.touches.starts_with(HTTP) && !defect.id.starts_with(DEADLY));
    of_http.filter(|defect| !seen.is_empty() && hidden(defect)).map(|defect| defect.id).collect()
}

/// A request as libraries write it.
fn as_bytes(request: &Request) -> Vec<u8> {
    let mut text = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
    for (name, value) in &request.headers {
        text.push_str(&format!("{}: {value}\r\n", name.to_ascii_lowercase()));
    }
    if request.method == "POST" || !request.body.is_empty() {
        text.push_str(&format!("content-length: {}\r\n", request.body.len()));
    }
    [text.as_bytes(), b"\r\n", &request.body].concat()
}

/// What has the same form differs in nothing but short words, which no defect of HTTP looks at in a target or a body.
fn form(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for word in bytes.chunk_by(|one, next| one.is_ascii_alphanumeric() == next.is_ascii_alphanumeric()) {
        let is_escape = out.last() == Some(&b'%');
        match word[0].is_ascii_alphanumeric() && word.len() < LONG {
            true if is_escape => out.extend(word.iter().take(2)),
            true => out.push(b'a'),
            false => out.extend(word),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_defect_shows_where_a_request_meets_it_and_is_hidden_elsewhere() {
        let request = |target: &str| Request {
            method: "GET".to_owned(),
            target: target.to_owned(),
            headers: vec![("Host".to_owned(), "a".to_owned())],
            body: Vec::new(),
        };
        let answer = || Response { status: 200, headers: Vec::new(), body: b"<a/>".to_vec() };
        let hidden = |target: &str| {
            let seen = Seen::default();
            seen.looker()(0, &request(target), &mut answer());
            beyond_certify(&seen)
        };
        let nul = "behaviour:http/answers:nul-in-query-answered-with-500";
        let slow = "behaviour:http/answers:long-queries-are-slow";
        let names = "behaviour:http/head:names-in-one-case-only";
        let usual = hidden("/api/command?action=get_api_info");
        assert!(usual.contains(nul) && usual.contains(slow) && !usual.contains(names), "{usual:?}");
        assert!(!hidden("/a?b=%00").contains(nul));
        assert!(!hidden(&format!("/a?b={}", "a".repeat(5_000))).contains(slow));
        assert_eq!(beyond_certify(&Seen::default()), BTreeSet::new());
    }

    #[test]
    fn a_form_keeps_escapes_and_numbers_that_are_too_large() {
        let of = |text: &str| String::from_utf8(form(text.as_bytes())).expect("text");
        assert_eq!(of("/api/b?c=d%26&f=99999999999999999999"), "/a/a?a=a%26&a=99999999999999999999");
        assert_eq!(of("/b?cc=d"), of("/api?e=f1"));
    }
}
