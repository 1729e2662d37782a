//! What conversations were waited for in vain, and whether another one makes sense.
//!
//! In: what was waited for, and for how long. Out: why no WebSocket is opened any more, where nothing at all came over one after another: each
//! would be waited for in full.

use std::cell::Cell;

use crate::model::conversation::{HEAR_MS, Hear};

/// For how long one conversation after another may be waited for in vain, in milliseconds: one thing, as often as a fail is confirmed.
const VAIN_MAX_MS: u64 = 3 * HEAR_MS;

/// What was waited for in a part of a conversation, and whether anything came over all of it: one that spoke before is not mute.
#[derive(Default, Clone, Copy)]
pub(super) struct Waited {
    vain_ms: u64,
    came: bool,
}

impl Waited {
    /// A frame came. A close says nothing.
    pub(super) fn came(&mut self, opcode: u8) {
        self.came |= opcode != 8;
    }

    /// What it is by now; the next part begins anew.
    pub(super) fn so_far(&mut self) -> Self {
        let next = Self { vain_ms: 0, came: self.came };
        std::mem::replace(self, next)
    }

    /// Something did not come in that number of milliseconds. What is waited for less than in full need not come.
    pub(super) fn in_vain(&mut self, hear: &Hear, ms: u64) {
        self.vain_ms += if hear.within_ms < HEAR_MS { 0 } else { ms };
    }
}

/// For how long conversations were waited for in vain, one after another, in milliseconds.
#[derive(Default)]
pub(super) struct Quiet(Cell<u64>);

impl Quiet {
    /// Notes a part of a conversation.
    pub(super) fn note(&self, waited: &Waited) {
        self.0.set(if waited.came { 0 } else { self.0.get() + waited.vain_ms });
    }

    /// Why no other is begun, if so.
    pub(super) fn why_none(&self) -> Option<String> {
        let seconds = self.0.get() / 1_000;
        (self.0.get() >= VAIN_MAX_MS).then(|| {
            format!("WebSockets were opened and listened to for {seconds} s in a row, and nothing came over them")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::conversation::Awaited;

    #[test]
    fn what_says_nothing_for_a_minute_is_not_listened_to_any_more() {
        let quiet = Quiet::default();
        let listen = |within_ms, opcode: Option<u8>| {
            let mut waited = Waited::default();
            opcode.into_iter().for_each(|opcode| waited.came(opcode));
            waited.in_vain(&Hear { what: Awaited::Message, text: None, within_ms }, within_ms);
            quiet.note(&waited);
            quiet.why_none().is_some()
        };
        assert!(!listen(HEAR_MS, None) && !listen(HEAR_MS, None));
        assert!(!listen(HEAR_MS, Some(2)), "one that speaks");
        assert!(!listen(HEAR_MS, None) && !listen(HEAR_MS, None));
        assert!(!(0..100).any(|_| listen(HEAR_MS - 1, None)), "what need not come");
        assert!(listen(HEAR_MS, Some(8)), "a close alone");
        let mut spoke = Waited::default();
        spoke.came(1);
        quiet.note(&spoke.so_far());
        for _ in 0..30 {
            spoke.in_vain(&Hear { what: Awaited::Message, text: None, within_ms: HEAR_MS }, HEAR_MS);
            quiet.note(&spoke.so_far());
        }
        assert!(quiet.why_none().is_none(), "one that spoke before");
    }
}
