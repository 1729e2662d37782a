//! Queries: where in an exchange a value stands.
//!
//! In: the text of a query. Out: a [`Query`]. Only the notation lives here; `judge` looks things up.
//!
//! `/a/b/@c` from the root, `//b[@id='5']/c` anywhere, `[x='v']` `[x!='v']` `[x]` `[2]` narrow a step, `*` is any element,
//! `count(PATH)` and `sum(PATH)` make a number, `list(PATH)` one text; `js:EXPRESSION` runs a script; `status`, `header:NAME`, `json:/POINTER`, `body`, `root`, `namespace`,
//! `burst:refused`, `burst:accepted_in_a_second`, `burst:sent_in_a_second`, `burst:answered_in_a_second` and `repeat:refused` look at the rest of an exchange.

use std::fmt;

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// XML elements or attributes.
    Path(Vec<Segment>),
    /// How many nodes a path selects.
    Count(Vec<Segment>),
    /// The sum of the numbers that a path selects.
    Sum(Vec<Segment>),
    /// All texts that a path selects, as one text with commas between them.
    List(Vec<Segment>),
    /// What a JavaScript expression gives after the body has run.
    Js(String),
    /// HTTP status.
    Status,
    /// A header's value.
    Header(String),
    /// A JSON pointer into the body.
    Json(String),
    /// The body as text.
    Body,
    /// Local name of the root element.
    Root,
    /// Namespace of the root element.
    Namespace,
    /// How many answers of a burst were refusals.
    BurstRefused,
    /// The most accepted answers of a burst within one second.
    BurstAcceptedInASecond,
    /// The most requests of a burst that were sent within one second.
    BurstSentInASecond,
    /// The most answers of a burst, refusals too, whose requests were sent and which arrived within one second.
    BurstAnsweredInASecond,
    /// How many answers of a repetition were refusals.
    RepeatRefused,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Whether it may stand at any depth.
    pub anywhere: bool,
    /// Whether it is an attribute.
    pub attribute: bool,
    /// Local name; `*` is any.
    pub name: String,
    /// What narrows it.
    pub tests: Vec<Test>,
}

/// What narrows a step of a path. Values may hold `${variables}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// The node at the relative path has that text.
    Is(Vec<String>, String),
    /// The node at the relative path has another text.
    IsNot(Vec<String>, String),
    /// There is a node at the relative path.
    Has(Vec<String>),
    /// It is the so-manieth, from 1.
    Position(usize),
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// Says what cannot be read and how it should look.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let inner = |word: &str| text.strip_prefix(word).and_then(|rest| rest.strip_suffix(')'));
        Ok(match text {
            "status" => Self::Status,
            "body" => Self::Body,
            "root" => Self::Root,
            "namespace" => Self::Namespace,
            "burst:refused" => Self::BurstRefused,
            "burst:accepted_in_a_second" => Self::BurstAcceptedInASecond,
            "burst:sent_in_a_second" => Self::BurstSentInASecond,
            "burst:answered_in_a_second" => Self::BurstAnsweredInASecond,
            "repeat:refused" => Self::RepeatRefused,
            _ => {
                if let Some(name) = text.strip_prefix("header:") {
                    Self::Header(name.to_ascii_lowercase())
                } else if let Some(pointer) = text.strip_prefix("json:") {
                    Self::Json(pointer.to_owned())
                } else if let Some(expression) = text.strip_prefix("js:") {
                    Self::Js(expression.to_owned())
                } else if let Some(path) = inner("list(") {
                    Self::List(path_of(path)?)
                } else if let Some(path) = inner("count(") {
                    Self::Count(path_of(path)?)
                } else if let Some(path) = inner("sum(") {
                    Self::Sum(path_of(path)?)
                } else if text.starts_with('/') {
                    Self::Path(path_of(text)?)
                } else {
                    return Err(format!(
                        "`{text}` is no query: start with `/` or `//`, or write status, header:NAME, json:/POINTER, body, \
                         root, namespace, js:EXPRESSION, count(PATH), sum(PATH) or list(PATH)"
                    ));
                }
            }
        })
    }
}

fn path_of(text: &str) -> Result<Vec<Segment>, String> {
    let mut segments = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let anywhere = rest.starts_with("//");
        rest = rest
            .strip_prefix("//")
            .or_else(|| rest.strip_prefix('/'))
            .ok_or_else(|| format!("`{text}`: a `/` is missing before `{rest}`"))?;
        let end = segment_end(rest);
        segments.push(segment_of(&rest[..end], anywhere).map_err(|fault| format!("`{text}`: {fault}"))?);
        rest = &rest[end..];
    }
    if segments.is_empty() { Err(format!("`{text}` names nothing")) } else { Ok(segments) }
}

