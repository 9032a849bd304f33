//! A tap: it listens to the bytes of a connection as they pass, changes none, holds none back, and tells which calls they
//! are. What it does not understand passes all the same.

mod frames;
pub mod head;
mod hpack;
mod http1;
mod http2;
mod huffman;
pub mod scan;

use crate::exchange::{Request, Version};

/// The most of an answer's body that is kept.
pub const KEPT: usize = 64 << 10;
/// The most of a request's body that is kept until its answer comes.
const ASKED: usize = 16 << 10;

/// What a tap noticed. `call` numbers the calls of one connection.
#[derive(Debug)]
pub enum Noticed {
    /// The head of a request has passed.
    Asked {
        /// Which call.
        call: u32,
    },
    /// The head of its answer has passed.
    Heard {
        /// Which call.
        call: u32,
    },
    /// All that will be kept of a call is known: its head, and of a refusal the body.
    Told(Box<Spoken>),
    /// The last byte of a call has passed, or the last that will.
    Ended {
        /// Which call.
        call: u32,
        /// Bytes of the request's body, without what frames it.
        sent: u64,
        /// Bytes of the answer's body, without what frames it.
        came: u64,
        /// Whether both came to their end.
        whole: bool,
    },
    /// From here on the connection carries something else: a WebSocket, a tunnel.
    Switched {
        /// The call that asked for it.
        call: u32,
    },
    /// From here on the bytes are not understood, and only pass.
    Lost(&'static str),
}

/// A request, and the answer as far as one came.
#[derive(Debug)]
pub struct Spoken {
    /// Which call of its connection.
    pub call: u32,
    /// The request as it passed. A body is there where the answer is a refusal: its beginning.
    pub request: Request,
    /// In which version of HTTP it was asked.
    pub version: Version,
    /// The answer; `None` where none came.
    pub answer: Option<Told>,
    /// Why none came, in words; empty where one did.
    pub why: &'static str,
}

/// An answer as it passed.
#[derive(Debug)]
pub struct Told {
    /// Status code.
    pub status: u16,
    /// Header fields in their order and letter case.
    pub headers: Vec<(String, String)>,
    /// The beginning of a refusal's body, packed as it came; of other answers nothing.
    pub body: Vec<u8>,
    /// Whether that is all of it.
    pub is_whole: bool,
}

/// Both directions of one connection.
#[derive(Debug)]
pub struct Tap {
    origin: String,
    speech: Speech,
}

#[derive(Debug)]
enum Speech {
    /// Nothing has been said, or too little of it to know: what the client said, and the server.
    Unknown(Vec<u8>, Vec<u8>),
    Http1(Box<http1::Talk>),
    Http2(Box<http2::Talk>),
    Nothing,
}

impl Tap {
    /// A connection to `origin`: scheme, host, and the port where it is not the usual one.
    pub fn new(origin: impl Into<String>) -> Self {
        Self { origin: origin.into(), speech: Speech::Unknown(Vec::new(), Vec::new()) }
    }

    /// Bytes that the client sent.
    pub fn sent(&mut self, bytes: &[u8], noticed: &mut Vec<Noticed>) {
        match &mut self.speech {
            Speech::Unknown(sent, _) => {
                sent.extend_from_slice(bytes);
                self.recognise(noticed);
            }
            Speech::Http1(talk) => talk.sent(bytes, &self.origin, noticed),
            Speech::Http2(talk) => talk.sent(bytes, &self.origin, noticed),
            Speech::Nothing => {}
        }
        self.settle(noticed);
    }

    /// Bytes that the server sent.
    pub fn came(&mut self, bytes: &[u8], noticed: &mut Vec<Noticed>) {
        match &mut self.speech {
            Speech::Unknown(_, came) => {
                came.extend_from_slice(bytes);
                self.recognise(noticed);
            }
            Speech::Http1(talk) => talk.came(bytes, noticed),
            Speech::Http2(talk) => talk.came(bytes, noticed),
            Speech::Nothing => {}
        }
        self.settle(noticed);
    }

    /// Decides what is spoken, as soon as the first bytes show it.
    fn recognise(&mut self, noticed: &mut Vec<Noticed>) {
        let Speech::Unknown(sent, came) = &mut self.speech else { return };
        let known = sent.len().min(frames::PREFACE.len());
        let is_http2 = sent[..known] == frames::PREFACE[..known];
        let is_settings = frames::may_be_settings(came);
        if is_http2 && is_settings && known < frames::PREFACE.len() && came.len() < 9 {
            return;
        }
        let (sent, came) = (std::mem::take(sent), std::mem::take(came));
        if is_http2 && is_settings {
            self.speech = Speech::Http2(Box::default());
        } else if came.is_empty() {
            self.speech = Speech::Http1(Box::default());
        } else {
            // Who speaks first is no server of HTTP/1.1.
            return noticed.push(Noticed::Lost("the server speaks first"));
        }
        self.sent(&sent, noticed);
        self.came(&came, noticed);
    }

    /// Nothing more will pass.
    pub fn closed(&mut self, noticed: &mut Vec<Noticed>) {
        match &mut self.speech {
            Speech::Http1(talk) => talk.closed(noticed),
            Speech::Http2(talk) => talk.closed(noticed),
            Speech::Unknown(..) | Speech::Nothing => {}
        }
    }

    /// Whether it still tells anything.
    pub fn is_listening(&self) -> bool {
        !matches!(self.speech, Speech::Nothing)
    }

    /// What is lost or switched needs no memory.
    fn settle(&mut self, noticed: &[Noticed]) {
        if matches!(noticed.last(), Some(Noticed::Lost(_))) {
            self.speech = Speech::Nothing;
        }
    }
}

#[cfg(test)]
mod tests;
