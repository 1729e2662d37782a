//! Laws of the readers of files that others hand over: a bundle of a run, and a HAR of a browser or proxy.
//!
//! In: any bytes. Out: whether they came as far as the innermost check, or a panic that names the law that does not hold.

use super::SPEC;
use crate::{
    certificate::{self, ATTESTATION, KeyToVerify, PUBLIC_KEY, Statement},
    decode::har as reader,
    model::exchange::Outcome,
    recording,
    send::Cleaning,
};

/// The count of places at which a byte of a bundle is changed.
const CHANGES: usize = 16;

/// A bundle: what is read is what was packed, and with any byte changed it is refused.
pub fn bundle(data: &[u8]) -> bool {
    let members = match certificate::unpack(data) {
        Ok(members) => members,
        Err(fault) => {
            assert!(!fault.to_string().contains('\n'), "a fault is one line: {fault}");
            return false;
        }
    };
    for name in members.manifest.members.keys().filter(|name| members.files.contains_key(*name)) {
        let digest = certificate::digest(members.file(name));
        assert_eq!(members.manifest.members[name], digest, "{name} is not what the manifest has");
    }
    if let Ok(key) = KeyToVerify::of_pem(members.file(PUBLIC_KEY))
        && let Ok(payload) = certificate::open(members.file(ATTESTATION), &key)
    {
        let _ = Statement::read(&payload);
    }
    for at in (0..data.len()).step_by(data.len().div_ceil(CHANGES).max(1)) {
        let mut changed = data.to_vec();
        changed[at] ^= 0x04;
        assert!(certificate::unpack(&changed).is_err(), "a bundle is taken in which byte {at} was changed");
    }
    true
}

/// A HAR: its exchanges come in the order of their times, each body is whole or none, and no secret of it is in what is kept.
pub fn har(data: &[u8]) -> bool {
    let har = match reader::read(data) {
        Ok(har) => har,
        Err(fault) => {
            assert!(!fault.contains('\n'), "a fault is one line: {fault}");
            return false;
        }
    };
    assert!(har.entries.is_sorted_by_key(|entry| entry.at_ms), "the exchanges are in another order");
    let cleaning = Cleaning::default();
    let secrets: Vec<String> = har.entries.iter().flat_map(|entry| recording::secrets(&SPEC, entry)).collect();
    secrets.iter().for_each(|secret| cleaning.conceal(secret));
    let mut seen = false;
    for entry in &har.entries {
        let Some(mut recorded) = recording::of_entry(&SPEC, entry) else { continue };
        cleaning.clean(&mut recorded.exchange);
        let Outcome::Answer(answer) = &recorded.exchange.outcome else { continue };
        // What is too short to be searched for, or stands in the mark itself, may be found by chance.
        let telling =
            |secret: &&String| secret.len() >= 8 && secret.is_ascii() && !"[redacted]".contains(secret.as_str());
        for secret in secrets.iter().filter(telling) {
            assert!(!answer.body.contains(secret.as_str()), "a secret is kept");
        }
        seen = true;
    }
    seen
}
