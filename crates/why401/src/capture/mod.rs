//! The capture proxy: a program's calls pass through it unchanged, and each becomes an Exchange.
//!
//! One port on loopback has three doors. *Proxy*: `CONNECT` and whole URLs, with the credential of this run in
//! `Proxy-Authorization`. *Preload*: a connection whose first line is `why401 CREDENTIAL HOST PORT`; whatever follows is for that
//! host, and nothing is answered to the line. *Gateway*: a path that begins with the secret name of a gateway leads to its
//! base URL. It runs on a thread of its own, so that nothing that is done with a call holds up the next.

mod authority;
mod door;
mod forward;
mod front;
mod kin;
mod side;
mod tee;
#[cfg(test)]
mod tests;
mod tunnel;
mod watch;

use std::cell::{Cell, RefCell};
use std::collections::{HashSet, VecDeque};
use std::net::{Ipv4Addr, TcpListener};
use std::rc::Rc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::sleep;
use tokio_rustls::rustls::crypto::ring;
use why401_core::exchange::{Exchange, Version};
use why401_core::loader::Environment;
use why401_core::secret::Secret;

use self::authority::{Authority, Faces};
use self::kin::Kin;
use crate::wire::Wire;
use crate::world::{self, Error};

/// What a capture is to do.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The environment whose proxies and certificates lead to the hosts: that of `why401`, not the child's.
    pub environment: Environment,
    /// A file of certificates (PEM) that the hosts may have besides those that the system trusts.
    pub authorities: Option<String>,
    /// Base URLs of gateways, such as `https://api.openai.com/v1`.
    pub gateways: Vec<String>,
}

/// What is seen.
#[derive(Debug)]
pub enum Event {
    /// The head of a request has passed; an `Answered` with the same `id` follows, and an `Ended`.
    Opened {
        /// Which call; counted over the whole run.
        id: u64,
    },
    /// The head of the answer has passed and, of a refusal (status 400 and more), the body. Or no answer will come.
    Answered(Box<Call>),
    /// The last byte of a call has passed.
    Ended(Ended),
    /// A connection of which no call can be seen.
    Missed(Missed),
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Which call; counted over the whole run.
    pub id: u64,
    /// Which connection of the child; calls of one connection share it.
    pub connection: u64,
    /// The call: `via` is `Capture`. Of a host that could not be reached the request may be known by its URL alone.
    pub exchange: Exchange,
    /// In which version of HTTP it was asked; `None` where it came to no request.
    pub version: Option<Version>,
    /// When its head had passed.
    pub began: SystemTime,
    /// How long the head of the answer took from there.
    pub took: Duration,
    /// Whether more of the answer's body came than was kept.
    pub is_cut: bool,
    /// How it came here.
    pub door: Door,
}

/// The end of a call.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// Which call.
    pub id: u64,
    /// Bytes of the request's body.
    pub sent: u64,
    /// Bytes of the answer's body, packed as it came.
    pub came: u64,
    /// How long it took from the head of the request on.
    pub took: Duration,
    /// Whether both bodies came to their end.
    pub is_whole: bool,
}

/// Which way a connection came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// As to an HTTP proxy.
    Proxy,
    /// From a preload.
    Preload,
    /// To a gateway.
    Gateway,
}

/// A connection of which no call can be seen.
#[derive(Debug)]
pub struct Missed {
    /// The host, or what stands for it; empty where none was named.
    pub host: String,
    /// Its port; 0 where none was named.
    pub port: u16,
    /// Why.
    pub why: Why,
}

/// Why a call cannot be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The client does not believe our certificate: it has its own list, or one certificate pinned. Its next connections to
    /// this host pass unseen, so that they work.
    Pinned(String),
    /// The client did not believe us before; this connection passes unseen.
    Passed,
    /// The client gave up the handshake, and did not say why.
    Handshake(String),
    /// What passes is no HTTP, and passes as it is.
    NotHttp(&'static str),
    /// The connection carries something else from here on, as it was agreed: a WebSocket.
    Switched,
    /// Whoever asked had not the credential of this run.
    Stranger,
    /// What came to the door was not understood.
    Malformed,
}

