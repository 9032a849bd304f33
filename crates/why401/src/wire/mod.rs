//! Wire: the only door to the network. It sends what it is told, byte for byte, and helps with nothing: no redirect, no
//! retry, no header but `Host` and `Content-Length` where they are missing. Whatever comes back is bounded in size and time.

mod body;
mod dial;
mod http1;
mod http2;
mod idle;
mod proxy;
mod reach;
mod sntp;
mod stream;
mod tls;

use std::cell::Cell;
use std::time::{Duration, SystemTime};

use tokio::time::{Instant as Until, timeout_at};
use why401_core::clock::Offset;
use why401_core::conceal::is_obeyed;
use why401_core::exchange::{Answer, Exchange, Hurdle, Manner, Outcome, Request, Unreachable, Version, Via};
use why401_core::loader::Environment;
use why401_core::url::Url;

use self::idle::Idle;
pub use self::reach::{Asked, Secured, unpacked};
pub use self::sntp::{millis as since_1970, sntp};
use self::stream::Trusting;
pub use self::stream::{Both, Stream};
use crate::world::Error;

/// A whole exchange may take so long, unless its manner says otherwise.
const WITHIN: Duration = Duration::from_secs(30);

/// The network as one command uses it.
pub struct Wire {
    environment: Environment,
    /// A file of certificates that are trusted on roads for others' requests, besides those of the system.
    authorities: Option<String>,
    tls: tls::Tls,
    idle: Idle,
    has_met: Cell<bool>,
}

/// What came of one request.
#[derive(Debug)]
pub struct Heard {
    /// The request as it was sent, and what came of it.
    pub exchange: Exchange,
    /// When its first byte was sent, by this machine's clock; `None` where none was.
    pub began: Option<SystemTime>,
    /// How long the head of the answer took from there.
    pub took: Duration,
    /// Whether more of the body came than was kept.
    pub is_cut: bool,
}

/// An answer and how it came.
struct Came {
    answer: Answer,
    began: SystemTime,
    took: Duration,
    is_cut: bool,
}

/// Why there is no answer.
enum Failed {
    /// It cannot be sent as it is.
    NotSent(String),
    Unreachable(Unreachable),
}

impl Failed {
    fn at(at: Hurdle, why: impl Into<String>) -> Self {
        // Certificates and systems may say anything, terminals obey much.
        let why = why.into().replace(|c| c == '\n' || is_obeyed(c), "\u{fffd}");
        Self::Unreachable(Unreachable { at, why })
    }
}

