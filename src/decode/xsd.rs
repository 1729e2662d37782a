//! XSD validation with libxml2.
//!
//! In: the text of a schema and documents that `decode` found well-formed and within its bounds. Out: the first fault of each.
//! No network, no recovery, no entities; libxml2 is entered by one thread at a time, as it asks.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{LazyLock, Mutex},
};

use libxml::{
    parser::{Parser, ParserOptions, XmlParseError},
    schemas::{SchemaParserContext, SchemaValidationContext},
    tree::Document,
};
use regex::Regex;

use super::xml;

/// libxml2 has global state that is set up on first use.
pub(super) static LIBXML: Mutex<()> = Mutex::new(());

/// The most references to groups that a schema may come to when each is replaced by what it stands for. libxml2 replaces them all.
const EXPANDED_MAX: u64 = 100_000;

/// Whether a schema compiles.
pub enum Compiled {
    /// It does.
    Yes,
    /// It does not, and why.
    No(String),
    /// It refers to other documents, which are never fetched.
    Refers,
}

/// Whether a text is an XML schema that libxml2 compiles.
pub fn compiles(text: &str) -> Compiled {
    let text = &*beginning(text);
    let root = match xml::read(text) {
        Ok(root) => root,
        Err(error) => return Compiled::No(error.to_string()),
    };
    if root.name != "schema" || &*root.namespace != "http://www.w3.org/2001/XMLSchema" {
        return Compiled::No(format!("the root element is `{}`, not an XML schema", root.name));
    }
    if refers(&root) {
        return Compiled::Refers;
    }
    if expanded(&root) > EXPANDED_MAX {
        return Compiled::No(format!("its groups expand to more than {EXPANDED_MAX} references"));
    }
    let _one = LIBXML.lock();
    match context(text) {
        Ok(_) => Compiled::Yes,
        Err(fault) => Compiled::No(fault),
    }
}

/// The count of references to groups in a schema when each is replaced by what it stands for.
fn expanded(root: &xml::Node) -> u64 {
    let mut groups: HashMap<&str, &xml::Node> = HashMap::new();
    root.walk(&mut |node| {
        if let Some(name) = node.attribute("name").filter(|_| matches!(node.name.as_str(), "group" | "attributeGroup"))
        {
            groups.insert(name, node);
        }
    });
    let mut known: HashMap<&str, u64> = HashMap::new();
    references(root, &groups, &mut known, 0)
}

fn references<'a>(
    node: &'a xml::Node,
    groups: &HashMap<&'a str, &'a xml::Node>,
    known: &mut HashMap<&'a str, u64>,
    depth: usize,
) -> u64 {
    let mut sum = 0_u64;
    node.walk(&mut |below| {
        let Some(name) = below.attribute("ref").filter(|_| matches!(below.name.as_str(), "group" | "attributeGroup"))
        else {
            return;
        };
        let name = name.rsplit(':').next().unwrap_or(name);
        let stands_for = match (known.get(name), groups.get(name)) {
            (Some(count), _) => *count,
            // A group that comes to itself has no end; libxml2 refuses it, and here the depth ends it.
            (None, Some(group)) if depth < xml::DEPTH_MAX => {
                let count = references(group, groups, known, depth + 1);
                known.insert(name, count);
                count
            }
            _ => 0,
        };
        sum = sum.saturating_add(stands_for).saturating_add(1);
    });
    sum
}

/// A schema that compares elements with each other is held against no more bytes than this: libxml2 takes a time for it that grows with
/// the square of their number.
const COMPARED_MAX: usize = 1 << 20;

/// Why documents of a length are not validated against a schema that the target wrote: libxml2 cannot be stopped once it began, and some
/// schemas have it take a time that nothing else bounds.
pub fn takes_too_long(schema: &str, longest: usize) -> Option<String> {
    let root = xml::read(&beginning(schema)).ok()?;
    let mut why = None;
    root.walk(&mut |node| match node.name.as_str() {
        "unique" | "key" | "keyref" if longest > COMPARED_MAX => {
            why = Some(format!("compares elements with each other, which takes too long in {longest} bytes"));
        }
        // Its matcher goes back and tries again, so a text may be cut in more ways than can be counted.
        "pattern" if node.attribute("value").is_some_and(repeats_what_varies) => {
            why = Some("has a pattern that repeats a group of no certain length, which can take any time".to_owned());
        }
        _ => {}
    });
    why
}

