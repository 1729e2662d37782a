//! Peers: what answers on a port of its own as a test says, lawfully or not, alone or in front of the emulator.
//!
//! They are made of plain sockets, since a library would mend what they are here to break.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::support::Served;

/// The most bytes of a request that a peer reads.
const REQUEST_BYTES_MAX: usize = 4 << 20;

/// A lawful answer to the request for a token.
pub(crate) const TOKEN: &str =
    "{\"access_token\":\"a-token-of-this-peer\",\"token_type\":\"Bearer\",\"expires_in\":3600}";

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What the request asks the command API to do, wherever it says so.
    /// The actions of the command API that it asks for.
    pub(crate) fn actions(&self) -> Vec<String> {
        if !self.path().starts_with("/api/command") {
            return Vec::new();
        }
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let body = String::from_utf8_lossy(&self.body);
        let all = query.split('&').chain(body.split('&'));
        all.filter_map(|pair| pair.strip_prefix("action=")).map(str::to_owned).collect()
    }
}

/// A lawful answer. The headers that belong to the connection are added when it is written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn new(status: u16, kind: &str, body: &str) -> Self {
        Self { status, headers: vec![("content-type".to_owned(), kind.to_owned())], body: body.as_bytes().to_vec() }
    }

    /// Puts one text for another in the body; what is no text stays as it is.
    pub(crate) fn replace(&mut self, from: &str, to: &str) {
        if let Ok(text) = std::str::from_utf8(&self.body) {
            self.body = text.replace(from, to).into_bytes();
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Status\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n", self.body.len()));
        [head.into_bytes(), self.body.clone()].concat()
    }
}

/// What a peer does with a request.
pub(crate) enum Act {
    /// Answers lawfully.
    Reply(Reply),
    /// Writes these bytes and closes the connection.
    Bytes(Vec<u8>),
    /// Writes these bytes and nothing more until the client goes.
    Stall(Vec<u8>),
    /// Writes the first bytes, and then the second ones again and again until the client goes.
    Endless(Vec<u8>, Vec<u8>),
    /// Writes the first bytes, and then one more every twentieth of a second until the client goes.
    Drip(Vec<u8>),
}

/// Listens on a port of its own and does with each request what it was made to do, for as long as this value lives.
pub(crate) struct Peer {
    pub(crate) base: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    connections: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A peer of whom everything is said by `act`.
pub(crate) fn peer(act: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Peer {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let mut peer =
        Peer { base, asked: Arc::default(), connections: Arc::default(), stop: Arc::default(), thread: None };
    let (asked, connections, stop) = (peer.asked.clone(), peer.connections.clone(), peer.stop.clone());
    let act = Arc::new(act);
    let thread = thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            if stop.load(Ordering::SeqCst) {
                break;
            }
            let Ok(stream) = stream else { continue };
            connections.fetch_add(1, Ordering::SeqCst);
            let (asked, act) = (asked.clone(), act.clone());
            open.push(thread::spawn(move || answer(stream, &asked, act.as_ref())));
        }
        for thread in open {
            let _ = thread.join();
        }
    });
    peer.thread = Some(thread);
    peer
}

