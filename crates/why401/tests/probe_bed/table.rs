//! The table of the bed: `tests/bed/faults/*.toml`. Each server has a healthy line and faults that differ from it in one thing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// One file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// A file of `tests/bed/servers` and its arguments.
    #[serde(default)]
    start: String,
    /// Whether only `./test --full` installs it.
    #[serde(default)]
    full: bool,
    server: Vec<Server>,
}

/// One server, or one setting of it. Its own fields are the healthy line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Server {
    name: String,
    /// Where it is not the file's.
    #[serde(default)]
    start: Option<String>,
    /// The command line; single quotes hold blanks together.
    run: String,
    /// Variables of the process. `{{NAME}}` is what the start script told, `{{NAME|base64}}` what became of it.
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// Files of the project, which is also the home.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Files that are there in each of its lines.
    #[serde(default)]
    always: BTreeMap<String, String>,
    /// What its lines wait for; they are not run.
    #[serde(default)]
    waits: Option<String>,
    /// Why there is no healthy line.
    #[serde(default)]
    never_healthy: Option<String>,
    #[serde(default)]
    fault: Vec<Fault>,
}

/// One planted fault. What it does not say is as in the healthy line; who says `env` or `files` says both.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    what: String,
    #[serde(default)]
    run: Option<String>,
    #[serde(default)]
    env: Option<BTreeMap<String, String>>,
    #[serde(default)]
    files: Option<BTreeMap<String, String>>,
    /// The cause that must come first. Several where what can be seen from outside leaves it open; `note` says why.
    #[serde(default)]
    expect: Vec<String>,
    /// Whether an experiment or the bytes can show it, so that the first cause must be called proven.
    #[serde(default = "yes")]
    proven: bool,
    #[serde(default = "found")]
    exit: i32,
    #[serde(default)]
    waits: Option<String>,
    #[serde(default)]
    note: Option<String>,
}

/// One line of the table, complete.
pub struct Line {
    pub number: usize,
    pub server: String,
    pub start: String,
    pub full: bool,
    /// None: the healthy line.
    pub fault: Option<String>,
    pub run: String,
    pub env: BTreeMap<String, String>,
    pub files: BTreeMap<String, String>,
    pub expect: Vec<String>,
    pub proven: bool,
    pub exit: i32,
    pub waits: Option<String>,
}

const fn yes() -> bool {
    true
}

const fn found() -> i32 {
    1
}

/// All lines of all files, in order.
pub fn lines(folder: &Path) -> Vec<Line> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    let mut lines = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let table: Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for server in &table.server {
            let start = server.start.as_ref().unwrap_or(&table.start);
            let line = |fault: Option<&Fault>| {
                let own = fault.is_some_and(|fault| fault.env.is_some() || fault.files.is_some());
                let env = fault.and_then(|fault| fault.env.clone()).unwrap_or_default();
                let mut files = fault.and_then(|fault| fault.files.clone()).unwrap_or_default();
                if !own {
                    files.clone_from(&server.files);
                }
                files.extend(server.always.clone());
                Line {
                    number: 0,
                    server: server.name.clone(),
                    start: start.clone(),
                    full: table.full,
                    fault: fault.map(|fault| fault.what.clone()),
                    run: fault.and_then(|fault| fault.run.as_ref()).unwrap_or(&server.run).clone(),
                    env: if own { env } else { server.env.clone() },
                    files,
                    expect: fault.map(|fault| fault.expect.clone()).unwrap_or_default(),
                    proven: fault.is_some_and(|fault| fault.proven),
                    exit: fault.map_or(0, |fault| fault.exit),
                    waits: fault.and_then(|fault| fault.waits.clone()).or_else(|| server.waits.clone()),
                }
            };
            if server.never_healthy.is_none() {
                lines.push(line(None));
            }
            for fault in &server.fault {
                let several = fault.expect.len() > 1 && fault.note.is_none();
                assert!(!several, "{}: several causes, and no note says why: {}", server.name, fault.what);
                assert_eq!(fault.expect.is_empty(), fault.exit != 1, "{}: {}", server.name, fault.what);
                lines.push(line(Some(fault)));
            }
        }
    }
    for (number, line) in lines.iter_mut().enumerate() {
        line.number = number;
    }
    lines
}
