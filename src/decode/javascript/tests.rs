//! What a script can do in the page, and what it cannot.

use super::*;

/// The text that one expression gives after a script.
#[track_caller]
fn check(source: &str, expression: &str, expected: &str) {
    assert_eq!(run(source, &[expression]), Ok(vec![expected.to_owned()]), "{source} -- {expression}");
}

#[track_caller]
fn fails(source: &str, expression: &str, expected: &str) {
    let fault = run(source, &[expression]).expect_err("it fails");
    assert!(fault.to_string().contains(expected), "{fault}");
}

#[test]
fn expressions_follow_the_script_and_share_its_page() {
    let texts = run("var BG = { START_TYPE: { FULL: 'full' }, n: 0 };", &["typeof BG", "++BG.n", "++BG.n", "[1, [2]]"]);
    assert_eq!(texts, Ok(["object", "1", "2", "1,2"].map(str::to_owned).to_vec()));
    check("", "undefined", "undefined");
    check("this.x = window === self && top === parent", "x", "true");
}

#[test]
fn every_way_to_go_somewhere_is_kept() {
    for (source, opened) in [
        ("location.href = 'https://a/1'", "https://a/1"),
        ("location = 'https://a/2'", "https://a/2"),
        ("window.location.assign('https://a/3'); document.location.replace('/4')", "https://a/3 /4"),
        ("window.open('https://a/5', '_blank', 'width=1')", "https://a/5"),
        ("var w = window.open('', 'chat'); w.location.href = 'https://a/6'", "https://a/6"),
        ("var w = open('about:blank'); w.location = 'https://a/7'", "https://a/7"),
        ("var f = document.createElement('iframe'); f.src = '/8'; document.body.appendChild(f)", "/8"),
        ("var s = document.createElement('script'); document.head.appendChild(s); s.src = '/9'", "/9"),
        ("new Image().src = '/22'", "/22"),
        ("var l = document.createElement('link'); l.href = '/23'; document.head.appendChild(l)", "/23"),
        ("var s = document.createElement('script'); s.setAttribute('src', '/never')", ""),
        (
            "var f = document.createElement('iframe'); document.body.appendChild(f); f.contentWindow.location.href = '/10'",
            "/10",
        ),
        ("document.body.innerHTML = '<p><iframe id=x src=\"/11?a=1&amp;b=2\"></iframe>'", "/11?a=1&b=2"),
        ("document.write('<script src=/12></script>')", "/12"),
        ("var a = document.createElement('a'); a.href = '/13'; a.click()", "/13"),
        ("setTimeout(function () { location.href = '/14' }, 5000)", "/14"),
        ("setTimeout(function (x) { location.href = x }, 1, '/15'); setTimeout('location.href = \"/16\"')", "/15 /16"),
        ("clearTimeout(setTimeout(function () { location.href = '/never' }))", ""),
        ("Promise.resolve('/17').then(function (x) { location.href = x })", "/17"),
        ("(async function () { await null; await null; location.href = '/18' })()", "/18"),
        ("var x = new XMLHttpRequest(); x.open('POST', '/19'); x.send('a=1')", "/19?a=1"),
        ("fetch('/20').then(function () { location.href = '/never' })", "/20"),
        ("window.addEventListener('load', function () { location.href = '/21' })", "/21"),
        ("setInterval(function () { location.href = '/once' }, 10)", "/once"),
    ] {
        check(source, "__opened.join(' ')", opened);
    }
}

#[test]
fn forms_of_the_page_can_be_read_and_sent() {
    let form = "__form('id', { codeName: 'Other', 'customer.name': 'A & B', n: 1 })";
    check("", &format!("{form}; document.getElementById('id').elements.codeName.value"), "Other");
    check("", &format!("{form}; document.forms[0].elements.length"), "3");
    check("", &format!("{form}; document.getElementsByTagName('input')[2].value"), "1");
    check("", &format!("{form}; new FormData(document.querySelector('#id')).get('customer.name')"), "A & B");
    check("", &format!("{form} instanceof HTMLFormElement && document.getElementById('none') === null"), "true");
    let sent = format!("var f = {form}; f.action = 'https://a/start'; f.submit(); __opened[0]");
    check("", &sent, "https://a/start?codeName=Other&customer.name=A%20%26%20B&n=1");
}

