//! `state.js` (pp. 151-161): the script by which a page of somebody's own follows the feed.
//!
//! In: nothing but the request's method. Out: JavaScript that defines `BomgarState`. Nothing here runs. It is loaded by
//! a tag of a page, which sends no token.

use super::super::answer::{Answer, Body};
use super::super::appliance::{Emulator, Inner};
use super::super::http::Request;
use super::super::xml::Kind;

pub(crate) const KIND: &str = "feed/state_js";

const SCRIPT: &str = include_str!("state.js");
const MEDIA: &str = "application/javascript; charset=UTF-8";

/// What a defect takes for what in the script, by the defect's name.
pub(crate) const CHANGES: &[(&str, &str, &str)] = &[
    ("syntax-error", "  function toBytes(data) {", "  function toBytes(data {"),
    ("no-amd-module", "typeof define === 'function' && define.amd", "false"),
    ("no-commonjs-module", "typeof module === 'object' && module && module.exports", "false"),
    ("no-global", "    root.BomgarState = factory();\n", "    root.State = factory();\n"),
    ("strict-mode-fails", "  var PORT = 443;", "  PORT = 443;"),
    (
        "opened-at-once",
        "    var all = new Connection(options || {}).observable;",
        "    var all = new Connection(options || {}).observable;\n    all.subscribe();",
    ),
    ("never-opened", "      if (!socket) {\n        open();", "      if (false) {\n        open();"),
    (
        "a-socket-for-each",
        "    var all = new Connection(options || {}).observable;",
        "    var all = new Observable(function (observer) { return new Connection(options || {}).observable.start(observer); });",
    ),
    ("without-tls", "'wss://' + options.host", "'ws://' + options.host"),
    ("host-ignored", "'wss://' + options.host", "'wss://' + 'site.example.net'"),
    ("port-ignored", "(options.port || PORT)", "PORT"),
    ("another-default-port", "  var PORT = 443;", "  var PORT = 8443;"),
    ("another-path", "'/nw', SUBPROTOCOL", "'/ws', SUBPROTOCOL"),
    ("subprotocol-missing", "'/nw', SUBPROTOCOL", "'/nw'"),
    ("subprotocol-not-encoded", "encodeURIComponent('ingredi state api')", "'ingredi state api'"),
    ("binary-as-blobs", "socket.binaryType = 'arraybuffer'", "socket.binaryType = 'blob'"),
    ("token-lost", "bearer_token: options.bearerToken", "bearer_token: ''"),
    ("tables-ignored", "options.tables === undefined ? 'all' : options.tables", "'all'"),
    ("tables-not-all-by-default", "options.tables === undefined ? 'all' : options.tables", "options.tables || []"),
    ("messages-without-newline", "JSON.stringify(message) + '\\n'", "JSON.stringify(message)"),
    ("subscribe-not-sent", "            subscribe();\n", ""),
    ("parts-not-put-together", "        parts.push(bytes.subarray(begin));\n", ""),
    (
        "only-the-first-of-two",
        "          begin = at + 1;\n",
        "          begin = bytes.length;\n          at = begin;\n",
    ),
    ("text-as-latin-1", "var more = first < 0x80 ? 0", "var more = first < 0x100 ? 0"),
    ("large-ids-rounded", "isLarge(token) ? '\"' + token + '\"'", "isLarge(token) ? token"),
    ("text-of-digits-changed", "token.charAt(0) !== '\"' && isLarge(token)", "isLarge(token.replace(/\"/g, ''))"),
    ("changes-before-the-response", "        } else if (registered) {", "        } else {"),
    ("changes-lost", "          tell('next', message);\n", ""),
    ("refusal-ignored", "      end('error', new Error('BomgarState: ' + (message.reason || 'refused')));\n", ""),
    (
        "no-error-without-a-connection",
        "        if (!registered) {\n          end(",
        "        if (false) {\n          end(",
    ),
    (
        "error-twice",
        "        if (!ended) {\n          end();\n          if (onError) {",
        "        if (true) {\n          end();\n          if (onError) {",
    ),
    ("end-never-said", "          end('completed');\n        } else {", "          socket = null;\n        } else {"),
    ("dispose-without-effect", "return { dispose: end };", "return { dispose: function () {} };"),
    ("socket-stays-open", "        if (observers.length === 0 && socket) {", "        if (false) {"),
    ("closed-by-the-first-who-goes", "        if (observers.length === 0 && socket) {", "        if (socket) {"),
    (
        "changes-for-table-missing",
        "    all.changesForTable = function (table) {",
        "    all.changesFor = function (table) {",
    ),
    ("changes-of-all-tables", "section(message, name)[table]", "section(message, name)"),
    ("change-name-missing", "{ name: name, data: data }", "{ data: data }"),
    ("change-data-missing", "{ name: name, data: data }", "{ name: name }"),
    ("inserts-missing", "    all.tableInserts = only('insert');\n", ""),
    ("updates-missing", "    all.tableUpdates = only('update');\n", ""),
    ("deletions-missing", "    all.tableDeletions = only('delete');\n", ""),
    ("inserts-are-updates", "only('insert')", "only('update')"),
    ("updates-are-inserts", "only('update')", "only('insert')"),
    (
        "deletions-as-objects",
        "          return change.data;",
        "          return change.name === 'delete' ? { ids: change.data } : change.data;",
    ),
    ("truncations-missing", "    all.truncations = function () {", "    all.truncated = function () {"),
    ("truncations-never", "message.type === 'truncate_model'", "message.type === 'truncate'"),
    ("truncations-of-updates", "message.type === 'truncate_model'", "message.type !== 'truncate_model'"),
    ("no-operators", "  Observable.prototype.map = function", "  Observable.prototype.change = function"),
];