/// A peer that gives tokens and does something else with everything else.
pub(crate) fn tokens_and(act: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Peer {
    peer(move |asked| match asked.path() {
        "/oauth2/token" => Act::Reply(Reply::new(200, "application/json", TOKEN)),
        _ => act(asked),
    })
}

/// A peer that asks an emulator and gives on what `change` makes of its answer.
pub(crate) fn proxy(behind: &Served, change: impl Fn(&Asked, &mut Reply) + Send + Sync + 'static) -> Peer {
    proxy_that(behind, move |asked, mut reply| {
        change(asked, &mut reply);
        Act::Reply(reply)
    })
}

/// A peer that asks an emulator and does what `act` says to its answer.
pub(crate) fn proxy_that(behind: &Served, act: impl Fn(&Asked, Reply) -> Act + Send + Sync + 'static) -> Peer {
    let upstream = behind.base.trim_start_matches("http://").to_owned();
    peer(move |asked| act(asked, forward(&upstream, asked)))
}

impl Peer {
    /// The requests so far, in the order in which they came whole.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        lock(&self.asked).clone()
    }

    /// How many connections were made, whatever came over them.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// An address on which nobody listens, and what keeps it free of listeners: a port that is one end of a connection.
pub(crate) fn dead() -> (String, impl Drop) {
    struct Taken(TcpListener, TcpStream);
    impl Drop for Taken {
        fn drop(&mut self) {
            let _ = (self.0.local_addr(), self.1.shutdown(Shutdown::Both));
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let stream = TcpStream::connect(listener.local_addr().expect("an address")).expect("a connection");
    (format!("http://{}", stream.local_addr().expect("an address")), Taken(listener, stream))
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // One more connection wakes the one who waits for connections.
        let _ = TcpStream::connect(self.base.trim_start_matches("http://"));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(mut stream: TcpStream, asked: &Mutex<Vec<Asked>>, act: &(dyn Fn(&Asked) -> Act + Send + Sync)) {
    let Some(request) = read_request(&mut stream) else { return };
    lock(asked).push(request.clone());
    // A client that went away while it was written to is what some of these tests are about.
    let _ = match act(&request) {
        Act::Reply(reply) => stream.write_all(&reply.to_bytes()),
        Act::Bytes(bytes) => stream.write_all(&bytes),
        Act::Stall(bytes) => stream.write_all(&bytes).map(|()| until_gone(&mut stream, None)),
        Act::Endless(first, again) => stream.write_all(&first).map(|()| while stream.write_all(&again).is_ok() {}),
        Act::Drip(first) => stream.write_all(&first).map(|()| until_gone(&mut stream, Some(b"x"))),
    };
    let _ = stream.shutdown(Shutdown::Both);
}

/// Waits until the client closes the connection, and writes a little now and then.
fn until_gone(stream: &mut TcpStream, drop: Option<&[u8]>) {
    let _ = stream.set_read_timeout(drop.map(|_| Duration::from_millis(50)));
    loop {
        match stream.read(&mut [0; 512]) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if drop.is_some_and(|bytes| stream.write_all(bytes).is_err()) {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

fn read_request(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        read_more(stream, &mut bytes)?;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines.filter_map(header_of).collect();
    let mut asked = Asked { method, target, headers, body: Vec::new() };
    let length: usize = asked.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    while bytes.len() < end + 4 + length {
        read_more(stream, &mut bytes)?;
    }
    asked.body = bytes[end + 4..end + 4 + length].to_vec();
    Some(asked)
}

fn read_more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut piece = [0; 16 * 1024];
    let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
    bytes.extend_from_slice(&piece[..count]);
    (bytes.len() <= REQUEST_BYTES_MAX).then_some(())
}

fn header_of(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    Some((name.to_ascii_lowercase(), value.trim().to_owned()))
}

/// Sends a request as it came and reads the whole answer.
pub(crate) fn forward(upstream: &str, asked: &Asked) -> Reply {
    let mut stream = TcpStream::connect(upstream).expect("the emulator behind the proxy");
    let mut head = format!("{} {} HTTP/1.1\r\n", asked.method, asked.target);
    for (name, value) in asked.headers.iter().filter(|(name, _)| name != "connection") {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("connection: close\r\n\r\n");
    stream.write_all(&[head.as_bytes(), &asked.body].concat()).expect("the emulator reads");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the emulator answers");
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("an HTTP answer");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|text| text.parse().ok()).expect("a status line");
    let of_the_connection = ["content-length", "connection", "transfer-encoding"];
    let headers = head.split("\r\n").skip(1).filter_map(header_of);
    let headers = headers.filter(|(name, _)| !of_the_connection.contains(&name.as_str())).collect();
    Reply { status, headers, body: bytes[end + 4..].to_vec() }
}
