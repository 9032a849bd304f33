//! Kotlin.

use super::lexer::{Holes, Prefixes, Quote, Syntax};
use super::reads::{Access, Form};
use super::{Language, java};
use crate::fact::Join;

pub(super) const SYNTAX: Syntax = Syntax {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    texts: &[
        Quote { open: "\"\"\"", close: "\"\"\"", escapes: false, lines: true, holes: Holes::DollarName },
        Quote { open: "\"", close: "\"", escapes: true, lines: false, holes: Holes::DollarName },
        Quote { open: "'", close: "'", escapes: true, lines: false, holes: Holes::No },
    ],
    in_names: b"",
    prefixes: Prefixes::No,
    regexes: false,
};

pub(super) const LANGUAGE: Language = Language {
    name: "Kotlin",
    endings: &["kt", "kts"],
    syntax: &SYNTAX,
    join: Join::Plus,
    lines_end: true,
    brackets_join: false,
    indents: false,
    accesses: &[
        Access { path: &["System", "getenv"], form: Form::Call, through: "System.getenv", needs: "" },
        Access { path: &["System", "getenv", "get"], form: Form::Call, through: "System.getenv", needs: "" },
        Access { path: &["dotenv"], form: Form::Index, through: "dotenv", needs: "dotenv-kotlin" },
    ],
    more_reads: java::injected,
    loads: &[],
    import_loads: &[],
    environment: super::ENVIRONMENT,
};
