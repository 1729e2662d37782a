//! The line that sends a request as the bytes that it is.
//!
//! In: a request, and where the target is. Out: a line for a POSIX shell: `printf` writes the bytes, `nc` or `openssl` carries them.

use super::curl::{self, Connection};
use crate::model::{
    exchange::Request,
    written::{RawPiece, pieces},
};

/// The line that sends the text of a request; none where it is no such text.
pub(super) fn line(base: &str, reach: &Connection, request: &Request, text: &str) -> Option<String> {
    let pieces = pieces(text).ok()?;
    let (scheme, host) = base.split_once("://")?;
    let needs_token = pieces.contains(&RawPiece::Token);
    let token = curl::token(base, reach, request).filter(|_| needs_token);
    let parts: Vec<String> = pieces.into_iter().map(|piece| part(piece, base, host, request)).collect();
    let (name, port) = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|digit| digit.is_ascii_digit()))
        .unwrap_or((host, if scheme == "https" { "443" } else { "80" }));
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let below_tls = request.written.as_ref().is_some_and(|written| written.below_tls);
    let carried = match scheme {
        "https" if !below_tls => format!(
            "openssl s_client -quiet -connect {} -servername {}",
            curl::quote(host_and(name, port).as_str()),
            curl::quote(name)
        ),
        _ => format!("nc -w 10 {} {port}", curl::quote(name)),
    };
    let token = token.map(|token| format!("{token} && ")).unwrap_or_default();
    Some(format!("{token}{{ {}; }} | {carried}", parts.join("; ")))
}

fn host_and(name: &str, port: &str) -> String {
    if name.contains(':') { format!("[{name}]:{port}") } else { format!("{name}:{port}") }
}

fn part(piece: RawPiece<'_>, base: &str, host: &str, request: &Request) -> String {
    match piece {
        RawPiece::Text(text) => format!("printf '{}'", escaped(text.as_bytes())),
        RawPiece::Byte(byte) => format!("printf '\\{byte:03o}'"),
        RawPiece::Origin => format!("printf %s {}", curl::quote(base)),
        RawPiece::Host => format!("printf %s {}", curl::quote(host)),
        RawPiece::Token => format!("printf %s \"${}\"", curl::token_variable(request.account)),
        RawPiece::Repeat(count, text) => format!("printf '{}%.0s' $(seq {count})", escaped(text.as_bytes())),
    }
}

/// Bytes as the format of `printf` between single quotes.
fn escaped(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in bytes {
        match byte {
            b'\r' => out.push_str("\\r"),
            b'\n' => out.push_str("\\n"),
            b'\\' => out.push_str("\\\\"),
            b'%' => out.push_str("%%"),
            b'\'' => out.push_str("'\\''"),
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_by_printf() {
        let line = |base, text| line(base, &Connection::default(), &Request::read("/a"), text);
        assert_eq!(
            line("http://[::1]:80", "GET /%zz'\\\r\nHost: ${host}\r\n${byte:ff}${repeat:9:ab}").as_deref(),
            Some(
                "{ printf 'GET /%%zz'\\''\\\\\\r\\nHost: '; printf %s '[::1]:80'; printf '\\r\\n'; printf '\\377'; \
                 printf 'ab%.0s' $(seq 9); } | nc -w 10 ::1 80"
            )
        );
        let secure = line("https://a.example", "x").unwrap_or_default();
        assert!(secure.ends_with("| openssl s_client -quiet -connect a.example:443 -servername a.example"), "{secure}");
        assert_eq!(line("http://a", "${nothing}"), None);
    }
}
