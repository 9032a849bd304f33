//! The head of one message of HTTP/1.1 as it came, byte for byte, and what it says.

use crate::secret::Secret;

/// A head: its first line, its fields, the empty line.
#[derive(Debug)]
pub struct Head {
    raw: Secret,
}

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    None,
    /// It is so long.
    Length(u64),
    /// In chunks, each with its length.
    Chunked,
    /// By the end of the connection.
    Close,
}

impl Head {
    /// Takes the bytes of one head, its empty line included.
    pub(super) fn new(raw: impl Into<Vec<u8>>) -> Self {
        Self { raw: Secret::new(raw) }
    }

    /// The bytes as they came.
    pub fn bytes(&self) -> &[u8] {
        self.raw.expose()
    }

    /// Its lines, without their ends.
    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let lines = self.bytes().split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        lines.take_while(|line| !line.is_empty())
    }

    /// Method, target and version of a request line.
    pub fn request_line(&self) -> Option<(&[u8], &[u8], &[u8])> {
        let line = self.lines().next()?;
        let first = memchr::memchr(b' ', line)?;
        let last = memchr::memrchr(b' ', line)?;
        let (method, target, version) = (&line[..first], line.get(first + 1..last)?, &line[last + 1..]);
        (version.starts_with(b"HTTP/1.") && !method.is_empty() && method.iter().copied().all(is_token))
            .then_some((method, target, version))
    }

    /// The status of an answer.
    pub fn status(&self) -> Option<u16> {
        let line = self.lines().next()?;
        if !line.starts_with(b"HTTP/1.") {
            return None;
        }
        let mut words = line.split(|byte| *byte == b' ').skip(1).filter(|word| !word.is_empty());
        let digits = words.next().filter(|word| word.len() == 3 && word.iter().all(u8::is_ascii_digit))?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    /// Whether it is of HTTP/1.0.
    pub fn is_old(&self) -> bool {
        let line = self.lines().next().unwrap_or_default();
        line.starts_with(b"HTTP/1.0") || line.ends_with(b"HTTP/1.0")
    }

    /// The fields: name, and value behind its colon and one blank. A line without a colon is a name without a value.
    pub fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.lines().skip(1).map(|line| match memchr::memchr(b':', line) {
            Some(colon) => {
                let value = &line[colon + 1..];
                (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
            }
            None => (line, &b""[..]),
        })
    }

    /// The values of the fields of this name.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.fields().filter(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| value.trim_ascii())
    }

    /// Whether one of the words of such a field is this one.
    pub fn says(&self, name: &str, word: &str) -> bool {
        self.values(name)
            .flat_map(|value| value.split(|byte| *byte == b','))
            .any(|own| own.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    }

    /// How the end of the body is told (RFC 9112, section 6.3), as far as the head itself says it.
    pub(super) fn framing(&self, otherwise: Framing) -> Framing {
        let mut length = None;
        for (name, value) in self.fields() {
            if name.eq_ignore_ascii_case(b"transfer-encoding") {
                if value.to_ascii_lowercase().windows(7).any(|word| word == b"chunked") {
                    return Framing::Chunked;
                }
            } else if length.is_none() && name.eq_ignore_ascii_case(b"content-length") {
                let digits = value.trim_ascii();
                let all = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
                length = Some(digits).filter(|_| all).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
            }
        }
        match length {
            Some(0) => Framing::None,
            Some(length) => Framing::Length(length),
            None => otherwise,
        }
    }
}

/// Whether a byte may stand in a name (RFC 9110, section 5.6.2).
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
