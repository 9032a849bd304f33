//! The frames of one direction of HTTP/2 (RFC 9113, section 4), in whatever pieces their bytes come.

/// What a client says first (section 3.4).
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// A head may be so long, packed.
const HEAD: usize = 256 << 10;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const PROMISE: u8 = 5;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 0x1;
const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;
const PRIORITY: u8 = 0x20;

/// Whether these bytes are the beginning of the frame that each side sends first: SETTINGS, of no stream.
pub(super) fn may_be_settings(bytes: &[u8]) -> bool {
    bytes.iter().skip(3).zip([4, 0, 0, 0, 0, 0]).all(|(own, wanted)| *own == wanted)
}

/// What some bytes are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'b> {
    /// Nothing that matters here, or the beginning of something.
    Nothing,
    /// The fields of a stream, packed. `is_promise` where they are of a request that the server makes up (push).
    Block { stream: u32, block: Vec<u8>, is_end: bool, is_promise: bool },
    /// Of a body.
    Data { stream: u32, bytes: &'b [u8], is_end: bool },
    /// A stream is broken off, with this code.
    Reset { stream: u32, code: u32 },
    /// Nothing that is understood, now or later.
    Opaque,
}

/// One direction.
#[derive(Debug)]
pub(super) struct Frames {
    /// How much of the preface has not come.
    preface: usize,
    /// The beginning of a frame's head, or of a payload that is needed whole.
    held: Vec<u8>,
    frame: Option<Frame>,
    /// Fields that go on in the next frame.
    open: Option<Open>,
    is_opaque: bool,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    /// Bytes that have not come.
    left: usize,
    /// Of those, at the end, without meaning.
    padding: usize,
    is_padding_known: bool,
}

#[derive(Debug)]
struct Open {
    stream: u32,
    block: Vec<u8>,
    is_end: bool,
    is_promise: bool,
}

impl Frames {
    /// For what a client sends.
    pub(super) fn of_client() -> Self {
        Self { preface: PREFACE.len(), ..Self::of_server() }
    }

    /// For what a server sends.
    pub(super) fn of_server() -> Self {
        Self { preface: 0, held: Vec::new(), frame: None, open: None, is_opaque: false }
    }