/// Whether a regular expression repeats a group that can match texts of several lengths, unless each repetition begins with a mark that
/// stands nowhere else in it, as in `(,[0-9]+)*`.
fn repeats_what_varies(pattern: &str) -> bool {
    let (mut escaped, mut in_class) = (false, 0_usize);
    let (mut open, mut closed) = (Vec::new(), None);
    for (at, character) in pattern.char_indices() {
        if let Some(group) = closed.take()
            && matches!(character, '*' | '+' | '{')
            && varies(group)
            && !begins_with_a_mark(group)
        {
            return true;
        }
        match character {
            _ if std::mem::take(&mut escaped) => {}
            '\\' => escaped = true,
            '[' => in_class += 1,
            ']' => in_class = in_class.saturating_sub(1),
            '(' if in_class == 0 => open.push(at + 1),
            ')' if in_class == 0 => closed = open.pop().and_then(|from| pattern.get(from..at)),
            _ => {}
        }
    }
    false
}

/// Whether the content of a group can match texts of several lengths. What is escaped or in a class counts as well, to be safe.
fn varies(group: &str) -> bool {
    group.contains(['*', '+', '?', '|', ',', '('])
}

fn begins_with_a_mark(group: &str) -> bool {
    static MARKED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^\\?([^\\\w()\[\]{}*+?|^$])(\[[^\[\]\\^]+\]|\\d)[*+]$").ok());
    let Some(parts) = MARKED.as_ref().and_then(|marked| marked.captures(group)) else { return false };
    // A dot that is not escaped is any character.
    !group.starts_with('.') && Regex::new(&parts[2]).is_ok_and(|class| !class.is_match(&parts[1]))
}

fn refers(root: &xml::Node) -> bool {
    let mut found = false;
    root.walk(&mut |node| found |= node.attribute("schemaLocation").is_some());
    found
}

/// Whether libxml2 finds a text well-formed.
pub fn parses(text: &str) -> Result<(), String> {
    let _one = LIBXML.lock();
    document(text).map(|_| ())
}

/// Validates documents against a schema; None for each valid one, else its first fault. A document is only looked at once.
pub fn validate(schema: &str, documents: &[&str]) -> Result<Vec<Option<String>>, String> {
    let _one = LIBXML.lock();
    let mut context = context(schema)?;
    let mut known: HashMap<&str, Option<String>> = HashMap::new();
    Ok(documents
        .iter()
        .map(|text| known.entry(text).or_insert_with(|| validate_one(&mut context, text).err()).clone())
        .collect())
}

/// A schema that was compiled, for documents that come one after another.
pub struct Schema(Option<SchemaValidationContext>);

impl Schema {
    /// Compiles a schema.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn compile(text: &str) -> Result<Self, String> {
        let _one = LIBXML.lock();
        context(text).map(|context| Self(Some(context)))
    }

    /// The first fault of a document; none for a valid one.
    pub fn fault(&mut self, document: &str) -> Option<String> {
        let _one = LIBXML.lock();
        validate_one(self.0.as_mut()?, document).err()
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let _one = LIBXML.lock();
        self.0.take();
    }
}

pub(super) fn context(schema: &str) -> Result<SchemaValidationContext, String> {
    // libxml2 reads it where it stands, and gives no context at all for a text that it cannot make one of, which the binding does not
    // survive.
    let text = beginning(schema);
    if text.trim().is_empty() || text.contains('\0') {
        return Err("the schema is empty".to_owned());
    }
    let mut parser = SchemaParserContext::from_buffer(&*text);
    SchemaValidationContext::from_parser(&mut parser).map_err(|errors| first(&errors))
}

fn validate_one(context: &mut SchemaValidationContext, text: &str) -> Result<(), String> {
    let document = document(text)?;
    context.validate_document(&document).map_err(|errors| first(&errors))
}

