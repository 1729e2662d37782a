//! The emulator on a port of this machine, for as long as its value lives.

use std::{
    collections::BTreeMap,
    net::TcpListener,
    sync::Arc,
    thread::{self, JoinHandle},
};

use super::LibraryError;
use crate::emulator::{self, Clock, Config, Emulator};

/// The emulator on a free port of loopback, as `touchmark emulate` serves it: every API of the guide with a site of people, teams and
/// appliances. It is served by a thread of its own, and stopped when the value is dropped.
///
/// Its accounts are those of the demo site: `touchmark` with the secret `touchmark-demo-secret` may do everything. The table of all of them is
/// in `docs/emulator.md`.
///
/// ```
/// use touchmark::{Certify, LocalEmulator};
///
/// let emulator = LocalEmulator::start()?;
/// emulator.break_once("drop:command/get_appliances:appliances/appliance/@id")?;
/// // Here an integration would be called, to see what it does with such an answer.
/// Certify::emulator(&emulator).only("=command/get_appliances/smallest").run()?;
/// assert_eq!(emulator.still_to_show(), 0);
/// # Ok::<(), touchmark::LibraryError>(())
/// ```
pub struct LocalEmulator {
    url: String,
    /// Those of its tokens that are no longer valid, by the names of the fixtures that they are.
    old_tokens: Vec<(&'static str, String)>,
    emulator: Arc<Emulator>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl LocalEmulator {
    /// Starts it without a defect.
    ///
    /// # Errors
    /// There is no free port on loopback.
    pub fn start() -> Result<Self, LibraryError> {
        Self::of(Config::demo())
    }

    /// Starts it with a defect from the first request to the last. `touchmark emulate --list-defects` prints the ids of all.
    ///
    /// # Errors
    /// There is no such defect, with the nearest one, or no free port on loopback.
    pub fn broken(defect: &str) -> Result<Self, LibraryError> {
        let defect = emulator::find_defect(defect).map_err(LibraryError::Asked)?;
        Self::of(Config { defects: vec![defect], ..Config::demo() })
    }

    /// Starts one that is made of more than the demo site.
    pub(crate) fn of(config: Config) -> Result<Self, LibraryError> {
        let emulator = Arc::new(Emulator::new(config, Clock::System));
        let old_tokens = emulator.old_tokens("touchmark");
        let served = Arc::clone(&emulator);
        let fault = |error: std::io::Error| LibraryError::Asked(format!("no port on loopback: {error}"));
        let listener = TcpListener::bind("127.0.0.1:0").map_err(fault)?;
        listener.set_nonblocking(true).map_err(fault)?;
        let address = listener.local_addr().map_err(fault)?;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                let stopped = async move {
                    let _ = stopped.await;
                };
                // When it ends early whoever asks finds nobody there.
                let _ = emulator::serve(listener, served, None, stopped).await;
            });
        });
        Ok(Self { url: format!("http://{address}"), old_tokens, emulator, stop: Some(stop), thread: Some(thread) })
    }

    /// Its address, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Has it be wrong for one request: the next one in which the defect shows. Those before it, such as one for a token, are answered as the
    /// guide says, and so are those after it.
    ///
    /// # Errors
    /// There is no such defect, or it is one of a file or of the feed, which are no single answers, or of a second notation.
    pub fn break_once(&self, defect: &str) -> Result<(), LibraryError> {
        let defect = emulator::find_defect(defect).map_err(LibraryError::Asked)?;
        self.emulator.break_once(&defect).map_err(LibraryError::Asked)
    }

    /// The count of defects of [`break_once`](Self::break_once) that have not shown yet.
    #[must_use]
    pub fn still_to_show(&self) -> usize {
        self.emulator.still_to_show()
    }

    /// What the site has that no documented call tells, by the names of fixtures.
    pub(crate) fn fixtures(&self) -> BTreeMap<&'static str, String> {
        self.emulator.fixtures()
    }

    pub(crate) fn old_tokens(&self) -> &[(&'static str, String)] {
        &self.old_tokens
    }

    pub(crate) fn emulator(&self) -> &Arc<Emulator> {
        &self.emulator
    }
}

impl Drop for LocalEmulator {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
