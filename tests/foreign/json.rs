//! In: a tree of JSON values. Out: its text, on one line or spread over several.
//! Never: reads JSON, nor sorts the members it was given.

/// A JSON value. The guide's booleans of archives are the numbers 1 and 0 (p. 119), so there is no other kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Number(i64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// A text value.
    pub(crate) fn text(text: impl Into<String>) -> Json {
        Json::Text(text.into())
    }

    /// 1 or 0.
    pub(crate) fn flag(on: bool) -> Json {
        Json::Number(i64::from(on))
    }

    /// An identifier drawn from the counter.
    pub(crate) fn id(id: u64) -> Json {
        Json::Number(i64::try_from(id).unwrap_or(i64::MAX))
    }

    /// An object from its members, in their order.
    pub(crate) fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
        Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// All on one line.
    pub(crate) fn line(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, None);
        out
    }

    /// Spread over lines, three blanks for each level.
    pub(crate) fn pretty(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, Some(0));
        out.push('\n');
        out
    }

    fn write(&self, out: &mut String, depth: Option<usize>) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Number(number) => out.push_str(&number.to_string()),
            Json::Text(text) => quote(out, text),
            Json::List(items) => {
                let items = items.iter().map(|item| (None, item)).collect();
                write_many(out, '[', ']', items, depth);
            }
            Json::Object(members) => {
                let members = members.iter().map(|(name, value)| (Some(name.as_str()), value)).collect();
                write_many(out, '{', '}', members, depth);
            }
        }
    }
}

fn write_many(out: &mut String, open: char, close: char, items: Vec<(Option<&str>, &Json)>, depth: Option<usize>) {
    out.push(open);
    let inner = depth.map(|depth| depth + 1);
    let empty = items.is_empty();
    for (at, (name, value)) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        indent(out, inner);
        if let Some(name) = name {
            quote(out, name);
            out.push_str(if depth.is_some() { " : " } else { ":" });
        }
        value.write(out, inner);
    }
    if !empty {
        indent(out, depth);
    }
    out.push(close);
}

fn indent(out: &mut String, depth: Option<usize>) {
    if let Some(depth) = depth {
        out.push('\n');
        out.push_str(&"   ".repeat(depth));
    }
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    for unit in text.encode_utf16() {
        match char::from_u32(u32::from(unit)) {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some(plain) if (' '..='~').contains(&plain) => out.push(plain),
            _ => out.push_str(&format!("\\u{unit:04x}")),
        }
    }
    out.push('"');
}
