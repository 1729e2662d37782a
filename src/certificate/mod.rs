//! A run as one file that can be carried away, recomputed and signed.
//!
//! In: the files of a run, and a key. Out: a bundle, or what of a bundle is not as it was written; a signed statement, or why it does not
//! hold. Nothing of a bundle is written to a disk, no path in it is followed, and no key is kept. Nothing here knows what a report says.

mod bundle;
mod envelope;
mod keys;
mod statement;

pub use bundle::{
    ATTESTATION, BUNDLE_BYTES_MAX, BundleFault, BundleMembers, JOURNAL, MANIFEST, Manifest, PUBLIC_KEY, Program,
    REPORT, SIGNED, digest, is_sealed, pack, unpack,
};
pub use envelope::{open, seal};
pub use keys::{KeyToSign, KeyToVerify};
pub use statement::{Claims, Statement, Untried};