/// A capture proxy that runs until it is dropped.
pub struct Capture {
    port: u16,
    credential: Secret,
    pem: String,
    gateways: Vec<String>,
    events: mpsc::UnboundedReceiver<Vec<Event>>,
    /// What came with the last, oldest first.
    waiting: VecDeque<Event>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Capture {
    /// Makes an authority, opens the door and begins to serve.
    pub fn start(settings: Settings) -> Result<Self, Error> {
        let failed = |why: std::io::Error| Error::new(format!("the capture proxy could not be started: {why}"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let authority = Authority::new()?;
        let pem = authority.pem().to_owned();
        let faces = Faces::new(authority)?;
        let word = random()?;
        let credential = Secret::from(format!("why401:{word}").as_str());
        let mut gateways = Vec::new();
        for base in settings.gateways {
            gateways.push(Gateway { name: random()?, base: base.trim_end_matches('/').to_owned() });
        }
        let urls = gateways.iter().map(|gateway| format!("http://127.0.0.1:{port}/{}", gateway.name)).collect();
        let (sender, events) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel();
        let expected = world::digest(credential.expose());
        let (environment, authorities) = (settings.environment, settings.authorities);
        let thread = std::thread::Builder::new().name("capture".to_owned()).spawn(move || {
            let proxy = Rc::new(Proxy {
                wire: Wire::new(environment).trusting(authorities),
                faces,
                expected,
                gateways,
                told: RefCell::default(),
                is_told: Notify::new(),
                scratch: RefCell::new(vec![0; SCRATCH]),
                calls: Cell::new(0),
                connections: Cell::new(0),
                pinned: RefCell::default(),
                kin: Kin::default(),
            });
            // Without a runtime nothing is served, and the receiver learns it by its end.
            let _ = crate::wire::run(async {
                tokio::select! {
                    () = door::serve(listener, proxy.clone()) => {}
                    () = proxy.hand_over(&sender) => {}
                    _ = stopped => {}
                }
                // The program has ended, and with it its connections: what they still carry is told, too.
                for _ in 0..LAST {
                    if Rc::strong_count(&proxy) == 1 {
                        break;
                    }
                    sleep(Duration::from_millis(1)).await;
                }
                let _ = sender.send(proxy.told.take());
            });
        });
        let thread = Some(thread.map_err(failed)?);
        let waiting = VecDeque::new();
        Ok(Self { port, credential, pem, gateways: urls, events, waiting, stop: Some(stop), thread })
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `user:password` of this run, which both have only letters and digits, as they stand in a proxy's URL.
    pub fn credential(&self) -> &Secret {
        &self.credential
    }

    /// The certificate of this run's authority, in PEM.
    pub fn authority_pem(&self) -> &str {
        &self.pem
    }

    /// What to put in place of each gateway's base URL, in their order. No slash at the end.
    pub fn gateways(&self) -> &[String] {
        &self.gateways
    }

    /// The next event; `None` where the proxy has ended.
    pub async fn next(&mut self) -> Option<Event> {
        while self.waiting.is_empty() {
            self.waiting = self.events.recv().await?.into();
        }
        self.waiting.pop_front()
    }

    /// Whether all that came together with the last event was taken.
    pub fn is_drained(&self) -> bool {
        self.waiting.is_empty()
    }

    /// An event that is there already.
    pub fn try_next(&mut self) -> Option<Event> {
        while self.waiting.is_empty() {
            self.waiting = self.events.try_recv().ok()?.into();
        }
        self.waiting.pop_front()
    }

    /// Ends all connections and tells what was left to tell.
    pub fn finish(mut self) -> Vec<Event> {
        self.end();
        std::iter::from_fn(|| self.try_next()).collect()
    }

    fn end(&mut self) {
        // Whoever is not there any more needs not be told.
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.end();
    }
}

/// Events of so long a moment are told together.
const TOGETHER: Duration = Duration::from_millis(4);
/// So many milliseconds connections have to end after the program that made them.
const LAST: u32 = 100;
/// So much is read at once.
const SCRATCH: usize = 64 << 10;

/// What all connections share.
struct Proxy {
    wire: Wire,
    faces: Faces,
    /// The digest of the credential.
    expected: [u8; 32],
    gateways: Vec<Gateway>,
    /// Events that were not handed over yet.
    told: RefCell<Vec<Event>>,
    is_told: Notify,
    /// Where bytes lie on their way from one socket to the other, while neither waits.
    scratch: RefCell<Vec<u8>>,
    calls: Cell<u64>,
    connections: Cell<u64>,
    /// Hosts whose clients do not believe us.
    pinned: RefCell<HashSet<String>>,
    /// Who comes without the credential, and has it all the same.
    kin: Kin,
}

/// A way in for programs that know no proxy.
struct Gateway {
    /// The first segment of its paths: who does not know it is not served.
    name: String,
    /// Where it leads, without a slash at the end.
    base: String,
}

impl Proxy {
    fn tell(&self, event: Event) {
        let mut told = self.told.borrow_mut();
        if told.is_empty() {
            self.is_told.notify_one();
        }
        told.push(event);
    }

    /// Hands events over, those of a moment together: to wake another thread takes longer than to pass a call.
    async fn hand_over(&self, events: &mpsc::UnboundedSender<Vec<Event>>) {
        loop {
            self.is_told.notified().await;
            sleep(TOGETHER).await;
            if events.send(self.told.take()).is_err() {
                // Nobody listens any more when the run is over.
                return;
            }
        }
    }

    fn is_ours(&self, credential: &[u8]) -> bool {
        world::digest(credential) == self.expected
    }

    fn next_call(&self) -> u64 {
        self.calls.set(self.calls.get() + 1);
        self.calls.get()
    }
}

/// A word that nobody guesses: 128 bits of the system's random source, in letters and digits.
fn random() -> Result<String, Error> {
    let mut bytes = [0; 16];
    let filled = ring::default_provider().secure_random.fill(&mut bytes);
    filled.map_err(|_| Error::new("this system gives no random numbers"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
