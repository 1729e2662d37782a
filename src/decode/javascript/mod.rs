//! A sandbox for the scripts of a target.
//!
//! In: a script, and expressions. Out: what the expressions give after the script has run in a page, as texts; or why there is
//! nothing. The page is a stand-in (`browser.js`) that goes nowhere and keeps every address in `__opened`. Steps, memory, stack
//! and texts are bounded. There is no network, no file, no clock and no chance in it, so the same script gives the same texts.

use std::{
    fmt::{Display, Formatter},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc::{RecvTimeoutError, sync_channel},
    },
    thread,
    time::Duration,
};

use rquickjs::{Coerced, Context, Ctx, FromJs, Function, Runtime, Value, context::intrinsic, object::Property};

/// The longest script or expression in bytes.
pub const SOURCE_MAX: usize = 2 * 1024 * 1024;

/// The longest text that an expression may give, in bytes.
pub const TEXT_MAX: usize = 1024 * 1024;

/// The most memory of a script in bytes.
pub const MEMORY_MAX: usize = 16 * 1024 * 1024;

/// The deepest stack of a script in bytes.
pub const STACK_MAX: usize = 256 * 1024;

/// The most times that the engine may ask whether to go on; it asks after some ten thousand loops and calls.
const ASKED_MAX: usize = 2_000;

/// The most jobs of promises that are run at one occasion.
const JOBS_MAX: usize = 10_000;

/// The engine does not ask inside its own loops, such as a search in a text. Who stays there longer is left behind.
const LEFT_BEHIND_AFTER: Duration = Duration::from_secs(30);

/// The most scripts that are left behind; after them no more are run.
const LEFT_BEHIND_MAX: usize = 2;

/// Names that a script may rely on in every browser, and that are not in this page. A script that needs one is not at fault.
static OF_BROWSERS: [&str; 36] = [
    "BroadcastChannel",
    "ByteLengthQueuingStrategy",
    "CompressionStream",
    "DOMParser",
    "DecompressionStream",
    "ErrorEvent",
    "EventSource",
    "File",
    "FileList",
    "FinalizationRegistry",
    "Headers",
    "HTMLIFrameElement",
    "HTMLScriptElement",
    "Intl",
    "IntersectionObserver",
    "MutationObserver",
    "Notification",
    "PerformanceObserver",
    "ProgressEvent",
    "ReadableStream",
    "Request",
    "ResizeObserver",
    "SharedWorker",
    "TextDecoderStream",
    "TextEncoderStream",
    "TransformStream",
    "WeakRef",
    "WebAssembly",
    "Worker",
    "WritableStream",
    "XMLSerializer",
    "caches",
    "customElements",
    "indexedDB",
    "reportError",
    "trustedTypes",
];

static LEFT_BEHIND: AtomicUsize = AtomicUsize::new(0);

/// Why a script or an expression gives nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptError {
    /// The expression, from 0; none when it was the script.
    pub expression: Option<usize>,
    /// Why.
    pub kind: ScriptErrorKind,
}

/// Why a script or an expression gives nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScriptErrorKind {
    /// The source is longer than is run.
    TooLong,
    /// The text that an expression gives is longer than is kept.
    TextTooLong,
    /// It did not come to an end in time.
    Endless,
    /// Too many other scripts did not come to an end.
    OthersEndless,
    /// It needs more memory than it may have. At that point the engine throws an error, or `null` where it has no room for an error,
    /// which cannot be distinguished from a script that throws `null` itself: so this is one outcome.
    MemoryFull,
    /// It asks for something that every browser has and this page has not.
    Lacks(String),
    /// It threw something, as one short line; a bound of steps or stack is thrown, too.
    Thrown(String),
    /// There was no thread to run it on.
    NoThread(String),
    /// The engine could not be made.
    Engine(String),
    /// The engine ended without an answer.
    EngineFailed,
}

impl Display for ScriptError {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self.expression {
            None => write!(f, "the script: {}", self.kind),
            Some(at) => write!(f, "expression {}: {}", at + 1, self.kind),
        }
    }
}

impl Display for ScriptErrorKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong => f.write_str("longer than 2 MiB"),
            Self::TextTooLong => f.write_str("a text of more than 1 MiB"),
            Self::Endless => f.write_str("it does not come to an end"),
            Self::OthersEndless => f.write_str("other scripts did not come to an end, so none is run any more"),
            Self::MemoryFull => f.write_str("it needs more memory than it may have, or throws null"),
            Self::Lacks(name) => write!(f, "it needs `{name}` of a browser"),
            Self::Thrown(text) => f.write_str(text),
            Self::NoThread(reason) => write!(f, "no thread for it: {reason}"),
            Self::Engine(reason) => write!(f, "the engine: {reason}"),
            Self::EngineFailed => f.write_str("the engine failed"),
        }
    }
}

impl std::error::Error for ScriptError {}

