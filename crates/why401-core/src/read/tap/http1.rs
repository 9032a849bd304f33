//! The calls of one connection of HTTP/1.1: which answer belongs to which request.

use std::collections::VecDeque;

use super::head::Head;
use super::scan::{Part, Scanner};
use super::{ASKED, KEPT, Noticed, Spoken, Told};
use crate::exchange::{Request, Version};
use crate::secret::Secret;

/// Both directions.
#[derive(Debug)]
pub(super) struct Talk {
    requests: Scanner,
    answers: Scanner,
    /// Requests without an answer, oldest first.
    open: VecDeque<Open>,
    /// The answer that is passing.
    answer: Option<Passing>,
    /// How many requests there were.
    count: u32,
    /// What follows is no HTTP, as it was agreed.
    is_switched: bool,
    is_lost: bool,
}

#[derive(Debug)]
struct Open {
    call: u32,
    request: Request,
    version: Version,
    body: Vec<u8>,
    sent: u64,
    is_whole: bool,
}

#[derive(Debug)]
struct Passing {
    open: Open,
    told: Option<Told>,
    came: u64,
}

impl Default for Talk {
    fn default() -> Self {
        Self {
            requests: Scanner::requests(),
            answers: Scanner::answers(),
            open: VecDeque::new(),
            answer: None,
            count: 0,
            is_switched: false,
            is_lost: false,
        }
    }
}

impl Talk {
    pub(super) fn sent(&mut self, mut bytes: &[u8], origin: &str, noticed: &mut Vec<Noticed>) {
        loop {
            let (used, part) = self.requests.step(bytes);
            bytes = &bytes[used..];
            match part {
                Part::More => return,
                Part::Opaque => return self.lose("what the client sends is no HTTP", noticed),
                Part::Head(head) => {
                    self.count = self.count.wrapping_add(1);
                    self.open.push_back(Open {
                        call: self.count,
                        version: if head.is_old() { Version::Http10 } else { Version::Http11 },
                        request: request(&head, origin),
                        body: Vec::new(),
                        sent: 0,
                        is_whole: false,
                    });
                    noticed.push(Noticed::Asked { call: self.count });
                }
                Part::Body(piece) => {
                    if let Some(open) = self.last() {
                        open.sent += piece.len() as u64;
                        let room = ASKED.saturating_sub(open.body.len());
                        open.body.extend_from_slice(&piece[..piece.len().min(room)]);
                    }
                }
                Part::End => {
                    if let Some(open) = self.last() {
                        open.is_whole = true;
                    }
                }
            }
        }
    }

    /// The request that is passing: the last one, which may be answered already.
    fn last(&mut self) -> Option<&mut Open> {
        let count = self.count;
        let answered = self.answer.as_mut().map(|answer| &mut answer.open);
        self.open.back_mut().or(answered).filter(|open| open.call == count)
    }

    pub(super) fn came(&mut self, mut bytes: &[u8], noticed: &mut Vec<Noticed>) {
        loop {
            let (used, part) = self.answers.step(bytes);
            bytes = &bytes[used..];
            match part {
                Part::More => return,
                Part::Opaque => return self.lose("what the server sends is no HTTP", noticed),
                Part::Head(head) => self.answered(&head, noticed),
                Part::Body(piece) => {
                    let Some(passing) = &mut self.answer else { continue };
                    passing.came += piece.len() as u64;
                    let Some(told) = &mut passing.told else { continue };
                    let room = KEPT.saturating_sub(told.body.len());
                    told.body.extend_from_slice(&piece[..piece.len().min(room)]);
                    if room < piece.len() {
                        passing.tell(false, noticed);
                    }
                }
                Part::End => {
                    if let Some(mut passing) = self.answer.take() {
                        passing.tell(true, noticed);
                        passing.end(true, noticed);
                    }
                }
            }
        }
    }

    fn answered(&mut self, head: &Head, noticed: &mut Vec<Noticed>) {
        let status = head.status().unwrap_or_default();
        if (100..200).contains(&status) && status != 101 {
            return;
        }
        // A server that closes a connection on which nobody asked may say why; it is nobody's answer.
        let Some(open) = self.open.pop_front() else { return };
        let call = open.call;
        let opens = open.request.method == "CONNECT" && (200..300).contains(&status);
        if open.request.method == "HEAD" || opens {
            self.answers.no_body();
        }
        noticed.push(Noticed::Heard { call });
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers = head.fields().map(|(name, value)| (text(name), text(value.trim_ascii()))).collect();
        let told = Told { status, headers, body: Vec::new(), is_whole: true };
        let mut passing = Passing { open, told: Some(told), came: 0 };
        if status == 101 || opens {
            passing.tell(true, noticed);
            noticed.push(Noticed::Switched { call });
            self.requests.give_up();
            self.answers.give_up();
            self.is_switched = true;
        } else if status < 400 {
            passing.tell(true, noticed);
        }
        self.answer = Some(passing);
    }

    /// The server will send no more.
    pub(super) fn closed(&mut self, noticed: &mut Vec<Noticed>) {
        let by_close = self.answers.ends_by_close() || self.is_switched;
        if let Some(mut passing) = self.answer.take() {
            passing.tell(by_close, noticed);
            passing.end(by_close, noticed);
        }
        for open in self.open.drain(..) {
            let mut passing = Passing { open, told: None, came: 0 };
            let open = &mut passing.open;
            let request = std::mem::take(&mut open.request);
            noticed.push(Noticed::Told(Box::new(Spoken {
                call: open.call,
                request,
                version: open.version,
                answer: None,
                why: "the connection was closed without an answer",
            })));
            passing.end(false, noticed);
        }
    }

    fn lose(&mut self, why: &'static str, noticed: &mut Vec<Noticed>) {
        if !self.is_lost && !self.is_switched {
            self.is_lost = true;
            self.closed(noticed);
            noticed.push(Noticed::Lost(why));
        }
    }
}

impl Passing {
    /// Tells the call, once.
    fn tell(&mut self, is_whole: bool, noticed: &mut Vec<Noticed>) {
        let Some(mut told) = self.told.take() else { return };
        told.is_whole = is_whole;
        let open = &mut self.open;
        let mut request = std::mem::take(&mut open.request);
        if told.status >= 400 {
            request.body = Secret::new(std::mem::take(&mut open.body));
        }
        let spoken = Spoken { call: open.call, request, version: open.version, answer: Some(told), why: "" };
        noticed.push(Noticed::Told(Box::new(spoken)));
    }

    fn end(&self, whole: bool, noticed: &mut Vec<Noticed>) {
        let Open { call, sent, is_whole, .. } = self.open;
        noticed.push(Noticed::Ended { call, sent, came: self.came, whole: whole && is_whole });
    }
}

/// The request that a head makes.
fn request(head: &Head, origin: &str) -> Request {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (method, target, _) = head.request_line().unwrap_or_default();
    let (path, query) = match memchr::memchr(b'?', target) {
        Some(at) => (&target[..at], Some(Secret::new(&target[at + 1..]))),
        None => (target, None),
    };
    let path = text(path);
    let is_whole = path.contains("://");
    let url = if is_whole { path } else { format!("{origin}{path}") };
    let headers = head.fields().map(|(name, value)| (text(name), Secret::new(value))).collect();
    Request { method: text(method), url, query, headers, body: Secret::default() }
}
