//! What is signed: an in-toto statement of a test result (predicate `test-result` 0.1), with what Touchmark adds to it.
//!
//! In: digests and claims. Out: JSON, and back. A reader of others finds verdict and gaps where that predicate has them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The type of a statement.
const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// The type of what it says.
const PREDICATE: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// A statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<ResourceDescriptor>,
    predicate_type: String,
    predicate: TestResult,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceDescriptor {
    name: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    digest: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct TestResult {
    result: String,
    configuration: Vec<ResourceDescriptor>,
    warned_tests: Vec<String>,
    failed_tests: Vec<String>,
    /// What that predicate has no field for. The name of such a field must be a URI.
    #[serde(rename = "urn:touchmark:certificate:1")]
    claims: Claims,
}

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The verdict, in words.
    pub verdict: String,
    /// What was tested.
    pub target: String,
    /// The API version that the target named.
    pub api_version: Option<String>,
    /// When its first request was sent and its last one answered, in UTC; nothing where nothing was sent.
    pub sent: Option<(String, String)>,
    /// Title, edition and API version of the guide.
    pub guide: [String; 3],
    /// SHA-256 of the spec data.
    pub data: String,
    /// The program and its version.
    pub program: String,
    /// Seed of the run.
    pub seed: u64,
    /// The count of requirements with each verdict.
    pub counts: BTreeMap<String, usize>,
    /// The reading that the target follows, by topic.
    pub readings: BTreeMap<String, String>,
    /// Gaps that make the target not conformant.
    pub gaps: Vec<String>,
    /// Unmet advice.
    pub warnings: Vec<String>,
    /// Gaps that are known and accepted, with the reason.
    pub known_gaps: BTreeMap<String, String>,
    /// What was not tested.
    pub untested: Untried,
}

/// What was not tested.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Untried {
    /// Each `must` that could not be tested.
    pub must: Vec<String>,
    /// What was asked for, where that is not everything: options as they are typed.
    pub asked_for: Vec<String>,
    /// The most that might be touched.
    pub allow: String,
}

impl Statement {
    /// A statement about files and by what they were made, each with its SHA-256 where it has one.
    #[must_use]
    pub fn of(files: &[(&str, String)], made_by: &[(String, Option<String>)], claims: Claims) -> Self {
        let digest = |sha256: &String| BTreeMap::from([("sha256".to_owned(), sha256.clone())]);
        let subject =
            files.iter().map(|(name, sha256)| ResourceDescriptor { name: (*name).to_owned(), digest: digest(sha256) });
        let made_by = made_by.iter().map(|(name, sha256)| ResourceDescriptor {
            name: name.clone(),
            digest: sha256.iter().flat_map(digest).collect(),
        });
        let untested = claims.untested.must.len() + claims.counts.get("error").copied().unwrap_or(0);
        let tested = claims.counts.get("pass").copied().unwrap_or(0);
        let result = match () {
            () if !claims.gaps.is_empty() => "FAILED",
            // What was not tested must not read as passed.
            () if untested > 0 || tested == 0 || !claims.warnings.is_empty() => "WARNED",
            () => "PASSED",
        };
        Self {
            kind: STATEMENT.to_owned(),
            subject: subject.collect(),
            predicate_type: PREDICATE.to_owned(),
            predicate: TestResult {
                result: result.to_owned(),
                configuration: made_by.collect(),
                warned_tests: claims.warnings.clone(),
                failed_tests: claims.gaps.clone(),
                claims,
            },
        }
    }

    /// The statement as it is signed.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Our own shape has string keys only, so writing it cannot fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads a statement.
    ///
    /// # Errors
    /// Where it is none of this type.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let statement: Self =
            serde_json::from_slice(bytes).map_err(|error| format!("it is no statement of Touchmark: {error}"))?;
        match statement.kind == STATEMENT && statement.predicate_type == PREDICATE {
            true => Ok(statement),
            false => Err(format!("it is no statement of type {STATEMENT} with {PREDICATE}")),
        }
    }

    /// The SHA-256 that the statement has of a file.
    #[must_use]
    pub fn digest_of(&self, name: &str) -> Option<&str> {
        let file = self.subject.iter().find(|resource| resource.name == name)?;
        file.digest.get("sha256").map(String::as_str)
    }

    /// What it says.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.predicate.claims
    }

    /// `PASSED`, `WARNED` or `FAILED`.
    #[must_use]
    pub fn result(&self) -> &str {
        &self.predicate.result
    }
}
