//! Why an operation is not done.

use super::validate::Faulty;

/// Why an operation is not done.
#[derive(Debug)]
pub(super) enum Refusal {
    NotFound,
    /// Nobody may do it.
    Forbidden,
    Invalid(Faulty),
}

impl Refusal {
    /// One property or parameter is wrong.
    pub(super) fn invalid(name: &str, says: &str) -> Refusal {
        Refusal::Invalid(Faulty::from([(name.to_owned(), vec![says.to_owned()])]))
    }
}
