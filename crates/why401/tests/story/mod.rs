//! A story: a Markdown file with a project in it and the commands that are run there. Used by cases and by pages.

#![allow(dead_code, clippy::panic, clippy::unwrap_used, reason = "each test binary uses a part of it")]

#[path = "../authority/mod.rs"]
mod authority;
mod secure;
pub mod server;
mod words;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use regex::Regex;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use why401_core::provider::{Kind, Provider};

use self::server::Server;
use self::words::split;

/// One fenced block.
pub struct Fence {
    /// What it is: `file`, `git`, `server`, `console`, `expect`.
    pub kind: String,
    /// The rest of the info string.
    pub name: String,
    /// The text between the fences.
    pub text: String,
    /// Bytes of that text in the Markdown file.
    pub span: std::ops::Range<usize>,
}

/// The fenced blocks of a Markdown text. A fence of four backticks may hold one of three.
pub fn fences(markdown: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut open: Option<(String, String, usize)> = None;
    let mut at = 0;
    for line in markdown.split_inclusive('\n') {
        let ticks = line.chars().take_while(|c| *c == '`').count();
        match &open {
            None if ticks >= 3 => {
                open = Some(("`".repeat(ticks), line[ticks..].trim().to_owned(), at + line.len()));
            }
            Some((mark, info, start)) if line.trim_end() == mark => {
                let (kind, name) = info.split_once(' ').unwrap_or((info, ""));
                fences.push(Fence {
                    kind: kind.to_owned(),
                    name: name.to_owned(),
                    text: markdown[*start..at].to_owned(),
                    span: *start..at,
                });
                open = None;
            }
            _ => {}
        }
        at += line.len();
    }
    fences
}

/// A folder with the story's files, and the servers that listen meanwhile.
pub struct Stage {
    folder: tempfile::TempDir,
    servers: Vec<Server>,
}

/// The port that output shows for the first server; as long as those that a system gives away.
const SHOWN: usize = 40_001;

impl Stage {
    /// Starts the servers of the `server` fences, writes the `file` fences and runs the `git` ones.
    pub fn new(fences: &[Fence]) -> Self {
        let servers: Vec<&Fence> = fences.iter().filter(|fence| fence.kind == "server").collect();
        let folder = tempfile::tempdir().unwrap();
        let open = servers.iter().map(|fence| Server::open(&fence.name, folder.path())).collect();
        let stage = Self { servers: open, folder };
        for (fence, server) in servers.iter().zip(&stage.servers) {
            // A server tells the time of its answer.
            let own =
                |marker: &str| stage.address(marker).or_else(|| date(marker).map(|_| format!("{{{{{marker}}}}}")));
            server.rule(&stage.filled_with(&fence.text, &own));
        }
        for fence in fences {
            match fence.kind.as_str() {
                "file" => stage.write(&fence.name, &fence.text),
                "git" => stage.git(&fence.text),
                _ => {}
            }
        }
        stage
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        let (path, flags) = name.split_once(' ').unwrap_or((name, ""));
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut text = self.filled(text);
        if flags.contains("crlf") {
            text = text.replace('\n', "\r\n");
        }
        if flags.contains("no-final-newline") {
            text.truncate(text.trim_end_matches('\n').len());
        }
        fs::write(path, text).unwrap();
    }

    fn git(&self, commands: &str) {
        let run = |arguments: &[&str]| {
            let status = Command::new("git")
                .args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"])
                .args(arguments)
                .current_dir(self.path())
                .stdout(Stdio::null())
                .status()
                .unwrap();
            assert!(status.success(), "git {arguments:?}");
        };
        run(&["init", "-q"]);
        for line in commands.lines() {
            run(&line.split(' ').collect::<Vec<_>>());
        }
    }

    /// The text with the addresses of the servers, the examples of the registry, tokens and invisible characters filled in.
    fn filled(&self, text: &str) -> String {
        self.filled_with(text, &|marker| self.address(marker))
    }

    fn address(&self, marker: &str) -> Option<String> {
        self.servers.iter().find_map(|server| server.value(marker))
    }

    fn filled_with(&self, text: &str, own: &dyn Fn(&str) -> Option<String>) -> String {
        let mut text = filled_by(text, own).replace("{{blank}}", " ").replace("{{tab}}", "\t");
        for (mark, code) in [("{{zwsp}}", '\u{200b}'), ("{{nbsp}}", '\u{a0}'), ("{{bom}}", '\u{feff}')] {
            text = text.replace(mark, &code.to_string());
        }
        text
    }

    /// The output with what differs from run to run replaced: ports, parts of a second.
    fn steady(&self, mut text: String) -> String {
        for (pattern, steady) in [
            (r"\d\.\d s (ahead|behind)", "0.1 s ahead"),
            (r"± \d\.\d s", "± 0.5 s"),
            (r"min \d+ s", "min 30 s"),
            (r"  \d+ ms, ", "  7 ms, "),
        ] {
            text = regex::Regex::new(pattern).unwrap().replace_all(&text, steady).into_owned();
        }
        for (index, server) in self.servers.iter().enumerate() {
            text = text.replace(&server.port.to_string(), &(SHOWN + index).to_string());
        }
        text
    }

