//! Paths: which elements and attributes of a tree are meant.
//!
//! In: the text of a path. Out: a [`Path`], which is printed as it was written. `/a/b/@c` leads from the root,
//! `//b[@id='5']/c` from anywhere; `[x='v']`, `[x!='v']`, `[x=//y/z]`, `[x]` and `[2]` narrow a step, `*` is any element.
//! `/a/@b | /a/b` is what the first path selects, then what the second does.

use std::fmt;

use super::path_nodes::{Segment, Test};
use crate::model::variables::names;

pub use super::path_nodes::Path;

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut paths = Vec::new();
        let mut rest = text;
        loop {
            let end = end_before('|', rest);
            paths.push(segments_of(&rest[..end])?);
            match rest[end..].strip_prefix('|') {
                Some(more) => rest = more,
                None => return Ok(Self(paths)),
            }
        }
    }

    /// The element of that name, wherever it stands.
    #[must_use]
    pub fn anywhere(name: &str) -> Self {
        Self(vec![vec![Segment { anywhere: true, attribute: false, name: name.to_owned(), tests: Vec::new() }]])
    }

    /// Whether attributes are selected.
    #[must_use]
    pub fn ends_in_an_attribute(&self) -> bool {
        self.0.iter().any(|path| path.last().is_some_and(|segment| segment.attribute))
    }

    /// Whether it finds nothing but what has the value of the variable in it, or around it.
    #[must_use]
    pub fn asks_for(&self, variable: &str) -> bool {
        let asks = |test: &Test| matches!(test, Test::Is(_, value) if names(value).iter().any(|name| name == variable));
        self.0.iter().all(|path| path.iter().any(|segment| segment.tests.iter().any(asks)))
    }

    /// The variables that it names.
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        let mut out = Vec::new();
        for Segment { name, tests, .. } in self.0.iter().flatten() {
            out.extend(names(name));
            for test in tests {
                match test {
                    Test::Is(_, value) | Test::IsNot(_, value) => out.extend(names(value)),
                    Test::Same(_, path) => out.extend(path.variables()),
                    Test::Has(_) | Test::Position(_) => {}
                }
            }
        }
        out
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, path) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str(" | ")?;
            }
            path.iter().try_for_each(|segment| write!(f, "{segment}"))?;
        }
        Ok(())
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.anywhere { "//" } else { "/" })?;
        if self.attribute {
            f.write_str("@")?;
        }
        f.write_str(&self.name)?;
        for test in &self.tests {
            match test {
                Test::Is(path, value) => write!(f, "[{}='{value}']", path.join("/"))?,
                Test::IsNot(path, value) => write!(f, "[{}!='{value}']", path.join("/"))?,
                Test::Same(path, other) => write!(f, "[{}={other}]", path.join("/"))?,
                Test::Has(path) => write!(f, "[{}]", path.join("/"))?,
                Test::Position(n) => write!(f, "[{n}]")?,
            }
        }
        Ok(())
    }
}

/// The segments of one path.
fn segments_of(text: &str) -> Result<Vec<Segment>, String> {
    let mut segments = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let anywhere = rest.starts_with("//");
        rest = rest
            .strip_prefix("//")
            .or_else(|| rest.strip_prefix('/'))
            .ok_or_else(|| format!("`{text}`: a `/` is missing before `{rest}`"))?;
        let end = end_before('/', rest);
        segments.push(segment_of(&rest[..end], anywhere).map_err(|fault| format!("`{text}`: {fault}"))?);
        rest = &rest[end..];
    }
    if segments.is_empty() { Err(format!("`{text}` names nothing")) } else { Ok(segments) }
}

/// Where the next of a character stands outside brackets and quotes, or the end of the text.
fn end_before(mark: char, text: &str) -> usize {
    let (mut depth, mut quoted) = (0_u32, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            c if c == mark && !quoted && depth == 0 => return at,
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
    let (mut quoted, mut depth) = (false, 0_u32);
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '\'';
        depth += u32::from(c == '[' && !quoted);
        let closes = c == ']' && !quoted;
        if closes && depth > 0 {
            depth -= 1;
            return None;
        }
        closes.then_some(at)
    })
}

fn test_of(text: &str) -> Result<Test, String> {
    if let Ok(position) = text.parse() {
        return Ok(Test::Position(position));
    }
    let relative = |path: &str| path.trim().split('/').map(str::to_owned).collect::<Vec<_>>();
    if let Some((left, right)) = text.split_once('=').filter(|(_, right)| right.trim_start().starts_with('/')) {
        return Ok(Test::Same(relative(left), Box::new(Path::parse(right.trim())?)));
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{decode::xml, model::variables::Variables};

    #[track_caller]
    fn check(query: &str, expected: &[&str]) {
        let root = xml::read(
            "<l xmlns='u'><r id='1'><n>a</n><t>x</t></r><r id='2'><n>b</n></r><s><r id='3'><n>c</n></r></s></l>",
        )
        .unwrap();
        let known = Variables::from([("two".to_owned(), "2".to_owned()), ("which".to_owned(), "n".to_owned())]);
        let path = Path::parse(query).unwrap();
        assert_eq!(path.texts(&root, &known).unwrap(), expected, "{query}");
        assert_eq!(path.to_string(), query);
    }

    #[test]
    fn paths_select_by_local_names() {
        check("/l/r/@id", &["1", "2"]);
        check("//r/@id", &["1", "2", "3"]);
        check("//@id", &["1", "2", "3"]);
        check("//r[@id='${two}']/n", &["b"]);
        check("//r/${which}", &["a", "b", "c"]);
        check("//r[n!='a']/@id", &["2", "3"]);
        check("//r[t]/n", &["a"]);
        check("//r[2]/n", &["b"]);
        check("//r[n=//r[@id='${two}']/n]/@id", &["2"]);
        check("//r[@id=/l/r/@id]/n", &["a", "b"]);
        check("//r[@id=//none]/n", &[]);
        check("/l/*/n", &["a", "b"]);
        check("/r", &[]);
    }
}
