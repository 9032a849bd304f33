//! The calls of one connection of HTTP/2: many at once, each on a stream of its own.

use std::collections::HashMap;

use super::frames::{Frames, Part};
use super::hpack::{Field, Table};
use super::{ASKED, KEPT, Noticed, Spoken, Told};
use crate::exchange::{Request, Version};
use crate::secret::Secret;

/// No sides agree on so many streams at once.
const STREAMS: usize = 1 << 16;

/// Both directions.
#[derive(Debug)]
pub(super) struct Talk {
    client: Side,
    server: Side,
    calls: HashMap<u32, Open>,
    is_lost: bool,
}

#[derive(Debug)]
struct Side {
    frames: Frames,
    table: Table,
}

#[derive(Debug, Default)]
struct Open {
    request: Request,
    body: Vec<u8>,
    sent: u64,
    is_asked: bool,
    /// The answer until it is told.
    told: Option<Told>,
    has_answer: bool,
    /// Whether its outcome stands behind its body, as that of gRPC does.
    ends_in_trailers: bool,
    came: u64,
    is_answered: bool,
}

impl Default for Talk {
    fn default() -> Self {
        Self {
            client: Side { frames: Frames::of_client(), table: Table::default() },
            server: Side { frames: Frames::of_server(), table: Table::default() },
            calls: HashMap::new(),
            is_lost: false,
        }
    }
}

impl Talk {
    pub(super) fn sent(&mut self, mut bytes: &[u8], origin: &str, noticed: &mut Vec<Noticed>) {
        while !bytes.is_empty() && !self.is_lost {
            let (used, part) = self.client.frames.step(bytes);
            bytes = &bytes[used..];
            match part {
                Part::Nothing => {}
                Part::Opaque => self.lose("what the client sends is no HTTP/2", noticed),
                Part::Block { stream, block, is_end, .. } => match self.client.table.fields(&block) {
                    Some(fields) => self.asked(stream, fields, is_end, origin, noticed),
                    None => self.lose("the fields that the client sends are not understood", noticed),
                },
                Part::Data { stream, bytes, is_end } => {
                    let Some(call) = self.calls.get_mut(&stream) else { continue };
                    call.sent += bytes.len() as u64;
                    let room = ASKED.saturating_sub(call.body.len());
                    call.body.extend_from_slice(&bytes[..bytes.len().min(room)]);
                    call.is_asked |= is_end;
                    self.settle(stream, noticed);
                }
                Part::Reset { stream, .. } => self.broken(stream, "the client gave it up", noticed),
            }
        }
    }

    fn asked(&mut self, stream: u32, fields: Vec<Field>, is_end: bool, origin: &str, noticed: &mut Vec<Noticed>) {
        if let Some(call) = self.calls.get_mut(&stream) {
            // Fields behind a body.
            call.is_asked |= is_end;
            return self.settle(stream, noticed);
        }
        if self.calls.len() >= STREAMS {
            return self.lose("too many calls are open at once", noticed);
        }
        let call = Open { request: request(fields, origin), is_asked: is_end, ..Open::default() };
        self.calls.insert(stream, call);
        noticed.push(Noticed::Asked { call: stream });
    }

    pub(super) fn came(&mut self, mut bytes: &[u8], noticed: &mut Vec<Noticed>) {
        while !bytes.is_empty() && !self.is_lost {
            let (used, part) = self.server.frames.step(bytes);
            bytes = &bytes[used..];
            match part {
                Part::Nothing => {}
                Part::Opaque => self.lose("what the server sends is no HTTP/2", noticed),
                Part::Block { stream, block, is_end, is_promise } => match self.server.table.fields(&block) {
                    Some(_) if is_promise => {}
                    Some(fields) => self.answered(stream, fields, is_end, noticed),
                    None => self.lose("the fields that the server sends are not understood", noticed),
                },
                Part::Data { stream, bytes, is_end } => {
                    let Some(call) = self.calls.get_mut(&stream) else { continue };
                    call.came += bytes.len() as u64;
                    call.is_answered |= is_end;
                    if let Some(told) = &mut call.told {
                        let room = KEPT.saturating_sub(told.body.len());
                        told.body.extend_from_slice(&bytes[..bytes.len().min(room)]);
                        if room < bytes.len() && !call.ends_in_trailers {
                            call.tell(stream, false, noticed);
                        }
                    }
                    self.settle(stream, noticed);
                }
                // 0: it needs no more of the request (RFC 9113, section 8.1).
                Part::Reset { stream, code: 0 } if self.calls.get(&stream).is_some_and(|call| call.is_answered) => {
                    self.broken(stream, "", noticed);
                }
                Part::Reset { stream, .. } => self.broken(stream, "the server broke it off", noticed),
            }
        }
    }

