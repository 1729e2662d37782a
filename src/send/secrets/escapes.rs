//! Escapes within a text: percent-encoding, the escapes of JSON, JavaScript and CSS, quoted-printable, entities of XML and HTML, markup
//! that is no text, and the sizes of chunks.
//!
//! In: bytes. Out: the surroundings of escapes, decoded, once for each kind. Where there are none there is nothing to search again, so
//! only so much around them is decoded as one secret may take.

use std::ops::Range;

use super::{
    decoded::Decoded,
    entities,
    escaped::Escaped,
    needles::PIECE_MAX,
    sink::{Sink, Tangled},
};

/// The bytes around an escape that are looked at.
const AROUND: usize = 8 * PIECE_MAX;

/// The bytes besides where they may be the digits of packed bytes, which are of use as a whole alone.
const AROUND_DIGITS: usize = 1 << 20;

/// All kinds. Each is decoded for itself, since what looks like an escape of one kind may be plain text of another.
pub(super) const KINDS: [Kind; 9] = [
    Kind { marks: b"%", decode: percent },
    Kind { marks: b"\\", decode: backslash },
    Kind { marks: b"\\", decode: style },
    Kind { marks: b"=", decode: quoted },
    Kind { marks: b"&", decode: entities::entity },
    Kind { marks: b"<]", decode: character_data },
    Kind { marks: b"]", decode: split_data },
    Kind { marks: b"<", decode: markup },
    Kind { marks: b"\r", decode: chunk },
];

/// A kind of escapes.
pub(super) struct Kind {
    /// Bytes with which they begin.
    marks: &'static [u8],
    /// The escape at the beginning of some bytes: how long it is, and what it stands for.
    decode: fn(&[u8]) -> Option<(usize, Escaped)>,
}

impl Kind {
    /// Decodes what stands around the escapes of this kind.
    pub(super) fn each(&self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Tangled> {
        let mut window: Option<Range<usize>> = None;
        let mut at = 0;
        while let Some(next) = self.next(bytes, at) {
            let (start, length) = next;
            at = start + length;
            match &mut window {
                Some(window) if start <= window.end + 2 * AROUND => window.end = at,
                _ => {
                    if let Some(window) = window.replace(start..at) {
                        self.decoded(bytes, widened(bytes, window), sink)?;
                    }
                }
            }
        }
        match window {
            Some(window) => self.decoded(bytes, widened(bytes, window), sink),
            None => Ok(()),
        }
    }

    /// The first escape at or behind `from`.
    fn next(&self, bytes: &[u8], from: usize) -> Option<(usize, usize)> {
        let mut at = from;
        loop {
            at += match *self.marks {
                [one] => memchr::memchr(one, &bytes[at..])?,
                [one, other] => memchr::memchr2(one, other, &bytes[at..])?,
                _ => bytes[at..].iter().position(|byte| self.marks.contains(byte))?,
            };
            match (self.decode)(&bytes[at..]) {
                // Without what stands before all else, such as the declaration of a document, nothing meets that did not before.
                Some((length, Escaped::Nothing)) if at == 0 => at += length,
                Some((length, _)) => return Some((at, length)),
                None => at += 1,
            }
        }
    }

    fn decoded(&self, bytes: &[u8], window: Range<usize>, sink: &mut Sink<'_>) -> Result<(), Tangled> {
        let mut out = Decoded::default();
        let mut at = window.start;
        while at < window.end {
            let rest = &bytes[at..window.end];
            let escape = self.marks.contains(&bytes[at]).then(|| (self.decode)(rest)).flatten();
            let Some((length, escaped)) = escape else {
                out.push(bytes[at], at..at + 1);
                at += 1;
                continue;
            };
            let source = at..at + length;
            match escaped {
                Escaped::Byte(byte) => out.push(byte, source),
                Escaped::Text(text) => out.push_all(text.as_bytes(), source),
                Escaped::Char(c) => out.push_all(c.encode_utf8(&mut [0; 4]).as_bytes(), source),
                Escaped::Nothing => {}
            }
            at += length;
        }
        let source = |place: &Range<usize>| out.source(place);
        sink(&out.bytes, &source, window.end == bytes.len())
    }
}

/// A window with what stands around it.
fn widened(bytes: &[u8], window: Range<usize>) -> Range<usize> {
    let digit = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/_-=%".contains(byte);
    let start = window.start.saturating_sub(AROUND);
    let end = (window.end + AROUND).min(bytes.len());
    let before = bytes[..start].iter().rev().take(AROUND_DIGITS).take_while(digit).count();
    let behind = bytes[end..].iter().take(AROUND_DIGITS).take_while(digit).count();
    start - before..end + behind
}

/// `%2F` and `%u002F`.
fn percent(bytes: &[u8]) -> Option<(usize, Escaped)> {
    match bytes {
        [b'%', b'u' | b'U', rest @ ..] => unit(rest).map(|(length, c)| (length + 2, Escaped::Char(c))),
        [b'%', high, low, ..] => Some((3, Escaped::Byte(hex(*high)? << 4 | hex(*low)?))),
        _ => None,
    }
}

/// `=2F`, and a line end that is none (RFC 2045, section 6.7).
fn quoted(bytes: &[u8]) -> Option<(usize, Escaped)> {
    match bytes {
        [b'=', b'\r', b'\n', ..] => Some((3, Escaped::Nothing)),
        [b'=', b'\n', ..] => Some((2, Escaped::Nothing)),
        [b'=', high, low, ..] => Some((3, Escaped::Byte(hex(*high)? << 4 | hex(*low)?))),
        _ => None,
    }
}

/// `\2f ` and `\00002f`.
fn style(bytes: &[u8]) -> Option<(usize, Escaped)> {
    let digits = bytes.get(1..)?.iter().take(6).map_while(|byte| hex(*byte));
    let (length, code) = digits.fold((1, 0_u32), |(length, code), digit| (length + 1, code << 4 | u32::from(digit)));
    let c = char::from_u32(code).filter(|_| length > 1)?;
    let blank = match bytes[length..] {
        [b'\r', b'\n', ..] => 2,
        [b' ' | b'\t' | b'\n' | b'\r', ..] => 1,
        _ => 0,
    };
    Some((length + blank, Escaped::Char(c)))
}

/// `\/`, `\n`, `\x2f`, `\057`, `\u002f` and `\u{2f}`.
fn backslash(bytes: &[u8]) -> Option<(usize, Escaped)> {
    let byte = match bytes {
        [b'\\', b'u', b'{', rest @ ..] => {
            let digits = rest.iter().take(8).take_while(|byte| byte.is_ascii_hexdigit()).count();
            let code = rest[..digits].iter().try_fold(0, |code, digit| Some(code << 4 | u32::from(hex(*digit)?)))?;
            return (rest.get(digits) == Some(&b'}')).then_some((digits + 4, Escaped::Char(char::from_u32(code)?)));
        }
        [b'\\', b'u', rest @ ..] => {
            let (length, c) = match unit(rest) {
                Some(found) => found,
                None => pair(rest)?,
            };
            return Some((length + 2, Escaped::Char(c)));
        }
        [b'\\', b'x', high, low, ..] => {
            return Some((4, Escaped::Byte(hex(*high)? << 4 | hex(*low)?)));
        }
        [b'\\', b'0'..=b'7', ..] => return octal(bytes),
        [b'\\', byte, ..] => *byte,
        _ => return None,
    };
    let means = match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        other if other.is_ascii_punctuation() => other,
        _ => return None,
    };
    Some((2, Escaped::Byte(means)))
}

