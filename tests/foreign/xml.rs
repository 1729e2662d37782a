//! In: a tree of elements, and the namespace it belongs to. Out: the text of an XML document in this site's hand:
//! a prefix on every element, single quotes, tabs, CDATA where a text has markup in it and character references elsewhere.
//! Never: writes a character that XML 1.0 does not allow.

/// The two namespaces that answers declare (p. 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    Command,
    Reporting,
}

impl Space {
    fn prefix(self) -> &'static str {
        match self {
            Space::Command => "bt",
            Space::Reporting => "rap",
        }
    }

    /// The name of the namespace.
    pub(crate) fn uri(self) -> &'static str {
        match self {
            Space::Command => "https://www.beyondtrust.com/namespaces/API/command",
            Space::Reporting => "https://www.beyondtrust.com/namespaces/API/reporting",
        }
    }
}

/// An element with its attributes, and either a text or child elements.
#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

/// An element without content.
pub(crate) fn el(name: &str) -> Element {
    Element { name: name.to_owned(), ..Element::default() }
}

/// An element that holds a text or a number.
pub(crate) fn leaf(name: &str, text: impl ToString) -> Element {
    Element { name: name.to_owned(), text: text.to_string(), ..Element::default() }
}

impl Element {
    pub(crate) fn attr(mut self, name: &str, value: impl ToString) -> Self {
        self.attributes.push((name.to_owned(), value.to_string()));
        self
    }

    pub(crate) fn with(mut self, child: Element) -> Self {
        self.children.push(child);
        self
    }

    pub(crate) fn all(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children);
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.children.is_empty()
    }

    /// The whole document.
    pub(crate) fn document(&self, space: Space) -> String {
        let mut out = String::from("<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n");
        out.push_str("<!-- réponse d'une appliance indépendante -->\n<?foreign habit='own'?>\n");
        self.write(&mut out, space, 0);
        out.push('\n');
        out
    }

    fn write(&self, out: &mut String, space: Space, depth: usize) {
        let name = format!("{}:{}", space.prefix(), self.name);
        out.push_str(&"\t".repeat(depth));
        out.push('<');
        out.push_str(&name);
        for (attribute, value) in self.attributes.iter().rev() {
            out.push_str(&format!(" {attribute}='{}'", references(value)));
        }
        if depth == 0 {
            out.push_str(&format!("\n\txmlns:{}='{}'", space.prefix(), space.uri()));
        }
        if self.text.is_empty() && self.children.is_empty() {
            out.push_str("></");
            out.push_str(&name);
            out.push('>');
            return;
        }
        out.push('>');
        write_text(out, &self.text);
        for child in &self.children {
            out.push('\n');
            child.write(out, space, depth + 1);
        }
        if !self.children.is_empty() {
            out.push('\n');
            out.push_str(&"\t".repeat(depth));
        }
        out.push_str(&format!("</{name} >"));
    }
}

fn write_text(out: &mut String, text: &str) {
    if text.contains(['<', '&', '>', '\n']) {
        let cleaned: String = text.chars().map(lawful).collect();
        out.push_str(&format!("<![CDATA[{}]]>", cleaned.replace("]]>", "]]]]><![CDATA[>")));
    } else {
        out.push_str(&references(text));
    }
}

fn references(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars().map(lawful) {
        match character {
            '&' | '<' | '>' | '\'' | '"' | '\t' | '\r' | '\n' => out.push_str(&format!("&#{};", u32::from(character))),
            plain if plain.is_ascii() => out.push(plain),
            other => out.push_str(&format!("&#x{:x};", u32::from(other))),
        }
    }
    out
}

fn lawful(character: char) -> char {
    if is_lawful(character) { character } else { '\u{fffd}' }
}

/// Whether XML 1.0 lets this character stand in a document.
pub(crate) fn is_lawful(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}
