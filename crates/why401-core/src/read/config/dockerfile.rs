//! Dockerfiles: what a stage sets for its build and for the run, what it starts, and which env files it takes along.

use std::ops::Range;
use std::sync::Arc;

use super::script;
use super::{Facts, folder_of, literal, name_of, resolve};
use crate::fact::{Fact, Seen, Setter, Starter, Starts, Value};
use crate::read::Reader;

pub(super) const DOCKERFILE: Reader = Reader { name: "Dockerfiles", takes: is_dockerfile, read };

fn is_dockerfile(path: &str) -> bool {
    let name = name_of(path);
    let is = |base: &str| name == base || name.strip_prefix(base).is_some_and(|rest| rest.starts_with('.'));
    (is("Dockerfile") || is("Containerfile") || name.ends_with(".Dockerfile") || name.ends_with(".dockerfile"))
        && !name.ends_with(".dockerignore")
}

/// One instruction with the lines that continue it.
struct Instruction<'t> {
    word: String,
    /// The bytes after the word.
    rest: Range<usize>,
    text: &'t str,
}

fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let mut stage = Stage::default();
    for instruction in instructions(text) {
        match instruction.word.as_str() {
            "FROM" => stage = Stage::default(),
            "ARG" => {
                for (name, value, span) in words(&instruction) {
                    let value_of = value.map_or(Value::Unknown, |value| setting(&value));
                    facts.sets(span, &name, value_of, Setter::DockerArg);
                }
            }
            "ENV" => {
                for (name, value, span) in environment(&instruction) {
                    facts.sets(span, &name, value.map_or(Value::Unknown, |value| setting(&value)), Setter::DockerEnv);
                    stage.given.push(name);
                }
            }
            "COPY" | "ADD" => {
                let sources: Vec<&str> =
                    instruction.text.split_whitespace().filter(|word| !word.starts_with("--")).collect();
                let from = instruction.text.contains("--from=");
                let sources = sources.split_last().map(|(_, sources)| sources).unwrap_or_default();
                // The whole folder or the env file itself: the program may load it from inside the image.
                stage.mounted |= !from
                    && sources
                        .iter()
                        .any(|source| [".", "./", "./."].contains(source) || name_of(source).starts_with(".env"));
            }
            "CMD" | "ENTRYPOINT" => {
                let command: String =
                    instruction.text.chars().map(|c| if "[],\"".contains(c) { ' ' } else { c }).collect();
                let script = script::read(&command);
                let programs = script.programs.iter();
                let starts = Starts {
                    by: Starter::Image,
                    name: String::new(),
                    given: stage.given.clone(),
                    files: Vec::new(),
                    programs: programs.filter_map(|program| resolve(folder_of(path), program)).collect(),
                    folder: Some(folder_of(path).to_owned()),
                    mounted: stage.mounted,
                    open: script.open || script.hands_on,
                };
                facts.add(instruction.rest.clone(), Seen::Starts(starts));
                for name in verbatim(instruction.text) {
                    facts.add(instruction.rest.clone(), Seen::Verbatim(name));
                }
            }
            _ => {}
        }
    }
    facts.found
}

/// The variables that arguments of the exec form refer to (Dockerfile reference, "Shell and exec form"): no shell runs, so
/// that they stay as they are. A program that is a shell itself reads its script in its own way.
fn verbatim(text: &str) -> Vec<String> {
    let arguments: Vec<String> = serde_json::from_str(text.trim()).unwrap_or_default();
    let shell = arguments.first().is_some_and(|program| ["sh", "bash", "ash", "dash"].contains(&name_of(program)));
    let name = |argument: &String| {
        let at = argument.find('$')?;
        let rest = argument[at + 1..].trim_start_matches('{');
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        (end > 0).then(|| rest[..end].to_owned())
    };
    if shell { Vec::new() } else { arguments.iter().skip(1).filter_map(name).collect() }
}

#[derive(Default)]
struct Stage {
    given: Vec<String>,
    mounted: bool,
}

/// A value in which nothing is filled in, or the one variable that it is.
fn setting(value: &str) -> Value {
    let name = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).or_else(|| value.strip_prefix('$'));
    match name.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')) {
        Some(name) => Value::Reference { name: name.to_owned(), scope: String::new() },
        None if value.contains('$') => Value::Unknown,
        None => literal(value),
    }
}