    /// What the first of `bytes` are, and how many; there is at least one.
    pub(super) fn step<'b>(&mut self, bytes: &'b [u8]) -> (usize, Part<'b>) {
        if self.is_opaque {
            return (bytes.len(), Part::Opaque);
        }
        if self.preface > 0 {
            let count = self.preface.min(bytes.len());
            let from = PREFACE.len() - self.preface;
            if bytes[..count] != PREFACE[from..from + count] {
                return self.opaque(bytes);
            }
            self.preface -= count;
            return (count, Part::Nothing);
        }
        match self.frame {
            None => self.head(bytes),
            Some(frame) if frame.kind == DATA => self.data(frame, bytes),
            Some(frame) if matches!(frame.kind, HEADERS | PROMISE | CONTINUATION | RESET) => self.whole(frame, bytes),
            Some(mut frame) => {
                let count = frame.left.min(bytes.len());
                frame.left -= count;
                self.frame = Some(frame).filter(|frame| frame.left > 0);
                (count, Part::Nothing)
            }
        }
    }

    fn opaque<'b>(&mut self, bytes: &'b [u8]) -> (usize, Part<'b>) {
        self.is_opaque = true;
        (self.held, self.open) = (Vec::new(), None);
        (bytes.len(), Part::Opaque)
    }

    fn head<'b>(&mut self, bytes: &'b [u8]) -> (usize, Part<'b>) {
        let count = (9 - self.held.len()).min(bytes.len());
        self.held.extend_from_slice(&bytes[..count]);
        let [a, b, c, kind, flags, d, e, f, g] = self.held[..] else { return (count, Part::Nothing) };
        let left = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
        let stream = u32::from_be_bytes([d, e, f, g]) & 0x7fff_ffff;
        self.held.clear();
        // Fields that go on do so at once (section 6.10).
        if self.open.as_ref().is_some_and(|open| kind != CONTINUATION || open.stream != stream)
            || kind == CONTINUATION && self.open.is_none()
            || matches!(kind, HEADERS | PROMISE | CONTINUATION | RESET) && left > HEAD
        {
            return self.opaque(bytes);
        }
        let is_padding_known = flags & PADDED == 0 || !matches!(kind, DATA | HEADERS | PROMISE);
        let frame = Frame { kind, flags, stream, left, padding: 0, is_padding_known };
        if left > 0 {
            self.frame = Some(frame);
            return (count, Part::Nothing);
        }
        match kind {
            DATA if flags & PADDED == 0 => {
                (count, Part::Data { stream, bytes: &bytes[..0], is_end: flags & END_STREAM != 0 })
            }
            HEADERS | PROMISE | CONTINUATION if flags & PADDED == 0 => (count, self.complete(frame, &[])),
            DATA | HEADERS | PROMISE | RESET => self.opaque(bytes),
            _ => (count, Part::Nothing),
        }
    }

    fn data<'b>(&mut self, mut frame: Frame, bytes: &'b [u8]) -> (usize, Part<'b>) {
        let stream = frame.stream;
        if !frame.is_padding_known {
            frame.is_padding_known = true;
            frame.left -= 1;
            frame.padding = usize::from(bytes[0]);
            if frame.padding > frame.left {
                return self.opaque(bytes);
            }
            let is_over = frame.left == 0;
            self.frame = Some(frame).filter(|_| !is_over);
            let is_end = is_over && frame.flags & END_STREAM != 0;
            return (1, Part::Data { stream, bytes: &bytes[..0], is_end });
        }
        let count = frame.left.min(bytes.len());
        let meant = (frame.left - frame.padding).min(count);
        frame.left -= count;
        frame.padding = frame.padding.min(frame.left);
        let is_over = frame.left == 0;
        self.frame = Some(frame).filter(|_| !is_over);
        let is_end = is_over && frame.flags & END_STREAM != 0;
        (count, Part::Data { stream, bytes: &bytes[..meant], is_end })
    }

    /// A frame whose payload is needed whole.
    fn whole<'b>(&mut self, mut frame: Frame, bytes: &'b [u8]) -> (usize, Part<'b>) {
        let count = frame.left.min(bytes.len());
        frame.left -= count;
        if frame.left > 0 {
            self.held.extend_from_slice(&bytes[..count]);
            self.frame = Some(frame);
            return (count, Part::Nothing);
        }
        self.frame = None;
        let part = if self.held.is_empty() {
            self.complete(frame, &bytes[..count])
        } else {
            self.held.extend_from_slice(&bytes[..count]);
            let held = std::mem::take(&mut self.held);
            self.complete(frame, &held)
        };
        match part {
            Part::Opaque => self.opaque(bytes),
            part => (count, part),
        }
    }

    fn complete<'b>(&mut self, frame: Frame, payload: &[u8]) -> Part<'b> {
        let Frame { kind, flags, stream, .. } = frame;
        if kind == RESET {
            return match payload.try_into().map(u32::from_be_bytes) {
                Ok(code) => Part::Reset { stream, code },
                Err(_) => Part::Opaque,
            };
        }
        let Some(piece) = fields(frame, payload) else { return Part::Opaque };
        let mut open = self.open.take().unwrap_or_else(|| Open {
            stream,
            block: Vec::new(),
            is_end: kind == HEADERS && flags & END_STREAM != 0,
            is_promise: kind == PROMISE,
        });
        open.block.extend_from_slice(piece);
        if open.block.len() > HEAD {
            return Part::Opaque;
        }
        if flags & END_HEADERS == 0 {
            self.open = Some(open);
            return Part::Nothing;
        }
        let Open { stream, block, is_end, is_promise } = open;
        Part::Block { stream, block, is_end, is_promise }
    }
}

/// The packed fields of a payload.
fn fields(frame: Frame, mut payload: &[u8]) -> Option<&[u8]> {
    if !frame.is_padding_known {
        let (padding, rest) = payload.split_first()?;
        payload = rest.get(..rest.len().checked_sub(usize::from(*padding))?)?;
    }
    match frame.kind {
        HEADERS if frame.flags & PRIORITY != 0 => payload.get(5..),
        PROMISE => payload.get(4..),
        _ => Some(payload),
    }
}
