//! systemd units, crontabs and scripts with `sudo`: programs that start with an environment of their own.

use std::sync::Arc;

use super::script::{self, Script};
use super::{Facts, folder_of, lines, literal, name_of, resolve};
use crate::fact::{Fact, Loads, Seen, Setter, Starter, Starts, Value};
use crate::read::Reader;

pub(super) const UNIT: Reader = Reader { name: "systemd units", takes: |path| path.ends_with(".service"), read: unit };
pub(super) const CRONTAB: Reader = Reader { name: "crontabs", takes: is_crontab, read: crontab };
pub(super) const SCRIPT: Reader = Reader { name: "shell scripts", takes: is_script, read: shell };

/// `[Service]` of a unit.
fn unit(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let (mut given, mut files, mut programs, mut open, mut start) = (Vec::new(), Vec::new(), Vec::new(), false, None);
    for (at, line) in lines(text) {
        let Some((key, value)) = line.split_once('=') else { continue };
        let from = at + key.len() + 1;
        match key.trim() {
            "Environment" => {
                for (offset, word) in words(value) {
                    let Some((name, value)) = word.split_once('=') else { continue };
                    given.push(name.to_owned());
                    let span = from + offset + name.len() + 1..from + offset + word.len();
                    let seen = if value.contains('%') { Value::Unknown } else { literal(value) };
                    facts.sets(span, name, seen, Setter::Systemd);
                }
            }
            "PassEnvironment" => given.extend(value.split_whitespace().map(str::to_owned)),
            "EnvironmentFile" => {
                let file = value.trim().trim_start_matches('-');
                match resolve(folder_of(path), file) {
                    Some(found) if !found.is_empty() => {
                        let loads =
                            Loads { loader: "systemd".to_owned(), files: vec![file.to_owned()], after: Vec::new() };
                        facts.add(from..from + value.len(), Seen::Loads(loads));
                        files.push(found);
                    }
                    _ => open = true,
                }
            }
            "LoadCredential" | "LoadCredentialEncrypted" | "SetCredential" => open = true,
            "ExecStart" => {
                start.get_or_insert(at..at + line.len());
                let script = script::read(value.trim_start_matches(['-', '@', ':', '+', '!']));
                open |= script.open;
                programs.extend(script.programs);
            }
            _ => {}
        }
    }
    if let Some(span) = start {
        let name = name_of(path).to_owned();
        let starts = Starts { by: Starter::Systemd, name, given, files, programs, folder: None, mounted: false, open };
        facts.add(span, Seen::Starts(starts));
    }
    facts.found
}

/// The words of a unit's value with their offsets, quotes round a whole word taken off.
fn words(value: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < value.len() {
        let rest = &value[at..];
        let skip = rest.len() - rest.trim_start().len();
        at += skip;
        let rest = &value[at..];
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let open = usize::from(quote.is_some());
        let body = &rest[open..];
        let end = body.find(|c: char| quote.map_or(c.is_whitespace(), |quote| c == quote)).unwrap_or(body.len());
        if end > 0 {
            found.push((at + open, &body[..end]));
        }
        at += open + end + 1;
        while at < value.len() && !value.is_char_boundary(at) {
            at += 1;
        }
    }
    found
}

fn is_crontab(path: &str) -> bool {
    let name = name_of(path);
    name == "crontab" || name.ends_with(".crontab") || name.ends_with(".cron") || folder_of(path).ends_with("cron.d")
}