/// The end of the first segment: the next `/` outside brackets and quotes.
fn segment_end(text: &str) -> usize {
    let (mut depth, mut quoted) = (0_u32, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            '/' if !quoted && depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

fn segment_of(text: &str, anywhere: bool) -> Result<Segment, String> {
    let head = text.find('[').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(head);
    let attribute = name.starts_with('@');
    let name = name.strip_prefix('@').unwrap_or(name).trim();
    if name.is_empty() || name.contains(char::is_whitespace) || name.starts_with('@') {
        return Err(format!("`{text}` has no name"));
    }
    let mut tests = Vec::new();
    while let Some(open) = rest.strip_prefix('[') {
        let close = closing(open).ok_or_else(|| format!("a `]` is missing in `{text}`"))?;
        tests.push(test_of(open[..close].trim())?);
        rest = open[close + 1..].trim_start();
    }
    if !rest.is_empty() {
        return Err(format!("`{rest}` is too much in `{text}`"));
    }
    Ok(Segment { anywhere, attribute, name: name.to_owned(), tests })
}

fn closing(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '\'';
        (c == ']' && !quoted).then_some(at)
    })
}

fn test_of(text: &str) -> Result<Test, String> {
    if let Ok(position) = text.parse() {
        return Ok(Test::Position(position));
    }
    let relative = |path: &str| path.trim().split('/').map(str::to_owned).collect::<Vec<_>>();
    let Some(quote) = text.find('\'') else {
        return Ok(Test::Has(relative(text)));
    };
    let value = text[quote + 1..].strip_suffix('\'').ok_or_else(|| format!("`{text}` lacks its closing quote"))?;
    let left = text[..quote].trim();
    if let Some(path) = left.strip_suffix("!=") {
        Ok(Test::IsNot(relative(path), value.to_owned()))
    } else if let Some(path) = left.strip_suffix('=').filter(|path| !path.trim_end().ends_with('!')) {
        Ok(Test::Is(relative(path), value.to_owned()))
    } else {
        Err(format!("`{text}`: write [name='value'] or [name!='value']"))
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write_path(f, path),
            Self::Count(path) => {
                f.write_str("count(")?;
                write_path(f, path)?;
                f.write_str(")")
            }
            Self::Sum(path) => {
                f.write_str("sum(")?;
                write_path(f, path)?;
                f.write_str(")")
            }
            Self::List(path) => {
                f.write_str("list(")?;
                write_path(f, path)?;
                f.write_str(")")
            }
            Self::Js(expression) => write!(f, "js:{expression}"),
            Self::Status => f.write_str("status"),
            Self::Header(name) => write!(f, "header:{name}"),
            Self::Json(pointer) => write!(f, "json:{pointer}"),
            Self::Body => f.write_str("body"),
            Self::Root => f.write_str("root"),
            Self::Namespace => f.write_str("namespace"),
            Self::BurstRefused => f.write_str("burst:refused"),
            Self::BurstAcceptedInASecond => f.write_str("burst:accepted_in_a_second"),
            Self::BurstAnsweredInASecond => f.write_str("burst:answered_in_a_second"),
            Self::BurstSentInASecond => f.write_str("burst:sent_in_a_second"),
            Self::RepeatRefused => f.write_str("repeat:refused"),
        }
    }
}

fn write_path(f: &mut fmt::Formatter<'_>, path: &[Segment]) -> fmt::Result {
    for segment in path {
        f.write_str(if segment.anywhere { "//" } else { "/" })?;
        if segment.attribute {
            f.write_str("@")?;
        }
        f.write_str(&segment.name)?;
        for test in &segment.tests {
            match test {
                Test::Is(path, value) => write!(f, "[{}='{value}']", path.join("/"))?,
                Test::IsNot(path, value) => write!(f, "[{}!='{value}']", path.join("/"))?,
                Test::Has(path) => write!(f, "[{}]", path.join("/"))?,
                Test::Position(n) => write!(f, "[{n}]")?,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_back_as_it_was_written() {
        for text in [
            "/logged_in_reps/rep/@id",
            "//rep[@id='5']/public_display_name",
            "//connected_support_customer[name='a/b [c]'][2]/lsid",
            "//x[a/@b!='1'][c]/*",
            "count(//connected_client[@type='representative'])",
            "header:x-ratelimit-limit",
            "json:/access_token",
            "list(//lsid)",
            "js:typeof BG.start",
        ] {
            assert_eq!(Query::parse(text).map(|q| q.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_is_no_query_is_refused() {
        for text in ["", "rep", "/", "/a[", "/a[b='c]", "/a b", "/a[b~'c']", "//a[1]x"] {
            assert!(Query::parse(text).is_err(), "{text}");
        }
    }
}