    /// Runs a command line `[NAME=VALUE...] why401 ...` and gives back what it printed and `[exit N]` where N is not 0.
    pub fn run(&self, line: &str) -> String {
        let words: Vec<String> = split(line).iter().map(|word| self.filled(word)).collect();
        let variables = words.iter().take_while(|word| word.contains('=') && !word.starts_with('-')).count();
        assert_eq!(words.get(variables).map(String::as_str), Some("why401"), "{line}");
        let mut command = Command::new(binary());
        command.args(&words[variables + 1..]).current_dir(self.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", self.path());
        for word in &words[..variables] {
            let (name, value) = word.split_once('=').unwrap();
            command.env(name, value);
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        let mut text = String::from_utf8(output.stdout).unwrap();
        text.push_str(&String::from_utf8(output.stderr).unwrap());
        match output.status.code() {
            Some(0) => {}
            Some(code) => text.push_str(&format!("[exit {code}]\n")),
            None => text.push_str("[killed]\n"),
        }
        self.steady(text)
    }
}

/// The command under test.
pub fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_why401"))
}

/// `{{openai.project}}` becomes the registry's example of that kind, `{{openai.2}}` that of the second credential.
pub fn filled(text: &str) -> String {
    filled_by(text, &|_| None)
}

/// The same, where `own` knows further markers.
fn filled_by(text: &str, own: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((marker, tail)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        match own(marker).or_else(|| date(marker)).or_else(|| token(marker, own)).or_else(|| example(marker)) {
            Some(value) => out.push_str(&value),
            None => out.push_str(&format!("{{{{{marker}}}}}")),
        }
        rest = tail;
    }
    out + rest
}

/// `{{date}}` becomes the time of this moment as an HTTP answer gives it (RFC 9110, section 5.6.7), `{{date-300}}` that of five
/// minutes ago.
fn date(marker: &str) -> Option<String> {
    let offset = marker.strip_prefix("date")?.trim_start_matches('+');
    let offset: i64 = if offset.is_empty() { 0 } else { offset.parse().ok()? };
    let time = jiff::Timestamp::from_second(now() + offset).unwrap();
    Some(time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
}

/// `{{jwt exp=now-3600 scope=read+write}}` becomes a token with these claims that is plainly signed by nobody; with `secret=…`
/// among them it is signed with that. A claim of digits is a number,
/// `@openai.project` the registry's example and `@server` an address; `header.alg=…` stands in the header.
fn token(marker: &str, own: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let time = |value: &str| Some(now() + value.strip_prefix("now")?.trim_start_matches('+').parse::<i64>().ok()?);
    let pairs =
        || marker.strip_prefix("jwt ").into_iter().flat_map(|rest| rest.split(' ')).filter_map(|c| c.split_once('='));
    marker.strip_prefix("jwt ")?;
    let secret = pairs().find(|(name, _)| *name == "secret").map(|(_, value)| value);
    let claims = pairs().filter(|(name, _)| *name != "secret").map(|(name, value)| {
        let number = time(value).or_else(|| value.parse().ok());
        let named = value.strip_prefix('@').and_then(|name| own(name).or_else(|| example(name)));
        let value = named.unwrap_or_else(|| value.to_owned());
        (name.to_owned(), number.map_or_else(|| Value::from(value.replace('+', " ")), Value::from))
    });
    let (header, claims): (Map<_, _>, Map<_, _>) = claims.partition(|(name, _)| name.starts_with("header."));
    let mut head = Map::from_iter([("alg".to_owned(), Value::from("HS256")), ("typ".to_owned(), Value::from("JWT"))]);
    head.extend(header.into_iter().map(|(name, value)| (name.replacen("header.", "", 1), value)));
    let input =
        [head, claims].map(|part| Value::Object(part).to_string()).map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    let signature = secret.map_or_else(|| b"plainly no signature".to_vec(), |secret| keyed(secret, &input));
    Some(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// A token with these claims, in which `now` is this moment, signed with a secret that is plainly fake.
pub fn signed(claims: &str) -> String {
    let time = Regex::new(r"now([+-][0-9]+)").unwrap();
    let time = time.replace_all(claims.trim(), |found: &regex::Captures<'_>| {
        (now() + found[1].parse::<i64>().unwrap()).to_string()
    });
    let input = [r#"{"alg":"HS256"}"#, &time].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(keyed("plainly-fake", &input)))
}

/// HMAC-SHA256 (RFC 2104), of a secret that is no longer than a block.
fn keyed(secret: &str, text: &str) -> Vec<u8> {
    let pad = |with: u8| (0..64).map(|at| secret.as_bytes().get(at).unwrap_or(&0) ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36), text.as_bytes().to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
}

/// Seconds since 1970.
fn now() -> i64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs().cast_signed()
}

fn example(marker: &str) -> Option<String> {
    let (slug, kind) = marker.split_once('.')?;
    let provider = Provider::find(slug)?;
    let wanted = match kind {
        "secret" => Kind::Secret,
        "restricted" => Kind::Restricted,
        "project" => Kind::Project,
        "admin" => Kind::Admin,
        "publishable" => Kind::Publishable,
        "oauth" => Kind::Oauth,
        "key-id" => Kind::KeyId,
        "test" => Kind::Test,
        number => {
            return Some(provider.credential.get(number.parse::<usize>().ok()?.checked_sub(1)?)?.example.concat());
        }
    };
    Some(provider.credential.iter().find(|credential| credential.kind == wanted)?.example.concat())
}

/// Whether differences are written into the files instead of failing.
pub fn accepting() -> bool {
    std::env::var_os("WHY401_ACCEPT").is_some_and(|value| value == "1")
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
