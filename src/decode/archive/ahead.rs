//! Reading ahead: a text is decompressed on a thread of its own while its lines are looked at.
//!
//! In: a text. Out: the same bytes, or the same error in the same place. At most [`BLOCKS`] blocks wait to be read.

use std::{
    io::{self, Read},
    sync::mpsc::{Receiver, sync_channel},
    thread,
};

/// Bytes of one block.
const BLOCK: usize = 256 * 1024;

/// The most blocks that wait.
const BLOCKS: usize = 4;

/// A text that another thread reads.
pub(super) struct Ahead {
    blocks: Receiver<io::Result<Vec<u8>>>,
    block: Vec<u8>,
    /// The bytes of the block that were taken.
    taken: usize,
}

/// Gives a text that is read ahead to `look`. What `look` leaves unread is not read to its end.
pub(super) fn ahead<T>(mut text: impl Read + Send, look: impl FnOnce(Ahead) -> T) -> T {
    let (give, blocks) = sync_channel(BLOCKS);
    thread::scope(|scope| {
        scope.spawn(move || {
            loop {
                let mut block = Vec::with_capacity(BLOCK);
                let read = text.by_ref().take(BLOCK as u64).read_to_end(&mut block);
                let last = block.is_empty() || read.is_err();
                // What came before an error is given out before the error.
                if !block.is_empty() && give.send(Ok(block)).is_err() {
                    return;
                }
                if let Err(error) = read {
                    let _ = give.send(Err(error));
                }
                if last {
                    return;
                }
            }
        });
        look(Ahead { blocks, block: Vec::new(), taken: 0 })
    })
}

impl Read for Ahead {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.block.len() {
            let Ok(block) = self.blocks.recv() else { return Ok(0) };
            (self.block, self.taken) = (block?, 0);
        }
        let n = (&self.block[self.taken..]).read(into)?;
        self.taken += n;
        Ok(n)
    }
}
