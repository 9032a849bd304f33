//! HTTP/1.1 (RFC 9112), and 1.0: requests written by hand, since letter case, order and strange bytes are what is judged;
//! answers read with patience, since they may come from anything.

use std::time::{Instant, SystemTime};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use why401_core::exchange::{Answer, Hurdle, Manner, Request, Version};
use why401_core::secret::Secret;
use why401_core::url::Url;

use super::body::{self, Framing};
use super::dial::{Way, said};
use super::stream::Stream;
use super::{Came, Failed, Until};

/// A head may be so long.
const HEAD: usize = 64 << 10;
/// A head may have so many fields.
const FIELDS: usize = 1000;
/// So many interim answers (1xx) may come before the real one.
const INTERIM: usize = 16;

/// Why there is no answer on this connection.
pub(super) enum Broken {
    /// It was closed before a byte of an answer came.
    BeforeAnything,
    Failed(Failed),
}

impl Broken {
    fn answer(why: impl Into<String>) -> Self {
        Self::Failed(Failed::at(Hurdle::Answer, why))
    }
}

/// Adds what no request can do without.
pub(super) fn complete(request: &mut Request, url: &Url<'_>) {
    if request.header("host").is_none() {
        request.headers.insert(0, ("Host".to_owned(), Secret::from(&*url.authority())));
    }
    let framed = request.header("content-length").is_some() || request.header("transfer-encoding").is_some();
    if !request.body.is_empty() && !framed {
        let length = request.body.len().to_string();
        request.headers.push(("Content-Length".to_owned(), Secret::from(length.as_str())));
    }
}

/// The target of the request line in origin form: path and query as they were written.
pub(super) fn target(request: &Request, url: &Url<'_>) -> Vec<u8> {
    let mut target = if url.path.is_empty() { b"/".to_vec() } else { url.path.as_bytes().to_vec() };
    if let Some(query) = &request.query {
        target.push(b'?');
        target.extend_from_slice(query.expose());
    }
    target
}

/// The bytes of the request; an error where they would be read as something else.
pub(super) fn written(request: &Request, url: &Url<'_>, manner: &Manner) -> Result<Vec<u8>, Failed> {
    let not_sent = |why: String| Failed::NotSent(why);
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
    };
    if !is_token(&request.method) {
        return Err(not_sent(format!("{:?} is no method of HTTP", request.method)));
    }
    let target = target(request, url);
    if let Some(at) = target.iter().position(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control()) {
        return Err(not_sent(format!("the URL holds a blank or a control character, {at} bytes behind its host")));
    }
    let mut bytes = Vec::with_capacity(512 + request.body.len());
    bytes.extend_from_slice(request.method.as_bytes());
    bytes.push(b' ');
    bytes.extend_from_slice(&target);
    let version = if manner.version == Some(Version::Http10) { "1.0" } else { "1.1" };
    bytes.extend_from_slice(format!(" HTTP/{version}\r\n").as_bytes());
    for (name, value) in &request.headers {
        if name.is_empty() || name.bytes().any(|byte| byte.is_ascii_control() || b": \t".contains(&byte)) {
            return Err(not_sent(format!("{name:?} is no name of a header")));
        }
        if let Some(at) = value.expose().iter().position(|byte| b"\r\n\0".contains(byte)) {
            let what = if value.expose()[at] == 0 { "a NUL" } else { "a line break" };
            return Err(not_sent(format!(
                "the value of the header {name} holds {what} at byte {} of {}, and a header ends there",
                at + 1,
                value.len()
            )));
        }
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.expose());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(request.body.expose());
    Ok(bytes)
}

