//! Requests and responses as plain values, and the parameters of a request.
//!
//! In: a target and a body as they came. Out: pairs of decoded names and values, or the reason why they
//! cannot be had. Bytes that are not text are refused, never guessed at.

use super::switches::ActiveDefects;

/// The most that a body may hold.
pub const BODY_BYTES_MAX: usize = 1 << 20;

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `GET`, `POST` or another.
    pub method: String,
    /// Origin form: the path and the query, as they came.
    pub target: String,
    /// Names in any case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body, empty if there is none.
    pub body: Vec<u8>,
}

/// An answer as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers, without those that belong to the connection.
    pub headers: Vec<(String, String)>,
    /// The body, empty if there is none.
    pub body: Vec<u8>,
}

/// Decoded parameters in the order they came.
pub(crate) type Pairs = Vec<(String, String)>;

impl Request {
    /// The first header of that name; names are case-insensitive.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The path, without the query.
    pub(crate) fn path(&self) -> &str {
        self.target.split(['?', '#']).next().unwrap_or_default()
    }

    /// The query, as it came.
    pub(crate) fn query(&self) -> &str {
        let whole = self.target.split_once('?').map_or("", |(_, query)| query);
        whole.split('#').next().unwrap_or_default()
    }

    /// The media type of the body in lower case, without its parameters.
    pub(crate) fn media(&self) -> String {
        let whole = self.header("content-type").unwrap_or_default();
        whole.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The parameters of the query and, in a POST of a form, of the body (p. 10, p. 80). A body of any other
    /// type is not read. `general` is the kind of request whose defects count.
    pub(crate) fn pairs(&self, general: &str, multipart: bool, defects: &ActiveDefects) -> Result<Pairs, String> {
        let mut pairs = decode_form(self.query(), defects)?;
        if self.method == "POST" && self.media() == "application/x-www-form-urlencoded" {
            if !defects.has_of_family(general, "body-not-read") {
                pairs.extend(decode_form(text(&self.body)?, defects)?);
            }
        } else if self.method == "POST" && multipart && self.media() == "multipart/form-data" {
            pairs.extend(decode_multipart(self.header("content-type").unwrap_or_default(), text(&self.body)?)?);
        }
        Ok(pairs)
    }
}

/// The pairs of `name=value&name=value`.
pub(crate) fn decode_form(form: &str, defects: &ActiveDefects) -> Result<Pairs, String> {
    let parts = form.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Ok((decode(name, defects)?, decode(value, defects)?))
        })
        .collect()
}

/// One name or value: `+` and `%20` are a space, and the digits of an escape may have either case.
fn decode(text: &str, defects: &ActiveDefects) -> Result<String, String> {
    let general = |what: &str| defects.has("command/general", what);
    let (plus_kept, escaped_plus_lost) = (general("plus-not-decoded"), general("escaped-plus-becomes-space"));
    let (lower_kept, upper_kept) = (general("lower-case-hex-not-decoded"), general("upper-case-hex-not-decoded"));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'+' if !plus_kept => bytes.push(b' '),
            b'%' => {
                let [high, low, after @ ..] = tail else { return Err(bad_escape(text)) };
                let (Some(high_value), Some(low_value)) = (hex(*high), hex(*low)) else { return Err(bad_escape(text)) };
                let lower = high.is_ascii_lowercase() || low.is_ascii_lowercase();
                let upper = high.is_ascii_uppercase() || low.is_ascii_uppercase();
                if (lower && lower_kept) || (upper && upper_kept) {
                    bytes.push(b'%');
                    continue;
                }
                let byte = high_value * 16 + low_value;
                bytes.push(if byte == b'+' && escaped_plus_lost { b' ' } else { byte });
                rest = after;
            }
            other => bytes.push(*other),
        }
    }
    if general("utf-8-read-as-latin-1") {
        return Ok(bytes.iter().map(|byte| char::from(*byte)).collect());
    }
    String::from_utf8(bytes).map_err(|_| "A parameter is not valid UTF-8".to_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

fn bad_escape(text: &str) -> String {
    let start: String = text.chars().take(40).collect();
    format!("A percent sign in {start} is not followed by two hexadecimal digits")
}

fn text(body: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(body).map_err(|_| "The body is not valid UTF-8".to_owned())
}

/// The text fields of a multipart form, for the reading that takes them.
fn decode_multipart(content_type: &str, body: &str) -> Result<Pairs, String> {
    let boundary = content_type.split(';').find_map(|part| part.trim().strip_prefix("boundary="));
    let boundary = boundary.map(|boundary| boundary.trim_matches('"')).filter(|boundary| !boundary.is_empty());
    let boundary = format!("--{}", boundary.ok_or("The multipart body has no boundary")?);
    let mut pairs = Pairs::new();
    for part in body.split(&boundary).skip(1).take_while(|part| !part.starts_with("--")) {
        let (head, value) = part.split_once("\r\n\r\n").ok_or("A part of the multipart body has no head")?;
        let (_, name) = head.split_once("name=\"").ok_or("A part of the multipart body has no name")?;
        let name = name.split('"').next().unwrap_or_default();
        pairs.push((name.to_owned(), value.strip_suffix("\r\n").unwrap_or(value).to_owned()));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(form: &str) -> Result<Pairs, String> {
        decode_form(form, &ActiveDefects::default())
    }

    #[test]
    fn spaces_and_hex_of_either_case_are_decoded() {
        let expected = vec![("a b".to_owned(), "c d+e\u{e9}".to_owned()), ("f".to_owned(), String::new())];
        assert_eq!(decoded("a+b=c%20d%2be%C3%a9&f&"), Ok(expected));
    }

    #[test]
    fn bad_escapes_and_bytes_that_are_no_text_are_refused() {
        for form in ["a=%", "a=%4", "a=%zz", "a=%ff", "%C3=1"] {
            assert!(decoded(form).is_err(), "{form}");
        }
    }

    #[test]
    fn only_a_form_is_read_from_the_body() {
        let mut request = Request { method: "POST".into(), target: "/x?a=1".into(), ..Request::default() };
        request.body = b"b=2".to_vec();
        assert_eq!(request.pairs("command/general", false, &ActiveDefects::default()).map(|pairs| pairs.len()), Ok(1));
        request.headers.push(("content-TYPE".into(), "Application/X-WWW-form-urlencoded; charset=utf-8".into()));
        assert_eq!(request.pairs("command/general", false, &ActiveDefects::default()).map(|pairs| pairs.len()), Ok(2));
    }

    #[test]
    fn a_multipart_form_is_read_where_that_is_the_reading() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1 2\r\n--x--\r\n";
        let pairs = decode_multipart("multipart/form-data; boundary=x", body);
        assert_eq!(pairs, Ok(vec![("a".to_owned(), "1 2".to_owned())]));
        assert!(decode_multipart("multipart/form-data", body).is_err());
    }
}
