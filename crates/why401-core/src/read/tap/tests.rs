//! Tables of what passes and what is noticed, whole and byte by byte.

use super::*;
use crate::secret::Secret;

/// `>` before what the client sends, `<` before what the server sends; then nothing more comes.
fn noticed(talk: &[&str], is_split: bool) -> Vec<String> {
    let mut tap = Tap::new("https://api.test");
    let mut noticed = Vec::new();
    for piece in talk {
        let (side, bytes) = piece.as_bytes().split_at(1);
        for bytes in bytes.chunks(if is_split { 1 } else { bytes.len() }) {
            if side == b">" { tap.sent(bytes, &mut noticed) } else { tap.came(bytes, &mut noticed) }
        }
    }
    tap.closed(&mut noticed);
    noticed.iter().map(shown).collect()
}

fn shown(noticed: &Noticed) -> String {
    match noticed {
        Noticed::Asked { call } => format!("{call} asked"),
        Noticed::Heard { call } => format!("{call} heard"),
        Noticed::Switched { call } => format!("{call} switched"),
        Noticed::Lost(why) => format!("lost: {why}"),
        Noticed::Ended { call, sent, came, whole } => {
            format!("{call} ended {sent}/{came}{}", if *whole { "" } else { " in the middle" })
        }
        Noticed::Told(spoken) => {
            let Request { method, url, query, headers, body } = &spoken.request;
            let text = |secret: &Secret| secret.expose_str().unwrap_or_default().to_owned();
            let query = query.as_ref().map(|query| format!("?{}", text(query))).unwrap_or_default();
            let fields: String = headers.iter().map(|(name, value)| format!("[{name}: {}]", text(value))).collect();
            let answer = match &spoken.answer {
                Some(told) => {
                    let body = String::from_utf8_lossy(&told.body);
                    format!("{} {body}{}", told.status, if told.is_whole { "" } else { "…" })
                }
                None => spoken.why.to_owned(),
            };
            format!("{} {method} {url}{query} {fields}{} -> {answer}", spoken.call, text(body))
        }
    }
}

#[track_caller]
fn check(talk: &[&str], expected: &[&str]) {
    assert_eq!(noticed(talk, false), expected);
    assert_eq!(noticed(talk, true), expected, "byte by byte");
}

#[test]
fn a_refusal_with_its_bodies() {
    check(
        &[
            ">POST /v1?a=b&c HTTP/1.1\r\nhOst: api.test\r\nAuthorization:  Bearer x \r\nContent-Length: 4\r\n\r\n{\"a\"",
            "<HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 No\r\nContent-Length: 5\r\n\r\nwrong",
        ],
        &[
            "1 asked",
            "1 heard",
            "1 POST https://api.test/v1?a=b&c [hOst: api.test][Authorization:  Bearer x ][Content-Length: 4]{\"a\" -> 401 wrong",
            "1 ended 4/5",
        ],
    );
}

#[test]
fn answers_in_order() {
    check(
        &[
            ">GET /1 HTTP/1.1\r\n\r\nHEAD /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n",
            "<HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nT: 1\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n",
            "<HTTP/1.1 200 OK\r\n\r\nuntil the end",
        ],
        &[
            "1 asked",
            "2 asked",
            "3 asked",
            "1 heard",
            "1 GET https://api.test/1  -> 200 ",
            "1 ended 0/3",
            "2 heard",
            "2 HEAD https://api.test/2  -> 404 ",
            "2 ended 0/0",
            "3 heard",
            "3 GET https://api.test/3  -> 200 ",
            "3 ended 0/13",
        ],
    );
}

#[test]
fn ends_in_the_middle() {
    check(
        &[
            ">GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc",
            "<HTTP/1.1 500 Oh\r\nContent-Length: 9\r\n\r\nabc",
        ],
        &[
            "1 asked",
            "2 asked",
            "1 heard",
            "1 GET https://api.test/1  -> 500 abc…",
            "1 ended 0/3 in the middle",
            "2 POST https://api.test/2 [Content-Length: 9] -> the connection was closed without an answer",
            "2 ended 3/0 in the middle",
        ],
    );
}

#[test]
fn something_else_follows() {
    check(
        &[
            ">GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
            "<HTTP/1.1 101 Switching\r\n\r\n\x01HTTP/1.1 200 OK\r\n\r\n",
            ">GET / HTTP/1.1\r\n\r\n",
        ],
        &["1 asked", "1 heard", "1 GET https://api.test/ws [Upgrade: websocket] -> 101 ", "1 switched", "1 ended 0/0"],
    );
}

#[test]
fn what_is_no_http() {
    check(&[">\x16\x03\x01"], &["lost: what the client sends is no HTTP"]);
    check(&["<220 mail.test\r\n", ">HELO\r\n"], &["lost: the server speaks first"]);
    check(
        &[">GET / HTTP/1.1\r\n\r\n", "<SSH-2.0\r\n"],
        &[
            "1 asked",
            "1 GET https://api.test/  -> the connection was closed without an answer",
            "1 ended 0/0 in the middle",
            "lost: what the server sends is no HTTP",
        ],
    );
    check(&[">GET nothing\r\n\r\n"], &["lost: what the client sends is no HTTP"]);
}

/// A call of gRPC whose trailers tell the outcome, beside one that the client gives up.
#[test]
fn http2() {
    // Indexed fields have the first bit set, which no text of Rust has alone: literals with a name of the table say the same.
    let post = b"\x02\x04POST\x04\x02/b\x01\x06a.test\x10\x0acontent-up\x01x";
    let mut tap = Tap::new("https://api.test");
    let mut seen = Vec::new();
    tap.came(b"\0\0\0\x04\0\0\0\0\0", &mut seen);
    tap.sent(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", &mut seen);
    for stream in [1, 3] {
        tap.sent(&[0, 0, post.len() as u8, 1, 4, 0, 0, 0, stream], &mut seen);
        tap.sent(post, &mut seen);
    }
    // Two bytes of a body between a byte of padding's length and two of padding; the end.
    tap.sent(b"\0\0\x05\0\x09\0\0\0\x01\x02hi\0\0", &mut seen);
    tap.sent(b"\0\0\x04\x03\0\0\0\0\x03\0\0\0\x08", &mut seen);
    let head = b"\x08\x03200\x0f\x10\x10application/grpc";
    tap.came(&[0, 0, head.len() as u8, 1, 4, 0, 0, 0, 1], &mut seen);
    tap.came(head, &mut seen);
    tap.came(b"\0\0\x03\0\0\0\0\0\x01abc", &mut seen);
    let trailers = b"\x10\x0bgrpc-status\x0216";
    tap.came(&[0, 0, trailers.len() as u8, 1, 5, 0, 0, 0, 1], &mut seen);
    tap.came(trailers, &mut seen);
    let shown: Vec<String> = seen.iter().map(shown).collect();
    assert_eq!(
        shown,
        [
            "1 asked",
            "3 asked",
            "3 POST https://a.test/b [content-up: x] -> the client gave it up",
            "3 ended 0/0 in the middle",
            "1 heard",
            "1 POST https://a.test/b [content-up: x] -> 200 ",
            "1 ended 2/3",
        ]
    );
    let Noticed::Told(spoken) = &seen[5] else { panic!("{seen:?}") };
    assert_eq!(spoken.answer.as_ref().unwrap().headers[1], ("grpc-status".to_owned(), "16".to_owned()));
}
