//! Which file wins, by loader and mode, against what the real loaders did (`tests/precedence.toml`).
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, missing_docs)]

use std::path::Path;

use serde::Deserialize;
use why401_core::loader::{Content, Environment, File, Loader};
use why401_core::secret::Secret;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    loader: String,
    mode: Option<String>,
    when: Option<String>,
    #[serde(default)]
    named: Vec<String>,
    order: Vec<String>,
    process: String,
    process_empty: String,
    winner_empty: Option<String>,
}

#[test]
fn the_same_file_wins_as_with_the_real_loader() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/precedence.toml");
    let table: Table = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for row in &table.row {
        match Loader::find(&row.loader) {
            Some(loader) => wrong.extend(differences(row, loader)),
            None => wrong.push(format!("{}: no such loader", row.loader)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn differences(row: &Row, loader: &Loader) -> Vec<String> {
    let place = format!("{} {}{}", row.loader, row.mode.as_deref().unwrap_or_default(), row.named.join(","));
    let wanted = |text: &str| row.when.as_deref().is_none_or(|when| text.contains(when));
    let files = match &row.mode {
        Some(mode) => loader.files.iter().find(|m| m.mode == *mode && wanted(&m.when)).map(|m| m.order.clone()),
        None => Some(row.named.clone()),
    };
    let Some(files) = files else { return vec![format!("{place}: no such mode")] };
    let mut wrong = Vec::new();
    let mut check = |what: &str, expected: Option<&str>, got: Option<String>| {
        if got.as_deref() != expected {
            wrong.push(format!("{place}: {what}: expected {expected:?}, got {got:?}"));
        }
    };
    let none = Environment::new();
    let process = |value: &str| Environment::from([("W".to_owned(), Secret::from(value))]);
    let mut gone: Vec<&str> = Vec::new();
    for winner in &row.order {
        check("winner", Some(winner), value(loader, &files, &gone, None, &none));
        gone.push(winner);
    }
    check("after the last", None, value(loader, &files, &gone, None, &none));
    check("set in the process", Some(&row.process), value(loader, &files, &[], None, &process("process")));
    check("empty in the process", Some(&row.process_empty), value(loader, &files, &[], None, &process("")));
    if let Some(expected) = &row.winner_empty {
        let winner = row.order.first().map(String::as_str);
        check("empty in the winner", Some(expected), value(loader, &files, &[], winner, &none));
    }
    wrong
}

/// W after the load, where every file but those that are `gone` sets it to its own name, and `empty` to nothing.
fn value(
    loader: &Loader,
    files: &[String],
    gone: &[&str],
    empty: Option<&str>,
    process: &Environment,
) -> Option<String> {
    let text = |name: &String| if empty == Some(name) { "W=\n".to_owned() } else { format!("W={name}\n") };
    let texts: Vec<String> = files.iter().map(text).collect();
    let mut on_disk = Vec::new();
    for (path, text) in files.iter().zip(&texts) {
        let missing = gone.contains(&path.as_str());
        let content = if missing { Content::Missing } else { Content::Bytes(text.as_bytes()) };
        on_disk.push(File { path, content });
    }
    let loaded = loader.load(&on_disk, process);
    loaded.values.get("W").map(|seen| String::from_utf8_lossy(seen.value.expose()).into_owned())
}
