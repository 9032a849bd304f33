//! Java.

use super::Language;
use super::lexer::{Holes, Kind, Prefixes, Quote, Syntax};
use super::reads::{Access, Form, Read, is_variable};
use super::source::Source;
use crate::fact::Join;

pub(super) const SYNTAX: Syntax = Syntax {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    texts: &[
        Quote { open: "\"\"\"", close: "\"\"\"", escapes: true, lines: true, holes: Holes::No },
        Quote { open: "\"", close: "\"", escapes: true, lines: false, holes: Holes::No },
        Quote { open: "'", close: "'", escapes: true, lines: false, holes: Holes::No },
    ],
    in_names: b"$",
    prefixes: Prefixes::No,
    regexes: false,
};

pub(super) const LANGUAGE: Language = Language {
    name: "Java",
    endings: &["java", "scala", "groovy"],
    syntax: &SYNTAX,
    join: Join::Plus,
    lines_end: false,
    brackets_join: false,
    indents: false,
    accesses: &[
        Access { path: &["System", "getenv"], form: Form::Call, through: "System.getenv", needs: "" },
        Access { path: &["dotenv", "get"], form: Form::Call, through: "dotenv.get", needs: "" },
    ],
    more_reads: injected,
    loads: &[],
    import_loads: &[],
    environment: super::ENVIRONMENT,
};

/// Spring's `@Value("${NAME:default}")`. Names in Spring's own dotted form are looked up in its files first.
pub(super) fn injected(source: &Source<'_>, reads: &mut Vec<Read>) {
    for at in 2..source.tokens.len() {
        if source.kind(at) != Some(Kind::Text) || source.word(at - 2) != "Value" || !source.is(at - 1, b'(') {
            continue;
        }
        let text = source.word(at).trim_start_matches('\\');
        let Some(inner) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else { continue };
        let (name, default) = inner.split_once(':').map_or((inner, ""), |(name, default)| (name, default));
        if is_variable(name) && name.bytes().all(|byte| !byte.is_ascii_lowercase()) {
            let start = source.tokens[at].end - inner.len() - 1;
            reads.push(Read {
                name: name.to_owned(),
                span: start..start + name.len(),
                tokens: at..at + 1,
                through: "@Value",
                fallback: !default.is_empty(),
            });
        }
    }
    reads.sort_by_key(|read| read.tokens.start);
}