#[test]
fn new_windows_can_be_blocked() {
    check("", "__blockWindows(); String(window.open('https://a/1')) + __opened.length", "null0");
    check("", "__blockWindows(); location.href = 'https://a/2'; __opened[0]", "https://a/2");
}

#[test]
fn clock_and_chance_stand_still() {
    check(
        "",
        "[Date.now(), new Date().getTime(), +new Date(2024, 0), Math.random()]",
        "1700000000000,1700000000000,1704067200000,0.5",
    );
    check(
        "",
        "performance.now() + typeof WeakRef + typeof require + typeof process + typeof __settle",
        &format!("0{}", "undefined".repeat(4)),
    );
}

#[test]
fn what_is_thrown_is_told_with_its_place() {
    fails("throw new TypeError('no\\nsite')", "1", "the script: TypeError: no site");
    fails("var a = ;", "1", "the script: SyntaxError");
    fails("", "BG.start()", "expression 1: ReferenceError");
    fails("throw null", "1", "the script: it needs more memory than it may have, or throws null");
    fails("throw { toString: function () { throw 1 } }", "1", "no text");
    fails("throw ''", "1", "without a text");
    fails("\0", "1", "the script");
    fails("", "Object.create(null)", "expression 1");
    fails("import('fs')", "await 1", "expression 1");
}

#[test]
fn every_bound_holds() {
    fails("while (true) {}", "1", "interrupted");
    fails("function f() { return f() } try { f() } catch (e) { while (true) {} }", "1", "interrupted");
    fails("(function f() { return 1 + f() })()", "1", "stack");
    fails("var a = []; while (true) { a.push(new Array(1000).join('x') + a.length) }", "1", "more memory");
    fails("/(a*)*b/.test(new Array(40).join('a'))", "1", "interrupted");
    fails(
        "function again() { Promise.resolve().then(again) } again(); setTimeout(function f() { setTimeout(f) })",
        "while (1) {}",
        "interrupted",
    );
    fails("", "new Array(1100000).join('x')", "more than 1 MiB");
    assert!(run(&" ".repeat(SOURCE_MAX + 1), &[]).is_err());
    let deep = "[".repeat(100_000);
    assert!(run(&deep, &[]).is_err() && run(&format!("JSON.parse('{deep}')"), &[]).is_err());
}

#[test]
fn what_every_browser_has_beside_is_there_or_said_to_lack() {
    check("", "typeof performance.now() + typeof queueMicrotask + atob(btoa('a\u{ff}b')).length", "numberfunction3");
    check("", "['', 'f', 'fo', 'foo'].map(btoa).join(' ')", " Zg== Zm8= Zm9v");
    check("", "crypto.getRandomValues(new Uint8Array(2)).join('') + structuredClone([{ a: 1 }])[0].a", "441");
    check(
        "new Response(new Blob(['{\"a\": [7]}'])).json().then(function (v) { location.href = '/' + v.a[0]; })",
        "__opened.join()",
        "/7",
    );
    check(
        "var c = new MessageChannel(); c.port2.onmessage = function (e) { open('/' + e.data); }; c.port1.postMessage(8)",
        "__opened.join()",
        "/8",
    );
    for source in ["new Worker('a')", "new MutationObserver(function () {})"] {
        let fault = run(source, &[]).expect_err("it lacks");
        assert!(matches!(fault.kind, ScriptErrorKind::Lacks(_)), "{fault}");
    }
    fails("no_such_thing", "1", "not defined");
}
