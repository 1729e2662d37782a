//! License usage, of the site and of its endpoints (pp. 136-138).
//!
//! In: a request for a report. Out: an error, as none of these reports is made yet.

use super::super::command::Refusal;
use super::super::state::State;
use super::{Asked, Outcome, Permission, Report};

pub(crate) const LICENSE_USAGE: Report = Report {
    name: "LicenseUsage",
    kind: "reporting/license_usage",
    permission: Permission::License,
    parameters: &[],
    root: Some("license_usage"),
    run: licenses,
};

pub(crate) const ENDPOINT_LICENSE_USAGE: Report = Report {
    name: "EndpointLicenseUsage",
    kind: "reporting/endpoint_license_usage",
    permission: Permission::License,
    parameters: &[],
    root: None,
    run: endpoints,
};

fn licenses(_: &State, _: &Asked<'_>) -> Outcome {
    Err(Refusal::error("This report is not available"))
}

fn endpoints(_: &State, _: &Asked<'_>) -> Outcome {
    Err(Refusal::error("This report is not available"))
}
