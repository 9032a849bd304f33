//! A curl line is asked byte for byte as curl asks it: the real curl of this machine, on loopback, beside ours.
#![allow(clippy::unwrap_used, clippy::disallowed_macros, clippy::print_stderr, missing_docs)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use why401_core::exchange::Request;
use why401_core::read::request::curl_text;
use why401_core::secret::Secret;

/// Lines as people write and copy them; `HOST` is a server on loopback.
const LINES: &str = include_str!("as_curl.txt");

#[test]
fn the_bytes_are_those_of_curl() {
    if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("curl is not installed: nothing to compare with");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let files =
        [("body.json", "{\"a\":\n1}\r\n"), ("fields.txt", "X-From-File: 1\nX-Too:  2\r\n"), ("a b.txt", "text\n")];
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = server.local_addr().unwrap().to_string();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in LINES.split("\n\n").map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        count += 1;
        let line = line.replace("HOST", &host);
        let mut curl = Command::new("bash");
        curl.args(["-c", &format!("curl() {{ command curl -q -sS -o /dev/null -m 5 \"$@\"; }}\n{line}")])
            .current_dir(folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("LC_ALL", "C.UTF-8")
            .env("KEY", "k 1")
            .env("LINE", "v\n")
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = curl.spawn().unwrap();
        let theirs = once(&server, &mut child);
        let said = child.wait_with_output().unwrap();
        let ours = curl_text(&line).map_err(|e| e.to_string()).and_then(|mut draft| {
            for path in draft.files().to_vec() {
                draft.give(&path, Secret::new(std::fs::read(folder.path().join(&path)).unwrap_or_default()));
            }
            draft.fill(&|name| Some(Secret::from(if name == "KEY" { "k 1" } else { "v\n" }))).map_err(|e| e.to_string())
        });
        match (theirs, ours) {
            (None, Err(_)) => {}
            (Some(theirs), Ok(asked)) if alike(&theirs) == alike(&raw(&asked.request)) => {}
            (theirs, ours) => wrong.push(format!(
                "{line}\n-- curl {}\n{}\n-- why401\n{}",
                String::from_utf8_lossy(&said.stderr),
                theirs.map(|bytes| alike(&bytes)).unwrap_or_default(),
                ours.map_or_else(|refused| refused, |asked| alike(&raw(&asked.request))),
            )),
        }
    }
    assert!(count >= 60, "{count} lines only");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// The one request that a child sends; none where it ends without.
fn once(server: &TcpListener, child: &mut std::process::Child) -> Option<Vec<u8>> {
    server.set_nonblocking(true).unwrap();
    let mut stream = loop {
        match server.accept() {
            Ok((stream, _)) => break stream,
            Err(_) if child.try_wait().unwrap().is_some() => match server.accept() {
                Ok((stream, _)) => break stream,
                Err(_) => return None,
            },
            Err(_) => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
    let request = read(&mut stream);
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    Some(request)
}

fn read(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = head.split("\r\ncontent-length:").nth(1).and_then(|rest| rest.split('\r').next());
            if bytes.len() >= end + 4 + length.map_or(0, |length| length.trim().parse::<usize>().unwrap()) {
                return bytes;
            }
        }
        match stream.read(&mut piece) {
            Ok(count) if count > 0 => bytes.extend(&piece[..count]),
            _ => return bytes,
        }
    }
}

/// The request as it goes over the wire by HTTP/1.1.
fn raw(request: &Request) -> Vec<u8> {
    let path = request.url.splitn(4, '/').nth(3).unwrap_or_default();
    let mut bytes = format!("{} /{path}", request.method).into_bytes();
    if let Some(query) = &request.query {
        bytes.push(b'?');
        bytes.extend(query.expose());
    }
    bytes.extend(b" HTTP/1.1\r\n");
    for (name, value) in &request.headers {
        bytes.extend(format!("{name}: ").into_bytes());
        bytes.extend(value.expose());
        bytes.extend(b"\r\n");
    }
    bytes.extend(b"\r\n");
    bytes.extend(request.body.expose());
    bytes
}

/// Without what differs from curl to curl: its version, its libraries, the boundary that it draws, the blank behind a
/// colon that means nothing, and the question whether a body is wanted.
fn alike(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let boundary = head.split("boundary=").nth(1).and_then(|rest| rest.lines().next()).unwrap_or("no boundary");
    let mut lines = head.lines();
    let mut shown = lines.next().unwrap_or_default().replace(" HTTP/1.0", " HTTP/1.1");
    for line in lines {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        if name == "Expect" {
            continue;
        }
        let value = value.strip_prefix(' ').unwrap_or(value);
        let value = match name {
            "User-Agent" if value.starts_with("curl/") => "curl",
            "Accept-Encoding" if value.starts_with("deflate, gzip") => "deflate, gzip",
            _ => value,
        };
        shown.push_str(&format!("\n{name}: {value}|"));
    }
    format!("{shown}\n\n{body}").replace(boundary, "BOUNDARY")
}