    fn answered(&mut self, stream: u32, fields: Vec<Field>, is_end: bool, noticed: &mut Vec<Noticed>) {
        let Some(call) = self.calls.get_mut(&stream) else { return };
        let text = |bytes: Vec<u8>| {
            String::from_utf8(bytes).unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned())
        };
        let status = fields.iter().find(|(name, _)| name == b":status");
        let status = status.and_then(|(_, value)| std::str::from_utf8(value).ok()?.parse().ok());
        let headers = fields.into_iter().filter(|(name, _)| !name.starts_with(b":"));
        let headers = headers.map(|(name, value)| (text(name), text(value)));
        call.is_answered |= is_end;
        match status {
            Some(100..=199) => {}
            Some(status) if !call.has_answer => {
                let headers: Vec<_> = headers.collect();
                call.has_answer = true;
                let is_grpc =
                    |(name, value): &(String, String)| name == "content-type" && value.starts_with("application/grpc");
                call.ends_in_trailers = headers.iter().any(is_grpc);
                call.told = Some(Told { status, headers, body: Vec::new(), is_whole: true });
                noticed.push(Noticed::Heard { call: stream });
                if status < 400 && !call.ends_in_trailers {
                    call.tell(stream, true, noticed);
                }
            }
            _ => {
                if let Some(told) = &mut call.told {
                    told.headers.extend(headers);
                }
            }
        }
        self.settle(stream, noticed);
    }

    /// Ends a call on which both have said all.
    fn settle(&mut self, stream: u32, noticed: &mut Vec<Noticed>) {
        let Some(call) = self.calls.get_mut(&stream) else { return };
        if call.is_answered && !call.has_answer {
            return self.broken(stream, "its answer has no head", noticed);
        }
        if call.is_answered {
            call.tell(stream, true, noticed);
            if call.is_asked {
                call.end(stream, noticed);
                self.calls.remove(&stream);
            }
        }
    }

    fn broken(&mut self, stream: u32, why: &'static str, noticed: &mut Vec<Noticed>) {
        if let Some(mut call) = self.calls.remove(&stream) {
            call.break_off(stream, why, noticed);
        }
    }

    /// Nothing more will pass.
    pub(super) fn closed(&mut self, noticed: &mut Vec<Noticed>) {
        let mut calls: Vec<(u32, Open)> = self.calls.drain().collect();
        calls.sort_unstable_by_key(|(stream, _)| *stream);
        for (stream, mut call) in calls {
            call.break_off(stream, "the connection was closed without an answer", noticed);
        }
    }

    fn lose(&mut self, why: &'static str, noticed: &mut Vec<Noticed>) {
        self.is_lost = true;
        self.closed(noticed);
        noticed.push(Noticed::Lost(why));
    }
}

impl Open {
    /// Tells the call, once.
    fn tell(&mut self, stream: u32, is_whole: bool, noticed: &mut Vec<Noticed>) {
        let Some(mut told) = self.told.take() else { return };
        told.is_whole = is_whole;
        let mut request = std::mem::take(&mut self.request);
        if told.status >= 400 {
            request.body = Secret::new(std::mem::take(&mut self.body));
        } else {
            told.body = Vec::new();
        }
        let spoken = Spoken { call: stream, request, version: Version::Http2, answer: Some(told), why: "" };
        noticed.push(Noticed::Told(Box::new(spoken)));
    }

    fn end(&self, stream: u32, noticed: &mut Vec<Noticed>) {
        let whole = self.is_asked && self.is_answered;
        noticed.push(Noticed::Ended { call: stream, sent: self.sent, came: self.came, whole });
    }

    fn break_off(&mut self, stream: u32, why: &'static str, noticed: &mut Vec<Noticed>) {
        if self.has_answer {
            self.tell(stream, self.is_answered, noticed);
        } else {
            let request = std::mem::take(&mut self.request);
            let spoken = Spoken { call: stream, request, version: Version::Http2, answer: None, why };
            noticed.push(Noticed::Told(Box::new(spoken)));
        }
        self.end(stream, noticed);
    }
}

/// The request that some fields make.
fn request(fields: Vec<Field>, origin: &str) -> Request {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let named = |wanted: &[u8]| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_slice());
    let target = named(b":path").unwrap_or_default();
    let (path, query) = match memchr::memchr(b'?', target) {
        Some(at) => (&target[..at], Some(Secret::new(&target[at + 1..]))),
        None => (target, None),
    };
    let scheme = origin.split_once("://").map_or("https", |(scheme, _)| scheme);
    let url = match named(b":authority").or_else(|| named(b"host")) {
        Some(authority) => format!("{scheme}://{}{}", text(authority), text(path)),
        None => format!("{origin}{}", text(path)),
    };
    let method = text(named(b":method").unwrap_or_default());
    let headers = fields.into_iter().filter(|(name, _)| !name.starts_with(b":"));
    let headers = headers.map(|(name, value)| (text(&name), Secret::new(value))).collect();
    Request { method, url, query, headers, body: Secret::default() }
}