fn document(text: &str) -> Result<Document, String> {
    parsed(beginning(text).as_bytes()).map_err(|error| format!("libxml2 cannot read it: {error}"))
}

pub(super) fn parsed(bytes: &[u8]) -> Result<Document, XmlParseError> {
    // What the binding calls `no_def_dtd` is for HTML: for XML its bit has libxml2 load what a DOCTYPE names, from the disk, too.
    let options = ParserOptions { recover: false, no_net: true, compact: true, ..ParserOptions::default() };
    Parser::default().parse_string_with_options(bytes, options)
}

/// A text from where its document begins, since libxml2 takes nothing before that, and without what its DOCTYPE declares: libxml2 would expand
/// some of it.
fn beginning(text: &str) -> Cow<'_, str> {
    match xml::without_declarations(text.trim_start_matches('\u{feff}').trim_start()) {
        Cow::Owned(text) => Cow::Owned(text.trim_start().to_owned()),
        borrowed => borrowed,
    }
}

/// The first fault, without the long name of our namespace.
pub(super) fn first(errors: &[libxml::error::StructuredError]) -> String {
    let text = errors.first().and_then(|error| error.message.as_deref()).unwrap_or("invalid, without a message");
    text.trim().replace("{https://www.beyondtrust.com/namespaces/API/command}", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a'><xs:complexType><xs:all>\
        <xs:element name='n' type='xs:integer'/><xs:element name='t' type='xs:string' minOccurs='0'/>\
        </xs:all></xs:complexType></xs:element></xs:schema>";

    #[test]
    fn valid_and_invalid_documents_are_told_apart() {
        let documents = ["<a><t/><n>1</n></a>", "<a><n>x</n></a>", "<a/>", "<a><n>1</n></a>"];
        let faults = validate(SCHEMA, &documents).unwrap();
        assert_eq!(faults.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, true, false]);
    }

    #[test]
    fn a_schema_that_can_take_any_time_is_known() {
        let with = |pattern: &str| {
            let facet = format!(
                "<xs:simpleType><xs:restriction base='xs:string'><xs:pattern value='{pattern}'/></xs:restriction></xs:simpleType>"
            );
            SCHEMA.replace(
                "<xs:element name='n' type='xs:integer'/>",
                &format!("<xs:element name='n'>{facet}</xs:element>"),
            )
        };
        for pattern in ["(a*)*b", "(a|aa)+", "(ab?){2,}", "((x)?y)*", "(,[0-9,]+)*", "(.[a-z]*)*"] {
            assert!(takes_too_long(&with(pattern), 10).is_some(), "{pattern}");
        }
        for pattern in
            ["[0-9]+", "a(b|c)?", r"\(x\)+", "[()]*", "[0-9a-f]{8}(-[0-9]{4}){3}", r"[0-9]+(\.[0-9]+)*", r"\d+(,\d+)*"]
        {
            assert_eq!(takes_too_long(&with(pattern), 10), None, "{pattern}");
        }
        let unique =
            "<xs:unique name='u'><xs:selector xpath='n'/><xs:field xpath='.'/></xs:unique></xs:element></xs:schema>";
        let compares = SCHEMA.replace("</xs:element></xs:schema>", unique);
        assert_eq!(takes_too_long(&compares, COMPARED_MAX), None);
        assert!(takes_too_long(&compares, COMPARED_MAX + 1).is_some());
    }

    #[test]
    fn a_schema_that_does_not_compile_or_refers_elsewhere_is_not_used() {
        assert!(matches!(compiles(SCHEMA), Compiled::Yes));
        for text in ["", "<a/>", &SCHEMA.replace("xs:integer", "xs:nonsense")] {
            assert!(matches!(compiles(text), Compiled::No(_)), "{text}");
        }
        let import = "<xs:import namespace='x' schemaLocation='http://127.0.0.1:9/x.xsd'/><xs:element name='a'>";
        assert!(matches!(compiles(&SCHEMA.replacen("<xs:element name='a'>", import, 1)), Compiled::Refers));
    }
}
