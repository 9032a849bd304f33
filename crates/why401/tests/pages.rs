//! The example on every cause's page: what it expects is what the command finds.
#![allow(clippy::unwrap_used, missing_docs)]

mod story;

use std::fs;

use story::{Stage, fences, filled};
use why401_core::cause::Cause;

#[test]
fn every_page_has_its_parts() {
    for cause in Cause::all() {
        let first = cause.page.lines().next().unwrap_or_default();
        assert!(first.starts_with(&format!("# {}: ", cause.slug)), "{}: {first:?}", cause.slug);
        assert!(cause.title().chars().count() <= 60, "{}: title too long", cause.slug);
        for part in ["## Why it is refused", "## How to recognise it", "## How to mend it", "## Example"] {
            assert!(cause.page.contains(part), "{}: no {part:?}", cause.slug);
        }
    }
}

#[test]
fn what_check_should_find_it_finds() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for cause in Cause::all() {
        let fences = fences(cause.page);
        for expect in fences.iter().filter(|fence| fence.kind == "expect") {
            let words: Vec<&str> = expect.text.split_whitespace().collect();
            let ["check", standing, slug, rest @ ..] = words.as_slice() else { continue };
            checked += 1;
            let printed = Stage::new(&fences).run("why401 check -q");
            let wanted = format!("{standing} {slug}: ");
            let place = rest.first().copied().unwrap_or_default();
            if !printed.lines().any(|line| line.starts_with(place) && line.contains(&wanted)) {
                wrong.push(format!("{}: wanted {:?}, got\n{printed}", cause.slug, expect.text.trim()));
            }
        }
    }
    assert!(checked > 0);
    assert!(wrong.is_empty(), "{} of {checked} pages\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_explain_should_find_it_finds() {
    let mut wrong = Vec::new();
    let mut explained = 0;
    for cause in Cause::all() {
        let fences = fences(cause.page);
        for expect in fences.iter().filter(|fence| fence.kind == "expect") {
            let words: Vec<&str> = expect.text.split_whitespace().collect();
            let ["explain", standing, slug] = words.as_slice() else { continue };
            explained += 1;
            let pasted = fences.iter().filter(|fence| ["response", "client", "log"].contains(&fence.kind.as_str()));
            let pasted: Vec<&str> = pasted.map(|fence| fence.text.as_str()).collect();
            assert!(!pasted.is_empty(), "{}: nothing to explain", cause.slug);
            let stage = Stage::new(&fences);
            fs::write(stage.path().join("pasted.txt"), filled(&pasted.join("\n"))).unwrap();
            let context = fences.iter().filter(|fence| fence.kind == "file");
            let context: String = context.map(|fence| format!(" --context {}", fence.name)).collect();
            let printed = stage.run(&format!("why401 explain -q pasted.txt{context}"));
            // What is only possible need not come first.
            let lines = if *standing == "possible" { usize::MAX } else { 1 };
            if !printed.lines().take(lines).any(|line| line.contains(&format!("{standing} {slug}: "))) {
                wrong.push(format!("{}: wanted {standing} {slug}, got\n{printed}", cause.slug));
            }
        }
    }
    assert!(explained > 0);
    assert!(wrong.is_empty(), "{} of {explained} pages\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_token_should_find_it_finds() {
    let mut wrong = Vec::new();
    let mut looked = 0;
    for cause in Cause::all() {
        let fences = fences(cause.page);
        let mut tokens = fences.iter().filter(|fence| fence.kind == "token");
        for expect in fences.iter().filter(|fence| fence.kind == "expect") {
            let words: Vec<&str> = expect.text.split_whitespace().collect();
            let ["token", standing, slug] = words.as_slice() else { continue };
            looked += 1;
            let fence = tokens.next().unwrap();
            let stage = Stage::new(&[]);
            fs::write(stage.path().join("token.txt"), story::signed(&fence.text)).unwrap();
            let printed = stage.run(&format!("why401 token token.txt -q {}", fence.name));
            if !printed.lines().take(1).any(|line| line.starts_with(&format!("{standing} {slug}: "))) {
                wrong.push(format!("{}: wanted {standing} {slug}, got\n{printed}", cause.slug));
            }
        }
    }
    assert!(looked >= 8, "{looked}");
    assert!(wrong.is_empty(), "{} of {looked} pages\n{}", wrong.len(), wrong.join("\n"));
}
