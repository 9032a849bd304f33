//! Signs: lines of code, scripts and configuration that show that a loader is in use, by the regular expressions of
//! `loaders/*.toml`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

use crate::expression::Expression;
use crate::fact::Place;
use crate::loader::{Language, Loader};
use crate::read::{Needles, name_of};

use super::is_env_file;

/// A line that shows a loader in use.
pub struct Sign {
    pub(super) loader: &'static Loader,
    /// Which of the loader's detect entries it is.
    pub(super) detect: usize,
    pub(super) place: Place,
    /// The env files that the line names, as written.
    pub(super) files: Vec<String>,
}

/// Every expression, found by the literals that it requires.
struct Expressions {
    all: Vec<Detects>,
    /// Whether a file of a kind holds any needle of its loaders.
    any: BTreeMap<FileKind, OnceLock<Needles>>,
}

struct Detects {
    loader: &'static Loader,
    detect: usize,
    /// Every text that it matches holds one of each; the first set says most.
    needles: Vec<Vec<&'static str>>,
    /// Compiled when a file holds one of its needles; to compile all of them takes longer than to look at a project.
    compiled: OnceLock<Option<Expression>>,
}

impl Expressions {
    fn get() -> &'static Self {
        static ALL: LazyLock<Expressions> = LazyLock::new(Expressions::new);
        &ALL
    }

    fn new() -> Self {
        let mut all = Vec::new();
        for (loader, needles) in Loader::all().iter().zip(Loader::needles()) {
            for (detect, needles) in needles.into_iter().enumerate().filter(|(_, needles)| !needles.is_empty()) {
                all.push(Detects { loader, detect, needles, compiled: OnceLock::new() });
            }
        }
        Self { all, any: FileKind::ALL.into_iter().map(|kind| (kind, OnceLock::new())).collect() }
    }

    /// The expressions that may match somewhere in `text`, a file of this kind, in the order of the loaders.
    fn candidates(&self, kind: FileKind, text: &str) -> Vec<&Detects> {
        let own = || self.all.iter().filter(|expression| kind.may_use(expression.loader.language));
        let needles = || Needles::new(own().filter_map(|expression| expression.needles.first()).flatten());
        if !self.any.get(&kind).is_some_and(|any| any.get_or_init(needles).occur_in(text)) {
            return Vec::new();
        }
        let mut seen: BTreeMap<&str, bool> = BTreeMap::new();
        let mut holds = |needle: &&'static str| *seen.entry(needle).or_insert_with(|| text.contains(*needle));
        own().filter(|expression| expression.needles.iter().all(|set| set.iter().any(&mut holds))).collect()
    }
}

impl Detects {
    /// The expression over bytes, its classes and boundaries meant for ASCII.
    fn regex(&self) -> Option<&Expression> {
        let compile = || {
            let code = self.loader.detect.get(self.detect)?.code.as_deref()?;
            Expression::new(&format!("(?m){code}"))
        };
        self.compiled.get_or_init(compile).as_ref()
    }
}

/// The signs in one file.
pub fn signs(path: &Arc<str>, text: &str) -> Vec<Sign> {
    let Some(kind) = kind_of(path) else { return Vec::new() };
    let candidates = Expressions::get().candidates(kind, text);
    if candidates.is_empty() {
        return Vec::new();
    }
    // A command over several lines is one; blanks in the place of the line breaks keep every byte where it is.
    let joined = text.replace("\\\r\n", "   ").replace("\\\n", "  ");
    let mut signs = Vec::new();
    for expression in candidates {
        let (loader, detect) = (expression.loader, expression.detect);
        let found = expression.regex().and_then(|regex| regex.find(joined.as_bytes()));
        if let Some(found) = found.and_then(|range| Some((joined.get(range.clone())?, range))) {
            let (shown, range) = found;
            let line = line_of(&joined, &range);
            let start = range.start + shown.len() - shown.trim_start().len();
            let span = start..range.end.min(line.end).max(start);
            let place = Place::of(path, text.as_bytes(), &span);
            signs.push(Sign { loader, detect, place, files: files_in(&joined[line]) });
        }
    }
    signs
}

/// Whether the file at `path` is of a kind that signs are looked for in.
pub fn may_hold(path: &str) -> bool {
    kind_of(path).is_some()
}

/// What kind of file it is, for the loaders that it may use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum FileKind {
    Code(Language),
    /// A script, a build file, a service, a workflow: any command may stand in it.
    Script,
}

impl FileKind {
    const ALL: [Self; 7] = [
        Self::Code(Language::Javascript),
        Self::Code(Language::Python),
        Self::Code(Language::Ruby),
        Self::Code(Language::Php),
        Self::Code(Language::Go),
        Self::Code(Language::Rust),
        Self::Script,
    ];

    fn may_use(self, language: Language) -> bool {
        match self {
            Self::Code(own) => own == language,
            Self::Script => true,
        }
    }
}

fn kind_of(path: &str) -> Option<FileKind> {
    let name = name_of(path);
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
        "deno.json",
        "deno.jsonc",
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
            (
                "deno.json",
                "{\"tasks\": {\"dev\": \"deno run --env-file=.env --env-file=.env.local main.ts\"}}",
                vec![("deno", vec![".env", ".env.local"])],
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
