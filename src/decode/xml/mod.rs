//! A bounded reader of XML answers.
//!
//! In: the text of an answer. Out: a tree of local names with their namespaces, or where the text stops being XML.
//! What a DOCTYPE declares is read over and what it names is never fetched, so no entity but the five of XML itself is ever resolved.

mod doctype;
mod error;
mod names;
mod reader;
mod tree;

pub use doctype::{Declared, declared, without_declarations};
pub use error::{XmlError, XmlErrorKind};
pub use reader::read;
pub use tree::{ATTRIBUTES_MAX, DEPTH_MAX, NODES_MAX, Node, without_blanks};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_texts_and_attributes_come_over() {
        let node = read(
            "<?xml version=\"1.0\"?>\n<a xmlns=\"u\" x=\"1 &amp; 2\"><b>t&lt;&#65;<![CDATA[<c>]]></b><b/></a>\n\n",
        )
        .unwrap();
        assert_eq!((node.name.as_str(), &*node.namespace, node.attribute("x")), ("a", "u", Some("1 & 2")));
        assert_eq!(node.children[0].text, "t<A<c>");
        assert_eq!(node.children.len(), 2);
        assert_eq!(&*read("<a xmlns='u&amp;v'/>").unwrap().namespace, "u&v");
    }

    #[test]
    fn an_attribute_of_a_namespace_is_no_attribute_of_its_local_name() {
        let node = read("<a xmlns:v='u&amp;v' v:id='2' id='1' w:id='3' xml:id='4'/>").unwrap();
        assert_eq!(node.attribute("id"), Some("1"));
        assert_eq!((node.attribute("{u&v}id"), node.attribute("w:id")), (Some("2"), Some("3")));
        assert_eq!(node.attribute("{http://www.w3.org/XML/1998/namespace}id"), Some("4"));
        assert_eq!(node.to_xml(""), "<a id=\"1\"></a>");
    }

    #[test]
    fn a_doctype_that_declares_nothing_is_read_over() {
        for doctype in [
            "<!DOCTYPE a>",
            "<!DOCTYPE\n a >\n<!-- then -->",
            "<!DOCTYPE a SYSTEM 'a.dtd'>",
            "<!DOCTYPE a SYSTEM \"file:///etc/hostname\">",
            "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'http://127.0.0.1:9/x.dtd' >",
        ] {
            let text = format!("<?xml version='1.0'?>{doctype}<a>t</a>");
            assert_eq!(read(&text).unwrap().text, "t", "{doctype}");
            assert_eq!(crate::decode::xsd::parses(&text), Ok(()), "{doctype}");
        }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let node = read("<a x=\"&#10;&quot;\"> t <b>&amp;&#13;</b></a>").unwrap();
        assert_eq!(read(&node.to_xml("")).unwrap(), node);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for text in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a x='1' x='2'/>",
            "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&f;</a>",
            "<!DOCTYPE a [<!ENTITY % e 'x'>]><a>&e;</a>",
            "<!DOCTYPE a [<!ENTITY e 'x'>><a/>",
            "<!DOCTYPE a [] []><a/>",
            "<!DOCTYPE a SYSTEM 'a.dtd'><a>&e;</a>",
            "<!DOCTYPE a><!DOCTYPE a><a/>",
            "<a/><!DOCTYPE a>",
            "<a><!DOCTYPE a></a>",
            "<!doctype a><a/>",
            "<!DOCTYPE a PUBLIC 'x'><a/>",
            "<!DOCTYPE a:b:c><a/>",
            "<a>&e;</a>",
            "<p:a/>",
            "<a/>t",
            "<1/>",
            "<a b\"='1'/>",
            "<a b='<'/>",
            "<a>\u{b}</a>",
            "<a>\u{ffff}</a>",
            "<a>&#11;</a>",
            "<a b='&#11;'/>",
            "<a>]]></a>",
            "<a><!-- -- --></a>",
            "<a><!-- ---></a>",
            "<a b='1'c='2'/>",
            "<a/>\u{feff}",
            "<a:b:c xmlns:a='u'/>",
            "<?xml version='1.0' encoding='UTF-7'?><a/>",
            "<?xml version='1.0' encoding='UTF-16'?><a/>",
            "<a/><?xml version='1.0'?>",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&format!("{}{}", "<a>".repeat(65), "</a>".repeat(65))).is_err());
    }
}
