//! What was done with Vault accounts (pp. 138-139).
//!
//! In: a request for a report. Out: an error, as none of these reports is made yet.

use super::super::command::Refusal;
use super::super::state::State;
use super::{Asked, Outcome, Permission, Report};

pub(crate) const VAULT_ACCOUNT_ACTIVITY: Report = Report {
    name: "VaultAccountActivity",
    kind: "reporting/vault_account_activity",
    permission: Permission::Vault,
    parameters: &[],
    root: Some("vault_account_activity_list"),
    run: activity,
};

fn activity(_: &State, _: &Asked<'_>) -> Outcome {
    Err(Refusal::error("This report is not available"))
}
