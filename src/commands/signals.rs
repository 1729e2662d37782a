//! Signals that end a run: Ctrl-C, SIGTERM and SIGHUP.
//!
//! In: nothing. Out: a flag that is set at the first of them, which is said at once; the second ends the program. They are heard on a
//! thread of their own, so also while the run sends, waits or judges. There is one flag, however many runs a command makes.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use tokio::{
    runtime::Builder,
    signal::unix::{SignalKind, signal},
};

use super::{exit, say};

/// Listens from when this returns.
pub(super) fn listen() -> Arc<AtomicBool> {
    static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    Arc::clone(STOP.get_or_init(begin))
}

fn begin() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&stop);
    let (listening, listens) = mpsc::channel();
    thread::spawn(move || {
        let Ok(runtime) = Builder::new_current_thread().enable_io().build() else { return };
        runtime.block_on(hear(&heard, listening));
    });
    // Where nothing can be heard the other end is let go, and the run goes on without.
    let _unheard = listens.recv();
    stop
}

async fn hear(stop: &AtomicBool, listening: mpsc::Sender<()>) {
    let of = |kind: fn() -> SignalKind| signal(kind());
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)) =
        (of(SignalKind::interrupt), of(SignalKind::terminate), of(SignalKind::hangup))
    else {
        return;
    };
    drop(listening);
    loop {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
        if stop.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(exit::STOPPED));
        }
        say("stopping: what was begun is put back, and what was found is reported; once more ends at once");
    }
}
