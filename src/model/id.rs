//! Ids: the names that requirements and endpoints have in the data, in options and in reports.
//!
//! In: a text. Out: a type for each kind of id, so that one is not taken for another. Clones share their text: a run holds each id
//! many thousand times. A look-up takes a `&str`; nothing here says whether an id names anything.

use std::{borrow::Borrow, fmt, ops::Deref, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $Id:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $Id(Arc<str>);

        impl $Id {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<Text: Into<Arc<str>>> From<Text> for $Id {
            fn from(text: Text) -> Self {
                Self(text.into())
            }
        }

        impl Deref for $Id {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $Id {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $Id {
            fn eq(&self, text: &str) -> bool {
                *self.0 == *text
            }
        }

        impl PartialEq<&str> for $Id {
            fn eq(&self, text: &&str) -> bool {
                *self.0 == **text
            }
        }

        impl PartialEq<String> for $Id {
            fn eq(&self, text: &String) -> bool {
                *self.0 == **text
            }
        }

        impl fmt::Display for $Id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $Id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    )+};
}

ids! {
    /// Id of a requirement: the id of its endpoint and what it is about there, as `command/join_session/param/lsid/required`. It
    /// comes of the row that the requirement derives from, of the table that it is written in, or of an operation of the target's
    /// own document.
    RequirementId

    /// Id of an endpoint: the path of its file below `specs/` without the ending, as `command/join_session`. Operations of the
    /// target's own document have one that is made of method and path.
    EndpointId

    /// Ids of requirements, with `*` for any run of characters: `auth/errors/*`.
    RequirementPattern
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn an_id_is_written_and_asked_for_as_its_text() {
        let id = RequirementId::from("auth/token/works");
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""auth/token/works""#);
        assert_eq!(serde_json::from_str::<RequirementId>(r#""auth/token/works""#).unwrap(), id);
        assert_eq!(format!("{id} {id:?} {id:>18}"), r#"auth/token/works "auth/token/works"   auth/token/works"#);
        assert_eq!(BTreeMap::from([(id.clone(), 1)]).get("auth/token/works"), Some(&1));
        assert_eq!(id.clone().as_str().as_ptr(), id.as_str().as_ptr(), "clones share their text");
    }
}