fn crontab(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let mut given: Vec<String> = Vec::new();
    for (at, line) in lines(text) {
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let first = trimmed.split_whitespace().next().unwrap_or_default();
        if let Some((name, value)) = trimmed.split_once('=').filter(|(name, _)| {
            let name = name.trim_end();
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        }) {
            let name = name.trim_end();
            given.push(name.to_owned());
            let end = at + line.trim_end().len();
            facts.sets(end - value.trim().len()..end, name, literal(value.trim()), Setter::Shell);
            continue;
        }
        let fields = if first.starts_with('@') { 1 } else { 5 };
        let Some(command) = after_fields(trimmed, fields) else { continue };
        let script = script::read(command);
        let mut given = given.clone();
        given.extend(script.sets.iter().cloned());
        let starts = Starts {
            by: Starter::Cron,
            name: String::new(),
            given,
            files: Vec::new(),
            programs: named(&script, folder_of(path)),
            folder: None,
            mounted: true,
            open: script.open,
        };
        let end = at + line.trim_end().len();
        facts.add(end - command.trim_end().len()..end, Seen::Starts(starts));
    }
    facts.found
}

/// What follows the first `count` words.
fn after_fields(line: &str, count: usize) -> Option<&str> {
    let mut rest = line;
    for _ in 0..count {
        rest = rest.trim_start();
        rest = &rest[rest.find(char::is_whitespace)?..];
    }
    Some(rest.trim_start()).filter(|rest| !rest.is_empty())
}

/// Programs of a script; where a path is not relative it stays as written.
fn named(script: &Script, folder: &str) -> Vec<String> {
    script
        .programs
        .iter()
        .filter_map(|program| if program.starts_with('/') { Some(program.clone()) } else { resolve(folder, program) })
        .collect()
}

fn is_script(path: &str) -> bool {
    [".sh", ".bash"].iter().any(|ending| path.ends_with(ending))
}

/// `sudo` in a script: everything else of shell scripts is read as code.
fn shell(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    if text.contains("sudo ") {
        let script = script::read(text);
        facts.sudo(0, &script, &[folder_of(path), ""]);
    }
    facts.found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, text: &str) -> Vec<String> {
        let facts = crate::read::facts(&path.into(), text);
        let say = |fact: &Fact| {
            let at = text.get(fact.span.clone()).unwrap_or_default();
            match &fact.seen {
                Seen::Sets(s) => format!("{} = {at}", s.name),
                Seen::Loads(l) => format!("loads {:?}", l.files),
                Seen::Starts(s) => {
                    format!("starts {:?} {:?}{} [{at}]", s.programs, s.given, if s.open { " open" } else { "" })
                }
                _ => String::new(),
            }
        };
        facts.iter().map(say).collect()
    }

    #[test]
    fn units() {
        for (text, expected) in [
            (
                "[Service]\nEnvironment=A=1 \"B=x y\"\nEnvironmentFile=-app.env\nExecStart=/usr/bin/node /opt/shop/app.js\n",
                vec![
                    "A = 1",
                    "B = x y",
                    "loads [\"app.env\"]",
                    "starts [\"/opt/shop/app.js\"] [\"A\", \"B\"] [ExecStart=/usr/bin/node /opt/shop/app.js]",
                ],
            ),
            ("[Service]\nEnvironmentFile=/etc/x.env\nExecStart=x\n", vec!["starts [] [] open [ExecStart=x]"]),
            ("Environment=\"é\n=\n", vec![]),
        ] {
            assert_eq!(said("x.service", text), expected, "{text}");
        }
    }

    #[test]
    fn jobs_of_cron() {
        assert_eq!(
            said(
                "crontab",
                "# x\nMAILTO=me\n*/5 * * * * python3 jobs/sync.py\n@daily . ./env && node /srv/a.js\n* *\n"
            ),
            [
                "MAILTO = me",
                "starts [\"jobs/sync.py\"] [\"MAILTO\"] [python3 jobs/sync.py]",
                "starts [\"/srv/a.js\"] [\"MAILTO\"] open [. ./env && node /srv/a.js]",
            ]
        );
    }

    #[test]
    fn sudo_in_a_script() {
        assert_eq!(
            said("run.sh", "set -e\nsudo -u www node app.js\nsudo -E node b.js\n"),
            ["starts [\"app.js\", \"app.js\"] [] [sudo]", "starts [\"b.js\", \"b.js\"] [] open [sudo]"]
        );
    }
}
