//! Answers that no server should give.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use super::serve::{Heard, Run, Server, answer, key, probe, run_with};

/// One oddity: what it is called, what comes after a request's head, and what must come of it.
struct Odd {
    name: &'static str,
    serve: Box<dyn Fn(&mut TcpStream) + Send + Sync>,
    status: &'static [i32],
    says: &'static str,
}

/// Where it was answered at all.
const ANSWERED: &[i32] = &[0, 1];

fn odd(name: &'static str, bytes: impl Into<Vec<u8>>, status: &'static [i32], says: &'static str) -> Odd {
    let bytes = bytes.into();
    Odd { name, serve: Box::new(move |stream| drop(stream.write_all(&bytes))), status, says }
}

fn live(
    name: &'static str,
    serve: impl Fn(&mut TcpStream) + Send + Sync + 'static,
    status: &'static [i32],
    says: &'static str,
) -> Odd {
    Odd { name, serve: Box::new(serve), status, says }
}

/// Writes the piece until the client goes away.
fn endless(first: &'static str, piece: Vec<u8>, pause: u64) -> impl Fn(&mut TcpStream) + Send + Sync {
    move |stream| {
        let mut done = stream.write_all(first.as_bytes());
        while done.is_ok() {
            thread::sleep(Duration::from_millis(pause));
            done = stream.write_all(&piece);
        }
    }
}

fn packed(name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 401 X\r\nContent-Encoding: {name}\r\nContent-Length: {}\r\n\r\n", bytes.len());
    [head.as_bytes(), bytes].concat()
}

/// A gigabyte of zeros in zstd: blocks of a repeated byte (RFC 8878, section 3.1.1.2).
fn zstd_bomb() -> Vec<u8> {
    let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58];
    for _ in 0..8000 {
        let block = (128u32 << 10) << 3 | 1 << 1;
        bytes.extend_from_slice(&block.to_le_bytes()[..3]);
        bytes.push(0);
    }
    bytes
}

fn zlib_bomb() -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    (0..50).for_each(|_| packer.write_all(&vec![0; 1 << 20]).unwrap());
    packer.finish().unwrap()
}

fn gzip_bomb() -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    (0..50).for_each(|_| packer.write_all(&vec![0; 1 << 20]).unwrap());
    packer.finish().unwrap()
}

