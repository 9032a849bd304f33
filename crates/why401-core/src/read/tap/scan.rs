//! A scanner: told the bytes of one direction of HTTP/1.1 in whatever pieces, it says what each is.

use super::head::{Framing, Head, is_token};

/// A head may be so long; no server takes one of a tenth.
const HEAD: usize = 256 << 10;
/// A line between chunks may be so long.
const LINE: usize = 16 << 10;

/// What some bytes are.
#[derive(Debug)]
pub enum Part<'b> {
    /// The beginning of something; more must come.
    More,
    /// With them a head is complete.
    Head(Head),
    /// Of a body, without what frames it.
    Body(&'b [u8]),
    /// With them a message is complete.
    End,
    /// Nothing that is understood, now or later.
    Opaque,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head,
    Left(u64),
    ChunkLine,
    Chunk(u64),
    ChunkEnd,
    Trailer,
    UntilClose,
    End,
    Opaque,
}

/// One direction.
#[derive(Debug)]
pub struct Scanner {
    state: State,
    is_answers: bool,
    /// A head or a line of which the rest has not come.
    held: Vec<u8>,
}

impl Scanner {
    /// For what a client sends.
    pub fn requests() -> Self {
        Self { state: State::Head, is_answers: false, held: Vec::new() }
    }

    /// For what a server sends.
    pub fn answers() -> Self {
        Self { is_answers: true, ..Self::requests() }
    }

    /// What the first of `bytes` are, and how many. Called until it says `More` or `Opaque`; `End` may take none.
    pub fn step<'b>(&mut self, bytes: &'b [u8]) -> (usize, Part<'b>) {
        match self.state {
            State::Opaque => (bytes.len(), Part::Opaque),
            State::End => {
                self.state = State::Head;
                (0, Part::End)
            }
            _ if bytes.is_empty() => (0, Part::More),
            State::Head => self.head(bytes),
            State::UntilClose => (bytes.len(), Part::Body(bytes)),
            State::Left(left) | State::Chunk(left) => {
                let count = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                let rest = left - count as u64;
                self.state = match (self.state, rest) {
                    (State::Left(_), 0) => State::End,
                    (State::Left(_), _) => State::Left(rest),
                    (_, 0) => State::ChunkEnd,
                    (..) => State::Chunk(rest),
                };
                (count, Part::Body(&bytes[..count]))
            }
            State::ChunkLine | State::ChunkEnd | State::Trailer => self.line(bytes),
        }
    }

    /// The head that just came is followed by no body, whatever it says: it answers HEAD, or opens a tunnel.
    pub fn no_body(&mut self) {
        if self.state != State::Opaque {
            self.state = State::End;
        }
    }

    /// What follows is no HTTP.
    pub fn give_up(&mut self) {
        self.state = State::Opaque;
        self.held = Vec::new();
    }

    /// Whether it stands between two messages.
    pub fn is_between(&self) -> bool {
        self.state == State::Head && self.held.is_empty()
    }

    /// Whether the end of the connection ends its message as it should.
    pub fn ends_by_close(&self) -> bool {
        self.state == State::UntilClose
    }

    fn opaque<'b>(&mut self, bytes: &'b [u8]) -> (usize, Part<'b>) {
        self.give_up();
        (bytes.len(), Part::Opaque)
    }

    fn head<'b>(&mut self, bytes: &'b [u8]) -> (usize, Part<'b>) {
        let mut skipped = 0;
        if self.held.is_empty() {
            // Empty lines before a message mean nothing (RFC 9112, section 2.2).
            skipped = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let Some(first) = bytes.get(skipped) else { return (bytes.len(), Part::More) };
            if self.is_answers && *first != b'H' || !self.is_answers && !is_token(*first) {
                return self.opaque(bytes);
            }
            if let Some(end) = end_of_head(&bytes[skipped..], 0) {
                let head = Head::new(&bytes[skipped..skipped + end]);
                return self.complete(head, skipped + end, bytes);
            }
        }
        let before = self.held.len();
        self.held.extend_from_slice(&bytes[skipped..]);
        match end_of_head(&self.held, before.saturating_sub(2)) {
            Some(end) => {
                let mut raw = std::mem::take(&mut self.held);
                raw.truncate(end);
                let used = skipped + end - before;
                self.complete(Head::new(raw), used, bytes)
            }
            None if self.held.len() > HEAD => self.opaque(bytes),
            None => (bytes.len(), Part::More),
        }
    }

    fn complete<'b>(&mut self, head: Head, used: usize, bytes: &'b [u8]) -> (usize, Part<'b>) {
        let framing = if self.is_answers {
            match head.status() {
                None => return self.opaque(bytes),
                Some(100..=199 | 204 | 304) => Framing::None,
                Some(_) => head.framing(Framing::Close),
            }
        } else {
            if head.request_line().is_none() {
                return self.opaque(bytes);
            }
            head.framing(Framing::None)
        };
        self.state = match framing {
            Framing::None => State::End,
            Framing::Length(length) => State::Left(length),
            Framing::Chunked => State::ChunkLine,
            Framing::Close => State::UntilClose,
        };
        (used, Part::Head(head))
    }

    /// A line of the frames of chunks (RFC 9112, section 7.1).
    fn line<'b>(&mut self, bytes: &'b [u8]) -> (usize, Part<'b>) {
        let Some(end) = memchr::memchr(b'\n', bytes) else {
            self.held.extend_from_slice(bytes);
            return if self.held.len() > LINE { self.opaque(bytes) } else { (bytes.len(), Part::More) };
        };
        let next = if self.held.is_empty() {
            after(self.state, bytes[..end].trim_ascii())
        } else {
            self.held.extend_from_slice(&bytes[..end]);
            let next = after(self.state, self.held.trim_ascii());
            self.held.clear();
            next
        };
        self.state = next;
        match next {
            State::Opaque => self.opaque(bytes),
            _ => (end + 1, Part::Body(&bytes[..0])),
        }
    }
}

fn after(state: State, line: &[u8]) -> State {
    match state {
        State::ChunkEnd if line.is_empty() => State::ChunkLine,
        State::Trailer if line.is_empty() => State::End,
        State::Trailer => State::Trailer,
        State::ChunkLine => {
            let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
            // Rust reads a sign before a number; a chunk's length has none.
            let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'));
            match digits.and_then(|digits| u64::from_str_radix(digits, 16).ok()) {
                Some(0) => State::Trailer,
                Some(length) => State::Chunk(length),
                None => State::Opaque,
            }
        }
        _ => State::Opaque,
    }
}

/// Where the empty line of a head ends; looked for from `from` on.
fn end_of_head(bytes: &[u8], from: usize) -> Option<usize> {
    for at in memchr::memchr_iter(b'\n', &bytes[from..]) {
        let next = from + at + 1;
        match bytes.get(next) {
            Some(b'\n') => return Some(next + 1),
            Some(b'\r') if bytes.get(next + 1) == Some(&b'\n') => return Some(next + 2),
            _ => {}
        }
    }
    None
}
