//! Logs, texts and code in which nothing is refused: nothing is found in them.
//!
//! What only speaks of refusals, as a change log does, may give possible causes: the name of such a block ends in `~`.
//! Each block of `*.txt` here is one; with the frames that a CI, Compose or a chat puts round it there are over 300. What
//! other people wrote is not copied: the last test reads the packages that happen to be on this machine.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, missing_docs)]

#[path = "../pasted/mod.rs"]
mod pasted;

use std::fs;
use std::path::{Path, PathBuf};

use pasted::causes;
use why401_core::cause::Standing;
use why401_core::provider::Registry;

const TEXTS: [&str; 6] = [
    include_str!("builds.txt"),
    include_str!("servers.txt"),
    include_str!("tests.txt"),
    include_str!("errors.txt"),
    include_str!("prose.txt"),
    include_str!("code.txt"),
];

/// Every block with its name.
fn blocks() -> impl Iterator<Item = (&'static str, &'static str)> {
    let blocks = TEXTS.into_iter().flat_map(|text| text.strip_prefix("%% ").unwrap().split("\n%% "));
    blocks.map(|block| block.split_once('\n').unwrap())
}

/// The frames in which a person may paste it.
fn framed(text: &str) -> [String; 3] {
    let ci = text.lines().map(|line| format!("2026-03-12T10:00:01.4010000Z \u{1b}[36m{line}\u{1b}[0m\n")).collect();
    let chat = format!("hey, can somebody tell me what this is?\n\n```\n{}\n```\nthanks!\n", text.trim_end());
    [text.to_owned(), ci, chat]
}

#[test]
fn nothing_is_found_where_nothing_is_refused() {
    let registry = Registry::new(Vec::new());
    let mut wrong = Vec::new();
    let mut count = 0;
    for (name, block) in blocks() {
        for (number, text) in framed(block).iter().enumerate() {
            count += 1;
            let mut found = causes(text, &registry);
            if name.ends_with('~') {
                found.retain(|(_, standing, _)| *standing < Standing::Possible);
            }
            if !found.is_empty() {
                wrong.push(format!("{name} ({number}): {:?}", &found[..found.len().min(3)]));
            }
        }
    }
    assert!(count >= 300, "{count}");
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn texts_of_packages_on_this_machine_are_no_refusals() {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let roots =
        [home.join(".cargo/registry/src"), "/usr/lib/node_modules".into(), "/usr/lib/python3/dist-packages".into()];
    let mut texts = Vec::new();
    roots.iter().for_each(|root| collect(root, 6, &mut texts));
    // A TLS library's introduction shows what a refused certificate looks like.
    texts.retain(|path| !path.to_string_lossy().contains("rustls"));
    texts.sort();
    // Some from everywhere, and not so many that the test is slow.
    let most = std::env::var("WHY401_HARMLESS").ok().and_then(|most| most.parse().ok()).unwrap_or(120);
    let step = (texts.len() / most).max(1);
    let registry = Registry::new(Vec::new());
    let mut wrong = Vec::new();
    for path in texts.iter().step_by(step) {
        let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        let mut found = causes(&text, &registry);
        found.retain(|(_, standing, _)| *standing < Standing::Possible);
        if !found.is_empty() {
            wrong.push(format!("{}: {found:?}", path.display()));
        }
    }
    // What lies on a machine is not ours, and now and then an introduction shows a real error of a client.
    let looked_at = texts.len().min(most);
    assert!(wrong.len() * 50 <= looked_at, "{} of {looked_at}\n{}", wrong.len(), wrong.join("\n"));
}

/// Change logs and introductions below `folder`.
fn collect(folder: &Path, depth: usize, texts: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().to_ascii_lowercase());
        let wanted = ["change", "readme", "history", "news"].iter().any(|start| name.starts_with(start));
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth > 0 => collect(&path, depth - 1, texts),
            Ok(kind) if kind.is_file() && wanted && entry.metadata().is_ok_and(|data| data.len() < 100_000) => {
                texts.push(path);
            }
            _ => {}
        }
    }
}
