//! `why401 token` held against real issuers on loopback: oidc-provider with tokens of jose, and PyJWT with each of its algorithms.
//! `faults.toml` is the table: healthy tokens, which must give no cause, and faults that differ from one in one thing, each with the
//! cause that must come first and words of its title.
//!
//! Where the test bed is not installed nothing is tested, and the test says so. `WHY401_TOKEN_TABLE=FILE` writes the verdicts.
#![allow(clippy::panic, clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../probe_bed/served.rs"]
mod served;
#[path = "../story/words.rs"]
mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::Value;
use served::{Served, bed};
use words::split;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    server: Vec<Server>,
}

/// What one start script of `tests/bed/servers` tells tokens for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Server {
    name: String,
    start: String,
    line: Vec<Line>,
}

/// One command. `{{NAME}}` is what the start script told; `{{NAME|lines}}` has its `\n` as line breaks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// The fault; a healthy token where nothing is expected.
    what: String,
    /// What comes by standard input.
    token: String,
    /// The arguments behind `why401 token -`.
    #[serde(default)]
    run: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// The cause that must come first; none where it is empty.
    #[serde(default)]
    expect: String,
    /// Words of its title.
    #[serde(default)]
    title: String,
    /// How sure it must be.
    #[serde(default = "proven")]
    standing: String,
    /// How many requests go out.
    #[serde(default)]
    asks: usize,
}

fn proven() -> String {
    "proven".to_owned()
}

#[test]
fn each_planted_fault_is_named_and_no_healthy_token_is() {
    let Some(bed) = bed() else {
        println!("the test bed is not installed; tests/bed/install does it");
        return;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/token_faults/faults.toml");
    let table: Table = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let faults = table.server.iter().flat_map(|server| &server.line).filter(|line| !line.expect.is_empty()).count();
    assert!(faults >= 40, "{faults} faults");
    let schema = std::fs::read_to_string(repository().join("docs/why401-1.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut printed = String::from("| issuer | token | expected | verdict |\n| --- | --- | --- | --- |\n");
    for server in &table.server {
        let served = Served::start(&bed, &server.start).unwrap_or_else(|why| panic!("{why}"));
        for line in &server.line {
            let (verdict, said) = judged(line, served.told());
            let expect = if line.expect.is_empty() { "no cause" } else { &line.expect };
            let _ = writeln!(printed, "| {} | {} | {expect} | {verdict} |", server.name, line.what);
            let errors: Vec<String> = schema.iter_errors(&said).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", line.what);
            if let Err(why) = fits(line, &verdict, &said) {
                wrong.push(format!("{}, {}: {why}\n{said:#}", server.name, line.what));
            }
        }
    }
    if let Some(path) = std::env::var_os("WHY401_TOKEN_TABLE") {
        std::fs::write(path, printed).unwrap();
    }
    assert!(wrong.is_empty(), "{} lines:\n{}", wrong.len(), wrong.join("\n"));
}

/// Whether the verdict is as the line wants it; why not otherwise.
fn fits(line: &Line, verdict: &str, said: &Value) -> Result<(), String> {
    let wanted = match line.expect.as_str() {
        "" => "no cause".to_owned(),
        cause => format!("{} {cause}", line.standing),
    };
    if verdict != wanted {
        return Err(format!("expected {wanted}, got {verdict}"));
    }
    let title = said["diagnoses"][0]["title"].as_str().unwrap_or_default();
    if !title.contains(&line.title) {
        return Err(format!("its title is {title:?}, without {:?}", line.title));
    }
    let asks = said["experiments"].as_array().map_or(0, Vec::len);
    if asks == line.asks { Ok(()) } else { Err(format!("{asks} requests went out, not {}", line.asks)) }
}

/// Runs the line; the first cause with its standing, and all that was said.
fn judged(line: &Line, told: &BTreeMap<String, String>) -> (String, Value) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in &line.files {
        std::fs::write(folder.path().join(path), filled(text, told)).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_why401"));
    command.args(["token", "-", "--format", "json"]).args(split(&filled(&line.run, told)));
    command.current_dir(folder.path()).env_clear().env("HOME", folder.path());
    command.envs(line.env.iter().map(|(name, value)| (name, filled(value, told))));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let token = filled(&line.token, told);
    child.stdin.take().unwrap().write_all(token.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    let signature = token.trim().rsplit('.').next().unwrap_or_default();
    assert!(signature.len() < 20 || !printed.contains(signature), "{}: the signature was printed", line.what);
    let secrets = line.env.values().map(|value| filled(value, told));
    for secret in secrets.filter(|secret| secret.trim().len() > 10 && !secret.contains("service")) {
        assert!(!printed.contains(secret.trim()), "{}: a secret was printed", line.what);
    }
    let said: Value = serde_json::from_str(&printed).unwrap_or_else(|_| Value::from(printed.as_str()));
    let first = &said["diagnoses"][0];
    let verdict = match (first["standing"].as_str(), first["cause"].as_str(), output.status.code()) {
        (Some(standing), Some(cause), Some(1)) => format!("{standing} {cause}"),
        (None, None, Some(0)) => "no cause".to_owned(),
        (_, _, code) => format!("exit {code:?}"),
    };
    (verdict, said)
}

fn filled(text: &str, told: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (hole, tail) = after.split_once("}}").unwrap();
        let (name, change) = hole.split_once('|').unwrap_or((hole, ""));
        let value = told.get(name).unwrap_or_else(|| panic!("nobody told {name}"));
        out.push_str(before);
        out.push_str(&if change == "lines" { value.replace("\\n", "\n") + "\n" } else { value.clone() });
        rest = tail;
    }
    out + rest
}

/// The root of the repository.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
