//! C#.

use super::lexer::{Holes, Prefixes, Quote, Syntax};
use super::reads::{Access, Form};
use super::{Language, no_more_reads};
use crate::fact::Join;

pub(super) const SYNTAX: Syntax = Syntax {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    texts: &[
        Quote { open: "\"\"\"", close: "\"\"\"", escapes: false, lines: true, holes: Holes::Brace },
        Quote { open: "\"", close: "\"", escapes: true, lines: false, holes: Holes::Brace },
        Quote { open: "'", close: "'", escapes: true, lines: false, holes: Holes::No },
    ],
    in_names: b"",
    prefixes: Prefixes::Csharp,
    regexes: false,
};

pub(super) const LANGUAGE: Language = Language {
    name: "C#",
    endings: &["cs"],
    syntax: &SYNTAX,
    join: Join::Plus,
    lines_end: false,
    brackets_join: false,
    indents: false,
    accesses: &[
        Access {
            path: &["Environment", "GetEnvironmentVariable"],
            form: Form::Call,
            through: "Environment.GetEnvironmentVariable",
            needs: "",
        },
        Access { path: &["Env", "GetString"], form: Form::Call, through: "Env.GetString", needs: "DotNetEnv" },
    ],
    more_reads: no_more_reads,
    loads: &[],
    import_loads: &[],
    environment: super::ENVIRONMENT,
};
