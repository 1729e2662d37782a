//! What the guide itself is: its edition, its sections, its version table and its change log.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

/// The guide.
#[derive(Debug, Clone, Serialize)]
pub struct Guide {
    /// Title.
    pub title: String,
    /// Edition.
    pub edition: String,
    /// API version that it describes.
    pub api_version: Version,
    /// Product versions that it is for.
    pub product: String,
    /// Digest of the guide's text, when it is known.
    pub digest: Option<String>,
    /// API versions and the product versions that have them (p. 168).
    pub versions: Vec<VersionRow>,
    /// The change log (pp. 164-167).
    pub changes: Vec<Change>,
    /// Every section with the page on which it starts.
    pub sections: Vec<Section>,
}

/// One row of the version table.
#[derive(Debug, Clone, Serialize)]
pub struct VersionRow {
    /// API version.
    pub api: Version,
    /// Product versions, as printed.
    pub product: Vec<String>,
}

/// One entry of the change log.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// API version.
    pub api: Version,
    /// Product version, as printed.
    pub product: String,
    /// Page of the guide.
    pub page: u32,
    /// What changed, in our words.
    pub says: String,
    /// Ids of the endpoints concerned.
    pub concerns: Vec<String>,
}

/// One section of the guide.
#[derive(Debug, Clone, Serialize)]
pub struct Section {
    /// Title.
    pub title: String,
    /// Page on which it starts.
    pub page: u32,
}

/// An API version such as 1.22.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32, pub u32);

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<u32> = text.split('.').map_while(|part| part.parse().ok()).collect();
        match parts[..] {
            [a, b, c] if text.split('.').count() == 3 => Ok(Self(a, b, c)),
            _ => Err(format!("`{text}` is no API version; write three numbers such as 1.22.2")),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number_and_not_by_text() {
        let version = |text: &str| text.parse::<Version>();
        assert!(version("1.9.0") < version("1.10.0"));
        assert_eq!(version("1.22.2").map(|v| v.to_string()), Ok("1.22.2".to_owned()));
        for text in ["", "1", "1.2", "1.2.3.4", "1.2.x", "v1.2.3"] {
            assert!(version(text).is_err(), "{text}");
        }
    }
}
