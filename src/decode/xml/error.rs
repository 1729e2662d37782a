//! Where and why a text is no XML document.
//!
//! In: nothing. Out: a byte, a kind for the program, and a sentence for people.

use std::fmt;

use super::{ATTRIBUTES_MAX, DEPTH_MAX, NODES_MAX};

/// Where and why a text is no XML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlError {
    /// Byte offset.
    pub at: u64,
    /// Why.
    pub kind: XmlErrorKind,
}

/// Why a text is no XML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum XmlErrorKind {
    /// A character that may not stand in a document.
    Character,
    /// A reference to a character that may not stand in a document.
    CharacterReference,
    /// A reference to an entity that XML itself does not define.
    Entity,
    /// A document type declaration that is not as XML writes it, or where none may be.
    Doctype,
    /// An XML declaration behind the start.
    DeclarationPlace,
    /// An XML declaration of another shape than the grammar has.
    DeclarationShape,
    /// An XML declaration that names an encoding in which the bytes would be another text.
    Encoding,
    /// A processing instruction without a lawful name.
    Instruction(String),
    /// Two hyphens in a comment.
    Comment,
    /// A name that XML does not allow.
    Name(String),
    /// A name with a colon where namespaces allow none.
    Colon(String),
    /// A prefix without a declaration.
    Prefix(String),
    /// A declaration of a namespace that the standard forbids.
    Namespace(String),
    /// Two attributes without a blank between them.
    NoBlank,
    /// `<` in the value of an attribute.
    LessThan,
    /// `]]>` outside a CDATA section.
    CdataEnd,
    /// Text outside the root element.
    TextOutside,
    /// An end tag without a start tag.
    EndTag,
    /// An element that is not closed.
    NotClosed(String),
    /// A second root element.
    SecondRoot,
    /// No element at all.
    NoElement,
    /// Elements are nested deeper than is read.
    TooDeep,
    /// An element has more attributes or namespace declarations than are read.
    TooManyAttributes,
    /// More elements and attributes than are read.
    TooMany,
    /// Anything else that the parser finds, in its words.
    Grammar(String),
}

impl XmlErrorKind {
    /// Whether libxml2 may take what is refused here: bounds, encodings, and namespaces, of which it only warns.
    #[must_use]
    pub fn is_stricter_than_libxml2(&self) -> bool {
        matches!(
            self,
            Self::Doctype
                | Self::DeclarationShape
                | Self::Encoding
                | Self::TooDeep
                | Self::TooManyAttributes
                | Self::TooMany
                | Self::Colon(_)
                | Self::Prefix(_)
                | Self::Namespace(_)
        )
    }
}

impl From<quick_xml::Error> for XmlErrorKind {
    fn from(error: quick_xml::Error) -> Self {
        use quick_xml::{Error, name::NamespaceError};
        match &error {
            Error::Namespace(NamespaceError::TooManyDeclarations(_)) => Self::TooManyAttributes,
            Error::Namespace(_) => Self::Namespace(error.to_string()),
            _ => Self::Grammar(error.to_string()),
        }
    }
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}: {}", self.at, self.kind)
    }
}

impl fmt::Display for XmlErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const {
            assert!(
                DEPTH_MAX == 64 && ATTRIBUTES_MAX == 256 && NODES_MAX == 1_000_000,
                "the bounds stand in three sentences"
            );
        }
        let says = match self {
            Self::Instruction(name) => return write!(f, "`{name}` is no name of a processing instruction"),
            Self::Name(name) => return write!(f, "`{name}` is no name"),
            Self::Colon(name) => return write!(f, "`{name}` has a colon where namespaces allow none"),
            Self::Prefix(prefix) => return write!(f, "the prefix `{prefix}` is not declared"),
            Self::NotClosed(name) => return write!(f, "`{name}` is not closed"),
            Self::Namespace(says) | Self::Grammar(says) => says,
            Self::Character => "a character that XML does not allow",
            Self::CharacterReference => "a reference to a character that XML does not allow",
            Self::Entity => "an entity that XML does not define",
            Self::Doctype => "a DOCTYPE that is none as XML has it, or where none may be",
            Self::DeclarationPlace => "an XML declaration that is not at the start",
            Self::DeclarationShape => "an XML declaration of the wrong shape",
            Self::Encoding => "an encoding in which these bytes are another text",
            Self::Comment => "`--` in a comment",
            Self::NoBlank => "no blank between two attributes",
            Self::LessThan => "a `<` in the value of an attribute",
            Self::CdataEnd => "`]]>` outside a CDATA section",
            Self::TextOutside => "text outside the root element",
            Self::EndTag => "an end tag without a start tag",
            Self::SecondRoot => "a second root element",
            Self::NoElement => "there is no element",
            Self::TooDeep => "elements are nested deeper than 64",
            Self::TooManyAttributes => "an element has more than 256 attributes, or declares more than 256 namespaces",
            Self::TooMany => "more than a million elements and attributes",
        };
        f.write_str(says)
    }
}

impl std::error::Error for XmlError {}