impl Emulator {
    /// GET /api/state.js.
    pub(in super::super) fn state_js(&self, inner: &mut Inner, request: &Request, now_ms: i64) -> Answer {
        let broken = |what: &str| self.defects.has(KIND, what);
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return Answer::text(KIND, 405, "Use GET.\n").header("Allow", "GET, HEAD", Kind::Text);
        }
        if broken("not-found") {
            return Answer::text(KIND, 404, "Document Not Found\n");
        }
        if broken("token-needed")
            && let Err(answer) = self.enter(inner, request, now_ms)
        {
            return *answer;
        }
        if broken("page-instead") {
            let text = "<!DOCTYPE html>\n<html><body>Log in</body></html>\n".to_owned();
            return Answer::new(KIND, 200, Body::Text { media: "text/html; charset=UTF-8", text });
        }
        let change = |text: String, (what, sound, bent): &(&str, &str, &str)| {
            if broken(what) { text.replacen(sound, bent, 1) } else { text }
        };
        let text = CHANGES.iter().fold(SCRIPT.to_owned(), change);
        Answer::new(KIND, 200, Body::Text { media: MEDIA, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A browser with only what the script needs. `push` is what the appliance sends, `out` what there was to see.
    const BROWSER: &str = "var out = [], sockets = [];
        function WebSocket(url, protocol) { out.push('open ' + url + ' ' + protocol); this.sent = []; sockets.push(this); }
        WebSocket.prototype.send = function (text) { out.push('send ' + text); };
        WebSocket.prototype.close = function () { out.push('close'); };
        function bytes(text) { var all = unescape(encodeURIComponent(text)), list = [];
            for (var at = 0; at < all.length; at += 1) { list.push(all.charCodeAt(at)); } return new Uint8Array(list).buffer; }
        function push(text, cut) { var all = bytes(text), step = cut || all.byteLength;
            for (var at = 0; at < all.byteLength; at += step) {
                var socket = sockets[sockets.length - 1];
                if (socket.onmessage) { socket.onmessage({ data: all.slice(at, at + step) }); } } }
        function ready() { sockets[sockets.length - 1].onopen({});
            push('{\"type\":\"authenticate_response\",\"success\":true}\\n');
            push('{\"type\":\"subscribe_response\",\"timestamp\":1,\"success\":true}\\n'); }
        function show(word) { return function (value) { out.push(word + ' ' + (value instanceof Error ? value.message : JSON.stringify(value))); }; }
        var OPTIONS = { host: 'a.example', port: 8443, company: 'c', bearerToken: 't', tables: ['queue'] };";

    /// Runs the script, then a page's own code; what there was to see, one a line.
    fn seen(before: &str, page: &str) -> String {
        let runtime = rquickjs::Runtime::new().expect("an engine");
        let context = rquickjs::Context::full(&runtime).expect("a context");
        let whole = format!("{BROWSER}\n{before}\n{SCRIPT}\n{page}\n;out.join('\\n')");
        context.with(|context| match context.eval::<String, _>(whole) {
            Ok(text) => text,
            Err(fault) => format!("error {fault} {:?}", context.catch().as_exception().and_then(|one| one.message())),
        })
    }

    const OPENED: &str = "open wss://a.example:8443/nw ingredi%20state%20api\n\
        send {\"type\":\"authenticate\",\"credentials\":{\"bearer_token\":\"t\"}}\n\n\
        send {\"type\":\"subscribe\",\"tables\":[\"queue\"]}\n";

    #[test]
    fn nothing_is_opened_before_somebody_subscribes_and_one_socket_is_for_all() {
        assert_eq!(seen("", "var all = BomgarState(OPTIONS); all.changesForTable('queue'); all.truncations();"), "");
        let page =
            "var all = BomgarState(OPTIONS), some = [all, all.changesForTable('queue'), all.tableInserts('queue'),
            all.tableUpdates('queue'), all.tableDeletions('queue')].map(function (one) { return one.subscribe(); });
            ready(); some.forEach(function (one) { out.push('dispose'); one.dispose(); one.dispose(); });";
        assert_eq!(seen("", page), format!("{OPENED}\ndispose\ndispose\ndispose\ndispose\ndispose\nclose"));
    }

    #[test]
    fn changes_come_in_every_shape_that_is_asked_for() {
        let page = "var all = bomgarState(OPTIONS);
            all.subscribe(show('all')); all.changesForTable('queue').subscribe(show('change'));
            all.tableInserts('queue').subscribe(show('insert')); all.tableUpdates('queue').subscribe(show('update'));
            all.tableDeletions('queue').subscribe(show('delete')); all.truncations().take(1).subscribe(show('gone'), null, show('end'));
            ready();
            push('{\"type\":\"model_update\",\"insert\":{\"queue\":{\"18446744073709551615\":{\"a\":9007199254740993,\"b\":\"\\u00e91\"}}}}\\n{\"type\":\"model_upd', 1);
            push('ate\",\"delete\":{\"queue\":[\"1\"]}}\\n{\"type\":\"truncate_model\"}\\n{\"type\":\"truncate_model\"}\\n', 7);";
        let row = "{\"18446744073709551615\":{\"a\":\"9007199254740993\",\"b\":\"\u{e9}1\"}}";
        let gone = "{\"type\":\"truncate_model\"}";
        let lines = [
            format!("all {{\"type\":\"model_update\",\"insert\":{{\"queue\":{row}}}}}"),
            format!("change {{\"name\":\"insert\",\"data\":{row}}}"),
            format!("insert {row}"),
            "all {\"type\":\"model_update\",\"delete\":{\"queue\":[\"1\"]}}".to_owned(),
            "change {\"name\":\"delete\",\"data\":[\"1\"]}".to_owned(),
            "delete [\"1\"]".to_owned(),
            format!("all {gone}"),
            format!("gone {gone}"),
            "end undefined".to_owned(),
            format!("all {gone}"),
        ];
        assert_eq!(seen("", page), format!("{OPENED}\n{}", lines.join("\n")));
    }

    #[test]
    fn an_error_or_the_end_is_said_once() {
        let page = |rest: &str| {
            let page =
                "BomgarState(OPTIONS).subscribe(show('next'), show('error'), show('end')); var socket = sockets[0];";
            let text =
                seen("", &format!("{page}{rest} if (socket.onclose) {{ socket.onclose({{ wasClean: true }}); }}"));
            text.lines()
                .filter(|line| ["error", "end"].iter().any(|word| line.starts_with(word)))
                .collect::<Vec<_>>()
                .join("\n")
        };
        assert_eq!(page("ready();"), "end undefined");
        assert_eq!(page("ready(); socket.onclose({ wasClean: false });"), "error BomgarState: the connection was lost");
        assert_eq!(page("socket.onerror({});"), "error BomgarState: no connection to a.example");
        let refusal = "{\"type\":\"authenticate_response\",\"success\":false,\"reason\":\"no\"}";
        assert_eq!(page(&format!("socket.onopen(); push('{refusal}\\n');")), "error BomgarState: no");
        let lacking = seen("", "BomgarState({ host: 'a' }).subscribe(null, show('error'));");
        assert_eq!(lacking, "error BomgarState: the options lack company, bearerToken");
    }

    #[test]
    fn each_defect_changes_the_script() {
        for (what, sound, bent) in CHANGES {
            assert!(SCRIPT.contains(sound) && sound != bent, "{what}");
        }
    }

    #[test]
    fn every_kind_of_module_gets_it() {
        let amd = seen(
            "var made; function define(needs, factory) { made = factory(); } define.amd = {};",
            "out.push(typeof made);",
        );
        let node = seen("var module = { exports: {} };", "out.push(typeof module.exports);");
        let page = seen("'use strict';", "out.push(typeof BomgarState + typeof bomgarState);");
        assert_eq!((amd.as_str(), node.as_str(), page.as_str()), ("function", "function", "functionfunction"));
    }
}
