//! A raw request, as a proxy or a dump has it: its lines end in CRLF (RFC 9112, section 2.2), and its body is taken byte for byte.

use super::{Asked, Draft, Refused, http_file};
use crate::secret::Secret;

/// What is taken as it stands, whatever a person's file would mean by it.
#[derive(Clone, Debug)]
pub(super) struct Exactly {
    body: Secret,
    /// The field of its length: at which place among the fields, with its name and value.
    length: Option<(usize, String, String)>,
}

/// The draft of a raw request; `None` where the text is none.
pub fn raw(bytes: &[u8]) -> Option<Result<Draft, Refused>> {
    let end = memchr::memmem::find(bytes, b"\r\n\r\n")?;
    let head = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let mut lines = head.split("\r\n");
    let is_request = lines.next()?.rsplit_once(' ').is_some_and(|(_, version)| version.starts_with("HTTP/"));
    if !is_request || head.replace("\r\n", "").contains(['\r', '\n']) {
        return None;
    }
    let fields = lines.filter_map(|line| line.split_once(':'));
    let length = fields.enumerate().find(|(_, (name, _))| name.eq_ignore_ascii_case("content-length"));
    let length = length.map(|(at, (name, value))| (at, name.to_owned(), value.trim().to_owned()));
    let body = Secret::new(bytes.get(end + 4..)?);
    Some(http_file(head, None).map(|draft| draft.exactly(Exactly { body, length })))
}

impl Exactly {
    /// Puts it into the request.
    pub(super) fn put(&self, asked: &mut Asked) {
        asked.request.body = self.body.clone();
        if let Some((at, name, value)) = &self.length {
            let at = (*at).min(asked.request.headers.len());
            asked.request.headers.insert(at, (name.clone(), Secret::from(value.as_str())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_taken_byte_for_byte() {
        let bytes = b"PUT /a HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\nX-Acme: 1\r\n\r\n\xff\r\n###\n{{b}}";
        let asked = raw(bytes).unwrap().unwrap().fill(&|_| None).unwrap();
        assert_eq!(asked.request.body.expose(), b"\xff\r\n###\n{{b}}");
        let names: Vec<&str> = asked.request.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Host", "Content-Length", "X-Acme"]);
        assert_eq!(asked.request.header("content-length").and_then(Secret::expose_str), Some("9"));
    }

    #[test]
    fn what_is_no_raw_request() {
        for text in
            ["", "GET https://a.test\n\nx", "GET /a HTTP/1.1\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "{}\r\n\r\n"]
        {
            assert!(raw(text.as_bytes()).is_none(), "{text:?}");
        }
    }
}
