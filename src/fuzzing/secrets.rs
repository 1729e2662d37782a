//! The law of secrets: whatever encodings a target packs one into, no form of it is in what leaves `send`.
//!
//! In: any bytes. Out: whether the innermost check of the law was made, or a panic that says in which encoding a secret was left. The
//! encodings are written here a second time, the other way round.

use std::ops::Range;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use super::{
    common::{bare, gzip, zlib},
    text,
};
use crate::{model::credential::REDACTED, send::fuzzing};

/// The letters of all encodings.
pub const ENCODINGS: &str = "pPqbcdDuhHjJkxXynNlLeEgzfmMsSwBraAoCvQitTOK";

/// The longest secret that is looked for in more than two encodings.
const SECRET_MAX: usize = 64;

/// Encodings with something between their digits, or with more digits than base64 has.
const SPREAD: &str = "sSwBraAtTO";

/// The bytes of what they make that are looked at in more than two encodings.
const AROUND: usize = 1_000;

/// The least bytes of a packed secret.
const PACKED_MIN: usize = 24;

/// The most encodings that are packed into each other.
const DEPTH_MAX: usize = 4;

/// A line with the letters of encodings, the innermost first; a line with a secret; a line of what stands before it, and what stands
/// behind it. The secret is searched for in the text and in the bytes.
pub fn secrets(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let mut lines = text.splitn(4, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (letters, secret, before, behind) = (line(), line(), line(), line());
    // A longer one, packed more than twice, may reach beyond what is searched around an escape.
    if secret.len() > SECRET_MAX && letters.chars().count() > 2 {
        return false;
    }
    if !fuzzing::is_searched_for(secret) || letters.chars().count() > DEPTH_MAX || text.contains(REDACTED) {
        return false;
    }
    // Packed bytes that have no mark are found at the beginning of what they stand in, and two of these encodings put something before.
    if letters.find('f').is_some_and(|at| letters[at..].contains(['c', 'd'])) {
        return false;
    }
    if is_read_otherwise(letters, before, behind) {
        return false;
    }
    // A text that was split by markup is no text that could be split so again.
    if letters.matches(['m', 'M']).count() > 1 {
        return false;
    }
    // Packed bytes are looked for in digits from a length on; nothing but gzip has a mark, and its head alone is as long.
    let packed =
        |(at, letter): (usize, char)| "zf".contains(letter).then(|| encoded(&letters[..=at], secret)).flatten();
    if letters.char_indices().filter_map(packed).any(|packed| packed.len() < PACKED_MIN) {
        return false;
    }
    let Some(encoded) = encoded(letters, secret) else { return false };
    // What goes on for longer may reach beyond what is searched around an escape.
    if letters.contains(|letter| SPREAD.contains(letter)) && letters.chars().count() > 2 && encoded.len() > AROUND {
        return false;
    }
    // Of packed bytes that have no mark it is the beginning that is looked at; with something between its digits, what stands before may
    // end in a blank.
    let is_spread = letters.ends_with(['s', 'S', 'w', 'B', 'r']) && before.ends_with(' ');
    let before = if letters.contains('f') && !is_spread { "" } else { before };
    let whole = [before.as_bytes(), &encoded, behind.as_bytes()].concat();
    let telling = telling(letters, secret, &encoded);
    let place = telling.clone().unwrap_or(0..encoded.len());
    let label = || format!("{secret:?} in {letters:?}: {:?}", String::from_utf8_lossy(&whole));

    let mut covered = whole.clone();
    fuzzing::cover(secret, &mut covered);
    assert!(!contains(&covered, &encoded), "left in bytes: {}", label());
    if telling.is_some() {
        let left = &covered[before.len() + place.start..before.len() + place.end];
        assert!(
            left.iter().all(|byte| *byte == b'*'),
            "left in part in bytes: {} {:?}",
            label(),
            String::from_utf8_lossy(&covered)
        );
    }
    let Ok(text) = std::str::from_utf8(&whole) else { return true };
    let redacted = fuzzing::redact(secret, text);
    assert!(!contains(redacted.as_bytes(), &encoded), "left in a text: {}", label());
    let (Some(first), Some(last)) = (redacted.find(REDACTED), redacted.rfind(REDACTED)) else {
        panic!("left as it is: {}", label());
    };
    if telling.is_some() {
        let behind_last = redacted.len() - last - REDACTED.len();
        assert!(first <= before.len() + place.start, "its beginning is left: {} {redacted:?}", label());
        assert!(behind_last <= encoded.len() - place.end + behind.len(), "its end is left: {} {redacted:?}", label());
    }
    assert_eq!(fuzzing::redact(secret, &redacted), redacted, "what is clean has a secret");
    true
}

/// Whether what stands around an encoded secret belongs to its first or last sign for any reader: more digits of a number, a backslash that
/// is meant, or the beginning of an escape.
fn is_read_otherwise(letters: &str, before: &str, behind: &str) -> bool {
    // Within digits of base64, any of them may add one.
    let digit = |c: char| c.is_ascii_alphanumeric() || "+/-_=".contains(c);
    let escape = |mark: char| before.strip_suffix(|c: char| c.is_ascii_hexdigit()).unwrap_or(before).ends_with(mark);
    letters.contains(['t', 'T', 'O']) && (before.ends_with(digit) || behind.starts_with(digit))
        || letters.contains('o') && before.ends_with('\\')
        || letters.contains('i') && escape('=')
        || letters.contains('P') && escape('%')
}

fn is_packed(letters: &str) -> bool {
    letters.contains(['g', 'z', 'f'])
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Where an encoded secret tells of it: where another secret of its kind would stand otherwise. None where that cannot be seen, since the
/// other one is longer or shorter, or everything is packed together.
fn telling(letters: &str, secret: &str, whole: &[u8]) -> Option<Range<usize>> {
    let next = |c: char| match c {
        'a'..='y' | 'A'..='Y' | '0'..='8' => char::from_u32(u32::from(c) + 1).unwrap_or(c),
        'z' => 'a',
        'Z' => 'A',
        '9' => '0',
        other => other,
    };
    let other_secret: String = secret.chars().map(next).collect();
    // What is longer at some stage moves all that follows, also where padding makes up for it.
    let length = |end: usize, secret: &str| encoded(&letters[..end], secret).map_or(0, |bytes| bytes.len());
    let mut stages = letters.char_indices().map(|(at, letter)| at + letter.len_utf8());
    if is_packed(letters) || stages.any(|end| length(end, secret) != length(end, &other_secret)) {
        return None;
    }
    let other = encoded(letters, &other_secret)?;
    let differs: Vec<usize> = (0..whole.len()).filter(|at| other[*at] != whole[*at]).collect();
    differs.first().zip(differs.last()).map(|(first, last)| *first..last + 1)
}

/// A secret in encodings, the innermost first; none where one of them is for text and what it gets is none.
fn encoded(letters: &str, secret: &str) -> Option<Vec<u8>> {
    letters.chars().try_fold(secret.as_bytes().to_vec(), |bytes, letter| encode(letter, &bytes))
}

fn encode(letter: char, bytes: &[u8]) -> Option<Vec<u8>> {
    let text = || std::str::from_utf8(bytes).ok();
    let each = |write: &dyn Fn(char) -> String| Some(text()?.chars().map(write).collect::<String>().into_bytes());
    let units = |write: fn(u16) -> [u8; 2]| Some(text()?.encode_utf16().flat_map(write).collect::<Vec<u8>>());
    let percent = |escape: &dyn Fn(usize, u8) -> Option<String>| {
        bytes
            .iter()
            .enumerate()
            .flat_map(|(at, byte)| escape(at, *byte).map_or(vec![*byte], String::into_bytes))
            .collect::<Vec<u8>>()
    };
    Some(match letter {
        'p' => percent(&|_, byte| Some(format!("%{byte:02x}"))),
        'P' => percent(&|_, byte| (!byte.is_ascii_alphanumeric()).then(|| format!("%{byte:02X}"))),
        'q' => percent(&|at, byte| (at % 3 == 0 || byte == b'%').then(|| format!("%{byte:02X}"))),
        'b' => STANDARD.encode(bytes).into_bytes(),
        'c' => STANDARD.encode([b"x", bytes].concat()).into_bytes(),
        'd' => STANDARD.encode([b"x:", bytes, b"y"].concat()).into_bytes(),
        'D' => {
            let digits = STANDARD.encode(bytes).into_bytes();
            digits.chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..])
        }
        'u' => URL_SAFE_NO_PAD.encode(bytes).into_bytes(),
        'h' => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes(),
        'H' => bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>().into_bytes(),
        'j' => {
            let json = serde_json::Value::from(text()?).to_string().replace('/', "\\/");
            json[1..json.len() - 1].replace('&', "\\u0026").into_bytes()
        }
        'J' => text()?.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect::<String>().into_bytes(),
        'k' => percent(&|_, byte| Some(format!("\\x{byte:02x}"))),
        'x' => each(&|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '\'' => "&apos;".to_owned(),
            other => other.to_string(),
        })?,
        'X' => each(&|c| format!("&#{};", u32::from(c)))?,
        'y' => each(&|c| format!("&#x{:04x};", u32::from(c)))?,
        'n' => each(&|c| match c {
            '/' => "&sol;".to_owned(),
            '+' => "&plus;".to_owned(),
            '=' => "&equals;".to_owned(),
            '-' => "&hyphen;".to_owned(),
            '_' => "&lowbar;".to_owned(),
            '&' => "&amp;".to_owned(),
            '%' => "&percnt;".to_owned(),
            '\\' => "&bsol;".to_owned(),
            'ä' => "&auml;".to_owned(),
            other => other.to_string(),
        })?,
        'N' => each(&|c| if "&<>\"/".contains(c) { format!("&#{:03}", u32::from(c)) + ";" } else { c.to_string() })?,
        'l' => units(u16::to_le_bytes)?,
        'L' => [vec![0xff, 0xfe], units(u16::to_le_bytes)?].concat(),
        'e' => units(u16::to_be_bytes)?,
        'E' => [vec![0xfe, 0xff], units(u16::to_be_bytes)?].concat(),
        'g' => gzip(bytes),
        'z' => zlib(bytes),
        'f' => bare(bytes),
        's' => listed(bytes, ":", |byte| format!("{byte:02X}")),
        'S' => listed(bytes, ", ", |byte| format!("0x{byte:02x}")),
        'w' => parted(&encode('h', bytes)?, 4, b" "),
        'B' => parted(&encode('b', bytes)?, 4, b" "),
        'r' => parted(&encode('u', bytes)?, 7, b"\r\n\t"),
        'a' => base32(bytes).to_ascii_lowercase(),
        'A' => {
            let digits = base32(bytes);
            [&digits[..], &b"======"[..(8 - digits.len() % 8) % 8]].concat()
        }
        'o' => percent(&|_, byte| Some(format!("\\{byte:03o}"))),
        'C' => each(&|c| format!("\\{:06x}", u32::from(c)))?,
        'v' => each(&|c| format!("\\{:X} ", u32::from(c)))?,
        'Q' => percent(&|_, byte| Some(format!("={byte:02X}"))),
        'i' => parted(&percent(&|_, byte| (byte == b'=').then(|| "=3D".to_owned())), 5, b"=\r\n"),
        // Chunks of a body, without the size of the first.
        'K' => {
            let chunk = |(at, part): (usize, &[u8])| match at {
                0 => part.to_vec(),
                _ => [format!("\r\n{:x}\r\n", part.len()).as_bytes(), part].concat(),
            };
            (!contains(bytes, b"\r\n")).then(|| bytes.chunks(3).enumerate().flat_map(chunk).collect())?
        }
        't' => listed(bytes, ", ", |byte| byte.to_string()),
        'T' => listed(bytes, "\n", |byte| byte.to_string()),
        'O' => listed(bytes, " ", |byte| format!("{byte:03o}")),
        'm' | 'M' => {
            let text = text()?;
            let (one, two) = text.split_at(text.char_indices().nth(text.chars().count() / 2)?.0);
            let between = if letter == 'm' { "<!-- between -->" } else { SPLIT };
            let split = || format!("{one}{between}{two}").into_bytes();
            match letter {
                // Marks of its own are no text there.
                'm' => (!text.contains("<!--") && !text.contains("<?")).then(split)?,
                _ => (!is_marked(text)).then(split)?,
            }
        }
        _ => return None,
    })
}

