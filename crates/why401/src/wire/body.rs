//! Bodies: read as far as a refusal ever is long, for as long as anybody waits for one, and unpacked no further than that.

use std::io::Read;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::time::{Instant, timeout_at};

use super::stream::Stream;

/// So much of a body is kept, packed and unpacked.
const KEPT: usize = 64 << 10;
/// What a caller waits for a body after its head.
const WITHIN: Duration = Duration::from_secs(5);
/// The body of an exchange that must end soon ends so much earlier.
const SPARE: Duration = Duration::from_millis(100);
/// So much more is read to come to its end, so that the connection can be used again.
const DRAINED: usize = 256 << 10;

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// It is so long.
    Length(u64),
    /// In chunks, each with its length.
    Chunked,
    /// By the end of the connection.
    Close,
}

/// What was read of a body.
pub(super) struct Body {
    /// The beginning, without the frames of chunks.
    pub bytes: Vec<u8>,
    /// Whether its end was reached and all of it was kept.
    pub whole: bool,
    /// Whether nothing lies behind its end: what does is an answer that nobody asked for.
    pub is_clean: bool,
}

/// Reads a body whose beginning may lie in `buffer` already.
pub(super) async fn read(stream: &mut Stream, buffer: Vec<u8>, framing: Framing, until: Instant) -> Body {
    let mut reading = Reading::new(buffer, framing);
    let done = timeout_at(patience(until), async {
        loop {
            reading.take();
            match reading.state {
                State::End => return true,
                State::Broken => return false,
                _ if reading.seen > DRAINED => return false,
                _ => {}
            }
            match stream.read_buf(&mut reading.raw).await {
                Ok(0) | Err(_) => return matches!(reading.state, State::UntilClose),
                Ok(_) => {}
            }
        }
    });
    let ended = done.await.unwrap_or(false);
    let whole = ended && reading.seen <= KEPT;
    Body { bytes: reading.out, whole, is_clean: reading.raw.is_empty() }
}

/// Until when a body is waited for: a head that came is an answer, whatever becomes of its body.
pub(super) fn patience(until: Instant) -> Instant {
    let late = until.checked_sub(SPARE).unwrap_or(until);
    late.min(Instant::now() + WITHIN)
}

/// Where in the frames the reading stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Left(u64),
    UntilClose,
    ChunkLine,
    ChunkEnd,
    Trailer,
    End,
    Broken,
}

impl State {
    fn of(framing: Framing) -> Self {
        match framing {
            Framing::Length(0) => Self::End,
            Framing::Length(length) => Self::Left(length),
            Framing::Chunked => Self::ChunkLine,
            Framing::Close => Self::UntilClose,
        }
    }
}

struct Reading {
    raw: Vec<u8>,
    out: Vec<u8>,
    state: State,
    /// What follows when a length has been read.
    then: State,
    seen: usize,
}

/// So many encodings one upon the other are taken off; nobody needs two.
const ENCODINGS: usize = 4;

/// A line between chunks may be so long.
const LINE: usize = 8 << 10;

impl Reading {
    fn new(raw: Vec<u8>, framing: Framing) -> Self {
        let then = if framing == Framing::Chunked { State::ChunkEnd } else { State::End };
        Self { raw, out: Vec::new(), state: State::of(framing), then, seen: 0 }
    }

    /// Takes what lies in the buffer as far as it can be understood.
    fn take(&mut self) {
        loop {
            match self.state {
                State::UntilClose => {
                    let count = self.raw.len();
                    self.keep(count);
                    return;
                }
                State::Left(left) => {
                    let count = self.raw.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                    if count == 0 {
                        return;
                    }
                    self.keep(count);
                    let left = left - count as u64;
                    self.state = if left == 0 { self.then } else { State::Left(left) };
                }
                State::ChunkLine | State::ChunkEnd | State::Trailer => {
                    let Some(end) = memchr::memchr(b'\n', &self.raw) else {
                        if self.raw.len() > LINE {
                            self.state = State::Broken;
                        }
                        return;
                    };
                    let line = self.raw[..end].trim_ascii().to_vec();
                    self.raw.drain(..=end);
                    self.state = after(self.state, &line);
                    self.seen += end;
                }
                State::End | State::Broken => return,
            }
        }
    }

    fn keep(&mut self, count: usize) {
        let room = KEPT.saturating_sub(self.out.len());
        self.out.extend_from_slice(&self.raw[..count.min(room)]);
        self.seen += count;
        self.raw.drain(..count);
    }
}