/// Up to three octal digits that are a byte.
fn octal(bytes: &[u8]) -> Option<(usize, Escaped)> {
    let digits = bytes[1..].iter().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
    let code = bytes[1..=digits].iter().fold(0_u32, |code, digit| code << 3 | u32::from(digit - b'0'));
    Some((1 + digits, Escaped::Byte(u8::try_from(code).ok()?)))
}

/// Four hexadecimal digits that are a character.
fn unit(bytes: &[u8]) -> Option<(usize, char)> {
    let digits = bytes.get(..4)?;
    let code = digits.iter().try_fold(0, |code, digit| Some(code << 4 | u32::from(hex(*digit)?)))?;
    Some((4, char::from_u32(code)?))
}

/// Two escapes that are a character together.
fn pair(bytes: &[u8]) -> Option<(usize, char)> {
    let half = |digits: &[u8]| digits.iter().try_fold(0, |code: u16, d| Some(code << 4 | u16::from(hex(*d)?)));
    let (high, low) = (half(bytes.get(..4)?)?, half(bytes.get(6..10)?)?);
    let joined = bytes.get(4..6)?.eq_ignore_ascii_case(b"\\u");
    let c = char::decode_utf16([high, low]).next()?.ok()?;
    joined.then_some((10, c))
}

/// The marks of CDATA, which may stand within a text, and within a comment.
fn character_data(bytes: &[u8]) -> Option<(usize, Escaped)> {
    let mark = [&b"<![CDATA["[..], b"]]>"].into_iter().find(|mark| bytes.starts_with(mark))?;
    Some((mark.len(), Escaped::Nothing))
}

/// The end of a CDATA section and the beginning of the next. Any other mark within a section is text.
fn split_data(bytes: &[u8]) -> Option<(usize, Escaped)> {
    bytes.starts_with(SPLIT).then_some((SPLIT.len(), Escaped::Nothing))
}

/// What stands within a text that is in two sections of CDATA.
const SPLIT: &[u8] = b"]]><![CDATA[";

/// What may stand within a text without being one: comments and instructions.
fn markup(bytes: &[u8]) -> Option<(usize, Escaped)> {
    /// A longer comment is no part of a word.
    const LONGEST: usize = 4096;
    let until = |open: &[u8], close: &[u8]| {
        let inside = bytes.strip_prefix(open)?;
        let inside = &inside[..inside.len().min(LONGEST)];
        memchr::memmem::find(inside, close).map(|at| (open.len() + at + close.len(), Escaped::Nothing))
    };
    until(b"<!--", b"-->").or_else(|| until(b"<?", b"?>"))
}

/// What stands between two chunks of a body (RFC 9112, section 7.1).
fn chunk(bytes: &[u8]) -> Option<(usize, Escaped)> {
    /// A longer line is no size of a chunk.
    const LONGEST: usize = 256;
    let line = bytes.strip_prefix(b"\r\n")?;
    let line = &line[..line.len().min(LONGEST)];
    let length = memchr::memmem::find(line, b"\r\n")?;
    let digits = line[..length].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let is_size = (1..=16).contains(&digits) && matches!(line[digits], b';' | b' ' | b'\t' | b'\r');
    is_size.then_some((length + 4, Escaped::Nothing))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