/// What stands between two sections of CDATA.
const SPLIT: &str = "]]><![CDATA[";

/// Whether a text cannot stand in a section of CDATA, since it has its end, or part of a mark at one of its own ends that may be whole by
/// what stands beside it.
fn is_marked(text: &str) -> bool {
    let mut places = 1..SPLIT.len();
    text.contains("]]>") || places.any(|at| text.starts_with(&SPLIT[at..]) || text.ends_with(&SPLIT[..at]))
}

/// Bytes as numbers, with something between them.
fn listed(bytes: &[u8], between: &str, write: fn(u8) -> String) -> Vec<u8> {
    bytes.iter().map(|byte| write(*byte)).collect::<Vec<_>>().join(between).into_bytes()
}

/// Bytes in parts of a length, with something between.
fn parted(bytes: &[u8], each: usize, between: &[u8]) -> Vec<u8> {
    bytes.chunks(each).collect::<Vec<_>>().join(between)
}

/// Base32 (RFC 4648, section 6) without padding.
fn base32(bytes: &[u8]) -> Vec<u8> {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let digit = |at: usize| (0..5).fold(0, |digit, more| digit << 1 | usize::from(bit(5 * at + more)));
    (0..(8 * bytes.len()).div_ceil(5)).map(|at| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[digit(at)]).collect()
}
