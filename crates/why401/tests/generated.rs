//! `docs/reference/` and `share/`: written from the program itself, and compared.
//!
//! `WHY401_ACCEPT=1 cargo test -p why401 --test generated` writes them.
#![allow(clippy::unwrap_used, missing_docs)]

mod story;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::process::Command;

use story::{accepting, binary, repository};
use why401_core::cause::Cause;
use why401_core::loader::{Loader, Process};
use why401_core::provider::Provider;

const NOTE: &str = "<!-- Written by `./test --accept`; change what it is written from. -->\n\n";

#[test]
fn generated_files_are_up_to_date() {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    files.insert("docs/reference/commands.md".to_owned(), commands());
    files.insert("docs/reference/providers.md".to_owned(), providers());
    files.insert("docs/reference/loaders.md".to_owned(), loaders());
    files.insert("docs/reference/causes.md".to_owned(), causes());
    for group in groups() {
        files.insert(format!("docs/reference/causes/{group}.md"), pages(group));
    }
    for shell in ["bash", "zsh", "fish", "powershell"] {
        files.insert(format!("share/completions/why401.{shell}"), why401(&["completions", shell]));
    }
    let folder = tempfile::tempdir().unwrap();
    why401(&["man", folder.path().to_str().unwrap()]);
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        files.insert(format!("share/man/{name}"), fs::read_to_string(path).unwrap());
    }
    let stale: Vec<&String> = files
        .iter()
        .filter(|(path, text)| fs::read_to_string(repository().join(path)).ok().as_ref() != Some(text))
        .map(|(path, _)| path)
        .collect();
    if accepting() {
        for path in &stale {
            let full = repository().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, &files[*path]).unwrap();
        }
        return;
    }
    assert!(stale.is_empty(), "not up to date: {stale:?}; `./test --accept` writes them");
}

fn why401(arguments: &[&str]) -> String {
    let output = Command::new(binary()).args(arguments).env("COLUMNS", "100").output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn commands() -> String {
    let mut out = format!("# Commands\n\n{NOTE}");
    for words in [
        &[][..],
        &["check"],
        &["explain"],
        &["probe"],
        &["cors"],
        &["clock"],
        &["causes"],
        &["providers"],
        &["loaders"],
        &["loaders", "try"],
        &["completions"],
        &["man"],
    ] {
        let title = [&["why401"], words].concat().join(" ");
        let help = why401(&[words, &["--help"]].concat());
        let _ = writeln!(out, "## `{title}`\n\n```text\n{}\n```\n", help.trim_end());
    }
    out
}

fn groups() -> Vec<&'static str> {
    let mut groups: Vec<&str> = Cause::all().filter_map(|cause| Some(cause.slug.split_once('/')?.0)).collect();
    groups.dedup();
    groups
}

fn causes() -> String {
    let mut out = format!("# Causes\n\n{NOTE}| cause | what is wrong |\n| --- | --- |\n");
    for cause in Cause::all() {
        let (group, name) = cause.slug.split_once('/').unwrap();
        let anchor = format!("{group}{name}-{}", cause.title().to_lowercase());
        let anchor: String = anchor
            .chars()
            .filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
                _ => None,
            })
            .collect();
        let _ = writeln!(out, "| [`{}`](causes/{group}.md#{anchor}) | {} |", cause.slug, cause.title());
    }
    out
}

fn pages(group: &str) -> String {
    let mut out = NOTE.to_owned();
    for cause in Cause::all().filter(|cause| cause.slug.split_once('/').is_some_and(|(own, _)| own == group)) {
        let _ = writeln!(out, "{}", cause.text());
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn providers() -> String {
    let mut out = format!("# Providers\n\n{NOTE}`why401 providers NAME` shows all that is known of one.\n\n");
    out.push_str("| provider | name | variables that hold a credential | kinds of credentials | refusals known |\n| --- | --- | --- | --- | --- |\n");
    for provider in Provider::all() {
        let variables: Vec<String> = provider.variables.secret.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(
            out,
            "| [`{}`]({}) | {} | {} | {} | {} |",
            provider.slug,
            provider.links.docs,
            provider.name,
            variables.join(", "),
            provider.credential.len(),
            provider.answer.len()
        );
    }
    out
}

fn loaders() -> String {
    let mut out = format!(
        "# Loaders\n\n{NOTE}`why401 loaders try LOADER FILE` shows what one makes of a file, without the values.\n\n"
    );
    out.push_str("| loader | name | measured | the process already has the name | files it reads by itself, the winner first |\n| --- | --- | --- | --- | --- |\n");
    for loader in Loader::all() {
        let process = match loader.process {
            Process::Wins => "the process wins",
            Process::WinsUnlessEmpty => "the process wins, unless it is empty",
            Process::Loses => "the file wins",
        };
        let files: Vec<String> = loader
            .files
            .iter()
            .map(|mode| {
                let order: Vec<String> = mode.order.iter().map(|name| format!("`{name}`")).collect();
                if mode.when.is_empty() { order.join(" > ") } else { format!("{}: {}", mode.when, order.join(" > ")) }
            })
            .collect();
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {process} | {} |",
            loader.slug,
            loader.name,
            loader.versions,
            files.join("<br>")
        );
    }
    out
}
