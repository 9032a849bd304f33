//! Faults planted in real small programs: `faults.toml` is the table, and each must be named by its cause first.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use serde::Deserialize;

use crate::stand::{RULES, Stand, bed, has};

/// So many at once: they wait for interpreters to start, which need the processor.
const AT_ONCE: usize = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    fault: Vec<Fault>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    /// What it is written in, and what is wrong.
    name: String,
    /// The cause that must come first.
    cause: String,
    /// Further causes that a fair expert would take, and why.
    #[serde(default)]
    also: Vec<String>,
    /// Programs, or files of the test bed.
    #[serde(default)]
    needs: Vec<String>,
    /// The line of a shell.
    run: String,
    /// Options of `why401 run`.
    #[serde(default)]
    options: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default = "acme")]
    hosts: Vec<String>,
    #[serde(default = "usual")]
    server: String,
    /// Whether `why401` does not trust the hosts' authority.
    #[serde(default)]
    untrusted: bool,
}

fn acme() -> Vec<String> {
    vec!["api.acme.test".to_owned(), "eu.acme.test".to_owned()]
}

fn usual() -> String {
    RULES.to_owned()
}

#[test]
fn each_planted_fault_is_named() {
    let table: Table = toml::from_str(include_str!("faults.toml")).unwrap();
    let only = std::env::var("WHY401_RUN_ONLY").unwrap_or_default();
    let wanted = |fault: &&Fault| fault.name.contains(&only) && fault.needs.iter().all(|needed| has(needed));
    let faults: Vec<&Fault> = table.fault.iter().filter(wanted).collect();
    let left = table.fault.len() - faults.len();
    let (next, wrong) = (Mutex::new(faults.iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(fault) = next.lock().unwrap().next() else { return };
                    if let Err(why) = judged(fault) {
                        wrong.lock().unwrap().push(format!("== {} ({})\n{why}", fault.name, fault.cause));
                    }
                }
            });
        }
    });
    println!("{} faults, {left} left out: what they need is not here", faults.len());
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), faults.len(), wrong.join("\n"));
    assert!(table.fault.len() >= 25);
}

fn judged(fault: &Fault) -> Result<(), String> {
    let hosts: Vec<&str> = fault.hosts.iter().map(String::as_str).collect();
    let stand = Stand::new(&hosts, &fault.server);
    for (name, text) in &fault.files {
        stand.write(name, text);
    }
    let modules = bed().join("run-npm/node_modules");
    if modules.exists() {
        std::os::unix::fs::symlink(modules, stand.project().join("node_modules")).unwrap();
    }
    let mut variables: Vec<(String, String)> = fault.env.clone().into_iter().collect();
    if fault.untrusted {
        variables.push(("SSL_CERT_FILE".to_owned(), "/nonexistent".to_owned()));
    }
    let options: Vec<&str> = fault.options.iter().map(String::as_str).collect();
    let (output, events) = stand.run(&options, &fault.run, &variables);
    let told: Vec<&str> = events
        .iter()
        .filter(|event| event["event"] == "refusal")
        .filter_map(|event| event["diagnosis"]["diagnoses"][0]["cause"].as_str())
        .collect();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = told.last().copied().unwrap_or("nothing");
    if last != fault.cause && !fault.also.iter().any(|other| other == last) {
        return Err(format!("{told:?}\n{out}{err}"));
    }
    // The fakes are of a few beginnings.
    let secret = ["zq7-plainly-fake-", "zq7-old-and-fake-"].iter().find(|secret| err.contains(**secret));
    secret.map_or(Ok(()), |secret| Err(format!("{secret} was shown:\n{err}")))
}
