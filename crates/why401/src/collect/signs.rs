//! Signs: lines of code, scripts and configuration that show that a loader is in use, by the regular expressions of
//! `loaders/*.toml`.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::{Regex, RegexBuilder};
use why401_core::fact::Place;
use why401_core::loader::{Language, Loader};

use super::walk::is_env_file;

/// A line that shows a loader in use.
pub(super) struct Sign {
    pub(super) loader: &'static Loader,
    /// Which of the loader's detect entries it is.
    pub(super) detect: usize,
    pub(super) place: Place,
    /// The env files that the line names, as written.
    pub(super) files: Vec<String>,
}

/// Words of which a file must hold one before any expression is tried on it.
const WORDS: [&str; 14] = [
    "dotenv",
    "Dotenv",
    ".env",
    "env-file",
    "env_file",
    "EnvironmentFile",
    "loadEnvFile",
    "parseEnv",
    "environ",
    "decouple",
    "pydantic_settings",
    "env-cmd",
    "next ",
    "bun",
];

/// The signs in one file.
pub(super) fn signs(path: &Arc<str>, text: &str) -> Vec<Sign> {
    static PREFILTER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(WORDS).ok());
    let Some(kind) = kind_of(path) else { return Vec::new() };
    if !PREFILTER.as_ref().is_some_and(|words| words.is_match(text)) {
        return Vec::new();
    }
    // A command over several lines is one; blanks in the place of the line breaks keep every byte where it is.
    let joined = text.replace("\\\r\n", "   ").replace("\\\n", "  ");
    let mut signs = Vec::new();
    for (index, loader) in Loader::all().iter().enumerate() {
        if !kind.may_use(loader.language) {
            continue;
        }
        for (detect, expression) in expressions(index, loader) {
            if let Some(found) = expression.find(&joined) {
                let line = line_of(&joined, &found.range());
                let blank = found.as_str().len() - found.as_str().trim_start().len();
                let span = found.start() + blank..found.end().min(line.end).max(found.start() + blank);
                let place = Place::of(path, text.as_bytes(), &span);
                signs.push(Sign { loader, detect: *detect, place, files: files_in(&joined[line]) });
            }
        }
    }
    signs
}

/// Whether the file at `path` is of a kind that signs are looked for in.
pub(super) fn may_hold(path: &str) -> bool {
    kind_of(path).is_some()
}

/// What kind of file it is, for the loaders that it may use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Code(Language),
    /// A script, a build file, a service, a workflow: any command may stand in it.
    Script,
}

impl FileKind {
    fn may_use(self, language: Language) -> bool {
        match self {
            Self::Code(own) => own == language,
            Self::Script => true,
        }
    }
}

fn kind_of(path: &str) -> Option<FileKind> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let scripts = [
        "Makefile",
        "GNUmakefile",
        "Procfile",
        "Dockerfile",
        "Containerfile",
        "justfile",
        "Justfile",
        "package.json",
        ".envrc",
    ];
    if scripts.contains(&name) || name.starts_with("Dockerfile.") {
        return Some(FileKind::Script);
    }
    match ending {
        "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "vue" | "svelte" => {
            Some(FileKind::Code(Language::Javascript))
        }
        "py" => Some(FileKind::Code(Language::Python)),
        "rb" | "ru" => Some(FileKind::Code(Language::Ruby)),
        "php" => Some(FileKind::Code(Language::Php)),
        "go" => Some(FileKind::Code(Language::Go)),
        "rs" => Some(FileKind::Code(Language::Rust)),
        "sh" | "bash" | "zsh" | "ps1" | "mk" | "yml" | "yaml" | "service" | "toml" | "cron" => Some(FileKind::Script),
        _ => None,
    }
}

/// The compiled expressions of the loader at `index`, each with the detect entry it belongs to.
fn expressions(index: usize, loader: &'static Loader) -> &'static [(usize, Regex)] {
    type Compiled = HashMap<usize, OnceLock<Vec<(usize, Regex)>>>;
    static ALL: LazyLock<Compiled> =
        LazyLock::new(|| (0..Loader::all().len()).map(|index| (index, OnceLock::new())).collect());
    let Some(cell) = ALL.get(&index) else { return &[] };
    cell.get_or_init(|| {
        let compiled = loader.detect.iter().enumerate().filter_map(|(detect, entry)| {
            let expression =
                RegexBuilder::new(&ascii_boundaries(entry.code.as_deref()?)).multi_line(true).build().ok()?;
            Some((detect, expression))
        });
        compiled.collect()
    })
}

/// The expression with `\b` meant for ASCII: its Unicode form takes the slow engine on texts that are not all ASCII.
fn ascii_boundaries(expression: &str) -> String {
    let mut ascii = String::with_capacity(expression.len() + 16);
    let mut rest = expression.chars();
    while let Some(c) = rest.next() {
        match (c, rest.as_str().chars().next()) {
            ('\\', Some('b')) => {
                ascii.push_str("(?-u:\\b)");
                rest.next();
            }
            ('\\', Some(next)) => {
                ascii.extend([c, next]);
                rest.next();
            }
            _ => ascii.push(c),
        }
    }
    ascii
}

fn line_of(text: &str, range: &Range<usize>) -> Range<usize> {
    let blank = text[range.clone()].len() - text[range.clone()].trim_start().len();
    let at = range.start + blank;
    let start = text[..at].rfind('\n').map_or(0, |found| found + 1);
    let end = text[at..].find('\n').map_or(text.len(), |found| at + found);
    start..end
}

/// The words of a line that are names of env files.
fn files_in(line: &str) -> Vec<String> {
    let ends = |c: char| c.is_whitespace() || "\"'`=;&|<>()[]{},".contains(c);
    let named = line
        .split(ends)
        .map(|word| word.trim_start_matches('-'))
        .filter(|word| is_env_file(word.rsplit('/').next().unwrap_or(word)) && !word.contains('$'));
    let mut files: Vec<String> = named.map(str::to_owned).collect();
    files.dedup();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_show_a_loader() {
        for (path, text, expected) in [
            ("run.sh", "docker run \\\n  --env-file ./prod.env img\n", vec![("docker-env-file", vec!["./prod.env"])]),
            (
                "unit.service",
                "[Service]\nEnvironmentFile=-/etc/app/app.env\n",
                vec![("systemd", vec!["/etc/app/app.env"])],
            ),
            ("a.md", "docker run --env-file .env img\n", vec![]),
            ("app.py", "import os\n", vec![]),
        ] {
            let found = signs(&path.into(), text);
            let got: Vec<_> = found
                .iter()
                .map(|s| (s.loader.slug.as_str(), s.files.iter().map(String::as_str).collect::<Vec<_>>()))
                .collect();
            assert_eq!(got, expected, "{path}");
        }
    }
}