/// The same as a proxy wants it that is asked in the clear: with the whole URL (RFC 9112, section 3.2.2).
pub(super) fn absolute(bytes: &[u8], request: &Request, way: &Way) -> Vec<u8> {
    let (before, rest) = bytes.split_at(request.method.len() + 1);
    let name = if way.host.contains(':') { format!("[{}]", way.host) } else { way.host.clone() };
    let port = if way.port == 80 { String::new() } else { format!(":{}", way.port) };
    let mut out = before.to_vec();
    out.extend_from_slice(format!("http://{name}{port}").as_bytes());
    let (line, rest) = rest.split_at(memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1));
    out.extend_from_slice(line);
    if let Some(value) = way.proxy.as_ref().and_then(super::proxy::Proxy::authorization) {
        out.extend_from_slice(b"Proxy-Authorization: ");
        out.extend_from_slice(value.expose());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(rest);
    out
}

/// Sends the bytes and reads the answer; also tells whether the connection can be used again.
pub(super) async fn ask(
    stream: &mut Stream,
    bytes: &[u8],
    request: &Request,
    until: Until,
) -> Result<(Came, bool), Broken> {
    let began = SystemTime::now();
    let clock = Instant::now();
    // A server that refuses early may close its side before all was sent; its answer still lies there.
    let sent = async { stream.write_all(bytes).await.and(stream.flush().await) }.await;
    let mut buffer = Vec::new();
    let mut interim = 0;
    let head = loop {
        match head(stream, &mut buffer).await {
            Ok(head) if (100..200).contains(&head.status) && head.status != 101 => {
                interim += 1;
                if interim > INTERIM {
                    return Err(Broken::answer(format!("more than {INTERIM} interim answers (1xx) and no real one")));
                }
            }
            Ok(head) => break head,
            Err(Broken::BeforeAnything) => match sent {
                Err(why) if interim == 0 && why.kind() != std::io::ErrorKind::BrokenPipe => {
                    return Err(Broken::answer(said(&why)));
                }
                _ if interim > 0 => {
                    return Err(Broken::answer("the connection was closed after an interim answer (1xx)"));
                }
                _ => return Err(Broken::BeforeAnything),
            },
            Err(other) => return Err(other),
        }
    };
    let took = clock.elapsed();
    let (told, is_plain) = framing(&head.headers);
    let bodiless = request.method == "HEAD" || matches!(head.status, 101 | 204 | 304);
    let framing = if bodiless { Framing::Length(0) } else { told };
    let read = body::read(stream, buffer, framing, until).await;
    let closes = head
        .headers
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("connection") && value.to_ascii_lowercase().contains("close"));
    // Where the end of a body is told twice or strangely, or one may follow that there should not be, the next answer may
    // begin with the rest of this one.
    let is_sure = is_plain && read.is_clean && (!bodiless || told == Framing::Length(0));
    let reusable = read.whole && is_sure && !closes && !head.is_old && framing != Framing::Close && head.status != 101;
    let (text, is_cut) = body::decoded(&read.bytes, &head.headers);
    let answer = Answer { status: Some(head.status), headers: head.headers, body: text };
    Ok((Came { answer, began, took, is_cut: is_cut || !read.whole }, reusable))
}

/// The status that a proxy answers to a CONNECT.
pub(super) async fn status_of_tunnel(stream: &mut Stream) -> Result<u16, String> {
    let mut buffer = Vec::new();
    match head(stream, &mut buffer).await {
        Ok(head) => Ok(head.status),
        Err(Broken::BeforeAnything) => Err("it closed the connection".to_owned()),
        Err(Broken::Failed(Failed::Unreachable(why))) => Err(why.why),
        Err(Broken::Failed(Failed::NotSent(why))) => Err(why),
    }
}

/// The head of an answer.
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
    /// Whether it is HTTP/1.0.
    is_old: bool,
}

/// Reads one head and leaves what follows it in the buffer.
async fn head(stream: &mut Stream, buffer: &mut Vec<u8>) -> Result<Head, Broken> {
    // A head is looked at when a line of it has come, not for each byte of one that drips.
    let mut is_new = true;
    loop {
        let whole = if buffer.is_empty() || !is_new { None } else { parsed(buffer)? };
        if let Some((head, length)) = whole {
            buffer.drain(..length);
            return Ok(head);
        }
        if buffer.len() >= HEAD {
            return Err(Broken::answer(format!("its head is longer than {} KiB", HEAD >> 10)));
        }
        let before = buffer.len();
        match stream.read_buf(buffer).await {
            Ok(0) if buffer.is_empty() => return Err(Broken::BeforeAnything),
            Ok(0) => return Err(Broken::answer(format!("it ended in its head, after {} bytes", buffer.len()))),
            Ok(_) => is_new = before < 8 || memchr::memchr(b'\n', &buffer[before..]).is_some(),
            Err(_) if buffer.is_empty() => return Err(Broken::BeforeAnything),
            Err(why) => return Err(Broken::answer(said(&why))),
        }
    }
}

