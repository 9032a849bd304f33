//! A curl line is asked byte for byte as curl asks it: the real curl of this machine, on loopback, beside ours.
#![allow(clippy::unwrap_used, clippy::disallowed_macros, clippy::print_stderr, missing_docs)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use why401_core::exchange::Request;
use why401_core::read::request::{Asked, curl_text};
use why401_core::secret::Secret;
use why401_core::signature::aws::{Keys, Line, line, seconds};
use why401_core::url::Url;

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
    let newer = newer();
    let mut wrong = Vec::new();
    let mut count = 0;
    for text in LINES.split("\n\n").map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        count += 1;
        let (text, newer) = match text.strip_prefix("8: ") {
            Some(text) => (text, Some(newer.clone())),
            None => (text, None),
        };
        let command = match newer {
            Some(Some(newer)) => format!("{newer} \"$@\""),
            Some(None) => continue,
            None => "command curl -q -sS -o /dev/null -m 5 \"$@\"".to_owned(),
        };
        let line = text.replace("HOST", &host);
        let mut curl = Command::new("bash");
        curl.args(["-c", &format!("curl() {{ {command}; }}\n{line}")])
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
            let mut asked = draft
                .fill(&|name| Some(Secret::from(if name == "KEY" { "k 1" } else { "v\n" })))
                .map_err(|e| e.to_string())?;
            sign(&mut asked, theirs.as_deref().unwrap_or_default());
            Ok(asked)
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

/// The command of a curl of today; none where the test bed is not installed.
fn newer() -> Option<String> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || Some(set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?.join("why401/bed"));
    let python = set("WHY401_BED").or_else(cache)?.join("python/bin/python");
    let has = Command::new(&python).args(["-c", "import pycurl"]).stderr(Stdio::null()).status();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/bed/curl8.py").canonicalize().unwrap();
    has.is_ok_and(|status| status.success()).then(|| format!("'{}' -B '{}'", python.display(), script.display()))
}

/// Signs at the time at which curl did.
fn sign(asked: &mut Asked, theirs: &[u8]) {
    let Some(signing) = &asked.signing else { return };
    let text = String::from_utf8_lossy(theirs).into_owned();
    let dated = text.lines().find_map(|line| line.split_once("-Date: ").filter(|(name, _)| name.starts_with("X-")));
    let at = dated.and_then(|(_, time)| seconds(time.trim())).unwrap_or_default();
    let user = signing.user.expose_str().unwrap_or_default().to_owned();
    let (id, secret) = user.split_once(':').unwrap_or((&user, ""));
    let keys = Keys { id: id.to_owned(), secret: Secret::from(secret), token: None };
    let host = Url::of(&asked.request.url).host().unwrap_or_default();
    let option = Line::of(&signing.scope, &host).unwrap();
    asked.request = line(&asked.request, &option, &keys, at, &signing.given, signing.is_data);
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
