//! A sandbox for scripts that a target serves: they run in a page without a screen, a network, files or a clock of ours.
//!
//! In: the script and expressions. Out: what each expression gives after the script has run, as text, or what was thrown. Memory,
//! stack and the number of steps are bounded, so a script that never ends or takes everything is refused like any other fault.
//!
//! What the script opens or loads is in the array `__opened`; `__form(ID, VALUES)` puts a form on the page.

use std::cell::Cell;

use rquickjs::{CatchResultExt as _, Coerced, Context, Ctx, Runtime};

/// The most bytes of a script.
pub const SOURCE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The most memory of a script and its page, in bytes.
pub const MEMORY_MAX: usize = 32 * 1024 * 1024;

/// The deepest stack of a script, in bytes.
const STACK_MAX: usize = 256 * 1024;

/// How often the engine asks whether to go on: each time stands for about ten thousand steps, so that the bound is the same on every
/// machine.
const TURNS_MAX: u32 = 2_000;

/// The longest text that an expression may give, in bytes.
const RESULT_MAX: usize = 64 * 1024;

/// The page that a script finds.
const PAGE: &str = include_str!("page.js");

/// Runs a script, then each expression on a page of its own.
///
/// # Errors
/// What the script or an expression threw, or which bound it passed.
pub fn run(source: &str, expressions: &[&str]) -> Result<Vec<String>, String> {
    if source.len() > SOURCE_BYTES_MAX {
        return Err(format!("a script of {} bytes, more than the {SOURCE_BYTES_MAX} that are run", source.len()));
    }
    expressions.iter().map(|expression| one(source, expression)).collect()
}

fn one(source: &str, expression: &str) -> Result<String, String> {
    let engine = |error: rquickjs::Error| format!("no sandbox: {error}");
    let runtime = Runtime::new().map_err(engine)?;
    runtime.set_memory_limit(MEMORY_MAX);
    runtime.set_max_stack_size(STACK_MAX);
    let turns = Cell::new(0_u32);
    runtime.set_interrupt_handler(Some(Box::new(move || {
        turns.set(turns.get() + 1);
        turns.get() > TURNS_MAX
    })));
    let context = Context::full(&runtime).map_err(engine)?;
    context.with(|page| {
        page.eval::<(), _>(PAGE).catch(&page).map_err(|thrown| format!("the page: {thrown}"))?;
        page.eval::<(), _>(source).catch(&page).map_err(|thrown| short(&format!("the script: {thrown}")))?;
        let found = evaluate(&page, expression)?;
        Ok(found
            .chars()
            .scan(0, |size, c| {
                *size += c.len_utf8();
                (*size <= RESULT_MAX).then_some(c)
            })
            .collect())
    })
}

fn evaluate(page: &Ctx<'_>, expression: &str) -> Result<String, String> {
    let thrown = |text: String| short(&format!("`{expression}`: {text}"));
    let found: Coerced<String> = page.eval(expression).catch(page).map_err(|error| thrown(error.to_string()))?;
    Ok(found.0)
}

fn short(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expression: &str, expected: &str) {
        assert_eq!(run(source, &[expression]).map(|found| found[0].clone()).as_deref(), Ok(expected), "{source}");
    }

    #[test]
    fn what_a_script_opens_is_kept() {
        check(
            "var A = { go: function (k) { window.open('https://a/' + k); } };",
            "A.go('x'), __opened.join()",
            "https://a/x",
        );
        check("", "location.href = 'https://b/', document.location = 'c', __opened.join()", "https://b/,c");
        let form = "__form('f', { a: '1 2' }), document.getElementById('f').action = '/s', document.getElementById('f').submit(), __opened.join()";
        check("", form, "/s?a=1%202");
        check(
            "var s = document.createElement('script'); s.src = '//h/x.js'; document.body.appendChild(s);",
            "__opened.join()",
            "//h/x.js",
        );
        check("", "typeof BG", "undefined");
    }

    #[test]
    fn each_expression_has_a_page_of_its_own() {
        let found = run("var n = 0;", &["++n", "++n", "window.open('a'), __opened.length", "__opened.length"]);
        assert_eq!(found, Ok(vec!["1".into(), "1".into(), "1".into(), "0".into()]));
    }

    #[test]
    fn a_script_that_throws_or_takes_too_much_is_a_fault() {
        for (source, expression) in [
            ("var a = {", "1"),
            ("throw new Error('no')", "1"),
            ("for (;;) {}", "1"),
            ("", "for (;;) {}"),
            ("var a = []; for (;;) a.push(new Array(1000).fill(0));", "1"),
            ("function f() { return f() + 1; } f();", "1"),
            ("", "missing.thing"),
            ("", "/(a+)+b/.test('a'.repeat(40))"),
        ] {
            assert!(run(source, &[expression]).is_err(), "{source} {expression}");
        }
        assert!(run(&" ".repeat(SOURCE_BYTES_MAX + 1), &["1"]).is_err());
    }

    #[test]
    fn nothing_of_the_machine_is_in_reach() {
        check(
            "",
            "[typeof require, typeof process, typeof std, typeof os, typeof Deno].join()",
            "undefined,undefined,undefined,undefined,undefined",
        );
    }
}