fn parsed(buffer: &[u8]) -> Result<Option<(Head, usize)>, Broken> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let mut config = httparse::ParserConfig::default();
    config
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .ignore_invalid_headers_in_responses(true);
    match config.parse_response(&mut response, buffer) {
        Ok(httparse::Status::Partial) => Ok(None),
        Ok(httparse::Status::Complete(length)) => {
            let headers = response
                .headers
                .iter()
                .map(|field| (field.name.to_owned(), String::from_utf8_lossy(field.value).trim().to_owned()));
            let head = Head {
                status: response.code.unwrap_or_default(),
                headers: headers.collect(),
                is_old: response.version == Some(0),
            };
            Ok(Some((head, length)))
        }
        Err(httparse::Error::TooManyHeaders) => Err(Broken::answer(format!("its head has more than {FIELDS} fields"))),
        Err(why) => {
            let speaks_tls = buffer.starts_with(&[0x15, 0x03]);
            let what = match buffer {
                _ if speaks_tls => "it speaks TLS: the scheme must be https".to_owned(),
                [b'S', b'S', b'H', b'-', ..] => "it speaks SSH".to_owned(),
                _ if buffer.starts_with(b"PRI * HTTP/2") || buffer.get(3) == Some(&4) && buffer.len() >= 9 => {
                    "it speaks HTTP/2 only".to_owned()
                }
                _ if !buffer.starts_with(b"HTTP/") => "it does not begin like HTTP".to_owned(),
                _ => format!("its head is malformed ({why})"),
            };
            Err(Broken::answer(what))
        }
    }
}

/// How the end of the body is told (RFC 9112, section 6.3), and whether it is told once and plainly.
fn framing(headers: &[(String, String)]) -> (Framing, bool) {
    let named = |wanted: &'static str| {
        let fields = headers.iter().filter(move |(name, _)| name.eq_ignore_ascii_case(wanted));
        fields.map(|(_, value)| value.trim().to_ascii_lowercase()).collect::<Vec<_>>()
    };
    let (codings, lengths) = (named("transfer-encoding"), named("content-length"));
    if codings.iter().any(|coding| coding.contains("chunked")) {
        return (Framing::Chunked, codings == ["chunked"] && lengths.is_empty());
    }
    let digits = |text: &&String| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match lengths.first().filter(digits).and_then(|text| text.parse().ok()) {
        Some(length) => (Framing::Length(length), codings.is_empty() && lengths.iter().all(|own| *own == lengths[0])),
        None => (Framing::Close, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_an_end_is_told() {
        for (fields, framing_is, is_plain) in [
            (&[("Content-Length", "5")][..], Framing::Length(5), true),
            (&[("Content-Length", "5"), ("content-length", "5")], Framing::Length(5), true),
            (&[("Content-Length", "5"), ("content-length", "6")], Framing::Length(5), false),
            (&[("Content-Length", "+5")], Framing::Close, false),
            (&[("Content-Length", "99999999999999999999999")], Framing::Close, false),
            (&[("Transfer-Encoding", "Chunked")], Framing::Chunked, true),
            (&[("Transfer-Encoding", "chunked"), ("Content-Length", "5")], Framing::Chunked, false),
            (&[("Transfer-Encoding", "gzip, chunked")], Framing::Chunked, false),
            (&[], Framing::Close, false),
        ] {
            let headers: Vec<_> = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            assert_eq!(framing(&headers), (framing_is, is_plain), "{fields:?}");
        }
    }
}
