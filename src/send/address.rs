//! The address of a target.
//!
//! In: what somebody wrote. Out: scheme, host and port, or why it names no target. Nothing shows what stands before an `@`.

use std::fmt;

/// Why a text names no target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoTarget {
    /// It is no address, and why.
    Unreadable(String),
    /// It would send the credentials to another machine in the clear.
    Clear,
}

impl fmt::Display for NoTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => f.write_str(why),
            Self::Clear => f.write_str("plain http would send the credentials in the clear"),
        }
    }
}

/// A text without what stands before an `@`, which may be a secret.
#[must_use]
pub fn without_credentials(text: &str) -> &str {
    text.rsplit('@').next().unwrap_or_default()
}

/// Scheme, host and port of a target. Plain http goes to this machine alone, unless it is insisted on.
///
/// # Errors
/// Why it names no target.
pub fn address(text: &str, insecure: bool) -> Result<String, NoTarget> {
    let fault = |says: &str| Err(NoTarget::Unreadable(says.to_owned()));
    // An address of IPv6 is often typed without the brackets that a URL wants.
    let bare = text.trim().parse::<std::net::Ipv6Addr>().map(|address| format!("[{address}]"));
    let text = bare.as_deref().unwrap_or(text);
    let whole = if text.contains("://") { text.trim().to_owned() } else { format!("https://{}", text.trim()) };
    let url = reqwest::Url::parse(&whole).map_err(|error| NoTarget::Unreadable(format!("not a URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return fault("only http and https are spoken");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return fault("credentials do not belong in the URL");
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return fault("only the site itself is named, without a path");
    }
    let Some(host) = url.host_str().filter(|host| !host.is_empty()) else { return fault("it names no host") };
    let loopback = host == "localhost" || host.starts_with("127.") || host == "[::1]";
    if url.scheme() == "http" && !loopback && !insecure {
        return Err(NoTarget::Clear);
    }
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Ok(format!("{}://{host}{port}", url.scheme()))
}

/// The host of such an address.
#[must_use]
pub fn host_of(address: &str) -> String {
    reqwest::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}
