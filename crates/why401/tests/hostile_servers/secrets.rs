//! No piece of a key on either stream, whatever the server repeats of it and wherever.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::serve::{Heard, Server, command, finish};

const FORMATS: [&str; 6] = ["text", "json", "sarif", "github", "markdown", "html"];

/// Random text of an alphabet.
fn drawn(alphabet: &str, length: usize) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    let random = RandomState::new();
    let at = |n: usize| {
        let mut hasher = random.build_hasher();
        hasher.write_usize(n);
        letters[usize::try_from(hasher.finish() % letters.len() as u64).unwrap()]
    };
    (0..length).map(at).collect()
}

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Keys of several shapes, and from where on they are secret.
fn keys() -> Vec<(String, usize)> {
    let part = |length| drawn(LETTERS, length);
    vec![
        (format!("fk_test_{}", part(32)), 8),
        (drawn("0123456789abcdef", 40), 0),
        (format!("{}+/{}==", part(18), part(20)), 0),
        (format!("{}.{}.{}", "eyJhbGciOiJub25lIn0", part(30), part(43)), 20),
        (drawn("0123456789abcdef-", 36), 0),
        (format!("{}:{}", part(12), part(20)), 0),
    ]
}

/// Every piece that must not be seen: six characters, or eight of base64 or of the form in a URL.
fn pieces(key: &str, from: usize) -> HashSet<String> {
    let secret = &key[from..];
    let windows = |text: &str, length: usize| -> Vec<String> {
        text.as_bytes().windows(length).map(|w| String::from_utf8_lossy(w).into_owned()).collect()
    };
    let mut pieces: HashSet<String> = windows(secret, 6).into_iter().collect();
    for skip in 0..3 {
        for text in [STANDARD.encode(&secret[skip..]), URL_SAFE_NO_PAD.encode(&secret[skip..])] {
            pieces.extend(windows(text.trim_end_matches('='), 8));
        }
    }
    let escaped: String = secret
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    pieces.extend(windows(&escaped, 8).into_iter().filter(|piece| piece.contains('%')));
    // What any text may have by chance: a run of one digit, or of dashes.
    pieces.retain(|piece| piece.chars().collect::<HashSet<_>>().len() > 2);
    pieces
}

