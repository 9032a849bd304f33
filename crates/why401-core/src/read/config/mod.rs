//! Configuration of CI, containers, services and hosting: what is set there, what is started there, and with what.

mod actions;
mod compose;
mod dockerfile;
mod gitlab;
mod kubernetes;
pub(super) mod netrc;
mod npmrc;
mod platforms;
mod properties;
mod script;
mod serverless;
mod service;
mod tables;
mod targets;
mod tasks;
mod yaml;

use std::ops::Range;
use std::sync::Arc;

use super::{Reader, folder_of, name_of};
use crate::fact::{Fact, Origin, Place, Reads, Seen, Sets, Setter, Starter, Starts, Value};
use crate::secret::Secret;

/// The readers of this folder.
pub(super) const READERS: &[Reader] = &[
    actions::WORKFLOW,
    actions::ACTION,
    compose::COMPOSE,
    dockerfile::DOCKERFILE,
    gitlab::PIPELINE,
    kubernetes::MANIFEST,
    netrc::NETRC,
    npmrc::NPMRC,
    service::UNIT,
    service::CRONTAB,
    service::SCRIPT,
    tasks::SCRIPTS,
    tasks::MAKEFILE,
    serverless::SERVERLESS,
    serverless::TEMPLATE,
    targets::WRANGLER,
    targets::NETLIFY,
    targets::VERCEL,
    targets::RENDER,
    platforms::FLY,
    platforms::APP_ENGINE,
    platforms::HEROKU,
    platforms::PROCFILE,
    properties::SPRING,
    properties::DOTNET,
    properties::GRADLE,
    properties::INI,
];

/// Facts of one file, gathered in the order in which they are found.
struct Facts<'t> {
    path: &'t Arc<str>,
    text: &'t str,
    found: Vec<Fact>,
}

impl<'t> Facts<'t> {
    fn new(path: &'t Arc<str>, text: &'t str) -> Self {
        Self { path, text, found: Vec::new() }
    }

    fn add(&mut self, span: Range<usize>, seen: Seen) {
        let place = Place::of(self.path, self.text.as_bytes(), &span);
        self.found.push(Fact { origin: Origin::File(place), span, seen });
    }

    fn sets(&mut self, span: Range<usize>, name: &str, value: Value, by: Setter) {
        self.add(span, Seen::Sets(Sets { name: name.to_owned(), value, by }));
    }

    /// The reads of a script whose bytes in the file are `span`.
    fn script(&mut self, span: &Range<usize>, script: &script::Script) {
        for read in &script.reads {
            let span = span.start + read.span.start..span.start + read.span.end;
            let reads =
                Reads { name: read.name.clone(), through: "$", browser: false, fallback: read.fallback, top: false };
            self.add(span, Seen::Reads(reads));
        }
    }

    /// What a script that begins at `start` and runs in one of `folders` starts by `sudo`.
    fn sudo(&mut self, start: usize, script: &script::Script, folders: &[&str]) {
        for sudo in &script.sudo {
            let programs = sudo.programs.iter();
            let programs =
                programs.flat_map(|program| folders.iter().filter_map(|folder| resolve(folder, program))).collect();
            let given = sudo.given.clone();
            let starts = Starts {
                by: Starter::Sudo,
                name: String::new(),
                given,
                files: Vec::new(),
                programs,
                folder: None,
                mounted: true,
                open: sudo.keeps,
            };
            self.add(start + sudo.span.start..start + sudo.span.end, Seen::Starts(starts));
        }
    }

    /// Line `line` is where the text stops being what the file's name says.
    fn unread(&mut self, line: u32, why: &'static str) {
        let origin = Origin::File(Place::line(self.path, line));
        self.found.push(Fact { origin, span: 0..0, seen: Seen::Unread(why) });
    }
}

/// `path` as written in a file of `folder`, relative to the project; `None` where it leaves the project or has a
/// variable in it.
fn resolve(folder: &str, path: &str) -> Option<String> {
    if path.starts_with(['/', '~']) || path.contains('$') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A value that stands in the file as it is.
fn literal(text: &str) -> Value {
    Value::Literal(Secret::from(text))
}

/// Lines with the byte at which they begin, their ends left out.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line.trim_end_matches(['\n', '\r'])))
    })
}

/// What a file sets, reads and starts, each fact in a line of words, for the tests of the readers.
#[cfg(test)]
fn said(path: &str, text: &str) -> Vec<String> {
    let facts = super::facts(&path.into(), text);
    let say = |fact: &Fact| {
        let at = text.get(fact.span.clone()).unwrap_or_default();
        Some(match &fact.seen {
            Seen::Sets(sets) => match &sets.value {
                Value::Literal(_) => format!("{} = {at}", sets.name),
                Value::Reference { name, scope } => format!("{} from {scope} {name}", sets.name),
                Value::Path { declared } => format!("{} by path{}", sets.name, if *declared { "" } else { "?" }),
                _ => format!("{} ?", sets.name),
            },
            Seen::Reads(reads) => format!("reads {}{}", reads.name, if reads.fallback { "?" } else { "" }),
            Seen::Asks(asks) => format!(
                "asks {} {:?}{}{}",
                asks.name,
                asks.environment,
                if asks.needed { "" } else { " or not" },
                if asks.forks { " forks" } else { "" }
            ),
            Seen::Starts(starts) => {
                let programs = match starts.programs.as_slice() {
                    [] => String::new(),
                    [first, ..] => format!("{first}…{}", starts.programs.len()),
                };
                let open = if starts.open { " open" } else { "" };
                format!("starts {} {:?} {programs}{open}", starts.name, starts.given)
            }
            Seen::Unread(why) => (*why).to_owned(),
            _ => return None,
        })
    };
    facts.iter().filter_map(say).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (folder, path, expected) in [
            ("", "./a.yml", Some("a.yml")),
            ("deploy", "../.env", Some(".env")),
            ("a/b", ".", Some("a/b")),
            ("", "../x", None),
            ("", "/etc/x", None),
            ("", "${X}/a", None),
        ] {
            assert_eq!(resolve(folder, path).as_deref(), expected, "{folder} {path}");
        }
    }
}