/// What follows a line of the frame (RFC 9112, section 7.1).
fn after(state: State, line: &[u8]) -> State {
    match state {
        State::ChunkEnd if line.is_empty() => State::ChunkLine,
        State::Trailer if line.is_empty() => State::End,
        State::Trailer => State::Trailer,
        State::ChunkLine => {
            let digits = std::str::from_utf8(line).unwrap_or_default().split(';').next().unwrap_or_default().trim();
            // Rust reads a sign before a number; a chunk's length has none.
            let length = Some(digits).filter(|digits| !digits.starts_with('+'));
            match length.and_then(|digits| u64::from_str_radix(digits, 16).ok()) {
                Some(0) => State::Trailer,
                Some(length) => State::Left(length),
                None => State::Broken,
            }
        }
        _ => State::Broken,
    }
}

/// The text of a body, unpacked; also tells whether more would have come out of it.
pub(super) fn decoded(bytes: &[u8], headers: &[(String, String)]) -> (String, bool) {
    let encodings = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
    let encodings: Vec<String> =
        encodings.flat_map(|(_, value)| value.split(',')).map(|word| word.trim().to_ascii_lowercase()).collect();
    let mut bytes = bytes.to_vec();
    let mut is_cut = false;
    if encodings.len() > ENCODINGS {
        return (String::new(), true);
    }
    for encoding in encodings.iter().rev() {
        let mut out = Vec::new();
        let limit = KEPT as u64 + 1;
        // What could be unpacked before an error is better than nothing.
        let _ = match encoding.as_str() {
            "gzip" | "x-gzip" => flate2::read::MultiGzDecoder::new(&bytes[..]).take(limit).read_to_end(&mut out),
            "deflate" if bytes.first().is_some_and(|first| first & 0x0f == 8) => {
                flate2::read::ZlibDecoder::new(&bytes[..]).take(limit).read_to_end(&mut out)
            }
            "deflate" => flate2::read::DeflateDecoder::new(&bytes[..]).take(limit).read_to_end(&mut out),
            "br" => brotli_decompressor::Decompressor::new(&bytes[..], 4096).take(limit).read_to_end(&mut out),
            "zstd" => match ruzstd::decoding::StreamingDecoder::new(&bytes[..]) {
                Ok(decoder) => decoder.take(limit).read_to_end(&mut out),
                Err(_) => Ok(0),
            },
            _ => continue,
        };
        is_cut |= out.len() > KEPT;
        out.truncate(KEPT);
        bytes = out;
    }
    (String::from_utf8_lossy(&bytes).into_owned(), is_cut)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn taken(framing: Framing, pieces: &[&[u8]]) -> (String, State) {
        let mut reading = Reading::new(Vec::new(), framing);
        for piece in pieces {
            reading.raw.extend_from_slice(piece);
            reading.take();
        }
        (String::from_utf8(reading.out).unwrap(), reading.state)
    }

    #[test]
    fn frames() {
        for (framing, text, expected, state) in [
            (Framing::Length(3), "abcd", "abc", State::End),
            (Framing::Length(9), "abcd", "abcd", State::Left(5)),
            (Framing::Close, "abcd", "abcd", State::UntilClose),
            (Framing::Chunked, "2\r\nab\r\n1;x=y\r\nc\r\n0\r\nA: b\r\n\r\n", "abc", State::End),
            (Framing::Chunked, "2\nab\n0\n\n", "ab", State::End),
            (Framing::Chunked, "zz\r\n", "", State::Broken),
            (Framing::Chunked, "+2\r\nab\r\n", "", State::Broken),
            (Framing::Chunked, "-2\r\nab\r\n", "", State::Broken),
            (Framing::Chunked, "fffffffffffffffff\r\nab\r\n", "", State::Broken),
            (Framing::Chunked, "ffffffffffffffff\r\nab\r\n", "ab\r\n", State::Left(u64::MAX - 4)),
            (Framing::Chunked, "2\r\nabX\r\n", "ab", State::Broken),
        ] {
            assert_eq!(taken(framing, &[text.as_bytes()]), (expected.to_owned(), state), "{text:?}");
            let single: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
            assert_eq!(taken(framing, &single), (expected.to_owned(), state), "{text:?} byte by byte");
        }
    }

    #[test]
    fn packed() {
        let field = |value: &str| vec![("Content-Encoding".to_owned(), value.to_owned())];
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&vec![b'a'; 10 << 20]).unwrap();
        let bomb = packer.finish().unwrap();
        let (text, is_cut) = decoded(&bomb, &field("gzip"));
        assert_eq!((text.len(), is_cut), (KEPT, true));
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(b"no").unwrap();
        assert_eq!(decoded(&packer.finish().unwrap(), &field("deflate")), ("no".to_owned(), false));
        assert_eq!(decoded(b"plain", &field("gzip")), (String::new(), false));
        assert_eq!(decoded(b"plain", &field("identity")), ("plain".to_owned(), false));
        assert_eq!(decoded(b"plain", &field(&"br,".repeat(5000))), (String::new(), true));
    }
}
