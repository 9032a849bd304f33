//! Runs one line of the table and holds what `why401` says against what is expected.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use serde_json::Value;

use super::table::Line;
use super::words::split;

/// Seconds after which a line has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of a line.
pub struct Verdict {
    exit: Option<i32>,
    /// The first diagnosis: cause and standing.
    first: Option<(String, String)>,
    requests: Option<usize>,
    took: Duration,
    /// What is wrong beside the cause: a secret printed, no JSON.
    flaw: Option<String>,
    /// All that was printed.
    printed: String,
}

impl Verdict {
    /// Where the server never started.
    pub fn never(why: &str) -> Self {
        let (flaw, printed) = (Some("its server did not start".to_owned()), why.to_owned());
        Self { exit: None, first: None, requests: None, took: Duration::ZERO, flaw, printed }
    }

    fn as_expected(&self, line: &Line) -> bool {
        let named = match &self.first {
            Some((cause, standing)) => line.expect.contains(cause) && (!line.proven || standing == "proven"),
            None => line.expect.is_empty(),
        };
        named && self.exit == Some(line.exit) && self.flaw.is_none()
    }

    /// What is wrong with it, in words.
    pub fn wrong(&self, line: &Line) -> Option<String> {
        (!self.as_expected(line)).then(|| {
            let proven = if line.proven { " (proven)" } else { "" };
            let flaw = self.flaw.as_ref().map(|flaw| format!("; {flaw}")).unwrap_or_default();
            let (wanted, got) = (wanted(line), self.got());
            format!("{}: expected {wanted}{proven}, got {got}{flaw}\n  {}\n{}", name(line), line.run, self.printed)
        })
    }

    fn got(&self) -> String {
        match (&self.first, self.exit) {
            (Some((cause, standing)), _) => format!("{standing} {cause}"),
            (None, Some(0)) => "no cause".to_owned(),
            (None, Some(exit)) => format!("exit {exit}"),
            (None, None) => "no end".to_owned(),
        }
    }

    /// Its row of the printed table.
    pub fn row(&self, line: &Line) -> String {
        let requests = self.requests.map(|count| count.to_string()).unwrap_or_default();
        let mark = if self.as_expected(line) { "ok" } else { "open" };
        let (fault, took) = (line.fault.as_deref().unwrap_or("healthy"), self.took.as_secs_f64());
        format!("| {} | {fault} | {} | {} | {requests} | {took:.1} | {mark} |\n", line.server, wanted(line), self.got())
    }

    /// Its row of `open.md`; None where it is as expected.
    pub fn open(&self, line: &Line) -> Option<String> {
        let fault = line.fault.as_deref().unwrap_or("healthy");
        let row = || format!("| {} | {fault} | {} | {} |\n", line.server, wanted(line), self.got());
        (!self.as_expected(line)).then(row)
    }
}

/// How a line is called.
pub fn name(line: &Line) -> String {
    format!("{} | {}", line.server, line.fault.as_deref().unwrap_or("healthy"))
}

fn wanted(line: &Line) -> String {
    match line.exit {
        0 => "no cause".to_owned(),
        1 => line.expect.join(" or "),
        exit => format!("exit {exit}"),
    }
}

/// Runs the line in a project of its own.
pub fn judged(line: &Line, told: &BTreeMap<String, String>) -> Verdict {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in &line.files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, filled(text, told)).unwrap();
    }
    let mut words = split(&filled(&line.run, told));
    // A sub-command of `sign` stands before its options.
    let count = if words.get(1).is_some_and(|word| word == "sign") { 3 } else { 2 };
    let head: Vec<String> = words.drain(..count).collect();
    assert!(["probe", "sign", "explain"].contains(&head[1].as_str()) && head[0] == "why401", "{}", line.run);
    let output = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_why401"));
    command.args(&head[1..]).args(["--format", "json"]).args(words).current_dir(folder.path()).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", folder.path());
    command.envs(line.env.iter().map(|(name, value)| (name, filled(value, told))));
    command.stdin(Stdio::null()).stdout(output.reopen().unwrap()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut child = command.spawn().unwrap();
    let stderr = child.stderr.take().unwrap();
    let complaints = std::thread::spawn(move || std::io::read_to_string(stderr).unwrap_or_default());
    let exit = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status.code(),
            None if start.elapsed() > PATIENCE => {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let took = start.elapsed();
    let stdout = fs::read_to_string(output.path()).unwrap();
    let printed = format!("{stdout}{}", complaints.join().unwrap());
    let answer: Option<Value> = serde_json::from_str(&stdout).ok();
    let first = answer.as_ref().and_then(|answer| {
        let first = answer["diagnoses"].as_array()?.first()?;
        Some((first["cause"].as_str()?.to_owned(), first["standing"].as_str()?.to_owned()))
    });
    let requests = answer.as_ref().and_then(|answer| Some(answer["experiments"].as_array()?.len()));
    let flaw = match secret(&printed, told) {
        Some(name) => Some(format!("the secret {name} was printed")),
        None if answer.is_none() && exit != Some(2) => Some("no JSON".to_owned()),
        None => None,
    };
    Verdict { exit, first, requests, took, flaw, printed }
}

/// The name of a told value that was printed and is no address: all of them are good or bad credentials, but those whose name
/// begins with `public_`.
fn secret<'a>(printed: &str, told: &'a BTreeMap<String, String>) -> Option<&'a str> {
    let shown = |value: &str| value.starts_with("http") || value.starts_with('/') || value.len() < 8;
    let told = told.iter().filter(|(name, _)| !name.starts_with("public_"));
    told.filter(|(_, value)| !shown(value) && printed.contains(value.as_str())).map(|(name, _)| name.as_str()).next()
}

/// `{{NAME}}` becomes what the start script told, `{{NAME|base64}}`, `{{NAME|cut}}` and `{{NAME|changed}}` what became of it.
fn filled(text: &str, told: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let (hole, tail) = after.split_once("}}").unwrap_or_else(|| panic!("{{{{ without end: {text}"));
        let (name, change) = hole.split_once('|').unwrap_or((hole, ""));
        let value = told.get(name).unwrap_or_else(|| panic!("nobody told {name}: {text}"));
        out.push_str(&match change {
            "" => value.clone(),
            "base64" => base64::engine::general_purpose::STANDARD.encode(value),
            "cut" => value[..value.len() - 6].to_owned(),
            "changed" => format!("{}{}", &value[..value.len() - 3], if value.ends_with("zzz") { "yyy" } else { "zzz" }),
            other => panic!("no change {other}"),
        });
        rest = tail;
    }
    out + rest
}
