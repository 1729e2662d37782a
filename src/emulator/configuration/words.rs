//! The kinds of requests whose defects are those of the Configuration API.

/// The kind of request whose defects are those of the resources.
pub(crate) const GENERAL: &str = "configuration/general";
/// The kind of request whose defects are those of the document.
pub(crate) const OPENAPI: &str = "configuration/openapi";
