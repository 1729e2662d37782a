//! Queries are read back as they were written, or refused.

use std::{borrow::Cow, sync::Arc};

use super::*;
use crate::{
    model::exchange::{Answer, Exchange, Request},
    vocabulary::heard::{AnswerClass, Body},
};

#[test]
fn a_query_reads_back_as_it_was_written() {
    let paths = [
        "/logged_in_reps/rep/@id",
        "//rep[@id='5']/public_display_name",
        "//connected_support_customer[name='a/b [c]'][2]/lsid",
        "//x[a/@b!='1'][c]/*",
        "count(//connected_client[@type='representative'])",
        "header:x-ratelimit-limit",
        "header-list:connection",
        "json:/access_token",
        "json-kind:/access_token",
        "list(//lsid)",
        "sum(//a/@b)",
        "whole(//a/b)",
        "list(/a/b[@c='x|y']/@d | //e)",
        "busiest(//a/@b; ${times})",
        "js:typeof BG.start",
    ];
    for text in paths.into_iter().chain(WORDS.iter().map(|(word, ..)| *word)) {
        assert_eq!(Query::parse(text).map(|q| q.to_string()), Ok(text.to_owned()));
    }
}

#[test]
fn what_is_no_query_is_refused() {
    for text in
        ["", "rep", "/", "/a[", "/a[b='c]", "/a b", "/a[b~'c']", "//a[1]x", "count(//a", "sum(a)", "busiest(//a)"]
    {
        assert!(Query::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_header_that_is_a_list_is_one_text_however_its_lines_are_split() {
    let check = |lines: &[&str], at: &str, expected: &[&str]| {
        let headers = lines.iter().map(|line| ("connection".to_owned(), (*line).to_owned())).collect();
        let exchange = Exchange::answered("".into(), Request::read("/"), Answer::of(101, headers, Vec::new(), None));
        let heard = Heard { exchange: Cow::Owned(exchange), class: AnswerClass::Accepted, body: Arc::new(Body::Other) };
        let query = Query::parse(at).expect("a query");
        assert_eq!(query.find_all(&heard, &Variables::new()), expected, "{lines:?}");
    };
    check(&["keep-alive", "Upgrade"], "header-list:Connection", &["keep-alive, Upgrade"]);
    check(&["keep-alive", "Upgrade"], "header:Connection", &["keep-alive", "Upgrade"]);
    check(&["Upgrade"], "header-list:connection", &["Upgrade"]);
    check(&[], "header-list:connection", &[]);
}
