//! Loads: calls that make a loader read env files, the files that they name, and what has run before them.

use std::ops::Range;

use super::lexer::Kind;
use super::locals::Locals;
use super::source::Source;
use crate::fact::{Fact, Loads, Seen};

/// A call that loads env files.
pub(super) struct Call {
    /// The function's path.
    pub(super) path: &'static [&'static str],
    /// Slug of the loader, without the number of its version.
    pub(super) loader: &'static str,
    /// The option that names the files; empty where they are positional; `None` where it takes none.
    pub(super) files: Option<&'static str>,
    /// A word that the file must hold for this to be meant; empty where the path says enough.
    pub(super) needs: &'static str,
}

/// Every load of the file.
pub(super) fn loads(source: &Source<'_>, locals: &Locals<'_>) -> Vec<Fact> {
    let calls: Vec<&'static Call> =
        source.language.loads.iter().filter(|call| source.text.contains(call.needs)).collect();
    let mut facts = Vec::new();
    for index in 0..source.tokens.len() {
        if let Some(text) = source.whole_text(index)
            && let Some((_, loader)) = source.language.import_loads.iter().find(|(module, _)| *module == text)
        {
            facts.push(fact(source, index, index..index + 1, loader, Vec::new(), true));
            continue;
        }
        if source.kind(index) != Some(Kind::Name) {
            continue;
        }
        let Some((call, open)) = calls.iter().find_map(|call| called(source, index, call)) else {
            continue;
        };
        let files = call.files.map_or_else(Vec::new, |option| files(source, locals, open, option));
        facts.push(fact(source, index, index..source.other(open) + 1, call.loader, files, false));
    }
    facts
}

fn called(source: &Source<'_>, index: usize, call: &'static Call) -> Option<(&'static Call, usize)> {
    // `config(…)` alone must have come from the loader's own package: `require('dotenv').config(…)`, an import.
    let bare = call.path.len() == 1;
    if bare && call.path == ["config"] {
        let required = index >= 2
            && source.is(index - 1, b'.')
            && source.is(index - 2, b')')
            && source.whole_text(index - 3) == Some("dotenv");
        let imported = !source.is_member(index)
            && ["import { config", "const { config", "{ config as"].iter().any(|form| source.text.contains(form));
        if !(required || imported) {
            return None;
        }
    } else if source.is_member(index) && !bare {
        return None;
    }
    if index > 0 && matches!(source.word(index - 1), "def" | "function" | "func" | "fn" | "import") {
        return None;
    }
    let open = source.path_at(index, call.path)?;
    (source.is(open, b'(') && source.other(open) > open).then_some((call, open))
}

/// The file names in the call, joined paths by their last part.
fn files(source: &Source<'_>, locals: &Locals<'_>, open: usize, option: &str) -> Vec<String> {
    let close = source.other(open);
    let mut value: Option<Range<usize>> = None;
    if !option.is_empty() {
        let at = (open + 1..close)
            .find(|at| source.word(*at) == option && (source.is(at + 1, b':') || source.is(at + 1, b'=')));
        value = at.map(|at| super::locals::value_at(source, at + 2));
    }
    let positional = source.arguments(open).into_iter().next();
    let positional = positional.filter(|argument| {
        !source.is(argument.start, b'{') && !(source.kind(argument.start + 1) == Some(Kind::Mark(b'=')))
    });
    let Some(value) = value.or(positional.map(|first| first.start..close)) else { return Vec::new() };
    let mut names = texts(source, value.clone());
    if names.is_empty()
        && let Some(at) = (value.start..value.end).find(|at| source.kind(*at) == Some(Kind::Name))
        && let Some(binding) = locals.binding(source.word(at), at, false)
    {
        names = texts(source, binding.value.clone());
    }
    names
}

fn texts(source: &Source<'_>, range: Range<usize>) -> Vec<String> {
    range
        .filter_map(|at| source.whole_text(at))
        .filter(|text| text.contains("env") && !text.contains([' ', '\n']) && *text != "env")
        .map(|text| text.trim_start_matches("./").trim_start_matches('/').to_owned())
        .collect()
}

fn fact(
    source: &Source<'_>,
    index: usize,
    range: Range<usize>,
    loader: &str,
    files: Vec<String>,
    import: bool,
) -> Fact {
    let after = modules_before(source, index, import);
    source.fact(source.span(&range), Seen::Loads(Loads { loader: loader.to_owned(), files, after }))
}

/// Modules of the project that have run before the load at `index`.
fn modules_before(source: &Source<'_>, index: usize, import: bool) -> Vec<String> {
    let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut modules = Vec::new();
    if source.language.name == "JavaScript" {
        // Imports are hoisted above every call, except where TypeScript or Babel turn them into `require` in place:
        // so only in files that Node runs as they are.
        let hoisted = !import && (source.path.ends_with(".mjs") || source.path.ends_with(".js"));
        for at in 0..source.tokens.len() {
            let Some(text) = source.whole_text(at).filter(|text| text.starts_with("./") || text.starts_with("../"))
            else {
                continue;
            };
            let before = at.checked_sub(1).map_or("", |before| source.word(before));
            let required = before == "(" && at >= 2 && source.word(at - 2) == "require" && source.is_top(at);
            let imported = before == "from" || before == "import";
            if (at < index && (required || imported)) || (hoisted && imported) {
                modules.push(resolved(folder, text));
            }
        }
    } else if source.language.name == "Python" {
        for at in 0..index {
            let heads = source.new_line(at) && matches!(source.word(at), "from" | "import") && source.is_top(at);
            if !heads {
                continue;
            }
            let mut next = at + 1;
            let mut module = String::new();
            while next < index && !source.new_line(next) && source.word(next) != "import" {
                module.push_str(source.word(next));
                next += 1;
            }
            let relative = module.starts_with('.');
            let path = module.trim_start_matches('.').replace('.', "/");
            if !path.is_empty() {
                if !relative {
                    modules.push(path.clone());
                }
                modules.push(resolved(folder, &path));
            }
        }
    }
    modules.sort();
    modules.dedup();
    modules
}

/// The path of a module that a file in `folder` imports, without its extension.
fn resolved(folder: &str, module: &str) -> String {
    let path = crate::read::joined(folder, module);
    let stem = [".js", ".ts", ".mjs", ".cjs", ".tsx", ".jsx"].iter().find_map(|ending| path.strip_suffix(ending));
    stem.map_or_else(|| path.clone(), str::to_owned)
}
