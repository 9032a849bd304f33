//! `why401 probe` held against the test bed: real servers, proxies and frameworks on loopback, a healthy credential and planted
//! faults for each. `tests/bed/faults/*.toml` is the table, `tests/bed/servers/` starts what it names, `tests/bed/install` gets it.
//!
//! Where the bed is not installed nothing is tested, and the test says so. `WHY401_BED_FULL=1` adds what only `./test --full` installs;
//! `WHY401_BED_ONLY=TEXT` runs the servers whose name has that text in it; `WHY401_BED_TABLE=FILE` writes server, fault and verdict.
//!
//! `tests/bed/open.md` lists the faults that are not named yet: they must stand there, and no other may. `WHY401_ACCEPT=1` writes it.
#![allow(clippy::panic, clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod served;
mod table;
mod verdict;
#[path = "../story/words.rs"]
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex};
use std::thread;

use served::{Served, bed};
use table::{Line, lines};
use verdict::{Verdict, judged, name};

/// How many commands run at once: they wait for servers, and the servers need the processor.
const AT_ONCE: usize = 4;

#[test]
fn each_planted_fault_is_named_and_no_healthy_credential_is() {
    let Some(bed) = bed() else {
        println!("the test bed is not installed; tests/bed/install does it");
        return;
    };
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (full, only, written) = (set("WHY401_BED_FULL").is_some(), set("WHY401_BED_ONLY"), set("WHY401_BED_TABLE"));
    let all = lines(&repository().join("tests/bed/faults"));
    let faults = all.iter().filter(|line| line.fault.is_some()).count();
    assert!(faults >= 60, "{faults} faults");
    let mut starts: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in all.iter().filter(|line| line.waits.is_none() && (full || !line.full)) {
        if only.as_ref().is_none_or(|text| line.server.contains(text.as_str())) {
            starts.entry(&line.start).or_default().push(line);
        }
    }
    let permits = Permits::new(AT_ONCE);
    let verdicts = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for (start, lines) in &starts {
            let (bed, permits, verdicts) = (&bed, &permits, &verdicts);
            scope.spawn(move || {
                let served = match Served::start(bed, start) {
                    Ok(served) => served,
                    Err(why) => {
                        let never = lines.iter().map(|line| (*line, Verdict::never(&why)));
                        return verdicts.lock().unwrap().extend(never);
                    }
                };
                thread::scope(|inner| {
                    for line in lines {
                        let served = &served;
                        inner.spawn(move || {
                            let verdict = permits.held(|| judged(line, served.told()));
                            verdicts.lock().unwrap().push((*line, verdict));
                        });
                    }
                });
            });
        }
    });
    let mut verdicts = verdicts.into_inner().unwrap();
    verdicts.sort_by_key(|(line, _)| line.number);
    assert!(!verdicts.is_empty(), "no server that is to be run has {} in its name", only.unwrap_or_default());
    if let Some(path) = written {
        std::fs::write(path, printed(&all, &verdicts)).unwrap();
    }
    let path = repository().join("tests/bed/open.md");
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    if std::env::var_os("WHY401_ACCEPT").is_some_and(|value| value == "1") {
        std::fs::write(path, still_open(&old, &all, &verdicts)).unwrap();
        return;
    }
    let is_open = |line: &Line| old.lines().any(|row| row.starts_with(&format!("| {} |", name(line))));
    let wrong = verdicts.iter().filter_map(|(line, verdict)| match (verdict.wrong(line), is_open(line)) {
        (Some(wrong), false) => Some(wrong),
        (None, true) => Some(format!("{} is named now: take it out of tests/bed/open.md", name(line))),
        _ => None,
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{} of {} lines:\n{}", wrong.len(), verdicts.len(), wrong.join("\n"));
}

/// The text of `open.md`: what failed now, and of the old what was not run.
fn still_open(old: &str, all: &[Line], verdicts: &[(&Line, Verdict)]) -> String {
    let head = "# Faults of the test bed that are not named yet\n\nWritten by `./test --accept`.\n\n\
                | server | fault | expected | named instead |\n| --- | --- | --- | --- |\n";
    let rows = all.iter().filter_map(|line| match verdicts.iter().find(|(ran, _)| ran.number == line.number) {
        Some((_, verdict)) => verdict.open(line),
        None => old.lines().find(|row| row.starts_with(&format!("| {} |", name(line)))).map(|row| format!("{row}\n")),
    });
    head.to_owned() + &rows.collect::<String>()
}

/// The table as Markdown: what was run, and what waits.
fn printed(all: &[Line], verdicts: &[(&Line, Verdict)]) -> String {
    let mut text = String::from(
        "| server | fault | expected | verdict | requests | seconds | |\n| --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for (line, verdict) in verdicts {
        text.push_str(&verdict.row(line));
    }
    for line in all.iter().filter(|line| line.waits.is_some()) {
        let waits = line.waits.as_deref().unwrap_or_default();
        let fault = line.fault.as_deref().unwrap_or("healthy");
        text.push_str(&format!(
            "| {} | {fault} | {} | waits for {waits} | | | |\n",
            line.server,
            line.expect.join(", ")
        ));
    }
    text
}

/// So many may do something at once.
struct Permits {
    free: Mutex<usize>,
    given_back: Condvar,
}

impl Permits {
    fn new(free: usize) -> Self {
        Self { free: Mutex::new(free), given_back: Condvar::new() }
    }

    fn held<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut free = self.free.lock().unwrap();
        while *free == 0 {
            free = self.given_back.wait(free).unwrap();
        }
        *free -= 1;
        drop(free);
        let done = work();
        *self.free.lock().unwrap() += 1;
        self.given_back.notify_one();
        done
    }
}

/// The root of the repository.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
