//! Calls of a program under `why401 run`, with a credential in each place of a request, and a server that refuses each and
//! repeats all that it got wherever an answer has room.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use super::shapes::{Sample, Search, base64, percent};
use super::{Leaks, run};

/// Calls of one program; each is a process of its own.
const CALLS: usize = 40;

/// Runs a program that makes calls with some of the samples.
pub fn made(samples: &[&Sample], search: &Search, leaks: &mut Leaks) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || repeat(stream));
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let step = (samples.len() / CALLS).max(1);
    let quoted = |sample: &&&Sample| !sample.value.contains('\'');
    let lines =
        samples.iter().step_by(step).filter(quoted).enumerate().map(|(turn, sample)| line(turn, sample, &server));
    let lines: Vec<String> = lines.collect();
    fs::write(folder.path().join("calls.sh"), lines.join("\n")).unwrap();
    let env = samples.iter().step_by(step * 2).map(|sample| format!("{}={}\n", sample.variable, sample.value));
    fs::write(folder.path().join(".env"), env.collect::<String>()).unwrap();
    let text = run(folder.path(), &["run", "-v", "--record", "x.har", "--", "sh", "calls.sh"], &[]);
    assert!(text.contains(" 401 "), "{text}");
    leaks.look(search, "why401 run -v", &text);
    leaks.look(search, "why401 run --record", &read(folder.path(), "x.har"));
    leaks.look(search, "why401 run --json", &run(folder.path(), &["run", "--json", "--", "sh", "calls.sh"], &[]));
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// A call with the credential somewhere in it.
fn line(turn: usize, sample: &Sample, server: &str) -> String {
    let value = &sample.value;
    let encoded = percent(value);
    let basic = base64(format!("user:{value}").as_bytes());
    let call = match turn % 9 {
        0 => format!("-H 'Authorization: Bearer {value}' {server}/a"),
        1 => format!("-H 'X-Api-Key: {value}' {server}/b"),
        2 => format!("'{server}/c?api_key={encoded}&page=1'"),
        3 => format!("-H 'Authorization: Basic {basic}' {server}/d"),
        4 => format!("-H 'Cookie: session={value}; theme=dark' {server}/e"),
        5 => format!("-H 'Authorization: {value}' -d 'x=1' {server}/f"),
        6 => format!("-u 'user:{value}' {server}/g"),
        7 => format!("-H 'Authorization: Bearer Bearer {value}' -L {server}/moved"),
        _ => format!("-H 'Authorization: Bearer {value}' -H 'X-Auth-Token: {value}' {server}/h"),
    };
    format!("curl -s -o answer --max-time 20 {call}")
}

/// Refuses, and says all that it got.
fn repeat(stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    loop {
        let mut head: Vec<String> = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line.trim().is_empty() {
                break;
            }
            head.push(line.trim().to_owned());
        }
        let length =
            head.iter().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body).ok()?;
        let first = head.first()?.clone();
        let own = head.iter().find(|line| line.to_ascii_lowercase().starts_with("authorization: ")).cloned();
        let own = own.unwrap_or_else(|| first.clone());
        let body = format!("{{\"error\":\"invalid api key\",\"request\":\"{}\"}}", head.join(" | ").replace('"', "'"));
        let (status, more) = if first.contains(" /moved ") {
            ("302 Found", format!("Location: /k?token={}\r\n", own.replace(' ', "+")))
        } else {
            ("401 Unauthorized", format!("WWW-Authenticate: Bearer realm=\"{}\"\r\n", own.replace('"', "'")))
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{more}X-Echo: {own}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        writer.write_all(answer.as_bytes()).ok()?;
    }
}
