//! Wire: the only door to the network. It sends what it is told, byte for byte, and helps with nothing: no redirect, no
//! retry, no header but `Host` and `Content-Length` where they are missing. Whatever comes back is bounded in size and time.

mod body;
mod dial;
mod http1;
mod http2;
mod idle;
mod proxy;
mod stream;
mod tls;

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, timeout_at};
use why401_core::exchange::{Answer, Exchange, Hurdle, Manner, Outcome, Request, Unreachable, Version, Via};
use why401_core::loader::Environment;
use why401_core::url::Url;

use self::idle::Idle;
use self::stream::Trusting;

/// A whole exchange may take so long, unless its manner says otherwise.
const WITHIN: Duration = Duration::from_secs(30);

/// The network as one command uses it.
pub struct Wire {
    environment: Environment,
    tls: tls::Tls,
    idle: Idle,
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
    /// The address that answered.
    pub peer: Option<IpAddr>,
    /// The proxy that it went through, without its password.
    pub proxy: Option<String>,
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
        Self::Unreachable(Unreachable { at, why: why.into() })
    }
}

impl Wire {
    /// The network in this environment, whose proxies and certificates it obeys.
    pub fn new(environment: Environment) -> Self {
        Self { environment, tls: tls::Tls::default(), idle: Idle::default() }
    }

    /// The proxy that the environment names for this URL, without its password.
    pub fn proxy_for(&self, url: &str) -> Option<String> {
        proxy::of_environment(&Url::of(url), &self.environment).map(|proxy| proxy.shown())
    }

    /// Sends the request once and waits for the answer.
    pub async fn ask(&self, request: &Request, manner: &Manner) -> Heard {
        let within = manner.within.map_or(WITHIN, Duration::from_millis);
        let mut heard = Heard {
            exchange: Exchange { request: request.clone(), outcome: Outcome::NotSent(String::new()), via: Via::Probe },
            began: None,
            took: Duration::ZERO,
            peer: None,
            proxy: None,
            is_cut: false,
        };
        let until = Instant::now() + within;
        let came = timeout_at(until, self.exchange(manner, &mut heard)).await;
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

    async fn exchange(&self, manner: &Manner, heard: &mut Heard) -> Result<Came, Failed> {
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
        heard.proxy = way.proxy.as_ref().map(proxy::Proxy::shown);
        if manner.version == Some(Version::Http2) {
            let (stream, peer) = self.dial(&way, &[b"h2"]).await?;
            heard.peer = peer;
            return http2::ask(stream, &heard.exchange.request, &url).await;
        }
        let bytes = if way.is_absolute() { http1::absolute(&bytes, &heard.exchange.request, &way) } else { bytes };
        // A connection that lay idle may be closed just now; what nobody read may be sent again on a new one.
        if let Some(mut kept) = self.idle.take(&way) {
            heard.peer = kept.peer;
            match http1::ask(&mut kept.stream, &bytes, &heard.exchange.request).await {
                Ok((came, reusable)) => {
                    if reusable {
                        self.idle.keep(&way, kept);
                    }
                    return Ok(came);
                }
                Err(http1::Broken::BeforeAnything) => {}
                Err(http1::Broken::Failed(failed)) => return Err(failed),
            }
        }
        let (mut stream, peer) = self.dial(&way, &[b"http/1.1"]).await?;
        heard.peer = peer;
        match http1::ask(&mut stream, &bytes, &heard.exchange.request).await {
            Ok((came, reusable)) => {
                if reusable {
                    self.idle.keep(&way, idle::Kept { stream, peer });
                }
                Ok(came)
            }
            Err(http1::Broken::BeforeAnything) => {
                Err(Failed::at(Hurdle::Answer, "the connection was closed without an answer"))
            }
            Err(http1::Broken::Failed(failed)) => Err(failed),
        }
    }

    async fn dial(&self, way: &dial::Way, protocols: &[&[u8]]) -> Result<(stream::Stream, Option<IpAddr>), Failed> {
        let (tcp, peer) = dial::connect(way).await?;
        let mut stream: stream::Stream = Box::new(tcp);
        if let Some(proxy) = &way.proxy {
            if proxy.tls {
                stream = self.tls.wrap(stream, &proxy.host, &way.trusting(), &[]).await?;
            }
            if way.tls {
                stream = proxy::tunnel(stream, proxy, way).await?;
            }
        }
        if way.tls {
            stream = self.tls.wrap(stream, &way.host, &way.trusting(), protocols).await?;
        }
        Ok((stream, peer))
    }
}

/// Runs what talks to the network, on this thread.
pub fn run<T>(talk: impl Future<Output = T>) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(tokio::task::LocalSet::new().block_on(&runtime, talk))
}

impl dial::Way {
    fn trusting(&self) -> Trusting {
        Trusting { anybody: self.insecure, authorities: self.authorities.clone() }
    }
}