impl Wire {
    /// The network in this environment, whose proxies and certificates it obeys.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            authorities: None,
            tls: tls::Tls::default(),
            idle: Idle::default(),
            has_met: Cell::new(false),
        }
    }

    /// Trusts a file of certificates, too, on roads for others' requests.
    #[must_use]
    pub fn trusting(mut self, authorities: Option<String>) -> Self {
        self.authorities = authorities;
        self
    }

    /// The proxy that the environment names for this URL, without its password.
    pub fn proxy_for(&self, url: &str) -> Option<String> {
        proxy::of_environment(&Url::of(url), &self.environment).map(|proxy| proxy.shown())
    }

    /// Reads whom to trust, so that a file of certificates that is none shows itself before anything is sent; why it is none.
    pub fn trusts(&self, manner: &Manner) -> Result<(), String> {
        match self.tls.verifying(&Trusting::of(manner)) {
            Err(Failed::NotSent(why)) => Err(why),
            // What else is wrong shows itself where it is asked.
            Ok(_) | Err(Failed::Unreachable(_)) => Ok(()),
        }
    }

    /// Whether any connection came about yet.
    pub fn has_met(&self) -> bool {
        self.has_met.get()
    }

    /// Sends the request once and waits for the answer.
    pub async fn ask(&self, request: &Request, manner: &Manner) -> Heard {
        let within = manner.within.map_or(WITHIN, Duration::from_millis);
        let mut heard = Heard {
            exchange: Exchange { request: request.clone(), outcome: Outcome::NotSent(String::new()), via: Via::Probe },
            began: None,
            took: Duration::ZERO,
            is_cut: false,
        };
        let until = Until::now() + within;
        let came = timeout_at(until, self.exchange(manner, &mut heard, until)).await;
        let came = came.unwrap_or_else(|_| {
            Err(Failed::at(Hurdle::Time, format!("nothing came to an end within {} s", within.as_secs_f32())))
        });
        heard.exchange.outcome = match came {
            Ok(came) => {
                heard.began = Some(came.began);
                heard.took = came.took;
                heard.is_cut = came.is_cut;
                Outcome::Answered(came.answer)
            }
            Err(Failed::NotSent(why)) => Outcome::NotSent(why),
            Err(Failed::Unreachable(why)) => Outcome::Unreachable(why),
        };
        heard
    }

    /// Opens a connection for a later request of this kind, while others are under way. What goes wrong shows itself then.
    pub async fn open(&self, request: &Request, manner: &Manner) {
        let url = Url::of(&request.url);
        let tls = url.scheme.eq_ignore_ascii_case("https");
        let Ok(way) = dial::Way::new(&url, tls, manner, &self.environment) else { return };
        let within = manner.within.map_or(WITHIN, Duration::from_millis);
        if let Ok(Ok(stream)) = tokio::time::timeout(within, self.dial(&way, &[b"http/1.1"])).await {
            self.idle.keep(&way, stream);
        }
    }

    async fn exchange(&self, manner: &Manner, heard: &mut Heard, until: Until) -> Result<Came, Failed> {
        let request = &mut heard.exchange.request;
        let text = request.url.clone();
        let url = Url::of(&text);
        if url.host.is_empty() {
            return Err(Failed::NotSent("the URL names no host".to_owned()));
        }
        let tls = match url.scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            other => return Err(Failed::NotSent(format!("`{other}` is no scheme of HTTP; write http:// or https://"))),
        };
        http1::complete(request, &url);
        let bytes = http1::written(request, &url, manner)?;
        let way = dial::Way::new(&url, tls, manner, &self.environment)?;
        if manner.version == Some(Version::Http2) {
            let stream = self.dial(&way, &[b"h2"]).await?;
            return http2::ask(stream, &heard.exchange.request, &url, until).await;
        }
        let bytes = if way.is_absolute() { http1::absolute(&bytes, &heard.exchange.request, &way) } else { bytes };
        // A connection that lay idle may be closed just now; what changes nothing may be sent again on a new one.
        let kept = if heard.exchange.request.is_safe() { self.idle.take(&way).await } else { None };
        if let Some(mut kept) = kept {
            match http1::ask(&mut kept, &bytes, &heard.exchange.request, until).await {
                Ok((came, reusable)) => {
                    if reusable {
                        self.idle.keep(&way, kept);
                    }
                    return proxy::passed(came, &way);
                }
                Err(http1::Broken::BeforeAnything) => {}
                Err(http1::Broken::Failed(failed)) => return Err(failed),
            }
        }
        let mut stream = self.dial(&way, &[b"http/1.1"]).await?;
        match http1::ask(&mut stream, &bytes, &heard.exchange.request, until).await {
            Ok((came, reusable)) => {
                if reusable {
                    self.idle.keep(&way, stream);
                }
                proxy::passed(came, &way)
            }
            Err(http1::Broken::BeforeAnything) => {
                Err(Failed::at(Hurdle::Answer, "the connection was closed without an answer"))
            }
            Err(http1::Broken::Failed(failed)) => Err(failed),
        }
    }

    async fn dial(&self, way: &dial::Way, protocols: &[&[u8]]) -> Result<stream::Stream, Failed> {
        let mut stream = self.lead(way).await?;
        if way.tls {
            stream = Box::new(self.tls.wrap(stream, &way.host, &way.trusting, protocols).await?);
        }
        self.has_met.set(true);
        Ok(stream)
    }

    /// A connection on which the host itself can be spoken to, or the proxy that is asked in the clear.
    async fn lead(&self, way: &dial::Way) -> Result<stream::Stream, Failed> {
        let mut stream: stream::Stream = Box::new(dial::connect(way).await?);
        if let Some(proxy) = &way.proxy {
            if proxy.tls {
                stream = Box::new(self.tls.wrap(stream, &proxy.host, &way.trusting, &[]).await?);
            }
            if way.tls {
                stream = proxy::tunnel(stream, proxy, way).await?;
            }
        }
        Ok(stream)
    }
}

/// How far this machine's clock is from that of the server, by the `Date` of its answer.
pub fn offset(heard: &Heard) -> Option<Offset> {
    let answer = heard.exchange.answer()?;
    // What a cache hands out was dated when it was made.
    if answer.header("age").is_some() {
        return None;
    }
    let took = u64::try_from(heard.took.as_millis()).ok()?;
    Offset::by_date(answer.header("date")?, sntp::millis(heard.began?), took)
}

/// Runs what talks to the network, on this thread.
pub fn run<T>(talk: impl Future<Output = T>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|why| Error::new(format!("the network could not be used: {why}")))?;
    Ok(tokio::task::LocalSet::new().block_on(&runtime, talk))
}
