//! Exchange: one request as it was really sent, and what came of it.

use crate::fact::Origin;
use crate::secret::Secret;

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
    /// Header fields in their order and letter case. Values may be secrets.
    pub headers: Vec<(String, Secret)>,
    /// Query parameters. Values may be secrets.
    pub query: Vec<(String, Secret)>,
}

/// What came of a request. A failure on our side is never written as a status.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The server, or something before it, answered.
    Answered(Answer),
    /// Nobody answered, and why.
    Unreachable(String),
    /// The client did not send it, and why: the text it gave.
    NotSent(String),
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