/// Ten mebibytes of `a` in brotli.
fn brotli_bomb() -> Vec<u8> {
    BROTLI.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

const BROTLI: &[u8] = b"cbffff3ff825c2e2b14020f7fe2fffff3ff04b00c4611180eefd07";

fn all() -> Vec<Odd> {
    let head = "HTTP/1.1 401 X\r\n";
    let fields = |count: usize| (0..count).map(|n| format!("X-{n}: y\r\n")).collect::<String>();
    vec![
        live("endless body", endless("HTTP/1.1 401 X\r\n\r\n", vec![b'a'; 65536], 0), ANSWERED, ""),
        live("endless head", endless("HTTP/1.1 401 X\r\n", b"A: b\r\n".repeat(500), 0), &[2], "head"),
        live("endless line", endless("HTTP/1.1 401 X\r\nA: ", vec![b'a'; 4096], 0), &[2], "longer than 64 KiB"),
        live(
            "endless chunks",
            endless("HTTP/1.1 401 X\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n".repeat(999), 0),
            ANSWERED,
            "",
        ),
        live(
            "endless chunk line",
            endless("HTTP/1.1 401 X\r\nTransfer-Encoding: chunked\r\n\r\n1;", vec![b'a'; 999], 0),
            ANSWERED,
            "",
        ),
        live(
            "endless trailers",
            endless("HTTP/1.1 401 X\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"A: b\r\n".repeat(999), 0),
            ANSWERED,
            "",
        ),
        live("1xx flood", endless("", b"HTTP/1.1 102 X\r\n\r\n".to_vec(), 0), &[2], "interim"),
        live("dripping head", endless("HTTP/1.1 401 X\r\n", b"A".to_vec(), 50), &[2], "took too long"),
        live(
            "dripping body",
            endless("HTTP/1.1 401 X\r\nContent-Length: 9999\r\n\r\n", b"A".to_vec(), 50),
            ANSWERED,
            "",
        ),
        live("silence", |_| thread::sleep(Duration::from_secs(8)), &[2], "took too long"),
        odd("gzip bomb", packed("gzip", &gzip_bomb()), ANSWERED, ""),
        odd("deflate bomb", packed("deflate", &zlib_bomb()), ANSWERED, ""),
        odd("zstd bomb", packed("zstd", &zstd_bomb()), ANSWERED, ""),
        odd("brotli bomb", packed("br", &brotli_bomb()), ANSWERED, ""),
        odd("a bomb in many shells", packed(&"gzip, ".repeat(2000), &gzip_bomb()), ANSWERED, ""),
        odd("broken gzip", packed("gzip", b"\x1f\x8bno"), ANSWERED, ""),
        odd("a line of 100 KB", format!("{head}A: {}\r\n\r\n", "a".repeat(100_000)), &[2], "longer than 64 KiB"),
        odd("300 fields", format!("{head}{}Content-Length: 0\r\n\r\n", fields(300)), ANSWERED, ""),
        odd("5000 fields", format!("{head}{}\r\n", fields(5000)), &[2], "head"),
        odd("101", "HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n\x01\x02", ANSWERED, ""),
        odd(
            "no UTF-8",
            b"HTTP/1.1 401 \xff\xfe\r\nWWW-Authenticate: \xff\xc3\x28\r\nContent-Length: 3\r\n\r\n\xff\xfe\xfd"
                .to_vec(),
            ANSWERED,
            "",
        ),
        odd(
            "NUL in a field",
            b"HTTP/1.1 401 X\r\nA: b\0c\r\nContent-Length: 3\r\n\r\na\0b".to_vec(),
            &[2],
            "malformed",
        ),
        odd("NUL in the first line", b"HTTP/1.1 401 \0\r\n\r\n".to_vec(), &[2], "malformed"),
        odd("folded fields", format!("{head}A: b\r\n c\r\nContent-Length: 0\r\n\r\n"), ANSWERED, ""),
        odd("bare line feeds", "HTTP/1.1 401 X\nContent-Length: 2\n\nno", ANSWERED, ""),
        odd("huge chunk", format!("{head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nab"), ANSWERED, ""),
        odd(
            "overflowing chunk",
            format!("{head}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nab"),
            ANSWERED,
            "",
        ),
        odd("signed chunk", format!("{head}Transfer-Encoding: chunked\r\n\r\n-2\r\nab\r\n0\r\n\r\n"), ANSWERED, ""),
        odd("no hexadecimal", format!("{head}Transfer-Encoding: chunked\r\n\r\nxyz\r\nab\r\n0\r\n\r\n"), ANSWERED, ""),
        odd("length too long", format!("{head}Content-Length: 9999\r\n\r\nshort"), ANSWERED, ""),
        odd("length negative", format!("{head}Content-Length: -1\r\n\r\nshort"), ANSWERED, ""),
        odd("length of 30 digits", format!("{head}Content-Length: {}\r\n\r\nshort", "9".repeat(30)), ANSWERED, ""),
        odd("two lengths", format!("{head}Content-Length: 2\r\nContent-Length: 5\r\n\r\nshort"), ANSWERED, ""),
        odd("status 000", "HTTP/1.1 000 X\r\n\r\n", &[0, 1, 2], ""),
        odd("status 999", "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n", ANSWERED, ""),
        odd("HTTP/0.9", "<html>hello</html>", &[2], "does not begin like HTTP"),
        odd("HTTP/9.9", "HTTP/9.9 401 X\r\n\r\n", &[2], "malformed"),
        odd("SSH", "SSH-2.0-OpenSSH_9.6\r\n", &[2], "speaks SSH"),
        odd("SMTP", "220 mail.acme.test ESMTP\r\n", &[2], "does not begin like HTTP"),
        odd("HTTP/2", b"\0\0\0\x04\0\0\0\0\0".to_vec(), &[2], "HTTP/2 only"),
        odd("TLS alert", b"\x15\x03\x03\0\x02\x02\x46".to_vec(), &[2], "speaks TLS"),
        odd("closed at once", "", &[2], "closed"),
        odd("closed in the version", "HTT", &[2], "ended in its head"),
        odd("closed in the status", "HTTP/1.1 40", &[2], "ended in its head"),
        odd("closed behind the status", "HTTP/1.1 401 X\r\n", &[2], "ended in its head"),
        odd("closed in a field", "HTTP/1.1 401 X\r\nWWW-Auth", &[2], "ended in its head"),
        odd("closed behind the head", "HTTP/1.1 401 X\r\nContent-Length: 5\r\n\r\n", ANSWERED, ""),
        odd("closed in the body", "HTTP/1.1 401 X\r\nContent-Length: 5\r\n\r\nab", ANSWERED, ""),
        odd("closed in a chunk", "HTTP/1.1 401 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", ANSWERED, ""),
        odd("closed after 103", "HTTP/1.1 103 X\r\n\r\n", &[2], "interim"),
        odd("a loop", "HTTP/1.1 302 X\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", ANSWERED, ""),
        odd("nowhere", "HTTP/1.1 302 X\r\nLocation: \r\nContent-Length: 0\r\n\r\n", ANSWERED, ""),
        odd(
            "a strange place",
            "HTTP/1.1 302 X\r\nLocation: javascript:alert(1)\r\nContent-Length: 0\r\n\r\n",
            ANSWERED,
            "",
        ),
    ]
}

#[test]
fn each_ends_in_time_and_says_what_came() {
    let wrong = Mutex::new(Vec::new());
    let queue = Mutex::new(all());
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some(odd) = { queue.lock().unwrap().pop() } {
                    if let Err(why) = one(odd) {
                        wrong.lock().unwrap().push(why);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} oddities\n{}", wrong.len(), wrong.join("\n"));
}

fn one(odd: Odd) -> Result<(), String> {
    let Odd { name, serve, status, says } = odd;
    let server = Server::raw(move |mut stream, heard| {
        if heard.head(&mut stream).is_some() {
            serve(&mut stream);
        }
    });
    let run = probe(&format!("-L -m 2 http://127.0.0.1:{}/v1 -H 'Authorization: Bearer KEY'", server.port), &[]);
    let (sent, took) = (server.heard().len(), run.took.as_secs());
    let told = format!("{name}: status {}, {sent} requests, {took} s\n{}", run.status, run.all());
    let hint = run.status != 2 || run.stderr.contains("hint: ");
    let fits = status.contains(&run.status) && run.all().contains(says) && hint;
    let bounded = sent <= 20 && run.took < Duration::from_secs(30);
    if fits && bounded && !run.all().contains(&key()) { Ok(()) } else { Err(told) }
}

/// Nothing that a terminal obeys but the colours of why401 itself.
fn obeyed(run: &Run) -> Option<char> {
    let colours = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    let text = run.all();
    let text = colours.replace_all(&text, "");
    text.chars().find(|c| c.is_control() && *c != '\n' || ('\u{202a}'..='\u{202e}').contains(c))
}

#[test]
fn no_escape_reaches_a_terminal() {
    let nasty = "\u{9b}31m\u{202e}";
    let bytes = format!(
        "HTTP/1.1 401 \u{1b}[2J\r\nWWW-Authenticate: Bearer realm=\"{nasty}\", error=\"\u{1b}]0;x\u{7}\"\r\nX-{nasty}: a\r\nContent-Type: application/json\r\n\r\n{{\"error\":\"\u{1b}[31m{nasty}invalid api key\"}}\u{1b}[2J"
    );
    let moved = format!("HTTP/1.1 302 X\r\nLocation: http://127.0.0.2/{nasty}?{nasty}\r\nContent-Length: 0\r\n\r\n");
    for bytes in [bytes, moved] {
        let server = Server::bytes(bytes);
        let url = format!("http://127.0.0.1:{}/", server.port);
        let header = format!("Authorization: Bearer {}", key());
        let header_argument = format!("authorization: Bearer {}", key());
        for format in ["text", "json", "sarif", "github", "markdown", "html"] {
            let force = [("CLICOLOR_FORCE", "1")];
            let line = ["probe", "-v", "--format", format, "--", "curl", "-L", "-m", "5", &url, "-H", &header];
            let run = run_with(&line, &force);
            assert_eq!(obeyed(&run), None, "{format}\n{}", run.all());
            let line =
                ["cors", &url, "--origin", "http://a.test", "--header", &header_argument, "-v", "--format", format];
            let run = run_with(&line, &force);
            assert_eq!(obeyed(&run), None, "cors {format}\n{}", run.all());
        }
    }
}

#[test]
fn what_nobody_asked_for_is_no_answer() {
    let good = String::from_utf8(answer(200, "", "ok")).unwrap();
    let bodies: [(&str, String); 5] = [
        ("behind the length", format!("HTTP/1.1 401 X\r\nContent-Length: 2\r\n\r\nno{good}")),
        (
            "behind the last chunk",
            format!("HTTP/1.1 401 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n{good}"),
        ),
        (
            "told twice",
            format!("HTTP/1.1 401 X\r\nContent-Length: 2\r\nContent-Length: {}\r\n\r\nno{good}", 2 + good.len()),
        ),
        ("a body of 204", format!("HTTP/1.1 204 X\r\nContent-Length: {}\r\n\r\n{good}", good.len())),
        (
            "chunks with a length",
            format!("HTTP/1.1 401 X\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{good}"),
        ),
    ];
    for (name, bytes) in bodies {
        let server = Server::http(move |_| bytes.clone().into_bytes());
        let run = probe(&format!("-m 5 http://127.0.0.1:{}/ -H 'Authorization: Bearer KEY'", server.port), &[]);
        let document = run.json();
        let statuses: Vec<_> = document["experiments"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
        assert!(statuses.iter().all(|status| **status != 200), "{name}: {statuses:?}");
    }
}

#[test]
fn answers_come_in_their_order() {
    // Each answer names its own request; connections are kept.
    let server = Server::http(|head| {
        let sent = head.lines().find(|line| line.to_ascii_lowercase().starts_with("authorization:")).unwrap_or("none");
        if sent == format!("Authorization: Token {}", key()) {
            answer(200, "", "{}")
        } else {
            answer(401, "", "{\"detail\":\"no\"}")
        }
    });
    let run = probe(&format!("-m 9 http://127.0.0.1:{}/ -H 'Authorization: Bearer KEY'", server.port), &[]);
    assert_eq!(run.first(), "proven header/wrong-scheme", "{}", run.all());
}

#[test]
fn a_flood_of_requests_never_goes_out() {
    let server = Server::raw(|mut stream, heard: &Heard| {
        let mut number = 0;
        while let Some(head) = heard.head(&mut stream) {
            number += 1;
            let path = head.split(' ').nth(1).unwrap_or("/").len();
            let next = format!("Location: /{}{number}\r\n", "a".repeat(path));
            if stream.write_all(&answer(307, &next, "")).is_err() {
                return;
            }
        }
    });
    let run = probe(&format!("-L -m 9 http://127.0.0.1:{}/ -H 'Authorization: Bearer KEY'", server.port), &[]);
    assert!(run.status <= 1 && server.heard().len() <= 20, "{} {}", server.heard().len(), run.all());
}
