//! Exchange: one request as it was really sent, and what came of it.

use std::fmt;

use crate::fact::Origin;
use crate::secret::Secret;

/// The name by which places in the body of an answer are called that no file holds.
pub const ANSWER: &str = "answer";

/// One question and what came back.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What was asked, as far as it is known.
    pub request: Request,
    /// What came of it.
    pub outcome: Outcome,
    /// Who told us.
    pub via: Via,
}

impl Exchange {
    /// The status of the answer, where one came.
    pub fn status(&self) -> Option<u16> {
        self.outcome.status()
    }

    /// The answer, where one came.
    pub fn answer(&self) -> Option<&Answer> {
        self.outcome.answer()
    }

    /// Where it was seen: in a text, or at the host that was asked.
    pub fn origin(&self) -> Origin {
        match &self.via {
            Via::Text(origin) => origin.clone(),
            Via::Probe | Via::Capture => Origin::Host(self.request.url.clone()),
        }
    }
}

/// A request as it was sent.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// HTTP method; empty where it is not known.
    pub method: String,
    /// Absolute URL without its query; empty where it is not known.
    pub url: String,
    /// What follows the `?` of the URL, as it was written; `None` where there is no `?`.
    pub query: Option<Secret>,
    /// Header fields in their order and letter case. Values may be secrets.
    pub headers: Vec<(String, Secret)>,
    /// The bytes of the body, as far as they are known.
    pub body: Secret,
}

impl Request {
    /// The pieces of the query, as they were written: a name, and what follows its `=`.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let query = self.query.as_ref().and_then(Secret::expose_str).unwrap_or_default();
        query.split('&').filter(|piece| !piece.is_empty()).map(|piece| match piece.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (piece, None),
        })
    }

    /// Whether its method asks and changes nothing (RFC 9110, section 9.2.1), as far as clients use it.
    pub fn is_safe(&self) -> bool {
        ["GET", "HEAD", "OPTIONS"].contains(&self.method.as_str())
    }

    /// The value of the first field of this name, in whatever letter case.
    pub fn header(&self, name: &str) -> Option<&Secret> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// How a request is to be sent, where that is not the usual way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// The version of HTTP to insist on.
    pub version: Option<Version>,
    /// The version of IP to insist on.
    pub family: Option<Family>,
    /// The proxy to go through.
    pub proxy: Proxy,
    /// Where to connect in place of what a URL names; the first that fits counts.
    pub instead: Vec<Instead>,
    /// Whether a certificate that nobody vouches for is taken all the same.
    pub insecure: bool,
    /// A file of certificates to trust besides those of the system.
    pub authorities: Option<String>,
    /// Whether a redirect is followed, hop by hop.
    pub follow: bool,
    /// Whether a hop on another host gets the credential, too.
    pub trusts_hops: bool,
    /// How long the whole may take, in milliseconds.
    pub within: Option<u64>,
}

/// Where to connect in place of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// The host in small letters; any where it is empty.
    pub host: String,
    /// Its port; any where there is none.
    pub port: Option<u16>,
    /// Addresses or another host, tried one after the other; the same host where there are none.
    pub to: Vec<String>,
    /// The port there; the same where there is none.
    pub at: Option<u16>,
}

/// A version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.0 (RFC 1945).
    Http10,
    /// HTTP/1.1 (RFC 9112).
    Http11,
    /// HTTP/2 (RFC 9113).
    Http2,
}

/// A version of the Internet Protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// Which proxy a request goes through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proxy {
    /// The one that the environment names, as curl reads it.
    #[default]
    OfEnvironment,
    /// None.
    None,
    /// This one. URL; it may hold a user and a password.
    At(Secret),
}

/// What came of a request. A failure on our side is never written as a status.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The server, or something before it, answered.
    Answered(Answer),
    /// Nobody answered, and why.
    Unreachable(Unreachable),
    /// The client did not send it, and why: the text it gave.
    NotSent(String),
}

impl Outcome {
    /// The answer, where one came.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Answered(answer) => Some(answer),
            Self::Unreachable(_) | Self::NotSent(_) => None,
        }
    }

    /// The status of the answer, where one came.
    pub fn status(&self) -> Option<u16> {
        self.answer()?.status
    }
}

/// Why nobody answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreachable {
    /// How far it came.
    pub at: Hurdle,
    /// What was said there, in a sentence without a full stop.
    pub why: String,
}

/// How far a request came that nobody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hurdle {
    /// The host's name has no address (DNS).
    Name,
    /// Nobody listens at the address, or nothing leads there (TCP).
    Connect,
    /// A proxy on the way refused.
    Proxy,
    /// No secure connection came about (TLS), for another reason than trust.
    Tls,
    /// The certificate is not to be trusted.
    Trust(Distrust),
    /// It took too long.
    Time,
    /// What came is no HTTP, or ended halfway.
    Answer,
    /// Nothing is known but that no answer came.
    Unknown,
}

/// Why a certificate is not to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// Nobody whom this machine trusts vouches for it.
    Issuer,
    /// It is no longer valid.
    Expired,
    /// It is not valid yet.
    NotYet,
    /// It is for other names.
    Name,
    /// Anything else.
    Other,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match self.at {
            Hurdle::Name => "the name of the host was not found",
            Hurdle::Connect => "no connection came about",
            Hurdle::Proxy => "the proxy did not let it through",
            Hurdle::Tls => "no secure connection came about",
            Hurdle::Trust(_) => "the certificate is not trusted",
            Hurdle::Time => "it took too long",
            Hurdle::Answer => "what came is no whole answer",
            Hurdle::Unknown => "no answer came",
        };
        if self.why.is_empty() { f.write_str(stage) } else { write!(f, "{stage}: {}", self.why) }
    }
}

/// An HTTP answer, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Status code, where it is known.
    pub status: Option<u16>,
    /// Header fields in their order and letter case.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body.
    pub body: String,
}

impl Answer {
    /// The status, where it leads elsewhere (RFC 9110, section 15.4).
    pub fn redirects(&self) -> Option<u16> {
        self.status.filter(|status| matches!(status, 301 | 302 | 303 | 307 | 308))
    }

    /// The value of the first field of this name, in whatever letter case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Who told us of an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// A probe of ours.
    Probe,
    /// The capture proxy.
    Capture,
    /// A text: a log, a HAR, a pasted error.
    Text(Origin),
}