/// Runs a script as one of a page, then each expression, in one page.
///
/// # Errors
/// What the script or the first failing expression throws, or the bound that it passes.
pub fn run(source: &str, expressions: &[&str]) -> Result<Vec<String>, ScriptError> {
    let error = |kind| ScriptError { expression: None, kind };
    if source.len() > SOURCE_MAX || expressions.iter().any(|expression| expression.len() > SOURCE_MAX) {
        return Err(error(ScriptErrorKind::TooLong));
    }
    if LEFT_BEHIND.load(Ordering::Relaxed) >= LEFT_BEHIND_MAX {
        return Err(error(ScriptErrorKind::OthersEndless));
    }
    let (source, expressions): (String, Vec<String>) =
        (source.to_owned(), expressions.iter().map(|&expression| expression.to_owned()).collect());
    let (sender, receiver) = sync_channel(1);
    // A thread of its own has a stack of a known size, and can be left behind.
    let work = move || {
        let _ = sender.send(in_a_page(&source, &expressions));
    };
    thread::Builder::new()
        .stack_size(8 * STACK_MAX)
        .spawn(work)
        .map_err(|reason| error(ScriptErrorKind::NoThread(reason.to_string())))?;
    receiver.recv_timeout(LEFT_BEHIND_AFTER).unwrap_or_else(|nothing| {
        if nothing == RecvTimeoutError::Timeout {
            LEFT_BEHIND.fetch_add(1, Ordering::Relaxed);
            return Err(error(ScriptErrorKind::Endless));
        }
        Err(error(ScriptErrorKind::EngineFailed))
    })
}

/// What a script finds beside the language itself. Clocks of high resolution and weak references would tell of the machine.
type Language = (
    intrinsic::Date,
    intrinsic::Eval,
    intrinsic::RegExpCompiler,
    intrinsic::RegExp,
    intrinsic::Json,
    intrinsic::Proxy,
    intrinsic::MapSet,
    intrinsic::TypedArrays,
    intrinsic::Promise,
);

fn in_a_page(source: &str, expressions: &[String]) -> Result<Vec<String>, ScriptError> {
    let error = |kind| ScriptError { expression: None, kind };
    let engine = |reason: rquickjs::Error| error(ScriptErrorKind::Engine(reason.to_string()));
    let runtime = Runtime::new().map_err(engine)?;
    runtime.set_memory_limit(MEMORY_MAX);
    runtime.set_max_stack_size(STACK_MAX);
    let mut asked = 0;
    runtime.set_interrupt_handler(Some(Box::new(move || {
        asked += 1;
        asked > ASKED_MAX
    })));
    let context = Context::custom::<Language>(&runtime).map_err(engine)?;
    context.with(|ctx| {
        let settle = |ctx: Ctx<'_>| settled(&ctx);
        let settle = Function::new(ctx.clone(), settle).map_err(engine)?;
        ctx.globals().set("__settle", settle).map_err(engine)?;
        ctx.globals().prop("__source", Property::from(source.to_owned())).map_err(engine)?;
        evaluated(&ctx, include_str!("browser.js")).map_err(error)?;
        evaluated(&ctx, include_str!("websocket.js")).map_err(error)?;
        evaluated(&ctx, include_str!("beside.js")).map_err(error)?;
        evaluated(&ctx, source).map_err(error)?;
        settled(&ctx);
        let text = |(at, expression): (usize, &String)| {
            evaluated(&ctx, expression)
                .and_then(|value| text_of(&ctx, value))
                .map_err(|kind| ScriptError { expression: Some(at), kind })
        };
        expressions.iter().enumerate().map(text).collect()
    })
}

/// Runs what promises have left to be done.
fn settled(ctx: &Ctx<'_>) {
    for _ in 0..JOBS_MAX {
        if !ctx.execute_pending_job() {
            return;
        }
    }
}

fn evaluated<'js>(ctx: &Ctx<'js>, source: &str) -> Result<Value<'js>, ScriptErrorKind> {
    let mut options = rquickjs::context::EvalOptions::default();
    options.strict = false;
    ctx.eval_with_options::<Value<'js>, _>(source, options).map_err(|error| thrown(ctx, &error))
}

fn text_of<'js>(ctx: &Ctx<'js>, value: Value<'js>) -> Result<String, ScriptErrorKind> {
    let Coerced(text) = Coerced::<String>::from_js(ctx, value).map_err(|error| thrown(ctx, &error))?;
    if text.len() > TEXT_MAX { Err(ScriptErrorKind::TextTooLong) } else { Ok(text) }
}

/// What was thrown, as one short line.
fn thrown(ctx: &Ctx<'_>, error: &rquickjs::Error) -> ScriptErrorKind {
    match text_of_thrown(ctx, error) {
        full if ["null", "InternalError", "InternalError: out of memory"].contains(&full.as_str()) => {
            ScriptErrorKind::MemoryFull
        }
        text => match lacking(&text) {
            Some(name) => ScriptErrorKind::Lacks(name.to_owned()),
            None => ScriptErrorKind::Thrown(text),
        },
    }
}

/// What a script asked for that browsers have and this page has not.
fn lacking(thrown: &str) -> Option<&'static str> {
    let name = thrown.strip_prefix("ReferenceError: ")?.strip_suffix(" is not defined")?.trim_matches('\'');
    OF_BROWSERS.iter().find(|other| **other == name).copied()
}

fn text_of_thrown(ctx: &Ctx<'_>, error: &rquickjs::Error) -> String {
    if !matches!(error, rquickjs::Error::Exception) {
        return error.to_string();
    }
    let value = ctx.catch();
    let text = Coerced::<String>::from_js(ctx, value).map_or_else(
        |_| {
            let _ = ctx.catch();
            "something that is no text was thrown".to_owned()
        },
        |Coerced(text)| text,
    );
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    if line.trim().is_empty() { "something without a text was thrown".to_owned() } else { line }
}

#[cfg(test)]
mod tests;