fn instructions(text: &str) -> Vec<Instruction<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let mut heredoc = None;
        loop {
            let line = text[at..].split_inclusive('\n').next().unwrap_or_default();
            at += line.len();
            let body = line.trim_end();
            if start + line.len() == at {
                heredoc = body
                    .split_whitespace()
                    .find_map(|word| word.strip_prefix("<<"))
                    .map(|word| word.trim_matches(['-', '"', '\'']).to_owned());
            }
            let comment = body.trim_start().starts_with('#') || body.trim().is_empty();
            if line.is_empty()
                || !(body.ends_with('\\')
                    || body.ends_with('`') && start != at - line.len()
                    || comment && start != at - line.len())
            {
                break;
            }
        }
        while let Some(end) = heredoc.as_deref().filter(|end| !end.is_empty()) {
            let line = text[at..].split_inclusive('\n').next().unwrap_or_default();
            at += line.len();
            if line.is_empty() || line.trim() == end {
                break;
            }
        }
        let body = &text[start..at];
        let indent = body.len() - body.trim_start().len();
        let word_end = body[indent..].find(char::is_whitespace).map_or(body.len(), |end| indent + end);
        let word = &body[indent..word_end];
        if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            let rest_at = word_end + (body[word_end..].len() - body[word_end..].trim_start().len());
            let end = body.trim_end().len().max(rest_at);
            found.push(Instruction {
                word: word.to_ascii_uppercase(),
                rest: start + rest_at..start + end,
                text: &text[start + rest_at..start + end],
            });
        }
    }
    found
}

/// `NAME=value` words, quotes and escapes taken off, with the bytes of the value (of the name, where there is none).
fn words(instruction: &Instruction<'_>) -> Vec<(String, Option<String>, Range<usize>)> {
    let text = instruction.text;
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some(&(start, c)) = chars.peek() {
        if c.is_whitespace() || c == '\\' {
            chars.next();
            continue;
        }
        let (mut quote, mut value, mut end, mut equals) = (None, String::new(), start, None);
        while let Some(&(at, c)) = chars.peek() {
            if quote.is_none() && c.is_whitespace() {
                break;
            }
            chars.next();
            end = at + c.len_utf8();
            match c {
                '\\' => {
                    if let Some((at, next)) = chars.next() {
                        end = at + next.len_utf8();
                        if next != '\n' {
                            value.push(next);
                        }
                    }
                }
                '"' | '\'' if quote.is_none() => quote = Some(c),
                c if quote == Some(c) => quote = None,
                '=' if equals.is_none() => equals = Some((std::mem::take(&mut value), at + 1)),
                c => value.push(c),
            }
        }
        let base = instruction.rest.start;
        match equals {
            Some((name, from)) => found.push((name, Some(value), base + from..base + end)),
            None => found.push((value, None, base + start..base + end)),
        }
    }
    found.retain(|(name, ..)| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c)));
    found
}

/// The words of `ENV`, or its old form `ENV NAME value`.
fn environment(instruction: &Instruction<'_>) -> Vec<(String, Option<String>, Range<usize>)> {
    let text = instruction.text;
    let first = text.split_whitespace().next().unwrap_or_default();
    if first.contains('=') || first.is_empty() {
        return words(instruction);
    }
    let from = text[first.len()..].find(|c: char| !c.is_whitespace()).map_or(text.len(), |at| first.len() + at);
    let base = instruction.rest.start;
    vec![(first.to_owned(), Some(text[from..].trim().to_owned()), base + from..base + text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        let facts = crate::read::facts(&"Dockerfile".into(), text);
        let say = |fact: &Fact| {
            let at = text.get(fact.span.clone()).unwrap_or_default();
            match &fact.seen {
                Seen::Sets(s) => match &s.value {
                    Value::Literal(v) => format!("{:?} {} = {at} ({})", s.by, s.name, v.len()),
                    Value::Reference { name, .. } => format!("{:?} {} from {name}", s.by, s.name),
                    _ => format!("{:?} {} ?", s.by, s.name),
                },
                Seen::Starts(s) => {
                    format!("starts {:?} {:?}{}", s.programs, s.given, if s.mounted { " mounted" } else { "" })
                }
                _ => String::new(),
            }
        };
        facts.iter().map(say).collect()
    }

    #[test]
    fn instructions_of_a_stage() {
        assert_eq!(
            said(
                "FROM a AS build\nARG KEY\nARG B=c\nFROM a\n# x\nENV A=1 \\\n    KEY=$KEY C=\"d e\"\nENV OLD form of it\nCOPY . .\nRUN <<EOF\nENV X=y\nEOF\nCMD [\"node\", \"app.js\"]\n"
            ),
            [
                "DockerArg KEY ?",
                "DockerArg B = c (1)",
                "DockerEnv A = 1 (1)",
                "DockerEnv KEY from KEY",
                "DockerEnv C = \"d e\" (3)",
                "DockerEnv OLD = form of it (10)",
                "starts [\"app.js\"] [\"A\", \"KEY\", \"C\", \"OLD\"] mounted",
            ]
        );
    }

    #[test]
    fn nothing_panics() {
        for text in ["", "ENV", "ENV A", "ENV A=\\", "ARG é=é\\\n", "RUN <<E\nx", "\\\n\\\n", "ENV 'A=b", "FROM\nCMD"]
        {
            said(text);
        }
    }
}
