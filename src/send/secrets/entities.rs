//! Entities of XML and HTML: what stands for a character by number or by name.
//!
//! In: bytes that begin with `&`. Out: how long the entity is, and what it stands for. Names are those of characters that secrets have:
//! ASCII and Latin-1.

use super::escaped::Escaped;

/// The longest name and its semicolon, and the most digits.
const LENGTH_MAX: usize = 24;

/// The entity at the beginning of some bytes.
pub(super) fn entity(bytes: &[u8]) -> Option<(usize, Escaped)> {
    let (radix, head) = match bytes {
        [b'&', b'#', b'x' | b'X', ..] => (16, 3),
        [b'&', b'#', ..] => (10, 2),
        [b'&', ..] => return named(bytes),
        _ => return None,
    };
    let digits: Vec<u32> =
        bytes[head..].iter().take(LENGTH_MAX).map_while(|byte| char::from(*byte).to_digit(radix)).collect();
    let code = digits.iter().try_fold(0_u32, |code, digit| code.checked_mul(radix)?.checked_add(*digit))?;
    let c = char::from_u32(code).filter(|_| !digits.is_empty())?;
    let end = head + digits.len();
    Some((end + usize::from(bytes.get(end) == Some(&b';')), Escaped::Char(c)))
}

/// An entity by name. Browsers read those of Latin-1, and the four of markup, without their semicolon, too.
fn named(bytes: &[u8]) -> Option<(usize, Escaped)> {
    let name: &[u8] = &bytes[1..];
    let length = name.iter().take(LENGTH_MAX).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let name = std::str::from_utf8(&name[..length]).ok()?;
    if bytes.get(1 + length) == Some(&b';') {
        let escaped = ascii(name).map(Escaped::Text).or_else(|| latin(name).map(Escaped::Char))?;
        return Some((length + 2, escaped));
    }
    const MARKUP: [&str; 8] = ["amp", "AMP", "lt", "LT", "gt", "GT", "quot", "QUOT"];
    let begins = |known: &&&str| name.starts_with(**known);
    let known = MARKUP.iter().chain(&LATIN_1).filter(begins).max_by_key(|known| known.len())?;
    let escaped = ascii(known).map(Escaped::Text).or_else(|| latin(known).map(Escaped::Char))?;
    Some((1 + known.len(), escaped))
}

/// Characters of ASCII by name.
fn ascii(name: &str) -> Option<&'static str> {
    Some(match name {
        "Tab" => "\t",
        "NewLine" => "\n",
        "excl" => "!",
        "quot" | "QUOT" => "\"",
        "num" => "#",
        "dollar" => "$",
        "percnt" => "%",
        "amp" | "AMP" => "&",
        "apos" => "'",
        "lpar" => "(",
        "rpar" => ")",
        "ast" | "midast" => "*",
        "plus" => "+",
        "comma" => ",",
        "hyphen" | "dash" => "-",
        "period" => ".",
        "sol" => "/",
        "colon" => ":",
        "semi" => ";",
        "lt" | "LT" => "<",
        "equals" => "=",
        "gt" | "GT" => ">",
        "quest" => "?",
        "commat" => "@",
        "lsqb" | "lbrack" => "[",
        "bsol" => "\\",
        "rsqb" | "rbrack" => "]",
        "Hat" => "^",
        "lowbar" | "UnderBar" => "_",
        "grave" | "DiacriticalGrave" => "`",
        "fjlig" => "fj",
        "lcub" | "lbrace" => "{",
        "verbar" | "vert" | "VerticalLine" => "|",
        "rcub" | "rbrace" => "}",
        "tilde" => "~",
        _ => return None,
    })
}

/// A character of Latin-1 by name.
fn latin(name: &str) -> Option<char> {
    let at = LATIN_1.iter().position(|known| *known == name)?;
    char::from_u32(0xa0 + u32::try_from(at).ok()?)
}

/// Names of the characters from U+00A0 to U+00FF.
const LATIN_1: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo", "not", "shy",
    "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot", "cedil", "sup1", "ordm",
    "raquo", "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig",
    "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve",
    "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN",
    "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc",
    "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml",
    "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];