/// Everything that was sent, said again: in the body, in headers, in the address to go to.
fn echo(status: u16) -> Server {
    Server::raw(move |mut stream, heard: &Heard| {
        while let Some(head) = heard.head(&mut stream) {
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            let _ = stream.read_exact(&mut body);
            let sent = head.replace("\r\n", " ") + &String::from_utf8_lossy(&body);
            let values: Vec<String> =
                head.lines().skip(1).filter_map(|line| Some(line.split_once(": ")?.1.to_owned())).collect();
            let last =
                values.iter().map(|value| value.rsplit(' ').next().unwrap_or(value)).collect::<Vec<_>>().join("/");
            let path = head.split(' ').nth(1).unwrap_or("/");
            let said = format!(
                "{{\"error\":\"Invalid API key provided: {}\",\"sent\":{:?},\"encoded\":\"{}\"}}",
                last.replace('"', "'"),
                sent,
                STANDARD.encode(&sent)
            );
            let fields = format!(
                "WWW-Authenticate: Bearer realm=\"{last}\", error=\"invalid_token\", error_description=\"{last}\"\r\nX-Echo: {sent}\r\nLocation: http://other.test{path}/{last}/{}\r\n",
                STANDARD.encode(&last)
            );
            let answer = format!("HTTP/1.1 {status} {last}\r\n{fields}Content-Length: {}\r\n\r\n{said}", said.len());
            if stream.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    })
}

/// The ways in which a key gets into a request: arguments behind `why401 probe`, with `URL` and `KEY` to be filled in; and the
/// text of `.env`.
const WAYS: [(&[&str], &str); 10] = [
    (&["--", "curl", "-L", "URL", "-H", "Authorization: Bearer KEY"], ""),
    (&["--", "curl", "-L", "URL", "-H", "X-Api-Key: KEY"], ""),
    (&["--", "curl", "URL?api_key=KEY"], ""),
    (&["--", "curl", "-L", "URL", "-u", "user:KEY"], ""),
    (&["--", "curl", "URL", "-u", "KEY:"], ""),
    (&["--", "curl", "URL", "-d", "api_key=KEY", "-H", "Authorization: Token KEY"], ""),
    (&["--", "curl", "-L", "URL", "-H", "Authorization: Bearer  \"KEY\""], ""),
    (&["URL", "--credential", "ACME_API_KEY"], "ACME_API_KEY= KEY\nOTHER_KEY='KEY'\n"),
    (&["URL", "--header", "X-Api-Key: $ACME_API_KEY"], "export ACME_API_KEY=\"KEY\"\n"),
    (&["openai", "--at", "URL"], "OPENAI_API_KEY=KEY\n"),
];

#[test]
fn no_piece_of_a_key_is_seen() {
    let servers = [echo(401), echo(403), echo(307)];
    let mut jobs = Vec::new();
    for (number, (key, from)) in keys().into_iter().enumerate() {
        for (way, (arguments, env)) in WAYS.iter().enumerate() {
            // Each shape in each way; formats and statuses take turns.
            for turn in 0..2 {
                let format = FORMATS[(number + way + turn * 3) % FORMATS.len()];
                let server = &servers[(number + way + turn) % servers.len()];
                jobs.push((key.clone(), from, *arguments, *env, format, server.port));
            }
        }
    }
    let queue = std::sync::Mutex::new(jobs);
    let leaks = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(job) = { queue.lock().unwrap().pop() } {
                    leaks.lock().unwrap().extend(leak(&job));
                }
            });
        }
    });
    let leaks = leaks.into_inner().unwrap();
    assert!(leaks.is_empty(), "{} leaks\n{}", leaks.len(), leaks.join("\n"));
}

fn leak((key, from, arguments, env, format, port): &(String, usize, &[&str], &str, &str, u16)) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join(".env"),
        env.replace("KEY=", "\u{1}=").replace("KEY", key).replace('\u{1}', "KEY"),
    )
    .unwrap();
    let url = format!("http://127.0.0.1:{port}/v1");
    let filled: Vec<String> = arguments
        .iter()
        .map(|word| {
            if word.contains("$ACME") || *word == "ACME_API_KEY" {
                (*word).to_owned()
            } else {
                word.replace("KEY", key).replace("URL", &url)
            }
        })
        .collect();
    let mut line = vec!["probe", "-v", "--format", format];
    line.extend(filled.iter().map(String::as_str));
    let start = std::time::Instant::now();
    let run = finish(command(&line, &[], folder.path()).spawn().unwrap(), start);
    find(&run.all(), key, *from).map(|piece| format!("{arguments:?} {format} {piece} of {key}\n{}", run.all()))
}

fn find(text: &str, key: &str, from: usize) -> Option<String> {
    let plain = text.replace("&amp;", "&").replace("&quot;", "\"").replace("\\\"", "\"").replace("\\/", "/");
    pieces(key, from).into_iter().find(|piece| text.contains(piece.as_str()) || plain.contains(piece.as_str()))
}

#[test]
fn cors_shows_none_either() {
    let servers = [echo(401), echo(200), echo(302)];
    for (number, (key, from)) in keys().into_iter().enumerate() {
        for (turn, format) in FORMATS.iter().enumerate() {
            let server = &servers[(number + turn) % servers.len()];
            let url = format!("http://127.0.0.1:{}/v1?api_key={key}", server.port);
            let header = format!("Authorization: Bearer {key}");
            let line =
                ["cors", &url, "--origin", "http://localhost:3000", "--header", &header, "-v", "--format", format];
            let folder = tempfile::tempdir().unwrap();
            let run = finish(command(&line, &[], folder.path()).spawn().unwrap(), std::time::Instant::now());
            let found = find(&run.all(), &key, from);
            assert_eq!(found, None, "{format} of {key}\n{}", run.all());
        }
    }
}
