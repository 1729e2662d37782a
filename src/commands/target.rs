//! The address of a target.
//!
//! In: what an operator typed, and where. Out: scheme, host and port, or why it names no target. No message shows what stands before an `@`.

use super::{Failure, exit};

/// Scheme, host and port of a target.
pub(super) fn base(text: &str, insecure: bool, place: &str) -> Result<String, Failure> {
    // What stands before an @ may be a secret.
    let shown = text.rsplit('@').next().unwrap_or_default();
    let fault = |says: &str| {
        Failure::usage(format!(
            "{place} {shown}: {says}\n  write a host such as support.example.com, or https://HOST[:PORT]"
        ))
    };
    // An address of IPv6 is often typed without the brackets that a URL wants.
    let bare = text.trim().parse::<std::net::Ipv6Addr>().map(|address| format!("[{address}]"));
    let text = bare.as_deref().unwrap_or(text);
    let whole = if text.contains("://") { text.trim().to_owned() } else { format!("https://{}", text.trim()) };
    let url = reqwest::Url::parse(&whole).map_err(|error| fault(&format!("not a URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(fault("only http and https are spoken"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(fault("credentials do not belong in the URL"));
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(fault("only the site itself is named, without a path"));
    }
    let Some(host) = url.host_str().filter(|host| !host.is_empty()) else { return Err(fault("it names no host")) };
    let loopback = host == "localhost" || host.starts_with("127.") || host == "[::1]";
    if url.scheme() == "http" && !loopback && !insecure {
        return Err(Failure {
            code: exit::UNREACHABLE,
            says: format!(
                "{place} {text}: plain http would send the credentials in the clear\n  use https, or say --insecure"
            ),
        });
    }
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Ok(format!("{}://{host}{port}", url.scheme()))
}
