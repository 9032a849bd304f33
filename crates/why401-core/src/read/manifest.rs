//! Manifests: which packages a project depends on.

use std::sync::Arc;

use serde_json::Value;

use super::{Reader, name_of};
use crate::fact::{Fact, Origin, Package, Place, Seen};

pub(super) const NPM: Reader =
    Reader { name: "package.json", takes: |path| name_of(path) == "package.json", read: npm };
pub(super) const PIP: Reader = Reader { name: "requirements.txt", takes: is_requirements, read: requirements };
pub(super) const NODE: Reader =
    Reader { name: ".nvmrc", takes: |path| matches!(name_of(path), ".nvmrc" | ".node-version"), read: node };
pub(super) const LINES: Reader =
    Reader { name: "manifests", takes: |path| pattern_of(path).is_some(), read: by_pattern };

/// The file's dependencies and its scripts' own packages.
fn npm(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let Ok(Value::Object(manifest)) = serde_json::from_str(text) else { return Vec::new() };
    let groups = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
    let dependencies = groups.iter().filter_map(|group| manifest.get(*group)?.as_object()).flatten();
    // The engine counts as a package: which Node it is decides how an env file is read.
    let engine = manifest.get("engines").and_then(|engines| engines.as_object()?.get_key_value("node"));
    dependencies
        .chain(engine)
        .map(|(name, version)| {
            let at = text.find(&format!("\"{name}\"")).unwrap_or(0);
            package(path, text, at..at + name.len() + 2, "npm", name, major(version.as_str().unwrap_or_default()))
        })
        .collect()
}

/// The Node that a version manager puts in place: a version alone on a line.
fn node(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let version = lines(text).find(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let found = version.map(|(start, line)| {
        package(path, text, start..start + line.trim_end().len(), "npm", "node", major(line.trim()))
    });
    found.into_iter().collect()
}

fn is_requirements(path: &str) -> bool {
    let name = name_of(path);
    name.starts_with("requirements") && name.ends_with(".txt")
        || path.contains("requirements/") && name.ends_with(".txt")
}

/// PEP 508 names at the beginning of each line.
fn requirements(path: &Arc<str>, text: &str) -> Vec<Fact> {
    lines(text)
        .filter_map(|(start, line)| {
            let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(line.len());
            let name = &line[..end];
            let rest = line[end..].trim_start_matches(|c: char| c != '=' && c != '~' && c != '>');
            (name.starts_with(|c: char| c.is_ascii_alphanumeric()))
                .then(|| package(path, text, start..start + end, "pypi", name, major(rest)))
        })
        .collect()
}

/// Manifests in which a line names one package in a fixed way.
struct Pattern {
    file: &'static str,
    registry: &'static str,
    /// Marks that stand before the name, after the line's indentation.
    before: &'static [&'static str],
    /// Characters that end the name.
    ends: &'static str,
}

const PATTERNS: &[Pattern] = &[
    Pattern { file: "Gemfile", registry: "rubygems", before: &["gem '", "gem \"", "gem('", "gem(\""], ends: "'\"" },
    Pattern { file: "composer.json", registry: "packagist", before: &["\""], ends: "\"" },
    Pattern {
        file: "go.mod",
        registry: "go",
        before: &["require ", "github.com/", "gopkg.in/", "golang.org/"],
        ends: " \t",
    },
    Pattern { file: "Cargo.toml", registry: "cargo", before: &[""], ends: " =." },
    Pattern { file: "Pipfile", registry: "pypi", before: &["\"", ""], ends: "\" =" },
    Pattern { file: "pyproject.toml", registry: "pypi", before: &["\"", "'", ""], ends: "\"' =<>~![;" },
    Pattern { file: "deno.json", registry: "npm", before: &["\""], ends: "\"" },
];

fn pattern_of(path: &str) -> Option<&'static Pattern> {
    let name = name_of(path);
    PATTERNS.iter().find(|pattern| pattern.file == name)
}

fn by_pattern(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let Some(pattern) = pattern_of(path) else { return Vec::new() };
    let mut facts = Vec::new();
    for (start, line) in lines(text) {
        let indent = line.len() - line.trim_start().len();
        let Some(before) = pattern.before.iter().find(|before| line[indent..].starts_with(**before)) else { continue };
        // In go.mod the host is part of the name.
        let from = indent + if before.contains('/') { 0 } else { before.len() };
        let rest = &line[from..];
        let end = rest.find(|c| pattern.ends.contains(c)).unwrap_or(rest.len());
        let name = &rest[..end];
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./@".contains(c)) {
            continue;
        }
        facts.push(package(path, text, start + from..start + from + end, pattern.registry, name, major(&rest[end..])));
    }
    facts
}

fn package(
    path: &Arc<str>,
    text: &str,
    span: std::ops::Range<usize>,
    registry: &'static str,
    name: &str,
    major: Option<u32>,
) -> Fact {
    let place = Place::of(path, text.as_bytes(), &span);
    let seen = Seen::Package(Package { registry, name: name.to_owned(), major });
    Fact { origin: Origin::File(place), span, seen }
}

/// The first number of a version or requirement such as `^16.3.1`, `==1.2.4`, `~> 2.8`.
fn major(version: &str) -> Option<u32> {
    let digits = version.find(|c: char| c.is_ascii_digit())?;
    let rest = &version[digits..];
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// Lines with the byte at which they begin.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line.trim_end_matches(['\n', '\r'])))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packages(path: &str, text: &str) -> Vec<String> {
        let facts = crate::read::facts(&path.into(), text);
        facts
            .iter()
            .filter_map(|fact| match &fact.seen {
                Seen::Package(p) => {
                    Some(format!("{}:{}@{}", p.registry, p.name, p.major.map_or("?".to_owned(), |m| m.to_string())))
                }
                _ => None,
            })
            .collect()
    }

    #[test]
    fn manifests() {
        for (path, text, expected) in [
            (
                "package.json",
                r#"{"dependencies":{"dotenv":"^16.3.1"},"devDependencies":{"vite":"latest"}}"#,
                vec!["npm:dotenv@16", "npm:vite@?"],
            ),
            (
                "requirements.txt",
                "python-dotenv==1.0.1\n# note\nflask>=3\n-r base.txt\n",
                vec!["pypi:python-dotenv@1", "pypi:flask@3"],
            ),
            ("app/.nvmrc", "# note\nv20.11.1\n", vec!["npm:node@20"]),
            ("Gemfile", "gem 'dotenv-rails', '~> 2.8'\n", vec!["rubygems:dotenv-rails@2"]),
            (
                "go.mod",
                "module x\nrequire (\n\tgithub.com/joho/godotenv v1.5.1\n)\n",
                vec!["go:github.com/joho/godotenv@1"],
            ),
        ] {
            assert_eq!(packages(path, text), expected, "{path}");
        }
    }
}
