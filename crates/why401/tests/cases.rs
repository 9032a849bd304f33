//! Every story of `cases/*.md`: the whole output of each command is compared.
//!
//! `WHY401_ACCEPT=1 cargo test -p why401 --test cases` writes what the commands print now into the stories;
//! `WHY401_STORY=TEXT` runs those with that text in their name.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

mod story;

use std::fs;
use std::net::{Ipv6Addr, TcpListener};

use story::{Stage, accepting, fences, repository};

#[test]
fn stories() {
    let mut paths: Vec<_> = fs::read_dir(repository().join("cases")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    let only = std::env::var("WHY401_STORY").unwrap_or_default();
    paths.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().contains(&only)));
    paths.sort();
    assert!(!paths.is_empty());
    let mut failed = Vec::new();
    for path in &paths {
        let old = fs::read_to_string(path).unwrap();
        if old.contains(" over IPv6") && TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
            eprintln!("{}: left out, this machine has no IPv6", path.display());
            continue;
        }
        let new = told(&old);
        if old != new && accepting() {
            fs::write(path, &new).unwrap();
        } else if old != new {
            let differ = old.lines().zip(new.lines()).find(|(a, b)| a != b);
            failed.push(format!(
                "{}\n  was: {:?}\n  now: {:?}\n{new}",
                path.display(),
                differ.map(|d| d.0),
                differ.map(|d| d.1)
            ));
        }
    }
    assert!(failed.is_empty(), "{} stories differ; WHY401_ACCEPT=1 accepts\n{}", failed.len(), failed.join("\n"));
}

/// The story with the output that its commands print now.
fn told(markdown: &str) -> String {
    let fences = fences(markdown);
    let stage = Stage::new(&fences);
    let mut out = String::new();
    let mut at = 0;
    let mut commands = 0;
    for fence in fences.iter().filter(|fence| fence.kind == "console") {
        out.push_str(&markdown[at..fence.span.start]);
        for line in fence.text.lines().filter_map(|line| line.strip_prefix("$ ")) {
            commands += 1;
            let printed = match line.strip_prefix("cat ") {
                Some(path) => fs::read_to_string(stage.path().join(path)).unwrap(),
                None => stage.run(line),
            };
            out.push_str(&format!("$ {line}\n{printed}"));
        }
        at = fence.span.end;
    }
    assert!(commands > 0, "a story runs at least one command");
    out + &markdown[at..]
}
