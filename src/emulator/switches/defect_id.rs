//! The id of a defect.
//!
//! In: a text. Out: a type of its own, so that no other name is taken for it. Whether there is such a defect is known to the
//! catalogue alone.

use std::{borrow::Borrow, fmt, ops::Deref, sync::Arc};

/// Id of a defect: how something is wrong, the kind of request that it changes, and what is wrong there, as in
/// `drop:command/join_session:success`. It comes of the walk of the emulator's own answers, or of the name of a hook.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefectId(Arc<str>);

impl DefectId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<Text: Into<Arc<str>>> From<Text> for DefectId {
    fn from(text: Text) -> DefectId {
        DefectId(text.into())
    }
}

impl Deref for DefectId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for DefectId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for DefectId {
    fn eq(&self, text: &str) -> bool {
        *self.0 == *text
    }
}

impl PartialEq<&str> for DefectId {
    fn eq(&self, text: &&str) -> bool {
        *self.0 == **text
    }
}

impl fmt::Display for DefectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
